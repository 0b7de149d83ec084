"""`kg ask`: how often it is right on questions put otherwise than the samples, what fills parameters, what it says."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.asking import Matcher, answer_question, describe_abstention
from kg.asking.judging import Judge, measure_asking, read_questions
from kg.asking.values import find_quoted, find_times, to_class_names, to_digits
from kg.asking.wording import fold, iterate_slots, read_words, to_features
from kg.cli import main
from kg.errors import QueryError
from kg.locations import find_folder
from kg.queries import Query, parse_query, read_queries, run_select, to_union
from kg.search import Index, derive_index, read_entries, read_kinds
from kg.store import read_dataset

QUERIES = read_queries(find_folder("queries"))
PARAPHRASES = read_questions(Path(__file__).with_name("asking_paraphrases.toml"))
TODAY = date(2025, 9, 1)

each_query = pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)


@pytest.fixture(scope="module")
def graph(turtle: Path) -> Path:
    return turtle.with_name("graph.nq")


@pytest.fixture(scope="module")
def index(graph: Path) -> Index:
    dataset = read_dataset(graph)
    return derive_index(read_entries(dataset), read_kinds(dataset))


@pytest.fixture(scope="module")
def matcher(index: Index) -> Matcher:
    return Matcher(QUERIES, index, TODAY)


# --- the samples ------------------------------------------------------------------------------------------------------


@each_query
def test_every_query_has_samples(query: Query) -> None:
    assert len(query.samples) >= 4
    assert any(sample.isascii() or "{" in sample for sample in query.samples)
    assert any(
        not fold(sample.replace("{", "").replace("}", "")).strip("abcdefghijklmnopqrstuvwxyz ")
        for sample in query.samples
    )
    assert len(set(query.samples)) == len(query.samples)


@each_query
def test_every_parameter_has_a_sample(query: Query) -> None:
    named = {name for sample in query.samples for name in iterate_slots(sample)}
    assert named == {one.name for one in query.parameters}


@each_query
def test_a_query_knows_its_own_samples(query: Query, matcher: Matcher, index: Index) -> None:
    judge = Judge(QUERIES, index)
    expected = {"query": query.name, "parameters": {}}
    wrong = []
    for sample in query.samples:
        text = _fill(query, sample)
        chosen = matcher.read(text).chosen
        if chosen is None or not judge.is_right(chosen, expected):
            wrong.append(text)
    assert len(wrong) <= 0.15 * len(query.samples), wrong


def _fill(query: Query, sample: str) -> str:
    """A sample with the defaults in its slots; a person names a thing, not its IRI."""
    for one in query.parameters:
        sample = sample.replace(f"{{{one.name}}}", "尖刀工程" if one.type == "iri" else one.default)
    return sample


def test_no_two_queries_share_a_sample() -> None:
    samples = [sample for query in QUERIES for sample in query.samples]
    assert len({fold(sample) for sample in samples}) == len(samples)


def test_a_sample_with_an_unknown_slot_is_refused() -> None:
    text = QUERIES[0].text.replace("#+ samples:\n", "#+ samples:\n#+   - 这里有{nothing}吗\n", 1)
    with pytest.raises(QueryError, match="nothing"):
        parse_query("about-iri", text, "about-iri.rq")
    with pytest.raises(QueryError, match="samples"):
        parse_query("about-iri", text.replace("这里有{nothing}吗", "{iri}"), "about-iri.rq")


# --- how often it is right --------------------------------------------------------------------------------------------


def test_paraphrases_are_answered_rightly(matcher: Matcher, index: Index) -> None:
    assert len(PARAPHRASES) >= 100
    score = measure_asking(PARAPHRASES, matcher, Judge(QUERIES, index))
    assert score.precision >= 0.92, score
    assert score.abstention <= 0.10, score
    assert score.refusal >= 0.90, score


def test_no_paraphrase_is_a_sample() -> None:
    queries = {query.name: query for query in QUERIES}
    told = set()
    for one in PARAPHRASES:
        for sample in queries[one["query"]].samples if one["query"] else ():
            text = sample
            for name, value in one["parameters"].items():
                text = text.replace(f"{{{name}}}", value)
            told.add((fold(text), one["query"]))
    assert not [one["text"] for one in PARAPHRASES if (fold(one["text"]), one["query"]) in told]


def test_a_quarter_of_the_samples_is_told_from_the_others(index: Index) -> None:
    # Cross-checked: whoever puts a question otherwise than any sample is still understood.
    kept = [replace(query, samples=tuple(one for at, one in enumerate(query.samples) if at % 4)) for query in QUERIES]
    matcher = Matcher(kept, index, TODAY)
    asked = [(query.name, _fill(query, one)) for query in QUERIES for one in query.samples[::4]]
    chosen = [(name, matcher.read(text).chosen) for name, text in asked]
    answered = [(name, one.query.name) for name, one in chosen if one is not None]
    assert sum(name == other for name, other in answered) >= 0.83 * len(answered)
    assert len(answered) >= 0.7 * len(asked)


def test_every_query_is_among_the_paraphrases() -> None:
    assert {one["query"] for one in PARAPHRASES} == {"", *(query.name for query in QUERIES)}


# --- what fills a parameter -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "name", "values"),
    [
        ("哪些基金支持低空产业？", "money-behind-industry", {"industry": "低空经济"}),
        ("科技厅实施了什么计划？", "programmes-of-agency", {"agency": "湖北省科学技术厅"}),
        ("光谷走廊将来有什么规划？", "planned-for-region", {"region": "光谷科创大走廊"}),
        ("“尖刀”工程由谁负责？", "who-implements", {"programme": "尖刀工程"}),
        ("二〇二二年有哪些数字？", "figures-of-year", {"year": "2022"}),
        ("去年有哪些数字？", "figures-of-year", {"year": "2024"}),
        ("22年的数据有哪些？", "figures-of-year", {"year": "2022"}),
        ("2025年3月以来提出了哪些计划？", "promises-since", {"since": "2025-03-01"}),
        ("至少有25条陈述的实体有哪些？", "most-connected", {"minimum": "25"}),
        ("联系最多的事物是什么？", "most-connected", {}),
        ("哪些机制还在计划中？", "mechanisms-by-status", {"status": "计划中"}),
        ("有哪些母基金？", "entities-by-class", {"class": "母基金"}),
        ("List every fund of funds", "entities-by-class", {"class": "母基金"}),
        ("名称里带“高新”的有哪些？", "find-by-words", {"words": "高新"}),
        (
            "id:programme/尖刀工程 是什么？",
            "about-iri",
            {"iri": "id:programme/尖刀工程"},
        ),
        (
            "2023年和2021年的高企简报有什么变化？",
            "changes-between-documents",
            {
                "earlier": "湖北省高新技术企业发展情况简报（2021年）",
                "later": "湖北省高新技术企业发展情况简报（2023年）",
            },
        ),
        ("尖刀工程和低空经济之间有什么联系？", "paths-between", {"from": "尖刀工程", "to": "低空经济"}),
    ],
)
def test_parameters_are_filled(matcher: Matcher, question: str, name: str, values: dict[str, str]) -> None:
    chosen = matcher.read(question).chosen
    assert chosen is not None
    assert (chosen.query.name, dict(chosen.values)) == (name, values)


@pytest.mark.parametrize("question", ["谁在支持量子计算？", "青岛市下一步做什么？", "哪些基金支持氢能产业？"])
def test_a_name_that_the_graph_lacks_is_said(matcher: Matcher, question: str) -> None:
    reading = matcher.read(question)
    assert reading.chosen is None
    assert reading.unknown
    assert reading.unknown in question
    assert all(reading.unknown in sentence for sentence in describe_abstention(reading))


def test_a_name_near_one_that_the_graph_lacks_is_offered(matcher: Matcher) -> None:
    assert all(isinstance(name, str) for name in matcher.read("谁在实施尖刀计划工程攻关大会战？").suggestions)


@pytest.mark.parametrize("question", ["", "？？？", " ", "\n", "\ue000\ue001", "a" * 3000, "的" * 300, "𠮷\ud800"])
def test_nothing_is_made_of_nothing(matcher: Matcher, question: str) -> None:
    assert matcher.read(question).chosen is None


def test_the_nearest_three_are_of_three_queries(matcher: Matcher) -> None:
    reading = matcher.read("今天武汉的天气和交通怎么样？")
    assert reading.chosen is None
    names = [one.query.name for one in reading.nearest]
    assert len(names) == len(set(names)) <= 3


def test_values_are_terms_whatever_is_said(matcher: Matcher, graph: Path) -> None:
    dataset = to_union(read_dataset(graph))
    hostile = '名称里带“x" } ?a ?b ?c . { "”的有哪些？'
    answer = answer_question(matcher, hostile, lambda text: run_select(text, dataset))
    assert answer.reading.chosen is not None
    assert answer.table is not None
    assert not answer.table.rows
    assert "没有查到" in answer.empty


# --- words ------------------------------------------------------------------------------------------------------------


def test_a_question_is_folded() -> None:
    assert fold("　哪些 基金、支持“低空经济”？") == "哪些基金支持低空经济"
    assert fold("Which  Funds, please?") == "which funds please"
    assert fold("占 2.5% 的 ＡＩ") == "占2.5%的ai"


def test_words_for_one_another_are_alike() -> None:
    assert to_features(fold("谁扶持")) == to_features(fold("谁支持"))
    assert to_features("who supports") == to_features("who backs")


def test_no_word_stands_in_two_groups() -> None:
    words = read_words()
    assert set(words.status) == {"已完成", "进行中", "计划中"}
    assert all(words.status.values())


def test_times_are_read() -> None:
    found = {(one.type, one.value) for one in find_times("2024年3月15日以来", TODAY)}
    assert ("date", "2024-03-15") in found
    assert {one.value for one in find_times("2024年2月30日", TODAY)} == {"2024", "2024-01-01"}
    assert find_times("12024万元", TODAY) == ()
    assert to_digits("二〇二五年") == "2025年"


def test_quotation_marks_are_read() -> None:
    assert find_quoted("“甲”和「乙」、'丙'") == ("甲", "乙", "丙")


def test_a_class_of_several_words_is_known_by_each() -> None:
    names = to_class_names([("工程/技术中心", "Engineering centre")])
    assert names["技术中心"] == names["engineering centre"] == "工程/技术中心"


# --- the command ------------------------------------------------------------------------------------------------------


def run(graph: Path, *arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["ask", *arguments, "--graph", str(graph)])
    return result.exit_code, result.stdout, result.stderr


def test_the_command_says_what_it_chose_and_why(graph: Path) -> None:
    code, out, _ = run(graph, "哪些基金支持低空经济？")
    assert code == 0
    assert "money-behind-industry" in out
    assert "kg query run money-behind-industry --param industry=低空经济" in out
    assert "尖刀工程第二阶段" in out
    assert "依据 evidence" in out
    assert "湖北省创新型产业集群建设与科技创新支撑情况简报（2025年） 2025-07-30" in out


def test_the_command_answers_programs_too(graph: Path) -> None:
    code, out, err = run(graph, "谁在支持低空经济？", "--format", "csv")
    assert (code, next(csv.reader(io.StringIO(out)))[0]) == (0, "supporter")
    assert "who-supports" in err
    assert json.loads(run(graph, "谁在支持低空经济？", "--format", "json")[1])["results"]["bindings"]
    assert "| 支持者 |" in run(graph, "谁在支持低空经济？", "--format", "md")[1]


def test_the_command_abstains(graph: Path) -> None:
    code, out, _ = run(graph, "今天武汉的天气怎么样？")
    assert code == 1
    assert "所以不答" in out
    code, out, err = run(graph, "谁在支持量子计算？", "--format", "json")
    assert (code, out) == (1, "")
    assert "量子计算" in err
    assert "kg query show who-supports" in err


def test_an_empty_answer_says_so(graph: Path) -> None:
    code, out, _ = run(graph, "1999年有哪些数字？")
    assert code == 0
    assert "没有查到" in out


def test_a_missing_graph_is_one_line(tmp_path: Path) -> None:
    code, _, err = run(tmp_path / "none.nq", "谁在支持低空经济？")
    assert code == 2
    assert err.count("\n") == 1
