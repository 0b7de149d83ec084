"""The words of one document as the reading rules see them: names masked, cues found, times in order."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from kg.model import PERIOD, Annotations, Document, Interval, Span
from kg.ontology import Vocabulary

_CLAUSE_ENDS = "，,；;：:。！？\n"
_CLAUSE_END = re.compile(f"[{_CLAUSE_ENDS}]")
_MASK = "\0"
# How far a word may stand from what it governs, in code points: a text without full stops is not one sentence.
REACH = 300
# A year that nobody annotated; of 2025—2027年 the first counts, because what runs already is not yet to come.
_YEAR = re.compile(r"(?<!\d)(\d{4})(?:年?(?:—{1,2}|[–~～-]|至)\d{4})?年")


@dataclass(frozen=True, slots=True)
class Cue:
    """A word of the ontology's lists where it stands in a text."""

    begin: int
    end: int
    word: str


@dataclass(frozen=True, slots=True)
class Time:
    """A time expression where it stands; `interval` is None where it could not be read."""

    span: Span
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Wording:
    """What the reading rules need of one document, worked out once for all its relations and figures.

    `words` is the text with names and numbers masked, so that a cue inside a name (…计划) is none and every offset
    holds. `periods` are the readable ones by mention id, `times` all of them in order. `index` is every word of the
    lists by its first character, the longest first.
    """

    document: Document
    annotations: Annotations
    vocabulary: Vocabulary
    words: str
    periods: Mapping[str, Interval]
    times: tuple[Time, ...]
    index: Mapping[str, tuple[str, ...]]

    @property
    def sets_out_plans(self) -> bool:
        """Whether what the document says is planned unless it says that it is done."""
        term = self.vocabulary.classes.get(self.document.kind)
        return term is not None and term.sets_out_plans


def to_wording(
    document: Document, annotations: Annotations, periods: Mapping[str, Interval], vocabulary: Vocabulary
) -> Wording:
    """The wording of a document; `periods` are its readable periods by mention id."""
    times = [Time(one.span, periods.get(one.id)) for one in annotations.mentions if one.cls == PERIOD]
    # The words of an indicator (新增, 累计培育) are the text's own verbs, no name.
    names = [one.span for one in annotations.mentions if one.cls not in {PERIOD, "Indicator"}]
    return Wording(
        document=document,
        annotations=annotations,
        vocabulary=vocabulary,
        words=_mask(document.text, [*names, *(figure.span for figure in annotations.figures)]),
        periods=periods,
        times=tuple(sorted(times, key=lambda time: time.span)),
        index=_to_index(_list_words(vocabulary)),
    )


def _mask(text: str, spans: Iterable[Span]) -> str:
    parts = []
    done = 0
    for span in sorted(spans):
        begin = max(span.begin, done)
        if begin < span.end:
            parts += [text[done:begin], _MASK * (span.end - begin)]
            done = span.end
    return "".join([*parts, text[done:]])


def _list_words(vocabulary: Vocabulary) -> frozenset[str]:
    lists = vocabulary.status_words
    return frozenset().union(
        vocabulary.status_cues, lists.before, lists.after, lists.aspects, lists.done, lists.negations, lists.ignored
    )


@lru_cache(maxsize=8)
def _to_index(words: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    index: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda word: (-len(word), word)):
        index.setdefault(word[0], []).append(word)
    return {first: tuple(found) for first, found in index.items()}


def find_cues(wording: Wording, begin: int, end: int) -> tuple[Cue, ...]:
    """The words of the lists in a stretch of text, in order; of those that begin at one place the longest."""
    words, index, ignored = wording.words, wording.index, wording.vocabulary.status_words.ignored
    cues = []
    place = begin
    while place < end:
        word = next((one for one in index.get(words[place], ()) if words.startswith(one, place, end)), "")
        if word and word not in ignored:
            cues.append(Cue(place, place + len(word), word))
        place += len(word) or 1
    return tuple(cues)


def find_clause_begin(wording: Wording, place: int, floor: int) -> int:
    """Where the clause that holds a place begins, not before `floor`."""
    return max(floor, *(wording.words.rfind(mark, floor, place) + 1 for mark in _CLAUSE_ENDS))


def find_clause_end(wording: Wording, place: int) -> int:
    """Where the clause that holds a place ends, or where it is too far to look."""
    limit = min(place + REACH, len(wording.words))
    found = _CLAUSE_END.search(wording.words, place, limit)
    return found.start() if found else limit


def has_clause_end(wording: Wording, begin: int, end: int) -> bool:
    """Whether a clause ends between two places."""
    return _CLAUSE_END.search(wording.words, begin, end) is not None


def find_year(wording: Wording, begin: int, end: int) -> tuple[int, int] | None:
    """The last year in a stretch of text with where it begins, annotated or not."""
    years = [(found.start(), int(found[1])) for found in _YEAR.finditer(wording.words, begin, end)]
    return years[-1] if years else None


def find_times(wording: Wording, begin: int, end: int) -> tuple[Time, ...]:
    """The annotated times that begin in a stretch of text, in order."""
    first, last = (bisect_left(wording.times, place, key=lambda time: time.span.begin) for place in (begin, end))
    return wording.times[first:last]


def is_done_after(wording: Wording, begin: int, end: int) -> bool:
    """Whether a clause that begins in a stretch of text says that it is a fact (已, 目前)."""
    done = wording.vocabulary.status_words.done
    return any(cue.word in done and has_clause_end(wording, begin, cue.begin) for cue in find_cues(wording, begin, end))
