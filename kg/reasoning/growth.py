"""Rule: a rate of growth agrees with the values of its two years.

The growth in per cent of a flow of a period is held against that flow of the period and of the same days of the year
before; that of a stock at a year's end against the two years' ends. What was written leaves a range for each, and so
for the quotient; the check fails where no value of it is a value of the rate. Growth of 增加值 and 生产总值 is given at
constant prices and is not checked; nor is what is only planned, nor growth over several years, which the clause before
the figure (比2020年, 较“十三五”末) or the indicator (年均增速) tells of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from kg.reasoning.checks import choose_agreeing, to_check
from kg.reasoning.claims import PLANNED, Figure, Finding
from kg.reasoning.indicators import parse_growth
from kg.reasoning.precision import Range, to_range
from kg.reasoning.series import Series, shift_year

_HUNDRED = Decimal(100)
_CLAUSE_ENDS = re.compile("[，；。：]")
_OVER_YEARS = re.compile("[比较自从](?:19|20)[0-9]{2}年|年均|累计|“十.五”|[两三四五六七八九十0-9]年(?:来|间)")


def find_growth_checks(figures: Iterable[Figure], series: Series, bounds: Mapping[str, str]) -> Iterator[Finding]:
    """A GrowthCheck for every rate with both years' values."""
    for rate in figures:
        if rate.unit != "percent" or rate.status == PLANNED or rate.period is None:
            continue
        core = None if grows_over_years(rate) else parse_growth(rate.indicator.label)
        if core is not None and (found := choose_agreeing(rate, _find_candidates(core, rate, series))):
            yield to_check("GrowthCheck", "growth-of-two-years", rate, found, bounds)


def _find_candidates(core: str, rate: Figure, series: Series) -> Iterator[tuple[tuple[Figure, ...], Range]]:
    assert rate.period is not None
    begin, end = rate.period.begin, rate.period.end
    pairs = [(now, before) for now in series.find_flows(core, rate, begin, end)
             for before in series.find_flows(core, rate, shift_year(begin), shift_year(end))]  # fmt: skip
    if (end.month, end.day) == (12, 31):
        pairs += [(now, before) for now in series.find_stocks(core, rate, end)
                  for before in series.find_stocks(core, rate, shift_year(end))]  # fmt: skip
    for now, before in pairs:
        if now.unit == before.unit and before.value > 0:
            yield (before, now), to_growth(to_range(before), to_range(now))


def grows_over_years(rate: Figure) -> bool:
    """Whether a rate is said of another time than from one year to the next."""
    clauses = (_CLAUSE_ENDS.split(text)[-1] for text in rate.before)
    return bool(_OVER_YEARS.search(rate.indicator.label)) or any(_OVER_YEARS.search(clause) for clause in clauses)


def to_growth(before: Range, now: Range) -> Range:
    """The growth in per cent from one value to another."""
    return now.over(before).scaled(_HUNDRED, -_HUNDRED)
