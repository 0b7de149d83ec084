"""What changed between two documents, or between what was said up to a day and what was said after it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.server.claims import Figure, read_figures
from kg.server.document import find_documents
from kg.server.following import Followed, list_commitments, read_followed
from kg.server.page_queries import FIGURES_IN, MENTIONED
from kg.server.pages import in_thread, show_missing, show_page
from kg.server.reading import Row, ask_about, parse_iri
from kg.server.site import Site, find_site
from kg.server.terms import Terms, read_terms
from kg.server.things import Thing, read_things
from kg.view.model import Text

_MOST_THINGS = 600
_MOST_CHANGES = 300
_MOST_KEPT, _MOST_FOLLOWED = 100, 400
_MEASURED = ("indicator", "about", "scope", "unit", "kind")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Sides:
    """Two sets of documents, by IRI: what stands before, what stands after."""

    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """An indicator of a thing with its figures on both sides; `share` is the growth of the last ones in per cent,
    `exact` whether neither of them is a bound or approximate."""

    indicator: Thing
    about: Thing | None
    scope: Thing | None
    before: tuple[Figure, ...]
    after: tuple[Figure, ...]
    share: float | None
    exact: bool


Groups = list[tuple[Text, list[Thing]]]


@dataclass(frozen=True, slots=True)
class Things:
    """Entities that only what is after names, or only what is before, by class, the first hundreds of them; how many
    these are, and how many both name."""

    added: Groups
    gone: Groups
    added_count: int
    gone_count: int
    common: int


def _show(request: Request) -> Response:
    site = find_site(request)
    rows = find_documents(site)
    given = {name: request.query_params.get(name, "") for name in ("earlier", "later", "since", "until")}
    sides = _choose_sides(rows, given)
    if sides is None:
        said = "这两篇文件或两个日期不能比较", "These documents or days cannot be compared"
        return show_missing(site, *said)
    if not any(given.values()) and len(sides.before) == 1:
        given |= {"earlier": sides.before[0], "later": sides.after[0]}
    terms = read_terms(site.workers)
    things = _compare_things(site, terms, sides)
    changes, change_count = _compare_figures(site, terms, sides)
    titles = {row["iri"]: row for row in rows}
    return show_page(
        site,
        "compare.html",
        given=given,
        documents=rows,
        before=[titles[iri] for iri in sides.before],
        after=[titles[iri] for iri in sides.after],
        things=things,
        changes=changes,
        change_count=change_count,
        kept=_find_kept(site, sides)[:_MOST_KEPT],
    )


def _choose_sides(rows: Sequence[Row], given: dict[str, str]) -> Sides | None:
    """What the address compares; without anything, the newest document and the one before it of the same issuer."""
    known = {row["iri"] for row in rows}
    if given["since"] or given["until"]:
        since, until = given["since"], given["until"] or max((row["issued"] for row in rows), default="")
        if not (_is_day(since) and _is_day(until)) or since >= until:
            return None
        dated = [(row["issued"], row["iri"]) for row in rows if row["issued"]]
        before = tuple(iri for day, iri in dated if day <= since)
        after = tuple(iri for day, iri in dated if since < day <= until)
        return Sides(before, after)
    if given["earlier"] or given["later"]:
        earlier, later = parse_iri(given["earlier"]), parse_iri(given["later"])
        if earlier is None or later is None or earlier == later or not {earlier, later} <= known:
            return None
        return Sides((earlier,), (later,))
    for number, row in enumerate(rows):
        older = next((other for other in rows[number + 1 :] if other["issuer"] == row["issuer"]), None)
        if older is not None:
            return Sides((older["iri"],), (row["iri"],))
    return Sides((), ())


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _compare_things(site: Site, terms: Terms, sides: Sides) -> Things:
    before, after = (
        {row["thing"] for row in ask_about(site.workers, MENTIONED, documents)}
        for documents in (sides.before, sides.after)
    )
    added, gone = sorted(after - before), sorted(before - after)
    shown = read_things(site.workers, terms, (*added[:_MOST_THINGS], *gone[:_MOST_THINGS]))
    new, old = (_group(shown[iri] for iri in iris[:_MOST_THINGS]) for iris in (added, gone))
    return Things(new, old, len(added), len(gone), len(after & before))


def _group(things: Iterable[Thing]) -> Groups:
    groups: dict[str, list[Thing]] = {}
    for thing in things:
        groups.setdefault(thing.cls, []).append(thing)
    return [(group[0].kind, group) for group in sorted(groups.values(), key=lambda group: (-len(group), group[0].cls))]


def _compare_figures(site: Site, terms: Terms, sides: Sides) -> tuple[list[Change], int]:
    """The indicators of things that both sides have figures of, where those are not the same figures: the first
    hundreds of them, and how many there are."""
    before, after = (_read_keys(site, documents) for documents in (sides.before, sides.after))
    keys = sorted(key for key in before.keys() & after.keys() if before[key] != after[key])
    wanted = {iri for key in keys[:_MOST_CHANGES] for iri in before[key] | after[key]}
    figures = {one.iri: one for one in read_figures(site.workers, terms, wanted)}

    def choose(iris: set[str]) -> list[Figure]:
        # In the order of time that they were read in.
        return [one for iri, one in figures.items() if iri in iris]

    found = ((choose(before[key]), choose(after[key])) for key in keys[:_MOST_CHANGES])
    changes = [_to_change(*both) for both in found if all(both)]
    ordered = sorted(changes, key=lambda one: (one.indicator.label.zh, one.about.label.zh if one.about else ""))
    return ordered, len(keys)


def _read_keys(site: Site, documents: Iterable[str]) -> dict[tuple[str, ...], set[str]]:
    """Figures by what they measure: indicator, thing, scope, unit and kind."""
    keys: dict[tuple[str, ...], set[str]] = {}
    for row in ask_about(site.workers, FIGURES_IN, documents):
        keys.setdefault(tuple(row[name] for name in _MEASURED), set()).add(row["claim"])
    return keys


def _to_change(before: Sequence[Figure], after: Sequence[Figure]) -> Change:
    last, newest = (max(group, key=lambda one: (not one.planned, one.end, one.begin)) for group in (before, after))
    share = None
    # The growth of a share or of a rank is no number that anyone speaks of.
    comparable = newest.kind.rpartition("#")[2] in {"stock", "flow"} and not newest.ranks
    if comparable and last.value > 0 and (last.end, last.iri) != (newest.end, newest.iri):
        share = (newest.value - last.value) / last.value * 100
    return Change(
        newest.indicator, newest.about, newest.scope, tuple(before), tuple(after), share, last.exact and newest.exact
    )


def _find_kept(site: Site, sides: Sides) -> list[Followed]:
    """Commitments of what is before on which what is after reports."""
    earlier, later = set(sides.before), set(sides.after)
    promised = [one for one in list_commitments(site) if one.reports and earlier & set(one.documents)]
    followed = read_followed(site, promised[:_MOST_FOLLOWED])
    return [
        one for one in followed if any(quote.document in later for report in one.reports for quote in report.quotes)
    ]


ROUTES = (Route("/compare", in_thread(_show)),)
