"""The shapes for the data: they say what policy.ttl says, accept the worked example and find seeded faults."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyshacl
import pytest
from rdflib import Graph

from kg.errors import OntologyError
from kg.ontology import read_vocabulary
from kg.shapes import MARKER, SHAPES, to_shapes, write_shapes

ONTOLOGY = Path(__file__).parents[1] / "ontology"
PREFIXES = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ex: <https://w3id.org/policykg/id/x/> .
@prefix kg: <https://w3id.org/policykg/ontology#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix qb: <http://purl.org/linked-data/cube#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix time: <http://www.w3.org/2006/time#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DATA = """
ex:brief a kg:Report ; rdfs:label "简报"@zh ; skos:prefLabel "简报"@zh ; kg:issuedBy ex:agency ;
    dcterms:issued "2022-02-10"^^xsd:date ; kg:mentions ex:programme , ex:fund .
ex:agency a kg:Agency ; rdfs:label "科技厅"@zh ; skos:prefLabel "科技厅"@zh ; kg:implements ex:programme .
ex:programme a kg:Programme ; rdfs:label "尖刀工程"@zh ; skos:prefLabel "尖刀工程"@zh ;
    skos:altLabel "“尖刀”工程"@zh ; prov:wasDerivedFrom ex:evidence .
ex:fund a kg:Fund ; rdfs:label "基金"@zh ; skos:prefLabel "基金"@zh .
ex:region a kg:Province ; rdfs:label "湖北省"@zh ; skos:prefLabel "湖北省"@zh ; kg:adminCode "420000" .
ex:kind a kg:EnterpriseCategory ; rdfs:label "高新技术企业"@zh ; skos:prefLabel "高新技术企业"@zh .
ex:next a kg:EnterpriseCategory ; rdfs:label "独角兽企业"@zh ; skos:prefLabel "独角兽企业"@zh .
ex:research a kg:Stage ; rdfs:label "研发"@zh ; skos:prefLabel "研发"@zh .
ex:kind kg:precedes ex:next .
ex:indicator a kg:Indicator ; rdfs:label "高新技术企业总数"@zh ; skos:prefLabel "高新技术企业总数"@zh .
ex:done a kg:Statement , rdf:Statement ; rdf:subject ex:agency ; rdf:predicate kg:implements ; rdf:object ex:programme ;
    kg:status kg:ongoing ; prov:wasDerivedFrom ex:evidence .
ex:planned a kg:Statement , kg:Commitment , rdf:Statement ; rdf:subject ex:agency ; rdf:predicate kg:establishes ;
    rdf:object ex:fund ; kg:status kg:planned ; prov:wasDerivedFrom ex:evidence .
ex:observation a kg:Observation , qb:Observation ; rdfs:label "3万家"@zh ;
    kg:indicator ex:indicator ; kg:about ex:kind ; kg:value 30000.0 ;
    kg:unit kg:家 ; kg:bound kg:moreThan ; kg:measureKind kg:stock ;
    kg:period ex:year ;
    kg:scope ex:region ; kg:status kg:achieved ; kg:sourceText "3万家" ; prov:wasDerivedFrom ex:evidence .
ex:year a time:Interval ; rdfs:label "2024年"@zh ; time:hasBeginning ex:first ; time:hasEnd ex:last .
ex:first a time:Instant ; time:inXSDDate "2024-01-01"^^xsd:date .
ex:last a time:Instant ; time:inXSDDate "2024-12-31"^^xsd:date .
ex:evidence a kg:Evidence , oa:SpecificResource ; oa:hasSource ex:brief ; oa:hasSelector ex:position , ex:quote ;
    kg:section "一、科技创新" ; kg:paragraph 3 .
