"""Rule: two figures of the same indicator, thing, period, kind and unit, neither only planned and not said of different
scopes, that cannot both hold given their bounds and how precisely they were written (kg.reasoning.precision).

24% and 26% disagree; 2.5万家 and 突破2.5万家 do not, nor do 1.1万亿元 and 11698.43亿元, which is cut off to it.
Without a period nothing is compared: the figures may be of different years.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from kg.reasoning.claims import PLANNED, Figure, Finding
from kg.reasoning.precision import agree, to_range
from kg.reasoning.wording import name_measure, quote

# In a larger group each figure is compared with the two extremes only: work stays linear in the figures.
_MOST_IN_PAIRS = 40


def find_disagreements(figures: Iterable[Figure], bounds: Mapping[str, str]) -> Iterator[Finding]:
    """Every such pair, as a Disagreement with both observations as premises."""
    groups: dict[tuple[str, ...], list[Figure]] = defaultdict(list)
    for one in figures:
        if one.period is not None and one.status != PLANNED:
            days = one.period.begin.isoformat(), one.period.end.isoformat()
            groups[one.indicator.iri, one.about.iri, one.unit, one.kind, *days].append(one)
    for group in groups.values():
        for one, other in _pair(group):
            apart = one.scope and other.scope and one.scope.iri != other.scope.iri
            if not apart and not agree(one, other):
                yield _to_finding(one, other, bounds)


def _pair(group: list[Figure]) -> Iterator[tuple[Figure, Figure]]:
    if len(group) <= _MOST_IN_PAIRS:
        yield from combinations(group, 2)
        return
    by_scope: dict[str, list[Figure]] = defaultdict(list)
    for one in group:
        by_scope[one.scope.iri if one.scope else ""].append(one)
    for figures in by_scope.values():
        ends = [(to_range(one), one) for one in figures]
        lowest = min(((span.high, one.iri, one) for span, one in ends if span.high is not None), default=None)
        highest = max(((span.low, one.iri, one) for span, one in ends if span.low is not None), default=None)
        extremes = [found[2] for found in (lowest, highest) if found is not None]
        seen = set()
        for one in figures:
            for extreme in extremes:
                pair = tuple(sorted((one.iri, extreme.iri)))
                if one.iri != extreme.iri and pair not in seen:
                    seen.add(pair)
                    yield extreme, one


def _to_finding(one: Figure, other: Figure, bounds: Mapping[str, str]) -> Finding:
    first, second = sorted((one, other), key=lambda figure: (figure.value, figure.iri))
    measure, low, high = name_measure(first), quote(first, bounds), quote(second, bounds)
    return Finding(
        "Disagreement",
        "disagreement",
        (first.iri, second.iri),
        f"{measure}：{low}与{high}不能同时成立",
        f"{measure}: {low} and {high} cannot both hold",
    )
