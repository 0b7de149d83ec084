"""The structure of a text: paragraphs, sections with their headings, sentences. Offsets are code points."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise

from kg.model import Document, Section, Span

# Headings as Chinese official documents number them (GB/T 9704-2012, 7.3.3): 一、 （一） 1. （1）.
_HEADING_LEVELS = (
    re.compile(r"[一二三四五六七八九十百]+、"),
    re.compile(r"[（(][一二三四五六七八九十百]+[）)]"),
    re.compile(r"\d+[.．、](?!\d)"),
    re.compile(r"[（(]\d+[）)]"),
)
_HEADING_LONGEST = 60
_ITEM = re.compile(r"(?:^|(?<=[。；;：:，,\n]))([一二三四五六七八九十]+是)")
_SENTENCE_ENDS = "。！？\n"


def derive_paragraphs(text: str) -> tuple[Span, ...]:
    """The lines of a text that are not blank, in order: paragraph n of the graph is the n-th of these, from 1."""
    spans = []
    begin = 0
    for line in text.split("\n"):
        if line.strip():
            spans.append(Span(begin, begin + len(line)))
        begin += len(line) + 1
    return tuple(spans)


def derive_sections(text: str, heading_cues: tuple[str, ...]) -> tuple[Section, ...]:
    """The sections of a text in order, each up to where the next begins, with their heading paths.

    Numbered lines of at most 60 characters without a full stop are headings. Inside a paragraph 一是/二是 items and the
    parts that a heading cue (下一步) opens are sections of their own; a cue's part lasts until the next heading.
    """
    marks = sorted(_find_marks(text, heading_cues))
    path: list[tuple[int, str]] = []
    sections = [Section((), Span(0, marks[0][0] if marks else len(text)))]
    for (begin, level, heading), (end, _, _) in pairwise([*marks, (len(text), 0, "")]):
        path = [(above, name) for above, name in path if above < level]
        path.append((level, heading))
        sections.append(Section(tuple(name for _, name in path), Span(begin, end)))
    return tuple(section for section in sections if section.span.begin < section.span.end)


_CUE_LEVEL = len(_HEADING_LEVELS)
_ITEM_LEVEL = _CUE_LEVEL + 1


def _find_marks(text: str, heading_cues: tuple[str, ...]) -> list[tuple[int, int, str]]:
    marks = []
    for paragraph in derive_paragraphs(text):
        line = text[paragraph.begin : paragraph.end]
        level = _to_heading_level(line)
        if level is None:
            marks.extend(_find_marks_inside(line, paragraph.begin, heading_cues))
        else:
            marks.append((paragraph.begin, level, line.strip()))
    return marks


def _find_marks_inside(line: str, offset: int, heading_cues: tuple[str, ...]) -> list[tuple[int, int, str]]:
    marks = [
        (offset + found.start(1), _ITEM_LEVEL, _to_item_heading(line, found.start(1))) for found in _ITEM.finditer(line)
    ]
    for cue in heading_cues:
        for found in re.finditer(rf"(?:^|(?<=[。；;\n])){re.escape(cue)}", line):
            marks.append((offset + found.start(), _CUE_LEVEL, cue))
    return marks


def is_heading(line: str) -> bool:
    """Whether a paragraph is a numbered heading."""
    return _to_heading_level(line) is not None


def _to_heading_level(line: str) -> int | None:
    stripped = line.strip()
    if len(stripped) > _HEADING_LONGEST or "。" in stripped or "；" in stripped:
        return None
    return next((level for level, form in enumerate(_HEADING_LEVELS) if form.match(stripped)), None)


def _to_item_heading(line: str, begin: int) -> str:
    # An item's own title runs to its first full stop or colon; a long one is a sentence, of which 一是 is enough.
    title = re.split(r"[。：:；;，,]", line[begin : begin + 40], maxsplit=1)[0]
    return title if len(title) <= 24 else title[:2]


def find_sentence(text: str, span: Span) -> Span:
    """The smallest run of whole sentences (ending in 。！？ or a line feed) that covers a span."""
    begin = max((text.rfind(end, 0, span.begin) for end in _SENTENCE_ENDS), default=-1) + 1
    stops = [found for found in (text.find(end, max(span.end - 1, span.begin)) for end in _SENTENCE_ENDS) if found >= 0]
    end = min(stops) if stops else len(text)
    if end < len(text) and text[end] != "\n":
        end += 1
    return Span(begin, max(end, span.end))


def find_section(document: Document, offset: int) -> Section:
    """The section that holds an offset; a document without sections is one without a heading."""
    if not document.sections:
        return Section((), Span(0, len(document.text)))
    return document.sections[max(bisect_right(document.sections, offset, key=lambda part: part.span.begin) - 1, 0)]


def find_paragraph(document: Document, offset: int) -> int:
    """The number, from 1, of the paragraph that holds an offset."""
    return max(bisect_right(document.paragraphs, offset, key=lambda paragraph: paragraph.begin), 1)
