"""Where each node stands: communities beside each other, what belongs together near, nothing on top of anything.

Only arithmetic on arrays in a fixed order and a seeded community search, so that the same graph gives the same
picture in every run, whatever PYTHONHASHSEED is. Units are the picture's own (a label's letter is about 14 of them).
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from kg.view.model import ViewGraph, ViewNode

_Array = NDArray[np.float64]

_STEPS = 240
_LETTER = 11.0  # width of a Chinese character, in the units of the picture
_LINE = 15.0  # height of a label
_LONGEST_LABEL = 6  # characters of a label that get room of their own; longer ones may reach over their neighbours
_FILLED = 0.42  # how much of the picture the nodes and their labels take
_LANDSCAPE = 1.05  # width to height of the picture, about that of the window's part it stands in


def to_radius(degree: int) -> float:
    """A node's radius: it grows with the root of the number of its edges, up to a limit."""
    return round(min(11.0 + 3.6 * math.sqrt(degree), 44.0), 2)


def to_degrees(view_graph: ViewGraph) -> Mapping[str, int]:
    """The number of edges at each node."""
    counts = Counter(end for edge in view_graph.edges for end in (edge.source, edge.target))
    return {node.iri: counts[node.iri] for node in view_graph.nodes}


def compute_positions(view_graph: ViewGraph, seed: int = 2025) -> Mapping[str, tuple[float, float]]:
    """IRI → (x, y), y downwards, for every node: source documents in rows above, those without an edge below."""
    degrees = to_degrees(view_graph)
    sources = [node for node in view_graph.nodes if node.source]
    linked_iris = _find_linked(view_graph)
    linked = [node for node in view_graph.nodes if not node.source and node.iri in linked_iris]
    alone = [node for node in view_graph.nodes if not node.source and node.iri not in linked_iris]
    positions: dict[str, tuple[float, float]] = {}
    left = right = top = bottom = 0.0
    if linked:
        points = _place_linked(view_graph, linked, degrees, seed)
        positions |= {node.iri: (float(x), float(y)) for node, (x, y) in zip(linked, points, strict=True)}
        (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    width = max(float(right - left), 900.0)
    rows = sorted(alone, key=lambda node: (node.classes, node.label, node.iri))
    positions |= _place_in_rows(rows, float(left), float(bottom) + 150.0, width)
    height = 150.0 + 70.0 * _count_rows(sources, width)
    positions |= _place_in_rows(sources, float(left), float(top) - height, width)
    return {iri: (round(x, 1), round(y, 1)) for iri, (x, y) in sorted(positions.items())}


def _find_linked(view_graph: ViewGraph) -> frozenset[str]:
    sources = {node.iri for node in view_graph.nodes if node.source}
    pairs = ((edge.source, edge.target) for edge in view_graph.edges if edge.source != edge.target)
    return frozenset(end for pair in pairs if not sources & set(pair) for end in pair)


def _place_linked(view_graph: ViewGraph, nodes: Sequence[ViewNode], degrees: Mapping[str, int], seed: int) -> _Array:
    number = {node.iri: index for index, node in enumerate(nodes)}
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(nodes)))
    for edge in view_graph.edges:
        ends = number.get(edge.source), number.get(edge.target)
        if ends[0] is not None and ends[1] is not None and ends[0] != ends[1]:
            weight = graph.get_edge_data(*ends, {"weight": 0})["weight"] + 1
            graph.add_edge(*ends, weight=weight)
    boxes = np.array([_measure_box(node, degrees[node.iri]) for node in nodes])
    communities = [sorted(found) for found in nx.community.louvain_communities(graph, seed=seed, resolution=1.1)]
    communities.sort(key=lambda found: (-len(found), found))
    member = np.zeros(len(nodes), dtype=int)
    for index, found in enumerate(communities):
        member[found] = index
    points = _start(communities, len(nodes))
    points = _attract_and_repel(points, graph, member, boxes)
    return _separate(_fit_to_area(points, boxes), boxes)


def _measure_box(node: ViewNode, degree: int) -> tuple[float, float]:
    radius = to_radius(degree)
    wide = sum(1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.55 for letter in node.label)
    return max(radius, _LETTER * min(wide, _LONGEST_LABEL) / 2) + 5.0, radius + _LINE / 2 + 4.0


def _start(communities: Sequence[Sequence[int]], count: int) -> _Array:
    """Communities on a sunflower, the largest in the middle; the members of each on a smaller one."""
    points = np.zeros((count, 2))
    reach = 42.0 * math.sqrt(count)
    for index, found in enumerate(communities):
        centre = _sunflower(index, len(communities)) * reach
        for place, node in enumerate(found):
            points[node] = centre + _sunflower(place, len(found)) * 42.0 * math.sqrt(len(found))
    return points


