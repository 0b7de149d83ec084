"""The words of one document as the reading rules see them: names masked, cues found, times in order."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from kg.model import PERIOD, Annotations, Document, Interval, Span
from kg.ontology import Vocabulary

_CLAUSE_END = re.compile("[，,；;：:。！？\n]")
_MASK = "\0"
# The words of an indicator (新增, 累计培育) are the text's own verbs, no name.
_UNMASKED = frozenset({PERIOD, "Indicator"})
# How far a word may stand from what it governs, in code points: a text without full stops is not one sentence.
REACH = 300
# A year that nobody annotated; of 2025—2027年 the first counts, because what runs already is not yet to come.
_YEAR = re.compile(r"(?<!\d)(\d{4})(?:年?(?:—{1,2}|[–~～-]|至)\d{4})?年")


class Cue(NamedTuple):
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
    holds. `periods` are the readable ones by mention id, `times` all of them in order. `stops` are where clauses end,
    `pattern` finds the words of the lists, `cues` are all that it finds, also those to be ignored, with where they
    begin. `plans` notes which heading paths plan.
    """

    document: Document
    annotations: Annotations
    vocabulary: Vocabulary
    words: str
    periods: Mapping[str, Interval]
    times: tuple[Time, ...]
    time_begins: tuple[int, ...]
    stops: tuple[int, ...]
    pattern: re.Pattern[str]
    cues: tuple[Cue, ...]
    cue_begins: tuple[int, ...]
    plans: dict[tuple[str, ...], bool] = field(default_factory=dict, repr=False, compare=False)

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
    names = [one.span for one in annotations.mentions if one.cls not in _UNMASKED]
    words = _mask(document.text, [*names, *(figure.span for figure in annotations.figures)])
    ordered = tuple(sorted(times, key=lambda time: time.span))
    pattern = _to_pattern(_list_words(vocabulary))
    cues = _find_all(pattern, words, 0, len(words))
    return Wording(
        document=document,
        annotations=annotations,
        vocabulary=vocabulary,
        words=words,
        periods=periods,
        times=ordered,
        time_begins=tuple(time.span.begin for time in ordered),
        stops=tuple(found.start() for found in _CLAUSE_END.finditer(words)),
        pattern=pattern,
        cues=cues,
        cue_begins=tuple([cue.begin for cue in cues]),
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
def _to_pattern(words: frozenset[str]) -> re.Pattern[str]:
    """An expression for the longest word of the lists at a place: by first characters, so that few are tried."""
    endings: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda word: (-len(word), word)):
        endings.setdefault(word[0], []).append(re.escape(word[1:]))
    return re.compile("|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in endings.items()) or "(?!)")


def find_cues(wording: Wording, begin: int, end: int) -> tuple[Cue, ...]:
    """The words of the lists in a stretch of text, in order; of those that begin at one place the longest."""
    cues, ignored = wording.cues, wording.vocabulary.status_words.ignored
    first = bisect_left(wording.cue_begins, begin)
    last = bisect_left(wording.cue_begins, end, first)
    if (first and cues[first - 1].end > begin) or (last and cues[last - 1].end > end):
        # A word reaches over an end of the stretch: inside it others may stand.
        found = _find_all(wording.pattern, wording.words, begin, end)
    else:
        found = cues[first:last]
    return tuple([cue for cue in found if cue.word not in ignored])


def _find_all(pattern: re.Pattern[str], words: str, begin: int, end: int) -> tuple[Cue, ...]:
    return tuple([Cue(found.start(), found.end(), found[0]) for found in pattern.finditer(words, begin, end)])


def find_clause_begin(wording: Wording, place: int, floor: int) -> int:
    """Where the clause that holds a place begins, not before `floor`."""
    before = bisect_left(wording.stops, place)
    return max(floor, wording.stops[before - 1] + 1) if before else floor


def find_clause_end(wording: Wording, place: int) -> int:
    """Where the clause that holds a place ends, or where it is too far to look."""
    after = bisect_left(wording.stops, place)
    limit = min(place + REACH, len(wording.words))
    return min(wording.stops[after], limit) if after < len(wording.stops) else limit


def has_clause_end(wording: Wording, begin: int, end: int) -> bool:
    """Whether a clause ends between two places."""
    after = bisect_left(wording.stops, begin)
    return after < len(wording.stops) and wording.stops[after] < end


def find_year(wording: Wording, begin: int, end: int) -> tuple[int, int] | None:
    """The last year in a stretch of text with where it begins, annotated or not."""
    if wording.words.find("年", begin, end) < 0:
        return None
    years = [(found.start(), int(found[1])) for found in _YEAR.finditer(wording.words, begin, end)]
    return years[-1] if years else None


def find_times(wording: Wording, begin: int, end: int) -> tuple[Time, ...]:
    """The annotated times that begin in a stretch of text, in order."""
    first = bisect_left(wording.time_begins, begin)
    return wording.times[first : bisect_left(wording.time_begins, end, first)]


def is_done_after(wording: Wording, begin: int, end: int) -> bool:
    """Whether a clause that begins in a stretch of text says that it is a fact (已, 目前)."""
    done = wording.vocabulary.status_words.done
    return any(cue.word in done and has_clause_end(wording, begin, cue.begin) for cue in find_cues(wording, begin, end))
