"""One document through the annotator's rules: names, figures, periods, what figures measure, relations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from kg.annotate.assembly import Related, to_proposals
from kg.annotate.chains import find_chains
from kg.annotate.coordination import find_focused, find_listed, find_quoted_lists, find_side_by_side
from kg.annotate.framing import (
    find_abbreviated,
    find_short_forms,
    find_title,
    is_itself,
    relate_title,
    to_title,
)
from kg.annotate.lexicon import Lexicon
from kg.annotate.measured import Measured
from kg.annotate.measuring import Carried, measure_figures
from kg.annotate.names import find_names
from kg.annotate.numbered import to_kinds
from kg.annotate.numbers import compile_figures, find_figures, find_periods
from kg.annotate.passage import Passage, to_passage
from kg.annotate.proposals import Proposal, Proposals
from kg.annotate.relating import Verb, relate
from kg.annotate.selection import select_proposals
from kg.model import PERIOD, Document, Span
from kg.passages import is_heading
from kg.status import is_under_plan

_LONGEST_SLOGAN = 14
_LONGEST_PIECE = 1500


def annotate(document: Document, lexicon: Lexicon) -> Proposals:
    """What the rules find in a document. Deterministic; reads nothing but the document and the lexicon."""
    found: list[Proposal] = []
    measured: list[Measured] = []
    related: list[Related] = []
    carried = Carried()
    actor: Proposal | None = None
    fresh = True
    forms: dict[str, str] = {}
    title = find_title(document, lexicon)
    municipal = _is_municipal(document, lexicon)
    for paragraph in _iterate_pieces(document):
        line = document.text[paragraph.begin : paragraph.end]
        if is_heading(line):
            carried, fresh = Carried(None, carried.region), True
            continue
        if title is not None and title.begin <= paragraph.begin < title.end:
            within, _ = _annotate_paragraph(document, paragraph, lexicon, forms)
            within = [one for one in within if one.cls == "Agency" and one.begin == title.begin]
            found += (title, *within)
            related += relate_title(document.text, paragraph.begin, paragraph.end, within, title)
            continue
        if paragraph.begin == 0 and line.strip() == document.title:
            continue
        kept, verbs = _annotate_paragraph(document, paragraph, lexicon, forms)
        defined = find_short_forms(document.text, kept)
        if not defined.keys() <= forms.keys():
            forms |= defined
            kept, verbs = _annotate_paragraph(document, paragraph, lexicon, forms)
        if municipal:
            kept = [one._replace(cls=_MUNICIPALITY) if _is_own_city(one) else one for one in kept]
        # （二）… opens a part of its own, for which the time of the part before it does not hold.
        planned = line.startswith(("（", "(")) or is_under_plan(document, paragraph, lexicon.vocabulary)
        figures = measure_figures(document.text, kept, carried, lexicon, planned=planned)
        new, first = relate(document.text, paragraph.begin, paragraph.end, kept, verbs, actor, lexicon)
        if first is not None and (fresh or actor is None) and document.kind != _NOTIFIES:
            # Who acts first in a section acts where its next paragraphs name nobody.
            actor, fresh = first, False
        if title is not None:
            new = tuple(filter(None, (to_title(one, title) for one in new)))
            related += relate_title(document.text, paragraph.begin, paragraph.end, kept, title)
            kept = [one for one in kept if not is_itself(one)]
        related += new
        measured += (_without_own_scope(document, one) for one in figures)
        found += kept
        carried = _carry(kept, carried)
    return to_proposals(document, found, measured, related)


_MUNICIPALITY = "Municipality"
# A notice tells many what each is to do: who is named in one paragraph does not act in the next.
_NOTIFIES = "Notice"


def _is_municipal(document: Document, lexicon: Lexicon) -> bool:
    """Whether a municipality speaks, whose 全市 is no city but what a province is."""
    speaker = document.place or document.issuer or document.title
    words = [entry for end, entry in lexicon.find(speaker) if entry.region and end <= len(entry.word) + 1]
    return any(entry.region == _MUNICIPALITY for entry in words)


def _is_own_city(one: Proposal) -> bool:
    return one.rule == "deixis" and one.cls == "City"


def _iterate_pieces(document: Document) -> Iterator[Span]:
    """The paragraphs, an overlong one in pieces that end with a sentence: the rules compare all names of a piece."""
    for paragraph in document.paragraphs:
        begin = paragraph.begin
        while paragraph.end - begin > _LONGEST_PIECE:
            cut = max(document.text.rfind(end, begin, begin + _LONGEST_PIECE) for end in "。！？；，") + 1
            cut = cut if cut > begin else begin + _LONGEST_PIECE
            yield Span(begin, cut)
            begin = cut
        yield Span(begin, paragraph.end)


def _without_own_scope(document: Document, one: Measured) -> Measured:
    """A figure's scope is said only where it is another region than the document's own."""
    scope = one.scope
    if scope is None or scope.cls != "City":
        return one
    named = document.text[scope.begin : scope.end].removesuffix("市")
    own = scope.rule == "deixis" or named in (document.issuer or document.title)
    return replace(one, scope=None) if own else one


def _carry(kept: list[Proposal], carried: Carried) -> Carried:
    periods = [one for one in kept if one.cls == PERIOD]
    regions = [one for one in kept if one.rule == "deixis" and one.cls in {"Province", "City", _MUNICIPALITY}]
    # The period that opens a section holds for what follows in it; a later one only for its own paragraph.
    return Carried(carried.period or (periods[0] if periods else None), regions[-1] if regions else carried.region)


def _annotate_paragraph(
    document: Document, paragraph: Span, lexicon: Lexicon, forms: dict[str, str]
) -> tuple[list[Proposal], list[Verb]]:
    text = document.text[paragraph.begin : paragraph.end]
    periods = list(find_periods(text, document.date))
    figures = list(find_figures(text, compile_figures(lexicon.quantities), lexicon.quantities))
    figures = [one for one in figures if not _is_quoted(text, one)]
    replies = _find_reply(document, text)
    passage = to_passage(text, lexicon, (*figures, *periods))
    names = _find_all_names(passage, lexicon)
    names += find_abbreviated(text, forms)
    kept = to_kinds(text, select_proposals((*names, *figures, *periods, *replies)))
    verbs = _find_verbs(passage, kept, paragraph.begin)
    return [one._replace(begin=one.begin + paragraph.begin, end=one.end + paragraph.begin) for one in kept], verbs


_REPLIES = "Reply"
_REPLY = re.compile("(?:本|此)?(?:次)?答复(?:意见)?(?=如下|：|，|。|、|由|的|已|经)|此复")


def _find_reply(document: Document, text: str) -> Iterator[Proposal]:
    """现答复如下 in a reply is the reply itself."""
    if document.kind == _REPLIES:
        for found in _REPLY.finditer(text):
            yield Proposal(*found.span(), document.kind, "itself", 0.8, f"document/{document.title}")


def _find_verbs(passage: Passage, kept: list[Proposal], offset: int) -> list[Verb]:
    """The verbs of a paragraph that stand in no name, the longest where they overlap."""
    named = bytearray(len(passage.text))
    for one in kept:
        named[one.begin : one.end] = b"\1" * (one.end - one.begin)
    verbs: list[Verb] = []
    for word in passage.words:
        group = word.entry.verbs
        if group is None or named[word.begin] or named[word.end - 1]:
            continue
        while verbs and word.begin + offset <= verbs[-1].begin:
            verbs.pop()
        if not verbs or word.begin + offset >= verbs[-1].end:
            verbs.append(Verb(word.begin + offset, word.end + offset, group, word.entry.word))
    return verbs


def _is_quoted(text: str, figure: Proposal) -> bool:
    """Whether a figure stands inside a short quotation: a slogan's number counts nothing."""
    opened, closed = text.rfind("“", 0, figure.begin), text.rfind("”", 0, figure.begin)
    return opened > closed and text.find("”", figure.end) - opened <= _LONGEST_SLOGAN


