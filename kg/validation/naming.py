"""Terms and property paths as a reader wants them: N-Triples in, prefixed names and SPARQL's path syntax out."""

from __future__ import annotations

import re

from rdflib import Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from kg.identifiers import ONTOLOGY

_PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "kg": ONTOLOGY,
    "oa": "http://www.w3.org/ns/oa#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "time": "http://www.w3.org/2006/time#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_IRI = re.compile(r"<([^<>\s]*)>")
_ONE_IRI = re.compile(r"<[^<>\s]*>")


def to_readable(text: str) -> str:
    """N-Triples terms, or a path made of them, with prefixed names where there is a prefix; a blank node is `[]`."""
    if text.startswith("_:"):
        return "[]"
    if text.startswith('"'):
        literal, quote, datatype = text.rpartition('"^^')
        return f"{literal}{quote}{to_readable(datatype)}" if quote else text
    return _IRI.sub(lambda found: _to_prefixed(found[1]), text)


def is_iri(text: str) -> bool:
    """Whether an N-Triples text is one IRI."""
    return _ONE_IRI.fullmatch(text) is not None


def to_path(path: Node, graph: Graph) -> str:
    """A SHACL property path in SPARQL's syntax (https://www.w3.org/TR/shacl/#property-paths), with full IRIs."""
    if isinstance(path, URIRef):
        return f"<{path}>"
    if (path, RDF.first, None) in graph:
        return "/".join(to_path(step, graph) for step in Collection(graph, path))
    inverse = graph.value(path, SH.inversePath)
    if inverse is not None:
        return f"^{to_path(inverse, graph)}"
    alternatives = graph.value(path, SH.alternativePath)
    if alternatives is not None:
        return f"({'|'.join(to_path(step, graph) for step in Collection(graph, alternatives))})"
    for kind, sign in ((SH.zeroOrMorePath, "*"), (SH.oneOrMorePath, "+"), (SH.zeroOrOnePath, "?")):
        step = graph.value(path, kind)
        if step is not None:
            return f"({to_path(step, graph)}){sign}"
    return "[]"


def _to_prefixed(iri: str) -> str:
    for prefix, namespace in _PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and local.isidentifier():
            return f"{prefix}:{local}"
    return f"<{iri}>"
