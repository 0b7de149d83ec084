"""The routes: `/sparql`, the question pack with its answers as `.json`, `.csv` and `.md`, and the page of the graph."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from kg.errors import QueryError
from kg.queries import Query, Table, bind_parameters, describe_empty, to_csv, to_json, to_markdown
from kg.queries.layout import to_shown
from kg.queries.running import to_table
from kg.server.negotiation import GRAPH_TYPES, choose_type
from kg.server.protocol import (
    LARGEST_QUERY,
    Refusal,
    describe_service,
    parse_request,
    to_route,
    to_status,
)
from kg.server.protocol import Request as ProtocolRequest
from kg.server.workers import Ask, Workers

_TABLE = "application/sparql-results+json"
_FORMS = {"json": (_TABLE, to_json), "csv": ("text/csv", to_csv), "md": ("text/markdown", to_markdown)}
_DESCRIPTIONS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
}
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_GRAPHS = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
_COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
_FOLDER = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Site:
    """What the routes need: the workers, the questions by name, the folder of `kg build`, the templates."""

    workers: Workers
    questions: Mapping[str, Query]
    folder: Path
    templates: jinja2.Environment

    async def ask(self, ask: Ask) -> bytes | Refusal:
        """A query's answer, without keeping the other requests waiting."""
        reply = await asyncio.to_thread(self.workers.ask, ask)
        return to_status(reply) or reply.content


def make_app(workers: Workers, questions: tuple[Query, ...], folder: Path) -> Starlette:
    """The web application over some workers; `folder` is where `kg build` wrote its page."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER), autoescape=True, undefined=jinja2.StrictUndefined
    )
    app = Starlette(
        routes=[
            Route("/", _home),
            Route("/sparql", _sparql, methods=["GET", "POST"]),
            Route("/questions/{name}.{form:str}", _answer_file),
            Route("/questions/{name}", _question),
            Route("/graph.html", _graph_page),
            Route("/style.css", _style),
        ],
        middleware=[Middleware(BaseHTTPMiddleware, dispatch=_with_headers)],
    )
    app.state.site = Site(workers, {one.name: one for one in questions}, folder, templates)
    return app


async def _with_headers(request: Request, call_next: RequestResponseEndpoint) -> Response:
    response = await call_next(request)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if request.url.path != "/graph.html":
        # The graph's own page says its policy itself.
        response.headers["Content-Security-Policy"] = _POLICY
    return response


def _refuse(refusal: Refusal) -> PlainTextResponse:
    return PlainTextResponse(refusal.reason + "\n", refusal.status)


# --- SPARQL -----------------------------------------------------------------------------------------------------------


async def _sparql(request: Request) -> Response:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_QUERY:
            return _refuse(Refusal(413, f"查询太长 the query is longer than {LARGEST_QUERY} bytes"))
    asked = parse_request(
        ProtocolRequest(
            method="POST" if request.method == "POST" else "GET",
            parameters=request.url.query.encode("ascii", "replace"),
            content_type=request.headers.get("content-type"),
            body=body,
            accept=request.headers.get("accept"),
        )
    )
    if asked is None:
        return await _describe(request)
    if isinstance(asked, Refusal):
        return _refuse(asked)
    answer = await _site(request).ask(asked)
    if isinstance(answer, Refusal):
        return _refuse(answer)
    return Response(answer, media_type=asked.media_type, headers={"Vary": "Accept"})


async def _describe(request: Request) -> Response:
    media_type = choose_type(request.headers.get("accept"), (*GRAPH_TYPES, "text/html"))
    if media_type == "text/html":
        return RedirectResponse("/", 303)
    if media_type is None:
        return _refuse(Refusal(406, f"给不出所要的格式 none of the accepted forms；可用 {'、'.join(GRAPH_TYPES)}"))
    graphs, count = await _site(request).ask(Ask(_GRAPHS, _TABLE)), await _site(request).ask(Ask(_COUNT, _TABLE))
    if isinstance(graphs, Refusal) or isinstance(count, Refusal):
        return _refuse(graphs if isinstance(graphs, Refusal) else count)  # type: ignore[arg-type]
    names = [to_shown_value(row[0]) for row in _to_table(graphs).rows]
    triples = int(to_shown_value(_to_table(count).rows[0][0]))
    address = str(request.url.replace(query="", fragment=""))
    description = describe_service(address, names, triples)
    return Response(description.serialize(format=_DESCRIPTIONS[media_type], encoding="utf-8"), media_type=media_type)


def to_shown_value(term: Any) -> str:
    """A term's value: an IRI whole, a literal without its type."""
    return str(term.value)


