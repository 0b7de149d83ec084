"""Figures over time as charts."""

from __future__ import annotations

import pytest

from kg.server.claims import Figure, show_number
from kg.server.plots import draw_plots
from kg.server.things import Thing
from kg.view.model import Text


def make_figure(
    year: int, value: float, status: str = "achieved", bound: str = "exactly", unit: str = "家", scope: str = "甲省"
) -> Figure:
    kg = "https://w3id.org/policykg/ontology#"

    def name(label: str) -> Thing:
        return Thing(f"x:{label}", Text(label, label), "", Text("", ""), False)

    empty = Text("", "")
    return Figure(
        f"x:{year}-{value}-{status}-{scope}", name("总数"), name("企业"), name(scope), value, kg + unit, empty,
        kg + bound, empty, kg + "stock", empty, f"{year}年", f"{year}-01-01", f"{year}-12-31", kg + status, empty,
        f"{value:g}",
    )  # fmt: skip


def test_a_chart_keeps_time_and_scale_and_tells_plans_and_bounds_apart() -> None:
    figures = [make_figure(2020, 100), make_figure(2022, 300, bound="moreThan"), make_figure(2024, 500, "planned")]
    (plot,) = draw_plots(figures)
    first, second, third = plot.series[0].points
    assert second.x - first.x == pytest.approx(third.x - second.x, abs=1)
    assert (first.y - second.y) == pytest.approx(second.y - third.y, abs=0.2)
    assert [point.planned for point in plot.series[0].points] == [False, False, True]
    assert [point.arrow for point in plot.series[0].points] == ["", "up", ""]
    assert plot.series[0].done == f"{first.x},{first.y} {second.x},{second.y}"
    assert plot.series[0].planned == f"{second.x},{second.y} {third.x},{third.y}"
    assert (plot.has_planned, plot.has_bounds) == (True, True)
    assert next(text.zh for _, text in plot.values) == "0"


def test_units_stand_apart_scopes_share_and_one_time_is_no_chart() -> None:
    figures = [make_figure(year, 5, scope=scope) for year in (2021, 2022) for scope in ("甲省", "乙市")]
    plots = draw_plots([*figures, make_figure(2021, 3, unit="CNY"), make_figure(2022, 4, unit="CNY")])
    assert len(plots) == 2
    assert {series.name.zh for series in plots[0].series} == {"甲省", "乙市"}
    assert draw_plots([make_figure(2021, 5)]) == ()
    ranks = draw_plots([make_figure(2021, 7, unit="place"), make_figure(2022, 5, unit="place")])[0]
    before, after = ranks.series[0].points
    assert after.y < before.y


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [(11_700_000_000, "117亿", "11.7 bn"), (30000, "3万", "30k"), (9145, "9145", "9.145k"), (-2.5, "-2.5", "-2.5"),
     (1.2e12, "1.2万亿", "1.2 tn"), (0, "0", "0")],
)  # fmt: skip
def test_numbers_read_as_readers_say_them(value: float, zh: str, en: str) -> None:
    assert show_number(value) == (zh, en)
