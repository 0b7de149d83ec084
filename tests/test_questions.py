"""benchmarks/questions.toml: every question that can be answered names a query of the pack, and its answer has rows."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest

from kg.locations import find_folder
from kg.queries import Query, bind_parameters, read_queries

FILE = Path(__file__).parents[1] / "benchmarks" / "questions.toml"
QUESTIONS: list[dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["questions"]
ANSWERABLE = [one for one in QUESTIONS if one["query"]]


@pytest.fixture(scope="module")
def pack() -> dict[str, Query]:
    return {one.name: one for one in read_queries(find_folder("queries"))}


@pytest.fixture(scope="module")
def store(turtle: Path) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.bulk_load(path=turtle.with_name("graph.nq"), format=pyoxigraph.RdfFormat.N_QUADS)
    return store


def test_there_are_sixty_of_which_a_fifth_has_no_answer() -> None:
    assert len(QUESTIONS) == len({one["text"] for one in QUESTIONS}) == 60
    assert len(ANSWERABLE) == 48
    assert len({one["query"] for one in ANSWERABLE}) >= 29


def test_what_has_no_answer_names_none() -> None:
    assert all(not one.keys() & {"parameters", "also"} for one in QUESTIONS if not one["query"])


@pytest.mark.parametrize("question", ANSWERABLE, ids=[one["text"] for one in ANSWERABLE])
def test_what_is_right_gives_rows(question: dict[str, Any], pack: dict[str, Query], store: pyoxigraph.Store) -> None:
    for right in (question, *question.get("also", ())):
        query = pack[right["query"]]
        assert set(right.get("parameters", {})) <= {one.name for one in query.parameters}
        parameters = {name: str(value) for name, value in right.get("parameters", {}).items()}
        text = bind_parameters(query, parameters)
        solutions = store.query(text, use_default_graph_as_union=True)
        assert next(iter(solutions), None) is not None
