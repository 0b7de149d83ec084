"""A question as a page: its form, rows that lead on, chart, citation and packet; over HTTP and in a real browser."""

from __future__ import annotations

import hashlib
import io
import json
import re
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

import pytest
from explorer import ENDLESS, Site, run_site
from playwright.sync_api import Browser, Page, expect
from pyoxigraph import Literal, Store

from kg.errors import QueryError
from kg.locations import find_folder
from kg.ontology import read_vocabulary
from kg.queries import Query, Table, parse_query, read_queries, run_select
from kg.queries.binding import bind_parameters
from kg.queries.chart import Chart, parse_chart
from kg.queries.evidence import Backed, Backing
from kg.server import Limits
from kg.server.charts import draw_chart
from kg.server.drawing import Drawing, Lane, Length, Panel, Tile
from kg.server.forms import make_fields
from kg.server.highlight import to_pieces
from kg.server.questions import _TAGS
from kg.store import read_dataset

QUERIES = {query.name: query for query in read_queries(find_folder("queries"))}
CHARTED = [query for query in QUERIES.values() if query.chart]
PLANNED = "https://w3id.org/policykg/ontology#planned"
PLACE = "https://w3id.org/policykg/ontology#place"


def get(site: Site, path: str) -> bytes:
    with urllib.request.urlopen(site.address + urllib.parse.quote(path, safe="/?&=%.-"), timeout=30) as reply:
        content: bytes = reply.read()
    return content


# --- the front matter ------------------------------------------------------------------------------------------------


def test_charts_name_columns_and_parameters_name_classes() -> None:
    vocabulary = read_vocabulary(find_folder("ontology"))
    assert {"bar-years", "timeline", "regions", "bars", "targets"} == {
        query.chart.kind for query in CHARTED if query.chart
    }
    for query in CHARTED:
        assert query.chart is not None
        columns = run_select(query.sparql, Store()).columns
        for names in query.chart.parts.values():
            assert set(names) <= set(columns), query.name
    for query in QUERIES.values():
        for parameter in query.parameters:
            assert all(name in vocabulary.classes for name in parameter.classes), (query.name, parameter.classes)
    assert {tag for query in QUERIES.values() for tag in query.tags[:1]} <= set(_TAGS)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "pie"}, "pie"),
        ({}, "unknown chart"),
        ({"kind": "bars", "label": "a"}, "lacks value"),
        ({"kind": "bars", "label": "a", "value": "b", "colour": "c"}, "colour"),
        ({"kind": "bars", "label": "a", "value": "b c"}, "value"),
        ({"kind": "bars", "label": "a", "value": ["b"]}, "value"),
    ],
)
def test_a_malformed_chart_is_refused_in_one_line(fields: dict[str, object], said: str) -> None:
    with pytest.raises(QueryError, match=said) as error:
        parse_chart(fields, "x.rq")
    assert str(error.value).startswith("x.rq:1: ")
    assert "\n" not in str(error.value)


def test_a_date_and_a_class_limit_are_read_and_bound() -> None:
    lines = [
        "#+ summary: 问", "#+ summary_en: Q", "#+ description: 答", "#+ description_en: A",
        "#+ parameters:", "#+   - name: day", "#+     type: date", "#+     label: 日", "#+     label_en: day",
        "#+ defaults:", "#+   - day: 2024-02-29", "", "SELECT ?s WHERE {",
        '  VALUES ?day { "2024-02-29"^^<http://www.w3.org/2001/XMLSchema#date> }', "  ?s ?p ?day", "}",
    ]  # fmt: skip
    query = parse_query("q", "\n".join(lines), "q.rq")
    assert '"2025-01-31"^^<http://www.w3.org/2001/XMLSchema#date>' in bind_parameters(query, {"day": "2025-01-31"})
    for wrong in ("2025-02-30", "昨天", "2025", '2025-01-01" }'):
        with pytest.raises(QueryError, match="不是日期"):
            bind_parameters(query, {"day": wrong})
    with pytest.raises(QueryError, match="class"):
        parse_query("q", "\n".join(lines).replace("label: 日", "label: 日\n#+     class: Fund"), "q.rq")


