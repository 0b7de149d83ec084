"""The explorer's pages over HTTP and in Chromium: what they say is what the graph and the documents say."""

from __future__ import annotations

import html
import re
import shutil
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from components import require_node_package
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pyoxigraph import Store
from test_server import Site, run_site

from kg.errors import StoreError
from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.model import Span
from kg.outputs import write_outputs
from kg.pipeline import build_corpus
from kg.queries import read_queries, run_select
from kg.server import Limits, Workers
from kg.server.annotated import Mark, Row, lay_out, lay_out_sentences, write_row
from kg.server.claims import Figure, show_number
from kg.server.language import Visit, lang, read_visit, set_visit
from kg.server.page_queries import COMMITMENTS, PLANNED_FIGURES
from kg.server.plots import draw_plots
from kg.server.reading import ask_rows, parse_iri
from kg.server.reports import _reports, find_reports
from kg.server.things import Thing
from kg.store import read_dataset
from kg.texts import NAME, read_document_text, write_texts
from kg.view.model import Text
from kg.view.terms import KG

BASE = DEFAULT_BASE
NEWEST = BASE + "document/湖北省创新型产业集群建设与科技创新支撑情况简报（2025年）"
EARLIER = BASE + "document/湖北省高新技术企业发展情况简报（2021年）"
LATER = BASE + "document/湖北省高新技术企业发展情况简报（2023年）"
KIND = BASE + "category/高新技术企业"
PROVINCE = BASE + "region/湖北省"
QUERIES = {query.name: query for query in read_queries(find_folder("queries"))}
HAN = re.compile(r"[\u4e00-\u9fff]")


def to_path(path: str, **values: str) -> str:
    return f"{path}?{urllib.parse.urlencode(values)}" if values else path


PAGES = (
    "/", "/documents", "/entities", to_path("/entities", **{"class": "Fund"}), to_path("/entity", iri=KIND),
    to_path("/entity", iri=PROVINCE), to_path("/document", iri=NEWEST), "/compare",
    to_path("/compare", since="2023-03-01", until="2024-12-31"), "/commitments",
    to_path("/commitments", state="reported"), "/disagreements", "/nothing",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(turtle: Path) -> Iterator[Site]:
    with run_site(turtle.with_name("graph.nq"), Limits(seconds=20, workers=2)) as running:
        yield running


@pytest.fixture
def page(chromium_browser: Browser, site: Site) -> Iterator[Page]:
    """A page that may speak to the site alone and may not complain."""
    context = chromium_browser.new_context(viewport={"width": 1280, "height": 900})
    yield from watch(context, site)


def watch(context: BrowserContext, site: Site) -> Iterator[Page]:
    opened = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda request: asked.append(request.url))
    yield opened
    assert said == []
    assert [url for url in asked if not url.startswith((site.address, "data:"))] == []
    context.close()


@pytest.fixture(scope="module")
def dataset(turtle: Path) -> Store:
    return read_dataset(turtle)


@pytest.fixture(scope="module")
def select(dataset: Store) -> Callable[[str], list[list[str]]]:
    def ask(text: str) -> list[list[str]]:
        return [["" if term is None else term.value for term in row] for row in run_select(text, dataset).rows]  # type: ignore[union-attr]

    return ask


def get(site: Site, path: str, status: int = 200, **headers: str) -> str:
    answer = site.send(path, **headers)
    assert answer.status == status, (path, answer.status)
    return answer.body


