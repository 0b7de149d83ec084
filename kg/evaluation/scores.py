"""Counts, and the ratios that follow from them: precision, recall, F1; micro by summing, macro by averaging.

A ratio over nothing: where only one side is empty, precision, recall and F1 are 0 (as conlleval counts); where both
are, there is nothing to measure and they are None.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Criterion → class (or property) → counts.
Tally = Mapping[str, Mapping[str, "Counts"]]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many items both sides share, and how many each has."""

    right: int = 0
    gold: int = 0
    predicted: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.right + other.right, self.gold + other.gold, self.predicted + other.predicted)

    @property
    def precision(self) -> float | None:
        """Right ones among the predicted, 0–1."""
        return self._divide(self.right, self.predicted)

    @property
    def recall(self) -> float | None:
        """Right ones among the gold, 0–1."""
        return self._divide(self.right, self.gold)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall, 0–1."""
        return self._divide(2 * self.right, self.gold + self.predicted)

    def _divide(self, part: int, whole: int) -> float | None:
        if whole:
            return part / whole
        return 0.0 if self.gold or self.predicted else None


@dataclass(frozen=True, slots=True)
class Ratios:
    """Precision, recall and F1 where they are no plain quotient of counts: macro averages, B³."""

    precision: float | None = None
    recall: float | None = None
    f1: float | None = None


def to_micro(by_class: Mapping[str, Counts], without: frozenset[str] = frozenset()) -> Counts:
    """The counts of all classes together, but for those left out."""
    return sum((counts for name, counts in by_class.items() if name not in without), Counts())


def to_macro(by_class: Mapping[str, Counts]) -> Ratios:
    """The mean over the classes that either side has; F1 is the mean of the classes' F1 (Opitz and Burst 2019)."""
    present = [counts for counts in by_class.values() if counts.gold or counts.predicted]
    if not present:
        return Ratios()
    return Ratios(
        *(
            sum(getattr(counts, name) or 0.0 for counts in present) / len(present)
            for name in ("precision", "recall", "f1")
        )
    )


def to_harmonic_mean(precision: float, recall: float) -> float:
    """F1 of a precision and a recall; 0 where both are 0."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def add_tallies(tallies: Iterable[Tally]) -> dict[str, dict[str, Counts]]:
    """Several documents' counts as one, criteria and classes in order of name."""
    total: dict[str, dict[str, Counts]] = {}
    for tally in tallies:
        for criterion, by_class in tally.items():
            row = total.setdefault(criterion, {})
            for name, counts in by_class.items():
                row[name] = row.get(name, Counts()) + counts
    return {criterion: dict(sorted(total[criterion].items())) for criterion in total}
