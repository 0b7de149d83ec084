// The same as the picture, as tables: what the filters let through, sortable, every name a button.
const tables = byId("tables");
let order = null;
// The tables open with what has most relations first, and say so; relations as they stand in the data.
const opening = { nodes: { column: 3, down: true }, edges: null, bundles: { column: 3, down: true } };
const PAGE = 400; // rows at a time
let pages = 1;

function tableOf(kind, shown) {
  if (kind === "nodes") {
    return {
      head: [["名称", "Name"], ["类别", "Class"], ["别名", "Also"], ["关系", "Relations"], ["数字", "Figures"], ["出处", "Quotes"]],
      rows: [...shown.nodes].map((id) => nodes.get(id)).filter(isAsked).sort(byDegree).map((node) => ({
        id: node.id, pick: () => choose(node.id),
        cells: [node.label, classOf(node).zh, node.labels.join("、"), node.links.filter((edge) => shown.edges.has(edge.id)).length, figureCounts.get(node.id) || 0, node.quotes],
        mark: classOf(node),
      })),
    };
  }
  if (kind === "bundles") {
    return {
      head: [["组", "Group"], ["关系", "Relations"], ["组", "Group"], ["条数", "Lines"], ["计划中", "Planned"]],
      rows: listBundles().map((bundle) => ({
        id: bundle.key, pick: () => chooseBundle(bundle.key), mark: null, kind: bundle.planned === bundle.count ? "planned" : "",
        cells: [bundle.a.group.zh, nameBundle(bundle, 6), bundle.b.group.zh, bundle.count, bundle.planned],
      })),
    };
  }
  return {
    head: [["主体", "Subject"], ["关系", "Relation"], ["客体", "Object"], ["状态", "Status"], ["依据", "Evidence"], ["文件", "Document"]],
    rows: [...shown.edges].map((id) => edges.get(id)).filter((edge) => isAsked(edge.a) || isAsked(edge.b)).map((edge) => {
      const numbers = isFigures(edge) ? edge.figures.flatMap((number) => data.figures[number].evidence || []) : edge.evidence || [];
      const figures = edge.figures.map((number) => data.figures[number].written).join("、");
      return {
        id: edge.id, pick: () => chooseEdge(edge.id), kind: kindOf(edge.status), edge,
        cells: [edge.a.label, nameProperty(edge.property) + (figures ? `：${figures}` : ""), edge.b.label, edge.status ? statuses.get(edge.status).zh : "权威数据", ...toSource(numbers)],
        mark: classOf(edge.a),
      };
    }),
  };
}

// What the search box asks for narrows the tables too.
const isAsked = (node) => !state.query.trim() || [node.label, ...node.labels].some((label) => label.toLowerCase().includes(state.query.trim().toLowerCase()));

// The sentence and the document of the first piece of evidence; a bare “18家” would say nothing.
function toSource(numbers) {
  if (!numbers.length) return ["", ""];
  const { prefix, quote, suffix, document: from } = data.evidence[numbers[0]];
  return [`${prefix}${quote}${suffix}`.trim(), nodes.has(from) ? nodes.get(from).label : ""];
}

const captions = { nodes: ["图中的实体", "Entities in the picture"], edges: ["图中的关系", "Relations in the picture"], bundles: ["图中成束的关系", "Bundles in the picture"] };

function makeTable(kind, shown) {
  const { head, rows } = tableOf(kind, shown);
  const sorted = order || opening[kind];
  if (sorted) {
    const compare = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b, "zh-CN"));
    const keyed = rows.length > 5000 ? (a, b) => (typeof a === "number" ? a - b : a < b ? -1 : a > b ? 1 : 0) : compare;
    rows.sort((a, b) => keyed(a.cells[sorted.column], b.cells[sorted.column]) * (sorted.down ? -1 : 1));
  }
  const page = rows.slice(0, PAGE * pages);
  const unread = page.filter((row) => row.edge && !detailsOfEdge(row.edge).every(isRead));
  if (unread.length) readDetails(unread.flatMap((row) => detailsOfEdge(row.edge))).then(() => { if (state.table === kind) drawTables(); });
  // Numbers are asked for from the largest, words from the first.
  const sortBy = (column) => {
    const numeric = rows.length > 0 && typeof rows[0].cells[column] === "number";
    order = { column, down: sorted && sorted.column === column ? !sorted.down : numeric };
    drawTables();
  };
  const more = rows.length > page.length ? make("button", { type: "button", class: "more", onclick: () => { pages += 1; drawTables(); } }, `再列 ${Math.min(PAGE, rows.length - page.length)} 行，共 ${rows.length} 行 `, make("span", { lang: "en" }, "more rows")) : null;
  return [make("table", {},
    make("caption", {}, words(...captions[kind]), ` ${rows.length}`),
    make("thead", {}, make("tr", {}, head.map(([zh, en], column) => make("th", { scope: "col", "aria-sort": sorted && sorted.column === column ? (sorted.down ? "descending" : "ascending") : "none" },
      make("button", { type: "button", onclick: () => sortBy(column) }, words(zh, en)))))),
    make("tbody", {}, page.map((row) => make("tr", { class: row.kind || "", "aria-current": [state.node, state.edge, state.bundle].includes(row.id) ? "true" : false },
      row.cells.map((cell, column) => column === 0
        ? make("th", { scope: "row" }, make("button", { type: "button", class: "link", "data-row": row.id, onclick: row.pick }, row.mark ? makeSwatch(row.mark) : null, cell))
        : make("td", { class: typeof cell === "number" ? "number" : "" }, String(cell))))))), more];
}

let shownRow = null;

function drawTables() {
  const focused = document.activeElement && document.activeElement.dataset.row;
  const turn = (kind, zh, en) => make("button", { type: "button", "aria-pressed": String(state.table === kind), onclick: () => { order = null; pages = 1; change({ table: kind }); } }, words(zh, en));
  tables.replaceChildren(make("p", { class: "depths" }, turn("nodes", "实体", "Entities"), turn("edges", "关系", "Relations"), state.see === "top" ? turn("bundles", "成束的关系", "Bundles") : null), ...makeTable(state.table, picture.shown).filter(Boolean));
  if (state.node !== shownRow) tables.querySelector("tr[aria-current=true]")?.scrollIntoView({ block: "nearest" });
  shownRow = state.node;
  if (focused) [...tables.querySelectorAll("[data-row]")].find((one) => one.dataset.row === focused)?.focus();
}

function updateTables(before) {
  if (before && hasOther(state, before, ["query", "see", "off"])) pages = 1;
  tables.hidden = !state.table;
  canvas.classList.toggle("away", Boolean(state.table));
  byId("view").setAttribute("aria-pressed", String(Boolean(state.table)));
  byId("fit").disabled = Boolean(state.table);
  if (state.table) drawTables();
  else tables.replaceChildren();
}
