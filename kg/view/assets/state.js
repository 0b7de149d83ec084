// What is chosen, and its copy in the address: #n=fund/…&off=Fund,Region&st=planned&q=…
const defaults = { node: null, edge: null, off: new Set(), hiddenStatuses: new Set(), sources: false, figures: true, query: "", depth: 1, table: "" };
let state = { ...defaults };
const listeners = [];
const NO_STATUS = "none";

function parseAddress(text) {
  const given = new URLSearchParams(text.replace(/^#/, ""));
  const node = longId(given.get("n") || "");
  const edge = longId(given.get("e") || "");
  const list = (name) => (given.get(name) || "").split(",").filter(Boolean);
  const off = list("off");
  const hidden = list("st");
  return {
    node: nodes.has(node) ? node : null,
    edge: !nodes.has(node) && edges.has(edge) ? edge : null,
    off: new Set([unknownClass, ...classes.values()].map((one) => one.id).filter((id) => off.includes(localName(id) || NO_STATUS))),
    hiddenStatuses: new Set([NO_STATUS, ...statuses.keys()].filter((id) => hidden.includes(localName(id)))),
    sources: given.get("docs") === "1",
    figures: given.get("fig") !== "0",
    query: given.get("q") || "",
    depth: given.get("depth") === "2" ? 2 : given.get("depth") === "0" ? 0 : 1,
    table: ["nodes", "edges"].includes(given.get("table")) ? given.get("table") : "",
  };
}

function toAddress(one) {
  const parts = [];
  const put = (name, value) => parts.push(`${name}=${encodeURIComponent(value).replace(/%(2F|2C|3A)/g, (code) => decodeURIComponent(code))}`);
  if (one.node) put("n", shortId(one.node));
  if (one.edge) put("e", shortId(one.edge));
  if (one.off.size) put("off", [...one.off].map((id) => localName(id) || NO_STATUS).sort().join(","));
  if (one.hiddenStatuses.size) put("st", [...one.hiddenStatuses].map(localName).sort().join(","));
  if (one.sources) put("docs", "1");
  if (!one.figures) put("fig", "0");
  if (one.depth !== 1) put("depth", one.depth);
  if (one.table) put("table", one.table);
  if (one.query) put("q", one.query);
  return `#${parts.join("&")}`;
}

// `quiet` replaces the address instead of adding a step to the history: for typing.
function change(part, { quiet = false } = {}) {
  const before = state;
  state = { ...state, ...part };
  const address = toAddress(state);
  if (address !== toAddress(before)) {
    const full = address === "#" ? location.pathname + location.search : address;
    if (quiet) history.replaceState(null, "", full);
    else history.pushState(null, "", full);
  }
  listeners.forEach((listener) => listener(before));
}

const choose = (node) => change({ node, edge: null });
const chooseEdge = (edge) => change({ node: null, edge });
const clearChoice = () => change({ node: null, edge: null });

function restore() {
  const before = state;
  state = parseAddress(location.hash);
  listeners.forEach((listener) => listener(before));
}

// What the filters let through; everything on the page asks here, so that picture, table and counts agree.
function find() {
  const keepsAll = state.hiddenStatuses.size === 0 && state.figures;
  const chosen = new Set();
  if (state.node) chosen.add(state.node);
  if (state.edge) chosen.add(edges.get(state.edge).from).add(edges.get(state.edge).to);
  const passes = (node) => chosen.has(node.id) || (!state.off.has(classOf(node).id) && (!node.source || state.sources));
  const shownEdges = new Set();
  const linked = new Set();
  for (const edge of edges.values()) {
    const status = edge.status || NO_STATUS;
    const open = edge.id === state.edge || (!state.hiddenStatuses.has(status) && (state.figures || !isFigures(edge)));
    if (open && passes(nodes.get(edge.from)) && passes(nodes.get(edge.to))) {
      shownEdges.add(edge.id);
      linked.add(edge.from).add(edge.to);
    }
  }
  const shownNodes = new Set();
  for (const node of nodes.values()) {
    if (passes(node) && (keepsAll || linked.has(node.id) || chosen.has(node.id) || node.source)) shownNodes.add(node.id);
  }
  return { nodes: shownNodes, edges: shownEdges };
}

// The chosen thing with its neighbours over `depth` steps; null where nothing is chosen.
function findFocus(shown) {
  if (state.edge) {
    const edge = edges.get(state.edge);
    return { nodes: new Set([edge.from, edge.to]), edges: new Set([edge.id]) };
  }
  if (!state.node) return null;
  const near = new Set([state.node]);
  const lines = new Set();
  for (let step = 0; step < state.depth; step += 1) {
    for (const id of [...near]) {
      for (const edge of nodes.get(id).links) {
        if (!shown.edges.has(edge.id)) continue;
        lines.add(edge.id);
        near.add(edge.from).add(edge.to);
      }
    }
  }
  if (state.depth === 0) return { nodes: shown.nodes, edges: shown.edges };
  for (const id of named.get(state.node) || []) near.add(id);
  return { nodes: near, edges: lines };
}
