"""`kg serve` as a real server on loopback: the SPARQL 1.1 Protocol, limits, the question pack, a rebuilt graph.

The protocol cases are those of w3c/rdf-tests sparql/sparql11/protocol for a read-only service, on data of our own: the
graphs that a request names are ones that the dataset has, since nothing is ever fetched.
"""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from explorer import ENDLESS, Answer, Site, run_site
from playwright.sync_api import Browser, expect

from kg.locations import find_folder
from kg.queries import read_queries
from kg.server import Limits
from kg.server.negotiation import GRAPH_TYPES, TABLE_TYPES, choose_type

EX = "http://example.org/"
DATA = f"""\
<{EX}a> <{EX}p> <{EX}b> <{EX}g1> .
<{EX}c> <{EX}p> <{EX}d> <{EX}g2> .
<{EX}e> <{EX}p> <{EX}f> <{EX}g3> .
"""
ASK = "ASK WHERE { ?s ?p ?o }"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    graph = tmp_path_factory.mktemp("server") / "graph.nq"
    graph.write_text(DATA, encoding="utf-8")
    with run_site(graph, Limits(seconds=20, workers=2)) as running:
        yield running


@pytest.fixture(scope="module")
def real_site(turtle: Path) -> Iterator[Site]:
    with run_site(turtle.with_name("graph.nq"), Limits(seconds=20, workers=2)) as running:
        yield running


def is_true(answer: Answer) -> bool:
    assert answer.status == 200, answer
    value: bool = json.loads(answer.body)["boolean"]
    return value


# --- the protocol -----------------------------------------------------------------------------------------------------


def test_query_get(site: Site) -> None:
    assert is_true(site.get(ASK))


def test_query_post_form(site: Site) -> None:
    assert is_true(site.post(urllib.parse.urlencode({"query": ASK}), FORM))


def test_query_post_direct(site: Site) -> None:
    assert is_true(site.post(ASK, DIRECT))
    assert is_true(site.post(ASK, f"{DIRECT}; charset=UTF-8"))


def ask_about(subject: str) -> str:
    return f"ASK {{ <{EX}{subject}> ?p ?o }}"


@pytest.mark.parametrize("graphs", [["g1"], ["g1", "g2"]])
def test_query_dataset_default_graphs(site: Site, graphs: list[str]) -> None:
    named = [EX + one for one in graphs]
    search = urllib.parse.urlencode([("default-graph-uri", one) for one in named])
    for ask in (
        lambda query: site.get(query, default_graph_uri=named),
        lambda query: site.post(f"{urllib.parse.urlencode({'query': query})}&{search}", FORM),
        lambda query: site.post(query, DIRECT, f"?{search}"),
    ):
        assert is_true(ask(ask_about("a")))
        assert is_true(ask(ask_about("c"))) == ("g2" in graphs)
        assert not is_true(ask(ask_about("e")))


def test_query_dataset_named_graphs(site: Site) -> None:
    named = [f"{EX}g1", f"{EX}g2"]
    query = "SELECT ?g WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"
    answer = site.get(query, named_graph_uri=named)
    assert [row["g"]["value"] for row in json.loads(answer.body)["results"]["bindings"]] == named
    search = urllib.parse.urlencode([("named-graph-uri", one) for one in named])
    assert site.post(query, DIRECT, f"?{search}").body == answer.body
    assert not is_true(site.get(ASK, named_graph_uri=named))


def test_query_dataset_full(site: Site) -> None:
    query = f"ASK {{ <{EX}a> ?p ?o . GRAPH <{EX}g2> {{ ?x ?y ?z }} FILTER NOT EXISTS {{ <{EX}c> ?q ?r }} }}"
    assert is_true(site.get(query, default_graph_uri=[f"{EX}g1"], named_graph_uri=[f"{EX}g2"]))


def test_the_protocols_dataset_goes_before_the_querys(site: Site) -> None:
    query = f"ASK FROM <{EX}g2> {{ <{EX}c> ?p ?o }}"
    assert is_true(site.get(query))
    assert not is_true(site.get(query, default_graph_uri=[f"{EX}g1"]))


def test_without_a_named_graph_all_are_asked_as_one(site: Site) -> None:
    for subject in "ace":
        assert is_true(site.get(ask_about(subject)))


