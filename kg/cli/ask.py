"""`kg ask`: a question in words, answered by the query of the pack that it is taken for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import click

from kg.asking import Answer, Candidate, Matcher, answer_question, describe_abstention, describe_values
from kg.cli.terminal import DEFAULT_GRAPH, FAULTS, HELP_NAMES, Command, to_printable
from kg.locations import find_folder
from kg.queries import (
    Table,
    read_headings,
    read_queries,
    to_csv,
    to_json,
    to_markdown,
    to_text_table,
    to_titled,
)
from kg.queries.evidence import Quote
from kg.queries.kept_answers import Asking
from kg.queries.packet import to_command
from kg.search import derive_index, read_entries, read_kinds

_TABLES: dict[str, Callable[[Table], str]] = {
    "table": to_text_table,
    "csv": to_csv,
    "json": to_json,
    "md": to_markdown,
}
# Read by programs: the rows alone on standard output, what is said of them on standard error.
_FOR_PROGRAMS = {"csv", "json"}
_QUOTES = 10


@click.command("ask", cls=Command, context_settings=HELP_NAMES)
@click.argument("question", nargs=-1, required=True)
@click.option(
    "--graph",
    type=click.Path(path_type=Path),
    default=DEFAULT_GRAPH,
    show_default=True,
    help="数据文件 data: .nq .ttl …",
)
@click.option(
    "--format",
    "table_format",
    type=click.Choice(list(_TABLES)),
    default="table",
    show_default=True,
    help="结果的样子 form of the result",
)
@click.pass_context
def ask(ctx: click.Context, question: tuple[str, ...], graph: Path, table_format: str) -> None:
    """用一句话提问，不联网。Ask in your own words, offline.

    选出问题包里最合适的问题并填好参数，显示答案和依据；没有把握就不答，列出最近的三个问题（退出码 1）。
    Chooses the query of the pack that fits and fills it in; when unsure, lists the nearest three instead (exit code 1).

    \b
    kg ask '哪些基金支持低空经济？'
    kg ask '2022年有哪些数字' --format csv
    """
    asking = Asking(graph)
    dataset = asking.dataset
    matcher = Matcher(read_queries(find_folder("queries")), derive_index(read_entries(dataset), read_kinds(dataset)))
    answer = answer_question(matcher, " ".join(question), asking)
    aside = table_format in _FOR_PROGRAMS
    if answer.reading.chosen is None or answer.table is None:
        _say("\n".join(_describe_unanswered(answer)), aside)
        ctx.exit(FAULTS)
    _say("\n".join(_describe_choice(answer.reading.chosen)) + "\n", aside)
    if aside:
        click.echo(_TABLES[table_format](answer.table), nl=False)
    elif answer.table.rows:
        table = to_titled(answer.table, read_headings(find_folder("queries")))
        click.echo(to_printable(_TABLES[table_format](table)), nl=False)
        _say("\n".join(_describe_quotes(answer.quotes)), aside=False)
    if answer.empty:
        _say(answer.empty, aside)


def _say(text: str, aside: bool) -> None:
    if text:
        click.echo(to_printable(text), err=aside)


def _describe_choice(chosen: Candidate) -> Iterator[str]:
    query = chosen.query
    yield f"问题 question: {query.summary_zh} {query.summary_en}（{query.name}，把握 fit {chosen.score:.2f}）"
    if query.parameters:
        yield f"参数 parameters: {describe_values(chosen)}"
    yield f"命令 command: {to_command(query, chosen.values)}"


def _describe_unanswered(answer: Answer) -> Iterator[str]:
    yield "".join(describe_abstention(answer.reading))
    if answer.reading.nearest:
        yield "最近的问题 the nearest questions:"
    for one in answer.reading.nearest:
        yield f"  {one.query.summary_zh} {one.query.summary_en}"
        # A name that the graph lacks would have the default asked about instead.
        yield f"    {f'kg query show {one.query.name}' if one.missing else to_command(one.query, one.values)}"


def _describe_quotes(quotes: tuple[Quote, ...]) -> Iterator[str]:
    if not quotes:
        return
    shown = f"，显示前 {_QUOTES} 条 the first {_QUOTES}" if len(quotes) > _QUOTES else ""
    yield f"\n依据 evidence（{len(quotes)} 条{shown}）:"
    for number, quote in enumerate(quotes[:_QUOTES], start=1):
        sentence = " ".join(f"{quote.before}【{quote.exact}】{quote.after}".split())
        yield f"{number}. {sentence}"
        yield f"   —— {quote.title} {quote.issued} 第 {quote.paragraph} 段 {quote.start}–{quote.end}"