def _find_all_names(passage: Passage, lexicon: Lexicon) -> list[Proposal]:
    names = list(find_names(passage, lexicon))
    names += find_listed(passage, names, lexicon)
    names += find_focused(passage, names, lexicon)
    names += find_quoted_lists(passage, lexicon)
    names += find_side_by_side(passage)
    names += find_chains(passage.text, names, lexicon)
    topics = _find_topics(passage.text)
    return [one for one in names if not _is_topic(passage.text, one, topics)] if topics else names


# 一是培育体系更趋完备。 announces what follows and says nothing of it yet.
_TOPIC = re.compile(
    "(?:^|(?<=[。；;\n]))([一二三四五六七八九十]是|（[一二三四五六七八九十]{1,3}）|[0-9]{1,2}[.．、])[^，,。；;0-9]{2,22}。"
)


def _find_topics(text: str) -> list[Span]:
    """Where a text announces topics that it goes on to speak of."""
    last = len(text.rstrip())
    return [Span(found.end(1), found.end()) for found in _TOPIC.finditer(text) if found.end() < last]


def _is_topic(text: str, one: Proposal, topics: list[Span]) -> bool:
    """Whether a name stands in words that announce a topic; what has a name in quotation marks is said of there."""
    if "“" in text[one.begin : one.end] or one.rule == "title":
        return False
    return any(topic.begin <= one.begin and one.end <= topic.end for topic in topics)
