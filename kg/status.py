"""Achieved, ongoing or planned: the reading rules (docs/annotation.md) for what an annotator left to them.

The words that the rules look for come from the ontology.
"""

from __future__ import annotations

from kg.model import Annotations, Document, Span
from kg.ontology import Vocabulary
from kg.passages import find_section, find_sentence

PLANNED, ONGOING, ACHIEVED = "planned", "ongoing", "achieved"


def derive_status(
    document: Document, annotations: Annotations, target: Span, vocabulary: Vocabulary, default: str
) -> str:
    """The status of what a document says at `target`, from the headings above and the words of its sentence before it.

    Planned after a heading cue (下一步) and where 将/力争/谋划 governs; else by the nearest verb; else `default`.
    """
    if is_under_plan(document, target, vocabulary):
        return PLANNED
    words = _mask_mentions(document, annotations, Span(find_sentence(document.text, target).begin, target.begin))
    planned = max(words.rfind(cue) for cue in _cues(vocabulary, PLANNED))
    if planned >= 0 and not any(stop in words[planned:] for stop in "；;"):
        return PLANNED
    nearest = max(
        ((words.rfind(cue), len(cue), status) for cue, status in vocabulary.status_cues.items() if status != PLANNED),
        default=(-1, 0, default),
    )
    return nearest[2] if nearest[0] >= 0 else default


def is_under_plan(document: Document, span: Span, vocabulary: Vocabulary) -> bool:
    """Whether a part that a heading cue (下一步) opens holds the begin of a span."""
    path = find_section(document, span.begin).path
    return any(cue in heading for heading in path for cue in vocabulary.heading_cues)


def _cues(vocabulary: Vocabulary, status: str) -> list[str]:
    return [cue for cue, meaning in vocabulary.status_cues.items() if meaning == status] or ["\0"]


def _mask_mentions(document: Document, annotations: Annotations, span: Span) -> str:
    # A cue inside a name (…计划, 拟…) is part of the name and says nothing of what is planned.
    words = list(document.text[span.begin : span.end])
    for mention in annotations.mentions:
        for place in range(max(mention.span.begin, span.begin), min(mention.span.end, span.end)):
            words[place - span.begin] = "\0"
    return "".join(words)
