"""TriG: the Turtle of every named graph, each in its own block (https://www.w3.org/TR/trig/)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.export.turtle import Shortener, iterate_subjects, to_sorted_triples


def to_trig(quads: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Pairs of a graph (an N-Triples IRI, empty for the default graph) and a triple's text, in any order, as TriG."""
    by_graph: dict[str, set[str]] = {}
    for graph, triple in quads:
        by_graph.setdefault(graph, set()).add(triple)
    sorted_graphs = {graph: to_sorted_triples(by_graph[graph]) for graph in sorted(by_graph)}
    triples = [triple for graph in sorted_graphs.values() for triple in graph]
    shortener = Shortener([*triples, *((graph, graph, graph) for graph in by_graph if graph)])
    yield from shortener.iterate_prefixes()
    for graph, triples in sorted_graphs.items():
        if not graph:
            yield from iterate_subjects(triples, shortener)
            continue
        yield f"\nGRAPH {shortener.terms[graph]} {{\n"
        yield from iterate_subjects(triples, shortener, indent="    ")
        yield "}\n"
