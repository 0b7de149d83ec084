"""The web application: every page's routes together, and the headers that all answers have."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.queries import Query
from kg.server import (
    asking,
    commitments,
    compare,
    disagreements,
    document,
    editor,
    endpoint,
    entity,
    graph,
    home,
    questions,
    search,
)
from kg.server.door import LOOPBACK, Door
from kg.server.language import read_visit, set_visit, to_cookie
from kg.server.pages import show_fault, show_no_page
from kg.server.site import make_site
from kg.server.workers import Workers

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def make_app(workers: Workers, asked: tuple[Query, ...], folder: Path, hosts: Iterable[str] = LOOPBACK) -> Starlette:
    """The web application over some workers and the questions asked of them; `folder` is where `kg build` wrote.

    `hosts` are the names that requests may be made to, without a port.
    """
    app = Starlette(
        routes=[
            *home.ROUTES,
            *endpoint.ROUTES,
            *questions.ROUTES,
            *editor.ROUTES,
            *search.ROUTES,
            *asking.ROUTES,
            *entity.ROUTES,
            *document.ROUTES,
            *commitments.ROUTES,
            *compare.ROUTES,
            *disagreements.ROUTES,
            *graph.ROUTES,
        ],
        exception_handlers={404: show_no_page, Exception: show_fault},
        middleware=[Middleware(Door, hosts=hosts), Middleware(BaseHTTPMiddleware, dispatch=_with_headers)],
    )
    site = make_site(workers, asked, folder)
    # The header leads only to what is there.
    site.templates.globals["paths"] = frozenset(route.path for route in app.routes if isinstance(route, Route))
    app.state.site = site
    return app


async def _with_headers(request: Request, call_next: RequestResponseEndpoint) -> Response:
    visit, chosen = read_visit(request.url.path, request.url.query, request.cookies)
    set_visit(visit)
    response = await call_next(request)
    for name, value in chosen.items():
        response.headers.append("Set-Cookie", to_cookie(name, value))
    if response.headers.get("content-type", "").startswith("text/html"):
        response.headers.append("Vary", "Cookie")
    if request.url.path != "/graph.html":
        # The graph's own page says its policy itself.
        response.headers["Content-Security-Policy"] = _POLICY
    return response