def to_words(fragment: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", fragment))


# --- language, theme, addresses ---------------------------------------------------------------------------------------


def test_the_address_chooses_language_and_theme_and_a_cookie_keeps_them() -> None:
    visit, chosen = read_visit("/entity", "iri=x&lang=en&theme=dark", {})
    assert (visit.language, visit.theme, chosen) == ("en", "dark", {"lang": "en", "theme": "dark"})
    assert visit.link(lang="zh") == "/entity?iri=x&lang=zh"
    again, unchosen = read_visit("/", "page=2", {"lang": "en", "theme": "light"})
    assert (again.language, again.theme, unchosen) == ("en", "light", {})
    assert again.link(page="") == "/"
    odd, nothing = read_visit("/", "lang=fr&theme=%3Cscript%3E", {"lang": "xx", "theme": ""})
    assert (odd.language, odd.theme, nothing) == ("zh", "auto", {})
    assert odd.is_at("/")
    assert Visit(path="/questions/a").is_at("/questions")
    assert not Visit(path="/questions").is_at("/question")
    set_visit(again)
    assert (lang("中", "en"), lang("中", "")) == ("en", "中")
    set_visit(Visit())
    assert (lang("中", "en"), lang("", "en")) == ("中", "en")


@pytest.mark.parametrize(
    "text",
    ["", "x", "no iri", "http://a b", "http://a/>", "http://a/}{", 'http://a/"', "http://a/\\", "a:/\n", "x:" * 2000],
)  # fmt: skip
def test_what_is_no_iri_reaches_no_query(site: Site, text: str) -> None:
    assert parse_iri(text) is None
    for page in ("/entity", "/document", "/document.txt"):
        assert "<html" in get(site, to_path(page, iri=text), 404)


def test_an_iri_with_chinese_is_one() -> None:
    assert parse_iri(KIND) == KIND


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_whole_in_both_languages(site: Site, language: str) -> None:
    for path in PAGES:
        page = get(site, path, 404 if path == "/nothing" else 200, Cookie=f"lang={language}")
        assert f'<html lang="{"en" if language == "en" else "zh-CN"}"' in page
        # What the pages say themselves; what documents and the graph say stays as it is.
        chrome = re.sub(r"<option.*?</option>", "", page, flags=re.DOTALL)
        own = re.findall(r"<(header class=.site|th|label|button|summary|nav)\b(.*?)</", chrome, re.DOTALL)
        words = "".join(to_words(f"<{tag}{rest}") for tag, rest in own).replace("中文", "")
        if language == "en":
            assert not HAN.findall(words), path
        else:
            assert HAN.search(words), path


def test_a_choice_is_kept_and_only_a_known_one(site: Site) -> None:
    import urllib.request

    with urllib.request.urlopen(f"{site.address}/documents?lang=en&theme=dark") as reply:
        cookies = reply.headers.get_all("Set-Cookie")
        assert reply.headers["Vary"] == "Cookie"
    assert sorted(cookie.split(";")[0] for cookie in cookies) == ["lang=en", "theme=dark"]
    assert all("SameSite=Lax" in cookie for cookie in cookies)
    with urllib.request.urlopen(f"{site.address}/documents?lang=%3Cb%3E") as reply:
        assert reply.headers.get_all("Set-Cookie") is None
        assert b'<html lang="zh-CN">' in reply.read()


def test_a_missing_page_says_so_in_both_languages_and_leads_on(site: Site) -> None:
    page = get(site, to_path("/entity", iri=BASE + "fund/没有这只<基金>"[:-1].replace("<", "")), 404)
    assert "没有这个实体" in page
    assert "/search?q=" in page
    assert "no such page" in get(site, "/nothing", 404, Cookie="lang=en")
    assert "没有这个类" in get(site, to_path("/entities", **{"class": "Nothing"}), 404)
    assert get(site, to_path("/document", iri=KIND), 404)


def test_text_from_the_address_is_escaped(site: Site) -> None:
    nasty = '"><script>alert(1)</script>'
    for path in ("/entities", "/commitments", "/compare", "/entity", "/" + urllib.parse.quote(nasty)):
        for name in ("class", "state", "region", "since", "earlier", "iri", "page", "x"):
            page = site.send(to_path(path, **{name: nasty})).body
            assert "<script>alert" not in page


# --- the text beside the graph ----------------------------------------------------------------------------------------


def test_texts_come_back_as_they_were_and_the_same_texts_give_the_same_bytes(tmp_path: Path) -> None:
    texts = {BASE + "document/甲": "甲\n乙。\n", BASE + "document/%2F": "𠮷😀\r"}
    first, second = (
        write_texts(texts, tmp_path / "a.zip"),
        write_texts(dict(reversed(texts.items())), tmp_path / "b.zip"),
    )
    assert first.read_bytes() == second.read_bytes()
    for iri, text in texts.items():
        assert read_document_text(first, iri) == text
    assert read_document_text(first, BASE + "document/丙") is None
    assert read_document_text(tmp_path / "none.zip", BASE + "document/甲") is None
    (tmp_path / "bad.zip").write_bytes(b"PK no zip")
    with pytest.raises(StoreError, match=r"bad\.zip"):
        read_document_text(tmp_path / "bad.zip", BASE + "document/甲")


def test_every_document_of_the_build_has_its_text(turtle: Path, select: Callable[[str], list[list[str]]]) -> None:
    rows = select(
        "SELECT ?document ?start ?end ?exact { ?e oa:hasSource ?document ; oa:hasSelector ?p , ?q . "
        "?p oa:start ?start ; oa:end ?end . ?q oa:exact ?exact }"
    )
    assert len(rows) > 1000
    texts = {row[0]: read_document_text(turtle.with_name(NAME), row[0]) or "" for row in rows}
    assert len(texts) == 6
    assert all(texts[document][int(start) : int(end)] == exact for document, start, end, exact in rows)


# --- laying out a text ------------------------------------------------------------------------------------------------


def test_rows_are_headings_and_sentences_and_lose_no_character() -> None:
    text = "某省简报\n\n一、总量\n甲增长。乙说：“好！”丙\n（一）细目\n丁？\n"
    rows = lay_out(text)
    assert [(row.level, row.text, row.first) for row in rows] == [
        (1, "某省简报", True), (2, "一、总量", True), (0, "甲增长。", True), (0, "乙说：“好！”", False),
        (0, "丙", False), (3, "（一）细目", True), (0, "丁？", True),
    ]  # fmt: skip
    assert all(text[row.span.begin : row.span.end] == row.text for row in rows)
    assert "".join(row.text for row in rows) == text.replace("\n", "")


SPANS = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda pair: Span(min(pair), max(pair)))


