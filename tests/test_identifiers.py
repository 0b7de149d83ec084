"""IRIs: readable, injective up to NFC, taken by strict RDF parsers whatever the label."""

from __future__ import annotations

import re
import unicodedata
import urllib.parse

import pyoxigraph
import pytest
import rdflib
from hypothesis import example, given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.identifiers import (
    DEFAULT_BASE,
    parse_base,
    to_entity_iri,
    to_evidence_iri,
    to_observation_iri,
    to_ontology_iri,
    to_period_iri,
    to_segment,
    to_statement_iri,
)

LABELS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40) | st.text(
    alphabet='中文 /%#?<>"{}|\\^`“”·（）\u202e\u2066\u200f\ue000\U000f0000\U000e0001\ufdd0\ufffe😀e\u0301é\x00%4',
    max_size=12,
)


@pytest.mark.parametrize(
    ("label", "segment"),
    [
        ("楚天凤鸣科创天使母基金", "楚天凤鸣科创天使母基金"),
        ("6G", "6G"),
        ("㐂𠮷", "㐂𠮷"),
        ("2018年—2022年", "2018年—2022年"),
        ("“十五五”", "“十五五”"),
        ("a b", "a%20b"),
        ("a/b", "a%2Fb"),
        ("100%", "100%25"),
        ("C#?", "C%23%3F"),
        ('{<"|\\^`>}', "%7B%3C%22%7C%5C%5E%60%3E%7D"),
        ("\u202e\u2066", "%E2%80%AE%E2%81%A6"),
        ("\ue000", "%EE%80%80"),
        ("😀", "😀"),
        ("e\u0301", "é"),
        ("..", "%2E%2E"),
        ("3.0", "3.0"),
        ("", ""),
    ],
)
def test_a_segment_is_readable_and_escapes_what_an_iri_forbids(label: str, segment: str) -> None:
    assert to_segment(label) == segment


@given(LABELS)
def test_a_segment_is_the_label_again_when_decoded(label: str) -> None:
    # A decoder makes the encoding injective: two labels with one segment would decode to one label.
    assert urllib.parse.unquote(to_segment(label), errors="strict") == unicodedata.normalize("NFC", label)


@given(LABELS, LABELS)
@example("a/b", "a%2Fb")
@example("é", "e\u0301")
def test_two_labels_share_an_iri_only_if_they_are_one_text(one: str, other: str) -> None:
    same = unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)
    assert (to_entity_iri(DEFAULT_BASE, "Fund", one) == to_entity_iri(DEFAULT_BASE, "Fund", other)) is same


@given(LABELS)
@example("")
def test_strict_parsers_take_every_iri(label: str) -> None:
    iri = to_entity_iri(DEFAULT_BASE, "Fund", label)
    line = f"<{iri}> <{iri}> <{iri}> .\n"
    for reading in (pyoxigraph.RdfFormat.N_TRIPLES, pyoxigraph.RdfFormat.TURTLE):
        (triple,) = pyoxigraph.parse(line, format=reading)
        assert (triple.subject.value, triple.object.value) == (iri, iri)
    (found,) = rdflib.Graph().parse(data=line, format="turtle")
    assert [str(term) for term in found] == [iri] * 3


@given(LABELS)
def test_nothing_in_a_segment_hides_or_ends_it(label: str) -> None:
    assert not re.search(
        r"[\x00-\x20/?#\[\]<>\"{}|\\^`\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", to_segment(label)
    )


@pytest.mark.parametrize("label", ["\ud800", "湖北\udfff", "\udc80" * 2])
def test_a_lone_surrogate_is_no_text(label: str) -> None:
    with pytest.raises(ValueError, match="surrogates"):
        to_segment(label)


def test_every_kind_of_thing_has_its_place() -> None:
    document = to_entity_iri(DEFAULT_BASE, "Document", "简报（2024年）")
    assert to_ontology_iri("Fund") == "https://w3id.org/policykg/ontology#Fund"
    assert to_period_iri(DEFAULT_BASE, "2024年") == DEFAULT_BASE + "period/2024年"
    assert to_evidence_iri(DEFAULT_BASE, document, 3, 9) == (DEFAULT_BASE + "evidence/简报（2024年）/3-9")


PARTS = st.lists(st.text(alphabet="ab/ ", max_size=3), min_size=1, max_size=4)


@given(PARTS, PARTS)
@example(["ab", "c"], ["a", "bc"])
def test_a_digest_tells_where_one_part_ends(one: list[str], other: list[str]) -> None:
    assert (to_statement_iri("", *one) == to_statement_iri("", *other)) is (one == other)
    assert re.fullmatch("observation/[0-9a-f]{24}", to_observation_iri("", *one))


@pytest.mark.parametrize("base", [DEFAULT_BASE, "http://localhost:8000/", "https://例子.中国/知识/"])
def test_a_good_base_stays_as_it_is(base: str) -> None:
    assert parse_base(base) == base


@pytest.mark.parametrize(
    "base",
    [
        "",
        "https://a.example",
        "https://a.example/x",
        "urn:x:",
        "https://a/#",
        "https://a/?q/",
        "https://a/<b>/",
        "https://a b/",
    ],
)
def test_a_bad_base_is_refused_with_an_example(base: str) -> None:
    with pytest.raises(InputError, match="应如"):
        parse_base(base)
