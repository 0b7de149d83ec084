"""What the rules reason on: figures and statements as plain values, and what a rule finds. No RDF, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

PLANNED, ACHIEVED, ONGOING = "planned", "achieved", "ongoing"


@dataclass(frozen=True, slots=True)
class Period:
    """A time from its first day to its last, both inside it."""

    label: str
    begin: date
    end: date


@dataclass(frozen=True, slots=True)
class Thing:
    """What a claim is of: its IRI and its Chinese name."""

    iri: str
    label: str


@dataclass(frozen=True, slots=True)
class Source:
    """A document that makes a claim, and the day it was issued, where that is known."""

    iri: str
    issued: date | None


@dataclass(frozen=True, slots=True)
class Figure:
    """An observation. Codes are local names of the ontology; `texts` is the figure as documents write it, `before` what
    stands before it in its sentences."""

    iri: str
    indicator: Thing
    about: Thing
    value: Decimal
    unit: str
    bound: str
    kind: str
    status: str
    texts: tuple[str, ...]
    period: Period | None = None
    scope: Thing | None = None
    sources: tuple[Source, ...] = ()
    before: tuple[str, ...] = ()

    @property
    def first_issued(self) -> date | None:
        """The earliest day on which a document said so."""
        return min((one.issued for one in self.sources if one.issued), default=None)

    @property
    def last_issued(self) -> date | None:
        """The latest day on which a document said so."""
        return max((one.issued for one in self.sources if one.issued), default=None)


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement; subject, predicate and object are IRIs with their names."""

    iri: str
    subject: Thing
    predicate: Thing
    object: Thing
    status: str
    sources: tuple[Source, ...] = ()

    @property
    def first_issued(self) -> date | None:
        """The earliest day on which a document said so."""
        return min((one.issued for one in self.sources if one.issued), default=None)

    @property
    def last_issued(self) -> date | None:
        """The latest day on which a document said so."""
        return max((one.issued for one in self.sources if one.issued), default=None)


@dataclass(frozen=True, slots=True)
class Claims:
    """All claims of a dataset, by IRI in order, and what the rules must know beside them.

    `broader` leads from a region to the region it lies in; `levels` from a region to the local names of its classes;
    `newest` is the day of the newest document; `by_anyone` holds the IRIs of properties whose promise is kept whoever
    keeps it; `bounds` are the Chinese words of the bounds.
    """

    figures: tuple[Figure, ...]
    statements: tuple[Claim, ...]
    newest: date | None = None
    broader: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    by_anyone: frozenset[str] = frozenset()
    bounds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found.

    `kind` is the local name of a class under kg:Finding, `rule` the name of the rule, `premises` the IRIs of the
    statements, observations and authority entries it rests on. A check says whether it `holds` and what follows from
    its premises (`low` to `high`, open where None); the outcome of a promise names it and its `reports`; an inference
    has the triple that it is of (`triple`: three IRIs).
    """

    kind: str
    rule: str
    premises: tuple[str, ...]
    label_zh: str
    label_en: str
    holds: bool | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    promise: str | None = None
    reports: tuple[str, ...] = ()
    triple: tuple[str, str, str] | None = None
