"""Some documents built by one process: their lines stay with it, everybody else gets a `Summary` of each."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from xxhash import xxh3_64_intdigest

from kg.identifiers import to_number
from kg.pipeline.document import DocumentBuild, Settings, build_document, name_record_annotations
from kg.pipeline.documents import Batch, Source
from kg.pipeline.earlier import Earlier, Stretch, to_key
from kg.pipeline.summary import Summary
from kg.triples import PLANNED

# The lines of a document, or where an earlier build has them.
Block = bytes | Stretch


@dataclass(frozen=True, slots=True)
class BatchBuilder:
    """Builds batches with one set of settings; what an earlier build has is taken from there.

    `stamp` is empty where nothing is to be kept for a later build.
    """

    settings: Settings
    stamp: bytes = b""
    earlier: Earlier | None = None

    def build(self, batch: Batch) -> Iterator[tuple[Block, Summary]]:
        """The lines and the summary of each document of a batch, in order."""
        acyclic = {name for name, term in self.settings.vocabulary.properties.items() if term.transitive}
        for source in batch.iterate():
            key = self._to_key(source)
            found = self.earlier.find(key) if self.earlier is not None and key else None
            if found is not None:
                yield found
            else:
                build = build_document(source, self.settings)
                yield build.lines, _to_summary(build, acyclic, key)

    def _to_key(self, source: Source) -> bytes:
        """Empty where nothing is kept."""
        if not self.stamp:
            return b""
        file = name_record_annotations(source)
        excluded = sorted(item for name, item in self.settings.excluded if name == file)
        return to_key(source, self.stamp, excluded)


def _to_summary(build: DocumentBuild, acyclic: set[str], key: bytes) -> Summary:
    statuses = build.statements
    return Summary(
        size=len(build.lines),
        report=build.report,
        entities=tuple(build.classes.items()),
        statements=_to_bytes(to_number(iri) for iri in statuses),
        commitments=_to_bytes(to_number(iri) for iri, status in statuses.items() if status == PLANNED),
        observations=_to_bytes(map(to_number, build.observations)),
        shared=array("Q", build.shared).tobytes(),
        edges=tuple(edge for edge in build.edges if edge.property in acyclic),
        notices=build.notices,
        title=build.title,
        text=None if build.text is None else (build.text[0], build.text[1].encode()),
        key=key,
        check=xxh3_64_intdigest(build.lines),
    )


def _to_bytes(numbers: Iterator[int]) -> bytes:
    return array("Q", numbers).tobytes()
