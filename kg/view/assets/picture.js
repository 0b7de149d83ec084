// The canvas: vis-network draws shapes and lines where Python put them; no physics.
const darkness = matchMedia("(prefers-color-scheme: dark)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const themes = {
  light: { text: "#1c2530", soft: "#55616f", halo: "#ffffff", line: "#8793a1", figure: "#a9b4c0", planned: "#d97706", plannedText: "#9a4a00", strong: "#0f172a", rim: "#ffffff" },
  dark: { text: "#e8edf3", soft: "#aab6c4", halo: "#12171e", line: "#66758a", figure: "#4b586a", planned: "#f0a43a", plannedText: "#f4b860", strong: "#ffffff", rim: "#12171e" },
};
// The same mixture as the legend's in the style sheet: dark colours would sink into a dark page.
const brighten = (colour) => `#${[1, 3, 5].map((at) => Math.round(parseInt(colour.slice(at, at + 2), 16) * 0.72 + 255 * 0.28).toString(16).padStart(2, "0")).join("")}`;
const tone = (colour) => (darkness.matches ? brighten(colour) : colour);
const theme = () => (darkness.matches ? themes.dark : themes.light);

const picture = { network: null, hovered: null, hoveredEdge: null, shown: null, focus: null, drawn: { nodes: new Map(), edges: new Map() } };
const spots = new Map(data.nodes.map((node) => [node.id, { x: node.x, y: node.y }]));
const canvas = byId("canvas");

// Several lines between the same two nodes bend apart.
const bends = new Map();
{
  const pairs = new Map();
  for (const edge of edges.values()) {
    const key = [edge.from, edge.to].sort().join(" ");
    if (!pairs.has(key)) pairs.set(key, []);
    pairs.get(key).push(edge);
  }
  for (const group of pairs.values()) {
    group.forEach((edge, place) => {
      const bend = group.length === 1 ? 0 : (place - (group.length - 1) / 2) * 0.22;
      bends.set(edge.id, edge.from < edge.to ? bend : -bend);
    });
  }
}

function toNodeLook(node) {
  const colours = theme();
  const chosen = node.id === state.node;
  const dim = picture.focus && !picture.focus.nodes.has(node.id) && node.id !== picture.hovered;
  return {
    id: node.id,
    hidden: !picture.shown.nodes.has(node.id),
    opacity: dim ? 0.13 : 1,
    borderWidth: chosen ? 5 : 2,
    color: { background: tone(node.color), border: chosen ? colours.strong : colours.rim },
  };
}

function toEdgeLook(edge) {
  const colours = theme();
  const chosen = edge.id === state.edge || edge.id === picture.hoveredEdge;
  const dim = picture.focus && !picture.focus.edges.has(edge.id);
  const lit = chosen || (picture.focus && !dim && state.depth === 1);
  const planned = isPlanned(edge.status);
  const colour = planned ? colours.planned : isFigures(edge) ? colours.figure : colours.line;
  return {
    id: edge.id,
    hidden: !picture.shown.edges.has(edge.id),
    color: { color: colour, highlight: colour, hover: colour, opacity: dim ? 0.05 : lit ? 1 : 0.62 },
    width: chosen ? 4 : lit ? 2.6 : 2,
    dashes: planned ? [9, 6] : isFigures(edge) ? [2, 5] : false,
  };
}

// Only what looks different from before goes to vis-network.
function sendLooks(set, items, toLook, drawn) {
  const changed = [];
  for (const item of items) {
    const look = toLook(item);
    const key = JSON.stringify(look);
    if (drawn.get(item.id) !== key) {
      drawn.set(item.id, key);
      changed.push(look);
    }
  }
  if (changed.length) set.update(changed);
}

function paint() {
  sendLooks(picture.nodeSet, nodes.values(), toNodeLook, picture.drawn.nodes);
  sendLooks(picture.edgeSet, edges.values(), toEdgeLook, picture.drawn.edges);
  picture.network.redraw();
}

function middleOf(id) {
  const line = picture.network.body.edges[id];
  return line && line.connected ? line.edgeType.getPoint(0.5) : null;
}

function drawOver(context) {
  const scale = picture.network.getScale();
  const centre = picture.network.getViewPosition();
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  drawLabels(context, {
    scale, width, height,
    ratio: context.canvas.width / width,
    colours: theme(),
    hovered: picture.hovered,
    hoveredEdge: picture.hoveredEdge,
    position: (id) => spots.get(id),
    middle: middleOf,
    toScreen: ({ x, y }) => [(x - centre.x) * scale + width / 2, (y - centre.y) * scale + height / 2],
  }, picture.shown, picture.focus);
}

// Where lines cross, the pointer means the one that stands out: the nearest lit line within ten pixels, if any.
function findLitLine({ x, y }) {
  if (!picture.focus || state.depth === 0) return null;
  let best = { id: null, distance: 10 / picture.network.getScale() };
  for (const id of picture.focus.edges) {
    const line = picture.shown.edges.has(id) && picture.network.body.edges[id];
    if (!line || !line.connected) continue;
    for (let part = 0.04; part < 1; part += 0.02) {
      const spot = line.edgeType.getPoint(part);
      const distance = Math.hypot(spot.x - x, spot.y - y);
      if (distance < best.distance) best = { id, distance };
    }
  }
  return best.id;
}

