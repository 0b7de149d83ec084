"""Batches built by several processes, each of which writes its own lines where they belong in one file.

A worker builds a batch, says how large it has become and keeps the lines; once all batches before it have told their
sizes, it learns where to write. So the file is the same whatever the number of processes, no line passes from process
to process, and nobody waits for a slower one but at the end.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from kg.errors import CorpusError
from kg.pipeline.batch import BatchBuilder, Block
from kg.pipeline.documents import Batch
from kg.pipeline.earlier import Earlier, Stretch
from kg.pipeline.summary import Summary

# How many batches a process may be asked for before the first of them is done, and may hold until it can write them.
_AHEAD, _HELD = 2, 2

# Takes the summaries of a batch, in the order of the batches; says which documents are to be left out (by number).
Accept = Callable[[list[Summary]], frozenset[int]]


def can_fork() -> bool:
    """Whether processes can share what has been read; elsewhere (Windows) a build has one process."""
    return "fork" in multiprocessing.get_all_start_methods()


def build_batches(batches: Iterator[Batch], builder: BatchBuilder, path: Path, jobs: int, accept: Accept) -> int:
    """Build all batches into the file `path`, which is made anew; returns its length.

    Raises CorpusError where a process has been killed.
    """
    with path.open("wb") as file:
        if jobs > 1 and can_fork():
            return _Pool(builder, file.fileno(), jobs, accept).run(batches)
        length = 0
        for batch in batches:
            blocks, summaries = _build(builder, batch)
            length += _write(file.fileno(), blocks, accept(summaries), length, builder.earlier)
        return length


def _build(builder: BatchBuilder, batch: Batch) -> tuple[list[Block], list[Summary]]:
    built = list(builder.build(batch))
    return [block for block, _ in built], [summary for _, summary in built]


@dataclass(slots=True)
class _Worker:
    """One process from outside: what it was asked for and what it has not yet been told where to write."""

    process: BaseProcess
    connection: Connection
    asked: int = 0
    held: int = 0


@dataclass(slots=True)
class _Pool:
    builder: BatchBuilder
    file: int
    jobs: int
    accept: Accept
    workers: list[_Worker] = field(default_factory=list)
    owners: dict[int, _Worker] = field(default_factory=dict)
    told: dict[int, list[Summary]] = field(default_factory=dict)
    next: int = 0
    length: int = 0

    def run(self, batches: Iterator[Batch]) -> int:
        gc.collect()
        gc.freeze()
        try:
            self._start()
            self._run(enumerate(batches))
        finally:
            for worker in self.workers:
                worker.connection.close()
                worker.process.join(None if not self.told else 0)
                if worker.process.is_alive():
                    worker.process.terminate()
            gc.unfreeze()
        if any(worker.process.exitcode for worker in self.workers):
            raise CorpusError(_KILLED)
        return self.length

    def _start(self) -> None:
        context = multiprocessing.get_context("fork")
        for _ in range(self.jobs):
            ours, theirs = context.Pipe()
            others = [worker.connection for worker in self.workers]
            process = context.Process(
                target=_work, args=(self.builder, self.file, theirs, [ours, *others]), daemon=True
            )
            process.start()
            theirs.close()
            self.workers.append(_Worker(process, ours))

    def _run(self, batches: Iterator[tuple[int, Batch]]) -> None:
        for _ in range(_AHEAD):
            for worker in self.workers:
                self._ask(worker, batches)
        while self.owners:
            for connection in wait([worker.connection for worker in self.workers]):
                worker = next(one for one in self.workers if one.connection is connection)
                try:
                    number, summaries = worker.connection.recv()
                except EOFError:
                    raise CorpusError(_KILLED) from None
                worker.asked -= 1
                worker.held += 1
                self.told[number] = summaries
                self._place()
            for worker in self.workers:
                while worker.asked < _AHEAD and worker.held < _HELD and self._ask(worker, batches):
                    pass

    def _ask(self, worker: _Worker, batches: Iterator[tuple[int, Batch]]) -> bool:
        number, batch = next(batches, (-1, None))
        if batch is None:
            return False
        self.owners[number] = worker
        worker.asked += 1
        worker.connection.send((number, batch))
        return True

    def _place(self) -> None:
        while self.next in self.told:
            summaries = self.told.pop(self.next)
            left_out = self.accept(summaries)
            worker = self.owners.pop(self.next)
            worker.held -= 1
            worker.connection.send((self.next, (self.length, left_out)))
            self.length += sum(one.size for number, one in enumerate(summaries) if number not in left_out)
            self.next += 1


_KILLED = "一个构建进程中断了 a process of the build was killed；多半是内存不够，请用较小的 --jobs"


def _work(builder: BatchBuilder, file: int, connection: Connection, others: list[Connection]) -> None:
    """What a process does: builds batches and writes those that it learns the place of, until nobody asks any more."""
    for other in others:
        other.close()
    # What a document leaves behind is freed at once; there are next to no circles to be looked for.
    gc.disable()
    held: dict[int, list[Block]] = {}
    with suppress(EOFError):
        while True:
            number, message = connection.recv()
            if isinstance(message, Batch):
                held[number], summaries = _build(builder, message)
                connection.send((number, summaries))
            else:
                offset, left_out = message
                _write(file, held.pop(number), left_out, offset, builder.earlier)
                gc.collect(0)


def _write(file: int, blocks: list[Block], left_out: frozenset[int], offset: int, earlier: Earlier | None) -> int:
    """Write blocks one after another from a place on; returns how many bytes. Neighbours are written as one."""
    begin = offset
    for block in _merge(block for number, block in enumerate(blocks) if number not in left_out):
        if isinstance(block, Stretch):
            assert earlier is not None
            earlier.copy(block, file, offset)
            offset += block.size
        else:
            view = memoryview(block)
            while view:
                written = os.pwrite(file, view, offset)
                view, offset = view[written:], offset + written
    return offset - begin


def _merge(blocks: Iterable[Block]) -> Iterator[Block]:
    lines: list[bytes] = []
    stretch: Stretch | None = None
    for block in blocks:
        if isinstance(block, bytes):
            if stretch is not None:
                yield stretch
                stretch = None
            lines.append(block)
            continue
        if lines:
            yield b"".join(lines)
            lines.clear()
        if stretch is not None and stretch.begin + stretch.size == block.begin:
            stretch = Stretch(stretch.begin, stretch.size + block.size)
            continue
        if stretch is not None:
            yield stretch
        stretch = block
    if stretch is not None:
        yield stretch
    if lines:
        yield b"".join(lines)
