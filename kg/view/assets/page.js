// The data block as things: nodes with their links, edges, classes. A small graph comes whole, a large one in columns.
const data = JSON.parse(byId("data").textContent);
const nodes = new Map();
const edges = new Map();
const classes = new Map(data.classes.map((one) => [one.id, one]));
const statuses = new Map(data.statuses.map((one) => [one.id, one]));
const unknownClass = { id: "", zh: "未分类", en: "Unclassified", root: "", colour: "#7d8597", shape: "dot" };
const classOf = (node) => classes.get(node.classes[0]) || unknownClass;
const localName = (iri) => iri.replace(/^.*[#/]/, "");
const isPlanned = (status) => Boolean(status && statuses.get(status) && statuses.get(status).planned);
const isInferred = (status) => Boolean(status && statuses.get(status) && statuses.get(status).inferred);
// The class of whatever says something with this status: what is only planned and what nobody said stand apart.
const kindOf = (status) => (isPlanned(status) ? "planned" : isInferred(status) ? "inferred" : "");
const isFigures = (edge) => edge.figures.length > 0;
const byDegree = (a, b) => b.degree - a.degree || (a.label < b.label ? -1 : a.label > b.label ? 1 : a.id < b.id ? -1 : 1);
const KG = "https://w3id.org/policykg/ontology#";

// Entities that each document names: the picture leaves those lines out, the panel lists them.
const named = new Map();

function addNode(node) {
  node.links = [];
  nodes.set(node.id, node);
  if (node.source) return;
  for (const id of node.documents) {
    if (!named.has(id)) named.set(id, new Set());
    named.get(id).add(node.id);
  }
}

function addEdge(edge) {
  edges.set(edge.id, edge);
  edge.a = nodes.get(edge.from);
  edge.b = nodes.get(edge.to);
  edge.a.links.push(edge);
  if (edge.b !== edge.a) edge.b.links.push(edge);
}

function readWhole() {
  const documentsOf = (numbers) => [...new Set(numbers.map((number) => data.evidence[number].document))];
  for (const node of data.nodes) {
    const thing = data.things[node.id];
    addNode({ ...node, ...thing, documents: documentsOf(thing.evidence), quotes: thing.evidence.length, groups: data.groups[node.id] || [-1, -1] });
  }
  for (const edge of data.edges) {
    const link = data.links[edge.id];
    const figures = link.figures.map((number) => data.figures[number]);
    addEdge({
      id: edge.id, from: edge.from, to: edge.to, premises: [], ...link, quotes: link.evidence.length,
      documents: documentsOf([...link.evidence, ...figures.flatMap((figure) => figure.evidence)]),
      spans: figures.filter((figure) => figure.begin && figure.end).map((figure) => [figure.begin, figure.end]),
    });
  }
}

function unpack(text, Kind) {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let at = 0; at < raw.length; at += 1) bytes[at] = raw.charCodeAt(at);
  return new Kind(bytes.buffer);
}

let parts = 0;

// Columns, and where the blocks of their details come from; what is there already stays as it is.
function readColumns(columns, blocks) {
  const base = columns.base;
  const part = { key: (parts += 1), order: [], lines: [], blocks, read: [], size: columns.block, figures: data.figures.length };
  const numbers = (text) => unpack(text, Int32Array);
  const { nodes: given, edges: lines } = columns;
  const kind = numbers(given.kind);
  const naming = numbers(given.document);
  const degree = numbers(given.degree);
  const quotes = numbers(given.quotes);
  const [x, y] = [unpack(given.x, Float32Array), unpack(given.y, Float32Array)];
  const [links, byClass] = [unpack(given.links, Int16Array), unpack(given.class, Int16Array)];
  const kinds = given.kinds.map((list) => list.map((number) => columns.classes[number].id));
  const documents = given.documents.map((list) => list.map((number) => base + given.id[number]));
  const fresh = [];
  given.id.forEach((suffix, number) => {
    const id = base + suffix;
    if (!nodes.has(id)) {
      fresh.push(id);
      addNode({
        id, label: given.label[number], labels: given.labels[number] || [], classes: kinds[kind[number]], documents: documents[naming[number]],
        source: number in given.source, issued: given.source[number] || "", x: x[number], y: y[number], degree: degree[number], quotes: quotes[number],
        groups: [links[number], byClass[number]], facts: [], evidence: null, part, block: Math.floor(number / columns.block),
      });
    }
    part.order.push(nodes.get(id));
  });
  const [about, indicator, scope] = ["about", "indicator", "scope"].map((name) => numbers(columns.figures[name]));
  const idAt = (number) => (number < 0 ? null : part.order[number].id);
  about.forEach((from, number) => data.figures.push({ about: idAt(from), indicator: idAt(indicator[number]), scope: idAt(scope[number]), written: "", evidence: null, part, block: Math.floor(from / columns.block) }));
  const [from, to, time] = [numbers(lines.from), numbers(lines.to), numbers(lines.time)];
  const [property, status, said] = [unpack(lines.property, Int16Array), unpack(lines.status, Int16Array), unpack(lines.quotes, Int16Array)];
  const properties = Object.keys(columns.properties);
  const times = lines.times.map(([list, spans]) => [list.map(idAt), spans]);
  lines.id.forEach((suffix, number) => {
    const [source, target] = [idAt(from[number]), idAt(to[number])];
    const figures = (lines.figures[number] || []).map((one) => part.figures + one);
    const state_ = status[number] < 0 ? null : columns.statuses[status[number]].id;
    const made = figures.length ? `${source} ${KG}Observation ${target} ${state_ || ""}`.trim() : `${source} ${properties[property[number]]} ${target}`;
    const id = suffix ? base + suffix : made;
    if (!edges.has(id)) {
      addEdge({
        id, from: source, to: target, property: properties[property[number]], status: state_, figures, premises: lines.premises[number] || [], quotes: said[number], documents: times[time[number]][0],
        spans: times[time[number]][1], evidence: said[number] ? null : [], part, block: Math.floor(from[number] / columns.block),
      });
    }
    part.lines.push(edges.get(id));
  });
  return fresh;
}

if (Array.isArray(data.nodes)) readWhole();
else {
  const given = data.figures;
  data.figures = [];
  data.evidence = [];
  readColumns({ ...data, figures: given }, null);
}

// In the address an IRI stands without its base and without percent signs, which a second encoding would make unreadable.
function unescape_(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
const shortId = (iri) => unescape_(data.base && iri.startsWith(data.base) ? iri.slice(data.base.length) : iri);

function longId(text) {
  if (!text) return "";
  const has = (iri) => nodes.has(iri) || edges.has(iri);
  const near = [text, data.base + text].find(has);
  if (near) return near;
  const plain = unescape_(text);
  for (const iri of [...nodes.keys(), ...edges.keys()]) if (shortId(iri) === plain || unescape_(iri) === plain) return iri;
  return "";
}
