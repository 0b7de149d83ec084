"""The picture of made-up graphs of growing size beside plain pyvis: first readable frame, frames a second in motion.

    python benchmarks/view.py [NODES …] [--out FILE] [--without-pyvis] [--limit SECONDS]

Chromium runs headless and without a GPU, in a window of 1440 × 900, anew for each page. The first frame is when the
first names are on the canvas (of pyvis the first shapes: it may have no names yet), from the start of navigation; a
frame is a callback of requestAnimationFrame while the mouse drags the picture about for three seconds, as far as the
window is wide. pyvis is as its documentation has it (physics on, scripts in the file).
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from playwright.sync_api import Error as BrowserError
from pyvis.network import Network

from kg.view.layout import compute_positions
from kg.view.model import (
    Text,
    ViewClass,
    ViewEdge,
    ViewEvidence,
    ViewGraph,
    ViewNode,
    ViewProperty,
    ViewStatus,
)
from kg.view.render import to_html

_SIZES = (300, 500, 2000, 10_000, 50_000)
_LIMIT = 40.0
_PAN = 3.0
_ID = "https://w3id.org/policykg/id/"
_KG = "https://w3id.org/policykg/ontology#"
_KINDS = ("机构", "平台", "基金", "计划", "项目", "机制", "产业", "技术", "类别", "地区", "园区", "指标")
_COLOURS = ("#0072B2", "#009E73", "#B8860B", "#D55E00", "#882255", "#CC79A7", "#3A9BD9", "#6B6B6B")
_SHAPES = ("dot", "square", "diamond", "triangle", "hexagon", "star", "triangleDown")
_RELATIONS = ("支持", "实施", "面向", "采用", "位于", "主攻", "研发", "依托", "合作", "设立")
_WORDS = (
    "低空经济光电子信息高端装备生命健康北斗人工智能量子科技数字集群基金平台中试转化孵化湖北武汉襄阳宜昌工程行动计划"
)
_DOCUMENTS = 40


def make_graph(count: int, seed: int = 7) -> ViewGraph:
    """A graph of `count` entities and three lines for each: communities of about 200, some things much linked."""
    chance = random.Random(seed)
    groups = max(6, count // 200)
    names = [f"{''.join(chance.choices(_WORDS, k=chance.randrange(3, 10)))}{number}" for number in range(count)]
    iris = [f"{_ID}thing/{name}" for name in names]
    documents = [f"{_ID}document/简报{number}" for number in range(_DOCUMENTS)]
    group_of = [int(groups * chance.random() ** 1.3) for _ in range(count)]
    members: list[list[int]] = [[] for _ in range(groups)]
    for number, group in enumerate(group_of):
        members[group].append(number)
    evidence: list[ViewEvidence] = []

    def quote(text: str) -> tuple[str, ...]:
        number = len(evidence)
        before, after = ("".join(chance.choices(_WORDS, k=24)) for _ in range(2))
        document = documents[number % _DOCUMENTS]
        iri = f"{_ID}evidence/{number}"
        section = f"{number % 6}、科技创新 / {number % 9}是"
        evidence.append(ViewEvidence(iri, document, section, number % 30, before, text, after, f"{iri}/quote"))
        return (iri,)

    edges = []
    for number in range(count * 3):
        one = int(count * chance.random() ** 1.6)
        own = members[group_of[one]]
        other = (
            own[int(len(own) * chance.random() ** 2)] if chance.random() < 0.8 else int(count * chance.random() ** 2)
        )
        relation = chance.randrange(len(_RELATIONS))
        status = f"{_KG}{chance.choice(('achieved', 'ongoing', 'ongoing', 'planned'))}"
        said = quote(f"{names[one]}{_RELATIONS[relation]}{names[other]}")
        iri = f"{_ID}statement/{number:024x}"
        edges.append(ViewEdge(iri, iris[one], iris[other], f"{_KG}p{relation}", status, said))
    kind_of = [f"{_KG}C{chance.randrange(len(_KINDS))}" for _ in range(count)]
    things = [
        ViewNode(iri, name, (f"“{name[:2]}”{name[2:]}",), (kind,), False, (), quote(name))
        for iri, name, kind in zip(iris, names, kind_of, strict=True)
    ]
    sources = [
        ViewNode(iri, f"简报{number}", (), (f"{_KG}C0",), True, (), (), f"{2018 + number % 8}-03-01")
        for number, iri in enumerate(documents)
    ]
    return ViewGraph(
        nodes=tuple(sorted((*things, *sources), key=lambda node: node.iri)),
        edges=tuple(edges),
        classes=tuple(
            ViewClass(f"{_KG}C{n}", Text(kind, kind), f"{_KG}C{n}", _COLOURS[n % 8], _SHAPES[n % 7])
            for n, kind in enumerate(_KINDS)
        ),
        properties=tuple(
            ViewProperty(f"{_KG}p{n}", Text(one, one), Text(f"被{one}", one)) for n, one in enumerate(_RELATIONS)
        ),
        statuses=tuple(
            ViewStatus(f"{_KG}{name}", Text(text, name), name == "planned")
            for name, text in (("achieved", "已完成"), ("ongoing", "进行中"), ("planned", "计划中"))
        ),
        figures=(),
        evidence=tuple(evidence),
    )


def measure_ours(playwright: Playwright, graph: ViewGraph, folder: Path, title: str) -> dict[str, Any]:
    """Seconds of Python, the file's size, first frames of the overview and of the whole, frames a second."""
    start = time.perf_counter()
    positions = compute_positions(graph)
    laid = time.perf_counter()
    page = to_html(graph, positions, title=title)
    written = time.perf_counter()
    path = folder / "ours.html"
    path.write_text(page, encoding="utf-8")
    found = {
        "layout_s": round(laid - start, 2),
        "page_s": round(written - laid, 2),
        "megabytes": round(path.stat().st_size / 1e6, 2),
    }
    ready = "Boolean(window.policykg && window.policykg.times.firstDrawing)"
    for name, address in (("overview", ""), ("whole", "#see=all")):
        browser = _launch(playwright)
        tab = browser.new_page(viewport={"width": 1440, "height": 900})
        tab.goto(path.as_uri() + address, wait_until="commit")
        _wait(tab, ready, 120)
        found[f"{name}_first_s"] = round(float(tab.evaluate("window.policykg.times.firstDrawing")) / 1000, 2)
        _wait(tab, "!window.policykg.isAnimating()", 30)
        spot = "id => window.policykg.nodeSpot(id)"
        before = tab.evaluate(spot, graph.nodes[-1].iri)
        found[f"{name}_fps"] = _measure_panning(tab)
        if tab.evaluate(spot, graph.nodes[-1].iri) == before:
            sys.exit("图没有动 the picture did not move")
        browser.close()
    return found


