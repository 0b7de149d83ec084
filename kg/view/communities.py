"""Which entities belong together because they are linked with each other more than with the rest."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache

import networkx as nx

from kg.view.model import ViewGraph

Pairs = tuple[tuple[int, int, int], ...]

# Above so many nodes the Louvain method (25 s at 50,000) starts from what label propagation (2 s) has put together.
_LARGE = 20_000
_RESOLUTION = 1.1


def to_pairs(view_graph: ViewGraph, iris: Sequence[str]) -> Pairs:
    """(place in `iris`, place in `iris`, how many lines) for every two of them that are linked, smaller place first."""
    place = {iri: index for index, iri in enumerate(iris)}
    counts: dict[tuple[int, int], int] = {}
    for edge in view_graph.edges:
        one, other = place.get(edge.source), place.get(edge.target)
        if one is not None and other is not None and one != other:
            pair = (one, other) if one < other else (other, one)
            counts[pair] = counts.get(pair, 0) + 1
    return tuple((one, other, count) for (one, other), count in sorted(counts.items()))


@lru_cache(maxsize=2)
def find_communities(pairs: Pairs, count: int, seed: int) -> tuple[tuple[int, ...], ...]:
    """The communities of nodes 0 … count-1, the largest first; the same in every run (Blondel et al., 2008)."""
    if count <= _LARGE:
        return _order(_run_louvain(pairs, count, seed, _RESOLUTION))
    graph = _to_graph(pairs, count)
    near = nx.community.fast_label_propagation_communities(graph, weight="weight", seed=seed)
    parts = _order(near)
    return merge(parts, _run_louvain(to_quotient(pairs, parts), len(parts), seed, _RESOLUTION))


def merge_to_few(pairs: Pairs, parts: tuple[tuple[int, ...], ...], most: int) -> tuple[tuple[int, ...], ...]:
    """At most `most` communities: again and again the smallest joins the one it is most linked with for its size.

    Those that are linked with no other stay as they are, and are the caller's to put together.
    """
    members = {number: list(part) for number, part in enumerate(parts)}
    lines: dict[int, dict[int, int]] = {number: {} for number in members}
    for one, other, count in to_quotient(pairs, parts):
        lines[one][other] = lines[other][one] = count
    linked = {number for number in members if lines[number]}
    while len(linked) > most:
        least = min(linked, key=lambda number: (len(members[number]), number))
        near = lines.pop(least)
        target = max(near, key=lambda number: (near[number] / math.sqrt(len(members[number])), -number))
        members[target] += members.pop(least)
        linked.discard(least)
        for other, count in near.items():
            del lines[other][least]
            if other != target:
                lines[other][target] = lines[target][other] = lines[target].get(other, 0) + count
        linked -= {number for number in (target,) if not lines[number]}
    return _order(members.values())


def merge(parts: Sequence[Sequence[int]], groups: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    """The communities that groups of parts make."""
    return _order([[node for part in group for node in parts[part]] for group in groups])


def to_quotient(pairs: Pairs, parts: Sequence[Sequence[int]]) -> Pairs:
    """How many lines lead from part to part."""
    part_of = {node: number for number, part in enumerate(parts) for node in part}
    counts: dict[tuple[int, int], int] = {}
    for one, other, count in pairs:
        ends = part_of[one], part_of[other]
        if ends[0] != ends[1]:
            pair = (min(ends), max(ends))
            counts[pair] = counts.get(pair, 0) + count
    return tuple((one, other, count) for (one, other), count in sorted(counts.items()))


def _to_graph(pairs: Pairs, count: int) -> nx.Graph[int]:
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_weighted_edges_from(pairs)
    return graph


def _run_louvain(pairs: Pairs, count: int, seed: int, resolution: float) -> tuple[tuple[int, ...], ...]:
    graph = _to_graph(pairs, count)
    return _order(nx.community.louvain_communities(graph, seed=seed, resolution=resolution))


def _order(found: Iterable[Iterable[int]]) -> tuple[tuple[int, ...], ...]:
    parts = [tuple(sorted(part)) for part in found]
    return tuple(sorted(parts, key=lambda part: (-len(part), part)))
