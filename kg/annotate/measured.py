"""A figure with what it measures, and the small steps to say it that all ways of measuring share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.annotate.lexicon import Lexicon
from kg.annotate.phrases import REGIONS
from kg.annotate.proposals import Proposal
from kg.names import to_canonical_label

INDICATOR = "Indicator"


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with the proposals that say what it measures; None where the text does not say."""

    figure: Proposal
    indicator: Proposal
    about: Proposal | None
    period: Proposal | None
    scope: Proposal | None


def to_label(text: str, one: Proposal) -> str:
    """The canonical label of the words of a name."""
    return to_canonical_label(text[one.begin : one.end])


def find_ancestors(cls: str, lexicon: Lexicon) -> tuple[str, ...]:
    """A class and those above it."""
    term = lexicon.vocabulary.classes.get(cls)
    return term.ancestors if term else (cls,)


def to_indicator(begin: int, end: int, label: str | None, confidence: float) -> Proposal:
    """The words that say what is measured, with the label of the indicator where they make one."""
    return Proposal(begin, end, INDICATOR, "measure", confidence, f"indicator/{label}" if label else None)


def find_about(begin: int, end: int, names: Sequence[Proposal]) -> Proposal | None:
    """The first name that is no region between two places."""
    inside = [one for one in names if begin <= one.begin and one.end <= end and one.cls not in REGIONS]
    return inside[0] if inside else None


def find_known(label: str, lexicon: Lexicon) -> str | None:
    """The label of the indicator that the authority knows by a label or alias."""
    found = lexicon.vocabulary.authority.by_name.get(("Indicator", label))
    return found[0].label if found else None
