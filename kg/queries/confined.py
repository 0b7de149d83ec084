"""A stranger's query on this machine: asked in a process of its own that is killed at its limits."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from pyoxigraph import QueryBoolean, QueryResultsFormat, RdfFormat, parse, parse_query_results

from kg.errors import QueryError, StoreError
from kg.queries.confinement import Ask, Limits, Reply, Worker
from kg.queries.faults import describe_fault
from kg.queries.guard import require_query
from kg.queries.prefixes import PREFIXES
from kg.queries.running import to_table
from kg.queries.table import Table, to_boolean_table, to_triple_table

_TABLE = "application/sparql-results+json"


class Confined:
    """A graph file with a process that answers from it; the process ends with the `with` block."""

    def __init__(self, graph: Path, limits: Limits) -> None:
        self._limits = limits
        self._worker = Worker(graph, limits)

    def __enter__(self) -> Confined:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._worker.stop()

    def ask(self, text: str) -> Table:
        """A query's answer over all graphs as one; the known prefixes need no declaration.

        Raises QueryError for what may not be asked, is no query, or goes over a limit; StoreError where the graph
        cannot be read.
        """
        require_query(text)
        try:
            reply = self._worker.ask(Ask(text, _TABLE, prefixes=PREFIXES), self._limits.seconds)
        except (EOFError, OSError):
            reply = Reply("large")
        if reply.kind == "answer":
            return _parse_answer(reply)
        if reply.kind == "unreadable":
            raise StoreError(reply.reason)
        raise QueryError(self._describe(reply, text))

    def _describe(self, reply: Reply, text: str) -> str:
        if reply.kind == "syntax":
            return describe_fault(reply.reason, text)
        if reply.kind == "slow":
            return (
                f"查询超过 {self._limits.seconds:g} 秒，已停止 stopped after {self._limits.seconds:g} s；"
                "请缩小范围、加 LIMIT，或用 --seconds 给更多时间"
            )
        if reply.kind == "large":
            return "答案太大，或内存不够 too large an answer, or too little memory；请缩小范围或加 LIMIT"
        if reply.kind == "outside":
            return reply.reason
        return f"查询不能执行 the query cannot run: {reply.reason}；请改正查询"


def _parse_answer(reply: Reply) -> Table:
    if reply.triples:
        return to_triple_table({quad.triple for quad in parse(reply.content, format=RdfFormat.N_TRIPLES)})
    answer = parse_query_results(reply.content, format=QueryResultsFormat.JSON)
    return to_boolean_table(bool(answer)) if isinstance(answer, QueryBoolean) else to_table(answer)
