"""Moving in the picture: overview, expanding, paths, hiding, undo, time, exports, keys. Each with both renderers."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import rdflib
from playwright.sync_api import Browser, Page, expect
from sample_dataset import ID, KG, make_sample_dataset
from view_pages import Opened, open_file, settle, wait_until

from kg.store import read_dataset
from kg.view.graph import to_view_graph
from kg.view.layout import compute_positions
from kg.view.model import ViewGraph
from kg.view.overview import compute_overview
from kg.view.part import Neighbourhood, to_neighbourhood
from kg.view.render import to_html

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
_INDUSTRY = ID + "industry/低空经济"


@pytest.fixture(scope="module")
def view_graph() -> ViewGraph:
    return to_view_graph(make_sample_dataset(320))


@pytest.fixture(scope="module")
def near(view_graph: ViewGraph) -> Neighbourhood:
    return to_neighbourhood(view_graph)


@pytest.fixture(scope="module", params=["vis-network", "canvas"])
def file(request: pytest.FixtureRequest, view_graph: ViewGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same graph for each renderer: the second time it is held to be large, and comes in columns and blocks."""
    most = 10**6 if request.param == "vis-network" else 0
    path = tmp_path_factory.mktemp("flows") / f"{request.param}.html"
    page = to_html(view_graph, compute_positions(view_graph), title="样例图谱", pyvis_most=most)
    path.write_text(page, encoding="utf-8")
    return path


@pytest.fixture
def open_page(chromium_browser: Browser, file: Path) -> Iterator[Open]:
    """Opens the page; at the end it may have said nothing and asked for nothing but itself."""
    opened: list[Opened] = []
    contexts = []

    def open_(address: str = "", path: Path = file, **options: Any) -> Page:
        one, context = open_file(chromium_browser, path, address, accept_downloads=True, **options)
        opened.append(one)
        contexts.append(context)
        return one.page

    yield open_
    for one in opened:
        assert one.said == []
        assert [url for url in one.asked if not url.startswith(("blob:", "data:"))] == [one.url]
    for context in contexts:
        context.close()


