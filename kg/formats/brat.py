"""brat standoff (https://brat.nlplab.org/standoff.html) to `Annotations`.

Read in two passes, so that a line may refer to a later one. A line that cannot be used becomes a `Rejection` together
with the lines that lose their meaning by it; every other line is still read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from kg.model import FIGURE, PERIOD, Annotations, Equivalence, Figure, Mention, Rejection, Relation, Span

_IDENTIFIER = re.compile(r"[TRAMEN]\d+\Z|#\d*\Z|\*\Z")
_LINK_SCHEME = "policykg:"
_FIGURE_ATTRIBUTES = {"Status": "status", "MeasureKind": "measure_kind", "Bound": "bound"}
_STATUS_NOTE = re.compile(r"\s*(?:status|状态)\s*[=＝:：]\s*(\S+)\s*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Labels:
    """How the ontology answers for labels: each takes what an annotator wrote and returns a local name or None.

    `figure_properties` are the properties that may start at a figure.
    """

    resolve_class: Callable[[str], str | None]
    resolve_property: Callable[[str], str | None]
    resolve_code: Callable[[str, str], str | None]
    figure_properties: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    id: str
    fields: tuple[str, ...]


@dataclass(slots=True)
class _Reading:
    """What one pass over a file has gathered so far."""

    file: str
    text: str
    labels: Labels
    mentions: dict[str, Mention] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)
    equivalences: list[Equivalence] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)

    def reject(self, line: _Line, reason: str, mend: str) -> None:
        self.rejections.append(Rejection(self.file, line.number, line.id, reason, mend, (line.number,)))


def parse_brat(content: str, text: str, file: str, labels: Labels) -> tuple[Annotations, tuple[Rejection, ...]]:
    """The annotations of a `.ann` file's content over a document's text, and what could not be read.

    `file` is the name that messages use. Plain notes (`#`) are for people and count as neither read nor rejected.
    """
    reading = _Reading(file, text, labels)
    lines = _split_lines(content, reading)
    for prefix, read in _PASSES:
        for line in lines:
            if line.id.startswith(prefix):
                read(reading, line)
    annotations = Annotations(
        file=file,
        lines=frozenset(line.number for line in lines if not _is_plain_note(line))
        | {rejection.line for rejection in reading.rejections},
        mentions=tuple(reading.mentions.values()),
        relations=tuple(reading.relations.values()),
        figures=tuple(reading.figures.values()),
        equivalences=tuple(reading.equivalences),
    )
    return annotations, tuple(sorted(reading.rejections, key=lambda rejection: rejection.line))


def _split_lines(content: str, reading: _Reading) -> list[_Line]:
    lines = []
    seen: dict[str, int] = {}
    for number, raw in enumerate(content.split("\n"), start=1):
        if not raw.strip():
            continue
        fields = tuple(raw.rstrip().split("\t"))
        line = _Line(number, fields[0], fields[1:])
        if not _IDENTIFIER.match(line.id):
            reading.reject(line, "不是 brat 标注行 not a brat line", "行首须是 T1、R1、A1、N1、#1 或 *，字段之间用 TAB")
        elif not line.fields:
            reading.reject(line, "只有编号，没有内容 nothing after the id", "字段之间用 TAB 分隔")
        elif line.id not in {"*", "#"} and line.id in seen:
            reading.reject(line, f"编号重复 duplicate id, first at line {seen[line.id]}", "请改用没有用过的编号")
        else:
            seen[line.id] = number
            lines.append(line)
    return lines


def _is_plain_note(line: _Line) -> bool:
    return line.id.startswith("#") and _to_status_note(line) is None


def _to_status_note(line: _Line) -> tuple[str, str] | None:
    """The (relation id, status word) of a note that states a status."""
    head = line.fields[0].split()
    if len(head) == 2 and head[1].startswith("R") and len(line.fields) == 2:
        found = _STATUS_NOTE.match(line.fields[1])
        if found:
            return head[1], found[1]
    return None


def _read_text_bound(reading: _Reading, line: _Line) -> None:
    head = line.fields[0].split(" ", 1)
    if len(head) != 2 or len(line.fields) < 2:
        reading.reject(line, "缺少偏移或原文 offsets or text missing", "应为 T1<TAB>Fund 10 14<TAB>原文")
        return
    label, offsets = head
    surface = "\t".join(line.fields[1:])
    if ";" in offsets:
        reading.reject(line, "间断的标注不支持 discontinuous span", "请标成一个连续的区间，或分成两个标注")
        return
    found = re.fullmatch(r"(\d{1,12}) (\d{1,12})", offsets.strip())
    if not found:
        reading.reject(line, f"偏移不是两个整数 offsets are not two integers: “{offsets}”", "应为 起点 终点，如 10 14")
        return
    span = Span(int(found[1]), int(found[2]))
    fault = _find_span_fault(reading.text, span, surface)
    if fault:
        reading.reject(line, *fault)
        return
    if label == FIGURE:
        reading.figures[line.id] = Figure(line.id, span, surface, (line.number,))
        return
    cls = PERIOD if label == PERIOD else reading.labels.resolve_class(label)
    if cls is None:
        reading.reject(
            line, f"本体里没有这个类 unknown label “{label}”", "请用 ontology/policy.ttl 里类的名字，如 Fund 或 基金"
        )
        return
    reading.mentions[line.id] = Mention(line.id, cls, span, surface, (line.number,))


def _find_span_fault(text: str, span: Span, surface: str) -> tuple[str, str] | None:
    if span.begin >= span.end:
        return f"起点不在终点之前 empty span {span.begin}–{span.end}", "终点须大于起点（不含终点）"
    if span.end > len(text):
        return (
            f"偏移超出正文 offset outside the text: {span.begin}–{span.end}，正文只有 {len(text)} 个字符",
            _to_offset_hint(text, surface),
        )
    found = text[span.begin : span.end]
    if found != surface:
        return f"原文不符 text differs: 标注是“{surface}”，正文此处是“{found}”", _to_offset_hint(text, surface)
    return None


def _to_offset_hint(text: str, surface: str) -> str:
    places = [found.start() for found in re.finditer(re.escape(surface), text)][:3] if surface else []
    if not places:
        return f"正文里没有“{surface}”，请核对正文与标注是否同一版本"
    return (
        "正文里它在 " + "、".join(f"{place}–{place + len(surface)}" for place in places) + "（偏移按字符数，不按字节）"
    )


def _read_relation(reading: _Reading, line: _Line) -> None:
    parts = line.fields[0].split()
    arguments = dict(part.split(":", 1) for part in parts[1:] if ":" in part)
    if len(parts) != 3 or set(arguments) != {"Arg1", "Arg2"}:
        reading.reject(line, "关系的写法不对 malformed relation", "应为 R1<TAB>supports Arg1:T1 Arg2:T2")
        return
    name = reading.labels.resolve_property(parts[0])
    if name is None:
        reading.reject(
            line,
            f"本体里没有这个关系 unknown relation “{parts[0]}”",
            "请用 ontology/policy.ttl 里属性的名字，如 supports",
        )
        return
    subject, target = arguments["Arg1"], arguments["Arg2"]
    for argument in (subject, target):
        if argument not in reading.mentions and argument not in reading.figures:
            reading.reject(
                line, f"引用的 {argument} 不存在或已被拒绝 refers to a missing {argument}", f"请补上或改正 {argument}"
            )
            return
    if target in reading.figures:
        reading.reject(line, f"{target} 是数字，不能作关系的终点 a figure cannot be Arg2", "请把数字放在 Arg1")
    elif subject not in reading.figures:
        reading.relations[line.id] = Relation(line.id, name, subject, target, (line.number,))
    elif name not in reading.labels.figure_properties:
        allowed = "、".join(sorted(reading.labels.figure_properties))
        reading.reject(line, f"数字不能有关系 {name} a figure cannot have it", f"数字可用：{allowed}")
    else:
        _link_figure(reading, line, name, subject, target)


def _link_figure(reading: _Reading, line: _Line, name: str, subject: str, target: str) -> None:
    figure = reading.figures[subject]
    if (reading.mentions[target].cls == PERIOD) != (name == "period"):
        reading.reject(line, f"{name} 的终点类型不对 wrong kind of Arg2", "period 指向 Period，其他不可指向 Period")
    elif getattr(figure, name) is not None:
        reading.reject(line, f"{subject} 已经有 {name} already has one", "每个数字每种联系只写一次")
    else:
        changes: dict[str, Any] = {name: target, "lines": (*figure.lines, line.number)}
        reading.figures[subject] = replace(figure, **changes)


def _read_attribute(reading: _Reading, line: _Line) -> None:
    parts = line.fields[0].split(maxsplit=2)
    if len(parts) != 3:
        reading.reject(line, "属性缺少对象或取值 attribute without target or value", "应为 A1<TAB>Status T1 planned")
        return
    name, target, value = parts
    if name == "Status" and target in reading.relations:
        _set_status(reading, line, target, value)
        return
    if name not in _FIGURE_ATTRIBUTES or target not in reading.figures:
        reading.reject(
            line,
            f"{name} 不能用在 {target} 上 attribute does not fit its target",
            f"可用：{'、'.join(_FIGURE_ATTRIBUTES)}，标在存在的 Figure 上；Status 也可标在关系上",
        )
        return
    code = reading.labels.resolve_code(name, value)
    if code is None:
        reading.reject(line, f"{name} 没有这个取值 unknown value “{value}”", "取值见 ontology/codes.ttl")
        return
    figure = reading.figures[target]
    if getattr(figure, _FIGURE_ATTRIBUTES[name]) is not None:
        reading.reject(line, f"{target} 已经有 {name} already has one", "每种属性只写一次")
        return
    changes: dict[str, Any] = {_FIGURE_ATTRIBUTES[name]: code, "lines": (*figure.lines, line.number)}
    reading.figures[target] = replace(figure, **changes)


def _set_status(reading: _Reading, line: _Line, target: str, value: str) -> None:
    status = reading.labels.resolve_code("Status", value)
    relation = reading.relations.get(target)
    if relation is None:
        reading.reject(line, f"引用的 {target} 不存在或已被拒绝 refers to a missing {target}", f"请补上或改正 {target}")
    elif status is None:
        reading.reject(line, f"没有这个状态 unknown status “{value}”", "可用：achieved、ongoing、planned")
    elif relation.status is not None:
        reading.reject(line, f"{target} 已经有状态 already has a status", "每个关系只写一个状态")
    else:
        reading.relations[target] = replace(relation, status=status, lines=(*relation.lines, line.number))


def _read_note(reading: _Reading, line: _Line) -> None:
    note = _to_status_note(line)
    if note is not None:
        _set_status(reading, line, *note)


def _read_normalization(reading: _Reading, line: _Line) -> None:
    parts = line.fields[0].split(maxsplit=2)
    if len(parts) != 3 or not parts[2].startswith(_LINK_SCHEME) or "/" not in parts[2]:
        reading.reject(
            line, "归一化的写法不对 malformed normalisation", "应为 N1<TAB>Reference T1 policykg:fund/名称<TAB>名称"
        )
        return
    target = parts[1]
    mention = reading.mentions.get(target)
    if mention is None:
        reading.reject(line, f"引用的 {target} 不存在或已被拒绝 refers to a missing {target}", f"请补上或改正 {target}")
    elif mention.link is not None:
        reading.reject(line, f"{target} 已经有归一化 already linked", "每个标注只归一化一次")
    else:
        link = parts[2].removeprefix(_LINK_SCHEME)
        reading.mentions[target] = replace(mention, link=link, lines=(*mention.lines, line.number))


def _read_equivalence(reading: _Reading, line: _Line) -> None:
    parts = line.fields[0].split()
    if len(parts) < 3 or parts[0] != "Equiv":
        reading.reject(line, "等价的写法不对 malformed equivalence", "应为 *<TAB>Equiv T1 T2")
        return
    for member in parts[1:]:
        if member not in reading.mentions:
            reading.reject(
                line, f"引用的 {member} 不存在或已被拒绝 refers to a missing {member}", f"请补上或改正 {member}"
            )
            return
    reading.equivalences.append(Equivalence(tuple(parts[1:]), (line.number,)))


def _reject_event(reading: _Reading, line: _Line) -> None:
    reading.reject(line, "事件和修饰行不支持 events and modifications are not read", "请改标为实体之间的关系")


_PASSES: tuple[tuple[str, Callable[[_Reading, _Line], None]], ...] = (
    ("T", _read_text_bound),
    ("R", _read_relation),
    ("A", _read_attribute),
    ("N", _read_normalization),
    ("#", _read_note),
    ("*", _read_equivalence),
    ("E", _reject_event),
    ("M", _reject_event),
)
