"""SHACL by pySHACL (https://www.w3.org/TR/shacl/): shapes and a graph in, findings out."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyshacl
from pyshacl.errors import ReportableRuntimeError, ShapeLoadError
from rdflib import Graph, Literal, URIRef
from rdflib.exceptions import ParserError
from rdflib.namespace import RDF, SH
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

from kg.errors import OntologyError
from kg.validation.naming import to_path
from kg.validation.violation import Finding

_HAN = re.compile("[\u4e00-\u9fff]")
# rdflib logs every literal that is not of its datatype, with a traceback: the shapes say so in one line.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)


def read_shapes(path: Path) -> str:
    """The shapes of a Turtle file as N-Triples. Raises OntologyError where it is missing or no Turtle."""
    try:
        graph = Graph().parse(data=path.read_text(encoding="utf-8"), format="turtle")
    except OSError as error:
        raise OntologyError(f"{path}: 读不了形状文件 cannot read the shapes: {error.strerror}；请恢复它") from error
    except (BadSyntax, ParserError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise OntologyError(f"{path}: 不是合法的 Turtle not valid Turtle: {reason}；请改正") from error
    return graph.serialize(format="nt")


def parse_graph(ntriples: str) -> Graph:
    """An rdflib graph of N-Triples text."""
    return Graph().parse(data=ntriples, format="nt")


def find_violations(data: Graph, shapes: Graph) -> Iterator[Finding]:
    """What pySHACL finds in a graph. Raises OntologyError where the shapes are no shapes."""
    try:
        _, report, text = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    except (ShapeLoadError, ReportableRuntimeError) as error:
        raise OntologyError(f"形状有误 unusable shapes: {error}；请改正 mend the shapes file") from error
    if not isinstance(report, Graph):
        raise OntologyError(f"无法核对 cannot validate: {text}；请改正形状文件 mend the shapes file")
    for result in report.subjects(RDF.type, SH.ValidationResult):
        yield _to_finding(result, report, shapes)


def find_named_shape(shape: Node | None, shapes: Graph) -> str:
    """The IRI of a shape, or of the nearest shape with an IRI that a blank one stands in; empty where there is none."""
    queue, seen = [shape] if shape is not None else [], set()
    while queue:
        node = queue.pop(0)
        if isinstance(node, URIRef):
            return str(node)
        if node not in seen:
            seen.add(node)
            queue += sorted(shapes.subjects(None, node), key=str)
    return ""


def split_messages(messages: Iterable[Node]) -> tuple[str, str]:
    """The Chinese and the English of the messages of a shape."""
    # pySHACL drops the language of a message that stands in sh:sparql.
    said = [message for message in messages if isinstance(message, Literal)]
    chinese = [str(one) for one in said if (one.language == "zh" if one.language else _HAN.search(one) is not None)]
    return " ".join(sorted(chinese)), " ".join(sorted({str(one) for one in said} - set(chinese)))


def _to_finding(result: Node, report: Graph, shapes: Graph) -> Finding:
    focus, value = report.value(result, SH.focusNode), report.value(result, SH.value)
    path = report.value(result, SH.resultPath)
    component = str(report.value(result, SH.sourceConstraintComponent))
    return Finding(
        find_named_shape(report.value(result, SH.sourceShape), shapes),
        component.removeprefix(str(SH)).removesuffix("ConstraintComponent"),
        "" if focus is None else focus.n3(),
        "" if path is None else to_path(path, report),
        "" if value is None else value.n3(),
        *split_messages(report.objects(result, SH.resultMessage)),
    )
