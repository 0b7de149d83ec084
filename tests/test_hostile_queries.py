"""Queries that mean harm: what is asked of Oxigraph, and what is refused before it.

The judge of an evasion is the engine itself: asked without our check, it either reaches a listener on loopback or not.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner
from explorer import ENDLESS, Site, run_site
from pyoxigraph import QueryBoolean, RdfFormat, Store

from kg.cli import main
from kg.errors import QueryError
from kg.locations import find_folder
from kg.queries import read_queries, to_union
from kg.queries.confined import Confined
from kg.queries.confinement import Ask, Limits, Worker, answer
from kg.queries.guard import DEEPEST, LARGEST_TEXT, check_query, find_form, require_query

DATA = """\
<urn:a> <urn:b> <urn:c> <urn:g> .
<urn:a> <urn:b> <urn:o> <urn:g> .
<urn:a> <urn:b> "x" <urn:g> .
<urn:a> <urn:b> "x"@en <urn:g> .
<urn:a> <urn:b> "x"^^<http://a.example/t> <urn:g> .
<urn:a> <urn:b> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> <urn:g> .
<urn:a> <urn:b> "1.5"^^<http://www.w3.org/2001/XMLSchema#decimal> <urn:g> .
<urn:a> <urn:b> "1e5"^^<http://www.w3.org/2001/XMLSchema#double> <urn:g> .
<urn:a> <urn:b> "2"^^<http://www.w3.org/2001/XMLSchema#integer> <urn:g> .
<urn:a> <urn:b> <urn:xa.b> <urn:g> .
<urn:a> <urn:b> <http://www.w3.org/1999/02/22-rdf-syntax-ns#nil> <urn:g> .
<urn:a> <http://a.example/#p> <urn:c> <urn:g> .
"""
TABLE = "application/sparql-results+json"
CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "hostile_queries.jsonl").read_text(encoding="utf-8").splitlines()
]
EVASIONS = [case for case in CASES if case["expect"] != "pass"]


@dataclass(slots=True)
class Listener:
    """A server that the engine reaches where a query asks another service; counts who came."""

    address: str
    visits: int = 0


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    class Count(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.visits += 1
            self.send_response(500)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Count) as server:
        found = Listener(f"http://127.0.0.1:{server.server_port}/x")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield found
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "graph.nq"
    path.write_text(DATA, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def site(graph: Path) -> Iterator[Site]:
    with run_site(graph, Limits(seconds=10, workers=2)) as running:
        yield running


@pytest.fixture(scope="module")
def store() -> Store:
    found = Store()
    found.load(input=DATA.encode(), format=RdfFormat.N_QUADS)
    return to_union(found)


def reaches(listener: Listener, query: str, store: Store) -> bool:
    """Whether Oxigraph, asked without our check, sends a request."""
    before = listener.visits
    with contextlib.suppress(SyntaxError, OSError, RuntimeError, ValueError):
        result = store.query(query)
        if not isinstance(result, QueryBoolean):
            list(result)
    return listener.visits > before


def judge(case: dict[str, str], listener: Listener, store: Store) -> str:
    """What becomes of a case: the rule that refuses it, or `pass`."""
    query = case["query"].replace("EVIL", listener.address)
    objection = check_query(query)
    if objection is not None:
        return objection.kind
    reply = answer(store, Ask(query, TABLE), Limits())
    return {"outside": "graph", "answer": "pass"}.get(reply.kind, f"{reply.kind}: {reply.reason}")


def test_every_evasion_is_refused_and_what_only_looks_like_one_is_not(listener: Listener, store: Store) -> None:
    assert len(EVASIONS) >= 200
    assert len(CASES) - len(EVASIONS) >= 40
    before = listener.visits
    wrong = {case["why"]: found for case in CASES if (found := judge(case, listener, store)) != case["expect"]}
    assert wrong == {}
    assert listener.visits == before


def test_the_evasions_are_real(listener: Listener, store: Store) -> None:
    """The engine itself, without our check: more than a hundred of them do send a request, no innocent one does."""
    found = {case["why"]: reaches(listener, case["query"].replace("EVIL", listener.address), store) for case in CASES}
    assert found == {case["why"]: case["reaches"] for case in CASES}
    assert sum(found.values()) > 100
    assert not any(case["reaches"] for case in CASES if case["expect"] in {"pass", "update"})


_WORDS = (
    "SELECT * {", "ASK{", "}", "{", "(", ")", "?s ?p ?o", ".", ";", "true", "1", "1.5", "'", '"', "'''", '"""',
    "'x'", '"y"',
    "#", "\n", "\r", " ", "<", ">", "<urn:a>", "x:a", "x:a.b", "x:", ":", "?", "$v", "@en", "^^", "\\u0022", "\\u0027",
    "\\u000A", "\\u0023", "\\", "\\q", "FILTER", "FILTER(?o<'", "OPTIONAL", "UNION", "VALUES ?v {", "BIND(",
    "AS ?z)", "a",
    "||", "PREFIX x: <urn:x>", "PREFIX : <EVIL>", "SILENT", "GRAPH", "[]", "_:b", "%41", "EXISTS",
)  # fmt: skip
_CLAUSES = (
    "SERVICE <EVIL> {}", "SERVICE<EVIL>{}", "service SILENT <EVIL>{}", "SERVICE:{}", "SERVICE:x{}",
    "SERVICESILENT<EVIL>{}",
)  # fmt: skip


