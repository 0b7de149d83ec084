"""Where each node stands: communities beside each other, what belongs together near, nothing on top of anything.

Only arithmetic on arrays in a fixed order and a seeded community search, so that the same graph gives the same
picture in every run, whatever PYTHONHASHSEED is. Units are the picture's own (a label's letter is about 14 of them).
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from kg.view.communities import find_communities, to_pairs
from kg.view.forces import Array, attract_and_repel
from kg.view.model import ViewGraph, ViewNode
from kg.view.spacing import fit_to_area, separate

_LABELLED = 3000  # nodes up to which each has room for its name beside it
_NAMED_IN_ROWS = 400  # nodes up to which a row has room for their names
_LETTER = 11.0  # width of a Chinese character, in the units of the picture
_LINE = 15.0  # height of a label
_LONGEST_LABEL = 6  # characters of a label that get room of their own; longer ones may reach over their neighbours


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
    height = 150.0 + _measure_rows(sources, width)
    positions |= _place_in_rows(sources, float(left), float(top) - height, width)
    return {iri: (round(x, 1), round(y, 1)) for iri, (x, y) in sorted(positions.items())}


def _find_linked(view_graph: ViewGraph) -> frozenset[str]:
    sources = {node.iri for node in view_graph.nodes if node.source}
    pairs = ((edge.source, edge.target) for edge in view_graph.edges if edge.source != edge.target)
    return frozenset(end for pair in pairs if not sources & set(pair) for end in pair)


def _place_linked(view_graph: ViewGraph, nodes: Sequence[ViewNode], degrees: Mapping[str, int], seed: int) -> Array:
    pairs = to_pairs(view_graph, [node.iri for node in nodes])
    communities = find_communities(pairs, len(nodes), seed)
    member = np.zeros(len(nodes), dtype=int)
    for index, found in enumerate(communities):
        member[list(found)] = index
    lines = np.array(pairs, dtype=int).reshape(-1, 3)
    points = _start(communities, len(nodes))
    points = attract_and_repel(points, lines[:, :2], lines[:, 2].astype(np.float64), member)
    if len(nodes) <= _LABELLED:
        boxes = np.array([_measure_box(node, degrees[node.iri]) for node in nodes])
        return separate(fit_to_area(points, boxes), boxes, 600)
    # Names are drawn where there is room for them; only the shapes keep apart.
    boxes = np.array([[to_radius(degrees[node.iri]) + 7.0] * 2 for node in nodes])
    return separate(fit_to_area(points, boxes), boxes, 80)


def _measure_box(node: ViewNode, degree: int) -> tuple[float, float]:
    radius = to_radius(degree)
    wide = sum(1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.55 for letter in node.label)
    return max(radius, _LETTER * min(wide, _LONGEST_LABEL) / 2) + 5.0, radius + _LINE / 2 + 4.0


def _start(communities: Sequence[Sequence[int]], count: int) -> Array:
    """Communities on a sunflower, the largest in the middle; the members of each on a smaller one."""
    points = np.zeros((count, 2))
    reach = 42.0 * math.sqrt(count)
    for index, found in enumerate(communities):
        centre = _sunflower(index, len(communities)) * reach
        for place, node in enumerate(found):
            points[node] = centre + _sunflower(place, len(found)) * 42.0 * math.sqrt(len(found))
    return points


def _sunflower(index: int, count: int) -> Array:
    angle = index * math.pi * (3 - math.sqrt(5))
    reach = math.sqrt((index + 0.5) / max(count, 1))
    return np.array([reach * math.cos(angle), reach * math.sin(angle)])


def _measure_cell(count: int) -> tuple[float, float]:
    """The room of a node that stands in a row: as wide as a name, unless there are too many to read."""
    return (190.0, 70.0) if count <= _NAMED_IN_ROWS else (64.0, 60.0)


def _measure_rows(nodes: Sequence[ViewNode], width: float) -> float:
    across, down = _measure_cell(len(nodes))
    return down * math.ceil(len(nodes) / max(int(width // across), 1))


def _place_in_rows(nodes: Sequence[ViewNode], left: float, top: float, width: float) -> dict[str, tuple[float, float]]:
    across, down = _measure_cell(len(nodes))
    columns = max(int(width // across), 1)
    return {
        node.iri: (left + across * (place % columns + 0.5), top + down * (place // columns))
        for place, node in enumerate(nodes)
    }
