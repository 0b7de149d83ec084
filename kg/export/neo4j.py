"""CSV for `neo4j-admin database import`: nodes and relationships, with the headers that it asks for.

https://neo4j.com/docs/operations-manual/current/import/
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from pyoxigraph import Store

from kg.export.property_graph import to_property_graph

_NODE_HEADER = (":ID", "iri", "name", "class_zh", "figures", ":LABEL")
_EDGE_HEADER = (":START_ID", ":END_ID", ":TYPE", "iri", "name", "status", "quote", "document")
# A spreadsheet takes a cell that begins so for a formula; an apostrophe makes it text (OWASP, CSV Injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def to_neo4j_csv(store: Store) -> tuple[str, str]:
    """The contents of nodes.csv and relationships.csv. Cells that a spreadsheet would run begin with an apostrophe."""
    graph = to_property_graph(store)
    nodes = [
        (node, node, fields["label"], fields["class_zh"], fields["figures"], fields["class"].replace(" | ", ";"))
        for node, fields in graph.nodes(data=True)
    ]
    edges = [
        (
            begin, end, fields["property"], key, fields["label"], fields["status"], fields["quote"], fields["document"],
        )
        for begin, end, key, fields in graph.edges(keys=True, data=True)
    ]  # fmt: skip
    return _to_csv(_NODE_HEADER, nodes), _to_csv(_EDGE_HEADER, edges)


def _to_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell for cell in row])
    return target.getvalue()
