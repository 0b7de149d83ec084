"""60 payloads in every field that a document controls: in Chromium, with the pages' own policy switched off.

Without the policy only the escaping is left to stop a payload: none may run, and no request may leave.
"""

from __future__ import annotations

import contextlib
import json
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest
from explorer import Site, run_site
from playwright.sync_api import Browser, BrowserContext, Error, Page
from view_pages import settle, wait_until

from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.outputs import write_outputs
from kg.pipeline import build_corpus
from kg.server import Limits
from kg.store import read_dataset
from kg.view.graph import to_view_graph
from kg.view.layout import compute_positions
from kg.view.render import write_html

pytestmark = pytest.mark.browser

_RUN = "window.__ran=(window.__ran||0)+1"
_AWAY = "https://evil.invalid"
PAYLOADS = (
    f"<script>{_RUN}</script>",
    f"</script><script>{_RUN}</script>",
    f"</title><script>{_RUN}</script>",
    f"</textarea><script>{_RUN}</script>",
    f"</style><script>{_RUN}</script>",
    f"--><script>{_RUN}</script>",
    f"]]><script>{_RUN}</script>",
    f"</template><script>{_RUN}</script>",
    f"</noscript><img src=x onerror={_RUN}>",
    f"<img src=x onerror={_RUN}>",
    f'"><img src=x onerror={_RUN}>',
    f"'><img src=x onerror={_RUN}>",
    f"`><img src=x onerror={_RUN}>",
    f"<svg onload={_RUN}>",
    f"<svg><script>{_RUN}</script></svg>",
    f"<svg><animate onbegin={_RUN} attributeName=x dur=1s>",
    f"<math><mtext><img src=x onerror={_RUN}></mtext></math>",
    f"<body onload={_RUN}>",
    f"<details open ontoggle={_RUN}>x",
    f"<input autofocus onfocus={_RUN}>",
    f"<video src=x onerror={_RUN}>",
    f"<audio src=x onerror={_RUN}>",
    f"<marquee onstart={_RUN}>x",
    f"<iframe srcdoc='<script>parent.{_RUN}</script>'>",
    f"<iframe src='javascript:parent.{_RUN}'>",
    f"<object data='javascript:{_RUN}'>",
    f"<embed src='{_AWAY}/embed'>",
    f"<a href='javascript:{_RUN}'>x</a>",
    f"<a href='{_AWAY}/a' onclick='{_RUN}'>x</a>",
    f"<form action='javascript:{_RUN}'><button>x</button></form>",
    f"<base href='{_AWAY}/'>",
    f"<link rel=stylesheet href='{_AWAY}/s.css'>",
    f"<style>@import '{_AWAY}/i.css';</style>",
    f"<meta http-equiv=refresh content='0;url={_AWAY}/m'>",
    f"<img src='{_AWAY}/i.png'>",
    f"<img srcset='{_AWAY}/s.png 1x'>",
    f"<div style='background:url({_AWAY}/b.png)'>x</div>",
    f'" onmouseover="{_RUN}" x="',
    f"' onmouseover='{_RUN}' x='",
    f'" onfocus="{_RUN}" autofocus x="',
    f'" style="background:url({_AWAY}/q.png)" x="',
    f"` onclick=`{_RUN}` x=`",
    f"javascript:{_RUN}",
    f"JaVaScRiPt:{_RUN}//",
    f"\\u006aavascript:{_RUN}",
    f"data:text/html,<script>{_RUN}</script>",
    f"vbscript:{_RUN}",
    f"{{{{{_RUN}}}}}",
    f"${{{_RUN}}}",
    f"{{% print({_RUN}) %}}",
    f"'-({_RUN})-'",
    f'"-({_RUN})-"',
    f"';{_RUN};//",
    f'";{_RUN};//',
    f"\\';{_RUN};//",
    f"</option></select><img src=x onerror={_RUN}>",
    f"&lt;img src=x onerror={_RUN}&gt;",
    f"&#60;img src=x onerror={_RUN}&#62;",
    f"<a href='x'>href</a><img src=x onerror={_RUN}>",
    f"]){{{_RUN}}}//",
    f"[x](javascript:{_RUN})",
    f"<!--<img src=x onerror={_RUN}>-->",
    f"<xmp><img src=x onerror={_RUN}></xmp>",
)


