"""One document through the annotator's rules: names, figures, periods, what figures measure, relations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

from kg.annotate.chains import find_chains
from kg.annotate.coordination import find_listed, find_quoted_lists
from kg.annotate.lexicon import Lexicon
from kg.annotate.names import find_names
from kg.annotate.numbers import compile_figures, find_figures, find_periods
from kg.annotate.passage import Passage, to_passage
from kg.annotate.proposals import Proposal, Proposals
from kg.annotate.selection import select_proposals
from kg.model import FIGURE, Annotations, Document, Figure, Mention, Span
from kg.passages import is_heading

_LONGEST_SLOGAN = 14


def annotate(document: Document, lexicon: Lexicon) -> Proposals:
    """What the rules find in a document. Deterministic; reads nothing but the document and the lexicon."""
    found = [
        one for paragraph in _iterate_paragraphs(document) for one in _annotate_paragraph(document, paragraph, lexicon)
    ]
    ids = count(1)
    mentions, figures, reasons = [], [], {}
    for one in found:
        name, span = f"T{next(ids)}", Span(one.begin, one.end)
        surface = document.text[one.begin : one.end]
        reasons[name] = (one.rule, one.confidence)
        if one.cls == FIGURE:
            figures.append(Figure(name, span, surface, ()))
        else:
            mentions.append(Mention(name, one.cls, span, surface, (), one.link))
    annotations = Annotations(document.file, mentions=tuple(mentions), figures=tuple(figures))
    return Proposals(annotations, reasons)


def _iterate_paragraphs(document: Document) -> Iterator[Span]:
    """The paragraphs that say something: neither the title nor a heading."""
    for number, paragraph in enumerate(document.paragraphs):
        line = document.text[paragraph.begin : paragraph.end]
        if (number == 0 and line.strip() == document.title) or is_heading(line):
            continue
        yield paragraph


def _annotate_paragraph(document: Document, paragraph: Span, lexicon: Lexicon) -> list[Proposal]:
    text = document.text[paragraph.begin : paragraph.end]
    periods = list(find_periods(text, document.date))
    figures = list(find_figures(text, compile_figures(lexicon.quantities), lexicon.quantities))
    figures = [one for one in figures if not _is_quoted(text, one)]
    passage = to_passage(text, lexicon, (*figures, *periods))
    names = _find_all_names(passage, lexicon)
    kept = select_proposals((*names, *figures, *periods))
    return [replace(one, begin=one.begin + paragraph.begin, end=one.end + paragraph.begin) for one in kept]


def _is_quoted(text: str, figure: Proposal) -> bool:
    """Whether a figure stands inside a short quotation: a slogan's number counts nothing."""
    opened, closed = text.rfind("“", 0, figure.begin), text.rfind("”", 0, figure.begin)
    return opened > closed and text.find("”", figure.end) - opened <= _LONGEST_SLOGAN


def _find_all_names(passage: Passage, lexicon: Lexicon) -> list[Proposal]:
    names = list(find_names(passage, lexicon))
    names += find_listed(passage, names, lexicon)
    names += find_quoted_lists(passage, lexicon)
    return [*names, *find_chains(passage.text, names, lexicon)]
