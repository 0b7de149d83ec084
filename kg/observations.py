"""Figures over around mentions to observations: every number with what is needed to compare it.

What a figure's annotation leaves out is derived from the words around it; the words to look for come from the ontology.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kg.evidence import to_evidence
from kg.model import Document, Entity, Figure, Interval, Observation, Quantity, Rejection, Span
from kg.ontology import Vocabulary
from kg.passages import find_paragraph, find_sentence
from kg.status import DENIED, derive_figure_words_status
from kg.wording import Time, Wording, find_times, is_done_after

_RATIO_UNITS = frozenset({"percent", "permille", "point", "times"})
_RANK_UNIT = "place"
_RATIO, _RANK, _STOCK = "ratio", "rank", "stock"
_CLAUSE_ENDS = re.compile("[，；：,;:]")


@dataclass(frozen=True, slots=True)
class ReadFigure:
    """A figure whose words have been read: its quantities (two for a range) and the period it names, if any."""

    figure: Figure
    quantities: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the figures of one document are about: its entities by mention id, and the issuer's place."""

    document_iri: str
    entities: Mapping[str, Entity]
    place: Entity | None


def derive_observations(
    wording: Wording, read: ReadFigure, around: Surroundings
) -> tuple[Observation, ...] | Rejection:
    """The observations of one figure (two for a range), or why it gives none."""
    document, annotations, vocabulary = wording.document, wording.annotations, wording.vocabulary
    figure = read.figure
    for role in (figure.indicator, figure.about, figure.scope):
        if role is not None and role not in around.entities:
            return _reject(
                annotations.file, figure, f"{role} 没有成为实体 is no entity", f"请先改正 {role}，或改指别的标注"
            )
    if figure.period is not None and figure.period not in wording.periods:
        return _reject(
            annotations.file, figure, f"{figure.period} 没有读成时间 is no period", f"请先改正 {figure.period}"
        )
    if figure.indicator is None:
        return _reject(
            annotations.file,
            figure,
            f"数字“{figure.surface}”没有指标 has no indicator",
            "请加一行 R：indicator Arg1:… Arg2:…",
        )
    about = around.entities[figure.about] if figure.about else around.place
    if about is None:
        return _reject(
            annotations.file,
            figure,
            f"数字“{figure.surface}”没有说明对象 says nothing about whom",
            "请加一行 R：about Arg1:… Arg2:…",
        )
    indicator = around.entities[figure.indicator]
    fault = _find_role_fault(figure, about, indicator, around, vocabulary)
    if fault:
        return _reject(annotations.file, figure, *fault)
    scope = _derive_scope(figure, about, around, vocabulary)
    period = derive_figure_period(wording, figure)
    status = derive_figure_status(wording, figure, period)
    if status == DENIED:
        return _reject(
            annotations.file,
            figure,
            f"否定句，原文说没有“{figure.surface}” the words deny it",
            "请删去这个数字；若原文并未否定，请用 A 行写明 Status",
        )
    evidence = to_evidence(document, around.document_iri, figure.span)
    return tuple(
        Observation(
            indicator=indicator.iri,
            about=about.iri,
            quantity=quantity,
            measure_kind=figure.measure_kind or derive_measure_kind(document, figure.span, quantity, vocabulary),
            status=status,
            source_text=figure.surface,
            evidence=evidence,
            period=period,
            scope=scope,
        )
        for quantity in read.quantities
    )


def _find_role_fault(
    figure: Figure, about: Entity, indicator: Entity, around: Surroundings, vocabulary: Vocabulary
) -> tuple[str, str] | None:
    roles = [("indicator", indicator), ("about", about)]
    if figure.scope:
        roles.append(("scope", around.entities[figure.scope]))
    for role, entity in roles:
        wanted = vocabulary.figure_properties[role].range
        if wanted and not any(wanted & set(vocabulary.classes[name].ancestors) for name in entity.classes):
            return (
                f"{role} 不能指向 {entity.classes[0]} outside the range of {role}",
                f"{role} 应指向 {'、'.join(sorted(wanted))}",
            )
    return None


def _derive_scope(figure: Figure, about: Entity, around: Surroundings, vocabulary: Vocabulary) -> str | None:
    if figure.scope:
        return around.entities[figure.scope].iri
    wanted = vocabulary.figure_properties["scope"].range
    if any(wanted & set(vocabulary.classes[name].ancestors) for name in about.classes):
        return about.iri
    return around.place.iri if around.place else None


def derive_figure_period(wording: Wording, figure: Figure) -> Interval | None:
    """The period that a figure's annotation names (None where it is none), else the last before it in its paragraph.

    Passed over are a time that the figure is only compared with (比2020年), and one to come that an earlier sentence
    speaks of or that a later clause has left for what is done (力争2027年达4万家，目前已达3万家). Where the last one
    could not be read the figure has none: the one before it is not meant.
    """
    if figure.period is not None:
        return wording.periods.get(figure.period)
    paragraph = wording.document.paragraphs[find_paragraph(wording.document, figure.span.begin) - 1]
    for time in reversed(find_times(wording, paragraph.begin, figure.span.begin)):
        if not _is_compared(wording, time) and not _is_past_by(wording, time, figure.span):
            return time.interval
    return None


def _is_compared(wording: Wording, time: Time) -> bool:
    return wording.words.endswith(wording.vocabulary.comparison_cues, 0, time.span.begin)


def _is_past_by(wording: Wording, time: Time, figure: Span) -> bool:
    """Whether a time to come no longer holds where a figure stands."""
    day = wording.document.date
    if time.interval is None or day is None or time.interval.first <= day:
        return False
    return time.span.begin < find_sentence(wording.document.text, figure).begin or is_done_after(
        wording, time.span.end, figure.begin
    )


def derive_measure_kind(document: Document, span: Span, quantity: Quantity, vocabulary: Vocabulary) -> str:
    """What kind of measure a figure is: by its unit, else by the cue nearest before it in its clause, else a stock."""
    if quantity.unit == _RANK_UNIT:
        return _RANK
    if quantity.unit in _RATIO_UNITS:
        return _RATIO
    clause = _CLAUSE_ENDS.split(document.text[find_sentence(document.text, span).begin : span.begin])[-1]
    cues = {cue: kind for cue, kind in vocabulary.measure_kind_cues.items() if kind not in {_RANK, _RATIO}}
    found = max(((clause.rfind(cue), len(cue), kind) for cue, kind in cues.items()), default=(-1, 0, ""))
    return found[2] if found[0] >= 0 else _STOCK


def to_bounded(quantities: tuple[Quantity, ...], bound: str | None) -> tuple[Quantity, ...]:
    """The quantities with an annotator's bound in place of the one read from the words; a range keeps its own."""
    if bound is None or len(quantities) != 1:
        return quantities
    only = quantities[0]
    return (Quantity(only.value, only.unit, bound),)


def derive_figure_status(wording: Wording, figure: Figure, period: Interval | None) -> str:
    """A figure's status: as annotated, else read from the words around it and its period (kg/status.py)."""
    return figure.status or derive_figure_words_status(wording, figure.span, period)


def _reject(file: str, figure: Figure, reason: str, mend: str) -> Rejection:
    return Rejection(file, figure.lines[0], figure.id, reason, mend, figure.lines)
