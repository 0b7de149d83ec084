"""Questions from files: `queries/NAME.rq`, SPARQL below a front matter of `#+` lines.

The front matter is YAML with grlc's field names where grlc has one (summary, description, method, tags, defaults;
https://github.com/CLARIAH/grlc#decorator-syntax) and ours beside them (summary_en, description_en, parameters, chart,
samples).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import yaml

from kg.errors import QueryError
from kg.queries.chart import Chart, parse_chart

_MARK = "#+"
_FIELDS: Mapping[str, type] = {
    **dict.fromkeys(("summary", "summary_en", "description", "description_en", "method"), str),
    **dict.fromkeys(("tags", "parameters", "defaults", "samples"), list),
    "chart": dict,
}
_FORMS: Mapping[type, str] = {
    str: "一行文字 a line of text",
    list: "列表 a list of “- …” lines",
    dict: "“名: 值”各行 lines of “name: value”",
}
_REQUIRED = ("summary", "summary_en", "description", "description_en")
_PARAMETER_KEYS = ("name", "type", "label", "label_en")
_PARAMETER_OPTIONS = ("class",)
_FILE_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_VARIABLE = re.compile(r"[a-z][a-z_]*")
_SLOT = re.compile(r"\{([^{}]*)\}")

_NARROWED = ("label", "iri")
_CLASS = re.compile(r"[A-Z][A-Za-z]*")

PARAMETER_TYPES = ("label", "class", "status", "string", "integer", "year", "date", "iri")


class _FrontMatterLoader(yaml.BaseLoader):
    """YAML with every scalar as text (a year stays `2022`), which refuses a key given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping's content. Raises ConstructorError where a key stands twice in it, or is no text."""
        keys = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in keys:
                problem = (
                    f"{key.value} 重复 given twice"
                    if isinstance(key, yaml.ScalarNode)
                    else "字段名不是文字 a key is no text"
                )
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            keys.add(key.value)
        return super().construct_mapping(node, deep)


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a question lets one choose: the SPARQL variable it stands in, its type, its labels and its default.

    `classes` are local names of the ontology's classes: what a label or an IRI is looked for among; none means any.
    """

    name: str
    type: str
    label_zh: str
    label_en: str
    default: str
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """One question; `text` is the whole file, front matter included, which runs as it stands.

    `samples` are ways in which a person may put it, `{name}` standing where a parameter's value would.
    """

    name: str
    summary_zh: str
    summary_en: str
    description: str
    description_en: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    text: str
    chart: Chart | None = None
    samples: tuple[str, ...] = ()

    @property
    def sparql(self) -> str:
        """The query below the front matter."""
        lines = self.text.splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith(_MARK)).lstrip("\n")


def read_queries(folder: Path) -> tuple[Query, ...]:
    """Every question of a folder, by name. Raises QueryError with file and line where one is malformed."""
    if not folder.is_dir():
        raise QueryError(f"没有这个问题文件夹 no such folder of queries: {folder}；请检查路径")
    return tuple(_read_query(path) for path in sorted(folder.glob("*.rq")))


def _read_query(path: Path) -> Query:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise QueryError(f"读不了查询文件 cannot read {path}: {error.strerror}；请检查权限") from error
    except UnicodeDecodeError as error:
        raise QueryError(f"{path}: 不是 UTF-8 not UTF-8；请转为 UTF-8") from error
    return parse_query(path.stem, text, str(path))


def parse_query(name: str, text: str, file: str) -> Query:
    """A question from its file's text. Raises QueryError, naming `file` and the line, where it is malformed."""
    if not _FILE_NAME.fullmatch(name):
        raise QueryError(f"{file}: 文件名不合 unusable file name；请用小写英文和连字符，如 who-supports.rq")
    fields = _parse_front_matter(text, file)
    for key in _REQUIRED:
        if key not in fields:
            raise QueryError(f"{file}:1: 缺少 {key} is missing；请在文件头加一行 {_MARK} {key}: …")
    if fields.get("method", "GET") != "GET":
        raise QueryError(f"{file}:1: method 只能是 GET must be GET；问题只读不写")
    parameters = _parse_parameters(fields, file)
    query = Query(
        name=name,
        summary_zh=fields["summary"],
        summary_en=fields["summary_en"],
        description=fields["description"],
        description_en=fields["description_en"],
        tags=_parse_tags(fields.get("tags", []), file),
        parameters=parameters,
        text=text,
        chart=parse_chart(fields["chart"], file) if "chart" in fields else None,
        samples=_parse_samples(fields.get("samples", []), parameters, file),
    )
    if not query.sparql.strip():
        raise QueryError(f"{file}:1: 文件头之后没有查询 no query below the front matter；请写上 SPARQL")
    return query


