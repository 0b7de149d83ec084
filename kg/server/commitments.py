"""The board of commitments: by what became of them, with filters by region, actor, term and document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.server.following import Commitment, list_commitments, read_followed
from kg.server.language import get_visit, lang, say
from kg.server.page_queries import DOCUMENTS
from kg.server.pages import Pager, in_thread, make_pager, show_page
from kg.server.reading import remember_rows
from kg.server.site import Site, find_site
from kg.server.terms import read_terms
from kg.server.things import read_things

_A_PAGE = 60
_A_COLUMN = 20
_MOST_CHOICES = 200
_STATES = (
    ("overdue", "已到期，未见下文", "Due, no report"),
    ("open", "未见下文", "No report yet"),
    ("reported", "有下文", "Reported on"),
)
_FILTERS = ("state", "region", "actor", "due", "document", "kind")
_NO_TERM = "none"

Choices = list[tuple[str, str, int]]


def _show(request: Request) -> Response:
    site = find_site(request)
    given = {name: request.query_params.get(name, "") for name in _FILTERS}
    everything = list_commitments(site)
    chosen = [one for one in everything if _fits(one, given)]
    # What a column counts is what the other filters leave, so that its number is what a click on it gives.
    of_state: Counter[str] = Counter(one.state for one in everything if _fits(one, given | {"state": ""}))
    if given["state"]:
        pager = make_pager(request, _A_PAGE, len(chosen))
        wanted = chosen[pager.offset : pager.offset + pager.size]
    else:
        # A board shows something of every column; one column alone is turned over page by page.
        pager = Pager(1, max(1, len(chosen)), len(chosen))
        wanted = [one for state in of_state for one in [c for c in chosen if c.state == state][:_A_COLUMN]]
    shown = read_followed(site, wanted)
    return show_page(
        site,
        "commitments.html",
        given=given,
        states=[(name, lang(zh, en), of_state.get(name, 0)) for name, zh, en in _STATES],
        columns=[
            (name, lang(zh, en), of_state.get(name, 0), [one for one in shown if one.commitment.state == name])
            for name, zh, en in _STATES
        ],
        all_count=sum(of_state.values()),
        filtered=any(given.values()),
        pager=pager,
        choices=_list_choices(site, everything, given),
        link_=get_visit().link,
    )


def _fits(one: Commitment, given: dict[str, str]) -> bool:
    return (
        given["state"] in {"", one.state}
        and (not given["region"] or given["region"] in one.regions)
        and given["actor"] in {"", one.actor}
        and given["due"] in {"", one.due[:4] or _NO_TERM}
        and (not given["document"] or given["document"] in one.documents)
        and given["kind"] in {"", "figure" if one.figure else "statement"}
    )


def _list_choices(site: Site, everything: Sequence[Commitment], given: dict[str, str]) -> dict[str, Choices]:
    """What each filter may be set to, with how many commitments the other filters leave to it."""
    regions = _count(everything, given, "region", lambda one: one.regions)
    actors = _count(everything, given, "actor", lambda one: (one.actor,))
    documents = _count(everything, given, "document", lambda one: one.documents)
    named = [iri for counts in (regions, actors) for iri, _ in counts.most_common(_MOST_CHOICES)]
    things = read_things(site.workers, read_terms(site.workers), named)
    titles = {row["iri"]: row["title"] for row in remember_rows(site.workers, DOCUMENTS)}

    def name(counts: Counter[str]) -> Choices:
        found = [
            (iri, titles[iri] if iri in titles else say(things[iri].label), count)
            for iri, count in counts.most_common(_MOST_CHOICES)
            if iri in titles or iri in things
        ]
        return sorted(found, key=lambda one: (-one[2], one[1]))

    terms = _count(everything, given, "due", lambda one: (one.due[:4] or _NO_TERM,))
    untold = lang("未写期限", "No term given")
    due = [(year, untold if year == _NO_TERM else year, terms[year]) for year in sorted(terms)]
    return {"region": name(regions), "actor": name(actors), "due": due, "document": name(documents)}


def _count(
    everything: Iterable[Commitment], given: dict[str, str], name: str, find: Callable[[Commitment], Iterable[str]]
) -> Counter[str]:
    left = given | {name: ""}
    return Counter(value for one in everything if _fits(one, left) for value in find(one))


ROUTES = (Route("/commitments", in_thread(_show)),)
