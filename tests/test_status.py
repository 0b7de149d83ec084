"""The reading rules on single sentences: what they make of a relation ([a] to [b], in either order) and of a number."""

from __future__ import annotations

import re
from datetime import date

import pytest

from kg.locations import find_folder
from kg.model import Annotations, Document, Figure, Interval, Mention, Relation, Span
from kg.observations import derive_figure_period, derive_figure_status
from kg.ontology import Vocabulary, read_vocabulary
from kg.passages import derive_paragraphs, derive_sections
from kg.periods import parse_period
from kg.statements import derive_relation_status
from kg.wording import Wording, to_wording

DAY = date(2025, 3, 8)
CLASSES = {"a": "Agency", "b": "Programme", "p": "Period"}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return read_vocabulary(find_folder("ontology"))


def read(marked: str, vocabulary: Vocabulary, kind: str = "Report") -> tuple[Wording, dict[str, Span]]:
    """The wording of a text with `{a|…}` marks, and the spans they mark: a and b are names, p a time, f a number."""
    text, spans = "", {}
    for part in re.split(r"(\{\w\|[^}]*\})", marked):
        if found := re.fullmatch(r"\{(\w)\|([^}]*)\}", part):
            spans[found[1]] = Span(len(text), len(text) + len(found[2]))
            text += found[2]
        else:
            text += part
    document = Document(
        "a.txt", "示例", text, kind, date=DAY,
        sections=derive_sections(text, vocabulary.heading_cues), paragraphs=derive_paragraphs(text),
    )  # fmt: skip
    mentions = [
        Mention(name, CLASSES[name], span, text[span.begin : span.end], (1,))
        for name, span in spans.items()
        if name in CLASSES
    ]
    figures = [Figure("f", spans["f"], text[spans["f"].begin : spans["f"].end], (1,))] if "f" in spans else []
    annotations = Annotations("a.ann", mentions=tuple(mentions), figures=tuple(figures))
    return to_wording(document, annotations, _read_periods(mentions), vocabulary), spans


def _read_periods(mentions: list[Mention]) -> dict[str, Interval]:
    periods = {}
    for mention in mentions:
        if mention.cls == "Period":
            try:
                periods[mention.id] = parse_period(mention.surface, reference=DAY)
            except ValueError:
                continue
    return periods


def relation_status(marked: str, vocabulary: Vocabulary, kind: str = "Report") -> str:
    wording, spans = read(marked, vocabulary, kind)
    return derive_relation_status(wording, Relation("R", "implements", "a", "b", (1,)), spans["a"], spans["b"])


def figure_status(marked: str, vocabulary: Vocabulary, kind: str = "Report") -> str:
    wording, _ = read(marked, vocabulary, kind)
    figure = wording.annotations.figures[0]
    return derive_figure_status(wording, figure, derive_figure_period(wording, figure))


A, B = "{a|省科技厅}", "{b|尖刀工程}"


