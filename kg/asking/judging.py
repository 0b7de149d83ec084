"""How often questions are answered rightly: what `benchmarks/asking.py` and the tests count.

A question is right where the query is the expected one (or one of `also`) and its parameters mean the same: a name
counts as the entities that the graph has by it, what is not said as the query's default.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.asking.matching import Candidate, Matcher
from kg.names import to_name_key
from kg.queries import Query
from kg.search import Index


@dataclass(frozen=True, slots=True)
class Score:
    """What came of the questions; of those that the pack does not answer, how many were refused, how many not."""

    right: int = 0
    wrong: int = 0
    abstained: int = 0
    refused: int = 0
    overreached: int = 0

    @property
    def precision(self) -> float:
        """The share right of the answerable questions that were answered, and of the others those refused wrongly."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def abstention(self) -> float:
        """The share of the answerable questions left without an answer."""
        return self.abstained / max(1, self.right + self.wrong + self.abstained)

    @property
    def refusal(self) -> float:
        """The share of the unanswerable questions that were left without an answer, as they should."""
        return self.refused / max(1, self.refused + self.overreached)


class Judge:
    """Whether a candidate is what a question expects, in terms of what the graph holds."""

    def __init__(self, queries: Iterable[Query], index: Index) -> None:
        self._queries = {one.name: one for one in queries}
        self._meanings: dict[str, set[str]] = {}
        for name, row in index.iterate_names():
            self._meanings.setdefault(to_name_key(name), set()).add(index.entries[row].iri)
        for kind in index.kinds:
            for name in (kind.label, kind.label_en, kind.iri.rpartition("#")[2]):
                self._meanings.setdefault(f"class {to_name_key(name)}", set()).add(kind.iri)

    def is_right(self, chosen: Candidate, expected: Mapping[str, Any]) -> bool:
        """Whether the query and its values are those expected, or one of those also right."""
        return any(self._is_same(chosen, one) for one in (expected, *expected.get("also", [])))

    def _is_same(self, chosen: Candidate, expected: Mapping[str, Any]) -> bool:
        if chosen.query.name != expected["query"]:
            return False
        wanted = {name: str(value) for name, value in expected.get("parameters", {}).items()}
        query = self._queries[chosen.query.name]
        return all(
            self._means_same(
                one.type, chosen.values.get(one.name, one.default), wanted.get(one.name, one.default)
            )
            for one in query.parameters
        )  # fmt: skip

    def _means_same(self, kind: str, value: str, wanted: str) -> bool:
        key, other = to_name_key(value), to_name_key(wanted)
        if key == other:
            return True
        prefix = "class " if kind == "class" else ""
        return bool(self._meanings.get(prefix + key, set()) & self._meanings.get(prefix + other, set()))


def measure_asking(questions: Sequence[Mapping[str, Any]], matcher: Matcher, judge: Judge) -> Score:
    """What comes of questions."""
    counts = {"right": 0, "wrong": 0, "abstained": 0, "refused": 0, "overreached": 0}
    for one in questions:
        chosen = matcher.read(one["text"]).chosen
        if not one["query"]:
            counts["refused" if chosen is None else "overreached"] += 1
        elif chosen is None:
            counts["abstained"] += 1
        else:
            counts["right" if judge.is_right(chosen, one) else "wrong"] += 1
    return Score(**counts)


def read_questions(path: Path) -> list[dict[str, Any]]:
    """The questions of a TOML file, `[[questions]]` with text, query, parameters and also."""
    questions: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["questions"]
    return questions
