"""`kg export --check-for`: every rule finds its seeded fault and none in a clean graph; the stores do as it says."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from servers import Server, ask_server

from kg.cli import main
from kg.errors import InputError
from kg.export import write_export
from kg.export.store_rules import RULES, check_for
from kg.export.void import find_base, to_description_triples

_XSD = "http://www.w3.org/2001/XMLSchema#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_CLEAN = (
    f'<https://e.org/s> <https://e.org/p> "省"@zh , "一" , "80000000"^^<{_XSD}decimal> , "0.1"^^<{_XSD}decimal> , '
    f'"-3"^^<{_XSD}integer> , "2024-02-29"^^<{_XSD}date> , <https://e.org/o> .'
)


def _say(*terms: str) -> str:
    return f"<https://e.org/s> <https://e.org/p> {' , '.join(terms)} ."


# Faults that one store or another has, as Turtle.
FAULTS = {
    "blank-node": _say("_:b"),
    "impossible-value": _say(f'"2023-02-29"^^<{_XSD}date>'),
    "year": _say(f'"2024"^^<{_XSD}gYear>'),
    "control-character": _say('"a\\u0001b"'),
    "iris-of-two-cases": f"{_say('<https://e.org/o>')} <https://e.org/S> <https://e.org/p> <https://e.org/o> .",
    # Beyond what Oxigraph keeps as a number, so that it keeps the text.
    "uncanonical-number": _say(f'"+99999999999999999999"^^<{_XSD}integer>'),
    "long-iri": _say(f"<https://e.org/{'a' * 2000}>"),
    "long-literal": _say(f'"{"中" * 3_400_000}"'),
    "long-number": _say(f'"0.1234567890123456789012345"^^<{_XSD}decimal>'),
    "far-date": _say(f'"-0044-03-15"^^<{_XSD}date>'),
    "boolean": _say(f'"true"^^<{_XSD}boolean>'),
    "dot-segment": _say("<https://e.org/a/../b>"),
    "same-as": "<https://e.org/s> <http://www.w3.org/2002/07/owl#sameAs> <https://e.org/o> .",
    "inference": "<https://e.org/s> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <https://e.org/o> .",
    "lost-statement": f"<https://e.org/st> <{_RDF}subject> <https://e.org/s> ; <{_RDF}object> <https://e.org/o> .",
    "formula": _say('"=1+1"@zh'),
    "long-cell": _say(f'"{"中" * 1_400_000}"'),
    "several-lines": _say('"一\\n二"'),
}
# What comes with a fault: the same term breaks another rule too.
_WITH = {"uncanonical-number": {"long-number"}}
CASES = [(store, rule.name) for store, rules in RULES.items() for rule in rules]


def _to_store(turtle: str) -> ox.Store:
    store = ox.Store()
    store.load(turtle.encode(), format=ox.RdfFormat.TURTLE)
    return store


@pytest.mark.parametrize(("store", "rule"), CASES)
def test_a_rule_finds_its_fault_and_no_other_does(store: str, rule: str) -> None:
    found = check_for(_to_store(f"{_CLEAN}\n{FAULTS[rule]}"), store)
    assert {finding.rule.name for finding in found} - _WITH.get(rule, set()) == {rule}
    line = next(finding for finding in found if finding.rule.name == rule).to_line()
    assert line.startswith(store)
    assert line.isprintable()


@pytest.mark.parametrize("store", RULES)
def test_a_clean_graph_has_no_finding(store: str) -> None:
    assert check_for(_to_store(_CLEAN), store) == ()


def test_an_unknown_store_is_refused() -> None:
    with pytest.raises(InputError, match="unknown store"):
        check_for(ox.Store(), "oracle")


@pytest.mark.parametrize("store", RULES)
def test_our_own_graph_can_be_loaded_as_it_is(turtle: Path, store: str) -> None:
    arguments = ["export", "--check-for", store, "--graph", str(turtle.with_name("graph.nq"))]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    assert "nothing is refused or changed" in done.output


def test_the_command_fails_and_shows_few_lines_of_each_rule(tmp_path: Path) -> None:
    path = tmp_path / "graph.ttl"
    path.write_text(_say(*(f'"{2000 + at}"^^<{_XSD}gYear>' for at in range(30))), encoding="utf-8")
    done = CliRunner().invoke(main, ["export", "--check-for", "virtuoso", "--graph", str(path)])
    assert (done.exit_code, len(done.output.splitlines())) == (1, 21)
    assert "10 more" in done.output
    nothing = CliRunner().invoke(main, ["export", "--graph", str(path)])
    assert nothing.exit_code == 2
    assert "Traceback" not in nothing.output


# --- what the rules say is what the stores do -------------------------------------------------------------------------


def _load_and_ask(server: Server, rule: str, tmp_path: Path) -> tuple[set[str], set[str]]:
    """The objects' texts of a fault, as sent and as the server gives them back."""
    path, graph = tmp_path / "fault.ttl", f"urn:fault:{rule}"
    path.write_text(FAULTS[rule], encoding="utf-8")
    server.load(path, graph)
    rows = ask_server(server.endpoint, f"SELECT ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")["results"]["bindings"]  # type: ignore[index]
    sent = ox.parse(FAULTS[rule].encode(), format=ox.RdfFormat.TURTLE)
    back = {row["o"]["value"] + row["o"].get("xml:lang", "") for row in rows}
    return {getattr(one.object, "value", "") + (getattr(one.object, "language", "") or "") for one in sent}, back


