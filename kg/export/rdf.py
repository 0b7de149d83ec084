"""RDF formats by pyoxigraph's own writers, from sorted quads, so that the bytes do not depend on the store's order."""

from __future__ import annotations

import io

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store, Triple, serialize

from kg.export.turtle import PREFIXES


def to_rdf_xml(store: Store) -> str:
    """The union of all graphs as RDF/XML (https://www.w3.org/TR/rdf-syntax-grammar/)."""
    triples = {str(quad.triple): quad.triple for quad in store}
    return _to_text([triples[key] for key in sorted(triples)], RdfFormat.RDF_XML)


def to_json_ld(store: Store) -> str:
    """All graphs as JSON-LD (https://www.w3.org/TR/json-ld11/), with its context inside: nothing is fetched."""
    quads = {_to_key(quad): quad for quad in store}
    return _to_text([quads[key] for key in sorted(quads)], RdfFormat.JSON_LD)


def _to_key(quad: Quad) -> tuple[str, str]:
    graph = "" if isinstance(quad.graph_name, DefaultGraph) else str(quad.graph_name)
    return graph, str(quad.triple)


def _to_text(statements: list[Triple] | list[Quad], form: RdfFormat) -> str:
    used = {name: iri for name, iri in PREFIXES.items() if name not in {"org", "schema", "owl"}}
    target = io.BytesIO()
    serialize(statements, target, format=form, prefixes=used)
    return target.getvalue().decode("utf-8") + "\n"
