// The picture: what things look like and what happens to them, whichever of the two renderers draws it.
const darkness = matchMedia("(prefers-color-scheme: dark)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const themes = {
  light: { text: "#1c2530", soft: "#55616f", halo: "#ffffff", line: "#8793a1", figure: "#a9b4c0", planned: "#d97706", plannedText: "#9a4a00", inferred: "#7c3aed", inferredText: "#5b21b6", strong: "#0f172a", rim: "#ffffff", box: "#f3f6fa", boxRim: "#d5dde6", bundle: "#c3ccd6", accent: "#1d5fbf", page: "#ffffff" },
  dark: { text: "#e8edf3", soft: "#aab6c4", halo: "#12171e", line: "#66758a", figure: "#4b586a", planned: "#f0a43a", plannedText: "#f4b860", inferred: "#a78bfa", inferredText: "#c4b5fd", strong: "#ffffff", rim: "#12171e", box: "#19212b", boxRim: "#303b48", bundle: "#38444f", accent: "#7db3ff", page: "#12171e" },
};
const isDark = () => { const { theme } = document.documentElement.dataset; return theme ? theme === "dark" : darkness.matches; };
// The same mixture as the legend's in the style sheet: dark colours would sink into a dark page.
const brighten = (colour) => `#${[1, 3, 5].map((at) => Math.round(parseInt(colour.slice(at, at + 2), 16) * 0.72 + 255 * 0.28).toString(16).padStart(2, "0")).join("")}`;
const tone = (colour) => (isDark() ? brighten(colour) : colour);
let printing = false;
const theme = () => (isDark() && !printing ? themes.dark : themes.light);

const picture = { renderer: null, hovered: null, hoveredEdge: null, hoveredBox: null, dragged: null, shown: null, focus: null, order: [], opened: false };
const canvas = byId("canvas");

// Several lines between the same two nodes bend apart; the others are straight.
const bends = new Map();

function bendLines() {
  bends.clear();
  const pairs = new Map();
  for (const id of picture.shown.edges) {
    const edge = edges.get(id);
    const key = edge.from < edge.to ? `${edge.from} ${edge.to}` : `${edge.to} ${edge.from}`;
    const group = pairs.get(key);
    if (group) group.push(edge);
    else pairs.set(key, [edge]);
  }
  for (const group of pairs.values()) {
    if (group.length > 1) {
      group.forEach((edge, place) => {
        const bend = (place - (group.length - 1) / 2) * 0.22;
        if (bend) bends.set(edge.id, edge.from < edge.to ? bend : -bend);
      });
    }
  }
}

function toNodeLook(node) {
  const chosen = node.id === state.node;
  const kind = classOf(node);
  return {
    colour: tone(kind.colour), shape: kind.shape, size: sizeOf(node), chosen, pinned: state.pins.has(node.id),
    dim: Boolean(picture.focus) && !picture.focus.nodes.has(node.id) && node.id !== picture.hovered,
  };
}

function toEdgeLook(edge) {
  const colours = theme();
  const chosen = edge.id === state.edge || edge.id === picture.hoveredEdge;
  const dim = Boolean(picture.focus) && !picture.focus.edges.has(edge.id);
  const lit = chosen || (picture.focus && !dim && state.depth === 1);
  const planned = isPlanned(edge.status);
  const inferred = isInferred(edge.status);
  return {
    colour: planned ? colours.planned : inferred ? colours.inferred : isFigures(edge) ? colours.figure : colours.line,
    alpha: dim ? 0.05 : lit ? 1 : 0.62, width: chosen ? 4 : lit ? 2.6 : 2, lit: Boolean(lit),
    dash: planned ? [9, 6] : inferred ? [5, 4] : isFigures(edge) ? [2, 5] : null, bend: bends.get(edge.id) || 0, kind: kindOf(edge.status),
  };
}

const paint = () => picture.renderer.paint();

let leftOut = null;

// Where not all lines can be told apart, the strongest are drawn, and the picture says so.
function sayWhatIsLeftOut(count) {
  if (count === leftOut) return;
  leftOut = count;
  const note = byId("note");
  note.hidden = !count;
  note.replaceChildren(...words(`远看省去 ${count.toLocaleString("zh-CN")} 条线，放大就有`, `${count.toLocaleString("en")} lines left out; zoom in`).filter(Boolean));
}

