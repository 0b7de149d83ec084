"""Search over the graph's names: a page, and `/search.json` for the header's box and the inputs of forms.

The index is made in a process of its own, so that nobody waits for it but who searches first; when the graph changes,
the next search has it made anew, and the old one answers until the new one is there.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg.asking import Matcher
from kg.errors import PolicykgError
from kg.search import Hit, Index, derive_index, read_entries, read_kinds
from kg.server.answers import to_thing
from kg.server.pages import show_refusal
from kg.server.protocol import Refusal
from kg.server.site import find_site, refuse, render
from kg.store import read_dataset

_MOST = 100
_DEFAULT = 20
_ON_PAGE = 50
# How long, in seconds, a search waits for the index of a graph that has just changed before it answers from the old.
_PATIENCE = 1.0

State = tuple[int, int]


@dataclass(slots=True)
class Catalogue:
    """The index of one state of the graph file, and the matcher over it once somebody has asked a question."""

    state: State
    index: Index
    _matcher: Matcher | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def find_matcher(self, request: Request) -> Matcher:
        """What reads questions about this state of the graph."""
        async with self._lock:
            if self._matcher is None:
                questions = tuple(find_site(request).questions.values())
                self._matcher = await asyncio.to_thread(Matcher, questions, self.index)
            return self._matcher


class Keeper:
    """Keeps the catalogue of a graph file, and has a new one made when the file is another."""

    def __init__(self, graph: Path) -> None:
        self._graph = graph
        self._kept: Catalogue | None = None
        self._making: asyncio.Task[Catalogue | str] | None = None
        self._failed: tuple[State, str] | None = None

    async def find(self) -> Catalogue | Refusal:
        """The catalogue of the graph as it is; of the graph as it was while the new one is being made, or cannot be."""
        state = _read_state(self._graph)
        if self._kept is not None and state in (None, self._kept.state):
            return self._kept
        if state is not None and (self._failed is None or self._failed[0] != state):
            if self._making is None:
                self._making = asyncio.create_task(self._make(state))
            await asyncio.wait({self._making}, timeout=None if self._kept is None else _PATIENCE)
        if self._kept is not None:
            return self._kept
        return Refusal(503, self._failed[1] if self._failed else f"图谱不在 the graph is not there: {self._graph}")

    async def _make(self, state: State) -> Catalogue | str:
        try:
            made = await asyncio.to_thread(_read_index, self._graph)
        finally:
            self._making = None
        if isinstance(made, str):
            self._failed = (state, made)
            return made
        self._kept = Catalogue(state, made)
        return self._kept


async def find_catalogue(request: Request) -> Catalogue | Refusal:
    """The catalogue of the graph that a request is made to, or why there is none."""
    kept = request.app.state
    if not hasattr(kept, "names"):
        kept.names = Keeper(find_site(request).workers.graph)
    keeper: Keeper = kept.names
    return await keeper.find()


def _read_state(graph: Path) -> State | None:
    try:
        found = graph.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _read_index(graph: Path) -> Index | str:
    """The index of a graph file, made in another process; or the line that says why there is none."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_send_index, args=(theirs, graph), daemon=True)
    process.start()
    theirs.close()
    try:
        received: Index | str = ours.recv()
    except EOFError:
        return "读取名称的进程停了 the process that reads the names stopped：请查看内存后再试"
    finally:
        ours.close()
        process.join()
        process.close()
    return received


def _send_index(pipe: Connection, graph: Path) -> None:
    try:
        dataset = read_dataset(graph)
        pipe.send(derive_index(read_entries(dataset), read_kinds(dataset)))
    except PolicykgError as error:
        pipe.send(str(error))


# --- the routes -------------------------------------------------------------------------------------------------------


async def _answer_json(request: Request) -> Response:
    catalogue = await find_catalogue(request)
    if isinstance(catalogue, Refusal):
        return refuse(catalogue)
    limit = _parse_limit(request.query_params.get("limit", ""))
    if limit is None:
        return refuse(Refusal(400, f"limit 要写成 1 到 {_MOST} 的整数 must be a whole number of 1 to {_MOST}"))
    hits = await asyncio.to_thread(
        catalogue.index.find, request.query_params.get("q", ""), _read_classes(request), limit
    )
    return JSONResponse([_to_json(hit) for hit in hits], headers={"Cache-Control": "no-store"})


async def _show(request: Request) -> Response:
    catalogue = await find_catalogue(request)
    if isinstance(catalogue, Refusal):
        return show_refusal(find_site(request), catalogue)
    text, classes = request.query_params.get("q", "").strip(), _read_classes(request)
    index = catalogue.index
    hits = await asyncio.to_thread(index.find, text, classes, _ON_PAGE)
    near = await asyncio.to_thread(index.find_near, text, classes) if text and not hits else ()
    english = {kind.iri: kind.label_en for kind in index.kinds}
    return render(
        find_site(request),
        "search.html",
        text=text,
        chosen=classes[0] if classes else "",
        kinds=_list_kinds(index),
        hits=[_to_shown(hit, english) for hit in hits],
        near=[_to_shown(hit, english) for hit in near],
        asked=bool(text or classes),
        full=len(hits) == _ON_PAGE,
        names=len(index.entries),
    )


def _read_classes(request: Request) -> tuple[str, ...]:
    """The classes of a request: `class` may stand several times, or have several names."""
    return tuple(one for given in request.query_params.getlist("class") for one in re.split(r"[\s,]+", given) if one)


def _parse_limit(text: str) -> int | None:
    if not text:
        return _DEFAULT
    return int(text) if re.fullmatch(r"[0-9]{1,3}", text) and 1 <= int(text) <= _MOST else None


def _list_kinds(index: Index) -> list[Mapping[str, str]]:
    """The classes that the graph has something of, by their Chinese label."""
    held = {iri for entry in index.entries for iri in entry.classes}
    kinds = sorted((kind for kind in index.kinds if kind.iri in held), key=lambda kind: kind.label)
    return [{"name": kind.iri.rpartition("#")[2], "label": kind.label, "label_en": kind.label_en} for kind in kinds]


def _to_json(hit: Hit) -> dict[str, Any]:
    return {
        "iri": hit.iri,
        "label": hit.label,
        "label_en": hit.label_en,
        "class": hit.class_iri,
        "class_label": hit.class_label,
        "documents": hit.documents,
        "matched": hit.matched,
    }


def _to_shown(hit: Hit, english: Mapping[str, str]) -> dict[str, Any]:
    class_label_en = english.get(hit.class_iri) or hit.class_label
    return _to_json(hit) | {"href": to_thing(hit.iri), "links": hit.links, "class_label_en": class_label_en}


ROUTES = (Route("/search", _show), Route("/search.json", _answer_json))