def mix(random_: random.Random, nearly_valid: bool) -> str:
    """Pieces of SPARQL around a clause, or one of the cases with pieces put into it."""
    if nearly_valid:
        text = random_.choice(CASES)["query"]
        for _ in range(random_.randint(1, 3)):
            at = random_.randrange(len(text) + 1)
            text = text[:at] + random_.choice((*_WORDS, *_CLAUSES)) + text[at + random_.choice((0, 0, 0, 1)) :]
        return text
    inner = [random_.choice(_WORDS[6:]) for _ in range(random_.randint(0, 6))]
    inner.insert(random_.randint(0, len(inner)), random_.choice(_CLAUSES))
    return f"PREFIX x: <urn:x> PREFIX : <EVIL> ASK {{ {random_.choice(('', ' ')).join(inner)} }}"


def test_nothing_that_passes_ever_leaves(listener: Listener, store: Store) -> None:
    """6,000 mutants, fixed seed: whatever our check lets through sends no request, and the mutants do try."""
    random_ = random.Random(6)
    tried = 0
    for number in range(6000):
        query = mix(random_, number % 2 == 0).replace("EVIL", listener.address)
        if len(query) > 5000:
            continue
        if check_query(query) is None:
            assert not reaches(listener, query, store), query
        elif number % 8 < 2:
            tried += reaches(listener, query, store)
    assert tried > 100


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("SELECT * { } #" + "a" * LARGEST_TEXT, "large"),
        ("SELECT * { } #" + "长" * (LARGEST_TEXT // 3), "large"),
        ("SELECT * { FILTER(" + "(" * 20_000 + "1" + ")" * 20_000 + ") }", "deep"),
        ("SELECT * " + "{" * (DEEPEST + 1) + "}" * (DEEPEST + 1), "deep"),
        ("SELECT * { BIND('\ud800' AS ?x) }", "text"),
    ],
    ids=["long", "long in bytes", "20,000 brackets", "201 brackets", "surrogate"],
)
def test_a_text_too_large_or_too_deep_is_refused_before_it_is_parsed(query: str, kind: str) -> None:
    objection = check_query(query)
    assert objection is not None
    assert objection.kind == kind


@pytest.mark.parametrize(
    "text", ["(" * 60_000, '"""' * 20_000, "a.b." * 16_000, "<a" * 30_000, "'" * 60_000, "x\\" * 30_000, "a:" * 30_000]
)
def test_the_check_itself_is_quick(text: str) -> None:
    begin = time.monotonic()
    check_query(text)
    find_form(text)
    assert time.monotonic() - begin < 8


def test_the_pack_may_be_asked() -> None:
    for query in read_queries(find_folder("queries")):
        require_query(query.sparql)
        assert find_form(query.sparql) in query.sparql


# --- the process that answers -------------------------------------------------------------------------------

# What falls over on a stack of usual size, each within 64 KB and 200 brackets.
_HEAVY = {
    "not": "ASK { FILTER(" + "!" * 60_000 + "true) }",
    "minus": "ASK { ?s ?p ?o " + "MINUS{?s ?p ?o}" * 4_000 + " }",
}


def test_the_process_survives_what_recursion_costs(graph: Path) -> None:
    worker = Worker(graph, Limits())
    try:
        for name, query in _HEAVY.items():
            assert check_query(query) is None, name
            assert worker.ask(Ask(query, TABLE), 30).kind == "answer", name
    finally:
        worker.stop()


def test_a_query_past_the_check_still_cannot_leave(graph: Path, listener: Listener) -> None:
    """The process cannot open a socket or a file: even a SERVICE that nobody refused sends nothing."""
    before = listener.visits
    worker = Worker(graph, Limits())
    try:
        sent = worker.ask(Ask(f"ASK {{ SERVICE <{listener.address}> {{ ?s ?p ?o }} }}", TABLE), 20)
        assert sent.kind == "fault"
        useful = "ASK { BIND(RAND() AS ?r) BIND(UUID() AS ?u) BIND(NOW() AS ?n) }"
        assert worker.ask(Ask(useful, TABLE), 20).kind == "answer"
    finally:
        worker.stop()
    assert listener.visits == before


