"""brat standoff (https://brat.nlplab.org/standoff.html): text-bound lines, relations, events, attributes, links, notes.

Read in two passes, so that a line may refer to a later one. `parse_brat` gives checked annotations, `to_brat` writes
such that reading gives them back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.formats.checking import Labels, check_annotations
from kg.formats.flattening import flatten
from kg.formats.raw import (
    AnnotatedDocument,
    RawAnnotations,
    RawAttribute,
    RawEquivalence,
    RawLink,
    RawMention,
    RawRelation,
)
from kg.model import Annotations, Rejection

__all__ = ["Labels", "parse_brat", "parse_brat_items", "to_brat"]

_IDENTIFIER = re.compile(r"[TRAMEN]\d+\Z|#\d*\Z|\*\Z")
_LINK_SCHEME = "policykg:"
_PIECE = re.compile(r"(\d{1,12}) (\d{1,12})")
_RELATION = re.compile(r"(\S+)\s+Arg1:(\S+)\s+Arg2:(\S+)")
_STATUS_NOTE = re.compile(r"\s*(?:status|状态)\s*[=＝:：]\s*(\S+)\s*\Z", re.IGNORECASE)
_SUBJECT_ROLES = ("Arg1", "Subject", "主体")
_OBJECT_ROLES = ("Arg2", "Object", "客体")


class _Line(NamedTuple):
    number: int
    id: str
    fields: tuple[str, ...]


@dataclass(slots=True)
class _Reading:
    """What one pass over a file has gathered so far; `triggers` are text-bound lines that name events, by id."""

    file: str
    triggers: dict[str, int] = field(default_factory=dict)
    mentions: list[RawMention] = field(default_factory=list)
    relations: list[RawRelation] = field(default_factory=list)
    attributes: list[RawAttribute] = field(default_factory=list)
    links: list[RawLink] = field(default_factory=list)
    equivalences: list[RawEquivalence] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)

    def reject(self, line: _Line, reason: str, mend: str, also: tuple[int, ...] = ()) -> None:
        self.rejections.append(Rejection(self.file, line.number, line.id, reason, mend, (line.number, *also)))


def parse_brat(content: str, text: str, file: str, labels: Labels) -> tuple[Annotations, tuple[Rejection, ...]]:
    """The annotations of a `.ann` file's content over a document's text, and what could not be read.

    `file` is the name that messages use. Plain notes (`#`) are for people and count as neither read nor rejected.
    """
    return check_annotations(parse_brat_items(content, file), text, labels)


def parse_brat_items(content: str, file: str) -> RawAnnotations:
    """The items of a `.ann` file's content as written, and the lines that are none. LF or CRLF, with or without BOM."""
    reading = _Reading(file)
    lines = _split_lines(content.removeprefix("\ufeff").replace("\r\n", "\n"), reading)
    events = [line for line in lines if line.id.startswith("E")]
    named = {line.fields[0].split()[0].partition(":")[2] for line in events if line.fields[0].split()}
    reading.triggers = {line.id: line.number for line in lines if line.id in named}
    for line in lines:
        if line.id not in reading.triggers:
            _READERS[line.id[0]](reading, line)
    return RawAnnotations(
        file=file,
        lines=frozenset(line.number for line in lines if not _is_plain_note(line))
        | {rejection.line for rejection in reading.rejections},
        mentions=tuple(reading.mentions),
        relations=tuple(reading.relations),
        attributes=tuple(reading.attributes),
        links=tuple(reading.links),
        equivalences=tuple(reading.equivalences),
        rejections=tuple(reading.rejections),
    )


def _split_lines(content: str, reading: _Reading) -> list[_Line]:
    lines = []
    seen: dict[str, int] = {}
    for number, raw in enumerate(content.split("\n"), start=1):
        if not raw.strip():
            continue
        # Other lines may end in a tab that brat leaves there; a text-bound one may end in white space of its words.
        fields = tuple((raw.rstrip("\r") if raw.startswith("T") else raw.rstrip()).split("\t"))
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
    if len(head) == 2 and head[1][:1] in "RE" and len(line.fields) == 2:
        found = _STATUS_NOTE.match(line.fields[1])
        if found:
            return head[1], found[1]
    return None


def _read_text_bound(reading: _Reading, line: _Line) -> None:
    head = line.fields[0].split(" ", 1)
    surface = "\t".join(line.fields[1:])
    if len(head) != 2 or not surface:
        reading.reject(line, "缺少偏移或原文 offsets or text missing", "应为 T1<TAB>Fund 10 14<TAB>原文")
        return
    label, offsets = head
    pieces = [_PIECE.fullmatch(piece.strip()) for piece in offsets.split(";")]
    if not all(pieces):
        reading.reject(line, f"偏移不是两个整数 offsets are not two integers: “{offsets}”", "应为 起点 终点，如 10 14")
        return
    fragments = tuple((int(piece[1]), int(piece[2])) for piece in pieces if piece)
    reading.mentions.append(RawMention(line.id, label, fragments, line.number, surface))