@pytest.mark.parametrize(
    ("query", "types"),
    [
        ("SELECT ?s WHERE { ?s ?p ?o }", TABLE_TYPES),
        (ASK, TABLE_TYPES[:2]),
        ("DESCRIBE <http://example.org/a>", GRAPH_TYPES),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", GRAPH_TYPES),
    ],
)
def test_query_content_type(site: Site, query: str, types: tuple[str, ...]) -> None:
    assert site.get(query).media_type == types[0]
    for name in types:
        answer = site.get(query, name)
        assert (answer.status, answer.media_type) == (200, name)


@pytest.mark.parametrize(
    ("search", "status"),
    [
        ("", 200),
        ("?query=", 400),
        ("?quer=ASK%7B%7D", 400),
        (f"?query={urllib.parse.quote(ASK)}&query={urllib.parse.quote(ASK)}", 400),
        ("?query=ASK%20%7B%20%3Fs%20%3Fp%20%7D", 400),
        ("?query=ASK%20%7B%20%3Fs%20%3Fp%20%22%FF%22%20%7D", 400),
        (f"?query={urllib.parse.quote(ASK)}&default-graph-uri=no%20iri", 400),
        (f"?query={urllib.parse.quote(ASK)}&update=DROP%20ALL", 403),
    ],
)
def test_bad_get(site: Site, search: str, status: int) -> None:
    assert site.send(f"/sparql{search}").status == status


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (urllib.parse.urlencode([("query", ASK), ("query", ASK)]).encode(), FORM, 400),
        (urllib.parse.urlencode({"query": ASK}).encode(), "", 400),
        (ASK.encode(), "", 400),
        (ASK.encode(), "text/plain", 415),
        (ASK.encode(), "application/json", 415),
        (ASK.encode("utf-16"), f"{DIRECT}; charset=UTF-16", 400),
        (b"ASK { ?s ?p '\xff' }", DIRECT, 400),
        (b"ASK { ?s ?p }", DIRECT, 400),
        (b"DROP ALL", "application/sparql-update", 403),
        (urllib.parse.urlencode({"update": "DROP ALL"}).encode(), FORM, 403),
        (b"INSERT DATA { <urn:a> <urn:b> <urn:c> }", DIRECT, 403),
        (b"# ASK\nDROP ALL", DIRECT, 403),
        (b" " * 1_100_000, DIRECT, 413),
    ],
)
def test_bad_post(site: Site, body: bytes, content_type: str, status: int) -> None:
    assert site.send(body=body, Content_Type=content_type).status == status


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_bad_query_method(site: Site, method: str) -> None:
    assert (
        site.send(f"/sparql?query={urllib.parse.quote(ASK)}", method=method, body=b"", Content_Type=FORM).status == 405
    )


def test_a_syntax_error_says_where(site: Site) -> None:
    answer = site.get("SELECT *\nWHERE { ?s ?p }")
    assert answer.status == 400
    assert "2:" in answer.body


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (f"SELECT * {{ SERVICE <{EX}> {{ ?s ?p ?o }} }}", 403),
        (f"SELECT * {{ service silent <{EX}> {{ ?s ?p ?o }} }}", 403),
        ("SELECT * { ?g ?p ?o . SERVICE ?g { ?s ?p ?o } }", 403),
        ("SELECT ?service { ?service ?p 'SERVICE <x>' } # SERVICE <x>", 200),
        ("PREFIX x: <urn:x> SELECT * { ?s x:SERVICE ?o }", 200),
    ],
)
def test_no_other_service_is_asked(site: Site, query: str, status: int) -> None:
    assert site.get(query).status == status


def test_what_is_accepted_is_weighed(site: Site) -> None:
    assert site.get(ASK, "text/html").status == 406
    assert site.get(ASK, "text/html, */*;q=0.1").status == 200
    assert choose_type("text/csv;q=0.5, application/json", TABLE_TYPES) == TABLE_TYPES[0]
    assert choose_type("text/*", TABLE_TYPES) == "text/csv"
    assert choose_type("text/csv;q=0, */*", TABLE_TYPES) == TABLE_TYPES[0]
    assert choose_type("text/csv;q=x", TABLE_TYPES) is None
    assert choose_type(None, TABLE_TYPES) == TABLE_TYPES[0]


