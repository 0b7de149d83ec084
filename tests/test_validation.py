"""The gate over whole datasets: ours passes every check; a seeded fault is named with document, quote and mend."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from components import require_command
from pyoxigraph import BlankNode, NamedNode, Quad, Store
from pyoxigraph import Triple as TripleTerm
from rdflib import Graph

from kg.errors import OntologyError, StoreError
from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.outputs import write_outputs
from kg.pipeline import build_corpus
from kg.store import iterate_lines, read_dataset, to_dataset
from kg.validation import CHECKS, Finding, Target, validate
from kg.validation.conservation import find_losses, read_report
from kg.validation.locality import derive_reach
from kg.validation.quotes import find_misquotes
from kg.validation.reasoner import find_inconsistencies
from kg.validation.running import find_shape_faults
from kg.validation.shacl import find_violations, parse_graph, read_shapes

ONTOLOGY = find_folder("ontology")
CASE = Path(__file__).parent / "cases" / "one_relation_one_figure"
KG = (
    "PREFIX kg: <https://w3id.org/policykg/ontology#> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "
    "PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX id: <https://w3id.org/policykg/id/> "
)
TYPE, EVIDENCE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "https://w3id.org/policykg/ontology#Evidence"
PREFIXES = """@prefix ex: <https://example.org/> . @prefix kg: <https://w3id.org/policykg/ontology#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
"""


def build() -> Store:
    return to_dataset(build_corpus(CASE, ONTOLOGY, DEFAULT_BASE).lines)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a build of the embedded corpus writes, the texts and the report among it."""
    folder = tmp_path_factory.mktemp("built")
    write_outputs(build_corpus(find_folder("corpus/hubei"), ONTOLOGY, DEFAULT_BASE), folder, ["nq"])
    return folder


@pytest.fixture
def dataset(out: Path) -> Store:
    return read_dataset(out / "graph.nq")


@pytest.mark.java
def test_what_the_builder_makes_of_the_embedded_corpus_passes_every_check(out: Path, dataset: Store) -> None:
    require_command("java")
    target = Target(dataset, ONTOLOGY, out)
    for name, check in CHECKS.items():
        outcome = check.run(target)
        assert ([str(violation) for violation in outcome.violations], outcome.left_out) == ([], ""), name


@pytest.mark.parametrize(
    ("fault", "path"),
    [
        ("DELETE { GRAPH ?g { ?s kg:status ?o } } WHERE { GRAPH ?g { ?s a kg:Statement ; kg:status ?o } }", "status"),
        ("DELETE { GRAPH ?g { ?s kg:value ?o } } WHERE { GRAPH ?g { ?s kg:value ?o } }", "value"),
        ("DELETE { GRAPH ?g { ?s rdf:object ?o } } WHERE { GRAPH ?g { ?s a kg:Statement ; rdf:object ?o } }", "object"),
        ("DELETE { GRAPH ?g { ?s oa:end ?o } } WHERE { GRAPH ?g { ?s oa:end ?o } }", "end"),
    ],
)
def test_a_fault_is_found_and_leads_back_to_the_document(fault: str, path: str) -> None:
    store = build()
    store.update(f"{KG} {fault}")
    found = validate(store, ONTOLOGY)
    at_fault = [violation for violation in found if violation.path.endswith(path)]
    assert any(violation.document == "示例简报" and violation.quote for violation in at_fault), found
    for violation in found:
        assert violation.message_zh
        assert violation.message_en
    said = str(at_fault[0])
    assert "《示例简报》" in said
    assert "改法 mend: 补上缺少的值：改《示例简报》里" in said
    assert "build again" in said
    assert "\n" not in said


def seed(store: Store) -> Store:
    """Faults of every kind of shape, spread over a dataset's documents."""
    for change in (
        "DELETE { GRAPH ?g { ?s kg:status ?o } } WHERE { GRAPH ?g { ?s a kg:Statement ; kg:status ?o } "
        "FILTER(?o = kg:ongoing) }",
        "INSERT { GRAPH <urn:g> { ?s kg:supports ?o } } WHERE { GRAPH ?g { ?s kg:about ?o } }",
        "INSERT { GRAPH <urn:g> { ?s ?p ?o } } WHERE { GRAPH ?g { ?c a kg:Commitment ; "
        "rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o } }",
        "INSERT { GRAPH <urn:h> { ?x oa:start 1 } } WHERE { GRAPH ?g { ?x a oa:TextPositionSelector } }",
        "DELETE { GRAPH ?g { ?e oa:hasSource ?d } } WHERE { GRAPH ?g { ?e oa:hasSource ?d } "
        "FILTER(CONTAINS(STR(?e), '/1')) }",
        "INSERT { GRAPH <urn:h> { ?o kg:indicator kg:家 } } WHERE { GRAPH ?g { ?o a kg:Observation } }",
    ):
        store.update(f"{KG} {change}")
    blank = BlankNode()
    for quad in list(store.quads_for_pattern(NamedNode(f"{DEFAULT_BASE}region/湖北省"), None, None)):
        store.add(Quad(blank, quad.predicate, quad.object, quad.graph_name))
    return store


