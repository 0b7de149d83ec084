"""Every export loaded by software that is not ours, and what every export keeps to so that any store can load it."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import networkx as nx
import pyoxigraph as ox
import pytest
from answers import run, run_node
from components import require_command, require_jars, require_module, require_node_package

from kg.export import FORMATS, write_export
from kg.export.portability import (
    Terms,
    find_blank_nodes,
    find_control_characters,
    find_impossible_values,
    find_uncanonical_numbers,
    find_years,
)
from kg.export.property_graph import to_property_graph
from kg.store import read_dataset

JAVA = Path(__file__).parent / "java"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SUFFIXES = {"rdfxml": "rdf", "ttl12": "ttl"}
_PARSERS = {
    "ttl": ox.RdfFormat.TURTLE, "ttl12": ox.RdfFormat.TURTLE, "void": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES, "nq": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD, "rdfxml": ox.RdfFormat.RDF_XML,
}  # fmt: skip
_TAGS = {"jsonld": r'"@language":\s*"([^"]+)"', "rdfxml": r'xml:lang="([^"]+)"'}
_JAVA_QUICKLY = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m")


@pytest.fixture(scope="module")
def store(turtle: Path) -> ox.Store:
    """The built graph with its named graphs."""
    return read_dataset(turtle.with_name("graph.nq"))


@pytest.fixture(scope="module")
def write(store: ox.Store, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The path of an export of it, written once; of the folder where there are two files."""
    folder = tmp_path_factory.mktemp("exports")
    written: dict[str, Path] = {}

    def write_once(name: str) -> Path:
        if name not in written:
            paths = write_export(store, name, folder / name / f"graph.{_SUFFIXES.get(name, name)}")
            written[name] = paths[0] if len(paths) == 1 else paths[0].parent
        return written[name]

    return write_once


# --- RDF --------------------------------------------------------------------------------------------------------------


@pytest.mark.java
def test_rdf4j_reads_the_same_triples_in_every_format(write: Callable[[str], Path], store: ox.Store) -> None:
    names = ("ttl", "nt", "nq", "trig", "jsonld", "rdfxml")
    paths = [str(write(name)) for name in names]
    java, jars = require_command("java"), require_jars("rdf4j")
    read = run([java, *_JAVA_QUICKLY, "-cp", jars, str(JAVA / "CountRdf4j.java"), *paths]).stdout
    found = {line.split("\t")[0]: line.split("\t")[1:] for line in read.splitlines()}
    texts = sorted({_to_text(quad) for quad in store}, key=lambda text: text.encode("utf-16-be"))
    digest = hashlib.sha256("".join(f"{text}\n" for text in texts).encode()).hexdigest()
    graphs = len({quad.graph_name for quad in store})
    for name, path in zip(names, paths, strict=True):
        size, named = (len(store), graphs) if name in {"nq", "trig", "jsonld"} else (len(texts), 0)
        assert found[path] == [str(size), str(named), str(len(texts)), digest], name


def _to_text(quad: ox.Quad) -> str:
    """A triple as tests/java/CountRdf4j.java writes it."""
    subject, value = cast("ox.NamedNode", quad.subject).value, quad.object
    if isinstance(value, ox.Literal):
        kind = f"@{value.language}" if value.language else f"^^{value.datatype.value}"
        return f'{subject} {quad.predicate.value} "{value.value}"{kind}'
    return f"{subject} {quad.predicate.value} {cast('ox.NamedNode', value).value}"


def test_pyld_reads_the_same_quads(write: Callable[[str], Path], store: ox.Store) -> None:
    jsonld = require_module("pyld").jsonld
    # With the context inside, nothing has to be loaded.
    jsonld.set_document_loader(_load_nothing)
    quads = jsonld.to_rdf(json.loads(write("jsonld").read_text(encoding="utf-8")), {"format": "application/n-quads"})
    assert set(ox.parse(quads.encode(), format=ox.RdfFormat.N_QUADS)) == set(store)


def _load_nothing(url: str, _: object) -> None:
    raise AssertionError(f"would load {url}")


