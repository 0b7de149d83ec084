"""The dataset described in its own terms: VoID (https://www.w3.org/TR/void/) and DCAT 3 (https://www.w3.org/TR/vocab-dcat-3/).

Counts come from the quads themselves; the date is the newest document's, so that the same corpus gives the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
    "time": "http://www.w3.org/2006/time#",
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "kg": "https://w3id.org/policykg/ontology#",
}
_VOCABULARIES = ("dcterms", "kg", "oa", "prov", "skos", "time")
# IANA's own names; a distribution's address is whoever publishes it's to say.
_DISTRIBUTIONS = (("nq", "application/n-quads"), ("ttl", "text/turtle"))
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_LICENCES = "https://spdx.org/licenses/"
_SPDX = re.compile(r'"([A-Za-z0-9][A-Za-z0-9.+-]*)"')
_DATE = re.compile(r'"([0-9]{4}-[0-9]{2}-[0-9]{2})"\^\^.*')


def _to_term(name: str) -> str:
    prefix, local = name.split(":")
    return f"<{_PREFIXES[prefix]}{local}>"


_TYPE, _ISSUED, _LICENCE, _SUB_CLASS = (
    _to_term(name) for name in ("rdf:type", "dcterms:issued", "dcterms:license", "rdfs:subClassOf")
)
_HAS_SOURCE = _to_term("oa:hasSource")
_ENTITY = _to_term("kg:Entity")


@dataclass(frozen=True, slots=True)
class _Counts:
    triples: int
    properties: Counter[str]
    classes: dict[str, set[str]]
    parents: dict[str, set[str]]
    newest: str
    licences: set[str]


def to_dataset_iri(base: str) -> str:
    """The dataset's IRI, and its description's named graph: `id:dataset`."""
    return f"{base}dataset"


def find_base(quads: Iterable[str]) -> str | None:
    """The base of a dataset's entities, from the first evidence's document; None where there is no evidence."""
    for quad in quads:
        _, predicate, rest = quad.split(" ", 2)
        if predicate == _HAS_SOURCE and "/document/" in rest:
            return rest[1:].partition("document/")[0]
    return None


def to_description_triples(quads: Iterable[str], base: str) -> Iterator[str]:
    """What N-Quads lines (canonical, of a whole dataset, in any order) are, as N-Triples text without the final dot.

    A triple that several documents say counts for each of them. Entities are what has a class below kg:Entity, which
    the ontology among the quads tells. Triples of an earlier description are left out of account.
    """
    dataset = to_dataset_iri(base)
    counts = _count(quads, f"<{dataset}")
    node = f"<{dataset}>"
    for name in ("void:Dataset", "dcat:Dataset"):
        yield f"{node} {_TYPE} {_to_term(name)}"
    for text in ('"政策知识图谱"@zh', '"Policy knowledge graph"@en'):
        yield f"{node} {_to_term('dcterms:title')} {text}"
    for text in (
        '"政策文件里的机构、计划、产业、指标与承诺，每一条都有原文出处。"@zh',
        '"Bodies, programmes, industries, figures and commitments of policy documents, each with its evidence."@en',
    ):
        yield f"{node} {_to_term('dcterms:description')} {text}"
    if counts.newest:
        yield f'{node} {_to_term("dcterms:modified")} "{counts.newest}"^^{_to_term("xsd:date")}'
    for licence in sorted(counts.licences):
        spdx = _SPDX.fullmatch(licence)
        yield f"{node} {_LICENCE} {f'<{_LICENCES}{spdx[1]}>' if spdx else licence}"
    yield f'{node} {_to_term("void:uriSpace")} "{base}"'
    for name in _VOCABULARIES:
        yield f"{node} {_to_term('void:vocabulary')} <{_PREFIXES[name]}>"
    yield from _to_statistics(node, counts)
    for name, kind in _DISTRIBUTIONS:
        part = f"<{dataset}/{name}>"
        yield f"{node} {_to_term('dcat:distribution')} {part}"
        yield f"{part} {_TYPE} {_to_term('dcat:Distribution')}"
        yield f'{part} {_to_term("dcterms:title")} "graph.{name}"'
        yield f"{part} {_to_term('dcat:mediaType')} <{_MEDIA_TYPES}{kind}>"


def _to_statistics(node: str, counts: _Counts) -> Iterator[str]:
    entity_classes = {name for name in counts.classes if _is_entity_class(name, counts.parents)}
    entities = {one for name in entity_classes for one in counts.classes[name]}
    for name, number in (
        ("void:triples", counts.triples),
        ("void:entities", len(entities)),
        ("void:classes", len(counts.classes)),
        ("void:properties", len(counts.properties)),
    ):
        yield f"{node} {_to_term(name)} {_to_integer(number)}"
    for name in sorted(counts.classes):
        part = _to_part(node, "class", name)
        yield f"{node} {_to_term('void:classPartition')} {part}"
        yield f"{part} {_to_term('void:class')} {name}"
        yield f"{part} {_to_term('void:entities')} {_to_integer(len(counts.classes[name]))}"
    for name in sorted(counts.properties):
        part = _to_part(node, "property", name)
        yield f"{node} {_to_term('void:propertyPartition')} {part}"
        yield f"{part} {_to_term('void:property')} {name}"
        yield f"{part} {_to_term('void:triples')} {_to_integer(counts.properties[name])}"


def _count(quads: Iterable[str], own: str) -> _Counts:
    counts = _Counts(0, Counter(), {}, {}, "", set())
    triples, newest = 0, ""
    for quad in quads:
        subject, predicate, rest = quad.split(" ", 2)
        if subject.startswith((f"{own}>", f"{own}/")):
            continue
        triples += 1
        counts.properties[predicate] += 1
        if predicate in {_TYPE, _SUB_CLASS}:
            target = rest.split(" ", 1)[0]
            (counts.classes if predicate == _TYPE else counts.parents).setdefault(
                target if predicate == _TYPE else subject, set()
            ).add(subject if predicate == _TYPE else target)
        elif predicate == _ISSUED and (found := _DATE.match(rest)):
            newest = max(newest, found[1])
        elif predicate == _LICENCE:
            counts.licences.add(_to_object(rest))
    return _Counts(triples, counts.properties, counts.classes, counts.parents, newest, counts.licences)


def _to_object(rest: str) -> str:
    """The object of a quad from what follows its predicate: all but the graph, where there is one, and the dot."""
    text = rest.rstrip().removesuffix(".").rstrip()
    value, _, graph = text.rpartition(" ")
    return value if graph.startswith("<") and value else text


def _is_entity_class(name: str, parents: dict[str, set[str]]) -> bool:
    seen: set[str] = set()
    above = [name]
    while above:
        one = above.pop()
        if one == _ENTITY:
            return True
        if one not in seen:
            seen.add(one)
            above.extend(parents.get(one, ()))
    return False


def _to_part(node: str, kind: str, term: str) -> str:
    """The IRI of a partition: stable when others come and go."""
    iri = term[1:-1]
    for prefix, namespace in _PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and local.isalnum():
            return f"{node[:-1]}/{kind}/{prefix}-{local}>"
    return f"{node[:-1]}/{kind}/{hashlib.sha256(iri.encode('utf-8')).hexdigest()[:24]}>"


def _to_integer(number: int) -> str:
    return f'"{number}"^^{_to_term("xsd:integer")}'
