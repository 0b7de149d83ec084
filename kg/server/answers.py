"""A question's answer as a page shows it: cells with where they lead, quotes marked, the evidence of each row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote as escape

from pyoxigraph import Literal, NamedNode

from kg.queries import Table
from kg.queries.evidence import Backed, Backing, Quote
from kg.queries.layout import to_shown
from kg.queries.table import Term

# More rows make a page slow to open; all are in the files.
MOST_ROWS = 500
_NUMBERS = {f"http://www.w3.org/2001/XMLSchema#{name}" for name in ("integer", "decimal", "double", "float")}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text; where it leads (empty: nowhere); its quote between what stands before and after it."""

    text: str
    href: str = ""
    number: bool = False
    marked: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A row's evidence as a link: its place in the document, the quote."""

    href: str
    title: str
    exact: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the page's table, counted from 1."""

    number: int
    cells: tuple[Cell, ...]
    sources: tuple[Source, ...]


def to_lines(table: Table, backing: Backing) -> tuple[Line, ...]:
    """The first rows of an answer for a page."""
    rows = list(zip(table.rows, backing.rows, strict=True))[:MOST_ROWS]
    return tuple(
        Line(
            number,
            tuple(_to_cell(column, term, backed, backing) for column, term in zip(table.columns, row, strict=True)),
            tuple(Source(to_place(one), one.title, one.exact) for one in backed.quotes),
        )
        for number, (row, backed) in enumerate(rows, start=1)
    )


def to_place(quote: Quote) -> str:
    """The address of an evidence: its document's page, at its characters."""
    return f"/document?iri={escape(quote.document, safe='')}#c={quote.start}-{quote.end}"


def to_thing(iri: str) -> str:
    """The address of an entity's page."""
    return f"/entity?iri={escape(iri, safe='')}"


def _to_cell(column: str, term: Term | None, backed: Backed, backing: Backing) -> Cell:
    text = to_shown(term)
    if isinstance(term, NamedNode):
        return Cell(text, _to_href((term.value,), backed, backing))
    if isinstance(term, Literal):
        marked = next(
            (_to_marked(one) for one in backed.quotes if one.before + one.exact + one.after == term.value), None
        )
        number = term.datatype.value in _NUMBERS
        return Cell(text, _to_href(backed.entities.get(column, ()), backed, backing), number, marked)
    return Cell(text)


def _to_marked(quote: Quote) -> tuple[str, str, str]:
    return quote.before, quote.exact, quote.after


def _to_href(iris: tuple[str, ...], backed: Backed, backing: Backing) -> str:
    """Where a cell leads that names exactly one entity or document; a name of two things leads nowhere."""
    if len(iris) != 1:
        return ""
    if iris[0] in backing.documents:
        place = next((to_place(one) for one in backed.quotes if one.document == iris[0]), "")
        return place or f"/document?iri={escape(iris[0], safe='')}"
    return to_thing(iris[0]) if iris[0] in backing.entities else ""


def to_search(values: Mapping[str, str]) -> str:
    """Values as the search part of an address, with its question mark; empty where there are none."""
    pairs = "&".join(f"{escape(name, safe='')}={escape(value, safe='')}" for name, value in values.items())
    return f"?{pairs}" if pairs else ""
