"""The pack's sample questions in the form in which questions are compared with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kg.asking.values import find_numbers, find_times
from kg.asking.wording import LOOSE, SLOTS, fold, iterate_slots
from kg.queries import Parameter, Query


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample of a query: as it is written, folded, folded with marks in its slots; the slots' parameters in order."""

    query: Query
    text: str
    folded: str
    slotted: str
    slots: tuple[Parameter, ...]

    @property
    def signature(self) -> tuple[str, ...]:
        """The marks of its slots, in order."""
        return tuple(SLOTS[one.type] for one in self.slots)


def parse_samples(query: Query) -> tuple[Sample, ...]:
    """The samples of a query."""
    known = {one.name: one for one in query.parameters}
    parsed = []
    for text in query.samples:
        slots = tuple(known[name] for name in iterate_slots(text))
        parsed.append(Sample(query, text, fold(text), _to_slotted(text, slots), slots))
    return tuple(parsed)


def describe_query(query: Query) -> str:
    """What is said of a query beside its samples, in one spelling."""
    return fold(" ".join((query.summary_zh, query.description, query.summary_en, query.description_en, *query.tags)))


def _to_slotted(text: str, slots: Iterable[Parameter]) -> str:
    """A sample in one spelling with a mark in each slot; a year's mark takes in the 年 after it, as in questions."""
    for one in slots:
        text = text.replace(f"{{{one.name}}}", SLOTS[one.type])
    folded = fold(text).replace(f"{SLOTS['year']}年", SLOTS["year"])
    spans = [(one.begin, one.end, LOOSE) for one in (*find_times(folded, date.today()), *find_numbers(folded))]
    return replace_spans(folded, spans)


def replace_spans(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """A text with the spans written otherwise; of spans that overlap, the first."""
    parts, at = [], 0
    for begin, end, written in sorted(spans):
        if begin >= at:
            parts += [text[at:begin], written]
            at = end
    return "".join([*parts, text[at:]])
