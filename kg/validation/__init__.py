"""A dataset as a gate lets it through, or does not: SHACL, Data Cube, the ontology's style, a reasoner, conservation.

`validate` is the shapes alone; `run_check` is one of `CHECKS`, each with what it found or why it could not run.
"""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import Store

from kg.validation.mending import derive_mend
from kg.validation.naming import to_readable
from kg.validation.running import PART_SIZE, find_shape_faults
from kg.validation.shacl import read_shapes
from kg.validation.sourcing import find_source
from kg.validation.violation import Finding, Violation

__all__ = ["SHAPES", "Finding", "Violation", "validate"]

SHAPES = "shapes.ttl"


def validate(store: Store, shapes_folder: Path, *, jobs: int = 1, part_size: int = PART_SIZE) -> tuple[Violation, ...]:
    """The faults of a dataset (the union of its graphs, the ontology's among them), sorted; empty where it conforms.

    Raises OntologyError where `shapes_folder` has no usable shapes.ttl.
    """
    shapes = read_shapes(shapes_folder / SHAPES)
    found = find_shape_faults(store, shapes, jobs=jobs, part_size=part_size)
    return tuple(sorted(_to_violation(finding, store) for finding in found))


def _to_violation(finding: Finding, store: Store) -> Violation:
    document, quote = find_source(finding, store)
    mend = derive_mend(finding, document, quote)
    return Violation(
        to_readable(finding.focus),
        to_readable(finding.path),
        to_readable(finding.value),
        finding.message_zh,
        finding.message_en,
        document,
        quote,
        *mend,
        "shapes",
        finding.rule,
    )
