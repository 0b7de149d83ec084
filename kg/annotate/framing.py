"""What frames a document: its title and who issued it, the signature at its end, the short forms that it defines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.annotate.assembly import Related
from kg.annotate.lexicon import Lexicon
from kg.annotate.proposals import Proposal
from kg.annotate.quotations import find_kind_of_document
from kg.model import FIGURE, PERIOD, Document

_ITSELF = "itself"
_ISSUERS = frozenset({"Agency", "Organization", "RepresentativeBody"})
_SHORT_FORM = re.compile(r"[”》」]?[（(](?:以下)?(?:统称|简称)(?:为)?[：:]?[“「]?([^”」）)，。；]{2,12})[”」]?[）)]")
# What may stand in the line of a signature beside who signs.
_SIGNATURE = re.compile(r"\s*(?:编印|印发|编|印|（章）|\(章\)|）)?\s*")
_DECIDING = re.compile(
    "(?:研究)?(?:决定|现)?(?:组织)?(?:制定|实施|印发|出台|编制|发布)(?:了|实施)?本(?:行动)?(?:规划|方案|计划|行动计划|办法|意见|通知|细则|措施)"
)


def find_title(document: Document, lexicon: Lexicon) -> Proposal | None:
    """The document's title where it opens the text and says which kind of document it is."""
    begin = len(document.text) - len(document.text.lstrip())
    title = document.title.strip()
    if not title or not document.text.startswith(title, begin):
        return None
    kind = find_kind_of_document(title, lexicon)
    if kind is None:
        return None
    kind = document.kind if document.kind and document.kind != "Document" else kind
    return Proposal(begin, begin + len(title), kind, _ITSELF, 0.8)


def is_itself(one: Proposal) -> bool:
    """Whether a name stands for the document that it is in: 现答复如下."""
    return one.rule == _ITSELF


def find_short_forms(text: str, found: Sequence[Proposal]) -> dict[str, str]:
    """The short forms that a paragraph defines right after a name, with the class of that name."""
    forms: dict[str, str] = {}
    for one in found:
        said = _SHORT_FORM.match(text, one.end) if one.cls not in {FIGURE, PERIOD} else None
        if said and "“" not in said[1]:
            forms[said[1]] = one.cls
    return forms


def find_abbreviated(text: str, forms: dict[str, str]) -> Iterator[Proposal]:
    """Where short forms stand in a text, but where they are defined."""
    for form, cls in forms.items():
        for found in re.finditer(re.escape(form), text):
            if not _SHORT_FORM.search(text, max(found.start() - 8, 0), found.end() + 2):
                yield Proposal(found.start(), found.end(), cls, "short-form", 0.85)


def relate_title(text: str, begin: int, end: int, found: Sequence[Proposal], title: Proposal) -> Iterator[Related]:
    """Who issued the document: named in its title, alone in a line at its end, or as who decided it."""
    for one in found:
        if one.cls not in _ISSUERS:
            continue
        if title.covers(one):
            yield Related(title, "issuedBy", one, "title", 0.85)
        elif _is_alone(text, begin, end, one):
            yield Related(title, "issuedBy", one, "signature", 0.85)
        elif _DECIDING.match(text, one.end, end):
            yield Related(title, "issuedBy", one, "decided", 0.8)
            yield Related(one, "implements", title, "decided", 0.7)


def _is_alone(text: str, begin: int, end: int, one: Proposal) -> bool:
    return not text[begin : one.begin].strip() and _SIGNATURE.fullmatch(text, one.end, end) is not None


def to_title(related: Related, title: Proposal) -> Related | None:
    """A relation in which the document itself stands, said of its title; None where that leaves nothing."""
    subject, other = (title if is_itself(one) else one for one in (related.subject, related.object))
    if subject is other:
        return None
    return Related(subject, related.property, other, related.rule, related.confidence)
