"""Formats of other annotation tools: what their real exports look like, round trips, and what is said of bad ones."""

from __future__ import annotations

import io
import json
import warnings
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import FormatError
from kg.formats.bounded_json import DEEPEST
from kg.formats.doccano import parse_doccano, to_doccano
from kg.formats.flattening import flatten
from kg.formats.guarded_xml import DEEPEST as DEEPEST_XML
from kg.formats.label_studio import parse_label_studio, to_label_studio
from kg.formats.metadata import FIELDS, to_file_name
from kg.formats.pubannotation import parse_pubannotation, to_pubannotation
from kg.formats.raw import AnnotatedDocument, RawAnnotations, RawDocument
from kg.formats.uima import parse_uima, to_uima_json, to_uima_xmi
from kg.formats.uima_files import read_type_system
from kg.formats.web_annotation import parse_web_annotation, to_web_annotation
from kg.model import Annotations, Equivalence, Figure, Mention, Relation, Span

Parse = Callable[[bytes, str, str], tuple[RawDocument, ...]]
Write = Callable[[list[AnnotatedDocument]], bytes]
FORMATS: dict[str, tuple[Parse, Write]] = {
    "label_studio": (parse_label_studio, to_label_studio),
    "doccano": (parse_doccano, to_doccano),
    "web_annotation": (parse_web_annotation, to_web_annotation),
    "pubannotation": (parse_pubannotation, to_pubannotation),
    "uima_xmi": (parse_uima, to_uima_xmi),
    "uima_json": (parse_uima, to_uima_json),
}
FORMAT = pytest.mark.parametrize(("parse", "write"), FORMATS.values(), ids=FORMATS)

# --- round trips -----------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    ["𠮷", "👨‍👩‍👧", "e\u0301", "１２", "省科技厅", "基金", "\n", "，", "a", '"', "<&>", "\u2028", "\t"]
)
STATUSES = st.sampled_from(["achieved", "ongoing", "planned"])


@st.composite
def documents(draw: st.DrawFn) -> AnnotatedDocument:
    """Any document: rare characters, overlapping mentions, figures with all that they can have."""
    text = "题" + draw(
        st.lists(
            PIECES
            | st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufeff\ufffe\uffff"),
            max_size=15,
        ).map("".join)
    )
    spans = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))).filter(lambda pair: pair[0] < pair[1])
    drawn = draw(st.lists(spans, max_size=6, unique=True))
    mentions, figures = [], []
    for number, (begin, end) in enumerate(drawn, start=1):
        span, surface = Span(begin, end), text[begin:end]
        if draw(st.booleans()):
            cls = draw(st.sampled_from(["Fund", "Agency", "Period", "Indicator"]))
            link = draw(st.none() | st.just(f"fund/“楚天”{number}"))
            mentions.append(Mention(f"T{number}", cls, span, surface, (number,), link))
        else:
            figures.append((f"T{number}", span, surface, (number,)))
    ids = [one.id for one in mentions]
    link_to = st.none() | st.sampled_from(ids) if ids else st.none()
    kinds = st.none() | st.sampled_from(["stock", "flow"])
    full = [
        Figure(*one, draw(link_to), draw(link_to), draw(link_to), draw(link_to), draw(st.none() | STATUSES),
               draw(kinds), draw(st.none() | st.just("moreThan")))
        for one in figures
    ]  # fmt: skip
    pairs = (
        draw(st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=3, unique=True)) if ids else []
    )
    relations = [
        Relation(f"R{number}", "supports", one, other, (number + 50,), draw(st.none() | STATUSES))
        for number, (one, other) in enumerate(pairs, start=1)
    ]
    same = draw(st.lists(st.sampled_from(ids), min_size=2, max_size=3, unique=True)) if len(ids) > 2 else []
    metadata: dict[str, object] = draw(
        st.sampled_from([{}, {"title": "湖北省“简报”", "date": date(2024, 3, 1), "sources": ["新华社，2024"]}])
    )
    annotations = Annotations(
        "a.ann",
        mentions=tuple(mentions),
        relations=tuple(relations),
        figures=tuple(full),
        equivalences=(Equivalence(tuple(same), (90,)),) if same else (),
    )
    return AnnotatedDocument("简报", text, annotations, metadata)


