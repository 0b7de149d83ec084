"""Time expressions to intervals: “十五五” → 2026-01-01 to 2030-12-31, both days inside.

Rules (ours), `reference` being the document's date:

- 今年, 去年 … and months or quarters without a year are those of the reference's year, but a whole month later than
  the reference's (12月份 in a document of July) is that of the year before, because documents report what has been.
  去年同期 is from the first of January to the same day a year earlier. 当年 is the year named before it, else this one.
- 截至, 到, 底, 末 and 前 name a day, the last of what they govern: 截至2024年6月 is 30 June, 到2027年 and 2027年前
  are the end of 2027. 截至目前 and 目前 are the reference itself.
- 以来 ends on the reference; 起 too, or, where it begins later than that, at the end of what it governs.
- 近年来 is vague and counted in whole years: the three before the reference's year, and that year. 近三年, 三年来 and
  过去三年 are three whole years, the last of them the reference's; 未来三年 the three after it.
- The N-th five-year plan: the first 1953–1957, the second 1958–1962, then from 1966 on without a gap.
- The label follows from the two days alone, so that one period has one label however it is worded; only a plan named
  as a plan keeps its name (“十四五”, not 2021年—2025年). A label, parsed, gives the same interval again.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from kg.model import Interval
from kg.numerals import HAN_DIGIT, HAN_INTEGER, parse_integer, to_plain

_Days = tuple[date, date]

_LONGEST = 40
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2199
_LAST_PLAN = 20
_VAGUE_YEARS = 3

_QUOTES = str.maketrans("", "", "“”\"‘’'「」『』《》")
_HAN_YEAR = re.compile(rf"{HAN_DIGIT}{{4}}(?=年|$|[—–―~-]|至|到)")
_HAN_COUNT = re.compile(rf"{HAN_INTEGER}(?=个?月|日|年来|年$|个?季度|号)")
_YEAR_WORDS = {"今": 0, "本": 0, "全": 0, "内": 0, "去": -1, "上": -1, "上一": -1, "前": -2, "明": 1, "来": 1, "后": 2}
_YEAR_WORD = re.compile("(?<![0-9年])(?:(今|本|去|上一?|明|当)年度?|(全|前|来|后)年|年(内))")
_NAMED_YEAR = "当"
_BARE_MONTH = re.compile("([0-9]{1,2})月份?")
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?")
_SEPARATOR = re.compile("—{1,2}|[–―~-]|至|到")
_NOW = frozenset({"目前", "当前", "现在", "如今", "今", "迄今", "现阶段", "今天", "本日"})
_PLAN = re.compile(
    "(?:第?([一二三四五六七八九十]{1,3})个五年|([一二三四五六七八九十]{1,3})五)(?:规划|计划)?(?:时期|期间|期|内)?"
)
_RECENT = re.compile("(?:最)?近(?:几|些|两三)?年(?:来|间|以来)?|近年|多年来")
_LAST_YEARS = re.compile("(?:(?:最?近|过去|前|这)([0-9]+)年(?:来|间|以来|里)?|([0-9]+)年来)")
_NEXT_YEARS = re.compile("(?:未来|今后|接下来)的?([0-9]+)年(?:内|间)?")
_SAME_TIME = re.compile("([0-9]{4})年同期")
# The opening days of the party's national congresses, which 以来 counts from.
_CONGRESSES = {
    18: date(2012, 11, 8),
    19: date(2017, 10, 18),
    20: date(2022, 10, 16),
}
_CONGRESS = re.compile("党?的?(十八|十九|二十)大")
_UNTIL = re.compile("(?:截至|截止到|截止|力争到|到|至)(.+?)(?:止|为止)?|(.+?)(?:之|以)?前")
_SINCE = re.compile("(.+?)(以来|至今|起|开始)")
_PART = re.compile(
    r"""(?:(?P<year>[0-9]{4})(?:年度?|$)(?:全年|期间|内)?)?
    (?:(?P<half>[上下])半年
    |前(?P<months>[0-9]{1,2})个月
    |(?P<quarters>前)?第?(?P<quarter>[1-4])个?季度
    |(?P<month>[0-9]{1,2})月份?(?:(?P<day>[0-9]{1,2})[日号]|(?P<third>[上中下])旬|(?P<monthend>[底末])|(?P<monthstart>初))?
    |(?P<onlyday>[0-9]{1,2})[日号]
    |(?P<yearend>年?[底末])|(?P<yearstart>年?初))?""",
    re.VERBOSE,
)


@lru_cache(maxsize=8192)
def parse_period(surface: str, *, reference: date | None, named_year: int | None = None) -> Interval:
    """A time expression → its interval, first and last day inside, with its canonical label.

    `reference` is the document's date, which relative words count from; None where it is not known. `named_year` is the
    year that the text named last, which 当年 means. The rules stand in the module's docstring. Raises ValueError with a
    Chinese reason.
    """
    text = to_plain(surface.translate(_QUOTES))
    if not text or len(text) > _LONGEST:
        raise ValueError("没有字" if not text else "太长，不像一个时间")
    plan = _find_plan(text)
    if plan is not None:
        return Interval(_to_plan_label(plan), *_to_plan_days(plan))
    absolute = _to_absolute(text, reference, named_year)
    first, last = _read_past_month(absolute, reference) or _read_days(absolute, reference)
    if first > last:
        raise ValueError(f"“{surface}”的首尾颠倒")
    return Interval(_to_label(first, last), first, last)


def _need(reference: date | None) -> date:
    if reference is None:
        raise ValueError("这是相对的时间，要先知道文件的日期")
    return reference


def _to_absolute(text: str, reference: date | None, named_year: int | None) -> str:
    """The text with Arabic years, months and counts, and with 今年, 去年 … as years."""
    text = _HAN_YEAR.sub(lambda match: str(parse_integer(match[0])), text)
    text = _HAN_COUNT.sub(lambda match: str(parse_integer(match[0])), text)

    def to_year(match: re.Match[str]) -> str:
        word = match[1] or match[2] or match[3]
        if word == _NAMED_YEAR:
            return f"{named_year or _need(reference).year}年"
        return f"{_need(reference).year + _YEAR_WORDS[word]}年"

    return _YEAR_WORD.sub(to_year, text)


def _read_past_month(text: str, reference: date | None) -> _Days | None:
    """A month alone that is later than the reference's: that of the year before."""
    match = _BARE_MONTH.fullmatch(text)
    if match is None or int(match[1]) <= _need(reference).month:
        return None
    return _to_month(_need(reference).year - 1, int(match[1]))


