"""What a format's reader finds, before anything is checked: labels as written, offsets already in code points.

Every reader gives these, `checking` turns them into `Annotations`; so a fault is found, worded and counted once,
whatever the format.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.model import Annotations, Rejection


class RawMention(NamedTuple):
    """A labelled stretch of text; `fragments` are half-open, more than one where it is discontinuous.

    `surface` is what the format says stands there, None where it does not say. `line` is where the item stands in its
    file: a line of text formats, the item's place among the annotations, from 1, of the others.
    """

    id: str
    label: str
    fragments: tuple[tuple[int, int], ...]
    line: int
    surface: str | None = None


class RawRelation(NamedTuple):
    """A named relation from one item to another, by their ids; `also`: other lines that say it (an event's trigger)."""

    id: str
    label: str
    subject: str
    object: str
    line: int
    also: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RawAttribute:
    """A named value of an item: `Status`, `Bound`, `MeasureKind`."""

    id: str
    name: str
    target: str
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class RawLink:
    """An item's normalisation, `root/label` (`fund/楚天凤鸣科创天使母基金`)."""

    id: str
    target: str
    link: str
    line: int


@dataclass(frozen=True, slots=True)
class RawEquivalence:
    """Items that name one thing."""

    members: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class RawAnnotations:
    """All that one document's annotations say, in the file's order; `rejections` are items the reader cannot read.

    `lines` are all places that hold an annotation, good or bad. `notes` are single lines that a user should see and
    that cost nothing: a unit that could not be proved, an annotator's cancelled work.
    """

    file: str
    lines: frozenset[int] = frozenset()
    mentions: tuple[RawMention, ...] = ()
    relations: tuple[RawRelation, ...] = ()
    attributes: tuple[RawAttribute, ...] = ()
    links: tuple[RawLink, ...] = ()
    equivalences: tuple[RawEquivalence, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One document of a file in any format. `metadata` has the fields of a `.toml` (title, issuer, date, kind, …).

    `name` is a usable file name without suffix. `text` is None where the format holds annotations only (brat).
    """

    name: str
    text: str | None
    annotations: RawAnnotations
    metadata: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnnotatedDocument:
    """One document with its checked annotations: what every format's writer takes."""

    name: str
    text: str
    annotations: Annotations
    metadata: Mapping[str, object] = field(default_factory=dict)
