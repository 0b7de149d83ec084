"""UIMA CAS XMI and JSON as INCEpTION exports them (https://inception-project.github.io), read and written.

Our layers, to be made in a project under these technical names: the span layer `custom.PolicySpan` (features `label`,
`Status`, `MeasureKind`, `Bound`, `identifier` for the link), the relation layer `custom.PolicyRelation` on it (`label`,
`Status`), and the document layer `custom.PolicyDocument` for the fields of the `.toml`. Any other custom layer is read
by the same features, its own name being the label where it has no `label`, `value` or 类别; so is the built-in Named
Entity layer; chains are equivalences. UIMA counts UTF-16 units and writes no words of the text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise

import cassis  # type: ignore[import-untyped]

from kg.errors import FormatError
from kg.formats.anchoring import to_lf
from kg.formats.flattening import flatten
from kg.formats.gathering import EQUIVALENCE, LINK_SCHEME, Gathering, is_link_name, to_attribute_name
from kg.formats.guarded_xml import find_no_xml
from kg.formats.metadata import FIELDS, parse_metadata, to_plain, to_stem
from kg.formats.raw import AnnotatedDocument, RawDocument
from kg.formats.several import collect
from kg.formats.uima_files import CasFile, parse_cas_files, to_cas_json, to_xmi_zip
from kg.model import Rejection
from kg.offsets import AUTO, Utf16Units

SPAN_LAYER = "custom.PolicySpan"
RELATION_LAYER = "custom.PolicyRelation"
DOCUMENT_LAYER = "custom.PolicyDocument"

_NAMED_ENTITY = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
_CUSTOM = ("custom.", "webanno.custom.")  # INCEpTION names a project's own layers so, WebAnno did the other way
_NO_ANNOTATION = (
    "uima.",
    "de.tudarmstadt.ukp.dkpro.core.api.segmentation.",
    "de.tudarmstadt.ukp.dkpro.core.api.metadata.",
    "de.tudarmstadt.ukp.clarin.webanno.",
)
_TITLE = "documentTitle"
_LABEL_FEATURES = ("label", "value", "class", "类别", "标签")
_ENDS = ("Governor", "Dependent")
_ATTRIBUTES = ("Status", "MeasureKind", "Bound")
_STRING = "uima.cas.String"
_NAME = "name"


def parse_uima(content: bytes, file: str, unit: str, type_system: bytes | None = None) -> tuple[RawDocument, ...]:
    """The documents of an XMI, a JSON or a zip; messages name an item by its place among the annotations, by offset.

    `type_system` is the `TypeSystem.xml` of an XMI that is alone (`kg.formats.uima_files.read_type_system`). `unit` is
    `auto` or `utf16`, which is what UIMA counts. Raises FormatError for any other and for what is no CAS.
    """
    if unit not in {AUTO, Utf16Units.unit}:
        raise FormatError(f"{file}:1: UIMA 的偏移按 UTF-16 计 UIMA counts utf16, not {unit}；请用 --offset-unit auto")
    return collect(_parse_cas(one) for one in parse_cas_files(content, file, type_system))


def to_uima_xmi(documents: Iterable[AnnotatedDocument]) -> bytes:
    """A zip of XMI files with their TypeSystem.xml. Raises FormatError where a text has what XML cannot hold."""
    cases = {document.name: _to_cas(document) for document in documents}
    return to_xmi_zip(cases, _to_type_system())


def to_uima_json(documents: Iterable[AnnotatedDocument]) -> bytes:
    """The JSON CAS of one document, a zip of them for several."""
    return to_cas_json({document.name: _to_cas(document, xml=False) for document in documents})


# --- reading ---------------------------------------------------------------------------------------------------------


def _parse_cas(found: CasFile) -> RawDocument | Rejection:
    text = found.cas.sofa_string
    if not isinstance(text, str):
        return Rejection(found.file, 1, "", "CAS 里没有正文 no text in the CAS", "请连正文一起导出")
    gathering = Gathering(found.file)
    structures = list(found.cas.select_all_fs())
    others: Counter[str] = Counter()
    fields: dict[str, object] = {}
    line = 0
    for structure in structures:
        layer = structure.type.name
        if layer == DOCUMENT_LAYER or layer.endswith(".DocumentMetaData"):
            fields |= _read_fields(structure)
        elif layer == _NAMED_ENTITY or layer.startswith(_CUSTOM):
            line += 1
            _read_structure(gathering, line, structure, found.misplaced, text)
        elif not layer.startswith(_NO_ANNOTATION) and not {"first", "next"} & _to_features(structure):
            others[layer.rpartition(".")[2]] += 1
    for chain in structures:
        if "first" in _to_features(chain):
            line += 1
            _read_chain(gathering, line, chain)
    if others:
        named = "、".join(f"{name} {count}" for name, count in sorted(others.items()))
        gathering.note(f"没有读的层 layers not read: {named}")
    clean, annotations = to_lf(text, gathering.freeze())
    metadata = parse_metadata({**fields, "sources": [*filter(None, str(fields.get("sources") or "").split("\n"))]})
    name = str(fields.get(_NAME) or to_stem(str(fields.get(_TITLE) or found.file)))
    return RawDocument(name, clean, annotations, metadata)


def _read_fields(structure: cassis.typesystem.FeatureStructure) -> dict[str, object]:
    names = (*FIELDS, _NAME, _TITLE)
    return {name: value for name in names if (value := getattr(structure, name, None)) is not None}


def _read_structure(
    gathering: Gathering,
    line: int,
    structure: cassis.typesystem.FeatureStructure,
    misplaced: frozenset[int],
    text: str,
) -> None:
    features = _to_features(structure)
    label = _find_label(structure, features)
    if not {"begin", "end"} <= features or "next" in features:
        return  # a chain and its links are read as one equivalence
    if set(_ENDS) <= features:
        read = _read_relation(gathering, line, structure, label)
    else:
        read = _read_mention(gathering, line, structure, label, text, misplaced)
    for name in sorted(features) if read else ():
        _read_feature(gathering, line, structure, name)


def _read_mention(
    gathering: Gathering,
    line: int,
    structure: cassis.typesystem.FeatureStructure,
    label: str | None,
    text: str,
    misplaced: frozenset[int],
) -> bool:
    id_ = _to_id(structure)
    begin, end = structure.begin, structure.end
    if label is None:
        gathering.reject(line, id_, "没有标签 no label", "请在 INCEpTION 里给这个标注一个 label")
        return False
    if structure.xmiID in misplaced or not 0 <= begin < end <= len(text):
        where = f"{begin}–{end} (utf16)"
        gathering.reject(
            line,
            id_,
            f"偏移超出正文或落在一个字符中间 offset outside the text or inside a character: {where}",
            "请核对正文与标注是否同一版本，在 INCEpTION 里重标",
        )
        return False
    gathering.mention(line, id_, label, ((begin, end),), text[begin:end])
    return True


def _read_feature(gathering: Gathering, line: int, structure: cassis.typesystem.FeatureStructure, name: str) -> None:
    value = getattr(structure, name, None)
    if not isinstance(value, str) or not value:
        return
    if to_attribute_name(name) in _ATTRIBUTES:
        gathering.attribute(line, name, _to_id(structure), value)
    elif is_link_name(name) and (value.startswith(LINK_SCHEME) or ":" not in value):
        gathering.link(line, _to_id(structure), value)
    elif is_link_name(name):
        gathering.note(
            f"{_to_id(structure)}: 别处的标识没有读 an identifier of another scheme is not read: {value[:60]}"
        )


def _read_relation(
    gathering: Gathering, line: int, structure: cassis.typesystem.FeatureStructure, label: str | None
) -> bool:
    ends = [getattr(structure, name, None) for name in _ENDS]
    if label is None or any(end is None for end in ends):
        gathering.reject(
            line, _to_id(structure), "关系没有名称或两端 a relation without label or ends", "请在 INCEpTION 里补上"
        )
        return False
    return bool(gathering.relation(line, _to_id(structure), label, _to_id(ends[0]), _to_id(ends[1])))


def _read_chain(gathering: Gathering, line: int, chain: cassis.typesystem.FeatureStructure) -> None:
    """The mentions at the places of a chain's links name one thing."""
    at: dict[object, str] = {mention.fragments[0]: mention.id for mention in reversed(gathering.mentions)}
    members: list[str] = []
    link, seen = getattr(chain, "first", None), set()
    while isinstance(link, cassis.typesystem.FeatureStructure) and link.xmiID not in seen:
        seen.add(link.xmiID)
        place = (getattr(link, "begin", None), getattr(link, "end", None))
        members.append(at.get(place, _to_id(link)))
        link = getattr(link, "next", None)
    if len(members) > 1:
        gathering.equivalence(line, tuple(members))


