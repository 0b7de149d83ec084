"""The annotator's rules one by one, each on two sentences of our own or more: what figures measure, what names are."""

from __future__ import annotations

import pytest
from test_annotate import find_figures, find_mentions, find_relations

# --- what figures measure ---------------------------------------------------------------------------------------------


def measure(text: str) -> list[tuple[str | None, ...]]:
    """The figures of a paragraph as (figure, indicator, about)."""
    return [found[:3] for found in find_figures(f"标题\n{text}")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A list with 分别: each figure is of its own name.
        (
            "高新技术企业、科技型中小企业分别达到1.2万家和8万家。",
            [("1.2万家", "高新技术企业总数", "高新技术企业"), ("8万家", "科技型中小企业入库数", "科技型中小企业")],
        ),
        (
            "江宁区、浦口区高新技术企业分别为900家和700家。",
            [("900家", "高新技术企业总数", "高新技术企业"), ("700家", "高新技术企业总数", "高新技术企业")],
        ),
        (
            "光伏、储能领域集群数量分别为3个和2个。",
            [("3个", "分领域集群数", "光伏"), ("2个", "分领域集群数", "储能")],
        ),
        # What a measure word belongs to is found in the sentence.
        (
            "“云山贷”累计放款20亿元，平均利率为3.5%，不良率控制在1%以内。",
            [
                ("20亿元", "贷款发放额", "“云山贷”"),
                ("3.5%", "贷款平均利率", "“云山贷”"),
                ("1%以内", "贷款不良率", "“云山贷”"),
            ],
        ),
        (
            "紫云科创母基金参股子基金12只，总规模超过90亿元。",
            [("12只", "子基金数", "紫云科创母基金"), ("90亿元", "基金规模", "紫云科创母基金")],
        ),
        ("两地发起云海科学仪器创新联盟，成员单位60家。", [("60家", "联盟成员数", "云海科学仪器创新联盟")]),
        # Whose measure it is stands in its label by its class, not by its name.
        ("苏州市生物医药集群产值突破2000亿元。", [("2000亿元", "集群产值", "苏州市生物医药集群")]),
        # A change of a share is told in points, one of a count in things.
        (
            "研发投入强度为2.5%，比2020年提高0.4个百分点。",
            [("2.5%", "研发投入强度", None), ("0.4个百分点", "研发投入强度提高幅度", None)],
        ),
        (
            "高新技术企业总数达5000家，比年初净增600家，占全省比重超过四分之一。",
            [
                ("5000家", "高新技术企业总数", "高新技术企业"),
                ("600家", "高新技术企业净增数", "高新技术企业"),
                ("四分之一", "高新技术企业总数占全省比重", "高新技术企业"),
            ],
        ),
        # A place among others than the country's.
        (
            "科创板上市企业达到18家，总数居中部地区首位。",
            [("18家", None, None), ("首位", "科创板上市企业数中部地区排名", None)],
        ),
        # A part of what was told before.
        (
            "高新技术企业突破1.9万家，其中南京市达到9000家。",
            [("1.9万家", "高新技术企业总数", "高新技术企业"), ("9000家", "高新技术企业总数", "高新技术企业")],
        ),
        # A list shares its verb; what is made is counted by its kind.
        (
            "新建中试基地5个、概念验证中心2个。",
            [("5个", "新增平台数", "中试基地"), ("2个", "新增平台数", "概念验证中心")],
        ),
        ("全年服务中小微企业3400余家。", [("3400余家", "服务企业数", "中小微企业")]),
        (
            "每年支持重点攻关项目40项，单个项目资助500万元。",
            [("40项", "年支持项目数", "重点攻关项目"), ("500万元", "单个项目资助额", "重点攻关项目")],
        ),
        # What follows a figure is counted where nothing stands before it.
        ("省科技厅在28家省属科研单位推行包干制。", [("28家", "省属科研单位数", "省属科研单位")]),
        (
            "“云山贷”为900户科技型中小企业放款30亿元。",
            [("900户", "惠及企业数", "科技型中小企业"), ("30亿元", "贷款发放额", "“云山贷”")],
        ),
        # What stands before 产业规模 is an industry, whatever it is called.
        ("锂电新材产业规模达到600亿元。", [("600亿元", "产业规模", "锂电新材")]),
    ],
)  # fmt: skip
def test_what_figures_measure(text: str, expected: list[tuple[str | None, ...]]) -> None:
    found = measure(text)
    assert [one[0] for one in found] == [one[0] for one in expected]
    for values, wanted in zip(found, expected, strict=True):
        assert all(want is None or value == want for value, want in zip(values, wanted, strict=True)), values


def test_one_stretch_of_text_is_one_indicator() -> None:
    figures = measure("全省技术合同成交额达到4400亿元，居全国第6位。")
    assert [label for _, label, _ in figures] == ["技术合同成交额", "技术合同成交额全国排名"]


