// What the filters let through and what has been brought in; everything on the page asks here, so that picture, table
// and counts agree.
const ROUND = 30; // neighbours brought in at once
const OPEN = 48; // members of a group that opening it shows

const isEntity = (node) => !node.source;
const groupsNow = () => data.overview[state.by];
const groupOf = (node) => node.groups[state.by === "links" ? 0 : 1];
let membersFor = null;
let memberLists = [];

// The members of each group, the most linked first.
function membersOfGroups() {
  const key = `${state.by} ${nodes.size}`;
  if (membersFor !== key) {
    membersFor = key;
    memberLists = groupsNow().map(() => []);
    for (const node of nodes.values()) if (groupOf(node) >= 0) memberLists[groupOf(node)].push(node);
    memberLists.forEach((list) => list.sort(byDegree));
  }
  return memberLists;
}

// ---- time ----
const isDated = () => Boolean(state.since || state.until);
const overlaps = (begin, end) => (!state.since || end.slice(0, state.since.length) >= state.since) && (!state.until || begin.slice(0, state.until.length) <= state.until);
const dayOf = (id) => (nodes.has(id) ? nodes.get(id).issued : "");
const isIssued = (documents) => documents.some((id) => dayOf(id) && overlaps(dayOf(id), dayOf(id)));

// A line is of its figures' periods where periods are asked for and it has some, else of its documents' days.
function isInTime(edge) {
  if (state.axis === "period" && edge.spans.length) return edge.spans.some(([begin, end]) => overlaps(begin, end));
  return edge.documents.length === 0 || isIssued(edge.documents);
}

// ---- which lines and which entities pass the filters ----
function makeFilters() {
  const dated = isDated();
  const chosen = new Set([state.node, ...(state.edge ? [edges.get(state.edge).from, edges.get(state.edge).to] : [])].filter(Boolean));
  const isOpen = (edge) => edge.id === state.edge ||
    (!state.hiddenStatuses.has(edge.status || NO_STATUS) && (state.figures || !isFigures(edge)) && (!dated || isInTime(edge)));
  const passes = (node) => chosen.has(node.id) || (!state.gone.has(node.id) && !state.off.has(classOf(node).id) && (!node.source || state.sources));
  const keepsAll = state.hiddenStatuses.size === 0 && state.figures && !dated;
  // A thing without a line stays where no line has been filtered away; in a span of time, where it is named in it.
  const stays = (node) => chosen.has(node.id) || node.source || keepsAll || (dated && state.hiddenStatuses.size === 0 && state.figures && isIssued(node.documents));
  return { isOpen, passes, stays };
}

function nearOf(node, isOpen, passes) {
  const near = new Map();
  for (const edge of node.links) {
    const other = edge.a === node ? edge.b : edge.a;
    if (other !== node && isOpen(edge) && passes(other)) near.set(other.id, other);
  }
  return [...near.values()].sort(byDegree);
}

// What the overview holds: the first of each group, and what has been opened, brought in or lies on the way; of these
// what the filters let through.
function gather({ isOpen, passes }, isLeft) {
  const lists = membersOfGroups();
  const held = new Set();
  const single = new Set(state.brought); // whose lines are drawn one by one
  const take = (node) => held.add(node.id);
  const firstOf = (number, most) => {
    const found = [];
    for (const node of lists[number]) {
      if (found.length === most) break;
      if (isLeft(node)) found.push(node);
    }
    return found;
  };
  groupsNow().forEach((group, number) => firstOf(number, group.opening).forEach(take));
  groupsNow().forEach((group, number) => { if (state.opened.has(group.key)) firstOf(number, OPEN).forEach(take); });
  for (const [id, rounds] of state.grown) {
    held.add(id);
    single.add(id);
    nearOf(nodes.get(id), isOpen, passes).slice(0, rounds * ROUND).forEach(take);
  }
  for (const id of state.brought) held.add(id);
  for (const id of state.way ? findWay().nodes : []) { held.add(id); single.add(id); }
  if (state.node) { held.add(state.node); single.add(state.node); }
  if (state.edge) for (const id of [edges.get(state.edge).from, edges.get(state.edge).to]) { held.add(id); single.add(id); }
  if (state.sources) for (const node of nodes.values()) if (node.source) take(node);
  for (const id of held) if (!isLeft(nodes.get(id))) held.delete(id);
  return { held, single };
}

