"""The first page: what is in the graph and what is worth a look; and the files that pages need."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from kg.errors import StoreError
from kg.server import page_queries as ask
from kg.server.claims import read_figures
from kg.server.disagreements import list_pairs
from kg.server.document import find_documents, list_documents
from kg.server.endpoint import COUNT
from kg.server.entity import count_classes
from kg.server.following import list_commitments, read_followed
from kg.server.pages import in_thread, show_missing, show_page
from kg.server.reading import remember_rows
from kg.server.site import Site, find_site
from kg.server.terms import read_terms
from kg.view.terms import KG

_ASSETS = Path(__file__).parent / "assets"
_NEWEST, _SHOWN_PAIRS, _SHOWN_PROMISES, _MOST_SAMPLES = 6, 3, 3, 6
_EXAMPLES = ("who-supports", "indicator-over-years", "fund-size-and-targets", "planned-for-region", "who-implements")


def _home(request: Request) -> Response:
    site = find_site(request)
    terms = read_terms(site.workers)
    counts = {row["class"]: int(row["n"]) for row in remember_rows(site.workers, ask.COUNTS_BY_CLASS)}
    roots = count_classes(terms, counts, terms.children.get(KG + "Entity", ()))
    documents = find_documents(site)
    commitments = list_commitments(site)
    states = Counter(one.state for one in commitments)
    pairs = _list_pairs(site)
    shown = (pairs or [])[:_SHOWN_PAIRS]
    figures = {one.iri: one for one in read_figures(site.workers, terms, {iri for pair in shown for iri in pair[:2]})}
    unreported = [one for one in commitments if one.state == "overdue"] + [
        one for one in reversed(commitments) if one.state == "open"
    ]
    return show_page(
        site,
        "home.html",
        totals=_count_claims(site)
        | {"documents": len(documents), "entities": int(remember_rows(site.workers, ask.ENTITY_COUNT)[0]["n"])},
        triples=int(remember_rows(site.workers, COUNT)[0]["n"]),
        classes=roots,
        largest=max((one[2] for one in roots), default=1),
        documents=list_documents(site, terms, documents[:_NEWEST]),
        states=states,
        unreported=read_followed(site, unreported[:_SHOWN_PROMISES]),
        pairs=[(figures[one], figures[other], by) for one, other, by in shown if {one, other} <= figures.keys()],
        pair_count=None if pairs is None else len(pairs),
        samples=_choose_samples(site),
        questions=len(site.questions),
        has_page=site.page.exists(),
    )


def _list_pairs(site: Site) -> list[tuple[str, str, float]] | None:
    """The disagreements; None where a large graph takes too long to find them: the page has more to say."""
    try:
        return list_pairs(site)
    except StoreError:
        return None


def _count_claims(site: Site) -> dict[str, int]:
    """Statements, those that are planned, figures, those that are planned."""
    counts = {"statements": 0, "commitments": 0, "figures": 0, "planned_figures": 0}
    for row in remember_rows(site.workers, ask.CLAIM_COUNTS):
        number, planned = int(row["n"]), row["planned"] == "true"
        if row["sort"] == KG + "Statement":
            counts["statements"] += number
            counts["commitments"] += number if planned else 0
        elif row["sort"] == KG + "Observation":
            counts["figures"] += number
            counts["planned_figures"] += number if planned else 0
    return counts


def _choose_samples(site: Site) -> list[str]:
    """Some questions in words that the pack answers, their parameters filled in."""
    samples = []
    for name in _EXAMPLES:
        query = site.questions.get(name)
        if query is not None and query.samples:
            text = query.samples[0]
            for parameter in query.parameters:
                text = text.replace(f"{{{parameter.name}}}", parameter.default)
            samples.append(text)
    return samples[:_MOST_SAMPLES]


async def _graph_page(request: Request) -> Response:
    site = find_site(request)
    if not site.page.exists():
        return show_missing(site, "没有图的页面：请先运行 kg build", "No page of the graph: run kg build first")
    return FileResponse(site.page, media_type="text/html")


ROUTES = (
    Route("/", in_thread(_home)),
    Route("/graph.html", _graph_page),
    Mount("/assets", StaticFiles(directory=_ASSETS)),
)
