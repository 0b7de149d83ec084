"""Takes the pictures of docs/images/ anew with Chromium: `python build_graph.py`, then `python docs/screenshots.py`."""

from __future__ import annotations

import json
import re
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.queries import read_queries
from kg.server import Limits, Workers, make_app

_ROOT = Path(__file__).resolve().parent.parent
_PAGE = _ROOT / "out" / "graph.html"
_CHOSEN = "低空经济"
_GRAPH = _ROOT / "out" / "graph.nq"
_NEWEST = f"{DEFAULT_BASE}document/湖北省创新型产业集群建设与科技创新支撑情况简报（2025年）"
# name, width, height, light or dark, address
_PAGES = (
    ("home", 1280, 900, "light", "/"),
    ("entity", 1280, 900, "light", f"/entity?{urlencode({'iri': DEFAULT_BASE + 'category/高新技术企业'})}"),
    ("document", 1400, 900, "light", f"/document?{urlencode({'iri': _NEWEST})}#char=452,456"),
    ("document-phone", 360, 740, "dark", f"/document?{urlencode({'iri': _NEWEST})}#char=452,456"),
    ("compare", 1280, 900, "light", "/compare?since=2023-03-01&until=2024-12-31"),
    ("disagreements", 1280, 900, "dark", "/disagreements?lang=en"),
    ("commitments", 1280, 900, "light", "/commitments"),
)
_DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


def main() -> None:
    """Writes docs/images/: the graph with one industry chosen and its evidence in the panel; pages of `kg serve`."""
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
        with _run_site() as address:
            _take_pages(browser, address, images)
        browser.close()


def _take_pages(browser: Browser, address: str, images: Path) -> None:
    for name, width, height, scheme, path in _PAGES:
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(address + path)
        if name.startswith("document"):
            page.locator(".note.on .go").nth(2).click()
        page.wait_for_timeout(400)
        page.screenshot(path=images / f"{name}.png")
        context.close()


@contextmanager
def _run_site() -> Iterator[str]:
    workers = Workers(_GRAPH, Limits(workers=1))
    app = make_app(workers, read_queries(find_folder("queries")), _GRAPH.parent)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        workers.close()


def _wait_until_drawn(page: Page) -> None:
    deadline = time.monotonic() + 20
    while not page.evaluate("Boolean(window.policykg && window.policykg.times.firstDrawing)"):
        if time.monotonic() > deadline:
            sys.exit(f"{_PAGE}: 20 秒内没有画出来 · not drawn within 20 s")
        page.wait_for_timeout(50)
    page.wait_for_timeout(500)


if __name__ == "__main__":
    main()
