"""The query pack: rdflib and Oxigraph answer alike, and as `queries/expected/` says.

After a change of the corpus or of a query, look at what `python tests/test_queries.py` writes: the expected rows of
every question, and the index in queries/README.md.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from kg.errors import QueryError
from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.pipeline import build_corpus
from kg.queries import (
    Parameter,
    Query,
    bind_parameters,
    describe_empty,
    parse_query,
    read_queries,
    run_select,
    run_select_rdflib,
    to_csv,
    to_index,
    to_union,
    write_index,
)
from kg.queries.front_matter import PARAMETER_TYPES
from kg.store import read_dataset, to_dataset

FOLDER = find_folder("queries")
EXPECTED = FOLDER / "expected"
QUERIES = read_queries(FOLDER)
# A value of each type that is well formed and that no graph of ours has.
UNHEARD_OF = {
    "label": "从来没有过的名称",
    "class": "没有这个类",
    "status": "没有这个状态",
    "string": "从来没有过的字",
    "integer": "1000000",
    "year": "1901",
    "date": "9999-12-31",
    "iri": "https://example.org/none",
}

each_query = pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
each_parameter = pytest.mark.parametrize(
    ("query", "parameter"),
    [(query, parameter) for query in QUERIES for parameter in query.parameters],
    ids=lambda value: value.name,
)


@pytest.fixture(scope="session")
def dataset(turtle: Path) -> ox.Store:
    return to_union(read_dataset(turtle.with_name("graph.nq")))


@pytest.fixture(scope="session")
def graph(turtle: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(turtle, format="turtle")


# --- the answers ------------------------------------------------------------------------------------------------------


@each_query
def test_oxigraph_answers_as_expected(query: Query, dataset: ox.Store) -> None:
    assert to_csv(run_select(bind_parameters(query, {}), dataset)) == read_expected(query)


@each_query
def test_rdflib_answers_as_expected(query: Query, graph: rdflib.Graph) -> None:
    assert to_csv(run_select_rdflib(bind_parameters(query, {}), graph)) == read_expected(query)


@each_query
def test_the_file_itself_asks_the_same(query: Query, dataset: ox.Store) -> None:
    # Whoever pastes the .rq into another tool gets the default question.
    assert to_csv(run_select(query.text, dataset)) == read_expected(query)


@each_query
def test_no_question_is_empty_by_default(query: Query) -> None:
    assert len(read_expected(query).splitlines()) > 1


@each_parameter
def test_an_unheard_of_value_gives_no_row_and_a_sentence(
    query: Query, parameter: Parameter, dataset: ox.Store, graph: rdflib.Graph
) -> None:
    values = {parameter.name: UNHEARD_OF[parameter.type]}
    text = bind_parameters(query, values)
    answer = run_select(text, dataset)
    assert not answer.rows
    assert answer == run_select_rdflib(text, graph)
    sentence = describe_empty(query, values)
    assert query.summary_zh in sentence
    assert query.summary_en in sentence
    assert values[parameter.name] in sentence


def test_every_expected_file_belongs_to_a_question() -> None:
    assert {path.stem for path in EXPECTED.glob("*.csv")} == {query.name for query in QUERIES}


def read_expected(query: Query) -> str:
    return (EXPECTED / f"{query.name}.csv").read_bytes().decode("utf-8")


# --- the pack ---------------------------------------------------------------------------------------------------------


def test_there_are_enough_questions() -> None:
    assert len(QUERIES) >= 24


def test_no_two_questions_ask_the_same() -> None:
    for field in ("summary_zh", "summary_en", "sparql"):
        assert len({getattr(query, field) for query in QUERIES}) == len(QUERIES)


@each_query
def test_the_order_of_rows_is_said(query: Query) -> None:
    assert "ORDER BY" in query.sparql


@each_query
def test_no_engine_of_its_own(query: Query) -> None:
    allowed = {
        *("kg", "rdf", "rdfs", "owl", "skos", "dcterms", "prov", "oa", "time", "org", "qb", "schema", "xsd"),
    }
    declared = {line.split()[1].rstrip(":") for line in query.sparql.splitlines() if line.startswith("PREFIX")}
    assert declared <= allowed
    for word in ("SERVICE", "xsd:gYear", "GRAPH ", "FROM "):
        assert word not in query.sparql


def test_the_index_is_of_these_questions() -> None:
    assert to_index(QUERIES) in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_the_index_is_written_between_its_marks(tmp_path: Path) -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    (tmp_path / "one.rq").write_text(QUERIES[0].text, encoding="utf-8")
    (tmp_path / "README.md").write_text(text, encoding="utf-8")
    written = write_index(tmp_path).read_text(encoding="utf-8")
    assert "](one.rq)" in written
    assert f"]({QUERIES[1].name}.rq)" not in written
    assert written.startswith(text.partition("<!-- index")[0])
    assert written.endswith(text.partition("<!-- /index -->")[2])
    (tmp_path / "README.md").write_text("# none\n", encoding="utf-8")
    with pytest.raises(QueryError, match=r"README\.md"):
        write_index(tmp_path)


# --- the front matter -------------------------------------------------------------------------------------------------

GOOD = """\
#+ summary: 谁
#+ summary_en: Who
#+ description: 谁在哪里。
#+ description_en: "Who: where"
#+ tags:
#+   - one
#+ parameters:
#+   - name: topic
#+     type: label
#+     label: 名称
#+     label_en: name
#+ defaults:
#+   - topic: 2022
SELECT ?s
WHERE {
  VALUES ?topic { "2022"@zh }
  ?s ?p ?topic .
}
"""


def test_front_matter_is_read() -> None:
    query = parse_query("who", GOOD, "who.rq")
    assert (query.summary_zh, query.summary_en) == ("谁", "Who")
    assert query.description_en == "Who: where"
    assert query.tags == ("one",)
    assert query.parameters == (Parameter("topic", "label", "名称", "name", "2022"),)
    assert query.sparql.startswith("SELECT")


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        pytest.param("#+ summary: 谁\n", "", 1, "summary", id="no summary"),
        pytest.param("#+ summary: 谁", "#+ summary:", 1, "summary", id="empty summary"),
        pytest.param("#+ summary: 谁", "#+ summary: 谁\n#+ summary: 她", 2, "重复", id="key twice"),
        pytest.param("#+ summary: 谁", "#+ summary: 谁: 她", 1, "YAML", id="colon in a plain scalar"),
        pytest.param("#+ tags:", "#+ tag:", 1, "tag", id="unknown key"),
        pytest.param("#+   - one", "#+   - one: two", 1, "tags", id="a tag that is a map"),
        pytest.param("type: label", "type: colour", 1, "colour", id="unknown type"),
        pytest.param("#+     type: label\n", "", 1, "type", id="no type"),
        pytest.param("name: topic", "name: Topic x", 1, "Topic x", id="unusable name"),
        pytest.param("  - topic: 2022", "  - other: 2022", 1, "topic", id="default of another"),
        pytest.param("#+   - topic: 2022", "#+   - topic", 1, "defaults", id="default without value"),
        pytest.param("#+ tags:", "#+ method: POST\n#+ tags:", 1, "method", id="method that writes"),
        pytest.param("#+", "#", 1, "文件头", id="no front matter"),
        pytest.param('"Who: where"', '"Who', 4, "YAML", id="open quotation"),
        pytest.param("#+ summary: 谁", "#+ [1]: 谁", 1, "YAML", id="a key that is a list"),
        pytest.param("#+ summary: 谁", "#+ - 谁", 2, "YAML", id="a list at the top"),
    ],
)
def test_malformed_front_matter_says_where(old: str, new: str, line: int, said: str) -> None:
    assert old in GOOD
    with pytest.raises(QueryError) as error:
        parse_query("who", GOOD.replace(old, new), "who.rq")
    assert str(error.value).startswith(f"who.rq:{line}")
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_of_front_matter_alone_is_refused() -> None:
    with pytest.raises(QueryError, match="没有查询"):
        parse_query("who", GOOD.partition("SELECT")[0], "who.rq")


@pytest.mark.parametrize("name", ["Who", "who_does", "谁", "-who", "who--does"])
def test_an_unusable_file_name_is_refused(name: str) -> None:
    with pytest.raises(QueryError, match="文件名"):
        parse_query(name, GOOD, f"{name}.rq")


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "who.rq").write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(QueryError, match="UTF-8"):
        read_queries(tmp_path)
    with pytest.raises(QueryError, match="no such folder"):
        read_queries(tmp_path / "none")


def test_every_type_of_parameter_has_an_unheard_of_value() -> None:
    assert set(UNHEARD_OF) == set(PARAMETER_TYPES)


def _write_expected() -> None:
    build = build_corpus(find_folder("corpus/hubei"), find_folder("ontology"), DEFAULT_BASE)
    dataset = to_union(to_dataset(build.lines))
    EXPECTED.mkdir(exist_ok=True)
    for query in QUERIES:
        answer = to_csv(run_select(bind_parameters(query, {}), dataset))
        (EXPECTED / f"{query.name}.csv").write_bytes(answer.encode("utf-8"))
    write_index(FOLDER)


if __name__ == "__main__":
    _write_expected()
