// What the picture holds as typed arrays, and drawing it on a canvas: only what is in view and can be read, in as few
// strokes as there are looks. Cells of a grid, sorted by counting, tell what is in view and under the pointer.
const CELLS = 128;
const MOST_LINES = 5000; // more at once are a grey field
const POINT = 1.6; // pixels of radius below which a shape is a point

function makeScene() {
  const ids = [...picture.order].map((node) => node.id);
  const place = new Map(ids.map((id, number) => [id, number]));
  const scene = { ids, place, count: ids.length, x: new Float32Array(ids.length), y: new Float32Array(ids.length), size: new Float32Array(ids.length) };
  placeThings(scene);
  const lines = [...picture.shown.edges].map((id) => edges.get(id));
  const weight = (edge) => Math.min(edge.a.degree, edge.b.degree) * 8 + Math.max(edge.a.degree, edge.b.degree);
  // Where not all can be read, those between what is most linked come first, and every so manieth of the rest.
  if (lines.length > MOST_LINES) {
    const weights = new Map(lines.map((edge) => [edge, weight(edge)]));
    lines.sort((a, b) => weights.get(b) - weights.get(a));
    spreadRest(lines, MOST_LINES / 2);
  }
  scene.lines = lines.map((edge) => edge.id);
  scene.from = Int32Array.from(lines, (edge) => place.get(edge.from));
  scene.to = Int32Array.from(lines, (edge) => place.get(edge.to));
  scene.lineEdges = lines;
  return scene;
}

// Orders what follows the first so that any beginning of it is spread over the whole.
function spreadRest(lines, first) {
  const rest = lines.splice(first);
  const stride = rest.length % 7919 ? 7919 : 7907; // primes: every place is met once
  for (let n = 0, at = 0; n < rest.length; n += 1, at = (at + stride) % rest.length) lines.push(rest[at]);
}

function placeThings(scene) {
  scene.ids.forEach((id, number) => {
    const { x, y } = spotOf(id);
    scene.x[number] = x;
    scene.y[number] = y;
    scene.size[number] = sizeOf(nodes.get(id));
  });
  scene.grid = makeGrid(scene);
}

function makeGrid({ x, y, size, count }) {
  let [left, right, top, bottom, most] = [Infinity, -Infinity, Infinity, -Infinity, 0];
  for (let n = 0; n < count; n += 1) {
    left = Math.min(left, x[n]);
    right = Math.max(right, x[n]);
    top = Math.min(top, y[n]);
    bottom = Math.max(bottom, y[n]);
    most = Math.max(most, size[n]);
  }
  const cell = Math.max((right - left) / CELLS, (bottom - top) / CELLS, 1);
  const at = (value, low) => Math.max(0, Math.min(CELLS - 1, Math.floor((value - low) / cell)));
  const starts = new Int32Array(CELLS * CELLS + 1);
  const cellOf = new Int32Array(count);
  for (let n = 0; n < count; n += 1) {
    cellOf[n] = at(y[n], top) * CELLS + at(x[n], left);
    starts[cellOf[n] + 1] += 1;
  }
  for (let n = 0; n < CELLS * CELLS; n += 1) starts[n + 1] += starts[n];
  const next = starts.slice();
  const items = new Int32Array(count);
  for (let n = 0; n < count; n += 1) items[next[cellOf[n]]++] = n;
  const visit = (box, see) => {
    for (let row = at(box[1], top); row <= at(box[3], top); row += 1) {
      for (let column = at(box[0], left); column <= at(box[2], left); column += 1) {
        for (let n = starts[row * CELLS + column]; n < starts[row * CELLS + column + 1]; n += 1) see(items[n]);
      }
    }
  };
  return { visit, most };
}

// What is in a box of the picture: its things in the order of importance, and its lines, the most important of them.
function findInView(scene, box) {
  const { x, y, from, to, grid } = scene;
  const things = [];
  const reach = grid.most;
  grid.visit([box[0] - reach, box[1] - reach, box[2] + reach, box[3] + reach], (n) => things.push(n));
  things.sort((a, b) => a - b);
  const lines = [];
  let skipped = 0;
  for (let n = 0; n < from.length; n += 1) {
    const [a, b] = [from[n], to[n]];
    if ((x[a] < box[0] && x[b] < box[0]) || (x[a] > box[2] && x[b] > box[2]) || (y[a] < box[1] && y[b] < box[1]) || (y[a] > box[3] && y[b] > box[3])) continue;
    if (lines.length < MOST_LINES || (picture.focus && picture.focus.edges.has(scene.lines[n]))) lines.push(n);
    else skipped += 1;
  }
  return { things, lines, skipped };
}

// Draws a part of the picture; gives way (`yield`) so often that whoever moves the picture does not wait for it.
function* drawScene(context, scene, view, found) {
  const { scale } = view;
  const across = view.width / 2 - view.x * scale;
  const down = view.height / 2 - view.y * scale;
  context.setTransform(view.ratio * scale, 0, 0, view.ratio * scale, view.ratio * across, view.ratio * down);
  yield* drawLines(context, scene, found.lines, scale);
  yield* drawThings(context, scene, found.things, scale);
}

