"""One file to its lines and its information, by its suffix."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from kg.errors import FormatError
from kg.importing.blocks import Block, to_lines
from kg.importing.docx import parse_docx
from kg.importing.html import parse_html
from kg.importing.information import parse_information
from kg.importing.pdf import parse_pdf
from kg.importing.text import parse_markdown, parse_text

LARGEST = 30_000_000  # bytes; a policy document of that size is a mistake

Fields = Mapping[str, str | date]
_Parse = Callable[[bytes, str], tuple[tuple[Block, ...], Mapping[str, str]]]
_PARSERS: Mapping[str, _Parse] = {
    ".txt": parse_text,
    ".md": parse_markdown,
    ".html": parse_html,
    ".htm": parse_html,
    ".docx": parse_docx,
    ".pdf": parse_pdf,
}
SUFFIXES = frozenset(_PARSERS)


@dataclass(frozen=True, slots=True)
class Imported:
    """A document's text (LF, one paragraph a line, the title first) and the fields that its source says of it."""

    text: str
    fields: Fields


def parse_source(content: bytes, file: str) -> Imported:
    """A file's content as a document. `file` is for messages, its suffix says the kind.

    Raises FormatError, one line, where the file is too large, empty, encrypted or not of its kind.
    """
    suffix = PurePath(file).suffix.lower()
    if suffix not in _PARSERS:
        raise FormatError(f"{file}: 不认识的文件 unknown kind of file；可用 {' '.join(sorted(SUFFIXES))}")
    if len(content) > LARGEST:
        raise FormatError(
            f"{file}: 文件太大 file too large: {len(content)} 字节，上限 {LARGEST}；请拆分，或先另存为文本"
        )
    if not content.strip():
        raise FormatError(f"{file}: 文件是空的 the file is empty")
    blocks, said = _PARSERS[suffix](content, file)
    fields, body = parse_information(blocks, said)
    lines = to_lines(body)
    if not lines:
        raise FormatError(f"{file}: 里面没有文字 no text in it；扫描件请先做文字识别 scans need OCR first")
    title = str(fields.get("title") or lines[0])
    if lines[0] != title:
        lines = (title, *(line for number, line in enumerate(lines) if number > 3 or line != title))
    return Imported("\n".join(lines) + "\n", {"title": title, **fields})
