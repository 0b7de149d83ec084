"""Samples as vectors of weighted words, and how near a question is to each."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.asking.wording import SLOTS

Vector = NDArray[np.float64]
Places = NDArray[np.int64]

# A single Chinese character says less than a word, of which it may be any.
_CHARACTER = 0.4
_SLOT = 0.3
# What no sample has counts against a question, but less than what samples have counts for it.
_UNKNOWN = 0.7
# What a title or a description has counts less than what a sample has: they are written for readers, not by askers.
_DESCRIBED = 0.75
# Of the ridge regression: how far it trusts the samples as they stand.
_RIDGE = 0.2
# How the three weigh: likeness to the nearest sample, the regression over all, how much of the question is explained.
_LIKENESS, _MEMBERSHIP, _COVERAGE = 0.25, 0.35, 0.4


@dataclass(frozen=True, slots=True)
class Space:
    """The samples' vectors, each of length one, as postings: for each word the samples that have it, and how much.

    `groups` is each sample's query, `weights` are the regression's, `covered` is by word what each query has of it.
    """

    columns: Mapping[str, int]
    idf: Vector
    postings: tuple[tuple[Places, Vector], ...]
    groups: Places
    weights: Vector
    covered: Vector

    def score(self, features: Sequence[Counter[str]]) -> Vector:
        """For each question (row) how well each sample fits (column), from 0 to about 1.

        A sample's score is of its likeness, of the regression over all samples of its query, and of how much of the
        question is in anything that is said of that query.
        """
        vectors = [_to_vector(one, self.columns, self.idf) for one in features]
        likeness = np.zeros((len(features), len(self.groups)))
        coverage = np.zeros((len(features), self.covered.shape[1]))
        for row, vector in enumerate(vectors):
            for column, weight in vector.items():
                samples, weights = self.postings[column]
                likeness[row, samples] += weight * weights
                coverage[row] += weight * weight * self.covered[column]
        grouped = _MEMBERSHIP * (likeness @ self.weights) + _COVERAGE * coverage
        scores: Vector = _LIKENESS * likeness + grouped[:, self.groups]
        return scores


def make_space(features: Sequence[Counter[str]], groups: Sequence[int], described: Sequence[Counter[str]]) -> Space:
    """The space of samples and of what describes each group; a word that many groups have weighs little."""
    held: dict[str, set[int]] = defaultdict(set)
    for one, group in [*zip(features, groups, strict=True), *((one, at) for at, one in enumerate(described))]:
        for gram in one:
            held[gram].add(group)
    columns = {gram: number for number, gram in enumerate(sorted(held))}
    count = len(described)
    idf = np.array([math.log((1 + count) / len(held[gram])) for gram in columns])
    collected: list[list[tuple[int, float]]] = [[] for _ in columns]
    for sample, one in enumerate(features):
        for column, weight in _to_vector(one, columns, idf).items():
            collected[column].append((sample, weight))
    postings = tuple(
        (np.array([sample for sample, _ in one], dtype=np.int64), np.array([weight for _, weight in one]))
        for one in collected
    )
    numbers = np.array(groups, dtype=np.int64)
    kernel = _RIDGE * np.eye(len(numbers))
    for samples, weights in postings:
        kernel[samples[:, None], samples] += weights[:, None] * weights
    wanted = (numbers[:, None] == np.arange(count)).astype(np.float64)
    covered = np.zeros((len(columns), count))
    for group, one in enumerate(described):
        covered[[columns[gram] for gram in one], group] = _DESCRIBED
    for group, one in zip(groups, features, strict=True):
        covered[[columns[gram] for gram in one], group] = 1.0
    return Space(columns, idf, postings, numbers, np.linalg.solve(kernel, wanted), covered)


def _to_vector(features: Counter[str], columns: Mapping[str, int], idf: Vector) -> dict[int, float]:
    """A question's words by column, of length one with those that no sample has, which have no column."""
    unknown = _UNKNOWN * float(idf.max(initial=0.0))
    vector: dict[int, float] = {}
    length = 0.0
    for gram, count in features.items():
        weight = (1 + math.log(count)) * _weigh(gram)
        column = columns.get(gram)
        weight *= unknown if column is None else float(idf[column])
        length += weight * weight
        if column is not None:
            vector[column] = weight
    return {column: weight / math.sqrt(length) for column, weight in vector.items()} if length else {}


def _weigh(gram: str) -> float:
    if len(gram) > 1 or gram.isascii():
        return 1.0
    if gram in SLOTS.values():
        return _SLOT
    return _CHARACTER if "\u3400" <= gram <= "\u9fff" else 1.0
