// The legend is the filter: every class with its colour, shape and count.
const countOf = new Map();
for (const node of entities) countOf.set(classOf(node).id, (countOf.get(classOf(node).id) || 0) + 1);
const legendClasses = [...data.classes, ...(countOf.has("") ? [unknownClass] : [])];
const membersOf = (root) => legendClasses.filter((one) => one.root === root.id && (countOf.has(one.id) || one.id === root.id));
const sum = (list) => list.reduce((total, one) => total + (countOf.get(one.id) || 0), 0);
const allClasses = () => legendClasses.map((one) => one.id);
const boxes = [];

function toggle(set, ids, on) {
  const copy = new Set(set);
  ids.forEach((id) => (on ? copy.delete(id) : copy.add(id)));
  return copy;
}

function makeChoice({ name, mark, count, isOn, turn, only, key, className }) {
  const box = make("input", { type: "checkbox", "data-key": key });
  box.addEventListener("change", () => turn(box.checked));
  boxes.push({ box, isOn });
  return make("li", { class: className || "" }, make("label", {}, box, mark, make("span", { class: "grow", title: `${name.zh} ${name.en}` }, both(name)), make("span", { class: "count" }, count)),
    only ? make("button", { type: "button", class: "only", title: `只看 ${name.zh} Only this`, "aria-label": `只看 ${name.zh} Only ${name.en}`, onclick: only }, words("只看", "only")) : null);
}

function makeLine(kind) {
  return make("span", { class: `stroke ${kind}`, "aria-hidden": "true" });
}

function startLegend() {
  const roots = legendClasses.filter((one) => one.root === one.id && sum(membersOf(one)) > 0).sort((a, b) => sum(membersOf(b)) - sum(membersOf(a)));
  const list = byId("classes");
  for (const root of roots) {
    const members = membersOf(root);
    const ids = members.map((one) => one.id);
    const keepOnly = (kept) => change({ off: new Set(allClasses().filter((id) => !kept.includes(id))) });
    list.append(makeChoice({
      name: root, mark: makeSwatch(root), count: sum(members), key: localName(root.id),
      isOn: () => { const on = members.filter((one) => countOf.has(one.id) && !state.off.has(one.id)).length; return on === 0 ? false : on === members.filter((one) => countOf.has(one.id)).length ? true : "some"; },
      turn: (on) => change({ off: toggle(state.off, ids, on) }), only: () => keepOnly(ids),
    }));
    const named_ = members.filter((one) => countOf.has(one.id));
    if (named_.length < 2 && (named_[0] || root).id === root.id) continue;
    for (const one of named_) {
      list.append(makeChoice({
        name: one.id === root.id ? { zh: `${root.zh}（其他）`, en: `${root.en} (other)` } : one, mark: makeSwatch(one), count: countOf.get(one.id), key: one.id === root.id ? `${localName(one.id)}-own` : localName(one.id),
        className: "sub", isOn: () => !state.off.has(one.id), turn: (on) => change({ off: toggle(state.off, [one.id], on) }), only: () => keepOnly([one.id]),
      }));
    }
  }
  const statusList = byId("statuses");
  const lines = [...edges.values()];
  const kinds = [...data.statuses];
  if (lines.some((edge) => !edge.status)) kinds.push({ id: NO_STATUS, zh: "权威数据", en: "authority data", planned: false });
  for (const one of kinds) {
    const count = lines.filter((edge) => (edge.status || NO_STATUS) === one.id).length;
    statusList.append(makeChoice({
      name: one, mark: makeLine(kindOf(one.id)), count, key: localName(one.id), isOn: () => !state.hiddenStatuses.has(one.id),
      turn: (on) => change({ hiddenStatuses: toggle(state.hiddenStatuses, [one.id], on) }),
      only: () => change({ hiddenStatuses: new Set(kinds.map((kind) => kind.id).filter((id) => id !== one.id)) }),
    }));
  }
  const figureCount = lines.filter(isFigures).length;
  if (figureCount) statusList.append(makeChoice({ name: { zh: "连到指标的数字", en: "figures" }, mark: makeLine("figure"), count: figureCount, key: "figures", isOn: () => state.figures, turn: (on) => change({ figures: on }) }));
  const sources = [...nodes.values()].filter((node) => node.source);
  if (sources.length) statusList.append(makeChoice({ name: { zh: "来源文件", en: "source documents" }, mark: makeSwatch(classOf(sources[0])), count: sources.length, key: "sources", isOn: () => state.sources, turn: (on) => change({ sources: on }) }));
  byId("all").addEventListener("click", () => change({ off: new Set() }));
  byId("none").addEventListener("click", () => change({ off: new Set(allClasses()) }));
  const wide = matchMedia("(min-width: 861px)");
  const unfold = () => { byId("legend").open = wide.matches; };
  wide.addEventListener("change", unfold);
  unfold();
}

function updateLegend() {
  for (const { box, isOn } of boxes) {
    const on = isOn();
    box.checked = on !== false;
    box.indeterminate = on === "some";
  }
  const shown = picture.shown;
  const allNodes = [...nodes.values()].filter((node) => !node.source || state.sources || shown.nodes.has(node.id)).length;
  const planned = [...shown.edges].filter((id) => isPlanned(edges.get(id).status)).length;
  byId("counts").replaceChildren(...[
    `${shown.nodes.size} / ${allNodes} 实体 `, make("span", { lang: "en" }, "entities"),
    ` · ${shown.edges.size} / ${edges.size} 关系 `, make("span", { lang: "en" }, "relations"),
    ` · ${planned} 计划中 `, make("span", { lang: "en" }, "planned"),
    ` · ${data.figures.length} 数字 `, make("span", { lang: "en" }, "figures"),
    ` · ${data.quotes} 依据 `, make("span", { lang: "en" }, "quotes"),
    data.partial ? [` · 全图 ${data.partial.nodes} 实体、${data.partial.edges} 关系，其余展开时取 `, make("span", { lang: "en" }, "the rest is fetched on demand")] : ""].flat());
  const depths = byId("depths");
  depths.hidden = !state.node || Boolean(state.table);
  depths.replaceChildren(make("span", {}, words("突出", "Focus")), ...[[1, "一层邻居", "1 step"], [2, "两层", "2 steps"], [0, "不淡化", "all"]].map(([depth, zh, en]) =>
    make("button", { type: "button", "aria-pressed": String(state.depth === depth), onclick: () => change({ depth }) }, words(zh, en))));
}
