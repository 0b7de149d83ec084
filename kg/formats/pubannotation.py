"""PubAnnotation's JSON (https://www.pubannotation.org/docs/annotation-format/), read and written.

Denotations are mentions, relations relations, attributes Status, MeasureKind, Bound (of a denotation or a relation) and
`link`; `Equiv` is a relation. Namespaces, blocks and typesettings are not read. PubAnnotation counts code points, the
TextAE editor UTF-16 units, and neither writes the words; ours stand in each denotation as `text`, the document's
fields under `metadata`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from kg.errors import FormatError
from kg.formats.anchoring import anchor
from kg.formats.bounded_json import as_identifier, as_integer, as_list, as_object, as_text, parse_json, to_json
from kg.formats.flattening import flatten
from kg.formats.gathering import EQUIVALENCE, LINK_SCHEME, Gathering
from kg.formats.metadata import parse_metadata, to_plain, to_stem
from kg.formats.raw import AnnotatedDocument, RawDocument
from kg.formats.several import collect, to_part
from kg.model import Rejection
from kg.offsets import UNITS

_UNITS = tuple(unit for unit in UNITS if unit != "byte")  # no tool of the format counts bytes
_SOURCE = "policykg"


def parse_pubannotation(content: bytes, file: str, unit: str) -> tuple[RawDocument, ...]:
    """The document of a file, or the documents of a list. `unit` is `auto` or one of `kg.offsets.UNITS`.

    Raises FormatError where nothing in it is a document. Of several tracks the first is read, the others are rejected.
    """
    value = parse_json(content, file)
    items = as_list(value) if isinstance(value, list) else [value]
    if not items:
        raise FormatError(f'{file}:1: 文件里没有文档 no document；每篇应为 {{"text": …, "denotations": […]}}')
    return collect(
        _parse_document(as_object(item), to_part(file, number, len(items)), unit)
        for number, item in enumerate(items, start=1)
    )


def to_pubannotation(documents: Iterable[AnnotatedDocument]) -> bytes:
    """One object for one document, a list for several. Offsets are code points."""
    items = [_to_document(one) for one in documents]
    return to_json(items[0] if len(items) == 1 else items)


def _parse_document(item: Mapping[str, object], file: str, unit: str) -> RawDocument | Rejection:
    text = as_text(item.get("text"))
    if text is None:
        return Rejection(file, 1, "", "没有正文 no text", "PubAnnotation 的文件须有 text，请连正文一起导出")
    gathering = Gathering(file)
    _read_items(gathering, _choose_track(item, gathering))
    text, annotations = anchor(text, gathering.freeze(), unit, _UNITS)
    metadata = parse_metadata(as_object(item.get("metadata")))
    name = as_identifier(item.get("sourceid")) or as_text(metadata.get("title")) or to_stem(file.split("#")[0])
    return RawDocument(name, text, annotations, metadata)


def _choose_track(item: Mapping[str, object], gathering: Gathering) -> Mapping[str, object]:
    tracks = [as_object(track) for track in as_list(item.get("tracks"))]
    if "denotations" in item or not tracks:
        chosen, others = item, tracks
    else:
        chosen, others = tracks[0], tracks[1:]
    place = sum(len(as_list(chosen.get(key))) for key in ("denotations", "relations", "attributes"))
    for number, track in enumerate(others, start=place + 1):
        gathering.reject(
            number,
            as_text(track.get("project")) or "",
            "另一个项目的标注没有读 annotations of another project",
            "请只导出一个项目 one project an export",
        )
    return chosen


def _read_items(gathering: Gathering, track: Mapping[str, object]) -> None:
    line = 0
    for key, read in (
        ("denotations", _read_denotation),
        ("relations", _read_relation),
        ("attributes", _read_attribute),
    ):
        for item in as_list(track.get(key)):
            line += 1
            read(gathering, line, as_object(item))


def _read_denotation(gathering: Gathering, line: int, item: Mapping[str, object]) -> None:
    id_ = as_identifier(item.get("id")) or f"T{line}"
    label = as_text(item.get("obj"))
    span = item.get("span")
    pieces = [as_object(piece) for piece in (span if isinstance(span, list) else [span])]
    ends = [(as_integer(piece.get("begin")), as_integer(piece.get("end"))) for piece in pieces]
    fragments = tuple((begin, end) for begin, end in ends if begin is not None and end is not None)
    if not label or not fragments or len(fragments) != len(ends):
        gathering.reject(
            line,
            id_,
            "标注的写法不对 malformed denotation",
            '应为 {"id", "span": {"begin": 0, "end": 4}, "obj": "Fund"}',
        )
        return
    gathering.mention(line, id_, label, fragments, as_text(item.get("text")))


def _read_relation(gathering: Gathering, line: int, item: Mapping[str, object]) -> None:
    subject, label, target = (as_identifier(item.get(key)) for key in ("subj", "pred", "obj"))
    id_ = as_identifier(item.get("id"))
    if not subject or not label or not target:
        gathering.reject(
            line, id_ or "", "关系的写法不对 malformed relation", '应为 {"subj": "T1", "pred": "supports", "obj": "T2"}'
        )
        return
    gathering.relation(line, id_, label, subject, target)


def _read_attribute(gathering: Gathering, line: int, item: Mapping[str, object]) -> None:
    target, name, value = (as_identifier(item.get(key)) for key in ("subj", "pred", "obj"))
    if not target or not name or not value:
        gathering.reject(
            line,
            as_identifier(item.get("id")) or "",
            "属性的写法不对 malformed attribute",
            '应为 {"subj": "T1", "pred": "Status", "obj": "planned"}',
        )
        return
    gathering.attribute(line, name, target, value)


def _to_document(document: AnnotatedDocument) -> dict[str, object]:
    flat = flatten(document.annotations)
    equivalent = [pair for one in flat.equivalences for pair in pairwise(one.members)]
    return {
        "text": document.text,
        "sourcedb": _SOURCE,
        "sourceid": document.name,
        "denotations": [
            {
                "id": one.id,
                "span": {"begin": one.fragments[0][0], "end": one.fragments[0][1]},
                "obj": one.label,
                "text": one.surface,
            }
            for one in flat.mentions
        ],
        "relations": [
            {"id": one.id, "subj": one.subject, "pred": one.label, "obj": one.object} for one in flat.relations
        ]
        + [
            {"id": f"E{number}", "subj": subject, "pred": EQUIVALENCE, "obj": target}
            for number, (subject, target) in enumerate(equivalent, start=1)
        ],
        "attributes": [
            {"id": one.id, "subj": one.target, "pred": one.name, "obj": one.value} for one in flat.attributes
        ]
        + [{"id": one.id, "subj": one.target, "pred": "link", "obj": LINK_SCHEME + one.link} for one in flat.links],
        "metadata": to_plain(document.metadata),
    }
