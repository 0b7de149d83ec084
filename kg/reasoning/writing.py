"""A derivation as N-Quads lines of the two named graphs: sorted, each once, the same for the same dataset."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode

from kg.identifiers import DEFAULT_BASE, to_entity_iri, to_ontology_iri
from kg.numerals import to_canonical_decimal
from kg.reasoning.claims import Finding
from kg.reasoning.derivation import Derivation
from kg.reasoning.graphs import DERIVED_GRAPH, INFERRED_GRAPH
from kg.reasoning.schema import RDF_TYPE

_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_DERIVED_FROM = "http://www.w3.org/ns/prov#wasDerivedFrom"
_OWL = "http://www.w3.org/2002/07/owl#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_ROOT = "Finding"
_PLACES = 4
_CLAIMS = ("/statement/", "/observation/")


def to_derived_lines(derivation: Derivation) -> list[str]:
    """The findings, each with its class, rule, labels and premises."""
    base = _find_base(derivation.findings)
    lines = {line for one in derivation.findings for line in _to_lines(one, base)}
    return sorted(f"{line} <{DERIVED_GRAPH}> .\n" for line in lines)


def to_inferred_lines(derivation: Derivation) -> list[str]:
    """The inferred triples."""
    return sorted(
        f"{NamedNode(s)} {NamedNode(p)} {NamedNode(o)} <{INFERRED_GRAPH}> .\n" for s, p, o in derivation.inferred
    )


def to_reasoned_lines(asserted: Iterable[str], derivation: Derivation) -> Iterator[str]:
    """A dataset (N-Quads lines, every one with its graph) with both graphs of reasoning beside its own.

    Its default graph is what is asserted and the findings, without the inferred triples: a query that names no graph
    answers as before, and GRAPH reaches the closure. Where a store makes the default graph the union of all instead,
    asserted and inferred would be one.
    """
    seen: set[str] = set()
    derived = to_derived_lines(derivation)
    for line in (*asserted, *derived):
        triple = line[: line.rindex(" <")]
        if triple not in seen:
            seen.add(triple)
            yield f"{triple} .\n"
        yield line
    yield from to_inferred_lines(derivation)


def to_finding_iri(finding: Finding, base: str) -> str:
    """The IRI of a finding: the same rule on the same premises gives the same IRI."""
    parts = (finding.kind, finding.rule, *(finding.triple or ()), *finding.premises)
    digest = hashlib.blake2b("\x1f".join(parts).encode("utf-8"), digest_size=12).hexdigest()
    return to_entity_iri(base, _ROOT, digest)


def _find_base(findings: Iterable[Finding]) -> str:
    """The base that the dataset's own claims have."""
    premises = (iri for one in findings for iri in one.premises)
    return next((iri.partition(mark)[0] + "/" for iri in premises for mark in _CLAIMS if mark in iri), DEFAULT_BASE)


def _to_lines(finding: Finding, base: str) -> Iterator[str]:
    node = NamedNode(to_finding_iri(finding, base))

    def line(predicate: str, value: NamedNode | Literal) -> str:
        return f"{node} {NamedNode(predicate)} {value}"

    yield line(RDF_TYPE, NamedNode(to_ontology_iri(finding.kind)))
    yield line(_LABEL, Literal(finding.label_zh, language="zh"))
    yield line(_LABEL, Literal(finding.label_en, language="en"))
    yield line(to_ontology_iri("rule"), Literal(finding.rule))
    for premise in finding.premises:
        yield line(_DERIVED_FROM, NamedNode(premise))
    if finding.holds is not None:
        yield line(to_ontology_iri("holds"), Literal(str(finding.holds).lower(), datatype=NamedNode(f"{_XSD}boolean")))
    for name, value in (("computedLow", finding.low), ("computedHigh", finding.high)):
        if value is not None:
            text = to_canonical_decimal(round(value, _PLACES))
            yield line(to_ontology_iri(name), Literal(text, datatype=NamedNode(f"{_XSD}decimal")))
    if finding.promise is not None:
        yield line(to_ontology_iri("promise"), NamedNode(finding.promise))
    for report in finding.reports:
        yield line(to_ontology_iri("report"), NamedNode(report))
    if finding.triple is not None:
        for name, part in zip(("annotatedSource", "annotatedProperty", "annotatedTarget"), finding.triple, strict=True):
            yield line(_OWL + name, NamedNode(part))
