// The overview's boxes and the bundles of lines between them; in the whole picture, seen from afar, the groups' names.
const boxOf = (number) => arranged.boxes.find((box) => box.number === number);

function drawRound(context, x, y, width, height, radius) {
  context.beginPath();
  context.moveTo(x + radius, y);
  context.arcTo(x + width, y, x + width, y + height, radius);
  context.arcTo(x + width, y + height, x, y + height, radius);
  context.arcTo(x, y + height, x, y, radius);
  context.arcTo(x, y, x + width, y, radius);
  context.closePath();
}

// The bundles as drawn: straight from box to box, the strongest last and on top.
function listBundles() {
  const list = [];
  for (const bundle of picture.shown.bundles.values()) {
    const [a, b] = [boxOf(bundle.from), boxOf(bundle.to)];
    if (a && b) list.push({ ...bundle, a, b, count: bundle.edges.length });
  }
  return list.sort((one, other) => one.count - other.count || (one.key < other.key ? -1 : 1));
}

const isChosenBundle = (bundle) => bundle.key === state.bundle || bundle.key === picture.hoveredBox;
const touches = (bundle, key) => Boolean(key) && (bundle.a.key === key || bundle.b.key === key);
const bundleWidth = (count) => Math.min(1.5 + Math.sqrt(count) * 1.3, 16);

function bundleLook(bundle, colours) {
  const chosen = isChosenBundle(bundle) || touches(bundle, state.group) || touches(bundle, picture.hoveredBox);
  const faint = !chosen && (Boolean(state.group || state.bundle) || Boolean(picture.focus));
  return { colour: chosen ? colours.accent : colours.bundle, alpha: chosen ? 0.85 : faint ? 0.25 : 0.75, dash: bundle.planned === bundle.count ? [9, 6] : null };
}

function drawBoxes(context, view) {
  if (state.see !== "top") return;
  const { colours, scale } = view;
  context.save();
  context.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
  for (const bundle of listBundles()) {
    const look = bundleLook(bundle, colours);
    const [from, to] = [view.toScreen(bundle.a), view.toScreen(bundle.b)];
    context.globalAlpha = look.alpha;
    context.strokeStyle = look.colour;
    context.lineWidth = Math.max(1, bundleWidth(bundle.count) * Math.min(1, scale * 1.4));
    context.setLineDash(look.dash || []);
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
  }
  context.setLineDash([]);
  for (const box of arranged.boxes) {
    const chosen = box.key === state.group || box.key === picture.hoveredBox;
    const [x, y] = view.toScreen({ x: box.x - box.width / 2, y: box.y - box.height / 2 });
    const kind = state.by === "class" ? classes.get(box.key) : null;
    context.globalAlpha = picture.focus ? 0.8 : 1;
    drawRound(context, x, y, box.width * scale, box.height * scale, 12 * Math.min(1, scale * 1.3));
    context.fillStyle = colours.box;
    context.fill();
    context.lineWidth = chosen ? 2.5 : 1.2;
    context.strokeStyle = chosen ? colours.accent : kind ? tone(kind.colour) : colours.boxRim;
    context.stroke();
  }
  context.restore();
}

function nameBox(box) {
  const { size } = box.group;
  const english = state.english && box.group.en !== box.group.zh && state.by === "class" ? ` ${box.group.en}` : "";
  return { name: box.group.zh + english, count: `${box.members.length < size ? `${box.members.length} / ` : ""}${size}` };
}

const cut = (context, text, width) => {
  if (context.measureText(text).width <= width) return text;
  let end = text.length;
  while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > width) end -= 1;
  return `${text.slice(0, end)}…`;
};

