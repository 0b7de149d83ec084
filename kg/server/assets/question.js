// What a question's page does beyond links and a form: names found as one types, a citation copied, a pack filtered.
// Without it every input is still one, with the names that stand in the page.

const WAIT = 120;
const MOST = 12;

for (const input of document.querySelectorAll("input[data-search]")) offer(input);
for (const button of document.querySelectorAll("button[data-copy]")) copyFrom(button);
for (const input of document.querySelectorAll("input[data-filter]")) filterBy(input);

/** Makes an input a combobox over /search.json (ARIA 1.2, list autocomplete); where that is missing it stays as it is. */
function offer(input) {
  const list = document.createElement("ul");
  list.className = "choices";
  list.id = `c-${input.name}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", say("候选", "Suggestions"));
  list.hidden = true;
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  input.after(list);
  let chosen = -1;
  let timer = 0;
  let asked = 0;

  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const point = (at) => {
    chosen = at;
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  };
  const take = (at) => {
    input.value = list.children[at].dataset.label;
    close();
  };
  const show = (found) => {
    list.replaceChildren(
      ...found.map((one, at) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${at}`;
        item.dataset.label = one.label;
        item.setAttribute("role", "option");
        item.append(one.label);
        const kind = document.createElement("small");
        kind.textContent = one.class_label ?? "";
        item.append(kind);
        item.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          take(at);
        });
        return item;
      }),
    );
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    point(-1);
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const mine = ++asked;
      const found = await find(input, input.value).catch(() => null);
      if (mine !== asked || document.activeElement !== input || found === null) return;
      input.removeAttribute("list");
      show(found);
    }, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    const count = list.hidden ? 0 : list.children.length;
    if (event.isComposing || count === 0) return;
    if (event.key === "ArrowDown") point((chosen + 1) % count);
    else if (event.key === "ArrowUp") point((chosen - 1 + count) % count);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen >= 0) take(chosen);
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", close);
}

async function find(input, text) {
  const search = new URLSearchParams({ q: text, limit: String(MOST) });
  for (const name of input.dataset.classes.split(" ")) if (name) search.append("class", name);
  const reply = await fetch(`/search.json?${search}`);
  if (!reply.ok) throw new Error(String(reply.status));
  const found = await reply.json();
  return Array.isArray(found) ? found : (found.results ?? []);
}

function copyFrom(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    const said = button.innerHTML;
    button.textContent = say("已复制", "Copied");
    setTimeout(() => (button.innerHTML = said), 1500);
  });
}

/** Of two texts the one in the page's language. */
function say(zh, en) {
  return document.documentElement.lang === "en" ? en : zh;
}

function filterBy(input) {
  input.hidden = false;
  const none = document.querySelector("[data-none]");
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const item of document.querySelectorAll("[data-text]")) {
      const text = item.dataset.text.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
      count += item.hidden ? 0 : 1;
    }
    for (const group of document.querySelectorAll(".tagged")) {
      group.hidden = group.querySelectorAll("[data-text]:not([hidden])").length === 0;
    }
    none.hidden = count > 0;
  });
}
