"""Which figures can hold together: precision, bounds, disagreement; and every derived check, as it holds and fails."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reasoning_claims import BOUNDS, figure, only, to_claims

from kg.reasoning.claims import Figure, Finding
from kg.reasoning.disagreement import find_disagreements
from kg.reasoning.growth import find_growth_checks
from kg.reasoning.increases import find_increase_checks
from kg.reasoning.indicators import is_additive, parse_growth, parse_increase, parse_part, parse_share, to_core
from kg.reasoning.part_sums import find_part_sum_checks
from kg.reasoning.precision import Range, agree, find_written_unit, to_range
from kg.reasoning.region_sums import find_region_sum_checks
from kg.reasoning.series import Series
from kg.reasoning.shares import find_share_checks
from kg.reasoning.stock_flow import find_stock_flow_checks

EXACT, MORE, LEAST, MOST, ABOUT = "exactly", "moreThan", "atLeast", "atMost", "approximately"


# --- how precisely ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("24%", "1"), ("46.2%", "0.1"), ("1.1万亿元", "1e11"), ("11698.43亿元", "1e6"), ("1237亿元", "1e8"),
        ("3万家", "1e4"), ("2.5万家", "1e3"), ("14560家", "0"), ("20家", "0"), ("20000家", "1000"), ("3500家", "100"),
        ("300家", "10"), ("100%", "1"), ("第8位", "0"), ("5,937.89亿元", "1e6"),
    ],
)  # fmt: skip
def test_what_is_written_last_decides_how_precise_a_figure_is(text: str, unit: str) -> None:
    value = "593789000000" if "," in text else None
    assert find_written_unit(figure("指标", text, value=value)) == Decimal(unit)


def test_words_without_digits_are_taken_to_a_tenth() -> None:
    assert find_written_unit(figure("占比", "三成", value="30", unit="percent")) == 3


@pytest.mark.parametrize(
    ("text", "bound", "low", "high"),
    [
        ("14560家", EXACT, "14560", "14560"),
        ("24%", EXACT, "23.5", "24.999"),
        ("1.1万亿元", EXACT, "1.05e12", "1.1999e12"),
        ("3万家", EXACT, "25000", "35000"),
        ("3万家", MORE, "30000", None),
        ("14100多家", MORE, "14100", "14199.9"),
        ("200多万人", MORE, "2000000", "2999000"),
        ("2.3万余家", MORE, "23000", "23999"),
        ("10家", LEAST, "10", None),
        ("50家", MOST, None, "50"),
        ("90%", ABOUT, "81", "99"),
    ],
)
def test_what_a_figure_leaves_possible(text: str, bound: str, low: str | None, high: str | None) -> None:
    value = "2000000" if "万人" in text else None
    found = to_range(figure("指标", text, bound=bound, value=value))
    assert found == Range(*(None if end is None else Decimal(end) for end in (low, high)))


texts = st.builds(lambda number, scale: f"{number}{scale}家", st.integers(1, 99), st.sampled_from(["", "万", "亿"]))
figures = st.builds(lambda text, bound: figure("指标", text, bound=bound), texts, st.sampled_from([*BOUNDS]))


@given(figures, figures)
def test_agreement_has_no_direction_and_everything_agrees_with_itself(one: Figure, other: Figure) -> None:
    assert agree(one, one)
    assert agree(one, other) == agree(other, one)


@given(*[st.decimals(min_value=1, max_value=1000, places=1)] * 4)
def test_ranges_hold_what_is_computed_of_their_values(a: Decimal, b: Decimal, c: Decimal, d: Decimal) -> None:
    first, second = Range(min(a, b), max(a, b)), Range(min(c, d), max(c, d))
    for computed, value in ((first.plus(second), a + c), (first.minus(second), b - d), (first.over(second), a / d)):
        assert computed.low is not None
        assert computed.high is not None
        assert computed.low <= value <= computed.high


# --- disagreement -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("24%", EXACT), ("26%", EXACT)),
        (("24%", EXACT), ("25%", EXACT)),
        (("14124家", EXACT), ("14200家", MORE)),
        (("14100多家", MORE), ("14560家", EXACT)),
        (("2.4万家", EXACT), ("2.5万家", MORE)),
        (("3万家", LEAST), ("25000家", EXACT)),
        (("1.1万亿元", EXACT), ("12698.43亿元", EXACT)),
        (("50家", MOST), ("60家", EXACT)),
        (("50家", MOST), ("60家", LEAST)),
        (("2万家", ABOUT), ("25000家", EXACT)),
        (("11698.43亿元", EXACT), ("11831.5亿元", EXACT)),
    ],
)
def test_figures_that_cannot_both_hold(one: tuple[str, str], other: tuple[str, str]) -> None:
    pair = [figure("指标", text, bound=bound) for text, bound in (one, other)]
    found = only(list(find_disagreements(pair, BOUNDS)))
    assert found.kind == "Disagreement"
    assert set(found.premises) == {one.iri for one in pair}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("2.5万家", EXACT), ("2.5万家", MORE)),
        (("25000家", EXACT), ("2.5万家", MORE)),
        (("14124家", EXACT), ("14100多家", MORE)),
        (("1.1万亿元", EXACT), ("11698.43亿元", EXACT)),
        (("1.2万亿元", EXACT), ("11698.43亿元", EXACT)),
        (("3万家", MORE), ("50000家", EXACT)),
        (("2万家", LEAST), ("3万家", MOST)),
        (("2万家", ABOUT), ("21000家", EXACT)),
        (("3万家", MORE), ("4万家", MORE)),
        (("37.36%", EXACT), ("37.3%", EXACT)),
        (("37.36%", EXACT), ("37.4%", EXACT)),
    ],
)
def test_figures_that_agree_by_bound_rounding_or_cutting_off(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert not list(find_disagreements([figure("指标", text, bound=bound) for text, bound in (one, other)], BOUNDS))


@pytest.mark.parametrize(
    "change",
    [
        {"scope": "武汉市"}, {"when": "2022"}, {"when": None}, {"about": "瞪羚企业"}, {"status": "planned"},
        {"unit": "point"},
    ],
)  # fmt: skip
def test_only_like_is_held_against_like(change: dict[str, str]) -> None:
    pair = [figure("增速", "24%"), figure("增速", "26%", **change)]
    assert not list(find_disagreements(pair, BOUNDS))


def test_a_figure_without_scope_is_held_against_both() -> None:
    assert only(list(find_disagreements([figure("增速", "24%"), figure("增速", "26%", scope=None)], BOUNDS)))


def test_a_large_group_is_not_paired_with_itself() -> None:
    group = [figure("指标", f"{number}家") for number in range(1001, 4001)]
    began = time.perf_counter()
    found = list(find_disagreements(group, BOUNDS))
    assert time.perf_counter() - began < 3
    assert len(group) - 1 <= len(found) < 2 * len(group)
    assert {iri for one in found for iri in one.premises} == {one.iri for one in group}


# --- what the names of indicators say ---------------------------------------------------------------------------------


def test_names_of_indicators() -> None:
    assert to_core("高新技术企业总数") == to_core("高新技术企业数") == "高新技术企业"
    assert to_core("技术合同成交额") == "技术合同成交额"
    assert parse_growth("高新技术企业推荐认定数增速") == "高新技术企业推荐认定"
    assert parse_growth("高新技术产业增加值增速") is None
    assert parse_growth("高新技术企业总数") is None
    assert parse_increase("高新技术企业净增数") == ("高新技术企业", True)
    assert parse_increase("新增平台数") == ("平台", False)
    assert parse_increase("工业增加值") is None
    assert parse_share("高新技术企业总数占全省比重") == ("高新技术企业", "全省")
    assert parse_share("基础研究经费占比") is None
    assert parse_part("分领域集群数") == "集群"
    assert parse_part("集群数") is None
    assert is_additive("高新技术企业总数")
    assert not is_additive("企业平均研发投入")
    assert not is_additive("研发投入强度")


# --- growth -----------------------------------------------------------------------------------------------------------


def grow(*given: Figure) -> list[Finding]:
    return [*find_growth_checks(given, Series(given), BOUNDS), *find_increase_checks(given, Series(given), BOUNDS)]


NOW, BEFORE = figure("高新技术企业总数", "25000家"), figure("高新技术企业总数", "20125家", when="2022")


@pytest.mark.parametrize(("rate", "holds"), [("24%", True), ("30%", False), ("18%", False), ("24.2%", True)])
def test_growth_agrees_with_the_values_of_two_years(rate: str, holds: bool) -> None:
    found = only(grow(NOW, BEFORE, figure("高新技术企业增速", rate)))
    assert found.holds is holds
    assert (found.kind, len(found.premises)) == ("GrowthCheck", 3)


def test_growth_over_years_is_told_by_the_figures_own_clause() -> None:
    rate = figure("高新技术企业增速", "83%", before="与2020年相比翻番，比2019年多；同比增长")
    assert only(grow(NOW, BEFORE, rate)).holds is False


def test_growth_of_a_bound_is_only_refuted_from_its_side() -> None:
    more = figure("高新技术企业总数", "3万家", bound=MORE)
    assert only(grow(more, BEFORE, figure("高新技术企业增速", "60%"))).holds is True
    assert only(grow(more, BEFORE, figure("高新技术企业增速", "40%"))).holds is False


def test_growth_of_a_flow_of_some_months() -> None:
    months = {"kind": "flow", "about": "湖北省"}
    given = [
        figure("技术合同成交额", "600亿元", when="2023-01-01/2023-06-30", **months),
        figure("技术合同成交额", "500亿元", when="2022-01-01/2022-06-30", **months),
    ]
    rate = figure("技术合同成交额增速", "20%", when="2023-01-01/2023-06-30", about="湖北省")
    assert only(grow(*given, rate)).holds is True
    assert not grow(*given, figure("技术合同成交额增速", "20%", about="湖北省"))


@pytest.mark.parametrize(
    "given",
    [
        [NOW, figure("高新技术企业增速", "24%")],
        [NOW, BEFORE, figure("高新技术企业增速", "83%", before="高新技术企业达2.5万家，比2020年增长")],
        [NOW, BEFORE, figure("高新技术企业年均增速", "83%")],
        [NOW, BEFORE, figure("高新技术企业增速", "50%", status="planned")],
        [NOW, BEFORE, figure("高新技术企业增速", "50%", scope="武汉市")],
        [NOW, figure("高新技术企业总数", "20125家", when="2021"), figure("高新技术企业增速", "50%")],
        [
            figure("高新技术产业增加值", "11698亿元", kind="flow"),
            figure("高新技术产业增加值", "10196亿元", kind="flow", when="2022"),
            figure("高新技术产业增加值增速", "10.1%"),
        ],
    ],
)
def test_growth_is_not_checked_where_it_does_not_follow(given: list[Figure]) -> None:
    assert not grow(*given)


@pytest.mark.parametrize(("rate", "holds"), [("31.4%", True), ("23.9%", False)])
def test_growth_agrees_with_an_increase(rate: str, holds: bool) -> None:
    given = [
        figure("高新技术企业推荐认定数", "8716家", kind="flow"),
        figure("高新技术企业推荐认定增加数", "2083家", kind="flow"),
        figure("高新技术企业推荐认定数增速", rate),
    ]
    found = only(grow(*given))
    assert (found.rule, found.holds) == ("growth-of-increase", holds)


# --- stock and flow ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flow", "text", "holds"),
    [
        ("高新技术企业净增数", "4876家", True), ("高新技术企业净增数", "5900家", False),
        ("新增高新技术企业数", "6000家", True), ("新增高新技术企业数", "3000家", False),
    ],
)  # fmt: skip
def test_a_stock_grows_by_what_is_added(flow: str, text: str, holds: bool) -> None:
    given = [figure("高新技术企业总数", "25001家"), BEFORE, figure(flow, text, kind="flow")]
    found = only(list(find_stock_flow_checks(given, Series(given), BOUNDS)))
    assert (found.kind, found.holds) == ("StockFlowCheck", holds)
    assert len(found.premises) == 3


@pytest.mark.parametrize(
    "flow",
    [
        figure("高新技术企业净增数", "1家", kind="flow", status="planned"),
        figure("高新技术企业净增数", "1家", kind="flow", when="2021"),
        figure("高新技术企业净增数", "1家", kind="flow", unit="项"),
    ],
)
def test_stock_and_flow_need_both_stocks(flow: Figure) -> None:
    given = [NOW, BEFORE, flow]
    assert not list(find_stock_flow_checks(given, Series(given), BOUNDS))


# --- shares -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("share", "holds"), [("63%", True), ("62.8%", True), ("70%", False)])
def test_a_share_agrees_with_part_and_whole(share: str, holds: bool) -> None:
    claims = to_claims(
        figure("高新技术企业总数", "9145家", scope="武汉市"),
        figure("高新技术企业总数", "14560家"),
        figure("高新技术企业总数占全省比重", share, scope="武汉市"),
    )
    found = only(list(find_share_checks(claims, Series(claims.figures), BOUNDS)))
    assert (found.kind, found.holds) == ("ShareCheck", holds)


def test_a_share_of_another_whole_is_not_checked() -> None:
    claims = to_claims(
        figure("高新技术企业总数", "9145家", scope="武汉市"),
        figure("高新技术企业总数", "14560家"),
        figure("高新技术企业总数占全国比重", "2%", scope="武汉市"),
    )
    assert not list(find_share_checks(claims, Series(claims.figures), BOUNDS))


# --- sums -------------------------------------------------------------------------------------------------------------


def parts(*numbers: int) -> list[Figure]:
    return [figure("分领域集群数", f"{number}家", about=f"领域{place}") for place, number in enumerate(numbers)]


@pytest.mark.parametrize(
    ("numbers", "holds", "word"),
    [((17, 15, 14, 13, 7), True, "相等"), ((17, 15), True, "不超过"), ((40, 27), False, "超过合计")],
)
def test_parts_do_not_add_up_to_more_than_the_whole(numbers: tuple[int, ...], holds: bool, word: str) -> None:
    whole = figure("集群数", "66家", about="国家级集群")
    found = only(list(find_part_sum_checks([whole, *parts(*numbers)], BOUNDS)))
    assert (found.kind, found.holds) == ("PartSumCheck", holds)
    assert word in found.label_zh
    assert found.premises[0] == whole.iri
    assert len(found.premises) == 1 + len(numbers)


@pytest.mark.parametrize(
    "given",
    [
        [figure("集群数", "66家", about="国家级集群", document="另一份文件"), *parts(40, 50)],
        [figure("集群数", "66家", about="国家级集群", status="planned"), *parts(40, 50)],
        [figure("集群数", "66家", about="国家级集群"), figure("集群数", "32家", about="省级集群"), *parts(40, 50)],
        [figure("集群数", "66家", about="国家级集群"), *parts(90)],
        [figure("集群数", "66家", about="国家级集群", when="2020"), *parts(40, 50)],
    ],
)
def test_sums_are_not_checked_where_the_whole_is_not_known(given: list[Figure]) -> None:
    assert not list(find_part_sum_checks(given, BOUNDS))


@pytest.mark.parametrize(("second", "holds"), [("3000家", True), ("6000家", False)])
def test_regions_do_not_add_up_to_more_than_the_region_around_them(second: str, holds: bool) -> None:
    claims = to_claims(
        NOW,
        figure("高新技术企业总数", "20500家", scope="武汉市"),
        figure("高新技术企业总数", second, scope="襄阳市"),
        figure("高新技术企业总数", "9000家", scope="洪山区"),
    )
    found = {one.premises[0]: one for one in find_region_sum_checks(claims, BOUNDS)}
    assert found[NOW.iri].holds is holds
    assert len(found[NOW.iri].premises) == 3
    inner = found[claims.figures[1].iri]
    assert inner.holds is True
    assert inner.premises[1:] == (claims.figures[3].iri,)


@pytest.mark.parametrize(
    ("indicator", "text", "kind"), [("企业平均研发投入", "5亿元", "flow"), ("研发投入强度", "90%", "ratio")]
)
def test_what_cannot_be_added_is_not(indicator: str, text: str, kind: str) -> None:
    claims = to_claims(*(figure(indicator, text, kind=kind, scope=scope) for scope in ("湖北省", "武汉市", "襄阳市")))
    assert not list(find_region_sum_checks(claims, BOUNDS))


def test_what_is_said_of_each_region_itself_adds_up() -> None:
    claims = to_claims(
        figure("全社会研发投入", "1160亿元", kind="flow", about="湖北省"),
        figure("全社会研发投入", "1300亿元", kind="flow", about="武汉市", scope="武汉市"),
    )
    assert only(list(find_region_sum_checks(claims, BOUNDS))).holds is False