@given(st.lists(SPANS, max_size=9), st.lists(SPANS, max_size=4), st.lists(st.integers(0, 30), max_size=4))
def test_marks_nest_whatever_they_cross_and_each_character_has_its_own(
    spans: list[Span], lit: list[Span], anchors: list[int]
) -> None:
    row = Row(Span(5, 25), "某省高新技术企业总数𠮷达到三万家以上增长")
    marks = [Mark(str(number), span) for number, span in enumerate(spans)]
    tokens = write_row(row, marks, lit, [(at, f"a{at}") for at in anchors])
    open_: list[str] = []
    at, seen = 5, []
    for token in tokens:
        if token.kind == "open":
            open_.append(token.key)
        elif token.kind == "close":
            open_.pop()
        elif token.kind == "anchor":
            seen.append(token.key)
            assert token.key == f"a{at}"
        else:
            assert token.at == at
            for offset in range(at, at + len(token.text)):
                here = {mark.key for mark in marks if mark.span.begin <= offset < mark.span.end}
                assert set(open_) == here
                assert token.lit == any(one.begin <= offset < one.end for one in lit)
            at += len(token.text)
    assert not open_
    assert "".join(token.text for token in tokens) == row.text
    assert sorted(seen) == sorted(f"a{at}" for at in anchors if 5 <= at < 25)


def test_quotes_alone_give_the_sentences_and_say_where_text_is_missing() -> None:
    rows = lay_out_sentences([(20, "丙丁。"), (0, "标题"), (3, "甲乙。"), (3, "甲乙。"), (4, "乙。")])
    assert [(row.span, row.text, row.gap) for row in rows] == [
        (Span(0, 2), "标题", False), (Span(3, 6), "甲乙。", False), (Span(20, 23), "丙丁。", True),
    ]  # fmt: skip


# --- charts -----------------------------------------------------------------------------------------------------------


def make_figure(
    year: int, value: float, status: str = "achieved", bound: str = "exactly", unit: str = "家", scope: str = "甲省"
) -> Figure:
    kg = "https://w3id.org/policykg/ontology#"

    def name(label: str) -> Thing:
        return Thing(f"x:{label}", Text(label, label), "", Text("", ""), False)

    empty = Text("", "")
    return Figure(
        f"x:{year}-{value}-{status}-{scope}", name("总数"), name("企业"), name(scope), value, kg + unit, empty,
        kg + bound, empty, kg + "stock", empty, f"{year}年", f"{year}-01-01", f"{year}-12-31", kg + status, empty,
        f"{value:g}",
    )  # fmt: skip


def test_a_chart_keeps_time_and_scale_and_tells_plans_and_bounds_apart() -> None:
    figures = [make_figure(2020, 100), make_figure(2022, 300, bound="moreThan"), make_figure(2024, 500, "planned")]
    (plot,) = draw_plots(figures)
    first, second, third = plot.series[0].points
    assert second.x - first.x == pytest.approx(third.x - second.x, abs=1)
    assert (first.y - second.y) == pytest.approx(second.y - third.y, abs=0.2)
    assert [point.planned for point in plot.series[0].points] == [False, False, True]
    assert [point.arrow for point in plot.series[0].points] == ["", "up", ""]
    assert plot.series[0].done == f"{first.x},{first.y} {second.x},{second.y}"
    assert plot.series[0].planned == f"{second.x},{second.y} {third.x},{third.y}"
    assert (plot.has_planned, plot.has_bounds) == (True, True)
    assert next(text.zh for _, text in plot.values) == "0"


