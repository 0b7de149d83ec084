"""The page in a real browser, opened as a file, with the network off."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, expect
from sample_dataset import ID, KG, make_sample_dataset
from view_pages import Open, Opened, open_file, settle

from kg.view.graph import to_view_graph
from kg.view.layout import compute_positions
from kg.view.model import ViewEdge, ViewGraph
from kg.view.render import write_html

pytestmark = pytest.mark.browser

_NODE = ID + "industry/低空经济"
_TAINT = "</script><img src=x onerror=window.__pwned=1>"


@pytest.fixture(scope="module")
def view_graph() -> ViewGraph:
    return to_view_graph(make_sample_dataset(320))


@pytest.fixture(scope="module")
def file(view_graph: ViewGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("view") / "graph.html"
    write_html(view_graph, compute_positions(view_graph), path, title="样例图谱")
    return path


@pytest.fixture
def open_page(chromium_browser: Browser, file: Path) -> Iterator[Open]:
    contexts = []

    def open_(address: str = "", path: Path = file, *, whole: bool = True, **options: Any) -> Opened:
        # Most tests are about the whole picture; a page that is asked for nothing opens with the overview.
        if whole and "see=" not in address:
            address = "#" + "&".join(["see=all", *filter(None, [address.removeprefix("#")])])
        opened, context = open_file(chromium_browser, path, address, **options)
        contexts.append(context)
        return opened

    yield open_
    for context in contexts:
        context.close()


def _click_spot(page: Page, script: str, argument: str) -> None:
    settle(page)
    spot = page.evaluate(script, argument)
    page.mouse.move(spot["x"], spot["y"])
    page.mouse.click(spot["x"], spot["y"])


def _count_pixels(page: Page, colour: str) -> int:
    """How many pixels of the picture are exactly of this colour."""
    script = """(wanted) => {
        const canvas = document.querySelector("#canvas canvas");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const [red, green, blue] = [1, 3, 5].map((at) => parseInt(wanted.slice(at, at + 2), 16));
        let count = 0;
        for (let i = 0; i < data.length; i += 4) {
            if (data[i] === red && data[i + 1] === green && data[i + 2] === blue && data[i + 3] === 255) count += 1;
        }
        return count;
    }"""
    return int(page.evaluate(script, colour))


def _panel_title(page: Page) -> str:
    return page.locator("#panel h2").inner_text()


def _open_statement_with(page: Page, view_graph: ViewGraph, node: str) -> ViewEdge:
    """A statement about a node whose line's middle no shape covers."""
    settle(page)
    spots = page.evaluate(
        "ids => ids.map((id) => window.policykg.nodeSpot(id))", [one.iri for one in view_graph.nodes if not one.source]
    )

    def clearance(edge: ViewEdge) -> float:
        middle = page.evaluate("id => window.policykg.edgeSpot(id)", edge.iri)
        return min(math.hypot(spot["x"] - middle["x"], spot["y"] - middle["y"]) for spot in spots)

    return max((edge for edge in view_graph.edges if edge.target == node and edge.evidence), key=clearance)


def test_it_opens_offline_without_a_word(open_page: Open) -> None:
    opened = open_page()
    opened.page.wait_for_timeout(300)
    assert opened.said == []
    assert opened.asked == [opened.url]
    assert opened.page.evaluate("performance.getEntriesByType('resource').length") == 0
    drawn = opened.page.evaluate("window.policykg.times.firstDrawing")
    assert drawn < 6000, "about 500 ms on an idle machine; this one may be shared"


def test_the_picture_is_drawn_and_still(open_page: Open) -> None:
    page = open_page().page
    before = page.evaluate("id => window.policykg.nodeSpot(id)", _NODE)
    for colour in ("#3b6fb6", "#2a9d8f", "#e9a23b"):
        assert _count_pixels(page, colour) > 20, f"the legend's colour {colour} is in the picture"
    page.wait_for_timeout(600)
    assert page.evaluate("id => window.policykg.nodeSpot(id)", _NODE) == before


