"""Questions from files: `queries/NAME.rq`, SPARQL below a front matter of `#+` lines.

The front matter is a small part of YAML, with grlc's field names where grlc has one (summary, description, method,
tags, defaults; https://github.com/CLARIAH/grlc#decorator-syntax) and ours beside them (summary_en, description_en,
parameters). Keys, lists of words and lists of maps, all on lines of their own; nothing else of YAML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from kg.errors import QueryError

_MARK = "#+"
_TEXTS = ("summary", "summary_en", "description", "description_en", "method")
_LISTS = ("tags", "parameters", "defaults")
_PARAMETER_KEYS = ("name", "type", "label", "label_en")
_FILE_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_VARIABLE = re.compile(r"[a-z][a-z_]*")
_KEY = re.compile(r"([a-z_]+):(?: +(.*))?")
# A scalar that YAML reads as this very text: plain, with no indicator in front and no `: ` or ` #` inside, or between
# quotation marks, with neither quotation mark nor backslash inside.
_SCALAR = re.compile(r"""(?P<plain>(?![-?:,\[\]{}#&*!|>'"%@` ])(?:(?!: | #|:$).)+)|"(?P<quoted>[^"\\]+)\"""")

PARAMETER_TYPES = ("label", "class", "status", "string", "integer", "year", "iri")

_Map = dict[str, str]


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a question lets one choose: the SPARQL variable it stands in, its type, its labels and its default."""

    name: str
    type: str
    label_zh: str
    label_en: str
    default: str


@dataclass(frozen=True, slots=True)
class Query:
    """One question; `text` is the whole file, front matter included, which runs as it stands."""

    name: str
    summary_zh: str
    summary_en: str
    description: str
    description_en: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    text: str

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
    texts, lists = _parse_front_matter(text, file)
    for key in ("summary", "summary_en", "description", "description_en"):
        if key not in texts:
            raise QueryError(f"{file}:1: 缺少 {key} is missing；请在文件头加一行 {_MARK} {key}: …")
    if texts.get("method", "GET") != "GET":
        raise QueryError(f"{file}:1: method 只能是 GET must be GET；问题只读不写")
    query = Query(
        name=name,
        summary_zh=texts["summary"],
        summary_en=texts["summary_en"],
        description=texts["description"],
        description_en=texts["description_en"],
        tags=tuple(item for item in lists.get("tags", []) if isinstance(item, str)),
        parameters=_parse_parameters(lists, file),
        text=text,
    )
    if not query.sparql.strip():
        raise QueryError(f"{file}:1: 文件头之后没有查询 no query below the front matter；请写上 SPARQL")
    return query


def _parse_front_matter(text: str, file: str) -> tuple[_Map, dict[str, list[str | _Map]]]:
    texts: _Map = {}
    lists: dict[str, list[str | _Map]] = {}
    current = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith(_MARK):
            break
        content = line[len(_MARK) :].rstrip()
        indent = len(content) - len(content.lstrip())
        if indent > 1:
            if not current:
                raise _malformed(file, number, "缩进的一行不属于任何列表 indented line outside a list")
            _parse_item(content.strip(), lists[current], current, file, number)
            continue
        key, value = _parse_pair(content.strip(), file, number)
        if key in texts or key in lists:
            raise _malformed(file, number, f"{key} 重复 given twice")
        if key in _TEXTS and value:
            texts[key], current = value, ""
        elif key in _LISTS and not value:
            lists[key], current = [], key
        else:
            raise _malformed(file, number, f"不认识或没有写对的字段 unknown or misused field: {key}")
    return texts, lists


def _parse_item(content: str, items: list[str | _Map], key: str, file: str, number: int) -> None:
    begins = content.startswith("- ")
    content = content.removeprefix("- ").strip()
    if key == "tags":
        if not begins:
            raise _malformed(file, number, "标签要写成 “- 词” a tag is written “- word”")
        items.append(_parse_scalar(content, file, number))
        return
    name, value = _parse_pair(content, file, number)
    if begins:
        items.append({name: value})
        return
    last = items[-1] if items else None
    if not isinstance(last, dict) or name in last:
        raise _malformed(file, number, f"{name} 之前缺少 “- ” or is given twice")
    last[name] = value


def _parse_pair(content: str, file: str, number: int) -> tuple[str, str]:
    found = _KEY.fullmatch(content)
    if not found:
        raise _malformed(file, number, "要写成 “字段: 值” must read “field: value”")
    return found[1], _parse_scalar(found[2], file, number) if found[2] else ""


def _parse_scalar(content: str, file: str, number: int) -> str:
    found = _SCALAR.fullmatch(content)
    if not found:
        raise _malformed(file, number, "值要加双引号 the value needs quotation marks around it, and none inside")
    return found["plain"] or found["quoted"]


def _parse_parameters(lists: dict[str, list[str | _Map]], file: str) -> tuple[Parameter, ...]:
    defaults: _Map = {}
    for item in lists.get("defaults", []):
        if isinstance(item, dict):
            defaults.update(item)
    parameters = tuple(
        _parse_parameter(item, defaults, file) for item in lists.get("parameters", []) if isinstance(item, dict)
    )
    names = [parameter.name for parameter in parameters]
    if len(set(names)) != len(names) or set(defaults) != set(names):
        raise QueryError(f"{file}:1: parameters 与 defaults 不一一对应 do not match；请给每个参数一个默认值")
    return parameters


def _parse_parameter(item: _Map, defaults: _Map, file: str) -> Parameter:
    if set(item) != set(_PARAMETER_KEYS) or not all(item.values()):
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
    return Parameter(name, kind, item["label"], item["label_en"], defaults[name])


def _malformed(file: str, number: int, reason: str) -> QueryError:
    return QueryError(f"{file}:{number}: {reason}；请照着邻近的 .rq 文件改 copy a neighbour's front matter")
