"""Questions asked of a dataset at hand: Oxigraph, or rdflib as the second opinion."""

from __future__ import annotations

import re
from typing import cast

import rdflib
from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
)
from pyparsing import ParseException

from kg.errors import QueryError
from kg.queries.faults import describe_fault
from kg.queries.prefixes import PREFIXES, find_form
from kg.queries.table import Table, Term, to_boolean_table, to_triple_table

_UPDATE = re.compile(r"(?:INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)\b", re.IGNORECASE)


def run_select(text: str, dataset: Store) -> Table:
    """A query's answer over all graphs of a dataset as one; the known prefixes need no declaration.

    Raises QueryError where it is no query, or an update.
    """
    check_reads_only(text)
    try:
        answer = to_union(dataset).query(text, prefixes=dict(PREFIXES))
        return to_table(answer)
    except SyntaxError as error:
        raise QueryError(describe_fault(str(error), text)) from error
    except (OSError, RuntimeError) as error:
        raise QueryError(f"查询不能执行 the query cannot run: {error}；请改正查询") from error


def to_union(dataset: Store) -> Store:
    """The dataset with the union of its named graphs as default graph; the same one where it has a default graph.

    Oxigraph's own union is no set: a triple that two graphs hold matches twice, which multiplies the rows of a query
    of many patterns and every COUNT and SUM in it. The named graphs stay, so that GRAPH works too.
    """
    # The length of a store on disk is counted quad by quad; the first quad of each kind is found at once.
    if next(dataset.quads_for_pattern(None, None, None, DefaultGraph()), None) is not None:
        return dataset
    if next(iter(dataset), None) is None:
        return dataset
    union = Store()
    union.bulk_extend(dataset)
    union.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in dataset)
    return union


def check_syntax(text: str) -> None:
    """Refuse what is no SPARQL query by the place in the text itself. Raises QueryError."""
    run_select(text, Store())


def run_select_rdflib(text: str, graph: rdflib.Graph) -> Table:
    """A query's answer by rdflib. Raises QueryError where it is no query, or an update."""
    check_reads_only(text)
    try:
        result = graph.query(text)
    except ParseException as error:
        raise QueryError(f"不是合法的 SPARQL not SPARQL: {error}；请改正查询") from error
    if result.type == "ASK":
        return to_boolean_table(bool(result.askAnswer))
    if result.type in {"CONSTRUCT", "DESCRIBE"}:
        return to_triple_table({_to_triple(triple) for triple in result})
    columns = tuple(str(variable) for variable in result.vars or ())
    rows = tuple(
        tuple(None if term is None else _to_term(term) for term in cast("rdflib.query.ResultRow", row))
        for row in result
    )
    return Table(columns, rows)


def check_reads_only(text: str) -> None:
    """Refuse an update by name; anything else that is no query is the parser's to refuse. Raises QueryError."""
    if _UPDATE.match(text, find_form(text)):
        raise QueryError("这里只能查询，不能改动图谱 only queries, no updates；请用 SELECT、ASK、CONSTRUCT 或 DESCRIBE")


def to_table(answer: QueryBoolean | QuerySolutions | QueryTriples) -> Table:
    """Oxigraph's answer as a table."""
    if isinstance(answer, QueryBoolean):
        return to_boolean_table(bool(answer))
    if isinstance(answer, QueryTriples):
        return to_triple_table(set(answer))
    columns = tuple(variable.value for variable in answer.variables)
    return Table(columns, tuple(tuple(row) for row in answer))


def _to_triple(triple: object) -> Triple:
    subject, predicate, target = (_to_term(term) for term in cast("tuple[rdflib.term.Node, ...]", triple))
    return Triple(cast("NamedNode | BlankNode", subject), cast("NamedNode", predicate), target)


def _to_term(term: rdflib.term.Node) -> Term:
    if isinstance(term, rdflib.URIRef):
        return NamedNode(str(term))
    if isinstance(term, rdflib.Literal):
        if term.language:
            return Literal(str(term), language=term.language)
        return Literal(str(term), datatype=NamedNode(str(term.datatype)) if term.datatype else None)
    return BlankNode(str(term))
