"""`out/graph.ttl` in other stores: the same triples everywhere, the same answers from real servers.

docs/decisions/0002-portable-sparql.md says which constructs agree; `PORTABLE` asks each of those of every store.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from components import require_command, require_fuseki, require_node_package
from servers import Server, ask_server, run_fuseki, run_virtuoso

from kg.locations import find_folder
from kg.queries import Query, Table, bind_parameters, read_queries, run_select, run_select_remote
from kg.store import read_dataset

NODE = Path(__file__).parent / "node"
SAMPLE = Path(__file__).parent / "data" / "sample.ttl"
SAMPLE_GRAPH = "urn:policykg:sample"
BUILT_GRAPH = "urn:policykg:built"
QUERIES = read_queries(find_folder("queries"))

SERVERS = [
    pytest.param("virtuoso", marks=pytest.mark.virtuoso),
    pytest.param("fuseki", marks=pytest.mark.java),
]


@pytest.fixture(scope="session")
def oxigraph(turtle: Path) -> ox.Store:
    return _load_oxigraph(turtle)


def _load_oxigraph(path: Path) -> ox.Store:
    store = ox.Store()
    store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
    return store


@pytest.fixture(scope="session")
def virtuoso(turtle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    program, isql = require_command("virtuoso-t"), require_command("isql-vt", "isql-v")
    with run_virtuoso(tmp_path_factory.mktemp("virtuoso"), program, isql) as server:
        yield _load_server(server, turtle)


@pytest.fixture(scope="session")
def fuseki(turtle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    java, jar = require_command("java"), require_fuseki()
    with run_fuseki(tmp_path_factory.mktemp("fuseki"), java, jar) as server:
        yield _load_server(server, turtle)


def _load_server(server: Server, turtle: Path) -> Server:
    server.load(SAMPLE, SAMPLE_GRAPH)
    server.load(turtle, BUILT_GRAPH)
    return server


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Server:
    found: Server = request.getfixturevalue(request.param)
    return found


# --- the same number of triples ---------------------------------------------------------------------------------------


def test_oxigraph_has_no_blank_node_and_lower_case_tags(oxigraph: ox.Store) -> None:
    terms = [term for quad in oxigraph for term in (quad.subject, quad.object)]
    assert not [term for term in terms if isinstance(term, ox.BlankNode)]
    tags = {term.language for term in terms if isinstance(term, ox.Literal) and term.language}
    assert "zh" in tags
    assert tags == {tag.lower() for tag in tags}


def test_rdflib_reads_the_same_triples(turtle: Path, oxigraph: ox.Store) -> None:
    assert len(rdflib.Graph().parse(turtle, format="turtle")) == len(oxigraph) > 1000


@pytest.mark.rapper
def test_rapper_reads_the_same_triples(turtle: Path, oxigraph: ox.Store) -> None:
    rapper = require_command("rapper")
    counted = _run([rapper, "-c", "-i", "turtle", str(turtle)])
    count = re.search(r"returned (\d+) triples", counted.stderr)
    assert count, counted.stderr
    # rapper counts what the file says, so this also proves that the file says nothing twice.
    assert int(count[1]) == len(oxigraph)
    assert "Warning" not in counted.stderr
    written = _run([rapper, "-q", "-i", "turtle", "-o", "ntriples", str(turtle)])
    assert _to_triples(written.stdout) == set(oxigraph)


@pytest.mark.node
def test_n3_reads_the_same_triples(turtle: Path, oxigraph: ox.Store) -> None:
    require_node_package("n3")
    assert int(_run_node("count.mjs", turtle)) == len(oxigraph)
    assert _to_triples(_run_node("write.mjs", turtle)) == set(oxigraph)


def _to_triples(ntriples: str) -> set[ox.Quad]:
    # Through a store, which writes 30000.0 and 30000 as one decimal.
    store = ox.Store()
    store.load(ntriples.encode(), format=ox.RdfFormat.N_TRIPLES)
    return set(store)


@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_a_server_holds_the_same_triples(server: Server, oxigraph: ox.Store) -> None:
    endpoint = server.to_endpoint(BUILT_GRAPH)
    assert to_rows(ask_server(endpoint, "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")) == [[Decimal(len(oxigraph))]]
    # Virtuoso keeps the backslash of an escaped local name (fund:a\\~b) in the IRI, which a count does not show.
    every = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"
    assert to_bag(ask_server(endpoint, every)) == to_bag(ask_oxigraph(oxigraph, every))


# --- the same answers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_a_server_answers_the_pack_as_oxigraph_does(server: Server, oxigraph: ox.Store, query: Query) -> None:
    text = bind_parameters(query, {})
    expected = ask_oxigraph(oxigraph, text)
    assert to_bag(ask_server(server.to_endpoint(BUILT_GRAPH), text)) == to_bag(expected)


# Comunica joins in JavaScript and takes minutes over the whole pack; these are of different kinds and take seconds.
ASKED_OF_COMUNICA = frozenset(
    {"about-iri", "confirmed-figures", "documents", "enterprise-ladder", "indicators", "ranks"}
)


@pytest.mark.node
def test_comunica_answers_the_pack_as_oxigraph_does(turtle: Path, oxigraph: ox.Store) -> None:
    asked = [query for query in QUERIES if query.name in ASKED_OF_COMUNICA]
    assert len(asked) == len(ASKED_OF_COMUNICA)
    texts = [bind_parameters(query, {}) for query in asked]
    for query, text, answer in zip(asked, texts, ask_comunica(turtle, texts), strict=True):
        assert to_bag(answer) == to_bag(ask_oxigraph(oxigraph, text)), query.name


def test_the_pack_has_answers_to_compare(oxigraph: ox.Store) -> None:
    answered = [query for query in QUERIES if to_rows(ask_oxigraph(oxigraph, bind_parameters(query, {})))]
    assert len(answered) >= 20


@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_kg_queries_reads_a_server_as_it_reads_a_file(server: Server, turtle: Path) -> None:
    dataset = read_dataset(turtle.with_suffix(".nq"))
    for query in QUERIES[:5]:
        text = bind_parameters(query, {})
        here, there = run_select(text, dataset), run_select_remote(text, server.to_endpoint(BUILT_GRAPH))
        assert _to_table_bag(there) == _to_table_bag(here), query.name


def _to_table_bag(table: Table) -> tuple[tuple[str, ...], list[str]]:
    return tuple(table.columns), sorted(repr(row) for row in table.rows)


PREFIXES = "".join(
    f"PREFIX {prefix}: <{namespace}>\n"
    for prefix, namespace in {
        "id": "https://w3id.org/policykg/id/",
        "kg": "https://w3id.org/policykg/ontology#",
        "oa": "http://www.w3.org/ns/oa#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "time": "http://www.w3.org/2006/time#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }.items()
)
_HUBEI = "<https://w3id.org/policykg/id/region/湖北省>"
_LOW_ALTITUDE = "<https://w3id.org/policykg/id/industry/低空经济>"

# What the decision calls portable, with the number of rows that the sample gives.
PORTABLE = {
    "classes by path": ("SELECT ?x WHERE { ?x a/rdfs:subClassOf* kg:Organization }", 2),
    "classes by two ways": ("SELECT DISTINCT ?x WHERE { ?x a/rdfs:subClassOf* kg:Region }", 3),
    "path to a Chinese IRI": (f"SELECT ?x WHERE {{ ?x kg:locatedIn+ {_HUBEI} }}", 3),
    "path from a value": (
        "SELECT ?b WHERE { VALUES ?a { <https://w3id.org/policykg/id/stage/研发> } ?a kg:precedes/kg:precedes* ?b }",
        2,
    ),
    "ordered chain": ("SELECT ?a ?b WHERE { ?a kg:precedes ?m . ?m kg:precedes* ?b }", 3),
    "alternative and inverse": ("SELECT ?x ?y WHERE { ?x kg:supports|kg:implements|^kg:mentions ?y }", 5),
    "value joined": (f"SELECT ?x WHERE {{ VALUES ?e {{ {_LOW_ALTITUDE} }} ?x kg:supports ?e }}", 2),
    "value of a string": ('SELECT ?x WHERE { VALUES ?n { "低空经济" } ?x rdfs:label ?l FILTER(STR(?l) = ?n) }', 1),
    "string contained": ('SELECT ?x WHERE { VALUES ?n { "低空" } ?x rdfs:label ?l FILTER(CONTAINS(STR(?l), ?n)) }', 1),
    "neighbours both ways": (
        f"SELECT ?p ?n WHERE {{ VALUES ?e {{ {_LOW_ALTITUDE} }} {{ ?e ?p ?n }} UNION {{ ?n ?p ?e }} }}",
        6,
    ),
    "language": ('SELECT ?l WHERE { ?x rdfs:label ?l FILTER(LANGMATCHES(LANG(?l), "zh")) }', 15),
    "optional": ("SELECT ?x ?c WHERE { ?x rdfs:label ?l OPTIONAL { ?x kg:adminCode ?c } }", 17),
    "not exists": ("SELECT ?x WHERE { ?x a kg:Agency FILTER NOT EXISTS { ?x kg:implements ?y } }", 1),
    "decimals": ("SELECT ?v WHERE { ?x kg:value ?v } ORDER BY DESC(?v)", 4),
    "sums": ("SELECT ?u (SUM(?v) AS ?n) (MAX(?v) AS ?m) WHERE { ?x kg:unit ?u ; kg:value ?v } GROUP BY ?u", 3),
    "figures that differ": (
        "SELECT ?a ?b WHERE { ?a kg:indicator ?i ; kg:value ?v . ?b kg:indicator ?i ; kg:value ?w "
        "FILTER(STR(?a) < STR(?b) && ?v != ?w) }",
        1,
    ),
    "having": ("SELECT ?i WHERE { ?x kg:indicator ?i ; kg:value ?v } GROUP BY ?i HAVING (COUNT(DISTINCT ?v) > 1)", 1),
    "dates": ('SELECT ?d WHERE { ?x time:inXSDDate ?d FILTER(?d >= "2024-01-01"^^xsd:date) } ORDER BY ?d', 2),
    "years": ("SELECT (SUBSTR(STR(?d), 1, 4) AS ?y) WHERE { ?x time:inXSDDate ?d }", 4),
    "characters, not bytes": ("SELECT (STRLEN(STR(?e)) AS ?n) WHERE { ?x oa:exact ?e }", 1),
    "quotation whole": ("SELECT ?p ?e ?s WHERE { ?x oa:prefix ?p ; oa:exact ?e ; oa:suffix ?s }", 1),
    "labels joined": (
        'SELECT ?x (GROUP_CONCAT(STR(?l); SEPARATOR=" | ") AS ?all) WHERE { ?x skos:altLabel ?l '
        'FILTER(STR(?l) != "我厅") } GROUP BY ?x',
        2,
    ),
    "duplicates kept": ("SELECT ?c WHERE { ?x a ?c . ?c rdfs:subClassOf kg:Organization }", 2),
    "nothing": ("SELECT ?x WHERE { ?x a kg:Nothing }", 0),
    "nothing counted": ("SELECT (COUNT(*) AS ?n) WHERE { ?x a kg:Nothing }", 1),
}


@pytest.mark.parametrize(("text", "rows"), PORTABLE.values(), ids=PORTABLE.keys())
def test_oxigraph_and_rdflib_answer_portable_constructs(text: str, rows: int) -> None:
    expected = ask_oxigraph(_load_oxigraph(SAMPLE), PREFIXES + text)
    answer = rdflib.Graph().parse(SAMPLE).query(PREFIXES + text).serialize(format="json")
    assert len(to_rows(expected)) == rows
    assert to_bag(json.loads(answer or b"")) == to_bag(expected)


@pytest.mark.parametrize("text", [text for text, _ in PORTABLE.values()], ids=PORTABLE.keys())
@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_a_server_answers_portable_constructs(server: Server, text: str) -> None:
    answer = ask_server(server.to_endpoint(SAMPLE_GRAPH), PREFIXES + text)
    expected = ask_oxigraph(_load_oxigraph(SAMPLE), PREFIXES + text)
    assert to_bag(answer) == to_bag(expected)
    if "ORDER BY" in text:
        assert to_rows(answer) == to_rows(expected)


@pytest.mark.node
def test_comunica_answers_portable_constructs() -> None:
    texts = [PREFIXES + text for text, _ in PORTABLE.values()]
    store = _load_oxigraph(SAMPLE)
    for name, text, answer in zip(PORTABLE, texts, ask_comunica(SAMPLE, texts), strict=True):
        assert to_bag(answer) == to_bag(ask_oxigraph(store, text)), name


# --- asking and comparing ---------------------------------------------------------------------------------------------


def ask_oxigraph(store: ox.Store, text: str) -> dict[str, Any]:
    solutions = store.query(text)
    assert isinstance(solutions, ox.QuerySolutions)
    answer: dict[str, Any] = json.loads(solutions.serialize(format=ox.QueryResultsFormat.JSON) or b"")
    return answer


def ask_comunica(path: Path, texts: list[str]) -> list[dict[str, Any]]:
    require_node_package("@comunica/query-sparql-file")
    answers: list[dict[str, Any]] = json.loads(_run_node("select.mjs", path, json.dumps(texts)))
    return answers


def _run_node(script: str, path: Path, given: str = "") -> str:
    return _run([require_command("node"), str(NODE / script), str(path)], given).stdout


def _run(command: list[str], given: str = "") -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done


def to_rows(answer: dict[str, Any]) -> list[list[object]]:
    """The rows of SPARQL JSON results, each term by its value: 80000000.0 is 80000000, 1 is true, zh-CN is zh-cn."""
    columns = answer["head"]["vars"]
    return [[_to_value(row.get(column)) for column in columns] for row in answer["results"]["bindings"]]


def to_bag(answer: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The columns, and the rows in an order of our own: duplicates count, the store's order does not."""
    return answer["head"]["vars"], sorted(repr(row) for row in to_rows(answer))


