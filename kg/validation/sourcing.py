"""From a fault back to the words: the document and the quote that a node of a dataset came from."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Store

from kg.identifiers import ONTOLOGY
from kg.validation.naming import is_iri
from kg.validation.violation import Finding

_RDF, _OA = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/ns/oa#"
_SUBJECT, _PREDICATE, _OBJECT = (NamedNode(f"{_RDF}{local}") for local in ("subject", "predicate", "object"))
_HAS_SOURCE, _HAS_SELECTOR, _EXACT = (NamedNode(f"{_OA}{local}") for local in ("hasSource", "hasSelector", "exact"))
_DERIVED_FROM = NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom")
_LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
# Where a node derives from nothing: what points at it may (a period at its instant, a statement at its end).
_OF_FIGURES = ("indicator", "about", "scope", "period")
_OF_PERIODS = ("hasBeginning", "hasEnd")
_POINTS_AT = (
    _SUBJECT,
    _OBJECT,
    *(NamedNode(f"{ONTOLOGY}{local}") for local in _OF_FIGURES),
    *(NamedNode(f"http://www.w3.org/2006/time#{local}") for local in _OF_PERIODS),
)


def find_source(finding: Finding, store: Store) -> tuple[str, str]:
    """The label of the document and the quote behind a fault; two empty texts where nothing in the dataset says."""
    for evidence in _iterate_evidence(finding, store):
        for document in _iterate_nodes(store, evidence, _HAS_SOURCE):
            labels = sorted(label.value for label in _objects(store, document, _LABEL)) or [document.value]
            quotes = sorted(
                quote.value
                for selector in _iterate_nodes(store, evidence, _HAS_SELECTOR)
                for quote in _objects(store, selector, _EXACT)
            )
            return labels[0], (quotes or [""])[0]
    return "", ""


def _iterate_evidence(finding: Finding, store: Store) -> Iterator[NamedNode]:
    """The evidences behind a fault, the closest first: its statement's, its own, that of its value, of its users."""
    focus, path, value = (_to_iri(text) for text in (finding.focus, finding.path, finding.value))
    for statement in _iterate_statements(focus, path, value, store):
        yield from _iterate_derived(statement, store)
    ends = [node for node in (focus, value) if node is not None]
    for node in ends:
        yield from _iterate_derived(node, store)
    for node in ends:
        for link in _POINTS_AT:
            for user in sorted(_subjects(store, link, node), key=str)[:1]:
                yield from _iterate_derived(user, store)


def _iterate_derived(node: NamedNode, store: Store) -> Iterator[NamedNode]:
    """A node where it is evidence, the evidence of a selector, and what a node derives from."""
    if _objects(store, node, _HAS_SOURCE):
        yield node
    yield from sorted(_subjects(store, _HAS_SELECTOR, node), key=str)
    yield from _iterate_nodes(store, node, _DERIVED_FROM)


def _iterate_statements(
    focus: NamedNode | None, path: NamedNode | None, value: NamedNode | None, store: Store
) -> Iterator[NamedNode]:  # fmt: skip
    # A shape of a relation's statements has the property as its focus node and one end of them as the value.
    if focus is not None and value is not None:
        for end in (_SUBJECT, _OBJECT):
            found = {one for one in _subjects(store, end, value) if focus in _objects(store, one, _PREDICATE)}
            yield from sorted(found, key=str)
    if focus is not None and path is not None:
        for statement in sorted(_subjects(store, _SUBJECT, focus), key=str):
            said = path in _objects(store, statement, _PREDICATE)
            if said and (value is None or value in _objects(store, statement, _OBJECT)):
                yield statement


def _objects(store: Store, subject: NamedNode, predicate: NamedNode) -> list[NamedNode | Literal]:
    found = {quad.object for quad in store.quads_for_pattern(subject, predicate, None)}
    return [node for node in found if isinstance(node, NamedNode | Literal)]


def _iterate_nodes(store: Store, subject: NamedNode, predicate: NamedNode) -> Iterator[NamedNode]:
    yield from sorted((node for node in _objects(store, subject, predicate) if isinstance(node, NamedNode)), key=str)


def _subjects(store: Store, predicate: NamedNode, value: NamedNode) -> list[NamedNode]:
    found = {quad.subject for quad in store.quads_for_pattern(None, predicate, value)}
    return [node for node in found if isinstance(node, NamedNode)]


def _to_iri(text: str) -> NamedNode | None:
    return NamedNode(text[1:-1]) if is_iri(text) else None