def _read_days(text: str, reference: date | None) -> _Days:
    if text in _NOW:
        return _need(reference), _need(reference)
    text = re.sub("^[从自](?=.)", "", text)
    readers: tuple[Callable[[str, date | None], _Days | None], ...] = (
        _read_iso, _read_around, _read_plan, _read_same_time, _read_part, _read_range, _read_since, _read_until,
    )  # fmt: skip
    for reader in readers:
        if (days := reader(text, reference)) is not None:
            return days
    raise ValueError("不是可读的时间")


def _read_iso(text: str, _reference: date | None) -> _Days | None:
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2])
    if match[3]:
        return _to_day(year, month, int(match[3])), _to_day(year, month, int(match[3]))
    return _to_month(year, month)


def _read_around(text: str, reference: date | None) -> _Days | None:
    """近年来, 近三年, 未来五年."""
    if _RECENT.fullmatch(text):
        year = _need(reference).year
        return _to_years(year - _VAGUE_YEARS, year)
    if match := _LAST_YEARS.fullmatch(text):
        count, year = _to_count(match[1] or match[2]), _need(reference).year
        return _to_years(year - count + 1, year)
    if match := _NEXT_YEARS.fullmatch(text):
        count, year = _to_count(match[1]), _need(reference).year
        return _to_years(year + 1, year + count)
    return None


def _to_count(text: str) -> int:
    count = int(text)
    if not 0 < count <= 100:
        raise ValueError(f"“{text}年”不像一段时间")
    return count


def _read_plan(text: str, _reference: date | None) -> _Days | None:
    end = re.fullmatch("(.+?)(?:时期|期间|期)?(?:末|收官之年)", text)
    if end and (plan := _find_plan(end[1])) is not None:
        last = _to_plan_days(plan)[1]
        return last, last
    plan = _find_plan(text)
    return None if plan is None else _to_plan_days(plan)


def _read_same_time(text: str, reference: date | None) -> _Days | None:
    match = _SAME_TIME.fullmatch(text)
    if match is None:
        return None
    day, year = _need(reference), int(match[1])
    return _to_day(year, 1, 1), _to_day(year, day.month, min(day.day, _count_days(year, day.month)))


def _read_since(text: str, reference: date | None) -> _Days | None:
    match = _SINCE.fullmatch(text)
    if match is None:
        return None
    if congress := _CONGRESS.fullmatch(match[1]):
        return _CONGRESSES[parse_integer(congress[1])], _need(reference)
    first, last = _read_days(match[1], reference)
    if match[2] in {"起", "开始"} and first > _need(reference):
        return first, last
    return first, _need(reference)


def _read_until(text: str, reference: date | None) -> _Days | None:
    match = _UNTIL.fullmatch(text)
    if match is None:
        return None
    last = _read_days(match[1] or match[2], reference)[1]
    return last, last