# --- the form --------------------------------------------------------------------------------------------------------


def test_each_type_of_parameter_has_its_input(turtle: Path) -> None:
    dataset = read_dataset(turtle)

    def ask(text: str) -> Table:
        return run_select(text, dataset)

    found = {name: make_fields(QUERIES[name], {}, ask)[0] for name in QUERIES if QUERIES[name].parameters}
    assert found["who-supports"].kind == "search"
    names = [one.value for one in found["fund-size-and-targets"].options]
    assert "楚天凤鸣科创天使母基金" in names
    assert "低空经济" not in names
    assert found["mechanisms-by-status"].kind == "select"
    assert [(one.label_zh, one.label_en) for one in found["mechanisms-by-status"].options if one.chosen] == [
        ("进行中", "ongoing")
    ]
    assert len(found["mechanisms-by-status"].options) == 3
    assert (found["figures-of-year"].kind, found["figures-of-year"].lowest) == ("number", "2017")
    assert (found["promises-since"].kind, found["promises-since"].lowest) == ("date", "2022-02-10")
    assert found["find-by-words"].kind == "text"
    other = make_fields(QUERIES["entities-by-class"], {"class": "没有"}, ask)[0]
    assert [one.value for one in other.options if one.chosen] == ["没有"]
    by_name = make_fields(QUERIES["entities-by-class"], {"class": "Fund"}, ask)[0]
    assert [one.label_zh for one in by_name.options if one.chosen] == ["基金"]


# --- charts ----------------------------------------------------------------------------------------------------------


def draw(
    kind: str,
    parts: dict[str, str],
    columns: str,
    rows: list[list[object]],
    of: dict[int, dict[str, str]] | None = None,
) -> Drawing:
    table = Table(
        tuple(columns.split()), tuple(tuple(None if one is None else Literal(one) for one in row) for row in rows)  # type: ignore[arg-type]
    )  # fmt: skip
    backing = Backing(
        tuple(
            Backed({column: (iri,) for column, iri in (of or {}).get(at, {}).items()}, (), ())
            for at in range(len(rows))
        ),
        frozenset(), frozenset(),
    )  # fmt: skip
    drawing = draw_chart(parse_chart({"kind": kind, **parts}, "x"), table, backing, {"乙市": "1", "甲市": "2"})
    assert drawing is not None
    return drawing


def test_bars_stand_in_their_years_planned_apart_and_units_do_not_mix() -> None:
    drawing = draw(
        "bar-years", {"year": "y", "value": "v", "unit": "u", "series": "s", "status": "st"}, "y v u s st",
        [
            ["2020年", 50, "家", "省", "done"],
            ["2022年", 100, "家", "省", "done"], ["2022年", 100, "家", "省", "done"],
            ["2022年", 120, "家", "省", "plan"], [None, 10, "家", "省", "done"], ["2022年", 9, "元", "省", "done"],
            ["2022年", 3, "位", "省", "done"], ["2022年", "许多", "家", "省", "done"],
        ],
        {3: {"st": PLANNED}, 6: {"u": PLACE}},
    )  # fmt: skip
    home, money = (part for part in drawing.parts if isinstance(part, Panel))
    # A rank is not drawn: a longer bar for a worse place would mislead. Nor is what is no number.
    assert len(drawing.parts) == 2
    assert [(bar.year, bar.planned, bar.rows) for bar in home.bars] == [
        ("2020", False, (1,)),
        ("2022", False, (2, 3)),
        ("2022", True, (4,)),
        ("时期不明", False, (5,)),
    ]
    assert [year for _, year in home.years] == ["2020", "2021", "2022", "—"]
    heights = {bar.rows[0]: bar.height for bar in home.bars}
    assert heights[1] / heights[4] == pytest.approx(50 / 120)
    assert all(bar.y + bar.height == home.base for bar in home.bars)
    assert money.unit == "元"
    assert drawing.has_planned
    assert drawing.has_done


