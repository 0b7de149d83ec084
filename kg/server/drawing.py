"""Charts ready to be drawn: numbers and words only; `templates/chart.html` turns them into SVG.

What is planned is told apart from what is done in every chart. A mark knows the rows of the answer that it stands for,
counted from 1, so that it leads to them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure of a year; places in pixels of its panel, `rows` from 1."""

    x: float
    y: float
    width: float
    height: float
    text: str
    year: str
    planned: bool
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """The figures of one series in one unit, year by year."""

    title: str
    unit: str
    width: int
    height: int
    base: int
    bars: tuple[Bar, ...]
    years: tuple[tuple[float, str], ...]

    @property
    def planned_parts(self) -> Iterator[bool]:
        """For each thing drawn, whether it is only planned."""
        yield from (bar.planned for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Length:
    """One row of lengths, each in per cent of the longest; `part` is what of it is done."""

    label: str
    group: str
    length: float
    part: float | None
    text: str
    planned: bool
    row: int
    target: float | None = None

    @property
    def planned_parts(self) -> Iterator[bool]:
        """For each thing drawn, whether it is only planned."""
        yield self.planned


@dataclass(frozen=True, slots=True)
class Mark:
    """One moment of a lane or a stretch; places in per cent of the time shown."""

    x: float
    end: float | None
    rows: tuple[int, ...]
    text: str
    planned: bool

    @property
    def radius(self) -> float:
        """In pixels; the area grows with the number of rows."""
        return min(7.0 + 1.6 * math.sqrt(len(self.rows)), 14.0)


@dataclass(frozen=True, slots=True)
class Lane:
    """Whoever has marks, and those."""

    name: str
    marks: tuple[Mark, ...]

    @property
    def planned_parts(self) -> Iterator[bool]:
        """For each thing drawn, whether it is only planned."""
        for mark in self.marks:
            yield True
            if mark.end is not None:
                yield False


@dataclass(frozen=True, slots=True)
class Tile:
    """A region and what is said of it: words, whether only planned, the row."""

    name: str
    group: str
    items: tuple[tuple[str, bool, int], ...]

    @property
    def planned_parts(self) -> Iterator[bool]:
        """For each thing drawn, whether it is only planned."""
        yield from (planned for _, planned, _ in self.items)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart ready to be drawn; `kind` names its template, `left_out` how many of its parts are not in it."""

    kind: str
    parts: tuple[Panel, ...] | tuple[Length, ...] | tuple[Lane, ...] | tuple[Tile, ...]
    ticks: tuple[tuple[float, str], ...] = ()
    left_out: int = 0

    @property
    def has_done(self) -> bool:
        """Whether something in it is more than planned."""
        return any(not all(part.planned_parts) for part in self.parts)

    @property
    def has_planned(self) -> bool:
        """Whether something in it is only planned."""
        return any(any(part.planned_parts) for part in self.parts)
