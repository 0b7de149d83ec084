"""The explorer's pages over HTTP: language and theme, what each page says, beside what the pack says."""

from __future__ import annotations

import html
import re
import shutil
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import pytest
from explorer import EARLIER, KIND, LATER, NEWEST, PAGES, PROVINCE, Site, get, run_site, to_path, to_words

from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.queries import read_queries
from kg.server import Limits, Workers
from kg.server.language import Visit, lang, read_visit, set_visit
from kg.server.page_queries import COMMITMENTS, PLANNED_FIGURES
from kg.server.reading import ask_rows, parse_iri
from kg.server.reports import _reports, find_reports
from kg.texts import NAME, read_document_text, write_texts
from kg.view.terms import KG

BASE = DEFAULT_BASE
QUERIES = {query.name: query for query in read_queries(find_folder("queries"))}
HAN = re.compile(r"[\u4e00-\u9fff]")


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


def test_a_fault_of_ours_is_a_page_without_a_traceback(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError("an inner matter")

    monkeypatch.setattr("kg.server.home._count_claims", fail)
    answer = site.send("/", Cookie="lang=en")
    assert (answer.status, answer.media_type) == (500, "text/html")
    assert "fault of the program: /;" in answer.body
    assert "inner matter" not in answer.body
    assert "Traceback" not in answer.body
