// SPARQL results in JSON as a table with links, and as CSV.

const MOST = 1000;
const NUMBERS = /#(?:integer|decimal|double|float|int|long)$/;
const FORMULA = /^[=+\-@＝＋－＠\t\r]/;

/** A table element of an answer with how many rows there are and how many of them it shows. */
export function showTable(answer, known) {
  const columns = answer.head.vars ?? ["answer"];
  const rows = answer.results?.bindings ?? [{ answer: { type: "literal", value: String(answer.boolean) } }];
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const name of ["#", ...columns]) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = name;
    head.append(cell);
  }
  const body = table.createTBody();
  rows.slice(0, MOST).forEach((row, at) => {
    const line = body.insertRow();
    const number = line.insertCell();
    number.className = "at";
    number.textContent = String(at + 1);
    for (const name of columns) fillCell(line.insertCell(), row[name], known);
  });
  return { element: table, count: rows.length, shown: Math.min(rows.length, MOST) };
}

function fillCell(cell, term, known) {
  if (!term) return;
  if (term.type === "uri") {
    const link = document.createElement("a");
    link.href = toHref(term.value, known.base);
    link.textContent = shorten(term.value, known.prefixes);
    link.title = term.value;
    cell.append(link);
    return;
  }
  cell.append(term.type === "triple" ? JSON.stringify(term.value) : term.value);
  if (NUMBERS.test(term.datatype ?? "")) cell.className = "number";
  if (term["xml:lang"]) {
    const tag = document.createElement("span");
    tag.className = "lang";
    tag.textContent = `@${term["xml:lang"]}`;
    cell.append(tag);
  }
}

/** Where an IRI leads on this site: a document, its characters, an entity; else all that is said of it. */
function toHref(iri, base) {
  const of = (path, value) => `${path}?iri=${encodeURIComponent(value)}`;
  if (base && iri.startsWith(base)) {
    const [root, name, place] = iri.slice(base.length).split("/");
    if (root === "document") return of("/document", iri);
    if (root === "evidence" && /^\d+-\d+$/.test(place ?? "")) return `${of("/document", `${base}document/${name}`)}#c=${place}`;
    if (!["statement", "observation", "evidence", "period", "instant"].includes(root)) return of("/entity", iri);
  }
  return of("/questions/about-iri", iri);
}

function shorten(iri, prefixes) {
  let best = "";
  for (const name of Object.keys(prefixes)) {
    if (iri.startsWith(prefixes[name]) && prefixes[name].length > (prefixes[best] ?? "").length) best = name;
  }
  return best ? `${best}:${iri.slice(prefixes[best].length)}` : iri;
}

/** An answer as CSV (RFC 4180); a text that a spreadsheet would run as a formula is marked with an apostrophe. */
export function toCsv(answer) {
  const columns = answer.head.vars ?? ["answer"];
  const rows = answer.results?.bindings ?? [{ answer: { type: "literal", value: String(answer.boolean) } }];
  const lines = [columns, ...rows.map((row) => columns.map((name) => toText(row[name])))];
  return lines.map((line) => `${line.map(quote).join(",")}\r\n`).join("");
}

function toText(term) {
  if (!term) return "";
  const text = typeof term.value === "string" ? term.value : JSON.stringify(term.value);
  const isText = !term.datatype || term.datatype.endsWith("#string");
  return isText && FORMULA.test(text) ? `'${text}` : text;
}

function quote(text) {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
