"""The evidence behind an answer's rows, whole: quote, sentence, document, section, characters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.errors import PolicykgError
from kg.queries.choices import Ask
from kg.queries.table import Table, Term
from kg.queries.tracing import NOTHING, Origins, match_origins, to_trace

# IRIs in one VALUES: an address or a parser takes that much.
_AT_ONCE = 400
_PREFIXES = """\
PREFIX kg: <https://w3id.org/policykg/ontology#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX oa: <http://www.w3.org/ns/oa#>
"""
_OF_CLAIMS = """\
SELECT ?claim ?evidence WHERE { VALUES ?claim { %s } ?claim prov:wasDerivedFrom ?evidence } ORDER BY ?claim ?evidence"""
_WHOLE = """\
SELECT ?evidence ?source ?title ?issued ?origin ?section ?paragraph ?start ?end ?prefix ?exact ?suffix WHERE {
  VALUES ?evidence { %s }
  ?evidence oa:hasSource ?source ; oa:hasSelector ?position , ?quote ; kg:paragraph ?paragraph .
  ?position oa:start ?start ; oa:end ?end .
  ?quote oa:prefix ?prefix ; oa:exact ?exact ; oa:suffix ?suffix .
  ?source rdfs:label ?title .
  OPTIONAL { ?source dcterms:issued ?issued }
  OPTIONAL { ?source dcterms:source ?origin }
  OPTIONAL { ?evidence kg:section ?section }
}"""
_KINDS = """\
SELECT ?thing ?document WHERE {
  VALUES ?thing { %s }
  { ?thing a/rdfs:subClassOf* kg:Entity } UNION { ?thing a/rdfs:subClassOf* kg:Document . BIND(true AS ?document) }
}"""


@dataclass(frozen=True, slots=True)
class Quote:
    """One evidence: where a document says it. `start` and `end` are code points of the document's text, half-open."""

    iri: str
    document: str
    title: str
    issued: str
    origin: str
    section: str
    paragraph: int
    start: int
    end: int
    before: str
    exact: str
    after: str


@dataclass(frozen=True, slots=True)
class Backed:
    """One row's backing: what its cells name by column, its claims' IRIs, its quotes in the documents' order."""

    entities: Mapping[str, tuple[str, ...]]
    claims: tuple[str, ...]
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Backing:
    """What stands behind an answer: one `Backed` a row; of the IRIs named, those of entities and those of documents."""

    rows: tuple[Backed, ...]
    entities: frozenset[str]
    documents: frozenset[str]


def find_backing(text: str, table: Table, ask: Ask) -> Backing:
    """What stands behind the rows of a query's answer, asked of the same graph.

    A query that cannot be traced has rows without backing; a graph that fails to answer raises what `ask` raises.
    """
    origins = _find_origins(text, table, ask)
    of_claims = _find_of_claims({claim for one in origins for claim in one.bare}, ask)
    wanted = [tuple(dict.fromkeys((*one.evidence, *_spread(one.bare, of_claims)))) for one in origins]
    quotes = _find_quotes({iri for iris in wanted for iri in iris}, ask)
    rows = tuple(
        Backed(one.entities, one.claims, tuple(sorted((quotes[iri] for iri in iris if iri in quotes), key=_to_order)))
        for one, iris in zip(origins, wanted, strict=True)
    )
    named = {iri for row in rows for iris in row.entities.values() for iri in iris}
    named |= {term.value for row in table.rows for term in row if isinstance(term, NamedNode)}
    entities, documents = _find_kinds(named, ask)
    return Backing(rows, entities, documents)


def _find_origins(text: str, table: Table, ask: Ask) -> tuple[Origins, ...]:
    trace = to_trace(text)
    traced = ask(trace.text) if trace is not None and table.rows else None
    if trace is None or traced is None or not traced.columns:
        return (NOTHING,) * len(table.rows)
    return match_origins(table, trace, traced)


def _spread(claims: Sequence[str], of_claims: Mapping[str, list[str]]) -> Iterator[str]:
    for claim in claims:
        yield from of_claims.get(claim, ())


def _find_of_claims(claims: set[str], ask: Ask) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for claim, evidence in _ask_about(_OF_CLAIMS, claims, ask):
        found.setdefault(_to_text(claim), []).append(_to_text(evidence))
    return found


def _find_quotes(iris: set[str], ask: Ask) -> dict[str, Quote]:
    found: dict[str, Quote] = {}
    for row in _ask_about(_WHOLE, iris, ask):
        iri, source, title, issued, origin, section, paragraph, start, end, before, exact, after = map(_to_text, row)
        found.setdefault(
            iri,
            Quote(
                iri, source, title, issued, origin, section, int(paragraph), int(start), int(end), before, exact, after
            ),
        )
    return found


def _find_kinds(iris: set[str], ask: Ask) -> tuple[frozenset[str], frozenset[str]]:
    rows = list(_ask_about(_KINDS, iris, ask))
    documents = frozenset(_to_text(thing) for thing, document in rows if document is not None)
    return frozenset(_to_text(thing) for thing, _ in rows) - documents, documents


def _ask_about(text: str, iris: set[str], ask: Ask) -> Iterator[tuple[Term | None, ...]]:
    ordered = sorted(iris)
    for at in range(0, len(ordered), _AT_ONCE):
        values = " ".join(str(NamedNode(iri)) for iri in ordered[at : at + _AT_ONCE])
        yield from ask(_PREFIXES + text % values).rows


def _to_text(term: Term | None) -> str:
    if term is None:
        return ""
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _to_order(quote: Quote) -> tuple[str, str, int, int]:
    return quote.issued, quote.document, quote.start, quote.end


def to_quiet(ask: Callable[[str], Table]) -> Ask:
    """An `ask` for what is beside the answer: where the graph fails to answer, it answers with nothing."""

    def ask_quietly(text: str) -> Table:
        try:
            return ask(text)
        except PolicykgError:
            return Table((), ())

    return ask_quietly
