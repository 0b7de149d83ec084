"""`/sparql`: the SPARQL 1.1 Protocol over HTTP, and the service's description."""

from __future__ import annotations

import asyncio
import threading

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kg.server.negotiation import GRAPH_TYPES, choose_type
from kg.server.protocol import LARGEST_QUERY, Refusal, describe_service, parse_request
from kg.server.protocol import Request as ProtocolRequest
from kg.server.site import find_site, refuse, to_value

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
_GRAPHS = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
_DESCRIPTIONS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
}


async def _answer(request: Request) -> Response:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_QUERY:
            return refuse(Refusal(413, f"查询太长 the query is longer than {LARGEST_QUERY} bytes"))
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
        return refuse(asked)
    given_up = threading.Event()
    watch = asyncio.create_task(_watch(request, given_up))
    try:
        answer = await find_site(request).ask(asked, given_up)
    finally:
        watch.cancel()
    if isinstance(answer, Refusal):
        return refuse(answer)
    return Response(answer, media_type=asked.media_type, headers={"Vary": "Accept"})


async def _watch(request: Request, given_up: threading.Event) -> None:
    """Says so when the client goes away: its query is then stopped, and its worker is free for the others."""
    # Starlette's is_disconnected() loses the message below a BaseHTTPMiddleware; waiting for it does not.
    while (await request.receive())["type"] != "http.disconnect":
        continue
    given_up.set()


async def _describe(request: Request) -> Response:
    media_type = choose_type(request.headers.get("accept"), (*GRAPH_TYPES, "text/html"))
    if media_type == "text/html":
        return RedirectResponse("/", 303)
    if media_type is None:
        return refuse(Refusal(406, f"给不出所要的格式 none of the accepted forms；可用 {'、'.join(GRAPH_TYPES)}"))
    site = find_site(request)
    graphs, count = await site.select(_GRAPHS), await site.select(COUNT)
    if isinstance(graphs, Refusal):
        return refuse(graphs)
    if isinstance(count, Refusal):
        return refuse(count)
    names = [to_value(row[0]) for row in graphs.rows]
    address = str(request.url.replace(query="", fragment=""))
    description = describe_service(address, names, int(to_value(count.rows[0][0])))
    return Response(description.serialize(format=_DESCRIPTIONS[media_type], encoding="utf-8"), media_type=media_type)


ROUTES = (Route("/sparql", _answer, methods=["GET", "POST"]),)
