"""What a build writes: the exports asked for, the page and the report. One folder, each file whole or absent."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pyoxigraph import Store

from kg.export import write_export
from kg.pipeline import Build
from kg.report import to_json, to_markdown
from kg.store import to_dataset, write_atomically
from kg.texts import NAME, write_texts
from kg.view.graph import to_view_graph
from kg.view.layout import compute_positions
from kg.view.render import write_html

HTML = "html"
_TITLE = "政策知识图谱 Policy knowledge graph"


def write_outputs(build: Build, folder: Path, formats: Sequence[str]) -> tuple[Path, ...]:
    """Write `report.md`, `report.json`, the documents' texts and `graph.<format>` for each format; returns the files in
    that order.

    Raises StoreError where the folder cannot be written.
    """
    dataset = to_dataset(build.lines)
    written = [folder / "report.md", folder / "report.json"]
    write_atomically(written[0], [to_markdown(build.report)])
    write_atomically(written[1], [to_json(build.report)])
    # Before the graph: who serves it looks for a new graph, and finds the texts that belong to it.
    written.append(write_texts(build.texts, folder / NAME))
    for name in formats:
        if name == HTML:
            written.append(write_view(dataset, folder / "graph.html"))
        else:
            written.extend(write_export(dataset, name, folder / f"graph.{name}"))
    return tuple(written)


def write_view(dataset: Store, path: Path) -> Path:
    """Write the interactive page of a dataset."""
    view_graph = to_view_graph(dataset)
    write_html(view_graph, compute_positions(view_graph), path, title=_TITLE)
    return path
