"""Relations that no document says and reasoning inferred (docs/reasoning.md), as lines of their own kind."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pyoxigraph import NamedNode, Store

from kg.reasoning.graphs import INFERRED_GRAPH
from kg.view.model import Text, ViewEdge
from kg.view.terms import OWL, PROV, first, iterate_inferred, read_values

INFERRED = INFERRED_GRAPH
"""Stands where a line has its status: what is inferred is neither achieved nor planned."""

INFERRED_LABEL = Text("推得", "inferred")


def read_inferred_edges(
    dataset: Store, nodes: Collection[str], drawn: Iterable[ViewEdge], labelled: Collection[str]
) -> tuple[ViewEdge, ...]:
    """Inferred triples between two nodes by a property with a label, each with its premises; none that is `drawn`."""
    taken = {(edge.source, edge.property, edge.target) for edge in drawn}
    # Most of a closure are types: only what can be drawn is kept.
    found = {
        (quad.subject.value, quad.predicate.value, quad.object.value)
        for quad in iterate_inferred(dataset)
        if quad.predicate.value in labelled
        and isinstance(quad.subject, NamedNode)
        and isinstance(quad.object, NamedNode)
        and quad.subject.value in nodes
        and quad.object.value in nodes
        and quad.subject != quad.object
    }
    wanted = sorted(found - taken)
    premises = _read_premises(dataset) if wanted else {}
    return tuple(
        ViewEdge(
            iri=" ".join(triple),
            source=triple[0],
            target=triple[2],
            property=triple[1],
            status=INFERRED,
            premises=premises.get(triple, ()),
        )
        for triple in wanted
    )


def _read_premises(dataset: Store) -> dict[tuple[str, str, str], tuple[str, ...]]:
    """Inferred triple → its premises, of every `kg:Inference`."""
    ends = [read_values(dataset, f"{OWL}annotated{name}") for name in ("Source", "Property", "Target")]
    derived = read_values(dataset, PROV + "wasDerivedFrom")
    sources, properties, targets = ends
    return {
        (sources[iri][0], first(properties, iri), first(targets, iri)): derived.get(iri, ()) for iri in sorted(sources)
    }
