"""The questions about what was derived: Oxigraph and rdflib answer alike, and as `queries/derived/expected/` says.

After a change of the corpus or of a rule, look at what `python tests/test_derived_queries.py` writes.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.pipeline import build_corpus
from kg.queries import (
    Query,
    bind_parameters,
    check_syntax,
    read_queries,
    run_select,
    run_select_rdflib,
    to_csv,
    to_union,
)
from kg.reasoning import Derivation, derive, to_derived_lines, to_reasoned_lines
from kg.store import iterate_lines, to_dataset

FOLDER = find_folder("queries") / "derived"
EXPECTED = FOLDER / "expected"
QUERIES = read_queries(FOLDER)
PACK = read_queries(FOLDER.parent)
each_query = pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)


def reason() -> tuple[tuple[str, ...], Derivation]:
    build = build_corpus(find_folder("corpus/hubei"), find_folder("ontology"), DEFAULT_BASE)
    return build.lines, derive(to_dataset(build.lines))


@pytest.fixture(scope="module")
def reasoned() -> tuple[tuple[str, ...], Derivation]:
    return reason()


@pytest.fixture(scope="module")
def dataset(reasoned: tuple[tuple[str, ...], Derivation]) -> ox.Store:
    return to_union(to_dataset(to_reasoned_lines(*reasoned)))


@pytest.fixture(scope="module")
def graph(reasoned: tuple[tuple[str, ...], Derivation]) -> rdflib.Graph:
    lines, derivation = reasoned
    union = "".join(iterate_lines(to_dataset([*lines, *to_derived_lines(derivation)])))
    return rdflib.Graph().parse(data=union, format="nt")


@each_query
def test_oxigraph_answers_as_expected(query: Query, dataset: ox.Store) -> None:
    assert to_csv(run_select(bind_parameters(query, {}), dataset)) == read_expected(query)


@each_query
def test_rdflib_answers_as_expected(query: Query, graph: rdflib.Graph) -> None:
    assert to_csv(run_select_rdflib(query.text, graph)) == read_expected(query)


@each_query
def test_no_question_is_empty(query: Query) -> None:
    check_syntax(query.text)
    assert len(read_expected(query).splitlines()) > 1


@pytest.mark.parametrize("query", PACK, ids=lambda query: query.name)
def test_the_packs_rows_stay_what_they_are(query: Query, dataset: ox.Store) -> None:
    # The closure in its own graph doubles no row and adds none, nor do the findings.
    assert to_csv(run_select(bind_parameters(query, {}), dataset)) == read_expected(query, FOLDER.parent / "expected")


def test_open_promises_are_those_that_the_pack_finds_open(dataset: ox.Store) -> None:
    text = """PREFIX kg: <https://w3id.org/policykg/ontology#>
        PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT DISTINCT ?actor ?relation ?object WHERE {
          ?outcome a kg:OpenPromise ; kg:rule "promised-statement" ; kg:promise ?plan .
          ?plan rdf:subject/rdfs:label ?actor ; rdf:predicate/rdfs:label ?relation ; rdf:object/rdfs:label ?object .
          FILTER(LANG(?actor) = "zh" && LANG(?relation) = "zh" && LANG(?object) = "zh") }"""
    pack = next(query for query in PACK if query.name == "open-commitments")
    asked = run_select(bind_parameters(pack, {}), dataset)
    columns = [asked.columns.index(name) for name in ("actor", "relation", "object")]
    expected = {tuple(str(row[column]) for column in columns) for row in asked.rows}
    assert {tuple(map(str, row)) for row in run_select(text, dataset).rows} == expected
    assert len(expected) > 100


def test_every_expected_file_belongs_to_a_question() -> None:
    assert {path.stem for path in EXPECTED.glob("*.csv")} == {query.name for query in QUERIES}


def read_expected(query: Query, folder: Path = EXPECTED) -> str:
    return (folder / f"{query.name}.csv").read_bytes().decode("utf-8")


def write_expected(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    dataset = to_dataset(to_reasoned_lines(*reason()))
    for query in QUERIES:
        text = to_csv(run_select(query.text, dataset))
        (folder / f"{query.name}.csv").write_text(text, encoding="utf-8", newline="")


if __name__ == "__main__":
    write_expected(EXPECTED)
