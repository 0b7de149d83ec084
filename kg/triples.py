"""The model to RDF: the only place that does it. Terms are encoded once, as N-Triples in UTF-8; a graph is its lines.

What each type becomes is set out in docs/data-model.md. Lines are canonical N-Quads
(https://www.w3.org/TR/rdf12-n-quads/#canonical-quads), so that equal triples are equal bytes. A `GraphBlock` gathers
what one document says as parts (predicate and object) by subject, and gives its lines sorted, each once. Evidence, two
thirds of all lines, is written into a frame: no other graph has those lines, and their order is known.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from xxhash import xxh3_64_intdigest

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

PLANNED = "planned"

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


# Descriptions of things that many documents name are encoded once for all of them. More than so many were no quicker,
# and made a build twice as large.
_CACHED = 1 << 12


def _to_term(name: str) -> bytes:
    prefix, local = name.split(":")
    return f"<{_PREFIXES[prefix]}{local}>".encode()


@lru_cache(maxsize=_CACHED)
def _to_kg_term(local: str) -> bytes:
    return f"<{to_ontology_iri(local)}>".encode()


def _to_escape(found: re.Match[str]) -> str:
    character = found[0]
    return _ESCAPES.get(character) or f"\\u{ord(character):04X}"


def to_literal(text: str, language: str | None = None) -> bytes:
    """A string, or with a language tag in lower case a language-tagged string, as an N-Triples term."""
    tag = f"@{language}" if language else ""
    return f'"{_ESCAPED.sub(_to_escape, text)}"{tag}'.encode()


@lru_cache(maxsize=_CACHED)
def _encode(iri: str) -> bytes:
    return iri.encode()


_RDF_TYPE, _RDF_SUBJECT, _RDF_PREDICATE, _RDF_OBJECT, _RDF_STATEMENT = (
    _to_term(f"rdf:{local}") for local in ("type", "subject", "predicate", "object", "Statement")
)
_RDFS_LABEL, _PREF_LABEL, _ALT_LABEL = _to_term("rdfs:label"), _to_term("skos:prefLabel"), _to_term("skos:altLabel")
_DERIVED_FROM = _to_term("prov:wasDerivedFrom")
_INTEGER, _DECIMAL, _DATE = (b"^^" + _to_term(f"xsd:{local}") for local in ("integer", "decimal", "date"))
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


@dataclass(slots=True)
class _Node:
    """What a graph says of one subject, as parts (predicate and object).

    `shared` are parts that another graph may say as well; `own` name evidence of this graph, or what it mentions.
    """

    shared: set[bytes] = field(default_factory=set)
    own: list[bytes] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What stands between the places and words of one document's evidence, its lines in sorted order."""

    position: tuple[bytes, ...]
    quote: tuple[bytes, ...]
    resource: tuple[bytes, ...]
    paragraph: bytes
    section: bytes


