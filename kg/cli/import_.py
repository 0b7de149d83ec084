"""`kg import`: documents as people have them to documents of a corpus."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.annotate import derive_lexicon, read_resources
from kg.cli.terminal import FAULTS, HELP_NAMES, Command, Failure, to_printable, to_program
from kg.importing import SUFFIXES
from kg.locations import find_folder
from kg.ontology import read_vocabulary
from kg.pipeline.importing import find_sources, import_file

_DEFAULT_OUT = Path("documents")


@click.command("import", cls=Command, context_settings=HELP_NAMES)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")
@click.option("--out", type=click.Path(path_type=Path), default=_DEFAULT_OUT, show_default=True, help="写到 write to")
@click.option("--force", is_flag=True, help="旁边有标注的正文也重写 overwrite annotated texts too")
@click.option("--strict", is_flag=True, help="有一篇没有导入即以 1 退出 exit 1 where a file was left out")
@click.option("--quiet", is_flag=True, help="只报错误 say nothing but errors")
def import_(paths: tuple[Path, ...], out: Path, force: bool, strict: bool, quiet: bool) -> None:
    """把文件变成语料文档。Turn files (.txt .md .html .docx .pdf) into documents of a corpus.

    每个文件写出 NAME.txt（干净的正文）和 NAME.toml（标题、机构、日期、文号、有效性、来源和 sha256）。文件夹会逐个找。
    """
    sources = list(find_sources(paths))
    if not sources:
        raise Failure(f"没有可导入的文件 nothing to import；可用 {' '.join(sorted(SUFFIXES))}")
    ontology = find_folder("ontology")
    vocabulary = read_vocabulary(ontology)
    lexicon = derive_lexicon(read_resources(ontology, vocabulary), vocabulary)
    taken: set[str] = set()
    done = left_out = 0
    for number, source in enumerate(sources, 1):
        result = import_file(source, out, taken, lexicon, force=force)
        if result.written is None:
            left_out += 1
            click.echo(to_printable(f"没有导入 left out: {result.fault}"), err=True)
            continue
        done += 1
        if not quiet:
            click.echo(to_printable(f"{number}/{len(sources)}  {source} → {result.written}"))
    if not quiet:
        click.echo(f"导入 imported {done} 篇 documents；没有导入 left out {left_out}")
        if done:
            click.echo(f"接下来 Next:  {to_program()} annotate {out}  然后 then  {to_program()} build --corpus {out}")
    if strict and left_out:
        sys.exit(FAULTS)