def _parse_front_matter(text: str, file: str) -> dict[str, Any]:
    lines = list(takewhile(lambda line: line.startswith(_MARK), text.splitlines()))
    try:
        fields = yaml.load("\n".join(line.removeprefix(_MARK) for line in lines), Loader=_FrontMatterLoader)
    except yaml.MarkedYAMLError as error:
        # A scanner notices an open quotation mark only at the end; its context says where it was opened.
        opened = error.context_mark if isinstance(error, yaml.scanner.ScannerError) else None
        mark = opened or error.problem_mark
        number = mark.line + 1 if mark else 1
        reason = f"文件头不是合法的 YAML the front matter is not YAML: {error.problem}"
        raise QueryError(f"{file}:{number}: {reason}；请照着邻近的 .rq 文件改 copy a neighbour's") from error
    if not isinstance(fields, dict):
        raise QueryError(f"{file}:1: 缺少文件头 no front matter；请照着邻近的 .rq 文件写 {_MARK} summary: … 等各行")
    for key, value in fields.items():
        if key not in _FIELDS:
            raise QueryError(f"{file}:1: 不认识的字段 unknown field: {key}；可用 {', '.join(_FIELDS)}")
        if not isinstance(value, _FIELDS[key]) or not value:
            form = _FORMS[_FIELDS[key]]
            raise QueryError(f"{file}:1: {key} 要写成 must be {form}；请改正")
    return fields


def _parse_tags(tags: list[object], file: str) -> tuple[str, ...]:
    if any(not isinstance(tag, str) or not tag for tag in tags):
        raise QueryError(f"{file}:1: tags 里只能是词 tags are words；请写成 {_MARK}   - 词")
    return tuple(str(tag) for tag in tags)


def _parse_samples(samples: list[object], parameters: tuple[Parameter, ...], file: str) -> tuple[str, ...]:
    known = {parameter.name for parameter in parameters}
    for sample in samples:
        if not isinstance(sample, str) or not sample.strip():
            raise QueryError(
                f"{file}:1: samples 里只能是问句 samples are questions；以花括号开头的加引号 quote what begins with {{"
            )
        unknown = sorted(set(_SLOT.findall(sample)) - known)
        if unknown:
            usable = "、".join(f"{{{name}}}" for name in sorted(known)) or "这个问题没有参数 it has none"
            raise QueryError(f"{file}:1: 问句里没有这个参数 no such parameter: {{{unknown[0]}}}；可用 use {usable}")
    return tuple(str(sample) for sample in samples)


def _parse_parameters(fields: Mapping[str, Any], file: str) -> tuple[Parameter, ...]:
    defaults: dict[str, str] = {}
    for item in fields.get("defaults", []):
        defaults.update(_parse_texts(item, "defaults", file))
    items = [_parse_texts(item, "parameters", file) for item in fields.get("parameters", [])]
    parameters = tuple(_parse_parameter(item, defaults, file) for item in items)
    names = [parameter.name for parameter in parameters]
    if len(set(names)) != len(names) or set(defaults) != set(names):
        raise QueryError(f"{file}:1: parameters 与 defaults 不一一对应 do not match；请给每个参数一个默认值")
    return parameters


def _parse_texts(item: object, field: str, file: str) -> dict[str, str]:
    if not isinstance(item, dict) or not all(isinstance(value, str) for value in item.values()):
        raise QueryError(f"{file}:1: {field} 的每一项要写成 “- 名: 值” each item reads “- name: value”；请改正")
    return item


def _parse_parameter(item: Mapping[str, str], defaults: Mapping[str, str], file: str) -> Parameter:
    if set(item) - set(_PARAMETER_OPTIONS) != set(_PARAMETER_KEYS) or not all(item.values()):
        raise QueryError(
            f"{file}:1: 参数的字段不齐 incomplete parameter {item.get('name', '')}；需要 {', '.join(_PARAMETER_KEYS)}"
        )
    name, kind = item["name"], item["type"]
    if not _VARIABLE.fullmatch(name):
        raise QueryError(f"{file}:1: 参数名不合 unusable parameter name: {name}；请用小写英文和下划线")
    if kind not in PARAMETER_TYPES:
        raise QueryError(f"{file}:1: 不认识的参数类型 unknown type: {kind}；可用 {', '.join(PARAMETER_TYPES)}")
    if name not in defaults:
        raise QueryError(f"{file}:1: 参数 {name} 没有默认值 has no default；请在 defaults 里加一行 - {name}: …")
    classes = tuple(item.get("class", "").split())
    if classes and (kind not in _NARROWED or not all(map(_CLASS.fullmatch, classes))):
        raise QueryError(
            f"{file}:1: 参数 {name} 的 class 不合 unusable class；只用于 for {', '.join(_NARROWED)}，如 such as Fund"
        )
    return Parameter(name, kind, item["label"], item["label_en"], defaults[name], classes)