@pytest.mark.parametrize(
    ("marked", "status"),
    [
        (f"{A}实施{B}。", "ongoing"),
        (f"{A}组建{B}。", "achieved"),
        (f"{A}将实施{B}。", "planned"),
        # The object before its subject: the whole clause counts.
        (f"{B}由{A}实施。", "ongoing"),
        (f"{B}将由{A}实施。", "planned"),
        (f"{B}拟由{A}实施。", "planned"),
        (f"{B}已由{A}建成。", "achieved"),
        (f"{B}力争由{A}、省财政厅共同实施，这很重要。", "planned"),
        (f"{A}对{B}将加大支持。", "planned"),
        (f"{A}提出设立{B}的设想。", "planned"),
        (f"设立{B}是{A}的目标。", "planned"),
        # What follows in another clause says nothing of it.
        (f"{A}实施{B}，将取得突破。", "ongoing"),
        (f"{A}实施{B}；将取得突破。", "ongoing"),
        # Words that plan.
        (f"{A}建议设立{B}。", "planned"),
        (f"{A}拟深入推进{B}。", "planned"),
        (f"{A}拟与深创投集团合作组建{B}。", "planned"),
        (f"{A}要实施{B}。", "planned"),
        (f"{A}今年要加快设立{B}。", "planned"),
        (f"{A}应当设立{B}。", "planned"),
        (f"{A}应建设{B}。", "planned"),
        (f"{A}须建立{B}。", "planned"),
        (f"{A}研究设立{B}。", "planned"),
        (f"{A}亟需建立{B}。", "planned"),
        (f"{A}能否设立{B}？", "planned"),
        (f"如果{A}设立{B}，将带动投资。", "planned"),
        (f"{A}探索设立{B}。", "planned"),
        # Words that go on.
        (f"{A}正在组建{B}。", "ongoing"),
        (f"{A}正在积极组建{B}。", "ongoing"),
        (f"{A}加快组建{B}。", "ongoing"),
        # Words that hold such a word and are none.
        (f"{A}应用模拟平台的主要成果组建{B}。", "achieved"),
        (f"{A}响应需要组建{B}。", "achieved"),
        (f"{A}根据年度计划实施{B}。", "ongoing"),
        (f"{A}已将{B}纳入支持范围。", "achieved"),
        (f"{A}按照第12号建议组建{B}。", "achieved"),
        # What is done is out of the reach of an earlier clause's plan.
        (f"{A}编制计划，已启动{B}。", "achieved"),
        (f"{A}正在谋划，并已实施{B}。", "ongoing"),
        (f"我省希望企业多投入，{A}已启动{B}。", "achieved"),
        (f"{A}将完善平台，推广已建成的{B}。", "planned"),
        (f"{A}将完善平台，依托已有平台组建{B}。", "planned"),
        (f"{A}将整合资源，用好现有平台，组建{B}。", "planned"),
        (f"{A}将加大投入，力度超过去年，组建{B}。", "planned"),
        (f"{A}支持即将上市的{B}。", "ongoing"),
        # What a clause only gives as a reason or a topic.
        (f"针对企业希望降低成本的诉求，{A}组建{B}。", "achieved"),
        (f"为争创国家实验室，{A}支持{B}。", "ongoing"),
        (f"关于建议设立基金的问题，{A}组建{B}。", "achieved"),
        (f"根据工作安排，{A}将组建{B}。", "planned"),
        # Subject and object in two clauses.
        (f"{B}是重点，将由{A}实施。", "planned"),
        (f"实施{B}，成效明显，{A}将加大投入。", "ongoing"),
        (f"{A}围绕{B}的目标推进改革。", "ongoing"),
        # A time to come.
        (f"到2027年，{A}实施{B}。", "planned"),
        (f"{{p|“十五五”}}期间，{A}实施{B}。", "planned"),
        (f"{{p|2024年}}，{A}组建{B}。", "achieved"),
        (f"2025—2027年，{A}实施{B}。", "ongoing"),
        (f"围绕{{p|“十五五”}}，{A}实施{B}。", "ongoing"),
        (f"面向2035年，{A}实施{B}。", "ongoing"),
        (f"{A}对标2030年建设{B}。", "ongoing"),
        # What is denied.
        (f"{A}未实施{B}。", "denied"),
        (f"{A}没有实施{B}。", "denied"),
        (f"{A}停止实施{B}。", "denied"),
        (f"{A}不再实施{B}。", "denied"),
        (f"{A}尚未启动{B}。", "denied"),
        (f"{A}暂不考虑设立{B}。", "denied"),
        (f"{A}对{B}不予支持。", "denied"),
        (f"{B}未由{A}实施。", "denied"),
        (f"{A}将不再实施{B}。", "denied"),
        (f"下一步，{A}不支持{B}。", "denied"),
        # What is not.
        (f"{A}未停止实施{B}。", "ongoing"),
        (f"{A}不断完善{B}。", "ongoing"),
        (f"{A}面向未来实施{B}。", "ongoing"),
        (f"{A}没有停步，实施{B}。", "ongoing"),
        (f"{A}为没有抵押物的企业实施{B}。", "ongoing"),
        (f"{A}支持没有抵押物的{B}。", "ongoing"),
        (f"{A}投向{B}的比例不得低于80%。", "ongoing"),
        (f"{A}投向{B}的资金将增加。", "ongoing"),
    ],
)  # fmt: skip
def test_the_words_of_a_relation(marked: str, status: str, vocabulary: Vocabulary) -> None:
    assert relation_status(marked, vocabulary) == status


