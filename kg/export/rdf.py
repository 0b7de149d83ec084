"""RDF formats by pyoxigraph's own writers, from sorted quads, so that the bytes do not depend on the store's order."""

from __future__ import annotations

import io
import re

from pyoxigraph import DefaultGraph, Literal, Quad, RdfFormat, Store, Triple, serialize

from kg.errors import InputError
from kg.export.property_graph import NOT_XML
from kg.export.turtle import PREFIXES

# A property has to end in a name that an element may have (https://www.w3.org/TR/xml-names/#NT-NCName).
_XML_NAME = re.compile(r"[A-Za-z_\u00c0-\ufffd\U00010000-\U000effff][\w.\-\u00b7]*\Z")


def to_rdf_xml(store: Store) -> str:
    """The union of all graphs as RDF/XML (https://www.w3.org/TR/rdf-syntax-grammar/).

    Raises InputError where XML cannot write a literal (https://www.w3.org/TR/xml/#charsets) or a property's name.
    """
    for quad in store:
        if isinstance(quad.object, Literal) and (found := NOT_XML.search(quad.object.value)):
            raise InputError(
                f"XML 写不了字符 XML cannot write the character U+{ord(found[0]):04X}: {str(quad.object)[:60]}，"
                f"在 of {quad.subject}；请改用 use --format ttl、nq、jsonld，或删去该字符 or remove it"
            )
        if not _XML_NAME.search(quad.predicate.value):
            raise InputError(
                f"XML 写不了属性名 XML cannot name the property {quad.predicate}；请改用 use --format ttl、nq、jsonld"
            )
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
