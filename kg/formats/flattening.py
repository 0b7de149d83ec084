"""`Annotations` back to the separate items that every writer writes: what a figure is linked to becomes relations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from kg.formats.raw import RawAnnotations, RawAttribute, RawEquivalence, RawLink, RawMention, RawRelation
from kg.model import FIGURE, Annotations, Figure, Mention

_Item = TypeVar("_Item", RawAttribute, RawLink)
_FIGURE_LINKS = ("indicator", "about", "period", "scope")
_FIGURE_ATTRIBUTES = (("Status", "status"), ("MeasureKind", "measure_kind"), ("Bound", "bound"))


def flatten(annotations: Annotations) -> RawAnnotations:
    """The items of one document, in code points, mentions and figures by place, each with the line it came from."""
    spans: list[Mention | Figure] = [*annotations.mentions, *annotations.figures]
    spans.sort(key=lambda one: (one.span, one.lines, one.id))
    relations = [
        RawRelation(one.id, one.property, one.subject, one.object, one.lines[0]) for one in annotations.relations
    ]
    taken = {one.id for one in (*spans, *relations)}
    free = (name for name in _count("R") if name not in taken)
    relations += [
        RawRelation(next(free), name, figure.id, target, figure.lines[0])
        for figure in annotations.figures
        for name in _FIGURE_LINKS
        if (target := getattr(figure, name)) is not None
    ]
    return RawAnnotations(
        file=annotations.file,
        lines=annotations.lines,
        mentions=tuple(_to_raw(one) for one in spans),
        relations=tuple(relations),
        attributes=tuple(_iterate_attributes(annotations)),
        links=tuple(
            RawLink(f"N{number}", one.id, one.link or "", one.lines[0])
            for number, one in enumerate((one for one in annotations.mentions if one.link), start=1)
        ),
        equivalences=tuple(RawEquivalence(one.mentions, one.lines[0]) for one in annotations.equivalences),
    )


def group_by_target(items: Iterable[_Item]) -> dict[str, list[_Item]]:
    """What is said of each item, by its id."""
    groups: dict[str, list[_Item]] = {}
    for item in items:
        groups.setdefault(item.target, []).append(item)
    return groups


def _to_raw(one: Mention | Figure) -> RawMention:
    label = FIGURE if isinstance(one, Figure) else one.cls
    spans = (one.fragments if isinstance(one, Mention) else ()) or (one.span,)
    fragments = tuple((span.begin, span.end) for span in spans)
    return RawMention(one.id, label, fragments, one.lines[0], one.surface)


def _iterate_attributes(annotations: Annotations) -> Iterator[RawAttribute]:
    names = _count("A")
    for relation in annotations.relations:
        if relation.status is not None:
            yield RawAttribute(next(names), "Status", relation.id, relation.status, relation.lines[0])
    for figure in annotations.figures:
        for name, field in _FIGURE_ATTRIBUTES:
            value = getattr(figure, field)
            if value is not None:
                yield RawAttribute(next(names), name, figure.id, value, figure.lines[0])


def _count(letter: str) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"{letter}{number}"