def test_what_a_figure_rises_to_is_not_of_the_time_it_rises_from() -> None:
    figures = find_figures("标题\n到2027年，本地配套率由2024年的38%提升至60%。")
    assert [period for *_, period in figures] == ["2024年", "2027年"]


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("升级“云快办”，推广“技改保”。", {("ServicePlatform", "“云快办”"), ("FinancialInstrument", "“技改保”")}),
        ("推行“先使用后付费”和“揭榜挂帅”机制。", {("Mechanism", "“先使用后付费”"), ("Mechanism", "“揭榜挂帅”")}),
        ("建设晋江鞋服集群。", {("Cluster", "晋江鞋服集群"), ("Industry", "鞋服"), ("District", "晋江")}),
        ("园区聚焦智能传感器、科学仪器整机，加快发展。", {("Industry", "智能传感器"), ("Industry", "科学仪器整机")}),
        ("引进储能领域领军人才30名。", {("PeopleGroup", "领军人才"), ("Industry", "储能")}),
        ("依托中南大学、华中科技大学攻关。", {("University", "中南大学"), ("University", "华中科技大学")}),
        ("省委金融办、市民营经济局参加。", {("Agency", "省委金融办"), ("Agency", "市民营经济局")}),
        ("突破水下激光成像技术。", {("Technology", "水下激光成像")}),
        ("建成国家虚拟现实创新中心。", {("EngineeringCentre", "国家虚拟现实创新中心")}),
        ("争创科创金融改革试验区。", {("ZoneCategory", "科创金融改革试验区")}),
        ("实施“云山菁英”培养计划。", {("Programme", "“云山菁英”培养计划")}),
    ],
)
def test_names_by_rule(text: str, expected: set[tuple[str, str]]) -> None:
    assert expected <= find_mentions(f"标题\n{text}")


@pytest.mark.parametrize(
    ("text", "spurious"),
    [
        ("即墨区高新技术企业增多。", "即墨区高新技术企业"),
        ("感谢您对工业和信息化工作的支持。", "化工"),
        ("光伏、储能领域集群数量增加。", "储能领域集群"),
        ("累计服务用户3000家。", "服务用户"),
    ],
)
def test_what_is_no_name(text: str, spurious: str) -> None:
    assert spurious not in {surface for _, surface in find_mentions(f"标题\n{text}")}


def test_what_announces_a_topic_names_nothing_yet() -> None:
    found = find_mentions("标题\n一是科技企业快速成长。全省新增瞪羚企业3家。")
    assert ("EnterpriseCategory", "科技企业") not in found
    assert ("EnterpriseCategory", "瞪羚企业") in found


def test_a_short_form_stands_for_the_name_that_it_was_defined_for() -> None:
    found = find_mentions("标题\n开展“云山”科技攻关专项（以下简称“攻关专项”）。\n攻关专项面向储能。")
    assert ("Programme", "攻关专项") in found


# --- relations --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # What the first of partners does the others do.
        (
            "市科委会同市经济信息化委、市财政局实施“云山”计划。",
            {("市经济信息化委", "implements", "“云山”计划"), ("市财政局", "implements", "“云山”计划")},
        ),
        # 分别 gives each its own.
        (
            "江宁区、浦口区分别聚焦储能、光伏。",
            {("江宁区", "specialisesIn", "储能"), ("浦口区", "specialisesIn", "光伏")},
        ),
        # Who is helped does what the sentence goes on with.
        (
            "推动南京高新区、苏州高新区聚焦储能打造产业集群。",
            {("南京高新区", "specialisesIn", "储能"), ("苏州高新区", "specialisesIn", "储能")},
        ),
        # A paragraph that a programme heads says who carries it out.
        (
            "（一）实施“云山”行动。省科技厅聚焦储能开展攻关。",
            {("省科技厅", "implements", "“云山”行动"), ("“云山”行动", "targets", "储能")},
        ),
        ("首届云山论坛期间，省科技厅与市科技局签约。", {("省科技厅", "participatesIn", "首届云山论坛")}),
        (
            "云海集团所属的华为、中兴通讯发展良好。",
            {("华为", "partOf", "云海集团"), ("中兴通讯", "partOf", "云海集团")},
        ),
    ],
)  # fmt: skip
def test_relations_by_rule(text: str, expected: set[tuple[str, str, str]]) -> None:
    assert expected <= find_relations(f"标题\n{text}")


def test_who_hosts_a_platform_is_not_said_to_set_it_up() -> None:
    found = find_relations("标题\n依托南京大学组建紫云实验室。")
    assert ("紫云实验室", "hostedBy", "南京大学") in found
    assert ("南京大学", "establishes", "紫云实验室") not in found


def test_others_than_the_one_helped_are_not_helped() -> None:
    found = find_relations("标题\n我省支持紫云实验室联合南京大学攻关。")
    assert ("我省", "supports", "紫云实验室") in found
    assert ("我省", "supports", "南京大学") not in found


def test_the_first_who_acts_in_a_section_goes_on_acting() -> None:
    text = "标题\n一、下一步\n我厅将做好以下工作。\n一是设立紫云科创母基金。省财政厅制定办法。\n二是推广“云山贷”。"
    assert ("我厅", "implements", "“云山贷”") in find_relations(text)