def measure_pyvis(playwright: Playwright, graph: ViewGraph, folder: Path, limit: float) -> dict[str, Any]:
    """The same of plain pyvis; "over N" where it takes more than `limit` seconds, in Python and in the browser each."""
    start = time.perf_counter()
    network = Network(height="900px", width="100%", cdn_resources="in_line")
    for node in graph.nodes:
        if not node.source:
            network.add_node(node.iri, label=node.label)
    for edge in graph.edges:
        network.add_edge(edge.source, edge.target)
        if time.perf_counter() - start > limit:
            return {"page_s": f"over {limit:.0f}", "first_s": None, "fps": None}
    path = folder / "pyvis.html"
    path.write_text(network.generate_html(notebook=False), encoding="utf-8")
    found: dict[str, Any] = {
        "page_s": round(time.perf_counter() - start, 2),
        "megabytes": round(path.stat().st_size / 1e6, 2),
        "first_s": f"over {limit:.0f}",
        "fps": None,
    }
    browser = _launch(playwright)
    tab = browser.new_page(viewport={"width": 1440, "height": 900})
    # pyvis's page asks a CDN for Bootstrap: refused at once, so that the drawing is measured and not the network.
    tab.route(re.compile("^https?:"), lambda route: route.abort())
    # vis-network draws its dots with arc, and nothing before the places are found; names that would be under five
    # pixels it leaves out, so that its first frame of a large graph has none.
    tab.add_init_script("""const draw = CanvasRenderingContext2D.prototype.arc;
        CanvasRenderingContext2D.prototype.arc = function (...given) {
          window.firstDrawing = window.firstDrawing || performance.now();
          return draw.apply(this, given);
        };""")
    try:
        tab.goto(path.as_uri(), wait_until="commit")
        tab.wait_for_function("window.firstDrawing", timeout=limit * 1000)
        found["first_s"] = round(float(tab.evaluate("window.firstDrawing")) / 1000, 2)
        found["fps"] = _measure_panning(tab)
    except BrowserError:
        found["first_s"] = f"over {limit:.0f}"
    browser.close()
    return found


