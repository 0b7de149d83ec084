"""A question to the query that answers it: which samples it is like, once names and values stand in their slots."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise, product

import numpy as np

from kg.asking.linking import Link, Linker, Meaning, find_holes, fits_classes
from kg.asking.values import (
    IRI_MARK,
    Value,
    find_classes,
    find_iri,
    find_numbers,
    find_quoted,
    find_status,
    find_times,
    to_class_names,
    to_digits,
)
from kg.asking.vectors import make_space
from kg.asking.wording import LOOSE, SLOTS, fold, iterate_slots, read_words, to_features
from kg.queries import Parameter, Query
from kg.search import Index

# Below the first a question is not answered; below the second only where the next query is this far behind.
THRESHOLD, SURE, MARGIN = 0.28, 0.55, 0.06
_NEAREST = 3
_MOST_READINGS = 600
_LONGEST_QUESTION = 200
_EXTEND = 4
_CERTAIN = 0.95
_YEAR_OF_TITLE = re.compile(r"(?:19|20)[0-9]{2}")
_OF_MISSING = 0.8
# A parameter that takes anything is worth a little less than one that takes just this; so is a name told in part, words
# without quotation marks, words that no name has.
_ANY, _TOLD, _UNQUOTED, _UNHEARD = 0.97, 0.95, 0.65, 0.4
# For each name of the graph that a reading leaves aside: the question was about it.
_ASIDE = 0.8
_OF_NAME = 3
# For each name that may be the end of a longer one that the graph lacks.
_CUT = 0.6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A query with its parameters filled from a question, and how well it fits, from 0 to about 1."""

    query: Query
    values: Mapping[str, str]
    score: float
    sample: str
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question was taken for: the query chosen, or none; the nearest others; a name that the graph lacks."""

    question: str
    chosen: Candidate | None
    nearest: tuple[Candidate, ...]
    unknown: str = ""
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sample:
    query: Query
    text: str
    slots: tuple[Parameter, ...]

    @property
    def signature(self) -> tuple[str, ...]:
        return tuple(SLOTS[one.type] for one in self.slots)


@dataclass(frozen=True, slots=True)
class _Filling:
    """Something in the question that could fill a slot: where it stands, the mark of its type, what it is.

    `erased` are other stretches of the question that say the same thing.
    """

    begin: int
    end: int
    mark: str
    link: Link | None = None
    value: str = ""
    sureness: float = 1.0
    erased: tuple[tuple[int, int], ...] = ()


class Matcher:
    """The pack's samples, ready to be compared with questions about one graph. Safe to ask from several threads."""

    def __init__(self, queries: Sequence[Query], index: Index, today: date | None = None) -> None:
        self._queries = tuple(query for query in queries if query.samples)
        self._index, self._linker, self._today = index, Linker(index), today
        self._classes = {one: _find_classes(one, index) for query in queries for one in query.parameters}
        self._documents = tuple(entry for entry in index.entries if fits_classes(entry, ("Document",)))
        self._class_names = to_class_names((kind.label, kind.label_en) for kind in index.kinds)
        self._samples = tuple(_parse_sample(query, text) for query in self._queries for text in query.samples)
        groups = [self._queries.index(one.query) for one in self._samples]
        texts = [_to_slotted(one) for one in self._samples]
        described = [to_features(fold(_describe(one))) for one in self._queries]
        self._space = make_space([to_features(text) for text in texts], groups, described)
        self._signatures = sorted({one.signature for one in self._samples}, key=len)
        self._known_pairs = {text[at : at + 2] for text in texts for at in range(len(text) - 1)}
        self._known_words = {word for text in texts for word in re.findall(r"[a-z0-9]+", text)}

    def read(self, question: str) -> Reading:
        """What a question asks: the query and its values, or none with the nearest three."""
        raw = question[:_LONGEST_QUESTION]
        iri = find_iri(raw)
        folded = fold(to_digits(raw.replace(iri, IRI_MARK) if iri else raw))
        if not folded:
            return Reading(question, None, ())
        ranked = self._rank(folded, self._find_fillings(raw, folded, iri))
        chosen = _choose(ranked)
        if chosen is not None:
            others = tuple(one for one in ranked if one is not chosen and not one.missing)
            return Reading(question, chosen, others[:_NEAREST])
        unknown = next((one.missing for one in ranked[:1] if one.missing and one.score >= THRESHOLD), "")
        suggestions = tuple(hit.label for hit in self._index.find_near(unknown, limit=_NEAREST)) if unknown else ()
        return Reading(question, None, tuple(ranked[:_NEAREST]), unknown, suggestions)

    # --- what could fill a slot ---------------------------------------------------------------------------------------

    def _find_fillings(self, raw: str, folded: str, iri: str) -> tuple[_Filling, ...]:
        links = self._linker.find_links(folded)
        known = self._find_known(folded, links)
        holes = find_holes(folded, known)
        partial = tuple(link for begin, end in holes for link in self._find_partial(folded, begin, end))
        today = self._today or date.today()
        classes = find_classes(folded, self._class_names)
        values = (*find_times(folded, today), *find_numbers(folded), *find_status(folded), *classes)
        names = [_Filling(link.begin, link.end, SLOTS["label"], link) for link in (*links, *partial)]
        unknown = [
            _Filling(begin, end, SLOTS["label"], Link(begin, end, ()), folded[begin:end]) for begin, end in holes
        ]
        strings = self._find_strings(raw, folded, links, classes, holes)
        if iri:
            unknown.append(_Filling(at := folded.index(IRI_MARK), at + 1, SLOTS["iri"], value=iri))
        documents = self._find_documents(folded, links, today)
        return (*names, *documents, *unknown, *map(_to_filling, values), *strings)

    def _find_documents(self, folded: str, links: Sequence[Link], today: date) -> Iterator[_Filling]:
        """Documents told by a year of their title and some of its words: 2021年和2023年的高企简报."""
        for value in find_times(folded, today):
            meanings = []
            for entry in self._documents if value.type == "year" else ():
                title = fold(entry.label)
                if value.value in title:
                    erased = _find_title_words(folded, title, links)
                    meanings.append((sum(end - begin for begin, end in erased), erased, entry))
            best = max(meanings, key=lambda one: (one[0], one[2].links, one[2].iri), default=None)
            if best is not None and best[0]:
                link = Link(value.begin, value.end, (Meaning(best[2], _TOLD),))
                yield _Filling(value.begin, value.end, SLOTS["label"], link, erased=best[1])

    def _find_partial(self, folded: str, begin: int, end: int) -> Iterator[Link]:
        """Names told by a part, at a hole or from it on into words that samples have too."""
        for first in range(max(0, begin - _EXTEND), begin + 1):
            for last in range(end, min(len(folded), end + _EXTEND) + 1):
                link = self._linker.find_partial(folded, first, last)
                if link is not None and link.meanings[0].sureness > 0.6:
                    yield link

    def _find_known(self, folded: str, links: Sequence[Link]) -> list[bool]:
        """For each character of a question, whether it stands in a name of the graph, or where a sample has it too."""
        known = [not character.strip() or character == IRI_MARK for character in folded]
        spans = [(link.begin, link.end) for link in links]
        spans += [found.span() for found in read_words().pattern.finditer(folded)]
        spans += [found.span() for found in re.finditer(r"[a-z0-9.%]+", folded) if found[0] in self._known_words]
        spans += [(at, at + 2) for at in range(len(folded) - 1) if folded[at : at + 2] in self._known_pairs]
        spans += [(value.begin, value.end) for value in (*find_times(folded, date.today()), *find_numbers(folded))]
        spans += [(value.begin, value.end) for value in find_classes(folded, self._class_names)]
        for begin, end in spans:
            known[begin:end] = [True] * (end - begin)
        return known

    def _find_strings(
        self,
        raw: str,
        folded: str,
        links: Sequence[Link],
        classes: Sequence[Value],
        holes: Sequence[tuple[int, int]],
    ) -> Iterator[_Filling]:
        quoted = [one for one in find_quoted(raw) if fold(one) and fold(one) in folded]
        for one in quoted:
            begin = folded.index(fold(one))
            yield _Filling(begin, begin + len(fold(one)), SLOTS["string"], value=one)
        if not quoted:
            spans = {*((one.begin, one.end) for one in links), *((one.begin, one.end) for one in classes), *holes}
            for begin, end in sorted(spans):
                found = self._index.find(folded[begin:end], limit=1)
                sureness = _UNQUOTED if found else _UNHEARD
                yield _Filling(begin, end, SLOTS["string"], value=folded[begin:end], sureness=sureness)

    # --- which query --------------------------------------------------------------------------------------------------

    def _rank(self, folded: str, fillings: Sequence[_Filling]) -> list[Candidate]:
        """The best candidate of each query, best first."""
        loose = [(one.begin, one.end, LOOSE) for one in fillings if one.mark in (SLOTS["year"], SLOTS["integer"])]
        names = self._find_names(folded, fillings)
        holes = [one for one in fillings if one.link is not None and not one.link.meanings]
        everywhere = [(one.begin, one.end, "") for one in fillings if self._is_everywhere(one)]
        readings = list(self._iterate_readings(fillings))
        texts = [_to_text(folded, reading, [*loose, *everywhere]) for reading in readings]
        scores = self._space.score([to_features(text) for text in texts])
        best: dict[str, Candidate] = {}
        order = np.argsort(-scores, axis=None)
        for flat in order[: 40 * len(self._samples)]:
            row, column = divmod(int(flat), len(self._samples))
            if scores[row, column] <= 0.05:
                break
            sample, reading = self._samples[column], readings[row]
            filled = self._fill(sample, reading)
            if filled is None:
                continue
            values, sureness, missing = filled
            score = float(scores[row, column]) * sureness * self._weigh_aside(sample, reading, names)
            score *= _weigh_cut(reading, holes)
            if score > best[sample.query.name].score if sample.query.name in best else True:
                best[sample.query.name] = Candidate(sample.query, values, score, sample.text, missing)
        return sorted(best.values(), key=lambda one: (-one.score, one.query.name))

    def _fill(self, sample: _Sample, reading: Sequence[_Filling]) -> tuple[dict[str, str], float, str] | None:
        """A sample's parameters from a reading, how sure that is, and a name that the graph lacks; None if unfit."""
        if sorted(sample.signature) != sorted(one.mark for one in reading):
            return None
        free = list(reading)
        values, sureness, missing = {}, 1.0, ""
        for parameter in sample.slots:
            filling = next(one for one in free if one.mark == SLOTS[parameter.type])
            free.remove(filling)
            sureness *= filling.sureness
            if filling.link is None:
                if parameter.type == "label":
                    return None
                values[parameter.name] = filling.value
                continue
            if not filling.link.meanings:
                missing = missing or filling.value
                sureness *= _OF_MISSING
                continue
            meaning = self._find_meaning(parameter, filling.link)
            if meaning is None:
                return None
            values[parameter.name] = meaning.entry.label if parameter.type == "label" else meaning.entry.iri
            sureness *= meaning.sureness * (1.0 if parameter.classes else _ANY)
        if len(set(values.values())) < len(values):
            return None
        return self._order_documents(sample.query, values), sureness, missing

    def _order_documents(self, query: Query, values: dict[str, str]) -> dict[str, str]:
        """Documents go into their parameters in the order of the years in their titles, however they were named."""
        names = [one.name for one in query.parameters if "Document" in one.classes and one.name in values]
        years = {name: _YEAR_OF_TITLE.findall(values[name]) for name in names}
        if len(names) < 2 or not all(years.values()):
            return values
        ordered = sorted((values[name] for name in names), key=lambda title: _YEAR_OF_TITLE.findall(title)[-1])
        return values | dict(zip(names, ordered, strict=True))

    def _find_names(self, folded: str, fillings: Sequence[_Filling]) -> list[tuple[int, int, str]]:
        """The names of the graph that a question says for certain, none inside another."""
        spans = sorted(
            (-(one.end - one.begin), one.begin)
            for one in fillings
            if one.link and one.link.meanings and one.link.meanings[0].sureness >= _CERTAIN
            if one.end - one.begin >= _OF_NAME and not self._is_everywhere(one)
        )
        found: list[tuple[int, int, str]] = []
        for length, begin in spans:
            end = begin - length
            if all(end <= first or last <= begin for first, last, _ in found):
                found.append((begin, end, folded[begin:end]))
        return found

    def _weigh_aside(
        self, sample: _Sample, reading: Sequence[_Filling], names: Sequence[tuple[int, int, str]]
    ) -> float:
        taken = [span for one in reading for span in ((one.begin, one.end), *one.erased)]
        aside = sum(
            all(end <= first or last <= begin for first, last in taken) and name not in fold(sample.text)
            for begin, end, name in names
        )
        return float(_ASIDE**aside)

    def _is_everywhere(self, filling: _Filling) -> bool:
        link = filling.link
        return link is not None and bool(link.meanings) and self._linker.is_everywhere(link)

    def _find_meaning(self, parameter: Parameter, link: Link) -> Meaning | None:
        classes = self._classes.get(parameter, parameter.classes)
        return next((one for one in link.meanings if fits_classes(one.entry, classes)), None)

    def _iterate_readings(self, fillings: Sequence[_Filling]) -> Iterator[tuple[_Filling, ...]]:
        """Every way to take some of the fillings for slots such as samples have, in the question's order."""
        yield ()
        count = 1
        inner = _find_inner(fillings)
        for signature in self._signatures:
            marks = dict.fromkeys(signature)
            choices = [
                combinations([one for one in fillings if one.mark == mark], signature.count(mark)) for mark in marks
            ]
            for chosen in product(*choices) if signature else ():
                together: list[_Filling] = [one for part in chosen for one in part]
                if len(together) > 1 and any(one in inner for one in together):
                    continue
                taken = sorted(together, key=lambda one: one.begin)
                if all(one.end <= other.begin for one, other in pairwise(taken)):
                    yield tuple(taken)
                    count += 1
                    if count >= _MOST_READINGS:
                        return


