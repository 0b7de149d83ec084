"""Commitments with what a page says of them: every planned statement and figure, and the claims that report on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal as Choice

from kg.server.claims import Figure, Statement, find_statements, read_figures
from kg.server.page_queries import COMMITMENTS, PLANNED_FIGURES, REGIONS_OF
from kg.server.reading import Row, ask_about, read_state, remember_rows
from kg.server.reports import find_reports
from kg.server.site import Site
from kg.server.terms import read_terms
from kg.server.things import Thing, read_things

State = Choice["reported", "overdue", "open"]


@dataclass(frozen=True, slots=True)
class Commitment:
    """A promise of a document: who (actor or what is measured), from when, due when (ISO days or empty), where, and
    the IRIs of the claims that report on it."""

    iri: str
    figure: bool
    actor: str
    issued: str
    documents: tuple[str, ...]
    due: str
    period: str
    regions: tuple[str, ...]
    reports: tuple[str, ...]
    state: State


def list_commitments(site: Site) -> tuple[Commitment, ...]:
    """Every commitment, the newest first, read once for each state of the graph.

    One is overdue where its term has ended before the newest document's day and nothing reports on it.
    """
    return _LISTS.read(site)


class _Lists:
    """The commitments of a graph, kept while it is the same: `functools` cannot keep them by a site."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[tuple[int, int], tuple[Commitment, ...]]] = {}

    def read(self, site: Site) -> tuple[Commitment, ...]:
        state, key = read_state(site.workers), id(site.workers)
        kept = self._kept.get(key)
        if kept is None or kept[0] != state:
            kept = (state, _read_commitments(site))
            self._kept = {key: kept}
        return kept[1]


_LISTS = _Lists()


def _read_commitments(site: Site) -> tuple[Commitment, ...]:
    statements, figures = remember_rows(site.workers, COMMITMENTS), remember_rows(site.workers, PLANNED_FIGURES)
    reports = find_reports(site.workers, statements, figures)
    ends = {row[name] for row in statements for name in ("subject", "object")}
    ends |= {row[name] for row in figures for name in ("about", "scope") if row[name]}
    regions: dict[str, set[str]] = {}
    for row in ask_about(site.workers, REGIONS_OF, ends):
        regions.setdefault(row["iri"], set()).add(row["region"])
    today = max((row["issued"] for row in (*statements, *figures)), default="")
    found: dict[str, list[Row]] = {}
    for row in (*statements, *figures):
        found.setdefault(row["claim"], []).append(row)
    commitments = [
        _to_commitment(rows, regions, tuple(sorted(reports.get(iri, ()))), today) for iri, rows in found.items()
    ]
    return tuple(sorted(commitments, key=lambda one: (one.issued, one.due, one.iri), reverse=True))


def _to_commitment(rows: list[Row], regions: dict[str, set[str]], reports: tuple[str, ...], today: str) -> Commitment:
    row = rows[0]
    figure = "indicator" in row
    ends = (row.get("scope", ""), row.get("about", "")) if figure else (row["subject"],)
    places = next((regions[end] for end in ends if end in regions), set())
    if not places and not figure:
        # Who acts is of no place; what it acts on may be.
        places = regions.get(row["object"], set())
    due = row.get("due", "")
    state: State = "reported" if reports else "overdue" if due and due < today else "open"
    return Commitment(
        row["claim"], figure, row.get("about", "") if figure else row["subject"], min(one["issued"] for one in rows),
        tuple(sorted({one["document"] for one in rows})), due, row.get("period", ""), tuple(sorted(places)), reports,
        state,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Followed:
    """A commitment with all that a page says of it."""

    commitment: Commitment
    claim: Statement | Figure
    actor: Thing | None
    regions: tuple[Thing, ...]
    reports: tuple[Statement | Figure, ...]


def read_followed(site: Site, commitments: Iterable[Commitment]) -> list[Followed]:
    """Some commitments with their quotes and the reports' quotes, in their order."""
    chosen = list(commitments)
    terms = read_terms(site.workers)
    iris = {one.iri for one in chosen} | {iri for one in chosen for iri in one.reports}
    claims: dict[str, Statement | Figure] = {}
    claims.update({one.iri: one for one in find_statements(site.workers, terms, iris)})
    claims.update({one.iri: one for one in read_figures(site.workers, terms, iris)})
    things = read_things(site.workers, terms, {iri for one in chosen for iri in (one.actor, *one.regions)})
    return [
        Followed(
            one,
            claims[one.iri],
            things.get(one.actor),
            tuple(things[iri] for iri in one.regions),
            tuple(claims[iri] for iri in one.reports if iri in claims),
        )
        for one in chosen
        if one.iri in claims
    ]
