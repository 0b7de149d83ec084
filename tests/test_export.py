"""Every export format is read back by software that is not ours, and does not depend on the order of the store."""

from __future__ import annotations

import csv
import io
import random
import time
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic

from kg.errors import InputError, StoreError
from kg.export import FORMATS, write_export
from kg.export.property_graph import to_property_graph
from kg.export.turtle import to_turtle
from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.pipeline import build_corpus
from kg.store import iterate_lines, read_dataset, to_dataset, write_atomically, write_bytes_atomically

STRING = "http://www.w3.org/2001/XMLSchema#string"
CASE = Path(__file__).parent / "cases" / "planned_is_not_done"


@pytest.fixture(scope="module")
def store() -> Store:
    return to_dataset(build_corpus(CASE, find_folder("ontology"), DEFAULT_BASE).lines)


@pytest.fixture(scope="module")
def union(store: Store) -> Graph:
    return Graph().parse(data="".join(iterate_lines(store)), format="nt")


@pytest.mark.parametrize(("name", "form"), [("ttl", "turtle"), ("nt", "nt"), ("rdfxml", "xml")])
def test_formats_of_one_graph_hold_the_union(store: Store, union: Graph, tmp_path: Path, name: str, form: str) -> None:
    (path,) = write_export(store, name, tmp_path / "graph")
    assert isomorphic(Graph().parse(path, format=form), union)


@pytest.mark.parametrize(("name", "form"), [("nq", "nquads"), ("trig", "trig"), ("jsonld", "json-ld")])
def test_formats_of_datasets_hold_every_graph(store: Store, tmp_path: Path, name: str, form: str) -> None:
    (path,) = write_export(store, name, tmp_path / "graph")
    read = Dataset()
    read.parse(path, format=form)
    found = {(str(quad[3]), quad[0].n3(), quad[1].n3(), str(quad[2])) for quad in read.quads()}
    expected = {
        (quad.graph_name.value, str(quad.subject), str(quad.predicate), quad.object.value)
        for quad in store
        if isinstance(quad.graph_name, NamedNode) and isinstance(quad.object, NamedNode | Literal)
    }
    assert found == expected


@pytest.mark.parametrize("name", FORMATS)
def test_the_bytes_do_not_depend_on_the_order_of_the_store(store: Store, tmp_path: Path, name: str) -> None:
    quads = list(store)
    random.Random(7).shuffle(quads)
    shuffled = Store()
    shuffled.extend(quads)
    first = write_export(store, name, tmp_path / "a" / "graph")
    second = write_export(shuffled, name, tmp_path / "b" / "graph")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_graphml_and_gexf_hold_the_property_graph(store: Store, tmp_path: Path) -> None:
    graph = to_property_graph(store)
    assert graph.number_of_edges() > 5
    (graphml,) = write_export(store, "graphml", tmp_path / "graph.graphml")
    (gexf,) = write_export(store, "gexf", tmp_path / "graph.gexf")
    for read in (nx.read_graphml(graphml, force_multigraph=True), nx.read_gexf(gexf)):
        assert dict(read.nodes(data="label")).keys() == dict(graph.nodes(data="label")).keys()
        assert read.number_of_edges() == graph.number_of_edges()
    names = {element.tag.rsplit("}", 1)[-1] for element in ElementTree.parse(graphml).iter()}
    assert {"graphml", "node", "edge", "data"} <= names


def test_neo4j_tables_refer_only_to_their_own_nodes(store: Store, tmp_path: Path) -> None:
    nodes_path, edges_path = write_export(store, "neo4j-csv", tmp_path / "neo4j")
    nodes = list(csv.DictReader(io.StringIO(nodes_path.read_text(encoding="utf-8"))))
    edges = list(csv.DictReader(io.StringIO(edges_path.read_text(encoding="utf-8"))))
    known = {node[":ID"] for node in nodes}
    assert len(known) == len(nodes) > 5
    assert edges
    assert {edge[end] for edge in edges for end in (":START_ID", ":END_ID")} <= known
    assert {edge["status"] for edge in edges} >= {"planned", "achieved"}


def test_a_cell_that_a_spreadsheet_would_run_is_marked() -> None:
    from kg.export.neo4j import to_neo4j_csv

    kg, skos = "https://w3id.org/policykg/ontology#", "http://www.w3.org/2004/02/skos/core#"
    rdfs, rdf = "http://www.w3.org/2000/01/rdf-schema#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    node, cls = NamedNode("https://e.org/x"), NamedNode(kg + "Fund")
    store = Store()
    for subject, predicate, value in (
        (node, skos + "prefLabel", Literal("=cmd()", language="zh")),
        (node, rdf + "type", cls),
        (cls, rdfs + "subClassOf", NamedNode(kg + "Entity")),
        (cls, rdfs + "label", Literal("基金", language="zh")),
    ):
        store.add(Quad(subject, NamedNode(predicate), value))
    assert "'=cmd()" in to_neo4j_csv(store)[0]


