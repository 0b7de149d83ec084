"""A table laid out for a reader (text, Markdown) or for a program (CSV, JSON)."""

from __future__ import annotations

import csv
import io
import json
import shutil
import unicodedata
from collections.abc import Iterator, Sequence
from urllib.parse import unquote, urlsplit

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.identifiers import ONTOLOGY
from kg.queries.table import Table, Term

_GAP = 2
_NARROWEST = 8
_XSD = "http://www.w3.org/2001/XMLSchema#"


def to_text_table(table: Table, width: int | None = None) -> str:
    """A table aligned for a terminal, an East-Asian wide character taking two columns.

    Cells are wrapped so that a row fits `width` columns: the terminal's where it is None, no limit where it is 0 or
    the output is no terminal.
    """
    limit = shutil.get_terminal_size((0, 0)).columns if width is None else width
    cells = [list(table.columns), *([to_shown(term) for term in row] for row in table.rows)]
    widths = _fit_widths([max(map(_to_width, column)) for column in zip(*cells, strict=True)], limit)
    lines = list(_lay_row(cells[0], widths))
    lines.append((" " * _GAP).join("─" * width for width in widths))
    wrapped = [list(_lay_row(row, widths)) for row in cells[1:]]
    spaced = any(len(row) > 1 for row in wrapped)
    for number, row in enumerate(wrapped):
        if spaced and number:
            lines.append("")
        lines.extend(row)
    return "\n".join(lines) + "\n"


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
    """A term for a reader: a literal's value, `kg:supports`, or an IRI's last two segments, decoded; on one line."""
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        return _to_short_iri(term.value)
    value = term.value if isinstance(term, Literal) else str(term)
    return " ".join(value.split("\n"))


def _to_short_iri(iri: str) -> str:
    if iri.startswith(ONTOLOGY):
        return f"kg:{iri.removeprefix(ONTOLOGY)}"
    parts = urlsplit(iri)
    if parts.fragment:
        return unquote(f"{parts.path.rsplit('/', 1)[-1]}#{parts.fragment}")
    segments = [segment for segment in parts.path.split("/") if segment]
    return unquote("/".join(segments[-2:])) or iri


def _to_width(text: str) -> int:
    return sum(_to_character_width(character) for character in text)


def _to_character_width(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _fit_widths(widths: Sequence[int], limit: int) -> list[int]:
    """Column widths with the widest narrowed until a row fits `limit`, none below what can still be read."""
    fitted = [max(width, 1) for width in widths]
    while limit and sum(fitted) + _GAP * (len(fitted) - 1) > limit and max(fitted) > _NARROWEST:
        fitted[fitted.index(max(fitted))] -= 1
    return fitted


def _lay_row(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    columns = [_wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for number in range(max((len(column) for column in columns), default=0)):
        parts = [column[number] if number < len(column) else "" for column in columns]
        padded = (part + " " * (width - _to_width(part)) for part, width in zip(parts, widths, strict=True))
        yield (" " * _GAP).join(padded).rstrip()


def _wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns; a wide character that finds no room goes over, none is lost."""
    lines, line, used = [], "", 0
    for character in text:
        size = _to_character_width(character)
        if line and used + size > width:
            lines.append(line)
            line, used = "", 0
        line, used = line + character, used + size
    return [*lines, line]


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
