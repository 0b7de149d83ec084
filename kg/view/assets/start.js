// Starts everything; each change runs the parts in this order, the picture first because it says what is shown.
function update(before) {
  const only = (names) => before && !hasOther(state, before, Object.keys(defaults).filter((name) => !names.includes(name)));
  updatePicture(before);
  if (!only(["query"])) updateLegend();
  updateToolbar();
  updatePanel();
  updateSearch();
  updateTables(before);
}

const times = {};

function start() {
  data.quotes = data.quotes || data.evidence.length;
  countFigures();
  state = parseAddress(location.hash);
  startPicture(() => {
    times.firstDrawing = performance.now();
    performance.mark("policykg drawn");
  });
  startLegend();
  startToolbar();
  startSearch();
  listeners.push(update);
  update(null);
  picture.opened = true;
  addEventListener("popstate", restore);
  addEventListener("hashchange", () => { if (toAddress(state) !== location.hash && !(location.hash === "" && toAddress(state) === "#")) restore(); });
  byId("fit").addEventListener("click", () => fitPicture());
  byId("reset").addEventListener("click", () => {
    change({ ...defaults, table: state.table === "bundles" ? "nodes" : state.table });
    fitPicture();
  });
  byId("gone").addEventListener("click", () => change({ gone: new Set() }));
  byId("view").addEventListener("click", () => change({ table: state.table ? "" : "nodes" }));
  addEventListener("beforeprint", () => { printing = true; panel.querySelectorAll("details").forEach((one) => { one.open = true; }); paint(); });
  addEventListener("afterprint", () => { printing = false; paint(); });
  new MutationObserver(() => paint()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}

fetchAddress().then(start);

// For tests and screenshots: where a node, the middle of a line or a box stands in the window. Reads, never changes.
function toWindow(spot) {
  const { x, y } = picture.renderer.toDom(spot);
  const frame_ = canvas.getBoundingClientRect();
  return { x: frame_.left + x, y: frame_.top + y };
}
window.policykg = Object.freeze({
  times,
  nodeSpot: (id) => toWindow(spotOf(id)),
  edgeSpot: (id) => toWindow(middleOf(id)),
  boxSpot: (key) => { const box = arranged.boxes.find((one) => one.key === key); return toWindow({ x: box.x, y: box.y - box.height / 2 + 12 }); },
  shown: () => ({ nodes: [...picture.shown.nodes], edges: [...picture.shown.edges], bundles: [...picture.shown.bundles.values()].map(({ key, edges: lines }) => [key, lines.length]), boxes: arranged.boxes.map((box) => box.key) }),
  scale: () => picture.renderer.view().scale,
  toSvg, toTurtle,
  isAnimating: () => picture.renderer.isMoving(),
});
