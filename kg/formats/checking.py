"""Raw items to `Annotations`: what every format's items have to hold, checked, worded and counted in one place.

Read in passes, so that an item may refer to a later one. An item that cannot be used becomes a `Rejection` together
with the lines that lose their meaning by it; every other item is still taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from kg.formats.raw import RawAnnotations, RawAttribute, RawEquivalence, RawLink, RawMention, RawRelation
from kg.model import FIGURE, PERIOD, Annotations, Equivalence, Figure, Mention, Rejection, Relation, Span

_FIGURE_ATTRIBUTES = {"Status": "status", "MeasureKind": "measure_kind", "Bound": "bound"}


@dataclass(frozen=True, slots=True)
class Labels:
    """How the ontology answers for labels: each takes what an annotator wrote and returns a local name or None.

    `figure_properties` are the properties that may start at a figure.
    """

    resolve_class: Callable[[str], str | None]
    resolve_property: Callable[[str], str | None]
    resolve_code: Callable[[str, str], str | None]
    figure_properties: frozenset[str]


@dataclass(slots=True)
class _Reading:
    """What the passes over one document's items have gathered so far."""

    file: str
    text: str
    labels: Labels
    mentions: dict[str, Mention] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)
    equivalences: list[Equivalence] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)

    def reject(self, line: int, item: str, reason: str, mend: str, also: tuple[int, ...] = ()) -> None:
        self.rejections.append(Rejection(self.file, line, item, reason, mend, (line, *also)))

    def reject_missing(self, line: int, item: str, missing: str, also: tuple[int, ...] = ()) -> None:
        reason = f"引用的 {missing} 不存在或已被拒绝 refers to a missing {missing}"
        self.reject(line, item, reason, f"请补上或改正 {missing}", also)


def check_annotations(raw: RawAnnotations, text: str, labels: Labels) -> tuple[Annotations, tuple[Rejection, ...]]:
    """The annotations that a document's raw items make over its text, and what could not be used, by line.

    The reader's own rejections come first among those; the offsets of `raw` are code points.
    """
    reading = _Reading(raw.file, text, labels, rejections=list(raw.rejections))
    for mention in raw.mentions:
        _check_mention(reading, mention)
    for relation in raw.relations:
        _check_relation(reading, relation)
    for attribute in raw.attributes:
        _check_attribute(reading, attribute)
    for link in raw.links:
        _check_link(reading, link)
    for equivalence in raw.equivalences:
        _check_equivalence(reading, equivalence)
    annotations = Annotations(
        file=raw.file,
        lines=raw.lines | {rejection.line for rejection in reading.rejections},
        mentions=tuple(reading.mentions.values()),
        relations=tuple(reading.relations.values()),
        figures=tuple(reading.figures.values()),
        equivalences=tuple(reading.equivalences),
    )
    return annotations, tuple(sorted(reading.rejections, key=lambda rejection: rejection.line))


def _check_mention(reading: _Reading, raw: RawMention) -> None:
    spans = tuple([Span(begin, end) for begin, end in raw.fragments])
    fault = _find_fault(reading.text, spans, raw.surface)
    if fault:
        reading.reject(raw.line, raw.id, *fault)
        return
    if raw.label == FIGURE and len(spans) > 1:
        reading.reject(
            raw.line, raw.id, "间断的标注不支持数字 discontinuous figure", "请标成一个连续的区间，或分成两个标注"
        )
        return
    hull = Span(spans[0].begin, spans[-1].end)
    surface = "".join(reading.text[span.begin : span.end] for span in spans)
    if raw.label == FIGURE:
        reading.figures[raw.id] = Figure(raw.id, hull, surface, (raw.line,))
        return
    cls = PERIOD if raw.label == PERIOD else reading.labels.resolve_class(raw.label)
    if cls is None:
        reading.reject(
            raw.line,
            raw.id,
            f"本体里没有这个类 unknown label “{raw.label}”",
            "请用 ontology/policy.ttl 里类的名字，如 Fund 或 基金",
        )
        return
    fragments = spans if len(spans) > 1 else ()
    reading.mentions[raw.id] = Mention(raw.id, cls, hull, surface, (raw.line,), fragments=fragments)


def _find_fault(text: str, spans: tuple[Span, ...], surface: str | None) -> tuple[str, str] | None:
    if len(spans) == 1 and surface is not None and surface == text[spans[0].begin : spans[0].end] and surface:
        return None
    previous = 0
    for span in spans:
        if span.begin >= span.end:
            return f"起点不在终点之前 empty span {span.begin}–{span.end}", "终点须大于起点（不含终点）"
        if span.begin < previous:
            return "各段没有按先后排列 fragments out of order or overlapping", "请按位置先后写各段，段与段不相交"
        previous = span.end
        if span.end > len(text):
            return (
                f"偏移超出正文 offset outside the text: {span.begin}–{span.end}，正文只有 {len(text)} 个字符",
                _to_offset_hint(text, surface or ""),
            )
    found = [text[span.begin : span.end] for span in spans]
    # brat joins the fragments' words with a space, and writes one for a line's end inside them.
    usual = {"".join(found), " ".join(found), " ".join(found).replace("\n", " ")}
    if surface is not None and surface not in usual and surface.rstrip() not in {one.rstrip() for one in usual}:
        return (
            f"原文不符 text differs: 标注是“{surface}”，正文此处是“{' '.join(found)}”",
            _to_offset_hint(text, surface),
        )
    return None


