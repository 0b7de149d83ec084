"""`kg watch`: the graph rebuilt whenever a document or the ontology is saved."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import click
from watchfiles import Change, watch

from kg.cli.build import build
from kg.cli.terminal import HELP_NAMES, Command, Failure, to_printable
from kg.locations import find_folder

# Editors write a file in several steps, and people save several files at once: what follows within this is one change.
_SETTLED_MILLISECONDS = 400
_OF_DOCUMENTS, _OF_ONTOLOGY = (".txt", ".ann", ".toml"), (".ttl", ".toml")
_NAMED = 3
_PASSING = {"ignore_unknown_options": True, "allow_extra_args": True}


@click.command("watch", cls=Command, context_settings=HELP_NAMES | _PASSING)
@click.option("--corpus", help="盯着的文件夹或 .jsonl what to watch（默认 default：内置语料）")
@click.pass_context
def watch_(ctx: click.Context, corpus: str | None) -> None:
    """一存盘就重建。Rebuild whenever a document is saved.

    其余选项同 kg build。All other options are those of kg build. 停止 stop: Ctrl-C
    """
    options = [*(("--corpus", corpus) if corpus else ()), *ctx.args]
    # Wrong options are said now, not after every change.
    build.make_context("build", [*options], parent=ctx.parent)
    documents, ontology = Path(corpus) if corpus else find_folder("corpus/hubei"), find_folder("ontology")
    if not documents.exists():
        raise Failure(f"找不到语料 corpus not found: {documents}；请用 --corpus 指定文件夹或 .jsonl")
    # Of a file its folder is watched: editors put a new file in its place.
    places = (documents if documents.is_dir() else documents.parent, ontology)
    changes = watch(
        *places,
        watch_filter=_to_filter(documents.resolve(), ontology.resolve()),
        debounce=_SETTLED_MILLISECONDS,
        rust_timeout=_SETTLED_MILLISECONDS,
        yield_on_timeout=True,
        raise_interrupt=False,
    )
    # The first answer, of nothing, says that watching has begun: what is saved during the first build is not missed.
    next(changes)
    _rebuild(options, "开始 begin")
    for found in changes:
        if found:
            _rebuild(options, _name(Path(path).name for _, path in found))
    click.echo("停止 stopped")


def _to_filter(documents: Path, ontology: Path) -> Callable[[Change, str], bool]:
    """Which changes ask for a build: a document's files, or the ontology's."""

    def wants(_: Change, changed: str) -> bool:
        path = Path(changed).resolve()
        if path.is_relative_to(ontology):
            return path.suffix in _OF_ONTOLOGY
        return path == documents or (path.is_relative_to(documents) and path.suffix in _OF_DOCUMENTS)

    return wants


def _name(names: Iterable[str]) -> str:
    distinct = sorted(set(names))
    more = f" 等 {len(distinct)} 个 files" if len(distinct) > _NAMED else ""
    return "、".join(distinct[:_NAMED]) + more


def _rebuild(options: list[str], cause: str) -> None:
    """One build in a process of its own, as fresh as if it were called by hand; what it rejects it says itself."""
    begin = time.monotonic()
    result = subprocess.run([sys.executable, "-m", "kg", "build", "--quiet", *options], check=False)
    seconds = time.monotonic() - begin
    said = (
        f"已重建 rebuilt, {seconds:.1f} s"
        if result.returncode == 0
        else "没有建成，旧的图还在；改好存盘即重试 not built, the old graph stays: mend and save"
        if result.returncode == click.UsageError.exit_code
        else f"已重建，有拒绝 rebuilt, with rejections, {seconds:.1f} s"
    )
    click.echo(to_printable(f"{time.strftime('%H:%M:%S')} {cause}：{said}"))
    sys.stdout.flush()
