"""The view without a browser: what is read from a dataset, where it stands, and what the file contains."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox
import pytest
from sample_dataset import ID, KG, SampleDataset, make_sample_dataset

from kg.errors import StoreError
from kg.view.graph import to_view_graph
from kg.view.layout import compute_positions, to_degrees, to_radius
from kg.view.model import ViewGraph
from kg.view.render import to_html, to_json, write_html

_PREFIXES = """
PREFIX kg: <https://w3id.org/policykg/ontology#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
"""


@pytest.fixture(scope="module")
def dataset() -> ox.Store:
    return make_sample_dataset(300)


@pytest.fixture(scope="module")
def view_graph(dataset: ox.Store) -> ViewGraph:
    return to_view_graph(dataset)


def _select(dataset: ox.Store, query: str) -> set[tuple[str, ...]]:
    rows = dataset.query(_PREFIXES + query, use_default_graph_as_union=True)
    return {tuple(term.value for term in row) for row in rows}


def test_every_statement_is_an_edge_with_its_status(dataset: ox.Store, view_graph: ViewGraph) -> None:
    stated = _select(
        dataset, "SELECT ?st ?s ?p ?o ?x { ?st rdf:subject ?s; rdf:predicate ?p; rdf:object ?o; kg:status ?x }"
    )
    drawn = {(e.iri, e.source, e.property, e.target, e.status) for e in view_graph.edges if e.iri.startswith(ID + "st")}
    assert drawn == stated
    assert len(stated) > 400


def test_evidence_is_that_of_the_dataset(dataset: ox.Store, view_graph: ViewGraph) -> None:
    said = _select(
        dataset,
        """SELECT ?st ?d ?quote ?before ?after { ?st rdf:subject ?s; prov:wasDerivedFrom ?e .
           ?e oa:hasSource ?d; oa:hasSelector ?q . ?q oa:exact ?quote; oa:prefix ?before; oa:suffix ?after }""",
    )
    evidence = {one.iri: one for one in view_graph.evidence}
    shown = {
        (edge.iri, found.document, found.quote, found.prefix, found.suffix)
        for edge in view_graph.edges
        for found in (evidence[iri] for iri in edge.evidence)
    }
    assert shown == said


def test_figures_carry_value_period_and_scope(dataset: ox.Store, view_graph: ViewGraph) -> None:
    said = _select(dataset, "SELECT ?f ?v ?s ?t { ?f kg:indicator ?i; kg:value ?v; kg:scope ?s; kg:sourceText ?t }")
    assert {(one.iri, one.value, one.scope, one.written) for one in view_graph.figures} == said
    one = view_graph.figures[0]
    assert one.begin == f"{one.period[:4]}-01-01"
    assert one.end == f"{one.period[:4]}-12-31"
    assert one.unit is not None
    assert one.unit.zh == "元"
    drawn = [iri for edge in view_graph.edges for iri in edge.figures]
    assert sorted(drawn) == sorted(figure.iri for figure in view_graph.figures)


def test_only_the_planned_status_is_planned(view_graph: ViewGraph) -> None:
    assert [(one.label.zh, one.planned) for one in view_graph.statuses] == [
        ("已完成", False),
        ("进行中", False),
        ("计划中", True),
    ]


def test_a_planned_statement_has_no_second_edge(dataset: ox.Store, view_graph: ViewGraph) -> None:
    assert not [edge for edge in view_graph.edges if edge.status is None], "the sample has no authority data"
    told = SampleDataset(make_sample_dataset(60), None)  # type: ignore[arg-type]
    told.add("id:region/湖北省", "kg:locatedIn", "id:region/襄阳市")
    extra = [edge for edge in to_view_graph(told.store).edges if edge.status is None]
    assert [(edge.source, edge.property, edge.evidence) for edge in extra] == [
        (ID + "region/湖北省", KG + "locatedIn", ())
    ]


def test_colour_and_shape_come_from_the_ontology(view_graph: ViewGraph) -> None:
    found = {one.iri.removeprefix(KG): one for one in view_graph.classes}
    assert (found["Fund"].colour, found["Fund"].shape) == ("#e9a23b", "diamond")
    assert (found["Agency"].colour, found["Agency"].root) == (found["Organization"].colour, KG + "Organization")


def test_classes_without_a_colour_get_different_ones() -> None:
    store = make_sample_dataset(120)
    for predicate in ("viewColour", "viewShape"):
        for quad in list(store.quads_for_pattern(None, ox.NamedNode(KG + predicate), None, None)):
            store.remove(quad)
    roots = [one for one in to_view_graph(store).classes if one.iri == one.root]
    assert len({(one.colour, one.shape) for one in roots}) == len(roots)


def test_a_colour_that_is_none_is_not_taken() -> None:
    store = make_sample_dataset(60)
    told = SampleDataset(store, None)  # type: ignore[arg-type]
    for quad in list(store.quads_for_pattern(ox.NamedNode(KG + "Fund"), ox.NamedNode(KG + "viewColour"), None, None)):
        store.remove(quad)
    told.add("kg:Fund", "kg:viewColour", ox.Literal("red;}</style><script>"))
    colours = {one.colour for one in to_view_graph(store).classes}
    assert all(re.fullmatch(r"#[0-9a-f]{6}", colour) for colour in colours)


@pytest.mark.parametrize("entities", [300, 500])
def test_no_two_nodes_overlap_and_it_is_quick(entities: int) -> None:
    graph = to_view_graph(make_sample_dataset(entities))
    began = time.perf_counter()
    positions = compute_positions(graph)
    assert time.perf_counter() - began < 20, "5 s on an idle machine; this one may be shared"
    assert len(positions) >= entities
    radii = {iri: to_radius(degree) for iri, degree in to_degrees(graph).items()}
    placed = sorted(positions.items())
    overlaps = [
        (one, other)
        for index, (one, (x, y)) in enumerate(placed)
        for other, (u, v) in placed[index + 1 :]
        if (x - u) ** 2 + (y - v) ** 2 < (radii[one] + radii[other]) ** 2
    ]
    assert overlaps == []


def test_positions_follow_the_seed(view_graph: ViewGraph) -> None:
    assert compute_positions(view_graph, seed=1) == compute_positions(view_graph, seed=1)


@pytest.mark.parametrize("entities", [0, 1, 2])
def test_small_graphs_have_a_page(entities: int, tmp_path: Path) -> None:
    if entities == 0:
        graph = to_view_graph(ox.Store())
    else:
        whole = to_view_graph(make_sample_dataset(60))
        nodes = whole.nodes[:entities]
        kept = {node.iri for node in nodes}
        edges = tuple(edge for edge in whole.edges if {edge.source, edge.target} <= kept)
        graph = ViewGraph(nodes, edges, whole.classes, whole.properties, whole.statuses, (), whole.evidence)
    write_html(graph, compute_positions(graph), tmp_path / "graph.html", title="空 Empty")
    assert "空 Empty" in (tmp_path / "graph.html").read_text(encoding="utf-8")


def test_the_bytes_are_the_same_whatever_the_hash_seed(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from sample_dataset import make_sample_dataset;"
        "from kg.view.graph import to_view_graph; from kg.view.layout import compute_positions;"
        "from kg.view.render import write_html; g = to_view_graph(make_sample_dataset(150));"
        "write_html(g, compute_positions(g), Path(sys.argv[1]), title='样例')"
    )
    digests = set()
    for seed in ("0", "1", "4242"):
        path = tmp_path / f"{seed}.html"
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run(
            [sys.executable, "-c", script, str(path)], check=True, cwd=Path(__file__).parent, env=environment
        )
        digests.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(digests) == 1


class _Page(HTMLParser):
    """The elements of a page, with what stands in its scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] in {"script", "style"} and data.strip():
            self.texts.append((self.elements[-1][0], data))


