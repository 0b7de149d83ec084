"""Queries in processes of their own: a slow one is killed at its limit, and never keeps the others waiting.

Each worker answers one query at a time. What is killed is replaced. A small graph each worker holds in memory; of a
large one there is a store on disk, which is made before any worker begins and opened read-only by each at once, so that
no query waits for a loading. Meanwhile the questions of the pack that are slow on it are answered beforehand, and kept.
"""

from __future__ import annotations

import multiprocessing
import queue
import threading
from dataclasses import dataclass
from multiprocessing.context import SpawnProcess
from pathlib import Path

from kg.errors import PolicykgError, StoreError
from kg.locations import find_folder
from kg.queries import read_queries
from kg.queries.confinement import Ask, Kind, Limits, Reply, Worker
from kg.queries.keeping import keep_answers
from kg.store import prepare_store, wants_store

__all__ = ["Ask", "Kind", "Limits", "Reply", "Workers"]


@dataclass(eq=False, slots=True)
class _Held:
    """A worker and which state of the graph file it holds."""

    worker: Worker
    edition: int


class Workers:
    """A fixed number of workers over one graph file. `ask` may be called from any thread.

    A new build swaps in by itself: where the file has changed, the next query starts new workers, and a query that is
    under way is still answered from the old graph. Where the graph is large, its store is made first, in a process of
    its own, and the old workers answer until it is there.
    """

    def __init__(self, graph: Path, limits: Limits) -> None:
        self._graph, self._limits = graph, limits
        self._idle: queue.Queue[_Held] = queue.Queue()
        self._all: set[_Held] = set()
        self._lock = threading.Lock()
        self._closed = False
        self._waiting = 0
        self._making: threading.Thread | None = None
        self._maker: SpawnProcess | None = None
        self._keeping: threading.Thread | None = None
        self._no_more = threading.Event()
        self._edition = _read_edition(graph)
        if wants_store(graph):
            self._make_store()
        for _ in range(limits.workers):
            self._add()
        self._keep_answers()

    @property
    def graph(self) -> Path:
        """The graph file that the workers answer from."""
        return self._graph

    def _add(self) -> None:
        with self._lock:
            if self._closed:
                return
            held = _Held(Worker(self._graph, self._limits), self._edition)
            self._all.add(held)
        self._idle.put(held)

    def ask(self, ask: Ask, given_up: threading.Event | None = None) -> Reply:
        """One query's reply; waits for a free worker no longer than a query may take.

        Where whoever asks gives up, or others have waited for longer than a query may keep them, the query is stopped
        as one that took too long.
        """
        self._refresh()
        held = self._wait_for_idle()
        if held is None:
            return Reply("busy")
        if given_up is not None and given_up.is_set():
            self._give_back(held)
            return Reply("slow")

        def is_unwanted(passed: float) -> bool:
            keeps_others = self._waiting > 0 and passed > self._limits.patience
            return keeps_others or (given_up is not None and given_up.is_set())

        try:
            reply = held.worker.ask(ask, self._limits.seconds, is_unwanted)
        except (EOFError, OSError):
            # The worker is gone: out of memory, as a rule.
            self._replace(held)
            return Reply("large", reason="memory")
        if reply.kind == "slow":
            self._replace(held)
        else:
            self._give_back(held)
        return reply

    def _wait_for_idle(self) -> _Held | None:
        """An idle worker; None where none is free within the time that a query may take."""
        with self._lock:
            self._waiting += 1
        try:
            return self._idle.get(timeout=self._limits.seconds)
        except queue.Empty:
            return None
        finally:
            with self._lock:
                self._waiting -= 1

    def _give_back(self, held: _Held) -> None:
        if held.edition == self._edition and not self._closed:
            self._idle.put(held)
        else:
            self._replace(held)

    def _replace(self, held: _Held) -> None:
        with self._lock:
            is_running = held in self._all
            self._all.discard(held)
        # What `close` has stopped is not stopped again.
        if is_running:
            held.worker.stop()
            self._add()

    def _refresh(self) -> None:
        """Replace the idle workers where the graph file is another than theirs; busy ones are replaced when free."""
        edition = _read_edition(self._graph)
        with self._lock:
            if edition in {0, self._edition} or self._making is not None or self._closed:
                return
            if wants_store(self._graph):
                self._making = threading.Thread(target=self._make_and_swap, args=(edition,), daemon=True)
                self._making.start()
                return
        self._swap(edition)

    def _make_and_swap(self, edition: int) -> None:
        self._make_store()
        self._swap(edition)
        with self._lock:
            self._making = None
        self._keep_answers()

    def _keep_answers(self) -> None:
        """Begin to answer beforehand for the graph as it is now; what went on for an older one ends."""
        with self._lock:
            self._no_more.set()
            if self._closed or not wants_store(self._graph):
                return
            self._no_more = threading.Event()
            self._keeping = threading.Thread(target=_keep, args=(self._graph, self._no_more), daemon=True)
            self._keeping.start()

    def _make_store(self) -> None:
        """Make the store in a process of its own: loading takes every core that it is given, and memory it keeps.

        Where it cannot be made, the workers say why.
        """
        with self._lock:
            if self._closed:
                return
            maker = multiprocessing.get_context("spawn").Process(target=_prepare, args=(self._graph,), daemon=True)
            maker.start()
            self._maker = maker
        maker.join()
        with self._lock:
            self._maker = None

    def _swap(self, edition: int) -> None:
        with self._lock:
            if self._closed:
                return
            self._edition = edition
        idle: list[_Held] = []
        while True:
            try:
                idle.append(self._idle.get_nowait())
            except queue.Empty:
                break
        for held in idle:
            self._give_back(held)

    def close(self) -> None:
        """Stop every worker."""
        with self._lock:
            self._closed = True
            everyone, self._all = self._all, set()
            ends = [one for one in (self._making, self._keeping) if one is not None]
            self._no_more.set()
            if self._maker is not None:
                self._maker.kill()
        for thread in ends:
            thread.join()
        for held in everyone:
            held.worker.stop()


def _read_edition(graph: Path) -> int:
    """When the graph file was last written, in nanoseconds; 0 where it is not there for the moment."""
    try:
        return graph.stat().st_mtime_ns
    except OSError:
        return 0


def _keep(graph: Path, no_more: threading.Event) -> None:
    try:
        keep_answers(graph, read_queries(find_folder("queries")), stop=no_more)
    except PolicykgError:
        # Nothing is kept then: the workers answer, or say why they cannot.
        return


def _prepare(graph: Path) -> None:
    try:
        prepare_store(graph)
    except StoreError:
        return
