"""What follows from a dataset: the closure and its premises, what never leaks, the two graphs, `kg build --reason`."""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from kg.cli import main
from kg.identifiers import DEFAULT_BASE, ONTOLOGY
from kg.locations import find_folder
from kg.pipeline import build_corpus
from kg.queries import run_select, to_union
from kg.reasoning import (
    DERIVED_GRAPH,
    INFERRED_GRAPH,
    Derivation,
    Finding,
    derive,
    find_findings,
    read_claims,
    to_derived_lines,
    to_inferred_lines,
)
from kg.reasoning.closure import (
    Engine,
    Triple,
    compute_closure,
    iterate_blocks,
    read_entity_triples,
    reason_with_owlrl,
    reason_with_reasonable,
)
from kg.reasoning.premises import Explainer
from kg.reasoning.schema import RDF_TYPE, read_schema
from kg.store import read_dataset, to_dataset
from kg.validation import validate

# owlrl comes with pySHACL; where reasonable is installed too, it must give the same.
ENGINES: list[Engine] = [reason_with_owlrl]
if importlib.util.find_spec("reasonable") is not None:
    ENGINES.append(reason_with_reasonable)

_PREFIXES = {
    "kg": ONTOLOGY,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "id": DEFAULT_BASE,
}
_DERIVED_FROM = NamedNode(f"{_PREFIXES['prov']}wasDerivedFrom")
_STATUS = NamedNode(f"{ONTOLOGY}status")

# Classes, a property of every sort, and facts; what is only planned stands in a statement alone.
SMALL = """
kg:Entity a owl:Class . kg:Zone a owl:Class ; rdfs:subClassOf kg:Entity .
kg:Park a owl:Class ; rdfs:subClassOf kg:Zone . kg:linkedTo a owl:ObjectProperty .
kg:partOf a owl:ObjectProperty , owl:TransitiveProperty ; rdfs:subPropertyOf kg:linkedTo .
kg:near a owl:ObjectProperty , owl:SymmetricProperty . kg:owns a owl:ObjectProperty ; owl:inverseOf kg:ownedBy .
kg:ownedBy a owl:ObjectProperty . kg:holds a owl:ObjectProperty ; owl:inverseOf kg:partOf .
kg:runs a owl:ObjectProperty ; rdfs:range kg:Park .
id:a a kg:Park ; kg:partOf id:b ; kg:near id:e ; kg:owns id:e . id:b a kg:Zone ; kg:partOf id:c .
id:c a kg:Zone ; kg:partOf id:d . id:d a kg:Zone ; kg:runs id:e . id:e a kg:Zone .
id:statement/1 a rdf:Statement ; rdf:subject id:a ; rdf:predicate kg:partOf ; rdf:object id:b ; kg:status kg:ongoing .
id:statement/2 a rdf:Statement ; rdf:subject id:b ; rdf:predicate kg:partOf ; rdf:object id:c ; kg:status kg:achieved .
id:statement/3 a rdf:Statement ; rdf:subject id:d ; rdf:predicate kg:partOf ; rdf:object id:e ; kg:status kg:planned .
id:statement/4 a rdf:Statement ; rdf:subject id:e ; rdf:predicate kg:near ; rdf:object id:d ; kg:status kg:planned .
"""


def parse(turtle: str) -> Store:
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in _PREFIXES.items())
    store = Store()
    # A slash in a local name is not Turtle's.
    store.load((prefixes + turtle.replace("id:statement/", "id:statement\\/")).encode(), format=RdfFormat.TURTLE)
    return store


def short(triple: Triple) -> str:
    return " ".join(part.rpartition("/")[2].rpartition("#")[2] for part in triple)


def close(store: Store, engine: Engine, **more: int) -> frozenset[Triple]:
    schema = read_schema(store)
    facts, axioms = read_entity_triples(store, schema)
    return compute_closure(facts, axioms, schema, engine, **more)


@pytest.fixture(scope="module")
def lines() -> tuple[str, ...]:
    return build_corpus(find_folder("corpus/hubei"), find_folder("ontology"), DEFAULT_BASE).lines