def _parse(html: str) -> _Page:
    page = _Page()
    page.feed(html)
    page.close()
    return page


def test_the_page_asks_no_host_and_allows_only_its_own_scripts(view_graph: ViewGraph) -> None:
    html = to_html(view_graph, compute_positions(view_graph), title="样例")
    page = _parse(html)
    assert [attributes for _, attributes in page.elements if attributes.get("src")] == []
    assert [attributes["href"] for _, attributes in page.elements if attributes.get("href")] == ["data:,"]
    policy = next(a["content"] for _, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    scripts = [a for tag, a in page.elements if tag == "script"]
    assert [a.get("type") for a in scripts] == ["application/json", None, None]
    for _, text in page.texts[2:] + page.texts[:1]:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


def test_json_is_inert_inside_a_script() -> None:
    text = "</script><!--<script>&amp;\u2028\u2029'\"\\"
    written = to_json({"label": text})
    assert not set(written) & set("<>&\u2028\u2029")
    assert json.loads(written) == {"label": text}


def test_hostile_text_stays_data() -> None:
    taint = "</script><img src=x onerror=window.__pwned=1>"
    graph = to_view_graph(make_sample_dataset(60, taint=taint))
    page = _parse(to_html(graph, compute_positions(graph), title=taint))
    assert [tag for tag, _ in page.elements if tag == "img"] == []
    assert sum(tag == "script" for tag, _ in page.elements) == 3
    data = json.loads(next(text for tag, text in page.texts if tag == "script"))
    assert any(taint in node["label"] for node in data["nodes"])


def test_a_folder_that_is_not_there_is_said_in_one_line(view_graph: ViewGraph, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"graph\.html.*cannot be written") as caught:
        write_html(view_graph, compute_positions(view_graph), tmp_path / "none" / "graph.html", title="样例")
    assert "\n" not in str(caught.value)


def test_pyvis_brings_the_vis_network_that_the_page_was_made_for() -> None:
    script = (files("pyvis") / "lib/vis-9.1.2/vis-network.min.js").read_bytes()
    readme = (files("kg.view") / "assets/README.md").read_text(encoding="utf-8")
    assert f"`{hashlib.sha256(script).hexdigest()}`" in readme
    assert b"@license" in script[:900], "its licence notice"
