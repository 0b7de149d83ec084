"""What became of promises: figures and statements kept, overtaken, missed, under way, open or overdue."""

from __future__ import annotations

import time
from datetime import date

import pytest
from reasoning_claims import BOUNDS, figure, only, statement

from kg.reasoning.claims import Claim, Figure, Finding
from kg.reasoning.promised_figures import find_figure_outcomes
from kg.reasoning.promised_statements import find_statement_outcomes

EXACT, MORE, LEAST, MOST, ABOUT = "exactly", "moreThan", "atLeast", "atMost", "approximately"
NEWEST = date(2025, 6, 30)


def plan(text: str, bound: str = EXACT, **more: str | None) -> Figure:
    """A figure planned for 2024 in a document of 2023."""
    return figure("企业数", text, bound=bound, **{"when": "2024", "status": "planned", "issued": "2023-05-01"} | more)


def report(text: str, bound: str = EXACT, **more: str | None) -> Figure:
    """A figure of 2024 in a document of 2025."""
    return figure("企业数", text, bound=bound, **{"when": "2024", "issued": "2025-02-01"} | more)


def judge(*figures: Figure, newest: date = NEWEST) -> Finding:
    return only(list(find_figure_outcomes(figures, newest, BOUNDS)))


@pytest.mark.parametrize(
    ("target", "reached", "outcome"),
    [
        (("9000家", MORE), ("9200家", EXACT), "KeptPromise"),
        (("9000家", MORE), ("9000家", EXACT), "KeptPromise"),
        (("9000家", MORE), ("9900家", EXACT), "KeptPromise"),
        (("9000家", MORE), ("12000家", EXACT), "OvertakenPromise"),
        (("25家", EXACT), ("25家", EXACT), "KeptPromise"),
        (("25家", EXACT), ("26家", EXACT), "OvertakenPromise"),
        (("3万家", EXACT), ("3.2万家", EXACT), "KeptPromise"),
        (("9000家", MORE), ("8600家", EXACT), "MissedPromise"),
        (("9000家", LEAST), ("8900多家", MORE), "MissedPromise"),
        (("9000家", LEAST), ("8600家", MORE), "UnderwayPromise"),
        (("20家", ABOUT), ("19家", EXACT), "KeptPromise"),
        (("20家", ABOUT), ("17家", EXACT), "MissedPromise"),
        (("4%", MOST), ("3.65%", EXACT), "KeptPromise"),
        (("4%", MOST), ("3%", EXACT), "OvertakenPromise"),
        (("4%", MOST), ("4.5%", EXACT), "MissedPromise"),
        (("第8位", EXACT), ("第7位", EXACT), "OvertakenPromise"),
        (("第8位", EXACT), ("第9位", EXACT), "MissedPromise"),
    ],
)
def test_a_target_is_judged_by_the_report_of_its_period(
    target: tuple[str, str], reached: tuple[str, str], outcome: str
) -> None:
    promised, found = plan(*target), report(*reached)
    judged = judge(promised, found)
    assert judged.kind == outcome, judged.label_zh
    assert (judged.promise, judged.reports, judged.premises) == (promised.iri, (found.iri,), (promised.iri, found.iri))


def test_without_a_report_the_time_decides() -> None:
    assert judge(plan("9000家")).kind == "OverduePromise"
    assert judge(plan("9000家"), newest=date(2024, 12, 31)).kind == "OpenPromise"
    assert judge(plan("9000家", when=None)).kind == "OpenPromise"
    assert judge(plan("9000家")).premises == (plan("9000家").iri,)


@pytest.mark.parametrize(
    "other",
    [
        {"scope": "武汉市"}, {"about": "瞪羚企业"}, {"status": "planned"}, {"status": "ongoing"}, {"unit": "项"},
        {"kind": "flow"},
    ],
)  # fmt: skip
def test_what_is_no_report(other: dict[str, str]) -> None:
    found = list(find_figure_outcomes([plan("9000家"), report("9500家", **other)], NEWEST, BOUNDS))
    assert next(one for one in found if one.promise == plan("9000家").iri).kind == "OverduePromise"


def test_a_stock_of_a_later_time_shows_what_was_reached_but_never_that_it_was_overtaken() -> None:
    assert judge(plan("9000家"), report("12000家", when="2025-01")).kind == "KeptPromise"
    assert judge(plan("9000家"), report("8000家", when="2025-01")).kind == "MissedPromise"
    # Growth of another year is no report.
    flows = {"kind": "flow"}
    assert judge(plan("900家", **flows), report("1200家", when="2025-01", **flows)).kind == "OverduePromise"