def _sunflower(index: int, count: int) -> _Array:
    angle = index * math.pi * (3 - math.sqrt(5))
    reach = math.sqrt((index + 0.5) / max(count, 1))
    return np.array([reach * math.cos(angle), reach * math.sin(angle)])


def _attract_and_repel(points: _Array, graph: nx.Graph[int], member: NDArray[np.int_], boxes: _Array) -> _Array:
    """Force-directed placing (Fruchterman and Reingold, 1991); an edge within a community pulls harder."""
    ends = np.array([(a, b) for a, b in sorted(graph.edges())], dtype=int).reshape(-1, 2)
    weights = np.array([math.sqrt(graph[a][b]["weight"]) for a, b in ends.tolist()])
    same = member[ends[:, 0]] == member[ends[:, 1]]
    pull = np.where(same, 1.0, 0.18) * weights
    degree = np.bincount(ends.ravel(), minlength=len(points)).astype(np.float64)
    mass = np.sqrt(1.0 + degree)
    rest = 95.0
    reach = float(np.ptp(points, axis=0).max()) or 1.0
    for step in range(_STEPS):
        heat = reach * 0.08 * (1 - step / _STEPS) ** 1.5 + 0.5
        apart = points[:, None, :] - points[None, :, :]
        squared = (apart**2).sum(axis=2) + 30.0
        strength = mass[:, None] * mass[None, :] * rest**2 / squared
        np.fill_diagonal(strength, 0.0)
        move = (apart * strength[:, :, None]).sum(axis=1) / mass[:, None]
        along = points[ends[:, 1]] - points[ends[:, 0]]
        length = np.sqrt((along**2).sum(axis=1))
        tug = along * (pull * length / rest)[:, None]
        # A hub is moved by all its edges at once: shared out by degree so that it does not overshoot.
        np.add.at(move, ends[:, 0], tug / np.sqrt(degree[ends[:, 0]])[:, None])
        np.add.at(move, ends[:, 1], -tug / np.sqrt(degree[ends[:, 1]])[:, None])
        move -= (points - points.mean(axis=0)) * 0.5
        size = np.sqrt((move**2).sum(axis=1)) + 1e-9
        points = points + move * (np.minimum(size, heat) / size)[:, None]
    return points


def _fit_to_area(points: _Array, boxes: _Array) -> _Array:
    """Scales both axes so that the nodes' boxes fill a fixed part of a landscape picture; what strays is drawn in."""
    points = points - np.median(points, axis=0)
    distance = np.sqrt((points**2).sum(axis=1)) + 1e-9
    usual = float(np.percentile(distance, 80)) + 1e-9
    points *= np.where(distance > usual, (usual + (distance - usual) * 0.45) / distance, 1.0)[:, None]
    wanted = math.sqrt(float((4 * boxes[:, 0] * boxes[:, 1]).sum()) / _FILLED)
    sides = wanted * np.array([_LANDSCAPE**0.5, _LANDSCAPE**-0.5])
    fitted: _Array = points / (np.ptp(points, axis=0) + 1e-9) * sides
    return fitted


def _separate(points: _Array, boxes: _Array) -> _Array:
    """Pushes nodes apart, along the axis where less is missing, until no two boxes (circle and label) overlap."""
    points = points.copy()
    least = boxes[:, None, :] + boxes[None, :, :]
    upper = np.triu(np.ones((len(points), len(points)), dtype=bool), k=1)
    for step in range(600):
        apart = points[:, None, :] - points[None, :, :]
        missing = least - np.abs(apart)
        first, second = np.nonzero((missing > 0.01).all(axis=2) & upper)
        if first.size == 0:
            return points
        gap, way = missing[first, second], np.where(apart[first, second] >= 0, 1.0, -1.0)
        axis = (gap[:, 0] > gap[:, 1]).astype(int)
        push = np.zeros_like(gap)
        rows = np.arange(first.size)
        push[rows, axis] = gap[rows, axis] * way[rows, axis] * 0.5
        shift, times = np.zeros_like(points), np.ones(len(points))
        np.add.at(shift, first, push)
        np.add.at(shift, second, -push)
        np.add.at(times, first, 0.35)
        np.add.at(times, second, 0.35)
        points += shift / times[:, None]
        if step % 100 == 99:
            points *= 1.08  # a knot that pushing alone cannot undo gets room
    return points


def _count_rows(nodes: Sequence[ViewNode], width: float) -> int:
    return math.ceil(len(nodes) / max(int(width // 190), 1))


def _place_in_rows(nodes: Sequence[ViewNode], left: float, top: float, width: float) -> dict[str, tuple[float, float]]:
    columns = max(int(width // 190), 1)
    return {
        node.iri: (left + 190.0 * (place % columns) + 95.0, top + 70.0 * (place // columns))
        for place, node in enumerate(nodes)
    }
