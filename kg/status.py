"""Achieved, ongoing or planned: the reading rules (docs/annotation.md) for what an annotator left to them.

The words that the rules look for come from the ontology; kg/wording.py finds them. In the order in which they are
asked (docs/decisions/0006):

1. What its own clause denies (未, 停止, 不再) is DENIED: it has no status and gives no statement.
2. Planned is what stands under a plan heading (下一步), what a plan's word (将, 力争) governs, and what is to happen
   at a time after the document's date.
3. In a document that sets out plans the rest is planned too, unless it says that it is done.
4. Else the nearest verb decides, else the default.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from kg.model import Document, Interval, Span
from kg.ontology import Vocabulary
from kg.passages import find_section, find_sentence
from kg.wording import (
    REACH,
    Cue,
    Wording,
    find_clause_begin,
    find_clause_end,
    find_cues,
    find_times,
    find_year,
    has_clause_end,
)

PLANNED, ONGOING, ACHIEVED = "planned", "ongoing", "achieved"
# No status of the ontology: the words say that it is not so.
DENIED = "denied"

# How much may stand between 正在 and its verb (正在积极组建).
_ASPECT_GAP = 2
# What may stand before 已 where it opens its clause: a masked subject, white space, and one more character (并已实施).
_BLANK = "\0 \u3000"
_LEAD = 1
_ITEM = re.compile("[一二三四五六七八九十]+是")


class _Reading(NamedTuple):
    """The words that say something of `target`: from `begin` to `end`, its own clause from `clause` on."""

    wording: Wording
    target: Span
    begin: int
    clause: int
    end: int
    cues: tuple[Cue, ...]


def derive_relation_words_status(wording: Wording, subject: Span, target: Span) -> str:
    """The status of a relation from the words that govern its object, which stands at `target`."""
    reading = _read_relation(wording, subject, target)
    if _is_denied(reading):
        return DENIED
    if _is_planned(reading) or _is_to_come(reading) or _is_set_out(reading, _find_past(reading)):
        return PLANNED
    return _find_nearest(reading) or ONGOING


def derive_figure_words_status(wording: Wording, figure: Span, period: Interval | None) -> str:
    """The status of a number from the words that govern it; `period` is what it holds for.

    A number that is not planned has been measured: it is achieved, whatever verb stands near it; but a term in force
    (最高, 单户) is going on.
    """
    reading = _read_figure(wording, figure)
    day = wording.document.date
    if _is_number_denied(reading):
        return DENIED
    if period is None:
        to_come, past = _is_to_come(reading), False
    else:
        to_come, past = day is not None and period.first > day, day is not None and period.last <= day
    if to_come or _is_planned(reading) or _is_target(reading) or _is_set_out(reading, past):
        return PLANNED
    return ONGOING if _is_term(reading) else ACHIEVED


def _is_term(reading: _Reading) -> bool:
    """Whether the number is a term in force (给予最高1000万元补助) and no count of what was done (已给予…)."""
    wording = reading.wording
    words = wording.words[reading.clause : reading.target.begin]
    if not any(word in words for word in wording.vocabulary.status_words.terms):
        return False
    achieving = wording.vocabulary.status_cues
    return not any(
        cue.begin >= reading.clause and (_says_done(reading, cue) or achieving.get(cue.word) == ACHIEVED)
        for cue in reading.cues
    )


def is_under_plan(document: Document, span: Span, vocabulary: Vocabulary) -> bool:
    """Whether a part that a heading cue (下一步) opens holds the begin of a span."""
    return _is_plan(find_section(document, span.begin).path, vocabulary)


def _is_plan(path: tuple[str, ...], vocabulary: Vocabulary) -> bool:
    return any(_opens_plan(heading, vocabulary) for heading in path)


def _opens_plan(heading: str, vocabulary: Vocabulary) -> bool:
    if item := _ITEM.match(heading):
        # The title of an item is the begin of a sentence: 三是为下一步打下基础 plans nothing.
        return heading.startswith(vocabulary.heading_cues, item.end())
    # 工作总结和下一步打算: what stands below it says which.
    return _has_title(heading, vocabulary, PLANNED) and not _has_title(heading, vocabulary, ACHIEVED)


def _has_title(heading: str, vocabulary: Vocabulary, status: str) -> bool:
    if status == PLANNED and any(cue in heading for cue in vocabulary.heading_cues):
        return True
    return any(cue in heading for cue, meaning in vocabulary.status_words.titles.items() if meaning == status)


def _read_relation(wording: Wording, subject: Span, target: Span) -> _Reading:
    """The words up to the object; where it stands before its subject or its verb, up to the end of that clause."""
    sentence = find_sentence(wording.document.text, target)
    begin = max(sentence.begin, target.begin - REACH)
    reading = _read_up_to(wording, target, begin)
    if _has_verb(reading, reading.clause, reading.end) and has_clause_end(wording, target.end, subject.begin):
        return reading
    if target.end <= subject.begin < sentence.end:
        return _read_on(_read_up_to(wording, subject, begin), find_clause_end(wording, subject.end))
    if _has_verb(reading, reading.clause, reading.end):
        return reading
    end = find_clause_end(wording, target.end)
    noun = wording.words.find("的", target.end, end)
    # 对…不予支持 says something of the object, …的比例不得低于80% of something else.
    return _read_on(reading, end if noun < 0 else noun)


def _read_up_to(wording: Wording, target: Span, begin: int) -> _Reading:
    clause = find_clause_begin(wording, target.begin, begin)
    return _Reading(wording, target, begin, clause, target.begin, find_cues(wording, begin, target.begin))


def _read_on(reading: _Reading, end: int) -> _Reading:
    return reading._replace(end=end, cues=reading.cues + find_cues(reading.wording, reading.target.end, end))


def _read_figure(wording: Wording, figure: Span) -> _Reading:
    return _read_up_to(wording, figure, max(find_sentence(wording.document.text, figure).begin, figure.begin - REACH))


def _is_verb(wording: Wording, cue: Cue) -> bool:
    return wording.vocabulary.status_cues.get(cue.word) in {ACHIEVED, ONGOING}


def _has_verb(reading: _Reading, begin: int, end: int) -> bool:
    return any(begin <= cue.begin < end and _is_verb(reading.wording, cue) for cue in reading.cues)


def _is_denied(reading: _Reading) -> bool:
    """Whether an odd number of negations govern the clause; 未停止 denies nothing."""
    negations = reading.wording.vocabulary.status_words.negations
    governing = [
        cue
        for cue in reading.cues
        if cue.begin >= reading.clause and cue.word in negations and not _is_modifier(reading, cue, verbs_after=True)
    ]
    return len(governing) % 2 == 1


def _is_number_denied(reading: _Reading) -> bool:
    """Whether a verb of the number's clause is denied (未新增3家); 未达到3万家 is a bound, 取消39项 a number."""
    vocabulary = reading.wording.vocabulary
    cues = [cue for cue in reading.cues if cue.begin >= reading.clause]
    return any(
        cue.word in vocabulary.status_words.negations
        and cue.end == verb.begin
        and _is_verb(reading.wording, verb)
        and verb.word not in vocabulary.bounds_before
        and "的" not in reading.wording.words[cue.end : reading.end]
        for cue, verb in pairwise(cues)
    )


