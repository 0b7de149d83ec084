"""Label Studio's JSON export (https://labelstud.io/guide/task_format): a list of tasks, read and written.

A task's text stands in `data`, its annotations are lists of results: `labels` (a mention), `relation`, `choices` (an
attribute, named by its control), `textarea` named `link` (a link). A relation has no choices of its own, so its status
is a second label `Status=planned`; `Equiv` is a relation. Code points since Label Studio 1.4, UTF-16 units before it
(https://github.com/HumanSignal/label-studio/pull/1559).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from kg.errors import FormatError
from kg.formats.anchoring import anchor
from kg.formats.bounded_json import as_identifier, as_integer, as_list, as_object, as_text, parse_json, to_json
from kg.formats.flattening import flatten, group_by_target
from kg.formats.gathering import EQUIVALENCE, LINK_SCHEME, Gathering, is_link_name
from kg.formats.metadata import FIELDS, parse_metadata, to_plain, to_stem
from kg.formats.raw import AnnotatedDocument, RawAnnotations, RawDocument, RawMention
from kg.formats.several import collect, to_part
from kg.model import Rejection

_TEXT = "text"
_NAME = "name"
_STATUS_LABELS = ("status=", "状态=")
_LABELS = frozenset({"labels", "hypertextlabels"})
# What an annotator says about a region for people, or draws without a label.
_FOR_PEOPLE = frozenset({"rating", "text", "hypertext"})


def parse_label_studio(content: bytes, file: str, unit: str) -> tuple[RawDocument, ...]:
    """The tasks of an export. `unit` is `auto` or one of `kg.offsets.UNITS`.

    Raises FormatError where the file is no export of tasks. The first annotation of a task that is not cancelled is
    read; others are rejected whole, cancelled ones noted; predictions are read only where nobody annotated.
    """
    tasks = parse_json(content, file)
    if not isinstance(tasks, list) or not tasks:
        raise FormatError(f"{file}:1: 不是任务列表 not a list of tasks；请在 Label Studio 用 Export → JSON 导出")
    return collect(
        _parse_task(as_object(task), to_part(file, number, len(tasks)), unit)
        for number, task in enumerate(tasks, start=1)
    )


def to_label_studio(documents: Iterable[AnnotatedDocument]) -> bytes:
    """Tasks with one annotation each, as Label Studio imports them. Offsets are code points."""
    return to_json([_to_task(number, document) for number, document in enumerate(documents, start=1)])


def _parse_task(task: Mapping[str, object], file: str, unit: str) -> RawDocument | Rejection:
    data = as_object(task.get("data"))
    if not data:
        reason = "任务没有 data a task without data"
        return Rejection(file, 1, "", reason, "请用 Export → JSON 导出，不是 JSON-MIN 或 CSV")
    key = _find_text_key(data)
    if key is None:
        return Rejection(file, 1, "", "任务里找不到正文 no text in data", f"正文请放在 data.{_TEXT}")
    gathering = Gathering(file)
    for line, result in enumerate(_choose_results(task, gathering), start=1):
        _read_result(gathering, line, as_object(result))
    text, annotations = anchor(str(data[key]), gathering.freeze(), unit)
    metadata = parse_metadata({name: value for name, value in data.items() if name != key})
    wanted = as_text(data.get(_NAME)) or as_text(metadata.get("title")) or to_stem(file.split("#")[0])
    return RawDocument(wanted, text, annotations, metadata)


def _find_text_key(data: Mapping[str, object]) -> str | None:
    if isinstance(data.get(_TEXT), str):
        return _TEXT
    others = [key for key, value in data.items() if isinstance(value, str) and key not in {*FIELDS, _NAME}]
    return others[0] if len(others) == 1 else None


def _choose_results(task: Mapping[str, object], gathering: Gathering) -> Sequence[object]:
    """The results to read; what is left beside them is told."""
    everything = [as_object(one) for one in as_list(task.get("annotations", task.get("completions")))]
    kept = [one for one in everything if one.get("was_cancelled") is not True and one.get("skipped") is not True]
    if len(kept) < len(everything):
        gathering.note(f"略去 {len(everything) - len(kept)} 份取消的标注 cancelled annotations left out")
    if not everything:
        predictions = [as_object(one) for one in as_list(task.get("predictions"))]
        if len(predictions) > 1:
            gathering.note(f"只读第一份预测 only the first of {len(predictions)} predictions is read")
        return as_list(predictions[0].get("result")) if predictions else ()
    results = as_list(kept[0].get("result")) if kept else ()
    for place, other in enumerate(kept[1:], start=len(results) + 1):
        gathering.reject(
            place,
            as_identifier(other.get("id")) or "",
            f"同一任务的另一份标注没有读 another annotation of the task: {len(as_list(other.get('result')))} 项",
            "每个任务只留一份标注，其余在 Label Studio 里删去或取消",
        )
    return results


def _read_result(gathering: Gathering, line: int, result: Mapping[str, object]) -> None:
    kind = as_text(result.get("type")) or ""
    id_ = as_identifier(result.get("id")) or ""
    value = as_object(result.get("value"))
    if kind == "relation":
        _read_relation(gathering, line, result)
    elif kind in _LABELS:
        _read_labels(gathering, line, id_, kind, value)
    elif kind == "choices":
        for choice in as_list(value.get("choices")):
            gathering.attribute(line, as_text(result.get("from_name")) or "", id_, str(choice))
    elif kind == "textarea":
        _read_textarea(gathering, line, id_, as_text(result.get("from_name")) or "", value)
    elif kind not in _FOR_PEOPLE:
        gathering.reject(
            line,
            id_,
            f"不支持的结果类型 result type not read: “{kind}”",
            "可用 labels、relation、choices、textarea；其他请在 Label Studio 里删去",
        )


def _read_labels(gathering: Gathering, line: int, id_: str, kind: str, value: Mapping[str, object]) -> None:
    labels = [label for label in as_list(value.get(kind, value.get("labels"))) if isinstance(label, str)]
    places = as_object(value.get("globalOffsets")) or value  # `start` of hypertext is an XPath
    begin, end = as_integer(places.get("start")), as_integer(places.get("end"))
    if not id_ or not labels:
        gathering.reject(line, id_, "没有编号或标签 no id or no label", "请在 Label Studio 里给这个区域一个标签")
        return
    if begin is None or end is None:
        gathering.reject(line, id_, "偏移不是两个整数 offsets are not two integers", "正文请用 Text，不用 HyperText")
        return
    for number, label in enumerate(labels, start=1):
        # A region with two labels is two mentions; what refers to the region means the first.
        name = id_ if number == 1 else f"{id_}.{number}"
        gathering.mention(line, name, label, ((begin, end),), as_text(value.get("text")))


def _read_relation(gathering: Gathering, line: int, result: Mapping[str, object]) -> None:
    subject, target = as_identifier(result.get("from_id")), as_identifier(result.get("to_id"))
    labels = [label for label in as_list(result.get("labels")) if isinstance(label, str)]
    names = [label for label in labels if not label.lower().startswith(_STATUS_LABELS)]
    if not subject or not target or not names:
        gathering.reject(
            line, "", "关系没有两端或名称 a relation without ends or label", "请在 Label Studio 里给关系选一个标签"
        )
        return
    direction = result.get("direction")
    ends = [(target, subject)] if direction == "left" else [(subject, target)]
    if direction == "bi":
        ends.append((target, subject))
    for name in names:
        for one, other in ends:
            id_ = gathering.relation(line, None, name, one, other)
            for label in labels:
                if label not in names:
                    gathering.attribute(line, "Status", id_, label.partition("=")[2])


def _read_textarea(gathering: Gathering, line: int, id_: str, name: str, value: Mapping[str, object]) -> None:
    texts = [value.get("text")] if isinstance(value.get("text"), str) else as_list(value.get("text"))
    if is_link_name(name):  # any other is the annotator's note to people
        for text in texts:
            gathering.link(line, id_, str(text))


def _to_task(number: int, document: AnnotatedDocument) -> dict[str, object]:
    flat = flatten(document.annotations)
    result = [*_to_regions(flat), *_to_relations(flat)]
    return {
        "id": number,
        "data": {_TEXT: document.text, _NAME: document.name, **to_plain(document.metadata)},
        "annotations": [{"id": number, "was_cancelled": False, "ground_truth": False, "result": result}],
        "predictions": [],
    }


def _to_regions(flat: RawAnnotations) -> list[dict[str, object]]:
    results = []
    attributes, links = group_by_target(flat.attributes), group_by_target(flat.links)
    for mention in flat.mentions:
        results.append(_to_result(mention, "label", "labels", [mention.label]))
        results += [_to_result(mention, one.name, "choices", [one.value]) for one in attributes.get(mention.id, ())]
        results += [
            _to_result(mention, "link", "textarea", [LINK_SCHEME + one.link]) for one in links.get(mention.id, ())
        ]
    return results


def _to_result(mention: RawMention, control: str, kind: str, said: list[str]) -> dict[str, object]:
    begin, end = mention.fragments[0]
    value: dict[str, object] = {"start": begin, "end": end}
    # A textarea says its own words where a label says the words of the text.
    value |= {"text": said} if kind == "textarea" else {"text": mention.surface, kind: said}
    return {
        "id": mention.id,
        "from_name": control,
        "to_name": _TEXT,
        "type": kind,
        "origin": "manual",
        "value": value,
    }


def _to_relations(flat: RawAnnotations) -> list[dict[str, object]]:
    statuses = {one.target: f"{one.name}={one.value}" for one in flat.attributes}
    relations = [
        (one.subject, one.object, [one.label, statuses[one.id]] if one.id in statuses else [one.label])
        for one in flat.relations
    ]
    relations += [
        (first, second, [EQUIVALENCE]) for one in flat.equivalences for first, second in pairwise(one.members)
    ]
    return [
        {"from_id": subject, "to_id": target, "type": "relation", "direction": "right", "labels": labels}
        for subject, target, labels in relations
    ]
