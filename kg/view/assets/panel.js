// The side panel: all that is said of the chosen node or edge, each with the words it was read from.
const panel = byId("panel");

function makeLink(id) {
  const node = nodes.get(id);
  if (!node) return make("span", {}, localName(id));
  return make("button", { type: "button", class: "link", onclick: () => goTo(id), "data-node": id }, makeSwatch(classOf(node)), node.label);
}

function makeStatus(status) {
  if (!status) return make("span", { class: "status" }, words("权威数据", "authority data"));
  const one = statuses.get(status);
  return make("span", { class: `status ${kindOf(status)}`.trim() }, both(one));
}

const toFactClass = (status) => `fact ${kindOf(status)}`.trim();

// What a line follows from: statements with their own quotes, or the thing of which it is said without one.
function makePremise(id) {
  const edge = edges.get(id);
  if (!edge) return make("li", { class: "fact" }, nodes.has(id) ? [make("p", { class: "relation" }, makeLink(id)), make("p", { class: "soft" }, words("文件元数据或权威数据所说", "said by metadata or the authority"))] : make("p", { class: "iri" }, id));
  return make("li", { class: toFactClass(edge.status) },
    make("p", { class: "relation" }, makeLink(edge.from), make("button", { type: "button", class: "line", title: "在图上看这条关系 Show this line", onclick: () => chooseEdge(edge.id) }, `— ${nameProperty(edge.property)} →`), makeLink(edge.to), makeStatus(edge.status)),
    makeEvidences(edge.evidence));
}

function makePremises(edge) {
  const known = edge.premises.length
    ? make("ul", { class: "facts" }, edge.premises.map(makePremise))
    : make("p", { class: "soft" }, words("由本体的公理推得，没有单独的前提。", "It follows from the ontology alone."));
  return makeSection("前提", "Premises", edge.premises.length, make("p", { class: "soft" }, words("没有文件直接这样说；由下列各条推得。", "No document says this; it follows from these.")), known);
}

function makeEvidence(number) {
  const one = data.evidence[number];
  const where = [one.section, one.paragraph === null ? "" : `第 ${one.paragraph} 段 ¶${one.paragraph}`].filter(Boolean).join(" · ");
  return make("figure", { class: "evidence" },
    make("blockquote", {}, one.prefix, make("mark", {}, one.quote), one.suffix),
    make("figcaption", {}, makeLink(one.document), where ? make("span", { class: "where" }, where) : null));
}

// Many quotes for one thing: the first is open, the rest one click away.
function makeEvidences(numbers, open = 1) {
  if (!numbers.length) return [];
  const rest = numbers.slice(open);
  return [
    numbers.slice(0, open).map(makeEvidence),
    rest.length ? make("details", { class: "more" }, make("summary", {}, `另有 ${rest.length} 处依据 `, make("span", { lang: "en" }, `${rest.length} more`)), rest.map(makeEvidence)) : null,
  ].flat();
}

function makeFold(numbers) {
  if (!numbers.length) return null;
  return make("details", { class: "more" }, make("summary", {}, words("依据", "Evidence"), ` ${numbers.length}`), numbers.map(makeEvidence));
}

function groupDigits(digits) {
  const [, sign, whole, fraction] = /^(-?)(\d*)(\.\d+)?$/.exec(digits) || [null, "", digits, ""];
  return sign + whole.replace(/\B(?=(\d{3})+$)/g, ",") + (fraction || "");
}

