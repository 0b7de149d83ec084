"""doccano's JSONL (https://doccano.github.io/doccano/): one document a line, read and written.

Spans are triples `[begin, end, label]` under `label`, or `entities` with ids beside `relations` (`from_id`, `to_id`,
`type`); a document's metadata stands flattened beside them. doccano counts UTF-16 units, or grapheme clusters where
the project says so (https://github.com/doccano/doccano/issues/2290), and writes no words, so that a text where these
differ needs its unit named. It has no attributes, links or equivalences: these stand in the metadata under `policykg`,
which doccano keeps, and name what they are of by place and label, for doccano numbers entities anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.errors import FormatError
from kg.formats.anchoring import anchor
from kg.formats.bounded_json import (
    JsonFault,
    as_identifier,
    as_integer,
    as_list,
    as_object,
    as_text,
    decode,
    load_json,
)
from kg.formats.flattening import flatten
from kg.formats.gathering import LINK_SCHEME, Gathering
from kg.formats.metadata import parse_metadata, to_plain, to_stem
from kg.formats.raw import AnnotatedDocument, RawAnnotations, RawDocument
from kg.formats.several import collect
from kg.model import Rejection
from kg.offsets import UNITS, Utf16Units

_UNITS = tuple(unit for unit in UNITS if unit != "byte")  # a page in a browser never counts bytes
_TEXT_KEYS = ("text", "data")  # `data` before doccano 1.7
_SPAN_KEYS = ("label", "labels", "entities", "annotations")
_OURS = "policykg"

# A span by its place and label, which doccano leaves alone where it changes an id.
_Place = tuple[int, int, str]


def parse_doccano(content: bytes, file: str, unit: str) -> tuple[RawDocument, ...]:
    """The documents of an export, one a line; messages name them `file:line:item`. A broken line costs only itself.

    `unit` is `auto` or one of `kg.offsets.UNITS`. Raises FormatError where no line is a document.
    """
    # JSON Lines end at LF alone: a text may hold U+2028 and its like.
    lines = [(n, line) for n, line in enumerate(decode(content, file).split("\n"), start=1) if line.strip()]
    if not lines:
        raise FormatError(f"{file}:1: 文件是空的 the file is empty；请在 doccano 用 Dataset → Export 导出 JSONL")
    return collect(_parse_line(line, number, file, unit) for number, line in lines)


def to_doccano(documents: Iterable[AnnotatedDocument]) -> bytes:
    """One line a document, with entities and relations, as doccano imports them. Offsets are UTF-16 units."""
    return "".join(json.dumps(_to_line(one), ensure_ascii=False) + "\n" for one in documents).encode()


def _parse_line(line: str, number: int, file: str, unit: str) -> RawDocument | Rejection:
    value = load_json(line)
    if isinstance(value, JsonFault):
        return Rejection(file, number, "", value.reason, value.mend)
    record = as_object(value)
    text = next((record[key] for key in _TEXT_KEYS if isinstance(record.get(key), str)), None)
    if not isinstance(text, str):
        return Rejection(
            file, number, "", "这一行没有正文 no text in this line", '每行应为 {"text": "…", "label": […]}'
        )
    gathering = _Line(Gathering(f"{file}:{number}"), {}, {}, _read_surfaces(record))
    _read_spans_and_relations(gathering, record)
    _read_ours(gathering, as_object(record.get(_OURS)))
    # What we wrote ourselves says its unit, which decides where the surfaces leave several.
    said = as_object(record.get(_OURS)).get("unit")
    candidates = sorted(_UNITS, key=lambda one: one != said)
    text, annotations = anchor(text, gathering.items.freeze(), unit, candidates)
    fields = {**as_object(record.get("meta")), **as_object(record.get("metadata")), **record}
    metadata = parse_metadata(fields)
    name = as_text(record.get("name")) or as_text(metadata.get("title")) or to_stem(file)
    return RawDocument(name, text, annotations, metadata)


@dataclass(slots=True)
class _Line:
    """One line's items, where its spans and relations stand, and the words that we once wrote of them."""

    items: Gathering
    spans: dict[_Place, str]
    relations: dict[tuple[_Place, _Place, str], str]
    surfaces: Mapping[tuple[int, int], str]
    count: int = 0

    def next(self) -> int:
        """The place of the next item, from 1."""
        self.count += 1
        return self.count


def _read_surfaces(record: Mapping[str, object]) -> dict[tuple[int, int], str]:
    surfaces = {}
    for item in as_list(as_object(record.get(_OURS)).get("surfaces")):
        match as_list(item):
            case [int(begin), int(end), str(surface)]:
                surfaces[begin, end] = surface
    return surfaces


