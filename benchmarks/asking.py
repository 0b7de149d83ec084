"""How often `kg ask` is right, on questions that were written before the matcher and kept apart from it.

    python benchmarks/asking.py [--questions FILE] [--graph out/graph.nq]

A question is right where the query is the expected one (or one of `also`) and its parameters mean the same: a name
counts as the entities that the graph has by it, what is not said as the query's default. Only totals are printed, so
that nobody tunes on the questions.
"""

from __future__ import annotations

import argparse
import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.asking import Candidate, Matcher
from kg.locations import find_folder
from kg.names import to_name_key
from kg.queries import Query, read_queries
from kg.search import Index, derive_index, read_entries, read_kinds
from kg.store import read_dataset

QUESTIONS = Path(__file__).with_name("questions.toml")


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

    def __init__(self, queries: Mapping[str, Query], index: Index) -> None:
        self._queries = queries
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


def measure(questions: list[dict[str, Any]], matcher: Matcher, judge: Judge) -> Score:
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


def main() -> None:
    """Print the totals."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    parser.add_argument("--graph", type=Path, default=Path("out/graph.nq"))
    given = parser.parse_args()
    dataset = read_dataset(given.graph)
    begin = time.perf_counter()
    queries = read_queries(find_folder("queries"))
    index = derive_index(read_entries(dataset), read_kinds(dataset))
    matcher = Matcher(queries, index)
    built = time.perf_counter() - begin
    questions = read_questions(given.questions)
    begin = time.perf_counter()
    score = measure(questions, matcher, Judge({one.name: one for one in queries}, index))
    each = (time.perf_counter() - begin) / max(1, len(questions))
    answered = score.right + score.wrong
    print(f"questions            {len(questions)}")
    print(f"right of answered    {score.right}/{answered}  {score.precision:.1%}")
    print(f"abstained            {score.abstained}/{answered + score.abstained}  {score.abstention:.1%}")
    print(f"abstentions right    {score.refused}/{score.refused + score.overreached}  {score.refusal:.1%}")
    print(f"built in {built:.2f} s, {each * 1000:.1f} ms a question")


if __name__ == "__main__":
    main()
