"""Makes tests/data/pack-sample.ttl: a small part of the built graph in which the pack's questions still have answers.

Comunica's joins grow with the square of the graph, so that it can be asked the whole pack only of a small one. After a
change of the vocabulary or of the queries: `python tests/pack_sample.py out/graph.ttl`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from kg.export.turtle import to_turtle
from kg.locations import find_folder
from kg.queries import bind_parameters, read_queries

SAMPLE = Path(__file__).parent / "data" / "pack-sample.ttl"
_ROWS = 2


def reduce_graph(store: ox.Store) -> ox.Store:
    """The triples of a few subjects, by which every question answered has `_ROWS` rows, or all it had."""
    texts = [bind_parameters(query, {}) for query in read_queries(find_folder("queries"))]
    wanted = {text: rows for text in texts if (rows := _count_rows(store, text))}
    by_subject: dict[ox.NamedNode, list[ox.Quad]] = {}
    for quad in sorted(store, key=str):
        assert isinstance(quad.subject, ox.NamedNode)
        by_subject.setdefault(quad.subject, []).append(quad)
    kept = list(by_subject)
    size = len(kept) // 4
    while size:
        at = 0
        while at < len(kept):
            fewer = kept[:at] + kept[at + size :]
            smaller = _to_store(quad for subject in fewer for quad in by_subject[subject])
            # The question that failed last is the likeliest to fail again.
            failing = next((text for text, rows in wanted.items() if _count_rows(smaller, text) < rows), None)
            if failing is None:
                kept = fewer
            else:
                wanted = {failing: wanted[failing], **wanted}
                at += size
        size //= 2
    return _to_store(quad for subject in kept for quad in by_subject[subject])


def _to_store(quads: Iterable[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.extend(quads)
    return store


def _count_rows(store: ox.Store, text: str) -> int:
    found = store.query(text)
    assert isinstance(found, ox.QuerySolutions)
    return min(_ROWS, sum(1 for _ in found))


if __name__ == "__main__":
    whole = ox.Store()
    whole.bulk_load(path=sys.argv[1], format=ox.RdfFormat.TURTLE)
    part = reduce_graph(whole)
    SAMPLE.write_text("".join(to_turtle(f"{quad.triple} .\n" for quad in part)), encoding="utf-8")
    sys.stdout.write(f"{len(whole)} → {len(part)}\n")
