"""A table laid out for a terminal: columns side by side where they fit, else one field a line.

An East-Asian wide character takes two columns.
"""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterator, Sequence

from kg.queries.layout import to_shown
from kg.queries.table import Table

_GAP = 2
# Narrower than eight Chinese characters a column of prose cannot be read.
_READABLE = 16
_RULE = 60


def to_text_table(table: Table, width: int | None = None) -> str:
    """A table aligned for a terminal; as records where its columns would be too narrow to read.

    Cells are wrapped so that a row fits `width` columns: the terminal's where it is None, no limit where it is 0 or
    the output is no terminal.
    """
    limit = _find_width() if width is None else width
    cells = [list(table.columns), *_iterate_cells(table)]
    widths = [max(1, *map(_to_width, column)) for column in zip(*cells, strict=True)]
    narrowest = [min(width, _READABLE) for width in widths]
    if limit and _to_row_width(narrowest) > limit:
        return to_text_records(table, limit)
    return _to_columns(cells, _fit_widths(widths, narrowest, limit))


def to_text_records(table: Table, width: int | None = None) -> str:
    """A table with one field a line and a numbered rule before each row, long values wrapped; `width` as above."""
    limit = _find_width() if width is None else width
    names = max((_to_width(name) for name in table.columns), default=0)
    room = max(limit - names - _GAP, _READABLE) if limit else 0
    lines = []
    for number, row in enumerate(_iterate_cells(table), start=1):
        rule = f"── {number} "
        lines.append(rule + "─" * ((limit or _RULE) - len(rule)))
        for name, value in zip(table.columns, row, strict=True):
            lines.extend(_lay_row([name, value], [names, room or max(1, _to_width(value))]))
    return "".join(f"{line}\n" for line in lines)


def _find_width() -> int:
    return shutil.get_terminal_size((0, 0)).columns


def _iterate_cells(table: Table) -> Iterator[list[str]]:
    for row in table.rows:
        yield [to_shown(term) for term in row]


def _to_columns(cells: Sequence[Sequence[str]], widths: Sequence[int]) -> str:
    lines = list(_lay_row(cells[0], widths))
    lines.append((" " * _GAP).join("─" * width for width in widths))
    wrapped = [list(_lay_row(row, widths)) for row in cells[1:]]
    spaced = any(len(row) > 1 for row in wrapped)
    for number, row in enumerate(wrapped):
        if spaced and number:
            lines.append("")
        lines.extend(row)
    return "".join(f"{line}\n" for line in lines)


def _to_width(text: str) -> int:
    return sum(_to_character_width(character) for character in text)


def _to_character_width(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _to_row_width(widths: Sequence[int]) -> int:
    return sum(widths) + _GAP * (len(widths) - 1)


def _fit_widths(widths: Sequence[int], narrowest: Sequence[int], limit: int) -> list[int]:
    """Column widths with the widest narrowed until a row fits `limit`, none below its narrowest."""
    fitted = list(widths)
    while limit and _to_row_width(fitted) > limit and fitted != list(narrowest):
        fitted[fitted.index(max(fitted))] -= 1
    return fitted


def _lay_row(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    columns = [_wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for number in range(max((len(column) for column in columns), default=0)):
        parts = [column[number] if number < len(column) else "" for column in columns]
        padded = (part + " " * (width - _to_width(part)) for part, width in zip(parts, widths, strict=True))
        yield (" " * _GAP).join(padded).rstrip()


def _wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns; a wide character that finds no room goes over, none is lost."""
    lines, line, used = [], "", 0
    for character in text:
        size = _to_character_width(character)
        if line and used + size > width:
            lines.append(line)
            line, used = "", 0
        line, used = line + character, used + size
    return [*lines, line]
