// Starts everything; each change runs the parts in this order, the picture first because it says what is shown.
function update(before) {
  updatePicture(before);
  updateLegend();
  updatePanel(before);
  updateSearch();
  updateTables();
}

state = parseAddress(location.hash);
const times = {};
startPicture(() => { times.firstDrawing = performance.now(); });
startLegend();
startSearch();
listeners.push(update);
update(defaults);
picture.opened = true;
addEventListener("popstate", restore);
addEventListener("hashchange", () => { if (toAddress(state) !== location.hash && !(location.hash === "" && toAddress(state) === "#")) restore(); });
byId("fit").addEventListener("click", () => fitPicture());
byId("reset").addEventListener("click", () => {
  change({ ...defaults, table: state.table });
  fitPicture();
});
byId("view").addEventListener("click", () => change({ table: state.table ? "" : "nodes" }));
addEventListener("beforeprint", () => panel.querySelectorAll("details").forEach((one) => { one.open = true; }));

// For tests and screenshots: where a node or the middle of a line stands in the window. Reads, never changes.
function toWindow(spot) {
  const { x, y } = picture.network.canvasToDOM(spot);
  const frame = canvas.getBoundingClientRect();
  return { x: frame.left + x, y: frame.top + y };
}
window.policykg = Object.freeze({
  times,
  nodeSpot: (id) => toWindow(picture.network.getPosition(id)),
  edgeSpot: (id) => toWindow(middleOf(id)),
  isAnimating: () => Boolean(picture.network.view && picture.network.view.easingTime > 0 && picture.network.view.easingTime < 1),
});
