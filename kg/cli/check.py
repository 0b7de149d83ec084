"""`kg check`: whether a graph may pass."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from kg.cli.terminal import DEFAULT_GRAPH, FAULTS, HELP_NAMES, Command, Failure, to_printable
from kg.locations import find_folder
from kg.store import read_dataset
from kg.validation import CHECKS, Check, Outcome, Target

_SHOWN = 50
_SKIPPED, _PASSED, _FAILED = "–", "✓", "✗"


@click.command(cls=Command, context_settings=HELP_NAMES)
@click.option(
    "--graph", type=click.Path(path_type=Path), default=DEFAULT_GRAPH, show_default=True, help="数据文件 data"
)
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(list(CHECKS)),
    help="只做这几项，可多次 run only these, may be repeated（默认 default：全部 all）",
)
@click.option("--all", "everything", is_flag=True, help=f"列出每一处，不止 {_SHOWN} 处 list every fault")
@click.option(
    "--jobs", type=click.IntRange(min=1), default=os.cpu_count() or 1, help="进程数 processes（默认 default：处理器数）"
)
def check(graph: Path, only: tuple[str, ...], everything: bool, jobs: int) -> None:
    """核对图谱：形状、数据立方体、引文、守恒、本体体例、一致性。

    Check the graph: SHACL shapes, Data Cube constraints, quotes, conservation, the ontology's style, consistency.

    退出码 exit code: 0 全部合格 clean; 1 有不合之处 faults; 2 无法核对 cannot run.
    """
    target = Target(read_dataset(graph), find_folder("ontology"), graph.resolve().parent, jobs)
    count = 0
    for name in only or CHECKS:
        outcome = CHECKS[name].run(target)
        if outcome.left_out and name in only:
            raise Failure(f"做不了 cannot run {name}: {outcome.left_out}")
        _say(CHECKS[name], outcome, everything)
        count += len(outcome.violations)
    if count:
        click.echo(f"{count} 处不合 violations", err=True)
        sys.exit(FAULTS)
    click.echo("合格 the graph passes")


def _say(done: Check, outcome: Outcome, everything: bool) -> None:
    sign = _SKIPPED if outcome.left_out else _FAILED if outcome.violations else _PASSED
    said = outcome.left_out or (f"{len(outcome.violations)} 处不合 violations" if outcome.violations else "")
    click.echo(to_printable(f"{sign} {done.title_zh} {done.title_en}{f'：{said}' if said else ''}"))
    shown = outcome.violations if everything else outcome.violations[:_SHOWN]
    for violation in shown:
        click.echo(to_printable(str(violation)), err=True)
    if len(shown) < len(outcome.violations):
        rest = len(outcome.violations) - len(shown)
        click.echo(f"……还有 {rest} 处，用 --all 列出 more: list them with --all", err=True)
