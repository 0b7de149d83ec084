"""A table laid out as Markdown, or for a program: CSV, JSON; how a term is shown to a reader."""

from __future__ import annotations

import csv
import io
import json

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.queries.prefixes import to_prefixed
from kg.queries.table import Table, Term

_XSD = "http://www.w3.org/2001/XMLSchema#"
_TEXTS = {f"{_XSD}string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"}
# What a spreadsheet takes for the beginning of a formula, full-width forms too (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = tuple("=+-@＝＋－＠\t\r")


def to_markdown(table: Table) -> str:
    """A Markdown table; what Markdown or HTML would take for markup is escaped."""
    rows = [list(table.columns), ["---"] * len(table.columns)]
    rows += [[escape_markdown(to_shown(term)) for term in row] for row in table.rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def to_csv(table: Table) -> str:
    """SPARQL 1.1 Query Results CSV (https://www.w3.org/TR/sparql11-results-csv-tsv/): values, whole IRIs, CRLF.

    A text that a spreadsheet would run as a formula is marked with an apostrophe; a number is left as it is.
    """
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


def escape_markdown(text: str) -> str:
    """A text as Markdown shows it: what Markdown or HTML would take for markup is escaped."""
    for character in "\\|`*_[]":
        text = text.replace(character, f"\\{character}")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _to_csv_cell(term: Term | None) -> str:
    if term is None:
        return ""
    if isinstance(term, Literal) and term.datatype.value not in _TEXTS:
        return term.value
    text = term.value if isinstance(term, NamedNode | Literal) else str(term)
    return f"'{text}" if text.startswith(_FORMULA) else text


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
