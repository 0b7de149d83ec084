"""Rule: a share agrees with the part and the whole. 高新技术企业总数占全省比重 of a city is its 高新技术企业总数
divided by that of the province that it lies in, of the same period: 9145 of 14560 are 63%.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from kg.reasoning.checks import choose_agreeing, to_check
from kg.reasoning.claims import PLANNED, Claims, Figure, Finding, Thing
from kg.reasoning.indicators import Share, parse_share
from kg.reasoning.precision import Range, to_range
from kg.reasoning.series import Series

_LEVELS: Mapping[str, frozenset[str]] = {
    "全省": frozenset({"Province"}),
    "全国": frozenset({"Country"}),
    "全市": frozenset({"City", "Municipality"}),
}
_HUNDRED = Decimal(100)


def find_share_checks(claims: Claims, series: Series, bounds: Mapping[str, str]) -> Iterator[Finding]:
    """A ShareCheck for every such share with both values."""
    for figure in claims.figures:
        if figure.unit != "percent" or figure.status == PLANNED or figure.period is None or figure.scope is None:
            continue
        share = parse_share(figure.indicator.label)
        whole = find_region(figure.scope.iri, _LEVELS[share.whole], claims) if share else None
        if share and whole and (found := choose_agreeing(figure, _find_candidates(share, figure, whole, series))):
            yield to_check("ShareCheck", "share-of-region", figure, found, bounds)


def find_region(iri: str, level: frozenset[str], claims: Claims) -> str | None:
    """The nearest region of a level above a region."""
    seen = {iri}
    above = claims.broader.get(iri)
    while above is not None and above not in seen:
        if claims.levels.get(above, frozenset()) & level:
            return above
        seen.add(above)
        above = claims.broader.get(above)
    return None


def _find_candidates(
    share: Share, figure: Figure, whole: str, series: Series
) -> Iterator[tuple[tuple[Figure, ...], Range]]:
    wider = replace(figure, scope=Thing(whole, ""))
    for part, total in zip(_find_values(share, figure, series), _find_values(share, wider, series), strict=False):
        for one in part:
            for other in total:
                if one.unit == other.unit and other.value > 0:
                    yield (one, other), to_range(one).over(to_range(other)).scaled(_HUNDRED)


def _find_values(share: Share, figure: Figure, series: Series) -> tuple[list[Figure], list[Figure]]:
    """Stocks, and flows, of a scope at the figure's time."""
    assert figure.period is not None
    stocks = series.find_stocks(share.core, figure, figure.period.end)
    return stocks, series.find_flows(share.core, figure, figure.period.begin, figure.period.end)
