"""One paragraph as the rules see it: its words, where a name may not reach over, its quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
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


_QUOTATION_MARK = re.compile(f"[{_OPEN}{_CLOSE}]")


def _find_quotes(text: str) -> dict[int, int]:
    quotes: dict[int, int] = {}
    opened: list[int] = []
    for found in _QUOTATION_MARK.finditer(text):
        place = found.start()
        if text[place] in _OPEN:
            opened.append(place)
        elif opened:
            begin = opened.pop()
            if place - begin <= _LONGEST_QUOTE:
                quotes[place + 1] = begin
    return quotes


_NUMBER = "[0-9０-９一二两三四五六七八九十百千万亿半数]"
_DISTRICT = re.compile("[县区]")
# 1. of a list of tasks, which no name holds.
_ITEM = re.compile(r"\s*[0-9]{1,2}[.．、](?![0-9])")


@lru_cache(maxsize=8)
def _compile_marks(marks: frozenset[str], numeric: frozenset[str]) -> re.Pattern[str]:
    """What single characters are boundaries, some of them only before a number."""
    always, before_numbers = ("".join(sorted(map(re.escape, one))) for one in (marks, numeric))
    return re.compile(f"[{always}]|[{before_numbers}](?={_NUMBER})")


def _to_floor(
    text: str, words: Sequence[Word], quotes: dict[int, int], lexicon: Lexicon, taken: Iterable[Proposal]
) -> tuple[int, ...]:
    quoted = bytearray(len(text) + 1)
    for end, begin in quotes.items():
        quoted[begin:end] = b"\1" * (end - begin)
    guarded = bytearray(len(text) + 1)
    # How far a word reaches that begins at a place: 成果 in 共建成果 leaves no 建成.
    reach = [0] * (len(text) + 1)
    closed = {found.end() for found in _DISTRICT.finditer(text)}
    bounding: list[Word] = []
    for word in words:
        begin, end, entry = word
        if entry.guards:
            guarded[begin:end] = b"\1" * (end - begin)
        if entry.reaches and reach[begin] < end:
            reach[begin] = end
        if entry.closes:
            closed.add(end)
        if entry.stop or entry.predicate:
            bounding.append(word)
    # A boundary that ends at i lets no name before i reach over it.
    ends = {one.end for one in taken}
    boundaries = lexicon.resources.boundaries
    item = _ITEM.match(text)
    if item is not None:
        ends.add(item.end())
    for found in _compile_marks(boundaries.marks, boundaries.marks_before_numbers).finditer(text):
        place = found.start()
        if not quoted[place] and not guarded[place]:
            ends.add(place + 1)
    for begin, end, entry in bounding:
        if quoted[begin]:
            continue
        if entry.predicate and begin in closed and not (guarded[begin] and guarded[end - 1]):
            ends.add(end)
        if entry.stop and not (guarded[begin] and guarded[end - 1]) and max(reach[begin + 1 : end], default=0) <= end:
            ends.add(end)
    return _to_steps(ends, len(text))


def _to_steps(ends: set[int], length: int) -> tuple[int, ...]:
    """For each place up to `length` the last of some places that is not behind it."""
    floor: list[int] = []
    last = 0
    for end in sorted(ends):
        floor += [last] * (end - len(floor))
        last = end
    floor += [last] * (length + 1 - len(floor))
    return tuple(floor)