_NUMBERS = {"integer", "decimal", "int", "long", "nonNegativeInteger", "double", "float"}


def _to_value(term: dict[str, str] | None) -> object:
    if term is None or term["type"] == "uri":
        return term and ("iri", term["value"])
    assert term["type"] != "bnode", "there is no blank node in the data"
    datatype = term.get("datatype", "").rpartition("#")[2]
    if datatype in _NUMBERS:
        # Decimal.normalize alone would write 8E+7; the sum with zero compares by value.
        return Decimal(term["value"]).normalize() + 0
    if datatype == "boolean":
        return term["value"] in {"true", "1"}
    return term["value"], term.get("xml:lang", "").lower(), "" if datatype == "string" else datatype


def test_comparison_tells_apart_what_differs() -> None:
    def answer(*terms: dict[str, str]) -> dict[str, Any]:
        return {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": term} for term in terms]}}

    def decimal(value: str) -> dict[str, str]:
        return {"type": "literal", "value": value, "datatype": "http://www.w3.org/2001/XMLSchema#decimal"}

    zh = {"type": "literal", "value": "省", "xml:lang": "zh-CN"}
    assert to_bag(answer(decimal("80000000"))) == to_bag(answer(decimal("80000000.0")))
    assert to_bag(answer(zh)) == to_bag(answer({**zh, "xml:lang": "zh-cn"}))
    assert to_bag(answer(zh)) != to_bag(answer({**zh, "xml:lang": "en"}))
    assert to_bag(answer(zh)) != to_bag(answer(zh, zh))
    true = {"type": "literal", "value": "true", "datatype": "http://www.w3.org/2001/XMLSchema#boolean"}
    assert to_bag(answer(true)) == to_bag(answer({**true, "value": "1"}))
    assert to_bag(answer(true)) != to_bag(answer({**true, "value": "false"}))
    assert to_bag(answer(decimal("1"))) != to_bag(answer(decimal("1.01")))
    assert to_bag(answer({"type": "uri", "value": "省"})) != to_bag(answer({"type": "literal", "value": "省"}))
