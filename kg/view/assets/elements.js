// How elements are made: text only ever becomes a text node.
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
const drawn = "http://www.w3.org/2000/svg";

function makeDrawn(tag, attributes, ...children) {
  const element = document.createElementNS(drawn, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

// The shapes of classes, on a circle of radius 1: the same in the picture, the legend and an exported file.
const corner = (turn, reach) => [reach * Math.sin(turn), -reach * Math.cos(turn)];
const outlines = {
  dot: null,
  square: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
  diamond: [[0, -1.15], [1.15, 0], [0, 1.15], [-1.15, 0]],
  triangle: [[0, -1.1], [1.1, 0.9], [-1.1, 0.9]],
  triangleDown: [[0, 1.1], [1.1, -0.9], [-1.1, -0.9]],
  hexagon: Array.from({ length: 6 }, (_, n) => corner((n * Math.PI) / 3 + Math.PI / 6, 1.1)),
  star: Array.from({ length: 10 }, (_, n) => corner((n * Math.PI) / 5, n % 2 ? 0.55 : 1.25)),
};

function makeSwatch(one) {
  const points = outlines[one.shape];
  const mark = points
    ? makeDrawn("polygon", { points: points.map((point) => point.map((n) => n.toFixed(2)).join(",")).join(" ") })
    : makeDrawn("circle", { r: "1.1" });
  mark.style.setProperty("--colour", one.colour);
  return makeDrawn("svg", { viewBox: "-1.5 -1.5 3 3", class: "swatch", "aria-hidden": "true" }, mark);
}