// The names of boxes and of the strongest bundles; `places` then keeps the names of things off them.
function drawBoxNames(context, view, places) {
  if (state.see !== "top") return;
  const { scale, colours } = view;
  const size = Math.max(10.5, Math.min(14, 15 * scale + 2));
  for (const box of arranged.boxes) {
    const [x, y] = view.toScreen({ x: box.x - box.width / 2, y: box.y - box.height / 2 });
    const width = box.width * scale;
    if (x > view.width || y > view.height || x + width < 0 || y + box.height * scale < 0) continue;
    const { name, count } = nameBox(box);
    context.textAlign = "left";
    context.font = `${size - 1.5}px ${fontFamily}`;
    const room = context.measureText(count).width + 8;
    context.font = `650 ${size}px ${fontFamily}`;
    const shown = cut(context, name, width - room - 14);
    const wide = context.measureText(shown).width;
    drawText(context, shown, x + 8, y + size * 0.95 + 3, context.font, colours.text, colours.box);
    if (width - room > wide) drawText(context, count, x + 14 + wide, y + size * 0.95 + 3.5, `${size - 1.5}px ${fontFamily}`, colours.soft, colours.box);
    places.take([x, y, x + width, y + size * 1.9], `box ${box.key}`);
  }
  context.textAlign = "center";
  const blocked = arranged.boxes.map((box) => [...view.toScreen({ x: box.x - box.width / 2, y: box.y - box.height / 2 }), ...view.toScreen({ x: box.x + box.width / 2, y: box.y + box.height / 2 })]);
  const bundles = listBundles().reverse().sort((a, b) => isChosenBundle(b) - isChosenBundle(a));
  for (const bundle of bundles) {
    const forced = isChosenBundle(bundle) || touches(bundle, state.group) || touches(bundle, picture.hoveredBox);
    if (!forced && (picture.focus || scale < 0.3)) continue;
    const font = `${forced ? 600 : 400} ${forced ? 12.5 : 11.5}px ${fontFamily}`;
    context.font = font;
    const text = nameBundle(bundle);
    const half = context.measureText(text).width / 2 + 3;
    const [from, to] = [view.toScreen(bundle.a), view.toScreen(bundle.b)];
    for (const part of [0.5, 0.42, 0.58, 0.35, 0.65, 0.28, 0.72]) {
      const [x, y] = [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
      const spot = [x - half, y - 8, x + half, y + 8];
      const hidden = blocked.some((box) => spot[0] < box[2] - 4 && spot[2] > box[0] + 4 && spot[1] < box[3] && spot[3] > box[1]);
      if ((hidden && !(forced && part === 0.72)) || !places.isFree(spot, bundle.key)) continue;
      places.take(spot, bundle.key);
      drawText(context, text, x, y, font, forced ? colours.accent : colours.soft, colours.halo);
      break;
    }
  }
}

// The names of the groups over the whole picture, as long as single names are too small to read.
function drawRegionNames(context, view, places) {
  if (state.see !== "all" || picture.focus || picture.shown.nodes.size < 400 || view.scale > 0.3) return;
  for (const { group, x, y, size } of findRegions()) {
    const [across, down] = view.toScreen({ x, y });
    if (across < 0 || down < 0 || across > view.width || down > view.height) continue;
    const font = `700 ${Math.min(19, 12 + Math.sqrt(size) / 9).toFixed(1)}px ${fontFamily}`;
    context.font = font;
    const half = context.measureText(group.zh).width / 2 + 5;
    const spot = [across - half, down - 12, across + half, down + 12];
    if (!places.isFree(spot, `group ${group.key}`)) continue;
    places.take(spot, `group ${group.key}`);
    context.globalAlpha = 0.85;
    drawText(context, group.zh, across, down, font, view.colours.accent, view.colours.halo, 5);
    context.globalAlpha = 1;
  }
}

let regionsFor = null;
let regions = [];

function findRegions() {
  if (regionsFor === picture.shown) return regions;
  regionsFor = picture.shown;
  const sums = groupsNow().map((group) => ({ group, x: 0, y: 0, size: 0 }));
  for (const id of picture.shown.nodes) {
    const node = nodes.get(id);
    const sum = sums[groupOf(node)];
    if (sum && node.links.length) { sum.x += node.x; sum.y += node.y; sum.size += 1; }
  }
  regions = sums.filter((sum) => sum.size > 5).map((sum) => ({ ...sum, x: sum.x / sum.size, y: sum.y / sum.size })).sort((a, b) => b.size - a.size);
  return regions;
}

// The box or the bundle at a place of the picture.
function findBoxAt({ x, y }) {
  if (state.see !== "top") return null;
  const box = arranged.boxes.find((one) => Math.abs(one.x - x) < one.width / 2 && Math.abs(one.y - y) < one.height / 2);
  if (box) return { key: box.key };
  const near = listBundles().reverse().find(({ a, b, count }) => {
    const [across, down] = [b.x - a.x, b.y - a.y];
    const part = Math.max(0, Math.min(1, ((x - a.x) * across + (y - a.y) * down) / (across * across + down * down || 1)));
    return Math.hypot(a.x + across * part - x, a.y + down * part - y) < bundleWidth(count) / 2 + 5 / picture.renderer.view().scale;
  });
  return near ? { bundle: near.key } : null;
}
