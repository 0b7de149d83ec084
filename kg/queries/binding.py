"""Values into questions, as RDF terms: never pasted, and proved on the parsed query.

A question holds each parameter's default in a line `VALUES ?name { … }`, so that it runs as it stands in any store.
Binding puts another term, written by Oxigraph's serialiser, in its place; then the text is parsed by rdflib and must be
the same query as before but for that very term.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import MAXYEAR, date
from typing import Any

import rdflib
from pyoxigraph import Literal, NamedNode
from pyparsing import ParseException
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from kg.errors import QueryError
from kg.queries.front_matter import Parameter, Query
from kg.queries.prefixes import expand_prefixed

_DATE = NamedNode("http://www.w3.org/2001/XMLSchema#date")
_LONGEST_VALUE = 500
_YEAR = re.compile(r"[12][0-9]{3}")
_INTEGER = re.compile(r"-?[0-9]{1,18}")
_ABSOLUTE = re.compile(r"(?:https?://|urn:)[^\s]+")


def bind_parameters(query: Query, values: Mapping[str, str]) -> str:
    """The SPARQL text of a question with these values, its defaults for the rest.

    Raises QueryError for an unknown name, a value that is not of the parameter's type, and a value that the parsed
    query would not hold as one term.
    """
    known = {parameter.name: parameter for parameter in query.parameters}
    for name in values:
        if name not in known:
            usable = "、".join(known) if known else "这个问题没有参数 it has none"
            raise QueryError(f"{query.name}: 没有参数 no parameter {_to_shown(name)}；可用 use {usable}")
    terms = {
        name: parse_value(parameter, values.get(name, parameter.default), query.name)
        for name, parameter in known.items()
    }
    bound = query.sparql
    for name, term in terms.items():
        bound = _replace_values(bound, name, term, query.name)
    _check_bound(query, bound, terms)
    return bound


def parse_value(parameter: Parameter, value: str, query_name: str) -> NamedNode | Literal:
    """A user's value as the RDF term of its parameter's type. Raises QueryError where it is not of that type.

    A `label` is matched with the Chinese labels of the graph; a `class` or a `status` is a label of it in either
    language or its local name, and the query compares; an `iri` may begin with a known prefix.
    """
    text = unicodedata.normalize("NFC", value).strip()
    where = f"{query_name}: 参数 parameter {parameter.name}（{parameter.label_zh}）"
    if not text:
        raise QueryError(f"{where} 是空的 is empty；例如 for example {parameter.default}")
    if len(text) > _LONGEST_VALUE:
        raise QueryError(f"{where} 太长 is too long；最多 {_LONGEST_VALUE} 个字 characters at most")
    if any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in text) or "\\" in text:
        raise QueryError(f"{where} 含有换行、控制字符或反斜线 has a line break, control character or backslash；请去掉")
    if parameter.type == "label":
        return Literal(text, language="zh")
    if parameter.type == "integer":
        if not _INTEGER.fullmatch(text):
            raise QueryError(f"{where} 不是整数 is no integer: {text}；例如 for example {parameter.default}")
        return Literal(int(text))
    if parameter.type == "year":
        if not _YEAR.fullmatch(text) or int(text) > MAXYEAR:
            raise QueryError(f"{where} 不是年份 is no year: {text}；请写四位数字，例如 for example {parameter.default}")
        return Literal(int(text))
    if parameter.type == "date":
        return _parse_date(text, where, parameter.default)
    if parameter.type == "iri":
        return _parse_iri(text, where, parameter.default)
    return Literal(text)


def _parse_date(text: str, where: str, example: str) -> Literal:
    try:
        return Literal(date.fromisoformat(text).isoformat(), datatype=_DATE)
    except ValueError as error:
        raise QueryError(f"{where} 不是日期 is no date: {text}；请写成 年-月-日，例如 for example {example}") from error


def _parse_iri(text: str, where: str, example: str) -> NamedNode:
    try:
        iri = expand_prefixed(text)
        if not _ABSOLUTE.fullmatch(iri):
            raise ValueError(text)
        return NamedNode(iri)
    except ValueError as error:
        raise QueryError(f"{where} 不是 IRI is no IRI: {text}；例如 for example {example}") from error


def _replace_values(text: str, name: str, term: NamedNode | Literal, query_name: str) -> str:
    line = re.compile(rf"^( *VALUES \?{name} \{{ )(.*)( \}})$", re.MULTILINE)
    if not line.search(text):
        raise QueryError(f"{query_name}: 查询里没有一行 the query lacks a line “VALUES ?{name} {{ … }}”；请补上")
    return line.sub(lambda found: f"{found[1]}{term}{found[3]}", text)


def _check_bound(query: Query, bound: str, terms: Mapping[str, NamedNode | Literal]) -> None:
    shape, found = _parse_shape(bound, query.name, frozenset(terms))
    template, defaults = _parse_shape(query.sparql, query.name, frozenset(terms))
    if shape != template or set(found) != set(defaults):
        raise QueryError(f"{query.name}: 参数的值改变了查询 a value changes the query；请换一个值")
    for name, term in terms.items():
        if found[name] != {_to_rdflib(term)}:
            raise QueryError(
                f"{query.name}: 参数 parameter {name} 的值不能原样进入查询 cannot enter the query；请换一个值"
            )


def _parse_shape(text: str, query_name: str, names: frozenset[str]) -> tuple[object, dict[str, set[object]]]:
    """The query's algebra without its parameters' terms, and those terms by parameter."""
    try:
        algebra = translateQuery(parseQuery(text)).algebra
    except ParseException as error:
        raise QueryError(f"{query_name}: 不是合法的 SPARQL not SPARQL: {error}；请改正查询") from error
    found: dict[str, set[object]] = {}
    return _to_plain(algebra, names, found), found


def _to_plain(node: Any, names: frozenset[str], found: dict[str, set[object]]) -> object:
    if isinstance(node, CompValue):
        rows = node.get("res") if node.name == "ToMultiSet" or node.name == "values" else None
        if isinstance(rows, list) and (bound := _find_bound(rows, names)):
            for name, term in bound:
                found.setdefault(name, set()).add(term)
            return (node.name, tuple(sorted({name for name, _ in bound})), len(rows))
        return (node.name, tuple((key, _to_plain(node[key], names, found)) for key in sorted(node)))
    if isinstance(node, Mapping):
        return tuple(sorted((str(key), repr(_to_plain(node[key], names, found))) for key in node))
    if isinstance(node, list | tuple):
        return tuple(_to_plain(item, names, found) for item in node)
    if isinstance(node, set | frozenset):
        return frozenset(_to_plain(item, names, found) for item in node)
    return node.n3() if isinstance(node, rdflib.term.Identifier) else repr(node)


def _find_bound(rows: list[Any], names: frozenset[str]) -> list[tuple[str, object]]:
    return [pair for row in rows for pair in _iterate_bound(row, names)]


def _iterate_bound(row: Mapping[Any, object], names: frozenset[str]) -> Iterator[tuple[str, object]]:
    for variable, term in row.items():
        if str(variable) in names:
            yield str(variable), term


def _to_rdflib(term: NamedNode | Literal) -> rdflib.URIRef | rdflib.Literal:
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    if term.datatype.value == str(rdflib.XSD.string):
        return rdflib.Literal(term.value)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value))


def _to_shown(name: str) -> str:
    return "".join(character if character.isprintable() else "�" for character in name[:50])
