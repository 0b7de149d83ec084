"""Our own JSON Lines, for machines: one document a line, its items as they are, offsets code points.

    {"name": "a", "text": "…", "metadata": {"title": "…"},
     "mentions": [{"id": "T1", "label": "Fund", "fragments": [[3, 7]], "surface": "…"}],
     "relations": [{"id": "R1", "label": "supports", "subject": "T1", "object": "T2"}],
     "attributes": [{"target": "R1", "name": "Status", "value": "planned"}],
     "links": [{"target": "T1", "link": "fund/…"}], "equivalences": [["T1", "T3"]]}

A figure is a mention labelled `Figure`; what it measures are relations that start at it (docs/formats.md).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import msgspec

from kg.errors import FormatError
from kg.formats.anchoring import anchor
from kg.formats.bounded_json import JsonFault, as_identifier, as_integer, as_list, as_object, as_text, decode, load_json
from kg.formats.flattening import flatten
from kg.formats.gathering import EQUIVALENCE, LINK_SCHEME, Gathering, to_local_name
from kg.formats.metadata import parse_metadata, to_plain, to_stem
from kg.formats.raw import (
    AnnotatedDocument,
    RawAnnotations,
    RawAttribute,
    RawDocument,
    RawEquivalence,
    RawLink,
    RawMention,
    RawRelation,
)
from kg.formats.several import collect
from kg.model import Rejection

_UNIT = "codepoint"


def parse_json_lines(content: bytes, file: str, unit: str) -> tuple[RawDocument, ...]:
    """The documents of a file, one a line; messages name them `file:line:item`. A broken line costs only itself.

    Offsets are code points unless `unit` names another. Raises FormatError where no line is a document.
    """
    lines = [(n, line) for n, line in enumerate(decode(content, file).split("\n"), start=1) if line.strip()]
    if not lines:
        raise FormatError(f"{file}:1: 文件是空的 the file is empty；每行应是一篇文档 each line is a document")
    return collect(_parse_line(line, number, file, _UNIT if unit == "auto" else unit) for number, line in lines)


def to_json_lines(documents: Iterable[AnnotatedDocument]) -> bytes:
    """One line a document."""
    return "".join(json.dumps(_to_record(one), ensure_ascii=False) + "\n" for one in documents).encode()


class _Mention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    label: str
    fragments: tuple[tuple[int, int], ...]
    surface: str | None = None


class _Relation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    label: str
    subject: str
    object: str


class _Attribute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    target: str
    name: str
    value: str


class _Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    target: str
    link: str


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line exactly as `to_json_lines` writes it."""

    text: str
    name: str = ""
    metadata: dict[str, str | list[str]] = {}
    mentions: tuple[_Mention, ...] = ()
    relations: tuple[_Relation, ...] = ()
    attributes: tuple[_Attribute, ...] = ()
    links: tuple[_Link, ...] = ()
    equivalences: tuple[tuple[str, ...], ...] = ()


_DECODER = msgspec.json.Decoder(_Record)
_EQUIVALENT = frozenset({EQUIVALENCE.lower(), "等价"})
_USUAL_ATTRIBUTES = frozenset({"Status", "MeasureKind", "Bound"})


def parse_json_document(line: bytes, file: str, number: int) -> RawDocument | Rejection:
    """The document of one line, in code points. Messages name the file and the line, from 1, of what cannot be read."""
    usual = _parse_usual(line, f"{file}:{number}", file)
    if usual is not None:
        return usual
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        mend = "请转为 UTF-8：iconv -f GB18030 -t UTF-8"
        return Rejection(file, number, "", f"不是 UTF-8 not UTF-8 (byte {error.start})", mend)
    return _parse_line(text, number, file, _UNIT)


def _parse_usual(line: bytes, name: str, file: str) -> RawDocument | None:
    """A line as we write it ourselves, read at once; None for any other, which is then read item by item.

    Both readings of a line give the same.
    """
    if b"\\u" in line or b"\\r" in line:
        return None
    try:
        record = _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    length, text = len(record.text), record.text
    ids = {one.id for one in record.mentions}
    ids.update(one.id for one in record.relations)
    if (
        len(ids) != len(record.mentions) + len(record.relations)
        or "" in ids
        or text.startswith("\ufeff")
        or any(not 0 <= place <= length for one in record.mentions for pair in one.fragments for place in pair)
        or not all(one.fragments for one in record.mentions)
        or any(one.name not in _USUAL_ATTRIBUTES for one in record.attributes)
        or any(one.label.lower() in _EQUIVALENT for one in record.relations)
    ):
        return None
    return RawDocument(
        record.name or to_stem(file), text, _to_annotations(record, name), parse_metadata(record.metadata)
    )


