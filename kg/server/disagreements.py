"""Figures on which documents disagree: the quotes side by side, with the difference."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.server.claims import Figure, read_figures
from kg.server.pages import in_thread, make_pager, show_page
from kg.server.reading import Row, ask_pack
from kg.server.site import Site, find_site
from kg.server.terms import read_terms

_QUESTION = "disagreeing-figures"
_A_PAGE = 40


@dataclass(frozen=True, slots=True)
class Pair:
    """Two figures that cannot both hold, and by how many per cent of the larger one they differ."""

    one: Figure
    other: Figure
    difference: float


def list_pairs(site: Site) -> list[tuple[str, str, float]]:
    """The claims of every disagreement with their difference, the greatest first, each pair once."""
    answered = ask_pack(site, _QUESTION)
    if answered is None:
        return []
    found: dict[tuple[str, str], float] = {}
    for row, backed in zip(answered[0], answered[1].rows, strict=True):
        if len(backed.claims) == 2:
            found.setdefault((backed.claims[0], backed.claims[1]), _parse_difference(row))
    return sorted(((*pair, difference) for pair, difference in found.items()), key=lambda one: (-one[2], one[:2]))


def _parse_difference(row: Row) -> float:
    try:
        return float(row.get("difference", ""))
    except ValueError:
        return 0.0


def _show(request: Request) -> Response:
    site = find_site(request)
    pairs = list_pairs(site)
    pager = make_pager(request, _A_PAGE, len(pairs))
    wanted = pairs[pager.offset : pager.offset + pager.size]
    terms = read_terms(site.workers)
    figures = {one.iri: one for one in read_figures(site.workers, terms, {iri for pair in wanted for iri in pair[:2]})}
    shown = [
        _to_pair(figures[one], figures[other], difference)
        for one, other, difference in wanted
        if one in figures and other in figures
    ]
    return show_page(site, "disagreements.html", pairs=shown, pager=pager, asked=_QUESTION in site.questions)


def _to_pair(one: Figure, other: Figure, difference: float) -> Pair:
    return Pair(one, other, difference) if one.value <= other.value else Pair(other, one, difference)


ROUTES = (Route("/disagreements", in_thread(_show)),)