@pytest.fixture(scope="module")
def dataset(lines: tuple[str, ...]) -> Store:
    return to_dataset(lines)


@pytest.fixture(scope="module")
def derivation(dataset: Store) -> Derivation:
    return derive(dataset)


# --- the closure ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.__name__)
def test_the_closure_is_what_the_axioms_give(engine: Engine) -> None:
    assert sorted(map(short, close(parse(SMALL), engine))) == sorted(
        [
            "a partOf c", "a partOf d", "b partOf d",  # transitive
            "b holds a", "c holds a", "c holds b", "d holds a", "d holds b", "d holds c",  # the inverse of that
            "e near a", "e ownedBy a",  # symmetric, inverse
            "a linkedTo b", "a linkedTo c", "a linkedTo d", "b linkedTo c", "b linkedTo d", "c linkedTo d",  # above it
            "a type Zone", "a type Entity", "b type Entity", "c type Entity", "d type Entity",
            "e type Entity", "e type Park",  # sub-class, range
        ]
    )  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.__name__)
@pytest.mark.parametrize("size", [1, 3])
def test_blocks_give_what_the_whole_gives(engine: Engine, size: int) -> None:
    store = parse(SMALL)
    schema = read_schema(store)
    facts, _ = read_entity_triples(store, schema)
    blocks = list(iterate_blocks(facts, schema, size))
    assert len(blocks) > 3
    assert sorted(fact for block in blocks for fact in block) == sorted(facts)
    assert close(store, engine, block=size) == close(store, engine)


def test_an_ontology_with_other_joins_is_reasoned_on_whole(dataset: Store) -> None:
    assert read_schema(parse(SMALL)).separable
    assert not read_schema(parse(SMALL + "kg:owns a owl:InverseFunctionalProperty .")).separable
    assert not read_schema(parse(SMALL + "kg:Park owl:hasKey kg:near .")).separable
    assert read_schema(dataset).separable


def test_reasoner_and_premises_prove_each_other_on_random_graphs() -> None:
    # Every relation that the reasoner infers has a way of asserted steps, and everything that has one is inferred.
    for seed in range(8):
        chance = random.Random(seed)
        names = [f"id:n{number}" for number in range(7)]
        properties = ["kg:partOf", "kg:holds", "kg:near", "kg:owns", "kg:linkedTo"]
        facts = {
            " ".join((chance.choice(names), chance.choice(properties), chance.choice(names), ".")) for _ in range(12)
        }
        schema_lines = SMALL.partition("id:a a kg:Park")[0]
        store = parse(schema_lines + "".join(f"{name} a kg:Zone .\n" for name in names) + "\n".join(sorted(facts)))
        schema = read_schema(store)
        asserted, axioms = read_entity_triples(store, schema)
        inferred = {one for one in compute_closure(asserted, axioms, schema, reason_with_owlrl) if one[1] != RDF_TYPE}
        explainer = Explainer(asserted, schema)
        iris = [f"{DEFAULT_BASE}{name.partition(':')[2]}" for name in names]
        of_ours = [f"{ONTOLOGY}{name}" for name in ("partOf", "holds", "near", "owns", "ownedBy", "linkedTo")]
        explained = {
            triple for triple in product(iris, of_ours, iris) if triple not in asserted and explainer.explain(triple)
        }
        assert inferred == explained
        for one in inferred:
            ends = [{premise[0], premise[2]} for premise in explainer.explain(one)]
            assert one[0] in ends[0] | ends[-1]
            assert one[2] in ends[0] | ends[-1]
            assert set(explainer.explain(one)) <= asserted


def test_nothing_planned_leaks(dataset: Store, derivation: Derivation) -> None:
    assert not [one for one in derive(parse(SMALL)).inferred if short(one) in {"d partOf e", "a partOf e", "d near e"}]
    planned = {quad.subject for quad in dataset.quads_for_pattern(None, _STATUS, NamedNode(f"{ONTOLOGY}planned"))}
    assert len(planned) > 100
    inferences = [one for one in derivation.findings if one.kind == "Inference"]
    assert not {iri for one in inferences for iri in one.premises} & {getattr(node, "value", "") for node in planned}


