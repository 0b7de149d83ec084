"""brat standoff: what is read, and what is said of every line that is not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg.formats.brat import Labels, parse_brat
from kg.model import Annotations, Rejection, Span

TEXT = "标题\n省科技厅实施“尖刀”工程，2024年企业突破3万家。\n"
CLASSES = {"Agency": "Agency", "部门": "Agency", "Programme": "Programme", "Indicator": "Indicator"}
LABELS = Labels(
    resolve_class=CLASSES.get,
    resolve_property={
        "implements": "implements",
        "实施": "implements",
        "indicator": "indicator",
        "period": "period",
    }.get,
    resolve_code=lambda _, value: {"planned": "planned", "计划中": "planned", "flow": "flow"}.get(value),
    figure_properties=frozenset({"indicator", "about", "period", "scope"}),
)
AGENCY = "T1\tAgency 3 7\t省科技厅"
PROGRAMME = "T2\tProgramme 9 15\t“尖刀”工程"
FIGURE = "T3\tFigure 25 28\t3万家"
PERIOD = "T4\tPeriod 16 21\t2024年"


def read(*lines: str, text: str = TEXT) -> tuple[Annotations, tuple[Rejection, ...]]:
    return parse_brat("\n".join(lines) + "\n", text, "a.ann", LABELS)


def only_reason(*lines: str) -> str:
    _, rejections = read(*lines)
    assert len(rejections) == 1, [str(one) for one in rejections]
    return str(rejections[0])


def test_mentions_figures_and_relations_are_read() -> None:
    annotations, rejections = read(
        AGENCY, PROGRAMME, FIGURE, PERIOD, "R1\timplements Arg1:T1 Arg2:T2\t", "R2\tperiod Arg1:T3 Arg2:T4"
    )
    assert rejections == ()
    assert [(one.cls, one.span) for one in annotations.mentions] == [
        ("Agency", Span(3, 7)), ("Programme", Span(9, 15)), ("Period", Span(16, 21)),
    ]  # fmt: skip
    assert [(one.property, one.subject, one.object) for one in annotations.relations] == [("implements", "T1", "T2")]
    assert [(one.surface, one.period, one.lines) for one in annotations.figures] == [("3万家", "T4", (3, 6))]


def test_a_line_may_refer_to_a_later_one_and_labels_may_be_chinese() -> None:
    annotations, rejections = read(
        "R1\t实施 Arg1:T1 Arg2:T2", "#1\tAnnotatorNotes R1\t状态=计划中", AGENCY.replace("Agency", "部门"), PROGRAMME
    )
    assert rejections == ()
    assert [(one.status, one.lines) for one in annotations.relations] == [("planned", (1, 2))]


def test_status_is_read_from_an_attribute_on_a_relation_or_a_figure() -> None:
    annotations, _ = read(
        AGENCY,
        PROGRAMME,
        FIGURE,
        "R1\timplements Arg1:T1 Arg2:T2",
        "A1\tStatus R1 planned",
        "A2\tStatus T3 planned",
        "A3\tMeasureKind T3 flow",
    )
    assert annotations.relations[0].status == annotations.figures[0].status == "planned"
    assert annotations.figures[0].measure_kind == "flow"


def test_links_and_equivalences_are_read() -> None:
    annotations, rejections = read(
        AGENCY, PROGRAMME, "N1\tReference T2 policykg:programme/尖刀工程\t尖刀工程", "*\tEquiv T1 T2"
    )
    assert rejections == ()
    assert annotations.mentions[1].link == "programme/尖刀工程"
    assert annotations.equivalences[0].mentions == ("T1", "T2")


def test_notes_for_people_are_neither_read_nor_rejected() -> None:
    annotations, rejections = read(AGENCY, "#1\tAnnotatorNotes T1\t请再看一遍")
    assert rejections == ()
    assert annotations.lines == {1}


def test_a_discontinuous_mention_has_its_fragments_and_their_hull() -> None:
    for written in ("省科 厅", "省科厅"):
        annotations, rejections = read(f"T1\tAgency 3 5;6 7\t{written}")
        assert rejections == ()
        (one,) = annotations.mentions
        assert (one.span, one.fragments, one.surface) == (Span(3, 7), (Span(3, 5), Span(6, 7)), "省科厅")


def test_an_event_named_for_a_relation_is_one_with_its_trigger() -> None:
    event = "E1\timplements:T9 Subject:T1 Object:T2"
    annotations, rejections = read(AGENCY, PROGRAMME, "T9\timplements 7 9\t实施", event, "A1\tStatus E1 planned")
    assert rejections == ()
    (one,) = annotations.relations
    assert (one.property, one.subject, one.object, one.status) == ("implements", "T1", "T2", "planned")
    assert one.lines == (4, 3, 5)
    assert annotations.lines == {1, 2, 3, 4, 5}
    _, (rejection,) = read(AGENCY, "T9\timplements 7 9\t实施", "E1\timplements:T9 Theme:T1")
    assert rejection.lines == (3, 2)


def test_line_ends_and_a_byte_order_mark_of_the_annotations_do_not_matter() -> None:
    content = "\ufeff" + "\r\n".join([AGENCY, PROGRAMME, "R1\timplements Arg1:T1 Arg2:T2\t"]) + "\r\n"
    annotations, rejections = parse_brat(content, TEXT, "a.ann", LABELS)
    assert rejections == ()
    assert len(annotations.relations) == 1


def test_every_bad_line_is_named_with_line_reason_and_mend() -> None:
    cases = {
        "T1\tAgency 3 99\t省科技厅": "offset outside the text",
        "T1\tAgency 4 8\t省科技厅": "在 3–7",
        "T1\tAgency 7 7\t": "offsets or text missing",
        "T1\tAgency 7 3\t省科技厅": "empty span",
        "T1\tDragon 3 7\t省科技厅": "unknown label “Dragon”",
        "T1\tFigure 16 18;19 20\t20 4": "discontinuous",
        "T1\tAgency 6 7;3 5\t厅 省科": "out of order",
        "T1\tAgency 3 5;6 x\t省科 厅": "offsets are not two integers",
        "T1\tAgency x y\t省科技厅": "offsets are not two integers",
        "R1\timplements Arg1:T8 Arg2:T9": "missing T8",
        "R1\tfeeds Arg1:T1 Arg2:T2": "unknown relation “feeds”",
        "R1\timplements T1 T2": "malformed relation",
        "A1\tStatus T9 planned": "does not fit its target",
        "N1\tReference T1 wikipedia:1\tx": "malformed normalisation",
        "*\tEquiv T1": "malformed equivalence",
        "E1\tT1:Agency": "an event has to be a relation of two",
        "M1\tNegation E1": "modifications",
        "what is this": "not a brat line",
        "T1": "nothing after the id",
        "T1 Agency 3 7 省科技厅": "not a brat line",
    }
    for line, reason in cases.items():
        said = only_reason(line)
        assert said.startswith("a.ann:1: "), said
        assert reason in said, said
        assert "；" in said, said


def test_duplicate_ids_and_second_values_are_rejected_and_the_first_stands() -> None:
    annotations, rejections = read(
        AGENCY, AGENCY, FIGURE, PERIOD, "R1\tperiod Arg1:T3 Arg2:T4", "R2\tperiod Arg1:T3 Arg2:T4"
    )
    assert [(one.line, one.item) for one in rejections] == [(2, "T1"), (6, "R2")]
    assert len(annotations.mentions) == 2


def test_a_figure_is_no_object_and_has_only_figure_relations() -> None:
    assert "a figure cannot be Arg2" in only_reason(AGENCY, FIGURE, "R1\timplements Arg1:T1 Arg2:T3")
    assert "a figure cannot have it" in only_reason(PROGRAMME, FIGURE, "R1\timplements Arg1:T3 Arg2:T2")
    assert "wrong kind of Arg2" in only_reason(PROGRAMME, FIGURE, "R1\tperiod Arg1:T3 Arg2:T2")


@given(st.text(max_size=200))
def test_any_text_is_read_or_rejected_line_by_line(content: str) -> None:
    annotations, rejections = parse_brat(content, TEXT, "a.ann", LABELS)
    built = {
        line
        for one in (*annotations.mentions, *annotations.relations, *annotations.figures, *annotations.equivalences)
        for line in one.lines
    }
    rejected = {line for one in rejections for line in one.lines}
    assert built | rejected == annotations.lines
    assert not built & rejected


@given(
    st.lists(
        st.sampled_from(
            [
                AGENCY,
                PROGRAMME,
                FIGURE,
                PERIOD,
                "R1\timplements Arg1:T1 Arg2:T2",
                "R2\tperiod Arg1:T3 Arg2:T4",
                "A1\tStatus R1 planned",
                "A2\tStatus T3 planned",
                "#1\tAnnotatorNotes R1\tstatus=planned",
                "N1\tReference T2 policykg:programme/x\tx",
                "*\tEquiv T1 T2",
                "*\tEquiv T1 T9",
                "T5\tAgency 0 1\tx",
            ]
        ),
        max_size=16,
    )
)
def test_lines_in_any_order_and_number_are_conserved(lines: list[str]) -> None:
    annotations, rejections = read(*lines)
    built = [
        line
        for one in (*annotations.mentions, *annotations.relations, *annotations.figures, *annotations.equivalences)
        for line in one.lines
    ]
    rejected = [line for one in rejections for line in one.lines]
    assert sorted(built + rejected) == sorted(annotations.lines)
