// What the page does beyond a form and links: the command copied.

for (const button of document.querySelectorAll("button[data-copy]")) copyFrom(button);

function copyFrom(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    const said = button.innerHTML;
    button.textContent = "已复制 copied";
    setTimeout(() => (button.innerHTML = said), 1500);
  });
}
