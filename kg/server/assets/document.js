// Claim ↔ characters, both ways. Places are RFC 5147's `#char=120,135`: positions between code points, not UTF-16 units.
// Without this script every claim is a link that loads the page with its characters marked.

const text = document.querySelector(".text");
const card = document.getElementById("card");
const notes = [...document.querySelectorAll(".note")].map((element) => ({ element, ranges: parseRanges(element.dataset.ranges) }));
const english = document.documentElement.lang === "en";

for (const mark of text.querySelectorAll("mark")) mark.dataset.lit = "";

function parseRanges(words) {
  return words.split(" ").map((pair) => pair.split(",").map(Number));
}

const measure = (string) => [...string].length;

/** The UTF-16 place of a code point in a string. */
function toUnits(string, points) {
  let units = 0;
  for (const character of string) {
    if (points-- <= 0) break;
    units += character.length;
  }
  return units;
}

function unlight() {
  for (const mark of text.querySelectorAll("mark[data-lit]")) {
    const leaf = mark.parentNode;
    mark.replaceWith(...mark.childNodes);
    leaf.normalize();
  }
}

/** Marks the characters of ranges; returns the first mark. */
function light(ranges) {
  unlight();
  for (const leaf of text.querySelectorAll(".t")) {
    const words = leaf.textContent;
    const begin = Number(leaf.dataset.at);
    const end = begin + measure(words);
    const inside = ranges.map(([from, to]) => [Math.max(from, begin), Math.min(to, end)]).filter(([from, to]) => from < to);
    // From the back, so that a mark moves no place before it.
    for (const [from, to] of merge(inside).reverse()) {
      const range = document.createRange();
      range.setStart(leaf.firstChild, toUnits(words, from - begin));
      range.setEnd(leaf.firstChild, toUnits(words, to - begin));
      const mark = document.createElement("mark");
      mark.dataset.lit = "";
      range.surroundContents(mark);
    }
  }
  return text.querySelector("mark[data-lit]");
}

function merge(ranges) {
  const merged = [];
  for (const [from, to] of ranges.sort((one, other) => one[0] - other[0])) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

function choose(chosen) {
  for (const { element } of notes) element.classList.toggle("on", chosen.includes(element));
}

/** Scrolls only where the element is not in sight. */
function show(element) {
  if (!element) return;
  const box = element.getBoundingClientRect();
  const header = document.querySelector("header.site");
  const covered = getComputedStyle(header).position === "sticky" ? header.offsetHeight : 0;
  if (box.top < covered + 4 || box.bottom > innerHeight - 4) element.scrollIntoView({ block: "center" });
}

/** Puts the place into the address: no step back in history, no hashchange. */
function remember(fragment) {
  const address = new URL(location.href);
  address.searchParams.delete("char");
  address.searchParams.delete("thing");
  address.hash = fragment;
  history.replaceState(null, "", address);
}

function chooseNote(note) {
  choose([note.element]);
  const first = light(note.ranges);
  show(first);
  hideCard();
  const words = note.element.querySelector(".ends").cloneNode(true);
  words.hidden = false;
  fillCard([words]);
  remember(`char=${note.ranges[0].join(",")}`);
}

/** The claims whose characters hold these; those of exactly these first. */
function findNotes(from, to) {
  const holding = notes.filter(({ ranges }) => ranges.some(([begin, end]) => begin <= from && to <= end));
  const size = ({ ranges }) => Math.min(...ranges.filter(([begin, end]) => begin <= from && to <= end).map(([begin, end]) => end - begin));
  return holding.sort((one, other) => size(one) - size(other));
}

function choosePlace(from, to) {
  const found = findNotes(from, to);
  const exact = found.filter(({ ranges }) => ranges.some(([begin, end]) => begin === from && end === to));
  choose((exact.length ? exact : found).map(({ element }) => element));
  show(light([[from, to]]));
}

function chooseText(event) {
  const leaf = event.target.closest(".t");
  if (!leaf || String(getSelection()).length) return;
  const begin = Number(leaf.dataset.at);
  const found = findNotes(begin, begin + 1);
  const things = [];
  for (let mark = leaf.closest(".m"); mark; mark = mark.parentElement.closest(".m")) things.push(mark);
  choose(found.map(({ element }) => element));
  if (found.length) {
    light(found[0].ranges);
    show(found[0].element);
    remember(`char=${found[0].ranges[0].join(",")}`);
  } else unlight();
  showCard(things, found.length);
}

function showCard(marks, count) {
  for (const one of text.querySelectorAll(".m.chosen")) one.classList.remove("chosen");
  if (marks.length === 0) return hideCard();
  const list = document.createElement("ul");
  for (const mark of marks) {
    const known = document.querySelector(`.index li[data-iri="${CSS.escape(mark.dataset.iri)}"]`);
    const item = document.createElement("li");
    item.append(known.querySelector(".thing").cloneNode(true), " ");
    const kind = document.createElement("small");
    kind.textContent = known.closest("section").querySelector("h3").firstChild.textContent.trim();
    item.append(kind);
    list.append(item);
  }
  for (const one of text.querySelectorAll(`.m[data-iri="${CSS.escape(marks[0].dataset.iri)}"]`)) one.classList.add("chosen");
  const said = document.createElement("p");
  said.textContent = english ? `${count} claims rest on these characters` : `${count} 条陈述或数字以这里的文字为依据`;
  fillCard([list, said]);
}

function fillCard(content) {
  const close = document.createElement("button");
  close.className = "close";
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", english ? "Close" : "关闭");
  close.addEventListener("click", clear);
  card.replaceChildren(close, ...content);
  card.hidden = false;
}

function hideCard() {
  card.hidden = true;
  for (const one of text.querySelectorAll(".m.chosen")) one.classList.remove("chosen");
}

function clear() {
  unlight();
  choose([]);
  hideCard();
}

function follow() {
  const fragment = decodeURIComponent(location.hash.slice(1));
  const place = /^char=(\d+),(\d+)$/.exec(fragment) ?? /^c=(\d+)-(\d+)$/.exec(fragment);
  if (place) {
    hideCard();
    return choosePlace(Number(place[1]), Number(place[2]));
  }
  const note = notes.find(({ element }) => element.id === fragment);
  if (note) {
    choose([note.element]);
    light(note.ranges);
  }
}

for (const note of notes) {
  note.element.querySelector(".go").addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    chooseNote(note);
  });
}
for (const spot of document.querySelectorAll(".spot")) {
  spot.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const [from, to] = spot.hash.slice("#char=".length).split(",").map(Number);
    choosePlace(from, to);
    remember(`char=${from},${to}`);
  });
}
text.addEventListener("click", chooseText);
addEventListener("hashchange", follow);
addEventListener("keydown", (event) => {
  if (event.key === "Escape") clear();
});
if (location.hash) follow();
