"""Plain text and Markdown: decoded, one block a paragraph."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping

from kg.errors import FormatError
from kg.importing.blocks import Block, to_paragraph

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_SEPARATOR = re.compile(r"\s*\|?(?:\s*:?-{2,}:?\s*\|)+\s*:?-{0,}:?\s*\|?\s*")
# No opening bracket inside: each begins a search of its own, which would make a line of brackets cost its square.
_TARGET = r"\((?:[^()]|\([^()]*\))*+\)"
_MARKDOWN = (
    (re.compile(rf"!\[[^\[\]]*+\]{_TARGET}"), ""),
    (re.compile(rf"\[([^\[\]]*+)\]{_TARGET}"), r"\1"),
    (re.compile(r"(\*\*|__|`)(.+?)\1"), r"\2"),
    (re.compile(r"^\s{0,3}(?:#{1,6}\s+|>\s?|[-*+]\s+)"), ""),
    (re.compile(r"^\s*(?:-{3,}|\*{3,}|_{3,})\s*$"), ""),
)


def decode_text(content: bytes, file: str) -> str:
    """Text from UTF-8, a Unicode form with a byte order mark, else GB 18030 (GB 18030-2022, which holds GBK).

    Raises FormatError where it is neither.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decode(content.removeprefix(mark) if encoding == "utf-8" else content, encoding, file)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _decode(content, "gb18030", file)


def _decode(content: bytes, encoding: str, file: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise FormatError(f"{file}: 不是文字文件 not text: 既不是 UTF-8 也不是 GB18030；请另存为 UTF-8") from error
    if "\0" in text:
        raise FormatError(f"{file}: 不是文字文件 not text: 含有空字符；请核对文件")
    return text


def parse_text(content: bytes, file: str) -> tuple[tuple[Block, ...], Mapping[str, str]]:
    """A text file's paragraphs, one a line; lines of cells between upright strokes, two or more, are a table."""
    return tuple(_iterate_blocks(decode_text(content, file).splitlines(), least=2)), {}


def parse_markdown(content: bytes, file: str) -> tuple[tuple[Block, ...], Mapping[str, str]]:
    """A Markdown file's paragraphs and tables; marks of emphasis, links and lists go, the words stay."""
    lines = [_strip_marks(line) for line in decode_text(content, file).splitlines()]
    return tuple(_iterate_blocks(lines, least=1)), {}


def _iterate_blocks(lines: Iterable[str], least: int) -> Iterator[Block]:
    """Paragraphs and tables; fewer than `least` rows together are paragraphs."""
    rows: list[str] = []
    for line in [*lines, ""]:
        if "|" in line:
            rows.append(line)
            continue
        yield from _to_table(rows, least)
        rows = []
        if line.strip():
            yield to_paragraph(line)


def _to_table(rows: list[str], least: int) -> Iterator[Block]:
    if len(rows) < least:
        yield from (to_paragraph(row) for row in rows)
    elif rows:
        cells = [tuple(row.strip().strip("|").split("|")) for row in rows if not _SEPARATOR.fullmatch(row)]
        yield Block(tuple(cells), table=True)


def _strip_marks(line: str) -> str:
    for pattern, words in _MARKDOWN:
        line = pattern.sub(words, line)
    return line
