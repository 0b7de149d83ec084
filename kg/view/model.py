"""What the picture shows, as plain frozen values: no RDF, no HTML. Things are named by their IRIs, as strings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A label in Chinese and in English; each falls back on the other, both on the IRI's last part."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class ViewClass:
    """A class that some node has; `root` is the class it is filed under in the legend (itself for a root)."""

    iri: str
    label: Text
    root: str
    colour: str
    shape: str


@dataclass(frozen=True, slots=True)
class ViewProperty:
    """A property that some edge has; `inverse` is how it reads from the object's side."""

    iri: str
    label: Text
    inverse: Text


@dataclass(frozen=True, slots=True)
class ViewStatus:
    """A status that some edge or figure has; `planned` where it is only intended, `inferred` where no text says it."""

    iri: str
    label: Text
    planned: bool
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class ViewEvidence:
    """A quote with the sentence around it: `prefix + quote + suffix`, and where in which document it stands.

    `selector` is the IRI of the quote within it.
    """

    iri: str
    document: str
    section: str
    paragraph: int | None
    prefix: str
    quote: str
    suffix: str
    selector: str = ""


@dataclass(frozen=True, slots=True)
class ViewFigure:
    """A figure as written and as a value in base units (a decimal's digits); `evidence` are IRIs."""

    iri: str
    written: str
    value: str
    unit: Text | None
    bound: Text | None
    kind: Text | None
    indicator: str
    about: str
    scope: str | None
    period: str
    begin: str
    end: str
    status: str | None
    evidence: tuple[str, ...]
    unit_iri: str = ""
    bound_iri: str = ""
    kind_iri: str = ""
    period_iri: str = ""


@dataclass(frozen=True, slots=True)
class ViewNode:
    """An entity. `source` marks a document that evidence comes from, `issued` its day; `facts`: what else is said."""

    iri: str
    label: str
    other_labels: tuple[str, ...]
    classes: tuple[str, ...]
    source: bool
    facts: tuple[tuple[Text, str], ...]
    evidence: tuple[str, ...]
    issued: str = ""


@dataclass(frozen=True, slots=True)
class ViewEdge:
    """A line: a statement, a direct triple without one (no status), or the figures of a thing by an indicator.

    `premises`: what an inferred line follows from, statements or things, by their IRIs.
    """

    iri: str
    source: str
    target: str
    property: str
    status: str | None
    evidence: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    premises: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ViewGraph:
    """All that the page shows, each tuple in a fixed order."""

    nodes: tuple[ViewNode, ...]
    edges: tuple[ViewEdge, ...]
    classes: tuple[ViewClass, ...]
    properties: tuple[ViewProperty, ...]
    statuses: tuple[ViewStatus, ...]
    figures: tuple[ViewFigure, ...]
    evidence: tuple[ViewEvidence, ...]


@dataclass(frozen=True, slots=True)
class ViewGroup:
    """A bubble of the overview: `key` names it in addresses, `members` are the entities in it, the most linked first.

    `centre` is where it stands (y downwards); `opening` of its members are shown before anything is opened.
    """

    key: str
    label: Text
    members: tuple[str, ...]
    opening: int
    centre: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Overview:
    """The same entities grouped twice: by who is linked with whom, and by class."""

    communities: tuple[ViewGroup, ...]
    classes: tuple[ViewGroup, ...]
