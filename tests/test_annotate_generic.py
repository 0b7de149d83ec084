"""Rules of the annotator that hold for any text: offices, who is responsible, counted kinds, names at length, aims."""

from __future__ import annotations

import pytest
from test_annotate import find_figures, find_mentions, find_relations


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The part of an agency that stands right after it, and those that a list of tasks names.
        ("工业和信息化部办公厅发布通知。", ("Agency", "工业和信息化部办公厅")),
        ("责任单位：运行监测司、材料工业一司；配合单位：节能司。", ("Agency", "材料工业一司")),
        ("责任单位：运行监测司、材料工业一司；配合单位：节能司。", ("Agency", "节能司")),
        # So many of them are a kind; the one is a thing.
        ("到2027年建成腐蚀服务平台30个。", ("PlatformCategory", "腐蚀服务平台")),
        ("建成腐蚀服务平台，惠及船舶企业。", ("ServicePlatform", "腐蚀服务平台")),
        # 与 inside an institute's name, and between two that cooperate.
        ("中国科学院江城材料技术与工程研究所研制了样机。", ("ResearchInstitute", "中国科学院江城材料技术与工程研究所")),
        # The kind, of an industry.
        ("我市稀土永磁产业规上企业达到86家。", ("EnterpriseCategory", "规上企业")),
        ("开展产业计量服务能力提升专项行动。", ("Programme", "产业计量服务能力提升专项行动")),
    ],
)
def test_a_name_is_found_by_its_form(text: str, expected: tuple[str, str]) -> None:
    assert expected in find_mentions(f"标题\n{text}")


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("围绕产业技术基础建设开展调研。", "产业技术"),
        ("1.腐蚀试验平台运行良好，服务能力增强。", "1.腐蚀试验平台"),
    ],
)
def test_a_part_of_a_longer_word_is_no_name(text: str, absent: str) -> None:
    assert absent not in {surface for _, surface in find_mentions(f"标题\n{text}")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“云山贷”上线，对科技型中小企业给予利率优惠。", ("“云山贷”", "targets", "科技型中小企业")),
        ("星海新材料基金由江城银行出资。", ("江城银行", "supports", "星海新材料基金")),
        ("面向集成电路、工业母机等行业的云山试验平台投入运行。", ("云山试验平台", "specialisesIn", "集成电路")),
    ],
)
def test_a_pattern_says_a_relation(text: str, expected: tuple[str, str, str]) -> None:
    assert expected in {found[:3] for found in find_relations(f"标题\n{text}")}


def test_who_helps_a_region_does_not_help_its_industry() -> None:
    found = {one[:3] for one in find_relations("标题\n我省支持武汉、襄阳聚焦集成电路、新能源汽车打造集群。")}
    assert ("我省", "supports", "集成电路") not in found


def test_what_is_vague_stands_outside_a_figure() -> None:
    assert [one[0] for one in find_figures("标题\n研发投入强度达到2.9%左右。")] == ["2.9%"]
