"""`kg eval`: hand-computed examples, laws that hold for any annotations, and the command as a user calls it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from kg.cli import main
from kg.evaluation.comparison import Comparison, Measures, add_measures, compare_documents
from kg.evaluation.errors import KINDS, LAYERS
from kg.evaluation.figures import ALL, CRITERIA, score_figures
from kg.evaluation.judged import JudgedDocument, JudgedFigure, JudgedMention, JudgedRelation
from kg.evaluation.matching import find_matching, find_overlaps
from kg.evaluation.mentions import OVERLAPPING, STRICT, score_mentions
from kg.evaluation.relations import ENTITY, WITH_STATUS, score_relations
from kg.evaluation.report import count_agreeing, to_content, to_json
from kg.evaluation.resolution import ResolvedPair, score_clusters
from kg.evaluation.scores import Counts, Ratios, to_macro, to_micro
from kg.evaluation.table import PARTS, to_markdown, to_text
from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.model import Quantity, Span
from kg.ontology import Vocabulary, read_vocabulary
from kg.pipeline import build_corpus
from kg.pipeline.judging import read_judged_corpora

CASES = Path(__file__).parent / "cases"
TEXT = "我厅支持低空经济。我厅实施“尖刀”工程，高新技术企业总数突破3万家。\n下一步，我厅支持低空经济。\n"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return read_vocabulary(find_folder("ontology"))


def mention(cls: str, begin: int, end: int, iri: str | None = None) -> JudgedMention:
    return JudgedMention(cls, Span(begin, end), iri)


def relation(subject: JudgedMention, target: JudgedMention, **other: Any) -> JudgedRelation:
    fields = {"property": "supports", "status": "ongoing", "sentence": Span(0, 9)} | other
    return JudgedRelation(subject=subject, object=target, **fields)


def figure(begin: int, end: int, value: int = 30000, **other: Any) -> JudgedFigure:
    fields = {"status": "achieved", "quantities": (Quantity(Decimal(value), "家", "moreThan"),)} | other
    return JudgedFigure(span=Span(begin, end), **fields)


# Ratios.


def test_ratios_are_what_the_counts_say() -> None:
    counts = Counts(right=2, gold=4, predicted=3)
    assert (counts.precision, counts.recall) == (2 / 3, 0.5)
    assert counts.f1 == pytest.approx(2 * (2 / 3) * 0.5 / (2 / 3 + 0.5))


def test_over_nothing_a_ratio_is_zero_and_over_nothing_on_both_sides_there_is_none() -> None:
    assert (Counts(0, 3, 0).precision, Counts(0, 3, 0).recall, Counts(0, 3, 0).f1) == (0.0, 0.0, 0.0)
    assert (Counts(0, 0, 3).precision, Counts(0, 0, 3).recall, Counts(0, 0, 3).f1) == (0.0, 0.0, 0.0)
    assert (Counts().precision, Counts().recall, Counts().f1) == (None, None, None)


def test_micro_sums_and_macro_averages_the_classes_that_there_are() -> None:
    by_class = {"A": Counts(3, 4, 4), "B": Counts(0, 0, 1), "C": Counts()}
    assert to_micro(by_class) == Counts(3, 4, 5)
    assert to_micro(by_class, frozenset({"A"})) == Counts(0, 0, 1)
    assert to_macro(by_class) == Ratios(0.375, 0.375, 0.375)
    assert to_macro({}) == Ratios()


# Matching.


def test_as_many_pairs_as_possible_where_a_greedy_choice_finds_fewer() -> None:
    # The exact pair (0, 0) first would leave 1 and 1, which do not overlap.
    gold, predicted = [("", Span(0, 10)), ("", Span(0, 5))], [("", Span(0, 10)), ("", Span(5, 10))]
    pairs = set(find_overlaps(gold, predicted))
    assert pairs == {(0, 0), (0, 1), (1, 0)}
    assert find_matching({pair: (int(pair == (0, 0)),) for pair in pairs}) == ((0, 1), (1, 0))


def test_of_equally_many_the_best_pairs() -> None:
    assert find_matching({(0, 0): (0, 1), (0, 1): (1, 0)}) == ((0, 1),)
    # Two gains in the second respect do not make up for one in the first.
    candidates = {(0, 0): (1, 0), (0, 1): (0, 1), (1, 0): (0, 1), (1, 1): (0, 0)}
    assert find_matching(candidates) == ((0, 0), (1, 1))
    assert find_matching({}) == ()


def test_spans_that_touch_do_not_overlap() -> None:
    assert list(find_overlaps([("", Span(0, 3))], [("", Span(3, 5))])) == []
    assert list(find_overlaps([("", Span(0, 3))], [("", Span(2, 5))])) == [(0, 0)]
    assert list(find_overlaps([("A", Span(0, 3))], [("B", Span(0, 3))])) == []


# Mentions.


def test_a_shifted_boundary_is_wrong_strictly_and_right_by_overlap() -> None:
    gold = [mention("Programme", 13, 19), mention("Industry", 4, 8)]
    predicted = [mention("Programme", 14, 19), mention("Industry", 4, 8)]
    scores = score_mentions(gold, predicted)
    assert to_micro(scores[STRICT]) == Counts(1, 2, 2)
    assert to_micro(scores[OVERLAPPING]) == Counts(2, 2, 2)
    assert scores[STRICT]["Programme"] == Counts(0, 1, 1)


def test_a_swapped_class_is_wrong_both_ways() -> None:
    scores = score_mentions([mention("Fund", 0, 4)], [mention("Loan", 0, 4)])
    for criterion in (STRICT, OVERLAPPING):
        assert scores[criterion] == {"Fund": Counts(0, 1, 0), "Loan": Counts(0, 0, 1)}


def test_one_long_prediction_over_two_mentions_is_right_once() -> None:
    scores = score_mentions([mention("City", 0, 2), mention("City", 3, 5)], [mention("City", 0, 5)])
    assert scores[OVERLAPPING]["City"] == Counts(1, 2, 1)


def test_the_same_annotation_twice_is_right_once() -> None:
    scores = score_mentions([mention("City", 0, 2)], [mention("City", 0, 2)] * 2)
    assert scores[STRICT]["City"] == scores[OVERLAPPING]["City"] == Counts(1, 1, 2)


# Relations.

US, HERE = mention("Agency", 0, 2, "agency/1"), mention("Industry", 4, 8, "industry/1")


def count(scores: Mapping[str, Mapping[str, Counts]], criterion: str) -> Counts:
    return to_micro(scores[criterion])


def test_a_relation_with_another_status_is_right_only_without_it() -> None:
    gold, predicted = [relation(US, HERE)], [relation(US, HERE, status="planned")]
    scores = score_relations(gold, predicted)
    for criterion in (STRICT, OVERLAPPING, ENTITY):
        assert count(scores, criterion) == Counts(1, 1, 1)
        assert count(scores, criterion + WITH_STATUS) == Counts(0, 1, 1)


def test_a_relation_from_another_mention_of_the_same_entity_is_right_by_entity() -> None:
    again = mention("Agency", 9, 11, "agency/1")
    scores = score_relations([relation(US, HERE)], [relation(again, HERE)])
    assert count(scores, OVERLAPPING) == Counts(0, 1, 1)
    assert count(scores, ENTITY) == Counts(1, 1, 1)
    elsewhere = score_relations([relation(US, HERE)], [relation(again, HERE, sentence=Span(9, 30))])
    assert count(elsewhere, ENTITY) == Counts(0, 1, 1)


def test_a_relation_said_twice_of_one_entity_in_a_sentence_counts_once_by_entity() -> None:
    again = mention("Agency", 9, 11, "agency/1")
    scores = score_relations([relation(US, HERE), relation(again, HERE)], [relation(US, HERE)])
    assert count(scores, OVERLAPPING) == Counts(1, 2, 1)
    assert count(scores, ENTITY) == Counts(1, 1, 1)
    both = score_relations([relation(US, HERE), relation(again, HERE, status="planned")], [relation(US, HERE)])
    assert (count(both, ENTITY), count(both, ENTITY + WITH_STATUS)) == (Counts(1, 1, 1), Counts(0, 1, 1))


def test_ends_that_overlap_are_enough_but_not_ends_of_another_class_or_order() -> None:
    shifted = replace(HERE, span=Span(5, 8))
    scores = score_relations([relation(US, HERE)], [relation(US, shifted)])
    assert (count(scores, STRICT), count(scores, OVERLAPPING)) == (Counts(0, 1, 1), Counts(1, 1, 1))
    other = score_relations([relation(US, HERE)], [relation(US, replace(HERE, cls="Technology"))])
    assert count(other, OVERLAPPING) == Counts(0, 1, 1)
    turned = score_relations([relation(US, HERE)], [relation(HERE, US)])
    assert (count(turned, OVERLAPPING), count(turned, ENTITY)) == (Counts(0, 1, 1), Counts(0, 1, 1))


def test_the_ends_of_a_symmetric_relation_have_no_order() -> None:
    scores = score_relations([relation(US, HERE, symmetric=True)], [relation(HERE, US, symmetric=True)])
    for criterion in (STRICT, OVERLAPPING, ENTITY):
        assert count(scores, criterion) == Counts(1, 1, 1)


def test_a_relation_that_the_builder_refuses_says_nothing_of_entities() -> None:
    scores = score_relations([relation(US, HERE)], [relation(US, HERE, stated=False)])
    assert count(scores, STRICT) == Counts(1, 1, 1)
    assert count(scores, ENTITY) == Counts(0, 1, 0)


# Figures.


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, set()),
        ({"quantities": (Quantity(Decimal(3), "家", "moreThan"),)}, set(CRITERIA) - {"span"}),
        ({"quantities": (Quantity(Decimal(30000), "家", "exactly"),)}, set(CRITERIA) - {"span", "value"}),
        ({"quantities": (Quantity(Decimal(30000), "CNY", "moreThan"),)}, set(CRITERIA) - {"span", "value"}),
        ({"quantities": ()}, set(CRITERIA) - {"span"}),
        ({"indicator": "indicator/2"}, {"quantity_indicator", "quantity_indicator_about", ALL}),
        ({"about": "industry/2"}, {"quantity_about", "quantity_indicator_about", ALL}),
        ({"period": "2024-01-01/2024-12-31"}, {"quantity_period", ALL}),
        ({"status": "planned"}, {"quantity_status", ALL}),
    ],
)
def test_what_a_figure_says_wrongly_costs_what_asks_for_it(changes: dict[str, Any], wrong: set[str]) -> None:
    scores = score_figures([figure(28, 31)], [replace(figure(27, 31), **changes)])
    assert {criterion for criterion in CRITERIA if count(scores, criterion) != Counts(1, 1, 1)} == wrong


def test_figures_that_do_not_touch_are_not_compared() -> None:
    scores = score_figures([figure(0, 3)], [figure(3, 6)])
    assert all(count(scores, criterion) == Counts(0, 1, 1) for criterion in CRITERIA)


# Resolution.


def test_clusters_as_computed_by_hand() -> None:
    # Gold {0 1 2} {3 4}, predicted {0 1} {2 3 4}: of 4 pairs each 2 are shared; B³ is (1 + 1 + 1/3 + 2/3 + 2/3) / 5.
    pairs = [ResolvedPair("a", number, gold, said) for number, (gold, said) in enumerate(zip("AAABB", "CCDDD"))]  # noqa: B905
    score = score_clusters(pairs, across=True)
    assert score.pairwise == Counts(2, 4, 4)
    assert score.b_cubed.precision == pytest.approx(11 / 15)
    assert score.b_cubed.recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5)
    assert score.b_cubed.f1 == pytest.approx(11 / 15)


def test_clusters_reach_across_documents_only_where_asked() -> None:
    pairs = [ResolvedPair("a", 0, "A", "A"), ResolvedPair("b", 0, "A", "B")]
    assert score_clusters(pairs, across=True).pairwise == Counts(0, 1, 0)
    assert score_clusters(pairs, across=False).pairwise == Counts(0, 0, 0)
    assert score_clusters(pairs, across=False).b_cubed == Ratios(1.0, 1.0, 1.0)
    assert score_clusters([], across=True).b_cubed == Ratios()


def test_mentions_without_an_entity_are_clusters_of_their_own() -> None:
    pairs = [ResolvedPair("a", number, None, "A") for number in range(2)]
    assert score_clusters(pairs, across=True).pairwise == Counts(0, 0, 1)


# Mistakes.


def find_kinds(gold: JudgedDocument, predicted: JudgedDocument) -> list[tuple[str, str]]:
    return [(mistake.layer, mistake.kind) for mistake in compare_documents(gold, predicted).mistakes]


def document(**parts: Any) -> JudgedDocument:
    return JudgedDocument("a.txt", TEXT, **{name: tuple(items) for name, items in parts.items()})


def test_each_mistake_is_of_one_kind() -> None:
    gold = document(
        mentions=[mention("Agency", 0, 2), HERE, mention("Programme", 13, 19), mention("Period", 20, 22)],
        relations=[relation(US, HERE)],
        figures=[figure(28, 31, indicator="https://x/id/indicator/%E6%80%BB%E6%95%B0")],
    )
    predicted = document(
        mentions=[mention("Region", 0, 2), replace(HERE, iri="industry/2"), mention("Programme", 13, 20),
                  mention("Fund", 40, 42)],
        relations=[relation(US, HERE, status="planned")],
        figures=[figure(28, 31, 5)],
    )  # fmt: skip
    assert find_kinds(gold, predicted) == [
        ("mention", "missed"), ("mention", "spurious"), ("mention", "wrong_class"), ("mention", "wrong_boundary"),
        ("relation", "wrong_status"), ("figure", "wrong_value"), ("figure", "wrong_indicator"),
        ("resolution", "wrong_entity"),
    ]  # fmt: skip
    mistakes = compare_documents(gold, predicted).mistakes
    boundary = mistakes[3]
    assert (boundary.gold, boundary.predicted) == ("Programme 「“尖刀”工程」", "Programme 「“尖刀”工程，」")
    assert boundary.before + boundary.words + boundary.after == TEXT[: boundary.span.end + len(boundary.after)]
    assert mistakes[6].gold == "indicator/总数"


def test_a_relation_that_is_right_by_entity_is_no_mistake_but_its_status_is() -> None:
    again = mention("Agency", 9, 11, "agency/1")
    gold = document(relations=[relation(US, HERE)])
    assert find_kinds(gold, document(relations=[relation(again, HERE)])) == []
    assert find_kinds(gold, document(relations=[relation(again, HERE, status="planned")])) == [
        ("relation", "wrong_status")
    ]
    assert find_kinds(gold, document(relations=[relation(US, HERE, property="develops")])) == [
        ("relation", "wrong_property")
    ]
    assert find_kinds(gold, document()) == [("relation", "missed")]


# Laws.

_SPANS = st.builds(lambda begin, size: Span(begin, begin + size), st.integers(0, 20), st.integers(1, 6))
_IRIS = st.sampled_from([None, "x/a", "x/b"])
_MENTIONS = st.builds(JudgedMention, st.sampled_from(["Fund", "Loan", "Period"]), _SPANS, _IRIS)
_STATUSES = st.sampled_from(["achieved", "planned"])
_RELATIONS = st.builds(
    lambda name, subject, target, status, sentence, stated: JudgedRelation(
        name, subject, target, status, sentence, symmetric=name == "cooperatesWith", stated=stated
    ),
    st.sampled_from(["supports", "cooperatesWith"]), _MENTIONS, _MENTIONS, _STATUSES,
    st.sampled_from([Span(0, 10), Span(10, 30)]), st.booleans(),
)  # fmt: skip
_QUANTITIES = st.builds(Quantity, st.sampled_from([Decimal(1), Decimal(2)]), st.just("CNY"), st.just("exactly"))
_FIGURES = st.builds(
    JudgedFigure, _SPANS, st.lists(_QUANTITIES, max_size=2).map(tuple), _STATUSES, _IRIS, _IRIS,
    st.sampled_from([None, "2024-01-01/2024-12-31"]),
)  # fmt: skip
_DOCUMENTS = st.builds(
    lambda mentions, relations, figures: JudgedDocument(
        "a.txt", TEXT, tuple(mentions), tuple(relations), tuple(figures)
    ),
    st.lists(_MENTIONS, max_size=8, unique_by=lambda one: (one.cls, one.span)),
    st.lists(_RELATIONS, max_size=6),
    st.lists(_FIGURES, max_size=6),
)


def to_counts(measures: Measures) -> dict[tuple[str, str, str], Counts]:
    tallies = {"mentions": measures.mentions, "relations": measures.relations, "figures": measures.figures}
    return {
        (layer, criterion, name): counts
        for layer, tally in tallies.items()
        for criterion, by_class in tally.items()
        for name, counts in by_class.items()
    }


@given(gold=_DOCUMENTS, predicted=_DOCUMENTS)
def test_precision_and_recall_change_places_with_the_sides(gold: JudgedDocument, predicted: JudgedDocument) -> None:
    one, other = compare_documents(gold, predicted).measures, compare_documents(predicted, gold).measures
    turned = {key: Counts(counts.right, counts.predicted, counts.gold) for key, counts in to_counts(other).items()}
    assert to_counts(one) == turned
    for name in ("relations", "figures"):
        assert count_agreeing(one.statuses[name]) == count_agreeing(other.statuses[name])
    for across in (False, True):
        mine, theirs = (score_clusters(measures.resolved, across=across) for measures in (one, other))
        assert (mine.pairwise.precision, mine.pairwise.recall) == (theirs.pairwise.recall, theirs.pairwise.precision)
        assert (mine.b_cubed.precision, mine.b_cubed.recall) == (theirs.b_cubed.recall, theirs.b_cubed.precision)


@given(gold=_DOCUMENTS, predicted=_DOCUMENTS)
def test_a_stricter_measure_never_finds_more(gold: JudgedDocument, predicted: JudgedDocument) -> None:
    measures = compare_documents(gold, predicted).measures
    for tally in (measures.mentions, measures.relations):
        for name, counts in tally[STRICT].items():
            assert counts.right <= tally[OVERLAPPING][name].right
    for criterion in (STRICT, OVERLAPPING, ENTITY):
        right = {
            with_status: count(measures.relations, criterion + with_status).right for with_status in ("", WITH_STATUS)
        }
        assert right[WITH_STATUS] <= right[""]
    rights = {criterion: count(measures.figures, criterion).right for criterion in CRITERIA}
    for one, aspects in CRITERIA.items():
        assert all(rights[one] <= rights[other] for other, fewer in CRITERIA.items() if set(fewer) <= set(aspects))
    for counts in to_counts(measures).values():
        assert counts.right <= min(counts.gold, counts.predicted)


@given(gold=_DOCUMENTS)
def test_what_agrees_with_itself_is_all_right_and_has_no_mistake(gold: JudgedDocument) -> None:
    compared = compare_documents(gold, gold)
    assert all(counts.right == counts.gold == counts.predicted for counts in to_counts(compared.measures).values())
    assert compared.mistakes == ()


@given(gold=_DOCUMENTS, predicted=_DOCUMENTS, other=_DOCUMENTS)
def test_the_whole_is_the_sum_of_its_documents(
    gold: JudgedDocument, predicted: JudgedDocument, other: JudgedDocument
) -> None:
    parts = [compare_documents(gold, predicted).measures, compare_documents(other, gold).measures]
    total = to_counts(add_measures(parts))
    for key, counts in total.items():
        assert counts == sum((to_counts(part).get(key, Counts()) for part in parts), Counts())


@given(gold=_DOCUMENTS, predicted=_DOCUMENTS)
def test_any_comparison_can_be_written(gold: JudgedDocument, predicted: JudgedDocument) -> None:
    comparison = Comparison("gold", "predicted", (compare_documents(gold, predicted),))
    content = json.loads(to_json(comparison))
    assert sum(sum(kinds.values()) for kinds in content["errors"]["counts"].values()) == len(content["errors"]["items"])
    assert {item["layer"] for item in content["errors"]["items"]} <= set(LAYERS)
    assert {item["kind"] for item in content["errors"]["items"]} <= set(KINDS)
    for write in (to_text, to_markdown):
        assert "精确率" in write(comparison, PARTS, 3, {"Fund": "基金"})


def test_the_order_of_annotations_does_not_matter() -> None:
    gold = document(mentions=[mention("Fund", 0, 10), mention("Fund", 0, 5)], relations=[relation(US, HERE)])
    predicted = document(mentions=[mention("Fund", 5, 10), mention("Fund", 0, 10)])
    turned = replace(gold, mentions=gold.mentions[::-1])
    one, other = (Comparison("g", "p", (compare_documents(side, predicted),)) for side in (gold, turned))
    assert to_content(one) == to_content(other)


# Folders, as a user has them.


def call(*arguments: str) -> Result:
    result = CliRunner().invoke(main, ["eval", *arguments], prog_name="kg")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def evaluate(gold: Path, predicted: Path, *arguments: str) -> dict[str, Any]:
    result = call(str(gold), str(predicted), "--format", "json", *arguments)
    assert result.exit_code == 0, result.output
    content: dict[str, Any] = json.loads(result.stdout)
    return content


def find_ratios(content: object) -> list[object]:
    """Every ratio of a report."""
    if isinstance(content, list):
        return [ratio for item in content for ratio in find_ratios(item)]
    if not isinstance(content, dict):
        return []
    found = [content[name] for name in ("precision", "recall", "f1", "accuracy") if name in content]
    return found + [ratio for value in content.values() for ratio in find_ratios(value)]


@pytest.fixture
def predicted(tmp_path: Path) -> Path:
    """A copy of a case whose annotations can be changed."""
    folder = tmp_path / "predicted"
    shutil.copytree(CASES / "planned_is_not_done", folder)
    return folder


def change(folder: Path, *changes: tuple[str, str]) -> None:
    path = folder / "a.ann"
    content = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in content
        content = content.replace(old, new)
    path.write_text(content, encoding="utf-8")


def test_gold_against_itself_is_1_everywhere() -> None:
    corpus = find_folder("corpus/hubei")
    content = evaluate(corpus, corpus)
    ratios = find_ratios(content["total"])
    assert len(ratios) > 200
    assert set(ratios) == {1.0}
    assert set(find_ratios(content)) == {1.0}
    assert content["errors"] == {"counts": {}, "items": []}
    assert content["total"]["documents"] == len(content["documents"]) == 6


def test_nothing_predicted_is_recall_0(predicted: Path) -> None:
    (predicted / "a.ann").unlink()
    total = evaluate(CASES / "planned_is_not_done", predicted)["total"]
    for part in (total["mentions"][STRICT], total["relations"][ENTITY]):
        assert part["micro"]["gold"] > 0
        assert part["micro"]["predicted"] == part["micro"]["recall"] == part["micro"]["precision"] == 0
    assert total["figures"][ALL]["f1"] == 0.0
    assert total["status"]["relations"] == {"accuracy": None, "gold_to_predicted": {}, "matched": 0, "right": 0}
    assert total["resolution"]["identity"]["accuracy"] is None


def test_status_is_what_the_builder_makes_of_it(predicted: Path) -> None:
    # A note that says what the rules would say anyway changes nothing; one that says otherwise does.
    gold = CASES / "planned_is_not_done"
    change(predicted, ("R1\testab", "#1\tAnnotatorNotes R2\tstatus=planned\nR1\testab"))
    assert evaluate(gold, predicted)["total"]["status"]["relations"]["accuracy"] == 1.0
    change(predicted, ("status=planned", "status=achieved"))
    content = evaluate(gold, predicted)
    assert content["total"]["status"]["relations"] == {
        "right": 4,
        "matched": 5,
        "accuracy": 0.8,
        "gold_to_predicted": {
            "achieved → achieved": 1,
            "ongoing → ongoing": 1,
            "planned → achieved": 1,
            "planned → planned": 2,
        },
    }
    assert content["errors"]["counts"] == {"relation": {"wrong_status": 1}}
    relations = content["total"]["relations"]
    assert relations[OVERLAPPING]["micro"]["f1"] == 1.0
    assert relations[OVERLAPPING + WITH_STATUS]["micro"]["right"] == 4


def test_changes_show_where_they_are(predicted: Path) -> None:
    # 500家 without 家; the programme's class; the fund's boundary; the figure's period gone, so that the rules find it.
    change(
        predicted,
        ("T12\tFigure 78 82\t500家", "T12\tFigure 78 81\t500"),
        ("T4\tProgramme 27 31", "T4\tProject 27 31"),
        ("T2\tFund 14 18\t种子基金", "T2\tFund 14 17\t种子基"),
        ("R8\tperiod Arg1:T12 Arg2:T10\n", ""),
    )
    content = evaluate(CASES / "planned_is_not_done", predicted)
    total = content["total"]
    assert total["mentions"][STRICT]["micro"]["right"] == 9
    assert total["mentions"][OVERLAPPING]["micro"]["right"] == 10
    assert total["mentions"][STRICT]["micro"]["gold"] == 11
    assert total["mentions"][STRICT]["micro_without_period_and_indicator"]["gold"] == 9
    assert total["figures"]["span"]["f1"] == total["figures"]["quantity_period"]["f1"] == 1.0
    assert content["errors"]["counts"]["mention"] == {"wrong_boundary": 1, "wrong_class": 1}
    assert content["errors"]["counts"]["figure"] == {"wrong_boundary": 1}
    [boundary] = [item for item in content["errors"]["items"] if item["kind"] == "wrong_boundary"][:1]
    assert (boundary["gold"], boundary["predicted"]) == ("Fund 「种子基金」", "Fund 「种子基」")


def test_the_predicted_folder_may_hold_annotations_alone(predicted: Path) -> None:
    (predicted / "a.txt").unlink()
    (predicted / "a.toml").unlink()
    content = evaluate(CASES / "planned_is_not_done", predicted)
    assert set(find_ratios(content["total"])) <= {1.0, None}


def test_annotations_that_cannot_be_used_are_named_and_count_as_not_predicted(predicted: Path) -> None:
    change(predicted, ("T2\tFund", "T2\tDragon"))
    result = call(str(CASES / "planned_is_not_done"), str(predicted), "--format", "json")
    content = json.loads(result.stdout)
    assert "Dragon" in result.stderr
    assert "Dragon" in content["rejected"]["predicted"][0]
    assert content["rejected"]["gold"] == []
    assert content["total"]["mentions"][STRICT]["micro"]["predicted"] == 10


def test_folders_and_documents_have_their_own_figures(tmp_path: Path) -> None:
    gold, predicted = tmp_path / "gold", tmp_path / "predicted"
    for name in ("planned_is_not_done", "figures_become_values"):
        for side in (gold, predicted):
            shutil.copytree(CASES / name, side / name)
    (predicted / "figures_become_values" / "a.ann").write_text("", encoding="utf-8")
    shutil.copytree(CASES / "one_relation_one_figure", predicted / "extra")
    content = evaluate(gold, predicted)
    assert list(content["folders"]) == ["figures_become_values", "planned_is_not_done"]
    assert list(content["documents"]) == ["figures_become_values/a.txt", "planned_is_not_done/a.txt"]
    assert content["unpaired"] == ["extra/a.txt"]
    recalls = [content["folders"][name]["mentions"][STRICT]["micro"]["recall"] for name in content["folders"]]
    assert recalls == [0.0, 1.0]
    gold_counts = [content["folders"][name]["figures"][ALL]["gold"] for name in content["folders"]]
    assert content["total"]["figures"][ALL]["gold"] == sum(gold_counts) == 8


def test_json_is_the_same_every_time_and_sorted(predicted: Path) -> None:
    arguments = (str(CASES / "planned_is_not_done"), str(predicted), "--format", "json")
    first, second = call(*arguments).stdout, call(*arguments).stdout
    assert first == second
    assert first == json.dumps(json.loads(first), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


@pytest.mark.parametrize("form", ["table", "md"])
def test_tables_say_it_in_chinese_and_english(predicted: Path, form: str) -> None:
    change(predicted, ("T2\tFund 14 18\t种子基金", "T2\tFund 14 17\t种子基"))
    arguments = (str(CASES / "planned_is_not_done"), str(predicted), "--format", form)
    parts = [argument for part in PARTS for argument in ("--per", part)]
    said = call(*arguments, *parts).stdout
    for words in (
        "总计 Total",
        "精确率 P",
        "召回率 R",
        "基金 Fund",
        "实施 implements",
        "文档 Documents",
        "边界错 wrong boundary",
    ):
        assert words in said
    assert "【种子基金】" in said
    assert "\\u" not in said
    short = call(*arguments, "--errors", "0", "--per", "none").stdout
    assert "边界错" not in short
    assert "Documents" not in short


def test_errors_lists_so_many_of_each_kind(predicted: Path) -> None:
    (predicted / "a.ann").unlink()
    gold = CASES / "planned_is_not_done"
    assert len(evaluate(gold, predicted)["errors"]["items"]) == 17
    few = evaluate(gold, predicted, "--errors", "1")["errors"]
    assert (len(few["items"]), few["counts"]) == (
        3, {"mention": {"missed": 11}, "relation": {"missed": 5}, "figure": {"missed": 1}},
    )  # fmt: skip
    said = call(str(gold), str(predicted), "--errors", "1").stdout
    assert "还有 10 处" in said


def test_other_texts_are_one_clear_line(predicted: Path) -> None:
    path = predicted / "a.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("我省", "本省", 1), encoding="utf-8")
    result = call(str(CASES / "planned_is_not_done"), str(predicted))
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "第 11 个字符" in result.stderr


def test_bad_input_is_one_clear_line(predicted: Path, tmp_path: Path) -> None:
    gold = CASES / "planned_is_not_done"
    (tmp_path / "empty").mkdir()
    for arguments in (
        (str(gold), "/nowhere"),
        ("/nowhere", str(gold)),
        (str(gold), str(tmp_path / "empty")),
        (str(gold), str(gold / "a.txt")),
        (str(CASES / "context_decides"), str(gold)),
        (str(CASES / "bad_files_cost_only_themselves"), str(CASES / "bad_files_cost_only_themselves")),
    ):
        result = call(*arguments)
        assert result.exit_code == 2, arguments
        assert [line[:9] for line in result.stderr.splitlines()] == ["错误 Error:"], result.stderr
    (predicted / "a.ann").write_bytes("基金".encode("gb18030"))
    result = call(str(gold), str(predicted))
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "UTF-8" in result.stderr


def test_help_is_in_chinese_and_english() -> None:
    said = call("--help").output
    assert "比较" in said
    assert "Compare" in said


def test_the_judge_understands_a_document_as_the_builder_does(vocabulary: Vocabulary) -> None:
    corpus = find_folder("corpus/hubei")
    pairs = read_judged_corpora(corpus, corpus, vocabulary, DEFAULT_BASE).pairs
    reports = {one.file: one for one in build_corpus(corpus, find_folder("ontology"), DEFAULT_BASE).report.documents}
    for gold, _ in pairs:
        statements = {(one.subject.iri, one.property, one.object.iri, one.status) for one in gold.relations}
        # Who issued a document is a statement that nobody annotates.
        assert len(statements) + 1 == reports[gold.file].statements
        planned = [status for _, _, _, status in statements if status == "planned"]
        assert len(planned) == reports[gold.file].commitments
        assert all(one.stated for one in gold.relations)
        assert all(one.quantities and one.indicator and one.about for one in gold.figures)
        assert gold.rejections == reports[gold.file].rejections == ()