class GraphBlock:
    """All that one document says, until it is lines of N-Quads in the document's graph.

    `statements` are the IRIs of its statements with their statuses, `observations` those of its observations.
    """

    def __init__(self, document: Document, iri: str, base: str) -> None:
        self._base = base
        self._iri = iri.encode()
        self._end = b" <%b> .\n" % self._iri
        # Only where the text holds a character to escape do its quotes have to be looked at one by one.
        self._plain = _ESCAPED.search(document.text.replace("\n", "")) is None
        self._evidence_node = to_evidence_iri(base, iri, 0, 0).encode().removesuffix(b"0-0")
        self._frame = _to_frame(self._iri, b"<" + self._evidence_node, self._end)
        self._nodes: dict[bytes, _Node] = {self._iri: _Node(set(_describe_document(document)))}
        self._sources: dict[tuple[int, int], bytes] = {}
        self._evidence_lines: dict[bytes, bytes] = {}
        self._evidence_quads = 0
        self._sections: dict[str, bytes] = {}
        self.statements: dict[str, str] = {}
        self.observations: dict[str, None] = {}

    def _add(self, subject: bytes) -> _Node:
        node = self._nodes.get(subject)
        if node is None:
            node = self._nodes[subject] = _Node()
        return node

    def add_entity(self, entity: Entity) -> None:
        """An entity with its classes and labels."""
        self._add(_encode(entity.iri)).shared |= _describe_entity(entity.label, entity.classes, entity.alt_labels)

    def add_mentions(self, entity: Entity, evidence: Iterable[Evidence]) -> None:
        """An entity that the document names, with the evidence of each mention."""
        self.add_entity(entity)
        subject = _encode(entity.iri)
        self._nodes[subject].own += [self._add_source(one) for one in evidence]
        if subject != self._iri:
            self._nodes[self._iri].own.append(b"%b <%b>" % (_MENTIONS, subject))

    def add_statement(self, statement: Statement) -> None:
        """A statement with its evidence; its direct triple too unless it is only planned."""
        iri, parts, direct = _describe_statement(
            self._base, statement.subject, statement.predicate, statement.object, statement.status
        )
        if iri not in self.statements:
            self.statements[iri] = statement.status
            self._add(_encode(iri)).shared |= parts
            if direct:
                self._add(_encode(statement.subject)).shared.add(direct)
        self._nodes[_encode(iri)].own.append(self._add_source(statement.evidence))

    def add_observation(self, observation: Observation, label: str) -> None:
        """An observation with its period and evidence; `label` is what a reader of another store sees for it."""
        quantity, period = observation.quantity, observation.period
        value = to_canonical_decimal(quantity.value)
        iri = to_observation_iri(
            self._base, observation.indicator, observation.about, value, quantity.unit, quantity.bound,
            observation.measure_kind, observation.status, observation.scope or "", period.label if period else "",
        )  # fmt: skip
        self.observations[iri] = None
        node = self._add(iri.encode())
        node.shared |= _describe_measure(quantity.unit, quantity.bound, observation.measure_kind, observation.status)
        node.shared |= {
            b"%b %b" % (_RDFS_LABEL, to_literal(label, "zh")),
            b"%b <%b>" % (_INDICATOR, _encode(observation.indicator)),
            b"%b <%b>" % (_ABOUT, _encode(observation.about)),
            b'%b "%b"%b' % (_VALUE, value.encode(), _DECIMAL),
            b"%b %b" % (_SOURCE_TEXT, to_literal(observation.source_text)),
        }
        if observation.scope is not None:
            node.shared.add(b"%b <%b>" % (_SCOPE, _encode(observation.scope)))
        if period is not None:
            node.shared.add(b"%b <%b>" % (_PERIOD, _encode(to_period_iri(self._base, period.label))))
            self.add_period(period, ())
        node.own.append(self._add_source(observation.evidence))

    def add_period(self, period: Interval, evidence: Iterable[Evidence]) -> None:
        """A period as an OWL-Time interval between two days, both inside it, with where the document names it."""
        described = _describe_period(self._base, period.label, period.first, period.last)
        for subject, parts in described:
            self._add(subject).shared |= parts
        self._nodes[described[0][0]].own += [self._add_source(one) for one in evidence]

    def _add_source(self, evidence: Evidence) -> bytes:
        """The part that names this evidence, which is written unless it has been."""
        place = (evidence.span.begin, evidence.span.end)
        part = self._sources.get(place)
        if part is None:
            name = b"%d-%d" % place
            part = self._sources[place] = b"%b <%b%b>" % (_DERIVED_FROM, self._evidence_node, name)
            self._write_evidence(evidence, name)
        return part

    def _write_evidence(self, evidence: Evidence, name: bytes) -> None:
        """The lines of evidence and of its two selectors (https://www.w3.org/TR/annotation-model/#selectors).

        The selectors' lines and the evidence's own are kept apart: `5-7/quote`, `5-72>`, `5-7>` sort in this order.
        """
        frame, end = self._frame, self._end
        begin, _, last = name.partition(b"-")
        exact, prefix, suffix = map(self._escape, (evidence.quote, evidence.prefix, evidence.suffix))
        p, q = frame.position, frame.quote
        self._evidence_lines[name + b"/"] = b"".join(
            (p[0], name, p[1], name, p[2], last, p[3], name, p[4], begin, p[5], name,
             q[0], name, q[1], exact, q[2], name, q[3], prefix, q[4], name, q[5], suffix, q[6])
        )  # fmt: skip
        head, paragraph = name.join(frame.resource), b"%d" % evidence.paragraph
        if evidence.section:
            section = self._sections.get(evidence.section)
            if section is None:
                section = self._sections[evidence.section] = to_literal(evidence.section)
            own = b"".join((head, paragraph, frame.paragraph, name, frame.section, section, end))
        else:
            own = b"".join((head, paragraph, b'"', _INTEGER, end))
        self._evidence_lines[name + b">"] = own
        self._evidence_quads += 14 if evidence.section else 13

    def _escape(self, text: str) -> bytes:
        if self._plain and "\n" not in text:
            return text.encode()
        return _ESCAPED.sub(_to_escape, text).encode()

    def to_lines(self) -> tuple[bytes, int]:
        """All lines, sorted, each once, and how many they are."""
        end, evidence = self._end, self._evidence_lines
        keys = sorted(subject + b">" for subject in self._nodes)
        chunks = []
        quads = self._evidence_quads
        for key in keys:
            node = self._nodes[key[:-1]]
            opening = b"<%b " % key
            parts = sorted(node.shared.union(node.own))
            quads += len(parts)
            chunks.append(b"".join((opening, (end + opening).join(parts), end)))
        place = bisect_left(keys, self._evidence_node)
        chunks[place:place] = [evidence[name] for name in sorted(evidence)]
        return b"".join(chunks), quads

    def to_shared(self) -> list[int]:
        """A 64-bit number for each triple that another graph may say too."""
        return [
            xxh3_64_intdigest(part, seed)
            for subject, node in self._nodes.items()
            for seed in (xxh3_64_intdigest(subject),)
            for part in node.shared
        ]


