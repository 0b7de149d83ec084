"""What pages ask of the graph, as rows of plain strings, remembered for as long as the graph file is the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from kg.errors import StoreError
from kg.queries import Table
from kg.queries.evidence import Backing, find_backing
from kg.queries.table import Term
from kg.server.protocol import to_status
from kg.server.site import TABLE_TYPE, Site, parse_table
from kg.server.workers import Ask, Workers

Row = Mapping[str, str]

# IRIs in one VALUES: a parser takes that much quickly.
AT_ONCE = 400
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]+")
_LONGEST_IRI = 2000
_REMEMBERED = 48


def parse_iri(text: str) -> str | None:
    """An absolute IRI out of an address, or None where it is none and may not stand in a query."""
    if len(text) > _LONGEST_IRI or not _IRI.fullmatch(text):
        return None
    try:
        return NamedNode(text).value
    except ValueError:
        return None


def ask_rows(workers: Workers, text: str) -> tuple[Row, ...]:
    """The rows of a SELECT by column, unbound cells empty. Raises StoreError where there is no answer."""
    return to_rows(_ask(workers, text))


def remember_rows(workers: Workers, text: str) -> tuple[Row, ...]:
    """The same, asked once for each state of the graph: for what every page of a kind needs."""
    return to_rows(_remember(workers, read_state(workers), text))


def ask_about(workers: Workers, text: str, iris: Iterable[str]) -> Iterator[Row]:
    """The rows of a SELECT with `%s` where the IRIs of a VALUES stand, some hundred of them at a time."""
    ordered = sorted(set(iris))
    for at in range(0, len(ordered), AT_ONCE):
        values = " ".join(str(NamedNode(iri)) for iri in ordered[at : at + AT_ONCE])
        yield from ask_rows(workers, text.replace("%s", values))


def ask_pack(site: Site, name: str) -> tuple[tuple[Row, ...], Backing] | None:
    """The rows of a question of the pack that has no parameters, and what stands behind them; None where the pack has
    no such question."""
    query = site.questions.get(name)
    if query is None or query.parameters:
        return None
    return _remember_pack(site.workers, read_state(site.workers), query.sparql)


def read_state(workers: Workers) -> tuple[int, int]:
    """Which state of the graph file the answers are of: when it was written and its size; zeros where it is away."""
    try:
        found = workers.graph.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


def to_rows(table: Table) -> tuple[Row, ...]:
    """A table's rows by column, each term as its value."""
    return tuple(dict(zip(table.columns, map(_to_string, row), strict=True)) for row in table.rows)


def _to_string(term: Term | None) -> str:
    if term is None:
        return ""
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _ask(workers: Workers, text: str) -> Table:
    reply = workers.ask(Ask(text, TABLE_TYPE))
    refusal = to_status(reply)
    if refusal is not None:
        raise StoreError(refusal.reason)
    return parse_table(reply.content)


@lru_cache(maxsize=_REMEMBERED)
def _remember(workers: Workers, _state: tuple[int, int], text: str) -> Table:
    return _ask(workers, text)


@lru_cache(maxsize=8)
def _remember_pack(workers: Workers, state: tuple[int, int], text: str) -> tuple[tuple[Row, ...], Backing]:
    table = _remember(workers, state, text)
    return to_rows(table), find_backing(text, table, lambda other: _ask(workers, other))
