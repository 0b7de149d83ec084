"""`kg convert`: annotations from another tool's format to ours, and back."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.terminal import FAULTS, HELP_NAMES, Command, Failure, to_printable
from kg.formats.registry import BRAT, FORMATS
from kg.locations import find_folder
from kg.offsets import UNITS
from kg.ontology import read_vocabulary
from kg.pipeline.converting import read_annotated, write_annotated
from kg.pipeline.reading import to_labels

_NAMES = [BRAT, *FORMATS]
_SHOWN = 20


@click.command("convert", cls=Command, context_settings=HELP_NAMES)
@click.argument("source", type=click.Path(path_type=Path), metavar="IN")
@click.argument("out", type=click.Path(path_type=Path), metavar="OUT")
@click.option("--to", "to_name", type=click.Choice(_NAMES), default=BRAT, show_default=True, help="写成 write as")
@click.option("--from", "from_name", type=click.Choice(_NAMES), help="读作（默认看文件）read as")
@click.option(
    "--offset-unit", "unit", type=click.Choice(["auto", *UNITS]), default="auto", show_default=True,
    help="IN 的偏移按什么数 what IN's offsets count",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="有任何拒绝即以 1 退出 exit 1 where anything was rejected")
@click.option("--quiet", is_flag=True, help="只报错误 say nothing but errors")
def convert(
    source: Path, out: Path, to_name: str, from_name: str | None, unit: str, strict: bool, quiet: bool
) -> None:  # fmt: skip
    """转换标注格式。Convert annotations between formats.

    \b
    kg convert export.json my-documents                     别的工具 → brat 文件夹，可直接 kg build
    kg convert my-documents out.json --to label-studio      brat 文件夹 → 别的工具
    """
    vocabulary = read_vocabulary(find_folder("ontology"))
    found = read_annotated(source, from_name, unit, to_labels(vocabulary))
    for rejection in found.rejections[:_SHOWN]:
        click.echo(to_printable(f"拒绝 rejected: {rejection}"), err=True)
    if len(found.rejections) > _SHOWN:
        click.echo(f"……共 {len(found.rejections)} 处拒绝 rejections in all", err=True)
    if not found.documents:
        raise Failure(f"没有读到文档 no documents in: {source}")
    written = write_annotated(found.documents, to_name, out)
    if not quiet:
        for note in found.notes:
            click.echo(to_printable(f"提示 note: {note}"), err=True)
        mentions = sum(len(one.annotations.mentions) for one in found.documents)
        relations = sum(len(one.annotations.relations) for one in found.documents)
        figures = sum(len(one.annotations.figures) for one in found.documents)
        click.echo(
            f"{len(found.documents)} 篇文档 documents：{mentions} 个提及 mentions、{relations} 个关系 relations、"
            f"{figures} 个数字 figures；拒绝 rejected {len(found.rejections)}"
        )
        click.echo(
            to_printable(f"写好 written: {written[0]}" + (f" 等 {len(written)} 个文件" if len(written) > 1 else ""))
        )
    if strict and found.rejections:
        sys.exit(FAULTS)