// What labels, boxes and exports need to know of how the picture stands.
function makeView({ scale, x, y, ratio, width, height } = picture.renderer.view()) {
  return {
    scale, width, height, ratio, colours: theme(), hovered: picture.hovered, hoveredEdge: picture.hoveredEdge,
    position: spotOf, middle: middleOf, toScreen: (spot) => [(spot.x - x) * scale + width / 2, (spot.y - y) * scale + height / 2],
  };
}

// A line from rim to rim, bent where it has company: the two ends and the point that it is drawn towards.
function pathOf(edge) {
  const [a, b] = [spotOf(edge.from), spotOf(edge.to)];
  const bend = bends.get(edge.id) || 0;
  return { a, b, c: { x: (a.x + b.x) / 2 - (b.y - a.y) * bend, y: (a.y + b.y) / 2 + (b.x - a.x) * bend } };
}

function pointOn({ a, b, c }, part) {
  const rest = 1 - part;
  return { x: rest * rest * a.x + 2 * rest * part * c.x + part * part * b.x, y: rest * rest * a.y + 2 * rest * part * c.y + part * part * b.y };
}

const middleOf = (id) => (picture.renderer.middle ? picture.renderer.middle(id) : pointOn(pathOf(edges.get(id)), 0.5));

// Where lines cross, the pointer means the one that stands out: the nearest lit line within ten pixels, if any.
function findLitLine({ x, y }) {
  if (!picture.focus || state.depth === 0) return null;
  let best = { id: null, distance: 10 / picture.renderer.view().scale };
  for (const id of picture.focus.edges) {
    if (!picture.shown.edges.has(id)) continue;
    const path = pathOf(edges.get(id));
    for (let part = 0.04; part < 1; part += 0.02) {
      const spot = picture.renderer.pointOn ? picture.renderer.pointOn(id, part) : pointOn(path, part);
      const distance = spot ? Math.hypot(spot.x - x, spot.y - y) : Infinity;
      if (distance < best.distance) best = { id, distance };
    }
  }
  return best.id;
}

// The second click of a double one is not a click, and means what the first one met: the picture may have moved since.
const last = { time: 0, x: 0, y: 0, node: null };
const isSecond = ({ x, y }) => performance.now() - last.time < 450 && Math.hypot(x - last.x, y - last.y) < 9;

const hooks = {
  under: (context, view) => { if (picture.renderer) drawBoxes(context, makeView(view)); },
  over: (context) => { if (picture.renderer) drawLabels(context, makeView(), picture.shown, picture.focus); },
  // While a large picture moves there is time for a few names only.
  overMoving: (context) => drawLabels(context, makeView(), picture.shown, picture.focus, 60),
  tell: sayWhatIsLeftOut,
  click({ node, edge, spot, shift, at }) {
    if (isSecond(at)) return;
    Object.assign(last, { time: performance.now(), ...at, node });
    const line = node ? null : findLitLine(spot) || edge;
    if (node && (state.from || (shift && state.node && node !== state.node))) askWay(state.from || state.node, node);
    else if (node) choose(node);
    else if (line) chooseEdge(line);
    else {
      const found = findBoxAt(spot);
      if (found && found.bundle) chooseBundle(found.bundle);
      else if (found) chooseGroup(found.key);
      else if (state.node || state.edge || state.group || state.bundle) clearChoice();
    }
  },
  doubleClick({ spot }) {
    if (last.node) grow(last.node);
    else {
      const found = findBoxAt(spot);
      if (found && found.key) openGroup(found.key);
    }
  },
  hover({ node, edge, spot }) {
    const found = node || edge || !spot ? null : findBoxAt(spot);
    const box = found ? found.bundle || found.key : null;
    if (node === picture.hovered && edge === picture.hoveredEdge && box === picture.hoveredBox) return;
    Object.assign(picture, { hovered: node, hoveredEdge: edge, hoveredBox: box });
    canvas.classList.toggle("over", Boolean(node || edge || box));
    picture.renderer.paint({ hover: true });
  },
  drag: (id, spot) => { picture.dragged = { id, spot }; },
  drop(id, { x, y }) {
    picture.dragged = null;
    change({ pins: new Map(state.pins).set(id, [Math.round(x), Math.round(y)]) });
  },
};

function startPicture(whenDrawn) {
  refresh();
  picture.renderer = (data.renderer === "vis" ? makeVisRenderer : makeCanvasRenderer)(canvas, hooks, whenDrawn);
  darkness.addEventListener("change", paint);
  let narrow = isNarrow();
  addEventListener("resize", () => {
    if (narrow === isNarrow()) return;
    narrow = isNarrow();
    refresh();
    picture.renderer.show();
    fitPicture();
  });
  canvas.addEventListener("keydown", moveByKey);
  fitPicture();
}

