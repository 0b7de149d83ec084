// Where things stand. In the whole picture where Python put them; in the overview in their group's box, each in a place
// of its own that it keeps when others come, the boxes pushed apart where one has grown.
const SLOT = [118, 58];
const BOX = [30, 58]; // margins, and the group's own name above
const GAP = 40;
const FLAT = 2.2; // how much wider than high a box grows; overview.py has the same numbers
const NARROW = 560; // pixels below which the boxes stand in two columns

// Places in a box, in the order in which they are filled.
const slots = Array.from({ length: 3600 }, (_, n) => [n % 60, Math.floor(n / 60)])
  .sort((a, b) => Math.max((a[0] * SLOT[0]) / FLAT, a[1] * SLOT[1]) - Math.max((b[0] * SLOT[0]) / FLAT, b[1] * SLOT[1]) || a[1] - b[1] || a[0] - b[0]);

function makeBox(group, number, members) {
  const count = Math.max(members.length, 1);
  const used = slots.slice(0, count);
  const columns = 1 + Math.max(...used.map(([column]) => column));
  const rows = 1 + Math.max(...used.map(([, row]) => row));
  return { key: group.key, number, group, members, columns, rows, x: group.x, y: group.y, width: columns * SLOT[0] + BOX[0], height: rows * SLOT[1] + BOX[1] };
}

function pushApart(boxes) {
  for (let round = 0; round < 400; round += 1) {
    let moved = false;
    for (let one = 0; one < boxes.length; one += 1) {
      for (let other = one + 1; other < boxes.length; other += 1) {
        const [a, b] = [boxes[one], boxes[other]];
        const across = (a.width + b.width) / 2 + GAP - Math.abs(a.x - b.x);
        const down = (a.height + b.height) / 2 + GAP - Math.abs(a.y - b.y);
        if (across <= 0.5 || down <= 0.5) continue;
        moved = true;
        if (across < down) {
          const way = (a.x < b.x ? -1 : 1) * (across / 2);
          a.x += way;
          b.x -= way;
        } else {
          const way = (a.y < b.y ? -1 : 1) * (down / 2);
          a.y += way;
          b.y -= way;
        }
      }
    }
    if (!moved) return;
  }
}

const isNarrow = () => state.see === "top" && canvas.clientWidth < NARROW;

// In a narrow window: below each other, each in the shorter of two columns.
function stack(boxes) {
  const wide = Math.max(...boxes.map((box) => Math.min(box.width, 2 * SLOT[0] + BOX[0])));
  const ends = [0, 0];
  for (const box of boxes) {
    const both_ = box.width > wide + 1;
    const column = ends[0] <= ends[1] ? 0 : 1;
    const top = both_ ? Math.max(...ends) : ends[column];
    box.x = both_ ? wide + GAP / 4 + (box.width - wide * 2 - GAP / 2) / 2 : wide / 2 + column * (wide + GAP / 2);
    box.y = top + box.height / 2;
    if (both_) ends.fill(top + box.height + GAP);
    else ends[column] = top + box.height + GAP;
  }
}

// The boxes of the groups, and the place of everything held: documents stand in a row above.
function arrange(held) {
  const lists = groupsNow().map(() => []);
  const outside = [];
  for (const id of held) {
    const number = groupOf(nodes.get(id));
    (number < 0 ? outside : lists[number]).push(id);
  }
  const boxes = groupsNow().map((group, number) => makeBox(group, number, lists[number])).filter((box) => box.members.length);
  if (isNarrow()) stack(boxes);
  else pushApart(boxes);
  const places = new Map();
  for (const box of boxes) {
    box.members.forEach((id, place) => {
      const [column, row] = slots[place % slots.length];
      places.set(id, {
        x: box.x + (column - (box.columns - 1) / 2) * SLOT[0],
        y: box.y + (row - (box.rows - 1) / 2) * SLOT[1] + 6,
      });
    });
  }
  const top = Math.min(0, ...boxes.map((box) => box.y - box.height / 2)) - 70;
  outside.forEach((id, place) => places.set(id, { x: ((place % 8) - Math.min(outside.length - 1, 7) / 2) * 190, y: top - Math.floor(place / 8) * 64 }));
  return { boxes, places };
}

let arranged = { boxes: [], places: new Map() };

function spotOf(id) {
  if (picture.dragged && picture.dragged.id === id) return picture.dragged.spot;
  const pin = state.pins.get(id);
  if (pin) return { x: pin[0], y: pin[1] };
  return (state.see === "top" && arranged.places.get(id)) || nodes.get(id);
}

// Twice what a thing is drawn larger by is asked for: the number that the reader picks.
let figureCounts = null;

function countFigures() {
  figureCounts = new Map();
  for (const figure of data.figures) if (figure.about) figureCounts.set(figure.about, (figureCounts.get(figure.about) || 0) + 1);
}

const measures = {
  degree: { zh: "关系数", en: "relations", of: (node) => node.degree },
  documents: { zh: "文件数", en: "documents", of: (node) => (node.source ? (named.get(node.id) || []).size || 0 : node.documents.length) },
  figures: { zh: "数字数", en: "figures", of: (node) => figureCounts.get(node.id) || 0 },
  quotes: { zh: "依据数", en: "quotes", of: (node) => node.quotes },
  same: { zh: "一样大", en: "all the same", of: () => 1 },
};

// The same as to_radius in layout.py; in the overview all are small enough for their places.
function sizeOf(node) {
  const size = Math.min(11 + 3.6 * Math.sqrt(measures[state.size].of(node)), 44);
  return state.see === "top" ? Math.min(6 + size * 0.24, 15) : size;
}