def describe(raw: RawAnnotations) -> dict[str, object]:
    """All that annotations say, free of ids and lines, equivalences as sets of what is one thing."""
    places = {one.id: (one.fragments, one.label) for one in raw.mentions}
    relations = {one.id: (places[one.subject], one.label, places[one.object]) for one in raw.relations}
    groups: list[set[object]] = []
    for members in ({places[member] for member in one.members} for one in raw.equivalences):
        joined = [group for group in groups if group & members]
        groups = [group for group in groups if group not in joined] + [members.union(*joined)]
    return {
        "mentions": sorted(places.values()),
        "relations": sorted(relations.values()),
        "attributes": sorted((str({**places, **relations}[one.target]), one.name, one.value) for one in raw.attributes),
        "links": sorted((places[one.target], one.link) for one in raw.links),
        "equivalences": sorted(map(sorted, groups)),
    }


@FORMAT
@settings(max_examples=150, deadline=None)
@given(document=documents())
def test_a_round_trip_keeps_everything(parse: Parse, write: Write, document: AnnotatedDocument) -> None:
    (found,) = parse(write([document]), "x", "auto")
    assert found.annotations.rejections == ()
    assert found.text == document.text
    assert describe(found.annotations) == describe(flatten(document.annotations))
    assert dict(found.metadata) == document.metadata


@FORMAT
@settings(deadline=None)
@given(several=st.lists(documents(), min_size=2, max_size=3))
def test_several_documents_keep_apart(parse: Parse, write: Write, several: list[AnnotatedDocument]) -> None:
    named = [AnnotatedDocument(f"第{n}篇", one.text, one.annotations, {}) for n, one in enumerate(several, start=1)]
    found = parse(write(named), "x", "auto")
    assert [(one.name, one.text) for one in found] == [(one.name, one.text) for one in named]
    assert [describe(one.annotations) for one in found] == [describe(flatten(one.annotations)) for one in named]
    assert len({one.annotations.file for one in found}) in {1, len(found)}


# --- what the tools write --------------------------------------------------------------------------------------------

TEXT = "𠮷：省科技厅实施“尖刀”工程，2024年高新技术企业突破3万家。"


def as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def count(words: str, unit: str = "codepoint") -> tuple[int, int]:
    """Where words stand in TEXT, as a tool that counts in `unit` writes it."""
    begin = TEXT.index(words)
    if unit == "codepoint":
        return begin, begin + len(words)
    before = len(TEXT[:begin].encode("utf-16-le")) // 2
    return before, before + len(words.encode("utf-16-le")) // 2


def read(parse: Parse, content: bytes, unit: str = "auto") -> RawAnnotations:
    (document,) = parse(content, "export", unit)
    assert document.text == TEXT
    return document.annotations


def surfaces(annotations: RawAnnotations) -> list[tuple[str, str]]:
    return [(one.label, TEXT[slice(*one.fragments[0])]) for one in annotations.mentions]


def only_reason(annotations: RawAnnotations) -> str:
    assert len(annotations.rejections) == 1, [str(one) for one in annotations.rejections]
    return str(annotations.rejections[0])


def region(id_: str, words: str, label: str, unit: str = "codepoint", **more: object) -> dict[str, object]:
    begin, end = count(words, unit)
    value = {"start": begin, "end": end, "text": words, "labels": [label], **more}
    return {"id": id_, "from_name": "label", "to_name": "text", "type": "labels", "origin": "manual",
            "value": {key: one for key, one in value.items() if one is not None}}  # fmt: skip


def task(*results: object, **more: object) -> dict[str, object]:
    annotation = {"id": 7, "completed_by": 1, "was_cancelled": False, "ground_truth": False, "result": list(results),
                  "created_at": "2024-03-01T08:00:00.000000Z", "lead_time": 4.2, "task": 1}  # fmt: skip
    return {"id": 1, "data": {"text": TEXT}, "annotations": [annotation], "predictions": [], "drafts": [], **more}


def test_label_studio_regions_relations_choices_and_textareas() -> None:
    figure = region("cd_3", "3万家", "Figure")
    choices = {**figure, "from_name": "Status", "type": "choices"}
    choices["value"] = {"start": 0, "end": 0, "choices": ["planned"]}
    link = {**region("b-2", "“尖刀”工程", "项目"), "from_name": "link", "type": "textarea"}
    link["value"] = {"text": ["policykg:programme/尖刀工程"]}
    comment = {**link, "from_name": "comment", "value": {"text": ["存疑"]}}
    relation = {
        "from_id": "Aa1",
        "to_id": "b-2",
        "type": "relation",
        "direction": "right",
        "labels": ["实施", "Status=planned"],
    }
    back = {"from_id": "Aa1", "to_id": "b-2", "type": "relation", "direction": "left", "labels": ["basedOn"]}
    annotations = read(parse_label_studio, as_json([task(
        region("Aa1", "省科技厅", "部门"), region("b-2", "“尖刀”工程", "项目"), figure, choices, link, comment,
        relation, back,
    )]))  # fmt: skip
    assert annotations.rejections == ()
    assert surfaces(annotations) == [("部门", "省科技厅"), ("项目", "“尖刀”工程"), ("Figure", "3万家")]
    assert [(one.label, one.subject, one.object) for one in annotations.relations] == [
        ("实施", "Aa1", "b-2"), ("basedOn", "b-2", "Aa1"),
    ]  # fmt: skip
    assert [(one.name, one.target, one.value, one.line) for one in annotations.attributes] == [
        ("Status", "cd_3", "planned", 4), ("Status", annotations.relations[0].id, "planned", 7),
    ]  # fmt: skip
    assert [(one.target, one.link) for one in annotations.links] == [("b-2", "programme/尖刀工程")]
    assert annotations.lines == {1, 2, 3, 4, 5, 7, 8}