def _is_modifier(reading: _Reading, cue: Cue, *, verbs_after: bool) -> bool:
    """Whether a word only describes a noun of its clause (支持没有抵押物的企业) and another verb governs the target.

    `verbs_after`: also where that verb follows (为没有抵押物的企业推出…).
    """
    noun = reading.wording.words.rfind("的", cue.end, reading.end)
    if noun < 0 or has_clause_end(reading.wording, cue.end, noun):
        return False
    after = _has_verb(reading, noun, reading.end)
    clause = find_clause_begin(reading.wording, cue.begin, reading.begin)
    return after if verbs_after and after else not after and _has_verb(reading, clause, cue.begin)


def _is_planned(reading: _Reading) -> bool:
    """Whether a heading, a word before the target or one after it plans it."""
    wording = reading.wording
    path = find_section(wording.document, reading.target.begin).path
    planned = wording.plans.get(path)
    if planned is None:
        planned = wording.plans[path] = _is_plan(path, wording.vocabulary)
    if planned:
        return True
    plans = [
        cue
        for cue in reading.cues
        if wording.vocabulary.status_cues.get(cue.word) == PLANNED
        and not _is_modifier(reading, cue, verbs_after=False)
        and not _is_aside(reading, cue)
    ]
    if plans and not _is_released(reading, plans[-1]):
        return True
    return _is_aim(reading)


def _is_aside(reading: _Reading, cue: Cue) -> bool:
    """Whether a word stands in an earlier clause that only gives a reason or a topic (针对企业希望…，为争创…，)."""
    wording = reading.wording
    clause = find_clause_begin(wording, cue.begin, reading.begin)
    return clause < reading.clause and wording.words.startswith(wording.vocabulary.status_words.asides, clause)


def _is_released(reading: _Reading, plan: Cue) -> bool:
    """Whether what a word plans ends before the target: at a ；, or where a later clause says what is done (已)."""
    words = reading.wording.words
    if any(stop in words[plan.end : reading.end] for stop in "；;"):
        return True
    return any(
        cue.begin >= plan.end and has_clause_end(reading.wording, plan.end, cue.begin) and _says_done(reading, cue)
        for cue in reading.cues
    )


