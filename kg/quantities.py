"""Figures in words to values: “超80亿元” → 8000000000, CNY, moreThan.

Rules (ours; the reading of 多/余/以上/以内/左右 follows their dictionary sense):

- A value is in base units and exact. A fall keeps its size: 下降5% is 5 percent; only a written minus is negative.
- Units and bound cues are words of the lexicon. A number without a unit takes a measure word that directly follows it,
  else `default_unit`; a decimal, and a range, without a unit is rejected. `500元/吨` is in yuan: the denominator is the
  indicator's.
- Where cues meet, a one-sided bound beats an approximation, that beats what the numeral implies, and that `exactly`.
- Implied bounds: 上百 and 万亿级 (yuan, from 亿 upwards) are atLeast; 数十, 几百 and 十几 are moreThan 10, 100 and 10;
  百强 and 前十 are atMost.
- A negated cue turns round: 未超过 is atMost, 未达 too, 没有少于 is atLeast. 不低于 is a cue of its own.
- A cue may stand apart from its number: link words of the lexicon lie between (最高给予500万元), and before a share
  what it is a share of (不低于总投入的30%).
- 个亿 is spoken for 亿 of money: 两个亿 is 200000000 yuan, 半个亿 half of 亿.
- A range and an approximate pair (两三家, 七八成) are two quantities, atLeast and atMost, whatever cue stands beside
  them.
- Shares are percent: 三成 30, 一半 50, 全覆盖 100, 三分之二 66.67 (two places, approximately). 翻两番 is 4 times.
- Ranks (全国第一, 第7位, 首位) are places.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from kg.model import Quantity
from kg.numerals import (
    ARABIC,
    ARABIC_SCALED,
    HAN_DECIMAL,
    HAN_DIGIT,
    HAN_INTEGER,
    SCALE,
    expand_spoken,
    multiply,
    parse_integer,
    parse_neighbours,
    parse_number,
    parse_scale,
    to_plain,
)

_EXACTLY, _APPROXIMATELY = "exactly", "approximately"
_MORE_THAN, _AT_LEAST, _AT_MOST = "moreThan", "atLeast", "atMost"
_NEGATED = {_MORE_THAN: _AT_MOST, _AT_LEAST: _AT_MOST, _EXACTLY: _AT_MOST, _AT_MOST: _AT_LEAST}
_LONGEST = 48
_CACHED = 8192

# What may stand between any cue and its number: 超过了, 突破到, 达到了.
_LINK = "[了到为至达]{0,2}"
# What a share is a share of: 不低于总投入的30%.
_WHOLE = "[^0-9，。；、：的]{1,9}的"
_RANGE = re.compile(r"(.+?)(?:——|[—–―~-]|至|到)(.+)")
_LEADING_NUMBER = re.compile(rf"{ARABIC_SCALED}|{ARABIC}|{HAN_INTEGER}")
_ANY_NUMERAL = re.compile(r"[0-9零一二三四五六七八九十百千万亿半番]")
_DATE = re.compile(r"(?:19|20)[0-9]{2}年|[0-9]{1,2}月(?:[0-9]{1,2}日)?")
# 前 that is not the 前 of 目前, 提前, 此前 …
_FIRST = "(?<![提目之此以先当年月日天周期午从生空跟面眼])前"
# Words that end like a cue and are none.
_NO_CUES = ("通过", "经过", "最近", "附近", "邻近", "赶超")
# Words that begin like a cue and are none: 10家以上市公司 is 以 and 上市公司, while 10个以上市州 is 以上.
_NO_CUE_AFTER = re.compile("以上市(?:公司|企业|后备|挂牌|辅导|融资|板块)")
_NTH = re.compile(rf"[^0-9第]{{0,12}}第({HAN_INTEGER}|[0-9]+)(?:位次|名|位)?")
_TOP = re.compile(r"[^0-9第]{0,12}(?:首位|榜首)")
_FOREMOST = re.compile(rf"[^0-9第]{{0,12}}?{_FIRST}(?P<number>{HAN_INTEGER}|[0-9]+)(?:名|位|强|大)?")
_STRONGEST = re.compile(rf"[^0-9第]{{0,12}}?(?P<number>{HAN_INTEGER}|[0-9]+)强")
_FOREMOST_SHARE = re.compile(rf"[^0-9第]{{0,12}}?{_FIRST}(?P<share>.+)")
_EVERYWHERE = re.compile(r"[^0-9]{0,8}全覆盖")
# An ordinal of something that is counted off is no rank: 第三季度, 第一批.
_COUNTED_OFF = re.compile(r"[届批次期季方阶代章节条款产组个者轮种类]")
_SHARES = rf"""
    (?P<fraction>{HAN_INTEGER}分之(?:{HAN_DECIMAL}|{ARABIC})|[0-9]+/[0-9]+)
    |(?P<tenths>(?:{HAN_INTEGER}|[0-9]+)成(?:半|{HAN_DIGIT})?)
    |(?P<majority>过半数?)|(?P<half>一半|半数?)
    |(?P<doubling>翻了?(?:{HAN_INTEGER}|[0-9])?番|翻一?倍|倍增)