@pytest.mark.node
def test_annotations_say_what_the_statements_said(write: Callable[[str], Path], store: ox.Store) -> None:
    require_node_package("n3-rdf12")
    path = write("ttl12")
    assert "{|" in path.read_text(encoding="utf-8")
    read = list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
    assert len(read) == len(set(read))
    # Every reified triple back to the four that it stands for.
    back = set()
    for quad in read:
        if quad.predicate.value == f"{_RDF}reifies":
            triple = cast("ox.Triple", quad.object)
            parts = (("subject", triple.subject), ("predicate", triple.predicate), ("object", triple.object))
            back |= {ox.Triple(quad.subject, ox.NamedNode(_RDF + name), term) for name, term in parts}
            back.add(ox.Triple(quad.subject, ox.NamedNode(f"{_RDF}type"), ox.NamedNode(f"{_RDF}Statement")))
        else:
            back.add(quad.triple)
    assert back == {quad.triple for quad in store}
    assert _read_by_n3(path) == Counter(json.dumps(_to_terms(quad)) for quad in read)


def _read_by_n3(path: Path) -> Counter[str]:
    return Counter(json.dumps(terms) for terms in json.loads(run_node("write12.mjs", path)))


def _to_terms(node: ox.Quad | ox.Triple) -> list[object]:
    """The terms as npm's n3 names them."""
    return [_to_term(term) for term in (node.subject, node.predicate, node.object)]


def _to_term(term: object) -> object:
    if isinstance(term, ox.Triple):
        return _to_terms(term)
    if isinstance(term, ox.Literal):
        if term.language:
            return f'"{term.value}"@{term.language}'
        plain = term.datatype.value.endswith("XMLSchema#string")
        return f'"{term.value}"' if plain else f'"{term.value}"^^{term.datatype.value}'
    return cast("ox.NamedNode", term).value


# --- property graphs --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def property_graph(store: ox.Store) -> nx.MultiDiGraph:
    """What the property-graph formats have to hold."""
    return to_property_graph(store)


def _to_edges(graph: nx.MultiDiGraph) -> Counter[tuple[str, ...]]:
    return Counter(
        (begin, fields["property"], end, fields["status"], fields["quote"])
        for begin, end, fields in graph.edges(data=True)
    )


def test_igraph_reads_the_graphml(write: Callable[[str], Path], property_graph: nx.MultiDiGraph) -> None:
    igraph = require_module("igraph")
    read = igraph.Graph.Read_GraphML(str(write("graphml")))
    assert {one["id"]: one["label"] for one in read.vs} == dict(property_graph.nodes(data="label"))
    ids = read.vs["id"]
    edges = Counter((ids[one.source], one["property"], ids[one.target], one["status"], one["quote"]) for one in read.es)
    assert edges == _to_edges(property_graph)
    assert edges == _to_edges(nx.read_graphml(write("graphml"), force_multigraph=True))


@pytest.mark.node
def test_graphology_reads_the_gexf(write: Callable[[str], Path], property_graph: nx.MultiDiGraph) -> None:
    require_node_package("graphology-gexf")
    read = json.loads(run_node("gexf.mjs", write("gexf")))
    assert {node: fields["label"] for node, fields in read["nodes"]} == dict(property_graph.nodes(data="label"))
    edges = Counter(
        (begin, fields["property"], end, fields["status"], fields["quote"]) for _, begin, end, fields in read["edges"]
    )
    assert edges == _to_edges(property_graph)


def _typed(names: str) -> list[str]:
    return [f"{name} STRING" for name in names.split()]