def test_a_plan_turned_into_a_fact_does_enter_the_closure() -> None:
    store = parse(SMALL + "id:d kg:partOf id:e .")
    assert {"a partOf e", "d linkedTo e"} <= set(map(short, derive(store).inferred))


# --- premises ---------------------------------------------------------------------------------------------------------


def test_an_inference_names_the_statements_of_its_whole_way() -> None:
    found = {short(one.triple): one for one in derive(parse(SMALL)).findings if one.triple}
    assert found["a partOf c"].premises == (f"{DEFAULT_BASE}statement/1", f"{DEFAULT_BASE}statement/2")
    # No statement says that c is part of d: the thing itself stands for it.
    assert found["b partOf d"].premises == (f"{DEFAULT_BASE}statement/2", f"{DEFAULT_BASE}c")
    assert "a type Zone" not in found


def test_every_inferred_relation_has_premises(dataset: Store, derivation: Derivation) -> None:
    explained = {one.triple for one in derivation.findings if one.kind == "Inference"}
    assert explained == {one for one in derivation.inferred if one[1] != RDF_TYPE}
    assert len(explained) > 40
    for one in derivation.findings:
        assert one.premises
        for premise in (*one.premises, *one.reports):
            assert next(dataset.quads_for_pattern(NamedNode(premise), None, None), None) is not None, premise


def test_what_lies_in_a_region_lies_around_it(derivation: Derivation) -> None:
    found = {short(one.triple): one for one in derivation.findings if one.rule == "region-in-region" and one.triple}
    assert {"黄冈高新区 locatedIn 湖北省", "黄冈高新区 locatedIn 中国"} <= set(found)
    assert found["黄冈高新区 locatedIn 中国"].premises[-2:] == (
        f"{DEFAULT_BASE}region/黄冈市", f"{DEFAULT_BASE}region/湖北省",
    )  # fmt: skip
    assert not [name for name in found if "产业 locatedIn" in name]


# --- the two graphs ---------------------------------------------------------------------------------------------------


def test_the_same_dataset_gives_the_same_bytes_and_stays_as_it_is(
    lines: tuple[str, ...], derivation: Derivation
) -> None:
    shuffled = list(lines)
    random.Random(7).shuffle(shuffled)
    store = to_dataset(shuffled)
    before = set(store)
    again = derive(store)
    assert set(store) == before
    assert to_derived_lines(again) == to_derived_lines(derivation)
    assert to_inferred_lines(again) == to_inferred_lines(derivation)
    # Findings give rise to no further findings.
    both = to_dataset([*lines, *to_derived_lines(derivation), *to_inferred_lines(derivation)])
    assert to_derived_lines(derive(both)) == to_derived_lines(derivation)


def test_findings_use_only_what_the_ontology_declares(dataset: Store, derivation: Derivation) -> None:
    derived = to_dataset(to_derived_lines(derivation))
    assert {str(graph) for graph in derived.named_graphs()} == {f"<{DERIVED_GRAPH}>"}
    terms = {term for quad in derived for term in (quad.predicate, quad.object) if isinstance(term, NamedNode)}
    ours = {term for term in terms if term.value.startswith(ONTOLOGY)}
    declared = {quad.subject for quad in dataset.quads_for_pattern(None, NamedNode(RDF_TYPE), None)}
    assert ours
    assert ours <= declared
    label = NamedNode(f"{_PREFIXES['rdfs']}label")
    for node in {quad.subject for quad in derived}:
        labels = [quad.object for quad in derived.quads_for_pattern(node, label, None)]
        assert sorted(str(one.language) for one in labels if isinstance(one, Literal)) == ["en", "zh"]
        assert next(derived.quads_for_pattern(node, _DERIVED_FROM, None), None) is not None


def test_findings_pass_the_gate(tmp_path: Path) -> None:
    write_corpus(tmp_path, "900")
    lines = build_corpus(tmp_path, find_folder("ontology"), DEFAULT_BASE).lines
    derived = to_derived_lines(derive(to_dataset(lines)))
    assert len(derived) > 10
    assert not validate(to_dataset([*lines, *derived]), find_folder("ontology"))


