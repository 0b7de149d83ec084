// What a reader does with the picture: bring neighbours in, open a group, hide, pin, find a way, take back.
const plus = (set, ...items) => new Set([...set, ...items]);
const minus = (set, ...items) => new Set([...set].filter((item) => !items.includes(item)));
const say = (zh, en) => { byId("said").textContent = `${zh} ${en}`; };
const tell = (zh, en) => {
  say(zh, en);
  byId("told").replaceChildren(...words(zh, en).filter(Boolean));
  byId("told").hidden = false;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => { byId("told").hidden = true; }, 4200);
};

// Double click: the neighbours, the most linked first, thirty at a time; from a server also those it has not sent.
async function grow(id) {
  const node = nodes.get(id);
  if (isPartial(node)) await fetchNear(node);
  const { isOpen, passes } = makeFilters();
  const near = nearOf(node, isOpen, (other) => passes(other) || state.gone.has(other.id));
  const gone = minus(state.gone, ...near.map((one) => one.id));
  if (state.see === "all") {
    change({ ...nothing, node: id, gone, ...(gone.size === state.gone.size ? {} : { depth: 1 }) });
    tell(`“${node.label}”的 ${near.length} 个邻居都在图中`, `all ${near.length} neighbours are in the picture`);
    return;
  }
  const rounds = state.grown.get(id) || 0;
  const more = near.length > rounds * ROUND;
  change({ ...nothing, node: id, gone, grown: more ? new Map(state.grown).set(id, rounds + 1) : state.grown });
  const now = Math.min(near.length, (rounds + 1) * ROUND);
  if (!near.length) tell(`“${node.label}”没有可显示的邻居`, "no neighbours to show");
  else if (now < near.length) tell(`引入了 ${now} / ${near.length} 个邻居，再双击引入更多`, `${now} of ${near.length} neighbours; again for more`);
  else tell(`“${node.label}”的 ${near.length} 个邻居都在图中`, `all ${near.length} neighbours are in the picture`);
}

function openGroup(key) {
  if (state.opened.has(key)) change({ opened: minus(state.opened, key) });
  else change({ ...nothing, group: key, opened: plus(state.opened, key) });
}

function hide(id) {
  change({ ...nothing, gone: plus(state.gone, id), grown: new Map([...state.grown].filter(([one]) => one !== id)), brought: minus(state.brought, id) });
  tell(`藏起了“${nodes.get(id).label}”，Ctrl+Z 撤销`, "hidden; Ctrl+Z takes it back");
}

function pin(id) {
  const pins = new Map(state.pins);
  if (!pins.delete(id)) {
    const { x, y } = spotOf(id);
    pins.set(id, [Math.round(x), Math.round(y)]);
  }
  change({ pins });
}

// The way between two things: first one, then — by click, search or panel — the other.
function startWay(id) {
  change({ from: id, way: null });
  tell(`再选另一头：点图上的实体或搜索`, "now choose the other end: click or search");
}

async function askWay(from, to) {
  if (from === to) return;
  if (data.partial) await fetchWay(from, to);
  change({ ...nothing, from: null, way: [from, to] });
  const way = findWay();
  if (!way.nodes.length) tell("两者之间没有路径（按现在的筛选）", "no path between them under these filters");
  else tell(`路径：${way.nodes.length - 1} 步`, `path of ${way.nodes.length - 1} steps`);
}

// From search and panel: what is not in the overview yet comes in; where a way is being asked for, its other end.
function goTo(id) {
  if (state.from && state.from !== id) askWay(state.from, id);
  else choose(id);
}

// Shift and an arrow: the nearest thing in that direction.
function stepTo(across, down) {
  const start = state.node || (picture.order[0] && picture.order[0].id);
  if (!start) return;
  if (!state.node) { choose(start); return; }
  const from = spotOf(start);
  let best = { id: null, cost: Infinity };
  for (const id of picture.shown.nodes) {
    if (id === start) continue;
    const spot = spotOf(id);
    const along = (spot.x - from.x) * across + (spot.y - from.y) * down;
    const aside = Math.abs((spot.x - from.x) * down) + Math.abs((spot.y - from.y) * across);
    if (along > 1 && along + aside * 2 < best.cost) best = { id, cost: along + aside * 2 };
  }
  if (best.id) choose(best.id);
}

function moveByKey(event) {
  if (event.altKey) return;
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const { scale, x, y } = picture.renderer.view();
  if (steps[event.key] && event.shiftKey) stepTo(...steps[event.key]);
  else if (event.ctrlKey || event.metaKey) return;
  else if (steps[event.key]) {
    const [across, down] = steps[event.key];
    picture.renderer.moveTo({ position: { x: x + (across * 80) / scale, y: y + (down * 80) / scale } });
  } else if (event.key === "+" || event.key === "=") picture.renderer.moveTo({ scale: scale * 1.25 });
  else if (event.key === "-") picture.renderer.moveTo({ scale: scale / 1.25 });
  else if (event.key === "0") fitPicture();
  else if (event.key === "Enter" && state.group) openGroup(state.group);
  else return;
  event.preventDefault();
}

// Keys that mean the chosen thing wherever the cursor is, but not while somebody types.
const isTyping = (target) => /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !["checkbox", "range"].includes(target.type);

function actByKey(event) {
  if (isTyping(event.target) || event.isComposing || event.altKey) return;
  const key = event.key.toLowerCase();
  if ((event.ctrlKey || event.metaKey) && (key === "z" || key === "y")) {
    if (key === "y" || event.shiftKey) redo();
    else undo();
  } else if (event.ctrlKey || event.metaKey) return;
  else if (state.node && key === "e") grow(state.node);
  else if (state.node && key === "h") hide(state.node);
  else if (state.node && key === "p") pin(state.node);
  else if (state.node && key === "w") startWay(state.node);
  else return;
  event.preventDefault();
}

function makeActions(node) {
  const button = (zh, en, key, act, pressed = null) => make("button", { type: "button", title: `${zh} ${en} (${key})`, "aria-pressed": pressed === null ? null : String(pressed), "data-do": en.split(" ")[0].toLowerCase(), onclick: act }, words(zh, en));
  return make("p", { class: "actions" },
    button("展开邻居", "Expand", "E", () => grow(node.id)), button("隐藏", "Hide", "H", () => hide(node.id)),
    button(state.pins.has(node.id) ? "松开" : "固定", state.pins.has(node.id) ? "Unpin" : "Pin", "P", () => pin(node.id), state.pins.has(node.id)),
    button("找路径", "Path to…", "W", () => startWay(node.id)));
}
