"""Search over names: what is read of a graph, what is found, in which order, how fast."""

from __future__ import annotations

import pickle
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.names import to_name_key
from kg.search import Entry, Index, derive_index, read_entries, read_kinds
from kg.search.columns import make_column
from kg.search.pinyin import read_readings, to_initials
from kg.store import read_dataset, to_dataset

KG = "https://w3id.org/policykg/ontology#"
NQUADS = f"""\
<{KG}Fund> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <{KG}Entity> .
<{KG}FundOfFunds> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <{KG}Fund> .
<{KG}FundOfFunds> <http://www.w3.org/2000/01/rdf-schema#label> "母基金"@zh .
<{KG}FundOfFunds> <http://www.w3.org/2000/01/rdf-schema#label> "Fund of funds"@en .
<urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{KG}FundOfFunds> <urn:g1> .
<urn:a> <http://www.w3.org/2004/02/skos/core#prefLabel> "江城母基金"@zh <urn:g1> .
<urn:a> <http://www.w3.org/2004/02/skos/core#prefLabel> "River fund"@en <urn:g1> .
<urn:a> <http://www.w3.org/2004/02/skos/core#altLabel> "“江城”基金"@zh <urn:g2> .
<urn:a> <http://www.w3.org/2004/02/skos/core#notation> "F-007" <urn:g2> .
<urn:a> <http://www.w3.org/ns/prov#wasDerivedFrom> <urn:e1> <urn:g1> .
<urn:a> <http://www.w3.org/ns/prov#wasDerivedFrom> <urn:e2> <urn:g2> .
<urn:e1> <http://www.w3.org/ns/oa#hasSource> <urn:d1> <urn:g1> .
<urn:e2> <http://www.w3.org/ns/oa#hasSource> <urn:d2> <urn:g2> .
<urn:s> <http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> <urn:a> <urn:g1> .
<urn:s> <http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> <urn:a> <urn:g2> .
<urn:b> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:Other> <urn:g1> .
<urn:b> <http://www.w3.org/2004/02/skos/core#prefLabel> "不是实体"@zh <urn:g1> .
"""


def entry(label: str, *names: str, kind: str = "Fund", documents: int = 1, codes: tuple[str, ...] = ()) -> Entry:
    return Entry(f"urn:{label}", label, "", KG + kind, kind, (KG + kind, f"{KG}Entity"), names, codes, documents)


def labels(index: Index, text: str, *classes: str) -> list[str]:
    return [hit.label for hit in index.find(text, classes)]


@pytest.fixture(scope="module")
def real(turtle: Path) -> Index:
    dataset = read_dataset(turtle.with_name("graph.nq"))
    return derive_index(read_entries(dataset), read_kinds(dataset))


# --- what is read -----------------------------------------------------------------------------------------------------


def test_entities_are_read_with_all_their_names() -> None:
    dataset = to_dataset(NQUADS.encode("utf-8"))
    (one,) = read_entries(dataset)
    assert (one.label, one.label_en, one.class_label) == ("江城母基金", "River fund", "母基金")
    assert one.classes == (f"{KG}FundOfFunds", f"{KG}Fund", f"{KG}Entity")
    assert (one.names, one.codes) == (("“江城”基金",), ("F-007",))
    assert (one.documents, one.links) == (2, 1)
    assert [(kind.label, kind.label_en) for kind in read_kinds(dataset) if kind.label_en] == [
        ("母基金", "Fund of funds")
    ]


def test_a_part_without_the_ontology_is_read_by_its_labels() -> None:
    part = "".join(line for line in NQUADS.splitlines(keepends=True) if "subClassOf" not in line)
    assert {one.label for one in read_entries(to_dataset(part.encode("utf-8")))} == {"江城母基金", "不是实体"}


def test_every_entity_of_the_corpus_is_found_by_every_name_it_has(real: Index) -> None:
    for one in real.entries:
        for name in (one.label, *one.names, *one.codes):
            assert one.iri in {hit.iri for hit in real.find(name, limit=100)}, name


# --- what is found ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("低空", "低空经济"),
        ("dkjj", "低空经济"),
        ("DIKONG", "低空经济"),
        ("di kong jing ji", "低空经济"),
        ("420000", "湖北省"),
        ("hubei", "湖北省"),
        ("湖北 科技厅", "湖北省科学技术厅"),
        ("“小巨人”", "专精特新小巨人企业"),
        ("ＯＬＥＤ", "高分辨率柔性OLED喷印制造技术项目"),
        ("cjcy", "长江产业集团"),
        ("changjiangchanye", "长江产业集团"),
    ],
)
def test_names_are_found_in_many_ways(real: Index, text: str, label: str) -> None:
    assert label in labels(real, text)


def test_full_pinyin_begins_where_a_syllable_does() -> None:
    index = derive_index([entry("低空经济")])
    assert labels(index, "kongji") == ["低空经济"]
    assert labels(index, "ongji") == []
    assert labels(index, "ikong") == []