def test_units_stand_apart_scopes_share_and_one_time_is_no_chart() -> None:
    figures = [make_figure(year, 5, scope=scope) for year in (2021, 2022) for scope in ("甲省", "乙市")]
    plots = draw_plots([*figures, make_figure(2021, 3, unit="CNY"), make_figure(2022, 4, unit="CNY")])
    assert len(plots) == 2
    assert {series.name.zh for series in plots[0].series} == {"甲省", "乙市"}
    assert draw_plots([make_figure(2021, 5)]) == ()
    ranks = draw_plots([make_figure(2021, 7, unit="place"), make_figure(2022, 5, unit="place")])[0]
    before, after = ranks.series[0].points
    assert after.y < before.y


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [(11_700_000_000, "117亿", "11.7 bn"), (30000, "3万", "30k"), (9145, "9145", "9.145k"), (-2.5, "-2.5", "-2.5"),
     (1.2e12, "1.2万亿", "1.2 tn"), (0, "0", "0")],
)  # fmt: skip
def test_numbers_read_as_readers_say_them(value: float, zh: str, en: str) -> None:
    assert show_number(value) == (zh, en)


# --- what the pages say -----------------------------------------------------------------------------------------------


def test_home_counts_what_the_graph_holds(site: Site, select: Callable[[str], list[list[str]]]) -> None:
    page = get(site, "/")
    totals = [int(number.replace(",", "")) for number in re.findall(r"<b>([\d,]+)</b> <span class=.label", page)]
    statements = select("SELECT (COUNT(?s) AS ?n) { ?s a kg:Statement }")[0][0]
    figures = select("SELECT (COUNT(?s) AS ?n) { ?s a kg:Observation }")[0][0]
    assert totals[0] == 6
    assert totals[2:4] == [int(statements), int(figures)]
    pairs = {tuple(sorted((row[4], row[9]))) for row in select(QUERIES["disagreeing-figures"].sparql)}
    assert totals[4] == len(pairs)
    funds = select("SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a/rdfs:subClassOf* kg:Fund }")[0][0]
    assert re.search(rf"class=Fund\"><span class=.name.>基金</span>.*?<span class=.count.>{funds}</span>", page)


def test_the_newest_document_comes_first(site: Site, select: Callable[[str], list[list[str]]]) -> None:
    days = re.findall(r"<td class=.nowrap.>([\d-]+)</td>", get(site, "/documents"))
    assert days == sorted(
        (row[0] for row in select("SELECT ?d { ?x dcterms:title ?t ; dcterms:issued ?d }")), reverse=True
    )


def test_a_class_lists_its_things_page_by_page(site: Site, select: Callable[[str], list[list[str]]]) -> None:
    expected = {row[0] for row in select("SELECT DISTINCT ?x { ?x a/rdfs:subClassOf* kg:Entity }")}
    found: list[str] = []
    for number in range(1, 9):
        page = get(site, to_path("/entities", page=str(number)))
        found += re.findall(r'<td><a class="thing[^"]*" href="/entity\?iri=([^"]+)"', page)
        if 'rel="next"' not in page:
            break
    assert len(found) == len(set(found)) == len(expected)
    assert {urllib.parse.unquote(iri) for iri in found} == expected


@pytest.mark.parametrize("iri", [KIND, PROVINCE, BASE + "programme/尖刀工程"])
def test_an_entity_says_all_that_the_graph_says_of_it(
    site: Site, select: Callable[[str], list[list[str]]], iri: str
) -> None:
    pages = [get(site, to_path("/entity", iri=iri))]
    while 'rel="next"' in pages[-1]:
        pages.append(get(site, to_path("/entity", iri=iri, page=str(len(pages) + 1))))
    page = "".join(pages)
    shown = set(re.findall(r'<(?:li|tr)[^>]*id="[so]-([0-9a-f]+)"', page))
    claims = select(
        f"SELECT DISTINCT ?c {{ {{ ?c rdf:subject <{iri}> }} UNION {{ ?c rdf:object <{iri}> }} "
        f"UNION {{ ?c kg:about <{iri}> }} UNION {{ ?c kg:indicator <{iri}> }} }}"
    )
    assert shown == {row[0].rpartition("/")[2] for row in claims}
    planned = select(
        f"SELECT ?c {{ ?c kg:status kg:planned . {{ ?c rdf:subject <{iri}> }} UNION {{ ?c rdf:object <{iri}> }} }}"
    )
    apart = page.partition('id="planned"')[2]
    assert not re.findall(r'<li class="claim planned"', page.partition('id="planned"')[0])
    for (claim,) in planned:
        assert f'id="s-{claim.rpartition("/")[2]}"' in apart
    for name in select(f"SELECT ?n {{ <{iri}> skos:altLabel|skos:prefLabel ?n }}"):
        assert name[0] in html.unescape(page)


