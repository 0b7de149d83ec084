"""What follows from a dataset: what a reasoner infers, where figures disagree, what became of promises, which sums and
rates agree. Takes a dataset and never changes it; gives two named graphs. docs/reasoning.md sets out every rule."""

from __future__ import annotations

from kg.reasoning.account import to_account
from kg.reasoning.claims import Claims, Finding
from kg.reasoning.derivation import Derivation, derive, find_findings
from kg.reasoning.graphs import DERIVED_GRAPH, INFERRED_GRAPH
from kg.reasoning.reading import read_claims
from kg.reasoning.writing import to_derived_lines, to_inferred_lines, to_reasoned_lines

__all__ = [
    "DERIVED_GRAPH",
    "INFERRED_GRAPH",
    "Claims",
    "Derivation",
    "Finding",
    "derive",
    "find_findings",
    "read_claims",
    "to_account",
    "to_derived_lines",
    "to_inferred_lines",
    "to_reasoned_lines",
]
