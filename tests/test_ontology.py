"""The vocabulary that the ontology declares: what the contract promises, and what the code is told."""

from __future__ import annotations

import pickle
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import owlready2
import pytest

from kg.errors import OntologyError
from kg.ontology import (
    PropertyTerm,
    Vocabulary,
    read_ontology_triples,
    read_vocabulary,
    select_authority_triples,
)

ROOT = Path(__file__).parents[1]
ONTOLOGY = ROOT / "ontology"
CONTRACT = ROOT.parent / "shared" / "design" / "vocabulary.md"

# The contract's classes and relations, kept here too so that they are checked where ../shared is not.
CLASSES = """
Organization Agency Enterprise University ResearchInstitute Alliance RepresentativeBody
Platform Laboratory ResearchFacility EngineeringCentre Incubator PilotBase ServicePlatform
Fund FundOfFunds
FinancialInstrument Loan Subsidy
Programme
Project
Mechanism
System
Event
Industry
Technology
Cluster
Category EnterpriseCategory PlatformCategory ZoneCategory ClusterCategory ProductCategory
Stage
PeopleGroup
Region Country Province City RegionGroup
Zone
Document Reply Suggestion Plan Notice Report
Indicator
"""
RELATIONS = """
issuedBy contributesTo repliesTo implements establishes supports targets uses partOf precedes instanceOf locatedIn
covers specialisesIn cooperatesWith connectedTo hostedBy organises participatesIn memberOf develops raises mentions
"""


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return read_vocabulary(ONTOLOGY)


def _copy(folder: Path, change: Callable[[str], str], name: str = "policy.ttl") -> Path:
    target = folder / "ontology"
    shutil.copytree(ONTOLOGY, target)
    path = target / name
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before, "the change changed nothing"
    path.write_text(after, encoding="utf-8")
    return target


def _read_rows(heading: str) -> list[list[str]]:
    if not CONTRACT.is_file():
        pytest.skip(f"{CONTRACT} 不在此机 the contract is not on this machine; CLASSES and RELATIONS stand for it")
    part = CONTRACT.read_text(encoding="utf-8").split(heading, 1)[1].split("\n## ", 1)[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if "| `kg:" in line]


def test_every_class_of_the_contract_has_its_root(vocabulary: Vocabulary) -> None:
    for line in CLASSES.strip().splitlines():
        root, *below = line.split()
        assert vocabulary.classes[root].root == root
        for name in below:
            assert vocabulary.classes[name].root == root, name
            assert vocabulary.classes[name].ancestors[0] == name
            assert vocabulary.classes[name].ancestors[-1] == root


def test_every_relation_of_the_contract_is_there_and_no_other(vocabulary: Vocabulary) -> None:
    assert set(vocabulary.properties) == set(RELATIONS.split())
    assert set(vocabulary.figure_properties) == {"indicator", "about", "period", "scope"}


def test_classes_are_those_of_the_contracts_tables(vocabulary: Vocabulary) -> None:
    rows = _read_rows("## Entity classes")
    assert len(rows) == 19
    for row in rows:
        root = row[0].strip("`").removeprefix("kg:")
        assert vocabulary.classes[root].label_zh == row[1]
        for name, label in re.findall(r"`kg:(\w+)` ([^\s,，(（]+)", row[3]):
            assert vocabulary.classes[name].root == root
            assert vocabulary.classes[name].label_zh == label


def test_relations_are_those_of_the_contracts_table(vocabulary: Vocabulary) -> None:
    rows = _read_rows("## Relations")
    assert {row[0].strip("`").removeprefix("kg:") for row in rows} == set(vocabulary.properties)
    compared = 0
    for row in rows:
        term = vocabulary.properties[row[0].strip("`").removeprefix("kg:")]
        assert term.label_zh == row[1]
        ends = re.sub(r"\(.*?\)", "", row[2]).split("→")
        if len(ends) == 2:
            for declared, written in zip((term.domain, term.range), ends, strict=True):
                names = set(re.findall(r"[A-Z]\w+", written))
                assert "any" in written or "a named thing" in written or declared == names, (term.name, written)
                compared += bool(names)
        else:
            assert term.symmetric or term.within_one_class
    assert compared > 35


