"""What the page's scripts read of a large graph: columns instead of objects, and the quotes in blocks opened on demand.

Numbers stand in base64 of little-endian arrays, names without what all begin with; node and edge are numbers. What a
panel says of a thing (facts, quotes, figures) is in the block of its node, or of its edge's first node: compressed, and
read only when somebody asks. Nodes are numbered by community, so that what is asked together is in few blocks.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from kg.identifiers import ONTOLOGY
from kg.view.model import Overview, ViewEdge, ViewEvidence, ViewGraph, ViewNode
from kg.view.page_data import to_figure, to_group_numbers, to_names, to_pair, to_quote

BLOCK = 256  # nodes whose details stand together


def to_columns(
    view_graph: ViewGraph,
    positions: Mapping[str, tuple[float, float]],
    overview: Overview,
    degrees: Mapping[str, int],
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The columns and the blocks of details; `degrees` may count lines that are not in this part of the graph."""
    names = to_names(view_graph, overview)
    nodes = _order_nodes(view_graph, overview)
    place = {node.iri: number for number, node in enumerate(nodes)}
    edges = sorted(view_graph.edges, key=lambda edge: (place[edge.source], place[edge.target], edge.iri))
    evidence = {one.iri: one for one in view_graph.evidence}
    figure_number = {one.iri: number for number, one in enumerate(view_graph.figures)}
    cut = len(names["base"])
    data = {
        **names,
        "block": BLOCK,
        "quotes": len(view_graph.evidence),
        "nodes": _to_node_columns(nodes, view_graph, positions, overview, degrees, evidence, cut),
        "edges": _to_edge_columns(edges, view_graph, place, evidence, figure_number, cut),
        "figures": {
            "about": _pack([place[one.about] for one in view_graph.figures], "<i4"),
            "indicator": _pack([place[one.indicator] for one in view_graph.figures], "<i4"),
            "scope": _pack([place.get(one.scope or "", -1) for one in view_graph.figures], "<i4"),
        },
    }
    return data, _to_blocks(nodes, edges, view_graph, place, evidence)


def _order_nodes(view_graph: ViewGraph, overview: Overview) -> list[ViewNode]:
    group_of = to_group_numbers(overview.communities)
    return sorted(view_graph.nodes, key=lambda node: (group_of.get(node.iri, -1), node.iri))


def _to_node_columns(
    nodes: Sequence[ViewNode],
    view_graph: ViewGraph,
    positions: Mapping[str, tuple[float, float]],
    overview: Overview,
    degrees: Mapping[str, int],
    evidence: Mapping[str, ViewEvidence],
    cut: int,
) -> dict[str, Any]:
    class_number = {one.iri: number for number, one in enumerate(view_graph.classes)}
    by_links, by_class = to_group_numbers(overview.communities), to_group_numbers(overview.classes)
    kinds, kind_of = _number_each([[class_number[iri] for iri in node.classes] for node in nodes])
    place = {node.iri: number for number, node in enumerate(nodes)}
    documents, documents_of = _number_each([_find_documents(node.evidence, evidence, place) for node in nodes])
    return {
        "id": [node.iri[cut:] for node in nodes],
        "label": [node.label for node in nodes],
        "labels": {number: list(node.other_labels) for number, node in enumerate(nodes) if node.other_labels},
        "source": {number: node.issued for number, node in enumerate(nodes) if node.source},
        "kinds": kinds,
        "kind": _pack(kind_of, "<i4"),
        "documents": documents,
        "document": _pack(documents_of, "<i4"),
        "x": _pack([positions[node.iri][0] for node in nodes], "<f4"),
        "y": _pack([positions[node.iri][1] for node in nodes], "<f4"),
        "degree": _pack([degrees[node.iri] for node in nodes], "<i4"),
        "quotes": _pack([len(node.evidence) for node in nodes], "<i4"),
        "links": _pack([by_links.get(node.iri, -1) for node in nodes], "<i2"),
        "class": _pack([by_class.get(node.iri, -1) for node in nodes], "<i2"),
    }


