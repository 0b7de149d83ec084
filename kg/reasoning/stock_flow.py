"""Rule: a stock grows by what is added. The stock at the end of a period less the stock at the end of the day before it
began equals a net increase (净增数), and is no more than what was newly added (新增数), from which leavers are not
taken off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from kg.reasoning.checks import choose_agreeing, to_check
from kg.reasoning.claims import PLANNED, Figure, Finding
from kg.reasoning.indicators import Increase, parse_increase
from kg.reasoning.precision import Range, to_range
from kg.reasoning.series import FLOW, Series

_DAY = timedelta(days=1)


def find_stock_flow_checks(figures: Iterable[Figure], series: Series, bounds: Mapping[str, str]) -> Iterator[Finding]:
    """A StockFlowCheck for every increase with the stocks before and after it."""
    for flow in figures:
        if flow.kind != FLOW or flow.status == PLANNED or flow.period is None:
            continue
        increase = parse_increase(flow.indicator.label)
        if increase is not None and (found := choose_agreeing(flow, _find_candidates(increase, flow, series))):
            yield to_check("StockFlowCheck", "net-increase" if increase.net else "new-members", flow, found, bounds)


def _find_candidates(increase: Increase, flow: Figure, series: Series) -> Iterator[tuple[tuple[Figure, ...], Range]]:
    assert flow.period is not None
    for after in series.find_stocks(increase.core, flow, flow.period.end):
        for before in series.find_stocks(increase.core, flow, flow.period.begin - _DAY):
            if flow.unit == after.unit == before.unit:
                grown = to_range(after).minus(to_range(before))
                yield (before, after), grown if increase.net else Range(grown.low, None)
