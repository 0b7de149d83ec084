"""Why an inferred relation holds: the asserted triples on the shortest way to it, and the statements that make them.

A relation follows from itself the other way round (symmetric), from its inverse, from a property below it, or, where
the property is transitive, from a chain of such steps. The way is found in a graph of steps, apart from the reasoner,
so that each proves the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

import networkx as nx

from kg.reasoning.claims import PLANNED, Claim, Finding
from kg.reasoning.closure import Triple
from kg.reasoning.schema import RDF_TYPE, Schema


class Explainer:
    """The asserted relations of a dataset, ready to say what an inferred one rests on."""

    def __init__(self, facts: Iterable[Triple], schema: Schema) -> None:
        self._schema = schema
        self._facts: dict[str, list[Triple]] = defaultdict(list)
        for fact in facts:
            if fact[1] != RDF_TYPE:
                self._facts[fact[1]].append(fact)
        self._steps: dict[str, nx.DiGraph] = {}

    def explain(self, triple: Triple) -> tuple[Triple, ...]:
        """The asserted triples that an inferred one follows from, in order; none where no way leads to it."""
        subject, predicate, target = triple
        if found := self._find_way(triple):
            return found
        turned = {
            inverse
            for below in self._schema.below.get(predicate, {predicate})
            for inverse in self._schema.inverses.get(below, ())
        }
        ways = (self._find_way((target, inverse, subject)) for inverse in sorted(turned))
        return next((way for way in ways if way), ())

    def _find_way(self, triple: Triple) -> tuple[Triple, ...]:
        subject, predicate, target = triple
        for below in sorted(self._schema.below.get(predicate, {predicate}), key=lambda one: (one != predicate, one)):
            steps = self._find_steps(below)
            if subject not in steps or target not in steps:
                continue
            if steps.has_edge(subject, target):
                return (steps.edges[subject, target]["fact"],)
            if below in self._schema.transitive and (path := _find_path(steps, subject, target)):
                return tuple(steps.edges[pair]["fact"] for pair in path)
        return ()

    def _find_steps(self, predicate: str) -> nx.DiGraph:
        if predicate not in self._steps:
            steps = nx.DiGraph()
            for fact, turned in sorted(self._iterate_steps(predicate), key=lambda step: (step[1], step[0])):
                source, target = (fact[2], fact[0]) if turned else (fact[0], fact[2])
                if not steps.has_edge(source, target):
                    steps.add_edge(source, target, fact=fact)
            self._steps[predicate] = steps
        return self._steps[predicate]

    def _iterate_steps(self, predicate: str) -> Iterator[tuple[Triple, bool]]:
        """Facts that are steps of a property, and whether they are so from object to subject."""
        schema = self._schema
        for one in schema.below.get(predicate, {predicate}):
            turned = schema.inverses.get(one, frozenset()) | (
                schema.below.get(one, {one}) if one in schema.symmetric else set()
            )
            yield from ((fact, False) for fact in self._facts.get(one, ()))
            for other in turned:
                for below in schema.below.get(other, {other}):
                    yield from ((fact, True) for fact in self._facts.get(below, ()))


def _find_path(steps: nx.DiGraph, source: str, target: str) -> list[tuple[str, str]]:
    if source == target:
        # Around: from where a step leads back to where it began.
        ways = (_find_path(steps, after, source) for after in steps.successors(source) if after != source)
        return next(([(source, way[0][0]), *way] for way in ways if way), [])
    try:
        return list(pairwise(nx.shortest_path(steps, source, target)))
    except nx.NetworkXNoPath:
        return []


def to_premises(facts: Iterable[Triple], stating: Mapping[Triple, tuple[str, ...]]) -> tuple[str, ...]:
    """The statements that state some triples; for a triple that no statement makes (a document's issuer, a region of
    the authority) the thing that it is said of."""
    return tuple(dict.fromkeys(iri for fact in facts for iri in stating.get(fact, (fact[0],))))


def find_stating(statements: Iterable[Claim]) -> dict[Triple, tuple[str, ...]]:
    """The statements that are not only planned, by the triple that they state."""
    found: dict[Triple, list[str]] = defaultdict(list)
    for one in statements:
        if one.status != PLANNED:
            found[one.subject.iri, one.predicate.iri, one.object.iri].append(one.iri)
    return {triple: tuple(sorted(iris)) for triple, iris in found.items()}


def to_inference(triple: Triple, rule: str, premises: tuple[str, ...], names: Mapping[str, str]) -> Finding:
    """An inferred relation as a finding."""
    said = " ".join(names.get(part) or part.rpartition("/")[2].rpartition("#")[2] for part in triple)
    return Finding("Inference", rule, premises, f"推得：{said}", f"inferred: {said}", triple=triple)