function makeFigure(figure, leaveOut, folded) {
  const row = (zh, en, value) => (value ? [make("dt", {}, words(zh, en)), make("dd", {}, value)] : []);
  const days = figure.begin ? ` (${figure.begin} – ${figure.end})` : "";
  return make("li", { class: toFactClass(figure.status) },
    make("p", { class: "written" }, make("strong", {}, figure.written), " ", figure.period ? make("span", { class: "period" }, figure.period) : null, makeStatus(figure.status)),
    make("dl", {},
      leaveOut === "indicator" ? [] : row("指标", "indicator", makeLink(figure.indicator)),
      leaveOut === "about" ? [] : row("对象", "about", makeLink(figure.about)),
      row("数值", "value", [figure.bound.zh ? make("span", {}, both(figure.bound), " ") : null, `${groupDigits(figure.value)} `, make("span", {}, both(figure.unit))].filter(Boolean)),
      row("口径", "kind", figure.kind.zh ? make("span", {}, both(figure.kind)) : null),
      row("时期", "period", figure.period ? figure.period + days : null),
      row("范围", "scope", figure.scope ? makeLink(figure.scope) : null)),
    folded ? makeFold(figure.evidence) : makeEvidences(figure.evidence));
}

function makeSection(zh, en, count, ...content) {
  return make("section", {}, make("h3", {}, words(zh, en), count === null ? null : make("span", { class: "count" }, count)), content);
}

function makeRelations(links, node, outwards, folded) {
  const groups = new Map();
  for (const edge of links) {
    if (!groups.has(edge.property)) groups.set(edge.property, []);
    groups.get(edge.property).push(edge);
  }
  return [...groups].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1)).map(([property, group]) => {
    const reading = outwards ? data.properties[property] : data.properties[property].inverse;
    const items = group.map((edge) => {
      const other = outwards ? edge.to : edge.from;
      const show = make("button", { type: "button", class: "line", title: "在图上看这条关系 Show this line", "aria-label": "在图上看这条关系 Show this line", onclick: () => chooseEdge(edge.id) }, outwards ? "→" : "←");
      const head = make("p", { class: "relation" }, show, makeLink(other), makeStatus(edge.status));
      const kind = toFactClass(edge.status);
      if (!edge.evidence.length) return make("li", { class: kind }, head);
      if (!folded) return make("li", { class: kind }, head, makeEvidences(edge.evidence));
      return make("li", { class: kind }, head, makeFold(edge.evidence));
    });
    return make("div", { class: "group" }, make("h4", {}, both(reading), make("span", { class: "count" }, group.length)), make("ul", { class: "facts" }, items));
  });
}

function makeHead(kind, title, below) {
  return make("div", { class: "head" },
    make("button", { type: "button", class: "close", "aria-label": "关闭 Close (Esc)", title: "关闭 Close (Esc)", onclick: clearChoice }, "×"),
    make("p", { class: "kind" }, kind), make("h2", {}, title), below);
}

