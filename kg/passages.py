"""The structure of a text: paragraphs, sections with their headings, sentences. Offsets are code points."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache

from kg.model import Document, Section, Span

# Headings as Chinese official documents number them (GB/T 9704-2012, 7.3.3: 一、 （一） 1. （1）), with the other forms
# that are met: 第一章, Markdown's #, 1.1, ① and 【…】. An outer form stands before an inner one; what stands inside #
# or 【】 counts first, because “## 二、…” is a 二、. A decimal number opens a heading only before a space or 、;
# 2.1万家 opens none.
_HAN = "一二三四五六七八九十百"
_HEADING_LEVELS = (
    re.compile(rf"第(?:[{_HAN}]+|\d+)(?:章|编|篇|部分)(?![，,。的])"),
    re.compile(rf"第(?:[{_HAN}]+|\d+)节(?![，,。的])"),
    re.compile(rf"[{_HAN}]+[、．.]"),
    re.compile(rf"[（(][{_HAN}]+[）)]"),
    re.compile(r"\d+(?:[.．、](?!\d)|[.．]\d+(?:[.．]\d+)*[\s、])"),
    re.compile(r"[（(]\d+[）)]|[①-⑳]"),
)
_MARKDOWN = re.compile(r"(#{1,6})\s+(?=\S)")
_BRACKETED = re.compile(r"【([^【】]+)】")
_FIRST = re.compile(r"[第（(]?(?:一(?![一二三四五六七八九十百])|0*1(?!\d))|①")
_HEADING_LONGEST = 60
_ITEM = re.compile(r"(?:^|(?<=[。；;：:，,\n]))\s*([一二三四五六七八九十]+是)")
_STOP = re.compile("[。！？\n]")


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
    parts that a heading cue (下一步) opens are sections of their own. A cue's part lasts until the next heading; one
    that opens its paragraph also holds the headings that begin to count anew below it (下一步，抓好： and （一）…).
    """
    path: list[_Mark] = []
    sections: list[Section] = []
    begin = 0
    for mark in _find_marks(text, heading_cues):
        sections.append(Section(tuple(one.heading for one in path), Span(begin, mark.begin)))
        begin = mark.begin
        path = _to_path_above(path, mark)
        path.append(mark)
    sections.append(Section(tuple(one.heading for one in path), Span(begin, len(text))))
    return tuple(section for section in sections if section.span.begin < section.span.end)


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where a section begins.

    `first` where a heading is the first of its count; `opens` where a cue opens its paragraph.
    """

    begin: int
    level: int
    heading: str
    first: bool = False
    opens: bool = False


# Markdown's six levels, then the numbered forms, then 【…】, then a cue and an item inside a paragraph.
_NUMBERED_LEVEL = 6
_BRACKETED_LEVEL = _NUMBERED_LEVEL + len(_HEADING_LEVELS)
_CUE_LEVEL = _BRACKETED_LEVEL + 1
_ITEM_LEVEL = _CUE_LEVEL + 1


def _to_path_above(path: list[_Mark], mark: _Mark) -> list[_Mark]:
    """The headings that a new one stands under."""
    opened = max((place for place, one in enumerate(path, 1) if one.opens), default=0)
    if mark.first and opened:
        return path[:opened] + [one for one in path[opened:] if one.level < mark.level]
    above = list(path)
    while above and above[-1].level >= mark.level:
        # A count that began inside a cue's part goes on inside it, whatever stands further out.
        if above.pop().level == mark.level:
            break
    return above


def _find_marks(text: str, heading_cues: tuple[str, ...]) -> list[_Mark]:
    inside = _to_cue_pattern(heading_cues)
    marks = []
    for paragraph in derive_paragraphs(text):
        line = text[paragraph.begin : paragraph.end]
        level = _to_heading_level(line)
        if level is None and any(cue in line for cue in heading_cues):
            level = _to_heading_level(line.rstrip("。 \u3000"))
        if level is None:
            marks.extend(_find_marks_inside(line, paragraph.begin, inside))
        else:
            marks.append(_to_heading_mark(line, paragraph.begin, level, inside))
    return marks


def _to_heading_mark(line: str, begin: int, level: int, cues: re.Pattern[str]) -> _Mark:
    heading = _strip_marks(line)
    first = _FIRST.match(heading) is not None
    # A heading in brackets has no number, so that what is numbered below it must not close it.
    return _Mark(begin, level, line.strip(), first, level == _BRACKETED_LEVEL and cues.search(line) is not None)


@lru_cache(maxsize=8)
def _to_cue_pattern(heading_cues: tuple[str, ...]) -> re.Pattern[str]:
    """A cue where it opens a clause (“下一步，…”, “对此，下一步…”), or after who or what it is about (“我厅下一步，…”).

    In the middle of a clause it opens nothing: 为下一步工作打下基础.
    """
    cues = "|".join(map(re.escape, sorted(heading_cues, key=len, reverse=True))) or "(?!)"
    before = r"(?:^|(?<=[。；;！？，,：:\n]))[\s【“]*"
    about = rf"(?!为|给|[{_HAN}]+是)[^\s。；;，,：:！？、]{{1,8}}?"
    return re.compile(rf"{before}(?:{about}(?=(?:{cues})(?:工作中|中)?(?:[，,：:]|将|要|拟|计划))|)(?P<cue>{cues})")


def _find_marks_inside(line: str, offset: int, cues: re.Pattern[str]) -> list[_Mark]:
    marks = [
        _Mark(offset + found.start(1), _ITEM_LEVEL, _to_item_heading(line, found.start(1)))
        for found in _ITEM.finditer(line)
    ]
    for found in cues.finditer(line):
        opens = not line[: found.start()].strip() and line[found.end() : found.end() + 1] != "是"
        marks.append(_Mark(offset + found.start("cue"), _CUE_LEVEL, found["cue"], opens=opens))
    return sorted(marks, key=lambda mark: (mark.begin, mark.level))


def is_heading(line: str) -> bool:
    """Whether a paragraph is a heading: numbered, in brackets or Markdown's."""
    return _to_heading_level(line) is not None