def _read_range(text: str, reference: date | None) -> _Days | None:
    """2018—2022年, 2024年1—9月, 3月5日至8日, 从2018年到2022年: each end says what the other leaves out."""
    for separator in _SEPARATOR.finditer(text):
        left, right = text[: separator.start()], text[separator.end() :]
        if not left or not right:
            continue
        unit = re.search("[年月日]$", right)
        if unit and left[-1].isdecimal() and not (unit[0] != "年" and re.fullmatch("[0-9]{4}", left)):
            left += unit[0]
        begin = _PART.fullmatch(left)
        try:
            first = _read_days(left, reference)[0]
            around = first if begin and _PART.fullmatch(right) else reference
            if begin and right[0].isdecimal() and re.fullmatch("[0-9]{1,2}[日号]", right):
                return first, _to_day(first.year, first.month, int(right[:-1]))
            return first, _read_days(right, around)[1]
        except ValueError:
            continue
    return None


def _read_part(text: str, reference: date | None) -> _Days | None:
    """A year or a part of one; without a year, of the reference's."""
    match = _PART.fullmatch(text)
    if match is None or not match[0] or match["onlyday"]:
        return None
    if match["yearend"] and not match["year"] and match["yearend"][0] != "年":
        return None
    year = int(match["year"]) if match["year"] else _need(reference).year
    if match["half"]:
        months = (1, 6) if match["half"] == "上" else (7, 12)
        return _to_months(year, *months)
    if match["months"]:
        return _to_months(year, 1, int(match["months"]))
    if match["quarter"]:
        quarter = int(match["quarter"])
        return _to_months(year, 1 if match["quarters"] else 3 * quarter - 2, 3 * quarter)
    if match["month"]:
        return _to_month_part(year, int(match["month"]), match)
    if match["yearend"]:
        return _to_day(year, 12, 31), _to_day(year, 12, 31)
    if match["yearstart"]:
        return _to_day(year, 1, 1), _to_day(year, 1, 1)
    return _to_years(year, year)


def _to_month_part(year: int, month: int, match: re.Match[str]) -> _Days:
    first, last = _to_month(year, month)
    if match["day"]:
        day = _to_day(year, month, int(match["day"]))
        return day, day
    if match["third"]:
        begin = {"上": 1, "中": 11, "下": 21}[match["third"]]
        return first.replace(day=begin), last if begin == 21 else first.replace(day=begin + 9)
    if match["monthend"]:
        return last, last
    return (first, first) if match["monthstart"] else (first, last)


def _find_plan(text: str) -> int | None:
    match = _PLAN.fullmatch(text)
    if match is None:
        return None
    number = parse_integer(match[1] or match[2])
    return number if 0 < number <= _LAST_PLAN else None


def _to_plan_days(plan: int) -> _Days:
    first = {1: 1953, 2: 1958}.get(plan, 1966 + 5 * (plan - 3))
    return _to_years(first, first + 4)


def _to_plan_label(plan: int) -> str:
    tens, ones = divmod(plan, 10)
    digits = "零一二三四五六七八九"
    ten = {0: "", 1: "十"}.get(tens, f"{digits[tens]}十")
    return f"“{ten}{digits[ones] if ones else ''}五”"


def _to_years(first: int, last: int) -> _Days:
    return _to_day(first, 1, 1), _to_day(last, 12, 31)


def _to_months(year: int, first: int, last: int) -> _Days:
    return _to_month(year, first)[0], _to_month(year, last)[1]


def _to_month(year: int, month: int) -> _Days:
    return _to_day(year, month, 1), _to_day(year, month, _count_days(year, month))


def _count_days(year: int, month: int) -> int:
    if not 1 <= month <= 12:
        raise ValueError(f"没有 {month} 月")
    return monthrange(year, month)[1]


def _to_day(year: int, month: int, day: int) -> date:
    if not _EARLIEST_YEAR <= year <= _LATEST_YEAR:
        raise ValueError(f"年份 {year} 不在 {_EARLIEST_YEAR}—{_LATEST_YEAR} 之间")
    if not 1 <= day <= _count_days(year, month):
        raise ValueError(f"{year}年{month}月没有 {day} 日")
    return date(year, month, day)


def _to_label(first: date, last: date) -> str:
    if first == last:
        return f"{first.year}年底" if (first.month, first.day) == (12, 31) else _to_day_label(first)
    whole_months = first.day == 1 and last.day == monthrange(last.year, last.month)[1]
    if not whole_months:
        return f"{_to_day_label(first)}—{_to_day_label(last)}"
    if (first.month, last.month) == (1, 12):
        return f"{first.year}年" if first.year == last.year else f"{first.year}年—{last.year}年"
    if first.year != last.year:
        return f"{first.year}年{first.month}月—{last.year}年{last.month}月"
    months = (first.month, last.month)
    if months in {(1, 6), (7, 12)}:
        return f"{first.year}年{'上' if months[0] == 1 else '下'}半年"
    if months[0] == months[1]:
        return f"{first.year}年{months[0]}月"
    if months[0] % 3 == 1 and months[1] == months[0] + 2:
        return f"{first.year}年第{'一二三四'[months[0] // 3]}季度"
    return f"{first.year}年{months[0]}月—{months[1]}月"


def _to_day_label(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
