"""`out/graph.ttl` in other stores: the same triples everywhere, the same answers from real servers.

docs/decisions/0002-portable-sparql.md says which constructs agree; `PORTABLE` asks each of those of every store.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from answers import ask_comunica, ask_oxigraph, run, run_node, to_bag, to_rows, to_table_bag
from components import require_command, require_node_package
from pack_sample import SAMPLE as PACK_SAMPLE
from servers import Server, ask_server
from store_fixtures import BUILT_GRAPH, SAMPLE, SAMPLE_GRAPH, SERVERS, load_oxigraph

from kg.locations import find_folder
from kg.queries import Query, Table, bind_parameters, read_queries, run_select, run_select_remote, to_union
from kg.store import read_dataset

QUERIES = read_queries(find_folder("queries"))


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
    counted = run([rapper, "-c", "-i", "turtle", str(turtle)])
    count = re.search(r"returned (\d+) triples", counted.stderr)
    assert count, counted.stderr
    # rapper counts what the file says, so this also proves that the file says nothing twice.
    assert int(count[1]) == len(oxigraph)
    assert "Warning" not in counted.stderr
    written = run([rapper, "-q", "-i", "turtle", "-o", "ntriples", str(turtle)])
    assert _to_triples(written.stdout) == set(oxigraph)


@pytest.mark.node
def test_n3_reads_the_same_triples(turtle: Path, oxigraph: ox.Store) -> None:
    require_node_package("n3")
    assert int(run_node("count.mjs", turtle)) == len(oxigraph)
    assert _to_triples(run_node("write.mjs", turtle)) == set(oxigraph)


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


@pytest.fixture(scope="module")
def answer_here(turtle: Path) -> Callable[[str], Table]:
    """What our own store answers, each question asked of it once."""
    dataset = to_union(read_dataset(turtle.with_suffix(".nq")))
    return lru_cache(maxsize=None)(lambda text: run_select(text, dataset))


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_kg_query_has_the_same_answers_from_a_server_as_from_a_file(
    server: Server, answer_here: Callable[[str], Table], query: Query
) -> None:
    text = bind_parameters(query, {})
    there = run_select_remote(text, server.to_endpoint(BUILT_GRAPH))
    assert to_table_bag(there) == to_table_bag(answer_here(text))


# Comunica's joins of these take a minute over the whole graph; a small part of it is asked them.
_SLOW_IN_COMUNICA = frozenset({"open-commitments", "parts-of-system"})


@pytest.mark.node
@pytest.mark.parametrize("slow", [False, True], ids=["whole graph", "part of it"])
def test_comunica_answers_the_pack_as_we_do(turtle: Path, answer_here: Callable[[str], Table], slow: bool) -> None:
    asked = [query for query in QUERIES if (query.name in _SLOW_IN_COMUNICA) == slow]
    assert (len(asked) == len(_SLOW_IN_COMUNICA)) == slow
    part = to_union(read_dataset(PACK_SAMPLE))
    texts = [bind_parameters(query, {}) for query in asked]
    answers = ask_comunica(PACK_SAMPLE if slow else turtle, texts)
    for query, text, answer in zip(asked, texts, answers, strict=True):
        here = run_select(text, part) if slow else answer_here(text)
        assert to_bag(answer) == to_table_bag(here), query.name
        assert here.rows, query.name


def test_the_pack_has_answers_to_compare(answer_here: Callable[[str], Table]) -> None:
    empty = [query.name for query in QUERIES if not answer_here(bind_parameters(query, {})).rows]
    assert empty == []


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
    expected = ask_oxigraph(load_oxigraph(SAMPLE), PREFIXES + text)
    answer = rdflib.Graph().parse(SAMPLE).query(PREFIXES + text).serialize(format="json")
    assert len(to_rows(expected)) == rows
    assert to_bag(json.loads(answer or b"")) == to_bag(expected)


@pytest.mark.parametrize("text", [text for text, _ in PORTABLE.values()], ids=PORTABLE.keys())
@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_a_server_answers_portable_constructs(server: Server, text: str) -> None:
    answer = ask_server(server.to_endpoint(SAMPLE_GRAPH), PREFIXES + text)
    expected = ask_oxigraph(load_oxigraph(SAMPLE), PREFIXES + text)
    assert to_bag(answer) == to_bag(expected)
    if "ORDER BY" in text:
        assert to_rows(answer) == to_rows(expected)


@pytest.mark.node
def test_comunica_answers_portable_constructs() -> None:
    texts = [PREFIXES + text for text, _ in PORTABLE.values()]
    store = load_oxigraph(SAMPLE)
    for name, text, answer in zip(PORTABLE, texts, ask_comunica(SAMPLE, texts), strict=True):
        assert to_bag(answer) == to_bag(ask_oxigraph(store, text)), name


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
