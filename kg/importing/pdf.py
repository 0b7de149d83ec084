"""PDF: text page by page, running heads and page numbers taken out, broken lines joined to paragraphs."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from kg.errors import FormatError
from kg.importing.blocks import Block, clean, to_paragraph

_MOST_PAGES = 2000
# Drawing operators in all pages and in the forms that they draw: a page of Chinese has one or two thousand.
# Bytes of pages' contents, unpacked. More is a bomb, not a document.
_MOST_OPERATORS = 1_000_000
_MOST_CONTENT = 50_000_000
_PAGE_NUMBER = re.compile(r"[-—–\s]*(?:第\s*)?\d{1,4}\s*(?:页)?(?:\s*/\s*\d{1,4})?(?:\s*共\s*\d+\s*页)?[-—–\s]*")
_ENDS = tuple("。！？；：:;!?”》）)")
# A line that opens a heading or an item begins a paragraph, however full the line before it is.
_OPENS = re.compile(r"(?:第?[一二三四五六七八九十百]+[、章节是]|[（(][一二三四五六七八九十]+[）)]|\d+[.、．]|附件|【)")
_REPEATED = 3
# What is wrong inside a file is told once, by FormatError; pypdf's own lines would bring its bytes to the terminal.
logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)


def parse_pdf(content: bytes, file: str) -> tuple[tuple[Block, ...], Mapping[str, str]]:
    """A PDF's paragraphs. Raises FormatError where it is encrypted, broken, too long or holds no text."""
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise FormatError(f"{file}: 加了密 encrypted；请先去掉密码 remove its password first")
        if len(reader.pages) > _MOST_PAGES:
            raise FormatError(f"{file}: 页数太多 too many pages: {len(reader.pages)}，上限 {_MOST_PAGES}；请拆分")
        pages = list(_iterate_texts(reader, file))
    except DependencyError as error:
        raise FormatError(f"{file}: 加了密 encrypted；请先去掉密码 remove its password first") from error
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, RecursionError) as error:
        raise FormatError(f"{file}: 不是 PDF，或已损坏 no PDF, or broken；请重新导出") from error
    lines = _without_running_heads([[clean(line) for line in page.splitlines()] for page in pages])
    paragraphs = tuple(to_paragraph(text) for text in join_lines(lines))
    if not paragraphs:
        raise FormatError(f"{file}: 没有文字，多半是扫描件 no text, probably a scan；请先做文字识别 OCR it first")
    return paragraphs, {}


def _iterate_texts(reader: PdfReader, file: str) -> Iterator[str]:
    """Each page's text. A few kilobytes can ask for hours of drawing, so what is drawn is counted as it goes."""
    drawn = unpacked = 0

    def count(*_: object) -> None:
        nonlocal drawn
        drawn += 1
        if drawn > _MOST_OPERATORS:
            raise FormatError(f"{file}: 画的东西太多 draws too much: 超过 {_MOST_OPERATORS} 步；请拆分，或另存为文字")

    for page in reader.pages:
        content = page.get_contents()
        unpacked += len(content.get_data()) if content is not None else 0
        if unpacked > _MOST_CONTENT:
            raise FormatError(f"{file}: 解开后太大 too large unpacked: 超过 {_MOST_CONTENT} 字节；请拆分 split it")
        yield page.extract_text(visitor_operand_before=count) or ""
        count()


def _without_running_heads(pages: list[list[str]]) -> list[str]:
    """The lines of all pages but page numbers and what stands first or last on three pages or more."""
    edges = Counter(line for page in pages for line in {*_find_edges(page)})
    kept = []
    for page in pages:
        for place, line in enumerate(page):
            edge = place < 2 or place >= len(page) - 2
            if line and not (edge and (_PAGE_NUMBER.fullmatch(line) or edges[line] >= _REPEATED)):
                kept.append(line)
    return kept


def _find_edges(page: list[str]) -> list[str]:
    filled = [line for line in page if line]
    return [*filled[:2], *filled[-2:]]


def join_lines(lines: Iterable[str]) -> Iterator[str]:
    """Paragraphs of broken lines: a full line that ends no sentence goes on in the next one."""
    found = list(lines)
    full = sorted((len(line) for line in found), reverse=True)[len(found) // 10] * 0.85 if found else 0
    paragraph, previous = "", 0
    for line in found:
        if paragraph and (_OPENS.match(line) or paragraph.endswith(_ENDS) or previous < full):
            yield paragraph
            paragraph = ""
        gap = " " if paragraph and paragraph[-1].isascii() and line[:1].isascii() and line[:1].isalnum() else ""
        paragraph += gap + line
        previous = len(line)
    if paragraph:
        yield paragraph
