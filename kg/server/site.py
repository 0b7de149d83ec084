"""What every route shares: the workers, the questions, the folder of `kg build`, the templates."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse

from kg.locations import find_folder
from kg.queries import Query, Table, find_heading, read_headings
from kg.queries.running import to_table
from kg.server.language import get_visit, lang, say
from kg.server.protocol import Refusal, to_route, to_status
from kg.server.workers import Ask, Workers

TABLE_TYPE = "application/sparql-results+json"
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Site:
    """What the routes need: the workers, the questions by name, the folder of `kg build`, the templates."""

    workers: Workers
    questions: Mapping[str, Query]
    folder: Path
    templates: jinja2.Environment

    async def ask(self, ask: Ask, given_up: threading.Event | None = None) -> bytes | Refusal:
        """A query's answer, without keeping the other requests waiting; stopped where whoever asks gives up."""
        reply = await asyncio.to_thread(self.workers.ask, ask, given_up)
        return to_status(reply) or reply.content

    async def select(self, text: str) -> Table | Refusal:
        """The rows of a SELECT."""
        answer = await self.ask(Ask(text, TABLE_TYPE))
        return answer if isinstance(answer, Refusal) else parse_table(answer)

    @property
    def page(self) -> Path:
        """The page of the graph that `kg build` wrote."""
        return self.folder / "graph.html"


def make_site(workers: Workers, questions: tuple[Query, ...], folder: Path) -> Site:
    """The site over some workers; `folder` is where `kg build` wrote its files."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    headings = read_headings(find_folder("queries"))

    def name_column(column: str) -> str:
        heading = find_heading(headings, column)
        return lang(heading.zh, heading.en)

    templates.globals.update(lang=lang, say=say, visit=get_visit, name_column=name_column)
    return Site(workers, {one.name: one for one in questions}, folder, templates)


def find_site(request: Request) -> Site:
    """The site that a request is made to."""
    site: Site = request.app.state.site
    return site


def parse_table(answer: bytes) -> Table:
    """SPARQL results in JSON as a table."""
    solutions = parse_query_results(answer, format=QueryResultsFormat.JSON)
    assert isinstance(solutions, QuerySolutions)
    return to_table(solutions)


def to_value(term: Any) -> str:
    """A term's value: an IRI whole, a literal without its type."""
    return str(term.value)


def refuse(refusal: Refusal) -> PlainTextResponse:
    """A refusal as one line of plain text with its status."""
    return PlainTextResponse(refusal.reason + "\n", refusal.status)


def render(site: Site, name: str, status: int = 200, **content: Any) -> HTMLResponse:
    """A template's page with the content given, all of it escaped."""
    return HTMLResponse(site.templates.get_template(name).render(**{"route": to_route} | content), status)
