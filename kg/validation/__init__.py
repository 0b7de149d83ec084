"""The gate before a dataset: shapes, Data Cube, quotes, conservation, the ontology's style, a reasoner.

`CHECKS` has them all by name; `validate` is the shapes alone.
"""

from kg.validation.checks import CHECKS, SHAPES, Check, Outcome, Target, validate
from kg.validation.violation import Finding, Violation

__all__ = ["CHECKS", "SHAPES", "Check", "Finding", "Outcome", "Target", "Violation", "validate"]