def test_kuzu_loads_the_tables(write: Callable[[str], Path], property_graph: nx.MultiDiGraph, tmp_path: Path) -> None:
    kuzu = require_module("kuzu")
    folder = write("neo4j-csv")
    database = kuzu.Database(str(tmp_path / "kuzu"), buffer_pool_size=64 << 20, max_db_size=1 << 30)
    ask = kuzu.Connection(database, num_threads=1).execute
    columns = {
        "NODE TABLE N(id": [*_typed("iri name class figures labels"), "PRIMARY KEY(id)"],
        "REL TABLE R(FROM N TO N, kind": _typed("iri name status quote document"),
    }
    for table, names in columns.items():
        ask(f"CREATE {table} STRING, {', '.join(names)})")
    for table, name in (("N", "nodes"), ("R", "relationships")):
        ask(f"COPY {table} FROM '{folder}/{name}.csv' (HEADER=true, PARALLEL=false, QUOTE='\"', ESCAPE='\"')")
    nodes = dict(ask("MATCH (n:N) RETURN n.iri, n.name").get_all())
    assert nodes == dict(property_graph.nodes(data="label"))
    rows = ask("MATCH (a:N)-[r:R]->(b:N) RETURN a.iri, r.kind, b.iri, r.status, r.quote").get_all()
    assert Counter(map(tuple, rows)) == _to_edges(property_graph)


@pytest.mark.java
def test_neo4j_imports_the_tables(
    write: Callable[[str], Path], property_graph: nx.MultiDiGraph, tmp_path: Path
) -> None:
    java, jars, folder = require_command("java"), require_jars("neo4j"), write("neo4j-csv")
    files = (str(folder / "nodes.csv"), str(folder / "relationships.csv"))
    program = str(JAVA / "ImportNeo4j.java")
    read = run([java, *_JAVA_QUICKLY, "-cp", jars, program, str(tmp_path), *files]).stdout
    nodes, edges, _ = (part.strip("\n").split("\n") for part in read.split("----"))
    expected = {
        (node, fields["label"], frozenset(fields["class"].split(" | ")))
        for node, fields in property_graph.nodes(data=True)
    }
    fields = (line.split("\t") for line in nodes)
    assert {(iri, name, frozenset(labels.strip(";").split(";"))) for iri, name, labels in fields} == expected
    found = Counter(tuple(line.split("\t")[1:]) for line in edges)
    assert found == _to_edges(property_graph)


# --- what every export keeps to ---------------------------------------------------------------------------------------


def test_every_rdf_format_is_tried() -> None:
    assert set(_PARSERS) | {"graphml", "gexf", "neo4j-csv"} == set(FORMATS)


@pytest.mark.parametrize("name", _PARSERS)
def test_an_rdf_export_is_portable(write: Callable[[str], Path], name: str) -> None:
    # The parser keeps the forms as written; a store would have made them canonical.
    quads = list(ox.parse(path=str(write(name)), format=_PARSERS[name]))
    assert len(quads) > 100
    terms = Terms(cast("ox.Store", quads))
    for find in (
        find_blank_nodes, find_impossible_values, find_uncanonical_numbers, find_years, find_control_characters,
    ):  # fmt: skip
        assert list(find(terms)) == [], find.__name__
    content = write(name).read_text(encoding="utf-8")
    tags = set(re.findall(_TAGS.get(name, r'"@([A-Za-z-]+)'), content))
    assert {tag.lower() for tag in tags} == tags >= {"zh"}
    assert "owlxml" not in content


def test_the_rules_of_portability_see_what_is_written() -> None:
    xsd = "http://www.w3.org/2001/XMLSchema#"
    for value in ("8E7", ".10", "0.10", "+1", "80000000."):
        quads = list(ox.parse(f'<a:s> <a:p> "{value}"^^<{xsd}decimal> .'.encode(), format=ox.RdfFormat.N_TRIPLES))
        terms = Terms(cast("ox.Store", quads))
        assert [*find_uncanonical_numbers(terms), *find_impossible_values(terms)], value


def test_a_property_graph_has_no_blank_node_and_no_number_to_guess(
    write: Callable[[str], Path], property_graph: nx.MultiDiGraph
) -> None:
    assert all(re.fullmatch(r"https?://\S+", node) for node in property_graph)
    with (write("neo4j-csv") / "nodes.csv").open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    assert not [row for row in rows if re.search(r"[0-9]E[+-]?[0-9]|(?<![0-9])\.[0-9]", row["figures"])]
