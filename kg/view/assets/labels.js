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

  visit(box, see) {
    for (let x = Math.floor(box[0] / this.cell); x <= Math.floor(box[2] / this.cell); x += 1) {
      for (let y = Math.floor(box[1] / this.cell); y <= Math.floor(box[3] / this.cell); y += 1) if (see(x * 65536 + y)) return true;
    }
    return false;
  }

  isFree(box, owner) {
    return !this.visit(box, (key) => (this.cells.get(key) || []).some((other) =>
      other.owner !== owner && box[0] < other.box[2] && box[2] > other.box[0] && box[1] < other.box[3] && box[3] > other.box[1]));
  }

  take(box, owner) {
    this.visit(box, (key) => {
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push({ box, owner });
      return false;
    });
  }
}

const shorten = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function drawText(context, text, x, y, font, colour, halo, rim = 3.5) {
  context.font = font;
  context.lineWidth = rim;
  context.lineJoin = "round";
  context.strokeStyle = halo;
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}

const TRIED = 2500; // names that are tried before the rest is left to a closer look

// Where the things whose names are wanted stand on the screen, the most wanted first.
function findSpots(view, focus, circles, tried) {
  const important = (node) => node.id === state.node || node.id === view.hovered;
  const wanted = picture.order.filter((node) => important(node));
  const rest = picture.order.filter((node) => !important(node) && (!focus || focus.nodes.has(node.id)));
  const floor = state.see === "all" && picture.order.length > 3000 ? 1.5 : 0;
  const spots = [];
  for (const node of [...wanted, ...rest]) {
    const [x, y] = view.toScreen(view.position(node.id));
    if (x < -120 || y < -40 || x > view.width + 120 || y > view.height + 40) continue;
    const radius = sizeOf(node) * view.scale;
    spots.push([node, x, y, radius]);
    if (radius > Math.max(1.5, floor)) circles.take([x - radius, y - radius, x + radius, y + radius], node.id);
    if (spots.length >= tried) break;
  }
  return spots;
}

// `view`: scale, toScreen(x, y), width, height, places of nodes and of edges' middles, colours, hovered things.
function drawLabels(context, view, shown, focus, tried = TRIED) {
  context.save();
  context.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
  context.textAlign = "center";
  context.textBaseline = "middle";
  const places = new Places();
  const circles = new Places();
  const overview = state.see === "top";
  drawRegionNames(context, view, places);
  const spots = findSpots(view, focus, circles, tried);
  const most = Math.round((view.width * view.height) / 22000);
  let drawn = 0;
  drawBoxNames(context, view, places);
  for (const [node, x, y, radius] of spots) {
    const strong = node.id === state.node || node.id === view.hovered;
    const size = strong ? 14.5 : overview ? Math.max(10.5, Math.min(13, 14.5 * view.scale + 1)) : Math.min(16, 11 + Math.sqrt(node.degree) * 0.75 * Math.min(1, view.scale * 2.2));
    const font = `${strong || (!overview && node.degree > 11) ? 600 : 400} ${size.toFixed(1)}px ${fontFamily}`;
    context.font = font;
    const room = overview ? Math.max(4, Math.floor((SLOT[0] * view.scale - 5) / size)) : view.scale > 0.9 ? 40 : 14;
    const text = strong ? node.label : shorten(node.label, room);
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
    drawText(context, text, middle, line, font, view.colours.text, overview ? view.colours.box : view.colours.halo);
  }
  drawEdgeNames(context, view, shown, focus, places);
  context.restore();
}

// The lines that may have their names: all of them only where they are few enough to be looked through.
function findNamedEdges(view, shown, focus) {
  const isForced = (id) => id === state.edge || id === view.hoveredEdge;
  const forced = [...new Set([state.edge, view.hoveredEdge])].filter((id) => id && shown.edges.has(id));
  const isNear = (id) => state.depth < 2 || !state.node || edges.get(id).from === state.node || edges.get(id).to === state.node;
  const isWanted = view.scale > (focus && focus.edges.size > 25 ? 0.8 : 0.35);
  if (focus) return [...forced, ...(isWanted ? [...focus.edges].filter((id) => shown.edges.has(id) && isNear(id) && !isForced(id)) : [])];
  if (view.scale <= 0.95 || shown.edges.size > 20000) return forced;
  return [...forced, ...[...shown.edges].filter((id) => !isForced(id))];
}

function drawEdgeNames(context, view, shown, focus, places) {
  // The chosen line's own name takes its place before any other's.
  for (const id of findNamedEdges(view, shown, focus)) {
    const forced = id === state.edge || id === view.hoveredEdge;
    const edge = edges.get(id);
    const middle = view.middle(id);
    if (!middle) continue;
    const [x, y] = view.toScreen(middle);
    if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
    const text = nameProperty(edge.property);
    const font = `${forced ? 600 : 400} ${forced ? 13 : 11}px ${fontFamily}`;
    context.font = font;
    const half = measure(context, text, font) / 2 + 2;
    const box = [x - half, y - 8, x + half, y + 8];
    if (!forced && !places.isFree(box, id)) continue;
    places.take(box, id);
    drawText(context, text, x, y, font, view.colours[`${kindOf(edge.status)}Text`] || view.colours.soft, view.colours.halo);
  }
}