def test_label_studio_before_1_4_counted_utf16_units() -> None:
    annotations = read(parse_label_studio, as_json([task(region("a", "省科技厅", "Agency", "utf16"))]))
    assert surfaces(annotations) == [("Agency", "省科技厅")]


def test_label_studio_without_words_needs_the_unit_where_it_matters() -> None:
    content = as_json([task(region("a", "省科技厅", "Agency", "utf16", text=None))])
    assert "cannot be told" in only_reason(read(parse_label_studio, content))
    assert surfaces(read(parse_label_studio, content, "utf16")) == [("Agency", "省科技厅")]


def test_label_studio_hypertext_is_read_by_its_global_offsets() -> None:
    begin, end = count("省科技厅")
    result = region("a", "省科技厅", "Agency")
    result |= {"type": "hypertextlabels", "value": {
        "start": "/p[1]/text()[1]", "end": "/p[1]/text()[1]", "startOffset": 2, "endOffset": 6, "text": "省科技厅",
        "globalOffsets": {"start": begin, "end": end}, "hypertextlabels": ["Agency"],
    }}  # fmt: skip
    assert surfaces(read(parse_label_studio, as_json([task(result)]))) == [("Agency", "省科技厅")]


def test_label_studio_reads_one_annotation_and_tells_of_the_others() -> None:
    cancelled = {"id": 5, "was_cancelled": True, "result": [region("x", "2024年", "Period")]}
    first = {"id": 6, "was_cancelled": False, "result": [region("a", "省科技厅", "Agency")]}
    second = {"id": 7, "was_cancelled": False, "result": [region("a", "“尖刀”工程", "Programme")]}
    annotations = read(parse_label_studio, as_json([task(annotations=[cancelled, first, second])]))
    assert surfaces(annotations) == [("Agency", "省科技厅")]
    assert "another annotation" in only_reason(annotations)
    assert "7" in only_reason(annotations)
    assert "cancelled" in annotations.notes[0]


def test_label_studio_predictions_stand_in_where_nobody_annotated() -> None:
    predictions = [{"model_version": "v1", "result": [region("a", "省科技厅", "Agency")], "score": 0.9}]
    assert surfaces(read(parse_label_studio, as_json([task(annotations=[], predictions=predictions)])))
    annotated = as_json([task(region("b", "2024年", "Period"), predictions=predictions)])
    assert surfaces(read(parse_label_studio, annotated)) == [("Period", "2024年")]


def test_label_studio_json_min_and_a_task_without_text_are_told_apart() -> None:
    with pytest.raises(FormatError, match="JSON-MIN"):
        parse_label_studio(as_json([{"id": 1, "text": TEXT, "label": []}]), "export", "auto")
    good, bad = task(region("a", "省科技厅", "Agency")), {"id": 2, "data": {"image": 3}}
    (document,) = parse_label_studio(as_json([bad, good]), "export", "auto")
    assert "export#1:1" in only_reason(document.annotations)
    assert len(document.annotations.mentions) == 1


def line(**fields: object) -> bytes:
    return as_json({"id": 6400, "text": TEXT, "Comments": [], **fields}) + b"\n"


