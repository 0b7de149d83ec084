"""`kg view` and `kg export`: what is done with a graph that is there."""

from __future__ import annotations

import os
import webbrowser
from itertools import groupby
from pathlib import Path

import click

from kg.cli.terminal import DEFAULT_GRAPH, DEFAULT_OUT, FAULTS, HELP_NAMES, Command, WrongUsage, to_printable
from kg.export import FORMATS, export_file
from kg.export.asserted import KEEPS_GRAPHS
from kg.export.store_rules import RULES, Finding, check_for
from kg.outputs import write_view
from kg.store import read_dataset

_SHOWN_FINDINGS = 20


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
@click.option("--format", "name", type=click.Choice(list(FORMATS)), help="格式 format")
@click.option(
    "--check-for",
    "store_names",
    type=click.Choice(list(RULES)),
    multiple=True,
    help="先查某数据库会拒绝或改变什么 what a store would refuse or change，可多次 repeatable",
)
@click.option(
    "--graph", type=click.Path(path_type=Path), default=DEFAULT_GRAPH, show_default=True, help="数据文件 data"
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="写到哪里 where to write（默认 default：out/graph.<format>）；以 .gz 或 .zst 结尾即压缩 compressed",
)
@click.option(
    "--jobs", type=click.IntRange(min=1), default=os.cpu_count() or 1, help="进程数 processes（默认 default：处理器数）"
)
def export(name: str | None, store_names: tuple[str, ...], graph: Path, out: Path | None, jobs: int) -> None:
    """导出为别的格式，或先查装入别的数据库会怎样。Export to another format; check first what a store makes of it."""
    if name is None and not store_names:
        raise WrongUsage("请给出 --format 或 --check-for：give either", click.get_current_context())
    dataset = read_dataset(graph) if store_names else None
    at_fault = [
        store_name
        for store_name in store_names
        if dataset is not None and _report_findings(check_for(dataset, store_name), store_name)
    ]
    if name is not None:
        exported = export_file(graph, name, out or DEFAULT_OUT / f"graph.{name}", jobs=jobs, dataset=dataset)
        for path in exported.files:
            click.echo(f"写好 written: {path}")
        if inferred := exported.left_out:
            click.echo(
                f"推得的 {inferred} 条三元组没有写进去，免得与所说的混在一起 {inferred} inferred triples left out: "
                f"要它们请用 for them use --format {'、'.join(sorted(KEEPS_GRAPHS))}"
            )
    if at_fault:
        click.get_current_context().exit(FAULTS)


def _report_findings(findings: tuple[Finding, ...], store_name: str) -> bool:
    """One line a finding, few of each rule; whether any is more than a note."""
    for _, same in groupby(findings, key=lambda finding: finding.rule.name):
        lines = [finding.to_line() for finding in same]
        for line in lines[:_SHOWN_FINDINGS]:
            click.echo(to_printable(line))
        if len(lines) > _SHOWN_FINDINGS:
            click.echo(f"……另有 and {len(lines) - _SHOWN_FINDINGS} more")
    faults = sum(1 for finding in findings if not finding.rule.note)
    if not faults:
        click.echo(f"{store_name}：可以装入，不会改变 can be loaded, nothing is refused or changed")
    return faults > 0
