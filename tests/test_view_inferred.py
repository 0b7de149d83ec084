"""What reasoning inferred is never shown nor exported as if a document said it; a line of it shows its premises."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from click.testing import CliRunner
from playwright.sync_api import Browser
from view_pages import open_file, settle

from kg.cli import main
from kg.export import FORMATS, write_export
from kg.export.asserted import KEEPS_GRAPHS, count_inferred
from kg.identifiers import ONTOLOGY
from kg.reasoning import derive, to_reasoned_lines
from kg.reasoning.graphs import INFERRED_GRAPH
from kg.store import read_dataset, to_dataset
from kg.view.graph import to_view_graph
from kg.view.inferred import INFERRED
from kg.view.layout import compute_positions
from kg.view.model import ViewEdge, ViewGraph
from kg.view.render import to_html

_PLANNED = ONTOLOGY + "planned"
_INFERRED = ox.NamedNode(INFERRED_GRAPH)


@pytest.fixture(scope="module")
def asserted(turtle: Path) -> ox.Store:
    return read_dataset(turtle.with_name("graph.nq"))


@pytest.fixture(scope="module")
def reasoned(turtle: Path, asserted: ox.Store) -> ox.Store:
    lines = turtle.with_name("graph.nq").read_text(encoding="utf-8").splitlines(keepends=True)
    return to_dataset(tuple(to_reasoned_lines(lines, derive(asserted))))


@pytest.fixture(scope="module")
def view_graph(reasoned: ox.Store) -> ViewGraph:
    return to_view_graph(reasoned)


def _inferred(view_graph: ViewGraph) -> list[ViewEdge]:
    return [edge for edge in view_graph.edges if edge.status == INFERRED]


def test_all_but_the_inferred_lines_is_the_view_of_what_is_asserted(asserted: ox.Store, view_graph: ViewGraph) -> None:
    plain = to_view_graph(asserted)
    assert view_graph.nodes == plain.nodes
    assert view_graph.classes == plain.classes
    assert [edge for edge in view_graph.edges if edge.status != INFERRED] == list(plain.edges)
    assert view_graph.figures == plain.figures
    assert [one for one in view_graph.statuses if not one.inferred] == list(plain.statuses)
    assert len(_inferred(view_graph)) > 15
    # The closure also gives types: none of them is a node's class here.
    assert _find_foreign_types(asserted, view_graph) == []


def _find_foreign_types(asserted: ox.Store, view_graph: ViewGraph) -> list[tuple[str, str]]:
    """Classes of nodes that no graph of what is asserted gives them."""
    rdf_type = ox.NamedNode(str(rdflib.RDF.type))
    return [
        (node.iri, name)
        for node in view_graph.nodes
        for name in node.classes
        if not any(asserted.quads_for_pattern(ox.NamedNode(node.iri), rdf_type, ox.NamedNode(name), None))
    ]


def test_every_inferred_line_has_premises_and_none_of_them_is_a_plan(reasoned: ox.Store, view_graph: ViewGraph) -> None:
    said = {edge.iri: edge for edge in view_graph.edges}
    things = {node.iri for node in view_graph.nodes}
    for edge in _inferred(view_graph):
        assert edge.premises, edge
        assert not edge.evidence
        for premise in edge.premises:
            assert premise in said or premise in things, premise
            assert premise not in said or said[premise].status not in {_PLANNED, INFERRED}
        triple = ox.Quad(*map(ox.NamedNode, (edge.source, edge.property, edge.target)), _INFERRED)
        assert triple in reasoned
        assert not [quad for quad in reasoned.quads_for_pattern(*triple.triple, None) if quad.graph_name != _INFERRED]


def test_nothing_that_is_only_planned_is_in_the_closure(reasoned: ox.Store) -> None:
    """Of every plan: its triple, and its triple by the inverse and the properties above, stand nowhere unless a text
    also says them as a fact."""
    status, planned = ox.NamedNode(ONTOLOGY + "status"), ox.NamedNode(_PLANNED)
    parts = [ox.NamedNode(str(rdflib.RDF[name])) for name in ("subject", "predicate", "object")]
    facts, plans = set(), set()
    for quad in reasoned.quads_for_pattern(None, parts[0], None, None):
        terms = tuple(next(reasoned.quads_for_pattern(quad.subject, part, None, None)).object for part in parts)
        states = {one.object for one in reasoned.quads_for_pattern(quad.subject, status, None, None)}
        (plans if planned in states else facts).add(terms)
    closure = {
        frozenset((quad.subject, quad.object)) for quad in reasoned.quads_for_pattern(None, None, None, _INFERRED)
    }
    said = {
        frozenset((quad.subject, quad.object))
        for quad in reasoned.quads_for_pattern(None, None, None, None)
        if quad.graph_name != _INFERRED
    }
    only = {frozenset((one[0], one[2])) for one in plans} - said
    assert len(plans - facts) > 90
    assert len(only) > 50
    assert not only & closure


def test_formats_without_graphs_hold_nothing_inferred(asserted: ox.Store, reasoned: ox.Store, tmp_path: Path) -> None:
    write_export(reasoned, "nt", tmp_path / "reasoned.nt")
    lines = set((tmp_path / "reasoned.nt").read_text(encoding="utf-8").splitlines())
    inferred = {f"{quad.triple} ." for quad in reasoned.quads_for_pattern(None, None, None, _INFERRED)}
    assert len(inferred) > 500
    assert not lines & inferred
    assert lines >= {f"{quad.triple} ." for quad in asserted}
    # A property graph is the same with and without the closure: its types are no classes of a node.
    for name in ("graphml", "neo4j-csv"):
        one, other = (
            write_export(store, name, tmp_path / part / name) for part, store in (("a", asserted), ("b", reasoned))
        )
        assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other], name
    write_export(reasoned, "nq", tmp_path / "reasoned.nq")
    assert count_inferred(read_dataset(tmp_path / "reasoned.nq")) == len(inferred)
    assert set(FORMATS) >= KEEPS_GRAPHS


def test_the_commands_tell_the_two_apart(reasoned: ox.Store, tmp_path: Path) -> None:
    write_export(reasoned, "nq", tmp_path / "reasoned.nq")
    given = ["--graph", str(tmp_path / "reasoned.nq")]
    result = CliRunner().invoke(main, ["export", *given, "--format", "ttl", "--out", str(tmp_path / "graph.ttl")])
    assert result.exit_code == 0, result.output
    assert f"{count_inferred(reasoned)} inferred triples left out" in result.output
    result = CliRunner().invoke(main, ["view", *given, "--no-open", "--out", str(tmp_path / "graph.html")])
    assert result.exit_code == 0, result.output
    assert '"inferred":true' in (tmp_path / "graph.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("most", [10**6, 0], ids=["vis-network", "canvas"])
def test_an_inferred_line_is_apart_and_shows_its_premises(
    chromium_browser: Browser, view_graph: ViewGraph, tmp_path: Path, most: int
) -> None:
    page_text = to_html(view_graph, compute_positions(view_graph), title="图谱", pyvis_most=most)
    (tmp_path / "graph.html").write_text(page_text, encoding="utf-8")
    opened, context = open_file(chromium_browser, tmp_path / "graph.html", "#see=all")
    page = opened.page
    statements = {edge.iri: edge for edge in view_graph.edges if edge.evidence}
    edge = next(
        one
        for one in _inferred(view_graph)
        if set(one.premises) & statements.keys() and set(one.premises) - statements.keys()
    )
    # In the legend with its own dashes, in the picture with its own colour.
    assert page.locator("#statuses li", has_text="推得").locator(".stroke.inferred").count() == 1
    svg = page.evaluate("window.policykg.toSvg()")
    assert svg.count('class="edge inferred"') == len(_inferred(view_graph))
    assert svg.count('stroke="#7c3aed"') == len(_inferred(view_graph))
    # Its panel says that no document says it, and quotes what it follows from.
    page.evaluate("id => { location.hash = 'see=all&e=' + encodeURIComponent(id); }", edge.iri)
    settle(page)
    page.locator("#panel h3", has_text="前提").wait_for()
    panel = page.locator("#panel")
    assert panel.locator(".head .status.inferred").inner_text().startswith("推得")
    assert panel.locator(".facts > li").count() == len(edge.premises)
    quotes = {one.iri: one.quote for one in view_graph.evidence}
    shown = panel.locator(".evidence mark").all_text_contents()
    assert {quotes[statements[iri].evidence[0]] for iri in edge.premises if iri in statements} <= set(shown)
    # What is taken away as Turtle states it as an inference and not as a fact.
    graph = rdflib.Graph().parse(data=page.evaluate("window.policykg.toTurtle()"), format="turtle")
    inferences = set(graph.subjects(rdflib.RDF.type, rdflib.URIRef(ONTOLOGY + "Inference")))
    assert len(inferences) == len(_inferred(view_graph))
    triple = tuple(map(rdflib.URIRef, (edge.source, edge.property, edge.target)))
    assert triple not in graph
    assert len(set(graph.objects(None, rdflib.PROV.wasDerivedFrom)) & set(map(rdflib.URIRef, edge.premises))) == len(
        edge.premises
    )
    # Filtered out by the legend, they are gone, and nothing else is.
    page.evaluate("() => { location.hash = 'see=all'; }")
    settle(page)
    before = set(page.evaluate("window.policykg.shown()")["edges"])
    page.locator("#statuses li", has_text="推得").locator("input").uncheck()
    settle(page)
    after = set(page.evaluate("window.policykg.shown()")["edges"])
    assert before - after == {one.iri for one in _inferred(view_graph)}
    assert opened.said == []
    assert [url for url in opened.asked if url != opened.url] == []
    context.close()
