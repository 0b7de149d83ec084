"""What the page's scripts read of a small graph: pyvis's network, and all that is said of its nodes and edges."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile
from typing import Any

from pyvis.network import Network

from kg.view.layout import to_degrees, to_radius
from kg.view.model import Overview, Text, ViewEvidence, ViewFigure, ViewGraph, ViewGroup, ViewNode

NO_CLASS = ("#7d8597", "dot")


def to_page_data(
    view_graph: ViewGraph, positions: Mapping[str, tuple[float, float]], overview: Overview
) -> dict[str, Any]:
    """A small graph's data; every node needs a position."""
    network = _to_network(view_graph, positions)
    nodes, edges, *_ = network.get_network_data()
    evidence_number = {one.iri: number for number, one in enumerate(view_graph.evidence)}
    figure_number = {one.iri: number for number, one in enumerate(view_graph.figures)}
    return {
        "nodes": nodes,
        "edges": edges,
        **to_names(view_graph, overview),
        "things": {node.iri: to_thing(node, evidence_number) for node in view_graph.nodes},
        "links": {
            edge.iri: {
                "property": edge.property,
                "status": edge.status,
                "evidence": [evidence_number[iri] for iri in edge.evidence],
                "figures": [figure_number[iri] for iri in edge.figures],
                **({"premises": list(edge.premises)} if edge.premises else {}),
            }
            for edge in view_graph.edges
        },
        "figures": [to_figure(figure, evidence_number) for figure in view_graph.figures],
        "evidence": [to_quote(one) for one in view_graph.evidence],
        "groups": _to_groups_of(view_graph, overview),
    }


def to_names(view_graph: ViewGraph, overview: Overview) -> dict[str, Any]:
    """What both forms of the data begin with: classes, properties, statuses and groups with their labels."""
    return {
        "base": _find_base(view_graph),
        "classes": [
            {"id": one.iri, **to_pair(one.label), "root": one.root, "colour": one.colour, "shape": one.shape}
            for one in view_graph.classes
        ],
        "properties": {
            one.iri: {**to_pair(one.label), "inverse": to_pair(one.inverse)} for one in view_graph.properties
        },
        "statuses": [
            {"id": one.iri, **to_pair(one.label), "planned": one.planned, "inferred": one.inferred}
            for one in view_graph.statuses
        ],
        "overview": {"links": _to_groups(overview.communities), "class": _to_groups(overview.classes)},
    }


def _to_groups(groups: tuple[ViewGroup, ...]) -> list[dict[str, Any]]:
    return [
        {
            "key": one.key,
            **to_pair(one.label),
            "opening": one.opening,
            "x": one.centre[0],
            "y": one.centre[1],
            "size": len(one.members),
        }
        for one in groups
    ]


def to_group_numbers(groups: tuple[ViewGroup, ...]) -> dict[str, int]:
    """IRI → the number of its group."""
    return {iri: number for number, group in enumerate(groups) for iri in group.members}


def _to_groups_of(view_graph: ViewGraph, overview: Overview) -> dict[str, list[int]]:
    by_links, by_class = to_group_numbers(overview.communities), to_group_numbers(overview.classes)
    return {node.iri: [by_links[node.iri], by_class[node.iri]] for node in view_graph.nodes if node.iri in by_links}


def to_quote(one: ViewEvidence) -> dict[str, Any]:
    """A quote as the page reads it."""
    return {
        "id": one.iri,
        "selector": one.selector,
        "document": one.document,
        "section": one.section,
        "paragraph": one.paragraph,
        "prefix": one.prefix,
        "quote": one.quote,
        "suffix": one.suffix,
    }


def _to_network(view_graph: ViewGraph, positions: Mapping[str, tuple[float, float]]) -> Network:
    # Directed, because an undirected pyvis network drops the second edge between two nodes.
    network = Network(directed=True, cdn_resources="in_line")
    degrees = to_degrees(view_graph)
    classes = {one.iri: one for one in view_graph.classes}
    for node in view_graph.nodes:
        x, y = positions[node.iri]
        kind = classes.get(node.classes[0]) if node.classes else None
        network.add_node(
            node.iri,
            label=node.label,
            shape=kind.shape if kind else NO_CLASS[1],
            color=kind.colour if kind else NO_CLASS[0],
            size=to_radius(degrees[node.iri]),
            degree=degrees[node.iri],
            x=x,
            y=y,
        )
    for edge in view_graph.edges:
        network.add_edge(edge.source, edge.target, id=edge.iri)
    return network


def to_thing(node: ViewNode, evidence_number: Mapping[str, int]) -> dict[str, Any]:
    """What is said of a node beside its name."""
    return {
        "classes": list(node.classes),
        "labels": list(node.other_labels),
        "source": node.source,
        "issued": node.issued,
        "facts": [{**to_pair(name), "value": value} for name, value in node.facts],
        "evidence": [evidence_number[iri] for iri in node.evidence],
    }


def to_figure(figure: ViewFigure, evidence_number: Mapping[str, int]) -> dict[str, Any]:
    """A figure as the page reads it; the IRIs of its codes go into an export."""
    codes = {
        "unit": figure.unit_iri,
        "bound": figure.bound_iri,
        "measureKind": figure.kind_iri,
        "period": figure.period_iri,
    }
    return {
        "id": figure.iri,
        "codes": {name: iri for name, iri in codes.items() if iri},
        "written": figure.written,
        "value": figure.value,
        "unit": to_pair(figure.unit),
        "bound": to_pair(figure.bound),
        "kind": to_pair(figure.kind),
        "indicator": figure.indicator,
        "about": figure.about,
        "scope": figure.scope,
        "period": figure.period,
        "begin": figure.begin,
        "end": figure.end,
        "status": figure.status,
        "evidence": [evidence_number[iri] for iri in figure.evidence],
    }


def to_pair(text: Text | None) -> dict[str, str]:
    """A label in both languages; empty for none."""
    return {"zh": text.zh, "en": text.en} if text else {}


def _find_base(view_graph: ViewGraph) -> str:
    """What all nodes' IRIs begin with, up to a slash: left out of the page's address."""
    iris = sorted(node.iri for node in view_graph.nodes)
    if not iris:
        return ""
    pairs = zip(iris[0], iris[-1], strict=False)
    alike = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
    return iris[0][: iris[0].rfind("/", 0, alike) + 1]