def test_doccano_triples_entities_and_relations() -> None:
    agency, programme = count("省科技厅", "utf16"), count("“尖刀”工程", "utf16")
    triples = line(label=[[*agency, "部门"], [*programme, "Programme"]], title="简报", date="2024-03-01", serial=3)
    (document,) = parse_doccano(triples, "export.jsonl", "utf16")
    assert surfaces(document.annotations) == [("部门", "省科技厅"), ("Programme", "“尖刀”工程")]
    assert document.metadata == {"title": "简报", "date": date(2024, 3, 1)}
    entities = [
        {"id": 1662, "label": "部门", "start_offset": agency[0], "end_offset": agency[1]},
        {"id": 1663, "label": "Programme", "start_offset": programme[0], "end_offset": programme[1]},
    ]
    relations = [{"id": 1662, "from_id": 1662, "to_id": 1663, "type": "实施"}]
    for content in (
        line(entities=entities, relations=relations),
        line(label={"relations": entities, "entities": relations}),
    ):
        annotations = read(parse_doccano, content, "utf16")
        assert surfaces(annotations) == [("部门", "省科技厅"), ("Programme", "“尖刀”工程")]
        ids = [one.id for one in annotations.mentions]
        assert [(one.label, one.subject, one.object) for one in annotations.relations] == [("实施", *ids)]
        assert annotations.rejections == ()


def test_doccano_writes_no_words_so_auto_refuses_where_units_differ() -> None:
    content = line(label=[[*count("省科技厅", "utf16"), "Agency"]])
    assert "cannot be told" in only_reason(read(parse_doccano, content))
    plain = as_json({"id": 1, "text": "省科技厅", "label": [[0, 4, "Agency"]]})
    assert parse_doccano(plain, "export", "auto")[0].annotations.mentions[0].fragments == ((0, 4),)


def test_doccano_keeps_what_it_has_no_place_for_where_it_numbers_entities_anew() -> None:
    mentions = (Mention("T1", "Agency", Span(0, 4), "省科技厅", (1,), "agency/湖北省科学技术厅"),)
    figures = (Figure("T2", Span(4, 7), "3万家", (2,), status="planned", indicator="T1"),)
    document = AnnotatedDocument("a", "省科技厅3万家", Annotations("a", mentions=mentions, figures=figures), {})
    record = json.loads(to_doccano([document]))
    for number, entity in enumerate(record["entities"]):
        entity["id"] = 900 - number
    record["relations"] = [{"id": 5, "from_id": 899, "to_id": 900, "type": "indicator"}]
    (found,) = parse_doccano(as_json(record), "a", "auto")
    assert describe(found.annotations) == describe(flatten(document.annotations))


def test_doccano_prefers_the_unit_it_wrote_where_words_leave_several() -> None:
    text = "𠮷家家家"
    annotations = Annotations("a", mentions=(Mention("T1", "Agency", Span(1, 2), "家", (1,)),))
    (found,) = parse_doccano(to_doccano([AnnotatedDocument("a", text, annotations, {})]), "a", "auto")
    assert found.annotations.mentions[0].fragments == ((1, 2),)
    assert "not provable" in found.annotations.notes[0]


def test_doccano_a_broken_line_costs_only_itself() -> None:
    (document,) = parse_doccano(b'{"text": \n' + line(label=[]), "export", "auto")
    assert only_reason(document.annotations).startswith("export:1: 不是合法的 JSON")


def web_annotation(id_: str, label: str, *selectors: object, **more: object) -> dict[str, object]:
    body = [{"type": "TextualBody", "value": label, "purpose": "tagging"}]
    return {"@context": "http://www.w3.org/ns/anno.jsonld", "id": id_, "type": "Annotation", "body": body,
            "target": {"source": "http://example.org/brief.txt", "selector": list(selectors)}, **more}  # fmt: skip


def position(begin: int, end: int) -> dict[str, object]:
    return {"type": "TextPositionSelector", "start": begin, "end": end}


def quoted(exact: str, **context: str) -> dict[str, object]:
    return {"type": "TextQuoteSelector", "exact": exact, **context}


def read_web(*items: object, text: str | None = TEXT, unit: str = "auto") -> RawAnnotations:
    (document,) = parse_web_annotation(as_json(list(items)), "export", unit, text)
    return document.annotations


def test_web_annotation_mentions_and_recogito_relations() -> None:
    agency, programme = count("省科技厅", "utf16"), count("“尖刀”工程", "utf16")
    relation = {"id": "#r", "type": "Annotation", "motivation": "linking", "target": [{"id": "#a"}, {"id": "#b"}],
                "body": [{"type": "TextualBody", "value": "implements", "purpose": "tagging"}]}  # fmt: skip
    annotations = read_web(
        relation,
        web_annotation("#a", "https://w3id.org/policykg/ontology#Agency", quoted("省科技厅"), position(*agency)),
        web_annotation("#b", "项目", quoted("“尖刀”工程"), position(*programme)),
    )
    assert annotations.rejections == ()
    assert surfaces(annotations) == [("Agency", "省科技厅"), ("项目", "“尖刀”工程")]
    assert [(one.label, one.subject, one.object) for one in annotations.relations] == [("implements", "#a", "#b")]