@pytest.fixture(scope="module")
def faulty() -> tuple[Store, list[Finding]]:
    """Documents that name the same things, with faults of every kind of shape, and what pySHACL finds in the whole."""
    folders = [CASE.with_name(name) for name in ("planned_is_not_done", "figures_become_values", "context_decides")]
    lines = [line for one in folders for line in build_corpus(one, ONTOLOGY, DEFAULT_BASE).lines]
    store = seed(to_dataset(lines))
    shapes = parse_graph(read_shapes(ONTOLOGY / "shapes.ttl"))
    return store, list(find_violations(parse_graph("".join(iterate_lines(store))), shapes))


def _select_named(found: Iterable[Finding]) -> set[tuple[str, str, str, str]]:
    # A blank node has a name of its own in every run.
    rows = {(one.focus, one.path, one.value, one.message_en) for one in found}
    return {row for row in rows if not any(part.startswith("_:") for part in row)}


@pytest.mark.parametrize("jobs", [1, 2])
def test_parts_find_what_pyshacl_finds_in_the_whole(jobs: int, faulty: tuple[Store, list[Finding]]) -> None:
    store, whole = faulty
    rules = {finding.rule.rsplit("#", 1)[-1] for finding in whole}
    assert {
        "Status",
        "supports",
        "PlannedIsNotDone",
        "TextPositionSelector",
        "Evidence",
        "indicator",
        "Entity",
    } <= rules
    parts = find_shape_faults(store, read_shapes(ONTOLOGY / "shapes.ttl"), part_size=800, jobs=jobs)
    assert _select_named(parts) == _select_named(whole)
    assert sum(one.focus.startswith("_:") for one in parts) == sum(one.focus.startswith("_:") for one in whole)


FAR = [
    "sh:targetClass kg:Fund ; sh:property [ sh:path ( kg:partOf kg:locatedIn ) ; sh:minCount 1 ]",
    "sh:targetClass kg:Fund ; sh:property [ sh:path kg:partOf ; sh:property [ sh:path kg:locatedIn ; sh:minCount 1 ] ]",
    "sh:targetClass kg:Fund ; sh:property [ sh:path [ sh:inversePath kg:partOf ] ; sh:minCount 1 ]",
    "sh:targetNode ex:a ; sh:property [ sh:path kg:partOf ; sh:minCount 1 ]",
    "sh:targetNode kg:partOf ; sh:property [ sh:minCount 1 ; sh:path ( [ sh:inversePath rdf:predicate ] rdf:object ) ]",
    "sh:targetObjectsOf kg:partOf ; sh:property [ sh:path kg:status ; sh:minCount 1 ]",
    "sh:targetClass kg:Fund ; sh:property [ sh:path kg:partOf ; sh:node [ sh:closed true ] ]",
    "sh:targetClass kg:Fund ; sh:sparql [ sh:select 'SELECT $this WHERE { $this kg:partOf ?x }' ]",
]


@pytest.mark.parametrize("shape", FAR)
def test_a_shape_that_looks_farther_than_a_part_is_known(shape: str) -> None:
    reach = derive_reach(Graph().parse(data=f"{PREFIXES} ex:shape a sh:NodeShape ; {shape} .", format="turtle"))
    assert (reach.near, reach.far, reach.sparql) == ((), ("https://example.org/shape",), ())


def test_a_far_shape_is_checked_on_the_whole() -> None:
    shapes = f"{PREFIXES} ex:shape a sh:NodeShape ; sh:targetClass kg:Programme ; {FAR[2].partition(';')[2]} ."
    found = find_shape_faults(build(), Graph().parse(data=shapes, format="turtle").serialize(format="nt"), part_size=10)
    assert {finding.component for finding in found} == {"MinCount"}


def test_all_our_shapes_can_be_checked_in_parts() -> None:
    reach = derive_reach(parse_graph(read_shapes(ONTOLOGY / "shapes.ttl")))
    assert (reach.far, reach.sparql) == ((), ("https://w3id.org/policykg/shapes#PlannedIsNotDone",))


