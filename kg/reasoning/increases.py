"""Rule: a rate of growth agrees with the value and its increase of the same period: 2083 more than a year before to
8716 are growth of 2083 / (8716 − 2083) = 31.4%. Only net increases (增加数, 净增数) count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from kg.reasoning.checks import choose_agreeing, to_check
from kg.reasoning.claims import PLANNED, Figure, Finding
from kg.reasoning.growth import to_growth
from kg.reasoning.indicators import parse_growth, parse_increase
from kg.reasoning.precision import Range, to_range
from kg.reasoning.series import Series


def find_increase_checks(figures: Iterable[Figure], series: Series, bounds: Mapping[str, str]) -> Iterator[Finding]:
    """A GrowthCheck for every rate with the value and the increase of its period."""
    known = [one for one in figures if one.status != PLANNED and one.period is not None]
    increases: dict[tuple[object, ...], list[Figure]] = defaultdict(list)
    for one in known:
        increase = parse_increase(one.indicator.label)
        if increase is not None and increase.net:
            increases[_to_key(increase.core, one)].append(one)
    for rate in known:
        core = parse_growth(rate.indicator.label) if rate.unit == "percent" else None
        if core is None:
            continue
        candidates = _find_candidates(core, rate, increases.get(_to_key(core, rate), ()), series)
        if found := choose_agreeing(rate, candidates):
            yield to_check("GrowthCheck", "growth-of-increase", rate, found, bounds)


def _to_key(core: str, figure: Figure) -> tuple[object, ...]:
    assert figure.period is not None
    scope = figure.scope.iri if figure.scope else ""
    return core, figure.about.iri, scope, figure.period.begin, figure.period.end


def _find_candidates(
    core: str, rate: Figure, increases: Iterable[Figure], series: Series
) -> Iterator[tuple[tuple[Figure, ...], Range]]:
    assert rate.period is not None
    flows = series.find_flows(core, rate, rate.period.begin, rate.period.end)
    stocks = series.find_stocks(core, rate, rate.period.end)
    for increase in increases:
        for value in (*flows, *stocks):
            before = to_range(value).minus(to_range(increase))
            if value.unit == increase.unit and before.low is not None and before.low > 0:
                yield (value, increase), to_growth(before, to_range(value))
