"""`kg view` and `kg export`: what is done with a graph that is there."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from kg.cli.terminal import DEFAULT_GRAPH, DEFAULT_OUT, HELP_NAMES, Command
from kg.export import FORMATS, write_export
from kg.outputs import write_view
from kg.store import read_dataset


@click.command(cls=Command, context_settings=HELP_NAMES)
@click.option(
    "--graph", type=click.Path(path_type=Path), default=DEFAULT_GRAPH, show_default=True, help="数据文件 data"
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=DEFAULT_OUT / "graph.html",
    show_default=True,
    help="写到哪里 where to write",
)
@click.option("--open/--no-open", "opened", default=True, help="写好后用浏览器打开 open it in the browser")
def view(graph: Path, out: Path, opened: bool) -> None:
    """画成网页。Draw the graph as a web page."""
    path = write_view(read_dataset(graph), out)
    click.echo(f"写好 written: {path}  {path.resolve().as_uri()}")
    if opened and not webbrowser.open(path.resolve().as_uri()):
        click.echo("没有找到浏览器，请自己打开上面的地址 no browser found: open the address above yourself", err=True)


@click.command(cls=Command, context_settings=HELP_NAMES)
@click.option("--format", "name", type=click.Choice(list(FORMATS)), required=True, help="格式 format")
@click.option(
    "--graph", type=click.Path(path_type=Path), default=DEFAULT_GRAPH, show_default=True, help="数据文件 data"
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="写到哪里 where to write（默认 default：out/graph.<format>）"
)
def export(name: str, graph: Path, out: Path | None) -> None:
    """导出为别的格式。Export to another format."""
    for path in write_export(read_dataset(graph), name, out or DEFAULT_OUT / f"graph.{name}"):
        click.echo(f"写好 written: {path}")
