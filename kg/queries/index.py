"""What the pack says of itself: its index in `queries/README.md`, and a sentence where an answer is empty."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path

from kg.errors import QueryError
from kg.queries.front_matter import Parameter, Query, read_queries
from kg.store import write_atomically

_BEGIN = "<!-- index: generated from the front matter; python tests/test_queries.py -->"
_END = "<!-- /index -->"


def to_index(queries: Iterable[Query]) -> str:
    """The index of the pack in Markdown: one row a question."""
    rows = ["| 问题 question | 文件 file | 参数 parameters（默认 default） |", "| --- | --- | --- |"]
    for query in queries:
        parameters = "<br>".join(_to_index_parameter(parameter) for parameter in query.parameters)
        rows.append(f"| {query.summary_zh}<br>{query.summary_en} | [{query.name}]({query.name}.rq) | {parameters} |")
    return "\n".join(rows) + "\n"


def write_index(folder: Path) -> Path:
    """Put the index of a folder's questions into its README.md, between two marks. QueryError where they lack."""
    path = folder / "README.md"
    before, begin, rest = path.read_text(encoding="utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise QueryError(f"{path}: 缺少索引的标记 the marks of the index are missing；请补上 {_BEGIN} … {_END}")
    write_atomically(path, [before, _BEGIN, "\n\n", to_index(read_queries(folder)), "\n", _END, after])
    return path


def describe_empty(query: Query, values: Mapping[str, str], choices: str = "") -> str:
    """A sentence for an empty answer: what was asked with which values, and how to find a name that the graph has.

    `choices` is what `describe_choices` found in the graph at hand.
    """
    asked = {parameter.name: values.get(parameter.name, parameter.default) for parameter in query.parameters}
    shown = "，".join(f"{parameter.label_zh}={asked[parameter.name]}" for parameter in query.parameters)
    of = f"（{shown}）" if shown else ""
    text = f"没有查到：{query.summary_zh}{of}。Nothing found: {query.summary_en}."
    if choices:
        text = f"{text}\n{choices}"
    names = [asked[parameter.name] for parameter in query.parameters if parameter.type == "label"]
    if not names:
        return text
    return (
        f"{text}\n图谱里也许没有这个名称，或没有这方面的记录；按字找名称 to find a name by its words: "
        f"kg query run find-by-words --param words={to_argument(names[0])}"
    )


def to_argument(value: str) -> str:
    """A value as a shell takes it; `shlex.quote` alone would put quotation marks round every Chinese word."""
    return value if re.fullmatch(r"[\w.-]+", value) else shlex.quote(value)


def _to_index_parameter(parameter: Parameter) -> str:
    return f"`{parameter.name}` {parameter.label_zh}（{parameter.default}）"
