// What the picture shows as Turtle: its entities, the statements and figures of its lines, and the quotes behind them, as
// docs/data-model.md has them, so that the file is a part of the graph that the picture is of.
const NAMESPACES = {
  kg: KG, rdf: "http://www.w3.org/1999/02/22-rdf-syntax-ns#", rdfs: "http://www.w3.org/2000/01/rdf-schema#", skos: "http://www.w3.org/2004/02/skos/core#",
  prov: "http://www.w3.org/ns/prov#", oa: "http://www.w3.org/ns/oa#", xsd: "http://www.w3.org/2001/XMLSchema#", dcterms: "http://purl.org/dc/terms/",
  owl: "http://www.w3.org/2002/07/owl#",
};
const toHex = (sign, digits) => sign.codePointAt(0).toString(16).toUpperCase().padStart(digits, "0");
const toIri = (iri) => `<${iri.replace(/[\u0000-\u0020<>"{}|^`\\]/g, (sign) => `\\u${toHex(sign, 4)}`)}>`;
const toText = (text, language) => `"${text.replace(/[\\"\n\r\t]/g, (sign) => ({ "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t" })[sign]).replace(/[\u0000-\u001F\u007F]/g, (sign) => `\\u${toHex(sign, 4)}`)}"${language ? `@${language}` : ""}`;

function toSubject(iri, pairs) {
  const lines = pairs.filter(([, values]) => values.length).map(([predicate, values]) => `    ${predicate} ${[...new Set(values)].join(" , ")}`);
  return lines.length ? `${toIri(iri)}\n${lines.join(" ;\n")} .\n` : "";
}

const quotesOf = (numbers) => (numbers || []).map((number) => data.evidence[number]);

function writeFigure(figure) {
  const codes = Object.entries(figure.codes || {}).map(([name, iri]) => [`kg:${name}`, [toIri(iri)]]);
  return toSubject(figure.id, [
    ["a", ["kg:Observation"]], ["kg:indicator", [toIri(figure.indicator)]], ["kg:about", [toIri(figure.about)]], ["kg:value", figure.value ? [`${toText(figure.value)}^^xsd:decimal`] : []],
    ["kg:sourceText", [toText(figure.written)]], ...codes, ["kg:scope", figure.scope ? [toIri(figure.scope)] : []], ["kg:status", figure.status ? [toIri(figure.status)] : []],
    ["prov:wasDerivedFrom", quotesOf(figure.evidence).map((one) => toIri(one.id))],
  ]);
}

// Planned statements are commitments and never a direct triple; a line without a status is a direct triple alone. What
// is inferred is said to be so, with its premises, and not asserted either.
function writeEdge(edge) {
  const direct = `${toIri(edge.from)} ${toIri(edge.property)} ${toIri(edge.to)} .\n`;
  if (isFigures(edge)) return edge.figures.map((number) => writeFigure(data.figures[number])).join("");
  if (!edge.status) return direct;
  if (isInferred(edge.status)) {
    return toSubject(`urn:policykg:inferred:${encodeURIComponent(edge.id)}`, [
      ["a", ["kg:Inference"]], ["owl:annotatedSource", [toIri(edge.from)]], ["owl:annotatedProperty", [toIri(edge.property)]], ["owl:annotatedTarget", [toIri(edge.to)]],
      ["prov:wasDerivedFrom", edge.premises.map(toIri)],
    ]);
  }
  const types = ["kg:Statement", "rdf:Statement", ...(isPlanned(edge.status) ? ["kg:Commitment"] : [])];
  const said = toSubject(edge.id, [
    ["a", types], ["rdf:subject", [toIri(edge.from)]], ["rdf:predicate", [toIri(edge.property)]], ["rdf:object", [toIri(edge.to)]], ["kg:status", [toIri(edge.status)]],
    ["prov:wasDerivedFrom", quotesOf(edge.evidence).map((one) => toIri(one.id))],
  ]);
  return isPlanned(edge.status) ? said : direct + said;
}

function writeQuote(one) {
  return toSubject(one.id, [["a", ["kg:Evidence"]], ["oa:hasSource", [toIri(one.document)]], ["oa:hasSelector", one.selector ? [toIri(one.selector)] : []], ["kg:section", one.section ? [toText(one.section)] : []]])
    + (one.selector ? toSubject(one.selector, [["a", ["oa:TextQuoteSelector"]], ["oa:exact", [toText(one.quote)]], ["oa:prefix", [toText(one.prefix)]], ["oa:suffix", [toText(one.suffix)]]]) : "");
}

async function toTurtle() {
  const lines = [...picture.shown.edges].map((id) => edges.get(id));
  await readDetails(lines.flatMap(detailsOfEdge));
  const numbers = new Set(lines.flatMap((edge) => [...(edge.evidence || []), ...edge.figures.flatMap((number) => data.figures[number].evidence)]));
  const quotes = [...numbers].map((number) => data.evidence[number]);
  const parts = Object.entries(NAMESPACES).map(([prefix, iri]) => `@prefix ${prefix}: <${iri}> .\n`);
  const sources = new Set(quotes.map((one) => one.document));
  for (const id of new Set([...picture.shown.nodes, ...sources])) {
    const node = nodes.get(id);
    if (node) parts.push(toSubject(id, [["a", node.classes.map(toIri)], ["rdfs:label", [toText(node.label, "zh")]]]));
  }
  parts.push(...lines.map(writeEdge), ...quotes.map(writeQuote));
  return parts.filter(Boolean).join("\n");
}

async function saveTurtle() {
  save(fileName("ttl"), "text/turtle", await toTurtle());
}