def test_a_timeline_leads_from_promise_to_report() -> None:
    drawing = draw(
        "timeline", {"start": "a", "end": "b", "lane": "who", "label": "what"}, "a b who what",
        [["2022-01-01", "2023-12-31", "甲", "一"], ["2022-01-01", None, "甲", "二"], ["2022-01-01", None, "甲", "三"],
         ["2023-07-01", None, "乙", "四"], ["不详", None, "乙", "五"]],
    )  # fmt: skip
    first, second = (part for part in drawing.parts if isinstance(part, Lane))
    assert (first.name, second.name) == ("甲", "乙")
    assert [(mark.x, mark.end, mark.rows, mark.planned) for mark in first.marks] == [
        (0.0, 100.0, (1,), False),
        (0.0, None, (2, 3), True),
    ]
    assert 70 < second.marks[0].x < 80
    assert [year for _, year in drawing.ticks] == ["2022", "2023"]


def test_regions_stand_in_the_order_of_their_codes() -> None:
    drawing = draw(
        "regions", {"region": "r", "item": "i", "status": "s"}, "r i s",
        [["甲市", "车", "p"], ["乙市", "光", "d"], ["某园区", "药", "d"], ["甲市", "车", "p"], ["甲市", "船", "d"]],
        {0: {"s": PLANNED}, 3: {"s": PLANNED}},
    )  # fmt: skip
    tiles = [part for part in drawing.parts if isinstance(part, Tile)]
    assert [tile.name for tile in tiles] == ["乙市", "甲市", "某园区"]
    assert tiles[1].items == (("车", True, 1), ("船", False, 5))


def test_lengths_share_a_scale_and_say_what_is_left_out() -> None:
    drawing = draw("bars", {"label": "a", "value": "v", "part": "p"}, "a v p", [["甲", 20000, 5000], ["乙", 5000, 0]])
    one, other = (part for part in drawing.parts if isinstance(part, Length))
    assert (one.length, one.part, one.text) == (100.0, 25.0, "2万（5000）")
    assert (other.length, other.part) == (25.0, 0.0)
    many = draw("bars", {"label": "a", "value": "v"}, "a v", [[str(n), n] for n in range(100)])
    assert len(many.parts) + many.left_out == 100
    goal = draw("targets", {"label": "a", "target": "t", "result": "r"}, "a t r", [["甲", 10, 5], ["乙", 10, None]])
    first, second = (part for part in goal.parts if isinstance(part, Length))
    assert (first.target, first.length, first.planned) == (100.0, 50.0, False)
    assert (second.length, second.planned) == (0.0, True)


def test_nothing_to_draw_is_no_chart() -> None:
    chart = Chart("bars", {"label": ("a",), "value": ("v",)})
    table = Table(("a", "v"), ((Literal("甲"), Literal("无")),))
    assert draw_chart(chart, table, Backing((Backed({}, (), ()),), frozenset(), frozenset()), {}) is None


@pytest.mark.parametrize("query", CHARTED, ids=lambda query: query.name)
def test_every_charted_question_of_the_pack_has_its_chart(site: Site, query: Query) -> None:
    page = get(site, f"/questions/{query.name}").decode("utf-8")
    figure = re.search(r'<figure class="chart ([a-z-]+)".*?</figure>', page, re.DOTALL)
    assert figure is not None
    assert query.chart is not None
    assert figure[1] == query.chart.kind
    rows = set(re.findall(r'href="#row-(\d+)"', figure[0]))
    assert rows
    assert rows <= set(re.findall(r'<tr id="row-(\d+)"', page))
    assert "style=" not in page


# --- over HTTP -------------------------------------------------------------------------------------------------------


def test_a_query_is_cut_into_pieces_that_join_to_it() -> None:
    for query in QUERIES.values():
        pieces = to_pieces(query.sparql)
        assert "".join(piece for _, piece in pieces) == query.sparql
        assert {"keyword", "variable", "name"} <= {kind for kind, _ in pieces}


