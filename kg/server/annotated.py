"""A document's text laid out for reading: rows of one heading or sentence each, their characters cut where marks begin
and end. Offsets are code points; marks may nest, overlap and cross, and every character stands in the page once.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal as Choice

from kg.model import Span
from kg.passages import derive_paragraphs, derive_sections, is_heading

# A sentence ends as kg/passages.py has it; closing quotation marks and brackets belong to it.
_SENTENCE = re.compile(r"[^。！？]*(?:[。！？]+[”’」』）)》〉】]*|$)")
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Row:
    """A heading (level from 1) or a sentence (level 0) of a text; `first` where it opens a paragraph, `gap` where the
    text before it is not known."""

    span: Span
    text: str
    level: int = 0
    first: bool = True
    gap: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch to be marked: whose it is (any key), and where."""

    key: str
    span: Span


@dataclass(frozen=True, slots=True)
class Token:
    """A step in writing a row: characters from `at`, a mark that opens (with how many stand inside it) or closes, an
    anchor (`key` is its name)."""

    kind: Choice["text", "open", "close", "anchor"]
    text: str = ""
    at: int = 0
    key: str = ""
    height: int = 0
    lit: bool = False


def lay_out(text: str) -> tuple[Row, ...]:
    """The rows of a whole text, blank lines left out; the first paragraph is its title."""
    depths = {section.span.begin: len(section.path) for section in derive_sections(text, ())}
    rows = []
    for number, paragraph in enumerate(derive_paragraphs(text)):
        line = text[paragraph.begin : paragraph.end]
        if number == 0:
            rows.append(Row(paragraph, line, 1))
        elif is_heading(line):
            rows.append(Row(paragraph, line, min(1 + depths.get(paragraph.begin, 1), _DEEPEST)))
        else:
            rows.extend(_split_sentences(line, paragraph.begin))
    return tuple(rows)


def _split_sentences(line: str, begin: int) -> Iterator[Row]:
    first = True
    for found in _SENTENCE.finditer(line):
        if found[0].strip():
            yield Row(Span(begin + found.start(), begin + found.end()), found[0], first=first)
            first = False


def lay_out_sentences(sentences: Iterable[tuple[int, str]]) -> tuple[Row, ...]:
    """The rows of what quotes tell of a text that is not at hand: sentences with where they begin, and gaps."""
    rows: list[Row] = []
    known = 0
    for start, text in sorted(set(sentences)):
        begin, end = max(start, known), start + len(text)
        if end <= known:
            continue
        # A line feed may stand between two paragraphs.
        row = Row(Span(begin, end), text[begin - start :], first=not rows or begin > known, gap=begin > known + 1)
        rows.append(row)
        known = end
    return tuple(rows)


def write_row(row: Row, marks: Iterable[Mark], lit: Sequence[Span], anchors: Iterable[tuple[int, str]]) -> list[Token]:
    """A row's tokens: its marks nested (one that crosses another is cut in two), `lit` stretches told apart."""
    tree = _nest(row.span, marks)
    edges = {edge for span in lit for edge in (span.begin, span.end)}
    named: dict[int, list[str]] = {}
    for at, name in anchors:
        if row.span.begin <= at < row.span.end:
            named.setdefault(at, []).append(name)
    cuts = sorted(edges | named.keys())
    tokens: list[Token] = []
    _write(row, tree, row.span, lit, cuts, named, tokens)
    return tokens


@dataclass(slots=True)
class _Node:
    """A mark's place in its row, with the marks that stand inside it."""

    key: str
    span: Span
    inside: list[_Node] = field(default_factory=list)

    @property
    def height(self) -> int:
        return 1 + max((one.height for one in self.inside), default=-1)


def _nest(row: Span, marks: Iterable[Mark]) -> list[_Node]:
    queue = []
    for mark in marks:
        begin, end = max(mark.span.begin, row.begin), min(mark.span.end, row.end)
        if begin < end:
            queue.append((begin, -end, mark.key))
    heapq.heapify(queue)
    roots: list[_Node] = []
    open_: list[_Node] = []
    while queue:
        begin, back, key = heapq.heappop(queue)
        while open_ and open_[-1].span.end <= begin:
            open_.pop()
        end = -back
        if open_ and end > open_[-1].span.end:
            heapq.heappush(queue, (open_[-1].span.end, back, key))
            end = open_[-1].span.end
        node = _Node(key, Span(begin, end))
        (open_[-1].inside if open_ else roots).append(node)
        open_.append(node)
    return roots


def _write(
    row: Row, nodes: Sequence[_Node], span: Span, lit: Sequence[Span], cuts: Sequence[int],
    named: dict[int, list[str]], tokens: list[Token],
) -> None:  # fmt: skip
    at = span.begin
    for node in nodes:
        _write_text(row, Span(at, node.span.begin), lit, cuts, named, tokens)
        tokens.append(Token("open", at=node.span.begin, key=node.key, height=node.height))
        _write(row, node.inside, node.span, lit, cuts, named, tokens)
        tokens.append(Token("close"))
        at = node.span.end
    _write_text(row, Span(at, span.end), lit, cuts, named, tokens)


def _write_text(
    row: Row, span: Span, lit: Sequence[Span], cuts: Sequence[int], named: dict[int, list[str]], tokens: list[Token]
) -> None:
    edges = [span.begin, *(cut for cut in cuts if span.begin < cut < span.end), span.end]
    for begin, end in pairwise(edges):
        if begin == end:
            continue
        # Taken, so that an anchor stands once although several pieces begin at its character.
        for name in named.pop(begin, ()):
            tokens.append(Token("anchor", at=begin, key=name))
        shown = row.text[begin - row.span.begin : end - row.span.begin]
        is_lit = any(one.begin <= begin and end <= one.end for one in lit)
        tokens.append(Token("text", shown, begin, lit=is_lit))