def _strip_marks(line: str) -> str:
    """A line without the marks around it that say that it is a heading: ## and 【】."""
    stripped = _MARKDOWN.sub("", line.strip(), count=1)
    bracketed = _BRACKETED.fullmatch(stripped)
    return bracketed[1] if bracketed else stripped


def _to_heading_level(line: str) -> int | None:
    stripped = line.strip()
    if len(stripped) > _HEADING_LONGEST or "。" in stripped or "；" in stripped:
        return None
    heading = _strip_marks(stripped)
    for level, form in enumerate(_HEADING_LEVELS, _NUMBERED_LEVEL):
        if form.match(heading):
            return level
    if markdown := _MARKDOWN.match(stripped):
        return len(markdown[1]) - 1
    return _BRACKETED_LEVEL if heading != stripped else None


def _to_item_heading(line: str, begin: int) -> str:
    # An item's own title runs to its first full stop or colon; a long one is a sentence, of which 一是 is enough.
    title = re.split(r"[。：:；;，,]", line[begin : begin + 40], maxsplit=1)[0]
    return title if len(title) <= 24 else title[:2]


@lru_cache(maxsize=4)
def _find_stops(text: str) -> tuple[int, ...]:
    """Where the sentences of a text end: found once, however many of its spans are asked about."""
    return tuple(found.start() for found in _STOP.finditer(text))


def find_sentence(text: str, span: Span) -> Span:
    """The smallest run of whole sentences (ending in 。！？ or a line feed) that covers a span."""
    stops = _find_stops(text)
    begin, last = span
    before = bisect_left(stops, begin)
    after = bisect_left(stops, last - 1 if last > begin else begin, before)
    end = stops[after] if after < len(stops) else len(text)
    if end < len(text) and text[end] != "\n":
        end += 1
    return Span(stops[before - 1] + 1 if before else 0, end if end > last else last)


def find_section(document: Document, offset: int) -> Section:
    """The section that holds an offset; a document without sections is one without a heading."""
    if not document.sections:
        return Section((), Span(0, len(document.text)))
    return document.sections[max(bisect_right(document.section_begins, offset) - 1, 0)]


def find_heading(document: Document, offset: int) -> str:
    """The heading path, in words, of the section that holds an offset."""
    if not document.headings:
        return ""
    return document.headings[max(bisect_right(document.section_begins, offset) - 1, 0)]


def find_paragraph(document: Document, offset: int) -> int:
    """The number, from 1, of the paragraph that holds an offset."""
    return max(bisect_right(document.paragraph_begins, offset), 1)
