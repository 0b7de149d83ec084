"""One query in a process of its own, with limits: wall clock, memory, bytes and rows of answer, and nothing to open.

The process holds the dataset in memory and answers one query at a time. Once the dataset is read it can open neither a
file nor a socket: what a check of the text might miss still cannot leave the machine. A large graph it asks through its
store on disk, whose files the engine opens when it needs them: there it can open no socket. A query that takes too long
is stopped by killing the process; what an engine's recursion needs is given as stack, so that depth alone kills none.
"""

from __future__ import annotations

import io
import multiprocessing
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Literal, cast

import pyoxigraph as ox

from kg.errors import PolicykgError
from kg.queries.guard import Objection, find_sources
from kg.queries.kept_answers import KeptAnswers, open_kept
from kg.queries.running import to_union
from kg.queries.seclusion import can_forbid_sockets, forbid_sockets
from kg.store import prepare_store, read_dataset

# How often, in seconds, a waiting query looks whether it is still wanted.
_LOOK = 0.1
# Oxigraph reads, rewrites and runs a query by recursion; a text of 64 KB needs a few tens of megabytes of stack.
_STACK = 256 * 1024 * 1024
# The one graph that may be named without being there: a query over it is only parsed.
NOTHING = "urn:policykg:nothing"

Kind = Literal["answer", "syntax", "fault", "slow", "large", "busy", "outside", "unreadable"]

_RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
_GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
# What stands once a row in each form; a text that holds it too is counted as one more.
_ROW_MARKS = {
    ox.QueryResultsFormat.JSON: b"},{",
    ox.QueryResultsFormat.XML: b"<result>",
    ox.QueryResultsFormat.CSV: b"\n",
    ox.QueryResultsFormat.TSV: b"\n",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may take: seconds, bytes and rows of answer, bytes of its process's memory (0: any).

    `workers` is how many run at once; `patience` how many seconds a query may keep others waiting.
    """

    seconds: float = 30.0
    answer: int = 100_000_000
    memory: int = 4_000_000_000
    workers: int = 2
    rows: int = 1_000_000
    patience: float = 3.0


@dataclass(frozen=True, slots=True)
class Ask:
    """A query with the graphs that the protocol names and the media type its answer is wanted in.

    `prefixes` are known in it without a declaration.
    """

    text: str
    media_type: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    prefixes: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a query: the bytes of its answer (`triples` where it is a graph), or why there is none."""

    kind: Kind
    content: bytes = b""
    reason: str = ""
    triples: bool = False


class _TooLargeError(ValueError):
    """An answer went over its limit while it was written."""


class Worker:
    """One process that answers from a graph file, and the pipe to it."""

    def __init__(self, graph: Path, limits: Limits) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(target=_serve, args=(theirs, graph, limits), daemon=True)
        self._process.start()
        theirs.close()
        self._ready: Reply | None = None

    def ask(self, ask: Ask, seconds: float, is_unwanted: Callable[[float], bool] | None = None) -> Reply:
        """One query's reply, `slow` where it takes longer than that or is no longer wanted after the seconds it took.

        The time that the process takes to read its graph does not count. A worker that was slow or lost its process has
        to be stopped. Raises EOFError or OSError where the process is gone: out of memory, as a rule.
        """
        if self._ready is None:
            ready: Reply = self._pipe.recv()
            self._ready = ready
        if self._ready.kind == "unreadable":
            return self._ready
        self._pipe.send(ask)
        if not _wait(self._pipe, seconds, is_unwanted):
            return Reply("slow")
        reply: Reply = self._pipe.recv()
        return reply

    def stop(self) -> None:
        """Kill the process and wait until it is gone."""
        self._process.kill()
        self._process.join()
        self._process.close()
        self._pipe.close()


def _wait(pipe: Connection, seconds: float, is_unwanted: Callable[[float], bool] | None) -> bool:
    """Whether a reply comes in time and while it is wanted."""
    begin = time.monotonic()
    while True:
        passed = time.monotonic() - begin
        left = max(seconds - passed, 0.05)
        if pipe.poll(left if is_unwanted is None else min(left, _LOOK)):
            return True
        if passed >= seconds or (is_unwanted is not None and is_unwanted(passed)):
            return False


def _serve(pipe: Connection, graph: Path, limits: Limits) -> None:
    _limit("RLIMIT_CORE", 0)
    try:
        folder = prepare_store(graph) if can_forbid_sockets() else None
        _limit("RLIMIT_AS", limits.memory)
        dataset = _read_whole(graph) if folder is None else read_dataset(folder)
    except PolicykgError as error:
        pipe.send(Reply("unreadable", reason=str(error)))
        return
    if folder is None:
        _limit("RLIMIT_NOFILE", 0)
    else:
        forbid_sockets()
    kept = KeptAnswers(folder)
    threading.stack_size(min(_STACK, limits.memory // 8) if limits.memory else _STACK)
    pipe.send(Reply("answer"))
    while True:
        try:
            ask = pipe.recv()
        except (EOFError, OSError, KeyboardInterrupt):
            return
        replies: list[Reply] = []
        running = threading.Thread(target=_put_answer, args=(replies, dataset, kept, ask, limits))
        running.start()
        running.join()
        pipe.send(replies[0] if replies else Reply("fault", reason="no reply"))


def _put_answer(replies: list[Reply], dataset: ox.Store, kept: KeptAnswers, ask: Ask, limits: Limits) -> None:
    # What is kept was answered over all graphs as one.
    content = None if ask.default_graphs or ask.named_graphs else kept.find(ask.text)
    replies.append(answer(dataset, ask, limits) if content is None else _give_kept(content, ask.media_type, limits))


def _give_kept(content: bytes, media_type: str, limits: Limits) -> Reply:
    """A kept answer in the form that is wanted, within the same limits."""
    try:
        if _RESULTS.get(media_type, ox.QueryResultsFormat.JSON) is not ox.QueryResultsFormat.JSON:
            return _serialize(open_kept(content), media_type, limits)
        bounded = _Bounded(limits.answer, limits.rows, _ROW_MARKS[ox.QueryResultsFormat.JSON])
        bounded.write(content)
        return Reply("answer", content)
    except _TooLargeError:
        return Reply("large", reason="answer")


def _read_whole(graph: Path) -> ox.Store:
    """The dataset in memory, whatever it is kept in: nothing has to be opened for a query."""
    dataset = to_union(read_dataset(graph))
    if not graph.is_dir():
        return dataset
    whole = ox.Store()
    whole.bulk_extend(dataset)
    return whole


def _limit(name: str, most: int) -> None:
    # Linux and macOS have these limits; elsewhere the others hold alone.
    try:
        import resource
    except ImportError:
        return
    if most or name != "RLIMIT_AS":
        resource.setrlimit(getattr(resource, name), (most, most))


def answer(dataset: ox.Store, ask: Ask, limits: Limits) -> Reply:
    """A query's answer over a dataset, serialised. FROM and the protocol's graphs only choose among what is there."""
    outside = _find_outside(dataset, ask)
    if outside is not None:
        return Reply("outside", reason=outside)
    graphs = [ox.NamedNode(iri) for iri in ask.default_graphs]
    names = [ox.NamedNode(iri) for iri in ask.named_graphs]
    chosen: dict[str, Sequence[ox.NamedNode]] = {}
    if graphs or names:
        # 2.1.4 of the protocol: where it names graphs, the dataset is made of those and of nothing else.
        chosen = {"default_graph": graphs, "named_graphs": names}
    try:
        result = dataset.query(ask.text, prefixes=dict(ask.prefixes or {}), **chosen)  # type: ignore[arg-type]
        return _serialize(result, ask.media_type, limits)
    except SyntaxError as error:
        return Reply("syntax", reason=str(error))
    except _TooLargeError:
        return Reply("large", reason="answer")
    except (OSError, RuntimeError, ValueError) as error:
        return Reply("fault", reason=str(error))
    except MemoryError:
        return Reply("large", reason="memory")


def _find_outside(dataset: ox.Store, ask: Ask) -> str | None:
    """Which graph a query names that the dataset does not have; None where it names none."""
    sources = find_sources(ask.text, ask.prefixes or {})
    if isinstance(sources, Objection):
        return sources.reason
    for iri in (*sources, *ask.default_graphs, *ask.named_graphs):
        try:
            known = iri == NOTHING or dataset.contains_named_graph(ox.NamedNode(iri))
        except ValueError:
            known = False
        if not known:
            return f"图谱里没有这个图 no such graph here: {iri}"
    return None


def _serialize(result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, media_type: str, limits: Limits) -> Reply:
    if isinstance(result, ox.QueryTriples):
        bounded = _Bounded(limits.answer, limits.rows, b"")
        result.serialize(cast("io.BytesIO", bounded), format=_GRAPHS.get(media_type, ox.RdfFormat.N_TRIPLES))
        return Reply("answer", bounded.getvalue(), triples=True)
    form = _RESULTS.get(media_type, ox.QueryResultsFormat.JSON)
    bounded = _Bounded(limits.answer, limits.rows, b"" if isinstance(result, ox.QueryBoolean) else _ROW_MARKS[form])
    result.serialize(cast("io.BytesIO", bounded), format=form)
    return Reply("answer", bounded.getvalue())


class _Bounded(io.BytesIO):
    """Bytes in memory that end where an answer grows over its limit: the engine stops there."""

    def __init__(self, largest: int, rows: int, mark: bytes) -> None:
        super().__init__()
        self._left, self._rows, self._mark, self._tail = largest, rows, mark, b""

    def write(self, chunk: object) -> int:
        """Takes a chunk. Raises _TooLargeError where the answer is larger, or has more rows, than it may."""
        content = bytes(cast("bytes", chunk))
        self._left -= len(content)
        if self._mark:
            seen = self._tail + content
            self._rows -= seen.count(self._mark)
            self._tail = seen[len(seen) - len(self._mark) + 1 :] if len(self._mark) > 1 else b""
        if self._left < 0 or self._rows < 0:
            raise _TooLargeError
        return super().write(content)
