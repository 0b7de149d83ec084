// Taking the picture away: what is in view as PNG or SVG, what is shown as Turtle.
const WHOLE = 2; // pixels of a PNG for each of the window's

function save(name, type, content) {
  const blob = content instanceof Blob ? content : new Blob([content], { type });
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

// A canvas that is drawn like the window, larger and without what only the pointer shows.
function drawCopy() {
  const view = { ...picture.renderer.view(), ratio: WHOLE };
  const copy = make("canvas", { width: Math.round(view.width * WHOLE), height: Math.round(view.height * WHOLE) });
  const context = copy.getContext("2d");
  context.fillStyle = theme().page;
  context.fillRect(0, 0, copy.width, copy.height);
  const scene = makeScene();
  drawBoxes(context, makeView(view));
  for (const _ of drawScene(context, scene, view, findInView(scene, boxOfView(view)))) void _;
  drawLabels(context, { ...makeView(view), hovered: null, hoveredEdge: null }, picture.shown, picture.focus);
  return copy;
}

const boxOfView = ({ x, y, scale, width, height }) => [x - width / 2 / scale, y - height / 2 / scale, x + width / 2 / scale, y + height / 2 / scale];
const fileName = (ending) => `${(state.node ? nodes.get(state.node).label : document.title).replace(/[\\/:*?"<>|\s]+/g, "-").slice(0, 60)}.${ending}`;
const savePng = () => drawCopy().toBlob((blob) => save(fileName("png"), "image/png", blob), "image/png");

const escapeXml = (text) => String(text).replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, "").replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);

// An element of the file with its attributes and its content, which is text unless it is a list of elements.
function toXml(tag, attributes, content = "") {
  const given = Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeXml(typeof value === "number" ? Number(value.toFixed(2)) : value)}"`).join("");
  const inner = Array.isArray(content) ? content.join("") : escapeXml(content);
  return inner ? `<${tag}${given}>${inner}</${tag}>` : `<${tag}${given}/>`;
}

// Records what the drawing of names does to a canvas, as elements of the file.
function makeRecorder(parts) {
  const measure_ = make("canvas", {}).getContext("2d");
  const recorder = {
    save() {}, restore() {}, setTransform() {}, textAlign: "center", globalAlpha: 1, lineWidth: 1, strokeStyle: "", fillStyle: "",
    measureText: (text) => { measure_.font = recorder.font; return measure_.measureText(text); },
    strokeText(text, x, y) { put(text, x, y, { fill: "none", stroke: recorder.strokeStyle, "stroke-width": recorder.lineWidth, "stroke-linejoin": "round" }); },
    fillText(text, x, y) { put(text, x, y, { fill: recorder.fillStyle }); },
  };
  const put = (text, x, y, look) => {
    const [, weight, size] = /^(?:(\d+) )?([\d.]+)px/.exec(recorder.font) || [null, "400", "12"];
    parts.push(toXml("text", { x, y: y + size * 0.35, "font-size": Number(size), "font-weight": weight || "400", "text-anchor": recorder.textAlign === "left" ? "start" : "middle", opacity: recorder.globalAlpha, ...look }, text));
  };
  return recorder;
}

function toSvg() {
  const view = { ...makeView(), hovered: null, hoveredEdge: null };
  const { width, height, scale, colours, toScreen } = view;
  const parts = [toXml("title", {}, document.title), toXml("rect", { width, height, fill: colours.page })];
  if (state.see === "top") {
    for (const bundle of listBundles()) {
      const [[x1, y1], [x2, y2]] = [toScreen(bundle.a), toScreen(bundle.b)];
      const look = bundleLook(bundle, colours);
      parts.push(toXml("line", { class: "bundle", x1, y1, x2, y2, stroke: look.colour, opacity: look.alpha, "stroke-width": bundleWidth(bundle.count) * scale, ...(look.dash ? { "stroke-dasharray": look.dash.join(" ") } : {}) }));
    }
    for (const box of arranged.boxes) {
      const [x, y] = toScreen({ x: box.x - box.width / 2, y: box.y - box.height / 2 });
      parts.push(toXml("rect", { class: "box", x, y, width: box.width * scale, height: box.height * scale, rx: 10, fill: colours.box, stroke: colours.boxRim }));
    }
  }
  for (const id of picture.shown.edges) {
    const edge = edges.get(id);
    const [a, b, c] = [pathOf(edge).a, pathOf(edge).b, pathOf(edge).c].map(toScreen);
    const look = toEdgeLook(edge);
    const dash = look.dash ? { "stroke-dasharray": look.dash.map((part) => part * scale).map((part) => Math.max(part, 1.5).toFixed(1)).join(" ") } : {};
    parts.push(toXml("path", { class: `edge ${look.kind}`.trim(), d: `M${a.map((n) => n.toFixed(1)).join(" ")}Q${c.map((n) => n.toFixed(1)).join(" ")} ${b.map((n) => n.toFixed(1)).join(" ")}`, fill: "none", stroke: look.colour, opacity: look.alpha, "stroke-width": Math.max(look.width * scale, 0.6), ...dash }, [toXml("title", {}, `${edge.a.label} ${nameProperty(edge.property)} ${edge.b.label}`)]));
  }
  for (const node of [...picture.order].reverse()) {
    const [x, y] = toScreen(spotOf(node.id));
    const look = toNodeLook(node);
    const radius = Math.max(look.size * scale, 0.8);
    const shape = { class: "node", fill: look.colour, stroke: colours.rim, "stroke-width": 1, opacity: look.dim ? 0.13 : 1 };
    const name = [toXml("title", {}, `${node.label}（${classOf(node).zh}）`)];
    const points = outlines[look.shape];
    parts.push(points ? toXml("polygon", { points: points.map(([u, v]) => `${(x + u * radius).toFixed(1)},${(y + v * radius).toFixed(1)}`).join(" "), ...shape }, name) : toXml("circle", { cx: x, cy: y, r: radius, ...shape }, name));
  }
  drawLabels(makeRecorder(parts), view, picture.shown, picture.focus);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${toXml("svg", { xmlns: drawn, width, height, viewBox: `0 0 ${width} ${height}`, "font-family": fontFamily }, parts)}\n`;
}

const saveSvg = () => save(fileName("svg"), "image/svg+xml", toSvg());