function find() {
  const filters = makeFilters();
  const { isOpen, passes, stays } = filters;
  const top = state.see === "top";
  const open = [];
  const linked = new Set();
  for (const edge of edges.values()) {
    if (!isOpen(edge) || !passes(edge.a) || !passes(edge.b)) continue;
    open.push(edge);
    linked.add(edge.from).add(edge.to);
  }
  const isLeft = (node) => passes(node) && (linked.has(node.id) || stays(node));
  if (!top) return { nodes: new Set([...nodes.values()].filter(isLeft).map((node) => node.id)), edges: new Set(open.map((edge) => edge.id)), bundles: new Map(), held: null };
  const { held, single } = gather(filters, isLeft);
  const shown = { nodes: new Set(held), edges: new Set(), bundles: new Map(), held };
  const way = state.way ? findWay().edges : new Set();
  for (const edge of open) {
    const [from, to] = [groupOf(edge.a), groupOf(edge.b)];
    if (held.has(edge.from) && held.has(edge.to) && (from === to || single.has(edge.from) || single.has(edge.to) || way.has(edge.id))) shown.edges.add(edge.id);
    else addToBundle(shown.bundles, edge, from, to);
  }
  return shown;
}

function addToBundle(bundles, edge, from, to) {
  if (from === to || from < 0 || to < 0) return;
  const key = [Math.min(from, to), Math.max(from, to)].map((number) => groupsNow()[number].key).join(" ");
  if (!bundles.has(key)) bundles.set(key, { key, from: Math.min(from, to), to: Math.max(from, to), edges: [], planned: 0, properties: new Map() });
  const bundle = bundles.get(key);
  bundle.edges.push(edge.id);
  bundle.planned += isPlanned(edge.status) ? 1 : 0;
  bundle.properties.set(edge.property, (bundle.properties.get(edge.property) || 0) + 1);
}

// “支持 23、实施 8”: the relations that most of a bundle's lines say.
function nameBundle(bundle, most = 2) {
  const first = [...bundle.properties].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, most);
  return first.map(([property, count]) => `${nameProperty(property)} ${count}`).join("、") + (bundle.properties.size > most ? " …" : "");
}

function nameProperty(property) {
  const { zh, en } = data.properties[property];
  return state.english && en && en !== zh ? `${zh} ${en}` : zh;
}

// ---- the way between two things: fewest lines, of several the one over the least linked ----
let wayFor = "";
let way_ = { nodes: [], edges: new Set() };

function findWay() {
  const key = `${state.way} ${[...state.hiddenStatuses]} ${state.figures} ${state.since} ${state.until} ${state.axis} ${[...state.off]} ${[...state.gone]} ${edges.size}`;
  if (wayFor !== key) {
    wayFor = key;
    way_ = searchWay(...state.way);
  }
  return way_;
}

function searchWay(start, goal) {
  const { isOpen, passes } = makeFilters();
  const ends = new Set([start, goal]);
  const found = new Map([[start, { cost: 0, edge: null, before: null }]]);
  let ring = [start];
  while (ring.length && !found.has(goal)) {
    const after = new Map();
    for (const here of ring) {
      const cost = found.get(here).cost + Math.log2(1 + nodes.get(here).degree);
      for (const edge of nodes.get(here).links) {
        const there = edge.from === here ? edge.to : edge.from;
        if (found.has(there) || !isOpen(edge) || !(ends.has(there) || passes(nodes.get(there)))) continue;
        if (!after.has(there) || cost < after.get(there).cost) after.set(there, { cost, edge: edge.id, before: here });
      }
    }
    after.forEach((step, id) => found.set(id, step));
    ring = [...after.keys()];
  }
  const list = [];
  const lines = new Set();
  for (let id = found.has(goal) ? goal : null; id; id = found.get(id).before) {
    list.unshift(id);
    if (found.get(id).edge) lines.add(found.get(id).edge);
  }
  return { nodes: list, edges: lines };
}

// The chosen thing with its neighbours over `depth` steps, or the way asked for; null where nothing is chosen.
function findFocus(shown) {
  if (state.edge) {
    const edge = edges.get(state.edge);
    return { nodes: new Set([edge.from, edge.to]), edges: new Set([edge.id]) };
  }
  if (state.way && !state.node && !state.group && !state.bundle) {
    const way = findWay();
    return way.nodes.length ? { nodes: new Set(way.nodes), edges: way.edges } : null;
  }
  if (!state.node) return null;
  if (state.depth === 0) return { nodes: shown.nodes, edges: shown.edges };
  const near = new Set([state.node]);
  const lines = new Set();
  for (let step = 0; step < state.depth; step += 1) {
    for (const id of [...near]) {
      for (const edge of nodes.get(id).links) {
        if (!shown.edges.has(edge.id)) continue;
        lines.add(edge.id);
        near.add(edge.from).add(edge.to);
      }
    }
  }
  for (const id of named.get(state.node) || []) near.add(id);
  return { nodes: near, edges: lines };
}