def _to_edge_columns(
    edges: Sequence[ViewEdge],
    view_graph: ViewGraph,
    place: Mapping[str, int],
    evidence: Mapping[str, ViewEvidence],
    figure_number: Mapping[str, int],
    cut: int,
) -> dict[str, Any]:
    property_number = {one.iri: number for number, one in enumerate(view_graph.properties)}
    status_number: dict[str | None, int] = {one.iri: number for number, one in enumerate(view_graph.statuses)}
    times, time_of = _number_each([_to_times(edge, view_graph, place, evidence, figure_number) for edge in edges])
    return {
        "id": [_shorten(edge, names_base=cut) for edge in edges],
        "from": _pack([place[edge.source] for edge in edges], "<i4"),
        "to": _pack([place[edge.target] for edge in edges], "<i4"),
        "property": _pack([property_number[edge.property] for edge in edges], "<i2"),
        "status": _pack([status_number.get(edge.status, -1) for edge in edges], "<i2"),
        "quotes": _pack([len(edge.evidence) for edge in edges], "<i2"),
        "times": times,
        "time": _pack(time_of, "<i4"),
        "figures": {
            number: [figure_number[iri] for iri in edge.figures] for number, edge in enumerate(edges) if edge.figures
        },
        "premises": {number: list(edge.premises) for number, edge in enumerate(edges) if edge.premises},
    }


def _shorten(edge: ViewEdge, names_base: int) -> str:
    """Empty where the page can make the name itself from what the line joins."""
    if edge.iri == f"{edge.source} {edge.property} {edge.target}":
        return ""
    if edge.iri == f"{edge.source} {ONTOLOGY}Observation {edge.target} {edge.status or ''}".strip():
        return ""
    return edge.iri[names_base:]


def _to_times(
    edge: ViewEdge,
    view_graph: ViewGraph,
    place: Mapping[str, int],
    evidence: Mapping[str, ViewEvidence],
    figure_number: Mapping[str, int],
) -> list[list[Any]]:
    """The documents that a line is from, and the periods of its figures."""
    figures = [view_graph.figures[figure_number[iri]] for iri in edge.figures]
    quotes = [*edge.evidence, *(iri for one in figures for iri in one.evidence)]
    return [
        _find_documents(quotes, evidence, place),
        sorted([one.begin, one.end] for one in figures if one.begin and one.end),
    ]


def _find_documents(quotes: Iterable[str], evidence: Mapping[str, ViewEvidence], place: Mapping[str, int]) -> list[int]:
    return sorted({place[evidence[iri].document] for iri in quotes})


def _number_each(values: Sequence[list[Any]]) -> tuple[list[list[Any]], list[int]]:
    """The different values, and for each value its number among them."""
    numbers: dict[str, int] = {}
    different: list[list[Any]] = []
    found = []
    for value in values:
        key = json.dumps(value)
        if key not in numbers:
            numbers[key] = len(different)
            different.append(value)
        found.append(numbers[key])
    return different, found


def _pack(values: Sequence[float], kind: str) -> str:
    return base64.b64encode(np.asarray(values, dtype=kind).tobytes()).decode("ascii")


def _to_blocks(
    nodes: Sequence[ViewNode],
    edges: Sequence[ViewEdge],
    view_graph: ViewGraph,
    place: Mapping[str, int],
    evidence: Mapping[str, ViewEvidence],
) -> tuple[str, ...]:
    blocks: list[dict[str, Any]] = [
        {"nodes": [], "edges": {}, "figures": {}, "evidence": []} for _ in range(0, len(nodes), BLOCK)
    ]
    numbers: list[dict[str, int]] = [{} for _ in blocks]

    def add(block: int, iris: Iterable[str]) -> list[int]:
        known = numbers[block]
        for iri in iris:
            if iri not in known:
                known[iri] = len(known)
                blocks[block]["evidence"].append(to_quote(evidence[iri]))
        return [known[iri] for iri in iris]

    for number, node in enumerate(nodes):
        facts = [{**to_pair(name), "value": value} for name, value in node.facts]
        blocks[number // BLOCK]["nodes"].append([facts, add(number // BLOCK, node.evidence)])
    for number, edge in enumerate(edges):
        if edge.evidence:
            block = place[edge.source] // BLOCK
            blocks[block]["edges"][number] = add(block, edge.evidence)
    for number, figure in enumerate(view_graph.figures):
        block = place[figure.about] // BLOCK
        add(block, figure.evidence)
        blocks[block]["figures"][number] = to_figure(figure, numbers[block])
    return tuple(_compress(block) for block in blocks)


def _compress(block: Mapping[str, Any]) -> str:
    text = json.dumps(block, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode("utf-8"), 6)).decode("ascii")