N = "{f|3万家}"


@pytest.mark.parametrize(
    ("marked", "status"),
    [
        (f"总数达到{N}。", "achieved"),
        (f"总数将近{N}。", "achieved"),
        (f"将近{N}总数。", "achieved"),
        (f"力争达4万家，目前已达{N}。", "achieved"),
        (f"力争{{p|2027年}}达4万家，目前已达{N}。", "achieved"),
        (f"原计划2万家，实际{N}。", "achieved"),
        (f"原计划{N}，实际2万家。", "planned"),
        (f"计划总投资100亿元，已完成{N}。", "achieved"),
        (f"计划总投资100亿元，已完成投资30亿元，其中研发{N}。", "achieved"),
        (f"总数拟达{N}。", "planned"),
        (f"总数要达到{N}。", "planned"),
        (f"总数确保达到{N}。", "planned"),
        (f"总数目标为{N}。", "planned"),
        (f"总数的目标是{N}。", "planned"),
        (f"提出达到{N}的目标。", "planned"),
        (f"已实现{N}的目标。", "achieved"),
        (f"完成了{N}的目标。", "achieved"),
        (f"总数到2027年达到{N}。", "planned"),
        (f"{{p|到2027年}}，总数达到{N}。", "planned"),
        (f"总数目标{{p|2030年}}{N}。", "planned"),
        (f"{{p|2026年}}总数达到{N}的目标。", "planned"),
        (f"{{p|2024年}}，总数达到{N}。", "achieved"),
        (f"{{p|2025年}}，总数达到{N}。", "achieved"),
        (f"到2030年力争翻番。总数{N}。", "achieved"),
        (f"未新增{N}。", "denied"),
        (f"尚未实现{N}。", "denied"),
        # A bound, and what was done away with, are numbers all the same.
        (f"总数尚未达到{N}。", "achieved"),
        (f"总数未超过{N}。", "achieved"),
        (f"取消{N}。", "achieved"),
        (f"尚未建成的平台{N}。", "achieved"),
        # A term in force is going on, unless its clause says that it was carried out.
        (f"对企业给予最高{N}奖励。", "ongoing"),
        (f"单户额度最高{N}。", "ongoing"),
        (f"已给予企业补助{N}。", "achieved"),
        (f"将对企业给予最高{N}奖励。", "planned"),
    ],
)
def test_the_words_of_a_number(marked: str, status: str, vocabulary: Vocabulary) -> None:
    assert figure_status(marked, vocabulary) == status


@pytest.mark.parametrize(
    "before",
    [
        "　　下一步，", "  下一步，", "我厅下一步，", "对此，下一步", "针对下一步，", "二是下一步，",
        "下阶段，", "接下来，", "今后，", "一、下一步工作\n", "一、下一步工作安排。\n",
        "第二章 下一步工作\n", "第二部分 下一步工作\n", "## 下一步工作\n", "【下一步工作】\n",
        "二．下一步工作\n", "2.1 下一步工作\n", "①下一步工作\n", "三、今后工作计划\n", "三、发展目标\n",
        "下一步工作安排\n", "下一步：\n", "一、下一步工作\n（一）加强\n1.重点\n",
        "下一步，抓好以下工作：\n（一）平台\n", "【下一步工作】\n一、平台\n",
        "下一步将抓好三项工作：\n　　一是抓投入。",
    ],
)  # fmt: skip
def test_all_under_next_step_is_planned(before: str, vocabulary: Vocabulary) -> None:
    assert relation_status(f"{before}{A}实施{B}。", vocabulary) == "planned"


