"""SPARQL JSON results of several engines, made comparable."""

from __future__ import annotations

import json
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from components import require_command, require_node_package

from kg.queries import Table
from kg.queries.table import Term

_NODE = Path(__file__).parent / "node"
_NUMBERS = {"integer", "decimal", "int", "long", "nonNegativeInteger", "double", "float"}


def ask_oxigraph(store: ox.Store, text: str) -> dict[str, Any]:
    """A SELECT's SPARQL JSON results from Oxigraph."""
    solutions = store.query(text)
    assert isinstance(solutions, ox.QuerySolutions)
    answer: dict[str, Any] = json.loads(solutions.serialize(format=ox.QueryResultsFormat.JSON) or b"")
    return answer


def ask_comunica(path: Path, texts: list[str]) -> list[dict[str, Any]]:
    """Comunica's SPARQL JSON results of SELECTs over a Turtle file, all in one process."""
    require_node_package("@comunica/query-sparql-file")
    answers: list[dict[str, Any]] = json.loads(run_node("select.mjs", path, json.dumps(texts)))
    return answers


def run_node(script: str, path: Path, given: str = "") -> str:
    """What a script of tests/node writes when it is given a file."""
    return run([require_command("node"), str(_NODE / script), str(path)], given).stdout


def run(command: list[str], given: str = "") -> subprocess.CompletedProcess[str]:
    """A command that has to succeed within five minutes."""
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done


def to_rows(answer: dict[str, Any]) -> list[list[object]]:
    """The rows of SPARQL JSON results, each term by its value: 80000000.0 is 80000000, 1 is true, zh-CN is zh-cn."""
    columns = answer["head"]["vars"]
    return [[_to_value(row.get(column)) for column in columns] for row in answer["results"]["bindings"]]


def to_bag(answer: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The columns, and the rows in an order of our own: duplicates count, the store's order does not."""
    return answer["head"]["vars"], sorted(repr(row) for row in to_rows(answer))


def to_table_bag(table: Table) -> tuple[list[str], list[str]]:
    """The same of a table of ours."""
    return list(table.columns), sorted(repr([_to_value(_to_json(term)) for term in row]) for row in table.rows)


def _to_json(term: Term | None) -> dict[str, str] | None:
    if term is None:
        return None
    assert isinstance(term, ox.NamedNode | ox.Literal), "there is no blank node in the data"
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    return {
        "type": "literal",
        "value": term.value,
        **({"xml:lang": term.language} if term.language else {"datatype": term.datatype.value}),
    }


def _to_value(term: dict[str, str] | None) -> object:
    if term is None or term["type"] == "uri":
        return term and ("iri", term["value"])
    assert term["type"] != "bnode", "there is no blank node in the data"
    datatype = term.get("datatype", "").rpartition("#")[2]
    if datatype in _NUMBERS:
        # Decimal.normalize alone would write 8E+7; the sum with zero compares by value.
        return Decimal(term["value"]).normalize() + 0
    if datatype == "boolean":
        return term["value"] in {"true", "1"}
    return term["value"], term.get("xml:lang", "").lower(), "" if datatype == "string" else datatype
