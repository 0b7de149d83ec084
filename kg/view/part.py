"""A part of a graph: what the server sends of one that is too large to be sent whole."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from kg.view.model import ViewEdge, ViewGraph


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A graph's lines by the entities that they join."""

    lines: Mapping[str, tuple[ViewEdge, ...]]

    def find_near(self, iri: str, most: int) -> tuple[str, ...]:
        """What one line leads to, the most linked first, at most so many."""
        near = {end for edge in self.lines.get(iri, ()) for end in (edge.source, edge.target)} - {iri}
        return tuple(sorted(near, key=lambda one: (-len(self.lines[one]), one))[:most])

    def find_path(self, start: str, goal: str) -> tuple[str, ...]:
        """A shortest way over lines in either direction, of several the one over the least linked; empty for none."""
        found: dict[str, tuple[float, str]] = {start: (0.0, "")}
        ring = deque([start])
        while ring and goal not in found:
            after: dict[str, tuple[float, str]] = {}
            for here in ring:
                cost = found[here][0] + math.log2(1 + len(self.lines.get(here, ())))
                for edge in self.lines.get(here, ()):
                    there = edge.target if edge.source == here else edge.source
                    if there not in found:
                        after[there] = min(after.get(there, (math.inf, "")), (cost, here))
            found |= after
            ring = deque(after)
        if goal not in found:
            return ()
        way = [goal]
        while way[-1] != start:
            way.append(found[way[-1]][1])
        return tuple(reversed(way))


def to_neighbourhood(view_graph: ViewGraph) -> Neighbourhood:
    """The lines of every entity; a line from a thing to itself counts once."""
    lines: dict[str, list[ViewEdge]] = {node.iri: [] for node in view_graph.nodes}
    for edge in view_graph.edges:
        for end in {edge.source, edge.target}:
            lines[end].append(edge)
    return Neighbourhood({iri: tuple(found) for iri, found in lines.items()})


def to_part(view_graph: ViewGraph, iris: Collection[str]) -> ViewGraph:
    """The graph of some entities: the lines, figures and quotes among them, and the documents of the quotes."""
    kept = set(iris)
    evidence = {one.iri: one for one in view_graph.evidence}
    quoted = [node for node in view_graph.nodes if node.iri in kept]
    edges = [edge for edge in view_graph.edges if edge.source in kept and edge.target in kept]
    figures = [one for one in view_graph.figures if one.about in kept and one.indicator in kept]
    known = {one.iri for one in figures}
    edges = [replace(edge, figures=tuple(one for one in edge.figures if one in known)) for edge in edges]
    used = {iri for found in (quoted, edges, figures) for one in found for iri in one.evidence}
    kept |= {evidence[iri].document for iri in used}
    return replace(
        view_graph,
        nodes=tuple(node for node in view_graph.nodes if node.iri in kept),
        edges=tuple(edges),
        figures=tuple(figures),
        evidence=tuple(one for one in view_graph.evidence if one.iri in used),
    )