@pytest.mark.parametrize(
    "before",
    [
        "为做好下一步工作打下基础。", "三是为下一步打下基础。", "需要在今后工作中加以解决。",
        "会议部署下一步工作，", "下一步是关键。\n一、进展\n", "一、下一步工作\n二、已有进展\n",
        "下一步，抓好以下工作：\n（一）平台\n三、进展\n", "一、工作总结和下一步打算\n（一）总结\n",
        "【下一步】\n开会。\n【进展】\n", "按照工作思路，", "2.1万家企业\n",
    ],
)  # fmt: skip
def test_what_is_not_under_next_step_is_not(before: str, vocabulary: Vocabulary) -> None:
    assert relation_status(f"{before}{A}实施{B}。", vocabulary) == "ongoing"


@pytest.mark.parametrize(
    ("marked", "status"),
    [
        (f"{A}实施{B}。", "planned"),
        (f"一、重点任务\n{A}组建{B}。", "planned"),
        (f"{A}已组建{B}。", "achieved"),
        (f"近年来，{A}组建{B}。", "achieved"),
        (f"{{p|2024年}}，{A}组建{B}。", "achieved"),
        (f"{A}组建了{B}。", "achieved"),
        (f"一、发展基础\n{A}组建{B}。", "achieved"),
        (f"{A}推广已建成的{B}。", "planned"),
        (f"{A}按实际支出额支持{B}。", "planned"),
        (f"{A}停止实施{B}。", "denied"),
    ],
)
def test_a_plan_sets_out_what_is_planned(marked: str, status: str, vocabulary: Vocabulary) -> None:
    assert relation_status(marked, vocabulary, "Plan") == status


@pytest.mark.parametrize(
    ("marked", "status"),
    [
        (f"总数达到{N}。", "planned"),
        (f"{{p|2025年}}总数达到{N}。", "planned"),
        (f"{{p|2024年}}总数达到{N}。", "achieved"),
        (f"目前总数达到{N}。", "achieved"),
        (f"一、发展现状\n总数达到{N}。", "achieved"),
    ],
)
def test_a_plans_numbers_are_planned(marked: str, status: str, vocabulary: Vocabulary) -> None:
    assert figure_status(marked, vocabulary, "Plan") == status


@pytest.mark.parametrize(
    ("marked", "label"),
    [
        (f"{{p|2024年}}，总数{N}。", "2024年"),
        (f"{{p|2024年}}达标。总数{N}。", "2024年"),
        (f"{{p|到2030年}}力争翻番。总数{N}。", None),
        (f"{{p|到2030年}}力争翻番，总数{N}。", "2030年底"),
        (f"力争{{p|2027年}}达4万家，目前已达{N}。", None),
        (f"比{{p|2020年}}的1万家增长{N}。", None),
        (f"较{{p|2020年}}增长{N}。", None),
        (f"{{p|那一年}}总数{N}。", None),
    ],
)
def test_the_period_that_stands_before_a_number(marked: str, label: str | None, vocabulary: Vocabulary) -> None:
    wording, _ = read(marked, vocabulary)
    period = derive_figure_period(wording, wording.annotations.figures[0])
    assert (period.label if period else None) == label


def test_what_the_annotator_says_stands(vocabulary: Vocabulary) -> None:
    wording, spans = read(f"{A}停止实施{B}。", vocabulary)
    relation = Relation("R", "implements", "a", "b", (1,), status="achieved")
    assert derive_relation_status(wording, relation, spans["a"], spans["b"]) == "achieved"


def test_a_long_text_without_full_stops_is_read_near_its_place(vocabulary: Vocabulary) -> None:
    assert relation_status(f"将来{'甲乙丙丁' * 200}，{A}组建{B}", vocabulary) == "achieved"
