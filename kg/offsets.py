"""Offsets of other tools to code points and back: one named converter a unit, indexed once a text, in O(n).

brat counts Unicode code points, as this package does. UIMA and most JavaScript tools count UTF-16 code units, doccano
grapheme clusters on request (https://unicode.org/reports/tr29/), a few exports UTF-8 bytes. A position that is no
boundary of a code point (half a surrogate pair, inside a cluster or a multi-byte sequence) is a fault, never rounded.
The text is taken as it is: whoever normalises it does so after its offsets are code points.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Self

import regex

AUTO = "auto"
_FIRST_OF_TWO_UNITS = "\U00010000"


@dataclass(frozen=True, slots=True)
class OffsetConverter:
    """One text's boundaries in code points and, at the same places, in another unit; both ascend.

    Make one with a sub-class's `of`.
    """

    unit = ""
    code_points: Sequence[int] = field(repr=False)
    units: Sequence[int] = field(repr=False)

    @classmethod
    def of(cls, text: str) -> Self:
        """The converter of one text: O(n) once, every conversion after it O(log n)."""
        raise NotImplementedError

    def to_code_point(self, position: int) -> int | None:
        """The code-point offset of a position in this unit, None where it is outside the text or no boundary."""
        return _find_counterpart(position, self.units, self.code_points)

    def from_code_point(self, position: int) -> int | None:
        """The position in this unit of a code-point offset, None where it is outside the text or inside one unit."""
        return _find_counterpart(position, self.code_points, self.units)

    def to_code_points(self, begin: int, end: int) -> tuple[int, int] | None:
        """A half-open range in this unit as code points, None where one of its ends is a fault."""
        first, last = self.to_code_point(begin), self.to_code_point(end)
        return None if first is None or last is None else (first, last)


class CodePoints(OffsetConverter):
    """Unicode code points: Python, brat, PubAnnotation, Web Annotation by its specification."""

    unit = "codepoint"

    @classmethod
    def of(cls, text: str) -> Self:
        everywhere = range(len(text) + 1)
        return cls(everywhere, everywhere)


class Utf16Units(OffsetConverter):
    """UTF-16 code units: Java (UIMA, INCEpTION) and JavaScript. U+10000 and above count two."""

    unit = "utf16"

    @classmethod
    def of(cls, text: str) -> Self:
        widths = (1 + (character >= _FIRST_OF_TWO_UNITS) for character in text)
        return cls(range(len(text) + 1), array("Q", accumulate(widths, initial=0)))


class GraphemeClusters(OffsetConverter):
    """Extended grapheme clusters of UAX #29, what a reader sees as one character; CRLF is one."""

    unit = "grapheme"

    @classmethod
    def of(cls, text: str) -> Self:
        starts = array("Q", (found.end() for found in regex.finditer(r"\X", text)))
        starts.insert(0, 0)
        return cls(starts, range(len(starts)))


class Utf8Bytes(OffsetConverter):
    """Bytes of the text in UTF-8, a byte order mark not counted."""

    unit = "byte"

    @classmethod
    def of(cls, text: str) -> Self:
        widths = (
            1 + (character > "\x7f") + (character > "\u07ff") + (character >= _FIRST_OF_TWO_UNITS) for character in text
        )
        return cls(range(len(text) + 1), array("Q", accumulate(widths, initial=0)))


# In the order of preference where several fit.
CONVERTERS: dict[str, type[OffsetConverter]] = {
    one.unit: one for one in (CodePoints, Utf16Units, GraphemeClusters, Utf8Bytes)
}
UNITS = tuple(CONVERTERS)


@dataclass(frozen=True, slots=True)
class Placed:
    """What a format says of one stretch of text: its ends, in the file's unit, and the text there where it says so."""

    begin: int
    end: int
    surface: str | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """The converter to use; `note` is one line for the user where the unit could not be proved and it matters."""

    converter: OffsetConverter
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why no unit can be relied on, and how to mend it."""

    reason: str
    mend: str


def resolve_unit(
    unit: str, text: str, placed: Iterable[Placed], candidates: Sequence[str] = UNITS
) -> Resolution | Refusal:
    """The converter for a document's offsets: of the unit that was named, or, for `auto`, of the one that is proved.

    Under `auto` a unit of the `candidates` fits where it finds every surface that any of them finds; a surface that
    none finds is an annotation's own fault and proves nothing. Where fitting units put something at different places
    the unit is unproved: the first of them it is then, in the candidates' order, with a note. No surface at all and
    units that differ on the positions given, or no surface found: refused. Raises ValueError for an unknown unit.
    """
    if unit != AUTO:
        if unit not in CONVERTERS:
            raise ValueError(f"unknown offset unit {unit!r}")
        return Resolution(CONVERTERS[unit].of(text))
    everything = tuple(placed)
    readings = [_Reading.of(CONVERTERS[name].of(text), everything) for name in candidates]
    if all(one.surface is None for one in everything):
        return _resolve_without_surfaces(readings)
    return _resolve_by_surfaces(text, everything, readings)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Where one unit puts everything."""

    converter: OffsetConverter
    places: tuple[tuple[int, int] | None, ...]

    @classmethod
    def of(cls, converter: OffsetConverter, everything: Iterable[Placed]) -> Self:
        return cls(converter, tuple(converter.to_code_points(one.begin, one.end) for one in everything))

    def find_matches(self, text: str, everything: Iterable[Placed]) -> frozenset[int]:
        """The numbers of the surfaces that stand where this unit puts them."""
        return frozenset(
            number
            for number, (one, place) in enumerate(zip(everything, self.places, strict=True))
            if one.surface is not None and place is not None and text[slice(*place)] == one.surface
        )


def _resolve_without_surfaces(readings: list[_Reading]) -> Resolution | Refusal:
    if _agree(readings):
        return Resolution(readings[0].converter)
    return Refusal(
        f"偏移单位无法确定 the offset unit cannot be told: 标注不带原文，而 {_name(readings)} 给出的位置不同",
        _MEND,
    )


def _resolve_by_surfaces(text: str, everything: tuple[Placed, ...], readings: list[_Reading]) -> Resolution | Refusal:
    matches = [one.find_matches(text, everything) for one in readings]
    found = frozenset[int]().union(*matches)
    fitting = [one for one, its in zip(readings, matches, strict=True) if its == found]
    if not found:
        return Refusal(
            f"没有一种偏移单位与原文相符 no offset unit puts any annotation on its own text: 试过 {_name(readings)}",
            "请核对正文与标注是否同一版本；确知单位时用 --offset-unit 指明",
        )
    if not fitting:
        return Refusal(
            f"没有一种偏移单位与所有原文相符 no offset unit fits all annotations: 试过 {_name(readings)}，各有相符的",
            "同一篇里混用了几种单位，请重新导出；或用 --offset-unit 指明",
        )
    note = None
    if not _agree(fitting):
        note = (
            f"偏移单位无法证明 the offset unit is not provable: {_name(fitting)} 都与原文相符，"
            f"按 {fitting[0].converter.unit} 读；可用 --offset-unit 指明"
        )
    return Resolution(fitting[0].converter, note)


_MEND = f"请用 --offset-unit 指明：{'、'.join(UNITS)}"


def _agree(readings: list[_Reading]) -> bool:
    return all(one.places == readings[0].places for one in readings)


def _name(readings: list[_Reading]) -> str:
    return "、".join(one.converter.unit for one in readings)


def _find_counterpart(position: int, here: Sequence[int], there: Sequence[int]) -> int | None:
    at = bisect_left(here, position)
    return there[at] if at < len(here) and here[at] == position else None
