"""Nothing lost: what went into a build was built or rejected, and the graph holds what the report says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, Quad, Store

from kg.errors import StoreError
from kg.identifiers import ONTOLOGY
from kg.store import iterate_lines
from kg.validation.violation import Finding

REPORT = "report.json"
_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_TITLE = NamedNode("http://purl.org/dc/terms/title")
_ONTOLOGY_GRAPH = NamedNode(ONTOLOGY.rstrip("#"))
_ALL = (None, None, None)
_CLASSES = {"statements": "Statement", "commitments": "Commitment", "observations": "Observation"}
_IN_OUT = ("标注数不等于建成数加拒绝数", "annotations are not those built and those rejected")
_LOST = ("有标注行下落不明", "lines of annotation are unaccounted for")
_TOTAL = ("报告的合计与图谱不符", "the total of the report is not that of the graph")
_SUM = ("合计不等于各文档之和", "the total is not the sum over the documents")
_MEND = (
    "重新构建；若仍如此是程序的错误，请报告",
    "build again; if it stays so it is a fault of the program: report it",
)


def read_report(path: Path) -> dict[str, Any] | None:
    """A build's report.json; None where there is none. Raises StoreError where it is no report."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        documents = [document["file"] for document in report["documents"]]
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"读不了 cannot read {path}: {error.strerror}；请检查文件权限") from error
    except (UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path}: 不是构建报告 not a build report: {error}；请重新构建") from error
    return report if documents and isinstance(report.get("totals"), dict) else None


def find_losses(report: dict[str, Any], store: Store) -> list[Finding]:
    """Where the account of a build does not add up, in itself or against the graph."""
    return [*_iterate_document_faults(report), *_iterate_total_faults(report, store)]


def to_mend() -> tuple[str, str]:
    """What to do about a loss, in Chinese and in English."""
    return _MEND


def _iterate_document_faults(report: dict[str, Any]) -> Iterator[Finding]:
    for document in report["documents"]:
        went_in, came_out = document["annotations"], document["built"] + document["rejected"]
        if went_in != came_out:
            yield _find("IN-1", document["file"], f"{went_in} ≠ {document['built']} + {document['rejected']}", _IN_OUT)
        if document["unaccounted"]:
            yield _find("IN-2", document["file"], " ".join(str(line) for line in document["unaccounted"]), _LOST)
    listed = sum(len(document["rejections"]) for document in report["documents"])
    if listed != report["totals"]["rejections"]:
        yield _find("IN-3", "rejections", f"{report['totals']['rejections']} ≠ {listed}", _SUM)


def _iterate_total_faults(report: dict[str, Any], store: Store) -> Iterator[Finding]:
    graphs = _list_graphs(store)
    counted = {
        name: len({quad.subject for quad in _select(store, graphs, NamedNode(f"{ONTOLOGY}{local}"))})
        for name, local in _CLASSES.items()
    }
    if graphs:
        counted["documents"] = len(graphs) - 1
        counted["triples"] = len({quad.triple for graph in graphs for quad in store.quads_for_pattern(*_ALL, graph)})
    else:
        counted["triples"] = sum(1 for _ in iterate_lines(store))
    for name, count in counted.items():
        if report["totals"].get(name) != count:
            yield _find("OUT-1", name, f"{report['totals'].get(name)} ≠ {count}", _TOTAL)


def _list_graphs(store: Store) -> list[NamedNode]:
    """The ontology's graph and those of documents: what a build writes. What was inferred later is in others."""
    documents = [
        graph
        for graph in store.named_graphs()
        if isinstance(graph, NamedNode) and next(store.quads_for_pattern(graph, _TITLE, None, graph), None) is not None
    ]
    return [_ONTOLOGY_GRAPH, *documents] if documents else []


def _select(store: Store, graphs: list[NamedNode], cls: NamedNode) -> Iterator[Quad]:
    if not graphs:
        yield from store.quads_for_pattern(None, _TYPE, cls)
    for graph in graphs:
        yield from store.quads_for_pattern(None, _TYPE, cls, graph)


def _find(rule: str, focus: str, value: str, messages: tuple[str, str]) -> Finding:
    return Finding(rule, "Conservation", focus, "", value, *messages)
