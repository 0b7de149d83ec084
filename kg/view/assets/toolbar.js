// Above the picture: what is seen, how it is grouped and sized, time, undo, and taking it away. Below: the span of time.
function press(id, on, act) {
  const button = byId(id);
  button.addEventListener("click", act);
  toggles.push(() => button.setAttribute("aria-pressed", String(on())));
}
const toggles = [];

// The steps of the slider: days of documents, or years of periods and documents.
function timeSteps() {
  const days = new Set();
  for (const node of nodes.values()) if (node.source && node.issued) days.add(state.axis === "period" ? node.issued.slice(0, 4) : node.issued);
  if (state.axis === "period") for (const edge of edges.values()) for (const [begin, end] of edge.spans) days.add(begin.slice(0, 4)).add(end.slice(0, 4));
  return [...days].sort();
}

function startTime() {
  const [since, until] = [byId("since"), byId("until")];
  const move = (quiet) => {
    const steps = timeSteps();
    const [low, high] = [Math.min(since.value, until.value), Math.max(since.value, until.value)];
    change({ since: low > 0 ? steps[low] : "", until: high < steps.length - 1 ? steps[high] : "" }, { quiet });
  };
  for (const range of [since, until]) range.addEventListener("input", () => move(true));
  byId("axis").addEventListener("change", () => change({ axis: byId("axis").value, since: "", until: "" }));
  byId("anytime").addEventListener("click", () => change({ since: "", until: "" }));
  byId("timing").addEventListener("click", () => {
    const open = byId("time").hidden;
    byId("time").hidden = !open;
    byId("timing").setAttribute("aria-expanded", String(open));
    if (!open) change({ since: "", until: "" });
    updateToolbar();
  });
}

function updateTime() {
  const steps = timeSteps();
  const box = byId("time");
  if (isDated()) box.hidden = false;
  byId("timing").setAttribute("aria-expanded", String(!box.hidden));
  byId("timing").disabled = steps.length < 2;
  if (box.hidden) return;
  const place = (day, usual) => { const found = steps.findIndex((step) => step >= day); return day ? (found < 0 ? usual : found) : usual; };
  const [low, high] = [place(state.since, 0), place(state.until, steps.length - 1)];
  const [since, until] = [byId("since"), byId("until")];
  for (const range of [since, until]) range.max = Math.max(steps.length - 1, 0);
  if (Math.min(since.value, until.value) !== low || Math.max(since.value, until.value) !== high) {
    since.value = low;
    until.value = high;
  }
  byId("axis").value = state.axis;
  box.style.setProperty("--from", `${(low / Math.max(steps.length - 1, 1)) * 100}%`);
  box.style.setProperty("--to", `${(high / Math.max(steps.length - 1, 1)) * 100}%`);
  byId("span").textContent = steps.length ? `${steps[low]} – ${steps[high]}` : "";
  since.setAttribute("aria-valuetext", steps[low] || "");
  until.setAttribute("aria-valuetext", steps[high] || "");
}

function startToolbar() {
  press("top", () => state.see === "top", () => change({ see: "top", pins: new Map() }));
  press("every", () => state.see === "all", () => change({ see: "all", pins: new Map() }));
  press("english", () => state.english, () => change({ english: !state.english }));
  byId("by").addEventListener("change", () => change({ by: byId("by").value, ...nothing, opened: new Set(), pins: new Map() }));
  byId("size").append(...Object.entries(measures).map(([value, name]) => make("option", { value }, `${name.zh} ${name.en}`)));
  byId("size").addEventListener("change", () => change({ size: byId("size").value }));
  byId("undo").addEventListener("click", () => undo());
  byId("redo").addEventListener("click", () => redo());
  byId("png").addEventListener("click", savePng);
  byId("svg").addEventListener("click", saveSvg);
  byId("ttl").addEventListener("click", saveTurtle);
  byId("print").addEventListener("click", () => print());
  for (const id of ["png", "svg", "ttl", "print"]) byId(id).addEventListener("click", () => { byId("taking").open = false; });
  document.addEventListener("pointerdown", (event) => { if (!event.target.closest("#taking")) byId("taking").open = false; });
  document.addEventListener("keydown", actByKey);
  startTime();
}

function updateToolbar() {
  toggles.forEach((show) => show());
  byId("by").value = state.by;
  byId("size").value = state.size;
  byId("undo").disabled = !past.length;
  byId("redo").disabled = !future.length;
  const back = byId("gone");
  back.hidden = !state.gone.size;
  back.replaceChildren(...words(`显示藏起的 ${state.gone.size}`, "show hidden").filter(Boolean));
  updateTime();
}