def test_the_service_describes_itself(site: Site) -> None:
    answer = site.send()
    assert answer.media_type == "text/turtle"
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    description = rdflib.Graph().parse(data=answer.body, format="turtle")
    assert set(description.objects(None, sd.name)) == {rdflib.URIRef(f"{EX}g{n}") for n in (1, 2, 3)}
    assert rdflib.Literal(3) in set(description.objects())
    assert (None, sd.feature, sd.BasicFederatedQuery) not in description


# --- limits -----------------------------------------------------------------------------------------------------------


def test_a_slow_query_is_stopped_and_keeps_nobody_waiting(turtle: Path) -> None:
    with run_site(turtle.with_name("graph.nq"), Limits(seconds=3, workers=2)) as site:
        site.get(ASK)
        answers: list[Answer] = []
        slow = threading.Thread(target=lambda: answers.append(site.get(ENDLESS)))
        begin = time.monotonic()
        slow.start()
        time.sleep(0.3)
        assert is_true(site.get(ASK))
        assert slow.is_alive()
        slow.join()
        assert answers[0].status == 503
        assert time.monotonic() - begin < 20
        assert is_true(site.get(ASK))


def test_too_large_an_answer_is_refused(tmp_path: Path) -> None:
    graph = tmp_path / "graph.nq"
    graph.write_text(DATA, encoding="utf-8")
    with run_site(graph, Limits(seconds=20, answer=200, workers=1)) as site:
        assert site.get("SELECT * { ?s ?p ?o . ?a ?b ?c }").status == 503
        assert is_true(site.get(ASK))


def test_a_new_build_swaps_in(tmp_path: Path) -> None:
    graph = tmp_path / "graph.nq"
    graph.write_text(DATA, encoding="utf-8")
    with run_site(graph, Limits(seconds=20, workers=1)) as site:
        assert not is_true(site.get(ask_about("new")))
        time.sleep(0.02)
        graph.write_text(DATA + f"<{EX}new> <{EX}p> <{EX}b> <{EX}g1> .\n", encoding="utf-8")
        assert is_true(site.get(ask_about("new")))


# --- the pack ---------------------------------------------------------------------------------------------------------


def test_every_question_answers_as_on_the_command_line(real_site: Site) -> None:
    for query in read_queries(find_folder("queries")):
        expected = (find_folder("queries") / "expected" / f"{query.name}.csv").read_bytes().decode("utf-8")
        answer = real_site.send(f"/questions/{query.name}.csv")
        assert (answer.status, answer.body) == (200, expected.replace("\r\r", "\r")), query.name


def test_the_forms_of_an_answer(real_site: Site) -> None:
    topic = urllib.parse.urlencode({"topic": "集成电路"})
    assert "集成电路" in real_site.send(f"/questions/who-supports.md?{topic}").body
    assert json.loads(real_site.send(f"/questions/who-supports.json?{topic}").body)["results"]["bindings"]
    assert real_site.send("/questions/who-supports.exe").status == 404
    assert real_site.send("/questions/none").status == 404
    hostile = urllib.parse.urlencode({"topic": "<script>alert(1)</script>\n"})
    assert "<script>" not in real_site.send(f"/questions/who-supports?{hostile}").body
    assert real_site.send(f"/questions/figures-of-year?{urllib.parse.urlencode({'year': 'x'})}").status == 400


def test_a_question_in_the_browser(real_site: Site, chromium_browser: Browser) -> None:
    page = chromium_browser.new_page()
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(real_site.address)
    page.get_by_role("link", name="问题", exact=True).click()
    page.get_by_role("link", name="谁在支持一个产业").click()
    page.get_by_label("产业、技术或类别的名称").fill("工业母机")
    page.get_by_role("button", name="提问").click()
    expect(page.locator("tbody tr").first).to_contain_text("工业母机")
    page.get_by_label("产业、技术或类别的名称").fill("没有这个")
    page.get_by_role("button", name="提问").click()
    expect(page.get_by_role("status")).to_contain_text("没有查到")
    assert all(url.startswith((real_site.address, "data:")) for url in asked)
    assert not faults
    page.close()
