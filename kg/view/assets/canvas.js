// Our own renderer for graphs that vis-network is slow with. A picture that is quickly drawn is drawn anew in each frame;
// a larger one is drawn into a bitmap with a margin, in slices between frames, and while it moves the bitmap is moved.
const QUICK = 2500; // things and lines in view that a frame has time for
const MARGIN = 0.3; // of the window's sides, around the bitmap
const SLICE = 9; // milliseconds of a frame that drawing the bitmap may take

function makeCanvasRenderer(element, hooks_, whenDrawn) {
  const surface = make("canvas", {});
  element.append(surface);
  const screen = surface.getContext("2d", { alpha: false, willReadFrequently: true });
  const at = { x: 0, y: 0, scale: 1, ratio: 1, width: 0, height: 0 };
  let scene = makeScene();
  let glide_ = null;
  let asked = 0;
  let movedAt = -1000;
  let bitmap = null; // what is shown while the picture moves
  let making = null; // what will be
  let stale = true;
  let told = "";
  let first = true;

  const invalidate = () => { if (!asked) asked = requestAnimationFrame(drawFrame); };

  function fitSurface() {
    const ratio = Math.min(devicePixelRatio || 1, 2);
    const [width, height] = [element.clientWidth, element.clientHeight];
    if (width === at.width && height === at.height && ratio === at.ratio) return;
    Object.assign(at, { width, height, ratio });
    surface.width = Math.round(width * ratio);
    surface.height = Math.round(height * ratio);
    stale = true;
  }

  const windowBox = ({ x, y, scale, width, height }) => [x - width / 2 / scale, y - height / 2 / scale, x + width / 2 / scale, y + height / 2 / scale];
  const clear = (context) => {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = theme().page;
    context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  };

  function drawWhole(context, view, found) {
    clear(context);
    hooks_.under(context);
    for (const _ of drawScene(context, scene, view, found)) void _;
    hooks_.over(context);
  }

  function startBitmap() {
    const view = { ...at, width: at.width * (1 + 2 * MARGIN), height: at.height * (1 + 2 * MARGIN) };
    const [width, height] = [Math.round(view.width * at.ratio), Math.round(view.height * at.ratio)];
    const spare = making || (bitmap && bitmap.other) || make("canvas", {}).getContext("2d", { alpha: false, willReadFrequently: true });
    const context = spare.context || spare;
    if (context.canvas.width !== width || context.canvas.height !== height) Object.assign(context.canvas, { width, height });
    clear(context);
    hooks_.under(context, view);
    const found = findInView(scene, windowBox(view));
    making = { context, view, found, steps: drawScene(context, scene, view, found), other: bitmap ? bitmap.context : null };
    stale = false;
  }

  // Draws on for as long as a frame may; reading a pixel makes the browser do now what it would else put off.
  function drawSlice(time) {
    const end = performance.now() + time;
    let done = false;
    while (!done && performance.now() < end) {
      for (let n = 0; n < 3 && !done; n += 1) ({ done } = making.steps.next());
      making.context.getImageData(0, 0, 1, 1);
    }
    if (!done) return;
    bitmap = making;
    bitmap.other = making.other;
    making = null;
    told = bitmap.found.skipped;
  }

  const covers = (outer, inner) => outer[0] <= inner[0] && outer[1] <= inner[1] && outer[2] >= inner[2] && outer[3] >= inner[3];

  function blit() {
    clear(screen);
    if (!bitmap) return;
    const { view, context } = bitmap;
    const zoom = at.scale / view.scale;
    const left = at.width / 2 + (view.x - at.x) * at.scale - (view.width / 2) * zoom;
    const top = at.height / 2 + (view.y - at.y) * at.scale - (view.height / 2) * zoom;
    screen.imageSmoothingEnabled = zoom !== 1;
    screen.drawImage(context.canvas, Math.round(left * at.ratio), Math.round(top * at.ratio), view.width * zoom * at.ratio, view.height * zoom * at.ratio);
  }

  function drawFrame(now) {
    asked = 0;
    fitSurface();
    if (!at.width || !at.height) return;
    if (glide_) stepGlide(now);
    const quick = scene.count + scene.lines.length <= QUICK;
    let found = null;
    if (!quick) found = isFew() ? findInView(scene, windowBox(at)) : null;
    if (quick || (found && found.things.length + found.lines.length <= QUICK && !found.skipped)) {
      drawWhole(screen, at, found || findInView(scene, windowBox(at)));
      told = 0;
    } else {
      const still = performance.now() - movedAt > 140 && !glide_;
      const inside = bitmap && covers(windowBox(bitmap.view), windowBox(at));
      const fits = bitmap && bitmap.view.scale === at.scale && inside;
      if (!making && (stale || (still && !fits) || !inside)) startBitmap();
      if (making) drawSlice(first ? 1e9 : still ? 60 : SLICE);
      blit();
      if (still || first) hooks_.over(screen);
      else hooks_.overMoving(screen);
      if (making || !still) invalidate();
    }
    if (first) {
      first = false;
      whenDrawn();
    }
    hooks_.tell(told);
    if (glide_) invalidate();
  }

  // Whether so little may be in view that it can be drawn at once.
  const isFew = () => {
    let count = 0;
    scene.grid.visit(windowBox(at), () => { count += 1; });
    return count <= QUICK / 3;
  };

  function stepGlide(now) {
    const part = Math.min(1, (now - glide_.begin) / glide_.duration);
    const eased = part < 0.5 ? 2 * part * part : 1 - (2 - 2 * part) ** 2 / 2;
    const zoom = glide_.from.scale * (glide_.to.scale / glide_.from.scale) ** eased;
    Object.assign(at, { x: glide_.from.x + (glide_.to.x - glide_.from.x) * eased, y: glide_.from.y + (glide_.to.y - glide_.from.y) * eased, scale: zoom });
    movedAt = performance.now();
    if (part >= 1) glide_ = null;
  }

  function moveTo({ position, scale, duration }) {
    const to = { x: position ? position.x : at.x, y: position ? position.y : at.y, scale: scale ? Math.max(0.004, Math.min(8, scale)) : at.scale };
    if (duration) glide_ = { begin: performance.now(), duration, from: { ...at }, to };
    else {
      glide_ = null;
      Object.assign(at, to);
      movedAt = performance.now();
    }
    invalidate();
  }

  const toSpot = ({ x, y }) => ({ x: at.x + (x - at.width / 2) / at.scale, y: at.y + (y - at.height / 2) / at.scale });
  const findNode = ({ x, y }, slack) => {
    let best = { n: -1, distance: Infinity };
    const reach = Math.max(scene.grid.most, slack / at.scale) + 2;
    scene.grid.visit([x - reach, y - reach, x + reach, y + reach], (n) => {
      const distance = Math.hypot(scene.x[n] - x, scene.y[n] - y) - Math.max(scene.size[n], slack / at.scale);
      if (distance < 0 && distance < best.distance) best = { n, distance };
    });
    return best.n < 0 ? null : scene.ids[best.n];
  };
  const findLine = ({ x, y }, slack) => {
    let best = { n: -1, distance: slack / at.scale };
    const lines = making || bitmap ? (bitmap || making).found.lines : scene.lines.keys();
    for (const n of scene.lines.length <= QUICK ? scene.lines.keys() : lines) {
      const [a, b] = [scene.from[n], scene.to[n]];
      const reach = best.distance + (bends.has(scene.lines[n]) ? Math.hypot(scene.x[a] - scene.x[b], scene.y[a] - scene.y[b]) * 0.3 : 0);
      if (Math.min(scene.x[a], scene.x[b]) - reach > x || Math.max(scene.x[a], scene.x[b]) + reach < x || Math.min(scene.y[a], scene.y[b]) - reach > y || Math.max(scene.y[a], scene.y[b]) + reach < y) continue;
      const distance = farFrom(pathOf(scene.lineEdges[n]), { x, y });
      if (distance < best.distance) best = { n, distance };
    }
    return best.n < 0 ? null : scene.lines[best.n];
  };

  listenToPointer(element, {
    hooks: hooks_, toSpot, findNode, findLine,
    pan: (across, down) => moveTo({ position: { x: at.x - across / at.scale, y: at.y - down / at.scale } }),
    zoom: (factor, spot) => {
      const scale = Math.max(0.004, Math.min(8, at.scale * factor));
      const kept = toSpot(spot);
      moveTo({ scale, position: { x: kept.x - (spot.x - at.width / 2) / scale, y: kept.y - (spot.y - at.height / 2) / scale } });
    },
    drag: (id, spot) => {
      hooks_.drag(id, spot);
      const n = scene.place.get(id);
      Object.assign(scene.x, { [n]: spot.x });
      Object.assign(scene.y, { [n]: spot.y });
      stale = true;
      invalidate();
    },
  });
  new ResizeObserver(invalidate).observe(element);
  fitSurface();
  const repaint = () => { stale = true; making = null; invalidate(); };
  return {
    show: () => { scene = makeScene(); bitmap = scene.count + scene.lines.length <= QUICK ? null : bitmap; repaint(); },
    // Under the pointer only a name changes where the picture is a bitmap.
    paint: ({ hover = false } = {}) => (hover && bitmap ? invalidate() : repaint()),
    view: () => ({ ...at }),
    moveTo,
    toDom: ({ x, y }) => ({ x: (x - at.x) * at.scale + at.width / 2, y: (y - at.y) * at.scale + at.height / 2 }),
    isMoving: () => Boolean(glide_ || making || asked),
  };
}

// How far a place is from a line.
function farFrom(path, { x, y }) {
  let best = Infinity;
  let before = path.a;
  const parts = Math.abs(path.c.x - (path.a.x + path.b.x) / 2) + Math.abs(path.c.y - (path.a.y + path.b.y) / 2) > 0.01 ? 12 : 1;
  for (let n = 1; n <= parts; n += 1) {
    const after = pointOn(path, n / parts);
    const [across, down] = [after.x - before.x, after.y - before.y];
    const part = Math.max(0, Math.min(1, ((x - before.x) * across + (y - before.y) * down) / (across * across + down * down || 1)));
    best = Math.min(best, Math.hypot(before.x + across * part - x, before.y + down * part - y));
    before = after;
  }
  return best;
}