// What is shown, and where; the order in which names are given room.
function refresh() {
  picture.shown = find();
  if (state.see === "top") arranged = arrange(picture.shown.held);
  picture.focus = findFocus(picture.shown);
  picture.order = [...picture.shown.nodes].map((id) => nodes.get(id)).sort(byDegree);
  bendLines();
}

// No gliding while the page opens, nor for whoever asked their system for less motion.
const glide = () => (picture.opened && !calm.matches ? 350 : 0);

// The middle and the scale that bring all of `ids` into view with room for their names.
function frame(ids, most, boxes = []) {
  const found = ids.map(spotOf);
  for (const box of boxes) found.push({ x: box.x - box.width / 2, y: box.y - box.height / 2 }, { x: box.x + box.width / 2, y: box.y + box.height / 2 });
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of found) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const margin = boxes.length ? [20, 70] : [130, 150];
  const across = Math.max(canvas.clientWidth - margin[0], 60) / Math.max(right - left, 1);
  const down = Math.max(canvas.clientHeight - margin[1], 60) / Math.max(bottom - top, 1);
  const scale = Math.max(0.005, Math.min(most, across, down));
  return { position: { x: (left + right) / 2, y: (top + bottom) / 2 + (boxes.length ? -6 : 22) / scale }, scale }; // below stand names and buttons
}

function fitPicture() {
  const shown = [...picture.shown.nodes];
  const wanted = picture.focus && state.depth ? shown.filter((id) => picture.focus.nodes.has(id)) : shown;
  const boxes = state.see === "top" && !picture.focus ? arranged.boxes : [];
  if (boxes.length && isNarrow()) {
    // As wide as the window, from the top: the rest is a finger's stroke away.
    const { position, scale } = frame(wanted, 1.6, boxes);
    const top = Math.min(...boxes.map((box) => box.y - box.height / 2));
    const width = Math.max(...boxes.map((box) => box.x + box.width / 2)) - Math.min(...boxes.map((box) => box.x - box.width / 2));
    const fitting = Math.max(scale, (canvas.clientWidth - 16) / width);
    picture.renderer.moveTo({ position: { x: position.x, y: top + canvas.clientHeight / 2 / fitting - 12 / fitting }, scale: fitting, duration: glide() });
  } else if (wanted.length || boxes.length) picture.renderer.moveTo({ ...frame(wanted, 1.6, boxes), duration: glide() });
}

// What decides which things are in the picture: where it changes, what is left is brought into view.
const FILTERS = ["off", "hiddenStatuses", "sources", "figures", "since", "until", "axis", "see", "by", "grown", "brought", "opened", "way"];
const WITHOUT_PICTURE = ["table", "query", "from", "english"];

function updatePicture(before) {
  const same = before && !hasOther(state, before, Object.keys(defaults).filter((name) => !WITHOUT_PICTURE.includes(name)));
  if (same && state.english === before.english) return;
  if (!same) refresh();
  picture.renderer.show();
  byId("empty").hidden = picture.shown.nodes.size > 0;
  if (!before || same) return;
  const chosen = state.node || state.edge;
  const moved = hasOther(state, before, ["node", "edge"]) || (state.node && state.depth !== before.depth);
  const filtered = hasOther(state, before, FILTERS);
  if ((moved && chosen) || (filtered && chosen)) showChosen();
  else if (!chosen && filtered && picture.opened) fitPicture();
}

// Brings the chosen thing and its neighbours into view; where they would be too small to read, the thing alone.
function showChosen() {
  if (picture.opened && state.see === "top" && !state.edge && isInView(state.node)) return;
  const { position, scale } = frame([...picture.focus.nodes].filter((id) => picture.shown.nodes.has(id)), state.see === "top" ? 0.9 : 1.2);
  const least = 0.22;
  const wanted = scale < least && state.node ? { position: spotOf(state.node), scale: least } : { position, scale };
  picture.renderer.moveTo({ ...wanted, duration: glide() });
}

function isInView(id) {
  const [x, y] = makeView().toScreen(spotOf(id));
  return picture.renderer.view().scale > 0.3 && x > 40 && y > 30 && x < canvas.clientWidth - 40 && y < canvas.clientHeight - 60;
}
