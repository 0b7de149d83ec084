"""Proposals as brat standoff, each with a note of the rule that made it and how sure it is.

The last line holds a digest of those before it: while it fits nobody has touched the file, and it may be written anew.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from kg.annotate.proposals import Proposals
from kg.model import Figure

_FIGURE_RELATIONS = ("indicator", "about", "period", "scope")
_SEAL = re.compile(r"#\d+\tAnnotatorNotes [TR]\d+\tkg annotate sha256=([0-9a-f]{64})\n?\Z")


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
    content = "".join(f"{line}\n" for line in lines)
    if not noted:
        return content
    seal = f"AnnotatorNotes {noted[0][0]}\tkg annotate sha256={_to_digest(content)}"
    return f"{content}#{len(noted) + len(notes) + 1}\t{seal}\n"


def _to_digest(content: str) -> str:
    return hashlib.sha256(content.encode("utf-8")).hexdigest()


def _iterate_figure_relations(figures: list[Figure], kept: set[str]) -> Iterator[tuple[Figure, str, str]]:
    for figure in figures:
        for name in _FIGURE_RELATIONS:
            target = getattr(figure, name)
            if target is not None and target in kept:
                yield figure, name, target


def is_machine_made(content: str) -> bool:
    """Whether a `.ann` file is empty, or as `to_noted_brat` wrote it to the last character: nobody's work is in it."""
    if not content.strip():
        return True
    before, _, last = content.rstrip("\n").rpartition("\n")
    seal = _SEAL.match(last)
    return seal is not None and seal[1] == _to_digest(before + "\n")