def test_a_character_is_read_as_its_word_has_it() -> None:
    read = read_readings()
    assert "".join(read("重庆")) == "chongqing"
    assert "".join(read("重大")) == "zhongda"
    assert to_initials(read("银行")) == "yh"
    assert "".join(read("女")) == "nv"
    assert list(read("AI芯片")) == ["A", "I", "xin", "pian"]


def test_one_letter_finds_beginnings_alone() -> None:
    index = derive_index([entry("低空经济"), entry("经济低空")])
    assert labels(index, "d") == ["低空经济"]


def test_a_class_has_its_sub_classes(real: Index) -> None:
    found = real.find("基金", ["Fund"], limit=100)
    assert {hit.class_label for hit in found} == {"基金", "母基金"}
    assert real.find("基金", [f"{KG}FundOfFunds"]) == real.find("基金", ["FundOfFunds"])
    assert real.find("", ["FundOfFunds"])[0].class_label == "母基金"
    assert real.find("基金", ["NoSuchClass"]) == ()
    assert real.find("") == ()


def test_hits_are_ranked_by_fit_then_by_documents() -> None:
    index = derive_index(
        [
            entry("大基金群", documents=9),
            entry("基金群", documents=1),
            entry("基金", documents=0),
            entry("资金池", "基金", documents=7),
            entry("基金会", documents=5),
            entry("jijin", documents=0),
            entry("积金", documents=8),
        ]
    )
    assert labels(index, "基金") == ["基金", "资金池", "基金会", "基金群", "大基金群"]
    assert labels(index, "jijin")[0] == "jijin"
    assert set(labels(index, "jijin")) >= {"积金", "基金"}
    assert labels(index, "jijin").index("积金") < labels(index, "jijin").index("大基金群")


def test_a_hit_says_which_name_fitted() -> None:
    index = derive_index([entry("湖北省科学技术厅", "省科技厅", codes=("SKJT-1",))])
    assert index.find("科技厅")[0].matched == "省科技厅"
    assert index.find("skjt-1")[0].matched == "SKJT-1"


def test_names_near_a_slip_are_found(real: Index) -> None:
    assert "楚天凤鸣科创天使母基金" in [hit.label for hit in real.find_near("楚天凤鸣天使母基金")]
    assert real.find_near("从来没有的东西") == ()
    assert real.find_near("") == ()


def test_nothing_odd_in_a_text_breaks_the_search(real: Index) -> None:
    for text in ("\n", "\\", "?", "[", "\ud800", "𠮷", "a" * 5000, "'", "。" * 300, " "):
        real.find(text)
        real.find_near(text)
    assert derive_index([]).find("a") == ()
    assert derive_index([]).find_near("ab") == ()
    assert labels(derive_index([entry("𠮷野产业")]), "𠮷野") == ["𠮷野产业"]


TEXTS = st.text(alphabet="省市低空经济科技厅ab𠮷", min_size=1, max_size=8)


@settings(deadline=None, max_examples=60)
@given(st.lists(TEXTS, min_size=1, max_size=12, unique=True), TEXTS)
def test_as_a_plain_loop_finds(names: list[str], text: str) -> None:
    found = set(labels(derive_index([entry(name) for name in names]), text))
    assert found >= {name for name in names if to_name_key(text) in to_name_key(name)}
    if not text.isascii():
        assert found == {name for name in names if to_name_key(text) in to_name_key(name)}


def test_many_hits_are_gathered_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    column = make_column(["低空经济", "空", "低低", "", "经济低空"], wide=True)
    few = column.find("低")
    monkeypatch.setattr("kg.search.columns._MANY", 0)
    many = column.find("低")
    for one in ("inside", "begins", "whole"):
        assert (getattr(few, one) == getattr(many, one)).all()
    assert many.inside.tolist() == [True, False, True, False, True]
    assert many.begins.tolist() == [True, False, True, False, False]
    assert column.find("空").whole.tolist() == [False, True, False, False, False]


def test_an_index_can_be_sent_to_another_process(real: Index) -> None:
    assert pickle.loads(pickle.dumps(real)).find("低空") == real.find("低空")


def test_a_search_is_fast() -> None:
    # A third of what benchmarks/search.py measures, so that the whole stays quick; the bound is the same.
    chance = ["湖北", "低空", "经济", "企业", "基金", "实验室", "科技型", "中小", "行动", "计划"]
    index = derive_index(
        entry("".join(chance[(number // 10**place) % 10] for place in range(4)) + str(number))
        for number in range(30_000)
    )
    for text in ("企业", "jj", "qiye", "科技型中小", "没有"):
        times = []
        for _ in range(5):
            begin = time.perf_counter()
            index.find(text)
            times.append(time.perf_counter() - begin)
        assert min(times) < 0.05, text
