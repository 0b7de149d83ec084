// Light, dark or as the system has it, without loading the page anew; "/" puts the cursor into the search box.
const ORDER = ["auto", "dark", "light"];
const root = document.documentElement;
const toggle = document.querySelector("[data-theme-toggle]");

toggle?.addEventListener("click", (event) => {
  event.preventDefault();
  const next = ORDER[(ORDER.indexOf(root.dataset.theme ?? "auto") + 1) % ORDER.length];
  document.cookie = `theme=${next}; Path=/; Max-Age=31536000; SameSite=Lax`;
  if (next === "auto") delete root.dataset.theme;
  else root.dataset.theme = next;
  document.querySelector("meta[name=color-scheme]").content = next === "auto" ? "light dark" : next;
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable], .cm-editor");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing) return;
  const box = document.querySelector("[data-box]");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});
