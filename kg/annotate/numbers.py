"""Where a text says a number or a time: the figures and the periods, each proved by the builder's own readers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from kg.annotate.proposals import Proposal
from kg.model import FIGURE, PERIOD
from kg.periods import parse_period
from kg.quantities import QuantityLexicon, parse_quantities

_CONTEXT = 12
_HAN = "[一二三四五六七八九十百千万亿两]"
_YEAR = "(?:19|20)[0-9]{2}年"
_PERIODS = re.compile(
    rf"""
    (?=[0-9截“十党近去今前明本未上下一二三四全当年])(?:
    (?:截至|截止)?{_YEAR}(?:至|—|-|到){_YEAR}(?:[0-9]{{1,2}}月)?
    |{_YEAR}[0-9]{{1,2}}月?(?:至|—|－|-|到)[0-9]{{1,2}}月
    |(?:截至|截止)?{_YEAR}(?:[0-9]{{1,2}}月(?:至[0-9]{{1,2}}月|[底末初])?(?:(?P<day>[0-9]{{1,2}}日))?|[上下]半年|[一二三四]季度|前[一二三四]季度|年?[底末初]|度)?(?:以来)?
    |“?(?<![二三四五六七八九十])十[一二三四五六七八九]五”?(?:以来|时期|期间|末)?(?!规划)
    |党的(?:十[八九]|二十)大以来
    |近(?:年来|几年来?|[两二三四五六七八九十]年来?|[0-9]{{1,2}}年来?)
    |(?:全年|当年|年内)(?![^，。；]{0, 3}(?:计划|任务))
    |(?:今年|(?:19|20)[0-9]{2}年)以来|今年[0-9]{1, 2}(?:至|—|－|-|到)[0-9]{1, 2}月|前(?:1[0-2]|[1-9])个月
    |(?<![0-9年])[0-9]{1, 2}(?:—|－|-|至|到)[0-9]{1, 2}月|(?:19|20)[0-9]{2}年度|上年度|上年末
    |(?:去年|今年)(?:[0-9]{{1,2}}月[底末初]?|以来|[上下]半年|年?底|前?[一二三四]季度)?|前年|明年|本年度
    |(?:今后|未来)(?:[三五两二]|[0-9])(?:至[三五]|—5)?年
    |(?<![0-9年月])(?:1[0-2]|[1-9])月(?:[底末初份]|至(?:1[0-2]|[1-9])月)?(?![0-9])
    |(?<![上下过])(?:上半年|下半年|前三季度|前[一二三四]个?季度|一季度|二季度|三季度|四季度)
    )
    """,
    re.VERBOSE,
)
_ARABIC = r"[0-9０-９]+(?:[,，][0-9０-９]{3})*(?:[.．][0-9０-９]+)?"
_SCALE = "(?:余|多)?(?:万亿|千亿|百亿|十亿|百万|千万|十万|[万亿千百])?"


def compile_figures(lexicon: QuantityLexicon) -> re.Pattern[str]:
    """The pattern of figures with these units; what it finds is proved by `parse_quantities` afterwards."""
    return _compile(tuple(sorted(lexicon.units, key=len, reverse=True)))


@lru_cache(maxsize=4)
def _compile(words: tuple[str, ...]) -> re.Pattern[str]:
    units = "|".join(re.escape(word) for word in words if word not in {"第", "年", "日", "期", "届", "轮", "分"})
    loose = "|".join(
        map(re.escape, ("家", "个", "项", "人", "名", "元", "亿元", "万元", "件", "只", "场", "支", "所", "种", "户"))
    )
    # 2.9%左右: what is vague about it the builder reads after the figure.
    after = "(?:以上|以下|以内|级)?"
    return re.compile(
        rf"""
        (?=[0-9０-９全第首榜中西上数近超一二两三四五六七八九十百千万亿翻过前])(?:
        全国第[一二三四五六七八九十]+(?:位|名)?
        |第(?:[0-9]{{1,3}}|[一二三四五六七八九十]{{1,3}})(?:位|名)(?!.?(?:代表|同志))
        |(?<=[居列位排])(?:全国|全省|中部|西部)?(?:首位|榜首)
        |(?<=部地区)(?:首位|榜首)|(?<=级城市)(?:首位|榜首)|(?<=单列市)(?:首位|榜首)|(?<=三角)(?:首位|榜首)
        |{_ARABIC}{_SCALE}(?:余|多)?(?:[%％‰]?(?:—|－|-|~|～|至|到){_ARABIC}{_SCALE})?(?:余|多|来)?(?:个?百分点|{units})(?:余|多)?{after}
        |{_ARABIC}(?:余|多)?[万亿](?:余|多)?(?=[\u4e00-\u9fff])
        |(?<![0-9第])(?:上|数|近|超)?(?:{_HAN}*[百千万亿十]{_HAN}*)(?:余|多|来)?(?:{loose})(?:以上)?(?!级)
        |(?<=[0-9]{{0}})(?:十|百|千|万|百万|千万)亿级
        |万亿级|翻[了]?[一两二三]?番|翻两番|全覆盖|[一二三四五六七八九]成(?:以上|多)?|[三四五]分之[一二三四]|(?<=[占过超近达])一半(?:以上)?|过半
        |(?:{_HAN}{{1,2}}(?:余|多))(?:{loose})
        |全国百强|(?<=进入)前[0-9一二三四五十百]+[强名位]?|(?<=位列)前[0-9一二三四五十百]+[强名位]?
        )
        """,
        re.VERBOSE,
    )


def find_periods(text: str, reference: date | None) -> Iterator[Proposal]:
    """The time expressions of a text that the builder can read; full dates of days are left to the names of events."""
    for found in _PERIODS.finditer(text):
        begin, end = found.span()
        if found["day"]:
            continue
        if text[begin] == "“" and text[end - 1] != "”":
            close = text.find("”", begin, end)
            if close < 0:
                continue
        surface = text[begin:end]
        if surface[-1:] == "”" and "“" not in surface:
            end -= 1
            surface = surface[:-1]
        if surface.startswith(("截至", "截止")):
            begin += 2
            surface = surface[2:]
        if _is_readable(surface, reference):
            yield Proposal(begin, end, PERIOD, "period", 0.95)


def _is_readable(surface: str, reference: date | None) -> bool:
    try:
        parse_period(surface, reference=reference or date(2000, 1, 1))
    except ValueError:
        return False
    return True


# 每万人口, 万人均: no people are counted.
_PER_HEAD = frozenset("口均")


def find_figures(text: str, pattern: re.Pattern[str], lexicon: QuantityLexicon) -> Iterator[Proposal]:
    """The figures of a text that the builder can read."""
    for found in pattern.finditer(text):
        begin, end = found.span()
        surface = found[0]
        if surface[0] in "近超":
            begin, surface = begin + 1, surface[1:]
        before, after = text[max(begin - _CONTEXT, 0) : begin], text[end : end + _CONTEXT]
        if before[-1:] in {"第", "“", "〔", "["} and surface[:1] != "第":
            continue
        if before.endswith("每") and not surface[0].isdigit():
            continue
        if surface[-1] == "人" and after[:1] in _PER_HEAD:
            continue
        try:
            parse_quantities(surface, before=before, after=after, lexicon=lexicon)
        except ValueError:
            continue
        yield Proposal(begin, end, FIGURE, "figure", 0.97 if surface[0].isdigit() else 0.85)