function makeNodePanel(node) {
  const kinds = node.classes.map((id) => classes.get(id)).filter(Boolean);
  const kind = (kinds.length ? kinds : [unknownClass]).map((one) => {
    const root = classes.get(one.root);
    return make("span", { class: "chip" }, makeSwatch(one), both(one), root && root.id !== one.id ? make("span", { class: "soft" }, ` ‹ ${root.zh}`) : null);
  });
  const relations = node.links.filter((edge) => !isFigures(edge));
  const outwards = relations.filter((edge) => edge.from === node.id);
  const inwards = relations.filter((edge) => edge.to === node.id);
  const folded = relations.length > 30;
  const own = data.figures.filter((figure) => figure.about === node.id);
  const measured = data.figures.filter((figure) => figure.indicator === node.id && figure.about !== node.id);
  const local = data.figures.filter((figure) => figure.scope === node.id && figure.about !== node.id);
  const inDocument = [...(named.get(node.id) || [])].map((id) => nodes.get(id)).sort(byDegree);
  const figureList = (list, leaveOut) => make("ul", { class: "facts" }, list.map((figure) => makeFigure(figure, leaveOut, list.length > 8)));
  const foldedList = (list, leaveOut) => (list.length > 8 ? make("details", { class: "more" }, make("summary", {}, words("展开", "Show")), figureList(list, leaveOut)) : figureList(list, leaveOut));
  return [
    makeHead(kind, node.label, [
      makeActions(node),
      node.labels.length ? make("p", { class: "labels" }, make("span", { class: "soft" }, words("又作", "also")), " ", node.labels.map((label) => make("span", { class: "alias" }, label))) : null,
      node.facts.length ? make("dl", {}, node.facts.map((fact) => [make("dt", {}, both(fact)), make("dd", {}, fact.value)])) : null,
      make("p", { class: "iri" }, node.id),
      data.entity ? make("p", { class: "all" }, make("a", { href: data.entity + encodeURIComponent(node.id) }, words("打开它的页面", "Open its page"))) : null,
    ]),
    folded || own.length > 8 || measured.length > 8 ? make("p", { class: "all" }, make("button", { type: "button", onclick: () => panel.querySelectorAll("details").forEach((one) => { one.open = true; }) }, words("展开全部依据", "Open all evidence"))) : null,
    isPartial(node) ? make("p", { class: "soft" }, words(`只收到 ${node.links.length} / ${node.degree} 条关系；展开邻居即取其余`, "not all of its relations are here; expand it for the rest")) : null,
    own.length ? makeSection("数字", "Figures", own.length, figureList(own, "about")) : null,
    measured.length ? makeSection("此指标的数字", "Figures of this indicator", measured.length, figureList(measured, "indicator")) : null,
    outwards.length ? makeSection("关系", "Relations", outwards.length, makeRelations(outwards, node, true, folded)) : null,
    inwards.length ? makeSection("被指向的关系", "Relations from others", inwards.length, makeRelations(inwards, node, false, folded)) : null,
    local.length ? makeSection("以此为范围的数字", "Figures within it", local.length, foldedList(local)) : null,
    inDocument.length ? makeSection("提及的实体", "Entities it names", inDocument.length, make("p", { class: "cloud" }, inDocument.map((one) => makeLink(one.id)))) : null,
    node.evidence.length ? makeSection("出处", "Where it is named", node.evidence.length, makeEvidences(node.evidence, relations.length + own.length ? 0 : 3)) : null,
  ];
}

function makeEdgePanel(edge) {
  const property = data.properties[edge.property];
  const list = edge.figures.map((number) => data.figures[number]);
  return [
    makeHead([make("span", { class: "chip" }, isFigures(edge) ? words("数字", "Figures") : words("关系", "Relation")), makeStatus(edge.status)], both(property), [
      make("p", { class: "ends" }, makeLink(edge.from), make("span", { class: "arrow" }, `— ${property.zh} →`), makeLink(edge.to)),
    ]),
    list.length ? makeSection("数字", "Figures", list.length, make("ul", { class: "facts" }, list.map((figure) => makeFigure(figure)))) : null,
    edge.evidence.length ? makeSection("依据", "Evidence", edge.evidence.length, edge.evidence.map(makeEvidence)) : null,
    isInferred(edge.status) ? makePremises(edge) : null,
    !list.length && !edge.evidence.length && !isInferred(edge.status) ? make("p", { class: "soft" }, words("来自权威数据，没有引文。", "From authority data: no quote.")) : null,
  ];
}

function makeGroupPanel(box) {
  const members = membersOfGroups()[box.number];
  const own = [...picture.shown.bundles.values()].filter((bundle) => bundle.from === box.number || bundle.to === box.number).sort((a, b) => b.edges.length - a.edges.length);
  const isOpen = state.opened.has(box.key);
  return [
    makeHead(make("span", { class: "chip" }, words(state.by === "class" ? "类别" : "关联成组", state.by === "class" ? "Class" : "Linked group")), box.group.zh, [
      make("p", { class: "actions" }, make("button", { type: "button", "aria-pressed": String(isOpen), "data-do": "open", onclick: () => openGroup(box.key) }, words(isOpen ? "收起" : "展开这组", isOpen ? "Fold" : "Open group"))),
    ]),
    own.length ? makeSection("与别的组", "With other groups", own.length, make("ul", { class: "plain" }, own.map((bundle) => {
      const other = groupsNow()[bundle.from === box.number ? bundle.to : bundle.from];
      return make("li", {}, make("button", { type: "button", class: "link", onclick: () => chooseBundle(bundle.key) }, other.zh), make("span", { class: "soft" }, ` ${nameBundle(bundle, 3)}`));
    }))) : null,
    makeSection("成员", "Members", members.length, make("p", { class: "cloud" }, members.slice(0, LISTED).map((node) => makeLink(node.id))), members.length > LISTED ? make("p", { class: "soft" }, `……另有 ${members.length - LISTED} 个，见“全部”的表格 the rest is in the table`) : null),
  ];
}

