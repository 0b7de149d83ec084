"""The model to RDF: the only place that does it. Terms are encoded once, as N-Triples text; a triple is one line.

What each type becomes is set out in docs/data-model.md. Lines are canonical N-Triples
(https://www.w3.org/TR/rdf12-n-triples/#canonical-ntriples), so that equal triples are equal strings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from kg.identifiers import (
    to_entity_iri,
    to_evidence_iri,
    to_instant_iri,
    to_observation_iri,
    to_ontology_iri,
    to_period_iri,
    to_statement_iri,
)
from kg.model import Document, Entity, Evidence, Interval, Observation, Statement
from kg.names import to_canonical_label
from kg.numerals import to_canonical_decimal

ONTOLOGY_GRAPH = "https://w3id.org/policykg/ontology"

_PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
    "qb": "http://purl.org/linked-data/cube#",
    "time": "http://www.w3.org/2006/time#",
}

_ESCAPES = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
    "\x7f": "\\u007F",
}
_ESCAPED = re.compile(r'[\x00-\x1f"\\\x7f]')


def _to_term(name: str) -> str:
    prefix, local = name.split(":")
    return f"<{_PREFIXES[prefix]}{local}>"


def _to_kg_term(local: str) -> str:
    return f"<{to_ontology_iri(local)}>"


def _to_escape(found: re.Match[str]) -> str:
    character = found[0]
    return _ESCAPES.get(character) or f"\\u{ord(character):04X}"


def to_literal(text: str, language: str | None = None) -> str:
    """A string, or with a language tag in lower case a language-tagged string, as an N-Triples term."""
    return f'"{_ESCAPED.sub(_to_escape, text)}"' + (f"@{language}" if language else "")


_RDF_TYPE, _RDF_SUBJECT, _RDF_PREDICATE, _RDF_OBJECT, _RDF_STATEMENT = (
    _to_term(f"rdf:{local}") for local in ("type", "subject", "predicate", "object", "Statement")
)
_RDFS_LABEL, _PREF_LABEL, _ALT_LABEL = _to_term("rdfs:label"), _to_term("skos:prefLabel"), _to_term("skos:altLabel")
_DERIVED_FROM = _to_term("prov:wasDerivedFrom")
_INTEGER, _DECIMAL, _DATE = (f"^^{_to_term(f'xsd:{local}')}" for local in ("integer", "decimal", "date"))
_TITLE, _ISSUED, _IDENTIFIER, _SOURCE, _LICENCE, _DESCRIPTION = (
    _to_term(f"dcterms:{local}") for local in ("title", "issued", "identifier", "source", "license", "description")
)
_HAS_SOURCE, _HAS_SELECTOR, _START, _END, _EXACT, _PREFIX, _SUFFIX = (
    _to_term(f"oa:{local}") for local in ("hasSource", "hasSelector", "start", "end", "exact", "prefix", "suffix")
)
_SPECIFIC_RESOURCE, _POSITION_SELECTOR, _QUOTE_SELECTOR = (
    _to_term(f"oa:{local}") for local in ("SpecificResource", "TextPositionSelector", "TextQuoteSelector")
)
_QB_OBSERVATION = _to_term("qb:Observation")
_INTERVAL, _INSTANT, _HAS_BEGINNING, _HAS_END, _IN_DATE = (
    _to_term(f"time:{local}") for local in ("Interval", "Instant", "hasBeginning", "hasEnd", "inXSDDate")
)
_STATEMENT, _COMMITMENT, _OBSERVATION, _EVIDENCE = (
    _to_kg_term(local) for local in ("Statement", "Commitment", "Observation", "Evidence")
)
_STATUS, _INDICATOR, _ABOUT, _VALUE, _UNIT, _BOUND, _MEASURE_KIND, _PERIOD, _SCOPE, _SOURCE_TEXT = (
    _to_kg_term(local)
    for local in (
        "status", "indicator", "about", "value", "unit", "bound", "measureKind", "period", "scope", "sourceText",
    )
)  # fmt: skip
_SECTION, _PARAGRAPH, _MENTIONS = (_to_kg_term(local) for local in ("section", "paragraph", "mentions"))

PLANNED = "planned"


def to_document_triples(document: Document, iri: str) -> Iterator[str]:
    """What the corpus says of a document itself."""
    node = f"<{iri}>"
    label = to_literal(to_canonical_label(document.title), "zh")
    yield f"{node} {_RDF_TYPE} {_to_kg_term(document.kind)}"
    yield f"{node} {_TITLE} {to_literal(document.title, 'zh')}"
    yield f"{node} {_RDFS_LABEL} {label}"
    yield f"{node} {_PREF_LABEL} {label}"
    if document.date is not None:
        yield f"{node} {_ISSUED} {_to_date(document.date)}"
    if document.number:
        yield f"{node} {_IDENTIFIER} {to_literal(document.number)}"
    if document.licence:
        yield f"{node} {_LICENCE} {to_literal(document.licence)}"
    if document.note:
        yield f"{node} {_DESCRIPTION} {to_literal(document.note, 'zh')}"
    for source in document.sources:
        yield f"{node} {_SOURCE} {to_literal(source)}"


def to_entity_triples(entity: Entity) -> Iterator[str]:
    """An entity with its classes and labels."""
    node = f"<{entity.iri}>"
    for name in entity.classes:
        yield f"{node} {_RDF_TYPE} {_to_kg_term(name)}"
    label = to_literal(entity.label, "zh")
    yield f"{node} {_RDFS_LABEL} {label}"
    yield f"{node} {_PREF_LABEL} {label}"
    for alternative in entity.alt_labels:
        yield f"{node} {_ALT_LABEL} {to_literal(alternative, 'zh')}"


def to_mention_triples(entity_iri: str, document_iri: str, evidence: Iterable[str]) -> Iterator[str]:
    """That a document names an entity; `evidence` holds the IRIs of the evidence of its mentions."""
    for source in evidence:
        yield f"<{entity_iri}> {_DERIVED_FROM} <{source}>"
    if entity_iri != document_iri:
        yield f"<{document_iri}> {_MENTIONS} <{entity_iri}>"


def to_evidence_triples(evidence: Evidence, base: str) -> Iterator[str]:
    """Evidence with its two selectors (https://www.w3.org/TR/annotation-model/#selectors)."""
    iri = to_evidence_iri(base, evidence.document, evidence.span.begin, evidence.span.end)
    node, position, quote = f"<{iri}>", f"<{iri}/position>", f"<{iri}/quote>"
    yield f"{node} {_RDF_TYPE} {_EVIDENCE}"
    yield f"{node} {_RDF_TYPE} {_SPECIFIC_RESOURCE}"
    yield f"{node} {_HAS_SOURCE} <{evidence.document}>"
    yield f"{node} {_HAS_SELECTOR} {position}"
    yield f"{node} {_HAS_SELECTOR} {quote}"
    if evidence.section:
        yield f"{node} {_SECTION} {to_literal(evidence.section)}"
    yield f'{node} {_PARAGRAPH} "{evidence.paragraph}"{_INTEGER}'
    yield f"{position} {_RDF_TYPE} {_POSITION_SELECTOR}"
    yield f'{position} {_START} "{evidence.span.begin}"{_INTEGER}'
    yield f'{position} {_END} "{evidence.span.end}"{_INTEGER}'
    yield f"{quote} {_RDF_TYPE} {_QUOTE_SELECTOR}"
    yield f"{quote} {_EXACT} {to_literal(evidence.quote)}"
    yield f"{quote} {_PREFIX} {to_literal(evidence.prefix)}"
    yield f"{quote} {_SUFFIX} {to_literal(evidence.suffix)}"


def to_statement_triples(statement: Statement, base: str) -> Iterator[str]:
    """A statement; its direct triple too unless it is only planned."""
    predicate = _to_kg_term(statement.predicate)
    iri = to_statement_iri(base, statement.subject, statement.predicate, statement.object, statement.status)
    node, subject, target = f"<{iri}>", f"<{statement.subject}>", f"<{statement.object}>"
    yield f"{node} {_RDF_TYPE} {_STATEMENT}"
    yield f"{node} {_RDF_TYPE} {_RDF_STATEMENT}"
    if statement.status == PLANNED:
        yield f"{node} {_RDF_TYPE} {_COMMITMENT}"
    else:
        yield f"{subject} {predicate} {target}"
    yield f"{node} {_RDF_SUBJECT} {subject}"
    yield f"{node} {_RDF_PREDICATE} {predicate}"
    yield f"{node} {_RDF_OBJECT} {target}"
    yield f"{node} {_STATUS} {_to_kg_term(statement.status)}"
    yield f"{node} {_DERIVED_FROM} <{_to_evidence_iri(statement.evidence, base)}>"


def to_observation_triples(observation: Observation, label: str, base: str) -> Iterator[str]:
    """An observation with its period; `label` is what a reader of another store sees for it."""
    quantity, period = observation.quantity, observation.period
    value = to_canonical_decimal(quantity.value)
    iri = to_observation_iri(
        base, observation.indicator, observation.about, value, quantity.unit, quantity.bound, observation.measure_kind,
        observation.status, observation.scope or "", period.label if period else "",
    )  # fmt: skip
    node = f"<{iri}>"
    yield f"{node} {_RDF_TYPE} {_OBSERVATION}"
    yield f"{node} {_RDF_TYPE} {_QB_OBSERVATION}"
    yield f"{node} {_RDFS_LABEL} {to_literal(label, 'zh')}"
    yield f"{node} {_INDICATOR} <{observation.indicator}>"
    yield f"{node} {_ABOUT} <{observation.about}>"
    yield f'{node} {_VALUE} "{value}"{_DECIMAL}'
    yield f"{node} {_UNIT} {_to_kg_term(quantity.unit)}"
    yield f"{node} {_BOUND} {_to_kg_term(quantity.bound)}"
    yield f"{node} {_MEASURE_KIND} {_to_kg_term(observation.measure_kind)}"
    yield f"{node} {_STATUS} {_to_kg_term(observation.status)}"
    yield f"{node} {_SOURCE_TEXT} {to_literal(observation.source_text)}"
    yield f"{node} {_DERIVED_FROM} <{_to_evidence_iri(observation.evidence, base)}>"
    if observation.scope is not None:
        yield f"{node} {_SCOPE} <{observation.scope}>"
    if period is not None:
        yield f"{node} {_PERIOD} <{to_period_iri(base, period.label)}>"


def to_period_triples(period: Interval, base: str, evidence: Iterable[str]) -> Iterator[str]:
    """A period as an OWL-Time interval between two days, both inside it; `evidence` holds IRIs of where it is named."""
    node = f"<{to_period_iri(base, period.label)}>"
    yield f"{node} {_RDF_TYPE} {_INTERVAL}"
    yield f"{node} {_RDFS_LABEL} {to_literal(period.label, 'zh')}"
    for source in evidence:
        yield f"{node} {_DERIVED_FROM} <{source}>"
    for bound, day in ((_HAS_BEGINNING, period.first), (_HAS_END, period.last)):
        instant = f"<{to_instant_iri(base, day.isoformat())}>"
        yield f"{node} {bound} {instant}"
        yield f"{instant} {_RDF_TYPE} {_INSTANT}"
        yield f"{instant} {_IN_DATE} {_to_date(day)}"


def to_quad_lines(triples: Iterable[str], graph: str) -> list[str]:
    """Triples of one named graph as N-Quads lines, sorted, each once."""
    return sorted({f"{triple} <{graph}> .\n" for triple in triples})


def _to_date(day: date) -> str:
    return f'"{day.isoformat()}"{_DATE}'


def _to_evidence_iri(evidence: Evidence, base: str) -> str:
    return to_evidence_iri(base, evidence.document, evidence.span.begin, evidence.span.end)


def to_document_iri(document: Document, root: str, base: str) -> str:
    """The IRI of a document of the corpus; `root` is the root class of its kind."""
    return to_entity_iri(base, root, to_canonical_label(document.title))
