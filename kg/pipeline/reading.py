"""What the annotations of one document say before anything is resolved: labels, periods, figures with quantities."""

from __future__ import annotations

import re
from bisect import bisect_left

from kg.formats.checking import Labels
from kg.model import PERIOD, Annotations, Document, Interval, Mention, Rejection
from kg.observations import ReadFigure, to_bounded
from kg.ontology import Vocabulary
from kg.periods import parse_period
from kg.quantities import QuantityLexicon, parse_quantities

# How much text around a figure its bound is looked for in, in code points.
_FIGURE_CONTEXT = 12

_NAMED_YEAR = "当年"
_YEAR = re.compile(r"(?<!\d)((?:19|20|21)\d{2})年")


def to_labels(vocabulary: Vocabulary) -> Labels:
    """How the vocabulary answers for the labels of an annotation file."""
    return Labels(
        vocabulary.resolve_class,
        vocabulary.resolve_property,
        vocabulary.resolve_code,
        frozenset(vocabulary.figure_properties),
    )


def read_periods(document: Document, annotations: Annotations) -> tuple[dict[str, Interval], list[Rejection]]:
    """The periods of a document's `Period` mentions by mention id, and those that cannot be read."""
    periods: dict[str, Interval] = {}
    rejections = []
    years = _find_years(document) if any(_NAMED_YEAR in one.surface for one in annotations.mentions) else []
    for mention in annotations.mentions:
        if mention.cls != PERIOD:
            continue
        try:
            periods[mention.id] = parse_period(
                mention.surface, reference=document.date, named_year=_find_named_year(mention, years)
            )
        except ValueError as error:
            rejections.append(
                Rejection(
                    annotations.file, mention.lines[0], mention.id,
                    f"读不懂的时间 period not understood “{mention.surface}”: {error}",
                    "请改标可读的时间词，如 2024年、“十五五”、近年来；相对的时间要在 .toml 写 date", mention.lines,
                )
            )  # fmt: skip
    return periods, rejections


def _find_years(document: Document) -> list[tuple[int, int]]:
    """The years that a text names, with where; one after the document's own is a target, which 当年 does not mean."""
    last = document.date.year if document.date else None
    years = [(found.start(), int(found[1])) for found in _YEAR.finditer(document.text)]
    return [one for one in years if last is None or one[1] <= last]


def _find_named_year(mention: Mention, years: list[tuple[int, int]]) -> int | None:
    """The year named last before a 当年; None for any other time, and where no year was named."""
    place = bisect_left(years, (mention.span.begin, 0)) if _NAMED_YEAR in mention.surface else 0
    return years[place - 1][1] if place else None


def read_figures(
    document: Document, annotations: Annotations, vocabulary: Vocabulary
) -> tuple[tuple[ReadFigure, ...], list[Rejection]]:
    """The figures of a document with the quantities that their words say, and those that cannot be read."""
    lexicon = QuantityLexicon(
        vocabulary.units, vocabulary.bounds_before, vocabulary.bounds_after, vocabulary.bound_links
    )
    figures = []
    rejections = []
    for figure in annotations.figures:
        before = document.text[max(figure.span.begin - _FIGURE_CONTEXT, 0) : figure.span.begin]
        after = document.text[figure.span.end : figure.span.end + _FIGURE_CONTEXT]
        try:
            quantities = parse_quantities(figure.surface, before=before, after=after, lexicon=lexicon)
        except ValueError as error:
            rejections.append(
                Rejection(
                    annotations.file, figure.lines[0], figure.id,
                    f"读不出数值 no number in “{figure.surface}”: {error}",
                    "请把数字和单位一起标，如 3万家、70.3%", figure.lines,
                )
            )  # fmt: skip
        else:
            figures.append(ReadFigure(figure, to_bounded(quantities, figure.bound)))
    return tuple(figures), rejections
