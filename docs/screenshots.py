"""Takes the pictures of docs/images/ anew with Chromium: `python build_graph.py`, then `python docs/screenshots.py`."""

from __future__ import annotations

import json
import re
import shutil
import sys
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

_ROOT = Path(__file__).resolve().parent.parent
_PAGE = _ROOT / "out" / "graph.html"
_CHOSEN = "低空经济"
_DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


def main() -> None:
    """Writes docs/images/graph.png: the page with one industry chosen and its evidence in the panel."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None or not _PAGE.is_file():
        sys.exit("先装 chromium 并运行 python build_graph.py · install chromium and run build_graph.py first")
    found = _DATA.search(_PAGE.read_text(encoding="utf-8"))
    nodes = json.loads(found[1])["nodes"] if found else []
    chosen = max((node for node in nodes if node["label"] == _CHOSEN), key=lambda node: node["degree"], default=None)
    if chosen is None:
        sys.exit(f"{_PAGE}: 没有 {_CHOSEN} · not in this graph")
    images = _ROOT / "docs" / "images"
    images.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{_PAGE.as_uri()}#n={chosen['id']}")
        _wait_until_drawn(page)
        page.screenshot(path=images / "graph.png")
        browser.close()


def _wait_until_drawn(page: Page) -> None:
    deadline = time.monotonic() + 20
    while not page.evaluate("Boolean(window.policykg && window.policykg.times.firstDrawing)"):
        if time.monotonic() > deadline:
            sys.exit(f"{_PAGE}: 20 秒内没有画出来 · not drawn within 20 s")
        page.wait_for_timeout(50)
    page.wait_for_timeout(500)


if __name__ == "__main__":
    main()
