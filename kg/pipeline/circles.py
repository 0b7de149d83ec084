"""Circles in relations that must not have any: what is part of itself is a mistake in the annotations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import networkx as nx
import numpy as np

from kg.pipeline.document import Edge


def find_circles(iterate_edges: Callable[[], Iterable[Edge]], acyclic: frozenset[str]) -> Mapping[tuple[str, str], str]:
    """The relations that close a circle, as (annotation file, id) with the reason, in the order of the corpus.

    `acyclic` are the properties that must not run in circles. Removing what is returned leaves none. The edges are
    gone through twice where there are circles: only those among the nodes of circles are ever held as they are.
    """
    knots = _find_knots(iterate_edges(), acyclic)
    if not knots:
        return {}
    by_property: dict[str, list[Edge]] = {}
    for edge in iterate_edges():
        if (edge.property, edge.subject) in knots and (edge.property, edge.object) in knots:
            by_property.setdefault(edge.property, []).append(edge)
    closing: dict[tuple[str, str], str] = {}
    for name, group in by_property.items():
        graph = nx.DiGraph((edge.subject, edge.object) for edge in group)
        inside = {node for knot in nx.strongly_connected_components(graph) if len(knot) > 1 for node in knot}
        kept: nx.DiGraph = nx.DiGraph()
        for edge in group:
            if edge.subject not in inside or edge.object not in inside:
                continue
            kept.add_nodes_from((edge.subject, edge.object))
            if nx.has_path(kept, edge.object, edge.subject):
                closing[edge.file, edge.item] = f"{name} 绕成了圈 closes a circle of {name}"
            else:
                kept.add_edge(edge.subject, edge.object)
    return closing


def _find_knots(edges: Iterable[Edge], acyclic: frozenset[str]) -> frozenset[tuple[str, str]]:
    """The (property, node) pairs on circles or between two of them; none, as a rule.

    What nothing leads to is on no circle, nor is what leads nowhere: peeled off round by round, only knots remain.
    """
    numbers: dict[tuple[str, str], int] = {}
    pairs = {
        (
            numbers.setdefault((edge.property, edge.subject), len(numbers)),
            numbers.setdefault((edge.property, edge.object), len(numbers)),
        )
        for edge in edges
        if edge.property in acyclic
    }
    ends = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    del pairs
    while len(ends):
        leads, led_to = np.zeros((2, len(numbers)), dtype=bool)
        leads[ends[:, 0]], led_to[ends[:, 1]] = True, True
        inner = leads & led_to
        kept = inner[ends[:, 0]] & inner[ends[:, 1]]
        if kept.all():
            break
        ends = ends[kept]
    remaining = set(ends.ravel().tolist())
    return frozenset(pair for pair, number in numbers.items() if number in remaining)