def _choose(ranked: Sequence[Candidate]) -> Candidate | None:
    if not ranked or ranked[0].missing or ranked[0].score < THRESHOLD:
        return None
    behind = ranked[1].score if len(ranked) > 1 else 0.0
    return ranked[0] if ranked[0].score >= SURE or ranked[0].score - behind >= MARGIN else None


def _find_classes(parameter: Parameter, index: Index) -> tuple[str, ...]:
    """The classes that a parameter takes: its own and, where it has such, those that its Chinese label names."""
    named = (kind.iri for kind in index.kinds if kind.label in parameter.label_zh) if parameter.classes else ()
    return (*parameter.classes, *(iri.replace("/", "#").rpartition("#")[2] for iri in named))


def _describe(query: Query) -> str:
    return " ".join((query.summary_zh, query.description, query.summary_en, query.description_en, *query.tags))


def _parse_sample(query: Query, text: str) -> _Sample:
    known = {one.name: one for one in query.parameters}
    return _Sample(query, text, tuple(known[name] for name in iterate_slots(text)))


def _to_slotted(sample: _Sample) -> str:
    """A sample in one spelling with a mark in each slot; a year's mark takes in the 年 after it, as in questions."""
    text = sample.text
    for one in sample.slots:
        text = text.replace(f"{{{one.name}}}", SLOTS[one.type])
    folded = fold(text).replace(f"{SLOTS['year']}年", SLOTS["year"])
    spans = [(one.begin, one.end, LOOSE) for one in (*find_times(folded, date.today()), *find_numbers(folded))]
    return _replace(folded, spans)


