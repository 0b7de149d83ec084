"""A comparison as plain values for programs: every ratio with the counts it comes from, keys in a fixed order."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from kg.evaluation.comparison import Comparison, Confusion, Measures
from kg.evaluation.errors import Mistake
from kg.evaluation.judged import FIGURE_WORDS
from kg.evaluation.resolution import ResolvedPair, count_identical, score_clusters
from kg.evaluation.scores import Counts, Ratios, Tally, to_macro, to_micro

# Ratios are rounded to this many decimal places.
_PLACES = 4
Content = dict[str, object]


def to_json(comparison: Comparison, errors: int | None = None) -> str:
    """The whole comparison as JSON, sorted by key; at most `errors` mistakes of each kind, all where it is None."""
    return json.dumps(to_content(comparison, errors), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def to_content(comparison: Comparison, errors: int | None = None) -> Content:
    """`total`, `folders`, `documents` (measures by name), `errors` (counts and items), `rejected` and `unpaired`."""
    mistakes = [mistake for document in comparison.documents for mistake in document.mistakes]
    return {
        "gold": comparison.gold,
        "predicted": comparison.predicted,
        "total": to_measures(comparison.total),
        "folders": {name: to_measures(measures) for name, measures in comparison.folders.items()},
        "documents": {document.file: to_measures(document.measures) for document in comparison.documents},
        "errors": {
            "counts": _count_mistakes(mistakes),
            "items": [_to_item(mistake) for mistake in select_mistakes(mistakes, errors)],
        },
        "rejected": {
            "gold": [str(one) for document in comparison.documents for one in document.gold_rejections],
            "predicted": [str(one) for document in comparison.documents for one in document.predicted_rejections],
        },
        "unpaired": list(comparison.unpaired),
    }


def to_measures(measures: Measures) -> Content:
    """The measures of one document, a folder or the whole."""
    return {
        "documents": measures.documents,
        "mentions": {
            criterion: {
                **_to_averages(by_class, "classes"),
                "micro_without_period_and_indicator": to_score(to_micro(by_class, FIGURE_WORDS)),
            }
            for criterion, by_class in measures.mentions.items()
        },
        "relations": _to_relations(measures.relations),
        "figures": {criterion: to_score(to_micro(by_class)) for criterion, by_class in measures.figures.items()},
        "status": {name: _to_status(confusion) for name, confusion in measures.statuses.items()},
        "resolution": _to_resolution(measures.resolved),
    }


def _to_relations(tally: Tally) -> Content:
    return {criterion: _to_averages(by_property, "properties") for criterion, by_property in tally.items()}


def _to_averages(by_class: Mapping[str, Counts], name: str) -> Content:
    return {
        "micro": to_score(to_micro(by_class)),
        "macro": _to_ratios(to_macro(by_class)),
        name: {one: to_score(counts) for one, counts in by_class.items()},
    }


def to_score(counts: Counts) -> Content:
    """Counts with their ratios."""
    return {"right": counts.right, "gold": counts.gold, "predicted": counts.predicted, **_to_ratios(counts)}


def _to_ratios(score: Counts | Ratios) -> Content:
    return {name: _round(getattr(score, name)) for name in ("precision", "recall", "f1")}


def _round(ratio: float | None) -> float | None:
    return None if ratio is None else round(ratio, _PLACES)


def count_agreeing(confusion: Confusion) -> tuple[int, int]:
    """Of matched items how many have one status on both sides, and how many there are."""
    return sum(count for (one, other), count in confusion.items() if one == other), sum(confusion.values())


def _to_status(confusion: Confusion) -> Content:
    right, matched = count_agreeing(confusion)
    return {
        **_to_accuracy(right, matched),
        "gold_to_predicted": {f"{one} → {other}": count for (one, other), count in confusion.items()},
    }


def _to_accuracy(right: int, matched: int) -> Content:
    return {"right": right, "matched": matched, "accuracy": _round(right / matched) if matched else None}


def _to_resolution(pairs: Sequence[ResolvedPair]) -> Content:
    content: Content = {"identity": _to_accuracy(count_identical(pairs), len(pairs))}
    for name, across in (("within_documents", False), ("across_documents", True)):
        score = score_clusters(pairs, across=across)
        content[name] = {"pairwise": to_score(score.pairwise), "b_cubed": _to_ratios(score.b_cubed)}
    return content


def _count_mistakes(mistakes: Iterable[Mistake]) -> Content:
    layers: dict[str, Counter[str]] = {}
    for mistake in mistakes:
        layers.setdefault(mistake.layer, Counter())[mistake.kind] += 1
    return {layer: dict(kinds) for layer, kinds in layers.items()}


def select_mistakes(mistakes: Iterable[Mistake], most: int | None) -> list[Mistake]:
    """At most so many mistakes of each kind in each layer, the first of each; all where `most` is None."""
    seen: Counter[tuple[str, str]] = Counter()
    selected = []
    for mistake in mistakes:
        seen[mistake.layer, mistake.kind] += 1
        if most is None or seen[mistake.layer, mistake.kind] <= most:
            selected.append(mistake)
    return selected


def _to_item(mistake: Mistake) -> Content:
    return {
        "layer": mistake.layer,
        "kind": mistake.kind,
        "file": mistake.file,
        "begin": mistake.span.begin,
        "end": mistake.span.end,
        "gold": mistake.gold,
        "predicted": mistake.predicted,
        "before": mistake.before,
        "words": mistake.words,
        "after": mistake.after,
    }
