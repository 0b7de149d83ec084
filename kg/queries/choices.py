"""What a graph has to choose from: the values a parameter may take, the years it has figures of, names near one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kg.errors import QueryError
from kg.names import suggest_names
from kg.queries.front_matter import Query
from kg.queries.table import Table, Term

# Asks the graph at hand, whether a file or an endpoint.
Ask = Callable[[str], Table]

_RDFS = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>"
_KG = "PREFIX kg: <https://w3id.org/policykg/ontology#>"
_SKOS = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"
_TIME = "PREFIX time: <http://www.w3.org/2006/time#>"
_CHOICES: Mapping[str, tuple[str, str]] = {
    "class": (
        "没有这个类 no such class",
        f"{_RDFS} {_KG} SELECT DISTINCT ?iri ?label WHERE {{ ?iri rdfs:label ?label ; rdfs:subClassOf* kg:Entity }}",
    ),
    "status": (
        "没有这个状态 no such status",
        f"{_RDFS} {_KG} SELECT DISTINCT ?iri ?label WHERE {{ ?iri a kg:Status ; rdfs:label ?label }}",
    ),
}
_YEARS = (
    f"{_KG} {_TIME} SELECT (MIN(?begin) AS ?first) (MAX(?end) AS ?last) WHERE {{ ?figure kg:period ?period . "
    "?period time:hasBeginning/time:inXSDDate ?begin ; time:hasEnd/time:inXSDDate ?end }"
)
_NAMES = (
    f"{_SKOS} PREFIX prov: <http://www.w3.org/ns/prov#> SELECT DISTINCT ?name WHERE {{ ?thing prov:wasDerivedFrom ?e ; "
    'skos:prefLabel|skos:altLabel ?name . FILTER(LANG(?name) = "zh") }'
)


def check_choices(query: Query, values: Mapping[str, str], ask: Ask) -> None:
    """Refuse a class or a status that the graph does not know, naming those that it knows. Raises QueryError.

    A graph that declares none of them (a part of one, without the ontology) refuses nothing.
    """
    for parameter in query.parameters:
        value = values.get(parameter.name, "").strip()
        if not value or parameter.type not in _CHOICES:
            continue
        missing, text = _CHOICES[parameter.type]
        names = _read_choices(ask(text))
        accepted = {name for one in names.items() for name in (one[0], *one[1])}
        if accepted and value not in accepted:
            near = suggest_names(value, accepted)
            allowed = "、".join(sorted("/".join(dict.fromkeys(labels)) for labels in names.values()))
            raise QueryError(f"{query.name}: {missing}: {value}；{near + '；' if near else ''}可用 use {allowed}")


def _read_choices(table: Table) -> dict[str, tuple[str, ...]]:
    """Local name → its labels, the Chinese before the English."""
    labels: dict[str, list[Term]] = {}
    for iri, label in table.rows:
        if iri is not None and label is not None:
            labels.setdefault(_to_value(iri).rpartition("#")[2], []).append(label)
    return {
        name: tuple(_to_value(term) for term in sorted(terms, key=_to_language, reverse=True))
        for name, terms in labels.items()
    }


def describe_choices(query: Query, values: Mapping[str, str], ask: Ask) -> str:
    """What an empty answer's reader may ask instead: years that there are figures of, names near the one given."""
    asked = {one.type: values.get(one.name, one.default) for one in query.parameters}
    if "year" in asked:
        return _describe_years(ask)
    if "label" in asked:
        names = (_to_value(row[0]) for row in ask(_NAMES).rows if row[0] is not None)
        return suggest_names(asked["label"], set(names) - {asked["label"]})
    return ""


def _describe_years(ask: Ask) -> str:
    years = [_to_value(term)[:4] for row in ask(_YEARS).rows for term in row if term is not None]
    if len(years) != 2:
        return "图谱里没有写明时期的数字 the graph has no figure with a period"
    return f"图谱里有 {years[0]} 年到 {years[1]} 年的数字 the graph has figures of {years[0]} to {years[1]}"


def _to_value(term: Term) -> str:
    return str(getattr(term, "value", term))


def _to_language(term: Term) -> str:
    return getattr(term, "language", None) or ""
