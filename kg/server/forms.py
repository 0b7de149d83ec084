"""The inputs of a question's form: one for each parameter, of the kind that its type asks for.

Every input works without a script: names to choose from stand in the page. With one, an input that looks for names asks
`/search.json` as the reader types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal as Choice

from pyoxigraph import Literal, NamedNode

from kg.queries import Ask, Parameter, Query, Table

Kind = Choice["search", "select", "number", "date", "text"]

_PREFIXES = (
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX kg: <https://w3id.org/policykg/ontology#> "
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX time: <http://www.w3.org/2006/time#> "
    "PREFIX prov: <http://www.w3.org/ns/prov#> "
)
# Only what the graph has something of: an empty choice would be a trap.
_CLASSES = (
    "SELECT DISTINCT ?iri ?label WHERE { ?iri rdfs:subClassOf* kg:Entity ; rdfs:label ?label . "
    "FILTER EXISTS { ?kind rdfs:subClassOf* ?iri . ?thing a ?kind } }"
)
_STATUSES = "SELECT DISTINCT ?iri ?label WHERE { ?iri a kg:Status ; rdfs:label ?label }"
_YEARS = (
    "SELECT (MIN(?begin) AS ?first) (MAX(?end) AS ?last) WHERE { ?figure kg:period ?period . "
    "?period time:hasBeginning/time:inXSDDate ?begin ; time:hasEnd/time:inXSDDate ?end }"
)
_DAYS = (
    "PREFIX dcterms: <http://purl.org/dc/terms/> SELECT (MIN(?day) AS ?first) (MAX(?day) AS ?last) WHERE "
    "{ ?document a/rdfs:subClassOf* kg:Document ; dcterms:issued ?day }"
)
_MOST_NAMES = 300
_NAMES = (
    # Without ORDER BY: a large graph's names are not all read for the few that a page can hold.
    "SELECT DISTINCT ?name WHERE { %s ?kind rdfs:subClassOf* ?class . ?thing a ?kind ; skos:prefLabel ?name . "
    f'FILTER(LANG(?name) = "zh") }} LIMIT {_MOST_NAMES}'
)


@dataclass(frozen=True, slots=True)
class Option:
    """One of a select's choices or an input's names."""

    value: str
    label_zh: str
    label_en: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One input: what it is called, what it holds, what it may hold; `lowest` and `highest` only guide."""

    name: str
    kind: Kind
    label_zh: str
    label_en: str
    value: str
    options: tuple[Option, ...] = ()
    classes: tuple[str, ...] = ()
    lowest: str = ""
    highest: str = ""


def make_fields(query: Query, values: Mapping[str, str], ask: Ask) -> tuple[Field, ...]:
    """The fields of a question's form with what was asked in them. `ask` reaches the graph; what it fails to give
    leaves a field without choices, never without input."""
    return tuple(_make_field(one, values.get(one.name, one.default), ask) for one in query.parameters)


def _make_field(parameter: Parameter, value: str, ask: Ask) -> Field:
    named = (parameter.label_zh, parameter.label_en, value)
    if parameter.type in {"class", "status"}:
        options = _read_options(ask(_PREFIXES + (_CLASSES if parameter.type == "class" else _STATUSES)), value)
        if not any(one.chosen for one in options):
            # What the graph does not know is shown as it was given, so that the refusal can be read beside it.
            options = (Option(value, value, chosen=True), *options)
        return Field(parameter.name, "select", *named, options)
    if parameter.type == "year":
        first, last = _read_range(ask(_PREFIXES + _YEARS))
        return Field(parameter.name, "number", *named, lowest=first[:4], highest=last[:4])
    if parameter.type == "date":
        first, last = _read_range(ask(_PREFIXES + _DAYS))
        return Field(parameter.name, "date", *named, lowest=first, highest=last)
    if parameter.type == "integer":
        return Field(parameter.name, "number", *named)
    if parameter.type == "label":
        classes = parameter.classes or ("Entity", "Document")
        chosen = f"VALUES ?class {{ {' '.join(f'kg:{name}' for name in classes)} }}"
        options = tuple(Option(name, name) for name in sorted(_read_column(ask(_PREFIXES + _NAMES % chosen))))
        return Field(parameter.name, "search", *named, options, parameter.classes)
    return Field(parameter.name, "text", *named)


def _read_options(table: Table, value: str) -> tuple[Option, ...]:
    labels: dict[str, dict[str, str]] = {}
    for row in table.rows:
        iri, label = row
        if isinstance(iri, NamedNode) and isinstance(label, Literal):
            labels.setdefault(iri.value.rpartition("#")[2], {})[label.language or ""] = label.value
    options = [
        Option(zh := both.get("zh", name), zh, both.get("en", ""), value in {name, *both.values()})
        for name, both in labels.items()
    ]
    return tuple(sorted(options, key=lambda one: one.label_en))


def _read_range(table: Table) -> tuple[str, str]:
    for row in table.rows:
        if len(row) == 2 and isinstance(row[0], Literal) and isinstance(row[1], Literal):
            return row[0].value, row[1].value
    return "", ""


def _read_column(table: Table) -> list[str]:
    return [row[0].value for row in table.rows if isinstance(row[0], Literal)]
