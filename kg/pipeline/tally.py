"""What a whole build adds up from its documents' summaries, in the order of the documents.

What grows with the corpus lies in files without a name; of the documents' titles alone one is kept in memory.
"""

from __future__ import annotations

import os
import pickle
import tempfile
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Generic, TypeVar
from weakref import finalize
from zlib import crc32

from kg.ontology import Vocabulary
from kg.pipeline.circles import find_circles
from kg.pipeline.distinct import DistinctCounter
from kg.pipeline.document import Edge
from kg.pipeline.summary import Summary
from kg.report import BuildReport, DocumentReport

# How many entities are remembered; one that is forgotten is noted again, which costs time only.
_REMEMBERED = 100_000
# How many bytes of entities are gone through at once.
_PART = 64_000_000

_Item = TypeVar("_Item")


class Spool(Collection[_Item], Generic[_Item]):
    """Items in a file, in the order in which they were added; gone through as often as wanted, never held at once."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - it lasts as long as the items are wanted
        finalize(self, self._file.close)
        self._count = 0

    def add(self, items: Iterable[_Item]) -> None:
        """Add some items."""
        kept = list(items)
        if kept:
            self._file.seek(0, os.SEEK_END)
            pickle.dump(kept, self._file)
            self._count += len(kept)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[_Item]:
        end, place = self._file.seek(0, os.SEEK_END), 0
        while place < end:
            self._file.seek(place)
            items = pickle.load(self._file)
            place = self._file.tell()
            yield from items

    def __contains__(self, item: object) -> bool:
        return any(one == item for one in self)


class Tally:
    """The account of a build while it goes on."""

    def __init__(self, folder: Path, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._statements, self._commitments, self._observations, self._shared = (
            DistinctCounter(folder) for _ in range(4)
        )
        self.documents: Spool[DocumentReport] = Spool(folder)
        self._entities: Spool[tuple[str, tuple[str, ...]]] = Spool(folder)
        self._edges: Spool[Edge] = Spool(folder)
        self._told: dict[str, tuple[str, ...]] = {}
        self._size = 0
        self._own = 0
        self._notices: list[str] = []

    def add(self, summary: Summary) -> None:
        """Take one document into account."""
        self._statements.add(summary.statements)
        self._commitments.add(summary.commitments)
        self._observations.add(summary.observations)
        self._shared.add(summary.shared)
        self.documents.add((summary.report,))
        self._entities.add(new := [one for one in summary.entities if self._told.get(one[0]) != one[1]])
        if len(self._told) > _REMEMBERED:
            self._told.clear()
        self._told.update(new)
        self._edges.add(summary.edges)
        self._size += sum(len(iri) + 40 for iri, _ in new)
        self._own += summary.report.triples - len(summary.shared) // 8
        self._notices += summary.notices

    def add_lost(self, report: DocumentReport) -> None:
        """Take a document into account of which nothing is built."""
        self.documents.add((report,))

    def find_circles(self) -> Mapping[tuple[str, str], str]:
        """The relations that close a circle, as (annotation file, id) with the reason."""
        acyclic = frozenset(name for name, term in self._vocabulary.properties.items() if term.transitive)
        return find_circles(lambda: iter(self._edges), acyclic)

    def find_used(self, known: frozenset[str]) -> frozenset[str]:
        """Those of some IRIs that a document names."""
        return frozenset(iri for iri, _ in self._entities if iri in known)

    def to_report(self, schema: Iterable[int]) -> BuildReport:
        """The account; `schema` are the numbers of the triples in the ontology's graph."""
        self._shared.add(array("Q", schema).tobytes())
        entities, conflicts = self._count_entities()
        return BuildReport(
            documents=self.documents,
            entities=entities,
            statements=self._statements.count(),
            commitments=self._commitments.count(),
            observations=self._observations.count(),
            triples=self._own + self._shared.count(),
            notices=(*self._notices, *find_class_conflicts(conflicts, self._vocabulary)),
        )

    def _count_entities(self) -> tuple[int, dict[str, set[str]]]:
        """How many there are, and those that different documents put into different classes."""
        parts = self._size // _PART + 1
        count = 0
        several: dict[str, set[str]] = {}
        for part in range(parts):
            classes: dict[str, set[str]] = {}
            for iri, names in self._entities:
                if parts == 1 or crc32(iri.encode()) % parts == part:
                    classes.setdefault(iri, set()).update(names)
            count += len(classes)
            several.update((iri, found) for iri, found in classes.items() if len(found) > 1)
        return count, several


def find_class_conflicts(classes: Mapping[str, set[str]], vocabulary: Vocabulary) -> Iterator[str]:
    """Entities with classes of which neither is above the other: perhaps two things under one name."""
    for iri, names in sorted(classes.items()):
        lowest = sorted(
            name for name in names if not any(name in vocabulary.classes[other].ancestors[1:] for other in names)
        )
        if len(lowest) > 1:
            labels = "、".join(f"{vocabulary.classes[name].label_zh} {name}" for name in lowest)
            yield f"{iri} 有几种类别 has several classes: {labels}；若是同名的不同事物，请用 N 行分开"