"""


@dataclass(frozen=True, slots=True)
class QuantityLexicon:
    """The words that the ontology's codes declare, each with its code's local name.

    `units`: 元 → CNY; `bounds_before`: 超 → moreThan; `bounds_after`: 以上 → atLeast; `links` are the words that may
    stand between a cue and its number: 最高给予. Percent, times and places are the units of `%`, `倍` and `第`.
    """

    units: Mapping[str, str]
    bounds_before: Mapping[str, str]
    bounds_after: Mapping[str, str]
    links: tuple[str, ...] = ()
    _grammar: _Grammar = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        units, before, after = (
            tuple(sorted(words.items())) for words in (self.units, self.bounds_before, self.bounds_after)
        )
        object.__setattr__(self, "_grammar", _compile(units, before, after, self.links))


@dataclass(frozen=True, slots=True, eq=False)
class _Grammar:
    """A lexicon made ready: hashable by identity, so that readings can be cached."""

    units: Mapping[str, str]
    bounds_before: Mapping[str, str]
    bounds_after: Mapping[str, str]
    # The unit of a number that stands behind 第 or 前, by its own unit.
    rank_units: Mapping[str | None, str]
    single: re.Pattern[str]
    share: re.Pattern[str]
    context_before: re.Pattern[str]
    share_before: re.Pattern[str]
    context_after: re.Pattern[str]

    def find_unit(self, word: str, otherwise: str) -> str:
        return self.units.get(word, otherwise)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a surface says by itself. `cues`: bounds by words; `implied`: by the numeral; `fixed`: no cue changes it."""

    values: tuple[Decimal, ...]
    unit: str | None
    cues: tuple[str | None, ...] = ()
    implied: str | None = None
    fixed: bool = False
    scale: int = 1
    # The unit where neither the words nor what follows says one.
    otherwise: str | None = None


def parse_quantities(
    surface: str, *, before: str = "", after: str = "", lexicon: QuantityLexicon, default_unit: str = "个"
) -> tuple[Quantity, ...]:
    """A figure's words → one quantity, or two (atLeast, atMost) for a range. The rules stand in the module's docstring.

    `before` and `after` are the text right beside the words, for bound cues and measure words outside the span;
    `default_unit` is the unit's local name for a bare whole number. Raises ValueError with a Chinese reason.
    """
    grammar = lexicon._grammar
    _check_whole(surface, before, after)
    reading = _read_surface(surface, grammar)
    if reading.fixed:
        if reading.unit == grammar.find_unit("第", "place") and _COUNTED_OFF.match(after):
            raise ValueError(f"“{surface}{after[0]}”是次序，不是位次")
        return _to_quantities(reading, reading.unit or default_unit, reading.implied or _EXACTLY)
    cue, ordinal = _read_before(before, reading.unit == grammar.find_unit("%", "percent"), grammar)
    after_cue, after_unit = _read_after(after, reading.unit is None, grammar)
    if ordinal is None and reading.unit is None and after.startswith("强"):
        ordinal = _AT_MOST
    if ordinal and (unit := grammar.rank_units.get(reading.unit)):
        return _to_quantities(reading, unit, ordinal)
    found = reading.unit or after_unit or reading.otherwise
    if found is None or (reading.unit is None and after.startswith("年")):
        _check_bare(surface, reading, before, after)
    unit = found or default_unit
    return _to_quantities(reading, unit, _derive_bound((*reading.cues, cue, after_cue), reading.implied))


def _to_quantities(reading: _Reading, unit: str, bound: str) -> tuple[Quantity, ...]:
    if len(reading.values) == 2:
        low, high = reading.values
        return Quantity(low, unit, _AT_LEAST), Quantity(high, unit, _AT_MOST)
    return (Quantity(reading.values[0], unit, bound),)


