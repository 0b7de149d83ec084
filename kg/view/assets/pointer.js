// Mouse, pen and fingers on our own canvas: click, double click, drag a thing or the picture, wheel, two fingers.
function listenToPointer(element, { hooks: hooks_, toSpot, findNode, findLine, pan, zoom, drag }) {
  const down = new Map();
  let pressed = null; // { id, at, moved }
  let span = null;
  let tapped = { time: -1000, x: 0, y: 0 };

  const placeOf = (event) => {
    const frame_ = element.getBoundingClientRect();
    return { x: event.clientX - frame_.left, y: event.clientY - frame_.top };
  };
  const slackOf = (event) => (event.pointerType === "touch" ? 16 : 5);
  const spanOf = () => {
    const [a, b] = [...down.values()];
    return { wide: Math.hypot(a.x - b.x, a.y - b.y), middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } };
  };

  element.addEventListener("pointerdown", (event) => {
    if (event.button > 0 || event.target.closest(".depths")) return;
    element.setPointerCapture(event.pointerId);
    const at = placeOf(event);
    down.set(event.pointerId, at);
    if (down.size === 2) {
      span = spanOf();
      pressed = null;
    } else pressed = { id: findNode(toSpot(at), slackOf(event) - 3), at, from: at, moved: false };
  });

  element.addEventListener("pointermove", (event) => {
    const at = placeOf(event);
    if (!down.has(event.pointerId)) {
      const spot = toSpot(at);
      const node = findNode(spot, 4);
      hooks_.hover({ node, edge: node ? null : findLine(spot, 4), spot });
      return;
    }
    down.set(event.pointerId, at);
    if (span && down.size === 2) {
      const now = spanOf();
      pan(now.middle.x - span.middle.x, now.middle.y - span.middle.y);
      zoom(now.wide / span.wide, now.middle);
      span = now;
    } else if (pressed) {
      if (!pressed.moved && Math.hypot(at.x - pressed.from.x, at.y - pressed.from.y) < 4) return;
      pressed.moved = true;
      if (pressed.id) drag(pressed.id, toSpot(at));
      else pan(at.x - pressed.at.x, at.y - pressed.at.y);
      pressed.at = at;
    }
  });

  const release = (event) => {
    if (!down.delete(event.pointerId)) return;
    if (down.size < 2) span = null;
    const held = pressed;
    pressed = null;
    if (!held || event.type === "pointercancel") return;
    const at = placeOf(event);
    const spot = toSpot(at);
    if (held.moved) {
      if (held.id) hooks_.drop(held.id, spot);
      return;
    }
    const node = findNode(spot, slackOf(event));
    const found = { node, edge: node ? null : findLine(spot, slackOf(event) + 2), spot, at, shift: event.shiftKey };
    const again = performance.now() - tapped.time < 400 && Math.hypot(at.x - tapped.x, at.y - tapped.y) < 9;
    tapped = again ? { time: -1000, x: 0, y: 0 } : { time: performance.now(), ...at };
    if (again) hooks_.doubleClick(found);
    else hooks_.click(found);
  };
  element.addEventListener("pointerup", release);
  element.addEventListener("pointercancel", release);
  element.addEventListener("pointerleave", () => hooks_.hover({ node: null, edge: null, spot: null }));
  element.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), placeOf(event));
  }, { passive: false });
}
