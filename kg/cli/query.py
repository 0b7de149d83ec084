"""`kg query`: the questions of the pack, a file, or a text, asked of a graph file or an endpoint."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from kg.cli.terminal import DEFAULT_GRAPH, HELP_NAMES, Failure, Group, to_printable
from kg.errors import QueryError, StoreError
from kg.locations import find_folder
from kg.names import suggest_names
from kg.queries import (
    PREFIXES,
    Ask,
    Query,
    Table,
    bind_parameters,
    check_choices,
    check_syntax,
    declare_prefixes,
    describe_choices,
    describe_empty,
    read_headings,
    read_queries,
    run_select_remote,
    to_csv,
    to_json,
    to_markdown,
    to_text_records,
    to_text_table,
    to_titled,
)
from kg.queries.confined import Confined
from kg.queries.confinement import Limits
from kg.queries.evidence import find_backing
from kg.queries.guard import LARGEST_TEXT, require_query
from kg.queries.kept_answers import Asking
from kg.queries.packet import Edition, read_edition, to_packet
from kg.store import write_bytes_atomically

_TABLES: dict[str, Callable[[Table], str]] = {
    "table": to_text_table,
    "records": to_text_records,
    "csv": to_csv,
    "json": to_json,
    "md": to_markdown,
}
# For a person to look at: what a document brought is made safe for the terminal, and no row is a sentence.
# The same and Markdown: columns have headings instead of variables' names.
_TITLED = {"table", "records", "md"}
_FOR_READERS = {"table", "records"}
_EMPTY = "没有结果。The result is empty."


class _QueryGroup(Group):
    """`kg query SPARQL-TEXT` beside the named sub-commands: a first word that is no command is taken for a query."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            return "text", self.commands["text"], args
        return super().resolve_command(ctx, args)


@click.group(
    cls=_QueryGroup,
    invoke_without_command=True,
    context_settings=HELP_NAMES,
    epilog=f"SPARQL 里不必声明的前缀 prefixes that need no declaration: {' '.join(f'{name}:' for name in PREFIXES)}",
)
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
@click.option(
    "--pager/--no-pager", "paged", default=True, help="结果比屏幕长时分页 page what is longer than the screen"
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0.1),
    default=60.0,
    show_default=True,
    help="一句或一个文件最多几秒 limit of a text or file",
)
@click.pass_context
def query(
    ctx: click.Context,
    file: Path | None,
    graph: Path,
    endpoint: str | None,
    table_format: str,
    paged: bool,
    seconds: float,
) -> None:
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
    text = _read_text(file)
    _run_strangers_text(text, graph, endpoint, seconds, table_format, paged)


def _read_text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            # What is longer is refused for its length, whatever it ends with.
            content = opened.read(LARGEST_TEXT + 1)
        return content.decode("utf-8", "strict" if len(content) <= LARGEST_TEXT else "replace")
    except OSError as error:
        raise Failure(f"读不了查询文件 cannot read {file}: {error.strerror}；请检查 --file") from error
    except UnicodeDecodeError as error:
        raise Failure(f"查询文件不是 UTF-8 not UTF-8: {file}；请转为 UTF-8") from error


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
    click.option("--pager/--no-pager", "paged", default=None, help="结果比屏幕长时分页 page a long result"),
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
@click.option(
    "--packet",
    type=click.Path(path_type=Path),
    help="另写一个 zip：答案、查询、依据、引用 write answer, query, evidence, citation",
)
@_with_graph_options
@click.pass_context
def query_run(ctx: click.Context, /, name: str, params: tuple[str, ...], packet: Path | None, **given: Any) -> None:
    """提一个问题。Ask one question."""
    one = _find_query(name)
    values = _parse_parameters(params)
    text = bind_parameters(one, values)
    options = _inherit(ctx, **given)
    ask = _to_ask(options["graph"], options["endpoint"])
    check_choices(one, values, ask)
    if packet is not None:
        edition = Edition(options["endpoint"]) if options["endpoint"] else read_edition(options["graph"])
        _write_packet(packet, one, values, text, ask, edition)
        return
    _run_text(
        text, ask, options["table_format"], options["paged"],
        lambda: describe_empty(one, values, describe_choices(one, values, ask)), titled=True,
    )  # fmt: skip


