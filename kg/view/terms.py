"""The IRIs that the view reads in a dataset (docs/data-model.md), and reading all values of a property at once."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import Literal, NamedNode, Store

from kg.identifiers import ONTOLOGY

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


def read_values(dataset: Store, predicate: str) -> Values:
    """subject → its values of `predicate` as strings, sorted, each once, over all graphs."""
    found: dict[str, set[str]] = {}
    for quad in dataset.quads_for_pattern(None, NamedNode(predicate), None, None):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            found.setdefault(quad.subject.value, set()).add(quad.object.value)
    return {subject: tuple(sorted(values)) for subject, values in found.items()}


def read_languages(dataset: Store, predicate: str) -> Mapping[str, Mapping[str, str]]:
    """subject → language (the primary subtag, empty for none) → the first text of `predicate`, over all graphs."""
    found: dict[str, dict[str, str]] = {}
    for quad in dataset.quads_for_pattern(None, NamedNode(predicate), None, None):
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
