"""The dataset as a property graph: entities and documents are nodes, statements are edges, figures stand on nodes.

What GraphML, GEXF and Neo4j can hold: everything is a string, so that no reader has to guess a type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import networkx as nx
from pyoxigraph import Literal, QuerySolutions, Store

# XML 1.0 admits no other control characters (https://www.w3.org/TR/xml/#charsets).
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PREFIXES = """
PREFIX kg: <https://w3id.org/policykg/ontology#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX oa: <http://www.w3.org/ns/oa#>
"""
_NODES = """SELECT ?node ?label ?class ?zh WHERE {
  ?node skos:prefLabel ?label ; a ?class . ?class rdfs:subClassOf* kg:Entity ; rdfs:label ?zh
  FILTER(LANG(?label) = "zh" && LANG(?zh) = "zh") }"""
_FIGURES = "SELECT ?node ?text WHERE { ?figure a kg:Observation ; kg:about ?node ; rdfs:label ?text }"
_EDGES = """SELECT ?edge ?from ?property ?zh ?to ?status ?quote ?document WHERE {
  ?edge a kg:Statement ; rdf:subject ?from ; rdf:predicate ?property ; rdf:object ?to ; kg:status ?status ;
        prov:wasDerivedFrom ?evidence .
  ?property rdfs:label ?zh . ?evidence oa:hasSource/skos:prefLabel ?document ; oa:hasSelector/oa:exact ?quote
  FILTER(LANG(?zh) = "zh" && LANG(?document) = "zh") }"""


def to_property_graph(store: Store) -> nx.MultiDiGraph:
    """Nodes by IRI with `label`, `class`, `class_zh`, `figures`; edges by statement IRI with `property`, `label`,
    `status`, `quote`, `document`. Several values of one field are joined with ` | `, sorted."""
    graph = nx.MultiDiGraph()
    nodes: dict[str, dict[str, set[str]]] = {}
    for node, label, cls, zh in _select(store, _NODES):
        fields = nodes.setdefault(node, {})
        for name, value in (("label", label), ("class", _to_local(cls)), ("class_zh", zh)):
            fields.setdefault(name, set()).add(value)
    for node, text in _select(store, _FIGURES):
        nodes.setdefault(node, {}).setdefault("figures", set()).add(text)
    for node in sorted(nodes):
        graph.add_node(node, **_join({"figures": set(), **nodes[node]}))
    edges: dict[tuple[str, str, str], dict[str, set[str]]] = {}
    for edge, begin, prop, zh, end, status, quote, document in _select(store, _EDGES):
        if begin in nodes and end in nodes:
            fields = edges.setdefault((begin, end, edge), {})
            values = {"property": _to_local(prop), "label": zh, "status": _to_local(status), "quote": quote}
            for name, value in {**values, "document": document}.items():
                fields.setdefault(name, set()).add(value)
    for (begin, end, edge), fields in sorted(edges.items()):
        graph.add_edge(begin, end, key=edge, **_join(fields))
    return graph


def _select(store: Store, query: str) -> Iterator[tuple[str, ...]]:
    found = store.query(_PREFIXES + query, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    for row in found:
        yield tuple("" if term is None else _to_text(term) for term in row)


def _to_text(term: object) -> str:
    value = term.value if isinstance(term, Literal) else str(getattr(term, "value", term))
    return NOT_XML.sub("\ufffd", value)


def _to_local(iri: str) -> str:
    return iri.rsplit("#", 1)[-1]


def _join(fields: dict[str, set[str]]) -> dict[str, str]:
    return {name: " | ".join(sorted(values)) for name, values in fields.items()}