def test_transitive_and_symmetric_relations(vocabulary: Vocabulary) -> None:
    terms = vocabulary.properties.values()
    assert {term.name for term in terms if term.transitive} == {"partOf", "locatedIn"}
    assert {term.name for term in terms if term.symmetric} == {"cooperatesWith", "connectedTo"}
    assert vocabulary.properties["implements"].inverse_zh == "由…实施"
    assert vocabulary.properties["implements"].inverse_en == "is implemented by"


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Fund", "Fund"),
        ("kg:Fund", "Fund"),
        ("基金", "Fund"),
        ("总结", "Report"),
        ("补贴", "Subsidy"),
        ("补贴/奖补/券", "Subsidy"),
        (" 省 ", "Province"),
        ("fund", None),
        ("Entity", None),
        ("Statement", None),
        ("Unit", None),
        ("", None),
    ],
)
def test_class_labels_resolve(vocabulary: Vocabulary, label: str, name: str | None) -> None:
    assert vocabulary.resolve_class(label) == name


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("supports", "supports"),
        ("kg:supports", "supports"),
        ("支持", "supports"),
        ("设立", "establishes"),
        ("组建", "establishes"),
        ("scope", "scope"),
        ("范围", "scope"),
        ("status", None),
        ("value", None),
        ("支援", None),
    ],
)
def test_property_labels_resolve(vocabulary: Vocabulary, label: str, name: str | None) -> None:
    assert vocabulary.resolve_property(label) == name


def test_codes_resolve_by_name_and_label(vocabulary: Vocabulary) -> None:
    assert vocabulary.resolve_code("Status", "计划中") == "planned"
    assert vocabulary.resolve_code("Status", "planned") == "planned"
    assert vocabulary.resolve_code("MeasureKind", "存量") == "stock"
    assert vocabulary.resolve_code("Bound", "moreThan") == "moreThan"
    assert vocabulary.resolve_code("Bound", "planned") is None
    assert vocabulary.status_labels == vocabulary.codes["Status"]


@pytest.mark.parametrize(
    ("property_name", "subject", "target", "accepted"),
    [
        ("implements", "Agency", "Programme", True),
        ("implements", "Programme", "Agency", False),
        ("establishes", "FundOfFunds", "Fund", True),
        ("partOf", "Technology", "System", True),
        ("partOf", "Technology", "Region", False),
        ("partOf", "Province", "RegionGroup", True),
        ("precedes", "Stage", "Stage", True),
        ("precedes", "EnterpriseCategory", "EnterpriseCategory", True),
        ("precedes", "Stage", "EnterpriseCategory", False),
        ("precedes", "ProductCategory", "ProductCategory", False),
        ("mentions", "Reply", "Indicator", True),
        ("mentions", "Fund", "Indicator", False),
        ("memberOf", "Zone", "Alliance", True),
        ("memberOf", "Zone", "Organization", False),
    ],
)
def test_domains_and_ranges(
    vocabulary: Vocabulary, property_name: str, subject: str, target: str, accepted: bool
) -> None:
    assert vocabulary.accepts(property_name, subject, target) is accepted


def test_a_class_of_two_kinds_has_both_above_it(vocabulary: Vocabulary) -> None:
    assert vocabulary.classes["Municipality"].ancestors == ("Municipality", "City", "Province", "Region")