def _shown(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("window.policykg.shown()")
    return found


def _spot(page: Page, iri: str) -> dict[str, float]:
    settle(page)
    found: dict[str, float] = page.evaluate("id => window.policykg.nodeSpot(id)", iri)
    return found


def _click(page: Page, iri: str, **options: Any) -> None:
    spot = _spot(page, iri)
    page.mouse.click(spot["x"], spot["y"], **options)


def _go(page: Page, address: str) -> None:
    page.evaluate("hash => { location.hash = hash; }", address)
    page.wait_for_timeout(60)


def test_it_opens_with_the_most_linked_of_each_group(open_page: Open, view_graph: ViewGraph) -> None:
    page = open_page()
    shown = _shown(page)
    groups = compute_overview(view_graph).communities
    assert set(shown["nodes"]) == {iri for group in groups for iri in group.members[: group.opening]}
    assert shown["boxes"] == [group.key for group in groups]
    assert len(shown["nodes"]) < 80
    page.locator("#by").select_option("class")
    by_class = compute_overview(view_graph).classes
    assert set(_shown(page)["nodes"]) == {iri for group in by_class for iri in group.members[: group.opening]}


def test_a_bundle_holds_all_lines_between_two_groups(open_page: Open, view_graph: ViewGraph) -> None:
    page = open_page("#by=class")
    groups = compute_overview(view_graph).classes
    group_of = {iri: group.key for group in groups for iri in group.members}
    counts: dict[frozenset[str], int] = {}
    for edge in view_graph.edges:
        ends = frozenset((group_of[edge.source], group_of[edge.target]))
        if len(ends) == 2:
            counts[ends] = counts.get(ends, 0) + 1
    bundles = dict(_shown(page)["bundles"])
    assert {frozenset(key.split(" ")): count for key, count in bundles.items()} == counts
    page.locator("#view").click()
    page.get_by_role("button", name="成束的关系 Bundles").click()
    rows = page.locator("#tables tbody tr")
    expect(rows).to_have_count(len(counts))
    assert sum(int(text) for text in page.locator("#tables td:nth-of-type(3)").all_inner_texts()) == sum(
        counts.values()
    )
    rows.first.get_by_role("button").click()
    expect(page.locator("#panel .facts > li")).to_have_count(min(max(counts.values()), 150))


def test_a_double_click_brings_the_neighbours(open_page: Open, near: Neighbourhood) -> None:
    page = open_page()
    before = set(_shown(page)["nodes"])
    start = max(before, key=lambda iri: len(near.lines[iri]))
    spot = _spot(page, start)
    page.mouse.dblclick(spot["x"], spot["y"])
    settle(page)
    after = set(_shown(page)["nodes"])
    assert after == before | set(near.find_near(start, 30))
    assert {edge.iri for edge in near.lines[start] if {edge.source, edge.target} <= after} <= set(_shown(page)["edges"])
    assert page.locator("#panel h2").inner_text() in unquote(start)
    page.keyboard.press("e")
    assert set(_shown(page)["nodes"]) == before | set(near.find_near(start, 60))


def test_a_group_opens_and_folds(open_page: Open, view_graph: ViewGraph) -> None:
    page = open_page()
    group = compute_overview(view_graph).communities[0]
    before = set(_shown(page)["nodes"])
    spot = page.evaluate("key => window.policykg.boxSpot(key)", group.key)
    page.mouse.dblclick(spot["x"], spot["y"])
    settle(page)
    assert set(_shown(page)["nodes"]) == before | set(group.members[:48])
    expect(page.locator("#panel h2")).to_have_text(group.label.zh)
    page.locator('#panel [data-do="open"]').click()
    assert set(_shown(page)["nodes"]) == before


def test_the_way_between_two_things(open_page: Open, near: Neighbourhood, view_graph: ViewGraph) -> None:
    far = next(
        node.iri for node in view_graph.nodes if not node.source and len(near.find_path(_INDUSTRY, node.iri)) == 4
    )
    page = open_page(f"#n={_INDUSTRY.removeprefix(ID)}")
    page.locator("#canvas").focus()
    page.keyboard.press("w")
    page.locator("#search").fill(next(node.label for node in view_graph.nodes if node.iri == far))
    page.locator("#results [role=option]").first.click()
    wait_until(page, "document.querySelector('#panel .chip').textContent.includes('路径')")
    steps = page.locator("#panel .facts > li")
    expect(steps).to_have_count(3)
    names = {node.iri: node.label for node in view_graph.nodes}
    told = [set(step.locator(".relation .link").all_inner_texts()) for step in steps.all()]
    way = near.find_path(_INDUSTRY, far)
    assert told == [{names[one], names[other]} for one, other in pairwise(way)]
    assert set(way) <= set(_shown(page)["nodes"])
    again = open_page("#" + page.url.split("#", 1)[1])
    expect(again.locator("#panel .facts > li")).to_have_count(3)
    assert again.locator("#panel .evidence").count() >= 2
    page.locator('#panel [data-do="drop"]').click()
    assert "way=" not in page.url


def test_shift_and_click_asks_for_the_way(open_page: Open, near: Neighbourhood) -> None:
    page = open_page()
    shown = _shown(page)["nodes"]
    one, other = next((a, b) for a in shown for b in shown if a < b and near.find_path(a, b))
    _click(page, one)
    page.keyboard.down("Shift")
    _click(page, other)
    page.keyboard.up("Shift")
    assert set(near.find_path(one, other)) <= set(_shown(page)["nodes"])
    assert "way=" in page.url


def test_what_is_hidden_comes_back(open_page: Open) -> None:
    page = open_page()
    before = _shown(page)
    one = before["nodes"][0]
    _click(page, one)
    page.keyboard.press("h")
    assert one not in _shown(page)["nodes"]
    expect(page.locator("#gone")).to_contain_text("显示藏起的 1")
    page.keyboard.press("Control+z")
    assert _shown(page) == before
    page.keyboard.press("Control+Shift+z")
    assert one not in _shown(page)["nodes"]
    again = open_page("#" + page.url.split("#", 1)[1])
    assert one not in _shown(again)["nodes"]
    page.locator("#gone").click()
    assert _shown(page) == before
    page.locator("#undo").click()
    page.locator("#undo").click()
    assert _shown(page) == before


def test_a_thing_that_is_dragged_stays(open_page: Open) -> None:
    page = open_page()
    iri = _shown(page)["nodes"][0]
    spot = _spot(page, iri)
    page.mouse.move(spot["x"], spot["y"])
    page.mouse.down()
    page.mouse.move(spot["x"] + 60, spot["y"] + 40, steps=4)
    page.mouse.up()
    moved = _spot(page, iri)
    assert (round(moved["x"] - spot["x"]), round(moved["y"] - spot["y"])) == (
        pytest.approx(60, abs=2),
        pytest.approx(40, abs=2),
    )
    again = _spot(open_page("#" + page.url.split("#", 1)[1]), iri)
    assert (again["x"], again["y"]) == (pytest.approx(moved["x"], abs=3), pytest.approx(moved["y"], abs=3))
    page.keyboard.press("Control+z")
    back = _spot(page, iri)
    assert (back["x"], back["y"]) == (pytest.approx(spot["x"], abs=1), pytest.approx(spot["y"], abs=1))


def test_the_slider_leaves_what_documents_of_the_time_say(open_page: Open, view_graph: ViewGraph) -> None:
    page = open_page("#see=all")
    page.locator("#timing").click()
    page.locator("#since").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#span")).to_have_text("2022-12-31 – 2023-12-31")
    issued = {node.iri: node.issued for node in view_graph.nodes if node.source}
    evidence = {one.iri: issued[one.document] for one in view_graph.evidence}
    figures = {one.iri: one.evidence for one in view_graph.figures}
    days = {
        edge.iri: {evidence[one] for one in (*edge.evidence, *(iri for name in edge.figures for iri in figures[name]))}
        for edge in view_graph.edges
    }
    assert set(_shown(page)["edges"]) == {iri for iri, found in days.items() if max(found) >= "2022-12-31"}
    page.locator("#since").focus()
    page.keyboard.press("ArrowRight")
    assert set(_shown(page)["edges"]) == {iri for iri, found in days.items() if "2023-12-31" in found}
    again = open_page("#" + page.url.split("#", 1)[1])
    assert _shown(again) == _shown(page)
    expect(again.locator("#span")).to_have_text("2023-12-31 – 2023-12-31")
    page.locator("#anytime").click()
    assert len(_shown(page)["edges"]) == len(view_graph.edges)


def test_the_slider_over_periods(open_page: Open, view_graph: ViewGraph) -> None:
    page = open_page("#see=all&t=period:2019:2019")
    figures = {one.iri: one for one in view_graph.figures}
    of_2019 = {
        edge.iri
        for edge in view_graph.edges
        if any(figures[iri].begin <= "2019-12-31" and figures[iri].end >= "2019-01-01" for iri in edge.figures)
    }
    assert set(_shown(page)["edges"]) == of_2019
    expect(page.locator("#axis")).to_have_value("period")
    expect(page.locator("#span")).to_have_text("2019 – 2019")


def test_the_reader_picks_what_size_means(open_page: Open) -> None:
    page = open_page("#see=all&size=documents")
    expect(page.locator("#size")).to_have_value("documents")
    page.locator("#size").select_option("same")
    assert "size=same" in page.url
    root = ElementTree.fromstring(page.evaluate("window.policykg.toSvg()"))
    radii = {node.get("r") for node in root.iter("{http://www.w3.org/2000/svg}circle")}
    assert len(radii) == 1


def test_english_stands_beside_the_names_of_relations(open_page: Open) -> None:
    page = open_page("#table=edges&see=all")
    expect(page.locator("#tables tbody tr td").first).not_to_contain_text("Observation")
    page.locator("#english").click()
    expect(page.locator("#tables tbody tr td").first).to_contain_text("观测值 Observation")
    assert "en=1" in page.url


def test_the_keyboard_alone_goes_from_thing_to_thing(open_page: Open) -> None:
    page = open_page()
    page.locator("#canvas").focus()
    page.keyboard.press("Shift+ArrowRight")
    first = page.locator("#panel h2").inner_text()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(f"Shift+{key}")
    assert page.locator("#panel h2").inner_text()
    page.keyboard.press("Shift+ArrowDown")
    assert page.locator("#panel h2").inner_text() != first
    before = len(_shown(page)["nodes"])
    page.keyboard.press("e")
    page.keyboard.press("p")
    assert len(_shown(page)["nodes"]) >= before
    assert "pin=" in page.url
    page.keyboard.press("Escape")
    assert "怎么看" in page.locator("#panel h2").inner_text()


def test_the_table_says_what_the_picture_shows(open_page: Open, near: Neighbourhood) -> None:
    page = open_page(f"#x={_INDUSTRY.removeprefix(ID)}&off=City,Province&table=nodes")
    shown = _shown(page)
    ids = page.locator("#tables tbody [data-row]").evaluate_all("rows => rows.map((row) => row.dataset.row)")
    assert sorted(ids) == sorted(shown["nodes"])
    assert not [iri for iri in ids if "/region/" in iri]
    page.get_by_role("button", name="关系 Relations", exact=True).click()
    ids = page.locator("#tables tbody [data-row]").evaluate_all("rows => rows.map((row) => row.dataset.row)")
    assert sorted(ids) == sorted(shown["edges"])
    wait_until(page, "[...document.querySelectorAll('#tables tbody tr')].every((row) => row.cells[4].textContent)")
    expect(page.locator("#counts")).to_contain_text(f"{len(shown['nodes'])} /")


def test_an_address_restores_an_exploration(open_page: Open) -> None:
    page = open_page()
    shown = _shown(page)
    _click(page, shown["nodes"][3])
    page.keyboard.press("e")
    page.locator("#by").select_option("class")
    page.locator("#size").select_option("quotes")
    page.keyboard.press("Escape")
    again = open_page("#" + page.url.split("#", 1)[1])
    assert _shown(again) == _shown(page)
    assert again.url.split("#")[1] == page.url.split("#")[1]


def _take(page: Page, button: str, folder: Path) -> Path:
    page.locator("#taking > summary").click()
    with page.expect_download() as waiting:
        page.locator(button).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_png_and_svg_show_what_the_picture_shows(open_page: Open, tmp_path: Path) -> None:
    page = open_page(f"#x={_INDUSTRY.removeprefix(ID)}")
    settle(page)
    shown = _shown(page)
    svg = _take(page, "#svg", tmp_path)
    root = ElementTree.parse(svg).getroot()
    space = "{http://www.w3.org/2000/svg}"
    assert sum(one.get("class") == "node" for one in root.iter()) == len(shown["nodes"])
    lines = [one for one in root.iter(f"{space}path") if "edge" in str(one.get("class"))]
    assert len(lines) == len(shown["edges"])
    assert {bool(one.get("stroke-dasharray")) for one in lines if one.get("class") == "edge planned"} == {True}
    assert sum(one.get("class") == "box" for one in root.iter()) == len(shown["boxes"])
    assert "低空经济" in svg.read_text(encoding="utf-8")
    png = _take(page, "#png", tmp_path).read_bytes()
    assert png.startswith(b"\x89PNG")
    frame = page.locator("#canvas").bounding_box()
    assert frame is not None
    assert int.from_bytes(png[16:20]) == round(frame["width"] * 2)
    assert len(png) > 20_000


def test_hostile_names_stay_text_in_the_exports(chromium_browser: Browser, tmp_path: Path) -> None:
    taint = "</title><script>alert(1)</script>\"'\\\n&"
    graph = to_view_graph(make_sample_dataset(80, taint=taint))
    (tmp_path / "hostile.html").write_text(to_html(graph, compute_positions(graph), title=taint), encoding="utf-8")
    opened, context = open_file(chromium_browser, tmp_path / "hostile.html", "#see=all")
    root = ElementTree.fromstring(opened.page.evaluate("window.policykg.toSvg()"))
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))
    turtle = rdflib.Graph().parse(data=opened.page.evaluate("window.policykg.toTurtle()"), format="turtle")
    assert any(str(label).endswith(taint) for label in turtle.objects(None, rdflib.RDFS.label))
    assert opened.said == []
    context.close()


