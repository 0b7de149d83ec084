"""What of one annotated document is compared: its mentions, relations and figures as the builder understands them.

Frozen values without identifiers of their own; two documents are compared by where things stand and what they say.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.model import PERIOD, Quantity, Rejection, Span

# The class of the words that say what a figure measures, and the classes that one total leaves out.
INDICATOR = "Indicator"
FIGURE_WORDS = frozenset({PERIOD, INDICATOR})


@dataclass(frozen=True, slots=True)
class JudgedMention:
    """A labelled span and the IRI of the entity that it resolves to: None for a period, and for one not resolved."""

    cls: str
    span: Span
    iri: str | None = None


@dataclass(frozen=True, slots=True)
class JudgedRelation:
    """A relation between two mentions with the status that the builder gives it.

    `sentence` is where its evidence stands: the sentence of its object (of the later end where it is symmetric).
    `stated` is false where the builder refuses it, so that it says nothing of entities.
    """

    property: str
    subject: JudgedMention
    object: JudgedMention
    status: str
    sentence: Span
    symmetric: bool = False
    stated: bool = True


@dataclass(frozen=True, slots=True)
class JudgedFigure:
    """A figure as the builder reads it: no quantity where it cannot, two for a range.

    `indicator` and `about` are IRIs, `period` an interval as `first/last` days (ISO 8601).
    """

    span: Span
    quantities: tuple[Quantity, ...]
    status: str
    indicator: str | None = None
    about: str | None = None
    period: str | None = None


@dataclass(frozen=True, slots=True)
class JudgedDocument:
    """One document's annotations from one side; `rejections` are those that could not be read or built."""

    file: str
    text: str
    mentions: tuple[JudgedMention, ...] = ()
    relations: tuple[JudgedRelation, ...] = ()
    figures: tuple[JudgedFigure, ...] = ()
    rejections: tuple[Rejection, ...] = ()
