"""A table laid out as Markdown, or for a program: CSV, JSON; how a term is shown to a reader."""

from __future__ import annotations

import csv
import io
import json

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.queries.prefixes import to_prefixed
from kg.queries.table import Table, Term

_XSD = "http://www.w3.org/2001/XMLSchema#"


def to_markdown(table: Table) -> str:
    """A Markdown table; what Markdown or HTML would take for markup is escaped."""
    rows = [list(table.columns), ["---"] * len(table.columns)]
    rows += [[_to_markdown_cell(to_shown(term)) for term in row] for row in table.rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def to_csv(table: Table) -> str:
    """SPARQL 1.1 Query Results CSV (https://www.w3.org/TR/sparql11-results-csv-tsv/): values, whole IRIs, CRLF."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([_to_csv_cell(term) for term in row] for row in table.rows)
    return out.getvalue()


def to_json(table: Table) -> str:
    """SPARQL 1.1 Query Results JSON (https://www.w3.org/TR/sparql11-results-json/)."""
    if table.boolean is not None:
        return json.dumps({"head": {}, "boolean": table.boolean}) + "\n"
    bindings = [
        {column: _to_json_term(term) for column, term in zip(table.columns, row, strict=True) if term is not None}
        for row in table.rows
    ]
    answer = {"head": {"vars": list(table.columns)}, "results": {"bindings": bindings}}
    return json.dumps(answer, ensure_ascii=False, indent=1) + "\n"


def to_shown(term: Term | None) -> str:
    """A term for a reader, on one line: a literal's value, or an IRI, with a known prefix where one fits."""
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        return to_prefixed(term.value)
    value = term.value if isinstance(term, Literal) else str(term)
    return " ".join(value.split("\n"))


def _to_markdown_cell(text: str) -> str:
    for character in "\\|`*_[]":
        text = text.replace(character, f"\\{character}")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _to_csv_cell(term: Term | None) -> str:
    if term is None:
        return ""
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _to_json_term(term: Term) -> dict[str, object]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Literal):
        if term.language:
            return {"type": "literal", "value": term.value, "xml:lang": term.language}
        if term.datatype.value == f"{_XSD}string":
            return {"type": "literal", "value": term.value}
        return {"type": "literal", "value": term.value, "datatype": term.datatype.value}
    parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
    return {"type": "triple", "value": {name: _to_json_term(part) for name, part in parts.items()}}