def _to_offset_hint(text: str, surface: str) -> str:
    places = [found.start() for found in re.finditer(re.escape(surface), text)][:3] if surface else []
    if not places:
        return f"正文里没有“{surface}”，请核对正文与标注是否同一版本"
    return (
        "正文里它在 " + "、".join(f"{place}–{place + len(surface)}" for place in places) + "（偏移按字符数，不按字节）"
    )


def _check_relation(reading: _Reading, raw: RawRelation) -> None:
    name = reading.labels.resolve_property(raw.label)
    if name is None:
        reading.reject(
            raw.line,
            raw.id,
            f"本体里没有这个关系 unknown relation “{raw.label}”",
            "请用 ontology/policy.ttl 里属性的名字，如 supports",
            raw.also,
        )
        return
    for end in (raw.subject, raw.object):
        if end not in reading.mentions and end not in reading.figures:
            reading.reject_missing(raw.line, raw.id, end, raw.also)
            return
    lines = (raw.line, *raw.also)
    if raw.object in reading.figures:
        reason = f"{raw.object} 是数字，不能作关系的终点 a figure cannot be Arg2"
        reading.reject(raw.line, raw.id, reason, "请把数字放在 Arg1", raw.also)
    elif raw.subject not in reading.figures:
        reading.relations[raw.id] = Relation(raw.id, name, raw.subject, raw.object, lines)
    elif name not in reading.labels.figure_properties:
        allowed = "、".join(sorted(reading.labels.figure_properties))
        reason = f"数字不能有关系 {name} a figure cannot have it"
        reading.reject(raw.line, raw.id, reason, f"数字可用：{allowed}", raw.also)
    else:
        _link_figure(reading, raw, name)


def _link_figure(reading: _Reading, raw: RawRelation, name: str) -> None:
    figure = reading.figures[raw.subject]
    if (reading.mentions[raw.object].cls == PERIOD) != (name == "period"):
        reason = f"{name} 的终点类型不对 wrong kind of Arg2"
        reading.reject(raw.line, raw.id, reason, "period 指向 Period，其他不可指向 Period", raw.also)
    elif getattr(figure, name) is not None:
        reason = f"{raw.subject} 已经有 {name} already has one"
        reading.reject(raw.line, raw.id, reason, "每个数字每种联系只写一次", raw.also)
    else:
        changes: dict[str, Any] = {name: raw.object, "lines": (*figure.lines, raw.line, *raw.also)}
        reading.figures[raw.subject] = replace(figure, **changes)


def _check_attribute(reading: _Reading, raw: RawAttribute) -> None:
    # A brat note (#1) states the status of a relation and of nothing else.
    if raw.name == "Status" and (raw.target in reading.relations or raw.id.startswith("#")):
        _set_status(reading, raw)
        return
    if raw.name not in _FIGURE_ATTRIBUTES or raw.target not in reading.figures:
        reading.reject(
            raw.line,
            raw.id,
            f"{raw.name} 不能用在 {raw.target} 上 attribute does not fit its target",
            f"可用：{'、'.join(_FIGURE_ATTRIBUTES)}，标在存在的 Figure 上；Status 也可标在关系上",
        )
        return
    code = reading.labels.resolve_code(raw.name, raw.value)
    figure = reading.figures[raw.target]
    if code is None:
        reason = f"{raw.name} 没有这个取值 unknown value “{raw.value}”"
        reading.reject(raw.line, raw.id, reason, "取值见 ontology/codes.ttl")
    elif getattr(figure, _FIGURE_ATTRIBUTES[raw.name]) is not None:
        reading.reject(raw.line, raw.id, f"{raw.target} 已经有 {raw.name} already has one", "每种属性只写一次")
    else:
        changes: dict[str, Any] = {_FIGURE_ATTRIBUTES[raw.name]: code, "lines": (*figure.lines, raw.line)}
        reading.figures[raw.target] = replace(figure, **changes)


def _set_status(reading: _Reading, raw: RawAttribute) -> None:
    status = reading.labels.resolve_code("Status", raw.value)
    relation = reading.relations.get(raw.target)
    if relation is None:
        reading.reject_missing(raw.line, raw.id, raw.target)
    elif status is None:
        reading.reject(
            raw.line, raw.id, f"没有这个状态 unknown status “{raw.value}”", "可用：achieved、ongoing、planned"
        )
    elif relation.status is not None:
        reading.reject(raw.line, raw.id, f"{raw.target} 已经有状态 already has a status", "每个关系只写一个状态")
    else:
        reading.relations[raw.target] = relation._replace(status=status, lines=(*relation.lines, raw.line))


def _check_link(reading: _Reading, raw: RawLink) -> None:
    mention = reading.mentions.get(raw.target)
    if "/" not in raw.link:
        reading.reject(
            raw.line,
            raw.id,
            "归一化的写法不对 malformed normalisation",
            "应为 N1<TAB>Reference T1 policykg:fund/名称<TAB>名称",
        )
    elif mention is None:
        reading.reject_missing(raw.line, raw.id, raw.target)
    elif mention.link is not None:
        reading.reject(raw.line, raw.id, f"{raw.target} 已经有归一化 already linked", "每个标注只归一化一次")
    else:
        reading.mentions[raw.target] = mention._replace(link=raw.link, lines=(*mention.lines, raw.line))


def _check_equivalence(reading: _Reading, raw: RawEquivalence) -> None:
    for member in raw.members:
        if member not in reading.mentions:
            reading.reject_missing(raw.line, "*", member)
            return
    reading.equivalences.append(Equivalence(raw.members, (raw.line,)))