def test_the_packet_over_http_is_that_of_the_command(site: Site, turtle: Path) -> None:
    content = get(site, "/questions/who-supports.zip?topic=工业母机")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        csv = archive.read("answer.csv")
        readme = archive.read("README.md").decode("utf-8")
    assert csv == get(site, "/questions/who-supports.csv?topic=工业母机")
    assert hashlib.sha256(turtle.with_name("graph.nq").read_bytes()).hexdigest() in readme
    assert content == get(site, "/questions/who-supports.zip?topic=工业母机")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/questions/none", 404),
        ("/questions/documents.pdf", 404),
        ("/questions/figures-of-year?year=ninety", 400),
        ("/questions/entities-by-class?class=Nothing", 400),
        ("/questions/promises-since?since=2025-02-30", 400),
        ("/questions/promises-since.zip?since=x", 400),
        ("/questions/who-supports?topic=%22%20%7D%20DROP", 200),
    ],
)
def test_what_is_wrong_is_said_in_a_line(site: Site, path: str, status: int) -> None:
    answer = site.send(path)
    assert answer.status == status
    assert "Traceback" not in answer.body


def test_a_value_is_escaped_everywhere(site: Site) -> None:
    nasty = urllib.parse.quote('"><script>alert(1)</script>')
    body = site.send(f"/questions/who-supports?topic={nasty}").body
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert" in body


def test_cells_lead_to_entities_and_documents_at_the_very_characters(site: Site) -> None:
    page = get(site, "/questions/who-implements").decode("utf-8")
    documents = re.findall(r'href="/document\?iri=([^"#]+)#c=(\d+)-(\d+)"', page)
    assert documents
    quotes = json.loads(get(site, "/questions/who-implements.json"))["results"]["bindings"]
    assert len(quotes) == 2
    for iri, start, end in documents:
        evidence = urllib.parse.unquote(iri).replace("/document/", "/evidence/") + f"/{start}-{end}"
        assert site.get(f"ASK {{ <{evidence}> ?p ?o }}").body.count("true") == 1
    entities = {urllib.parse.unquote(iri) for iri in re.findall(r'href="/entity\?iri=([^"]+)"', page)}
    assert "https://w3id.org/policykg/id/programme/尖刀工程" in entities
    assert not any("ontology#" in iri for iri in entities)


# --- in a browser ----------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_form_a_chart_and_the_packet(page: Page, site: Site, tmp_path: Path) -> None:
    page.goto(f"{site.address}/questions")
    page.get_by_role("searchbox").fill("指标 历年")
    expect(page.locator(".pack li:visible")).to_have_count(1)
    page.get_by_role("link", name="一个指标历年的数字").click()
    page.get_by_label("指标的名称").fill("技术合同成交额")
    page.get_by_role("button", name="提问").click()
    expect(page).to_have_url(re.compile("indicator=%E6%8A%80"))
    chart = page.locator("figure.chart")
    expect(chart.locator("rect.done").first).to_be_visible()
    bar = chart.locator("svg a").first
    row = bar.get_attribute("href")
    assert row is not None
    bar.click()
    expect(page.locator(f"tr{row}")).to_be_in_viewport()
    # The chart and the table say the same.
    label = bar.locator("title").text_content() or ""
    assert page.locator(f"tr{row} td[data-column=figure]").inner_text() in label
    expect(page.locator("mark").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="答案包").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    with zipfile.ZipFile(path) as archive:
        assert "技术合同成交额" in archive.read("query.rq").decode("utf-8")
        citation = page.locator("#citation").inner_text()
        sha = re.search(r"sha256:([0-9a-f]{64})", citation)
        assert sha is not None
        assert sha[1] in archive.read("README.md").decode("utf-8")


