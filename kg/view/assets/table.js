// The same as the picture, as tables: what the filters let through, sortable, every name a button.
const tables = byId("tables");
let order = null;
// The tables open with what has most relations first, and say so; relations as they stand in the data.
const opening = { nodes: { column: 3, down: true }, edges: null };

function tableOf(kind, shown) {
  if (kind === "nodes") {
    return {
      head: [["名称", "Name"], ["类别", "Class"], ["别名", "Also"], ["关系", "Relations"], ["数字", "Figures"], ["出处", "Quotes"]],
      rows: [...shown.nodes].map((id) => nodes.get(id)).filter(isAsked).sort(byDegree).map((node) => ({
        id: node.id, pick: () => choose(node.id),
        cells: [node.label, classOf(node).zh, node.labels.join("、"), node.links.filter((edge) => shown.edges.has(edge.id)).length, data.figures.filter((figure) => figure.about === node.id).length, node.evidence.length],
        mark: classOf(node),
      })),
    };
  }
  return {
    head: [["主体", "Subject"], ["关系", "Relation"], ["客体", "Object"], ["状态", "Status"], ["依据", "Evidence"], ["文件", "Document"]],
    rows: [...shown.edges].map((id) => edges.get(id)).filter((edge) => isAsked(nodes.get(edge.from)) || isAsked(nodes.get(edge.to))).map((edge) => {
      const numbers = isFigures(edge) ? edge.figures.flatMap((number) => data.figures[number].evidence) : edge.evidence;
      const figures = edge.figures.map((number) => data.figures[number].written).join("、");
      return {
        id: edge.id, pick: () => chooseEdge(edge.id), planned: isPlanned(edge.status),
        cells: [nodes.get(edge.from).label, data.properties[edge.property].zh + (figures ? `：${figures}` : ""), nodes.get(edge.to).label, edge.status ? statuses.get(edge.status).zh : "权威数据", ...toSource(numbers)],
        mark: classOf(nodes.get(edge.from)),
      };
    }),
  };
}

// What the search box asks for narrows the tables too.
const isAsked = (node) => !state.query || [node.label, ...node.labels].some((label) => label.toLowerCase().includes(state.query.trim().toLowerCase()));

// The sentence and the document of the first piece of evidence; a bare “18家” would say nothing.
function toSource(numbers) {
  if (!numbers.length) return ["", ""];
  const { prefix, quote, suffix, document: from } = data.evidence[numbers[0]];
  return [`${prefix}${quote}${suffix}`.trim(), nodes.has(from) ? nodes.get(from).label : ""];
}

function makeTable(kind, shown) {
  const { head, rows } = tableOf(kind, shown);
  const sorted = order || opening[kind];
  if (sorted) {
    const compare = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b, "zh-CN"));
    rows.sort((a, b) => compare(a.cells[sorted.column], b.cells[sorted.column]) * (sorted.down ? -1 : 1));
  }
  // Numbers are asked for from the largest, words from the first.
  const sortBy = (column) => {
    const numeric = rows.length > 0 && typeof rows[0].cells[column] === "number";
    order = { column, down: sorted && sorted.column === column ? !sorted.down : numeric };
    drawTables();
  };
  return make("table", {},
    make("caption", {}, words(kind === "nodes" ? "图中的实体" : "图中的关系", kind === "nodes" ? "Entities in the picture" : "Relations in the picture"), ` ${rows.length}`),
    make("thead", {}, make("tr", {}, head.map(([zh, en], column) => make("th", { scope: "col", "aria-sort": sorted && sorted.column === column ? (sorted.down ? "descending" : "ascending") : "none" },
      make("button", { type: "button", onclick: () => sortBy(column) }, words(zh, en)))))),
    make("tbody", {}, rows.map((row) => make("tr", { class: row.planned ? "planned" : "", "aria-current": row.id === state.node || row.id === state.edge ? "true" : false },
      row.cells.map((cell, column) => column === 0
        ? make("th", { scope: "row" }, make("button", { type: "button", class: "link", "data-row": row.id, onclick: row.pick }, makeSwatch(row.mark), cell))
        : make("td", { class: typeof cell === "number" ? "number" : "" }, String(cell)))))));
}

let shownRow = null;

function drawTables() {
  const focused = document.activeElement && document.activeElement.dataset.row;
  const turn = (kind, zh, en) => make("button", { type: "button", "aria-pressed": String(state.table === kind), onclick: () => { order = null; change({ table: kind }); } }, words(zh, en));
  tables.replaceChildren(make("p", { class: "depths" }, turn("nodes", "实体", "Entities"), turn("edges", "关系", "Relations")), makeTable(state.table, picture.shown));
  if (state.node !== shownRow) tables.querySelector("tr[aria-current=true]")?.scrollIntoView({ block: "nearest" });
  shownRow = state.node;
  if (focused) [...tables.querySelectorAll("[data-row]")].find((one) => one.dataset.row === focused)?.focus();
}

function updateTables() {
  tables.hidden = !state.table;
  canvas.classList.toggle("away", Boolean(state.table));
  byId("view").setAttribute("aria-pressed", String(Boolean(state.table)));
  byId("fit").disabled = Boolean(state.table);
  if (state.table) drawTables();
  else tables.replaceChildren();
}