def _derive_bound(cues: tuple[str | None, ...], implied: str | None) -> str:
    for cue in cues:
        if cue and cue not in {_EXACTLY, _APPROXIMATELY}:
            return cue
    if _APPROXIMATELY in cues:
        return _APPROXIMATELY
    return implied or _EXACTLY


def _check_whole(surface: str, before: str, after: str) -> None:
    """Raises ValueError where the span cuts a number or a name in two."""
    first, last = surface[:1], surface[-1:]
    if first.isdecimal() and (
        before[-1:].isdecimal() or (before[-1:] in {".", ","} and before[-2:-1].isdecimal()) or _is_latin(before[-1:])
    ):
        raise ValueError(f"“{before[-1:]}{surface}”被截断了，或是名称里的数字")
    if last.isdecimal() and (
        after[:1].isdecimal() or (after[:1] in {".", ","} and after[1:2].isdecimal()) or _is_latin(after[:1])
    ):
        raise ValueError(f"“{surface}{after[:1]}”被截断了，或是名称里的数字")


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _check_bare(surface: str, reading: _Reading, before: str, after: str) -> None:
    """Raises ValueError where a number without a unit cannot be a count."""
    if after.startswith("年") and all(1900 <= value < 2100 for value in reading.values):
        raise ValueError(f"“{surface}年”是日期，不是数值")
    if after.startswith("年"):
        return
    if len(reading.values) > 1:
        raise ValueError(f"区间“{surface}”没有单位")
    if reading.scale == 1 and ("." in surface or "．" in surface or "点" in surface):
        raise ValueError(f"小数“{surface}”没有单位")
    if before[-1:] in {"“", '"', "「"} and after[:1] in {"”", '"', "」"}:
        raise ValueError(f"引号里的“{surface}”是名称，不是数值")
    if reading.scale == 1 and re.match(f"月|{SCALE}", after):
        raise ValueError(f"“{surface}{after[0]}”是日期，或数字被截断了")


@lru_cache(maxsize=_CACHED)
def _read_surface(surface: str, grammar: _Grammar) -> _Reading:
    text = to_plain(surface)
    spoken = expand_spoken(text)
    if spoken != text:
        return replace(_read_surface(spoken, grammar), otherwise=grammar.find_unit("元", "CNY"))
    if not text or len(text) > _LONGEST:
        raise ValueError("没有字" if not text else "太长，不像一个数字")
    if _DATE.fullmatch(text):
        raise ValueError(f"“{surface}”是日期，不是数值")
    reading = _read_rank(text, grammar) or _read_share(text, grammar) or _read_single(text, grammar)
    reading = reading or _read_range(text, grammar)
    if reading is None:
        raise ValueError(_explain(surface, text))
    return reading


def _read_rank(text: str, grammar: _Grammar) -> _Reading | None:
    place = grammar.find_unit("第", "place")
    if match := _NTH.fullmatch(text):
        return _Reading((_parse_whole(match[1]),), place, fixed=True)
    if _TOP.fullmatch(text):
        return _Reading((Decimal(1),), place, fixed=True)
    if match := _FOREMOST.fullmatch(text) or _STRONGEST.fullmatch(text):
        return _Reading((_parse_whole(match["number"]),), place, implied=_AT_MOST, fixed=True)
    if match := _FOREMOST_SHARE.fullmatch(text):
        percent = grammar.find_unit("%", "percent")
        inner = _read_share(match["share"], grammar) or _read_single(match["share"], grammar)
        if inner is not None and inner.unit == percent:
            return _Reading(inner.values, percent, implied=_AT_MOST, fixed=True)
    return None


def _parse_whole(text: str) -> Decimal:
    return Decimal(int(text) if text[0].isascii() else parse_integer(text))


def _read_share(text: str, grammar: _Grammar) -> _Reading | None:
    percent = grammar.find_unit("%", "percent")
    if _EVERYWHERE.fullmatch(text):
        return _Reading((Decimal(100),), percent, fixed=True)
    match = grammar.share.fullmatch(text)
    if match is None:
        return None
    cues = (grammar.bounds_after.get(match["after"] or ""), grammar.bounds_before.get(match["cue"] or ""))
    if match["fraction"]:
        if pair := _find_pair(match["fraction"].partition("百分之")[2]):
            return _Reading(pair, percent, cues)
        value, implied = _parse_fraction(match["fraction"])
        return _Reading((value,), percent, cues, implied)
    if match["tenths"]:
        tenths, _, rest = match["tenths"].partition("成")
        if pair := _find_pair(tenths):
            if rest:
                raise ValueError(f"“{text}”不是通顺的成数")
            return _Reading(tuple(multiply(one, 10) for one in pair), percent, cues)
        value = _parse_whole(tenths) * 10 + (
            Decimal(5) if rest == "半" else Decimal(parse_integer(rest) if rest else 0)
        )
        return _Reading((value,), percent, cues)
    if match["doubling"]:
        times = match["doubling"].strip("翻了番倍增")
        doublings = int(_parse_whole(times)) if times else 1
        if not 0 < doublings < 10:
            raise ValueError(f"“{text}”不是通顺的倍数")
        return _Reading((Decimal(2**doublings),), grammar.find_unit("倍", "times"), cues)
    return _Reading((Decimal(50),), percent, cues, _MORE_THAN if match["majority"] else None)