def test_search_by_name_and_alias_with_the_keyboard(open_page: Open) -> None:
    page = open_page().page
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("空经")
    options = page.locator("#results [role=option]")
    expect(options.first).to_contain_text("低空经济")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    assert page.locator("#search").get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert _panel_title(page) == "低空经济"
    expect(page.locator("#results")).to_be_hidden()
    page.keyboard.press("Escape")
    assert "怎么看" in _panel_title(page)
    page.locator("#search").fill("“低空”")
    expect(options.first).to_contain_text("低空经济")
    page.locator("#search").fill("没有这样的名称")
    expect(options).to_contain_text(["没有这个名称"])


def test_a_click_on_a_node_shows_its_evidence(open_page: Open, view_graph: ViewGraph) -> None:
    page = open_page().page
    top = max(view_graph.nodes, key=lambda node: sum(node.iri in (e.source, e.target) for e in view_graph.edges))
    _click_spot(page, "id => window.policykg.nodeSpot(id)", top.iri)
    assert _panel_title(page) == top.label
    stated = [edge for edge in view_graph.edges if top.iri in (edge.source, edge.target) and not edge.figures]
    assert page.locator("#panel .group > .facts > li").count() == len(stated)
    planned = [edge for edge in stated if edge.status == KG + "planned"]
    assert page.locator("#panel .group .status.planned").all_inner_texts() == ["计划中 planned"] * len(planned)


def test_evidence_is_the_datasets_words_with_the_quote_marked(open_page: Open, view_graph: ViewGraph) -> None:
    page = open_page(f"#n={_NODE.removeprefix(ID)}").page
    evidence = {one.iri: one for one in view_graph.evidence}
    edges = [edge for edge in view_graph.edges if _NODE in (edge.source, edge.target) and not edge.figures]
    expected = sorted(
        (found.prefix + found.quote + found.suffix, found.quote)
        for found in (evidence[iri] for edge in edges for iri in edge.evidence)
    )
    page.evaluate("document.querySelectorAll('#panel details').forEach((one) => { one.open = true; })")
    quotes = page.locator("#panel .group .evidence blockquote")
    shown = [(quote.text_content(), quote.locator("mark").text_content()) for quote in quotes.all()]
    assert sorted(shown) == expected
    caption = page.locator("#panel .group .evidence figcaption").first.inner_text()
    assert "样例省科技创新情况简报" in caption
    assert "一、科技创新 / 一是夯实平台" in caption
    assert "段 ¶" in caption


def test_a_click_on_a_line_shows_what_it_says(open_page: Open, view_graph: ViewGraph) -> None:
    page = open_page(f"#n={_NODE.removeprefix(ID)}").page
    edge = _open_statement_with(page, view_graph, _NODE)
    shown = {one.iri for one in view_graph.edges if {one.source, one.target} == {edge.source, edge.target}}
    _click_spot(page, "id => window.policykg.edgeSpot(id)", edge.iri)
    chosen = ID + unquote(page.url.split("#e=")[1].split("&")[0])
    assert chosen in shown
    found = next(one for one in view_graph.edges if one.iri == chosen)
    quote = next(one.quote for one in view_graph.evidence if one.iri == found.evidence[0])
    assert page.locator("#panel .evidence mark").all_text_contents() == [quote]
    assert page.locator("#panel .ends .link").all_inner_texts() == [
        node.label for iri in (found.source, found.target) for node in view_graph.nodes if node.iri == iri
    ]


def test_names_in_the_panel_lead_on_and_back_leads_back(open_page: Open) -> None:
    page = open_page(f"#n={_NODE.removeprefix(ID)}").page
    link = page.locator("#panel .group .relation .link").first
    other = link.inner_text()
    link.click()
    assert _panel_title(page) == other
    page.go_back()
    assert _panel_title(page) == "低空经济"
    page.go_forward()
    assert _panel_title(page) == other


def _rows(page: Page) -> int:
    return page.locator("#tables tbody tr").count()


