"""Gold and predicted documents compared: every measure per document, per folder and in all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from kg.evaluation.errors import Mistake, find_mistakes
from kg.evaluation.figures import match_figures, score_figures
from kg.evaluation.judged import JudgedDocument
from kg.evaluation.mentions import score_mentions
from kg.evaluation.relations import match_relations, score_relations
from kg.evaluation.resolution import ResolvedPair, find_resolved
from kg.evaluation.scores import Tally, add_tallies
from kg.model import Rejection

# What is measured, in order: also the names of the parts of a report.
MENTIONS, RELATIONS, FIGURES = "mentions", "relations", "figures"
Confusion = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Measures:
    """What was counted in one document or several.

    `statuses` are by `relations` and `figures`: how often matched items have this (gold, predicted) status.
    """

    documents: int
    mentions: Tally
    relations: Tally
    figures: Tally
    statuses: Mapping[str, Confusion]
    resolved: tuple[ResolvedPair, ...]


@dataclass(frozen=True, slots=True)
class ComparedDocument:
    """One document: its measures, its mistakes, and the annotations on either side that could not be used."""

    file: str
    measures: Measures
    mistakes: tuple[Mistake, ...]
    gold_rejections: tuple[Rejection, ...]
    predicted_rejections: tuple[Rejection, ...]

    @property
    def folder(self) -> str:
        """The folder inside the corpus, `.` for the corpus itself."""
        return str(PurePosixPath(self.file).parent)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two corpora compared; `unpaired` are documents of PREDICTED that GOLD lacks."""

    gold: str
    predicted: str
    documents: tuple[ComparedDocument, ...]
    unpaired: tuple[str, ...] = ()

    @property
    def total(self) -> Measures:
        """The measures of all documents together."""
        return add_measures(document.measures for document in self.documents)

    @property
    def folders(self) -> Mapping[str, Measures]:
        """The measures of each folder, by name."""
        groups: dict[str, list[Measures]] = {}
        for document in self.documents:
            groups.setdefault(document.folder, []).append(document.measures)
        return {name: add_measures(groups[name]) for name in sorted(groups)}


def compare_documents(gold: JudgedDocument, predicted: JudgedDocument) -> ComparedDocument:
    """The measures and mistakes of one document, whose text both sides share."""
    measures = Measures(
        documents=1,
        mentions=score_mentions(gold.mentions, predicted.mentions),
        relations=score_relations(gold.relations, predicted.relations),
        figures=score_figures(gold.figures, predicted.figures),
        statuses={
            RELATIONS: _count_statuses(
                (one.status, other.status) for one, other in match_relations(gold.relations, predicted.relations)
            ),
            FIGURES: _count_statuses(
                (one.status, other.status) for one, other in match_figures(gold.figures, predicted.figures)
            ),
        },
        resolved=find_resolved(gold.file, gold.mentions, predicted.mentions),
    )
    return ComparedDocument(gold.file, measures, find_mistakes(gold, predicted), gold.rejections, predicted.rejections)


def _count_statuses(pairs: Iterable[tuple[str, str]]) -> Confusion:
    return dict(sorted(Counter(pairs).items()))


def add_measures(parts: Iterable[Measures]) -> Measures:
    """Several documents' measures as one."""
    together: Sequence[Measures] = tuple(parts)
    return Measures(
        documents=sum(one.documents for one in together),
        mentions=add_tallies(one.mentions for one in together),
        relations=add_tallies(one.relations for one in together),
        figures=add_tallies(one.figures for one in together),
        statuses={name: _add_statuses(one.statuses[name] for one in together) for name in (RELATIONS, FIGURES)},
        resolved=tuple(pair for one in together for pair in one.resolved),
    )


def _add_statuses(parts: Iterable[Confusion]) -> Confusion:
    total: Counter[tuple[str, str]] = Counter()
    for part in parts:
        total.update(part)
    return dict(sorted(total.items()))