_BIG = "SELECT (GROUP_CONCAT(?l) AS ?x) {{ {} BIND('{}' AS ?l) }}".format(
    " ".join(f"VALUES ?v{n} {{ {'1 ' * 30} }}" for n in range(6)), "x" * 5000
)


@pytest.mark.parametrize(
    ("query", "limits", "said"),
    [
        (ENDLESS, Limits(seconds=1.0), "stopped after 1 s"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f }", Limits(rows=20), "too large"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", Limits(answer=10_000), "too large"),
        ("CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", Limits(answer=200), "too large"),
        (_BIG, Limits(memory=1_000_000_000), "too little memory"),
    ],
    ids=["seconds", "rows", "bytes", "bytes of a graph", "memory"],
)
def test_each_limit_ends_a_query_in_one_line(graph: Path, query: str, limits: Limits, said: str) -> None:
    children = len(multiprocessing.active_children())
    with Confined(graph, limits) as confined, pytest.raises(QueryError, match=said) as error:
        confined.ask(query)
    assert "\n" not in str(error.value)
    assert len(multiprocessing.active_children()) == children


def test_a_regular_expression_cannot_hang(graph: Path) -> None:
    with Confined(graph, Limits(seconds=5)) as confined:
        table = confined.ask("ASK { FILTER(!REGEX('" + "a" * 5000 + "b', '^(a+)+$')) }")
    assert table.boolean is True


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "no such graph"),
        ("LOAD <file:///etc/passwd>", "no updates"),
        ("SELECT * { ?s ?p '''x }", "line 1, column 18"),
        ("SELECT * { ?s ?p }", "not SPARQL"),
        ("SELECT * { FILTER(" + "(" * 20_000 + ") }", "deep"),
    ],
)
def test_the_command_refuses_in_one_line(graph: Path, tmp_path: Path, query: str, said: str) -> None:
    (tmp_path / "q.rq").write_text(query, encoding="utf-8")
    for arguments in ([query], ["--file", str(tmp_path / "q.rq")]):
        result = CliRunner().invoke(main, ["query", "--graph", str(graph), *arguments])
        assert result.exit_code == 2
        assert said in result.stderr
        assert result.stderr.count("\n") == 1


def test_only_the_pack_is_parsed_by_rdflib(graph: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """rdflib follows FROM <file:…> and SERVICE: a query that somebody typed or sent never meets it."""
    for name in ("rdflib.Graph.query", "rdflib.plugins.sparql.prepareQuery", "kg.queries.binding.parseQuery"):
        monkeypatch.setattr(name, _fail)
    for text in ("SELECT ?s { ?s <urn:b> <urn:c> }", "ASK { <urn:a> ?p ?o }", "CONSTRUCT WHERE { ?s <urn:b> <urn:c> }"):
        result = CliRunner().invoke(main, ["query", "--graph", str(graph), text])
        assert result.exit_code == 0, result.output
        assert site.get(text).status == 200
    # Where else a module of ours could run one: nobody calls what the tests compare with.
    callers = [
        path.name
        for path in Path(find_folder("queries")).parent.joinpath("kg").rglob("*.py")
        if "run_select_rdflib" in path.read_text(encoding="utf-8")
    ]
    assert sorted(callers) == ["__init__.py", "running.py"]


def _fail(*_: object, **__: object) -> None:
    raise AssertionError("rdflib was asked")


# --- over HTTP ----------------------------------------------------------------------------------------------


def test_the_server_refuses_with_a_status_and_goes_on(site: Site, listener: Listener) -> None:
    before = listener.visits
    statuses = {"service": 403, "update": 403, "graph": 403, "text": 400, "deep": 400, "large": 413}
    for case in EVASIONS[::4]:
        query = case["query"].replace("EVIL", listener.address)
        answered = site.post(query, "application/sparql-query")
        assert answered.status == statuses[case["expect"]], case["why"]
        assert answered.body.count("\n") == 1
    assert site.post("SELECT * {}" + " " * LARGEST_TEXT, "application/sparql-query").status == 413
    assert site.get("ASK { <urn:a> ?p ?o }").status == 200
    assert listener.visits == before


def test_a_slow_query_gives_way_to_those_who_wait(graph: Path) -> None:
    with run_site(graph, Limits(seconds=25, workers=1, patience=0.5)) as site:
        site.get("ASK {}")
        endless = threading.Thread(target=lambda: site.get(ENDLESS))
        endless.start()
        time.sleep(0.3)
        begin = time.monotonic()
        assert site.get("ASK {}").status == 200
        assert time.monotonic() - begin < 12
        endless.join()
