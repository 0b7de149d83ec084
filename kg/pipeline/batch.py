"""Some documents built by one process: their lines stay with it, everybody else gets a `Summary` of each."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from kg.identifiers import to_number
from kg.pipeline.document import DocumentBuild, Edge, Settings, build_document
from kg.pipeline.documents import Batch
from kg.report import DocumentReport
from kg.triples import PLANNED


@dataclass(frozen=True, slots=True)
class Summary:
    """What a whole build has to know of one document beside its lines, of which there are `size` bytes.

    `statements`, `commitments`, `observations` and `shared` are 64-bit numbers for what other documents may say as well
    (`array("Q")` as bytes).
    """

    size: int
    report: DocumentReport
    entities: tuple[tuple[str, tuple[str, ...]], ...]
    statements: bytes
    commitments: bytes
    observations: bytes
    shared: bytes
    edges: tuple[Edge, ...]
    notices: tuple[str, ...]
    title: str | None
    text: tuple[str, bytes] | None


@dataclass(frozen=True, slots=True)
class BatchBuilder:
    """Builds batches with one set of settings."""

    settings: Settings

    def build(self, batch: Batch) -> Iterator[tuple[bytes, Summary]]:
        """The lines and the summary of each document of a batch, in order."""
        acyclic = {name for name, term in self.settings.vocabulary.properties.items() if term.transitive}
        for source in batch.iterate():
            build = build_document(source, self.settings)
            yield build.lines, self._to_summary(build, acyclic)

    def _to_summary(self, build: DocumentBuild, acyclic: set[str]) -> Summary:
        statuses = build.statements
        return Summary(
            size=len(build.lines),
            report=build.report,
            entities=tuple(build.classes.items()),
            statements=_to_bytes(to_number(iri) for iri in statuses),
            commitments=_to_bytes(to_number(iri) for iri, status in statuses.items() if status == PLANNED),
            observations=_to_bytes(map(to_number, build.observations)),
            shared=array("q", build.shared).tobytes(),
            edges=tuple(edge for edge in build.edges if edge.property in acyclic),
            notices=build.notices,
            title=build.title,
            text=None if build.text is None else (build.text[0], build.text[1].encode()),
        )


def _to_bytes(numbers: Iterator[int]) -> bytes:
    return array("Q", numbers).tobytes()
