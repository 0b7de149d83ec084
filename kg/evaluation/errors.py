"""What is wrong where: each mistake of one kind, with the words around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar
from urllib.parse import unquote

from kg.evaluation.figures import ASPECTS
from kg.evaluation.figures import find_candidates as find_figure_candidates
from kg.evaluation.judged import JudgedDocument, JudgedFigure, JudgedMention, JudgedRelation
from kg.evaluation.matching import find_matching, find_overlaps, find_rest
from kg.evaluation.mentions import match_mentions, match_strictly
from kg.evaluation.relations import find_candidates, to_entity_key, to_entity_statuses
from kg.model import Span

MENTION, RELATION, FIGURE, RESOLUTION = "mention", "relation", "figure", "resolution"
MISSED, SPURIOUS = "missed", "spurious"
WRONG_CLASS, WRONG_BOUNDARY, WRONG_PROPERTY = "wrong_class", "wrong_boundary", "wrong_property"
WRONG_STATUS, WRONG_ENTITY = "wrong_status", "wrong_entity"
# What a figure says wrongly is named by the aspect: wrong_value, wrong_unit, …, wrong_status.
_WRONG = "wrong_"
# In the order in which a report lists them.
LAYERS = (MENTION, RELATION, FIGURE, RESOLUTION)
KINDS = (
    MISSED, SPURIOUS, WRONG_CLASS, WRONG_BOUNDARY, WRONG_PROPERTY,
    *(_WRONG + aspect for aspect in ASPECTS), WRONG_ENTITY,
)  # fmt: skip
# How much text stands on each side of a mistake, in code points.
_CONTEXT = 24
_NOTHING = "—"

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: what each side says (empty where it says nothing), and where, with the text around it.

    `before`, `words` and `after` are the text of `file` up to, at and past `span`.
    """

    layer: str
    kind: str
    file: str
    span: Span
    gold: str
    predicted: str
    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True)
class _Found:
    layer: str
    kind: str
    span: Span
    gold: str = ""
    predicted: str = ""


def find_mistakes(gold: JudgedDocument, predicted: JudgedDocument) -> tuple[Mistake, ...]:
    """All mistakes of a document in order of layer, kind and place.

    A relation is a mistake where neither its mentions nor its entities in that sentence are on the other side.
    """
    found = (
        *_find_in_mentions(gold.mentions, predicted.mentions, gold.text),
        *_find_in_relations(gold.relations, predicted.relations, gold.text),
        *_find_in_figures(gold.figures, predicted.figures, gold.text),
        *_find_in_resolution(gold.mentions, predicted.mentions),
    )
    ordered = sorted(
        found, key=lambda one: (LAYERS.index(one.layer), KINDS.index(one.kind), one.span, one.gold, one.predicted)
    )
    return tuple(_to_mistake(one, gold) for one in ordered)


def _to_mistake(found: _Found, document: JudgedDocument) -> Mistake:
    begin, end = found.span.begin, found.span.end
    return Mistake(
        found.layer, found.kind, document.file, found.span, found.gold, found.predicted,
        document.text[max(begin - _CONTEXT, 0) : begin], document.text[begin:end],
        document.text[end : end + _CONTEXT],
    )  # fmt: skip


def _find_in_mentions(gold: Sequence[JudgedMention], predicted: Sequence[JudgedMention], text: str) -> Iterator[_Found]:
    _, missed, spurious = _split(gold, predicted, match_strictly(gold, predicted))
    # A class is wrong where the very same words have another one; words that merely overlap may be two names.
    same_words = find_overlaps([(one.span, one.span) for one in missed], [(one.span, one.span) for one in spurious])
    misnamed, missed, spurious = _split(missed, spurious, find_matching(dict.fromkeys(same_words, ())))
    misplaced, missed, spurious = _split(missed, spurious, match_mentions(missed, spurious))
    for kind, pairs in ((WRONG_CLASS, misnamed), (WRONG_BOUNDARY, misplaced)):
        for one, other in pairs:
            span = _to_cover(one.span, other.span)
            yield _Found(MENTION, kind, span, _describe_mention(one, text), _describe_mention(other, text))
    yield from (_Found(MENTION, MISSED, one.span, gold=_describe_mention(one, text)) for one in missed)
    yield from (_Found(MENTION, SPURIOUS, one.span, predicted=_describe_mention(one, text)) for one in spurious)


def _split(
    gold: Sequence[_Item], predicted: Sequence[_Item], pairs: Sequence[tuple[int, int]]
) -> tuple[list[tuple[_Item, _Item]], list[_Item], list[_Item]]:
    """The pairs of items, and what is left on either side."""
    return (
        [(gold[one], predicted[other]) for one, other in pairs],
        [gold[place] for place in find_rest(len(gold), (one for one, _ in pairs))],
        [predicted[place] for place in find_rest(len(predicted), (other for _, other in pairs))],
    )


