"""Things named on a page: label, class, where they lead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote as escape

from kg.server.page_queries import THINGS
from kg.server.reading import Row, ask_about
from kg.server.terms import Terms, to_texts
from kg.server.workers import Workers
from kg.view.model import Text
from kg.view.terms import KG, to_local_name

_DOCUMENT = KG + "Document"


@dataclass(frozen=True, slots=True)
class Thing:
    """An entity or a document: its label, its class (an IRI, empty where none is known) and the class's label."""

    iri: str
    label: Text
    cls: str
    kind: Text
    document: bool

    @property
    def href(self) -> str:
        """The address of its page."""
        return to_entity_page(self.iri)

    @property
    def style(self) -> str:
        """The name of its class in the style sheet of classes."""
        return f"c-{to_local_name(self.cls)}" if self.cls else "c-none"


def to_entity_page(iri: str) -> str:
    """The address of an entity's page."""
    return f"/entity?iri={escape(iri, safe='')}"


def to_document_page(iri: str, start: int | str = "", end: int | str = "") -> str:
    """The address of a document's page, at its characters by RFC 5147 (code points) where they are given."""
    place = f"#char={start},{end}" if start != "" else ""
    return f"/document?iri={escape(iri, safe='')}{place}"


def read_things(workers: Workers, terms: Terms, iris: Iterable[str]) -> dict[str, Thing]:
    """What the graph calls some IRIs, and what they are. Raises StoreError where there is no answer."""
    wanted = {iri for iri in iris if iri}
    types: dict[str, set[str]] = {}
    rows: list[Row] = []
    for row in ask_about(workers, THINGS, wanted):
        rows.append(row)
        if row["type"]:
            types.setdefault(row["iri"], set()).add(row["type"])
    labels = to_texts(rows)
    found = {}
    for iri in wanted:
        cls = terms.choose_class(types.get(iri, ()))
        name = to_local_name(iri)
        found[iri] = Thing(
            iri,
            labels.get(iri, Text(name, name)),
            cls,
            terms.to_text(cls) if cls else Text("", ""),
            bool(cls) and terms.is_below(cls, _DOCUMENT),
        )
    return found