def write_corpus(folder: Path) -> None:
    """Every payload as the name of a fund and of an industry, in the text, the title and the fields of a document."""
    for number, payload in enumerate(PAYLOADS):
        name = f"基金{number:02d}{payload}"
        place = f"产业{number:02d}{payload}"
        text = f"通报{number:02d}{payload}\n一、{payload}\n2022年，{name}支持{place}，企业突破3万家{payload}。\n"
        spans = [("Fund", name), ("Industry", place), ("Period", "2022年"), ("Figure", "3万家"), ("Indicator", "企业")]
        lines = []
        for at, (cls, words) in enumerate(spans, 1):
            begin = text.index(words, text.index("\n2022年"))
            lines.append(f"T{at}\t{cls} {begin} {begin + len(words)}\t{words}")
        lines += ["R1\tsupports Arg1:T1 Arg2:T2", "R2\tindicator Arg1:T4 Arg2:T5", "R3\tabout Arg1:T4 Arg2:T2"]
        fields = {
            "title": f"通报{number:02d}{payload}",
            "issuer": payload,
            "number": payload,
            "licence": payload,
            "note": payload,
        }
        toml = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in fields.items())
        (folder / f"d{number:02d}.txt").write_text(text, encoding="utf-8")
        (folder / f"d{number:02d}.ann").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (folder / f"d{number:02d}.toml").write_text(
            f"{toml}date = 2023-01-05\nsources = [{json.dumps(payload)}]\n", encoding="utf-8"
        )


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, out = tmp_path_factory.mktemp("payloads"), tmp_path_factory.mktemp("built")
    write_corpus(folder)
    build = build_corpus(folder, find_folder("ontology"), DEFAULT_BASE)
    assert len(build.report.rejections) < 10, build.report.rejections[:5]
    write_outputs(build, out, ["nq"])
    return out / "graph.nq"


@pytest.fixture(scope="module")
def site(graph: Path) -> Iterator[Site]:
    with run_site(graph, Limits(seconds=30, workers=2)) as running:
        yield running


