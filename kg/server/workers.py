"""Queries in processes of their own: a slow one is killed at its limit, and never keeps the others waiting.

Each worker holds the dataset in memory and answers one query at a time. What is killed is replaced.
"""

from __future__ import annotations

import multiprocessing
import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Literal

import pyoxigraph as ox

from kg.errors import PolicykgError
from kg.queries import to_union
from kg.store import read_dataset

# How often, in seconds, a waiting query looks whether it is still wanted.
_LOOK = 0.1

Kind = Literal["answer", "syntax", "fault", "slow", "large", "busy"]

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


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may take: seconds, bytes of answer, bytes of its worker's memory (0: any); how many at once."""

    seconds: float = 30.0
    answer: int = 100_000_000
    memory: int = 4_000_000_000
    workers: int = 2


@dataclass(frozen=True, slots=True)
class Ask:
    """A query with the graphs that the protocol names and the media type its answer is wanted in."""

    text: str
    media_type: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a query: the bytes of its answer, or why there is none."""

    kind: Kind
    content: bytes = b""
    reason: str = ""


class _Worker:
    """One process and the pipe to it; `edition` tells which state of the graph file it holds."""

    def __init__(self, graph: Path, limits: Limits, edition: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(target=_serve, args=(theirs, graph, limits), daemon=True)
        self.edition = edition
        self.process.start()
        theirs.close()

    def stop(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


class Workers:
    """A fixed number of workers over one graph file. `ask` may be called from any thread.

    A new build swaps in by itself: where the file has changed, the next query starts new workers, and a query that is
    under way is still answered from the old graph.
    """

    def __init__(self, graph: Path, limits: Limits) -> None:
        self._graph, self._limits = graph, limits
        self._idle: queue.Queue[_Worker] = queue.Queue()
        self._all: set[_Worker] = set()
        self._lock = threading.Lock()
        self._closed = False
        self._edition = _read_edition(graph)
        for _ in range(limits.workers):
            self._add()

    @property
    def graph(self) -> Path:
        """The graph file that the workers answer from."""
        return self._graph

    def _add(self) -> None:
        with self._lock:
            if self._closed:
                return
            worker = _Worker(self._graph, self._limits, self._edition)
            self._all.add(worker)
        self._idle.put(worker)

    def ask(self, ask: Ask, given_up: threading.Event | None = None) -> Reply:
        """One query's reply; waits for a free worker no longer than a query may take.

        Where whoever asks gives up, the query is stopped as one that took too long.
        """
        self._refresh()
        deadline = time.monotonic() + self._limits.seconds
        try:
            worker = self._idle.get(timeout=self._limits.seconds)
        except queue.Empty:
            return Reply("busy")
        if given_up is not None and given_up.is_set():
            self._give_back(worker)
            return Reply("slow")
        try:
            worker.pipe.send(ask)
            if _wait(worker.pipe, deadline, given_up):
                reply: Reply = worker.pipe.recv()
                self._give_back(worker)
                return reply
        except (EOFError, OSError):
            # The worker is gone: out of memory, as a rule.
            self._replace(worker)
            return Reply("large", reason="memory")
        self._replace(worker)
        return Reply("slow")

    def _give_back(self, worker: _Worker) -> None:
        if worker.edition == self._edition and not self._closed:
            self._idle.put(worker)
        else:
            self._replace(worker)

    def _replace(self, worker: _Worker) -> None:
        with self._lock:
            self._all.discard(worker)
        worker.stop()
        self._add()

    def _refresh(self) -> None:
        """Replace the idle workers where the graph file is another than theirs; busy ones are replaced when free."""
        edition = _read_edition(self._graph)
        with self._lock:
            if edition == self._edition or edition == 0:
                return
            self._edition = edition
        idle: list[_Worker] = []
        while True:
            try:
                idle.append(self._idle.get_nowait())
            except queue.Empty:
                break
        for worker in idle:
            self._give_back(worker)

    def close(self) -> None:
        """Stop every worker."""
        with self._lock:
            self._closed = True
            workers, self._all = self._all, set()
        for worker in workers:
            worker.stop()


def _wait(pipe: Connection, deadline: float, given_up: threading.Event | None) -> bool:
    """Whether a reply comes before the deadline and before whoever asks gives up."""
    while True:
        left = max(deadline - time.monotonic(), 0.05)
        if pipe.poll(left if given_up is None else min(left, _LOOK)):
            return True
        if time.monotonic() >= deadline or (given_up is not None and given_up.is_set()):
            return False


def _read_edition(graph: Path) -> int:
    """When the graph file was last written, in nanoseconds; 0 where it is not there for the moment."""
    try:
        return graph.stat().st_mtime_ns
    except OSError:
        return 0


def _serve(pipe: Connection, graph: Path, limits: Limits) -> None:
    _limit_memory(limits.memory)
    try:
        dataset = to_union(read_dataset(graph))
    except PolicykgError as error:
        _serve_fault(pipe, str(error))
        return
    while True:
        try:
            ask = pipe.recv()
        except (EOFError, OSError, KeyboardInterrupt):
            return
        pipe.send(answer(dataset, ask, limits.answer))


def _serve_fault(pipe: Connection, reason: str) -> None:
    while True:
        try:
            pipe.recv()
        except (EOFError, OSError, KeyboardInterrupt):
            return
        pipe.send(Reply("fault", reason=reason))


def _limit_memory(most: int) -> None:
    # Linux and macOS have address-space limits; elsewhere the other limits hold alone.
    try:
        import resource
    except ImportError:
        return
    if most:
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def answer(dataset: ox.Store, ask: Ask, largest: int) -> Reply:
    """A query's answer over a dataset, serialised. FROM and the protocol's graphs only choose among what is there."""
    graphs = [ox.NamedNode(iri) for iri in ask.default_graphs]
    names = [ox.NamedNode(iri) for iri in ask.named_graphs]
    chosen: dict[str, Sequence[ox.NamedNode]] = {}
    if graphs or names:
        # 2.1.4 of the protocol: where it names graphs, the dataset is made of those and of nothing else.
        chosen = {"default_graph": graphs, "named_graphs": names}
    try:
        result = dataset.query(ask.text, **chosen)  # type: ignore[arg-type]
        content = _serialize(result, ask.media_type)
    except SyntaxError as error:
        return Reply("syntax", reason=str(error))
    except (OSError, RuntimeError, ValueError) as error:
        return Reply("fault", reason=str(error))
    except MemoryError:
        return Reply("large", reason="memory")
    if len(content) > largest:
        return Reply("large", reason="answer")
    return Reply("answer", content)


def _serialize(result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, media_type: str) -> bytes:
    if isinstance(result, ox.QueryTriples):
        return result.serialize(format=_GRAPHS.get(media_type, ox.RdfFormat.N_TRIPLES)) or b""
    form = _RESULTS.get(media_type, ox.QueryResultsFormat.JSON)
    return result.serialize(format=form) or b""
