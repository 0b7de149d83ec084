"""The index over names, and how it is asked: every name at once, as columns of characters.

What was measured against it (`benchmarks/search.py`): a Python loop over the names, one string with `str.find`, and
SQLite's FTS5 with trigrams, which finds no word of two characters, as most Chinese words are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.names import to_name_key
from kg.search.columns import Column, Flags, Positions, make_column
from kg.search.entries import Entry, Kind
from kg.search.pinyin import read_readings, to_initials

Scores = NDArray[np.uint8]

# How well a name fits, the best first; what does not fit at all comes last.
_EXACT, _EXACT_OTHER, _PREFIX, _INSIDE, _PINYIN, _PINYIN_PREFIX, _PINYIN_INSIDE = range(7)
_NONE = 255
_LONGEST = 100
_LATIN = re.compile(r"[a-z0-9]+")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
# Half of the pairs of characters shared: 光谷走廊 is near 光谷科创大走廊, 产业基金 is not near 产业集群.
_NEAR = 0.5


@dataclass(frozen=True, slots=True)
class Hit:
    """An entity found: what it is, in how many documents, and the name that fitted."""

    iri: str
    label: str
    label_en: str
    class_iri: str
    class_label: str
    documents: int
    links: int
    matched: str


@dataclass(frozen=True, slots=True)
class Index:
    """The names of all entities; `derive_index` makes one. Safe to ask from several threads, and to send elsewhere."""

    entries: tuple[Entry, ...]
    kinds: tuple[Kind, ...]
    _names: tuple[str, ...]
    _first: Positions
    _is_label: Flags
    _keys: Column
    _initials: Column
    _syllables: Column
    _heads: Flags
    _order: Positions
    _members: Mapping[str, Positions]

    @property
    def size(self) -> int:
        """Bytes that the columns take, without the entries."""
        columns = (self._keys, self._initials, self._syllables)
        arrays = [self._first, self._is_label, self._heads, self._order, *self._members.values()]
        return sum(one.nbytes for one in arrays) + sum(one.characters.nbytes + one.starts.nbytes for one in columns)

    def find(self, text: str, classes: Sequence[str] = (), limit: int = 20) -> tuple[Hit, ...]:
        """The entities that a text names, best first: whole name, beginning, inside, pinyin; then by documents, links.

        Words apart must all fit. `classes` are IRIs or local names; entities of these or of classes below are found,
        and an empty text finds the most named of them.
        """
        if not self.entries or limit < 1:
            return ()
        mask = self._to_mask(classes)
        words = [word for word in map(to_name_key, text[:_LONGEST].split()) if word]
        if not words:
            if mask is None:
                return ()
            return tuple(self._to_hit(row, self.entries[row].label) for row in self._sort(mask.nonzero()[0])[:limit])
        scores = self._score_names(to_name_key(text[:_LONGEST]))
        best: Scores = np.minimum.reduceat(scores, self._first[:-1])
        if len(words) > 1:
            several = [self._score_names(word) for word in words]
            each = [np.minimum.reduceat(one, self._first[:-1]) for one in several]
            best = np.minimum(best, np.maximum.reduce(each))
            scores = np.minimum(scores, np.minimum.reduce(several))
        rows = np.flatnonzero(best != _NONE if mask is None else (best != _NONE) & mask)
        ranked = self._sort(rows, best, limit)
        return tuple(self._to_hit(row, self._find_matched(row, scores)) for row in ranked)

    def find_near(self, text: str, classes: Sequence[str] = (), limit: int = 5) -> tuple[Hit, ...]:
        """Entities with a name that shares at least half its pairs of characters with a text, nearest first."""
        key = to_name_key(text[:_LONGEST])
        shared, pairs = self._count_shared(key)
        if not pairs:
            return ()
        likeness = 2 * shared / (pairs + np.maximum(np.diff(self._keys.starts) - 2, 1))
        best = np.maximum.reduceat(likeness, self._first[:-1])
        mask = self._to_mask(classes)
        rows = np.flatnonzero(best >= _NEAR if mask is None else (best >= _NEAR) & mask)
        ranked = sorted(rows.tolist(), key=lambda row: (-best[row], self._order[row]))[:limit]
        return tuple(self._to_hit(row, self._find_matched(row, -likeness)) for row in ranked)

    def find_sharing(self, text: str, limit: int) -> tuple[Entry, ...]:
        """Entities with a name that shares most pairs of characters with a text, the rarer pair counting for more."""
        shared, pairs = self._count_shared(to_name_key(text[:_LONGEST]), rare=True)
        if not pairs:
            return ()
        best = np.maximum.reduceat(shared, self._first[:-1])
        rows = np.flatnonzero(best)
        if len(rows) > limit:
            rows = rows[np.argpartition(-best[rows], limit)[:limit]]
        ranked = sorted(rows.tolist(), key=lambda row: (-best[row], self._order[row]))
        return tuple(self.entries[row] for row in ranked)

    def _count_shared(self, key: str, *, rare: bool = False) -> tuple[NDArray[np.float64], int]:
        """How many of a text's pairs of characters each name has, and how many there are."""
        pairs = sorted({key[at : at + 2] for at in range(len(key) - 1)})
        shared = np.zeros(len(self._names), dtype=np.float64)
        for pair in pairs:
            names = self._keys.find(pair).inside
            shared[names] += 1 / max(1.0, math.log2(1 + np.count_nonzero(names))) if rare else 1.0
        return shared, len(pairs) if self.entries else 0

    def iterate_names(self) -> Iterator[tuple[str, int]]:
        """Every name as it is written with the number of its entry."""
        for row in range(len(self.entries)):
            for at in range(int(self._first[row]), int(self._first[row + 1])):
                yield self._names[at], row

    def _to_mask(self, classes: Sequence[str]) -> Flags | None:
        if not classes:
            return None
        mask = np.zeros(len(self.entries), dtype=np.bool_)
        for one in classes:
            for iri in self._members:
                if one in (iri, _to_local(iri)):
                    mask[self._members[iri]] = True
        return mask

    def _score_names(self, key: str) -> Scores:
        """How well each name fits one word; later lines are better fits and write over earlier ones."""
        scores = np.full(len(self._names), _NONE, dtype=np.uint8)
        latin = key.replace("'", "").replace("ü", "v")
        if _LATIN.fullmatch(latin):
            self._score_pinyin(latin, scores)
        matches = self._keys.find(key)
        scores[matches.inside] = _INSIDE
        scores[matches.begins] = _PREFIX
        scores[matches.whole] = np.where(self._is_label[matches.whole], _EXACT, _EXACT_OTHER)
        return scores

    def _score_pinyin(self, latin: str, scores: Scores) -> None:
        found = (self._initials.find(latin), self._syllables.find(latin, self._heads))
        if len(latin) > 1:
            scores[found[0].inside | found[1].inside] = _PINYIN_INSIDE
        scores[found[0].begins | found[1].begins] = _PINYIN_PREFIX
        scores[found[0].whole | found[1].whole] = _PINYIN

    def _sort(self, rows: Positions, best: Scores | None = None, limit: int | None = None) -> list[int]:
        ranks = self._order[rows]
        if best is not None:
            ranks = ranks + best[rows].astype(np.int64) * len(self.entries)
        if limit is not None and len(rows) > limit:
            nearest = np.argpartition(ranks, limit)[:limit]
            rows, ranks = rows[nearest], ranks[nearest]
        ordered: list[int] = rows[np.argsort(ranks)].tolist()
        return ordered

    def _find_matched(self, row: int, scores: NDArray[np.generic]) -> str:
        first, end = int(self._first[row]), int(self._first[row + 1])
        return self._names[first + int(np.argmin(scores[first:end]))]

    def _to_hit(self, row: int, matched: str) -> Hit:
        one = self.entries[row]
        return Hit(
            one.iri, one.label, one.label_en, one.class_iri, one.class_label, one.documents, one.links, matched
        )  # fmt: skip


