"""W3C Web Annotations in JSON-LD (https://www.w3.org/TR/annotation-model/), read and written.

A mention is an annotation with a `tagging` body (its class) on a TextPositionSelector and a TextQuoteSelector; the
quote re-anchors a position that drifted. A relation is a `linking` annotation whose two targets are annotations, as
Recogito writes it; `Equiv` links any number. Status, MeasureKind and Bound are `classifying` bodies `Status=planned`, a
link an `identifying` body. The text itself, and what is known of the document, is a `describing` annotation of ours.
Positions are code points by the specification; JavaScript clients count UTF-16 units all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote as to_percent
from urllib.parse import unquote

from kg.errors import FormatError
from kg.formats.anchoring import anchor, to_lf
from kg.formats.bounded_json import as_integer, as_object, as_text, parse_json, to_json
from kg.formats.flattening import flatten, group_by_target
from kg.formats.gathering import EQUIVALENCE, LINK_SCHEME, Gathering
from kg.formats.metadata import parse_metadata, to_plain, to_stem
from kg.formats.quotes import Quote, find_quote, to_quote
from kg.formats.raw import AnnotatedDocument, RawAnnotations, RawDocument, RawMention
from kg.formats.several import collect
from kg.identifiers import ONTOLOGY
from kg.model import Rejection
from kg.offsets import AUTO, UNITS, CodePoints, Placed, Refusal, resolve_unit

_ANNO = "http://www.w3.org/ns/anno.jsonld"
_CONTEXT = [
    _ANNO,
    {
        "policykg": "https://w3id.org/policykg/id/",
        "metadata": {"@id": f"{ONTOLOGY}metadata", "@type": "@json"},
    },
]
_UNITS = tuple(unit for unit in UNITS if unit != "byte")  # no browser counts bytes
_PLAIN = frozenset({AUTO, CodePoints.unit})


def parse_web_annotation(content: bytes, file: str, unit: str, text: str | None = None) -> tuple[RawDocument, ...]:
    """The annotations of a file by the source they are on: an Annotation, a list, an AnnotationPage or a Collection.

    `text` is the text that is annotated, where the file does not hold it and the caller does. Without either the
    document has none: positions are taken as code points then, quotes as what should stand there. `unit` is `auto` or
    one of `kg.offsets.UNITS`. Raises FormatError where the file holds no annotation.
    """
    value = parse_json(content, file)
    items = list(_iterate_items(value))
    if not items:
        raise FormatError(f"{file}:1: 没有 Web Annotation no annotation in it；每项须有 type: Annotation 和 target")
    return collect(_to_documents(_group(items, file), file, unit, text))


def to_web_annotation(documents: Iterable[AnnotatedDocument]) -> bytes:
    """One AnnotationPage with the annotations of all documents. Positions are code points."""
    items = [item for document in documents for item in _to_items(document)]
    return to_json({"@context": _CONTEXT, "type": "AnnotationPage", "items": items})


# --- reading ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Source:
    """What is annotated: its items so far, the quotes of its mentions, its text and fields where the file has them."""

    items: Gathering
    quotes: dict[str, Quote] = field(default_factory=dict)
    text: str | None = None
    name: str = ""
    metadata: Mapping[str, object] = field(default_factory=dict)


def _iterate_items(value: object) -> Iterable[Mapping[str, object]]:
    if isinstance(value, list):
        for item in value:
            yield from _iterate_items(item)
    node = as_object(value)
    if "items" in node:
        yield from _iterate_items(node["items"])
    elif "first" in node:
        yield from _iterate_items(node["first"])
    elif "target" in node:
        yield node


def _group(items: Sequence[Mapping[str, object]], file: str) -> dict[str, _Source]:
    """The items by source. What links annotations belongs to the source of the first of them."""
    sources: dict[str, _Source] = {}
    owners: dict[str, str] = {}
    links = []
    for line, item in enumerate(items, start=1):
        targets = _to_list(item.get("target"))
        if len(targets) > 1 and all("selector" not in as_object(target) for target in targets):
            links.append((line, item))
            continue
        name = _to_source(targets)
        source = sources.setdefault(name, _Source(Gathering(file), name=name))
        if item.get("motivation") == "describing":
            _read_description(source, item)
        else:
            owners[_to_id(item) or f"#{line}"] = name
            _read_mention(source, line, item, targets)
    for line, item in links:
        ends = [_to_id(target) for target in _to_list(item.get("target"))]
        name = next((owners[end] for end in ends if end in owners), next(iter(sources), ""))
        _read_link(sources.setdefault(name, _Source(Gathering(file))), line, item, ends)
    return sources


def _read_description(source: _Source, item: Mapping[str, object]) -> None:
    for body in map(as_object, _to_list(item.get("body"))):
        if isinstance(body.get("value"), str):
            source.text = as_text(body["value"])
        source.metadata = as_object(body.get("metadata")) or source.metadata


def _read_mention(source: _Source, line: int, item: Mapping[str, object], targets: Sequence[object]) -> None:
    id_ = _to_id(item) or f"#{line}"
    tags = _find_bodies(item, "tagging")
    selectors = list(_iterate_selectors(as_object(targets[0]).get("selector"))) if targets else []
    position = next((one for one in selectors if one.get("type") == "TextPositionSelector"), {})
    words = next((one for one in selectors if one.get("type") == "TextQuoteSelector"), {})
    begin, end, exact = as_integer(position.get("start")), as_integer(position.get("end")), as_text(words.get("exact"))
    if len(targets) > 1:
        source.items.reject(line, id_, "间断的标注不支持 more than one target", "请标成一个连续的区间，或分成几条标注")
        return
    if not tags:
        source.items.reject(line, id_, "没有标签 no body with purpose tagging", "请给这条标注一个类别，如 Fund")
        return
    if (begin is None or end is None) and not exact:
        source.items.reject(
            line, id_, "没有位置也没有引文 neither position nor quote", "须有 TextPositionSelector 或 TextQuoteSelector"
        )
        return
    if exact:
        source.quotes[id_] = Quote(exact, as_text(words.get("prefix")) or "", as_text(words.get("suffix")) or "")
    # A quote without a position has none that could be right: it is looked for.
    fragment = (-1, -1) if begin is None or end is None else (begin, end)
    source.items.mention(line, id_, tags[0], (fragment,), exact)
    for tag in tags[1:]:
        source.items.reject(line, id_, f"多于一个标签 more than one tag: “{tag}”", "每条标注只留一个类别")
    _read_attributes(source, line, item, id_)


def _read_attributes(source: _Source, line: int, item: Mapping[str, object], id_: str) -> None:
    for words in _find_bodies(item, "classifying"):
        name, _, value = words.partition("=")
        source.items.attribute(line, name, id_, value.strip())
    for words in _find_bodies(item, "identifying"):
        source.items.link(line, id_, words)


def _read_link(source: _Source, line: int, item: Mapping[str, object], ends: Sequence[str]) -> None:
    id_ = _to_id(item) or f"#{line}"
    tags = _find_bodies(item, "tagging")
    if not tags or len(ends) < 2:
        source.items.reject(
            line, id_, "关系没有名称或两端 a link without tag or ends", "须有标签，且 target 是两条标注"
        )
    elif tags[0].lower() == EQUIVALENCE.lower():
        source.items.equivalence(line, tuple(ends))
    elif len(ends) > 2:
        source.items.reject(line, id_, "关系多于两端 a relation with more than two ends", "请分成几条关系")
    else:
        name = source.items.relation(line, id_, tags[0], ends[0], ends[1])
        _read_attributes(source, line, item, name)


def _to_documents(
    sources: Mapping[str, _Source], file: str, unit: str, text: str | None
) -> Iterable[RawDocument | Rejection]:
    for source in sources.values():
        raw = source.items.freeze()
        body = source.text if source.text is not None else text
        metadata = parse_metadata(source.metadata)
        name = (
            unquote(source.name).rpartition("/")[2].removesuffix(".txt")
            or as_text(metadata.get("title"))
            or to_stem(file)
        )
        if body is None:
            yield RawDocument(name, None, _pass(raw, unit), metadata)
        else:
            clean, annotations = _anchor(body, raw, source.quotes, unit)
            yield RawDocument(name, clean, annotations, metadata)


def _pass(raw: RawAnnotations, unit: str) -> RawAnnotations:
    """The annotations of a text that is not here, where they can be used without it."""
    reason, mend = "没有正文 the text is not in the file", "请连正文一起给出（同名 .txt），或写进 describing 标注"
    if unit not in _PLAIN:
        lost = tuple(sorted(raw.lines))
        rejection = Rejection(raw.file, min(lost, default=1), "", f"{reason}，{unit} 无从换算", mend, lost)
        return RawAnnotations(raw.file, raw.lines, rejections=(*raw.rejections, rejection))
    placed = tuple(one for one in raw.mentions if one.fragments[0][0] >= 0)
    unplaced = (one for one in raw.mentions if one.fragments[0][0] < 0)
    rejections = (
        Rejection(raw.file, one.line, one.id, f"{reason}，引文无处可寻", mend, (one.line,)) for one in unplaced
    )
    return replace(raw, mentions=placed, rejections=(*raw.rejections, *rejections))


def _anchor(text: str, raw: RawAnnotations, quotes: Mapping[str, Quote], unit: str) -> tuple[str, RawAnnotations]:
    """Positions in code points, each moved to where its quote stands."""
    placed = [Placed(*one.fragments[0], one.surface) for one in raw.mentions if one.fragments[0][0] >= 0]
    resolution = resolve_unit(unit, text, placed, _UNITS)
    if isinstance(resolution, Refusal):
        if not quotes:
            return anchor(text, raw, unit, _UNITS)
        converter = None  # every position drifted, so quotes alone say where things stand
    else:
        converter = resolution.converter
    mentions, rejections, moved = [], [], 0
    for one in raw.mentions:
        place = converter.to_code_points(*one.fragments[0]) if converter else None
        quote = quotes.get(one.id)
        begin = find_quote(text, quote, place and place[0]) if quote else place and place[0]
        end = begin + len(quote.exact) if quote and begin is not None else place and place[1]
        if begin is None or end is None:
            rejections.append(_reject(raw.file, one, text, quote))
            continue
        moved += place != (begin, end) and one.fragments[0][0] >= 0
        mentions.append(RawMention(one.id, one.label, ((begin, end),), one.line, one.surface))
    notes = [f"{moved} 处偏移已按引文改正 positions corrected by their quotes"] if moved else []
    if not isinstance(resolution, Refusal) and resolution.note is not None:
        notes.append(resolution.note)
    found = replace(
        raw,
        mentions=tuple(mentions),
        rejections=(*raw.rejections, *rejections),
        notes=(*raw.notes, *(f"{raw.file}: {note}" for note in notes)),
    )
    return to_lf(text, found)


def _reject(file: str, mention: RawMention, text: str, quote: Quote | None) -> Rejection:
    if quote is None:
        reason, mend = "偏移不是正文里的位置 position not in the text", "请核对偏移单位 (--offset-unit)"
    elif quote.exact in text:
        reason = f"引文不止一处 the quote is ambiguous: “{quote.exact[:40]}”"
        mend = "请给出 prefix 和 suffix，或正确的位置"
    else:
        reason, mend = f"正文里没有引文 quote not in the text: “{quote.exact[:40]}”", "请核对正文与标注是否同一版本"
    return Rejection(file, mention.line, mention.id, reason, mend, (mention.line,))


def _iterate_selectors(value: object) -> Iterable[Mapping[str, object]]:
    for one in map(as_object, _to_list(value)):
        yield one
        if "refinedBy" in one:
            yield from _iterate_selectors(one["refinedBy"])


def _find_bodies(item: Mapping[str, object], purpose: str) -> list[str]:
    """The words (or the last part of the IRI) of the bodies of a purpose; one without purpose is a tag."""
    found = []
    for body in _to_list(item.get("body")):
        node = as_object(body)
        words = as_text(body) or as_text(node.get("value")) or as_text(node.get("source")) or as_text(node.get("id"))
        purposes = _to_list(node.get("purpose", item.get("motivation"))) or ["tagging"]
        if words and purpose in ("tagging" if one == "linking" else one for one in purposes):
            found.append(words.removeprefix(ONTOLOGY).removeprefix("kg:"))
    return found


def _to_list(value: object) -> Sequence[object]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _to_id(value: object) -> str:
    node = as_object(value)
    return as_text(value) or as_text(node.get("id")) or as_text(node.get("@id")) or ""


def _to_source(targets: Sequence[object]) -> str:
    target = targets[0] if targets else ""
    source = as_object(target).get("source", target)
    return _to_id(source)


# --- writing ---------------------------------------------------------------------------------------------------------


def _to_items(document: AnnotatedDocument) -> Iterable[dict[str, object]]:
    flat = flatten(document.annotations)
    source = to_percent(f"{document.name}.txt", safe="-._~()“”《》")
    attributes, links = group_by_target(flat.attributes), group_by_target(flat.links)
    yield _to_item(
        f"{source}#document",
        "describing",
        [
            {"type": "TextualBody", "purpose": "describing", "format": "text/plain", "value": document.text},
            {"type": "Dataset", "purpose": "describing", "metadata": to_plain(document.metadata)},
        ],
        source,
    )
    for mention in flat.mentions:
        begin, end = mention.fragments[0]
        quote = to_quote(document.text, begin, end)
        bodies = [
            _to_body("tagging", mention.label),
            *(_to_body("classifying", f"{one.name}={one.value}") for one in attributes.get(mention.id, ())),
            *(_to_body("identifying", LINK_SCHEME + one.link) for one in links.get(mention.id, ())),
        ]
        selectors = [
            {"type": "TextPositionSelector", "start": begin, "end": end},
            {"type": "TextQuoteSelector", "exact": quote.exact, "prefix": quote.prefix, "suffix": quote.suffix},
        ]
        yield _to_item(f"{source}#{mention.id}", "tagging", bodies, {"source": source, "selector": selectors})
    for relation in flat.relations:
        bodies = [
            _to_body("tagging", relation.label),
            *(_to_body("classifying", f"{one.name}={one.value}") for one in attributes.get(relation.id, ())),
        ]
        ends = [{"id": f"{source}#{end}"} for end in (relation.subject, relation.object)]
        yield _to_item(f"{source}#{relation.id}", "linking", bodies, ends)
    for number, one in enumerate(flat.equivalences, start=1):
        ends = [{"id": f"{source}#{member}"} for member in one.members]
        yield _to_item(f"{source}#equiv-{number}", "linking", [_to_body("tagging", EQUIVALENCE)], ends)


def _to_item(id_: str, motivation: str, bodies: Sequence[object], target: object) -> dict[str, object]:
    return {"id": id_, "type": "Annotation", "motivation": motivation, "body": bodies, "target": target}


def _to_body(purpose: str, value: str) -> dict[str, object]:
    return {"type": "TextualBody", "purpose": purpose, "value": value}
