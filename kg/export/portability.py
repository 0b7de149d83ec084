"""What a dataset holds that some store refuses or changes: the rules that no store's name stands on.

Oxigraph writes language tags in lower case and numbers of up to 18 digits in canonical form as it reads them, so that
only what is beyond that can be found here.

`kg.export.store_rules` says which of them, and which of its own, each store has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Store

from kg.export.property_graph import NOT_XML

_XSD = "http://www.w3.org/2001/XMLSchema#"
_CANONICAL = {
    f"{_XSD}integer": re.compile(r"0|-?[1-9][0-9]*"),
    # XSD 1.1 writes no fraction that is none (https://www.w3.org/TR/xmlschema11-2/#decimal).
    f"{_XSD}decimal": re.compile(r"(?:0|-?[1-9][0-9]*)(?:\.[0-9]*[1-9])?|-0\.[0-9]*[1-9]"),
    f"{_XSD}boolean": re.compile("true|false"),
}
_LEXICAL = {
    f"{_XSD}integer": re.compile(r"[+-]?[0-9]+"),
    f"{_XSD}decimal": re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"),
    f"{_XSD}boolean": re.compile("true|false|0|1"),
}
_DATE = re.compile(r"(-?[0-9]{4,})-([0-9]{2})-([0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")


class Terms:
    """The distinct terms of a dataset, in no order; blank nodes and the graphs' names among them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        found: set[object] = set()
        for quad in store:
            found.update((quad.subject, quad.predicate, quad.object, quad.graph_name))
        self.subjects = {quad.subject.value for quad in store if isinstance(quad.subject, NamedNode)}
        self.iris = {term.value for term in found if isinstance(term, NamedNode)}
        self.literals = {term for term in found if isinstance(term, Literal)}
        self.blank_nodes = {str(term) for term in found if isinstance(term, BlankNode)}

    @cached_property
    def numbers(self) -> tuple[Literal, ...]:
        """The literals of types that have a canonical form."""
        return tuple(one for one in self.literals if one.datatype.value in _CANONICAL)


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that a store does; `find` gives the terms that it does it to, as text.

    `refuses` is whether the import stops or loses the triple; otherwise the store keeps something else. `note` is what
    one has to know though nothing need be mended.
    """

    name: str
    says: str
    mend: str
    find: Callable[[Terms], Iterator[str]]
    refuses: bool = False
    note: bool = False


def find_blank_nodes(terms: Terms) -> Iterator[str]:
    """Blank nodes: their labels hold within one document only, so that every store renames them, and what is sent twice
    is there twice (https://www.w3.org/TR/rdf11-concepts/#section-blank-nodes)."""
    yield from terms.blank_nodes


def find_uncanonical_numbers(terms: Terms) -> Iterator[str]:
    """Numbers and booleans not in canonical form (`0.10`, `+1`, `8E7`), which stores that keep values write otherwise
    (https://jena.apache.org/documentation/tdb/value_canonicalization.html)."""
    for one in terms.numbers:
        kind = one.datatype.value
        if _LEXICAL[kind].fullmatch(one.value) and not _CANONICAL[kind].fullmatch(one.value):
            yield str(one)


def find_impossible_values(terms: Terms) -> Iterator[str]:
    """Literals that their own datatype does not admit (30 February): kept by most stores, and an error in every
    comparison (https://www.w3.org/TR/rdf11-concepts/#section-Datatypes)."""
    for one in terms.literals:
        kind = one.datatype.value
        lexical = _LEXICAL.get(kind)
        if (lexical and not lexical.fullmatch(one.value)) or (kind == f"{_XSD}date" and not _is_date(one.value)):
            yield str(one)


def _is_date(text: str) -> bool:
    parts = _DATE.fullmatch(text)
    if parts is None:
        return False
    year = int(parts[1])
    try:
        # Leap years come round every 400 years, before and after those that Python counts.
        date(2000 + year % 400, int(parts[2]), int(parts[3]))
    except ValueError:
        return False
    return True


def find_years(terms: Terms) -> Iterator[str]:
    """xsd:gYear: comparing two of them is not among SPARQL's operators, and stores differ
    (https://www.w3.org/TR/sparql11-query/#OperatorMapping)."""
    yield from (str(one) for one in terms.literals if one.datatype.value == f"{_XSD}gYear")


def find_control_characters(terms: Terms) -> Iterator[str]:
    """Characters that XML 1.0 cannot write at all (https://www.w3.org/TR/xml/#charsets): neither RDF/XML nor an answer
    in SPARQL XML can carry the literal."""
    yield from (str(one) for one in terms.literals if NOT_XML.search(one.value))


def find_iris_of_two_cases(terms: Terms) -> Iterator[str]:
    """IRIs of what is described here that differ only by case: two things for every RDF store, one for what folds case,
    such as a collation, a file name or a search (https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2.1)."""
    seen: dict[str, str] = {}
    for iri in sorted(terms.subjects):
        other = seen.setdefault(iri.casefold(), iri)
        # kg:Platform is a class and kg:platform a property: an ontology's own convention.
        if other != iri and "#" not in iri:
            yield f"<{other}> <{iri}>"
