"""Resolution over mentions that both sides have: which of them name one thing (pairwise, B³), and is it the right one.

A cluster is all mentions with one entity IRI; a mention without an entity is a cluster of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from kg.evaluation.judged import JudgedMention
from kg.evaluation.mentions import match_strictly
from kg.evaluation.scores import Counts, Ratios, to_harmonic_mean
from kg.model import PERIOD


@dataclass(frozen=True, slots=True)
class ResolvedPair:
    """What one mention resolves to on both sides, None where to nothing; `file` and `number` say which mention."""

    file: str
    number: int
    gold: str | None
    predicted: str | None


@dataclass(frozen=True, slots=True)
class ResolutionScore:
    """`pairwise` counts pairs of mentions put together; `b_cubed` is over mentions (Bagga and Baldwin 1998)."""

    pairwise: Counts
    b_cubed: Ratios


def find_resolved(
    file: str, gold: Sequence[JudgedMention], predicted: Sequence[JudgedMention]
) -> tuple[ResolvedPair, ...]:
    """The mentions of a document, periods aside, that both sides have with the same span and class."""
    return tuple(
        ResolvedPair(file, number, gold[one].iri, predicted[other].iri)
        for number, (one, other) in enumerate(match_strictly(gold, predicted))
        if gold[one].cls != PERIOD
    )


def score_clusters(pairs: Sequence[ResolvedPair], *, across: bool) -> ResolutionScore:
    """How well the clusters agree: over the whole collection where `across`, else each document's by themselves."""
    gold = [_to_key(pair, pair.gold, across) for pair in pairs]
    predicted = [_to_key(pair, pair.predicted, across) for pair in pairs]
    both = Counter(zip(gold, predicted, strict=True))
    have, said = Counter(gold), Counter(predicted)
    pairwise = Counts(*(sum(count * (count - 1) // 2 for count in group.values()) for group in (both, have, said)))
    if not pairs:
        return ResolutionScore(pairwise, Ratios())
    precision = sum(count * count / said[other] for (_, other), count in both.items()) / len(pairs)
    recall = sum(count * count / have[one] for (one, _), count in both.items()) / len(pairs)
    return ResolutionScore(pairwise, Ratios(precision, recall, to_harmonic_mean(precision, recall)))


def _to_key(pair: ResolvedPair, iri: str | None, across: bool) -> Hashable:
    if iri is None:
        return pair.file, pair.number
    return iri if across else (pair.file, iri)


def count_identical(pairs: Sequence[ResolvedPair]) -> int:
    """How many mentions resolve to the same IRI on both sides, or to none on either."""
    return sum(pair.gold == pair.predicted for pair in pairs)
