"""Answers kept beside a store: the same as the engine's, of this very content, in every form, and no others."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.locations import find_folder
from kg.queries import bind_parameters, parse_query, read_queries, run_select, to_union
from kg.queries.confinement import Ask, Limits, Worker
from kg.queries.keeping import keep_answers
from kg.queries.kept_answers import Asking, KeptAnswers
from kg.store import prepare_store, read_dataset

JSON = "application/sparql-results+json"
CSV = "text/csv"
# One of each kind: without a parameter, with a class, a status, a year, a name, an IRI, and two names.
NAMES = {
    "indicators", "mechanisms-by-status", "figures-of-year", "evidence-for-entity", "about-iri", "common-neighbours",
}  # fmt: skip
FRONT = [f"#+ {key}: endless" for key in ("summary", "summary_en", "description", "description_en")]
EVERYTHING = [f"?a{n} ?b{n} ?c{n} ." for n in range(9)]
PACK = {one.name: one for one in read_queries(find_folder("queries")) if one.name in NAMES}


@pytest.fixture(scope="module")
def graph(turtle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kept") / "graph.nq"
    path.write_bytes(turtle.with_name("graph.nq").read_bytes())
    return path


@pytest.fixture(scope="module")
def kept(graph: Path) -> Iterator[KeptAnswers]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLICYKG_STORE_BYTES", "1")
        keep_answers(graph, list(PACK.values()), least=0.0, most=20.0, names=1)
        yield KeptAnswers(prepare_store(graph))


def test_every_kept_answer_is_the_engines(graph: Path, kept: KeptAnswers) -> None:
    dataset = to_union(read_dataset(graph))
    asking = Asking(graph)
    for query in PACK.values():
        text = bind_parameters(query, {})
        assert kept.has(text) == (query.name != "common-neighbours")
        assert asking(text) == run_select(text, dataset), query.name
    for name, values in (
        ("mechanisms-by-status", {"status": "计划中"}),
        ("figures-of-year", {"year": "2023"}),
    ):
        text = bind_parameters(PACK[name], values)
        assert kept.has(text), values
        assert asking(text) == run_select(text, dataset)


def test_a_worker_gives_a_kept_answer_in_every_form_and_within_its_limits(graph: Path, kept: KeptAnswers) -> None:
    text = bind_parameters(PACK["indicators"], {})
    # What is kept is changed, so that one sees where an answer comes from.
    honest = kept.find(text)
    assert honest is not None
    kept.keep(text, b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"literal","value":"kept"}}]}}')
    worker = Worker(graph, Limits(seconds=20))
    try:
        assert b"kept" in worker.ask(Ask(text, JSON), 20).content
        assert worker.ask(Ask(text, CSV), 20).content == b"a\r\nkept\r\n"
        # Another text, or the graphs that the protocol names: the engine answers.
        assert b"kept" not in worker.ask(Ask(text + " ", JSON), 20).content
        assert b"kept" not in worker.ask(Ask(text, JSON, ("https://w3id.org/policykg/ontology",)), 20).content
    finally:
        worker.stop()
        kept.keep(text, honest)
    worker = Worker(graph, Limits(seconds=20, answer=50))
    try:
        assert worker.ask(Ask(text, JSON), 20).kind == "large"
        assert worker.ask(Ask(text, CSV), 20).kind == "large"
    finally:
        worker.stop()


def test_another_content_has_no_answers_of_the_former(graph: Path, kept: KeptAnswers, tmp_path: Path) -> None:
    other = tmp_path / "graph.nq"
    lines = graph.read_bytes().splitlines(keepends=True)
    other.write_bytes(b"".join(lines[:-1]))
    assert kept.has(bind_parameters(PACK["indicators"], {}))
    assert not KeptAnswers(prepare_store(other)).has(bind_parameters(PACK["indicators"], {}))


def test_quick_questions_are_not_kept_and_a_stop_ends_it(turtle: Path, tmp_path: Path) -> None:
    graph = tmp_path / "graph.nq"
    graph.write_bytes(turtle.with_name("graph.nq").read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLICYKG_STORE_BYTES", "1")
        done = keep_answers(graph, [PACK["indicators"]], least=60.0)
        assert (done.kept, done.asked) == (0, 1)
        stop = threading.Event()
        stop.set()
        assert keep_answers(graph, list(PACK.values()), stop=stop).asked == 0
        text = "\n".join([*FRONT, f"SELECT (COUNT(*) AS ?n) WHERE {{ {' '.join(EVERYTHING)} }}"])
        endless = parse_query("endless", text, "endless.rq")
        slow = keep_answers(graph, [endless, PACK["indicators"]], least=60.0, most=1.5)
        assert (slow.slow, slow.asked) == (("endless",), 2)
        # A graph that is asked in memory keeps none.
        patch.setenv("POLICYKG_STORE_BYTES", "never")
        assert keep_answers(graph, list(PACK.values())).asked == 0
