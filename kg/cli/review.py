"""`kg review`: look at what the annotator was not sure of, decide, and have the decisions written back."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.annotate.review import Doubt, apply_decisions, find_doubts
from kg.cli.terminal import HELP_NAMES, Command, Failure, to_printable
from kg.errors import FormatError
from kg.locations import find_folder
from kg.ontology import Vocabulary, read_vocabulary
from kg.store import write_atomically


@click.command("review", cls=Command, context_settings=HELP_NAMES)
@click.argument("file", type=click.Path(path_type=Path), metavar="NAME.ann")
@click.option(
    "--below", type=click.FloatRange(0, 1), default=0.7, show_default=True, help="看把握低于此的 less sure than"
)
@click.option("--accept", multiple=True, metavar="T1", help="认可，可多次 it is right; repeatable")
@click.option(
    "--reject", multiple=True, metavar="T1", help="删去，连同依附它的 it is wrong: it goes, with what hangs on it"
)
@click.option("--edit", multiple=True, metavar="T1=Fund", help="改类或关系 another class or relation")
@click.option(
    "--ask/--no-ask", default=None, help="逐条询问（默认：在终端里问）ask one by one (default: on a terminal)"
)
def review(
    file: Path, below: float, accept: tuple[str, ...], reject: tuple[str, ...], edit: tuple[str, ...], ask: bool | None
) -> None:
    """复核把握小的标注，写回文件。Look through the doubtful annotations; decisions are written back.

    \b
    kg review a.ann                                     逐条看 one by one
    kg review a.ann --no-ask                            只列表 a table only
    kg review a.ann --accept T3 --reject R7 --edit T9=Fund
    """
    text_file = file.with_suffix(".txt")
    try:
        content, text = file.read_text(encoding="utf-8"), text_file.read_text(encoding="utf-8")
    except OSError as error:
        raise Failure(f"读不了 cannot read {error.filename}: {error.strerror}；标注旁边要有同名的 .txt") from error
    except UnicodeDecodeError as error:
        raise Failure(f"{file}: 不是 UTF-8 not UTF-8；请转为 UTF-8") from error
    vocabulary = read_vocabulary(find_folder("ontology"))
    edited = dict(_parse_edit(one, vocabulary) for one in edit)
    if not (accept or reject or edit):
        doubts = find_doubts(content, text, below)
        if not (sys.stdin.isatty() if ask is None else ask):
            _say_doubts(doubts, below)
            return
        accept, reject, edited = _ask_all(doubts, vocabulary)
    changed, lost = apply_decisions(content, accept, reject, edited)
    write_atomically(file, [changed])
    click.echo(
        f"{to_printable(str(file))}: 认可 accepted {len(accept)}、删去 rejected {len(reject)}（{lost} 行 lines）、"
        f"改动 edited {len(edited)}"
    )


def _parse_edit(edit: str, vocabulary: Vocabulary) -> tuple[str, str]:
    name, separator, label = edit.partition("=")
    if not separator:
        raise click.UsageError(f"要写成 编号=类 write --edit T1=Fund: {edit}")
    return name, _to_label(name, label, vocabulary)


def _to_label(name: str, label: str, vocabulary: Vocabulary) -> str:
    found = vocabulary.resolve_class(label) if name.startswith("T") else vocabulary.resolve_property(label)
    if found is None:
        raise FormatError(f"本体里没有 no such class or relation: {label}；请用 ontology/policy.ttl 里的名字，如 Fund")
    return found


def _say_doubts(doubts: tuple[Doubt, ...], below: float) -> None:
    if not doubts:
        click.echo(f"没有把握低于 {below} 的 nothing is less sure than {below}")
    for doubt in doubts:
        click.echo(
            to_printable(f"{doubt.id}  {doubt.confidence:.2f}  {doubt.label}  {doubt.rule}\n    {doubt.sentence}")
        )


def _ask_all(
    doubts: tuple[Doubt, ...], vocabulary: Vocabulary
) -> tuple[tuple[str, ...], tuple[str, ...], dict[str, str]]:
    accepted: list[str] = []
    rejected: list[str] = []
    edited: dict[str, str] = {}
    for number, doubt in enumerate(doubts, 1):
        click.echo(
            to_printable(f"\n{number}/{len(doubts)}  {doubt.id}  {doubt.label}（{doubt.rule}，{doubt.confidence:.2f}）")
        )
        click.echo(to_printable(f"  {doubt.sentence}"))
        answer = click.prompt(
            "认可 a、删去 r、改 类名、跳过 s、停 q  accept, reject, a new class, skip, quit", default="s"
        )
        if answer == "q":
            break
        if answer == "a":
            accepted.append(doubt.id)
        elif answer == "r":
            rejected.append(doubt.id)
        elif answer != "s":
            edited[doubt.id] = _to_label(doubt.id, answer, vocabulary)
    return tuple(accepted), tuple(rejected), edited
