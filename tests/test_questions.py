"""benchmarks/questions.toml: every question that can be answered names a query of the pack, and its answer has rows."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest

from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.pipeline import build_corpus
from kg.queries import Query, bind_parameters, read_queries

FILE = Path(__file__).parents[1] / "benchmarks" / "questions.toml"
QUESTIONS: list[dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["questions"]
ANSWERABLE = [one for one in QUESTIONS if one["query"]]


@pytest.fixture(scope="module")
def pack() -> dict[str, Query]:
    return {one.name: one for one in read_queries(find_folder("queries"))}


@pytest.fixture(scope="module")
def store() -> pyoxigraph.Store:
    build = build_corpus(find_folder("corpus/hubei"), find_folder("ontology"), DEFAULT_BASE)
    store = pyoxigraph.Store()
    store.bulk_load("\n".join(build.lines).encode("utf-8"), format=pyoxigraph.RdfFormat.N_QUADS)
    return store


def test_there_are_sixty_of_which_a_fifth_has_no_answer() -> None:
    assert len(QUESTIONS) == len({one["text"] for one in QUESTIONS}) == 60
    assert len(ANSWERABLE) == 48
    assert len({one["query"] for one in ANSWERABLE}) >= 29


@pytest.mark.parametrize("question", ANSWERABLE, ids=[one["text"] for one in ANSWERABLE])
def test_what_is_right_gives_rows(question: dict[str, Any], pack: dict[str, Query], store: pyoxigraph.Store) -> None:
    for right in (question, *question.get("also", ())):
        query = pack[right["query"]]
        parameters = {name: str(value) for name, value in right.get("parameters", {}).items()}
        text = bind_parameters(query, parameters)
        solutions = store.query(text, use_default_graph_as_union=True)
        assert next(iter(solutions), None) is not None or query.name in EMPTY_TODAY


# The corpus says nothing of these yet; that nothing comes is the answer.
EMPTY_TODAY = frozenset({"commitments-followed-up"})