function startPicture(whenDrawn) {
  picture.shown = find();
  picture.focus = findFocus(picture.shown);
  // vis-network draws a star smaller than other shapes of the same size.
  const plain = ({ id, x, y, shape, size }) => ({ id, x, y, shape, size: shape === "star" ? size * 1.25 : size });
  picture.nodeSet = new vis.DataSet(data.nodes.map((node) => ({ ...plain(node), ...toNodeLook(nodes.get(node.id)) })));
  picture.edgeSet = new vis.DataSet(data.edges.map((edge) => {
    const bend = bends.get(edge.id);
    const smooth = bend ? { enabled: true, type: bend > 0 ? "curvedCW" : "curvedCCW", roundness: Math.abs(bend) } : false;
    return { id: edge.id, from: edge.from, to: edge.to, arrows: edge.arrows, smooth, ...toEdgeLook(edges.get(edge.id)) };
  }));
  picture.network = new vis.Network(canvas, { nodes: picture.nodeSet, edges: picture.edgeSet }, {
    physics: false,
    layout: { improvedLayout: false },
    nodes: { chosen: false },
    edges: { chosen: false, arrows: { to: { scaleFactor: 0.45 } }, arrowStrikethrough: false, selectionWidth: 0, hoverWidth: 0, endPointOffset: { to: 1 } },
    interaction: { hover: true, hoverConnectedEdges: false, selectConnectedEdges: false, multiselect: false, dragNodes: true, keyboard: false },
  });
  const network = picture.network;
  network.once("afterDrawing", whenDrawn);
  network.on("afterDrawing", drawOver);
  network.on("click", ({ nodes: [node], edges: [edge], pointer }) => {
    const line = findLitLine(pointer.canvas) || edge;
    if (node) choose(node);
    else if (line) chooseEdge(line);
    else if (state.node || state.edge) clearChoice();
  });
  network.on("dragging", ({ nodes: dragged }) => Object.entries(network.getPositions(dragged)).forEach(([id, spot]) => dragged.length && spots.set(id, spot)));
  const hover = (name, key, value) => network.on(name, (event) => {
    picture[key] = value(event);
    canvas.classList.toggle("over", Boolean(picture.hovered || picture.hoveredEdge));
    paint();
  });
  hover("hoverNode", "hovered", ({ node }) => node);
  hover("blurNode", "hovered", () => null);
  hover("hoverEdge", "hoveredEdge", ({ edge }) => edge);
  hover("blurEdge", "hoveredEdge", () => null);
  darkness.addEventListener("change", paint);
  canvas.addEventListener("keydown", moveByKey);
  fitPicture();
}

// No gliding while the page opens, nor for whoever asked their system for less motion.
const glide = () => (picture.opened && !calm.matches ? { duration: 350, easingFunction: "easeInOutQuad" } : false);

// The middle and the scale that bring all of `ids` into view with room for their names.
function frame(ids, most) {
  const found = ids.map((id) => spots.get(id));
  const span = (values) => [Math.min(...values), Math.max(...values)];
  const [left, right] = span(found.map((spot) => spot.x));
  const [top, bottom] = span(found.map((spot) => spot.y));
  const across = (canvas.clientWidth - 130) / Math.max(right - left, 1);
  const down = (canvas.clientHeight - 150) / Math.max(bottom - top, 1);
  const scale = Math.max(0.02, Math.min(most, across, down));
  return { position: { x: (left + right) / 2, y: (top + bottom) / 2 + 22 / scale }, scale }; // below stand names and buttons
}

function fitPicture() {
  const shown = [...picture.shown.nodes];
  const wanted = picture.focus && state.depth ? shown.filter((id) => picture.focus.nodes.has(id)) : shown;
  if (wanted.length) picture.network.moveTo({ ...frame(wanted, 1.6), animation: glide() });
}

function moveByKey(event) {
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const scale = picture.network.getScale();
  const { x, y } = picture.network.getViewPosition();
  if (steps[event.key]) {
    const [across, down] = steps[event.key];
    picture.network.moveTo({ position: { x: x + (across * 80) / scale, y: y + (down * 80) / scale } });
  } else if (event.key === "+" || event.key === "=") picture.network.moveTo({ scale: scale * 1.25 });
  else if (event.key === "-") picture.network.moveTo({ scale: scale / 1.25 });
  else if (event.key === "0") fitPicture();
  else return;
  event.preventDefault();
}

// What decides which things are in the picture: where it changes, what is left is brought into view.
const filters = (one) => [[...one.off].sort(), [...one.hiddenStatuses].sort(), one.sources, one.figures].join("|");

function updatePicture(before) {
  picture.shown = find();
  picture.focus = findFocus(picture.shown);
  paint();
  byId("empty").hidden = picture.shown.nodes.size > 0;
  const moved = state.node !== before.node || state.edge !== before.edge || (state.node && state.depth !== before.depth);
  if (moved && (state.node || state.edge)) showChosen();
  else if (!state.node && !state.edge && filters(state) !== filters(before) && picture.opened) fitPicture();
}

// Brings the chosen thing and its neighbours into view; where they would be too small to read, the thing alone.
function showChosen() {
  const { position, scale } = frame([...picture.focus.nodes].filter((id) => picture.shown.nodes.has(id)), 1.2);
  const least = 0.22;
  const wanted = scale < least && state.node ? { position: spots.get(state.node), scale: least } : { position, scale };
  picture.network.moveTo({ ...wanted, animation: glide() });
}
