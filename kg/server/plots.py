"""Figures over time as small charts ready to be drawn: numbers and words only; `templates/parts.html` makes the SVG.

What is planned is a hollow point, a bound has an arrow to the side on which the figure lies, a rank counts downwards.
A plot never mixes units or kinds of measure.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kg.server.claims import Figure, show_number
from kg.view.model import Text
from kg.view.terms import KG

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 370, 200, 54, 14, 30, 24
_LINE, _DOT, _ARROW = 14, 5, 15
_MOST_PLOTS, _MOST_SERIES, _MOST_TICKS = 12, 6, 7
_ARROWS = {"moreThan": "up", "atLeast": "up", "atMost": "down", "approximately": "about"}

_Place = Callable[[int], float]
_Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Point:
    """One figure: its place, the time that it is of as a stretch, its words and where they stand."""

    x: float
    y: float
    begin: float
    end: float
    arrow: str
    planned: bool
    figure: Figure
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Series:
    """The figures of one thing and scope; `done` and `planned` are the points of two lines."""

    name: Text
    number: int
    points: tuple[Point, ...]
    done: str
    planned: str


@dataclass(frozen=True, slots=True)
class Plot:
    """One chart; ticks are places with their words."""

    title: Text
    unit: Text
    kind: Text
    series: tuple[Series, ...]
    years: tuple[tuple[float, str], ...]
    values: tuple[tuple[float, Text], ...]
    width: int = _WIDTH
    height: int = _HEIGHT
    left: int = _LEFT
    right: int = _WIDTH - _RIGHT
    base: int = _HEIGHT - _BOTTOM

    @property
    def has_planned(self) -> bool:
        """Whether some figure in it is only planned."""
        return any(point.planned for one in self.series for point in one.points)

    @property
    def has_bounds(self) -> bool:
        """Whether some figure in it is a bound or approximate."""
        return any(point.arrow for one in self.series for point in one.points)


def draw_plots(figures: Iterable[Figure]) -> tuple[Plot, ...]:
    """The charts of figures that have a time: one for each indicator, unit and kind with two times or more."""
    groups: dict[tuple[str, str, str], list[Figure]] = {}
    for figure in figures:
        if figure.begin and figure.end:
            groups.setdefault((figure.indicator.iri, figure.unit, figure.kind), []).append(figure)
    worth = [group for group in groups.values() if len({(one.begin, one.end) for one in group}) > 1]
    worth.sort(key=lambda group: -len(group))
    return tuple(_draw_plot(group) for group in worth[:_MOST_PLOTS])


def _draw_plot(figures: Sequence[Figure]) -> Plot:
    first = figures[0]
    days = [day for one in figures for day in (_to_day(one.begin), _to_day(one.end))]
    start, stop = min(days), max(days)
    low, high, step = _find_scale([one.value for one in figures], first.ranks)

    def place_x(day: int) -> float:
        return round(_LEFT + 14 + (day - start) / max(stop - start, 1) * (_WIDTH - _LEFT - _RIGHT - 28), 1)

    def place_y(value: float) -> float:
        share = (value - low) / ((high - low) or 1)
        share = 1 - share if first.ranks else share
        return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM), 1)

    # Points and their arrows stand where they must; words find their place around them.
    taken = [
        _to_box(place_x((_to_day(one.begin) + _to_day(one.end)) // 2), place_y(one.value), one.bound) for one in figures
    ]
    series = []
    for number, (name, group) in enumerate(_split_series(figures)):
        points = []
        for one in sorted(group, key=lambda one: (one.end, one.begin, one.value)):
            begin, end = _to_day(one.begin), _to_day(one.end)
            x, y = place_x((begin + end) // 2), place_y(one.value)
            label = _place_label(x, y, _measure(one.written), taken)
            arrow = _ARROWS.get(one.bound.removeprefix(KG), "")
            points.append(Point(x, y, place_x(begin), place_x(end), arrow, one.planned, one, *label))
        series.append(Series(name, number % _MOST_SERIES, tuple(points), *_to_lines(points)))
    count = round((high - low) / step)
    values = tuple((place_y(low + step * n), Text(*show_number(low + step * n))) for n in range(count + 1))
    return Plot(
        first.indicator.label,
        first.unit_text,
        first.kind_text,
        tuple(series),
        _find_years(start, stop, place_x),
        values,
    )


def _split_series(figures: Sequence[Figure]) -> list[tuple[Text, list[Figure]]]:
    """By thing measured and scope; what is the same in all of them needs no name."""
    groups: dict[tuple[str, str], list[Figure]] = {}
    for one in figures:
        key = (one.about.iri if one.about else "", one.scope.iri if one.scope else "")
        groups.setdefault(key, []).append(one)
    abouts, scopes = ({key[at] for key in groups} for at in (0, 1))
    named = []
    for group in groups.values():
        things = [group[0].about if len(abouts) > 1 else None, group[0].scope if len(scopes) > 1 else None]
        labels = [one.label for one in things if one is not None]
        named.append((Text(" · ".join(one.zh for one in labels), " · ".join(one.en for one in labels)), group))
    named.sort(key=lambda one: -len(one[1]))
    return named


def _to_lines(points: Sequence[Point]) -> tuple[str, str]:
    """The line through what is reported, and the one from there through what is planned after it."""
    done = [point for point in points if not point.planned]
    planned = [point for point in points if point.planned and (not done or point.x > done[-1].x)]
    ahead = [*done[-1:], *planned] if planned and done else []
    return _join(done), _join(ahead)


def _join(points: Sequence[Point]) -> str:
    return " ".join(f"{one.x},{one.y}" for one in points)


def _find_scale(values: Sequence[float], ranks: bool) -> tuple[float, float, float]:
    """Lowest, highest and step of a scale of round numbers: from zero, of ranks from one."""
    if ranks:
        step = max(1, math.ceil((max(values) - 1) / 4))
        return 1, 1 + step * max(1, math.ceil((max(values) - 1) / step)), step
    lowest, highest = min(0.0, *values), max(0.0, *values)
    rough = (highest - lowest) / 4 or 1
    power = 10 ** math.floor(math.log10(rough))
    step = next(by * power for by in (1, 2, 2.5, 5, 10) if by * power >= rough * 0.999)
    return math.floor(lowest / step) * step, math.ceil(highest / step) * step, step


def _find_years(start: int, stop: int, place_x: _Place) -> tuple[tuple[float, str], ...]:
    first, last = date.fromordinal(start).year, date.fromordinal(stop).year
    every = max(1, math.ceil((last - first + 1) / _MOST_TICKS))
    middle = [(year, date(year, 7, 1).toordinal()) for year in range(first, last + 1, every)]
    return tuple((place_x(min(max(day, start), stop)), str(year)) for year, day in middle)


def _to_box(x: float, y: float, bound: str) -> _Box:
    arrow = _ARROWS.get(bound.removeprefix(KG), "")
    up, down = (_ARROW if arrow in {"up", "about"} else _DOT), (_ARROW if arrow == "down" else _DOT)
    return x - _DOT, y - up, x + _DOT, y + down


def _place_label(x: float, y: float, width: float, taken: list[_Box]) -> tuple[float, float, str]:
    """Where a point's words stand without covering points or words, if there is such a place; it is then taken."""
    half = width / 2
    middle = min(max(x, half + 2), _WIDTH - half - 2)
    beside = ((x + 9 + half, y + 4), (x - 9 - half, y + 4))
    places = [(middle, y - 9), (middle, y + 19), *beside, (middle, y - 23), (middle, y + 33), (middle, y - 37)]
    for place in places:
        box = (place[0] - half, place[1] - _LINE + 4, place[0] + half, place[1] + 2)
        inside = box[0] >= 0 and box[2] <= _WIDTH and box[1] >= 0 and box[3] <= _HEIGHT - _BOTTOM
        if inside and not any(_overlap(box, other) for other in taken):
            taken.append(box)
            return *place, "middle"
    return *places[0], "middle"


def _measure(text: str) -> float:
    """About how wide words are, in pixels: a Chinese character is about twice as wide as a digit."""
    return sum(12 if ord(character) > 0x2E7F else 7.2 for character in text)


def _overlap(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _to_day(text: str) -> int:
    try:
        return date.fromisoformat(text[:10]).toordinal()
    except ValueError:
        return date(1, 1, 1).toordinal()