def _to_text(folded: str, reading: Sequence[_Filling], others: Sequence[tuple[int, int, str]]) -> str:
    """A question with a mark where each filling stands; `others` are written where no filling is."""
    taken = [(one.begin, one.end, one.mark) for one in reading]
    others = [*others, *((begin, end, "") for one in reading for begin, end in one.erased)]
    free = [one for one in others if all(one[1] <= begin or end <= one[0] for begin, end, _ in taken)]
    return _replace(folded, [*taken, *free])


def _replace(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """A text with the spans written otherwise; of spans that overlap, the first."""
    parts, at = [], 0
    for begin, end, written in sorted(spans):
        if begin >= at:
            parts += [text[at:begin], written]
            at = end
    return "".join([*parts, text[at:]])


def _weigh_cut(reading: Sequence[_Filling], holes: Sequence[_Filling]) -> float:
    """Less for a name or a class right after unknown words, which may make another name with it: 合成生物产业."""
    cut = sum(hole.end == one.begin for one in reading for hole in holes if hole not in reading)
    return float(_CUT**cut)


def _find_inner(fillings: Sequence[_Filling]) -> set[_Filling]:
    """The names that stand inside a longer one: of two names asked about together, neither is a part of a name."""
    certain = [one for one in fillings if one.link and one.link.meanings and one.link.meanings[0].sureness >= _CERTAIN]
    return {
        one
        for one in fillings
        if one.link
        and any(
            other.begin <= one.begin and one.end <= other.end and other.end - other.begin > one.end - one.begin
            for other in certain
        )
    }


def _find_title_words(question: str, title: str, links: Sequence[Link]) -> tuple[tuple[int, int], ...]:
    """The stretches of a question that a title has too, in these words or in another name of the same thing."""
    found = [
        (link.begin, link.end)
        for link in links
        if any(fold(one.entry.label) in title and len(fold(one.entry.label)) > 1 for one in link.meanings)
    ]
    at = 0
    while at < len(question):
        length = next((n for n in range(len(question) - at, 1, -1) if question[at : at + n] in title), 1)
        if length > 1 and not question[at : at + length].isdigit():
            found.append((at, at + length))
        at += length
    return tuple(sorted(set(found)))


def _to_filling(value: Value) -> _Filling:
    return _Filling(value.begin, value.end, SLOTS[value.type], value=value.value)
