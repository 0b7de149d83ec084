"""What is known of a document when it has been built: all that the whole build needs of it beside its lines."""

from __future__ import annotations

from dataclasses import dataclass

from kg.pipeline.document import Edge
from kg.report import DocumentReport


@dataclass(frozen=True, slots=True)
class Summary:
    """What a whole build has to know of one document beside its lines, of which there are `size` bytes
    with the XXH3 digest `check`.

    `statements`, `commitments`, `observations` and `shared` are 64-bit numbers for what other documents may say as well
    (`array("Q")` as bytes). `key` says what all this depends on (kg/pipeline/earlier.py), where that is asked for.
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
    key: bytes = b""
    check: int = 0
