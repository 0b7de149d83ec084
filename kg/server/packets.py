"""The answer packet over HTTP, and which edition of the graph the answers are of."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from kg.errors import StoreError
from kg.queries.packet import Edition, read_edition
from kg.server.workers import Workers


def find_edition(workers: Workers) -> Edition:
    """The edition of the graph that the workers answer from; its sum is taken once for each state of the file."""
    path = workers.graph
    try:
        state = path.stat()
    except OSError:
        return Edition(path.name)
    return _read_once(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=2)
def _read_once(path: Path, _written: int, _size: int) -> Edition:
    try:
        return read_edition(path)
    except StoreError:
        return Edition(path.name)
