"""Where a document says it: evidence with the sentence around the quote."""

from __future__ import annotations

from kg.model import Document, Evidence, Span
from kg.passages import find_paragraph, find_section, find_sentence

# How much of the surrounding sentence a quote selector carries on each side, in code points.
_LONGEST_CONTEXT = 120


def to_evidence(document: Document, document_iri: str, span: Span) -> Evidence:
    """The evidence at a span, with the rest of its sentence on both sides."""
    sentence = find_sentence(document.text, span)
    return Evidence(
        document=document_iri,
        span=span,
        quote=document.text[span.begin : span.end],
        prefix=document.text[max(sentence.begin, span.begin - _LONGEST_CONTEXT) : span.begin],
        suffix=document.text[span.end : min(sentence.end, span.end + _LONGEST_CONTEXT)].rstrip("\n"),
        section=" / ".join(find_section(document, span.begin).path),
        paragraph=find_paragraph(document, span.begin),
    )