def test_every_quote_of_a_page_leads_to_its_very_characters(site: Site, turtle: Path) -> None:
    found = 0
    for path in (to_path("/entity", iri=PROVINCE), "/commitments", "/disagreements"):
        page = get(site, path)
        for quote, iri, start, end in re.findall(
            r"<mark>(.*?)</mark>[^<]*</blockquote>\s*<figcaption><a href=\"/document\?iri=([^\"#]+)#char=(\d+),(\d+)\"",
            page,
        ):
            text = read_document_text(turtle.with_name(NAME), urllib.parse.unquote(iri)) or ""
            assert text[int(start) : int(end)] == html.unescape(quote)
            found += 1
    assert found > 150


def test_inverse_relations_read_from_the_other_side(site: Site) -> None:
    page = get(site, to_path("/entity", iri=BASE + "industry/低空经济"))
    assert "得到…支持" in page
    assert "is supported by" in get(site, to_path("/entity", iri=BASE + "industry/低空经济"), Cookie="lang=en")


def test_a_document_shows_its_whole_text_and_every_claim_of_it(
    site: Site, turtle: Path, select: Callable[[str], list[list[str]]]
) -> None:
    page = get(site, to_path("/document", iri=NEWEST))
    text = read_document_text(turtle.with_name(NAME), NEWEST) or ""
    pieces = [
        (int(at), to_words(words))
        for at, words in re.findall(r'<span class="t" data-at="(\d+)">(.*?)</span>', page, re.DOTALL)
    ]
    assert "".join(words for _, words in pieces) == "".join(text.split("\n"))
    assert all(text[at : at + len(words)] == words for at, words in pieces)
    claims = select(
        f"SELECT DISTINCT ?c {{ ?c prov:wasDerivedFrom/oa:hasSource <{NEWEST}> . "
        "{ ?c a kg:Statement } UNION { ?c a kg:Observation } }"
    )
    notes = re.findall(r'<li class="[^"]*note[^"]*" id="[so]-([0-9a-f]+)"', page)
    assert sorted(notes) == sorted(row[0].rpartition("/")[2] for row in claims)
    assert len(re.findall(r' id="char=', page)) == len(set(re.findall(r' id="(char=[\d,]+)"', page)))
    assert get(site, to_path("/document.txt", iri=NEWEST)) == text


def test_without_a_script_the_address_marks_the_characters(site: Site) -> None:
    page = get(site, to_path("/document", iri=NEWEST, char="452,456"))
    assert re.findall(r'<span class="t" data-at="452"><mark>(.*?)</mark>', page) == ["省科技厅"]
    assert 'id="first"' in page
    thing = get(site, to_path("/document", iri=NEWEST, thing=BASE + "organization/湖北省科学技术厅"))
    assert thing.count("<mark>") >= 4
    for odd in ("9,3", "a,b", "1", "999999,9999999"):
        assert "<mark>" not in get(site, to_path("/document", iri=NEWEST, char=odd))


def test_a_text_that_does_not_fit_the_graph_is_not_shown(turtle: Path, tmp_path: Path) -> None:
    graph = Path(shutil.copy(turtle.with_name("graph.nq"), tmp_path / "graph.nq"))
    text = read_document_text(turtle.with_name(NAME), EARLIER) or ""
    write_texts({EARLIER: "改" + text}, tmp_path / NAME)
    with run_site(graph, Limits(seconds=20, workers=1)) as site:
        page = get(site, to_path("/document", iri=EARLIER))
        assert "没有与图谱相符的全文" in page
        pieces = re.findall(r'<span class="t" data-at="(\d+)">(.*?)</span>', page, re.DOTALL)
        assert len(pieces) > 40
        assert all(text[int(at) :].startswith(to_words(words)) for at, words in pieces)


def test_commitments_are_the_packs_and_filters_count_right(
    site: Site, select: Callable[[str], list[list[str]]]
) -> None:
    page = get(site, "/commitments")
    planned = int(select("SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c kg:status kg:planned }")[0][0])
    counts = [int(count) for count in re.findall(r"(?:全部|下文) <b>(\d+)</b>", page)]
    assert counts[0] == planned == sum(counts[1:])
    followed = {tuple(row[0:3]) for row in select(QUERIES["commitments-followed-up"].sparql)}
    assert counts[3] == len(followed)
    reported = get(site, "/commitments?state=reported")
    assert reported.count('class="report"') == len(followed)
    for name in ("region", "actor", "due", "document"):
        options = re.findall(
            r'<option value="([^"]+)">[^<]*（(\d+)）', page.split(f'name="{name}"')[1].split("</select>")[0]
        )
        assert options
        for value, count in options[:3]:
            filtered = get(site, to_path("/commitments", **{name: html.unescape(value)}))
            assert re.search(rf'<h1>承诺 <span class="count">{count}</span>', filtered), (name, value)
    assert "没有符合的承诺" in get(site, to_path("/commitments", region="x"))