def _read_relation(reading: _Reading, line: _Line) -> None:
    usual = _RELATION.fullmatch(line.fields[0])
    if usual is not None:
        reading.relations.append(RawRelation(line.id, usual[1], usual[2], usual[3], line.number))
        return
    parts = line.fields[0].split()
    arguments = dict(part.split(":", 1) for part in parts[1:] if ":" in part)
    if len(parts) != 3 or set(arguments) != {"Arg1", "Arg2"}:
        reading.reject(line, "关系的写法不对 malformed relation", "应为 R1<TAB>supports Arg1:T1 Arg2:T2")
        return
    reading.relations.append(RawRelation(line.id, parts[0], arguments["Arg1"], arguments["Arg2"], line.number))


def _read_event(reading: _Reading, line: _Line) -> None:
    """An event named for a relation, from its subject to its object; what triggers it says the same in the text."""
    name, *roles = line.fields[0].split()
    label, _, trigger = name.partition(":")
    also = (reading.triggers[trigger],) if trigger in reading.triggers else ()
    arguments = dict(role.split(":", 1) for role in roles if ":" in role)
    subject = next((arguments[role] for role in _SUBJECT_ROLES if role in arguments), None)
    target = next((arguments[role] for role in _OBJECT_ROLES if role in arguments), None)
    if subject is None or target is None or len(arguments) != 2:
        reading.reject(
            line,
            "事件不是两个实体之间的关系 an event has to be a relation of two",
            "应为 E1<TAB>supports:T3 Subject:T1 Object:T2，或改标为关系",
            also,
        )
        return
    reading.relations.append(RawRelation(line.id, label, subject, target, line.number, also))


def _read_attribute(reading: _Reading, line: _Line) -> None:
    parts = line.fields[0].split(maxsplit=2)
    if len(parts) != 3:
        reading.reject(line, "属性缺少对象或取值 attribute without target or value", "应为 A1<TAB>Status T1 planned")
        return
    name, target, value = parts
    reading.attributes.append(RawAttribute(line.id, name, target, value, line.number))


def _read_note(reading: _Reading, line: _Line) -> None:
    note = _to_status_note(line)
    if note is not None:
        reading.attributes.append(RawAttribute(line.id, "Status", *note, line.number))


def _read_normalization(reading: _Reading, line: _Line) -> None:
    parts = line.fields[0].split(maxsplit=2)
    if len(parts) != 3 or not parts[2].startswith(_LINK_SCHEME) or "/" not in parts[2]:
        reading.reject(
            line, "归一化的写法不对 malformed normalisation", "应为 N1<TAB>Reference T1 policykg:fund/名称<TAB>名称"
        )
        return
    reading.links.append(RawLink(line.id, parts[1], parts[2].removeprefix(_LINK_SCHEME), line.number))


def _read_equivalence(reading: _Reading, line: _Line) -> None:
    parts = line.fields[0].split()
    if len(parts) < 3 or parts[0] != "Equiv":
        reading.reject(line, "等价的写法不对 malformed equivalence", "应为 *<TAB>Equiv T1 T2")
        return
    reading.equivalences.append(RawEquivalence(tuple(parts[1:]), line.number))


def _reject_modification(reading: _Reading, line: _Line) -> None:
    reading.reject(line, "修饰行不支持 modifications are not read", "请改用属性，如 A1<TAB>Status R1 planned")


_READERS = {
    "T": _read_text_bound,
    "R": _read_relation,
    "E": _read_event,
    "A": _read_attribute,
    "M": _reject_modification,
    "N": _read_normalization,
    "#": _read_note,
    "*": _read_equivalence,
}


def to_brat(document: AnnotatedDocument) -> str:
    """The content of a document's `.ann` file. Ids are given anew, in the text's order; reading gives the rest back."""
    raw = flatten(document.annotations)
    mentions = sorted(raw.mentions, key=lambda one: (one.fragments, one.label, one.id))
    names = {one.id: f"T{number}" for number, one in enumerate(mentions, 1)}
    names |= {one.id: f"R{number}" for number, one in enumerate(raw.relations, 1)}
    return "".join(f"{line}\n" for line in _iterate_lines(raw, mentions, names, document.text))


def _iterate_lines(raw: RawAnnotations, mentions: list[RawMention], names: dict[str, str], text: str) -> Iterator[str]:
    for mention in mentions:
        offsets = ";".join(f"{begin} {end}" for begin, end in mention.fragments)
        surface = " ".join(text[begin:end] for begin, end in mention.fragments).replace("\n", " ")
        yield f"{names[mention.id]}\t{mention.label} {offsets}\t{surface}"
    for relation in raw.relations:
        yield f"{names[relation.id]}\t{relation.label} Arg1:{names[relation.subject]} Arg2:{names[relation.object]}"
    figures = [one for one in raw.attributes if names[one.target].startswith("T")]
    for number, attribute in enumerate(figures, 1):
        yield f"A{number}\t{attribute.name} {names[attribute.target]} {attribute.value}"
    for number, link in enumerate(raw.links, 1):
        label = link.link.partition("/")[2]
        yield f"N{number}\tReference {names[link.target]} {_LINK_SCHEME}{link.link}\t{label}"
    for equivalence in raw.equivalences:
        yield f"*\tEquiv {' '.join(names[member] for member in equivalence.members)}"
    statuses = [one for one in raw.attributes if names[one.target].startswith("R")]
    for number, status in enumerate(statuses, 1):
        yield f"#{number}\tAnnotatorNotes {names[status.target]}\tstatus={status.value}"
