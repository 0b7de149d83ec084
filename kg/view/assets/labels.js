// Labels of the picture, always of a readable size: the most linked first, and none over another.
const fontFamily = '"Noto Sans SC","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif';
const widths = new Map();

function measure(context, text, font) {
  const key = font + text;
  if (!widths.has(key)) widths.set(key, context.measureText(text).width);
  return widths.get(key);
}

class Places {
  constructor(cell = 64) {
    this.cell = cell;
    this.cells = new Map();
  }

  *around(box) {
    for (let x = Math.floor(box[0] / this.cell); x <= Math.floor(box[2] / this.cell); x += 1) {
      for (let y = Math.floor(box[1] / this.cell); y <= Math.floor(box[3] / this.cell); y += 1) yield `${x},${y}`;
    }
  }

  isFree(box, owner) {
    for (const key of this.around(box)) {
      for (const other of this.cells.get(key) || []) {
        if (other.owner !== owner && box[0] < other.box[2] && box[2] > other.box[0] && box[1] < other.box[3] && box[3] > other.box[1]) return false;
      }
    }
    return true;
  }

  take(box, owner) {
    for (const key of this.around(box)) {
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push({ box, owner });
    }
  }
}

const shorten = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function drawText(context, text, x, y, font, colour, halo) {
  context.font = font;
  context.lineWidth = 3.5;
  context.lineJoin = "round";
  context.strokeStyle = halo;
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}

// `view`: scale, toScreen(x, y), width, height, places of nodes and of edges' middles, colours, hovered things.
function drawLabels(context, view, shown, focus) {
  context.save();
  context.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
  context.textAlign = "center";
  context.textBaseline = "middle";
  const places = new Places();
  const circles = new Places();
  const important = (node) => node.id === state.node || node.id === view.hovered;
  const bright = [...shown.nodes].map((id) => nodes.get(id)).filter((node) => !focus || focus.nodes.has(node.id) || node.id === view.hovered);
  const order = bright.sort((a, b) => important(b) - important(a) || byDegree(a, b));
  const spots = new Map();
  for (const node of order) {
    const [x, y] = view.toScreen(view.position(node.id));
    const radius = node.size * view.scale;
    if (x < -120 || y < -40 || x > view.width + 120 || y > view.height + 40) continue;
    spots.set(node, [x, y, radius]);
    if (radius > 1.5) circles.take([x - radius, y - radius, x + radius, y + radius], node.id);
  }
  const most = Math.round((view.width * view.height) / 22000);
  let drawn = 0;
  for (const [node, [x, y, radius]] of spots) {
    const strong = important(node);
    const size = strong ? 15 : Math.min(16, 11 + Math.sqrt(node.degree) * 0.75 * Math.min(1, view.scale * 2.2));
    const font = `${strong || node.degree > 11 ? 600 : 400} ${size.toFixed(1)}px ${fontFamily}`;
    context.font = font;
    const text = strong ? node.label : shorten(node.label, view.scale > 0.9 ? 40 : 14);
    const half = measure(context, text, font) / 2 + 2;
    const line = y + radius + size * 0.72 + 1;
    const middle = strong && half * 2 < view.width ? Math.max(half + 4, Math.min(view.width - half - 4, x)) : x;
    const box = [middle - half, line - size * 0.58, middle + half, line + size * 0.58];
    // The names that matter most may cover small circles; the others keep off every circle and off the names before.
    if (radius > 7) places.take([x - radius, y - radius, x + radius, y + radius], node.id);
    if (!strong && !places.isFree(box, node.id)) continue;
    if (!strong && !focus && drawn > most && !circles.isFree(box, node.id)) continue;
    drawn += 1;
    places.take(box, node.id);
    drawText(context, text, middle, line, font, view.colours.text, view.colours.halo);
  }
  // The chosen line's own name takes its place before any other's.
  const isForced = (id) => id === state.edge || id === view.hoveredEdge;
  for (const id of [...shown.edges].sort((a, b) => isForced(b) - isForced(a))) {
    const edge = edges.get(id);
    const forced = isForced(id);
    const near = focus && focus.edges.has(id) && (state.depth < 2 || edge.from === state.node || edge.to === state.node);
    if (!forced && !(near && view.scale > (focus.edges.size > 25 ? 0.8 : 0.35)) && !(view.scale > 0.95 && !focus)) continue;
    const middle = view.middle(id);
    if (!middle) continue;
    const [x, y] = view.toScreen(middle);
    if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
    const text = data.properties[edge.property].zh;
    const font = `${forced ? 600 : 400} ${forced ? 13 : 11}px ${fontFamily}`;
    context.font = font;
    const half = measure(context, text, font) / 2 + 2;
    const box = [x - half, y - 8, x + half, y + 8];
    if (!forced && !places.isFree(box, id)) continue;
    places.take(box, id);
    drawText(context, text, x, y, font, isPlanned(edge.status) ? view.colours.plannedText : view.colours.soft, view.colours.halo);
  }
  context.restore();
}
