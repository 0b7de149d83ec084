// What a large graph says of its things, read from its blocks when somebody asks: facts, quotes, figures.
const isRead = (thing) => thing.evidence !== null;

async function inflate(text) {
  const stream = new Blob([unpack(text, Uint8Array)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

function takeBlock(part, number, block) {
  const offset = data.evidence.length;
  data.evidence.push(...block.evidence);
  const shift = (numbers) => numbers.map((one) => one + offset);
  block.nodes.forEach(([facts, evidence], place) => {
    const node = part.order[number * part.size + place];
    if (!isRead(node)) Object.assign(node, { facts, evidence: shift(evidence) });
  });
  for (const [place, evidence] of Object.entries(block.edges)) {
    const edge = part.lines[place];
    if (!isRead(edge)) edge.evidence = shift(evidence);
  }
  for (const [place, figure] of Object.entries(block.figures)) {
    Object.assign(data.figures[part.figures + Number(place)], figure, { evidence: shift(figure.evidence) });
  }
}

// The blocks stand below the scripts, so that the picture is drawn before they have been read.
const whole = new Promise((done) => {
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", done, { once: true });
  else done();
});

function readBlock(part, number) {
  const text = () => (part.blocks ? part.blocks[number] : byId(`block${number}`).textContent);
  if (!part.read[number]) part.read[number] = whole.then(() => inflate(text())).then((block) => takeBlock(part, number, block));
  return part.read[number];
}

// Resolves when all that is said of these nodes, edges and figures is there.
function readDetails(things) {
  const wanted = new Map();
  for (const thing of things) if (!isRead(thing)) wanted.set(`${thing.part.key} ${thing.block}`, thing);
  return Promise.all([...wanted.values()].map((thing) => readBlock(thing.part, thing.block)));
}

// All that a panel shows of a node, or of an edge.
const figuresOf = (id) => data.figures.filter((figure) => figure.about === id || figure.indicator === id || figure.scope === id);
const premisesOf = (edge) => edge.premises.map((id) => edges.get(id)).filter(Boolean);
const detailsOfEdge = (edge) => [edge, ...premisesOf(edge), ...edge.figures.map((number) => data.figures[number])];
const detailsOfNode = (node) => [node, ...node.links, ...figuresOf(node.id)];
