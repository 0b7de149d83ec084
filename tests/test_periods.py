"""Time expressions to intervals with one label each."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Interval
from kg.periods import parse_period

REFERENCE = date(2025, 7, 30)
DATES = st.dates(date(1930, 1, 1), date(2150, 12, 31))


@pytest.mark.parametrize(
    ("surface", "label", "first", "last"),
    [
        ("2024年", "2024年", "2024-01-01", "2024-12-31"),
        ("2024", "2024年", "2024-01-01", "2024-12-31"),
        ("２０２４年度", "2024年", "2024-01-01", "2024-12-31"),
        ("二〇二四年", "2024年", "2024-01-01", "2024-12-31"),
        ("2023年底", "2023年底", "2023-12-31", "2023-12-31"),
        ("2023年末", "2023年底", "2023-12-31", "2023-12-31"),
        ("截至2024年6月", "2024年6月30日", "2024-06-30", "2024-06-30"),
        ("截至目前", "2025年7月30日", "2025-07-30", "2025-07-30"),
        ("2024年1—9月", "2024年1月—9月", "2024-01-01", "2024-09-30"),
        ("2024年前三季度", "2024年1月—9月", "2024-01-01", "2024-09-30"),
        ("2024年上半年", "2024年上半年", "2024-01-01", "2024-06-30"),
        ("2024年1月至6月", "2024年上半年", "2024-01-01", "2024-06-30"),
        ("2024年下半年", "2024年下半年", "2024-07-01", "2024-12-31"),
        ("一季度", "2025年第一季度", "2025-01-01", "2025-03-31"),
        ("2024年第三季度", "2024年第三季度", "2024-07-01", "2024-09-30"),
        ("2024年二月", "2024年2月", "2024-02-01", "2024-02-29"),
        ("2022年2月9日", "2022年2月9日", "2022-02-09", "2022-02-09"),
        ("2023年10月20日至22日", "2023年10月20日—2023年10月22日", "2023-10-20", "2023-10-22"),
        ("2024-06-30", "2024年6月30日", "2024-06-30", "2024-06-30"),
        ("2018—2022年", "2018年—2022年", "2018-01-01", "2022-12-31"),
        ("2018年至2022年", "2018年—2022年", "2018-01-01", "2022-12-31"),
        ("从2018年到2022年", "2018年—2022年", "2018-01-01", "2022-12-31"),
        ("2021年12月—2022年3月", "2021年12月—2022年3月", "2021-12-01", "2022-03-31"),
        ("“十五五”", "“十五五”", "2026-01-01", "2030-12-31"),
        ("“十五五”时期", "“十五五”", "2026-01-01", "2030-12-31"),
        ("十三五期间", "“十三五”", "2016-01-01", "2020-12-31"),
        ("“一五”计划", "“一五”", "1953-01-01", "1957-12-31"),
        ("“二五”", "“二五”", "1958-01-01", "1962-12-31"),
        ("“三五”", "“三五”", "1966-01-01", "1970-12-31"),
        ("“十五”", "“十五”", "2001-01-01", "2005-12-31"),
        ("第十四个五年规划", "“十四五”", "2021-01-01", "2025-12-31"),
        ("“十四五”以来", "2021年1月1日—2025年7月30日", "2021-01-01", "2025-07-30"),
        ("“十四五”末", "2025年底", "2025-12-31", "2025-12-31"),
        ("近年来", "2022年—2025年", "2022-01-01", "2025-12-31"),
        ("近三年", "2023年—2025年", "2023-01-01", "2025-12-31"),
        ("五年来", "2021年—2025年", "2021-01-01", "2025-12-31"),
        ("未来五年", "2026年—2030年", "2026-01-01", "2030-12-31"),
        ("去年", "2024年", "2024-01-01", "2024-12-31"),
        ("前年", "2023年", "2023-01-01", "2023-12-31"),
        ("明年", "2026年", "2026-01-01", "2026-12-31"),
        ("全年", "2025年", "2025-01-01", "2025-12-31"),
        ("2024年全年", "2024年", "2024-01-01", "2024-12-31"),
        ("去年同期", "2024年1月1日—2024年7月30日", "2024-01-01", "2024-07-30"),
        ("去年12月至今年2月", "2024年12月—2025年2月", "2024-12-01", "2025-02-28"),
        ("今年前5个月", "2025年1月—5月", "2025-01-01", "2025-05-31"),
        ("前五个月", "2025年1月—5月", "2025-01-01", "2025-05-31"),
        ("2024年前11个月", "2024年1月—11月", "2024-01-01", "2024-11-30"),
        # Documents report what has been: a month later than the document's own is last year's.
        ("12月份", "2024年12月", "2024-12-01", "2024-12-31"),
        ("十二月", "2024年12月", "2024-12-01", "2024-12-31"),
        ("7月份", "2025年7月", "2025-07-01", "2025-07-31"),
        ("12月底前", "2025年底", "2025-12-31", "2025-12-31"),
        ("1—9月", "2025年1月—9月", "2025-01-01", "2025-09-30"),
        ("当年", "2025年", "2025-01-01", "2025-12-31"),
        ("去年底", "2024年底", "2024-12-31", "2024-12-31"),
        ("今年以来", "2025年1月1日—2025年7月30日", "2025-01-01", "2025-07-30"),
        ("今年上半年", "2025年上半年", "2025-01-01", "2025-06-30"),
        ("2023年11月至今", "2023年11月1日—2025年7月30日", "2023-11-01", "2025-07-30"),
        ("到2027年", "2027年底", "2027-12-31", "2027-12-31"),
        ("2030年前", "2030年底", "2030-12-31", "2030-12-31"),
        ("6月底前", "2025年6月30日", "2025-06-30", "2025-06-30"),
        ("2025年起", "2025年1月1日—2025年7月30日", "2025-01-01", "2025-07-30"),
        ("2026年起", "2026年", "2026-01-01", "2026-12-31"),
        ("十八大以来", "2012年11月8日—2025年7月30日", "2012-11-08", "2025-07-30"),
    ],
)
def test_a_time_expression_is_an_interval(surface: str, label: str, first: str, last: str) -> None:
    expected = Interval(label, date.fromisoformat(first), date.fromisoformat(last))
    assert parse_period(surface, reference=REFERENCE) == expected
    assert parse_period(label, reference=None) == expected


@pytest.mark.parametrize(
    ("surface", "reason"),
    [
        ("", "没有字"), ("某时", "不是可读"), ("新中国成立以来", "不是可读"), ("本世纪中叶", "不是可读"),
        ("五年", "不是可读"),
        ("2024年13月", "没有 13 月"), ("2024年2月30日", "没有 30 日"), ("9999年", "年份"), ("2022年—2018年", "颠倒"),
        ("近三百年", "不像"), ("年" * 50, "太长"),
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused_with_the_reason(surface: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_period(surface, reference=REFERENCE)


@pytest.mark.parametrize("surface", ["去年", "近年来", "今年以来", "截至目前", "上半年", "“十四五”以来", "2024年同期"])
def test_relative_words_need_the_documents_date(surface: str) -> None:
    with pytest.raises(ValueError, match="文件的日期"):
        parse_period(surface, reference=None)


def test_the_same_day_of_a_year_without_a_leap_day_is_the_28th() -> None:
    assert parse_period("去年同期", reference=date(2024, 2, 29)).last == date(2023, 2, 28)


@given(DATES, DATES)
def test_days_read_back_and_their_label_too(one: date, other: date) -> None:
    first, last = sorted((one, other))
    days = [f"{day.year}年{day.month}月{day.day}日" for day in (first, last)]
    interval = parse_period("—".join(days), reference=None)
    assert (interval.first, interval.last) == (first, last)
    assert parse_period(interval.label, reference=None) == interval


@given(st.integers(1930, 2150), st.integers(1, 12), st.integers(0, 40))
def test_months_read_back_and_their_label_too(year: int, month: int, more: int) -> None:
    last_year, last_month = year + (month - 1 + more) // 12, (month - 1 + more) % 12 + 1
    interval = parse_period(f"{year}年{month}月至{last_year}年{last_month}月", reference=None)
    after = interval.last + timedelta(days=1)
    assert interval.first == date(year, month, 1)
    assert (after.year * 12 + after.month, after.day) == (last_year * 12 + last_month + 1, 1)
    assert parse_period(interval.label, reference=None) == interval


@given(st.integers(1, 20))
def test_plans_are_five_years_and_never_overlap(plan: int) -> None:
    ten = {0: "", 1: "十", 2: "二十"}[plan // 10]
    name = f"“{ten}{' 一二三四五六七八九'[plan % 10].strip()}五”"
    interval = parse_period(name, reference=None)
    assert interval.label == name
    assert interval.last == date(interval.first.year + 4, 12, 31)
    assert plan < 3 or interval.first.year == 1966 + 5 * (plan - 3)


ODD = st.text(alphabet="0129年月日季度上下半前第一二三四五十“”—-至到从截底末初以来起近去今明同期目前〇 ", max_size=14)


@given(ODD | st.text(max_size=50), st.none() | DATES)
def test_any_text_gives_an_interval_or_a_value_error(surface: str, reference: date | None) -> None:
    interval, reason = read(surface, reference)
    if interval is None:
        assert re.search("[\u4e00-\u9fff]", reason)
    else:
        assert interval.first <= interval.last
        assert parse_period(interval.label, reference=None) == interval


def read(surface: str, reference: date | None) -> tuple[Interval | None, str]:
    try:
        return parse_period(surface, reference=reference), ""
    except ValueError as error:
        return None, str(error)


def test_that_year_is_the_one_named_before() -> None:
    assert parse_period("当年", reference=REFERENCE, named_year=2023) == parse_period("2023年", reference=None)
    assert parse_period("当年底", reference=REFERENCE, named_year=2023) == parse_period("2023年底", reference=None)
    assert parse_period("今年", reference=REFERENCE, named_year=2023) == parse_period("2025年", reference=None)