def derive_index(entities: Iterable[Entry], kinds: Iterable[Kind] = ()) -> Index:
    """An index over entities, and the classes there are; raises ImportError where pypinyin is not installed."""
    entries = tuple(entities)
    read = read_readings()
    names: list[str] = []
    first: list[int] = [0]
    labels: list[bool] = []
    for one in entries:
        own = dict.fromkeys(name for name in (one.label, one.label_en, *one.names, *one.codes) if name)
        names.extend(own)
        labels.extend(name in (one.label, one.label_en) for name in own)
        first.append(len(names))
    keys = [to_name_key(name) for name in names]
    readings = [read(key) if _HAN.search(key) else () for key in keys]
    syllables = make_column(("".join(one) for one in readings), wide=False)
    return Index(
        entries=entries,
        kinds=tuple(kinds),
        _names=tuple(names),
        _first=np.array(first, dtype=np.int64),
        _is_label=np.array(labels, dtype=np.bool_),
        _keys=make_column(keys, wide=True),
        _initials=make_column(map(to_initials, readings), wide=False),
        _syllables=syllables,
        _heads=_find_heads(readings, len(syllables.characters)),
        _order=_rank_entries(entries),
        _members=_collect_members(entries),
    )


def _find_heads(readings: Iterable[Sequence[str]], length: int) -> Flags:
    """Where in the column of syllables a syllable begins."""
    lengths = np.fromiter((len(one) for reading in readings for one in (*reading, "\n")), dtype=np.int64)
    heads = np.zeros(length + 1, dtype=np.bool_)
    heads[np.cumsum(lengths) - lengths] = True
    return heads[:-1]


def _rank_entries(entries: Sequence[Entry]) -> Positions:
    """The place of each entry where nothing else decides: more documents, more links, the shorter label."""
    ordered = sorted(
        range(len(entries)),
        key=lambda row: (
            -entries[row].documents, -entries[row].links, len(entries[row].label), entries[row].label, entries[row].iri
        ),
    )  # fmt: skip
    order = np.empty(len(entries), dtype=np.int64)
    order[ordered] = np.arange(len(entries))
    return order


def _collect_members(entries: Sequence[Entry]) -> dict[str, Positions]:
    rows: dict[str, list[int]] = {}
    for row, one in enumerate(entries):
        for iri in one.classes or (one.class_iri,):
            rows.setdefault(iri, []).append(row)
    return {iri: np.array(found, dtype=np.int64) for iri, found in rows.items()}


def _to_local(iri: str) -> str:
    return iri.replace("/", "#").rpartition("#")[2]