def test_the_legend_filters_picture_and_table_alike(open_page: Open, view_graph: ViewGraph) -> None:
    page = open_page("#table=nodes").page
    funds = [node for node in view_graph.nodes if node.classes == (KG + "Fund",)]
    assert _rows(page) == sum(not node.source for node in view_graph.nodes)
    page.locator("[data-key=Fund]").uncheck()
    assert _rows(page) == sum(not node.source for node in view_graph.nodes) - len(funds)
    page.get_by_role("button", name="只看 基金 Only Fund").click()
    assert _rows(page) == len(funds)
    expect(page.locator("#counts")).to_contain_text(f"{len(funds)} /")
    page.get_by_role("button", name="清空 none").click()
    assert _rows(page) == 0
    page.get_by_role("button", name="全选 all").click()
    assert _rows(page) == sum(not node.source for node in view_graph.nodes)
    page.locator("[data-key=Agency]").uncheck()
    assert page.locator("[data-key=Organization]").evaluate("box => box.indeterminate")
    page.locator("[data-key=sources]").check()
    assert page.get_by_role("button", name="样例省科技创新情况简报（2021年）").count() >= 1


def test_the_status_filter_leaves_only_what_is_planned(open_page: Open, view_graph: ViewGraph) -> None:
    page = open_page("#table=edges").page
    page.get_by_role("button", name="只看 计划中 Only planned").click()
    planned = [edge for edge in view_graph.edges if edge.status == KG + "planned"]
    assert _rows(page) == len(planned)
    assert set(page.locator("#tables tbody tr td:nth-of-type(3)").all_inner_texts()) == {"计划中"}
    page.get_by_role("button", name="实体 Entities").click()
    assert _rows(page) == len({end for edge in planned for end in (edge.source, edge.target)})


def test_the_table_sorts_as_it_says_and_shows_the_sentence(open_page: Open) -> None:
    page = open_page("#table=nodes").page

    def read_numbers() -> list[int]:
        return [int(text) for text in page.locator("#tables tbody td:nth-of-type(3)").all_inner_texts()]

    header = page.locator("#tables thead th").nth(3)
    expect(header).to_have_attribute("aria-sort", "descending")
    assert read_numbers() == sorted(read_numbers(), reverse=True)
    header.get_by_role("button").click()
    expect(header).to_have_attribute("aria-sort", "ascending")
    assert read_numbers() == sorted(read_numbers())
    expect(page.locator("#fit")).to_be_disabled()
    page.get_by_role("button", name="关系 Relations", exact=True).click()
    cells = page.locator("#tables tbody tr").first.locator("td")
    assert len(cells.nth(3).inner_text()) > 10
    assert cells.nth(4).inner_text()


def test_the_search_narrows_the_table(open_page: Open) -> None:
    page = open_page("#table=nodes").page
    before = page.locator("#tables tbody tr").count()
    page.locator("#search").fill("低空")
    expect(page.locator("#tables tbody tr")).not_to_have_count(before)
    assert all("低空" in text for text in page.locator("#tables tbody tr").all_inner_texts())


def test_a_row_of_the_table_opens_the_panel(open_page: Open) -> None:
    page = open_page("#table=nodes").page
    row = page.locator("#tables tbody tr", has_text="低空经济").first.get_by_role("button")
    row.focus()
    page.keyboard.press("Enter")
    assert _panel_title(page).endswith("低空经济")
    expect(page.locator("#tables tr[aria-current=true]")).to_have_count(1)
    page.get_by_role("button", name="数字 Figures").click()
    numbers = [int(text) for text in page.locator("#tables tbody td:nth-of-type(4)").all_inner_texts()]
    assert numbers == sorted(numbers, reverse=True)


def test_an_address_brings_everything_back(open_page: Open) -> None:
    page = open_page().page
    page.locator("[data-key=Technology]").uncheck()
    page.locator("[data-key=achieved]").uncheck()
    page.locator("#search").fill("低空")
    page.locator("#results [role=option]").first.click()
    page.get_by_role("button", name="两层 2 steps").click()
    counts = page.locator("#counts").inner_text()
    again = open_page("#" + page.url.split("#", 1)[1]).page
    assert _panel_title(again) == "低空经济"
    assert again.locator("#search").input_value() == "低空"
    assert not again.locator("[data-key=Technology]").is_checked()
    assert not again.locator("[data-key=achieved]").is_checked()
    assert again.get_by_role("button", name="两层 2 steps").get_attribute("aria-pressed") == "true"
    assert again.locator("#counts").inner_text() == counts
    again.get_by_role("button", name="重置 Reset").click()
    assert "#" not in again.url
    assert again.locator("[data-key=Technology]").is_checked()


