"""The picture's beginning: a handful of groups, each with what is most linked in it, where there is room for names."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from kg.view.communities import Pairs, find_communities, merge_to_few, to_pairs
from kg.view.layout import to_degrees
from kg.view.model import Overview, Text, ViewGraph, ViewGroup, ViewNode

_COMMUNITIES = 12  # groups that an eye takes in at once
_SMALL = 7  # entities below which a community has no box of its own
_NAMES = 54  # names in all groups together when the picture opens
_FEWEST, _MOST = 2, 8  # and in one of them
_SLOT = (118.0, 58.0)  # room for a shape with its name; the page's script has the same
_EDGE = (30.0, 58.0)  # around the slots: margins, and the group's own name above
_FLAT = 2.2  # how much wider than high a group grows
_GAP = 40.0
_TURNS = 48
_WIDER = 1.3  # how much farther something may be across than down


def compute_overview(view_graph: ViewGraph, seed: int = 2025) -> Overview:
    """Both groupings of all entities that are no source documents; those without a line are the last community."""
    degrees = to_degrees(view_graph)
    nodes = [node for node in view_graph.nodes if not node.source]
    pairs = to_pairs(view_graph, [node.iri for node in nodes])
    linked = {end for pair in pairs for end in pair[:2]}
    place = {number: index for index, number in enumerate(sorted(linked))}
    inner: Pairs = tuple((place[one], place[other], count) for one, other, count in pairs)
    numbers = sorted(linked)
    found = merge_to_few(inner, find_communities(inner, len(numbers), seed), _COMMUNITIES)
    parts = [[nodes[numbers[number]] for number in part] for part in found]
    large = [part for part in parts if len(part) >= _SMALL][: _COMMUNITIES + 2]
    communities = [_name_community(part, degrees) for part in large]
    rest = [node for part in parts[len(large) :] for node in part]
    if rest:
        communities.append((("small", Text("其余小组", "other small groups")), rest))
    alone = [node for number, node in enumerate(nodes) if number not in linked]
    if alone:
        communities.append((("unlinked", Text("没有关系的实体", "without relations")), alone))
    return Overview(
        communities=_arrange(communities, pairs, nodes, degrees),
        classes=_arrange(_group_by_class(view_graph, nodes), pairs, nodes, degrees),
    )


_Named = tuple[tuple[str, Text], Sequence[ViewNode]]


def _name_community(part: Sequence[ViewNode], degrees: Mapping[str, int]) -> _Named:
    first = sorted(part, key=_by_degree(degrees))[:2]
    label = "、".join(_shorten(node.label) for node in first)
    return (first[0].iri, Text(f"{label}等" if len(part) > len(first) else label, "group around it")), part


def _shorten(label: str) -> str:
    return label if len(label) <= 9 else f"{label[:8]}…"


def _by_degree(degrees: Mapping[str, int]) -> Callable[[ViewNode], tuple[int, str, str]]:
    return lambda node: (-degrees[node.iri], node.label, node.iri)


def _group_by_class(view_graph: ViewGraph, nodes: Sequence[ViewNode]) -> list[_Named]:
    roots = {one.iri: one.root for one in view_graph.classes}
    labels = {one.iri: one.label for one in view_graph.classes}
    members: dict[str, list[ViewNode]] = {}
    for node in nodes:
        members.setdefault(roots.get(node.classes[0], "") if node.classes else "", []).append(node)
    groups: list[_Named] = [
        ((root or "unclassified", labels.get(root, Text("未分类", "Unclassified"))), found)
        for root, found in members.items()
    ]
    return sorted(groups, key=lambda one: (-len(one[1]), one[0][0]))


def _arrange(
    groups: Sequence[_Named], pairs: Pairs, nodes: Sequence[ViewNode], degrees: Mapping[str, int]
) -> tuple[ViewGroup, ...]:
    opening = _share_names([len(members) for _, members in groups])
    group_of = {node.iri: number for number, (_, members) in enumerate(groups) for node in members}
    lines: Counter[tuple[int, int]] = Counter()
    for one, other, count in pairs:
        ends = group_of[nodes[one].iri], group_of[nodes[other].iri]
        lines[min(ends), max(ends)] += count
    centres = _pack([_measure(count) for count in opening], lines)
    return tuple(
        ViewGroup(
            key=key,
            label=label,
            members=tuple(node.iri for node in sorted(members, key=_by_degree(degrees))),
            opening=count,
            centre=centre,
        )
        for ((key, label), members), count, centre in zip(groups, opening, centres, strict=True)
    )


def _share_names(sizes: Sequence[int]) -> list[int]:
    whole = sum(math.sqrt(size) for size in sizes) or 1.0
    return [min(size, _MOST, max(_FEWEST, round(_NAMES * math.sqrt(size) / whole))) for size in sizes]


def _measure(count: int) -> tuple[float, float]:
    """The width and height of a group with so many names: the page fills its places in the same order."""
    places = sorted(
        ((column, row) for column in range(_MOST) for row in range(_MOST)),
        key=lambda place: (max(place[0] * _SLOT[0] / _FLAT, place[1] * _SLOT[1]), place[1], place[0]),
    )[: max(count, 1)]
    columns, rows = (1 + max(place[side] for place in places) for side in (0, 1))
    return columns * _SLOT[0] + _EDGE[0], rows * _SLOT[1] + _EDGE[1]


def _pack(sizes: Sequence[tuple[float, float]], lines: Mapping[tuple[int, int], int]) -> list[tuple[float, float]]:
    """Centres of boxes: each beside those before it, as near as may be to what it is linked with and to the middle."""
    placed: list[tuple[float, float]] = []
    for number, (width, height) in enumerate(sizes):
        weights = [math.log2(1 + lines.get((other, number), 0)) for other in range(number)]
        best = (math.inf, 0.0, 0.0)
        for other, (x, y) in enumerate(placed):
            across = (width + sizes[other][0]) / 2 + _GAP
            down = (height + sizes[other][1]) / 2 + _GAP
            for turn in range(_TURNS):
                angle = 2 * math.pi * turn / _TURNS
                reach = min(across / (abs(math.cos(angle)) + 1e-9), down / (abs(math.sin(angle)) + 1e-9))
                spot = x + reach * math.cos(angle), y + reach * math.sin(angle)
                if not _is_free(spot, (width, height), placed, sizes):
                    continue
                cost = 6 * _weigh(spot, (0.0, 0.0)) + sum(
                    weight * _weigh(spot, placed[place]) for place, weight in enumerate(weights)
                )
                best = min(best, (round(cost, 3), *spot))
        placed.append((round(best[1], 1), round(best[2], 1)))
    return placed


def _weigh(one: tuple[float, float], other: tuple[float, float]) -> float:
    return math.hypot((one[0] - other[0]) / _WIDER, one[1] - other[1])


def _is_free(
    spot: tuple[float, float],
    size: tuple[float, float],
    placed: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
) -> bool:
    return all(
        abs(spot[0] - x) > (size[0] + width) / 2 + _GAP - 1 or abs(spot[1] - y) > (size[1] + height) / 2 + _GAP - 1
        for (x, y), (width, height) in zip(placed, sizes, strict=False)
    )
