"""What the annotator proposes: spans with a class, each with the rule that made it and how sure that rule is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from kg.model import Annotations


class Proposal(NamedTuple):
    """A stretch of text taken for a name of a class: code points, half-open; `link` is `root/label` where known."""

    begin: int
    end: int
    cls: str
    rule: str
    confidence: float
    link: str | None = None

    def covers(self, other: Proposal) -> bool:
        """Whether `other` lies wholly inside this stretch."""
        return self.begin <= other.begin and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Proposals:
    """The annotations proposed for one document; `reasons` are rule and confidence by id."""

    annotations: Annotations
    reasons: Mapping[str, tuple[str, float]]