def _find_label(structure: cassis.typesystem.FeatureStructure, features: Iterable[str]) -> str | None:
    named = [name for name in _LABEL_FEATURES if name in features]
    if not named:
        return str(structure.type.name).rpartition(".")[2]
    said = (getattr(structure, name, None) for name in named)
    return next((value for value in said if isinstance(value, str) and value), None)


def _to_features(structure: cassis.typesystem.FeatureStructure) -> set[str]:
    return {feature.name for feature in structure.type.all_features}


def _to_id(structure: cassis.typesystem.FeatureStructure) -> str:
    return f"{'R' if set(_ENDS) <= _to_features(structure) else 'T'}{structure.xmiID}"


# --- writing ---------------------------------------------------------------------------------------------------------


def _to_type_system() -> cassis.TypeSystem:
    types = cassis.TypeSystem()
    span = types.create_type(SPAN_LAYER, "uima.tcas.Annotation")
    relation = types.create_type(RELATION_LAYER, "uima.tcas.Annotation")
    document = types.create_type(DOCUMENT_LAYER, "uima.cas.AnnotationBase")
    for name in ("label", "identifier", *_ATTRIBUTES):
        types.create_feature(span, name, _STRING)
    for name in _ENDS:
        types.create_feature(relation, name, span)
    for name in ("label", "Status"):
        types.create_feature(relation, name, _STRING)
    for name in (_NAME, *FIELDS):
        types.create_feature(document, name, _STRING)
    return types


