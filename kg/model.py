"""The central types: what flows from documents to triples. Frozen, slotted, no I/O, no RDF.

Offsets are Unicode code points, half-open, everywhere in this package. Names of classes and properties are
local names of the ontology (`Fund`, `supports`); IRIs are plain strings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

# The two annotation labels that are roles, not classes of the ontology: a number, and a time expression.
FIGURE = "Figure"
PERIOD = "Period"


class Span(NamedTuple):
    """A stretch of a document's text: code points, `begin` inclusive, `end` exclusive."""

    begin: int
    end: int

    def covers(self, other: Span) -> bool:
        """Whether `other` lies wholly inside this span."""
        return self.begin <= other.begin and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document under one heading; `path` holds the headings from the outermost to its own."""

    path: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Document:
    """One document: its text and what its `.toml` says of it. `file` is the text's path as a user would name it.

    `section_begins` and `paragraph_begins` are the places that a section or paragraph is looked up by, `headings` the
    sections' heading paths in words.
    """

    file: str
    title: str
    text: str
    kind: str
    issuer: str | None = None
    date: date | None = None
    number: str | None = None
    place: str | None = None
    licence: str | None = None
    note: str | None = None
    sources: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    paragraphs: tuple[Span, ...] = ()
    section_begins: tuple[int, ...] = field(init=False, repr=False, compare=False)
    paragraph_begins: tuple[int, ...] = field(init=False, repr=False, compare=False)
    headings: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "section_begins", tuple(one.span.begin for one in self.sections))
        object.__setattr__(self, "paragraph_begins", tuple(one.begin for one in self.paragraphs))
        object.__setattr__(self, "headings", tuple(" / ".join(one.path) for one in self.sections))


class Mention(NamedTuple):
    """A span labelled with a class (`Fund`, `Indicator`, or the role `Period`); `link` normalises it to `root/label`.

    `lines` are the lines of the annotation file that say so, its own first (also of a Relation and a Figure). A
    discontinuous one has its `fragments`: `span` is then their hull, `surface` their words without what lies between.
    """

    id: str
    cls: str
    span: Span
    surface: str
    lines: tuple[int, ...]
    link: str | None = None
    fragments: tuple[Span, ...] = ()


class Relation(NamedTuple):
    """A property between two mentions, by their ids; `status` is None where the annotator left it to the rules."""

    id: str
    property: str
    subject: str
    object: str
    lines: tuple[int, ...]
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in the text. `indicator`, `about`, `period` and `scope` are mention ids; what is None is derived."""

    id: str
    span: Span
    surface: str
    lines: tuple[int, ...]
    indicator: str | None = None
    about: str | None = None
    period: str | None = None
    scope: str | None = None
    status: str | None = None
    measure_kind: str | None = None
    bound: str | None = None


@dataclass(frozen=True, slots=True)
class Equivalence:
    """Mentions, by their ids, that name one thing."""

    mentions: tuple[str, ...]
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Annotations:
    """All that was annotated in one document; `lines` are all lines of `file` that are annotations, good or bad."""

    file: str
    lines: frozenset[int] = frozenset()
    mentions: tuple[Mention, ...] = ()
    relations: tuple[Relation, ...] = ()
    figures: tuple[Figure, ...] = ()
    equivalences: tuple[Equivalence, ...] = ()


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value in base units (yuan, persons, …), a unit's local name and a bound's local name."""

    value: Decimal
    unit: str
    bound: str


@dataclass(frozen=True, slots=True)
class Interval:
    """A period of time with its canonical label: `first` and `last` are both inside it."""

    label: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing in the world: one IRI, its most specific classes, its labels."""

    iri: str
    label: str
    classes: tuple[str, ...]
    alt_labels: tuple[str, ...] = ()


class Evidence(NamedTuple):
    """Where a document says it: the quoted span with its surroundings, heading path and paragraph number (from 1)."""

    document: str
    span: Span
    quote: str
    prefix: str
    suffix: str
    section: str
    paragraph: int


class Statement(NamedTuple):
    """A relation that a document states, between entity IRIs, with a status (`achieved`, `ongoing`, `planned`)."""

    subject: str
    predicate: str
    object: str
    status: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Observation:
    """A figure with all that it needs to be compared: indicator, entity measured, value, unit, bound, period, scope."""

    indicator: str
    about: str
    quantity: Quantity
    measure_kind: str
    status: str
    source_text: str
    evidence: Evidence
    period: Interval | None = None
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """What was not built: where it stands, why not, and how to mend it.

    `item` is the annotation's id, or empty for the file as a whole; `lines` are the annotation lines lost by it, the
    one to mend first (empty where a file, not an annotation, is at fault).
    """

    file: str
    line: int
    item: str
    reason: str
    mend: str
    lines: tuple[int, ...] = ()

    def __str__(self) -> str:
        item = f"{self.item}: " if self.item else ""
        return _to_line(f"{self.file}:{self.line}: {item}{self.reason}；{self.mend}")


# Longer no message has to be; what a document says can be as long as the document.
_LONGEST_LINE = 600


def _to_line(text: str) -> str:
    """A message on one line, whatever a document put into it: what does not print as an escape, the middle cut out."""
    if len(text) > _LONGEST_LINE:
        text = f"{text[: _LONGEST_LINE // 2]}……{text[-_LONGEST_LINE // 2 :]}"
    return "".join(
        character if character.isprintable() else "↵" if character == "\n" else f"\\u{ord(character):04x}"
        for character in text
    )
