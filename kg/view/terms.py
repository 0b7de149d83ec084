"""The IRIs that the view reads in a dataset (docs/data-model.md), and reading all values of a property at once.

What reasoning inferred is in a graph of its own (docs/reasoning.md) and is never read as if it were asserted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.identifiers import ONTOLOGY
from kg.reasoning.graphs import INFERRED_GRAPH

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
PROV = "http://www.w3.org/ns/prov#"
OA = "http://www.w3.org/ns/oa#"
TIME = "http://www.w3.org/2006/time#"
OWL = "http://www.w3.org/2002/07/owl#"
KG = ONTOLOGY

Values = Mapping[str, tuple[str, ...]]

_INFERRED = NamedNode(INFERRED_GRAPH)


def iterate_asserted(dataset: Store, subject: NamedNode | None, predicate: NamedNode | None) -> Iterator[Quad]:
    """The quads of a subject or of a property in all graphs but that of the closure."""
    quads = dataset.quads_for_pattern(subject, predicate, None, None)
    if not dataset.contains_named_graph(_INFERRED):
        return iter(quads)
    return (quad for quad in quads if quad.graph_name != _INFERRED)


def iterate_inferred(dataset: Store) -> Iterator[Quad]:
    """The quads of the closure; none where nothing was reasoned."""
    return iter(dataset.quads_for_pattern(None, None, None, _INFERRED))


def read_values(dataset: Store, predicate: str) -> Values:
    """subject → its values of `predicate` as strings, sorted, each once, over all graphs of what is asserted."""
    found: dict[str, set[str]] = {}
    for quad in iterate_asserted(dataset, None, NamedNode(predicate)):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            found.setdefault(quad.subject.value, set()).add(quad.object.value)
    return {subject: tuple(sorted(values)) for subject, values in found.items()}


def read_languages(dataset: Store, predicate: str) -> Mapping[str, Mapping[str, str]]:
    """subject → language (the primary subtag, empty for none) → the first text of `predicate`, of what is asserted."""
    found: dict[str, dict[str, str]] = {}
    for quad in iterate_asserted(dataset, None, NamedNode(predicate)):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
            language = (quad.object.language or "").lower().split("-")[0]
            texts = found.setdefault(quad.subject.value, {})
            texts[language] = min(quad.object.value, texts.get(language, quad.object.value))
    return found


def to_local_name(iri: str) -> str:
    """What follows the last `#` or `/`."""
    return iri.rstrip("#/").rsplit("#", 1)[-1].rsplit("/", 1)[-1]


def first(values: Values, iri: str, default: str = "") -> str:
    """The first value of `iri`, or `default`."""
    found = values.get(iri)
    return found[0] if found else default
