"""The web application: every page's routes together, and the headers that all answers have."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import Response

from kg.queries import Query
from kg.server import asking, editor, endpoint, home, questions, search
from kg.server.site import make_site
from kg.server.workers import Workers

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def make_app(workers: Workers, asked: tuple[Query, ...], folder: Path) -> Starlette:
    """The web application over some workers and the questions asked of them; `folder` is where `kg build` wrote."""
    app = Starlette(
        routes=[*home.ROUTES, *endpoint.ROUTES, *questions.ROUTES, *editor.ROUTES, *search.ROUTES, *asking.ROUTES],
        middleware=[Middleware(BaseHTTPMiddleware, dispatch=_with_headers)],
    )
    app.state.site = make_site(workers, asked, folder)
    return app


async def _with_headers(request: Request, call_next: RequestResponseEndpoint) -> Response:
    response = await call_next(request)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if request.url.path != "/graph.html":
        # The graph's own page says its policy itself.
        response.headers["Content-Security-Policy"] = _POLICY
    return response