def test_an_unknown_format_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unknown format"):
        write_export(store, "docx", tmp_path / "x")


_SEGMENTS = st.text(alphabet="ab01-_.~%·中文（）,:'", max_size=6).map(lambda text: text.replace("%", "%41"))
_IRIS = st.builds(
    lambda head, tail: NamedNode(head + tail),
    st.sampled_from(
        [
            "https://e.org/id/fund/",
            "https://e.org/id/中/",
            "https://w3id.org/policykg/ontology#",
            "urn:x:",
            "https://e.org/a/fund/",
        ]
    ),
    _SEGMENTS,
)
_LITERALS = st.one_of(
    st.builds(Literal, st.text(st.characters(exclude_categories=["Cs"]), max_size=12)),
    st.builds(
        lambda text: Literal(text, language="zh"), st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    ),
    st.builds(
        lambda text, kind: Literal(text, datatype=NamedNode(f"http://www.w3.org/2001/XMLSchema#{kind}")),
        st.sampled_from(["1", "-1", "+1", "1.0", ".5", "01", "1.", "true", "1e3", "", "x", "2024-01-01"]),
        st.sampled_from(["integer", "decimal", "boolean", "date", "string", "double"]),
    ),
    st.builds(lambda text, kind: Literal(text, datatype=kind), st.text('ab"\\\n>^', max_size=4), _IRIS),
)


def to_key(term: object) -> tuple[str, str, str]:
    """A term of rdflib or pyoxigraph by its lexical form, language and datatype."""
    language = str(getattr(term, "language", None) or "")
    kind = getattr(term, "datatype", None)
    datatype = "" if kind is None or language else str(getattr(kind, "value", kind)).removeprefix(STRING)
    text = term.value if isinstance(term, NamedNode | Literal) else str(term)
    return text, language, datatype


@pytest.fixture(autouse=True)
def lexical_forms_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.builds(Triple, _IRIS, _IRIS, st.one_of(_IRIS, _LITERALS)), max_size=12), st.randoms())
def test_any_triples_come_back_from_turtle_as_they_went_in(triples: list[Triple], shuffler: random.Random) -> None:
    lines = [f"{triple} .\n" for triple in triples]
    text = "".join(to_turtle(lines))
    back = {Triple(quad.subject, quad.predicate, quad.object) for quad in parse(text.encode(), format=RdfFormat.TURTLE)}
    assert back == set(triples)
    assert {tuple(map(to_key, triple)) for triple in Graph().parse(data=text, format="turtle")} == {
        tuple(map(to_key, (triple.subject, triple.predicate, triple.object))) for triple in triples
    }
    shuffler.shuffle(lines)
    assert "".join(to_turtle([*lines, *lines])) == text


def test_numbers_are_bare_only_in_a_form_that_turtle_reads_as_the_same_type() -> None:
    xsd = "http://www.w3.org/2001/XMLSchema#"
    values = [("5", "integer"), ("30000", "decimal"), ("70.3", "decimal"), ("true", "boolean"), ("5", "int")]
    lines = [f'<https://e.org/s> <https://e.org/p> "{value}"^^<{xsd}{kind}> .' for value, kind in values]
    text = "".join(to_turtle(lines))
    for form in (" 5 ", " 70.3 ", " true ", '"30000"^^xsd:decimal', '"5"^^xsd:int'):
        assert form in text.replace("\n", " ")


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_compressed_file_is_written_and_read_by_its_name(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f'<x:{number}> <x:p> "中文" <x:g> .\n' for number in range(1000)]
    path, other = tmp_path / f"graph.nq{suffix}", tmp_path / f"other{suffix}"
    write_atomically(path, lines)
    content = path.read_bytes()
    assert len(content) < 0.2 * len("".join(lines).encode())
    assert len(read_dataset(path)) == 1000
    # Neither the time nor the name is in it, nor in how many parts it came.
    monkeypatch.setattr(time, "time", lambda: 1e9)
    write_bytes_atomically(other, "".join(lines).encode())
    assert other.read_bytes() == content
    path.write_bytes(content[:-9])
    with pytest.raises(StoreError, match=f"damaged compressed file: .*{path.name}"):
        read_dataset(path)