def test_the_inferred_graph_holds_nothing_that_is_asserted(dataset: Store, derivation: Derivation) -> None:
    inferred = to_dataset(to_inferred_lines(derivation))
    assert {str(graph) for graph in inferred.named_graphs()} == {f"<{INFERRED_GRAPH}>"}
    asserted = {(quad.subject, quad.predicate, quad.object) for quad in dataset}
    assert not [quad for quad in inferred if (quad.subject, quad.predicate, quad.object) in asserted]
    assert len(inferred) == len(derivation.inferred)


# --- from annotated documents -----------------------------------------------------------------------------------------


def write_document(
    folder: Path, name: str, day: str, text: str, marks: list[tuple[str, str]], links: list[str]
) -> None:
    """A document whose marks stand in its text in the order given."""
    annotations, end = [], 0
    for number, (label, words) in enumerate(marks, start=1):
        begin = text.index(words, end)
        end = begin + len(words)
        annotations.append(f"T{number}\t{label} {begin} {end}\t{words}")
    annotations += [f"R{number}\t{link}" for number, link in enumerate(links, start=1)]
    (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    (folder / f"{name}.ann").write_text("\n".join(annotations) + "\n", encoding="utf-8")
    title = text.partition("\n")[0]
    (folder / f"{name}.toml").write_text(
        f'title = "{title}"\nkind = "Report"\nissuer = "湖北省科学技术厅"\ndate = {day}\n', encoding="utf-8"
    )


def write_corpus(folder: Path, reached: str) -> None:
    marks = [("Agency", "我厅"), ("Fund", "种子基金"), ("Region", "我省"), ("Period", "2024年"),
             ("EnterpriseCategory", "瞪羚企业"), ("Indicator", "企业数"), ("Figure", "900家")]  # fmt: skip
    links = ["establishes Arg1:T1 Arg2:T2", "indicator Arg1:T7 Arg2:T6", "about Arg1:T7 Arg2:T5",
             "period Arg1:T7 Arg2:T4", "scope Arg1:T7 Arg2:T3"]  # fmt: skip
    write_document(
        folder, "plan", "2023-03-01",
        "计划文件\n下一步，我厅计划设立种子基金，力争我省2024年瞪羚企业企业数达900家。\n", marks, links,
    )  # fmt: skip
    marks[-1] = ("Figure", f"{reached}家")
    write_document(
        folder, "report", "2025-03-01",
        f"总结文件\n我厅设立了种子基金。我省2024年瞪羚企业企业数为{reached}家。\n", marks, links,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reached", "outcome"), [("900", "KeptPromise"), ("1250", "OvertakenPromise"), ("850", "MissedPromise")]
)
def test_promises_of_one_document_are_judged_by_another(tmp_path: Path, reached: str, outcome: str) -> None:
    write_corpus(tmp_path, reached)
    build = build_corpus(tmp_path, find_folder("ontology"), DEFAULT_BASE)
    assert not build.report.rejections
    found = [one for one in derive(to_dataset(build.lines)).findings if one.promise]
    assert sorted((one.rule, one.kind) for one in found) == [
        ("promised-figure", outcome),
        ("promised-statement", "KeptPromise"),
    ]
    assert all(len(one.premises) == 2 for one in found)


# A figure of the embedded corpus, what it is changed to, the check that must fail for it and what it is held against.
SEEDED = [
    ("8716", "9716", "growth-of-increase", "31.4%"),
    ("25000", "29000", "growth-of-two-years", "24%"),
    ("5379", "25379", "parts-of-list", "25000家"),
    ("9145", "15145", "parts-of-region", "14560家"),
    ("9145", "11145", "share-of-region", "63%"),
]


@pytest.mark.parametrize(("value", "changed", "rule", "stated"), SEEDED)
def test_a_seeded_fault_is_found(value: str, changed: str, rule: str, stated: str, lines: tuple[str, ...]) -> None:
    def find(given: Iterable[str]) -> list[Finding]:
        return [one for one in find_findings(read_claims(to_dataset(given))) if one.holds is False]

    assert not find(lines)
    seeded = [line.replace(f'"{value}"', f'"{changed}"').replace(f'"{value}家"', f'"{changed}家"') for line in lines]
    assert any(one.rule == rule and stated in one.label_zh and f"{changed}家" in one.label_zh for one in find(seeded))


def test_a_figure_is_read_with_its_words_and_its_sentence(dataset: Store) -> None:
    claims = read_claims(dataset)
    rate = next(one for one in claims.figures if one.texts == ("31.4%",))
    assert rate.before[0].endswith("比上年增加2083家，增长")
    assert (rate.indicator.label, rate.about.label, str(rate.value)) == (
        "高新技术企业推荐认定数增速",
        "高新技术企业",
        "31.4",
    )
    assert rate.scope is not None
    assert rate.period is not None
    assert (rate.scope.label, rate.period.begin.isoformat(), rate.period.end.isoformat()) == (
        "湖北省", "2022-01-01", "2022-12-31",
    )  # fmt: skip
    assert [str(one.issued) for one in rate.sources] == ["2023-02-14"]
    assert {f"{ONTOLOGY}{name}" for name in ("implements", "establishes", "organises")} == claims.by_anyone
    for found, kind in ((claims.figures, "Observation"), (claims.statements, "Statement")):
        typed = dataset.quads_for_pattern(None, NamedNode(RDF_TYPE), NamedNode(f"{ONTOLOGY}{kind}"))
        assert [one.iri for one in found] == sorted({getattr(quad.subject, "value", "") for quad in typed})


def test_an_empty_dataset_gives_nothing() -> None:
    derivation = derive(Store())
    assert (derivation.findings, derivation.inferred) == ((), ())
    assert to_derived_lines(derivation) == to_inferred_lines(derivation) == []


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def run() -> Callable[..., Result]:
    def call(*arguments: str) -> Result:
        result = CliRunner().invoke(main, list(arguments))
        assert result.exit_code == 0, result.output
        return result

    return call


def test_kg_build_reason_writes_the_dataset_with_its_graphs(tmp_path: Path, run: Callable[..., Result]) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    write_corpus(corpus, "900")
    plain, out = tmp_path / "plain", tmp_path / "out"
    run("build", "--corpus", str(corpus), "--out", str(plain), "--format", "nq", "--quiet")
    said = run("build", "--corpus", str(corpus), "--out", str(out), "--format", "nq", "--reason").output
    assert "已兑现 kept promise（promised-figure）: 1" in said
    assert "已兑现 kept promise（promised-statement）: 1" in said
    assert "inferred triples" in said
    # What documents say is the same bytes.
    assert (out / "graph.nq").read_bytes() == (plain / "graph.nq").read_bytes()
    asserted, reasoned = read_dataset(out / "graph.nq"), read_dataset(out / "reasoned.nq")
    graphs = {str(graph) for graph in reasoned.named_graphs()} - {str(graph) for graph in asserted.named_graphs()}
    assert graphs == {f"<{DERIVED_GRAPH}>", f"<{INFERRED_GRAPH}>"}
    assert {quad for quad in reasoned if quad in asserted} == set(asserted)
    # Without a graph's name no inferred triple is found; with it all are.
    inferred = next(iter(reasoned.quads_for_pattern(None, None, None, NamedNode(INFERRED_GRAPH))))
    assert isinstance(inferred, Quad)
    pattern = f"{inferred.subject} {inferred.predicate} {inferred.object}"
    union = to_union(reasoned)
    assert str(run_select(f"ASK {{ {pattern} }}", union).rows[0][0]).count("false") == 1
    assert str(run_select(f"ASK {{ GRAPH <{INFERRED_GRAPH}> {{ {pattern} }} }}", union).rows[0][0]).count("true") == 1
    # The next build without it leaves no old one behind.
    run("build", "--corpus", str(corpus), "--out", str(out), "--format", "nq", "--quiet")
    assert not (out / "reasoned.nq").exists()
