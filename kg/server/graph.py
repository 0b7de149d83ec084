"""`/graph`: the view of kg.view over the served graph, with what is too much to send fetched when somebody asks for it.

The graph is read and laid out in a process of its own, so that nobody waits for it but who looks at the picture; when
the graph changes, the next who looks has it made anew.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import threading
import weakref
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg.errors import PolicykgError
from kg.server.language import get_visit, lang
from kg.server.pages import show_refusal
from kg.server.protocol import Refusal
from kg.server.reading import parse_iri
from kg.server.site import find_site, refuse, render
from kg.store import read_dataset
from kg.view.graph import to_view_graph
from kg.view.layout import compute_positions, to_degrees
from kg.view.model import Overview, ViewGraph
from kg.view.overview import compute_overview
from kg.view.part import Neighbourhood, to_neighbourhood, to_part
from kg.view.render import (
    Surroundings,
    is_for_pyvis,
    read_style,
    read_vis_script,
    to_data,
    to_script,
    to_served_html,
)

SENT = 20_000
"""Entities of a graph that are sent at once, the most linked; the others are fetched by whoever comes near them."""

_NEAR = 300  # neighbours of one thing that are sent at once
# How long, in seconds, a page waits for the picture before it says that it is being made, and a part for its answer.
_PATIENCE = 8.0
_LONGEST = 60.0
_AGAIN = 2  # seconds after which the page that says so asks again

_State = tuple[int, int]
_Answer = bytes | str | None
_WAYS = (
    ("/", "首页", "Home"),
    ("/documents", "文件", "Documents"),
    ("/entities", "实体", "Entities"),
    ("/commitments", "承诺", "Commitments"),
    ("/questions", "问题", "Questions"),
    ("/search", "搜索", "Search"),
)


@dataclass(frozen=True, slots=True)
class _Laid:
    """A graph laid out, as its process holds it."""

    graph: ViewGraph
    positions: dict[str, tuple[float, float]]
    overview: Overview
    degrees: dict[str, int]
    near: Neighbourhood
    sent: int


class _Maker:
    """The process that holds one state of the graph, and the pipe to it."""

    def __init__(self, graph: Path, state: _State) -> None:
        context = multiprocessing.get_context("spawn")
        self.state = state
        self._pipe, theirs = context.Pipe()
        self._lock = threading.Lock()
        process = context.Process(target=_serve, args=(theirs, graph, SENT), daemon=True)
        process.start()
        theirs.close()
        self.stop = weakref.finalize(self, _stop, process, self._pipe)
        self.page = asyncio.create_task(asyncio.to_thread(self.ask, ("page",)))

    def ask(self, question: tuple[str, ...]) -> bytes | Refusal:
        """The answer to one question; questions wait for each other."""
        with self._lock:
            try:
                self._pipe.send(question)
                answer: _Answer = self._pipe.recv()
            except (EOFError, OSError):
                return Refusal(503, "画图的进程停了 the process that draws the graph stopped：请查看内存后再试")
        if isinstance(answer, str):
            return Refusal(503, answer)
        return answer if answer is not None else Refusal(404, "图里没有这个实体 no such thing in the graph")


def _stop(process: SpawnProcess, pipe: Connection) -> None:
    pipe.close()
    process.kill()
    process.join()


def _find_maker(request: Request) -> _Maker | Refusal:
    """The process for the graph as it is now."""
    kept, graph = request.app.state, find_site(request).workers.graph
    maker: _Maker | None = getattr(kept, "picture", None)
    try:
        found = graph.stat()
    except OSError:
        return maker or Refusal(503, f"图谱不在 the graph is not there: {graph}")
    state = found.st_mtime_ns, found.st_size
    if maker is None or maker.state != state:
        if maker is not None:
            maker.stop()
        maker = kept.picture = _Maker(graph, state)
    return maker


async def _page(request: Request) -> Response:
    maker = _find_maker(request)
    if isinstance(maker, Refusal):
        return show_refusal(find_site(request), maker)
    done, _ = await asyncio.wait({maker.page}, timeout=_PATIENCE)
    if not done:
        return render(find_site(request), "graph.html", again=_AGAIN)
    answer = maker.page.result()
    if isinstance(answer, Refusal):
        maker.state = (-1, -1)
        return show_refusal(find_site(request), answer)
    paths: Any = find_site(request).templates.globals["paths"]
    sent: dict[str, Any] = json.loads(answer)
    theme = get_visit().theme
    vis = sent["data"]["renderer"] == "vis"
    around = Surroundings(
        style="/graph/view.css",
        scripts=("/graph/vis-network.js", "/graph/view-vis.js") if vis else ("/graph/view.js",),
        ways=tuple((path, lang(zh, en)) for path, zh, en in _WAYS if path in paths),
        theme="" if theme == "auto" else theme,
    )
    title = lang("政策知识图谱", "Policy knowledge graph")
    html = to_served_html(title, sent["data"], sent["blocks"], around)
    return Response(html, media_type="text/html", headers={"Cache-Control": "no-cache"})


async def _near(request: Request) -> Response:
    return await _send_part(request, "near", request.query_params.get("iri", ""))


async def _way(request: Request) -> Response:
    return await _send_part(request, "way", *(request.query_params.get(name, "") for name in ("from", "to")))


async def _send_part(request: Request, kind: str, *given: str) -> Response:
    iris = [parse_iri(one) for one in given]
    maker = _find_maker(request)
    if not all(iris):
        return refuse(Refusal(400, "请给出实体的 IRI an IRI is needed"))
    if isinstance(maker, Refusal):
        return refuse(maker)
    asked = asyncio.to_thread(maker.ask, (kind, *(str(iri) for iri in iris)))
    try:
        answer = await asyncio.wait_for(asked, _LONGEST)
    except TimeoutError:
        return refuse(Refusal(503, "图还在计算，请稍后再试 the picture is still being made; try again later"))
    if isinstance(answer, Refusal):
        return JSONResponse({}, answer.status) if answer.status == 404 else refuse(answer)
    return Response(answer, media_type="application/json")


def _send_text(text: str, media_type: str) -> Response:
    return Response(text, media_type=media_type, headers={"Cache-Control": "no-cache"})


async def _script(request: Request) -> Response:
    return _send_text(to_script(vis=False), "text/javascript")


async def _script_vis(request: Request) -> Response:
    return _send_text(to_script(vis=True), "text/javascript")


async def _network(request: Request) -> Response:
    return _send_text(read_vis_script(), "text/javascript")


async def _style(request: Request) -> Response:
    return _send_text(read_style(), "text/css")


ROUTES = (
    Route("/graph", _page),
    Route("/graph/near.json", _near),
    Route("/graph/way.json", _way),
    Route("/graph/view.js", _script),
    Route("/graph/view-vis.js", _script_vis),
    Route("/graph/vis-network.js", _network),
    Route("/graph/view.css", _style),
)


# --- in the process that holds the graph ------------------------------------------------------------------------------


def _serve(pipe: Connection, graph: Path, sent: int) -> None:
    try:
        laid: _Laid | str = _lay_out(graph, sent)
    except PolicykgError as error:
        laid = str(error)
    while True:
        try:
            kind, *iris = pipe.recv()
            pipe.send(laid if isinstance(laid, str) else _answer(laid, kind, iris))
        except (EOFError, OSError, KeyboardInterrupt):
            return


def _lay_out(graph: Path, sent: int) -> _Laid:
    view_graph = to_view_graph(read_dataset(graph))
    return _Laid(
        graph=view_graph,
        positions=dict(compute_positions(view_graph)),
        overview=compute_overview(view_graph),
        degrees=dict(to_degrees(view_graph)),
        near=to_neighbourhood(view_graph),
        sent=sent,
    )


def _answer(laid: _Laid, kind: str, iris: list[str]) -> bytes | None:
    if kind == "page":
        return _to_page(laid)
    if any(iri not in laid.positions for iri in iris):
        return None
    if kind == "near":
        return _to_part(laid, (iris[0], *laid.near.find_near(iris[0], _NEAR)))
    return _to_part(laid, laid.near.find_path(*iris))


def _to_page(laid: _Laid) -> bytes:
    part, partial = laid.graph, None
    if len(laid.graph.nodes) > laid.sent:
        order = sorted(laid.degrees, key=lambda iri: (-laid.degrees[iri], iri))
        opening = [iri for group in (*laid.overview.communities, *laid.overview.classes) for iri in group.members[:8]]
        part = to_part(laid.graph, {*order[: laid.sent], *opening})
        partial = {"near": "/graph/near.json", "way": "/graph/way.json", "search": "/search.json"}
    vis = partial is None and is_for_pyvis(part)
    data, blocks = to_data(part, laid.positions, vis=vis, overview=laid.overview, degrees=laid.degrees)
    whole = {"nodes": len(laid.graph.nodes), "edges": len(laid.graph.edges)}
    more = {"partial": {**partial, **whole}} if partial else {}
    sent = {"data": {**data, **more, "entity": "/entity?iri="}, "blocks": blocks}
    return json.dumps(sent, ensure_ascii=False).encode("utf-8")


def _to_part(laid: _Laid, iris: tuple[str, ...]) -> bytes:
    part = to_part(laid.graph, iris)
    data, blocks = to_data(part, laid.positions, vis=False, overview=laid.overview, degrees=laid.degrees)
    return json.dumps({"columns": data, "blocks": blocks}, ensure_ascii=False).encode("utf-8")
