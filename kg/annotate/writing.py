"""Proposals as brat standoff, each with a note of the rule that made it and how sure it is.

A `.ann` file in which every item has such a note was written here; any other holds a person's work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.annotate.proposals import Proposals
from kg.model import Figure

_FIGURE_RELATIONS = ("indicator", "about", "period", "scope")
_NOTE = re.compile(r"#\d+\tAnnotatorNotes ([TR]\d+)\trule=(.*) confidence=([01]\.\d\d)")
_ITEM = re.compile(r"([TR]\d+)\t|([AEMN*])")


def to_noted_brat(proposals: Proposals, least: float = 0.0) -> str:
    """The `.ann` content of what is at least that sure; what hangs on something less sure is left out with it."""
    kept = {name for name, (_, confidence) in proposals.reasons.items() if confidence >= least}
    annotations = proposals.annotations
    lines = [
        f"{one.id}\t{one.cls} {one.span.begin} {one.span.end}\t{one.surface}"
        for one in annotations.mentions
        if one.id in kept
    ]
    figures = [one for one in annotations.figures if one.id in kept and one.indicator in kept]
    kept -= {one.id for one in annotations.figures} - {one.id for one in figures}
    lines += [f"{one.id}\tFigure {one.span.begin} {one.span.end}\t{one.surface}" for one in figures]
    lines.sort(key=lambda line: int(line.split("\t", 1)[0][1:]))
    relations = [one for one in annotations.relations if {one.id, one.subject, one.object} <= kept]
    lines += [f"{one.id}\t{one.property} Arg1:{one.subject} Arg2:{one.object}" for one in relations]
    notes = [(one.id, *proposals.reasons[one.id]) for one in relations]
    number = max((int(one.id[1:]) for one in annotations.relations), default=0)
    for figure, name, target in _iterate_figure_relations(figures, kept):
        number += 1
        lines.append(f"R{number}\t{name} Arg1:{figure.id} Arg2:{target}")
        notes.append((f"R{number}", "measure", proposals.reasons[target][1]))
    linked = [one for one in annotations.mentions if one.id in kept and one.link]
    for count, mention in enumerate(linked, 1):
        label = (mention.link or "").split("/", 1)[1]
        lines.append(f"N{count}\tReference {mention.id} policykg:{mention.link}\t{label}")
    named = (*(one.id for one in annotations.mentions), *(one.id for one in figures))
    noted = [(name, *proposals.reasons[name]) for name in named if name in kept]
    noted.sort(key=lambda note: int(note[0][1:]))
    for count, (name, rule, confidence) in enumerate((*noted, *notes), 1):
        lines.append(f"#{count}\tAnnotatorNotes {name}\trule={rule} confidence={confidence:.2f}")
    return "".join(f"{line}\n" for line in lines)


def _iterate_figure_relations(figures: list[Figure], kept: set[str]) -> Iterator[tuple[Figure, str, str]]:
    for figure in figures:
        for name in _FIGURE_RELATIONS:
            target = getattr(figure, name)
            if target is not None and target in kept:
                yield figure, name, target


def is_machine_made(content: str) -> bool:
    """Whether every item of a `.ann` file has the note that `to_noted_brat` writes: no person has added any."""
    items, noted = set(), set()
    for line in content.splitlines():
        note = _NOTE.fullmatch(line)
        item = _ITEM.match(line)
        if note:
            noted.add(note[1])
        elif item and item[1]:
            items.add(item[1])
        elif line.startswith("#"):
            return False
    return items <= noted
