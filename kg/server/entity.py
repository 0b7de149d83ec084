"""An entity's page: names, class, codes, figures over time, relations with their quotes; and the lists of entities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote as escape

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from kg.server import page_queries as ask
from kg.server.answers import to_search
from kg.server.claims import Statement, read_figures, read_statements
from kg.server.language import lang
from kg.server.pages import in_thread, make_pager, show_missing, show_page
from kg.server.plots import draw_plots
from kg.server.protocol import to_route
from kg.server.reading import Row, ask_about, ask_rows, parse_iri, remember_rows
from kg.server.site import Site, find_site
from kg.server.terms import Terms, read_terms, to_style
from kg.server.things import Thing, read_things, to_document_page
from kg.view.model import Text
from kg.view.terms import DCTERMS, KG, SKOS

_RELATIONS_A_PAGE = 150
_THINGS_A_PAGE = 100
_MOST_FIGURES = 400
_MOST_NARROWER = 60
_FACTS = {
    KG + "adminCode": Text("行政区划代码", "GB/T 2260 code"),
    KG + "industryCode": Text("行业代码", "GB/T 4754 code"),
    SKOS + "notation": Text("代码", "Code"),
    DCTERMS + "issued": Text("发布日期", "Issued"),
    DCTERMS + "identifier": Text("文号", "Number"),
    DCTERMS + "source": Text("来源", "Source"),
    DCTERMS + "license": Text("许可", "Licence"),
    DCTERMS + "description": Text("说明", "Note"),
    SKOS + "definition": Text("释义", "Definition"),
}
_NAMES = (SKOS + "prefLabel", "http://www.w3.org/2000/01/rdf-schema#label", SKOS + "altLabel")
_ASKED = (("figures-of-entity", "entity"), ("evidence-for-entity", "entity"), ("who-supports", "topic"))


@dataclass(frozen=True, slots=True)
class Group:
    """Relations that read alike from the entity: the words, the direction, the statements with their other ends."""

    label: Text
    inward: bool
    items: tuple[tuple[Thing, Statement], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A document that names the entity: how often, and where it leads."""

    thing: Thing
    issued: str
    count: int
    href: str


def _show(request: Request) -> Response:
    site = find_site(request)
    iri = parse_iri(request.query_params.get("iri", ""))
    if iri is None:
        return show_missing(site, "地址里没有可用的 IRI", "The address has no usable IRI")
    facts = ask_rows(site.workers, ask.to_facts_of(iri))
    if not facts:
        name = iri.rstrip("/#").rpartition("/")[2]
        return show_missing(site, f"图谱里没有这个实体：{iri}", f"The graph has no such entity: {iri}", name)
    terms = read_terms(site.workers)
    total = int(ask_rows(site.workers, ask.to_count_of_relations(iri))[0]["n"])
    pager = make_pager(request, _RELATIONS_A_PAGE, total)
    rows = ask_rows(site.workers, ask.to_relations_of(iri, pager.size, pager.offset))
    statements = read_statements(site.workers, terms, rows)
    found = [row["claim"] for row in ask_rows(site.workers, ask.to_figures_of(iri, _MOST_FIGURES))]
    figures = read_figures(site.workers, terms, found)
    thing = read_things(site.workers, terms, [iri])[iri]
    places = _read_places(site, terms, iri)
    return show_page(
        site,
        "entity.html",
        thing=thing,
        above=[(one, terms.to_text(one)) for one in terms.list_above(thing.cls)] if thing.cls else [],
        names=_list_names(facts, thing),
        facts=[(_FACTS[row["property"]], row["value"]) for row in facts if row["property"] in _FACTS],
        lists=_read_lists(site, terms, iri, facts),
        done=_group(iri, (one for one in statements if not one.planned)),
        planned=_group(iri, (one for one in statements if one.planned)),
        pager=pager,
        figures=figures,
        drawn=draw_plots(figures),
        places=places,
        is_document=thing.document and any(row["property"] == DCTERMS + "title" for row in facts),
        document=to_document_page(iri),
        asked=_list_asked(site, thing),
    )


def _list_names(facts: Sequence[Row], thing: Thing) -> list[str]:
    others = {row["value"] for row in facts if row["property"] in _NAMES} - {thing.label.zh, thing.label.en}
    return sorted(others)


def _read_lists(site: Site, terms: Terms, iri: str, facts: Sequence[Row]) -> list[tuple[Text, list[Thing]]]:
    """What code lists and documents' metadata say: above, below, place, issuer."""
    wanted = {SKOS + "broader": Text("上位", "Broader"), DCTERMS + "spatial": Text("所属地区", "Place")}
    found: dict[str, list[str]] = {name: [] for name in wanted}
    for row in facts:
        if row["property"] in found:
            found[row["property"]].append(row["value"])
    below = [row["iri"] for row in ask_rows(site.workers, ask.to_narrower_of(iri, _MOST_NARROWER))]
    things = read_things(site.workers, terms, [*below, *(one for values in found.values() for one in values)])
    lists = [(wanted[name], [things[one] for one in sorted(set(values))]) for name, values in found.items()]
    lists.append((Text("下位", "Narrower"), [things[one] for one in below]))
    return [one for one in lists if one[1]]


