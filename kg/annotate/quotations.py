"""Names that quotation marks give away: “…” with a head noun inside or after it, 《…》 by the end of the title."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.annotate.lexicon import Lexicon
from kg.annotate.passage import Passage
from kg.annotate.proposals import Proposal

_LONGEST_LINK = 20
_QUOTABLE = frozenset(
    {"Mechanism", "Programme", "Loan", "ServicePlatform", "Fund", "FundOfFunds", "System", "Event", "Subsidy"}
)
_NOTE_OF_TITLE = re.compile(r"[（(][^（()）]*[）)]\Z")


def find_titles(passage: Passage, lexicon: Lexicon) -> Iterator[Proposal]:
    """Documents in 《》."""
    for end, begin in passage.quotes.items():
        if passage.text[begin] == "《":
            yield _to_document(passage.text, begin, end, lexicon)
    for found in re.finditer("《[^《》\n]{40,120}》", passage.text):
        yield _to_document(passage.text, found.start(), found.end(), lexicon)


def _to_document(text: str, begin: int, end: int, lexicon: Lexicon) -> Proposal:
    cls = find_kind_of_document(text[begin + 1 : end - 1], lexicon)
    return Proposal(begin, end, cls or "Document", "title", 0.9)


def find_kind_of_document(title: str, lexicon: Lexicon) -> str | None:
    """The class of a document by the end of its title; None where that says nothing."""
    title = _NOTE_OF_TITLE.sub("", title)
    endings = [word for word in lexicon.resources.titles if title.endswith(word)]
    return lexicon.resources.titles[max(endings, key=len)] if endings else None


def find_quoted(passage: Passage, lexicon: Lexicon) -> Iterator[Proposal]:
    """“…” that a head noun inside closes: “揭榜制”, “科技人才贷”, or that ends as such names do: “渝快办”."""
    heads, endings = lexicon.resources.heads, lexicon.resources.quoted
    for end, begin in passage.quotes.items():
        inner = passage.text[begin + 1 : end - 1]
        if passage.text[begin] != "“" or not 2 < len(inner) <= _LONGEST_LINK or "、" in inner:
            continue
        ending = next((inner[size:] for size in range(1, len(inner)) if inner[size:] in heads), None)
        if ending and heads[ending].alone and heads[ending].cls in _QUOTABLE:
            yield Proposal(begin, end, heads[ending].cls, "quoted", 0.85)
            continue
        fitting = (cls for cls, (ends, most) in endings.items() if inner.endswith(ends) and len(inner) <= most)
        cls = next(fitting, None)
        if cls:
            yield Proposal(begin, end, cls, "quoted", 0.65)
