"""A dataset in parts that can be checked one by one: memory for a part, and work for many processes.

A part owns some subjects, with all of their triples in all graphs; of what these point at it has the types and the
literals. `kg.validation.locality` says which shapes need no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from kg.errors import StoreError

_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_SUB_CLASS_OF = NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")


@dataclass(frozen=True, slots=True)
class Part:
    """N-Triples: those of the part's own subjects, and what has to be known of others."""

    own: str
    context: str


def to_classes(store: Store) -> str:
    """The rdfs:subClassOf triples of a dataset as N-Triples: what every part needs beside itself."""
    return "".join(sorted({_to_line(quad) for quad in store.quads_for_pattern(None, _SUB_CLASS_OF, None)}))


def iterate_parts(store: Store, size: int) -> Iterator[Part]:
    """The parts of a dataset, `size` triples or a little more each, document by document; every subject in just one.

    Raises StoreError on triple terms (RDF 1.2), which no SHACL engine here reads.
    """
    seen: set[str] = set()
    own: dict[str, None] = {}
    objects: dict[str, NamedNode | BlankNode] = {}
    subjects: set[str] = set()
    for subject in _iterate_subjects(store):
        name = str(subject)
        if name in seen:
            continue
        seen.add(name)
        subjects.add(name)
        for quad in store.quads_for_pattern(subject, None, None):
            own[_to_line(quad)] = None
            if quad.predicate != _TYPE and isinstance(quad.object, NamedNode | BlankNode):
                objects[str(quad.object)] = quad.object
        if len(own) >= size:
            yield Part("".join(own), _to_context(store, objects, subjects))
            own, objects, subjects = {}, {}, set()
    if own:
        yield Part("".join(own), _to_context(store, objects, subjects))


def _iterate_subjects(store: Store) -> Iterator[NamedNode | BlankNode]:
    for graph in (*sorted(store.named_graphs(), key=str), pyoxigraph.DefaultGraph()):
        previous = None
        for quad in store.quads_for_pattern(None, None, None, graph):
            if quad.subject != previous and not isinstance(quad.subject, pyoxigraph.Triple):
                previous = quad.subject
                yield previous


def _to_context(store: Store, objects: dict[str, NamedNode | BlankNode], own: set[str]) -> str:
    lines: dict[str, None] = {}
    for name, node in objects.items():
        if name not in own:
            for quad in store.quads_for_pattern(node, None, None):
                if quad.predicate == _TYPE or isinstance(quad.object, Literal):
                    lines[_to_line(quad)] = None
    return "".join(lines)


def _to_line(quad: Quad) -> str:
    if isinstance(quad.object, pyoxigraph.Triple):
        raise StoreError(
            f"{quad.subject} {quad.predicate}: 含 RDF 1.2 三元组项，无法核对 triple terms cannot be checked；"
            "请核对 kg export 之前的图 check the graph before its export"
        )
    return f"{quad.subject} {quad.predicate} {quad.object} .\n"
