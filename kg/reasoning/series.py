"""Values of one thing over time, found by key: what the checks compare a figure with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from kg.reasoning.claims import PLANNED, Figure
from kg.reasoning.indicators import to_core
from kg.reasoning.precision import find_written_unit

STOCK, FLOW = "stock", "flow"
_Key = tuple[str, str, str]
# More values than these for one thing and time are no longer compared with each other.
_MOST = 4


class Series:
    """Stocks and flows that are not only planned, by core of the indicator, thing and scope; a flow by its first and
    last day, a stock by its last."""

    def __init__(self, figures: Iterable[Figure]) -> None:
        self._flows: dict[tuple[_Key, date, date], list[Figure]] = defaultdict(list)
        self._stocks: dict[tuple[_Key, date], list[Figure]] = defaultdict(list)
        for one in figures:
            if one.period is None or one.status == PLANNED:
                continue
            for key in _to_keys(one):
                if one.kind == STOCK:
                    self._stocks[key, one.period.end].append(one)
                elif one.kind == FLOW:
                    self._flows[key, one.period.begin, one.period.end].append(one)

    def find_stocks(self, core: str, figure: Figure, end: date) -> list[Figure]:
        """Stocks of the figure's thing and scope at the end of a day, the most precise first."""
        return _choose(self._stocks.get((_to_key(core, figure), end), ()))

    def find_flows(self, core: str, figure: Figure, begin: date, end: date) -> list[Figure]:
        """Flows of the figure's thing and scope between two days, the most precise first."""
        return _choose(self._flows.get((_to_key(core, figure), begin, end), ()))


def _to_keys(figure: Figure) -> set[_Key]:
    core = to_core(figure.indicator.label)
    keys = {_to_key(core, figure)}
    if core != figure.indicator.label and figure.about.label.endswith(core):
        keys.add(_to_key(figure.about.label, figure))
    return keys


def _to_key(core: str, figure: Figure) -> _Key:
    return core, figure.about.iri, figure.scope.iri if figure.scope else ""


def _choose(figures: Iterable[Figure]) -> list[Figure]:
    return sorted(figures, key=lambda one: (find_written_unit(one), one.iri))[:_MOST]


def shift_year(day: date, years: int = -1) -> date:
    """The same day of another year; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
