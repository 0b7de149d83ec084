"""What stands behind an answer's rows, the packet that one takes away, and cells that a spreadsheet would run."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import Literal, NamedNode, Store

from kg.cli import main
from kg.errors import StoreError
from kg.locations import find_folder
from kg.queries import Query, Table, bind_parameters, read_queries, run_select, to_csv, to_union
from kg.queries.evidence import Backing, find_backing, to_quiet
from kg.queries.packet import Edition, read_edition, to_citation, to_packet
from kg.queries.running import to_table
from kg.queries.tracing import match_origins, to_trace
from kg.store import read_dataset

QUERIES = {query.name: query for query in read_queries(find_folder("queries"))}
# Questions whose rows are counts made inside a sub-query, or triples: nothing tells which statement a row rests on.
UNQUOTED = {"about-iri", "documents", "indicators", "industries-by-supporters", "most-connected"}
# Rows that no sentence says: what a document does not name, the last rung of a ladder.
PARTLY = {"changes-between-documents", "enterprise-ladder"}


LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"


@pytest.fixture(scope="module")
def dataset(turtle: Path) -> Store:
    return to_union(read_dataset(turtle.with_name("graph.nq")))


@pytest.fixture(scope="module")
def text(turtle: Path) -> dict[str, str]:
    """The text of every document of the corpus by its title."""
    folder = find_folder("corpus/hubei")
    found = {}
    for path in folder.glob("*.txt"):
        body = path.read_text(encoding="utf-8")
        found[body.split("\n")[0].strip()] = body
    return found


def back(query: Query, dataset: Store) -> tuple[Table, Backing]:
    asked = bind_parameters(query, {})
    table = run_select(asked, dataset)
    return table, find_backing(asked, table, lambda one: to_table(dataset.query(one)))  # type: ignore[arg-type]


# --- what stands behind a row ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", QUERIES.values(), ids=lambda query: query.name)
def test_every_row_is_traced_and_its_cells_name_what_they_are_the_label_of(query: Query, dataset: Store) -> None:
    table, backing = back(query, dataset)
    assert len(backing.rows) == len(table.rows) > 0
    quoted = [bool(row.quotes) for row in backing.rows]
    assert any(quoted) != (query.name in UNQUOTED)
    assert all(quoted) != (query.name in UNQUOTED | PARTLY)
    labels = "SELECT ?label WHERE { <%s> <http://www.w3.org/2000/01/rdf-schema#label>|<http://www.w3.org/2004/02/skos/core#prefLabel>|<https://w3id.org/policykg/ontology#inverseLabel> ?label }"  # noqa: E501
    for row, backed in list(zip(table.rows, backing.rows, strict=True))[:12]:
        for column, iris in backed.entities.items():
            term = row[table.columns.index(column)]
            for iri in iris:
                assert isinstance(term, Literal)
                names = {one[0].value for one in run_select(labels % iri, dataset).rows if isinstance(one[0], Literal)}
                assert term.value in names, (column, iri)


def test_a_quote_is_the_text_at_its_place(dataset: Store, text: dict[str, str]) -> None:
    seen = 0
    for name in ("open-commitments", "figures-of-year", "who-supports"):
        _, backing = back(QUERIES[name], dataset)
        for quote in (one for row in backing.rows for one in row.quotes):
            body = next(body for title, body in text.items() if title.replace("“", "").replace("”", "") == quote.title)
            assert body[quote.start : quote.end] == quote.exact
            assert quote.before + quote.exact + quote.after in body
            seen += 1
    assert seen > 150


def test_a_row_has_the_evidence_of_its_own_statement_and_of_its_premise(dataset: Store) -> None:
    table, backing = back(QUERIES["who-supports"], dataset)
    via = table.columns.index("via")
    for row, backed in zip(table.rows, backing.rows, strict=True):
        # Support by way of a programme rests on two statements: who carries it out, and what it targets.
        assert len(backed.claims) == (1 if row[via] is None else 2)
        sentence = row[table.columns.index("sentence")]
        assert isinstance(sentence, Literal)
        assert sentence.value in {one.before + one.exact + one.after for one in backed.quotes}


def test_the_rows_that_a_count_gathers_are_behind_it(dataset: Store) -> None:
    table, backing = back(QUERIES["planned-and-achieved-by-section"], dataset)
    for row, backed in zip(table.rows, backing.rows, strict=True):
        count = row[table.columns.index("statements")]
        section = row[table.columns.index("section")]
        assert isinstance(count, Literal)
        assert isinstance(section, Literal)
        assert {quote.section for quote in backed.quotes} == {section.value}
        assert len(backed.claims) == int(count.value)


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s ?p ?o }",
        "SELECT * WHERE { ?s ?p ?o }",
        f"SELECT ?n WHERE {{ ?s {LABEL} ?n }} LIMIT 1",
        f"SELECT ?n WHERE {{ ?s {LABEL} ?n }} VALUES ?s {{ <urn:a> }}",
        "SELECT ?s WHERE { [] ?p ?s }",
        "SELECT ?s WHERE { ?s ?p",
        "SELECT ?s WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "",
    ],
)
def test_what_cannot_be_traced_has_no_trace(text: str) -> None:
    assert to_trace(text) is None


def test_a_label_of_two_things_names_both_and_an_unmatched_row_none() -> None:
    store = Store()
    for name, text in (("a", "同"), ("b", "同"), ("c", "异")):
        store.update(f'INSERT DATA {{ <urn:{name}> {LABEL} "{text}"@zh }}')
    asked = f"SELECT DISTINCT ?name WHERE {{ ?thing {LABEL} ?name . # 名称 ?x }}\n}} ORDER BY ?name"
    trace = to_trace(asked)
    assert trace is not None
    table = run_select(asked, store)
    origins = match_origins(table, trace, run_select(trace.text, store))
    found = {row[0].value: one.entities["name"] for row, one in zip(table.rows, origins, strict=True) if row[0]}  # type: ignore[union-attr]
    assert found == {"同": ("urn:a", "urn:b"), "异": ("urn:c",)}
    other = Table(("name",), ((Literal("无", language="zh"),),))
    assert match_origins(other, trace, run_select(trace.text, store))[0].entities == {"name": ()}


@pytest.mark.parametrize(
    "where",
    [
        "FILTER(1 = 1) { ?thing LABEL ?name }",
        "{ ?thing LABEL ?name } UNION { ?other LABEL ?name . FILTER(false) }",
        "VALUES (?x ?y) { (1 2) } ?thing LABEL ?name",
        "OPTIONAL { ?thing LABEL ?name }",
        "GRAPH ?g { ?thing LABEL ?name }",
        "{ SELECT ?name WHERE { ?thing LABEL ?name } }",
        "?thing a <urn:T> ; LABEL ?name , ?again . FILTER NOT EXISTS { ?thing LABEL '}' }",
        "?x <urn:of>/LABEL ?name .",
        "?thing LABEL ?name BIND('{' AS ?brace)",
    ],
)
def test_a_label_is_followed_wherever_its_pattern_stands(where: str) -> None:
    store = Store()
    graph = f'<urn:a> a <urn:T> ; {LABEL} "甲"@zh . <urn:x> <urn:of> <urn:a> .'
    store.update(f"INSERT DATA {{ {graph} GRAPH <urn:g> {{ {graph} }} }}")
    asked = f"SELECT DISTINCT ?name WHERE {{ {where.replace('LABEL', LABEL)} }}"
    trace = to_trace(asked)
    assert trace is not None
    table, traced = to_table(store.query(asked)), to_table(store.query(trace.text))  # type: ignore[arg-type]
    assert [one.entities["name"] for one in match_origins(table, trace, traced)] == [("urn:a",)]


def test_a_graph_that_fails_to_answer_leaves_rows_without_backing(dataset: Store) -> None:
    asked = bind_parameters(QUERIES["who-supports"], {})
    table = run_select(asked, dataset)

    def refuse(_: str) -> Table:
        raise StoreError("slow")

    assert all(row.quotes == () for row in find_backing(asked, table, to_quiet(refuse)).rows)
    with pytest.raises(StoreError):
        find_backing(asked, table, refuse)


# --- the packet ------------------------------------------------------------------------------------------------------


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def packet(turtle: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("packet") / "answer.zip"
    graph = str(turtle.with_name("graph.nq"))
    run("query", "run", "who-supports", "--param", "topic=工业母机", "--graph", graph, "--packet", str(path))
    return path.read_bytes()


def test_the_packet_has_the_rows_the_query_the_evidence_and_the_citation(
    packet: bytes, dataset: Store, turtle: Path
) -> None:
    graph = turtle.with_name("graph.nq")
    with zipfile.ZipFile(io.BytesIO(packet)) as archive:
        files = {name: archive.read(name).decode("utf-8") for name in archive.namelist()}
    assert list(files) == ["README.md", "answer.csv", "query.rq", "evidence.md"]
    # The query runs as it stands and answers with the rows beside it.
    table = run_select(files["query.rq"], dataset)
    assert to_csv(table) == files["answer.csv"]
    assert '"工业母机"@zh' in files["query.rq"]
    readme = files["README.md"]
    assert hashlib.sha256(graph.read_bytes()).hexdigest() in readme
    assert datetime.fromtimestamp(graph.stat().st_mtime, UTC).date().isoformat() in readme
    assert f"行数 rows：{len(table.rows)}" in readme
    assert "kg query run who-supports --param topic=工业母机" in readme
    for name in ("answer.csv", "query.rq", "evidence.md"):
        assert hashlib.sha256(files[name].encode("utf-8")).hexdigest() in readme
    evidence = files["evidence.md"]
    assert len(re.findall(r"^## \d+$", evidence, re.MULTILINE)) == len(table.rows)
    places = re.findall(r"字符 characters (\d+)–(\d+)\n  - 依据 evidence：`(\S+)`", evidence)
    assert len(places) >= len(table.rows)
    for start, end, iri in places:
        position = f"<{iri}> <http://www.w3.org/ns/oa#hasSelector> ?s . ?s <http://www.w3.org/ns/oa#start> {start} ; "
        ask = f"ASK {{ {position} <http://www.w3.org/ns/oa#end> {end} }}"
        assert run_select(ask, dataset).boolean


def test_the_same_answer_gives_the_same_bytes(packet: bytes, turtle: Path, tmp_path: Path) -> None:
    path = tmp_path / "again.zip"
    graph = str(turtle.with_name("graph.nq"))
    run("query", "run", "who-supports", "-p", "topic=工业母机", "--graph", graph, "--packet", str(path))
    assert path.read_bytes() == packet
    with zipfile.ZipFile(path) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}


def test_a_packet_that_cannot_be_written_is_one_line(turtle: Path, tmp_path: Path) -> None:
    graph = str(turtle.with_name("graph.nq"))
    (tmp_path / "file").write_text("", encoding="utf-8")
    target = str(tmp_path / "file" / "p.zip")
    result = CliRunner().invoke(main, ["query", "run", "documents", "--graph", graph, "--packet", target])
    assert result.exit_code == 2
    assert len(result.output.strip().splitlines()) == 1
    with pytest.raises(StoreError, match=r"none\.nq"):
        read_edition(tmp_path / "none.nq")


def test_an_endpoint_is_cited_by_its_address() -> None:
    edition = Edition("http://127.0.0.1:8890/sparql")
    assert "http://127.0.0.1:8890/sparql" in to_citation(QUERIES["documents"], {}, 6, edition)


def test_a_row_without_a_quote_says_so() -> None:
    table = Table(("n",), ((Literal(3),),))
    backing = find_backing("", table, lambda _: Table((), ()))
    content = to_packet(QUERIES["documents"], {}, "SELECT", table, backing, Edition("x"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "没有引文" in archive.read("evidence.md").decode("utf-8")


def test_what_markdown_would_take_for_markup_is_escaped(dataset: Store) -> None:
    nasty = "<script>alert(1)</script> [x](y) *z* | `w`"
    table = Table(("n",), ((Literal(nasty, language="zh"),),))
    backing = find_backing("", table, lambda _: Table((), ()))
    content = to_packet(QUERIES["documents"], {}, "SELECT", table, backing, Edition("x"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        evidence = archive.read("evidence.md").decode("utf-8")
    assert "<script>" not in evidence
    assert r"\[x\](y) \*z\* \| \`w\`" in evidence


# --- cells that a spreadsheet would run ------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+2", "@SUM(A1)", "＝1", "＋1", "－1", "＠x", "\tx", "\rx"])
def test_a_formula_is_marked(text: str) -> None:
    for term in (Literal(text), Literal(text, language="zh")):
        cell = to_csv(Table(("a",), ((term,),))).split("\r\n", 1)[1]
        assert cell.lstrip('"').startswith(f"'{text}")


def test_numbers_iris_and_other_texts_are_not_marked() -> None:
    terms = (Literal(-5), Literal(-2.5), NamedNode("urn:a"), Literal("1-2"), Literal("a=b"), Literal("'x"), None)
    assert to_csv(Table(tuple("abcdefg"), (terms,))) == "a,b,c,d,e,f,g\r\n-5,-2.5,urn:a,1-2,a=b,'x,\r\n"
