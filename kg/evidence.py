"""Where a document says it: evidence with the sentence around the quote."""

from __future__ import annotations

from kg.model import Document, Evidence, Span
from kg.passages import find_heading, find_paragraph, find_sentence

# How much of the surrounding sentence a quote selector carries on each side, in code points.
_LONGEST_CONTEXT = 120


def to_evidence(document: Document, document_iri: str, span: Span) -> Evidence:
    """The evidence at a span, with the rest of its sentence on both sides."""
    text, (begin, end) = document.text, span
    first, last = find_sentence(text, span)
    if begin - first > _LONGEST_CONTEXT:
        first = begin - _LONGEST_CONTEXT
    if last - end > _LONGEST_CONTEXT:
        last = end + _LONGEST_CONTEXT
    # Positional: there are more of these than of anything else.
    return Evidence(
        document_iri, span, text[begin:end], text[first:begin], text[end:last].rstrip("\n"),
        find_heading(document, begin), find_paragraph(document, begin),
    )  # fmt: skip
