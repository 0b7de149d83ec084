"""Numerals as Chinese documents write them: 14,560 · 1亿2000万 · 二百三十 · 一万五 · 二〇二四. Syntax only, no words.

A reader of our own rather than cn2an (0.5.24), which fails or goes wrong on what documents hold: KeyError on 百十五,
2000176000 for 廿万八九万六, 23 for 两三, floats for decimals.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal, Inexact
from functools import lru_cache

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")}
_TENFOLDS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_SCALES = (("亿", 10**8), ("万", 10**4), ("千", 1000), ("百", 100), ("十", 10))

# Formal, traditional, full-width and variant characters, each as the one the readers below know.
_VARIANTS = str.maketrans(
    "〇○Ｏ两俩贰貳壹叁參肆伍陆陸柒捌玖拾佰仟萬億０１２３４５６７８９％，．／＋－～〜﹪﹣−（）",
    "零零零二二二二一三三四五六六七八九十百千万亿0123456789%,./+-~~%--()",
) | str.maketrans({"廿": "二十", "卅": "三十"})

# Regular expressions of numerals, over text that `to_plain` has been applied to.
HAN_DIGIT = "[零一二三四五六七八九]"
HAN_INTEGER = "[零一二三四五六七八九十百千万亿]+"
ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
# The scale after Arabic digits; 十 alone never follows them.
SCALE = "(?:[十百千]?万亿|[十百千]?亿|[十百千]?万|百|千)"
ARABIC_SCALED = rf"{ARABIC}(?:{SCALE}(?:{ARABIC}{SCALE})*(?:[0-9]+)?)"
HAN_DECIMAL = rf"{HAN_INTEGER}(?:点{HAN_DIGIT}+)?"

_SPOKEN = re.compile("(?P<half>半)个(?=亿)|(?<=[0-9一二三四五六七八九十百千几数多])个(?=亿)")
_ARABIC_PART = re.compile(rf"({ARABIC})({SCALE})?")
_NEIGHBOURS = re.compile(rf"(.*?)({HAN_DIGIT})({HAN_DIGIT})([十百千万亿]*)")
_LONGEST = 40
# Wide enough for every numeral of `_LONGEST` characters: nothing is ever rounded.
_EXACT = Context(prec=200, traps=[Inexact])


def to_plain(text: str) -> str:
    """The text without white space, and with every variant of a digit or sign as its plain form."""
    return "".join(text.split()).translate(_VARIANTS)


def expand_spoken(text: str) -> str:
    """Plain text with 亿 for the spoken 个亿: 1个亿 → 1亿, 半个亿 → 0.5亿. Other text comes back as it is."""
    return _SPOKEN.sub(lambda found: "0.5" if found["half"] else "", text) if "个" in text else text


@lru_cache(maxsize=8192)
def parse_integer(text: str) -> int:
    """A whole number in Chinese characters; a bare 百 or 万亿 counts once. Raises ValueError with a Chinese reason."""
    if not text or len(text) > _LONGEST:
        raise ValueError("数字是空的或过长")
    if all(character in _DIGITS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))
    return _evaluate(text, first=True)


def _evaluate(text: str, *, first: bool) -> int:
    if len(text) == 1 and text in _DIGITS:
        return _DIGITS[text]
    for character, scale in _SCALES:
        head, found, tail = text.rpartition(character)
        if found:
            return _evaluate_head(head, scale, first=first) + _evaluate_tail(tail, scale)
    raise ValueError(f"“{text}”不是通顺的数字")


def _evaluate_head(head: str, scale: int, *, first: bool) -> int:
    if not head:
        # 一百十五 is said as well as 一百一十五; otherwise only a number's beginning may leave 一 out.
        if first or scale == 10:
            return scale
        raise ValueError("数字中间缺一位")
    count = _evaluate(head, first=first)
    if count == 0 or (count >= 10 and scale < 10**4) or (count >= 10**4 and scale == 10**4):
        raise ValueError(f"“{head}”后面不能再有这一位")
    return count * scale


def _evaluate_tail(tail: str, scale: int) -> int:
    if not tail:
        return 0
    if len(tail) == 1 and tail in _DIGITS and tail != "零":
        return _DIGITS[tail] * (scale // 10)  # 一万五 is 15000, 一百五 is 150
    rest = _evaluate(tail.removeprefix("零"), first=False) if tail != "零" else 0
    if not 0 < rest < scale:
        raise ValueError(f"“{tail}”不能接在这里")
    return rest


def parse_number(text: str) -> Decimal:
    """A plain numeral, Arabic (`1亿2000万`, `5,937.89万`) or Chinese (`三点五`), exactly. Raises ValueError."""
    if len(text) > _LONGEST:
        raise ValueError("数字过长")
    if text and text[0] in "0123456789":
        return _parse_arabic(text)
    whole, point, digits = text.partition("点")
    value = Decimal(parse_integer(whole))
    if not point:
        return value
    if not digits or any(digit not in _DIGITS for digit in digits):
        raise ValueError("“点”后面只能是数字")
    return _EXACT.add(value, Decimal("0." + "".join(str(_DIGITS[digit]) for digit in digits)))


def _parse_arabic(text: str) -> Decimal:
    total, limit, end = Decimal(0), None, 0
    for part in _ARABIC_PART.finditer(text):
        if part.start() != end:
            break
        end = part.end()
        value = Decimal(part[1].replace(",", ""))
        if limit is not None and not part[2] and 10 ** len(part[1]) != limit:
            raise ValueError(f"“{text}”末几位不全")  # 1万2345 is clear, 1万2 is not
        value = multiply(value, parse_scale(part[2] or ""))
        if limit is not None and value >= limit:
            raise ValueError(f"“{text}”不是通顺的数字")
        total, limit = _EXACT.add(total, value), parse_scale(part[2] or "")
    if end != len(text) or not end:
        raise ValueError(f"“{text}”不是通顺的数字")
    return total


def parse_scale(text: str) -> int:
    """`万` → 10000, `千万亿` → 10¹⁵, the empty string → 1."""
    scale = 1
    for character in text:
        scale *= _TENFOLDS[character]
    return scale


def parse_neighbours(text: str) -> tuple[int, int] | None:
    """An approximate pair, 两三 → (2, 3), 三四百 → (300, 400), 十七八万, 三五 → (3, 5); None where it is none."""
    match = _NEIGHBOURS.fullmatch(text)
    if match is None:
        return None
    before, low, high, scale = match.groups()
    pair = (_DIGITS[low], _DIGITS[high])
    if (pair[0] + 1 != pair[1] and pair != (3, 5)) or pair[0] == 0 or (before and before[-1] in _DIGITS):
        return None
    return parse_integer(before + low + scale), parse_integer(before + high + scale)


def multiply(value: Decimal, factor: int) -> Decimal:
    """The exact product."""
    return _EXACT.multiply(value, Decimal(factor))


def to_canonical_decimal(value: Decimal) -> str:
    """The canonical lexical form (https://www.w3.org/TR/xmlschema11-2/#decimal): `80000000`, `70.3`, never `8E7`."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if text not in {"-0", ""} else "0"
