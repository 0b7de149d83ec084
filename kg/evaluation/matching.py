"""One-to-one matching between what is annotated on two sides: as many pairs as possible, of those the best.

A greedy choice would make the score depend on the order of a file's lines; a maximum matching does not, and is the same
when the two sides are exchanged.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

import networkx

from kg.model import Span

# (place in the gold sequence, place in the predicted one) → how well they fit, the most important first, each 0 or 1.
Candidates = Mapping[tuple[int, int], tuple[int, ...]]


def find_matching(candidates: Candidates) -> tuple[tuple[int, int], ...]:
    """A largest one-to-one choice of the candidate pairs, of several the one that fits best; sorted.

    Fit is lexicographic: no gain in a later respect makes up for a loss in an earlier one.
    """
    graph = networkx.Graph()
    base = len(candidates) + 1
    for (gold, predicted), fit in sorted(candidates.items()):
        weight = 0
        for respect in fit:
            weight = weight * base + respect
        graph.add_edge(2 * gold, 2 * predicted + 1, weight=weight)
    pairs = []
    for part in networkx.connected_components(graph):
        if len(part) == 2:
            pairs.append(tuple(part))
        else:
            pairs.extend(networkx.max_weight_matching(graph.subgraph(part).copy(), maxcardinality=True))
    return tuple(sorted(_to_pair(*pair) for pair in pairs))


def _to_pair(one: int, other: int) -> tuple[int, int]:
    gold, predicted = (other, one) if one % 2 else (one, other)
    return gold // 2, predicted // 2


def find_overlaps(
    gold: Sequence[tuple[Hashable, Span]], predicted: Sequence[tuple[Hashable, Span]]
) -> Iterator[tuple[int, int]]:
    """The pairs of places whose items have the same key and share at least one character."""
    by_key: dict[Hashable, list[tuple[int, int, int]]] = defaultdict(list)
    for place, (key, span) in enumerate(predicted):
        by_key[key].append((span.begin, span.end, place))
    longest = {key: max(end - begin for begin, end, _ in spans) for key, spans in by_key.items()}
    for spans in by_key.values():
        spans.sort()
    for place, (key, span) in enumerate(gold):
        spans = by_key.get(key, [])
        first = bisect_left(spans, span.begin - longest.get(key, 0), key=lambda item: item[0])
        last = bisect_right(spans, span.end - 1, key=lambda item: item[0])
        yield from ((place, other) for _, end, other in spans[first:last] if end > span.begin)


def find_rest(count: int, taken: Iterable[int]) -> tuple[int, ...]:
    """The places below `count` that are not taken."""
    known = frozenset(taken)
    return tuple(place for place in range(count) if place not in known)
