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
_UNKNOWN = 0.55
# Of the ridge regression: how far it trusts the samples as they stand.
_RIDGE = 0.3


@dataclass(frozen=True, slots=True)
class Space:
    """The samples' vectors, each of length one; `groups` is each one's query, `weights` are the regression's."""

    columns: dict[str, int]
    idf: NDArray[np.float64]
    samples: Matrix
    groups: NDArray[np.int64]
    weights: Matrix
    unknown: float

    def compare(self, features: Sequence[Counter[str]]) -> tuple[Matrix, Matrix]:
        """For each question (row) its likeness to every sample, from 0 to 1, and its membership in every group."""
        vectors = np.stack([self._to_vector(one) for one in features])
        likeness: Matrix = vectors @ self.samples.T
        return likeness, likeness @ self.weights

    def knows(self, gram: str) -> bool:
        """Whether a sample has this word or sequence."""
        return gram in self.columns

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


def make_space(features: Sequence[Counter[str]], groups: Sequence[int]) -> Space:
    """The space that samples span; a word that many groups have weighs little."""
    held: dict[str, set[int]] = defaultdict(set)
    for one, group in zip(features, groups, strict=True):
        for gram in one:
            held[gram].add(group)
    columns = {gram: number for number, gram in enumerate(sorted(held))}
    count = len(set(groups))
    idf = np.array([math.log((1 + count) / len(held[gram])) for gram in columns])
    numbers = np.array(groups, dtype=np.int64)
    empty = np.zeros((0, len(columns)))
    bare = Space(columns, idf, empty, numbers, np.zeros((0, 0)), _UNKNOWN * math.log(1 + count))
    samples = np.stack([bare._to_vector(one) for one in features])
    kernel = samples @ samples.T
    wanted = (numbers[:, None] == np.arange(count)[None, :]).astype(np.float64)
    weights = np.linalg.solve(kernel + _RIDGE * np.eye(len(numbers)), wanted)
    return Space(columns, idf, samples, numbers, weights, bare.unknown)


def _weigh(gram: str) -> float:
    if len(gram) > 1 or gram.isascii():
        return 1.0
    if gram in SLOTS.values():
        return _SLOT
    return _CHARACTER if "\u3400" <= gram <= "\u9fff" else 1.0
