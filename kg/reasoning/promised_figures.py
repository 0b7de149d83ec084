"""Rule: what became of a promised figure.

A planned observation is compared with achieved ones of the same indicator, thing, unit and kind that are not said of
another scope and that a document issued after the plan gives: of the same period; else stocks at the first time after
it, or at the last time before it (the target may be reached early); where the plan names no period, the newest. The one
that decides is named as report:

- kept: it reaches the target (from below, and one with 约 to a tenth; a target with 不超过, and a rank, from above), in
  time or by the first later time that is reported;
- overtaken: it goes beyond an exact target by more than how that was written, beyond a bound (以上) by a tenth, and is
  not of a later time;
- missed: it cannot reach the target, and the time is over;
- underway: it does not decide: the time is not over, or its own bound leaves both possible;
- overdue: nothing reports, and the time ended before the newest document's day;
- open: nothing reports, and the time is not over or not said.

The upper end of a range (2至3家) is no target of its own.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from kg.reasoning.claims import ACHIEVED, PLANNED, Figure, Finding
from kg.reasoning.precision import APPROXIMATELY, AT_LEAST, AT_MOST, MORE_THAN, find_written_unit, to_range
from kg.reasoning.series import STOCK
from kg.reasoning.wording import name_measure, quote

KEPT, OVERTAKEN, MISSED = "KeptPromise", "OvertakenPromise", "MissedPromise"
UNDERWAY, OPEN, OVERDUE = "UnderwayPromise", "OpenPromise", "OverduePromise"
OUTCOME_WORDS = {
    KEPT: ("已兑现", "kept"),
    OVERTAKEN: ("超额兑现", "overtaken"),
    MISSED: ("未达到", "missed"),
    UNDERWAY: ("有进展", "under way"),
    OPEN: ("待兑现", "open"),
    OVERDUE: ("逾期未报", "overdue"),
}
_RANK = "place"
_BEYOND = Decimal("1.1")
_WITHIN = Decimal("0.9")
_Key = tuple[str, str, str, str]


def find_figure_outcomes(
    figures: Iterable[Figure], newest: date | None, bounds: Mapping[str, str]
) -> Iterator[Finding]:
    """The outcome of every planned figure, with plan and report as premises."""
    known = tuple(figures)
    achieved = _Achieved(one for one in known if one.status == ACHIEVED)
    plans = [one for one in known if one.status == PLANNED]
    ranges = {_to_range_key(one) for one in plans if one.bound == AT_LEAST}
    for plan in plans:
        if plan.bound == AT_MOST and _to_range_key(plan) in ranges:
            continue
        report = achieved.find_report(plan)
        outcome = _judge(plan, report, newest)
        yield _to_finding(plan, report, outcome, bounds)


class _Achieved:
    """Achieved figures by what they measure: by period, and stocks in the order of their last days."""

    def __init__(self, figures: Iterable[Figure]) -> None:
        self._same: dict[tuple[_Key, date, date], list[Figure]] = defaultdict(list)
        self._stocks: dict[_Key, list[Figure]] = defaultdict(list)
        self._all: dict[_Key, list[Figure]] = defaultdict(list)
        for one in figures:
            key = _to_key(one)
            self._all[key].append(one)
            if one.period is not None:
                self._same[key, one.period.begin, one.period.end].append(one)
                if one.kind == STOCK:
                    self._stocks[key].append(one)
        for kept in self._all.values():
            kept.sort(key=lambda one: (one.last_issued or date.min, one.iri), reverse=True)
        self._ends = {}
        for key, stocks in self._stocks.items():
            stocks.sort(key=lambda one: (one.period.end if one.period else date.min, one.iri))
            self._ends[key] = [one.period.end if one.period else date.min for one in stocks]

    def find_report(self, plan: Figure) -> Figure | None:
        """The figure that decides on a plan, None where there is none."""
        key = _to_key(plan)
        if plan.period is None:
            return next(
                (one for one in self._all.get(key, ()) if _is_later(one, plan) and _same_scope(one, plan)), None
            )
        same = [
            one
            for one in self._same.get((key, plan.period.begin, plan.period.end), ())
            if _is_later(one, plan) and _same_scope(one, plan)
        ]
        if same:
            return max(same, key=lambda one: (one.last_issued or date.min, -find_written_unit(one), one.iri))
        if plan.kind != STOCK or key not in self._ends:
            return None
        stocks, ends = self._stocks[key], self._ends[key]
        after = stocks[bisect_right(ends, plan.period.end) :]
        before = reversed(stocks[: bisect_left(ends, plan.period.end)])
        return _find_first(after, plan) or _find_first(before, plan)


def _find_first(stocks: Iterable[Figure], plan: Figure) -> Figure | None:
    issued = plan.first_issued
    for one in stocks:
        if issued and one.period and one.period.end < issued:
            return None
        if _is_later(one, plan) and _same_scope(one, plan):
            return one
    return None


def _to_key(figure: Figure) -> _Key:
    return figure.indicator.iri, figure.about.iri, figure.unit, figure.kind


def _to_range_key(figure: Figure) -> tuple[object, ...]:
    return (*_to_key(figure), figure.period, figure.scope, figure.texts)


def _same_scope(one: Figure, other: Figure) -> bool:
    return not (one.scope and other.scope and one.scope.iri != other.scope.iri)


def _is_later(one: Figure, plan: Figure) -> bool:
    issued = plan.first_issued
    return issued is not None and one.last_issued is not None and one.last_issued > issued


def _judge(plan: Figure, report: Figure | None, newest: date | None) -> str:
    over = plan.period is not None and newest is not None and plan.period.end < newest
    if report is None:
        return OVERDUE if over else OPEN
    early = bool(plan.period and report.period and report.period.end < plan.period.end)
    late = bool(plan.period and report.period and report.period.end > plan.period.end)
    reached, missed, beyond = _compare_down(plan, report) if _is_upper(plan) else _compare_up(plan, report)
    if reached:
        return OVERTAKEN if beyond and not late else KEPT
    return MISSED if missed and over and not early else UNDERWAY


def _is_upper(plan: Figure) -> bool:
    return plan.bound == AT_MOST or plan.unit == _RANK


def _compare_up(plan: Figure, report: Figure) -> tuple[bool, bool, bool]:
    """Whether a report reaches the target, cannot reach it, goes beyond it."""
    span, target = to_range(report), plan.value
    if plan.bound == APPROXIMATELY:
        target *= _WITHIN
    reached = report.bound != AT_MOST and report.value >= target
    missed = span.high is not None and span.high < target
    if plan.bound in {MORE_THAN, AT_LEAST}:
        beyond = span.low is not None and span.low >= target * _BEYOND
    else:
        limit = to_range(plan).high
        beyond = span.low is not None and limit is not None and span.low > limit
    return reached, missed, beyond


def _compare_down(plan: Figure, report: Figure) -> tuple[bool, bool, bool]:
    span, target = to_range(report), plan.value
    reached = report.bound not in {MORE_THAN, AT_LEAST} and report.value <= target
    missed = span.low is not None and span.low > target
    limit = target if plan.unit == _RANK else target * _WITHIN
    return reached, missed, span.high is not None and span.high < limit


def _to_finding(plan: Figure, report: Figure | None, outcome: str, bounds: Mapping[str, str]) -> Finding:
    chinese, english = OUTCOME_WORDS[outcome]
    measure, target = name_measure(plan), quote(plan, bounds)
    said_zh = said_en = ""
    if report is not None:
        when = f"（{report.period.label}）" if report.period and report.period != plan.period else ""
        said_zh, said_en = f"，实际{quote(report, bounds)}{when}", f", reported {quote(report, bounds)}{when}"
    return Finding(
        outcome,
        "promised-figure",
        (plan.iri, *([report.iri] if report else [])),
        f"{measure}：计划{target}{said_zh}——{chinese}",
        f"{measure}: planned {target}{said_en}: {english}",
        promise=plan.iri,
        reports=(report.iri,) if report else (),
    )
