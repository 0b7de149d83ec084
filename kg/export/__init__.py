"""A dataset to files for other software. Every format gives the same bytes for the same dataset."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import DefaultGraph, Quad, Store

from kg.errors import InputError
from kg.export.asserted import KEEPS_GRAPHS, count_inferred, select_asserted
from kg.export.neo4j import to_neo4j_csv
from kg.export.rdf import to_json_ld, to_rdf_xml
from kg.export.rdf12 import to_rdf12_turtle
from kg.export.trig import to_trig
from kg.export.turtle import to_turtle
from kg.export.turtle_file import FORMATS_OF_LINES, write_store_turtle, write_turtle
from kg.export.void import find_base, to_description_triples
from kg.export.xml_graphs import to_gexf, to_graphml
from kg.identifiers import DEFAULT_BASE
from kg.reasoning.graphs import INFERRED_GRAPH
from kg.store import find_suffix, iterate_lines, read_dataset, write_atomically

Writer = Callable[[Store, Path], tuple[Path, ...]]


def _write_turtle(store: Store, path: Path) -> tuple[Path, ...]:
    write_store_turtle(store, path)
    return (path,)


def _write_rdf12(store: Store, path: Path) -> tuple[Path, ...]:
    write_atomically(path, to_rdf12_turtle(iterate_lines(store)))
    return (path,)


def _write_ntriples(store: Store, path: Path) -> tuple[Path, ...]:
    write_atomically(path, sorted(iterate_lines(store)))
    return (path,)


def _write_nquads(store: Store, path: Path) -> tuple[Path, ...]:
    write_atomically(path, sorted(f"{quad.triple}{_to_graph(quad, ' ')} .\n" for quad in store))
    return (path,)


def _write_trig(store: Store, path: Path) -> tuple[Path, ...]:
    write_atomically(path, to_trig((_to_graph(quad), str(quad.triple)) for quad in store))
    return (path,)


def _write_void(store: Store, path: Path) -> tuple[Path, ...]:
    lines = [f"{quad.triple}{_to_graph(quad, ' ')} .\n" for quad in store]
    triples = to_description_triples(lines, find_base(sorted(lines)) or DEFAULT_BASE)
    write_atomically(path, to_turtle(f"{triple} .\n" for triple in triples))
    return (path,)


def _to_graph(quad: Quad, separator: str = "") -> str:
    return "" if isinstance(quad.graph_name, DefaultGraph) else f"{separator}{quad.graph_name}"


def _to_writer(convert: Callable[[Store], str]) -> Writer:
    def write(store: Store, path: Path) -> tuple[Path, ...]:
        write_atomically(path, [convert(store)])
        return (path,)

    return write


def _write_neo4j(store: Store, path: Path) -> tuple[Path, ...]:
    """Two files in the folder `path`, or in the folder of that name where `path` looks like a file's."""
    written = tuple(path / name for name in ("nodes.csv", "relationships.csv"))
    for target, content in zip(written, to_neo4j_csv(store), strict=True):
        write_atomically(target, [content])
    return written


FORMATS: Mapping[str, Writer] = {
    "ttl": _write_turtle,
    "ttl12": _write_rdf12,
    "nt": _write_ntriples,
    "nq": _write_nquads,
    "trig": _write_trig,
    "jsonld": _to_writer(to_json_ld),
    "rdfxml": _to_writer(to_rdf_xml),
    "void": _write_void,
    "graphml": _to_writer(to_graphml),
    "gexf": _to_writer(to_gexf),
    "neo4j-csv": _write_neo4j,
}


def write_export(store: Store, name: str, path: Path) -> tuple[Path, ...]:
    """Write a dataset in one of FORMATS; returns the files written. Raises InputError and StoreError.

    What reasoning inferred is only in the formats that keep its graph apart from what is asserted.
    """
    if name not in FORMATS:
        raise InputError(f"不认识的格式 unknown format: {name}；可用 {', '.join(FORMATS)}")
    return FORMATS[name](store if name in KEEPS_GRAPHS else select_asserted(store), path)


@dataclass(frozen=True, slots=True)
class Exported:
    """The files written, and how many inferred triples were left out of them."""

    files: tuple[Path, ...]
    left_out: int


def export_file(graph: Path, name: str, path: Path, *, jobs: int = 1, dataset: Store | None = None) -> Exported:
    """As `write_export`, of a graph file or a store's folder (`dataset`, where it has been read already).

    Turtle of a file of lines (.nq, .nt) is written without loading it, by `jobs` processes.
    """
    if name == "ttl" and find_suffix(graph) in FORMATS_OF_LINES and not graph.is_dir():
        return Exported((path,), write_turtle(graph, path, without=INFERRED_GRAPH, jobs=jobs))
    store = read_dataset(graph) if dataset is None else dataset
    return Exported(write_export(store, name, path), 0 if name in KEEPS_GRAPHS else count_inferred(store))