def test_web_annotation_a_drifted_position_is_found_again_by_its_quote() -> None:
    annotations = read_web(
        web_annotation("#a", "Agency", position(9, 13), quoted("省科技厅")),
        web_annotation("#b", "Agency", quoted("工程", prefix="“尖刀”", suffix="，2024")),
        web_annotation("#c", "Period", position(*count("2024年")), quoted("2024年")),
    )
    assert surfaces(annotations) == [("Agency", "省科技厅"), ("Agency", "工程"), ("Period", "2024年")]
    assert "corrected" in annotations.notes[0]


def test_web_annotation_an_ambiguous_quote_is_refused() -> None:
    text = "省科技厅支持基金，市科技局也支持基金。"
    fund = quoted("基金")
    assert "ambiguous" in only_reason(read_web(web_annotation("#a", "Fund", position(0, 2), fund), text=text))
    exact = quoted("基金", prefix="也支持", suffix="。")
    annotations = read_web(web_annotation("#a", "Fund", position(0, 2), exact), text=text)
    assert annotations.mentions[0].fragments == ((16, 18),)
    assert "not in the text" in only_reason(read_web(web_annotation("#a", "Fund", quoted("专项")), text=text))


def test_web_annotation_without_its_text() -> None:
    items = [web_annotation("#a", "Agency", position(2, 6)), web_annotation("#b", "Agency", quoted("省科技厅"))]
    annotations = read_web(*items, text=None)
    assert [one.fragments for one in annotations.mentions] == [((2, 6),)]
    assert "no" in only_reason(annotations)
    assert "无从换算" in only_reason(read_web(*items, text=None, unit="utf16"))


def test_web_annotation_collections_pages_and_single_annotations_are_read() -> None:
    one = web_annotation("#a", "Agency", position(*count("省科技厅")), quoted("省科技厅"))
    page = {"type": "AnnotationPage", "items": [one]}
    for value in (one, [one], page, {"type": "AnnotationCollection", "total": 1, "first": page}):
        (document,) = parse_web_annotation(as_json(value), "export", "auto", TEXT)
        assert surfaces(document.annotations) == [("Agency", "省科技厅")]
        assert document.name == "brief"


def test_pubannotation_denotations_relations_attributes() -> None:
    begin, end = count("省科技厅")
    programme = dict(zip(("begin", "end"), count("“尖刀”工程"), strict=True))
    content = {
        "target": "http://pubannotation.org/docs/sourcedb/policy/sourceid/12", "sourcedb": "policy", "sourceid": "12",
        "text": TEXT, "project": "policy", "namespaces": [{"prefix": "_base", "uri": "https://example.org/"}],
        "denotations": [
            {"id": "T1", "span": {"begin": begin, "end": end}, "obj": "部门"},
            {"id": "T2", "span": programme, "obj": "Programme"},
            {"id": "T3", "span": [{"begin": 0, "end": 1}, programme], "obj": "Programme"},
        ],
        "relations": [{"id": "R1", "pred": "implements", "subj": "T1", "obj": "T2"}],
        "attributes": [
            {"id": "A1", "subj": "R1", "pred": "Status", "obj": "planned"},
            {"id": "A2", "subj": "T2", "pred": "link", "obj": "policykg:programme/尖刀工程"},
        ],
    }  # fmt: skip
    annotations = read(parse_pubannotation, as_json(content), "codepoint")
    assert surfaces(annotations)[:2] == [("部门", "省科技厅"), ("Programme", "“尖刀”工程")]
    assert len(annotations.mentions[2].fragments) == 2
    assert [(one.name, one.target, one.value) for one in annotations.attributes] == [("Status", "R1", "planned")]
    assert [(one.target, one.link) for one in annotations.links] == [("T2", "programme/尖刀工程")]
    assert "cannot be told" in only_reason(read(parse_pubannotation, as_json(content)))
    tracks = {"text": TEXT, "tracks": [{"project": "a", "denotations": []}, {"project": "b", "denotations": []}]}
    assert "another project" in only_reason(read(parse_pubannotation, as_json(tracks)))


