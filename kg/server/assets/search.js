// The search page finds while one types: the same page is fetched and its results put in place. Without this the form works.

const WAIT = 150;
const form = document.querySelector("form.find");
const found = document.getElementById("found");
let timer = 0;
let asked = 0;

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(refresh, WAIT);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  refresh();
});

async function refresh() {
  const mine = ++asked;
  const fields = new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));
  const address = fields.size ? `/search?${fields}` : "/search";
  let text;
  try {
    const reply = await fetch(address);
    if (!reply.ok) throw new Error(String(reply.status));
    text = await reply.text();
  } catch {
    // Without an answer the old results would be taken for those of the new words.
    if (mine === asked) location.assign(address);
    return;
  }
  if (mine !== asked) return;
  const page = new DOMParser().parseFromString(text, "text/html");
  found.replaceChildren(...page.getElementById("found").childNodes);
  document.title = page.title;
  history.replaceState(null, "", address);
}
