"""The documents' texts beside the graph, and laying a text out with its marks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import StoreError
from kg.identifiers import DEFAULT_BASE
from kg.model import Span
from kg.server.annotated import Mark, Row, lay_out, lay_out_sentences, write_row
from kg.texts import NAME, read_document_text, write_texts

BASE = DEFAULT_BASE


# --- the text beside the graph ----------------------------------------------------------------------------------------


def test_texts_come_back_as_they_were_and_the_same_texts_give_the_same_bytes(tmp_path: Path) -> None:
    texts = {BASE + "document/甲": "甲\n乙。\n", BASE + "document/%2F": "𠮷😀\r"}
    first, second = (
        write_texts(texts, tmp_path / "a.zip"),
        write_texts(dict(reversed(texts.items())), tmp_path / "b.zip"),
    )
    assert first.read_bytes() == second.read_bytes()
    for iri, text in texts.items():
        assert read_document_text(first, iri) == text
    assert read_document_text(first, BASE + "document/丙") is None
    assert read_document_text(tmp_path / "none.zip", BASE + "document/甲") is None
    (tmp_path / "bad.zip").write_bytes(b"PK no zip")
    with pytest.raises(StoreError, match=r"bad\.zip"):
        read_document_text(tmp_path / "bad.zip", BASE + "document/甲")


def test_every_document_of_the_build_has_its_text(turtle: Path, select: Callable[[str], list[list[str]]]) -> None:
    rows = select(
        "SELECT ?document ?start ?end ?exact { ?e oa:hasSource ?document ; oa:hasSelector ?p , ?q . "
        "?p oa:start ?start ; oa:end ?end . ?q oa:exact ?exact }"
    )
    assert len(rows) > 1000
    texts = {row[0]: read_document_text(turtle.with_name(NAME), row[0]) or "" for row in rows}
    assert len(texts) == 6
    assert all(texts[document][int(start) : int(end)] == exact for document, start, end, exact in rows)


# --- laying out a text ------------------------------------------------------------------------------------------------


def test_rows_are_headings_and_sentences_and_lose_no_character() -> None:
    text = "某省简报\n\n一、总量\n甲增长。乙说：“好！”丙\n（一）细目\n丁？\n"
    rows = lay_out(text)
    assert [(row.level, row.text, row.first) for row in rows] == [
        (1, "某省简报", True), (2, "一、总量", True), (0, "甲增长。", True), (0, "乙说：“好！”", False),
        (0, "丙", False), (3, "（一）细目", True), (0, "丁？", True),
    ]  # fmt: skip
    assert all(text[row.span.begin : row.span.end] == row.text for row in rows)
    assert "".join(row.text for row in rows) == text.replace("\n", "")


SPANS = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda pair: Span(min(pair), max(pair)))


@given(st.lists(SPANS, max_size=9), st.lists(SPANS, max_size=4), st.lists(st.integers(0, 30), max_size=4))
def test_marks_nest_whatever_they_cross_and_each_character_has_its_own(
    spans: list[Span], lit: list[Span], anchors: list[int]
) -> None:
    row = Row(Span(5, 25), "某省高新技术企业总数𠮷达到三万家以上增长")
    marks = [Mark(str(number), span) for number, span in enumerate(spans)]
    tokens = write_row(row, marks, lit, [(at, f"a{at}") for at in anchors])
    open_: list[str] = []
    at, seen = 5, []
    for token in tokens:
        if token.kind == "open":
            open_.append(token.key)
        elif token.kind == "close":
            open_.pop()
        elif token.kind == "anchor":
            seen.append(token.key)
            assert token.key == f"a{at}"
        else:
            assert token.at == at
            for offset in range(at, at + len(token.text)):
                here = {mark.key for mark in marks if mark.span.begin <= offset < mark.span.end}
                assert set(open_) == here
                assert token.lit == any(one.begin <= offset < one.end for one in lit)
            at += len(token.text)
    assert not open_
    assert "".join(token.text for token in tokens) == row.text
    assert sorted(seen) == sorted(f"a{at}" for at in anchors if 5 <= at < 25)


def test_quotes_alone_give_the_sentences_and_say_where_text_is_missing() -> None:
    rows = lay_out_sentences([(20, "丙丁。"), (0, "标题"), (3, "甲乙。"), (3, "甲乙。"), (4, "乙。")])
    assert [(row.span, row.text, row.gap) for row in rows] == [
        (Span(0, 2), "标题", False), (Span(3, 6), "甲乙。", False), (Span(20, 23), "丙丁。", True),
    ]  # fmt: skip