function* drawLines(context, scene, lines, scale) {
  const fine = lines.length < 1500 && scale > 0.12;
  const looks = new Map();
  for (const n of lines) {
    const look = toEdgeLook(scene.lineEdges[n]);
    const key = `${look.lit ? 1 : 0}${look.alpha} ${look.colour} ${look.width} ${look.dash}`;
    if (!looks.has(key)) looks.set(key, { look, list: [] });
    looks.get(key).list.push(n);
  }
  const crowd = lines.length > 1500 ? 0.55 : 1;
  context.lineCap = "butt";
  for (const { look, list } of [...looks.values()].sort((a, b) => a.look.alpha - b.look.alpha)) {
    context.strokeStyle = look.colour;
    context.fillStyle = look.colour;
    context.globalAlpha = look.lit ? look.alpha : look.alpha * crowd;
    context.lineWidth = fine ? look.width : Math.max(look.lit ? 1.2 : 0.7, look.width * scale * 0.5) / scale;
    context.setLineDash(look.dash && (fine || look.lit) ? look.dash.map((part) => Math.max(part, (part * 0.5) / scale)) : []);
    for (let at = 0; at < list.length; at += 400) {
      context.beginPath();
      for (const n of list.slice(at, at + 400)) traceLine(context, scene, n, look.bend);
      context.stroke();
      yield;
    }
    context.setLineDash([]);
    if (fine) {
      context.beginPath();
      for (const n of list) traceArrow(context, scene, n);
      context.fill();
    }
  }
  context.globalAlpha = 1;
}

function traceLine(context, scene, n) {
  const [a, b] = [scene.from[n], scene.to[n]];
  const bend = bends.get(scene.lines[n]);
  context.moveTo(scene.x[a], scene.y[a]);
  if (!bend) context.lineTo(scene.x[b], scene.y[b]);
  else {
    const { c } = pathOf(scene.lineEdges[n]);
    context.quadraticCurveTo(c.x, c.y, scene.x[b], scene.y[b]);
  }
}

function traceArrow(context, scene, n) {
  const [a, b] = [scene.from[n], scene.to[n]];
  const bend = bends.get(scene.lines[n]);
  const from = bend ? pathOf(scene.lineEdges[n]).c : { x: scene.x[a], y: scene.y[a] };
  const [across, down] = [scene.x[b] - from.x, scene.y[b] - from.y];
  const length = Math.hypot(across, down);
  if (length < scene.size[b] + 8) return;
  const [u, v] = [across / length, down / length];
  const long = state.see === "top" ? 7 : 10;
  const [x, y] = [scene.x[b] - u * (scene.size[b] + 1), scene.y[b] - v * (scene.size[b] + 1)];
  context.moveTo(x, y);
  context.lineTo(x - u * long - v * long * 0.42, y - v * long + u * long * 0.42);
  context.lineTo(x - u * long + v * long * 0.42, y - v * long - u * long * 0.42);
  context.closePath();
}

function traceShape(context, shape, x, y, size) {
  const points = outlines[shape];
  if (!points) {
    context.moveTo(x + size, y);
    context.arc(x, y, size, 0, Math.PI * 2);
    return;
  }
  points.forEach(([across, down], place) => context[place ? "lineTo" : "moveTo"](x + across * size, y + down * size));
  context.closePath();
}

function* drawThings(context, scene, things, scale) {
  const colours = theme();
  const looks = new Map();
  for (const n of things) {
    const look = toNodeLook(nodes.get(scene.ids[n]));
    const key = `${look.dim ? 0 : look.chosen ? 2 : 1} ${look.colour} ${look.pinned}`;
    if (!looks.has(key)) looks.set(key, { look, list: [] });
    looks.get(key).list.push([n, look.shape]);
  }
  const rank = ({ look }) => (look.dim ? 0 : look.chosen ? 2 : 1);
  for (const group of [...looks.values()].sort((a, b) => rank(a) - rank(b))) {
    const { look, list } = group;
    context.globalAlpha = look.dim ? 0.13 : 1;
    context.fillStyle = look.colour;
    context.strokeStyle = look.chosen ? colours.strong : look.pinned ? colours.accent : colours.rim;
    context.lineWidth = look.chosen ? 4 : look.pinned ? 3 : 2;
    for (let at = 0; at < list.length; at += 300) {
      const some = list.slice(at, at + 300);
      // The least important first, so that the most linked lie on top.
      for (const [n, shape] of some.reverse()) {
        const size = scene.size[n];
        if (size * scale < POINT) {
          const side = Math.max(size * 1.8, 1.8 / scale);
          context.fillRect(scene.x[n] - side / 2, scene.y[n] - side / 2, side, side);
          continue;
        }
        context.beginPath();
        traceShape(context, shape, scene.x[n], scene.y[n], size);
        context.fill();
        if (size * scale > 3.5 || look.chosen) context.stroke();
      }
      yield;
    }
  }
  context.globalAlpha = 1;
}
