"""Circles in relations that must not have any: what is part of itself is a mistake in the annotations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import networkx as nx

from kg.pipeline.document import Edge


def find_circles(edges: Iterable[Edge], acyclic: frozenset[str]) -> Mapping[tuple[str, str], str]:
    """The relations that close a circle, as (annotation file, id) with the reason, in the order of the corpus.

    `acyclic` are the properties that must not run in circles. Removing what is returned leaves none.
    """
    by_property: dict[str, list[Edge]] = {}
    for edge in edges:
        if edge.property in acyclic:
            by_property.setdefault(edge.property, []).append(edge)
    closing: dict[tuple[str, str], str] = {}
    for name, group in by_property.items():
        graph = nx.DiGraph((edge.subject, edge.object) for edge in group)
        knots = {node for knot in nx.strongly_connected_components(graph) if len(knot) > 1 for node in knot}
        kept: nx.DiGraph = nx.DiGraph()
        for edge in group:
            if edge.subject not in knots or edge.object not in knots:
                continue
            kept.add_nodes_from((edge.subject, edge.object))
            if nx.has_path(kept, edge.object, edge.subject):
                closing[edge.file, edge.item] = f"{name} 绕成了圈 closes a circle of {name}"
            else:
                kept.add_edge(edge.subject, edge.object)
    return closing