@pytest.mark.parametrize("most", [10**6, 0], ids=["vis-network", "canvas"])
def test_the_turtle_is_a_part_of_the_graph(chromium_browser: Browser, turtle: Path, tmp_path: Path, most: int) -> None:
    graph = to_view_graph(read_dataset(turtle.with_name("graph.nq")))
    page = to_html(graph, compute_positions(graph), title="图谱", pyvis_most=most)
    (tmp_path / "real.html").write_text(page, encoding="utf-8")
    opened, context = open_file(chromium_browser, tmp_path / "real.html", "#see=all", accept_downloads=True)
    path = _take(opened.page, "#ttl", tmp_path)
    taken, whole = rdflib.Graph().parse(path), rdflib.Graph().parse(turtle)
    assert sorted(set(taken) - set(whole)) == []
    kg = rdflib.Namespace(KG)
    said = {str(one) for one in taken.subjects(kg.status, None)}
    shown = _shown(opened.page)["edges"]
    assert said >= {iri for iri in shown if "/statement/" in iri}
    assert set(whole.subjects(rdflib.RDF.type, kg.Commitment)) == set(taken.subjects(rdflib.RDF.type, kg.Commitment))
    assert len(taken) > 3000
    opened.page.evaluate("hash => { location.hash = hash; }", "st=planned&see=all")
    text = opened.page.evaluate("window.policykg.toTurtle()")
    assert not set(rdflib.Graph().parse(data=text, format="turtle").subjects(rdflib.RDF.type, kg.Commitment))
    assert opened.said == []
    context.close()


def test_it_prints(open_page: Open, tmp_path: Path) -> None:
    page = open_page(color_scheme="dark")
    page.emulate_media(media="print")
    assert not page.locator(".bar").is_visible()
    assert page.locator("#canvas").is_visible()
    assert page.pdf(path=tmp_path / "print.pdf").startswith(b"%PDF")


def test_on_a_phone_the_bar_scrolls_and_nothing_sticks_out(open_page: Open) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    canvas = page.locator("#canvas").bounding_box()
    assert canvas is not None
    assert canvas["height"] > 400
    iri = _shown(page)["nodes"][0]
    spot = _spot(page, iri)
    page.touchscreen.tap(spot["x"], spot["y"])
    wait_until(page, "document.querySelector('#panel .actions') !== null")


def test_an_address_of_nonsense_does_no_harm(open_page: Open) -> None:
    page = open_page("#x=,*,a*b&w=%F0&open=x&hide=__proto__&pin=a@b*c,@1*2&way=a&t=::&size=big&g=%00&b=|&by=no&see=no")
    before = _shown(page)
    _go(page, "")
    assert _shown(page) == before
