"""The first page, and the files that pages need."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from kg.server.endpoint import COUNT
from kg.server.protocol import Refusal
from kg.server.site import find_site, refuse, render, to_value

_ASSETS = Path(__file__).parent / "assets"


async def _home(request: Request) -> Response:
    site = find_site(request)
    count = await site.select(COUNT)
    triples = "" if isinstance(count, Refusal) else to_value(count.rows[0][0])
    return render(site, "home.html", questions=site.questions.values(), triples=triples, has_page=site.page.exists())


async def _graph_page(request: Request) -> Response:
    page = find_site(request).page
    if not page.exists():
        return refuse(Refusal(404, "没有图的页面 no page of the graph：请先运行 kg build"))
    return FileResponse(page, media_type="text/html")


ROUTES = (
    Route("/", _home),
    Route("/graph.html", _graph_page),
    Mount("/assets", StaticFiles(directory=_ASSETS)),
)