def test_reports_are_the_packs_pair_by_pair(turtle: Path, select: Callable[[str], list[list[str]]]) -> None:
    text = QUERIES["commitments-followed-up"].sparql
    # The pack's own conditions, asked for the claims themselves.
    pairs = re.sub(r"^SELECT\b.*?$", "SELECT DISTINCT ?plan ?fact", text, count=1, flags=re.MULTILINE)
    expected = {tuple(row) for row in select(pairs[: pairs.rindex("ORDER BY")])}
    workers = Workers(turtle.with_name("graph.nq"), Limits(seconds=20, workers=1))
    try:
        rows = (ask_rows(workers, COMMITMENTS), ask_rows(workers, PLANNED_FIGURES))
        found = find_reports(workers, *rows)
    finally:
        workers.close()
    assert {(plan, fact) for plan, facts in found.items() for fact in facts} == expected
    assert len(expected) >= 4


def plan_and_fact(**changed: str) -> bool:
    plan = {"issued": "2023-02-01", "when": "x:2023", "kind": KG + "stock", "due": "2023-12-31"}
    fact = {"reported": "2024-02-01", "when": "x:2024", "begin": "2024-01-01"}
    for name, value in changed.items():
        (plan if name in plan and not name.startswith("fact_") else fact)[name.removeprefix("fact_")] = value
    return _reports(plan, fact)


def test_a_stock_at_a_later_time_reports_and_the_growth_of_another_year_does_not() -> None:
    assert plan_and_fact()
    assert not plan_and_fact(kind=KG + "flow")
    assert plan_and_fact(kind=KG + "flow", fact_when="x:2023")
    assert plan_and_fact(fact_when="x:2023", reported="2022-01-01")
    assert not plan_and_fact(reported="2023-01-01")
    assert not plan_and_fact(begin="2023-01-01")
    assert plan_and_fact(when="", begin="2000-01-01")
    assert not plan_and_fact(when="", reported="2023-01-01")


def test_comparing_is_what_the_pack_says(site: Site, select: Callable[[str], list[list[str]]]) -> None:
    rows = select(QUERIES["changes-between-documents"].sparql)
    page = get(site, to_path("/compare", earlier=EARLIER, later=LATER))
    for change, name in (("added", "added"), ("dropped", "gone")):
        part = page.split(f'aria-labelledby="{name}"')[1].split("</section>")[0]
        shown = {html.unescape(label) for label in re.findall(r'<li><a class="thing[^>]*>([^<]+)</a>', part)}
        assert shown == {row[2] for row in rows if row[0] == change}
    changes = page.split('aria-labelledby="changes"')[1].split("</section>")[0]
    shown = {html.unescape(label) for label in re.findall(r'<tr><td><a class="thing[^>]*>([^<]+)</a>', changes)}
    assert shown
    assert shown <= {row[2] for row in rows if row[0] == "figure"}


def test_days_are_compared_and_odd_ones_refused(site: Site) -> None:
    page = get(site, to_path("/compare", since="2023-03-01", until="2024-12-31"))
    assert "4 篇文件" not in page.split("compared")[0]
    assert re.search(r'compared">3 篇文件.*2 篇文件', page, re.DOTALL)
    kept = page.split('aria-labelledby="kept"')[1].split("</section>")[0]
    assert "高新技术企业总数" in kept
    for since, until in (("2025-13-01", ""), ("x", "2024-01-01"), ("2024-01-01", "2023-01-01"), ("", "2024-01-01")):
        get(site, to_path("/compare", since=since, until=until), 404)
    get(site, to_path("/compare", earlier=EARLIER, later=EARLIER), 404)
    get(site, to_path("/compare", earlier=EARLIER, later=KIND), 404)


def test_disagreements_stand_side_by_side(site: Site, select: Callable[[str], list[list[str]]]) -> None:
    page = get(site, "/disagreements")
    rows = select(QUERIES["disagreeing-figures"].sparql)
    assert page.count('<li class="pair">') == len({tuple(sorted((row[4], row[8]))) for row in rows})
    for row in rows:
        assert all(html.escape(row[at]) in page for at in (0, 4, 8))


def test_a_graph_that_is_no_graph_of_ours_still_has_its_pages(tmp_path: Path) -> None:
    graph = tmp_path / "graph.nq"
    graph.write_text("<http://example.org/a> <http://example.org/p> <http://example.org/b> .\n", encoding="utf-8")
    with run_site(graph, Limits(seconds=20, workers=1)) as site:
        for path in ("/", "/documents", "/entities", "/compare", "/commitments", "/disagreements"):
            status = site.send(path).status
            assert status in {200, 404}, path


# --- in a browser -----------------------------------------------------------------------------------------------------

LIT = "mark[data-lit]"