# A document with one Named Entity, one custom layer a class, a relation, a chain and DKPro's own segmentation.
CAS_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types>{}</types></typeSystemDescription>"""
CAS_TYPE = (
    "<typeDescription><name>{}</name><description/><supertypeName>{}</supertypeName><features>{}</features>"
    "</typeDescription>"
)
CAS_FEATURE = "<featureDescription><name>{}</name><description/><rangeTypeName>{}</rangeTypeName></featureDescription>"


def to_types(**types: dict[str, str]) -> bytes:
    return CAS_TYPES.format("".join(
        CAS_TYPE.format(
            name.replace("__", "."),
            "uima.cas.AnnotationBase" if name.endswith("Chain") else "uima.tcas.Annotation",
            "".join(CAS_FEATURE.format(*feature) for feature in features.items()),
        )
        for name, features in types.items()
    )).encode()  # fmt: skip


STRING = "uima.cas.String"
TYPES = to_types(
    de__tudarmstadt__ukp__dkpro__core__api__ner__type__NamedEntity={"value": STRING, "identifier": STRING},
    de__tudarmstadt__ukp__dkpro__core__api__segmentation__type__Sentence={"id": STRING},
    de__tudarmstadt__ukp__dkpro__core__api__lexmorph__type__pos__POS={"PosValue": STRING},
    webanno__custom__Programme={"Status": STRING},
    webanno__custom__Rel={
        "Governor": "uima.tcas.Annotation",
        "Dependent": "uima.tcas.Annotation",
        "label": STRING,
        "状态": STRING,
    },
    webanno__custom__CorefLink={"next": "webanno.custom.CorefLink", "referenceType": STRING},
    webanno__custom__CorefChain={"first": "webanno.custom.CorefLink"},
)
NAMESPACES = (
    'xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:custom="http:///webanno/custom.ecore" '
    'xmlns:type="http:///de/tudarmstadt/ukp/dkpro/core/api/ner/type.ecore" '
    'xmlns:type2="http:///de/tudarmstadt/ukp/dkpro/core/api/segmentation/type.ecore" '
    'xmlns:pos="http:///de/tudarmstadt/ukp/dkpro/core/api/lexmorph/type/pos.ecore" xmi:version="2.0"'
)


def to_xmi(*structures: str, text: str = TEXT) -> bytes:
    members = " ".join(str(number) for number in range(10, 10 + len(structures)))
    inside = "".join(
        one.replace("<", "<", 1).replace(" ", f' xmi:id="{number}" sofa="1" ', 1)
        for number, one in enumerate(structures, start=10)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><xmi:XMI {NAMESPACES}><cas:NULL xmi:id="0"/>{inside}'
        f'<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="{text}"/>'
        f'<cas:View sofa="1" members="{members}"/></xmi:XMI>'
    ).encode()


def at(words: str) -> str:
    begin, end = count(words, "utf16")
    return f'begin="{begin}" end="{end}"'


XMI = to_xmi(
    f'<type:NamedEntity {at("省科技厅")} value="部门" identifier="policykg:agency/湖北省科学技术厅"/>',
    f'<custom:Programme {at("“尖刀”工程")} Status="planned"/>',
    f'<custom:Rel {at("“尖刀”工程")} Governor="10" Dependent="11" label="实施" 状态="计划中"/>',
    f"<type2:Sentence {at(TEXT)}/>",
    f'<pos:POS {at("3万家")} PosValue="CD"/>',
    f'<custom:CorefLink {at("省科技厅")} next="16"/>',
    f"<custom:CorefLink {at('“尖刀”工程')}/>",
    '<custom:CorefChain first="15"/>',
)


def zip_up(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return buffer.getvalue()


def check_cas(annotations: RawAnnotations) -> None:
    assert annotations.rejections == ()
    assert sorted(surfaces(annotations)) == [("Programme", "“尖刀”工程"), ("部门", "省科技厅")]
    assert [(one.label, one.subject, one.object) for one in annotations.relations] == [("实施", "T10", "T11")]
    said = sorted((one.name, one.target, one.value) for one in annotations.attributes)
    assert said == [("Status", "R12", "计划中"), ("Status", "T11", "planned")]
    assert [(one.target, one.link) for one in annotations.links] == [("T10", "agency/湖北省科学技术厅")]
    assert [one.members for one in annotations.equivalences] == [("T10", "T11")]
    assert annotations.notes == ("export: 没有读的层 layers not read: POS 1",) or "POS 1" in annotations.notes[0]


def test_uima_xmi_with_its_type_system_beside_and_in_a_zip(tmp_path: Path) -> None:
    (tmp_path / "TypeSystem.xml").write_bytes(TYPES)
    beside = read_type_system(tmp_path / "brief.xmi")
    (alone,) = parse_uima(XMI, "export", "auto", beside)
    check_cas(alone.annotations)
    (zipped,) = parse_uima(zip_up(brief__xmi=XMI, TypeSystem__xml=TYPES), "export", "utf16")
    check_cas(zipped.annotations)
    assert zipped.name == "brief"
    assert read_type_system(tmp_path / "none" / "brief.xmi") is None
    with pytest.raises(FormatError, match="no type system"):
        parse_uima(XMI, "export", "auto")


def test_uima_json_is_read_alike() -> None:
    import cassis

    types = cassis.load_typesystem(io.BytesIO(TYPES))
    check_cas(read(parse_uima, cassis.load_cas_from_xmi(io.BytesIO(XMI), types).to_json().encode()))


@pytest.mark.parametrize(
    "place", ['begin="3" end="900"', 'begin="1" end="3"', 'begin="-1" end="3"', 'begin="5" end="3"']
)
def test_uima_an_offset_outside_the_text_is_an_error_of_that_annotation(place: str) -> None:
    content = to_xmi(f'<type:NamedEntity {place} value="部门"/>', f'<type:NamedEntity {at("省科技厅")} value="部门"/>')
    (document,) = parse_uima(content, "export", "auto", TYPES)
    assert "outside the text or inside a character" in only_reason(document.annotations)
    assert surfaces(document.annotations) == [("部门", "省科技厅")]


def test_uima_units_other_than_its_own_are_refused() -> None:
    with pytest.raises(FormatError, match="utf16"):
        parse_uima(XMI, "export", "codepoint", TYPES)


def test_uima_xmi_cannot_hold_control_characters() -> None:
    with pytest.raises(FormatError, match=r"a\.txt:2: .*U\+0001"):
        to_uima_xmi([AnnotatedDocument("a", "一\n二\x01", Annotations("a"), {})])
    with pytest.raises(FormatError, match="XML cannot hold"):
        to_uima_xmi([AnnotatedDocument("a", "一", Annotations("a"), {"title": "\x01"})])
    (found,) = parse_uima(to_uima_json([AnnotatedDocument("a", "二\x01", Annotations("a"), {})]), "a", "auto")
    assert found.text == "二\x01"


# --- what is wrong ---------------------------------------------------------------------------------------------------

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol3 "&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;">]><lolz>&lol3;</lolz>"""
EXTERNAL = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'


