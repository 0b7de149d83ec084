"""The dataset against `ontology/shapes.ttl` (SHACL, https://www.w3.org/TR/shacl/), each fault with the words behind it.

pySHACL judges; what is added here is where a reader looks: the statement that a fault belongs to, its document and
quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyshacl
from pyoxigraph import Store
from pyshacl.errors import ReportableRuntimeError, ShapeLoadError
from rdflib import OWL, RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.exceptions import ParserError
from rdflib.namespace import DCTERMS, PROV, SH, TIME
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

from kg.errors import OntologyError
from kg.identifiers import ONTOLOGY
from kg.store import iterate_lines

SHAPES = "shapes.ttl"
_HAN = re.compile("[\u4e00-\u9fff]")
_KG, _OA = Namespace(ONTOLOGY), Namespace("http://www.w3.org/ns/oa#")
_PREFIXES = {
    "dcterms": DCTERMS, "kg": _KG, "oa": _OA, "owl": OWL, "prov": PROV, "rdf": RDF, "rdfs": RDFS, "skos": SKOS,
    "time": TIME, "xsd": XSD,
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One fault: the node at fault, the path from it (SPARQL syntax), the value that does not fit, what should be.

    `document` and `quote` say where the words stand that it came from; all that is not known is empty.
    """

    focus: str
    path: str
    value: str
    message_zh: str
    message_en: str
    document: str = ""
    quote: str = ""

    def __str__(self) -> str:
        where = " ".join(part for part in (self.focus, self.path) if part)
        value = f"，现为 found {self.value}" if self.value else ""
        said = " ".join(part for part in (self.message_zh, self.message_en) if part)
        source = f"；依据 from 《{self.document}》“{self.quote}”" if self.document else ""
        return " ".join(f"{where}: {said}{value}{source}".split())


def validate(store: Store, shapes_folder: Path) -> tuple[Violation, ...]:
    """The faults of a dataset (the union of its graphs, the ontology's among them), sorted; empty where it conforms.

    Raises OntologyError where `shapes_folder` has no usable shapes.ttl.
    """
    shapes = _read_shapes(shapes_folder / SHAPES)
    data = Graph().parse(data="".join(iterate_lines(store)), format="nt")
    try:
        _, report, text = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    except (ShapeLoadError, ReportableRuntimeError) as error:
        raise OntologyError(f"{shapes_folder / SHAPES}: 形状有误 unusable shapes: {error}；请改正") from error
    if not isinstance(report, Graph):
        raise OntologyError(f"{shapes_folder / SHAPES}: 无法核对 cannot validate: {text}；请改正")
    return tuple(
        sorted({_to_violation(result, report, data) for result in report.subjects(RDF.type, SH.ValidationResult)})
    )


def _read_shapes(path: Path) -> Graph:
    try:
        return Graph().parse(data=path.read_text(encoding="utf-8"), format="turtle")
    except OSError as error:
        raise OntologyError(f"{path}: 读不了形状文件 cannot read the shapes: {error.strerror}；请恢复它") from error
    except (BadSyntax, ParserError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise OntologyError(f"{path}: 不是合法的 Turtle not valid Turtle: {reason}；请改正") from error


def _to_violation(result: Node, report: Graph, data: Graph) -> Violation:
    focus, value = report.value(result, SH.focusNode), report.value(result, SH.value)
    path = report.value(result, SH.resultPath)
    messages = [message for message in report.objects(result, SH.resultMessage) if isinstance(message, Literal)]
    chinese = sorted(str(message) for message in messages if _is_chinese(message))
    english = sorted(str(message) for message in messages if not _is_chinese(message))
    evidence = next(_iterate_evidence(focus, path, value, data), None)
    return Violation(
        _to_text(focus),
        "" if path is None else _to_path(path, report),
        _to_text(value),
        " ".join(chinese),
        " ".join(english),
        *(("", "") if evidence is None else _to_source(evidence, data)),
    )


def _is_chinese(message: Literal) -> bool:
    # pySHACL drops the language of a message that stands in sh:sparql.
    return message.language == "zh" if message.language else _HAN.search(message) is not None


def _iterate_evidence(focus: Node | None, path: Node | None, value: Node | None, data: Graph) -> Iterator[Node]:
    """The evidences behind a fault, the closest first: its statement's, its own, that of its end."""
    for statement in sorted(_iterate_statements(focus, path, value, data), key=str):
        yield from sorted(data.objects(statement, PROV.wasDerivedFrom), key=str)
    for node in (focus, value):
        if node is not None:
            owned = [node] if (node, _OA.hasSource, None) in data else data.subjects(_OA.hasSelector, node)
            yield from sorted({*owned, *data.objects(node, PROV.wasDerivedFrom)}, key=str)


def _iterate_statements(focus: Node | None, path: Node | None, value: Node | None, data: Graph) -> Iterator[Node]:
    # A shape of a relation's statements has the property as its focus node and one end of them as the value.
    for end in (RDF.subject, RDF.object):
        for statement in data.subjects(RDF.predicate, focus):
            if (statement, end, value) in data:
                yield statement
    if isinstance(path, URIRef):
        for statement in data.subjects(RDF.subject, focus):
            if (statement, RDF.predicate, path) in data and (value is None or (statement, RDF.object, value) in data):
                yield statement


def _to_source(evidence: Node, data: Graph) -> tuple[str, str]:
    document = data.value(evidence, _OA.hasSource)
    labels = sorted(str(label) for label in data.objects(document, RDFS.label)) if document is not None else []
    quotes = sorted(
        str(quote)
        for selector in data.objects(evidence, _OA.hasSelector)
        for quote in data.objects(selector, _OA.exact)
    )
    return (labels or [_to_text(document)])[0], (quotes or [""])[0]


def _to_text(node: Node | None) -> str:
    if node is None:
        return ""
    if isinstance(node, URIRef):
        return _to_name(node)
    return node.n3() if isinstance(node, Literal) else "[]"


def _to_name(iri: URIRef) -> str:
    for prefix, namespace in _PREFIXES.items():
        local = iri.removeprefix(str(namespace))
        if local != iri and local.isidentifier():
            return f"{prefix}:{local}"
    return f"<{iri}>"


def _to_path(path: Node, report: Graph) -> str:
    """A SHACL property path in SPARQL's syntax (https://www.w3.org/TR/shacl/#property-paths)."""
    if isinstance(path, URIRef):
        return _to_name(path)
    if (path, RDF.first, None) in report:
        return "/".join(_to_path(step, report) for step in Collection(report, path))
    inverse = report.value(path, SH.inversePath)
    if inverse is not None:
        return f"^{_to_path(inverse, report)}"
    alternatives = report.value(path, SH.alternativePath)
    if alternatives is not None:
        return f"({'|'.join(_to_path(step, report) for step in Collection(report, alternatives))})"
    for kind, sign in ((SH.zeroOrMorePath, "*"), (SH.oneOrMorePath, "+"), (SH.zeroOrOnePath, "?")):
        step = report.value(path, kind)
        if step is not None:
            return f"({_to_path(step, report)}){sign}"
    return "[]"