const LISTED = 150;

function makeBundlePanel(bundle) {
  const [one, other] = [bundle.from, bundle.to].map((number) => groupsNow()[number]);
  const lines = bundle.edges.map((id) => edges.get(id)).sort((a, b) => (a.property < b.property ? -1 : a.property > b.property ? 1 : byDegree(a.a, b.a)));
  return [
    makeHead(make("span", { class: "chip" }, words("成束的关系", "Bundle")), `${one.zh} — ${other.zh}`, make("p", { class: "soft" }, nameBundle(bundle, 6))),
    makeSection("关系", "Relations", lines.length, make("ul", { class: "facts" }, lines.slice(0, LISTED).map((edge) => make("li", { class: toFactClass(edge.status) },
      make("p", { class: "relation" }, makeLink(edge.from), make("button", { type: "button", class: "line", title: "在图上看这条关系 Show this line", onclick: () => chooseEdge(edge.id) }, `— ${nameProperty(edge.property)} →`), makeLink(edge.to), makeStatus(edge.status)))))),
    lines.length > LISTED ? make("p", { class: "soft" }, `……另有 ${lines.length - LISTED} 条 more`) : null,
  ];
}

function makeWayPanel() {
  const { nodes: list, edges: lines } = findWay();
  const steps = [...lines].map((id) => edges.get(id)).reverse();
  const ends = state.way.map((id) => nodes.get(id).label).join(" — ");
  return [
    makeHead(make("span", { class: "chip" }, words("路径", "Path")), ends, make("p", { class: "actions" }, make("button", { type: "button", "data-do": "drop", onclick: () => change({ way: null }) }, words("去掉路径", "Drop path")))),
    list.length ? makeSection("步骤", "Steps", steps.length, make("ul", { class: "facts" }, steps.map((edge) => make("li", { class: toFactClass(edge.status) },
      make("p", { class: "relation" }, makeLink(edge.from), make("button", { type: "button", class: "line", onclick: () => chooseEdge(edge.id) }, `— ${nameProperty(edge.property)} →`), makeLink(edge.to), makeStatus(edge.status)),
      makeEvidences(isFigures(edge) ? edge.figures.flatMap((number) => data.figures[number].evidence) : edge.evidence)))))
      : make("p", {}, words("按现在的筛选，两者之间没有路径。", "No path between them under these filters.")),
  ];
}