def _to_frame(document: bytes, node: bytes, end: bytes) -> _Frame:
    """The frame of a document's evidence, whose IRIs begin with `node` (`<…/`); `end` closes each line."""
    integer, quoted = b'"' + _INTEGER + end + node, b'"' + end + node
    selector = b"> " + _HAS_SELECTOR + b" " + node
    return _Frame(
        position=(
            node,
            b"/position> " + _RDF_TYPE + b" " + _POSITION_SELECTOR + end + node,
            b"/position> " + _END + b' "',
            integer,
            b"/position> " + _START + b' "',
            integer,
        ),
        quote=(
            b"/quote> " + _RDF_TYPE + b" " + _QUOTE_SELECTOR + end + node,
            b"/quote> " + _EXACT + b' "',
            quoted,
            b"/quote> " + _PREFIX + b' "',
            quoted,
            b"/quote> " + _SUFFIX + b' "',
            b'"' + end,
        ),
        resource=(
            node,
            b"> " + _RDF_TYPE + b" " + _SPECIFIC_RESOURCE + end + node,
            b"> " + _RDF_TYPE + b" " + _EVIDENCE + end + node,
            selector,
            b"/position>" + end + node,
            selector,
            b"/quote>" + end + node,
            b"> " + _HAS_SOURCE + b" <" + document + b">" + end + node,
            b"> " + _PARAGRAPH + b' "',
        ),
        paragraph=integer,
        section=b"> " + _SECTION + b" ",
    )


def _describe_document(document: Document) -> list[bytes]:
    """What the corpus says of a document itself."""
    label = to_literal(to_canonical_label(document.title), "zh")
    parts = [
        b"%b %b" % (_RDF_TYPE, _to_kg_term(document.kind)),
        b"%b %b" % (_TITLE, to_literal(document.title, "zh")),
        b"%b %b" % (_RDFS_LABEL, label),
        b"%b %b" % (_PREF_LABEL, label),
    ]
    if document.date is not None:
        parts.append(b"%b %b" % (_ISSUED, _to_date(document.date)))
    for term, text in ((_IDENTIFIER, document.number), (_LICENCE, document.licence)):
        if text:
            parts.append(b"%b %b" % (term, to_literal(text)))
    if document.note:
        parts.append(b"%b %b" % (_DESCRIPTION, to_literal(document.note, "zh")))
    return parts + [b"%b %b" % (_SOURCE, to_literal(source)) for source in document.sources]


