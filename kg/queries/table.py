"""What a query answers: a table of RDF terms, whatever engine gave it."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

Term = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows; None where a variable is unbound.

    An ASK answer is one row with the column `answer`, and stands in `boolean` too; a CONSTRUCT or DESCRIBE answer has
    the columns `subject`, `predicate` and `object`, its rows sorted.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    boolean: bool | None = None


def to_boolean_table(answer: bool) -> Table:
    """The answer of an ASK query."""
    return Table(("answer",), ((Literal(answer),),), boolean=answer)


def to_triple_table(triples: set[Triple]) -> Table:
    """The answer of a CONSTRUCT or DESCRIBE query, sorted, each triple once."""
    ordered = sorted(triples, key=str)
    rows = tuple((triple.subject, triple.predicate, triple.object) for triple in ordered)
    return Table(("subject", "predicate", "object"), rows)