@pytest.mark.parametrize("content", [LAUGHS, EXTERNAL], ids=["billion laughs", "external entity"])
def test_entities_of_an_xml_are_never_expanded(content: bytes) -> None:
    for arguments in ((content, "f.xmi", "auto", TYPES), (XMI, "f.xmi", "auto", content)):
        with pytest.raises(FormatError, match=r"f\.xmi.*:1: .*DOCTYPE"):
            parse_uima(*arguments)
    with pytest.raises(FormatError, match="DOCTYPE"):
        parse_uima(zip_up(a__xmi=XMI, TypeSystem__xml=content), "f.zip", "auto")


DEEP = b"[" * 100_000
BAD_FILES = {
    "empty": b"",
    "blank": b" \n",
    "binary": bytes(range(256)),
    "gb18030": "省科技厅".encode("gb18030"),
    "not json": b"{",
    "deep": DEEP + b"]" * 100_000,
    "deep and open": DEEP,
    "deep objects": b'{"a":' * 50_000,
    "no number": b'[{"text": NaN}]',
    "huge number": b"[" + b"1" * 5000 + b"]",
    "half a pair": b'[{"text": "\\ud842", "data": {"text": "\\ud842"}, "denotations": [], "target": "x"}]',
    "null": b"null",
    "number": b"7",
    "list": b"[]",
    "list of lists": b"[[1]]",
    "other object": b'{"a": 1}',
    "other xml": b"<a/>",
    "open xml": b"<a>",
    "broken zip": b"PK\x03\x04rubbish",
    "empty zip": zip_up(),
    "zip without a cas": zip_up(readme__md=b"x"),
}


@FORMAT
@pytest.mark.parametrize("content", BAD_FILES.values(), ids=BAD_FILES)
def test_a_file_of_another_kind_is_one_line(parse: Parse, write: Write, content: bytes) -> None:
    with pytest.raises(FormatError) as caught:
        parse(content, "folder/f", "auto")
    said = str(caught.value)
    assert said.startswith("folder/f")
    assert "\n" not in said
    assert "；" in said


def test_deep_json_names_its_limit_and_its_line() -> None:
    with pytest.raises(FormatError, match=rf"^f:3: 嵌套太深 nested too deep: 超过 {DEEPEST} 层"):
        parse_label_studio(b"[\n\n" + DEEP, "f", "auto")
    brackets = as_json([task(region("a", "省科技厅", "Agency"), note="[" * 10_000)])
    assert read(parse_label_studio, brackets).rejections == ()
    deep_xml = b"<a>" * (DEEPEST_XML + 1)
    with pytest.raises(FormatError, match="nested too deep"):
        parse_uima(deep_xml, "f", "auto", TYPES)


