"""How precisely a figure was written, and the values that it leaves possible.

Rule: what is written last decides. 24% is written to 1, 46.2% to 0.1, 1.1万亿元 to 千亿, 1237亿元 to 亿; a count in
full (14560家) is exact. Zeros at the end of a number without 万 or 亿 may be rounded: two digits are taken as meant
(20000家 is written to 1000), and fewer than two such zeros are digits like others. Words without Arabic digits (三成,
万名) are taken to a tenth of the value, ranks exactly.

What an exact figure leaves possible reaches half a written unit down and, since Chinese documents cut off as often as
they round (1.18万亿元 becomes 1.1万亿元), a whole one up; with one digit only (3万家) half of one. The other bounds:
moreThan and atLeast from the value upwards, the value included, because 突破2.5万 is said of 2.5万 too; with 多 or
余 in the figure (14100多家) no further than the next step of its last digit; atMost up to the value; approximately a
tenth either way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from kg.numerals import ARABIC, SCALE, parse_scale, to_plain
from kg.reasoning.claims import Figure

EXACTLY, MORE_THAN, AT_LEAST, AT_MOST, APPROXIMATELY = "exactly", "moreThan", "atLeast", "atMost", "approximately"
_SHARES = frozenset({"percent", "point", "times"})
_RANK = "place"
_NUMERAL = re.compile(rf"({ARABIC})[多余]?({SCALE})?")
_SURPLUS = re.compile("[多余]")
_TENTH = Decimal("0.1")
_HALF = Decimal("0.5")
# What is cut off, or 多, is less than a unit: 2.4万 is never 25000, 14100多 never 14200.
_ALMOST = Decimal("0.999")
_MEANT_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Range:
    """Values from `low` to `high`, both possible; None is without end."""

    low: Decimal | None
    high: Decimal | None

    def meets(self, other: Range) -> bool:
        """Whether some value is in both."""
        return not (_is_below(self.high, other.low) or _is_below(other.high, self.low))

    def plus(self, other: Range) -> Range:
        """The sums of a value of each."""
        return Range(_add(self.low, other.low), _add(self.high, other.high))

    def minus(self, other: Range) -> Range:
        """The differences of a value of each."""
        return Range(_add(self.low, _negate(other.high)), _add(self.high, _negate(other.low)))

    def over(self, other: Range) -> Range:
        """The quotients of positive values of each; without end where the divisor may be zero or the end is open."""
        low = None if self.low is None or other.high is None or other.high <= 0 else self.low / other.high
        high = None if self.high is None or other.low is None or other.low <= 0 else self.high / other.low
        return Range(low, high)

    def scaled(self, factor: Decimal, shift: Decimal = Decimal(0)) -> Range:
        """Every value times a positive factor, plus a shift."""
        low = None if self.low is None else self.low * factor + shift
        return Range(low, None if self.high is None else self.high * factor + shift)


def _is_below(high: Decimal | None, low: Decimal | None) -> bool:
    return high is not None and low is not None and high < low


def _add(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one + other


def _negate(value: Decimal | None) -> Decimal | None:
    return None if value is None else -value


def find_written_unit(figure: Figure) -> Decimal:
    """The unit of the last place that was written, in base units; zero where the figure is exact. The finest writing
    counts where documents write the same value differently."""
    return min((_find_unit(text, figure) for text in figure.texts), default=abs(figure.value) * _TENTH)


def _find_unit(text: str, figure: Figure) -> Decimal:
    if figure.unit == _RANK:
        return Decimal(0)
    numeral, scale = _find_last_numeral(text)
    if numeral is None:
        return abs(figure.value) * _TENTH
    whole, _, decimals = numeral.replace(",", "").partition(".")
    if decimals or scale > 1:
        return Decimal(scale).scaleb(-len(decimals))
    if figure.unit in _SHARES:
        return Decimal(1)
    digits = whole.lstrip("0")
    zeros = len(digits) - len(digits.rstrip("0"))
    meant = min(zeros, len(digits) - _MEANT_DIGITS)
    return Decimal(10) ** meant if zeros >= 2 and meant >= 1 else Decimal(0)


def _find_last_numeral(text: str) -> tuple[str | None, int]:
    found = list(_NUMERAL.finditer(to_plain(text)))
    return (found[-1][1], parse_scale(found[-1][2] or "")) if found else (None, 1)


def to_range(figure: Figure) -> Range:
    """The values that a figure leaves possible, by its bound and by how it was written."""
    value = figure.value
    if figure.bound == AT_MOST:
        return Range(None, value)
    if figure.bound == APPROXIMATELY:
        margin = abs(value) * _TENTH
        return Range(value - margin, value + margin)
    if figure.bound == EXACTLY:
        unit = find_written_unit(figure)
        cut = unit * _ALMOST if abs(value) >= unit * 10 else unit * _HALF
        return Range(value - unit * _HALF, value + cut)
    return Range(value, _find_surplus(figure))


def _find_surplus(figure: Figure) -> Decimal | None:
    """Where 多 or 余 ends: 14100多家 is below 14200, 200多万人 below 300万."""
    steps = [step for text in figure.texts if (step := _find_step(text)) is not None]
    return None if not steps or figure.bound != MORE_THAN else figure.value + min(steps) * _ALMOST


def _find_step(text: str) -> Decimal | None:
    if not _SURPLUS.search(text):
        return None
    numeral, scale = _find_last_numeral(text)
    if numeral is None:
        return None
    whole, _, decimals = numeral.replace(",", "").partition(".")
    if decimals:
        return Decimal(scale).scaleb(-len(decimals))
    return Decimal(scale) * Decimal(10) ** (len(whole) - len(whole.rstrip("0")))


def agree(one: Figure, other: Figure) -> bool:
    """Whether two figures can both hold of the same thing. Exact ones that are written to the same place must be
    equal; of others the possible values must meet."""
    if one.bound == other.bound == EXACTLY and find_written_unit(one) == find_written_unit(other):
        return one.value == other.value
    return to_range(one).meets(to_range(other))
