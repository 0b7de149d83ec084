"""`kg build --engine spark`: the same job on Apache Spark."""

from __future__ import annotations

import sys

import click

from kg.cli.terminal import FAULTS, Failure, to_printable
from kg.locations import find_folder


def build_on_spark(corpus: str | None, out: str, base: str, master: str | None, *, strict: bool, quiet: bool) -> None:
    """Build a corpus at any path that Spark reads into one that it writes; exits with FAULTS where `strict` asks it."""
    # Spark is an extra: the module is loaded only where it is asked for.
    from kg.pipeline.spark import build_corpus_on_spark

    given = corpus or str(find_folder("corpus/hubei"))
    report = build_corpus_on_spark(given, find_folder("ontology"), base, out, master)
    for notice in report.notices:
        click.echo(to_printable(f"留意 notice: {notice}"), err=True)
    if not quiet:
        click.echo(
            f"{given}: {report.documents} 篇文档 documents → {report.entities} 个实体 entities、"
            f"{report.statements} 条陈述 statements（承诺 planned {report.commitments}）、"
            f"{report.observations} 个数据 figures、{report.quads} 个四元组 quads；"
            f"拒绝 rejected {report.rejected} 行 lines"
        )
        click.echo(
            f"写好 Written: {out}/graph.nq（各部分按序相连 parts in order）、documents.jsonl、rejections.txt、"
            "report.json"
        )
    if report.unaccounted:
        raise Failure(
            f"有 {report.unaccounted} 行标注下落不明 lines unaccounted for: 这是程序的错误，请报告 please report"
        )
    if strict and report.rejected:
        sys.exit(FAULTS)