def _launch(playwright: Playwright) -> Browser:
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        sys.exit("先装 chromium · install chromium first")
    return playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])


def _wait(tab: Page, script: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not tab.evaluate(script):
        if time.monotonic() > deadline:
            sys.exit(f"{seconds} 秒内没有 not within {seconds} s: {script}")
        tab.wait_for_timeout(20)


def _measure_panning(tab: Page) -> float:
    """Frames a second while the mouse drags the picture in circles, its button down on an empty spot."""
    tab.mouse.move(300, 860)
    tab.mouse.down()
    tab.evaluate("""() => {
        window.frames_ = [];
        const count = (now) => { window.frames_.push(now); requestAnimationFrame(count); };
        requestAnimationFrame(count);
    }""")
    begin, step = time.perf_counter(), 0
    while time.perf_counter() - begin < _PAN:
        step += 1
        tab.mouse.move(650 - 340 * math.cos(step / 25), 500 + 330 * math.cos(step / 40))
    frames: list[float] = tab.evaluate("window.frames_")
    tab.mouse.up()
    return round((len(frames) - 1) / (frames[-1] - frames[0]) * 1000, 1) if len(frames) > 1 else 0.0


def to_table(results: Mapping[int, Mapping[str, Any]]) -> str:
    """The figures as a Markdown table."""
    head = (
        "nodes",
        "edges",
        "layout",
        "page",
        "MB",
        "first frame",
        "whole",
        "fps",
        "fps whole",
        "pyvis: Python",
        "first frame",
        "fps",
    )
    lines = [f"| {' | '.join(head)} |", f"|{' ---: |' * len(head)}"]
    for count, found in results.items():
        ours, peer = found["ours"], found.get("pyvis") or {}
        keys = ("layout_s", "page_s", "megabytes", "overview_first_s", "whole_first_s", "overview_fps", "whole_fps")
        cells = [
            count,
            found["edges"],
            *(ours[key] for key in keys),
            *(peer.get(key) for key in ("page_s", "first_s", "fps")),
        ]
        lines.append(f"| {' | '.join('–' if cell is None else str(cell) for cell in cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Measure every size, print the table, write the figures where they are wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nodes", nargs="*", type=int, default=_SIZES)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--without-pyvis", action="store_true")
    parser.add_argument("--limit", type=float, default=_LIMIT, help="seconds for pyvis, in Python and in the browser")
    given = parser.parse_args()
    results: dict[int, dict[str, Any]] = {}
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as name:
        for count in given.nodes:
            graph = make_graph(count)
            ours = measure_ours(playwright, graph, Path(name), f"{count}")
            peer = None if given.without_pyvis else measure_pyvis(playwright, graph, Path(name), given.limit)
            results[count] = {"edges": len(graph.edges), "ours": ours, "pyvis": peer}
            print(count, json.dumps(results[count]), flush=True)
    print(to_table(results))
    if given.out:
        given.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
