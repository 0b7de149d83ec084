"""What a dataset's own ontology says of properties: which are transitive, symmetric, inverse, below another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import networkx as nx
from pyoxigraph import NamedNode, Store

from kg.identifiers import to_ontology_iri

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_OWL = "http://www.w3.org/2002/07/owl#"
# Constructs whose RL rules join triples of several properties: with one of them nothing can be split into blocks.
_JOINING = ("propertyChainAxiom", "hasKey", "someValuesFrom", "allValuesFrom", "maxCardinality", "sameAs", "hasValue")


@dataclass(frozen=True, slots=True)
class Schema:
    """By IRI: transitive and symmetric properties, inverses both ways, each property with those below it (and itself);
    the classes under kg:Entity; all terms; `separable` where the closure can be computed in blocks."""

    transitive: frozenset[str]
    symmetric: frozenset[str]
    inverses: Mapping[str, frozenset[str]]
    below: Mapping[str, frozenset[str]]
    entity_classes: frozenset[str]
    terms: frozenset[str]
    separable: bool


def read_schema(dataset: Store) -> Schema:
    """The schema in a dataset, whatever graph it stands in."""
    types = {name: _find_instances(dataset, _OWL + name) for name in (
        "Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "TransitiveProperty", "SymmetricProperty",
        "FunctionalProperty", "InverseFunctionalProperty",
    )}  # fmt: skip
    inverses: dict[str, set[str]] = {}
    for one, other in _read_pairs(dataset, f"{_OWL}inverseOf"):
        inverses.setdefault(one, set()).add(other)
        inverses.setdefault(other, set()).add(one)
    properties = _to_reversed_graph(_read_pairs(dataset, f"{_RDFS}subPropertyOf"))
    classes = _to_reversed_graph(_read_pairs(dataset, f"{_RDFS}subClassOf"))
    entity = to_ontology_iri("Entity")
    functional = types["FunctionalProperty"] & types["ObjectProperty"] | types["InverseFunctionalProperty"]
    return Schema(
        transitive=types["TransitiveProperty"],
        symmetric=types["SymmetricProperty"],
        inverses={one: frozenset(others) for one, others in inverses.items()},
        below={one: frozenset({one, *nx.descendants(properties, one)}) for one in properties},
        entity_classes=frozenset({entity, *(nx.descendants(classes, entity) if entity in classes else ())}),
        terms=frozenset().union(*types.values()),
        separable=not functional and not any(_is_used(dataset, _OWL + name) for name in _JOINING),
    )


def _find_instances(dataset: Store, cls: str) -> frozenset[str]:
    quads = dataset.quads_for_pattern(None, NamedNode(RDF_TYPE), NamedNode(cls))
    return frozenset(quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode))


def _read_pairs(dataset: Store, predicate: str) -> list[tuple[str, str]]:
    return [
        (quad.subject.value, quad.object.value)
        for quad in dataset.quads_for_pattern(None, NamedNode(predicate), None)
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode)
    ]


def _to_reversed_graph(pairs: Iterable[tuple[str, str]]) -> nx.DiGraph:
    return nx.DiGraph((other, one) for one, other in pairs)


def _is_used(dataset: Store, predicate: str) -> bool:
    return next(dataset.quads_for_pattern(None, NamedNode(predicate), None), None) is not None
