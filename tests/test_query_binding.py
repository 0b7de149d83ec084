"""Values of parameters: RDF terms that no content turns into SPARQL."""

from __future__ import annotations

import unicodedata

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import QueryError
from kg.locations import find_folder
from kg.queries import Parameter, bind_parameters, parse_query, parse_value, read_queries, run_select, run_select_rdflib

QUERIES = {query.name: query for query in read_queries(find_folder("queries"))}
HOSTILE = [
    "' } INSERT DATA { <urn:a> <urn:b> <urn:c> } #",
    '" } INSERT DATA { <urn:a> <urn:b> <urn:c> } #',
    '"@zh } ?s ?p ?o . FILTER(true) #',
    '低空经济"@zh "工业母机',
    '低空经济" } UNION { ?target ?p ?o } VALUES ?x { "',
    "低空经济\n} DROP ALL #",
    "低空经济\r\n",
    "低空经济\u2028}",
    "\\u0022 } #",
    "\\",
    "'''",
    '"""',
    "?topic",
    "$topic",
    "UNDEF",
    "}",
    "#",
    "\x00",
    "\udc80",
    "<urn:a>",
    "urn:a> <urn:b",
    "http://example.org/a> } #",
    "http://example.org/a b",
    'http://example.org/"a',
    "http://example.org/{a}",
    "http://example.org/a\\u003e",
    "javascript:alert(1)",
    "x" * 100_000,
]
# A query whose answer is the bound term itself, one row, whatever it holds.
ECHO = """\
#+ summary: 回声
#+ summary_en: Echo
#+ description: 值本身。
#+ description_en: The value itself.
#+ parameters:
#+   - name: value
#+     type: {type}
#+     label: 值
#+     label_en: value
#+ defaults:
#+   - value: {default}
SELECT ?value
WHERE {{
  VALUES ?value {{ {term} }}
}}
"""
EXAMPLES = {
    "label": ("名称", '"名称"@zh'),
    "class": ("基金", '"基金"'),
    "status": ("计划中", '"计划中"'),
    "string": ("字", '"字"'),
    "integer": ("10", "10"),
    "year": ("2022", "2022"),
    "iri": ("urn:a", "<urn:a>"),
}


def ask_echo(kind: str, value: str) -> ox.NamedNode | ox.Literal:
    """The term that both engines give back for a value; fails unless it is one row and both agree."""
    default, term = EXAMPLES[kind]
    query = parse_query("echo", ECHO.format(type=kind, default=default, term=term), "echo.rq")
    text = bind_parameters(query, {"value": value})
    answer = run_select(text, ox.Store())
    assert answer == run_select_rdflib(text, rdflib.Graph())
    ((found,),) = answer.rows
    assert isinstance(found, ox.NamedNode | ox.Literal)
    return found


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
@given(value=st.one_of(st.text(), st.sampled_from(HOSTILE), st.text(alphabet="\"'\\}{<>#?@^\n\r zh:.a低")))
def test_a_value_comes_back_as_itself_or_is_refused(kind: str, value: str) -> None:
    try:
        found = ask_echo(kind, value)
    except QueryError as error:
        refusal = str(error)
    else:
        refusal = ""
    if refusal:
        assert len(refusal.splitlines()) == 1
        return
    expected = unicodedata.normalize("NFC", value).strip()
    assert found.value == (str(int(expected)) if kind in {"integer", "year"} else expected)


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", sorted(name for name, query in QUERIES.items() if query.parameters))
def test_a_hostile_value_changes_no_question(name: str, value: str) -> None:
    query = QUERIES[name]
    store = ox.Store()
    for parameter in query.parameters:
        try:
            text = bind_parameters(query, {parameter.name: value})
        except QueryError:
            continue
        assert not run_select(text, store).rows
        assert text.count("\n") == query.sparql.count("\n")
    assert not len(store)


@pytest.mark.parametrize(
    ("kind", "value", "term"),
    [
        ("label", " 低空经济 ", ox.Literal("低空经济", language="zh")),
        ("label", "“尖刀”工程", ox.Literal("“尖刀”工程", language="zh")),
        ("label", 'a"b', ox.Literal('a"b', language="zh")),
        ("label", "é", ox.Literal("é", language="zh")),
        ("string", "基金", ox.Literal("基金")),
        ("class", "Fund", ox.Literal("Fund")),
        ("integer", "-12", ox.Literal(-12)),
        ("year", "2022", ox.Literal(2022)),
        ("iri", "https://w3id.org/policykg/id/programme/尖刀工程", ox.NamedNode("https://w3id.org/policykg/id/programme/尖刀工程")),
        ("iri", "urn:uuid:1", ox.NamedNode("urn:uuid:1")),
    ],
)  # fmt: skip
def test_a_value_is_a_term_of_its_type(kind: str, value: str, term: object) -> None:
    assert parse_value(Parameter("value", kind, "值", "value", EXAMPLES[kind][0]), value, "echo") == term


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("label", "", "空的"),
        ("label", "  ", "空的"),
        ("label", "低\n空", "换行"),
        ("label", "字" * 501, "太长"),
        ("integer", "十", "整数"),
        ("integer", "1e9", "整数"),
        ("integer", "1" * 30, "整数"),
        ("year", "22", "年份"),
        ("year", "3022", "年份"),
        ("year", "２０２２", "年份"),
        ("iri", "尖刀工程", "IRI"),
        ("iri", "http://a/b>c", "IRI"),
        ("iri", "file:///etc/passwd", "IRI"),
    ],
)
def test_a_value_of_another_type_is_refused_with_an_example(kind: str, value: str, said: str) -> None:
    parameter = Parameter("value", kind, "值", "value", EXAMPLES[kind][0])
    with pytest.raises(QueryError) as error:
        parse_value(parameter, value, "echo")
    assert said in str(error.value)
    assert "value（值）" in str(error.value)


def test_an_unknown_parameter_is_refused_with_those_there_are() -> None:
    with pytest.raises(QueryError, match=r"tpic.*topic"):
        bind_parameters(QUERIES["who-supports"], {"tpic": "低空经济"})
    with pytest.raises(QueryError, match="没有参数"):
        bind_parameters(QUERIES["documents"], {"a\nb": "1"})


def test_a_query_without_the_line_of_its_parameter_is_refused() -> None:
    text = ECHO.format(type="label", default="名称", term='"名称"@zh').replace("VALUES ?value", "VALUES ?other")
    with pytest.raises(QueryError, match="VALUES"):
        bind_parameters(parse_query("echo", text, "echo.rq"), {"value": "低"})


def test_a_query_that_is_no_sparql_is_refused() -> None:
    text = ECHO.format(type="label", default="名称", term='"名称"@zh').replace("SELECT", "SELEKT")
    with pytest.raises(QueryError, match="SPARQL"):
        bind_parameters(parse_query("echo", text, "echo.rq"), {})