def _says_done(reading: _Reading, cue: Cue) -> bool:
    """Whether a word says that its clause is a fact: where it opens an earlier clause, or governs the target's own.

    In 推广已建成的… and 依托已有平台… it only describes a noun.
    """
    wording = reading.wording
    clause = find_clause_begin(wording, cue.begin, reading.begin)
    if cue.word not in wording.vocabulary.status_words.done or _has_verb(reading, clause, cue.begin):
        return False
    if len(wording.words[clause : cue.begin].strip(_BLANK)) <= _LEAD:
        return True
    end = min(find_clause_end(wording, cue.end), reading.end)
    return cue.begin >= reading.clause and "的" not in wording.words[cue.end : end]


def _is_aim(reading: _Reading) -> bool:
    """Whether the words after the target make it an aim (达到3万家的目标) that its clause does not say is reached."""
    wording = reading.wording
    after = wording.vocabulary.status_words.after
    cues = find_cues(wording, reading.target.end, find_clause_end(wording, reading.target.end))
    aims = [place for place, cue in enumerate(cues) if after.get(cue.word) == PLANNED]
    # 围绕…的目标推进…: another verb follows, for which the aim is only a reason.
    if not aims or any(_is_verb(wording, cue) for cue in cues[aims[-1] :]):
        return False
    return not any(cue.begin >= reading.clause and _is_done(reading, cue) for cue in reading.cues)


def _is_done(reading: _Reading, cue: Cue) -> bool:
    """Whether a word says that its clause is a fact: 已, or a verb with 了."""
    return _says_done(reading, cue) or (
        _is_verb(reading.wording, cue) and reading.wording.words.startswith("了", cue.end)
    )


def _is_target(reading: _Reading) -> bool:
    """Whether a word of its own clause makes a number a target (目标为3万家)."""
    before = reading.wording.vocabulary.status_words.before
    return any(cue.begin >= reading.clause and before.get(cue.word) == PLANNED for cue in reading.cues)


def _is_to_come(reading: _Reading) -> bool:
    """Whether the time that stands last before the target is after the document's date."""
    wording, day = reading.wording, reading.wording.document.date
    if day is None or any(cue.begin >= reading.clause and _says_done(reading, cue) for cue in reading.cues):
        return False
    times = find_times(wording, reading.begin, reading.target.begin)
    year = find_year(wording, times[-1].span.end if times else reading.begin, reading.target.begin)
    if year is not None:
        return year[1] > day.year and not _is_object(reading, year[0])
    interval = times[-1].interval if times else None
    return interval is not None and interval.first > day and not _is_object(reading, times[-1].span.begin)


def _is_object(reading: _Reading, place: int) -> bool:
    # 面向2035年, 围绕“十五五”: the time is what the verb is about, not when it happens.
    return any(cue.end == place and _is_verb(reading.wording, cue) for cue in reading.cues)


def _find_past(reading: _Reading) -> bool:
    """Whether the time that stands last before the target is over by the document's date."""
    day = reading.wording.document.date
    times = find_times(reading.wording, reading.begin, reading.target.begin)
    interval = times[-1].interval if times else None
    return day is not None and interval is not None and interval.last <= day


def _is_set_out(reading: _Reading, past: bool) -> bool:
    """Whether a document that sets out plans says this without saying that it is done."""
    wording = reading.wording
    if not wording.sets_out_plans or past:
        return False
    path = find_section(wording.document, reading.target.begin).path
    if any(_has_title(heading, wording.vocabulary, ACHIEVED) for heading in path):
        return False
    stop = max(wording.words.rfind(mark, reading.begin, reading.target.begin) for mark in "；;")
    return not any(cue.begin > stop and _is_done(reading, cue) for cue in reading.cues)


def _find_nearest(reading: _Reading) -> str | None:
    """The status of the nearest verb; 正在 and 加快 give theirs to the verb right after them, unless 了 follows it."""
    wording = reading.wording
    verbs = [place for place, cue in enumerate(reading.cues) if _is_verb(wording, cue)]
    if not verbs:
        return None
    cue = reading.cues[verbs[-1]]
    before = reading.cues[verbs[-1] - 1] if verbs[-1] else cue
    aspect = wording.vocabulary.status_words.aspects.get(before.word)
    status = wording.vocabulary.status_cues[cue.word]
    if aspect is None or status != ACHIEVED or not 0 <= cue.begin - before.end <= _ASPECT_GAP:
        return status
    return (
        status if wording.words.startswith("了", cue.end) or has_clause_end(wording, before.end, cue.begin) else aspect
    )
