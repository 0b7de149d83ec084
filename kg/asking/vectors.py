"""Samples as vectors of weighted words, and how near a question is to each."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.asking.wording import SLOTS

Matrix = NDArray[np.float64]

# A single Chinese character says less than a word, of which it may be any.
_CHARACTER = 0.4
_SLOT = 0.5
# What no sample has counts against a question, but less than what samples have counts for it.
_UNKNOWN = 0.7
# What a query's title and description have counts for it by half: they are written for readers, not by askers.
_DESCRIBED = 0.5
# Of the ridge regression: how far it trusts the samples as they stand.
_RIDGE = 0.3
# How the three weigh: likeness to the nearest sample, the regression over all, how much of the question is explained.
_LIKENESS, _MEMBERSHIP, _COVERAGE = 0.35, 0.35, 0.3


@dataclass(frozen=True, slots=True)
class Space:
    """The samples' vectors, each of length one; `groups` is each one's query, `weights` are the regression's."""

    columns: dict[str, int]
    idf: NDArray[np.float64]
    samples: Matrix
    groups: NDArray[np.int64]
    weights: Matrix
    covered: Matrix
    unknown: float

    def score(self, features: Sequence[Counter[str]]) -> Matrix:
        """For each question (row) how well each sample fits, from 0 to about 1.

        A sample's score is of its likeness, of the regression over all samples of its query, and of how much of the
        question is in anything that is said of that query.
        """
        vectors = np.stack([self._to_vector(one) for one in features])
        likeness = vectors @ self.samples.T
        membership = likeness @ self.weights
        coverage = (vectors * vectors) @ self.covered.T
        grouped = _MEMBERSHIP * membership + _COVERAGE * coverage
        scores: Matrix = _LIKENESS * likeness + grouped[:, self.groups]
        return scores

    def _to_vector(self, features: Counter[str]) -> NDArray[np.float64]:
        vector = np.zeros(len(self.columns))
        beyond = 0.0
        for gram, count in features.items():
            weight = (1 + math.log(count)) * _weigh(gram)
            column = self.columns.get(gram)
            if column is None:
                beyond += (weight * self.unknown) ** 2
            else:
                vector[column] = weight * self.idf[column]
        length = math.sqrt(float(vector @ vector) + beyond)
        return vector / length if length else vector


def make_space(features: Sequence[Counter[str]], groups: Sequence[int], described: Sequence[Counter[str]]) -> Space:
    """The space of samples and of what describes each group; a word that many groups have weighs little."""
    held: dict[str, set[int]] = defaultdict(set)
    for one, group in [*zip(features, groups, strict=True), *((one, at) for at, one in enumerate(described))]:
        for gram in one:
            held[gram].add(group)
    columns = {gram: number for number, gram in enumerate(sorted(held))}
    count = len(described)
    idf = np.array([math.log((1 + count) / len(held[gram])) for gram in columns])
    numbers = np.array(groups, dtype=np.int64)
    none = np.zeros((0, 0))
    bare = Space(columns, idf, none, numbers, none, none, _UNKNOWN * math.log(1 + count))
    samples = np.stack([bare._to_vector(one) for one in features])
    wanted = (numbers[:, None] == np.arange(count)[None, :]).astype(np.float64)
    weights = np.linalg.solve(samples @ samples.T + _RIDGE * np.eye(len(numbers)), wanted)
    covered = np.zeros((count, len(columns)))
    for group, one in enumerate(described):
        covered[group, [columns[gram] for gram in one]] = _DESCRIBED
    for group, one in zip(groups, features, strict=True):
        covered[group, [columns[gram] for gram in one]] = 1.0
    return Space(columns, idf, samples, numbers, weights, covered, bare.unknown)


def _weigh(gram: str) -> float:
    if len(gram) > 1 or gram.isascii():
        return 1.0
    if gram in SLOTS.values():
        return _SLOT
    return _CHARACTER if "\u3400" <= gram <= "\u9fff" else 1.0
