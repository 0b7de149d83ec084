"""Rule: figures of regions do not add up to more than that of the region they lie in: the same indicator, thing,
period, unit and kind, stock or flow, of what can be added up.

A region's figure counts towards the nearest region above it that has one, so that no two parts overlap. Regions that
are missing leave the sum smaller, which proves nothing wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from kg.reasoning.claims import PLANNED, Claims, Figure, Finding
from kg.reasoning.indicators import is_additive
from kg.reasoning.part_sums import to_sum_check
from kg.reasoning.precision import find_written_unit
from kg.reasoning.series import FLOW, STOCK


def find_region_sum_checks(claims: Claims, bounds: Mapping[str, str]) -> Iterator[Finding]:
    """A PartSumCheck for every region with figures of regions in it."""
    groups: dict[tuple[object, ...], dict[str, list[Figure]]] = defaultdict(lambda: defaultdict(list))
    for one in claims.figures:
        additive = one.kind in {STOCK, FLOW} and one.unit != "place" and is_additive(one.indicator.label)
        if additive and one.status != PLANNED and one.scope is not None and one.period is not None:
            # What is said of the region itself (全社会研发投入 of 湖北省) is of another thing in each region.
            about = "" if one.about.iri == one.scope.iri else one.about.iri
            key = one.indicator.iri, about, one.unit, one.kind, one.period.begin, one.period.end
            groups[key][one.scope.iri].append(one)
    for scopes in groups.values():
        parts: dict[str, list[Figure]] = defaultdict(list)
        for scope, figures in scopes.items():
            above = _find_above(scope, scopes, claims)
            if above is not None:
                parts[above].append(_choose(figures))
        for whole, listed in parts.items():
            yield to_sum_check("parts-of-region", _choose(scopes[whole]), listed, bounds)


def _find_above(scope: str, scopes: Mapping[str, object], claims: Claims) -> str | None:
    seen = {scope}
    above = claims.broader.get(scope)
    while above is not None and above not in seen:
        if above in scopes:
            return above
        seen.add(above)
        above = claims.broader.get(above)
    return None


def _choose(figures: list[Figure]) -> Figure:
    """The most precise of several figures of one region."""
    return min(figures, key=lambda one: (find_written_unit(one), one.iri))