def test_a_stock_before_the_time_may_reach_the_target_early() -> None:
    later = {"when": "2027"}
    assert judge(plan("9000家", **later), report("9100家")).kind == "KeptPromise"
    assert judge(plan("9000家", **later), report("8000家")).kind == "UnderwayPromise"
    # What was so before the promise was made is no progress on it.
    assert judge(plan("9000家", **later), report("9100家", when="2022", issued="2023-01-01")).kind == "OpenPromise"


def test_the_period_itself_beats_other_times_and_the_newest_document_others() -> None:
    judged = judge(plan("9000家"), report("8000家"), report("9100家", when="2025-01"))
    assert judged.kind == "MissedPromise"
    judged = judge(plan("9000家"), report("8000家", issued="2025-01-05"), report("9050家", issued="2025-03-01"))
    assert judged.kind == "KeptPromise"


def test_a_target_without_a_period_needs_a_later_document() -> None:
    timeless = plan("9000家", when=None)
    assert judge(timeless, report("9100家")).kind == "KeptPromise"
    assert judge(timeless, report("9100家", when="2022", issued="2023-01-01")).kind == "OpenPromise"


def test_the_upper_end_of_a_range_is_no_target() -> None:
    low, high = plan("2至3家", LEAST, value="2"), plan("2至3家", MOST, value="3")
    judged = judge(low, high, report("5家"))
    assert (judged.promise, judged.kind) == (low.iri, "OvertakenPromise")


def test_figures_are_found_by_key() -> None:
    plans = [plan("9000家", about=f"企业{number}") for number in range(10_000)]
    reports = [report("9100家", about=f"企业{number}") for number in range(0, 10_000, 2)]
    began = time.perf_counter()
    found = list(find_figure_outcomes([*plans, *reports], NEWEST, BOUNDS))
    assert time.perf_counter() - began < 5
    assert sum(one.kind == "KeptPromise" for one in found) == 5_000
    assert sum(one.kind == "OverduePromise" for one in found) == 5_000


# --- statements -------------------------------------------------------------------------------------------------------

PROMISE = statement("湖北省", "设立", "母基金", "planned", "2023-05-01")
ANYONE = frozenset({"设立"})


def judge_statements(*statements: Claim) -> Finding:
    return only(list(find_statement_outcomes(statements, ANYONE)))


@pytest.mark.parametrize(
    ("later", "outcome"),
    [
        (statement("湖北省", "设立", "母基金", "achieved", "2024-01-01"), "KeptPromise"),
        (statement("武汉市", "设立", "母基金", "achieved", "2024-01-01"), "KeptPromise"),
        (statement("湖北省", "设立", "母基金", "ongoing", "2024-01-01"), "UnderwayPromise"),
        (statement("湖北省", "设立", "母基金", "achieved", "2023-01-01"), "OpenPromise"),
        (statement("湖北省", "设立", "母基金", "achieved", "2023-05-01"), "OpenPromise"),
        (statement("湖北省", "支持", "母基金", "achieved", "2024-01-01"), "OpenPromise"),
        (statement("湖北省", "设立", "子基金", "achieved", "2024-01-01"), "OpenPromise"),
    ],
)
def test_a_commitment_is_judged_by_later_statements(later: Claim, outcome: str) -> None:
    judged = judge_statements(PROMISE, later)
    assert judged.kind == outcome
    assert judged.promise == PROMISE.iri
    assert judged.reports == (() if outcome == "OpenPromise" else (later.iri,))
    assert judged.premises == (PROMISE.iri, *judged.reports)


def test_another_actor_counts_only_where_the_relation_says_so() -> None:
    promise = statement("湖北省", "支持", "低空经济", "planned", "2023-05-01")
    assert (
        judge_statements(promise, statement("武汉市", "支持", "低空经济", "achieved", "2024-01-01")).kind
        == "OpenPromise"
    )


def test_what_is_done_beats_what_is_going_on() -> None:
    done = statement("武汉市", "设立", "母基金", "achieved", "2024-01-01")
    going_on = statement("湖北省", "设立", "母基金", "ongoing", "2025-01-01")
    assert judge_statements(PROMISE, going_on, done).reports == (done.iri,)