@pytest.mark.parametrize("encoding", ["GB18030", "rubbish", "utf-7"])
def test_an_xml_in_another_encoding_is_refused(encoding: str) -> None:
    with pytest.raises(FormatError, match=r"^f:1: .*(encoding|XML)"):
        parse_uima(XMI.replace(b"UTF-8", encoding.encode()), "f", "auto", TYPES)


def test_a_zip_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.formats.uima_files.LARGEST", 100_000)
    with pytest.raises(FormatError, match="too much"):
        parse_uima(zip_up(a__xmi=b" " * 100_001), "f", "auto")


def test_a_large_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.formats.bounded_json.LARGEST", 3)
    with pytest.raises(FormatError, match="too large"):
        parse_doccano(b'{"text": ""}', "f", "auto")


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 40) | st.floats(allow_nan=False) | st.text(max_size=4) | st.just(TEXT),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


def check_message(message: str) -> None:
    assert message.startswith("f")
    assert "\n" not in message
    assert "；" in message


def replace_somewhere(draw: st.DrawFn, value: object) -> object:
    """The same JSON with one value, anywhere in it, replaced by any other."""
    if isinstance(value, dict) and value and draw(st.integers(0, 5)):
        key = draw(st.sampled_from(sorted(value)))
        return {**value, key: replace_somewhere(draw, value[key])}
    if isinstance(value, list) and value and draw(st.integers(0, 5)):
        place = draw(st.integers(0, len(value) - 1))
        return [*value[:place], replace_somewhere(draw, value[place]), *value[place + 1 :]]
    return draw(JSON_VALUES)


@pytest.mark.parametrize("name", ["label_studio", "doccano", "web_annotation", "pubannotation", "uima_json"])
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_json_with_anything_in_the_wrong_place_is_never_a_traceback(name: str, data: st.DataObject) -> None:
    parse, write = FORMATS[name]
    value = json.loads(write([data.draw(documents())]))
    for _ in range(data.draw(st.integers(1, 3))):
        value = replace_somewhere(data.draw, value)
    unit = data.draw(st.sampled_from(["auto", "utf16"]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            found = parse(as_json(value), "f", unit)
        except FormatError as error:
            check_message(str(error))
            return
    for one in found:
        assert all("\n" not in str(rejection) for rejection in one.annotations.rejections)
        assert {line for rejection in one.annotations.rejections for line in rejection.lines} <= one.annotations.lines
        length = len(one.text) if one.text is not None else 10**9
        assert all(0 <= b <= length and 0 <= e <= length for m in one.annotations.mentions for b, e in m.fragments)
        to_file_name(one.name).encode()


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_xmi_with_anything_in_the_wrong_place_is_never_a_traceback(data: st.DataObject) -> None:
    content, types = bytearray(XMI), bytearray(TYPES)
    for target in data.draw(st.lists(st.sampled_from([content, types]), min_size=1, max_size=4)):
        begin = data.draw(st.integers(0, len(target) - 1))
        target[begin : begin + data.draw(st.integers(0, 12))] = data.draw(st.binary(max_size=4) | st.just(b'"'))
    try:
        parse_uima(bytes(content), "f", "auto", bytes(types))
    except FormatError as error:
        check_message(str(error))


def test_crlf_and_a_byte_order_mark_go_after_the_offsets_are_resolved() -> None:
    text = "\ufeff标题\r\n省科技厅\r\n实施"
    results = [
        {"id": id_, "type": "labels", "value": {"start": 5, "end": end, "text": text[5:end], "labels": ["Agency"]}}
        for id_, end in (("a", 9), ("b", 13))
    ]
    content = as_json([{"data": {"text": text}, "annotations": [{"result": results}]}])
    (document,) = parse_label_studio(content, "f", "auto")
    assert document.text == "标题\n省科技厅\n实施"
    assert [document.text[slice(*one.fragments[0])] for one in document.annotations.mentions] == [
        "省科技厅", "省科技厅\n实施",
    ]  # fmt: skip
    assert [one.surface for one in document.annotations.mentions] == ["省科技厅", "省科技厅\n实施"]


def test_the_fields_of_a_document_are_those_of_its_toml() -> None:
    from kg.corpus import _KNOWN_FIELDS

    assert set(FIELDS) == _KNOWN_FIELDS


def test_file_names_are_usable_anywhere() -> None:
    assert to_file_name('../../湖北省: "简报"\n<2024>') == "湖北省-简报-2024"
    assert to_file_name("...") == "document"
    assert to_file_name("a", {"a", "a-2"}) == "a-3"
    assert len(to_file_name("长" * 300).encode()) < 255
