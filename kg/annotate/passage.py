"""One paragraph as the rules see it: its words, where a name may not reach over, its quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from kg.annotate.lexicon import Entry, Lexicon
from kg.annotate.proposals import Proposal

_OPEN, _CLOSE = "“《「", "”》」"
_LONGEST_QUOTE = 40


class Word(NamedTuple):
    """A word of the lexicon where it stands in the paragraph."""

    begin: int
    end: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph. Offsets are inside it. `floor[i]` is the leftmost place from which a name ending at i may begin.

    `quotes` map the end of a short quotation to its begin; `named` is where the lexicon's names stand.
    """

    text: str
    words: tuple[Word, ...]
    floor: tuple[int, ...]
    quotes: dict[int, int]
    named: frozenset[tuple[int, int]]


def to_passage(text: str, lexicon: Lexicon, taken: Iterable[Proposal]) -> Passage:
    """A paragraph read with the lexicon; `taken` are figures and periods, which no name reaches over."""
    # Made without the checks of a named tuple's own maker: there are as many as a third of the characters.
    make = tuple.__new__
    words = tuple(
        [make(Word, (last + 1 - len(entry.word), last + 1, entry)) for last, entry in lexicon.automaton.iter(text)]
    )
    quotes = _find_quotes(text)
    named = frozenset((one.begin, one.end) for one in words if one.entry.name)
    return Passage(text, words, _to_floor(text, words, quotes, lexicon, taken), quotes, named)


def _find_quotes(text: str) -> dict[int, int]:
    quotes: dict[int, int] = {}
    opened: list[int] = []
    for place, character in enumerate(text):
        if character in _OPEN:
            opened.append(place)
        elif character in _CLOSE and opened:
            begin = opened.pop()
            if place - begin <= _LONGEST_QUOTE:
                quotes[place + 1] = begin
    return quotes


_NUMBER = re.compile("[0-9０-９一二两三四五六七八九十百千万亿半数]")


def _to_floor(
    text: str, words: Iterable[Word], quotes: dict[int, int], lexicon: Lexicon, taken: Iterable[Proposal]
) -> tuple[int, ...]:
    quoted = bytearray(len(text) + 1)
    for end, begin in quotes.items():
        for place in range(begin, end):
            quoted[place] = 1
    guarded = bytearray(len(text) + 1)
    # How far a word reaches that begins at a place: 成果 in 共建成果 leaves no 建成.
    reach = [0] * (len(text) + 1)
    closed = {place + 1 for place, character in enumerate(text) if character in "县区"}
    for word in words:
        entry = word.entry
        # 拥有 is a boundary itself, although 有 in it is none.
        if (entry.guard and not entry.stop) or entry.name or entry.head or entry.region:
            guarded[word.begin : word.end] = b"\1" * (word.end - word.begin)
        if entry.guard or entry.name:
            reach[word.begin] = max(reach[word.begin], word.end)
        if (
            entry.region
            or entry.agency
            or entry.deixis
            or (entry.head and entry.head.cls in lexicon.resources.boundaries.closing)
        ):
            closed.add(word.end)
    # A boundary that ends at i lets no name before i reach over it.
    ends = bytearray(len(text) + 1)
    marks = lexicon.resources.boundaries.marks
    numeric = lexicon.resources.boundaries.marks_before_numbers
    for place, character in enumerate(text):
        bounds = character in marks or (character in numeric and _NUMBER.match(text, place + 1) is not None)
        if bounds and not quoted[place] and not guarded[place]:
            ends[place + 1] = 1
    for word in words:
        if quoted[word.begin]:
            continue
        if word.entry.predicate and word.begin in closed:
            ends[word.end] = 1
        if word.entry.stop and not (guarded[word.begin] and guarded[word.end - 1]):
            ends[word.end] |= max(reach[word.begin + 1 : word.end], default=0) <= word.end
    for one in taken:
        ends[one.end] = 1
    floor = []
    last = 0
    for place in range(len(text) + 1):
        if ends[place]:
            last = place
        floor.append(last)
    return tuple(floor)