def test_a_new_class_and_a_new_relation_in_the_file_are_enough(tmp_path: Path, vocabulary: Vocabulary) -> None:
    folder = _copy(
        tmp_path,
        lambda text: (
            text
            + """
kg:Satellite a owl:Class ; rdfs:subClassOf kg:Platform ; rdfs:label "卫星"@zh , "satellite"@en .
kg:launches a owl:ObjectProperty ; rdfs:label "发射"@zh , "launches"@en ;
    schema:domainIncludes kg:Organization ; schema:rangeIncludes kg:Satellite .
"""
        ),
    )
    changed = read_vocabulary(folder)
    assert changed.resolve_class("卫星") == "Satellite"
    assert changed.classes["Satellite"].ancestors == ("Satellite", "Platform")
    assert changed.accepts("launches", "Enterprise", "Satellite")
    assert not changed.accepts("launches", "Enterprise", "Laboratory")
    assert changed.accepts("supports", "Satellite", "Industry")
    assert set(changed.classes) - set(vocabulary.classes) == {"Satellite"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace('"基金"@zh', '"平台"@zh', 1), r"同名 share the label “平台”"),
        (lambda text: text.replace('rdfs:label "基金"@zh , ', "rdfs:label ", 1), r"kg:Fund 的 rdfs:label@zh"),
        (lambda text: text.replace("rdfs:subClassOf kg:Fund ;", "rdfs:subClassOf kg:Fund , kg:Zone ;"), r"一个大类"),
        (
            lambda text: text.replace("schema:rangeIncludes kg:Suggestion", "schema:rangeIncludes kg:Nix"),
            r"kg:repliesTo",
        ),
        (lambda text: text.replace("kg:Event a owl:Class ;", "kg:Event a owl:Class"), r"policy\.ttl:\d+: Turtle"),
        (lambda text: text.replace("kg:Entity", "kg:Thing"), r"kg:Entity"),
        (
            lambda text: text + 'kg:FUND a owl:Class ; rdfs:subClassOf kg:Entity ; rdfs:label "款"@zh , "money"@en .\n',
            r"share IRIs",
        ),
    ],
    ids=["label twice", "no label", "two roots", "undeclared range", "syntax", "no Entity", "roots differ by case"],
)
def test_a_fault_in_the_file_is_one_clear_line(tmp_path: Path, change: Callable[[str], str], message: str) -> None:
    with pytest.raises(OntologyError, match=message) as caught:
        read_vocabulary(_copy(tmp_path, change))
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    folder = tmp_path / "ontology"
    shutil.copytree(ONTOLOGY, folder)
    (folder / "codes.ttl").unlink()
    with pytest.raises(OntologyError, match=r"codes\.ttl: 读不到"):
        read_vocabulary(folder)


def test_the_vocabulary_goes_to_other_processes(vocabulary: Vocabulary) -> None:
    assert pickle.loads(pickle.dumps(vocabulary)) == vocabulary


def test_reading_twice_gives_equal_values_and_nothing_global(vocabulary: Vocabulary) -> None:
    before = len(owlready2.default_world.graph)
    assert read_vocabulary(ONTOLOGY) == vocabulary
    assert len(owlready2.default_world.graph) == before


def test_reading_is_quick() -> None:
    best = min(_time(lambda: read_vocabulary(ONTOLOGY)) for _ in range(3))
    assert best < 1.5, f"{best:.2f} s"


def _time(action: Callable[[], object]) -> float:
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def test_domains_are_values_that_do_not_change(vocabulary: Vocabulary) -> None:
    terms: list[PropertyTerm] = [*vocabulary.properties.values(), *vocabulary.figure_properties.values()]
    assert all(isinstance(term.domain, frozenset) and isinstance(term.range, frozenset) for term in terms)
    assert vocabulary.figure_properties["scope"].range == {"Region"}
    assert vocabulary.figure_properties["period"].range == frozenset()


def test_triples_are_given_the_base_of_the_dataset() -> None:
    triples = read_ontology_triples(ONTOLOGY, "https://example.org/g/")
    assert not any("w3id.org/policykg/id/" in triple for triple in triples)
    assert any(triple.startswith("<https://example.org/g/region/湖北省> ") for triple in triples)
    assert triples == sorted(set(triples))
    assert not any(triple.endswith(" .") or "_:" in triple.split('"')[0] for triple in triples)


def test_only_what_is_referred_to_is_selected() -> None:
    base = "https://example.org/g/"
    used = frozenset({f"{base}region/襄阳市", f"{base}fund/某基金"})
    selected = select_authority_triples(read_ontology_triples(ONTOLOGY, base), base, used)
    subjects = {triple.split(">")[0][1:] for triple in selected}
    assert {subject for subject in subjects if subject.startswith(base)} == {
        f"{base}region/襄阳市",
        f"{base}region/湖北省",
        f"{base}region/中国",
    }
    assert "https://w3id.org/policykg/ontology#Fund" in subjects
    assert "https://w3id.org/policykg/ontology#家" in subjects
