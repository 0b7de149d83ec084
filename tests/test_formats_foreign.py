"""Formats of other annotation tools: what their real exports look like, round trips, and what is said of bad ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import FormatError
from kg.formats.doccano import parse_doccano, to_doccano
from kg.formats.flattening import flatten
from kg.formats.label_studio import parse_label_studio, to_label_studio
from kg.formats.pubannotation import parse_pubannotation, to_pubannotation
from kg.formats.raw import AnnotatedDocument, RawAnnotations, RawDocument
from kg.formats.uima import parse_uima, to_uima_json, to_uima_xmi
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
@settings(max_examples=150)
@given(document=documents())
def test_a_round_trip_keeps_everything(parse: Parse, write: Write, document: AnnotatedDocument) -> None:
    (found,) = parse(write([document]), "x", "auto")
    assert found.annotations.rejections == ()
    assert found.text == document.text
    assert describe(found.annotations) == describe(flatten(document.annotations))
    assert dict(found.metadata) == document.metadata


@FORMAT
@given(several=st.lists(documents(), min_size=2, max_size=3))
def test_several_documents_keep_apart(parse: Parse, write: Write, several: list[AnnotatedDocument]) -> None:
    named = [AnnotatedDocument(f"第{n}篇", one.text, one.annotations, {}) for n, one in enumerate(several, start=1)]
    found = parse(write(named), "x", "auto")
    assert [(one.name, one.text) for one in found] == [(one.name, one.text) for one in named]
    assert [describe(one.annotations) for one in found] == [describe(flatten(one.annotations)) for one in named]
    assert len({one.annotations.file for one in found}) in {1, len(found)}