def _find_pair(number: str) -> tuple[Decimal, ...]:
    """The two values of an approximate pair in Chinese (七八, 七八十), none where it is not one."""
    pair = None if not number or number[0].isascii() else parse_neighbours(number)
    return tuple(Decimal(one) for one in pair or ())


def _parse_fraction(text: str) -> tuple[Decimal, str | None]:
    """A fraction → percent, and `approximately` where two decimal places cannot hold it."""
    if "分之" in text:
        below, _, above = text.partition("分之")
    else:
        above, _, below = text.partition("/")
    divisor = parse_number(below)
    if not divisor:
        raise ValueError("分母是零")
    value = multiply(parse_number(above), 100)
    if below in {"百", "一百", "千", "一千", "万", "一万", "100", "1000"}:
        return value.scaleb(-len(str(int(divisor))) + 1), None
    share = (value / divisor).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    return share, None if multiply(share, int(divisor)) == value else _APPROXIMATELY


def _read_single(text: str, grammar: _Grammar) -> _Reading | None:
    match = grammar.single.fullmatch(text)
    if match is None:
        return None
    unit = grammar.units.get(match["unit"] or "")
    after = grammar.bounds_after
    cues = (
        after.get(match["after"] or ""),
        grammar.bounds_before.get(match["cue"] or ""),
        after.get(match["inner"] or ""),
    )
    implied = _AT_LEAST if match["level"] else None
    number = match["number"]
    scale = parse_scale(match["scale"] or "")
    if match["vague"] or match["inner"] == "几":
        implied = _AT_LEAST if match["vague"] == "上" else _MORE_THAN
        if match["vague"] and not _is_bare_scale(number):
            raise ValueError(f"“{text}”不是通顺的数字")
    elif pair := _find_pair(number):
        return _Reading(tuple(multiply(one, scale) for one in pair), unit, scale=scale)
    value = multiply(parse_number(number), scale)
    if match["level"] and unit is None and value >= 10**8:
        unit = grammar.find_unit("元", "CNY")
    trailing = re.search("[万亿]+$", number)
    return _Reading(
        (-value if match["sign"] else value,),
        unit,
        cues,
        implied,
        scale=max(scale, parse_scale(trailing[0]) if trailing else _find_arabic_scale(number)),
    )


def _is_bare_scale(number: str) -> bool:
    return all(character in "十百千万亿" for character in number)


def _find_arabic_scale(number: str) -> int:
    match = re.search(f"(?<=[0-9]){SCALE}$", number)
    return parse_scale(match[0]) if match else 1


def _read_range(text: str, grammar: _Grammar) -> _Reading | None:
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    high = _read_share(match[2], grammar) or _read_single(match[2], grammar)
    left = match[1] + "成" if match[2].endswith("成") and not match[1].endswith("成") else match[1]
    low = _read_share(left, grammar) or _read_single(left, grammar)
    if high is None or low is None or len(high.values) + len(low.values) != 2 or high.fixed or low.fixed:
        return None
    unit = low.unit or high.unit
    if high.unit is not None and high.unit != unit:
        raise ValueError(f"区间“{text}”两端的单位不同")
    # 1—5亿元: the scale is said once, at the end.
    first = multiply(low.values[0], high.scale) if low.unit is None and low.scale == 1 else low.values[0]
    if first > high.values[0]:
        raise ValueError(f"区间“{text}”首尾颠倒，或前一数没有写全")
    return _Reading((first, high.values[0]), high.unit or unit, scale=high.scale)


def _explain(surface: str, text: str) -> str:
    if not _ANY_NUMERAL.search(text):
        return "没有数字"
    match = _LEADING_NUMBER.match(text)
    if match is None:
        return f"“{surface}”不以数字或界限词开头"
    rest = text[match.end() :]
    return f"数字后的“{rest}”不是单位表里的单位" if rest else f"“{surface}”不是通顺的数字"


