"""`kg query`: the questions of the pack, a file, or a text, asked of a graph file or an endpoint."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kg.cli.terminal import DEFAULT_GRAPH, HELP_NAMES, Command, Failure, to_printable
from kg.errors import PolicykgError, QueryError
from kg.export.turtle import PREFIXES
from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.queries import (
    Query,
    Table,
    bind_parameters,
    describe_empty,
    read_queries,
    run_select,
    run_select_remote,
    to_csv,
    to_json,
    to_markdown,
    to_text_table,
)
from kg.store import read_dataset

_SHOWN_REJECTIONS = 20
_TABLES: dict[str, Callable[[Table], str]] = {
    "table": to_text_table,
    "csv": to_csv,
    "json": to_json,
    "md": to_markdown,
}


class _QueryGroup(click.Group):
    """`kg query SPARQL-TEXT` beside the named sub-commands: a first word that is no command is taken for a query."""

    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            return "text", self.commands["text"], args
        return super().resolve_command(ctx, args)


@click.group(cls=_QueryGroup, invoke_without_command=True, context_settings=HELP_NAMES)
@click.option("--file", "file", type=click.Path(path_type=Path), help="执行文件里的查询 run the query in a file")
@click.option(
    "--graph",
    type=click.Path(path_type=Path),
    default=DEFAULT_GRAPH,
    show_default=True,
    help="数据文件 data: .nq .ttl …",
)
@click.option("--endpoint", help="改问一个 SPARQL 端点 ask a SPARQL endpoint instead (URL)")
@click.option(
    "--format",
    "table_format",
    type=click.Choice(list(_TABLES)),
    default="table",
    show_default=True,
    help="结果的样子 form of the result",
)
@click.pass_context
def query(ctx: click.Context, file: Path | None, graph: Path, endpoint: str | None, table_format: str) -> None:
    """向图谱提问。Ask the graph.

    \b
    kg query list                                        有哪些问题 which questions there are
    kg query show who-supports                           一个问题的 SPARQL 和参数 its SPARQL and parameters
    kg query run who-supports --param topic=低空经济      提问 ask it
    kg query --file my.rq                                执行文件 run a file
    kg query 'SELECT …'                                  执行一句 run a text
    """
    if ctx.invoked_subcommand is not None:
        return
    if file is None:
        click.echo(ctx.get_help())
        return
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise Failure(f"读不了查询文件 cannot read {file}: {error.strerror}；请检查 --file") from error
    except UnicodeDecodeError as error:
        raise Failure(f"查询文件不是 UTF-8 not UTF-8: {file}；请转为 UTF-8") from error
    try:
        _run_text(text, graph, endpoint, table_format)
    except PolicykgError as error:
        raise Failure(str(error)) from error


@query.command("list")
def query_list() -> None:
    """列出所有问题。List the questions."""
    queries = read_queries(find_folder("queries"))
    width = max(len(one.name) for one in queries)
    for one in queries:
        click.echo(f"{one.name:<{width}}  {one.summary_zh}  {one.summary_en}")


@query.command("show")
@click.argument("name")
def query_show(name: str) -> None:
    """显示一个问题的说明、参数和 SPARQL。Show one question: description, parameters, SPARQL."""
    click.echo(_find_query(name).text)


_GRAPH_OPTIONS = (
    click.option("--graph", type=click.Path(path_type=Path), help="数据文件 data: .nq .ttl …"),
    click.option("--endpoint", help="改问一个 SPARQL 端点 ask a SPARQL endpoint instead (URL)"),
    click.option("--format", "table_format", type=click.Choice(list(_TABLES)), help="结果的样子 form of the result"),
)


def _with_graph_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_GRAPH_OPTIONS):
        command = option(command)
    return command


def _inherit(ctx: click.Context, **given: Any) -> dict[str, Any]:
    """The options of a sub-command, each from `kg query` where it was given there and not here."""
    above = ctx.parent.params if ctx.parent else {}
    return {name: above.get(name) if value is None else value for name, value in given.items()}


@query.command("run")
@click.argument("name")
@click.option("--param", "-p", "params", multiple=True, metavar="名=值 K=V", help="参数 a parameter, repeatable")
@_with_graph_options
@click.pass_context
def query_run(
    ctx: click.Context,
    name: str,
    params: tuple[str, ...],
    graph: Path | None,
    endpoint: str | None,
    table_format: str | None,
) -> None:
    """提一个问题。Ask one question."""
    one = _find_query(name)
    values = dict(_parse_parameter(param) for param in params)
    text = bind_parameters(one, values)
    options = _inherit(ctx, graph=graph, endpoint=endpoint, table_format=table_format)
    _run_text(text, empty=describe_empty(one, values), **options)


@query.command("text", hidden=True)
@click.argument("text")
@_with_graph_options
@click.pass_context
def query_text(
    ctx: click.Context, text: str, graph: Path | None, endpoint: str | None, table_format: str | None
) -> None:
    """执行一句 SPARQL。Run a SPARQL text."""
    if " " not in text.strip():
        raise QueryError(
            f"没有这个命令 no such command: {text}；用 kg query list 看有哪些问题，用 kg query run 名称 提问"
        )
    _run_text(text, **_inherit(ctx, graph=graph, endpoint=endpoint, table_format=table_format))


def _parse_parameter(param: str) -> tuple[str, str]:
    name, separator, value = param.partition("=")
    if not separator:
        raise click.UsageError(f"参数要写成 名=值 write --param name=value: {param}")
    return name.strip(), value


def _find_query(name: str) -> Query:
    queries = {one.name: one for one in read_queries(find_folder("queries"))}
    if name not in queries:
        near = [known for known in queries if name.lower() in known or known in name.lower()]
        hint = f"是不是 did you mean {'、'.join(near)}" if near else "用 kg query list 看有哪些问题"
        raise QueryError(f"没有这个问题 no such question: {name}；{hint}")
    return queries[name]


def declare_prefixes(text: str) -> str:
    """A query with the project's prefixes declared where it does not, on one line: no error moves a line down."""
    known = {**PREFIXES, "id": DEFAULT_BASE}
    missing = [name for name in known if not re.search(rf"\bPREFIX\s+{name}:", text, re.IGNORECASE)]
    return "".join(f"PREFIX {name}: <{known[name]}> " for name in missing) + text


def _run_text(
    text: str,
    graph: Path,
    endpoint: str | None,
    table_format: str,
    empty: str = "没有结果。The result is empty.",
) -> None:
    text = declare_prefixes(text)
    table = run_select_remote(text, endpoint) if endpoint else run_select(text, read_dataset(graph))
    if not table.rows and table_format == "table":
        click.echo(empty)
        return
    text_out = _TABLES[table_format](table)
    click.echo(to_printable(text_out) if table_format == "table" else text_out, nl=not text_out.endswith("\n"))
