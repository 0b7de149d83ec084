"""Mentions: the same span and class (strict), or the same class and spans that overlap (overlapping)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from kg.evaluation.judged import JudgedMention
from kg.evaluation.matching import find_matching, find_overlaps
from kg.evaluation.scores import Counts

STRICT, OVERLAPPING = "strict", "overlapping"


def score_mentions(gold: Sequence[JudgedMention], predicted: Sequence[JudgedMention]) -> dict[str, dict[str, Counts]]:
    """The counts of one document by criterion and class."""
    strict = Counter((one.cls, one.span) for one in gold) & Counter((one.cls, one.span) for one in predicted)
    return {
        STRICT: to_counts(gold, predicted, ((cls, count) for (cls, _), count in strict.items())),
        OVERLAPPING: to_counts(gold, predicted, ((gold[one].cls, 1) for one, _ in match_mentions(gold, predicted))),
    }


def to_counts(
    gold: Iterable[JudgedMention], predicted: Iterable[JudgedMention], right: Iterable[tuple[str, int]]
) -> dict[str, Counts]:
    """Counts by class from what each side has and the (class, number) of right ones."""
    have, said = Counter(one.cls for one in gold), Counter(one.cls for one in predicted)
    hits: Counter[str] = Counter()
    for name, count in right:
        hits[name] += count
    return {name: Counts(hits[name], have[name], said[name]) for name in sorted({*have, *said})}


def match_mentions(gold: Sequence[JudgedMention], predicted: Sequence[JudgedMention]) -> tuple[tuple[int, int], ...]:
    """A largest one-to-one matching of mentions of one class that overlap; of several one with most equal spans."""
    overlaps = find_overlaps([(one.cls, one.span) for one in gold], [(one.cls, one.span) for one in predicted])
    return find_matching({(one, other): (int(gold[one].span == predicted[other].span),) for one, other in overlaps})


def match_strictly(gold: Sequence[JudgedMention], predicted: Sequence[JudgedMention]) -> tuple[tuple[int, int], ...]:
    """A largest one-to-one matching of mentions with one span and class; of several one with most equal entities."""
    overlaps = find_overlaps(
        [((one.cls, one.span), one.span) for one in gold], [((one.cls, one.span), one.span) for one in predicted]
    )
    return find_matching({(one, other): (int(gold[one].iri == predicted[other].iri),) for one, other in overlaps})
