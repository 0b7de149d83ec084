"""Which questions of the pack are answered beforehand, and their answers kept: those that are slow on this graph.

A question without a name to choose has one answer, one for each class, status or year; one with a name is slow for the
few things that stand in most documents. Each is asked once in a process with limits; what the engine answers at once is
not kept, because asking it is as quick.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from kg.queries.binding import bind_parameters
from kg.queries.confinement import Ask, Limits, Reply, Worker
from kg.queries.front_matter import Parameter, Query
from kg.queries.kept_answers import KeptAnswers, parse_kept
from kg.queries.prefixes import PREFIXES
from kg.queries.table import Table
from kg.store import prepare_store

_TABLE = "application/sparql-results+json"
# Every value of these is asked for: few, and the graph names them.
_CHOICES = {
    "class": "SELECT ?name { ?iri rdfs:label ?name ; rdfs:subClassOf* kg:Entity . FILTER(LANG(?name) = 'zh') }",
    "status": "SELECT ?name { ?iri a kg:Status ; rdfs:label ?name . FILTER(LANG(?name) = 'zh') }",
    "year": """SELECT DISTINCT (STR(YEAR(?day)) AS ?name) {
        ?period time:hasBeginning|time:hasEnd ?end . ?end time:inXSDDate ?day }""",
}
# The things that stand in most documents, with every class that each belongs to.
_FREQUENT = """SELECT ?name ?iri ?class {
  { SELECT ?iri (COUNT(?document) AS ?count) { ?document kg:mentions ?iri } GROUP BY ?iri
    ORDER BY DESC(?count) LIMIT 400 }
  ?iri skos:prefLabel ?name ; a/rdfs:subClassOf* ?class . FILTER(LANG(?name) = "zh") } ORDER BY DESC(?count) ?iri"""
# After so many quick ones in a row a question's rarer values are taken to be quick as well; and after so many that no
# answer came to within the limit, the others to be as slow.
_IN_A_ROW = 3


@dataclass(frozen=True, slots=True)
class _Thing:
    """A frequent entity: its Chinese name, IRI and the local names of its classes."""

    name: str
    iri: str
    classes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of keeping: answers kept, texts asked, texts that no answer came to within the limit."""

    kept: int = 0
    asked: int = 0
    slow: tuple[str, ...] = ()


def keep_answers(
    graph: Path,
    queries: Sequence[Query],
    *,
    least: float = 0.2,
    most: float = 120.0,
    names: int = 100,
    stop: threading.Event | None = None,
) -> Kept:
    """Answer what takes at least `least` seconds and at most `most`; nothing for a graph that is asked in memory.

    Of a question with a name to choose, at most `names` of the most frequent things are asked about. May be stopped at
    any time and called again: what is kept is not asked again. Raises StoreError where the store cannot be made or
    written.
    """
    stop = stop or threading.Event()
    folder = prepare_store(graph)
    if folder is None:
        return Kept()
    keeper = _Keeper(graph, KeptAnswers(folder), least, most, stop)
    try:
        for query in queries:
            for values in _iterate_values(query, keeper, names):
                if stop.is_set():
                    break
                keeper.keep(query, values)
        return Kept(keeper.kept, keeper.asked, tuple(keeper.slow))
    finally:
        keeper.close()


class _Keeper:
    """Asks one text after the other; a process that has to be stopped is begun again."""

    def __init__(self, graph: Path, answers: KeptAnswers, least: float, most: float, stop: threading.Event) -> None:
        self._graph, self._answers, self._least, self._most, self._stop = graph, answers, least, most, stop
        self._limits = Limits(seconds=most)
        self._worker = Worker(graph, self._limits)
        self.kept, self.asked = 0, 0
        self.slow: list[str] = []
        self.was_quick = self.was_hopeless = False
        self._frequent: tuple[_Thing, ...] | None = None

    def ask(self, text: str) -> Table | None:
        """A table of our own; None where none comes."""
        reply = self._ask(text)
        return parse_kept(reply.content) if reply.kind == "answer" else None

    def keep(self, query: Query, values: dict[str, str]) -> None:
        """Ask one question and keep its answer where that was slow."""
        text = bind_parameters(query, values)
        if self._answers.has(text):
            self.was_quick = self.was_hopeless = False
            return
        began = time.perf_counter()
        reply = self._ask(text)
        self.asked += 1
        self.was_quick = time.perf_counter() - began < self._least
        self.was_hopeless = reply.kind != "answer"
        if reply.kind == "answer" and not self.was_quick:
            self._answers.keep(text, reply.content)
            self.kept += 1
        elif reply.kind != "answer":
            self.slow.append(" ".join((query.name, *values.values())))

    def _ask(self, text: str) -> Reply:
        try:
            reply = self._worker.ask(Ask(text, _TABLE, prefixes=PREFIXES), self._most, lambda _: self._stop.is_set())
        except (EOFError, OSError):
            reply = Reply("large", reason="memory")
        if self._stop.is_set():
            return Reply("slow")
        if reply.kind == "slow" or reply.reason == "memory":
            self._worker.stop()
            self._worker = Worker(self._graph, self._limits)
        return reply

    @property
    def frequent(self) -> tuple[_Thing, ...]:
        """The most frequent entities, the most frequent first."""
        if self._frequent is None:
            table = self.ask(_FREQUENT)
            found: dict[tuple[str, str], set[str]] = {}
            for name, iri, kind in () if table is None else table.rows:
                classes = found.setdefault((_to_value(name), _to_value(iri)), set())
                classes.add(_to_value(kind).rpartition("#")[2])
            self._frequent = tuple(_Thing(name, iri, frozenset(classes)) for (name, iri), classes in found.items())
        return self._frequent

    def close(self) -> None:
        """Stop the process."""
        self._worker.stop()


def _iterate_values(query: Query, keeper: _Keeper, names: int) -> Iterator[dict[str, str]]:
    """The values to ask a question with; stops at names that are answered at once."""
    named = [one for one in query.parameters if one.type in {"label", "iri"}]
    if len(named) > 1:
        return
    yield {}
    if named:
        yield from islice(_iterate_frequent(named[0], keeper), names)
        return
    for parameter in query.parameters:
        text = _CHOICES.get(parameter.type)
        table = keeper.ask(text) if text else None
        for row in () if table is None else table.rows:
            yield {parameter.name: _to_value(row[0])}


def _iterate_frequent(parameter: Parameter, keeper: _Keeper) -> Iterator[dict[str, str]]:
    quick = hopeless = 0
    for thing in keeper.frequent:
        if parameter.classes and not thing.classes.intersection(parameter.classes):
            continue
        yield {parameter.name: thing.iri if parameter.type == "iri" else thing.name}
        quick = quick + 1 if keeper.was_quick else 0
        hopeless = hopeless + 1 if keeper.was_hopeless else 0
        if _IN_A_ROW in {quick, hopeless}:
            return


def _to_value(term: object) -> str:
    return str(getattr(term, "value", ""))