class Watched:
    """A page without a policy, and everything that it asked for, said or opened."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.context: BrowserContext = browser.new_context(bypass_csp=True, viewport={"width": 1200, "height": 800})
        self.page: Page = self.context.new_page()
        self.address = address
        self.strayed: list[str] = []
        self.context.on("request", lambda request: self._look(request.url))
        self.context.on(
            "page", lambda page: self.strayed.append(f"opened {page.url}") if page is not self.page else None
        )
        self.page.on("dialog", lambda dialog: (self.strayed.append(dialog.message), dialog.dismiss()))
        self.page.on("pageerror", lambda error: self.strayed.append(str(error)))

    def _look(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.strayed.append(url)

    def check(self, where: str) -> None:
        """Nothing ran, nothing left, nothing in the page could."""
        found = self.page.evaluate(_ACTIVE)
        assert found == [], (where, found[:3])
        assert self.page.evaluate("window.__ran") is None, where
        assert self.strayed == [], (where, self.strayed[:3])


# Whatever in the page could act or fetch and is not ours: handlers, frames, addresses that run, pictures from payloads.
_ACTIVE = """() => [...document.querySelectorAll('*')].filter((one) =>
    [...one.attributes].some((attribute) => attribute.name.startsWith('on')
        || (['href', 'src', 'action', 'data', 'srcdoc', 'formaction', 'xlink:href'].includes(attribute.name)
            && /^\\s*(javascript|vbscript|data:text)/i.test(attribute.value))
        || (['src', 'srcset', 'style'].includes(attribute.name) && attribute.value.includes('evil.invalid')))
    || ['IFRAME', 'OBJECT', 'EMBED', 'BASE', 'MARQUEE', 'AUDIO', 'VIDEO', 'XMP'].includes(one.tagName)
    || (one.tagName === 'SCRIPT' && !one.type.includes('json') && one.textContent.startsWith('window.__ran'))
    || (one.tagName === 'META' && /refresh/i.test(one.httpEquiv))
    || (one.tagName === 'IMG' && !/^(data:|blob:|\\/)/.test(one.getAttribute('src') || 'data:'))
).map((one) => one.outerHTML.slice(0, 200))"""
# Hovers, focuses and clicks everything; where a click would lead away it is only held back after all handlers ran.
_TOUCH = """() => {
    window.addEventListener('click', (event) => event.preventDefault());
    window.addEventListener('submit', (event) => event.preventDefault(), true);
    for (const one of document.querySelectorAll('details')) one.open = true;
    for (const one of [...document.querySelectorAll('body *')].slice(0, 4000)) {
        for (const kind of ['mouseover', 'mouseenter', 'pointerover', 'mousedown', 'focus', 'focusin'])
            one.dispatchEvent(new MouseEvent(kind, { bubbles: true, cancelable: true }));
        const usable = one.checkVisibility() && !one.disabled;
        if (usable && one.matches('a, button, summary, mark, tr, li, [role], [tabindex], label'))
            one.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
    }
}"""


def to_address(path: str, **values: str) -> str:
    return f"{path}?{urllib.parse.urlencode(values)}"


def find_iris(graph: Path, kind: str) -> list[str]:
    query = f"SELECT DISTINCT ?x {{ GRAPH ?g {{ ?x a <https://w3id.org/policykg/ontology#{kind}> }} }} ORDER BY ?x"
    return [row["x"].value for row in read_dataset(graph).query(query)]  # type: ignore[index, union-attr]


def test_60_payloads_on_the_servers_pages(site: Site, graph: Path, chromium_browser: Browser) -> None:
    assert len(PAYLOADS) >= 60
    funds, industries, documents = (find_iris(graph, kind) for kind in ("Fund", "Industry", "Document"))
    assert len(funds) > 55
    assert len(documents) > 55
    some = range(0, min(len(funds), len(documents), len(industries)), 13)
    pages = [
        "/",
        "/documents",
        "/entities",
        to_address("/entities", **{"class": "Fund"}),
        "/commitments",
        "/disagreements",
        "/compare",
        *(to_address("/entity", iri=funds[at]) for at in some),
        *(to_address("/entity", iri=industries[at]) for at in some[:3]),
        *(to_address("/document", iri=documents[at]) for at in some),
        "/questions/who-supports",
    ]
    for at in range(0, len(PAYLOADS), 9):
        payload = PAYLOADS[at]
        pages.append(to_address("/search", q=payload))
        pages.append(f"/{urllib.parse.quote(payload, safe='')}")
    for payload in PAYLOADS[3::25]:
        pages += [
            to_address("/questions/who-supports", topic=payload),
            to_address("/editor", query=payload),
            to_address("/ask", q=payload),
            to_address("/entity", iri=payload),
            to_address("/document", iri=payload),
            to_address("/entities", **{"class": payload}),
            to_address("/compare", since=payload, until=payload),
            to_address("/", lang=payload),
            to_address("/graph", n=payload),
        ]
    watched = Watched(chromium_browser, site.address)
    assert len(pages) > 45
    for path in pages:
        watched.page.goto(site.address + path)
        watched.check(path)
        watched.page.evaluate(_TOUCH)
        watched.check(f"{path} touched")
    seen = watched.page.goto(site.address + to_address("/entities", **{"class": "Fund"}))
    assert seen is not None
    assert "__ran" in (watched.page.locator("main").text_content() or "")
    watched.context.close()


@pytest.mark.parametrize("renderer", ["vis-network", "our own"])
def test_60_payloads_in_the_picture(
    graph: Path, tmp_path: Path, chromium_browser: Browser, renderer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    view_graph = to_view_graph(read_dataset(graph))
    if renderer == "our own":
        monkeypatch.setattr("kg.view.render.is_for_pyvis", lambda *_: False)
    path = tmp_path / "graph.html"
    write_html(view_graph, compute_positions(view_graph), path, title=PAYLOADS[0])
    watched = Watched(chromium_browser, path.as_uri())
    page = watched.page
    page.goto(path.as_uri() + "#see=all")
    wait_until(page, "Boolean(window.policykg && window.policykg.times.firstDrawing)")
    settle(page)
    watched.check("load")
    nodes = [node for node in view_graph.nodes if "__ran" in node.label]
    assert len(nodes) > 100
    for node in nodes[::6]:
        page.evaluate("hash => { location.hash = hash; }", f"n={node.iri}&see=all")
        page.evaluate("() => { for (const one of document.querySelectorAll('details')) one.open = true; }")
    watched.check("details")
    for node in nodes[::25]:
        spot = page.evaluate("id => window.policykg.nodeSpot(id)", node.iri)
        page.mouse.move(spot["x"], spot["y"])
        page.mouse.click(spot["x"], spot["y"])
    watched.check("hover and click")
    for payload in PAYLOADS[::5]:
        page.locator("#search").fill(payload[:30])
        page.locator("#search").press("ArrowDown")
        page.locator("#search").press("Enter")
    watched.check("search")
    for address in ("table=nodes&see=all", "table=edges&docs=1&see=all"):
        page.evaluate("hash => { location.hash = hash; }", address)
        page.wait_for_timeout(100)
        page.evaluate(_TOUCH)
        watched.check(address)
    watched.context.close()


def test_the_watch_sees_what_runs_and_what_leaves(chromium_browser: Browser) -> None:
    """The same payloads written raw: many run, many are seen in the page, some send requests."""
    watched = Watched(chromium_browser, "about:")
    for payload in PAYLOADS:
        with contextlib.suppress(Error):
            watched.page.set_content(f"<p title='{payload}'>{payload}</p>", wait_until="domcontentloaded", timeout=2000)
            watched.page.evaluate(_TOUCH)
            if watched.page.evaluate(_ACTIVE) or watched.page.evaluate("window.__ran"):
                watched.strayed.append(f"seen {payload}")
    assert sum(one.startswith("seen ") for one in watched.strayed) > 35
    assert sum(one.startswith("https://evil.invalid") for one in watched.strayed) >= 4
    watched.context.close()
