"""Names of the graph in a question: each place where one stands, and what it may mean."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.asking.wording import fold
from kg.search import Entry, Index

_SHORTEST = 2
_LONGEST = 60
_EXACT, _ALIAS, _SHARED = 1.0, 0.95, 0.88
# A name told by a part of it or by an abbreviation is worth less than one told whole.
_PART = 0.9
_MOST_MEANINGS = 8
# Of a name, that a part has to be of it to tell it: GDP tells no indicator by itself.
_LEAST = 0.3
_NEARLY, _SEVERAL = 0.95, 0.75
_TOO_UNSURE = 0.6
_EXTEND = 4
_MOST_NEAR = 40
_REGION = "Region"
_OF_NAME = 3


@dataclass(frozen=True, slots=True)
class Meaning:
    """An entity that a name may mean, and how sure that is, from 0 to 1."""

    entry: Entry
    sureness: float


@dataclass(frozen=True, slots=True)
class Link:
    """A name in a folded question, from `begin` to `end`, with its meanings, the surest first."""

    begin: int
    end: int
    meanings: tuple[Meaning, ...]


class Linker:
    """The names of a graph by their folded form."""

    def __init__(self, index: Index) -> None:
        self._index = index
        rows: dict[str, dict[int, bool]] = defaultdict(dict)
        places = _find_places(index)
        for name, row in index.iterate_names():
            key = fold(name)
            label = fold(index.entries[row].label)
            for one in (key, *_without_place(key, places)):
                if len(one) >= _SHORTEST:
                    rows[one][row] = rows[one].get(row, False) or label == one
        self._rows: Mapping[str, Mapping[int, bool]] = dict(rows)
        self._documents = max((entry.documents for entry in index.entries), default=0)

    def find_links(self, question: str) -> tuple[Link, ...]:
        """Every place of a folded question where a name of the graph stands whole."""
        found = []
        for begin in range(len(question)):
            for end in range(begin + _SHORTEST, min(len(question), begin + _LONGEST) + 1):
                rows = self._rows.get(question[begin:end])
                if rows and _is_whole(question, begin, end):
                    found.append(Link(begin, end, self._to_meanings(rows)))
        return tuple(found)

    def find_partial(self, question: str, begin: int, end: int) -> tuple[Link, ...]:
        """Names told by a part at unknown words, or from there on into words that samples have too.

        光谷走廊 tells 光谷科创大走廊. A part that several names have alike tells none of them for sure.
        """
        first, last = max(0, begin - _EXTEND), min(len(question), end + _EXTEND)
        near = self._index.find_sharing(question[first:last], limit=_MOST_NEAR)
        names = [(entry, [fold(name) for name in (*_iterate_names(entry), entry.label_en)]) for entry in near]
        return tuple(
            link
            for one in range(first, begin + 1)
            for other in range(max(end, one + _OF_NAME), last + 1)
            if (link := _to_link(question[one:other], one, other, names)) is not None
        )

    def is_everywhere(self, link: Link) -> bool:
        """Whether a name means what nearly every document is about, so that it narrows a question to nothing."""
        documents = link.meanings[0].entry.documents
        return self._documents > 1 and documents >= 0.8 * self._documents and link.meanings[0].sureness >= _ALIAS

    def _to_meanings(self, rows: Mapping[int, bool]) -> tuple[Meaning, ...]:
        entries = self._index.entries
        alias = _ALIAS if len(rows) == 1 else _SHARED
        found = [Meaning(entries[row], _EXACT if is_label else alias) for row, is_label in rows.items()]
        return tuple(sorted(found, key=lambda one: (-one.sureness, -one.entry.links, one.entry.iri)))


def _to_link(part: str, begin: int, end: int, names: Iterable[tuple[Entry, Sequence[str]]]) -> Link | None:
    likeness = ((entry, max(_to_likeness(part, name) for name in keys)) for entry, keys in names)
    meanings = [Meaning(entry, _PART * like) for entry, like in likeness if like]
    ranked = sorted(meanings, key=lambda one: (-one.sureness, -one.entry.documents, one.entry.iri))[:_MOST_MEANINGS]
    if not ranked or ranked[0].sureness <= _TOO_UNSURE:
        return None
    if len(ranked) > 1 and ranked[1].sureness > _NEARLY * ranked[0].sureness:
        ranked = [Meaning(one.entry, _SEVERAL * one.sureness) for one in ranked]
    return Link(begin, end, tuple(ranked))


def _find_places(index: Index) -> frozenset[str]:
    """The names of regions, and the words for their levels, which a name may leave off: 湖北省, 湖北, 省."""
    places: set[str] = set()
    for entry in index.entries:
        if fits_classes(entry, (_REGION,)):
            names = {fold(name) for name in _iterate_names(entry) if len(fold(name)) > 1}
            places |= names
            places |= {name[-1:] for name in names if name[:-1] in names}
    return frozenset(places)


def _iterate_names(entry: Entry) -> Iterable[str]:
    return (entry.label, *entry.names)


def _without_place(key: str, places: Collection[str]) -> Iterable[str]:
    """A name without the place before it, where enough remains to know it by: 科技厅 of 省科技厅."""
    for length in range(1, len(key) - _OF_NAME + 1):
        if key[:length] in places:
            yield key[length:]


def find_holes(question: str, known: Sequence[bool], shortest: int = _SHORTEST) -> tuple[tuple[int, int], ...]:
    """The stretches of a folded question that no sample has: where a name must stand that the graph does not know."""
    marks = "".join("." if one else "x" for one in known)
    return tuple(found.span() for found in re.finditer("x+", marks) if found.end() - found.start() >= shortest)


def fits_classes(entry: Entry, classes: Iterable[str]) -> bool:
    """Whether an entity is of one of these classes, by local name; none means any."""
    wanted = set(classes)
    return not wanted or any(iri.replace("/", "#").rpartition("#")[2] in wanted for iri in entry.classes)


def _is_whole(question: str, begin: int, end: int) -> bool:
    """Whether no Latin word is cut at either end."""
    before, after = question[begin - 1 : begin], question[end : end + 1]
    return not (_is_latin(before) and _is_latin(question[begin])) and not (
        _is_latin(after) and _is_latin(question[end - 1])
    )


def _is_latin(text: str) -> bool:
    return text.isascii() and text.isalnum()


def _iterate_pairs(part: str) -> Iterable[str]:
    return dict.fromkeys(part[at : at + 2] for at in range(len(part) - 1))


def _to_likeness(part: str, name: str) -> float:
    """How well a part tells a name, from 0 to 1: its characters in their order, and how many of its pairs the name has.

    An abbreviation keeps the order (科技厅, 湖北省科学技术厅); a slip or a word in between does not keep every pair.
    """
    pairs = list(_iterate_pairs(part))
    kept = sum(pair in name for pair in pairs) / len(pairs)
    remaining = iter(name)
    in_order = all(character in remaining for character in part)
    share = min(1.0, len(part) / max(1, len(name)))
    if in_order:
        return 0.6 + 0.25 * kept + 0.15 * share if share >= _LEAST else 0.0
    return kept * len(part) / (len(part) + 1) if kept >= 0.6 else 0.0
