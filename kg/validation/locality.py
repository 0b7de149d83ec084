"""How far shapes look. A shape that looks at a node, its values and the types of these can be checked part by part of
a dataset (`kg.validation.parts`); one that looks farther needs the whole.

Proved for each shape by its own triples, so that a new shape is right before it is fast.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH
from rdflib.term import Node

_SHAPE_LISTS = (SH["and"], SH["or"], SH.xone)
_SHAPE_LINKS = (SH.node, SH["not"], SH.qualifiedValueShape)
# Of a node they need more than its type and its literals.
_NEED_THE_NODE = (SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals, SH.closed)
# What counts values: wrong where a part has only some of them.
_COUNT = (
    SH.minCount, SH.maxCount, SH.hasValue, SH.uniqueLang, SH.qualifiedMinCount, SH.qualifiedMaxCount, *_NEED_THE_NODE,
)  # fmt: skip
_TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)


@dataclass(frozen=True, slots=True)
class Reach:
    """The IRIs of the targeted shapes: `near` can be checked in parts, `far` only on the whole, `sparql` by queries.

    A finding of a `near` shape is right in a part that owns its focus node, or where the shape is in `anywhere`.
    """

    near: tuple[str, ...]
    far: tuple[str, ...]
    sparql: tuple[str, ...]
    anywhere: frozenset[str]


def derive_reach(shapes: Graph) -> Reach:
    """How far every shape with a target looks."""
    targeted = sorted(
        {str(shape) for target in _TARGETS for shape in shapes.subjects(target) if isinstance(shape, URIRef)}
    )
    sparql = [one for one in targeted if _is_query_of_one_node(URIRef(one), shapes)]
    near = [one for one in targeted if one not in sparql and _is_near(URIRef(one), shapes)]
    anywhere = [
        one for one in near
        if (URIRef(one), SH.targetObjectsOf, None) in shapes or (URIRef(one), SH.targetNode, None) in shapes
    ]  # fmt: skip
    far = sorted(set(targeted) - set(near) - set(sparql))
    return Reach(tuple(near), tuple(far), tuple(sparql), frozenset(anywhere))


def select_targeted(shapes: Graph, names: Iterable[str]) -> Graph:
    """The shapes with no target but those of `names`: what they refer to stays."""
    kept = {URIRef(name) for name in names}
    selected = Graph()
    for triple in shapes:
        if triple[1] not in _TARGETS or triple[0] in kept:
            selected.add(triple)
    return selected


def _is_query_of_one_node(shape: URIRef, shapes: Graph) -> bool:
    """Whether a shape is nothing but SELECT constraints on one node: a query of the dataset."""
    said = set(shapes.predicates(shape)) - {RDF.type, SH.targetNode, SH.sparql}
    queries = list(shapes.objects(shape, SH.sparql))
    plain = all((one, SH.select, None) in shapes and (one, SH.prefixes, None) not in shapes for one in queries)
    return bool(queries) and plain and not said and (shape, SH.targetNode, None) in shapes


def _is_near(shape: URIRef, shapes: Graph) -> bool:
    kinds = {target for target in _TARGETS if (shape, target, None) in shapes}
    if kinds <= {SH.targetClass, SH.targetSubjectsOf}:
        return _looks_near(shape, shapes, 0)
    if kinds == {SH.targetObjectsOf}:
        return _looks_near(shape, shapes, 1)
    if kinds == {SH.targetNode}:
        return all(_goes_back(one, shapes) for one in shapes.objects(shape, SH.property)) and not (
            set(shapes.predicates(shape)) & {*_SHAPE_LISTS, *_SHAPE_LINKS, SH.sparql, *_NEED_THE_NODE}
        )
    return False


def _looks_near(shape: Node, shapes: Graph, steps: int) -> bool:
    """Whether a shape, applied `steps` from the focus node, looks no farther than one step and the types there."""
    path = shapes.value(shape, SH.path)
    if path is not None:
        if not isinstance(path, URIRef):
            return False
        if steps == 0 and any((shape, one, None) in shapes for one in (SH.closed, SH.sparql)):
            return False
        steps += 1
    elif steps and any((shape, one, None) in shapes for one in _NEED_THE_NODE):
        return False
    if steps > 1 or (shape, SH.sparql, None) in shapes:
        return False
    return all(_looks_near(inner, shapes, steps) for inner in _iterate_inner(shape, shapes))


def _goes_back(shape: Node, shapes: Graph) -> bool:
    """Whether a shape says what each `^rdf:predicate/rdf:subject` or `…/rdf:object` of its focus node has to be."""
    path = shapes.value(shape, SH.path)
    steps = list(Collection(shapes, path)) if path is not None and (path, RDF.first, None) in shapes else []
    goes = (
        len(steps) == 2
        and shapes.value(steps[0], SH.inversePath) == RDF.predicate
        and steps[1] in (RDF.subject, RDF.object)
    )
    counts = any((shape, one, None) in shapes for one in _COUNT)
    return goes and not counts and all(_looks_near(inner, shapes, 1) for inner in _iterate_inner(shape, shapes))


def _iterate_inner(shape: Node, shapes: Graph) -> Iterator[Node]:
    yield from shapes.objects(shape, SH.property)
    for link in _SHAPE_LINKS:
        yield from shapes.objects(shape, link)
    for link in _SHAPE_LISTS:
        for listed in shapes.objects(shape, link):
            yield from Collection(shapes, listed)