def _to_annotations(record: _Record, name: str) -> RawAnnotations:
    relations = len(record.mentions) + 1
    attributes = relations + len(record.relations)
    links = attributes + len(record.attributes)
    equivalences = links + len(record.links)
    return RawAnnotations(
        file=name,
        lines=frozenset(range(1, equivalences + len(record.equivalences))),
        mentions=tuple(
            RawMention(one.id, to_local_name(one.label), one.fragments, place, one.surface)
            for place, one in enumerate(record.mentions, 1)
        ),
        relations=tuple(
            RawRelation(one.id, to_local_name(one.label), one.subject, one.object, place)
            for place, one in enumerate(record.relations, relations)
        ),
        attributes=tuple(
            RawAttribute(f"A{count}", one.name, one.target, one.value, place)
            for count, (place, one) in enumerate(enumerate(record.attributes, attributes), 1)
        ),
        links=tuple(
            RawLink(f"N{count}", one.target, one.link.strip().removeprefix(LINK_SCHEME), place)
            for count, (place, one) in enumerate(enumerate(record.links, links), 1)
        ),
        equivalences=tuple(
            RawEquivalence(members, place) for place, members in enumerate(record.equivalences, equivalences)
        ),
    )


def _parse_line(line: str, number: int, file: str, unit: str) -> RawDocument | Rejection:
    value = load_json(line)
    if isinstance(value, JsonFault):
        return Rejection(file, number, "", value.reason, value.mend)
    record = as_object(value)
    text = record.get("text")
    if not isinstance(text, str):
        return Rejection(
            file, number, "", "这一行没有正文 no text in this line", '每行应为 {"text": "…", "mentions": […]}'
        )
    gathering = Gathering(f"{file}:{number}")
    for place, item in enumerate(_iterate_items(record), start=1):
        _read_item(gathering, place, *item)
    clean, raw = anchor(text, gathering.freeze(), unit)
    name = as_text(record.get("name")) or to_stem(file)
    return RawDocument(name, clean, raw, parse_metadata(as_object(record.get("metadata"))))


def _iterate_items(record: Mapping[str, object]) -> Iterable[tuple[str, object]]:
    for kind in ("mentions", "relations", "attributes", "links", "equivalences"):
        for item in as_list(record.get(kind)):
            yield kind, item


def _read_item(gathering: Gathering, place: int, kind: str, item: object) -> None:
    fields = as_object(item)
    if kind == "equivalences":
        members = tuple(as_identifier(member) or "" for member in as_list(item))
        gathering.equivalence(place, members)
        return
    words = {name: as_text(fields.get(name)) or "" for name in ("label", "name", "value", "link")}
    ends = {name: as_identifier(fields.get(name)) or "" for name in ("id", "subject", "object", "target")}
    if kind == "mentions":
        fragments = tuple(_to_fragment(one) for one in as_list(fields.get("fragments")))
        if not fragments or None in fragments:
            gathering.reject(place, ends["id"], "缺少偏移 no offsets", '应为 "fragments": [[起, 止]]')
            return
        surface = fields.get("surface")
        gathering.mention(
            place, ends["id"], words["label"], tuple(one for one in fragments if one),
            surface if isinstance(surface, str) else None,
        )  # fmt: skip
    elif kind == "relations":
        gathering.relation(place, ends["id"] or None, words["label"], ends["subject"], ends["object"])
    elif kind == "attributes":
        gathering.attribute(place, words["name"], ends["target"], words["value"])
    else:
        gathering.link(place, ends["target"], words["link"])


def _to_fragment(value: object) -> tuple[int, int] | None:
    pair = [as_integer(one) for one in as_list(value)]
    if len(pair) != 2 or pair[0] is None or pair[1] is None:
        return None
    return pair[0], pair[1]


def _to_record(document: AnnotatedDocument) -> dict[str, object]:
    raw = flatten(document.annotations)
    return {
        "name": document.name,
        "text": document.text,
        "metadata": to_plain(document.metadata),
        "mentions": [
            {"id": one.id, "label": one.label, "fragments": one.fragments, "surface": one.surface}
            for one in raw.mentions
        ],
        "relations": [
            {"id": one.id, "label": one.label, "subject": one.subject, "object": one.object} for one in raw.relations
        ],
        "attributes": [{"target": one.target, "name": one.name, "value": one.value} for one in raw.attributes],
        "links": [{"target": one.target, "link": one.link} for one in raw.links],
        "equivalences": [list(one.members) for one in raw.equivalences],
    }