function makeGuide() {
  const sources = [...nodes.values()].filter((node) => node.source).sort((a, b) => a.label.localeCompare(b.label, "zh-CN"));
  const top = [...nodes.values()].filter((node) => !node.source).sort(byDegree).slice(0, 18);
  return [
    make("div", { class: "head" }, make("h2", {}, words("怎么看", "How to read"))),
    make("ul", { class: "guide" },
      make("li", {}, "点击实体或连线，看它的数字、关系和原文依据。", make("span", { lang: "en" }, "Click a shape or a line for its figures, relations and quoted evidence.")),
      make("li", {}, "橙色虚线是计划中的事；实线是已完成或进行中的事；点线连到指标。", make("span", { lang: "en" }, "Dashed orange is planned, solid is done or under way, dotted leads to an indicator.")),
      data.statuses.some((one) => one.inferred) ? make("li", {}, "紫色短虚线是推得的：没有文件直接这样说，点它看前提。", make("span", { lang: "en" }, "Short dashes in purple are inferred: no document says so; click one for its premises.")) : null,
      state.see === "top" ? make("li", {}, "开始是概览：每个框是一组，只写最要紧的几个；框间的粗线是成束的关系。双击实体引入邻居，双击框展开一组。", make("span", { lang: "en" }, "You begin with an overview: a box is a group with its most linked names, a thick line a bundle of relations. Double click a shape for its neighbours, a box for its members.")) : null,
      make("li", {}, "滚轮放大，更多名称出现；", make("kbd", {}, "/"), " 搜索，", make("kbd", {}, "Esc"), " 清除；拖动实体即固定。", make("span", { lang: "en" }, "Zoom in for more names; / searches, Esc clears; a shape that is dragged stays.")),
      make("li", {}, "选中后：", [["E", "展开"], ["H", "隐藏"], ["P", "固定"], ["W", "找路径"]].map(([key, zh]) => [make("kbd", {}, key), ` ${zh} `]), make("kbd", {}, "Shift"), "+方向键走到下一个，", make("kbd", {}, "Ctrl"), "+", make("kbd", {}, "Z"), " 撤销。", make("span", { lang: "en" }, "E expands, H hides, P pins, W finds a path, Shift+arrow steps on, Ctrl+Z takes back."))),
    makeSection("关系最多的实体", "Most linked", null, make("p", { class: "cloud" }, top.map((node) => makeLink(node.id)))),
    makeSection("来源文件", "Source documents", sources.length, make("ul", { class: "plain" }, sources.map((node) => make("li", {}, makeLink(node.id))))),
  ];
}

const nameOfEdge = (edge) => `${edge.a.label} ${data.properties[edge.property].zh} ${edge.b.label}`;

// What the panel is about: its parts as a function, and the things whose details it needs first.
function findSubject() {
  const node = state.node && nodes.get(state.node);
  if (node) return { key: `n${node.id} ${node.links.length}`, name: node.label, needs: detailsOfNode(node), make: () => makeNodePanel(node) };
  const edge = state.edge && edges.get(state.edge);
  if (edge) return { key: `e${edge.id}`, name: nameOfEdge(edge), needs: detailsOfEdge(edge), make: () => makeEdgePanel(edge) };
  const number = groupsNow().findIndex((group) => group.key === state.group);
  const box = number >= 0 && { number, key: state.group, group: groupsNow()[number] };
  const filters = hasOther(state, defaults, CONTENT) ? toAddress({ ...state, query: "", table: "" }) : "";
  if (box) return { key: `g${box.key} ${filters}`, name: box.group.zh, needs: [], make: () => makeGroupPanel(box) };
  const bundle = picture.shown.bundles.get(state.bundle);
  if (bundle) return { key: `b${bundle.key} ${filters}`, name: nameBundle(bundle), needs: [], make: () => makeBundlePanel(bundle) };
  if (state.way) return { key: `w${state.way} ${filters}`, name: "", needs: [...findWay().edges].map((id) => edges.get(id)).flatMap(detailsOfEdge), make: makeWayPanel };
  return { key: `guide ${state.see}`, name: "", needs: [], make: makeGuide };
}

let panelKey = null;

function updatePanel() {
  const subject = findSubject();
  const key = `${subject.key} ${state.english} ${state.node ? state.pins.has(state.node) : ""}`;
  if (panelKey === key) return;
  const again = panelKey !== null && panelKey.split(" ")[0] === key.split(" ")[0];
  panelKey = key;
  const fill = () => {
    panel.replaceChildren(...subject.make().filter(Boolean));
    if (!again) panel.scrollTop = 0;
  };
  if (subject.needs.every(isRead)) fill();
  else {
    panel.replaceChildren(makeHead([], subject.name || "…", make("p", { class: "soft" }, words("正在读依据……", "Reading the quotes…"))));
    readDetails(subject.needs).then(() => { if (panelKey === key) fill(); });
  }
  if (subject.name) byId("said").textContent = `已选 Selected: ${subject.name}`;
}