@pytest.mark.browser
def test_a_planned_bar_is_drawn_apart_from_a_reported_one(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/questions/indicator-over-years")
    styles = page.evaluate(
        """() => ["done", "planned"].map((name) => {
            const style = getComputedStyle(document.querySelector(`.panel rect.${name}`));
            return [style.fill, style.strokeDasharray];
        })"""
    )
    assert styles[0][0] != styles[1][0]
    assert styles[0][1] == "none"
    assert styles[1][1] != "none"


@pytest.mark.browser
def test_inputs_are_of_their_type(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/questions/promises-since")
    page.get_by_label("从哪一天起").fill("2023-10-01")
    page.get_by_role("button", name="提问").click()
    expect(page.locator("tbody tr").first).to_contain_text("2023-10-23")
    page.goto(f"{site.address}/questions/mechanisms-by-status")
    page.get_by_label("状态").select_option("计划中")
    page.get_by_role("button", name="提问").click()
    expect(page.get_by_label("状态")).to_have_value("计划中")
    page.goto(f"{site.address}/questions/figures-of-year")
    assert page.get_by_label("年份").get_attribute("type") == "number"


@pytest.mark.browser
def test_everything_works_without_a_script(chromium_browser: Browser, site: Site) -> None:
    context = chromium_browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.address}/questions/who-supports")
    names = page.locator("datalist option").count()
    assert names > 20
    page.get_by_label("产业、技术或类别的名称").fill("工业母机")
    page.get_by_role("button", name="提问").click()
    expect(page.locator("tbody tr").first).to_contain_text("工业母机")
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_its_screen(chromium_browser: Browser, site: Site, width: int, scheme: str) -> None:
    context = chromium_browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    for path in (
        "questions",
        "questions/indicator-over-years",
        "questions/open-commitments",
        "questions/targets-and-results",
    ):
        page.goto(f"{site.address}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        colours = page.evaluate(
            "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
        )
        light = [sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours]
        assert (light[0] > light[1]) == (scheme == "dark")
    context.close()


@pytest.mark.browser
def test_a_slow_query_leaves_the_questions_served(turtle: Path, chromium_browser: Browser) -> None:
    with run_site(turtle.with_name("graph.nq"), Limits(seconds=4, workers=2)) as site:
        slow = chromium_browser.new_page()
        slow.goto(f"{site.address}/editor")
        slow.evaluate("(text) => policykgEditor.setText(text)", ENDLESS)
        slow.get_by_role("button", name="运行").click()
        expect(slow.get_by_role("button", name="停止")).to_be_visible()
        page = chromium_browser.new_page()
        page.goto(f"{site.address}/questions/who-supports")
        expect(page.locator("tbody tr").first).to_be_visible()
        expect(slow.get_by_role("alert")).to_contain_text("超时", timeout=15_000)
        slow.close()
        page.close()


@pytest.mark.browser
def test_a_name_is_found_as_one_types_among_its_classes(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/questions/fund-size-and-targets")
    field = page.get_by_role("combobox", name="基金或金融工具的名称")
    field.fill("")
    field.press_sequentially("jj", delay=30)
    options = page.get_by_role("option")
    expect(options.filter(has_text="人才股权激励基金")).to_be_visible(timeout=15_000)
    assert all(
        one in {"基金", "母基金", "金融工具", "贷款", "补贴"} for one in options.locator("small").all_inner_texts()
    )
    field.press("ArrowDown")
    chosen = options.first
    expect(chosen).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    label = chosen.get_attribute("data-label")
    field.press("Enter")
    expect(field).to_have_value(label or "")
    expect(options).to_have_count(0)
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"\?fund="))
    expect(page.get_by_role("combobox", name="基金或金融工具的名称")).to_have_value(label or "")
    expect(page.locator("tbody tr").first).to_be_visible()


@pytest.mark.browser
def test_a_page_is_in_the_readers_language(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/questions/promises-since?lang=en")
    expect(page.get_by_role("heading", level=1)).to_have_text("What the documents since a day promise")
    page.get_by_role("button", name="Ask", exact=True).last.click()
    expect(page.locator(".taking")).to_contain_text("rows")
    expect(page.get_by_role("link", name="answer packet")).to_be_visible()
    page.goto(f"{site.address}/editor")
    expect(page.get_by_role("button", name="Run")).to_be_visible()
    page.goto(f"{site.address}/editor?lang=zh")
    expect(page.get_by_role("button", name="运行")).to_be_visible()
