"""Proposals to annotations: ids in the text's order, one mention a span and class, the rest by these ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.annotate.measured import Measured
from kg.annotate.proposals import Proposal, Proposals
from kg.model import FIGURE, PERIOD, Annotations, Document, Figure, Mention, Relation, Span


@dataclass(frozen=True, slots=True)
class Related:
    """A relation proposed between two proposals."""

    subject: Proposal
    property: str
    object: Proposal
    rule: str
    confidence: float


def to_proposals(
    document: Document, found: Iterable[Proposal], measured: Sequence[Measured], related: Sequence[Related]
) -> Proposals:
    """All of a document's proposals as annotations, with the rule and confidence of each by id."""
    found = _without_idle(document.text, list(found), measured, related)
    indicators = {(one.indicator.begin, one.indicator.end): one.indicator for one in measured}
    places: dict[tuple[int, int, str], str] = {}
    reasons: dict[str, tuple[str, float]] = {}
    mentions, figures = [], []
    counted = [one.about for one in measured if one.about is not None and one.about.rule == "counted"]
    every = {(one.begin, one.end, one.cls): one for one in (*found, *counted, *indicators.values())}
    by_figure = {(one.figure.begin, one.figure.end): one for one in measured}
    for number, (place, one) in enumerate(
        sorted(every.items(), key=lambda pair: (pair[0][0], -pair[0][1], pair[0][2])), 1
    ):
        places[place] = f"T{number}"
        reasons[f"T{number}"] = (one.rule, one.confidence)
    for place, one in every.items():
        name, span = places[place], Span(one.begin, one.end)
        surface = document.text[one.begin : one.end]
        if one.cls == FIGURE:
            figures.append(_to_figure(name, span, surface, by_figure[one.begin, one.end], places))
        else:
            mentions.append(Mention(name, one.cls, span, surface, (), one.link))
    relations = []
    for number, link in enumerate(related, 1):
        subject, target = (places[one.begin, one.end, one.cls] for one in (link.subject, link.object))
        relations.append(Relation(f"R{number}", link.property, subject, target, ()))
        reasons[f"R{number}"] = (link.rule, link.confidence)
    annotations = Annotations(
        document.file,
        mentions=tuple(sorted(mentions, key=lambda mention: int(mention.id[1:]))),
        relations=tuple(relations),
        figures=tuple(sorted(figures, key=lambda figure: int(figure.id[1:]))),
    )
    return Proposals(annotations, reasons)


_LASTING = ("近", "“十", "十")


def _without_idle(
    text: str, found: list[Proposal], measured: Sequence[Measured], related: Sequence[Related]
) -> list[Proposal]:
    """The proposals without periods that date no figure, and without a 全国 or 全市 that takes part in nothing."""
    used = {(one.begin, one.end, one.cls) for link in related for one in (link.subject, link.object)}
    used |= {
        (one.begin, one.end, one.cls)
        for figure in measured
        for one in (figure.about, figure.period, figure.scope)
        if one is not None
    }
    return [one for one in found if (one.begin, one.end, one.cls) in used or not _is_idle(text, one)]


def _is_idle(text: str, one: Proposal) -> bool:
    if one.cls == PERIOD:
        return not text.startswith(_LASTING, one.begin)
    return one.rule == "deixis" and one.cls in {"Country", "City"}


def _to_figure(name: str, span: Span, surface: str, one: Measured, places: dict[tuple[int, int, str], str]) -> Figure:
    def find(proposal: Proposal | None) -> str | None:
        return places.get((proposal.begin, proposal.end, proposal.cls)) if proposal else None

    return Figure(
        name, span, surface, (),
        indicator=find(one.indicator), about=find(one.about), period=find(one.period), scope=find(one.scope),
    )  # fmt: skip
