"""Answers kept beside a store on disk: what a question's whole text was answered, for the store's very content.

A store's folder is named by the digest of what it was made of and never changes, so an answer in it cannot grow old; a
text that differs in one character is another question. Where none is kept the engine is asked.
See docs/performance-queries.md.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results

from kg.queries.running import run_select, to_table, to_union
from kg.queries.table import Table
from kg.store import open_dataset, prepare_store, write_bytes_atomically


class KeptAnswers:
    """The answers kept with one store; none of a dataset in memory (`folder` None)."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = None if folder is None else folder / "answers"

    def find(self, text: str) -> bytes | None:
        """The answer to a text in SPARQL 1.1 Query Results JSON, or None where none is kept."""
        if self._folder is None:
            return None
        try:
            return self._to_path(self._folder, text).read_bytes()
        except OSError:
            return None

    def has(self, text: str) -> bool:
        """Whether the answer to a text is kept."""
        return self._folder is not None and self._to_path(self._folder, text).exists()

    def keep(self, text: str, answer: bytes) -> None:
        """Keep an answer, whole or not at all. Raises StoreError where the place cannot be written."""
        if self._folder is not None:
            write_bytes_atomically(self._to_path(self._folder, text), answer)

    @staticmethod
    def _to_path(folder: Path, text: str) -> Path:
        return folder / f"{hashlib.blake2b(text.encode('utf-8'), digest_size=16).hexdigest()}.srj"


class Asking:
    """A graph file asked: what is kept is read, all else the engine answers."""

    def __init__(self, graph: Path) -> None:
        """Opens it. Raises StoreError where there is nothing to open."""
        self.dataset = to_union(open_dataset(graph))
        self._kept = KeptAnswers(prepare_store(graph))

    def __call__(self, text: str) -> Table:
        """A query's answer, as `run_select` gives it. Raises QueryError as that does."""
        kept = self._kept.find(text)
        return run_select(text, self.dataset) if kept is None else parse_kept(kept)


def parse_kept(content: bytes) -> Table:
    """A kept answer as a table."""
    return to_table(open_kept(content))


def open_kept(content: bytes) -> QuerySolutions:
    """A kept answer, row by row."""
    solutions = parse_query_results(content, format=QueryResultsFormat.JSON)
    if not isinstance(solutions, QuerySolutions):
        raise TypeError("only rows are kept")
    return solutions
