"""A question to the query that answers it: which samples it is like, once names and values stand in their slots."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise, product

import numpy as np

from kg.asking.fillings import Filling, Finder
from kg.asking.linking import Link, Linker, Meaning, fits_classes
from kg.asking.samples import Sample, describe_query, parse_samples, replace_spans
from kg.asking.values import IRI_MARK, find_iri, to_digits
from kg.asking.vectors import make_space
from kg.asking.wording import LOOSE, SLOTS, fold, to_features
from kg.queries import Parameter, Query
from kg.search import Index

# Below the first a question is not answered; below the second only where the next query is this far behind.
THRESHOLD, SURE, MARGIN = 0.24, 0.5, 0.05
_NEAREST = 3
_MOST_READINGS = 600
_LONGEST_QUESTION = 200
_CERTAIN = 0.95
_YEAR_OF_TITLE = re.compile(r"(?:19|20)[0-9]{2}")
_OF_MISSING = 0.8
# A query for anything, or for any class, is worth less than one for just this: 有哪些园区 has a query of its own.
_ANY = 0.88
# For each name of the graph that a reading leaves aside: the question was about it.
_ASIDE = 0.7
_OF_NAME = 3
# For each name that may be the end of a longer one that the graph lacks.
_CUT = 0.6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A query with its parameters filled from a question, and how well it fits, from 0 to 1."""

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


class Matcher:
    """The pack's samples, ready to be compared with questions about one graph. Safe to ask from several threads."""

    def __init__(self, queries: Sequence[Query], index: Index, today: date | None = None) -> None:
        with_samples = tuple(query for query in queries if query.samples)
        self._index, self._linker = index, Linker(index)
        self._classes = {one: _find_classes(one, index) for query in queries for one in query.parameters}
        self._samples = tuple(sample for query in with_samples for sample in parse_samples(query))
        self._finder = Finder(index, self._linker, self._samples, today)
        groups = [with_samples.index(one.query) for one in self._samples]
        features = [to_features(one.slotted) for one in self._samples]
        self._space = make_space(features, groups, [to_features(describe_query(one)) for one in with_samples])
        self._signatures = sorted({one.signature for one in self._samples}, key=len)

    def read(self, question: str) -> Reading:
        """What a question asks: the query and its values, or none with the nearest three."""
        raw = question[:_LONGEST_QUESTION]
        iri = find_iri(raw)
        folded = fold(to_digits(raw.replace(iri, IRI_MARK) if iri else raw))
        if not folded:
            return Reading(question, None, ())
        ranked = self._rank(folded, self._finder.find(raw, folded, iri))
        chosen = _choose(ranked)
        if chosen is not None:
            others = tuple(one for one in ranked if one is not chosen and not one.missing)
            return Reading(question, chosen, others[:_NEAREST])
        unknown = next((one.missing for one in ranked[:1] if one.missing and one.score >= THRESHOLD), "")
        suggestions = tuple(hit.label for hit in self._index.find_near(unknown, limit=_NEAREST)) if unknown else ()
        return Reading(question, None, tuple(ranked[:_NEAREST]), unknown, suggestions)

    def _rank(self, folded: str, fillings: Sequence[Filling]) -> list[Candidate]:
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
            # The regression may go a little beyond what it was taught.
            score = min(score * _weigh_cut(reading, holes), 1.0)
            if sample.query.name not in best or score > best[sample.query.name].score:
                best[sample.query.name] = Candidate(sample.query, values, score, sample.text, missing)
        return sorted(best.values(), key=lambda one: (-one.score, one.query.name))

    def _fill(self, sample: Sample, reading: Sequence[Filling]) -> tuple[dict[str, str], float, str] | None:
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
                sureness *= _ANY if parameter.type == "class" else 1.0
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

    def _find_names(self, folded: str, fillings: Sequence[Filling]) -> list[tuple[int, int, str]]:
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

    def _weigh_aside(self, sample: Sample, reading: Sequence[Filling], names: Sequence[tuple[int, int, str]]) -> float:
        taken = [span for one in reading for span in ((one.begin, one.end), *one.erased)]
        aside = sum(
            all(end <= first or last <= begin for first, last in taken) and name not in sample.folded
            for begin, end, name in names
        )
        return float(_ASIDE**aside)

    def _is_everywhere(self, filling: Filling) -> bool:
        link = filling.link
        return link is not None and bool(link.meanings) and self._linker.is_everywhere(link)

    def _find_meaning(self, parameter: Parameter, link: Link) -> Meaning | None:
        classes = self._classes.get(parameter, parameter.classes)
        return next((one for one in link.meanings if fits_classes(one.entry, classes)), None)

    def _iterate_readings(self, fillings: Sequence[Filling]) -> Iterator[tuple[Filling, ...]]:
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
                together: list[Filling] = [one for part in chosen for one in part]
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


def _to_text(folded: str, reading: Sequence[Filling], others: Sequence[tuple[int, int, str]]) -> str:
    """A question with a mark where each filling stands; `others` are written where no filling is."""
    taken = [(one.begin, one.end, one.mark) for one in reading]
    others = [*others, *((begin, end, "") for one in reading for begin, end in one.erased)]
    free = [one for one in others if all(one[1] <= begin or end <= one[0] for begin, end, _ in taken)]
    return replace_spans(folded, [*taken, *free])


def _weigh_cut(reading: Sequence[Filling], holes: Sequence[Filling]) -> float:
    """Less for a name or a class right after unknown words, which may make another name with it: 合成生物产业."""
    cut = sum(hole.end == one.begin for one in reading for hole in holes if hole not in reading)
    return float(_CUT**cut)


def _find_inner(fillings: Sequence[Filling]) -> set[Filling]:
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
