"""What a build writes: the exports asked for, the page and the report. One folder, each file whole or absent."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from pyoxigraph import Store

from kg.export import write_export
from kg.export.turtle_file import write_turtle
from kg.pipeline import Build, write_corpus
from kg.report import BuildReport, iterate_json, iterate_markdown
from kg.store import read_dataset, to_dataset, write_atomically, write_bytes_atomically
from kg.texts import NAME, to_entry_name, write_texts
from kg.view.graph import to_view_graph
from kg.view.layout import compute_positions
from kg.view.render import write_html

HTML = "html"
_NQUADS, _TURTLE = "nq", "ttl"
# Up to this many bytes graph.nq is in the order of its lines as a whole, so that two of them can be compared; above,
# each document's lines are, the documents in the corpus's order, and nothing has to hold them all.
_SORTED_AS_A_WHOLE = 64_000_000
_TITLE = "政策知识图谱 Policy knowledge graph"


def write_outputs(build: Build, folder: Path, formats: Sequence[str]) -> tuple[Path, ...]:
    """Write `report.md`, `report.json`, the documents' texts and `graph.<format>` for each format; returns the files in
    that order.

    Raises StoreError where the folder cannot be written.
    """
    dataset = to_dataset(build.lines)
    written = [*_write_report(build.report, folder)]
    # Before the graph: who serves it looks for a new graph, and finds the texts that belong to it.
    written.append(write_texts(build.texts, folder / NAME))
    for name in formats:
        written.extend(_write_format(dataset, name, folder))
    return tuple(written)


def write_build(
    corpus: Path,
    ontology: Path,
    base: str,
    folder: Path,
    formats: Sequence[str],
    *,
    jobs: int = 1,
    on_document: Callable[[int, int], None] | None = None,
    kept: Path | None = None,
) -> tuple[BuildReport, tuple[Path, ...]]:
    """Build a corpus straight into a new, empty folder: the files that `build_corpus` and `write_outputs` give.

    N-Quads and Turtle are streamed; any other format is written from the dataset, which has to fit into memory then.
    Raises CorpusError, OntologyError and StoreError as those do.
    """
    path, texts = folder / f"graph.{_NQUADS}", folder / NAME
    with zipfile.ZipFile(texts, "w", zipfile.ZIP_STORED) as archive:
        report = write_corpus(
            corpus, ontology, base, path, jobs=jobs, on_document=on_document, kept=kept,
            on_text=lambda iri, text: archive.writestr(_to_entry(iri), text),
        )  # fmt: skip
    written = [*_write_report(report, folder), texts]
    if path.stat().st_size <= _SORTED_AS_A_WHOLE:
        write_bytes_atomically(path, b"".join(sorted(path.read_bytes().splitlines(keepends=True))))
    dataset = read_dataset(path) if {*formats} - {_NQUADS, _TURTLE} else Store()
    for name in formats:
        if name == _TURTLE:
            write_turtle(path, folder / f"graph.{name}", jobs=jobs)
            written.append(folder / f"graph.{name}")
        else:
            written.extend((path,) if name == _NQUADS else _write_format(dataset, name, folder))
    if _NQUADS not in formats:
        path.unlink()
    return report, tuple(written)


def _to_entry(iri: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(to_entry_name(iri))
    entry.create_system, entry.external_attr = 3, 0o644 << 16
    return entry


def _write_report(report: BuildReport, folder: Path) -> tuple[Path, Path]:
    written = (folder / "report.md", folder / "report.json")
    write_atomically(written[0], iterate_markdown(report))
    write_atomically(written[1], iterate_json(report))
    return written


def _write_format(dataset: Store, name: str, folder: Path) -> tuple[Path, ...]:
    if name == HTML:
        return (write_view(dataset, folder / "graph.html"),)
    return write_export(dataset, name, folder / f"graph.{name}")


def write_view(dataset: Store, path: Path) -> Path:
    """Write the interactive page of a dataset."""
    view_graph = to_view_graph(dataset)
    write_html(view_graph, compute_positions(view_graph), path, title=_TITLE)
    return path