def _read_places(site: Site, terms: Terms, iri: str) -> list[Place]:
    rows = ask_rows(site.workers, ask.to_places_of(iri))
    things = read_things(site.workers, terms, [row["document"] for row in rows])
    issued = {row["iri"]: row["issued"] for row in remember_rows(site.workers, ask.DOCUMENTS)}
    places = [
        Place(
            things[row["document"]],
            issued.get(row["document"], ""),
            int(row["n"]),
            f"{to_document_page(row['document'])}&thing={escape(iri, safe='')}#first",
        )
        for row in rows
    ]
    return sorted(places, key=lambda place: (place.issued, place.thing.label.zh), reverse=True)


def _group(iri: str, statements: Iterable[Statement]) -> list[Group]:
    """Statements by how they read from the entity: outward first, then by the number of them."""
    groups: dict[tuple[bool, str], list[tuple[Thing, Statement]]] = {}
    labels: dict[tuple[bool, str], Text] = {}
    for one in statements:
        inward = one.subject.iri != iri
        key = (inward, one.relation)
        labels[key] = one.inverse if inward else one.label
        groups.setdefault(key, []).append((one.subject if inward else one.object, one))
    ordered = sorted(groups.items(), key=lambda group: (group[0][0], -len(group[1]), group[0][1]))
    return [Group(labels[key], key[0], tuple(items)) for key, items in ordered]


def _list_asked(site: Site, thing: Thing) -> list[tuple[str, str]]:
    """Questions of the pack that take the entity as it is."""
    found = []
    for name, parameter in _ASKED:
        query = site.questions.get(name)
        if query is None:
            continue
        classes = next((one.classes for one in query.parameters if one.name == parameter), ())
        if not classes or thing.cls.rpartition("#")[2] in classes:
            href = to_route(query) + to_search({parameter: thing.label.zh})
            found.append((lang(query.summary_zh, query.summary_en), href))
    return found


# --- lists ------------------------------------------------------------------------------------------------------------


def _list(request: Request) -> Response:
    """All things of a class, by name, a page at a time; without a class, the classes."""
    site = find_site(request)
    terms = read_terms(site.workers)
    given = request.query_params.get("class", "")
    cls = terms.find_class(given or "Entity")
    if cls is None:
        return show_missing(site, f"没有这个类：{given}", f"There is no such class: {given}", given)
    counts = {row["class"]: int(row["n"]) for row in remember_rows(site.workers, ask.COUNTS_BY_CLASS)}
    below = terms.list_below(cls)
    total = sum(counts.get(one, 0) for one in below)
    pager = make_pager(request, _THINGS_A_PAGE, total)
    # Remembered: putting a hundred thousand names in order takes a second.
    rows = remember_rows(site.workers, ask.to_list_of(below, pager.size, pager.offset)) if total else ()
    iris = list(dict.fromkeys(row["iri"] for row in rows))
    things = read_things(site.workers, terms, iris)
    named = {row["iri"]: row for row in ask_about(site.workers, ask.COUNTS_OF_THINGS, iris)}
    shown: list[dict[str, Any]] = [
        {"thing": things[one], "documents": named[one]["documents"] if one in named else "0",
         "places": named[one]["places"] if one in named else "0"}
        for one in iris
    ]  # fmt: skip
    return show_page(
        site,
        "entities.html",
        cls=cls,
        label=terms.to_text(cls),
        above=[(one, terms.to_text(one)) for one in terms.list_above(cls)],
        children=count_classes(terms, counts, terms.children.get(cls, ())),
        shown=shown,
        pager=pager,
    )


def count_classes(terms: Terms, counts: dict[str, int], classes: Iterable[str]) -> list[tuple[str, Text, int]]:
    """Classes with how many things are of them or below them, the fullest first; empty ones are left out."""
    found = [(one, terms.to_text(one), sum(counts.get(below, 0) for below in terms.list_below(one))) for one in classes]
    return sorted((one for one in found if one[2] and one[0].startswith(KG)), key=lambda one: (-one[2], one[1].zh))


def _style(request: Request) -> Response:
    style = to_style(read_terms(find_site(request).workers))
    return PlainTextResponse(style, media_type="text/css", headers={"Cache-Control": "no-cache"})


ROUTES = (
    Route("/entity", in_thread(_show)),
    Route("/entities", in_thread(_list)),
    Route("/classes.css", in_thread(_style)),
)