@pytest.mark.parametrize("address", ["#n=nothing/here&depth=99&off=,,Nope&st=%F0&q=%3Cb%3E", "#%%%", "#n=__proto__"])
def test_an_address_of_nonsense_does_no_harm(open_page: Open, address: str) -> None:
    opened = open_page(address)
    assert "怎么看" in _panel_title(opened.page)
    assert opened.said == []


def test_an_address_names_a_document_readably(open_page: Open) -> None:
    page = open_page("#n=document/样例简报2").page
    assert _panel_title(page) == "样例省科技创新情况简报（2022年）"
    page.get_by_role("button", name="两层 2 steps").click()
    assert "#n=document/样例简报2&depth=2" in unquote(page.url)
    assert page.locator("#panel .cloud .link").count() > 50


def test_neighbours_stay_and_the_rest_fades(open_page: Open, view_graph: ViewGraph) -> None:
    opened = open_page()
    programme = "#c2453a"
    assert _count_pixels(opened.page, programme) > 20, "programmes are in the picture"
    near = {end for e in view_graph.edges if _NODE in (e.source, e.target) for end in (e.source, e.target)}
    assert not [iri for iri in near if "/programme/" in iri], "and none of them is a neighbour of the chosen industry"
    opened.page.evaluate("hash => { location.hash = hash; }", f"n={_NODE.removeprefix(ID)}")
    expect(opened.page.locator("#panel h2")).to_have_text("低空经济")
    settle(opened.page)
    assert _count_pixels(opened.page, programme) == 0


def test_the_canvas_obeys_the_keyboard(open_page: Open) -> None:
    page = open_page().page
    spot = "id => window.policykg.nodeSpot(id)"
    before = page.evaluate(spot, _NODE)
    page.locator("#canvas").focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    after = page.evaluate(spot, _NODE)
    assert round(before["x"] - after["x"]) == 80
    page.keyboard.press("+")
    settle(page)
    assert page.evaluate(spot, _NODE) != after


@pytest.mark.parametrize("bypass", [False, True], ids=["with its policy", "without its policy"])
def test_text_from_the_data_never_runs(open_page: Open, tmp_path: Path, bypass: bool) -> None:
    graph = to_view_graph(make_sample_dataset(80, taint=_TAINT))
    write_html(graph, compute_positions(graph), tmp_path / "hostile.html", title=_TAINT)
    edge = next(edge for edge in graph.edges if edge.evidence)
    figured = next(edge for edge in graph.edges if edge.figures)
    document = next(node.iri for node in graph.nodes if node.source)
    addresses = [f"n={edge.source}", f"e={edge.iri}", f"n={figured.source}", f"n={figured.target}", f"n={document}"]
    opened = open_page(path=tmp_path / "hostile.html", bypass_csp=bypass)
    page = opened.page
    for address in (*addresses, "table=nodes", "table=edges&docs=1"):
        page.evaluate("hash => { location.hash = hash; }", address)
        page.wait_for_timeout(60)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.locator("img").count() == 0
        assert _TAINT in (page.locator("body").text_content() or "")
    page.locator("#search").fill("img src")
    expect(page.locator("#results [role=option]").first).to_contain_text("onerror")
    assert page.evaluate("window.__pwned") is None
    assert opened.asked == [opened.url]
    assert opened.said == []


def test_on_a_phone_the_panel_stands_below_and_nothing_sticks_out(open_page: Open) -> None:
    page = open_page(f"#n={_NODE.removeprefix(ID)}", viewport={"width": 390, "height": 844}, has_touch=True).page
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    canvas, panel = page.locator("#canvas").bounding_box(), page.locator("#panel").bounding_box()
    assert canvas is not None
    assert panel is not None
    assert panel["y"] >= canvas["y"] + canvas["height"] - 1
    assert canvas["height"] > 400


def test_dark_follows_the_system(open_page: Open) -> None:
    page = open_page(color_scheme="dark").page
    background = page.locator(".stage").evaluate("one => getComputedStyle(one).backgroundColor")
    assert background == "rgb(18, 23, 30)"
    page.emulate_media(color_scheme="light")
    assert page.locator(".stage").evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(255, 255, 255)"