def test_a_folder_without_shapes_is_said(tmp_path: Path) -> None:
    with pytest.raises(OntologyError, match="cannot read the shapes"):
        validate(Store(), tmp_path)


def test_triple_terms_are_refused_in_one_line() -> None:
    store = Store()
    node = NamedNode("urn:a")
    store.add(Quad(node, node, TripleTerm(node, node, node)))
    with pytest.raises(StoreError, match="triple terms cannot be checked"):
        validate(store, ONTOLOGY)


def _change(**changes: int) -> Callable[[dict], None]:
    def change(report: dict) -> None:
        report["documents"][0].update(changes)

    return change


def _change_total(name: str) -> Callable[[dict], None]:
    def change(report: dict) -> None:
        report["totals"][name] += 1

    return change


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("IN-1", _change(built=0)),
        ("IN-1", _change(rejected=1)),
        ("IN-1", _change(annotations=10**6)),
        ("IN-2", lambda report: report["documents"][0].update(unaccounted=[7])),
        ("IN-2", lambda report: report["documents"][1].update(unaccounted=[1, 2])),
        ("IN-2", lambda report: report["documents"][-1].update(unaccounted=[0])),
        ("IN-3", _change_total("rejections")),
        ("IN-3", lambda report: report["documents"][0].update(rejections=[{}])),
        ("IN-3", lambda report: report["totals"].update(rejections=-1)),
        *(
            ("OUT-1", _change_total(name))
            for name in ("statements", "commitments", "observations", "triples", "documents")
        ),
    ],
)
def test_a_loss_is_found(rule: str, change: Callable[[dict], None], out: Path, dataset: Store) -> None:
    report = read_report(out / "report.json")
    assert report is not None
    assert find_losses(report, dataset) == []
    change(report)
    assert {finding.rule for finding in find_losses(report, dataset)} == {rule}


def test_what_was_inferred_later_is_no_part_of_the_account(out: Path, dataset: Store) -> None:
    report = read_report(out / "report.json")
    assert report is not None
    node = NamedNode("urn:inferred")
    dataset.add(Quad(node, NamedNode(TYPE), NamedNode("https://w3id.org/policykg/ontology#Statement"), node))
    assert find_losses(report, dataset) == []


@pytest.mark.parametrize(
    ("rule", "term", "value"),
    [
        ("quote", "exact", "'无此语'"),
        ("quote", "start", "?old + 1"),
        ("quote", "end", "?old + 1"),
        ("context", "prefix", "'无此语'"),
        ("context", "suffix", "'无此语'"),
        ("context", "suffix", "CONCAT('。', ?old)"),
    ],
)
def test_a_misquote_is_found(rule: str, term: str, value: str, out: Path, dataset: Store) -> None:
    assert find_misquotes(dataset, out / "documents.zip") == []
    dataset.update(
        f"{KG} DELETE {{ GRAPH ?g {{ ?q oa:{term} ?old }} }} INSERT {{ GRAPH ?g {{ ?q oa:{term} ?new }} }} "
        f"WHERE {{ GRAPH ?g {{ ?q oa:{term} ?old }} BIND({value} AS ?new) }}"
    )
    found = find_misquotes(dataset, out / "documents.zip")
    evidence = set(dataset.quads_for_pattern(None, NamedNode(TYPE), NamedNode(EVIDENCE)))
    assert {finding.rule for finding in found} == {rule}
    assert {finding.focus for finding in found} == {str(quad.subject) for quad in evidence}


@pytest.mark.java
def test_what_cannot_be_true_is_found_and_named() -> None:
    require_command("java")
    store = build()
    assert find_inconsistencies(ONTOLOGY, store) == []
    store.update(
        f"{KG} INSERT DATA {{ id:one a kg:Fund , kg:Region . id:two a kg:Indicator . <urn:d> kg:issuedBy id:two . "
        "id:three a kg:Statement , kg:Observation }"
    )
    found = find_inconsistencies(ONTOLOGY, store)
    named = {finding.focus.removeprefix(f"<{DEFAULT_BASE}").removesuffix(">"): finding.value for finding in found}
    assert set(named) == {"one", "two", "three"}
    assert named["one"] == "<https://w3id.org/policykg/ontology#Fund> <https://w3id.org/policykg/ontology#Region>"
    assert all(finding.message_zh and finding.message_en for finding in found)


def test_a_report_that_is_none_is_said(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    assert read_report(path) is None
    for content in ("[]", "{", json.dumps({"documents": [{}]})):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(StoreError, match="not a build report"):
            read_report(path)
