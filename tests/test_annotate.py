"""The annotator: what its rules find in sentences of our own, and what holds of any text."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.annotate import Lexicon, annotate, derive_lexicon, read_resources
from kg.annotate.metadata import guess_metadata
from kg.annotate.writing import is_machine_made, to_noted_brat
from kg.cli import main
from kg.errors import OntologyError
from kg.formats.brat import parse_brat
from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.model import Document
from kg.ontology import read_vocabulary
from kg.passages import derive_paragraphs, derive_sections
from kg.pipeline import build_corpus
from kg.pipeline.reading import to_labels


@cache
def read_lexicon() -> Lexicon:
    ontology = find_folder("ontology")
    vocabulary = read_vocabulary(ontology)
    return derive_lexicon(read_resources(ontology, vocabulary), vocabulary)


def to_document(text: str) -> Document:
    cues = read_lexicon().vocabulary.heading_cues
    return Document(
        "a.txt", "标题", text, "Report", "江苏省科学技术厅", date(2025, 3, 1),
        sections=derive_sections(text, cues), paragraphs=derive_paragraphs(text),
    )  # fmt: skip


def find_mentions(text: str) -> set[tuple[str, str]]:
    found = annotate(to_document(text), read_lexicon()).annotations
    return {(one.cls, one.surface) for one in found.mentions}


def find_relations(text: str) -> set[tuple[str, str, str]]:
    found = annotate(to_document(text), read_lexicon()).annotations
    surfaces = {one.id: one.surface for one in found.mentions}
    return {(surfaces[one.subject], one.property, surfaces[one.object]) for one in found.relations}


def find_figures(text: str) -> list[tuple[str | None, ...]]:
    """Figure, indicator (canonical where linked), about, period."""
    found = annotate(to_document(text), read_lexicon()).annotations
    mentions = {one.id: one for one in found.mentions}

    def name(mention: str | None) -> str | None:
        if mention is None:
            return None
        link = mentions[mention].link
        return link.split("/", 1)[1] if link else mentions[mention].surface

    return [(one.surface, name(one.indicator), name(one.about), name(one.period)) for one in found.figures]


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("省发展改革委会同苏州市科技局开展工作。", {("Agency", "省发展改革委"), ("Agency", "苏州市科技局")}),
        ("全省推进“登峰”工程建设。", {("Programme", "“登峰”工程"), ("Province", "全省")}),
        ("去年组建太湖实验室。", {("Laboratory", "太湖实验室")}),
        ("支持创建国家级孵化器。", {("PlatformCategory", "国家级孵化器")}),
        ("设立紫金科创母基金和人才发展基金。", {("FundOfFunds", "紫金科创母基金"), ("Fund", "人才发展基金")}),
        ("印发《江苏省低空经济发展规划》。", {("Plan", "《江苏省低空经济发展规划》")}),
        ("建成国家生物药技术创新中心。", {("EngineeringCentre", "国家生物药技术创新中心")}),
        ("推广“苏科贷”。", {("Loan", "“苏科贷”")}),
        ("建设南京江北新区和苏州工业园区。", {("Zone", "南京江北新区")}),
        ("落实揭榜挂帅机制。", {("Mechanism", "揭榜挂帅机制")}),
        ("南京市江宁区和长丰县建设示范园区。", {("District", "江宁区"), ("District", "长丰县")}),
        ("依托中国药科大学建设药物创新实验室。", {("University", "中国药科大学"), ("Laboratory", "药物创新实验室")}),
        ("三市共建成果转化基金。", {("Fund", "成果转化基金")}),
        ("建设国家数字建造技术创新中心。", {("Technology", "数字建造")}),
        ("“慧通”、“云桥”等平台上线。", {("ServicePlatform", "“慧通”"), ("ServicePlatform", "“云桥”")}),
    ],
)  # fmt: skip
def test_names_are_found_with_their_class(text: str, expected: set[tuple[str, str]]) -> None:
    assert expected <= find_mentions(f"标题\n{text}")


@pytest.mark.parametrize(
    "text",
    ["天使基金规模扩大。", "智能制造能级提升。", "中国式现代化建设。", "有关工作正在推进，情况良好。"],
)
def test_a_character_that_bounds_names_does_not_cut_words(text: str) -> None:
    for _, surface in find_mentions(f"标题\n{text}"):
        assert surface not in {"用基金", "造", "国式现代化"}


def test_a_list_gives_its_class_to_what_the_lexicon_does_not_know() -> None:
    found = find_mentions("标题\n支持甲乙科技、丙丁股份等企业牵头攻关。")
    assert {("Enterprise", "甲乙科技"), ("Enterprise", "丙丁股份")} <= found


def test_headings_and_the_title_are_not_annotated() -> None:
    assert not find_mentions("标题\n一、实施“登峰”工程")


# --- figures ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024年，全省高新技术企业总数达5.7万家。", ("5.7万家", "高新技术企业总数", "高新技术企业", "2024年")),
        ("2024年，新增省级工程研究中心12家。", ("12家", "新增平台数", "省级工程研究中心", "2024年")),
        ("2024年，研发投入强度为3.3%。", ("3.3%", "研发投入强度", None, "2024年")),
        ("已培育瞪羚企业300余家。", ("300余家", None, "瞪羚企业", None)),
        ("截至2024年底，拥有2.1万家科技型中小企业。", ("2.1万家", None, "科技型中小企业", "2024年底")),
        ("生物医药产业规模突破4000亿元。", ("4000亿元", "产业规模", "生物医药产业", None)),
    ],
)
def test_figures_know_what_they_measure(text: str, expected: tuple[str | None, ...]) -> None:
    (found,) = find_figures(f"标题\n{text}")
    for value, wanted in zip(found, expected, strict=True):
        assert wanted is None or value == wanted


def test_a_figure_without_a_name_is_of_what_its_sentence_is_about() -> None:
    found = find_figures("标题\n“紫金”行动投入资金5亿元，覆盖率80%。")
    assert {about for _, _, about, _ in found} == {"“紫金”行动"}


def test_what_is_counted_becomes_a_kind() -> None:
    assert ("Category", "揭榜课题") in find_mentions("标题\n全省发布揭榜课题23个。")


def test_a_growth_is_of_what_was_measured_before() -> None:
    figures = find_figures("标题\n2024年，全省技术合同成交额达4600亿元，增长8.2%。")
    assert figures[1][:2] == ("8.2%", "技术合同成交额增速")


@pytest.mark.parametrize(
    "text", ["第20250221号建议。", "“61020”行动。", "5G网络。", "十四届人大三次会议。", "2024年3月5日。"]
)
def test_numbers_of_names_and_dates_are_no_figures(text: str) -> None:
    assert not find_figures(f"标题\n{text}")


# --- relations --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我厅实施“登峰”工程。", ("我厅", "implements", "“登峰”工程")),
        ("我省支持低空经济、集成电路发展。", ("我省", "supports", "集成电路")),
        ("全省大力培育瞪羚企业。", ("全省", "develops", "瞪羚企业")),
        ("我省设立紫金科创母基金。", ("我省", "establishes", "紫金科创母基金")),
        ("“登峰”工程由省科技厅组织实施。", ("省科技厅", "implements", "“登峰”工程")),
        ("我省围绕集成电路，实施“登峰”工程。", ("“登峰”工程", "targets", "集成电路")),
        ("南京市与苏州市协同创新。", ("南京市", "cooperatesWith", "苏州市")),
        ("全省举办创新创业大赛。", ("全省", "organises", "创新创业大赛")),
        ("建立“研发—中试—转化”全链条服务体系。", ("研发", "precedes", "中试")),
        ("省教育厅印发《教师发展规划》。", ("《教师发展规划》", "issuedBy", "省教育厅")),
    ],
)
def test_relations_follow_from_the_words(text: str, expected: tuple[str, str, str]) -> None:
    assert expected in find_relations(f"标题\n{text}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("依托南京大学建设紫金实验室。", ("紫金实验室", "hostedBy", "南京大学")),
        ("紫金科创联盟由南京大学、东南大学等单位组成。", ("东南大学", "memberOf", "紫金科创联盟")),
        ("科创母基金下设天使子基金。", ("天使子基金", "partOf", "科创母基金")),
        ("江宁区聚焦智能电网产业。", ("江宁区", "specialisesIn", "智能电网产业")),
        ("省科技厅牵头，省财政厅配合实施。", ("省科技厅", "cooperatesWith", "省财政厅")),
        ("省科技厅落实《江苏省科技创新规划》。", ("省科技厅", "implements", "《江苏省科技创新规划》")),
        ("省科技厅印发《江苏省科技创新规划》。", ("《江苏省科技创新规划》", "issuedBy", "省科技厅")),
        ("设立紫金发展基金，重点投向人工智能产业。", ("紫金发展基金", "targets", "人工智能产业")),
        ("激光、光化学等中试平台加快布局。", ("中试平台", "specialisesIn", "激光")),
        ("我省支持南京大学组建紫金实验室。", ("我省", "supports", "紫金实验室")),
        ("南京市、苏州市共同推进创新。", ("南京市", "cooperatesWith", "苏州市")),
        ("省科技厅会同省财政厅实施“登峰”工程。", ("省财政厅", "implements", "“登峰”工程")),
        ("省科技厅、省财政厅实施“登峰”工程。", ("省财政厅", "implements", "“登峰”工程")),
    ],
)
def test_sentence_patterns_say_relations(text: str, expected: tuple[str, str, str]) -> None:
    assert expected in find_relations(f"标题\n{text}")


def test_a_university_acts_in_its_own_sentence_only() -> None:
    found = find_relations("标题\n全省实施“登峰”工程。南京大学牵头组建紫金实验室。推广“苏科贷”。")
    assert ("全省", "implements", "“苏科贷”") in found
    assert not any(subject == "南京大学" and target == "“苏科贷”" for subject, _, target in found)


def test_the_subject_is_carried_to_clauses_without_one() -> None:
    found = find_relations("标题\n我厅牵头实施“登峰”工程，组建太湖实验室。\n二是设立紫金科创母基金。")
    assert ("我厅", "establishes", "太湖实验室") in found
    assert ("我厅", "establishes", "紫金科创母基金") in found


def test_every_relation_is_one_the_ontology_accepts() -> None:
    vocabulary = read_lexicon().vocabulary
    for path in find_folder("corpus/hubei").glob("*.txt"):
        found = annotate(to_document(path.read_text(encoding="utf-8")), read_lexicon()).annotations
        classes = {one.id: one.cls for one in found.mentions}
        for one in found.relations:
            assert vocabulary.accepts(one.property, classes[one.subject], classes[one.object])


# --- any text ---------------------------------------------------------------------------------------------------------

_WORDS = st.sampled_from(
    [
        *("我省", "省科技厅", "“登峰”工程", "基金", "实验室", "低空经济", "高新技术企业", "等平台", "下一步"),
        *("实施", "支持", "设立", "增长", "会同", "3万家", "12.5%", "2024年", "亿元", "全国第一", "规模", "占比"),
        *(
            "“",
            "”",
            "《",
            "》",
            "、",
            "，",
            "。",
            "；",
            "\n",
            "\n一、",
            "（",
            "）",
            "—",
            "和",
            "的",
            "由",
            "将",
            "第",
            "与",
            "近",
            "超",
        ),
        *("𠮷", "👨‍👩‍👧", "é", "１２"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_WORDS, max_size=60).map("".join))
def test_of_any_text_what_is_proposed_can_be_read_back(words: str) -> None:
    text = f"标题\n{words}"
    document = to_document(text)
    proposals = annotate(document, read_lexicon())
    assert proposals == annotate(document, read_lexicon())
    content = to_noted_brat(proposals)
    assert is_machine_made(content)
    annotations, rejections = parse_brat(content, text, "a.ann", to_labels(read_lexicon().vocabulary))
    assert not rejections
    assert len(annotations.mentions) == len(proposals.annotations.mentions)
    assert len(annotations.relations) == len(proposals.annotations.relations)
    for one in annotations.mentions:
        assert text[one.span.begin : one.span.end] == one.surface


def test_a_text_of_one_endless_paragraph_takes_time_in_proportion() -> None:
    sentence = "我省实施“登峰”工程，设立紫金科创母基金，支持低空经济发展，2024年高新技术企业总数达5.7万家。"
    found = annotate(to_document("标题\n" + sentence * 400), read_lexicon()).annotations
    assert len(found.figures) == 400


# --- the command ------------------------------------------------------------------------------------------------------

TEXT = """\
江苏省科学技术厅2024年工作总结
2024年，我省设立紫金科创母基金，高新技术企业总数达5.7万家。
江苏省科学技术厅
2025年1月10日
"""


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["annotate", *arguments])
    assert not result.exception or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_what_is_annotated_can_be_built(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    code, said = run(str(tmp_path))
    assert code == 0, said
    assert "build --corpus" in said
    build = build_corpus(tmp_path, find_folder("ontology"), DEFAULT_BASE)
    assert not build.report.rejections
    assert build.report.unaccounted == 0


def test_the_metadata_are_guessed_from_the_text(tmp_path: Path) -> None:
    assert guess_metadata(TEXT, read_lexicon()) == {
        "title": "江苏省科学技术厅2024年工作总结",
        "kind": "Report",
        "issuer": "江苏省科学技术厅",
        "date": date(2025, 1, 10),
    }
    given_by_user = 'title = "别的"\n'
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "a.toml").write_text(given_by_user, encoding="utf-8")
    run(str(tmp_path / "a.txt"))
    assert (tmp_path / "a.toml").read_text(encoding="utf-8") == given_by_user


def test_a_persons_work_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    run(str(tmp_path))
    made = (tmp_path / "a.ann").read_text(encoding="utf-8")
    assert run(str(tmp_path), "--strict")[0] == 0
    for changed in (
        made + "T999\tFund 0 2\t江苏\n",
        made.replace("FundOfFunds", "Fund"),
        "A1\tStatus R1 planned\n" + made,
    ):
        assert changed != made
        (tmp_path / "a.ann").write_text(changed, encoding="utf-8")
        code, said = run(str(tmp_path), "--strict")
        assert code == 1
        assert "有人标过" in said
        assert (tmp_path / "a.ann").read_text(encoding="utf-8") == changed
    assert run(str(tmp_path), "--force")[0] == 0
    assert (tmp_path / "a.ann").read_text(encoding="utf-8") == made


def test_less_sure_items_can_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    assert run(str(tmp_path), "--out", str(tmp_path / "all"))[0] == 0
    assert run(str(tmp_path / "a.txt"), "--out", str(tmp_path / "sure"), "--min-confidence", "0.9")[0] == 0
    everything = (tmp_path / "all" / "a.ann").read_text(encoding="utf-8")
    sure = (tmp_path / "sure" / "a.ann").read_text(encoding="utf-8")
    assert 0 < len(sure) < len(everything)
    assert not build_corpus(tmp_path / "sure", find_folder("ontology"), DEFAULT_BASE).report.rejections


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"\xff\xfe", "UTF-8"),
        ("a.txt", b"", "空的"),
        ("a.docx", b"x", "kg import"),
        (None, b"", "没有这个文件"),
    ],
)
def test_bad_input_is_one_line(tmp_path: Path, name: str | None, content: bytes, said: str) -> None:
    path = tmp_path / (name or "none.txt")
    if name:
        path.write_bytes(content)
    code, output = run(str(path), "--strict")
    assert code in {1, 2}
    assert said in output


# --- the resources ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('class = "Loan"', 'class = "Lone"', "Lone"),
        ('"*" = "targets"', '"*" = "aims"', "aims"),
        ('source = "公开名称"', 'source = ""', "source"),
        ("[[names]]", "[[names", "TOML"),
        ("[boundaries]", "[borders]", "boundaries"),
    ],
)
def test_a_fault_in_the_resources_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = (find_folder("ontology") / "annotator.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "annotator.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(OntologyError, match=said):
        read_resources(tmp_path, read_lexicon().vocabulary)


def test_a_word_added_to_the_resources_needs_no_code(tmp_path: Path) -> None:
    text = (find_folder("ontology") / "annotator.toml").read_text(encoding="utf-8")
    entry = '[[names]]\nclass = "Industry"\nsource = "测试"\nwords = ["星际采矿"]\n\n'
    (tmp_path / "annotator.toml").write_text(text.replace("[[names]]", entry + "[[names]]", 1), encoding="utf-8")
    vocabulary = read_lexicon().vocabulary
    lexicon = derive_lexicon(read_resources(tmp_path, vocabulary), vocabulary)
    found = annotate(to_document("标题\n我省支持星际采矿。"), lexicon).annotations
    assert ("Industry", "星际采矿") in {(one.cls, one.surface) for one in found.mentions}
