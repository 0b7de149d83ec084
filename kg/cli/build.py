"""`kg build`, and the same job as `python build_graph.py`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from kg.cli.reason import reason_over
from kg.cli.spark import build_on_spark
from kg.cli.terminal import DEFAULT_OUT, FAULTS, HELP_NAMES, Command, Failure, to_printable, to_program
from kg.export import FORMATS
from kg.identifiers import DEFAULT_BASE, parse_base
from kg.locations import find_folder
from kg.output_set import open_set
from kg.outputs import HTML, write_build, write_outputs
from kg.pipeline import build_corpus
from kg.report import BuildReport

_BUILD_FORMATS = ("ttl", "nq", HTML)
_SHOWN_REJECTIONS = 20


def _read_formats(_: click.Context, __: click.Parameter, value: Sequence[str]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for item in value for name in item.split(",") if name.strip()))
    unknown = [name for name in names if name not in FORMATS and name != HTML]
    if unknown:
        raise click.BadParameter(f"不认识的格式 unknown format “{unknown[0]}”；可用 use {', '.join([*FORMATS, HTML])}")
    return names


@click.command(cls=Command, context_settings=HELP_NAMES)
@click.option(
    "--corpus",
    help="含 .txt/.ann/.toml 的文件夹，或一个 .jsonl folder of documents, or JSON Lines（默认 default：内置语料）",
)
@click.option("--out", default=str(DEFAULT_OUT), show_default=True, help="写到哪里 where to write")
@click.option("--base", default=DEFAULT_BASE, show_default=True, help="实体 IRI 的前缀 base of the entities' IRIs")
@click.option(
    "--format",
    "formats",
    multiple=True,
    callback=_read_formats,
    default=_BUILD_FORMATS,
    help=f"要写的格式，可多次或用逗号分开 formats to write: {', '.join([*FORMATS, HTML])}（默认 default：ttl,nq,html）",
)
@click.option("--reason", is_flag=True, help="推断，写成 reasoned.nq write what follows too")
@click.option("--strict", is_flag=True, help="有任何拒绝即以 1 退出 exit 1 where anything was rejected")
@click.option(
    "--jobs", type=click.IntRange(min=1), default=os.cpu_count() or 1, help="进程数 processes（默认 default：处理器数）"
)
@click.option(
    "--engine",
    type=click.Choice(["local", "spark"]),
    default="local",
    show_default=True,
    help="在本机，或在 Spark 上（路径可为 hdfs:// 等）on this machine, or on Spark (any path that it reads)",
)
@click.option("--master", help="Spark 的主节点 Spark's master, e.g. local[2], spark://host:7077")
@click.option("--afresh", is_flag=True, help="没有改的文档也重建 build unchanged documents again too")
@click.option("--quiet", is_flag=True, help="只报错误 say nothing but errors")
def build(
    corpus: str | None, out: str, base: str, formats: tuple[str, ...], reason: bool, strict: bool, jobs: int,
    engine: str, master: str | None, afresh: bool, quiet: bool,
) -> None:  # fmt: skip
    """把标注的文件建成图谱。Build the graph from annotated documents.

    不带参数时构建内置语料，写到 out/。Without arguments the embedded corpus is built into out/.
    """
    base = parse_base(base)
    if engine == "spark" and reason:
        raise Failure("--reason 只在本机构建时可用 --reason needs --engine local；请去掉其一 drop one of them")
    if engine == "spark":
        build_on_spark(corpus, out, base, master, strict=strict, quiet=quiet)
    else:
        folder = Path(corpus) if corpus else find_folder("corpus/hubei")
        _build_here(
            folder, Path(out), base, formats, reason=reason, strict=strict, jobs=jobs, afresh=afresh, quiet=quiet
        )


def _build_here(
    corpus: Path, out: Path, base: str, formats: tuple[str, ...], *,
    reason: bool, strict: bool, jobs: int, afresh: bool, quiet: bool,
) -> None:  # fmt: skip
    ontology, progress = find_folder("ontology"), _to_progress(quiet)
    reasoned = None
    with open_set(out) as fresh:
        if reason:
            result = build_corpus(corpus, ontology, base, jobs=jobs, on_document=progress)
            report, reasoned = result.report, reason_over(result)
            # The page of a reasoned build shows what was inferred, so it is drawn from there.
            others = [name for name in formats if name != HTML]
            files = (*write_outputs(result, fresh, others), *reasoned.write(fresh, view=HTML in formats))
        else:
            # Beside the sets, where no file of the output lies.
            kept = None if afresh else fresh.parent
            report, files = write_build(
                corpus, ontology, base, fresh, formats, jobs=jobs, on_document=progress, kept=kept
            )
        written = tuple(out / path.relative_to(fresh) for path in files)
    rejected = _say_rejections(report)
    if not quiet:
        _say_result(report, rejected, corpus, out, written)
        if reasoned:
            reasoned.say()
    if report.unaccounted:
        raise Failure(
            f"有 {report.unaccounted} 行标注下落不明 lines unaccounted for: 这是程序的错误，请报告 please report"
        )
    if strict and rejected:
        sys.exit(FAULTS)


def _to_progress(quiet: bool) -> Callable[[int, int], None] | None:
    if quiet or not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        if total >= 50 and (done % 10 == 0 or done == total):
            click.echo(f"\r构建 building {done}/{total}", nl=done == total, err=True)

    return show


def _say_rejections(report: BuildReport) -> int:
    count = 0
    for count, rejection in enumerate(report.iterate_rejections(), 1):
        if count <= _SHOWN_REJECTIONS:
            click.echo(to_printable(f"拒绝 rejected: {rejection}"), err=True)
    if count > _SHOWN_REJECTIONS:
        click.echo(f"……共 {count} 处拒绝，其余见 report.md the rest is in report.md", err=True)
    return count


def _say_result(report: BuildReport, rejected: int, corpus: Path, out: Path, written: tuple[Path, ...]) -> None:
    click.echo(
        f"{corpus}: {len(report.documents)} 篇文档 documents → {report.entities} 个实体 entities、"
        f"{report.statements} 条陈述 statements（承诺 planned {report.commitments}）、"
        f"{report.observations} 个数据 figures、{report.triples} 个三元组 triples；"
        f"拒绝 rejected {rejected}"
    )
    click.echo("写好 Written:")
    for path in written:
        click.echo(f"  {path}  ({path.stat().st_size / 1024:,.0f} KiB)")
    program = to_program()
    graph = "" if out == DEFAULT_OUT else f" --graph {out / 'graph.nq'}"
    page = out / "graph.html"
    click.echo("接下来 Next:")
    if page in written:
        click.echo(f"  看图 look:  用浏览器打开 open in a browser  {page.absolute().as_uri()}")
        click.echo("              在搜索框输入 低空经济，点开节点看依据 search 低空经济 and click it for the evidence")
    if out / "graph.nq" in written:
        click.echo("  提问 ask:   谁在支持低空经济？依据是哪一句？ who supports it, and which sentence says so?")
        click.echo(f"              {program} query run who-supports --param topic=低空经济{graph}")
        click.echo(f"  所有问题 all questions:  {program} query list")
    click.echo(f"  核对 check: {out / 'report.md'}（每行标注的去向 where every annotation went）")
