"""Every folder of tests/cases: documents in, the expected graph and the expected rejections out.

`expected.ttl` holds the documents' own triples (the ontology's graph left out), `expected.rejections` each
rejection up to its reason. After a wanted change, `python tests/test_cases.py` writes both anew: read the diff.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import Graph
from rdflib.compare import graph_diff, to_isomorphic

from kg.export.turtle import to_turtle
from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.pipeline import Build, build_corpus
from kg.triples import ONTOLOGY_GRAPH

FOLDER = Path(__file__).parent / "cases"
CASES = sorted(path for path in FOLDER.iterdir() if path.is_dir())


def build_case(folder: Path) -> Build:
    return build_corpus(folder, find_folder("ontology"), DEFAULT_BASE)


def to_document_lines(build: Build) -> list[str]:
    """The N-Triples lines of the documents' graphs."""
    quads = (line.removesuffix(" .\n").rsplit(" ", 1) for line in build.lines)
    return sorted({f"{triple} .\n" for triple, graph in quads if graph != f"<{ONTOLOGY_GRAPH}>"})


def to_rejection_lines(build: Build) -> str:
    return "".join(f"{str(rejection).split('；', 1)[0]}\n" for rejection in build.report.rejections)


@pytest.mark.parametrize("folder", CASES, ids=lambda path: path.name)
def test_case(folder: Path) -> None:
    build = build_case(folder)
    found = to_isomorphic(Graph().parse(data="".join(to_document_lines(build)), format="nt"))
    expected = to_isomorphic(Graph().parse(folder / "expected.ttl", format="turtle"))
    if found != expected:
        _, missing, extra = graph_diff(expected, found)
        pytest.fail(f"missing:\n{missing.serialize(format='nt')}\nextra:\n{extra.serialize(format='nt')}")
    assert to_rejection_lines(build) == (folder / "expected.rejections").read_text(encoding="utf-8")
    for document in build.report.documents:
        assert document.annotations == document.built + document.rejected, document
        assert document.unaccounted == ()


@pytest.mark.parametrize("folder", CASES, ids=lambda path: path.name)
def test_all_lines_are_well_formed_quads_without_blank_nodes(folder: Path) -> None:
    build = build_case(folder)
    text = "".join(build.lines)
    assert "_:" not in [part[:2] for line in build.lines for part in line.split(" ", 2)[:2]]
    assert len(list(parse(text.encode(), format=RdfFormat.N_QUADS))) == len(build.lines)


if __name__ == "__main__":
    for case in CASES:
        result = build_case(case)
        (case / "expected.ttl").write_text("".join(to_turtle(to_document_lines(result))), encoding="utf-8")
        (case / "expected.rejections").write_text(to_rejection_lines(result), encoding="utf-8")