def read_lit(page: Page) -> str:
    return "".join(page.locator(LIT).all_text_contents())


@pytest.mark.browser
def test_a_quote_leads_to_its_characters(page: Page, site: Site) -> None:
    page.goto(site.address + to_path("/entity", iri=KIND))
    quote = page.locator("figure.quote").nth(3)
    words = quote.locator("mark").inner_text()
    quote.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/document\?iri=.*#char=\d+,\d+$"))
    expect(page.locator(LIT).first).to_be_in_viewport()
    assert read_lit(page) == words
    expect(page.locator(".note.on").first).to_be_visible()


@pytest.mark.browser
def test_a_claim_lights_its_characters_and_characters_light_their_claims(page: Page, site: Site, turtle: Path) -> None:
    text = read_document_text(turtle.with_name(NAME), LATER) or ""
    page.goto(site.address + to_path("/document", iri=LATER))
    note = page.locator(".note").nth(7)
    note.get_by_role("link").first.click()
    expect(note).to_have_class(re.compile(r"\bon\b"))
    ranges = [tuple(map(int, pair.split(","))) for pair in (note.get_attribute("data-ranges") or "").split()]
    assert read_lit(page) == "".join(text[begin:end] for begin, end in ranges)
    expect(page).to_have_url(re.compile(rf"#char={ranges[0][0]},{ranges[0][1]}$"))
    expect(page.locator("#card")).to_be_visible()
    # And back: a click on the last character of a figure finds the figure.
    figure = page.locator(".note.figure").first
    begin, end = map(int, (figure.get_attribute("data-ranges") or "").split()[0].split(","))
    page.keyboard.press("Escape")
    expect(page.locator(LIT)).to_have_count(0)
    expect(page.locator("#card")).to_be_hidden()
    page.locator(f'.t[data-at="{begin}"]').click(position={"x": 3, "y": 12})
    expect(figure).to_have_class(re.compile(r"\bon\b"))
    assert text[begin:end] in read_lit(page) or read_lit(page) in text[begin:end]


@pytest.mark.browser
def test_an_entity_in_the_text_leads_to_its_page(page: Page, site: Site) -> None:
    page.goto(site.address + to_path("/document", iri=LATER))
    mark = page.locator(".m").nth(5)
    mark.locator(".t").first.click()
    link = page.locator("#card .thing").first
    name = link.inner_text()
    link.click()
    expect(page.locator("h1")).to_have_text(name)
    # "In N documents" leads back to all its places.
    page.locator(".places a").first.click()
    expect(page.locator(".text mark").first).to_be_in_viewport()


@pytest.mark.browser
@pytest.mark.parametrize("fragment", ["char=452,456", "c=452-456"])
def test_an_address_with_characters_shows_them(page: Page, site: Site, fragment: str) -> None:
    page.goto(f"{site.address}{to_path('/document', iri=NEWEST)}#{fragment}")
    expect(page.locator(LIT).first).to_be_in_viewport()
    assert read_lit(page) == "省科技厅"
    # Another place in the same page is a new fragment, not a new page; one inside a mark is cut at its characters.
    page.evaluate("location.hash = 'char=453,455'")
    expect(page.locator(LIT)).to_have_text("科技")


@pytest.mark.browser
def test_a_claim_has_an_address_of_its_own(page: Page, site: Site) -> None:
    page.goto(site.address + to_path("/document", iri=LATER))
    anchor = page.locator(".note").nth(3).get_attribute("id")
    page.goto(f"{site.address}{to_path('/document', iri=LATER)}#{anchor}")
    expect(page.locator(f"#{anchor}")).to_be_in_viewport()
    expect(page.locator(LIT).first).to_be_visible()


