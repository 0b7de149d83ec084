"""What the columns of the pack's questions are called: one list for all questions, `queries/columns.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kg.errors import QueryError
from kg.queries.table import Table

_NUMBERED = re.compile(r"(?P<name>.+)_(?P<number>[0-9]|[ab])")


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading in Chinese and English."""

    zh: str
    en: str


def read_headings(folder: Path) -> Mapping[str, Heading]:
    """The headings of a pack by column. Raises QueryError where `columns.toml` is no list of pairs of words."""
    path = folder / "columns.toml"
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise QueryError(f"{path}: 读不了表头 cannot read the headings: {error}") from None
    return {name: _parse_heading(path, name, words) for name, words in given.items()}


def _parse_heading(path: Path, name: str, words: object) -> Heading:
    match words:
        case [str() as zh, str() as en] if zh and en:
            return Heading(zh, en)
        case _:
            raise QueryError(f'{path}: {name} 要写成 must be {name} = ["中文", "English"]')


def find_heading(headings: Mapping[str, Heading], column: str) -> Heading:
    """A column's heading; `via_2` and `value_b` have the number after the words; an unknown column has its name."""
    if column in headings:
        return headings[column]
    numbered = _NUMBERED.fullmatch(column)
    if numbered is None or numbered["name"] not in headings:
        return Heading(column, column)
    found, number = headings[numbered["name"]], numbered["number"].upper()
    return Heading(f"{found.zh} {number}", f"{found.en} {number}")


def to_titled(table: Table, headings: Mapping[str, Heading]) -> Table:
    """A table for readers: its columns have their Chinese headings."""
    return replace(table, columns=tuple(find_heading(headings, column).zh for column in table.columns))
