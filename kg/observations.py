"""Figures over around mentions to observations: every number with what is needed to compare it.

What a figure's annotation leaves out is derived from the words around it; the words to look for come from the ontology.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kg.evidence import to_evidence
from kg.model import PERIOD, Annotations, Document, Entity, Figure, Interval, Observation, Quantity, Rejection, Span
from kg.ontology import Vocabulary
from kg.passages import find_paragraph, find_sentence
from kg.status import ACHIEVED, PLANNED, derive_status

_RATIO_UNITS = frozenset({"percent", "point", "times"})
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
    """What the figures of one document are derived from: entities and periods by mention id, and the issuer's place."""

    document_iri: str
    entities: Mapping[str, Entity]
    periods: Mapping[str, Interval]
    place: Entity | None


def derive_observations(
    document: Document,
    annotations: Annotations,
    read: ReadFigure,
    around: Surroundings,
    vocabulary: Vocabulary,
) -> tuple[Observation, ...] | Rejection:
    """The observations of one figure (two for a range), or why it gives none."""
    figure = read.figure
    for role in (figure.indicator, figure.about, figure.scope):
        if role is not None and role not in around.entities:
            return _reject(
                annotations.file, figure, f"{role} 没有成为实体 is no entity", f"请先改正 {role}，或改指别的标注"
            )
    if figure.period is not None and figure.period not in around.periods:
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
    period = derive_figure_period(document, annotations, figure, around)
    status = derive_figure_status(document, annotations, figure, vocabulary)
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


def derive_figure_period(
    document: Document, annotations: Annotations, figure: Figure, around: Surroundings
) -> Interval | None:
    """The period that a figure's annotation names (None where it is none), else the last before it in its paragraph."""
    if figure.period is not None:
        return around.periods.get(figure.period)
    span = figure.span
    paragraph = document.paragraphs[find_paragraph(document, span.begin) - 1]
    before = [
        mention
        for mention in annotations.mentions
        if mention.cls == PERIOD and mention.id in around.periods and paragraph.begin <= mention.span.begin < span.begin
    ]
    return around.periods[max(before, key=lambda mention: mention.span).id] if before else None


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


def derive_figure_status(document: Document, annotations: Annotations, figure: Figure, vocabulary: Vocabulary) -> str:
    """A figure's status: as annotated, else planned where the words say so, else achieved.

    A number that is not planned has been measured: it is achieved, whatever verb stands near it.
    """
    status = figure.status or derive_status(document, annotations, figure.span, vocabulary, ACHIEVED)
    return status if figure.status or status == PLANNED else ACHIEVED


def _reject(file: str, figure: Figure, reason: str, mend: str) -> Rejection:
    return Rejection(file, figure.lines[0], figure.id, reason, mend, figure.lines)
