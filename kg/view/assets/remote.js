// What a server has beyond what it sent: neighbours, ways and names of a graph too large to be sent whole.
const isPartial = (node) => Boolean(data.partial) && !node.source && node.links.length < node.degree && !node.whole;

async function fetchPart(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const { columns, blocks } = await answer.json();
  if (columns) readColumns(columns, blocks);
  countFigures();
}

async function fetchSafely(address) {
  try {
    await fetchPart(address);
    return true;
  } catch {
    tell("服务器没有答复，请稍后再试", "the server does not answer; try again later");
    return false;
  }
}

async function fetchNear(node) {
  if (await fetchSafely(`${data.partial.near}?iri=${encodeURIComponent(node.id)}`)) node.whole = true;
}

const fetchWay = (from, to) => fetchSafely(`${data.partial.way}?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`);

// Names on the server; what it finds is fetched when it is chosen.
async function findRemote(query) {
  try {
    const answer = await fetch(`${data.partial.search}?limit=20&q=${encodeURIComponent(query)}`);
    return answer.ok ? (await answer.json()).filter((one) => !nodes.has(one.iri)) : [];
  } catch {
    return [];
  }
}

// What an address names and the server has not sent: the chosen thing, what was expanded, the ends of a way.
async function fetchAddress() {
  if (!data.partial) return;
  const given = new URLSearchParams(location.hash.replace(/^#/, ""));
  const items = [...(given.get("x") || "").split(",").map((item) => item.split("*")[0]), ...(given.get("w") || "").split(",")].map(unescapeItem);
  const missing = [given.get("n") || "", ...items].filter(Boolean);
  for (const item of missing) {
    const known = longId(item);
    if (!known || items.includes(item)) await fetchSafely(`${data.partial.near}?iri=${encodeURIComponent(known || data.base + item)}`);
  }
  const way = (given.get("way") || "").split(",").map(unescapeItem).map((item) => longId(item) || data.base + item);
  if (way.length === 2) await fetchWay(...way);
}