def _to_cas(document: AnnotatedDocument, *, xml: bool = True) -> cassis.Cas:
    bad = find_no_xml(document.text) if xml else None
    if bad:
        line = document.text.count("\n", 0, document.text.index(bad)) + 1
        raise FormatError(
            f"{document.name}.txt:{line}: XML 不能有 U+{ord(bad):04X} XML cannot hold it；"
            "请删去正文里的控制字符，或改用 UIMA JSON"
        )
    types = _to_type_system()
    cas = cassis.Cas(types)
    cas.sofa_string, cas.sofa_mime = document.text, "text/plain"
    _add_fields(cas, types, document)
    _add_items(cas, types, document)
    return cas


def _add_fields(cas: cassis.Cas, types: cassis.TypeSystem, document: AnnotatedDocument) -> None:
    fields = {
        name: "\n".join(value) if isinstance(value, list) else value
        for name, value in to_plain(document.metadata).items()
    }
    cas.add(types.get_type(DOCUMENT_LAYER)(**{_NAME: document.name}, **fields))


def _add_items(cas: cassis.Cas, types: cassis.TypeSystem, document: AnnotatedDocument) -> None:
    flat = flatten(document.annotations)
    span, relation = types.get_type(SPAN_LAYER), types.get_type(RELATION_LAYER)
    attributes: dict[str, dict[str, str]] = {}
    for attribute in flat.attributes:
        attributes.setdefault(attribute.target, {})[attribute.name] = attribute.value
    links: Mapping[str, str] = {one.target: LINK_SCHEME + one.link for one in flat.links}
    spans = {}
    for mention in flat.mentions:
        begin, end = mention.fragments[0]
        spans[mention.id] = span(
            begin=begin,
            end=end,
            label=mention.label,
            identifier=links.get(mention.id),
            **attributes.get(mention.id, {}),
        )
        cas.add(spans[mention.id])
    arcs = [(one.label, one.subject, one.object, attributes.get(one.id, {})) for one in flat.relations]
    arcs += [(EQUIVALENCE, *pair, {}) for one in flat.equivalences for pair in pairwise(one.members)]
    for label, subject, target, said in arcs:
        # INCEpTION draws an arc from Governor to Dependent and files it under the latter.
        governor, dependent = spans[subject], spans[target]
        cas.add(
            relation(
                begin=dependent.begin, end=dependent.end, Governor=governor, Dependent=dependent, label=label, **said
            )
        )
