"""What is asserted apart from what is inferred, for formats that have no named graphs to tell the two apart."""

from __future__ import annotations

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from kg.reasoning.graphs import INFERRED_GRAPH

KEEPS_GRAPHS = frozenset({"nq", "trig", "jsonld"})
"""The formats in which a triple stands with its graph; the others are the union of all graphs."""

_INFERRED = NamedNode(INFERRED_GRAPH)


def count_inferred(store: Store) -> int:
    """How many triples the closure's graph holds (docs/reasoning.md); none where nothing was reasoned."""
    return sum(1 for _ in store.quads_for_pattern(None, None, None, _INFERRED))


def select_asserted(store: Store) -> Store:
    """The dataset without the closure's graph: itself where it has none. The given one stays as it is.

    The default graph of a reasoned dataset repeats what the named graphs say; a union of both would count each triple
    twice, and every join of n triples 2ⁿ times, so that what a named graph says is left out of it.
    """
    if not count_inferred(store):
        return store
    asserted = Store()
    asserted.bulk_extend(quad for quad in store if quad.graph_name != _INFERRED and not _is_repeated(store, quad))
    return asserted


def _is_repeated(store: Store, quad: Quad) -> bool:
    if not isinstance(quad.graph_name, DefaultGraph):
        return False
    graphs = (one.graph_name for one in store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None))
    return any(name not in (quad.graph_name, _INFERRED) for name in graphs)
