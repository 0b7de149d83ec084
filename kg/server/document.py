"""A document's page: its text with mentions marked and claims beside their sentences; the list of documents."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from typing import Literal as Choice

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from kg.model import Span
from kg.server import page_queries as ask
from kg.server.annotated import Mark, Token, lay_out, lay_out_sentences, write_row
from kg.server.annotated import Row as TextRow
from kg.server.claims import Figure, Statement, find_statements, read_figures
from kg.server.pages import in_thread, make_pager, show_missing, show_page
from kg.server.reading import Row, ask_about, ask_rows, parse_iri, remember_rows
from kg.server.site import Site, find_site
from kg.server.terms import Terms, read_terms
from kg.server.things import Thing, read_things, to_document_page
from kg.texts import NAME, read_document_text
from kg.view.model import Text
from kg.view.terms import DCTERMS, KG, to_local_name

_PLACE = re.compile(r"([0-9]{1,9}),([0-9]{1,9})")
_DOCUMENTS_A_PAGE = 50
_FACTS = {
    DCTERMS + "identifier": Text("文号", "Number"),
    DCTERMS + "issued": Text("发布日期", "Issued"),
    DCTERMS + "source": Text("来源", "Source"),
    DCTERMS + "license": Text("许可", "Licence"),
    DCTERMS + "description": Text("说明", "Note"),
}


@dataclass(frozen=True, slots=True)
class Note:
    """A claim in the margin: a statement or a figure, and the characters of this document that it is derived from."""

    claim: Statement | Figure
    places: tuple[Span, ...]

    @property
    def is_figure(self) -> bool:
        """Whether it is a figure."""
        return isinstance(self.claim, Figure)

    @property
    def ranges(self) -> str:
        """Its places for a script: `120,135 160,170`."""
        return " ".join(f"{one.begin},{one.end}" for one in self.places)


@dataclass(frozen=True, slots=True)
class Group:
    """Claims that are said in one breath: a figure, or statements that differ in `objects` or `subjects` alone."""

    kind: Choice["figure", "objects", "subjects"]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the page: the tokens of a heading or a sentence, and the claims whose characters begin in it."""

    row: TextRow
    tokens: tuple[Token, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """An entity that the document names, with all its places in it."""

    thing: Thing
    places: tuple[Span, ...]


def _show(request: Request) -> Response:
    site = find_site(request)
    iri = parse_iri(request.query_params.get("iri", ""))
    if iri is None:
        return show_missing(site, "地址里没有可用的 IRI", "The address has no usable IRI")
    marks = ask_rows(site.workers, ask.to_marks_of(iri))
    facts = ask_rows(site.workers, ask.to_facts_of(iri))
    if not marks or not facts:
        name = iri.rstrip("/#").rpartition("/")[2]
        return show_missing(
            site, f"图谱里没有出自它的内容：{iri}", f"Nothing in the graph is derived from: {iri}", name
        )
    terms = read_terms(site.workers)
    text = _read_fitting_text(site, iri, marks)
    rows = lay_out(text) if text is not None else lay_out_sentences(_list_sentences(marks))
    notes, entities = _read_marked(site, terms, marks)
    lit = _choose_lit(request, entities)
    lines = _to_lines(rows, notes, entities, lit, {(int(row["start"]), int(row["end"])) for row in marks})
    issuers = [row["value"] for row in facts if row["property"] == KG + "issuedBy"]
    things = read_things(site.workers, terms, [iri, *issuers])
    earlier, later = _find_neighbours(site, iri)
    return show_page(
        site,
        "document.html",
        thing=things[iri],
        issuers=[things[one] for one in issuers],
        facts=[(_FACTS[row["property"]], row["value"]) for row in facts if row["property"] in _FACTS],
        lines=lines,
        whole=text is not None,
        entities={one.thing.iri: one for one in entities},
        roots=_count_roots(terms, entities),
        kinds=_group_kinds(entities),
        counts=_count_notes(notes),
        to_root=lambda thing: to_local_name(terms.looks[thing.cls].root) if thing.cls in terms.looks else "none",
        page=to_document_page(iri),
        earlier=earlier,
        later=later,
    )


def _read_fitting_text(site: Site, iri: str, marks: Sequence[Row]) -> str | None:
    """The document's text, if it is at hand and is the one that the graph was made of: every quote stands in it."""
    text = read_document_text(site.folder / NAME, iri)
    if text is None or any(text[int(row["start"]) : int(row["end"])] != row["exact"] for row in marks):
        return None
    return text


def _list_sentences(marks: Iterable[Row]) -> Iterable[tuple[int, str]]:
    for row in marks:
        sentence = row["prefix"] + row["exact"] + row["suffix"]
        yield int(row["start"]) - len(row["prefix"]), sentence


def _read_marked(site: Site, terms: Terms, marks: Sequence[Row]) -> tuple[list[Note], list[Named]]:
    """What the document's characters say: the claims, and the entities that it names."""
    places: dict[str, set[Span]] = {}
    for row in marks:
        places.setdefault(row["what"], set()).add(Span(int(row["start"]), int(row["end"])))
    statements = find_statements(site.workers, terms, places)
    figures = read_figures(site.workers, terms, places)
    claims: dict[str, Statement | Figure] = {}
    claims.update({one.iri: one for one in statements})
    claims.update({one.iri: one for one in figures})
    things = read_things(site.workers, terms, places.keys() - claims.keys())
    notes = [Note(claim, tuple(sorted(places[iri]))) for iri, claim in claims.items()]
    # Periods are named too, and are no entities of the ontology.
    entities = [Named(thing, tuple(sorted(places[iri]))) for iri, thing in things.items() if thing.cls]
    notes.sort(key=lambda note: (note.places[0], note.is_figure, note.claim.iri))
    entities.sort(key=lambda one: (one.places[0], one.thing.iri))
    return notes, entities


def _choose_lit(request: Request, entities: Iterable[Named]) -> list[Span]:
    """The characters that the address asks to be shown: `char=120,135`, and every place of `thing=IRI`."""
    found = _PLACE.fullmatch(request.query_params.get("char", ""))
    lit = [Span(int(found[1]), int(found[2]))] if found and int(found[1]) < int(found[2]) else []
    sought = request.query_params.get("thing", "")
    return lit + [place for one in entities if one.thing.iri == sought for place in one.places]


def _to_lines(
    rows: Sequence[TextRow], notes: Iterable[Note], entities: Iterable[Named], lit: Sequence[Span],
    evidence: Iterable[tuple[int, int]],
) -> list[Line]:  # fmt: skip
    begins = [row.span.begin for row in rows]

    def find_row(at: int) -> int:
        return max(bisect_right(begins, at) - 1, 0)

    marks: list[list[Mark]] = [[] for _ in rows]
    names: list[list[tuple[int, str]]] = [[] for _ in rows]
    beside: list[list[Note]] = [[] for _ in rows]
    for one in entities:
        for place in one.places:
            for number in range(find_row(place.begin), find_row(place.end - 1) + 1):
                marks[number].append(Mark(one.thing.iri, place))
    if lit:
        names[find_row(min(lit).begin)].append((min(lit).begin, "first"))
    for begin, end in sorted(evidence):
        names[find_row(begin)].append((begin, f"char={begin},{end}"))
    for note in notes:
        beside[find_row(note.places[0].begin)].append(note)
    return [
        Line(row, tuple(write_row(row, marks[number], lit, names[number])), _group_notes(beside[number]))
        for number, row in enumerate(rows)
    ]


def _group_notes(notes: Sequence[Note]) -> tuple[Group, ...]:
    """Statements of one subject, or else of one object, relation and status together, in the order of the text."""
    same_subject = Counter(_to_shared(note, "subject") for note in notes)
    groups: dict[tuple[str, ...], list[Note]] = {}
    for note in notes:
        key = _to_shared(note, "subject")
        # An only one of its subject joins those of its object.
        groups.setdefault(_to_shared(note, "object") if same_subject[key] == 1 else key, []).append(note)
    found = []
    for key, group in groups.items():
        kind: Choice["figure", "objects", "subjects"] = "objects"
        if group[0].is_figure:
            kind = "figure"
        elif key[0] == "object" and len(group) > 1:
            kind = "subjects"
        found.append(Group(kind, tuple(group)))
    return tuple(found)


def _to_shared(note: Note, end: Choice["subject", "object"]) -> tuple[str, ...]:
    claim = note.claim
    if isinstance(claim, Figure):
        return "figure", claim.iri
    return end, (claim.subject if end == "subject" else claim.object).iri, claim.relation, claim.status


def _count_roots(terms: Terms, entities: Iterable[Named]) -> list[tuple[str, Text, int]]:
    """The legend: root classes with how often something of them is named."""
    counts: dict[str, int] = {}
    for one in entities:
        root = terms.looks[one.thing.cls].root if one.thing.cls in terms.looks else one.thing.cls
        counts[root] = counts.get(root, 0) + len(one.places)
    return [
        (to_local_name(root), terms.to_text(root), n) for root, n in sorted(counts.items(), key=lambda one: -one[1])
    ]


def _group_kinds(entities: Iterable[Named]) -> list[tuple[Text, list[Named]]]:
    groups: dict[str, list[Named]] = {}
    for one in entities:
        groups.setdefault(one.thing.cls, []).append(one)
    ordered = sorted(groups.values(), key=lambda group: -len(group))
    return [
        (group[0].thing.kind, sorted(group, key=lambda one: (-len(one.places), one.thing.iri))) for group in ordered
    ]


def _count_notes(notes: Iterable[Note]) -> Mapping[str, int]:
    counts = {"done": 0, "planned": 0, "figures": 0}
    for note in notes:
        counts["figures" if note.is_figure else "planned" if note.claim.planned else "done"] += 1
    return counts


def _find_neighbours(site: Site, iri: str) -> tuple[Row | None, Row | None]:
    """The documents of the same issuer before and after this one."""
    rows = find_documents(site)
    own = next((row for row in rows if row["iri"] == iri), None)
    if own is None:
        return None, None
    alike = [row for row in rows if row["issuer"] == own["issuer"]]
    at = alike.index(own)
    return (alike[at + 1] if at + 1 < len(alike) else None), (alike[at - 1] if at else None)


def find_documents(site: Site) -> list[Row]:
    """Every document that the graph is made of, the newest first, each once: iri, title, issued, kind, issuer."""
    found: dict[str, Row] = {}
    for row in remember_rows(site.workers, ask.DOCUMENTS):
        found.setdefault(row["iri"], row)
    return list(found.values())


# --- the list ---------------------------------------------------------------------------------------------------------


def list_documents(site: Site, terms: Terms, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Documents as a list shows them: kind, issuer, day and how much is in each."""
    iris = [row["iri"] for row in rows]
    things = read_things(site.workers, terms, [*iris, *(row["issuer"] for row in rows)])
    counts: dict[str, dict[str, int]] = {iri: {} for iri in iris}
    for row in ask_about(site.workers, ask.CLAIMS_OF_DOCUMENTS, iris):
        counts[row["document"]][to_local_name(row["sort"])] = int(row["n"])
    for row in ask_about(site.workers, ask.MENTIONS_OF_DOCUMENTS, iris):
        counts[row["document"]]["mentions"] = int(row["n"])
    return [
        {"thing": things[row["iri"]], "title": row["title"], "issued": row["issued"],
         "issuer": things.get(row["issuer"]), "href": to_document_page(row["iri"]), "iri": row["iri"],
         "entities": counts[row["iri"]].get("mentions", 0), "statements": counts[row["iri"]].get("Statement", 0),
         "planned": counts[row["iri"]].get("Commitment", 0), "figures": counts[row["iri"]].get("Observation", 0)}
        for row in rows
    ]  # fmt: skip


def _list(request: Request) -> Response:
    site = find_site(request)
    rows = find_documents(site)
    pager = make_pager(request, _DOCUMENTS_A_PAGE, len(rows))
    chosen = rows[pager.offset : pager.offset + pager.size]
    documents = list_documents(site, read_terms(site.workers), chosen)
    return show_page(site, "documents.html", documents=documents, pager=pager)


def _send_text(request: Request) -> Response:
    """The document's plain text: the one to which RFC 5147's `#char=` belongs."""
    site = find_site(request)
    iri = parse_iri(request.query_params.get("iri", ""))
    text = read_document_text(site.folder / NAME, iri) if iri else None
    if text is None:
        return show_missing(site, "没有这篇文件的全文", "The text of this document is not at hand")
    return PlainTextResponse(text)


ROUTES = (
    Route("/document", in_thread(_show)),
    Route("/document.txt", in_thread(_send_text)),
    Route("/documents", in_thread(_list)),
)
