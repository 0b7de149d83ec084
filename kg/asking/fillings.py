"""What in a question could fill the slots of samples: names of the graph, parts of names, values, unknown words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kg.asking.linking import Link, Linker, Meaning, find_holes, fits_classes
from kg.asking.samples import Sample
from kg.asking.values import (
    IRI_MARK,
    Value,
    find_classes,
    find_numbers,
    find_quoted,
    find_status,
    find_times,
    to_class_names,
)
from kg.asking.wording import SLOTS, fold, read_words
from kg.search import Index

# A name told by a year and some words of its title; words without quotation marks; words that no name has.
_TOLD, _UNQUOTED, _UNHEARD = 0.95, 0.65, 0.4


@dataclass(frozen=True, slots=True)
class Filling:
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


class Finder:
    """Finds what could fill slots, in questions about one graph."""

    def __init__(self, index: Index, linker: Linker, samples: Sequence[Sample], today: date | None) -> None:
        self._index, self._linker, self._today = index, linker, today
        self._documents = tuple(entry for entry in index.entries if fits_classes(entry, ("Document",)))
        self._class_names = to_class_names((kind.label, kind.label_en) for kind in index.kinds)
        texts = [one.slotted for one in samples]
        self._known_pairs = {text[at : at + 2] for text in texts for at in range(len(text) - 1)}
        self._known_words = {word for text in texts for word in re.findall(r"[a-z0-9]+", text)}

    def find(self, raw: str, folded: str, iri: str) -> tuple[Filling, ...]:
        """Everything in a question that could fill a slot: `raw` as it was put, folded, and the IRI in it."""
        links = self._linker.find_links(folded)
        known = self._find_known(folded, links)
        holes = find_holes(folded, known)
        partial = tuple(link for hole in holes for link in self._linker.find_partial(folded, *hole))
        today = self._today or date.today()
        classes = find_classes(folded, self._class_names)
        values = (*find_times(folded, today), *find_numbers(folded), *find_status(folded), *classes)
        names = [Filling(link.begin, link.end, SLOTS["label"], link) for link in (*links, *partial)]
        unknown = [Filling(begin, end, SLOTS["label"], Link(begin, end, ()), folded[begin:end]) for begin, end in holes]
        strings = self._find_strings(raw, folded, links, classes, holes)
        if iri:
            unknown.append(Filling(at := folded.index(IRI_MARK), at + 1, SLOTS["iri"], value=iri))
        documents = self._find_documents(folded, links, today)
        return (*names, *documents, *unknown, *map(_to_filling, values), *strings)

    def _find_documents(self, folded: str, links: Sequence[Link], today: date) -> Iterator[Filling]:
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
                yield Filling(value.begin, value.end, SLOTS["label"], link, erased=best[1])

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
    ) -> Iterator[Filling]:
        quoted = [one for one in find_quoted(raw) if fold(one) and fold(one) in folded]
        for one in quoted:
            begin = folded.index(fold(one))
            yield Filling(begin, begin + len(fold(one)), SLOTS["string"], value=one)
        if not quoted:
            spans = {*((one.begin, one.end) for one in links), *((one.begin, one.end) for one in classes), *holes}
            for begin, end in sorted(spans):
                found = self._index.find(folded[begin:end], limit=1)
                sureness = _UNQUOTED if found else _UNHEARD
                yield Filling(begin, end, SLOTS["string"], value=folded[begin:end], sureness=sureness)


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


def _to_filling(value: Value) -> Filling:
    return Filling(value.begin, value.end, SLOTS[value.type], value=value.value)