def _find_in_relations(
    gold: Sequence[JudgedRelation], predicted: Sequence[JudgedRelation], text: str
) -> Iterator[_Found]:
    pairs, missed, spurious = _split(gold, predicted, find_matching(find_candidates(gold, predicted)))
    wrong = [(one, other.status) for one, other in pairs if one.status != other.status]
    said = to_entity_statuses(predicted)
    have = to_entity_statuses(gold)
    for one in missed:
        statuses = said.get(to_entity_key(one), frozenset()) if one.stated else frozenset()
        if statuses and one.status not in statuses:
            wrong.append((one, "/".join(sorted(statuses))))
    missed = [one for one in missed if not one.stated or to_entity_key(one) not in said]
    spurious = [one for one in spurious if not one.stated or to_entity_key(one) not in have]
    ends_only = find_candidates(*([replace(one, property="") for one in side] for side in (missed, spurious)))
    misnamed, missed, spurious = _split(missed, spurious, find_matching(ends_only))
    for one, status in wrong:
        yield _Found(RELATION, WRONG_STATUS, _to_reach(one), _describe_relation(one, text), status)
    for one, other in misnamed:
        described = (_describe_relation(one, text), _describe_relation(other, text))
        yield _Found(RELATION, WRONG_PROPERTY, _to_reach(one), *described)
    yield from (_Found(RELATION, MISSED, _to_reach(one), gold=_describe_relation(one, text)) for one in missed)
    yield from (_Found(RELATION, SPURIOUS, _to_reach(one), predicted=_describe_relation(one, text)) for one in spurious)


def _find_in_figures(gold: Sequence[JudgedFigure], predicted: Sequence[JudgedFigure], text: str) -> Iterator[_Found]:
    pairs, missed, spurious = _split(gold, predicted, find_matching(find_figure_candidates(gold, predicted)))
    for one, other in pairs:
        span = _to_cover(one.span, other.span)
        if one.span != other.span:
            yield _Found(FIGURE, WRONG_BOUNDARY, span, _quote(one.span, text), _quote(other.span, text))
        for aspect, read in ASPECTS.items():
            # A figure that one side cannot read has no value: its unit and bound are no mistakes of their own.
            if read(one) != read(other) and (aspect not in {"unit", "bound"} or (one.quantities and other.quantities)):
                yield _Found(FIGURE, _WRONG + aspect, span, _describe_aspect(read(one)), _describe_aspect(read(other)))
    yield from (_Found(FIGURE, MISSED, one.span, gold=_describe_figure(one)) for one in missed)
    yield from (_Found(FIGURE, SPURIOUS, one.span, predicted=_describe_figure(one)) for one in spurious)


def _find_in_resolution(gold: Sequence[JudgedMention], predicted: Sequence[JudgedMention]) -> Iterator[_Found]:
    for one, other in match_strictly(gold, predicted):
        mine, theirs = gold[one], predicted[other]
        if mine.iri != theirs.iri:
            yield _Found(RESOLUTION, WRONG_ENTITY, mine.span, _describe_iri(mine.iri), _describe_iri(theirs.iri))


def _to_cover(one: Span, other: Span) -> Span:
    return Span(min(one.begin, other.begin), max(one.end, other.end))


def _to_reach(relation: JudgedRelation) -> Span:
    return _to_cover(relation.subject.span, relation.object.span)


def _quote(span: Span, text: str) -> str:
    return f"「{text[span.begin : span.end]}」"


def _describe_mention(mention: JudgedMention, text: str) -> str:
    return f"{mention.cls} {_quote(mention.span, text)}"


def _describe_relation(relation: JudgedRelation, text: str) -> str:
    subject, target = (_describe_mention(end, text) for end in (relation.subject, relation.object))
    return f"{subject} {relation.property} {target} ({relation.status})"


def _describe_figure(figure: JudgedFigure) -> str:
    return " ".join(_describe_aspect(ASPECTS[aspect](figure)) for aspect in ("value", "unit", "bound"))


def _describe_aspect(value: object) -> str:
    if isinstance(value, tuple):
        return "–".join(f"{part:f}" if isinstance(part, Decimal) else str(part) for part in value) or _NOTHING
    text = str(value) if value is not None else None
    return _describe_iri(text) if text is None or "//" in text else text


def _describe_iri(iri: str | None) -> str:
    return _NOTHING if iri is None else unquote("/".join(iri.split("/")[-2:]))