def _write_packet(packet: Path, query: Query, values: dict[str, str], text: str, ask: Ask, edition: Edition) -> None:
    table = ask(text)
    content = to_packet(query, values, text, table, find_backing(text, table, ask), edition)
    write_bytes_atomically(packet, content)
    click.echo(f"写好 Written: {packet}（{len(table.rows)} 行 rows，{len(content)} 字节 bytes）", err=True)


@query.command("text", hidden=True)
@click.argument("text")
@_with_graph_options
@click.pass_context
def query_text(ctx: click.Context, /, text: str, **given: Any) -> None:
    """执行一句 SPARQL。Run a SPARQL text."""
    if " " not in text.strip():
        raise QueryError(
            f"没有这个命令 no such command: {text}；用 kg query list 看有哪些问题，用 kg query run 名称 提问"
        )
    options = _inherit(ctx, **given, seconds=None)
    _run_strangers_text(
        text, options["graph"], options["endpoint"], options["seconds"], options["table_format"], options["paged"]
    )


def _parse_parameters(params: tuple[str, ...]) -> dict[str, str]:
    values: dict[str, str] = {}
    for param in params:
        name, value = _parse_parameter(param)
        if name in values:
            raise click.UsageError(f"参数给了两次 parameter given twice: {name}；一次提问只用一个值 give one value")
        values[name] = value
    return values


def _parse_parameter(param: str) -> tuple[str, str]:
    name, separator, value = param.partition("=")
    if not separator:
        raise click.UsageError(f"参数要写成 名=值 write --param name=value: {param}")
    return name.strip(), value


def _find_query(name: str) -> Query:
    queries = {one.name: one for one in read_queries(find_folder("queries"))}
    if name not in queries:
        hint = suggest_names(name, queries) or "用 kg query list 看有哪些问题 lists them"
        raise QueryError(f"没有这个问题 no such question: {name}；{hint}")
    return queries[name]


def _to_ask(graph: Path, endpoint: str | None) -> Ask:
    """How the graph at hand is asked; a file is read once."""
    if endpoint:
        return partial(_ask_endpoint, endpoint=endpoint)
    return Asking(graph)


def _run_strangers_text(
    text: str, graph: Path, endpoint: str | None, seconds: float, table_format: str, paged: bool
) -> None:
    """A text that we did not write: checked first, and asked in a process of its own with limits."""
    require_query(text)
    if endpoint:
        _run_text(text, _to_ask(graph, endpoint), table_format, paged)
        return
    with Confined(graph, Limits(seconds=seconds)) as confined:
        _run_text(text, confined.ask, table_format, paged)


def _ask_endpoint(text: str, endpoint: str) -> Table:
    try:
        return run_select_remote(declare_prefixes(text), endpoint)
    except StoreError:
        # The endpoint counts the declarations before the text; where the text is at fault, our parser says where.
        check_syntax(text)
        raise


def _run_text(
    text: str,
    ask: Ask,
    table_format: str,
    paged: bool,
    to_empty: Callable[[], str] = lambda: _EMPTY,
    *,
    titled: bool = False,
) -> None:
    table = ask(text)
    if titled and table_format in _TITLED:
        table = to_titled(table, read_headings(find_folder("queries")))
    if table_format not in _FOR_READERS:
        _show(_TABLES[table_format](table), paged)
    else:
        _show(to_printable(_TABLES[table_format](table) if table.rows else to_empty()), paged)


def _show(text: str, paged: bool) -> None:
    """Print a text that ends in a line break, through a pager where a terminal is shorter than it.

    A form for programs keeps every character in a pipe or a file; a terminal is sent none that would steer it.
    """
    if sys.stdout.isatty():
        text = to_printable(text.replace("\r\n", "\n"))
    text = text if text.endswith("\n") else f"{text}\n"
    if paged and sys.stdout.isatty() and text.count("\n") >= shutil.get_terminal_size().lines:
        click.echo_via_pager(text)
    else:
        click.echo(text, nl=False)