ex:position a oa:TextPositionSelector ; oa:start 57 ; oa:end 72 .
ex:quote a oa:TextQuoteSelector ; oa:exact "尖刀工程" ; oa:prefix "" ; oa:suffix "。" .
"""


@pytest.fixture(scope="module")
def ontology() -> Graph:
    graph = Graph()
    for name in ("policy.ttl", "codes.ttl"):
        graph.parse(ONTOLOGY / name, format="turtle")
    return graph


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return Graph().parse(ONTOLOGY / SHAPES, format="turtle")


def _validate(data: str, ontology: Graph, shapes: Graph) -> tuple[bool, str]:
    graph = Graph().parse(data=PREFIXES + data, format="turtle") + ontology
    conforms, _, text = pyshacl.validate(graph, shacl_graph=shapes)
    return conforms, text


def test_the_file_is_what_is_generated_from_the_vocabulary() -> None:
    generated = (ONTOLOGY / SHAPES).read_text(encoding="utf-8").partition(MARKER)[2]
    assert generated.strip() == to_shapes(read_vocabulary(ONTOLOGY)).strip(), "see ontology/README.md, 改动之后"


def test_every_relation_and_figure_property_has_its_shape(shapes: Graph) -> None:
    vocabulary = read_vocabulary(ONTOLOGY)
    named = {str(subject).rsplit("#", 1)[-1] for subject in shapes.subjects()}
    assert set(vocabulary.properties) <= named
    assert {f"{name}-statement" for name in vocabulary.properties} <= named
    assert {"indicator", "scope"} <= named


def test_a_changed_domain_changes_the_shapes(tmp_path: Path) -> None:
    folder = tmp_path / "ontology"
    shutil.copytree(ONTOLOGY, folder)
    policy = folder / "policy.ttl"
    text = policy.read_text(encoding="utf-8")
    changed = text.replace("schema:rangeIncludes kg:Suggestion", "schema:rangeIncludes kg:Suggestion , kg:Notice")
    assert changed != text
    policy.write_text(changed, encoding="utf-8")
    before = (folder / SHAPES).read_text(encoding="utf-8")
    write_shapes(folder, read_vocabulary(folder))
    after = (folder / SHAPES).read_text(encoding="utf-8")
    assert before.partition(MARKER)[0] == after.partition(MARKER)[0]
    assert "[ sh:class kg:Notice ] [ sh:class kg:Suggestion ]" in after
    assert "[ sh:class kg:Notice ] [ sh:class kg:Suggestion ]" not in before


def test_without_the_marker_nothing_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / SHAPES
    path.write_text("# mine\n", encoding="utf-8")
    with pytest.raises(OntologyError, match=r"shapes\.ttl: 没有"):
        write_shapes(tmp_path, read_vocabulary(ONTOLOGY))
    assert path.read_text(encoding="utf-8") == "# mine\n"


def test_the_worked_example_conforms(ontology: Graph, shapes: Graph) -> None:
    conforms, text = _validate(DATA, ontology, shapes)
    assert conforms, text


_SPARE = "ex:kind kg:precedes ex:next ."
_FAULTS = [
    ("no Chinese name", 'skos:prefLabel "基金"@zh', 'skos:prefLabel "fund"@en', "skos:prefLabel@zh"),
    ("two Chinese names", 'skos:prefLabel "基金"@zh', 'skos:prefLabel "基金"@zh , "款"@zh', "skos:prefLabel@zh"),
    ("label differs from name", 'rdfs:label "基金"@zh', 'rdfs:label "款"@zh', "rdfs:label"),
    ("alias is the name", '"“尖刀”工程"@zh', '"尖刀工程"@zh', "别名"),
    ("code of five digits", '"420000"', '"42000"', "GB/T 2260"),
    ("direct relation out of its domain", _SPARE, "ex:fund kg:implements ex:programme .", "implements"),
    ("direct relation out of its range", _SPARE, "ex:agency kg:implements ex:fund .", "implements"),
    ("ends of two kinds", _SPARE, "ex:kind kg:precedes ex:research .", "precedes"),
    ("planned relation out of its range", "rdf:object ex:fund", "rdf:object ex:indicator", "establishes"),
    ("planned relation out of its domain", "rdf:subject ex:agency ; rdf:predicate kg:establishes",
     "rdf:subject ex:programme ; rdf:predicate kg:establishes", "establishes"),
    ("predicate of our own making", "rdf:predicate kg:establishes", "rdf:predicate kg:value", "谓词"),
    ("no subject", "rdf:subject ex:agency ; rdf:predicate kg:implements", "rdf:predicate kg:implements", "主语"),
    ("statement without evidence", "kg:ongoing ; prov:wasDerivedFrom ex:evidence .", "kg:ongoing .", "证据"),
    ("no status", "kg:status kg:ongoing ;", "", "状态"),
    ("status that is none", "kg:status kg:ongoing", "kg:status kg:家", "状态"),
    ("planned without commitment", "kg:Statement , kg:Commitment ,", "kg:Statement ,", "kg:Commitment"),
    ("commitment that is done", "kg:status kg:planned", "kg:status kg:achieved", "承诺"),
    ("planned and direct", _SPARE, "ex:agency kg:establishes ex:fund .", "直接三元组"),
    ("no indicator", "kg:indicator ex:indicator ;", "", "指标"),
    ("two values", "kg:value 30000.0", "kg:value 30000.0 , 25000.0", "数值"),
    ("value that is no decimal", "kg:value 30000.0", "kg:value 30000", "数值"),
    ("unit that is none", "kg:unit kg:家", "kg:unit kg:stock", "单位"),
    ("no bound", "kg:bound kg:moreThan ;", "", "界限"),
    ("no measure kind", "kg:measureKind kg:stock ;", "", "度量类型"),
    ("scope that is no region", "kg:scope ex:region", "kg:scope ex:fund", "scope"),
    ("no source text", 'kg:sourceText "3万家" ;', "", "原文"),
    ("evidence without a document", "oa:hasSource ex:brief ;", "", "文件"),
    ("only one selector", "oa:hasSelector ex:position , ex:quote", "oa:hasSelector ex:quote", "位置选择器"),
    ("start after end", "oa:start 57", "oa:start 80", "起点"),
    ("empty quote", 'oa:exact "尖刀工程"', 'oa:exact ""', "引文"),
    ("paragraph nought", "kg:paragraph 3", "kg:paragraph 0", "段落"),
    ("period without an end", "; time:hasEnd ex:last", "", "终点"),
    ("instant without a date", 'time:inXSDDate "2024-12-31"^^xsd:date', 'time:inXSDDate "2024"', "日期"),
    ("blank entity", "ex:fund a kg:Fund", "[] a kg:Fund", "IRI"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words"), [case[1:] for case in _FAULTS], ids=[case[0] for case in _FAULTS])
def test_a_seeded_fault_is_found(old: str, new: str, words: str, ontology: Graph, shapes: Graph) -> None:
    assert old in DATA
    conforms, text = _validate(DATA.replace(old, new, 1), ontology, shapes)
    assert not conforms
    assert words in text
