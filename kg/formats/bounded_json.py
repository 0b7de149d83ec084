"""JSON from strangers: bounded in size and depth, every fault one line, never a traceback.

https://www.rfc-editor.org/rfc/rfc8259: UTF-8 (a byte order mark is let pass), no NaN, no half of a surrogate pair.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.errors import FormatError

LARGEST = 200_000_000  # bytes
DEEPEST = 100  # brackets inside one another; no annotation tool nests more than about ten
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]', re.DOTALL)
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(frozen=True, slots=True)
class JsonFault:
    """Why some text is not usable JSON; `line` counts from 1 within it."""

    line: int
    reason: str
    mend: str


def parse_json(content: bytes, file: str) -> object:
    """The value of a JSON file. Raises FormatError, one line with file and line, where there is none."""
    text = decode(content, file)
    value = load_json(text)
    if isinstance(value, JsonFault):
        raise FormatError(f"{file}:{value.line}: {value.reason}；{value.mend}")
    return value


def decode(content: bytes, file: str) -> str:
    """A file's text, from UTF-8. Raises FormatError where it is too large or of another encoding."""
    if len(content) > LARGEST:
        raise FormatError(f"{file}:1: 文件太大 file too large: {len(content)} 字节，上限 {LARGEST}；请分成几个文件")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FormatError(
            f"{file}:{line}: 不是 UTF-8 not UTF-8 (byte {error.start})；请转为 UTF-8：iconv -f GB18030 -t UTF-8"
        ) from None


def load_json(text: str) -> object | JsonFault:
    """The value that a text says in JSON, or why there is none."""
    line = _find_too_deep(text)
    if line is not None:
        return JsonFault(line, f"嵌套太深 nested too deep: 超过 {DEEPEST} 层", "这不是标注工具的导出，请核对文件")
    try:
        value: object = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        return JsonFault(
            error.lineno, f"不是合法的 JSON: {error.msg} (第 {error.colno} 列 column)", "请重新导出，或改正此处"
        )
    except ValueError as error:
        return JsonFault(1, f"JSON 里有不合法的数 bad number: {str(error)[:80]}", "请重新导出")
    if _SURROGATE_ESCAPE.search(text) and _has_lone_surrogate(value):
        return JsonFault(1, "字符串里有半个代理对 lone surrogate in a string", "请由原工具重新导出为 UTF-8")
    return value


def as_list(value: object) -> Sequence[object]:
    """A JSON array's items; nothing where the value is no array."""
    return value if isinstance(value, list) else ()


def as_object(value: object) -> Mapping[str, object]:
    """A JSON object's members; none where the value is no object."""
    return value if isinstance(value, dict) else {}


def as_text(value: object) -> str | None:
    """A JSON string, None for anything else."""
    return value if isinstance(value, str) else None


def as_integer(value: object) -> int | None:
    """A JSON integer, None for anything else (true is no 1 here)."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def as_identifier(value: object) -> str | None:
    """An id, which tools write as a string or as an integer."""
    number = as_integer(value)
    return as_text(value) if number is None else str(number)


def to_json(value: object) -> bytes:
    """A JSON file for people and machines: UTF-8, indented, Chinese as it is."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


def _find_too_deep(text: str) -> int | None:
    """The line where the text goes deeper than may be; brackets in strings do not count."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return None
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        first = text[found.start()]
        if first in "[{":
            depth += 1
            if depth > DEEPEST:
                return text.count("\n", 0, found.start()) + 1
        elif first in "]}":
            depth -= 1
    return None


def _has_lone_surrogate(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False
