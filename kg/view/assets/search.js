// Search by any label: type, ↑ ↓, Enter; Esc clears.
const search = byId("search");
const results = byId("results");
const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/[\s“”"'‘’《》]/g, "");
let searchable = [];
let hits = [];
let marked = -1;

function findNodes(query) {
  const wanted = fold(query);
  if (!wanted) return [];
  if (searchable.length !== nodes.size) searchable = [...nodes.values()].map((node) => ({ node, label: fold(node.label), others: node.labels.map(fold) }));
  const rank = ({ label, others }) => {
    if (label === wanted) return 0;
    if (label.startsWith(wanted)) return 1;
    if (label.includes(wanted)) return 2;
    if (others.some((other) => other.includes(wanted))) return 3;
    return -1;
  };
  return searchable.map((one) => ({ node: one.node, rank: rank(one) })).filter((one) => one.rank >= 0)
    .sort((a, b) => a.rank - b.rank || byDegree(a.node, b.node)).map((one) => one.node);
}

function markHit(place) {
  marked = place;
  [...results.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === place)));
  const item = results.children[place];
  if (item && item.id) {
    search.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  } else search.removeAttribute("aria-activedescendant");
}

function showHits(open) {
  hits = findNodes(state.query).slice(0, 40);
  const shown = open && state.query.trim() !== "";
  results.hidden = !shown;
  search.setAttribute("aria-expanded", String(shown));
  const folded = fold(state.query);
  results.replaceChildren(...hits.map((node, place) => {
    const alias = fold(node.label).includes(folded) ? null : node.labels.find((label) => fold(label).includes(folded));
    return make("li", { id: `hit${place}`, role: "option", "aria-selected": "false", onclick: () => takeHit(place) },
      makeSwatch(classOf(node)), make("span", { class: "grow" }, node.label, alias ? make("span", { class: "soft" }, ` ${alias}`) : null), make("span", { class: "soft" }, classOf(node).zh));
  }));
  if (shown && !hits.length) results.append(make("li", { role: "option", "aria-disabled": "true", class: "soft" }, words("没有这个名称", "No such name")));
  markHit(hits.length ? 0 : -1);
  if (shown && data.partial) addRemote(state.query);
}

// What only the server knows comes below what is here already.
async function addRemote(query) {
  const found = await findRemote(query);
  if (state.query !== query || results.hidden) return;
  if (found.length && !hits.length) results.replaceChildren();
  for (const one of found) {
    const place = hits.push({ id: one.iri, remote: true }) - 1;
    results.append(make("li", { id: `hit${place}`, role: "option", "aria-selected": "false", onclick: () => takeHit(place) },
      make("span", { class: "grow" }, one.label), make("span", { class: "soft" }, one.class_label || "")));
  }
  if (marked < 0 && hits.length) markHit(0);
}

async function takeHit(place) {
  const node = hits[place];
  if (!node) return;
  showHits(false);
  if (node.remote) await fetchNear(node);
  if (nodes.has(node.id)) goTo(node.id);
  panel.focus({ preventScroll: true });
}

function startSearch() {
  search.addEventListener("input", () => {
    change({ query: search.value }, { quiet: true });
    showHits(true);
  });
  search.addEventListener("focus", () => showHits(true));
  search.addEventListener("blur", () => setTimeout(() => { if (document.activeElement !== search) showHits(false); }, 180));
  search.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // Enter that ends an input method's composition is not a choice
    if (event.key === "ArrowDown" && results.hidden) showHits(true);
    else if (event.key === "ArrowDown") markHit(hits.length ? (marked + 1) % hits.length : -1);
    else if (event.key === "ArrowUp") markHit(hits.length ? (marked - 1 + hits.length) % hits.length : -1);
    else if (event.key === "Enter") takeHit(marked);
    else if (event.key === "Escape" && search.value) {
      change({ query: "" }, { quiet: true });
      showHits(false);
      event.stopPropagation();
    } else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "checkbox";
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "Escape") {
      if (search === document.activeElement) search.blur();
      if (state.node || state.edge) clearChoice();
    }
  });
}

function updateSearch() {
  if (search.value !== state.query) {
    search.value = state.query;
    if (search === document.activeElement) showHits(true);
  }
}
