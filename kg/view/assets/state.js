// What is chosen, filtered and brought in, and its copy in the address: #n=fund/…&off=Fund,Region&st=planned&x=…&q=…
const NO_STATUS = "none";
const entities = [...nodes.values()].filter((node) => !node.source);
const FEW = 60; // entities that can be read without an overview
const defaults = {
  node: null, edge: null, group: null, bundle: null, off: new Set(), hiddenStatuses: new Set(), sources: false, figures: true, query: "", depth: 1, table: "",
  see: entities.length > FEW ? "top" : "all", by: "links", grown: new Map(), brought: new Set(), opened: new Set(), gone: new Set(), pins: new Map(),
  way: null, from: null, axis: "issued", since: "", until: "", size: "degree", english: false,
};
// What undo takes back: what the picture shows, not what is chosen in it.
const CONTENT = ["off", "hiddenStatuses", "sources", "figures", "see", "by", "grown", "brought", "opened", "gone", "pins", "way", "axis", "since", "until"];
let state = { ...defaults };
const listeners = [];
const past = [];
const future = [];

const escapeItem = (text) => text.replace(/[%,@*|]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
const unescapeItem = (text) => text.replace(/%(25|2C|40|2A|7C)/g, (code) => unescape_(code));
const toItem = (iri) => escapeItem(shortId(iri));

function parseAddress(text) {
  const given = new URLSearchParams(text.replace(/^#/, ""));
  const get = (name) => given.get(name) || "";
  const list = (name) => get(name).split(",").filter(Boolean);
  const node = (item) => { const id = longId(unescapeItem(item)); return nodes.has(id) ? id : ""; };
  const ids = (name) => list(name).map(node).filter(Boolean);
  const oneOf = (name, known, usual) => (known.includes(get(name)) ? get(name) : usual);
  const off = list("off");
  const hidden = list("st");
  const chosen = longId(get("n"));
  const edge = longId(get("e"));
  const by = oneOf("by", ["links", "class"], "links");
  const groupKeys = new Set(data.overview[by].map((group) => group.key));
  const groupKey = (item) => [unescapeItem(item), data.base + unescapeItem(item), KG + unescapeItem(item)].find((key) => groupKeys.has(key)) || "";
  const bundle = get("b").split("|").map(groupKey);
  const way = get("way").split(",").map(node);
  const [axis, since, until] = get("t").split(":");
  const day = (text_) => (/^\d{4}(-\d\d){0,2}$/.test(text_ || "") ? text_ : "");
  const pins = list("pin").map((item) => /^(.*)@(-?\d+)\*(-?\d+)$/.exec(item)).filter((found) => found && node(found[1]));
  return {
    ...defaults,
    node: nodes.has(chosen) ? chosen : null,
    edge: !nodes.has(chosen) && edges.has(edge) ? edge : null,
    group: groupKey(get("g")) || null,
    bundle: bundle.length === 2 && bundle.every(Boolean) ? bundle.join(" ") : null,
    off: new Set([unknownClass, ...classes.values()].map((one) => one.id).filter((id) => off.includes(localName(id) || NO_STATUS))),
    hiddenStatuses: new Set([NO_STATUS, ...statuses.keys()].filter((id) => hidden.includes(localName(id)))),
    sources: get("docs") === "1",
    figures: get("fig") !== "0",
    query: get("q"),
    depth: get("depth") === "2" ? 2 : get("depth") === "0" ? 0 : 1,
    table: oneOf("table", ["nodes", "edges", "bundles"], ""),
    see: oneOf("see", ["top", "all"], defaults.see),
    by,
    grown: new Map(list("x").map((item) => item.split("*")).map(([item, rounds]) => [node(item), Math.min(Number(rounds) || 1, 99)]).filter(([id]) => id)),
    brought: new Set(ids("w")),
    opened: new Set(list("open").map(groupKey).filter(Boolean)),
    gone: new Set(ids("hide")),
    pins: new Map(pins.map(([, item, x, y]) => [node(item), [Number(x), Number(y)]])),
    way: way.length === 2 && way.every(Boolean) ? way : null,
    axis: axis === "period" ? "period" : "issued",
    since: day(since),
    until: day(until),
    size: oneOf("size", ["degree", "documents", "figures", "quotes", "same"], "degree"),
    english: get("en") === "1",
  };
}

const toGroupItem = (key) => escapeItem(key.startsWith(KG) ? key.slice(KG.length) : shortId(key));

function toAddress(one) {
  const parts = [];
  const put = (name, value) => parts.push(`${name}=${encodeURIComponent(value).replace(/%(2F|2C|3A|40|7C)/g, (code) => decodeURIComponent(code))}`);
  const putList = (name, items) => { if (items.length) put(name, items.join(",")); };
  if (one.by !== "links") put("by", one.by);
  if (one.node) put("n", shortId(one.node));
  if (one.edge) put("e", shortId(one.edge));
  if (one.group) put("g", toGroupItem(one.group));
  if (one.bundle) put("b", one.bundle.split(" ").map(toGroupItem).join("|"));
  putList("off", [...one.off].map((id) => localName(id) || NO_STATUS).sort());
  putList("st", [...one.hiddenStatuses].map(localName).sort());
  if (one.sources) put("docs", "1");
  if (!one.figures) put("fig", "0");
  if (one.depth !== 1) put("depth", one.depth);
  putList("open", [...one.opened].map(toGroupItem));
  putList("x", [...one.grown].map(([id, rounds]) => toItem(id) + (rounds > 1 ? `*${rounds}` : "")));
  putList("w", [...one.brought].map(toItem));
  putList("hide", [...one.gone].map(toItem));
  putList("pin", [...one.pins].map(([id, [x, y]]) => `${toItem(id)}@${x}*${y}`));
  if (one.way) putList("way", one.way.map(toItem));
  if (one.since || one.until) put("t", `${one.axis}:${one.since}:${one.until}`);
  if (one.size !== "degree") put("size", one.size);
  if (one.english) put("en", "1");
  if (one.see !== defaults.see) put("see", one.see);
  if (one.table) put("table", one.table);
  if (one.query) put("q", one.query);
  return `#${parts.join("&")}`;
}

const contentOf = (one) => Object.fromEntries(CONTENT.map((name) => [name, one[name]]));
const isSame = (a, b) => a === b || (a instanceof Object && b instanceof Object && JSON.stringify([...a]) === JSON.stringify([...b]));
const hasOther = (one, other, names) => names.some((name) => !isSame(one[name], other[name]));

// `quiet` replaces the address instead of adding a step to the history: for typing. `undoing`: the step is not one to undo.
function change(part, { quiet = false, undoing = false } = {}) {
  const before = state;
  state = { ...state, ...part };
  if (!undoing && hasOther(state, before, CONTENT)) {
    past.push(contentOf(before));
    if (past.length > 200) past.shift();
    future.length = 0;
  }
  const address = toAddress(state);
  if (address !== toAddress(before)) {
    const full = address === "#" ? location.pathname + location.search : address;
    if (quiet) history.replaceState(null, "", full);
    else history.pushState(null, "", full);
  }
  listeners.forEach((listener) => listener(before));
}

const nothing = { node: null, edge: null, group: null, bundle: null };
const choose = (node) => change({ ...nothing, node });
const chooseEdge = (edge) => change({ ...nothing, edge });
const chooseGroup = (group) => change({ ...nothing, group });
const chooseBundle = (bundle) => change({ ...nothing, bundle });
const clearChoice = () => change({ ...nothing, from: null });

function undo(from = past, to = future) {
  if (!from.length) return;
  const earlier = from.pop();
  to.push(contentOf(state));
  change(earlier, { undoing: true });
}
const redo = () => undo(future, past);

function restore() {
  const before = state;
  state = { ...parseAddress(location.hash), from: state.from };
  listeners.forEach((listener) => listener(before));
}
