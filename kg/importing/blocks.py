"""What a document is made of, whatever its format: paragraphs and tables, cleaned the same way."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_SPACES = re.compile(r"[^\S\n]+")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_HAN = "\u3400-\u9fff，。；：、！？《》“”（）"
_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])")
_CELL_GAP = " | "


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (one row of one cell) or a table; `caption` is what stands above a table."""

    rows: tuple[tuple[str, ...], ...]
    table: bool = False
    caption: str = ""


def to_paragraph(text: str) -> Block:
    """A paragraph of some text."""
    return Block(((text,),))


def clean(text: str) -> str:
    """Text on one line: no control or invisible characters, no blanks between Chinese characters, none at the ends."""
    visible = _INVISIBLE.sub("", text)
    plain = "".join(" " if unicodedata.category(one) in {"Cc", "Zl", "Zp"} else one for one in visible)
    return _BETWEEN_HAN.sub("", _SPACES.sub(" ", plain).strip())


def to_lines(blocks: Iterable[Block]) -> tuple[str, ...]:
    """One line a paragraph or row. A table begins with a heading 【表1 …】, so that evidence can name it."""
    return tuple(_iterate_lines(blocks))


def _iterate_lines(blocks: Iterable[Block]) -> Iterator[str]:
    number = 0
    for block in blocks:
        rows = [[clean(cell) for cell in row] for row in block.rows]
        rows = [row for row in rows if any(row)]
        if not block.table:
            yield from (row[0] for row in rows)
        elif rows:
            number += 1
            yield f"【表{number}{' ' + clean(block.caption) if block.caption else ''}】"
            yield from (_CELL_GAP.join(row) for row in rows)