def _read_spans_and_relations(line: _Line, record: Mapping[str, object]) -> None:
    spans: list[object] = []
    relations = list(as_list(record.get("relations")))
    for key in _SPAN_KEYS:
        value = record.get(key)
        if isinstance(value, dict):  # before 1.7 both lists stood under `label`, at times under each other's name
            both = [item for items in value.values() for item in as_list(items)]
            relations += [item for item in both if "from_id" in as_object(item)]
            spans += [item for item in both if "from_id" not in as_object(item)]
        else:
            spans += as_list(value)
    ids: dict[str, _Place] = {}
    for item in spans:
        _read_span(line, item, ids)
    for item in relations:
        _read_relation(line, as_object(item), ids)


def _read_span(line: _Line, item: object, ids: dict[str, _Place]) -> None:
    number = line.next()
    fields = as_object(item)
    parts: Sequence[object] = as_list(item) or tuple(fields.get(key) for key in ("start_offset", "end_offset", "label"))
    begin, end = (as_integer(part) for part in (*parts, None, None)[:2])
    label = as_identifier(parts[2]) if len(parts) == 3 else None
    id_ = as_identifier(fields.get("id")) or f"T{number}"
    if begin is None or end is None or label is None:
        line.items.reject(number, id_, "标注的写法不对 malformed span", "应为 [起点, 终点, 标签]，起点终点是整数")
        return
    place = (begin, end, label)
    line.spans.setdefault(place, f"E{id_}")
    ids.setdefault(id_, place)
    # Entities and relations are numbered apart, so an id alone may mean either.
    line.items.mention(number, f"E{id_}", label, ((begin, end),), line.surfaces.get((begin, end)))


def _read_relation(line: _Line, item: Mapping[str, object], ids: Mapping[str, _Place]) -> None:
    number = line.next()
    subject, target = as_identifier(item.get("from_id")), as_identifier(item.get("to_id"))
    label = as_text(item.get("type"))
    id_ = as_identifier(item.get("id"))
    if not subject or not target or not label:
        line.items.reject(
            number,
            id_ or "",
            "关系的写法不对 malformed relation",
            '应为 {"from_id": 1, "to_id": 2, "type": "supports"}',
        )
        return
    name = line.items.relation(number, f"R{id_}" if id_ else None, label, f"E{subject}", f"E{target}")
    if subject in ids and target in ids:
        line.relations.setdefault((ids[subject], ids[target], label), name)


def _read_ours(line: _Line, ours: Mapping[str, object]) -> None:
    for item in map(as_object, as_list(ours.get("attributes"))):
        number, target = line.next(), _find_target(line, item.get("of"))
        line.items.attribute(number, as_text(item.get("name")) or "", target, as_text(item.get("value")) or "")
    for item in map(as_object, as_list(ours.get("links"))):
        line.items.link(line.next(), _find_target(line, item.get("of")), as_text(item.get("link")) or "")
    for members in as_list(ours.get("equivalences")):
        line.items.equivalence(line.next(), tuple(_find_target(line, one) for one in as_list(members)))


def _find_target(line: _Line, value: object) -> str:
    """The id of the span `[begin, end, label]` or the relation `[span, span, type]`; its words where there is none."""
    match as_list(value):
        case [int(begin), int(end), str(label)]:
            found = line.spans.get((begin, end, label))
        case [[int(begin), int(end), str(label)], [int(first), int(last), str(other)], str(name)]:
            found = line.relations.get(((begin, end, label), (first, last, other), name))
        case _:
            found = None
    return found or json.dumps(value, ensure_ascii=False)[:80]


def _to_line(document: AnnotatedDocument) -> dict[str, object]:
    flat = flatten(document.annotations)
    converter = Utf16Units.of(document.text)
    numbers = {mention.id: number for number, mention in enumerate(flat.mentions, start=1)}
    places = {mention.id: _to_place(converter, mention.fragments[0], mention.label) for mention in flat.mentions}
    return {
        "text": document.text,
        "entities": [
            {"id": numbers[id_], "label": label, "start_offset": begin, "end_offset": end}
            for id_, (begin, end, label) in places.items()
        ],
        "relations": [
            {"id": number, "from_id": numbers[one.subject], "to_id": numbers[one.object], "type": one.label}
            for number, one in enumerate(flat.relations, start=1)
        ],
        "name": document.name,
        **to_plain(document.metadata),
        _OURS: _to_ours(flat, places),
    }


def _to_place(converter: Utf16Units, fragment: tuple[int, int], label: str) -> _Place:
    begin, end = (converter.units[position] for position in fragment)
    return begin, end, label


def _to_ours(flat: RawAnnotations, places: Mapping[str, _Place]) -> dict[str, object]:
    targets: dict[str, object] = dict(places)
    targets |= {one.id: [places[one.subject], places[one.object], one.label] for one in flat.relations}
    return {
        "unit": Utf16Units.unit,
        "surfaces": [[*places[one.id][:2], one.surface] for one in flat.mentions],
        "attributes": [{"of": targets[one.target], "name": one.name, "value": one.value} for one in flat.attributes],
        "links": [{"of": targets[one.target], "link": LINK_SCHEME + one.link} for one in flat.links],
        "equivalences": [[targets[member] for member in one.members] for one in flat.equivalences],
    }
