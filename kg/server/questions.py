"""The question pack as pages, and its answers as `.json`, `.csv` and `.md`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.errors import QueryError
from kg.queries import Query, Table, bind_parameters, describe_empty, to_csv, to_json, to_markdown
from kg.queries.layout import to_shown
from kg.server.protocol import Refusal
from kg.server.site import TABLE_TYPE, Site, find_site, refuse, render

_FORMS = {"json": (TABLE_TYPE, to_json), "csv": ("text/csv", to_csv), "md": ("text/markdown", to_markdown)}
_DEFAULTS: dict[str, Any] = {"fault": "", "table": None, "rows": [], "empty": "", "search": ""}


async def _show(request: Request) -> Response:
    site = find_site(request)
    query = site.questions.get(request.path_params["name"])
    if query is None:
        return refuse(Refusal(404, f"没有这个问题 no such question: {request.path_params['name']}"))
    values = _read_values(request, query)
    answered = await _ask(site, query, values)
    shared = _DEFAULTS | {"query": query, "values": values}
    if isinstance(answered, Refusal):
        return render(site, "question.html", answered.status, **shared | {"fault": answered.reason})
    rows = [[to_shown(term) for term in row] for row in answered.rows]
    found = {"table": answered, "rows": rows, "empty": describe_empty(query, values), "search": request.url.query}
    return render(site, "question.html", **shared | found)


async def _answer_file(request: Request) -> Response:
    site = find_site(request)
    query, form = site.questions.get(request.path_params["name"]), request.path_params["form"]
    if query is None or form not in _FORMS:
        return refuse(Refusal(404, f"没有这个问题或格式 no such question or form；可用 {'、'.join(_FORMS)}"))
    answered = await _ask(site, query, _read_values(request, query))
    if isinstance(answered, Refusal):
        return refuse(answered)
    media_type, write = _FORMS[form]
    name = f"{query.name}.{form}"
    return Response(
        write(answered), media_type=media_type, headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


def _read_values(request: Request, query: Query) -> dict[str, str]:
    given = request.query_params
    return {one.name: given[one.name] for one in query.parameters if given.get(one.name, "").strip()}


async def _ask(site: Site, query: Query, values: Mapping[str, str]) -> Table | Refusal:
    try:
        text = await asyncio.to_thread(bind_parameters, query, values)
    except QueryError as error:
        return Refusal(400, str(error))
    return await site.select(text)


ROUTES = (
    Route("/questions/{name}.{form:str}", _answer_file),
    Route("/questions/{name}", _show),
)
