"""The ontology as an ontology: its style, its profile, its alignments, and whether a reasoner can live with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import owlready2
import pyoxigraph
import pyshacl
import pytest
from components import require_command
from rdflib import DCTERMS, ORG, OWL, PROV, QB, RDF, RDFS, SDO, SKOS, TIME, XSD, Graph, Literal, URIRef
from rdflib.term import BNode, Node

from kg.ontology import load_world
from kg.ontology_files import parse_turtle

ONTOLOGY = Path(__file__).parents[1] / "ontology"
FILES = ("policy.ttl", "codes.ttl", "authority.ttl")
KG = "https://w3id.org/policykg/ontology#"
OA_NAMESPACE = "http://www.w3.org/ns/oa#"
# The terms of https://www.w3.org/TR/annotation-vocab/ (classes, then properties): rdflib ships no such namespace.
OA_TERMS = frozenset(
    [
        "Annotation",
        "Choice",
        "CssSelector",
        "CssStyle",
        "DataPositionSelector",
        "Direction",
        "FragmentSelector",
        "HttpRequestState",
        "Motivation",
        "PreferContainedDescriptions",
        "PreferContainedIRIs",
        "RangeSelector",
        "ResourceSelection",
        "Selector",
        "SpecificResource",
        "State",
        "Style",
        "SvgSelector",
        "TextPositionSelector",
        "TextQuoteSelector",
        "TextualBody",
        "TimeState",
        "XPathSelector",
        "annotationService",
        "bodyValue",
        "cachedSource",
        "canonical",
        "end",
        "exact",
        "hasBody",
        "hasEndSelector",
        "hasPurpose",
        "hasScope",
        "hasSelector",
        "hasSource",
        "hasStartSelector",
        "hasState",
        "hasTarget",
        "motivatedBy",
        "prefix",
        "processingLanguage",
        "refinedBy",
        "renderedVia",
        "sourceDate",
        "sourceDateEnd",
        "sourceDateStart",
        "start",
        "styleClass",
        "styledBy",
        "suffix",
        "textDirection",
        "via",
    ]
)
EXTERNAL = {str(namespace): namespace for namespace in (ORG, PROV, SKOS, SDO, QB, TIME, DCTERMS)}

# What a profile checker would look for. https://www.w3.org/TR/owl2-profiles/#OWL_2_RL: named classes everywhere, the
# axioms below, and the datatypes of RL. Anything else of the OWL vocabulary is a fault until someone adds it here.
RL_TYPES = {
    OWL.Ontology, OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, OWL.TransitiveProperty,
    OWL.SymmetricProperty, OWL.FunctionalProperty, OWL.InverseFunctionalProperty, OWL.AsymmetricProperty,
    OWL.IrreflexiveProperty,
}  # fmt: skip
RL_PREDICATES = {
    OWL.disjointWith, OWL.equivalentClass, OWL.equivalentProperty, OWL.inverseOf, OWL.propertyDisjointWith,
    OWL.versionIRI, OWL.versionInfo, OWL.deprecated, OWL.imports, OWL.priorVersion,
}  # fmt: skip
RL_DATATYPES = {XSD.decimal, XSD.integer, XSD.string, XSD.date, XSD.dateTime, XSD.boolean, XSD.anyURI, RDF.langString}


def _read(*names: str) -> Graph:
    graph = Graph()
    for name in names:
        graph.parse(ONTOLOGY / name, format="turtle")
    return graph


def _find_outside_rl(graph: Graph) -> list[str]:
    """What of a graph is not of the OWL 2 RL constructs that this ontology keeps to."""
    found = []
    for subject, predicate, value in graph:
        if isinstance(subject, BNode) or isinstance(value, BNode):
            found.append(f"blank node at {predicate}")
        if str(predicate).startswith(str(OWL)) and predicate not in RL_PREDICATES:
            found.append(str(predicate))
        if predicate == RDF.type and str(value).startswith(str(OWL)) and value not in RL_TYPES:
            found.append(str(value))
        if predicate in (RDFS.subClassOf, OWL.equivalentClass, RDFS.domain) and value == OWL.Thing:
            found.append(f"owl:Thing at {predicate}")
        if predicate == RDFS.range and str(value).startswith(str(XSD)) and value not in RL_DATATYPES:
            found.append(f"datatype {value}")
    transitive = set(graph.subjects(RDF.type, OWL.TransitiveProperty))
    functional = set(graph.subjects(RDF.type, OWL.FunctionalProperty))
    found += [f"{term} is transitive and functional" for term in transitive & functional]
    return found


def _iterate_unknown(graph: Graph) -> Iterable[str]:
    """The terms of other vocabularies in a graph that these do not have."""
    for term in {term for triple in graph for term in triple if isinstance(term, URIRef)}:
        for prefix, namespace in EXTERNAL.items():
            if str(term).startswith(prefix) and str(term) != prefix and term not in namespace:
                yield str(term)
        if str(term).startswith(OA_NAMESPACE) and str(term).removeprefix(OA_NAMESPACE) not in OA_TERMS:
            yield str(term)


def _term(name: str) -> URIRef:
    return URIRef(KG + name)


def _iri(path: str) -> URIRef:
    return URIRef(f"https://w3id.org/policykg/id/{path}")


Triple = tuple[Node, Node, Node]
Pattern = tuple[Node | None, Node | None, Node | None]
_OURS = URIRef(KG.rstrip("#"))
_X, _ODD_CLASS = _term("x"), _term("fund")


@dataclass(frozen=True, slots=True)
class Fault:
    """Triples to add and patterns to remove, and words of the message of the rule that must find it."""

    words: str
    added: tuple[Triple, ...] = ()
    removed: tuple[Pattern, ...] = ()


FAULTS = {
    "two labels": Fault("rdfs:label@zh", added=((_term("Fund"), RDFS.label, Literal("款项", "zh")),)),
    "no label": Fault("rdfs:label@en", removed=((_term("Fund"), RDFS.label, Literal("fund", "en")),)),
    "no definition": Fault("中文定义", removed=((_term("supports"), SKOS.definition, None),)),
    "definition without a full stop": Fault(
        "英文定义", added=((_X, RDFS.isDefinedBy, _OURS), (_X, SKOS.definition, Literal("A thing", "en")))
    ),
    "no example": Fault("一个中文例子", removed=((_term("Mechanism"), SKOS.example, None),)),
    "class in lower case": Fault("类名首字母大写", added=((_ODD_CLASS, RDF.type, OWL.Class),)),
    "property in upper case": Fault("属性名首字母小写", added=((_term("Supports"), RDF.type, OWL.ObjectProperty),)),
    "not said to be ours": Fault("要有 rdfs:isDefinedBy", removed=((_term("Event"), RDFS.isDefinedBy, None),)),
    "no domain": Fault("schema:domainIncludes", removed=((_term("covers"), SDO.domainIncludes, None),)),
    "two ranges": Fault("一个 rdfs:range", added=((_term("covers"), RDFS.range, _term("Zone")),)),
    "undeclared domain": Fault("类要先声明", added=((_term("covers"), SDO.domainIncludes, _term("Nix")),)),
    "no reading backwards in Chinese": Fault(
        "反向读法", removed=((_term("covers"), _term("inverseLabel"), Literal("被…覆盖", "zh")),)
    ),
    "colour of a sub-class": Fault("只有大类", added=((_term("Agency"), _term("viewColour"), Literal("#0072B2")),)),
    "shape unknown to the view": Fault("vis-network", added=((_term("Fund"), _term("viewShape"), Literal("x")),)),
    "withdrawn without a successor": Fault("由什么代替", added=((_term("Fund"), OWL.deprecated, Literal(True)),)),
    "no version": Fault("版本号", removed=((None, OWL.versionInfo, None),)),
    "entry without an English label": Fault(
        "rdfs:label@en", removed=((_term("家"), RDFS.label, Literal("enterprise or body", "en")),)
    ),
    "entry that is its own alias": Fault(
        "与别名不同", added=((_iri("region/湖北省"), SKOS.altLabel, Literal("湖北省", "zh")),)
    ),
    "broader entry of another list": Fault(
        "同一代码表", added=((_iri("industry/北斗产业"), SKOS.broader, _iri("region/中国")),)
    ),
    "pattern without a level": Fault(
        "恰有一个层级", removed=((_iri("pattern/Province-科学技术厅"), _term("patternLevel"), None),)
    ),
}


@pytest.fixture(scope="module")
def whole() -> Graph:
    return _read(*FILES)


@pytest.fixture(scope="module")
def style() -> Graph:
    return _read("style.ttl")


def test_the_ontology_keeps_its_style(whole: Graph, style: Graph) -> None:
    conforms, _, text = pyshacl.validate(whole, shacl_graph=style, meta_shacl=True)
    assert conforms, text


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_seeded_fault_is_found_by_its_rule(fault: Fault, whole: Graph, style: Graph) -> None:
    graph = Graph()
    graph += whole
    for triple in fault.added:
        assert triple not in graph
        graph.add(triple)
    for pattern in fault.removed:
        assert pattern in graph
        graph.remove(pattern)
    conforms, _, text = pyshacl.validate(graph, shacl_graph=style, inplace=True)
    assert not conforms
    assert fault.words in text, text


def test_root_classes_are_told_apart_by_colour_and_shape() -> None:
    graph = _read("policy.ttl")
    looks = Counter(
        (str(graph.value(root, _term("viewColour"))), str(graph.value(root, _term("viewShape"))))
        for root in graph.subjects(RDFS.subClassOf, _term("Entity"))
    )
    assert len(looks) == 19
    assert set(looks.values()) == {1}
    assert not any("None" in look for look in looks)


def test_it_stays_in_owl_2_rl() -> None:
    assert not _find_outside_rl(_read(*FILES))


@pytest.mark.parametrize(
    "fault",
    [
        "kg:Fund owl:equivalentClass [ owl:unionOf ( kg:Zone kg:Event ) ] .",
        "kg:partOf a owl:ReflexiveProperty .",
        "kg:Fund rdfs:subClassOf owl:Thing .",
        "kg:value rdfs:range owl:real . kg:value rdfs:range xsd:gYear .",
        "kg:partOf a owl:FunctionalProperty .",
        "kg:Fund owl:disjointUnionOf kg:Zone .",
    ],
)
def test_what_leaves_the_profile_is_found(fault: str) -> None:
    graph = _read("policy.ttl")
    prefixes = f"@prefix kg: <{KG}> . @prefix owl: <{OWL}> . @prefix rdfs: <{RDFS}> . @prefix xsd: <{XSD}> .\n"
    graph.parse(data=prefixes + fault, format="turtle")
    assert _find_outside_rl(graph)


def test_every_aligned_term_exists_in_its_vocabulary() -> None:
    graph = _read(*FILES)
    assert not list(_iterate_unknown(graph))
    used = {str(term) for triple in graph for term in triple if isinstance(term, URIRef)}
    for namespace in (*map(str, EXTERNAL), OA_NAMESPACE):
        assert any(term.startswith(namespace) and term != namespace for term in used), f"nothing aligned to {namespace}"


@pytest.mark.parametrize(
    "term", [ORG._NS + "Organisation", SDO._NS + "Policy", OA_NAMESPACE + "Evidence", TIME._NS + "Period"]
)
def test_an_alignment_to_nothing_is_found(term: str) -> None:
    graph = Graph()
    graph.add((_term("Fund"), SKOS.closeMatch, URIRef(term)))
    assert list(_iterate_unknown(graph)) == [term]


def test_contract_alignments() -> None:
    graph = _read("policy.ttl")
    above = {
        "Organization": {ORG.Organization, PROV.Agent},
        "Platform": {PROV.Entity},
        "Project": {SDO.Project},
        "Event": {SDO.Event},
        "Industry": {SKOS.Concept},
        "Technology": {SKOS.Concept},
        "Category": {SKOS.Concept},
        "Stage": {SKOS.Concept},
        "PeopleGroup": {SKOS.Concept},
        "Region": {SDO.AdministrativeArea},
        "Zone": {SDO.Place},
        "Document": {SDO.DigitalDocument, PROV.Entity},
        "Indicator": {SKOS.Concept},
        "Statement": {RDF.Statement},
        "Commitment": {_term("Statement")},
        "Observation": {QB.Observation},
        "Evidence": {URIRef(OA_NAMESPACE + "SpecificResource")},
    }
    for name, expected in above.items():
        assert expected <= set(graph.objects(_term(name), RDFS.subClassOf)), name
    assert (_term("partOf"), RDFS.subPropertyOf, DCTERMS.isPartOf) in graph
    assert (_term("Fund"), SKOS.closeMatch, SDO.MonetaryGrant) in graph


def test_what_owlready2_holds_is_what_the_file_says(tmp_path: Path) -> None:
    world = load_world(parse_turtle(ONTOLOGY / "policy.ttl"))
    path = tmp_path / "saved.nt"
    world.get_ontology(KG).save(str(path), format="ntriples")
    # N-Triples is Turtle, and pyoxigraph, unlike rdflib, knows that a plain string is an xsd:string.
    assert {str(triple) for triple in parse_turtle(path)} == {
        str(triple) for triple in parse_turtle(ONTOLOGY / "policy.ttl")
    }


def _reason(extra: str = "") -> list[str]:
    """The unsatisfiable classes that HermiT finds; raises where the whole is inconsistent."""
    require_command("java")
    triples = [triple for name in FILES for triple in parse_turtle(ONTOLOGY / name)]
    prefixes = (
        f"@prefix kg: <{KG}> . @prefix owl: <{OWL}> . @prefix rdfs: <{RDFS}> . @prefix ex: <https://example.org/> .\n"
    )
    quads = pyoxigraph.parse(prefixes + extra, format=pyoxigraph.RdfFormat.TURTLE)
    world = load_world([*triples, *(pyoxigraph.Triple(quad.subject, quad.predicate, quad.object) for quad in quads)])
    owlready2.sync_reasoner_hermit(world, infer_property_values=False, debug=0)
    return sorted(cls.name for cls in world.inconsistent_classes() if cls is not owlready2.Nothing)


@pytest.mark.java
def test_hermit_finds_it_consistent_and_every_class_satisfiable() -> None:
    assert _reason() == []


@pytest.mark.java
def test_hermit_finds_a_seeded_class_that_can_have_no_member() -> None:
    assert _reason("kg:Odd a owl:Class ; rdfs:subClassOf kg:Fund , kg:Region .") == ["Odd"]


@pytest.mark.java
@pytest.mark.parametrize(
    "fault",
    [
        "ex:a a kg:Fund , kg:Region .",
        "ex:a kg:issuedBy ex:b . ex:b a kg:Indicator .",
        "ex:a a kg:Reply , kg:Evidence .",
    ],
)
def test_hermit_finds_a_seeded_inconsistency(fault: str) -> None:
    with pytest.raises(owlready2.OwlReadyInconsistentOntologyError):
        _reason(fault)