@lru_cache(maxsize=_CACHED)
def _describe_entity(label: str, classes: tuple[str, ...], alt_labels: tuple[str, ...]) -> frozenset[bytes]:
    name = to_literal(label, "zh")
    return frozenset(
        [b"%b %b" % (_RDF_TYPE, _to_kg_term(one)) for one in classes]
        + [b"%b %b" % (_RDFS_LABEL, name), b"%b %b" % (_PREF_LABEL, name)]
        + [b"%b %b" % (_ALT_LABEL, to_literal(one, "zh")) for one in alt_labels]
    )


@lru_cache(maxsize=_CACHED)
def _describe_statement(
    base: str, subject: str, predicate: str, target: str, status: str
) -> tuple[str, frozenset[bytes], bytes | None]:
    """A statement's IRI, what is said of it, and what is said of its subject unless it is only planned."""
    predicate_term, target_term = _to_kg_term(predicate), b"<%b>" % _encode(target)
    parts = [
        b"%b %b" % (_RDF_TYPE, _STATEMENT),
        b"%b %b" % (_RDF_TYPE, _RDF_STATEMENT),
        b"%b <%b>" % (_RDF_SUBJECT, _encode(subject)),
        b"%b %b" % (_RDF_PREDICATE, predicate_term),
        b"%b %b" % (_RDF_OBJECT, target_term),
        b"%b %b" % (_STATUS, _to_kg_term(status)),
    ]
    if status == PLANNED:
        parts.append(b"%b %b" % (_RDF_TYPE, _COMMITMENT))
    direct = None if status == PLANNED else b"%b %b" % (predicate_term, target_term)
    return to_statement_iri(base, subject, predicate, target, status), frozenset(parts), direct


@lru_cache(maxsize=_CACHED)
def _describe_measure(unit: str, bound: str, measure_kind: str, status: str) -> frozenset[bytes]:
    return frozenset(
        (
            b"%b %b" % (_RDF_TYPE, _OBSERVATION),
            b"%b %b" % (_RDF_TYPE, _QB_OBSERVATION),
            b"%b %b" % (_UNIT, _to_kg_term(unit)),
            b"%b %b" % (_BOUND, _to_kg_term(bound)),
            b"%b %b" % (_MEASURE_KIND, _to_kg_term(measure_kind)),
            b"%b %b" % (_STATUS, _to_kg_term(status)),
        )
    )


@lru_cache(maxsize=_CACHED)
def _describe_period(base: str, label: str, first: date, last: date) -> tuple[tuple[bytes, frozenset[bytes]], ...]:
    """A period and its two days, each with what is said of it."""
    instants = [b"<%b>" % to_instant_iri(base, day.isoformat()).encode() for day in (first, last)]
    period = frozenset(
        (
            b"%b %b" % (_RDF_TYPE, _INTERVAL),
            b"%b %b" % (_RDFS_LABEL, to_literal(label, "zh")),
            b"%b %b" % (_HAS_BEGINNING, instants[0]),
            b"%b %b" % (_HAS_END, instants[1]),
        )
    )
    days = (
        (instant[1:-1], frozenset((b"%b %b" % (_RDF_TYPE, _INSTANT), b"%b %b" % (_IN_DATE, _to_date(day)))))
        for instant, day in zip(instants, (first, last), strict=True)
    )
    return ((to_period_iri(base, label).encode(), period), *days)


def _to_date(day: date) -> bytes:
    return f'"{day.isoformat()}"'.encode() + _DATE


def to_graph_lines(triples: Iterable[str], graph: str) -> tuple[bytes, list[int]]:
    """Triples (`<s> <p> o`) of one named graph as N-Quads lines, sorted, each once, and as `GraphBlock.to_shared`."""
    distinct = sorted({triple.encode() for triple in triples})
    end = b" <%b> .\n" % graph.encode()
    shared = []
    for triple in distinct:
        subject, _, part = triple.partition(b" ")
        shared.append(xxh3_64_intdigest(part, xxh3_64_intdigest(subject[1:-1])))
    return b"".join(triple + end for triple in distinct), shared


def to_document_iri(document: Document, root: str, base: str) -> str:
    """The IRI of a document of the corpus; `root` is the root class of its kind."""
    return to_entity_iri(base, root, to_canonical_label(document.title))
