"""Figures: found by an overlapping span, then compared in what they say: value, unit, bound, indicator and the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kg.evaluation.judged import JudgedFigure
from kg.evaluation.matching import Candidates, find_matching, find_overlaps
from kg.evaluation.scores import Counts
from kg.model import FIGURE

# What is compared, by name, the most telling first.
ASPECTS: Mapping[str, Callable[[JudgedFigure], object]] = {
    "value": lambda one: tuple(quantity.value for quantity in one.quantities),
    "unit": lambda one: tuple(quantity.unit for quantity in one.quantities),
    "bound": lambda one: tuple(quantity.bound for quantity in one.quantities),
    "indicator": lambda one: one.indicator,
    "about": lambda one: one.about,
    "period": lambda one: one.period,
    "status": lambda one: one.status,
}
_QUANTITY = ("value", "unit", "bound")
SPAN, QUANTITY, ALL = "span", "quantity", "all"
# Each criterion with the aspects in which both sides must agree.
CRITERIA: Mapping[str, tuple[str, ...]] = {
    SPAN: (),
    "value": ("value",),
    QUANTITY: _QUANTITY,
    "quantity_indicator": (*_QUANTITY, "indicator"),
    "quantity_about": (*_QUANTITY, "about"),
    "quantity_indicator_about": (*_QUANTITY, "indicator", "about"),
    "quantity_period": (*_QUANTITY, "period"),
    "quantity_status": (*_QUANTITY, "status"),
    ALL: tuple(ASPECTS),
}


def score_figures(gold: Sequence[JudgedFigure], predicted: Sequence[JudgedFigure]) -> dict[str, dict[str, Counts]]:
    """The counts of one document by criterion, under the one name `Figure`."""
    candidates = find_candidates(gold, predicted)
    places = {aspect: place for place, aspect in enumerate(ASPECTS)}
    scores = {}
    for criterion, aspects in CRITERIA.items():
        agreeing = {pair: () for pair, fit in candidates.items() if all(fit[1 + places[aspect]] for aspect in aspects)}
        scores[criterion] = {FIGURE: Counts(len(find_matching(agreeing)), len(gold), len(predicted))}
    return scores


def find_candidates(gold: Sequence[JudgedFigure], predicted: Sequence[JudgedFigure]) -> Candidates:
    """The pairs of figures that overlap, with (same span, then agreement in each aspect)."""
    overlaps = find_overlaps([("", one.span) for one in gold], [("", one.span) for one in predicted])
    return {(one, other): _to_fit(gold[one], predicted[other]) for one, other in overlaps}


def _to_fit(gold: JudgedFigure, predicted: JudgedFigure) -> tuple[int, ...]:
    return (int(gold.span == predicted.span), *(int(read(gold) == read(predicted)) for read in ASPECTS.values()))


def match_figures(
    gold: Sequence[JudgedFigure], predicted: Sequence[JudgedFigure]
) -> tuple[tuple[JudgedFigure, JudgedFigure], ...]:
    """A largest one-to-one matching by overlapping spans; of several the one with most equal spans, then values, …"""
    return tuple((gold[one], predicted[other]) for one, other in find_matching(find_candidates(gold, predicted)))
