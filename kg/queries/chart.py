"""The chart that a question's front matter asks for: its kind, and which columns of the answer it draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kg.errors import QueryError

# Kind → what it needs, what it may have. A value names a column; `series`, `lane` and `label` may name several.
_KINDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "bar-years": (("year", "value"), ("unit", "series", "status", "bound", "text")),
    "timeline": (("start", "lane", "label"), ("end", "status")),
    "regions": (("region", "item"), ("status", "group")),
    "bars": (("label", "value"), ("part", "group", "status")),
    "targets": (("label", "target", "result"), ("target_text", "result_text")),
}
_SEVERAL = ("series", "lane", "label", "target_text", "result_text")


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart's kind (`bar-years`, `timeline` …) and the columns that play each part in it."""

    kind: str
    parts: Mapping[str, tuple[str, ...]]

    def find_column(self, part: str) -> str:
        """The one column of a part; empty where the chart has none."""
        return self.parts.get(part, ("",))[0]


def parse_chart(fields: Mapping[str, object], file: str) -> Chart:
    """A chart from its lines in a front matter. Raises QueryError where it lacks a part or names an unknown one."""
    kind = fields.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise QueryError(f"{file}:1: 不认识的图 unknown chart: {kind}；可用 {', '.join(_KINDS)}")
    needed, optional = _KINDS[kind]
    parts: dict[str, tuple[str, ...]] = {}
    for part, value in fields.items():
        if part == "kind":
            continue
        if part not in (*needed, *optional):
            raise QueryError(f"{file}:1: {kind} 没有 {part} no such part of it；可用 {', '.join((*needed, *optional))}")
        columns = tuple(value.split()) if isinstance(value, str) else ()
        if not columns or (len(columns) > 1 and part not in _SEVERAL):
            raise QueryError(f"{file}:1: chart 的 {part} 要写成一列的名字 names a column；请改正")
        parts[part] = columns
    missing = [part for part in needed if part not in parts]
    if missing:
        raise QueryError(f"{file}:1: {kind} 缺少 lacks {', '.join(missing)}；请在 chart 下补上")
    return Chart(kind, parts)