@pytest.mark.browser
def test_places_count_code_points_beyond_the_basic_plane(
    chromium_browser: Browser, tmp_path: Path, turtle: Path
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    text = "某省𠮷报\n某省科技厅😀😀支持低空经济𠮷产业。\n"
    (corpus / "a.txt").write_text(text, encoding="utf-8")
    begin, thing = text.index("某省科技厅"), text.index("低空经济")
    (corpus / "a.ann").write_text(
        f"T1\tAgency {begin} {begin + 5}\t某省科技厅\nT2\tIndustry {thing} {thing + 4}\t低空经济\n"
        "R1\tsupports Arg1:T1 Arg2:T2\n#1\tAnnotatorNotes R1\tstatus=ongoing\n",
        encoding="utf-8",
    )
    (corpus / "a.toml").write_text(
        'title = "某省𠮷报"\nkind = "Report"\nissuer = "湖北省科学技术厅"\ndate = 2025-01-01\nlicence = "CC0-1.0"\n',
        encoding="utf-8",
    )
    write_outputs(build_corpus(corpus, find_folder("ontology"), BASE), tmp_path, ["nq"])
    with run_site(tmp_path / "graph.nq", Limits(seconds=20, workers=1)) as site:
        page = chromium_browser.new_page()
        page.goto(site.address + to_path("/document", iri=BASE + "document/某省𠮷报"))
        page.locator(".objects .note").last.get_by_role("link").click()
        assert read_lit(page) == text[begin : thing + 4]
        page.goto(f"{site.address}{to_path('/document', iri=BASE + 'document/某省𠮷报')}#char={thing},{thing + 5}")
        assert read_lit(page) == "低空经济𠮷"
        page.close()


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
def test_the_legend_filters_marks_and_claims(chromium_browser: Browser, site: Site, scripts: bool) -> None:
    context = chromium_browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.goto(site.address + to_path("/document", iri=LATER))
    box = page.locator(".legend input").first
    name = box.get_attribute("value")
    planned, line = page.locator(".group.figure").first, page.locator(f".m.r-{name}").first
    style = "(element) => getComputedStyle(element).borderBottomColor"
    if scripts:
        assert line.evaluate(style) != "rgba(0, 0, 0, 0)"
    box.uncheck()
    if scripts:
        assert line.evaluate(style) == "rgba(0, 0, 0, 0)"
    expect(planned).to_be_visible()
    page.locator('.legend input[value="-figure"]').uncheck()
    expect(planned).to_be_hidden()
    context.close()


@pytest.mark.browser
def test_everything_is_read_and_followed_without_a_script(chromium_browser: Browser, site: Site) -> None:
    context = chromium_browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.address)
    page.locator("table.documents a").first.click()
    note = page.locator(".note").nth(4)
    note.get_by_role("link").first.click()
    expect(page.locator(".text mark").first).to_be_in_viewport()
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("[data-theme-toggle]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("link", name="Commitments", exact=True).click()
    page.get_by_label("Kind").select_option("figure")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("h1 .count")).to_have_text("5")
    context.close()


@pytest.mark.browser
def test_light_and_dark_are_chosen_and_kept(page: Page, site: Site) -> None:
    light = "getComputedStyle(document.body).backgroundColor"
    page.emulate_media(color_scheme="light")
    page.goto(site.address)
    first = page.evaluate(light)
    page.locator("[data-theme-toggle]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate(light) != first
    page.goto(f"{site.address}/documents")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.emulate_media(color_scheme="dark")
    page.locator("[data-theme-toggle]").click()
    assert page.evaluate(light) == first
    page.locator("[data-theme-toggle]").click()
    expect(page.locator("html")).not_to_have_attribute("data-theme", re.compile("."))
    assert page.evaluate(light) != first


@pytest.mark.browser
def test_the_keyboard_reaches_everything(page: Page, site: Site) -> None:
    page.goto(site.address + to_path("/document", iri=LATER))
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("/")
    expect(page.locator("[data-box]")).to_be_focused()
    page.keyboard.type("a/b")
    expect(page.locator("[data-box]")).to_have_value("a/b")
    link = page.locator(".note .go").nth(2)
    link.focus()
    assert link.evaluate("(element) => getComputedStyle(element).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator(LIT).first).to_be_visible()


@pytest.mark.browser
def test_header_boxes_search_and_ask(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/documents")
    page.locator("[data-box]").fill("低空")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q="))
    page.goto(site.address)
    page.get_by_label("用一句话问").fill("谁在支持低空经济？")
    page.get_by_role("button", name="问答").click()
    expect(page).to_have_url(re.compile(r"/ask\?q="))


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 400, 1280])
def test_no_page_is_cut_and_none_fails_axe(chromium_browser: Browser, site: Site, width: int, scheme: str) -> None:
    axe = (require_node_package("axe-core") / "axe.min.js").read_text(encoding="utf-8")
    context = chromium_browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    for path in PAGES:
        page.goto(site.address + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        cut = page.evaluate(
            """() => [...document.querySelectorAll("main *, header *")].filter((element) => {
                const box = element.getBoundingClientRect();
                const inside = element.closest(".wide, .scroll, .skip, .unseen, svg");
                return box.width && box.right > innerWidth + 1 && !inside;
            }).map((element) => element.outerHTML.slice(0, 90))"""
        )
        assert cut == [], path
        if width == 400:
            continue
        page.evaluate(axe)
        found = page.evaluate(
            """async () => (await axe.run()).violations.filter(({ impact }) => ["serious", "critical"].includes(impact))
                .map(({ id, nodes }) => [id, nodes[0].html.slice(0, 120)])"""
        )
        assert found == [], path
    context.close()