@pytest.mark.virtuoso
@pytest.mark.parametrize("rule", ["long-iri", "uncanonical-number", "long-number", "far-date", "boolean", "blank-node"])
def test_virtuoso_changes_what_the_rules_say(virtuoso: Server, rule: str, tmp_path: Path) -> None:
    sent, back = _load_and_ask(virtuoso, rule, tmp_path)
    assert len(back) == 1
    assert back != sent


@pytest.mark.virtuoso
def test_virtuoso_keeps_an_iri_up_to_the_limit(virtuoso: Server, tmp_path: Path) -> None:
    longest = f"https://e.org/{'a' * (1850 - 14)}"
    path = tmp_path / "iri.ttl"
    path.write_text(_say(f"<{longest}>"), encoding="utf-8")
    virtuoso.load(path, "urn:fault:none")
    rows = ask_server(virtuoso.endpoint, "SELECT ?o WHERE { GRAPH <urn:fault:none> { ?s ?p ?o } }")
    assert rows["results"]["bindings"][0]["o"]["value"] == longest  # type: ignore[index]


@pytest.mark.java
@pytest.mark.parametrize(("rule", "changes"), [("dot-segment", True), ("long-iri", False), ("far-date", False)])
def test_jena_changes_what_the_rules_say(fuseki: Server, rule: str, changes: bool, tmp_path: Path) -> None:
    sent, back = _load_and_ask(fuseki, rule, tmp_path)
    assert (back != sent) == changes
    assert changes == (rule in {one.name for one in RULES["jena"]})


# --- XML, and the description -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("term", ['"a\\u0001b"', '"a\\uFFFEb"', '"\\u0008"@zh'])
def test_rdf_xml_refuses_what_xml_cannot_write(term: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="XML cannot write the character") as refused:
        write_export(_to_store(_say(term)), "rdfxml", tmp_path / "graph.rdf")
    assert str(refused.value).isprintable()
    assert not (tmp_path / "graph.rdf").exists()
    # The others carry it.
    for name in ("ttl", "nq", "jsonld"):
        assert write_export(_to_store(_say(term)), name, tmp_path / f"graph.{name}")


def test_rdf_xml_refuses_a_property_without_a_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="XML cannot name the property"):
        write_export(_to_store("<https://e.org/s> <https://e.org/1/> 1 ."), "rdfxml", tmp_path / "graph.rdf")


def test_the_description_counts_what_is_there(turtle: Path) -> None:
    lines = turtle.with_name("graph.nq").read_text(encoding="utf-8").splitlines()
    store = ox.Store()
    store.bulk_load(path=str(turtle), format=ox.RdfFormat.TURTLE)
    base = find_base(lines)
    assert base == "https://w3id.org/policykg/id/"
    triples = list(to_description_triples(lines, base))
    assert triples == list(to_description_triples(sorted(lines, reverse=True), base))
    # Described again with its own description inside, it is the same.
    within = [*lines, *(f"{triple} <{base}dataset> ." for triple in triples)]
    assert triples == list(to_description_triples(within, base))
    described = ox.Store()
    described.load("".join(f"{triple} .\n" for triple in triples).encode(), format=ox.RdfFormat.N_TRIPLES)
    void = "PREFIX void: <http://rdfs.org/ns/void#> PREFIX dcterms: <http://purl.org/dc/terms/> "

    def ask(where: ox.Store, query: str) -> list[str]:
        return [row[0].value for row in where.query(void + query)]  # type: ignore[union-attr]

    assert ask(described, "SELECT ?n { ?d a void:Dataset ; void:triples ?n }") == [str(len(set(lines)))]
    entities = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT (COUNT(DISTINCT ?e) AS ?n) { ?e a/rdfs:subClassOf* <https://w3id.org/policykg/ontology#Entity> }"""
    assert ask(described, "SELECT ?n { ?d a void:Dataset ; void:entities ?n }") == ask(store, entities) != ["0"]
    properties = ask(store, "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }")
    assert ask(described, "SELECT ?n { ?d a void:Dataset ; void:properties ?n }") == properties
    assert ask(described, "SELECT (COUNT(?p) AS ?n) { ?d void:propertyPartition ?p }") == properties
    newest = "SELECT ?d { ?x dcterms:issued ?d } ORDER BY DESC(?d) LIMIT 1"
    assert ask(described, "SELECT ?m { ?d a void:Dataset ; dcterms:modified ?m }") == ask(store, newest)
