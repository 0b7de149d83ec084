"""Paragraphs, sections and sentences of a text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg.model import Document, Span
from kg.passages import derive_paragraphs, derive_sections, find_paragraph, find_section, find_sentence

TEXT = """关于产业的简报

一、科技创新
我省推进创新。一是攻关成效显著。实施工程；二是布局持续深化，成果多。下一步，将实施计划。一是抓源头。继续。
（一）平台
建设平台。
二、下一步工作
将建设园区。
"""
CUES = ("下一步",)


def document(text: str = TEXT) -> Document:
    return Document(
        "a.txt", "t", text, "Report", sections=derive_sections(text, CUES), paragraphs=derive_paragraphs(text)
    )


def path_at(words: str) -> tuple[str, ...]:
    return find_section(document(), TEXT.index(words)).path


def test_headings_items_and_plan_parts_are_sections_in_their_heading() -> None:
    assert path_at("关于产业") == ()
    assert path_at("我省推进") == ("一、科技创新",)
    assert path_at("实施工程") == ("一、科技创新", "一是攻关成效显著")
    assert path_at("成果多") == ("一、科技创新", "二是布局持续深化")
    assert path_at("将实施计划") == ("一、科技创新", "下一步")
    assert path_at("继续") == ("一、科技创新", "下一步", "一是抓源头")
    assert path_at("建设平台") == ("一、科技创新", "（一）平台")
    assert path_at("将建设园区") == ("二、下一步工作",)


def test_paragraphs_count_from_one_and_leave_out_blank_lines() -> None:
    assert find_paragraph(document(), 0) == 1
    assert find_paragraph(document(), TEXT.index("一、")) == 2
    assert find_paragraph(document(), TEXT.index("二、下一步")) == 6


def test_a_sentence_ends_at_its_full_stop_and_covers_the_span() -> None:
    begin = TEXT.index("实施工程")
    sentence = find_sentence(TEXT, Span(begin, begin + 4))
    assert TEXT[sentence.begin : sentence.end] == "实施工程；二是布局持续深化，成果多。"
    both = find_sentence(TEXT, Span(begin, TEXT.index("将实施")))
    assert TEXT[both.begin : both.end] == "实施工程；二是布局持续深化，成果多。下一步，将实施计划。"


@given(st.text(alphabet="一二、（）是。；\n下步，1.字", max_size=80))
def test_sections_cover_the_text_once_and_in_order(text: str) -> None:
    sections = derive_sections(text, CUES)
    assert "".join(text[one.span.begin : one.span.end] for one in sections) == text


@given(st.text(alphabet="。！？\n字句", min_size=1, max_size=40), st.data())
def test_a_sentence_always_covers_its_span(text: str, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(text) - 1))
    span = Span(begin, data.draw(st.integers(begin + 1, len(text))))
    sentence = find_sentence(text, span)
    assert sentence.covers(span)
    assert sentence.end <= len(text)