@lru_cache(maxsize=_CACHED)
def _read_before(before: str, is_share: bool, grammar: _Grammar) -> tuple[str | None, str | None]:
    """The bound that the words before a number say, and the bound of a rank if 第 or 前 stands there."""
    text = before.rstrip()
    if text.endswith("第"):
        return None, _EXACTLY
    if text.endswith("前") and re.search(_FIRST + "$", text):
        return None, _AT_MOST
    match = grammar.context_before.search(text)
    if match is None:
        whole = grammar.share_before.search(text) if is_share else None
        return (grammar.bounds_before[whole["cue"]] if whole else None), None
    cue = match["cue"] or match["far"]
    if text[: text.rindex(cue, match.start()) + 1].endswith(_NO_CUES):
        return None, None
    bound = grammar.bounds_before[cue]
    return (_NEGATED.get(bound, bound) if match["not"] else bound), None


@lru_cache(maxsize=_CACHED)
def _read_after(after: str, wants_unit: bool, grammar: _Grammar) -> tuple[str | None, str | None]:
    """The bound and, where one is wanted, the unit that the words after a number say."""
    after = _NO_CUE_AFTER.split(after.lstrip(), maxsplit=1)[0]
    match = grammar.context_after.match(after)
    if match is None:
        return None, None
    if wants_unit:
        bound = match["inner"] or match["outer"]
        return grammar.bounds_after.get(bound or ""), grammar.units.get(match["unit"] or "")
    # After a unit a cue of one character may begin another word (起步, 多数): only at the end of a clause is it one.
    cue = match["inner"] or ""
    follows = after[len(cue) : len(cue) + 1]
    return (None if len(cue) == 1 and follows.isalnum() else grammar.bounds_after.get(cue)), None


@lru_cache(maxsize=32)
def _compile(
    units: tuple[tuple[str, str], ...],
    before: tuple[tuple[str, str], ...],
    after: tuple[tuple[str, str], ...],
    links: tuple[str, ...],
) -> _Grammar:
    by_word = {to_plain(word): name for word, name in units} | dict(units)
    # 万元 as a unit would hide the 万 of the number.
    unit = _to_alternatives(word for word in by_word if word[0] not in "万亿")
    place, percent = by_word.get("第", "place"), by_word.get("%", "percent")
    # 前 is read with care of its own: see `_FIRST`.
    before = tuple(item for item in before if item[0] != "前")
    cue = _to_alternatives(word for word, _ in before)
    # A cue of one character before a link word is mostly the end of another word: 通过支持30家.
    far = _to_alternatives(word for word, _ in before if len(word) > 1)
    apart = rf"(?:[了到为至达]|{_to_alternatives(links)}){{1,4}}"
    compared = _to_alternatives(word for word, _ in before if word[0] in "不未")
    end = _to_alternatives(word for word, _ in after)
    closing = rf"(?:\(?[含及]?\)?)?(?P<after>{end})"
    single = rf"""
        (?:(?P<cue>{cue})(?:{_LINK}|{apart}))?(?P<sign>[-负])?
        (?P<vague>好?[数几]|上)?(?P<number>{ARABIC}|{ARABIC_SCALED}|{HAN_DECIMAL})
        (?:(?P<inner>几|{end})(?P<scale>{SCALE}|十)?)?(?P<level>级)?
        (?:(?P<unit>{unit})级?(?:/[^0-9]{{1,6}})?)?(?:{closing})?
    """
    return _Grammar(
        units=by_word,
        bounds_before=dict(before),
        bounds_after=dict(after),
        rank_units={None: place, percent: percent} | {by_word[word]: place for word in ("位", "名") if word in by_word},
        single=re.compile(single, re.VERBOSE),
        share=re.compile(rf"(?:(?P<cue>{cue}){_LINK})?(?:{_SHARES})(?:{closing})?", re.VERBOSE),
        context_before=re.compile(rf"(?P<not>没有?|未|不|非)??(?:(?P<cue>{cue}){_LINK}|(?P<far>{far}){apart})$"),
        share_before=re.compile(rf"(?P<cue>{compared}){_WHOLE}$"),
        context_after=re.compile(rf"(?P<inner>{end})?(?:(?P<unit>{unit})(?P<outer>{end})?)?"),
    )


def _to_alternatives(words: Iterable[str]) -> str:
    """An expression for any of the words, the longest first; for none of them, one that never matches."""
    return "|".join(re.escape(word) for word in sorted({*words} - {""}, key=lambda word: (-len(word), word))) or "(?!)"
