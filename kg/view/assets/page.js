// The data block, and how elements are made: text only ever becomes a text node.
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "onclick") element.addEventListener("click", value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

function both(text) {
  const english = text.en && text.en !== text.zh ? make("span", { lang: "en" }, text.en) : null;
  return [text.zh, english ? " " : null, english];
}

const words = (zh, en) => both({ zh, en });
const nodes = new Map(data.nodes.map((node) => [node.id, { ...node, ...data.things[node.id], links: [] }]));
const edges = new Map();
for (const edge of data.edges) {
  const whole = { ...edge, ...data.links[edge.id] };
  edges.set(edge.id, whole);
  nodes.get(edge.from).links.push(whole);
  if (edge.to !== edge.from) nodes.get(edge.to).links.push(whole);
}
const classes = new Map(data.classes.map((one) => [one.id, one]));
const statuses = new Map(data.statuses.map((one) => [one.id, one]));
const unknownClass = { id: "", zh: "未分类", en: "Unclassified", root: "", colour: "#7d8597", shape: "dot" };
const classOf = (node) => classes.get(node.classes[0]) || unknownClass;
const localName = (iri) => iri.replace(/^.*[#/]/, "");
// In the address an IRI stands without its base and without percent signs, which a second encoding would make unreadable.
function unescape_(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
const shortId = (iri) => unescape_(data.base && iri.startsWith(data.base) ? iri.slice(data.base.length) : iri);
const longIds = new Map([...nodes.keys(), ...edges.keys()].flatMap((iri) => [[shortId(iri), iri], [unescape_(iri), iri], [iri, iri]]));
const longId = (text) => longIds.get(text) || longIds.get(unescape_(text)) || "";
const isPlanned = (status) => Boolean(status && statuses.get(status) && statuses.get(status).planned);
const isFigures = (edge) => edge.figures.length > 0;
const byDegree = (a, b) => b.degree - a.degree || a.label.localeCompare(b.label, "zh-CN");

// Entities that each document names: the picture leaves those lines out, the panel lists them.
const named = new Map();
for (const node of nodes.values()) {
  if (node.source) continue;
  for (const number of node.evidence) {
    const document_ = data.evidence[number].document;
    if (!named.has(document_)) named.set(document_, new Set());
    named.get(document_).add(node.id);
  }
}

// A class's shape as a small drawing, the same as in the picture.
const outlines = {
  dot: null,
  square: [[-1, -1], [1, -1], [1, 1], [-1, 1]],
  diamond: [[0, -1.15], [1.15, 0], [0, 1.15], [-1.15, 0]],
  triangle: [[0, -1.1], [1.1, 0.9], [-1.1, 0.9]],
  triangleDown: [[0, 1.1], [1.1, -0.9], [-1.1, -0.9]],
  hexagon: [0, 1, 2, 3, 4, 5].map((n) => [1.1 * Math.cos((n * Math.PI) / 3), 1.1 * Math.sin((n * Math.PI) / 3)]),
  star: Array.from({ length: 10 }, (_, n) => {
    const reach = n % 2 ? 0.55 : 1.25;
    return [reach * Math.sin((n * Math.PI) / 5), -reach * Math.cos((n * Math.PI) / 5)];
  }),
};

function makeSwatch(one) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("viewBox", "-1.5 -1.5 3 3");
  drawing.setAttribute("class", "swatch");
  drawing.setAttribute("aria-hidden", "true");
  const points = outlines[one.shape];
  const mark = document.createElementNS(space, points ? "polygon" : "circle");
  if (points) mark.setAttribute("points", points.map((point) => point.map((n) => n.toFixed(2)).join(",")).join(" "));
  else mark.setAttribute("r", "1.1");
  mark.style.setProperty("--colour", one.colour);
  drawing.append(mark);
  return drawing;
}
