"""The view under /graph of `kg serve`: the same page over the served graph, and what it fetches of a large one."""

from __future__ import annotations

import json
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from explorer import Site, run_site
from playwright.sync_api import Browser, Page, expect
from sample_dataset import ID, make_sample_dataset

from kg.server import Limits
from kg.server import graph as graph_page
from kg.view.graph import to_view_graph
from kg.view.model import ViewGraph
from kg.view.part import to_neighbourhood

pytestmark = pytest.mark.browser

_SENT = 120


@pytest.fixture(scope="module")
def dataset() -> ox.Store:
    return make_sample_dataset(320)


@pytest.fixture(scope="module")
def view_graph(dataset: ox.Store) -> ViewGraph:
    return to_view_graph(dataset)


@pytest.fixture(scope="module")
def graph(dataset: ox.Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("served") / "graph.nq"
    dataset.dump(str(path), ox.RdfFormat.N_QUADS)
    return path


@pytest.fixture(scope="module")
def site(graph: Path) -> Iterator[Site]:
    with run_site(graph, Limits(seconds=20, workers=1)) as running:
        yield running


@pytest.fixture(scope="module")
def large_site(graph: Path) -> Iterator[Site]:
    """The same graph, held to be too large to be sent whole."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(graph_page, "SENT", _SENT)
        with run_site(graph, Limits(seconds=20, workers=1)) as running:
            assert running.send("/graph").status == 200
            yield running


def _open(browser: Browser, address: str) -> tuple[Page, list[str], list[str]]:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    _wait_until(page, "Boolean(window.policykg && window.policykg.times.firstDrawing)")
    return page, said, asked


def _wait_until(page: Page, script: str, argument: object = None) -> None:
    deadline = time.monotonic() + 20
    while not page.evaluate(script, argument):
        assert time.monotonic() < deadline, script
        page.wait_for_timeout(30)


def test_the_served_page_is_the_view_with_ways_on(site: Site, chromium_browser: Browser) -> None:
    page, said, asked = _open(chromium_browser, f"{site.address}/graph")
    expect(page.locator("#counts")).to_contain_text("/ 320")
    page.locator("#search").fill("低空经济")
    page.locator("#results [role=option]").first.click()
    expect(page.locator("#panel h2")).to_have_text("低空经济")
    assert page.locator("#panel .evidence mark").count() > 0
    page.get_by_role("link", name="打开它的页面").click()
    expect(page.locator("h1")).to_contain_text("低空经济")
    page.go_back()
    page.get_by_role("link", name="首页").click()
    assert urllib.parse.urlsplit(page.url).path == "/"
    assert said == []
    assert all(url.startswith((site.address, "data:")) for url in asked)
    page.context.close()


def test_the_served_page_obeys_the_sites_theme(site: Site, chromium_browser: Browser) -> None:
    page, said, _ = _open(chromium_browser, f"{site.address}/graph?theme=dark")
    assert page.locator(".stage").evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(18, 23, 30)"
    assert said == []
    page.context.close()


def _read_near(site: Site, iri: str) -> dict[str, object]:
    answer = site.send(f"/graph/near.json?{urllib.parse.urlencode({'iri': iri})}")
    assert (answer.status, answer.media_type) == (200, "application/json")
    columns: dict[str, object] = json.loads(answer.body)["columns"]
    return columns


def test_neighbours_are_those_of_the_graph(large_site: Site, view_graph: ViewGraph) -> None:
    iri = ID + "industry/低空经济"
    near = to_neighbourhood(view_graph).find_near(iri, 1000)
    columns = _read_near(large_site, iri)
    base = columns["base"]
    nodes: dict[str, list[str]] = columns["nodes"]  # type: ignore[assignment]
    sources = {node.iri for node in view_graph.nodes if node.source}
    assert {f"{base}{one}" for one in nodes["id"]} - sources == {iri, *near}
    for search, status in (("?iri=urn:none", 404), ("?iri=%3Cx%3E", 400), ("", 400)):
        assert large_site.send(f"/graph/near.json{search}").status == status


def test_a_way_of_the_graph(large_site: Site, view_graph: ViewGraph) -> None:
    iris = [node.iri for node in view_graph.nodes if not node.source]
    near = to_neighbourhood(view_graph)
    start, goal = next((iris[0], one) for one in iris if len(near.find_path(iris[0], one)) == 4)
    search = urllib.parse.urlencode({"from": start, "to": goal})
    columns = json.loads(large_site.send(f"/graph/way.json?{search}").body)["columns"]
    found = {columns["base"] + one for one in columns["nodes"]["id"]}
    assert set(near.find_path(start, goal)) <= found


def test_what_was_not_sent_is_fetched(large_site: Site, view_graph: ViewGraph, chromium_browser: Browser) -> None:
    page, said, asked = _open(chromium_browser, f"{large_site.address}/graph")
    expect(page.locator("#counts")).to_contain_text("全图 323 实体")
    known = set(page.evaluate("() => [...document.querySelectorAll('[data-node]')].map((one) => one.dataset.node)"))
    near = to_neighbourhood(view_graph)
    partly = max(
        (node for node in view_graph.nodes if node.iri in known and not node.source),
        key=lambda node: len(near.lines[node.iri]),
    )
    page.locator(f'[data-node="{partly.iri}"]').first.click()
    page.locator('[data-do="expand"]').click()
    wanted = list(near.find_near(partly.iri, 30))
    _wait_until(page, "iris => iris.every((iri) => window.policykg.shown().nodes.includes(iri))", wanted)
    stated = [edge for edge in near.lines[partly.iri] if not edge.figures]
    expect(page.locator("#panel .group > .facts > li")).to_have_count(len(stated))
    # A name that was not sent is found by the server and fetched when it is chosen.
    unsent = min((node for node in view_graph.nodes if not node.source), key=lambda node: len(near.lines[node.iri]))
    page.locator("#search").fill(unsent.label)
    page.locator("#results [role=option]", has_text=unsent.label).first.click()
    expect(page.locator("#panel h2")).to_have_text(unsent.label)
    again, said_again, _ = _open(chromium_browser, page.url)
    expect(again.locator("#panel h2")).to_have_text(unsent.label)
    assert set(again.evaluate("window.policykg.shown().nodes")) == set(page.evaluate("window.policykg.shown().nodes"))
    assert said == said_again == []
    assert any("/graph/near.json" in url for url in asked)
    page.context.close()
    again.context.close()


def test_a_new_graph_is_drawn_without_a_restart(graph: Path, tmp_path: Path) -> None:
    copy = tmp_path / "graph.nq"
    copy.write_bytes(graph.read_bytes())
    with run_site(copy, Limits(seconds=20, workers=1)) as running:
        assert "全新的基金" not in running.send("/graph").body
        added = (
            f'<{ID}fund/全新的基金> <http://www.w3.org/2004/02/skos/core#prefLabel> "全新的基金"@zh <urn:g> .\n'
            f"<urn:d> <https://w3id.org/policykg/ontology#mentions> <{ID}fund/全新的基金> <urn:g> .\n"
        )
        copy.write_bytes(graph.read_bytes() + added.encode())
        assert "全新的基金" in running.send("/graph").body