def _to_table(answer: bytes) -> Table:
    solutions = parse_query_results(answer, format=QueryResultsFormat.JSON)
    assert isinstance(solutions, QuerySolutions)
    return to_table(solutions)


def _site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


# --- the question pack ------------------------------------------------------------------------------------------------


async def _home(request: Request) -> Response:
    site = _site(request)
    count = await site.ask(Ask(_COUNT, _TABLE))
    triples = "" if isinstance(count, Refusal) else to_shown_value(_to_table(count).rows[0][0])
    return _render(site, "home.html", questions=site.questions.values(), triples=triples, has_page=_page(site).exists())


async def _question(request: Request) -> Response:
    site = _site(request)
    query = site.questions.get(request.path_params["name"])
    if query is None:
        return _refuse(Refusal(404, f"没有这个问题 no such question: {request.path_params['name']}"))
    values = _read_values(request, query)
    answered = await _ask_question(site, query, values)
    if isinstance(answered, Refusal):
        return _render(site, "question.html", answered.status, query=query, values=values, fault=answered.reason)
    rows = [[to_shown(term) for term in row] for row in answered.rows]
    return _render(
        site, "question.html", query=query, values=values, table=answered, rows=rows,
        empty=describe_empty(query, values), search=request.url.query,
    )  # fmt: skip


async def _answer_file(request: Request) -> Response:
    site = _site(request)
    query, form = site.questions.get(request.path_params["name"]), request.path_params["form"]
    if query is None or form not in _FORMS:
        return _refuse(Refusal(404, f"没有这个问题或格式 no such question or form；可用 {'、'.join(_FORMS)}"))
    answered = await _ask_question(site, query, _read_values(request, query))
    if isinstance(answered, Refusal):
        return _refuse(answered)
    media_type, write = _FORMS[form]
    name = f"{query.name}.{form}"
    return Response(
        write(answered), media_type=media_type, headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


def _read_values(request: Request, query: Query) -> dict[str, str]:
    given = request.query_params
    return {one.name: given[one.name] for one in query.parameters if given.get(one.name, "").strip()}


async def _ask_question(site: Site, query: Query, values: Mapping[str, str]) -> Table | Refusal:
    try:
        text = await asyncio.to_thread(bind_parameters, query, values)
    except QueryError as error:
        return Refusal(400, str(error))
    answer = await site.ask(Ask(text, _TABLE))
    return answer if isinstance(answer, Refusal) else _to_table(answer)


def _render(site: Site, name: str, status: int = 200, **content: Any) -> HTMLResponse:
    defaults: dict[str, Any] = {"fault": "", "table": None, "rows": [], "empty": "", "search": "", "route": to_route}
    return HTMLResponse(site.templates.get_template(name).render(**defaults | content), status)


# --- files ------------------------------------------------------------------------------------------------------------


def _page(site: Site) -> Path:
    return site.folder / "graph.html"


async def _graph_page(request: Request) -> Response:
    page = _page(_site(request))
    if not page.exists():
        return _refuse(Refusal(404, "没有图的页面 no page of the graph：请先运行 kg build"))
    return FileResponse(page, media_type="text/html")


async def _style(_: Request) -> Response:
    return FileResponse(_FOLDER / "style.css", media_type="text/css")
