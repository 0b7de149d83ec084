"""An answer as a drawing: which parts the question's chart has, and where they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from pyoxigraph import Literal, NamedNode

from kg.queries import Table
from kg.queries.chart import Chart
from kg.queries.evidence import Backing
from kg.queries.layout import to_shown
from kg.server.drawing import Bar, Drawing, Lane, Length, Mark, Panel, Tile

PLANNED = "https://w3id.org/policykg/ontology#planned"
_EXACTLY = "https://w3id.org/policykg/ontology#exactly"
# The unit of ranks: a longer bar for a worse place would mislead.
_PLACE = "https://w3id.org/policykg/ontology#place"
_YEAR = re.compile(r"[12][0-9]{3}")
_MOST_PANELS, _MOST_BARS, _MOST_LANES, _MOST_TILES = 24, 60, 16, 120
_HEIGHT, _TOP, _LEFT, _SLOT, _GAP, _CHARACTER = 150, 26, 8, 58, 10, 12


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    cells: Mapping[str, str]
    planned: bool
    exact: bool
    ranks: bool

    def join(self, columns: Iterable[str]) -> str:
        return " · ".join(text for column in columns if (text := self.cells.get(column, "")))


def draw_chart(chart: Chart, table: Table, backing: Backing, codes: Mapping[str, str]) -> Drawing | None:
    """The drawing of an answer; None where it has nothing to draw. `codes`, by name, order regions."""
    drawing = _KINDS[chart.kind](chart, _read_rows(chart, table, backing), codes)
    return drawing if drawing.parts else None


def _read_rows(chart: Chart, table: Table, backing: Backing) -> list[_Row]:
    status, bound, unit = (chart.find_column(part) for part in ("status", "bound", "unit"))
    return [
        _Row(
            number,
            {column: to_shown(term) for column, term in zip(table.columns, row, strict=True)},
            PLANNED in backed.entities.get(status, ()),
            _EXACTLY in backed.entities.get(bound, ()),
            _PLACE in backed.entities.get(unit, ()),
        )
        for number, (row, backed) in enumerate(zip(table.rows, backing.rows, strict=True), start=1)
    ]


def _draw_years(chart: Chart, rows: list[_Row], _: Mapping[str, str]) -> Drawing:
    series: dict[tuple[str, str], dict[tuple[int, float, bool], list[_Row]]] = {}
    for row in rows:
        value = _parse_number(row.cells.get(chart.find_column("value"), ""))
        if value is None or value < 0 or row.ranks:
            continue
        key = (row.join(chart.parts.get("series", ())), row.cells.get(chart.find_column("unit"), ""))
        found = _YEAR.search(row.cells.get(chart.find_column("year"), ""))
        at = (int(found[0]) if found else 0, value, row.planned)
        series.setdefault(key, {}).setdefault(at, []).append(row)
    ordered = sorted(series.items(), key=lambda one: (-len(one[1]), one[0]))
    panels = tuple(_draw_panel(chart, *key, marks) for key, marks in ordered[:_MOST_PANELS])
    return Drawing("bar-years", panels, left_out=max(0, len(ordered) - _MOST_PANELS))


def _draw_panel(chart: Chart, title: str, unit: str, marks: Mapping[tuple[int, float, bool], list[_Row]]) -> Panel:
    largest = max(value for _, value, _ in marks) or 1
    bars, years, x = [], [], float(_LEFT)
    known = [year for year, _, _ in marks if year]
    # A gap of some years is drawn as a gap; a long one would only push the bars apart.
    span = range(min(known), max(known) + 1) if known and max(known) - min(known) < 12 else sorted(set(known))
    for year in [*span, *([0] if any(not year for year, _, _ in marks) else [])]:
        here = sorted((at for at in marks if at[0] == year), key=lambda at: (at[2], at[1]))
        begun = x
        for at in here:
            text = _to_bar_text(chart, marks[at][0], at[1])
            width = max(_SLOT, len(text) * _CHARACTER + _GAP)
            height = max(at[1] / largest * (_HEIGHT - _TOP), 1.5)
            numbers = tuple(row.number for row in marks[at])
            bar_x = x + (width - _SLOT + _GAP) / 2
            bars.append(
                Bar(bar_x, _HEIGHT - height, _SLOT - _GAP, height, text, str(year or "时期不明"), at[2], numbers)
            )
            x += width
        x += 0 if here else _SLOT * 0.6
        years.append(((begun + x) / 2, str(year) if year else "—"))
    return Panel(title, unit, max(int(x + _LEFT), 120), _HEIGHT + 22, _HEIGHT, tuple(bars), tuple(years))


def _to_bar_text(chart: Chart, row: _Row, value: float) -> str:
    """The figure as its document writes it, after its bound where that is not 恰好."""
    bound = "" if row.exact else row.cells.get(chart.find_column("bound"), "")
    return f"{bound}{row.cells.get(chart.find_column('text'), '') or _to_short(value)}"


def _draw_lengths(chart: Chart, rows: list[_Row], _: Mapping[str, str]) -> Drawing:
    found = [
        (row, value, _parse_number(row.cells.get(chart.find_column("part"), "")))
        for row in rows
        if (value := _parse_number(row.cells.get(chart.find_column("value"), ""))) is not None and value >= 0
    ]
    groups: dict[str, float] = {}
    for row, value, _part in found:
        group = row.cells.get(chart.find_column("group"), "")
        groups[group] = max(groups.get(group, 0), value)
    # Only a group whose name is a unit has a scale of its own; kinds of things that are counted share one.
    scaled = groups if chart.find_column("group") == "unit" else dict.fromkeys(groups, max(groups.values(), default=1))
    lengths = [
        Length(
            row.join(chart.parts["label"]),
            group := row.cells.get(chart.find_column("group"), ""),
            _to_percent(value, scaled[group]),
            None if part is None else _to_percent(part, scaled[group]),
            _to_short(value) + (f"（{_to_short(part)}）" if part is not None else ""),
            row.planned,
            row.number,
        )
        for row, value, part in found
    ]
    order = list(groups)
    lengths.sort(key=lambda one: order.index(one.group))
    return Drawing("bars", tuple(lengths[:_MOST_BARS]), left_out=max(0, len(lengths) - _MOST_BARS))


def _draw_targets(chart: Chart, rows: list[_Row], _: Mapping[str, str]) -> Drawing:
    lengths = []
    for row in rows:
        target = _parse_number(row.cells.get(chart.find_column("target"), ""))
        if target is None:
            continue
        result = _parse_number(row.cells.get(chart.find_column("result"), ""))
        longest = max(target, result or 0) or 1
        reached = row.join(chart.parts.get("result_text", ())).replace(" · ", "")
        lengths.append(
            Length(
                row.join(chart.parts["label"]),
                "",
                _to_percent(result or 0, longest),
                None,
                f"{row.join(chart.parts.get('target_text', ())).replace(' · ', '')} → {reached or '—'}",
                result is None,
                row.number,
                _to_percent(target, longest),
            )
        )
    return Drawing("targets", tuple(lengths[:_MOST_BARS]), left_out=max(0, len(lengths) - _MOST_BARS))


def _draw_timeline(chart: Chart, rows: list[_Row], _: Mapping[str, str]) -> Drawing:
    start, end = chart.find_column("start"), chart.find_column("end")
    dated = [(row, day, _parse_day(row.cells.get(end, ""))) for row in rows if (day := _parse_day(row.cells[start]))]
    if not dated:
        return Drawing("timeline", ())
    days = [day for _, first, last in dated for day in (first, last) if day is not None]
    first, last = date(min(days).year, 1, 1), date(max(days).year, 12, 31)
    total = (last - first).days or 1

    def place(day: date) -> float:
        return round((day - first).days / total * 100, 2)

    lanes: dict[str, dict[tuple[date, date | None], list[_Row]]] = {}
    for row, begun, ended in dated:
        lanes.setdefault(row.join(chart.parts["lane"]), {}).setdefault((begun, ended), []).append(row)
    drawn = [
        Lane(
            name,
            tuple(
                Mark(
                    place(begun),
                    None if ended is None else place(ended),
                    tuple(row.number for row in found),
                    _to_list(row.join(chart.parts["label"]) for row in found),
                    ended is None,
                )
                for (begun, ended), found in sorted(marks.items(), key=lambda one: (one[0][0], one[0][1] or date.max))
            ),
        )
        for name, marks in lanes.items()
    ]
    drawn.sort(key=lambda lane: -sum(len(mark.rows) for mark in lane.marks))
    ticks = tuple((place(date(year, 1, 1)), str(year)) for year in range(first.year, last.year + 1))
    return Drawing("timeline", tuple(drawn[:_MOST_LANES]), ticks, max(0, len(drawn) - _MOST_LANES))


def _draw_regions(chart: Chart, rows: list[_Row], codes: Mapping[str, str]) -> Drawing:
    tiles: dict[tuple[str, str], dict[tuple[str, bool], int]] = {}
    for row in rows:
        name, group = row.cells[chart.find_column("region")], row.cells.get(chart.find_column("group"), "")
        item = (row.cells[chart.find_column("item")], row.planned)
        tiles.setdefault((group, name), {}).setdefault(item, row.number)
    drawn = [
        Tile(name, group, tuple((text, planned, number) for (text, planned), number in items.items()))
        for (group, name), items in tiles.items()
    ]
    drawn.sort(key=lambda tile: (tile.group, codes.get(tile.name, "~"), tile.name))
    return Drawing("regions", tuple(drawn[:_MOST_TILES]), left_out=max(0, len(drawn) - _MOST_TILES))


_KINDS: Mapping[str, Callable[[Chart, list[_Row], Mapping[str, str]], Drawing]] = {
    "bar-years": _draw_years,
    "timeline": _draw_timeline,
    "regions": _draw_regions,
    "bars": _draw_lengths,
    "targets": _draw_targets,
}


def find_codes(table: Table) -> Mapping[str, str]:
    """Administrative codes by name, from the answer to `CODES`."""
    return {
        name.value: code.value
        for name, code in table.rows
        if isinstance(name, Literal | NamedNode) and isinstance(code, Literal)
    }


CODES = (
    "PREFIX kg: <https://w3id.org/policykg/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    "SELECT ?name ?code WHERE { ?region kg:adminCode ?code ; skos:prefLabel ?name }"
)


def _parse_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _parse_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _to_percent(value: float, longest: float) -> float:
    return round(value / (longest or 1) * 100, 2)


def _to_short(value: float) -> str:
    """A number as a Chinese reader takes it in: 117亿, 3.2万."""
    for size, word in ((1e12, "万亿"), (1e8, "亿"), (1e4, "万")):
        if value >= size:
            return f"{value / size:.4g}{word}"
    return f"{value:.10g}"


def _to_list(texts: Iterable[str]) -> str:
    shown = list(dict.fromkeys(texts))
    return "；".join(shown[:6]) + (f"；等 {len(shown)} 条" if len(shown) > 6 else "")
