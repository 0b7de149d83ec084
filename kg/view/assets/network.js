// vis-network, which pyvis brings, draws what it draws well: some hundred things. No physics; what has changed is sent.
function makeVisRenderer(element, hooks_, whenDrawn) {
  const sent = { nodes: new Map(), edges: new Map() };
  const glideTo = (duration) => (duration ? { duration, easingFunction: "easeInOutQuad" } : false);

  function toVisNode(node) {
    const hidden = !picture.shown.nodes.has(node.id);
    if (hidden) return { id: node.id, hidden };
    const look = toNodeLook(node);
    const { x, y } = spotOf(node.id);
    const border = look.chosen ? theme().strong : look.pinned ? theme().accent : theme().rim;
    // vis-network draws a star smaller than other shapes of the same size.
    const size = look.shape === "star" ? look.size * 1.25 : look.size;
    return { id: node.id, hidden, x, y, shape: look.shape, size, opacity: look.dim ? 0.13 : 1, borderWidth: look.chosen ? 5 : look.pinned ? 3 : 2, color: { background: look.colour, border } };
  }

  function toVisEdge(edge) {
    const hidden = !picture.shown.edges.has(edge.id);
    const ends = { id: edge.id, from: edge.from, to: edge.to, arrows: "to" };
    if (hidden) return { ...ends, hidden, color: "#888888", smooth: false };
    const { colour, alpha, width, dash, bend } = toEdgeLook(edge);
    const smooth = bend ? { enabled: true, type: bend > 0 ? "curvedCW" : "curvedCCW", roundness: Math.abs(bend) } : false;
    return { ...ends, hidden, smooth, width, dashes: dash || false, color: { color: colour, highlight: colour, hover: colour, opacity: alpha } };
  }

  // Only what looks different from before goes to vis-network.
  function send(set, items, toLook, before) {
    const changed = [];
    for (const item of items) {
      const look = toLook(item);
      const key = JSON.stringify(look);
      if (before.get(item.id) !== key) {
        before.set(item.id, key);
        changed.push(look);
      }
    }
    if (changed.length) set.update(changed);
  }

  const nodeSet = new vis.DataSet();
  const edgeSet = new vis.DataSet();
  const sendAll = () => {
    send(nodeSet, nodes.values(), toVisNode, sent.nodes);
    send(edgeSet, edges.values(), toVisEdge, sent.edges);
  };
  sendAll();
  const network = new vis.Network(element, { nodes: nodeSet, edges: edgeSet }, {
    physics: false,
    layout: { improvedLayout: false },
    nodes: { chosen: false },
    edges: { chosen: false, arrows: { to: { scaleFactor: 0.45 } }, arrowStrikethrough: false, selectionWidth: 0, hoverWidth: 0, endPointOffset: { to: 1 } },
    interaction: { hover: true, hoverConnectedEdges: false, selectConnectedEdges: false, multiselect: false, dragNodes: true, keyboard: false },
  });
  const lineOf = (id) => { const line = network.body.edges[id]; return line && line.connected ? line.edgeType : null; };
  const toEvent = ({ nodes: [node = null], edges: [edge = null], pointer, event }) =>
    ({ node, edge, spot: pointer.canvas, at: pointer.DOM, shift: Boolean(event && event.srcEvent && event.srcEvent.shiftKey) });
  network.once("afterDrawing", whenDrawn);
  network.on("beforeDrawing", (context) => hooks_.under(context));
  network.on("afterDrawing", (context) => hooks_.over(context));
  network.on("click", (event) => hooks_.click(toEvent(event)));
  network.on("doubleClick", (event) => hooks_.doubleClick(toEvent(event)));
  network.on("dragging", ({ nodes: [node] }) => { if (node) hooks_.drag(node, network.getPosition(node)); });
  network.on("dragEnd", ({ nodes: [node] }) => { if (node) hooks_.drop(node, network.getPosition(node)); });
  const over = { node: null, edge: null };
  const hover = (part) => (event) => {
    Object.assign(over, part(event));
    hooks_.hover({ ...over, spot: null });
  };
  network.on("hoverNode", hover(({ node }) => ({ node })));
  network.on("blurNode", hover(() => ({ node: null })));
  network.on("hoverEdge", hover(({ edge }) => ({ edge })));
  network.on("blurEdge", hover(() => ({ edge: null })));
  element.addEventListener("pointermove", (event) => {
    if (event.buttons) return;
    const frame_ = element.getBoundingClientRect();
    hooks_.hover({ ...over, spot: network.DOMtoCanvas({ x: event.clientX - frame_.left, y: event.clientY - frame_.top }) });
  });

  return {
    show: () => { sendAll(); network.redraw(); },
    paint: () => { sendAll(); network.redraw(); },
    view: () => ({ ...network.getViewPosition(), scale: network.getScale(), ratio: network.canvas.frame.canvas.width / element.clientWidth, width: element.clientWidth, height: element.clientHeight }),
    moveTo: ({ position, scale, duration }) => network.moveTo({ ...(position ? { position } : {}), ...(scale ? { scale } : {}), animation: glideTo(duration) }),
    toDom: (spot) => network.canvasToDOM(spot),
    middle: (id) => { const line = lineOf(id); return line && line.getPoint(0.5); },
    pointOn: (id, part) => { const line = lineOf(id); return line && line.getPoint(part); },
    isMoving: () => Boolean(network.view && network.view.easingTime > 0 && network.view.easingTime < 1),
  };
}
