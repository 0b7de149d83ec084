"""What can be searched for: the entities of a dataset with every name and code, their classes, how often they stand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad, Store

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_DCTERMS = "http://purl.org/dc/terms/"
_KG = "https://w3id.org/policykg/ontology#"

_TYPE = f"{_RDF}type"
_ENTITY = f"{_KG}Entity"
_LABELS = (f"{_SKOS}prefLabel", f"{_RDFS}label")
_NAMES = (*_LABELS, f"{_SKOS}altLabel", f"{_SKOS}hiddenLabel", f"{_DCTERMS}title")
_CODES = (f"{_SKOS}notation", f"{_KG}adminCode", f"{_DCTERMS}identifier")
# From a statement or a figure to what it is about: each counts as one link of that entity.
_LINKS = (f"{_RDF}subject", f"{_RDF}object", f"{_KG}about", f"{_KG}indicator", f"{_KG}scope")
_DERIVED = "http://www.w3.org/ns/prov#wasDerivedFrom"
_SOURCE = "http://www.w3.org/ns/oa#hasSource"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entity as search knows it: its Chinese and English label, its most specific class with that class's label.

    `classes` are the IRIs of its class and of every class above that, `names` every other name, `codes` what identifies
    it in a register; `documents` is how many documents name it, `links` how many statements and figures are about it.
    """

    iri: str
    label: str
    label_en: str
    class_iri: str
    class_label: str
    classes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    documents: int = 0
    links: int = 0


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of entities, with the classes above it, itself first."""

    iri: str
    label: str
    label_en: str
    above: tuple[str, ...]


def read_kinds(dataset: Store) -> tuple[Kind, ...]:
    """The classes that the dataset declares below kg:Entity, by IRI; none in a part that lacks the ontology."""
    return tuple(kind for iri, kind in _read_classes(dataset).items() if iri != _ENTITY)


def read_entries(dataset: Store) -> tuple[Entry, ...]:
    """The entities of a dataset that have a label, by IRI.

    An entity is what has a class below kg:Entity; in a part of a graph that lacks the ontology, whatever has a
    skos:prefLabel and a class.
    """
    classes = _read_classes(dataset)
    types = _read_types(dataset, classes)
    names = {one: _read_texts(dataset, one) for one in _NAMES}
    codes = [_read_texts(dataset, one) for one in _CODES]
    documents, links = _count_documents(dataset), _count_links(dataset)
    entries = []
    for iri in sorted(types):
        labels = [*names[_LABELS[0]].get(iri, ()), *names[_LABELS[1]].get(iri, ())]
        if not labels:
            continue
        specific = _find_specific(types[iri], classes)
        chinese = _find_label(labels, "zh") or labels[0].value
        english = _find_label(labels, "en")
        others = (text.value for texts in names.values() for text in texts.get(iri, ()))
        entries.append(
            Entry(
                iri=iri,
                label=chinese,
                label_en=english,
                class_iri=specific,
                class_label=classes[specific].label if specific in classes else specific.rpartition("#")[2],
                classes=_collect_classes(types[iri], classes),
                names=tuple(name for name in dict.fromkeys(others) if name not in (chinese, english)),
                codes=tuple(dict.fromkeys(text.value for one in codes for text in one.get(iri, ()))),
                documents=documents[iri],
                links=links[iri],
            )
        )
    return tuple(entries)


def _read_classes(dataset: Store) -> dict[str, Kind]:
    """Every class below kg:Entity with its Chinese label and the classes above it, itself first."""
    above: dict[str, set[str]] = defaultdict(set)
    for quad in dataset.quads_for_pattern(None, NamedNode(f"{_RDFS}subClassOf"), None):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            above[quad.subject.value].add(quad.object.value)
    labels = _read_texts(dataset, _LABELS[1])
    found = {}
    for iri in sorted({_ENTITY, *above}):
        chain = _climb(iri, above)
        if _ENTITY in chain:
            texts = labels.get(iri, [])
            local = iri.rpartition("#")[2]
            found[iri] = Kind(iri, _find_label(texts, "zh") or local, _find_label(texts, "en"), chain)
    return found if len(found) > 1 else {}


def _climb(iri: str, above: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    chain = [iri]
    for one in chain:
        chain.extend(sorted(other for other in above.get(one, ()) if other not in chain))
    return tuple(chain)


def _read_types(dataset: Store, classes: Mapping[str, Kind]) -> dict[str, set[str]]:
    types: dict[str, set[str]] = defaultdict(set)
    if classes:
        for one in classes:
            for quad in dataset.quads_for_pattern(None, NamedNode(_TYPE), NamedNode(one)):
                types[_to_iri(quad)].add(one)
    else:
        named = {_to_iri(quad) for quad in dataset.quads_for_pattern(None, NamedNode(_LABELS[0]), None)}
        for quad in dataset.quads_for_pattern(None, NamedNode(_TYPE), None):
            if _to_iri(quad) in named and isinstance(quad.object, NamedNode):
                types[_to_iri(quad)].add(quad.object.value)
    types.pop("", None)
    return types


def _find_specific(types: Iterable[str], classes: Mapping[str, Kind]) -> str:
    return min(types, key=lambda one: (-len(classes[one].above) if one in classes else 0, one))


def _collect_classes(types: Iterable[str], classes: Mapping[str, Kind]) -> tuple[str, ...]:
    chains = (classes[one].above if one in classes else (one,) for one in sorted(types))
    return tuple(dict.fromkeys(one for chain in chains for one in chain))


def _read_texts(dataset: Store, predicate: str) -> dict[str, list[Literal]]:
    """Subject → the distinct literals of a property, in an order of their own, so that a build is like another."""
    texts: dict[str, set[Literal]] = defaultdict(set)
    for quad in dataset.quads_for_pattern(None, NamedNode(predicate), None):
        if isinstance(quad.object, Literal):
            texts[_to_iri(quad)].add(quad.object)
    return {iri: sorted(found, key=str) for iri, found in texts.items()}


def _find_label(texts: Iterable[Literal], language: str) -> str:
    return next((text.value for text in texts if (text.language or "").partition("-")[0] == language), "")


def _count_documents(dataset: Store) -> Counter[str]:
    sources = {_to_iri(quad): str(quad.object) for quad in dataset.quads_for_pattern(None, NamedNode(_SOURCE), None)}
    pairs = {
        (_to_iri(quad), sources[quad.object.value])
        for quad in dataset.quads_for_pattern(None, NamedNode(_DERIVED), None)
        if isinstance(quad.object, NamedNode) and quad.object.value in sources
    }
    return Counter(iri for iri, _ in pairs)


def _count_links(dataset: Store) -> Counter[str]:
    return Counter(iri for iri, _ in set(_iterate_links(dataset)))


def _iterate_links(dataset: Store) -> Iterator[tuple[str, str]]:
    for predicate in _LINKS:
        for quad in dataset.quads_for_pattern(None, NamedNode(predicate), None):
            if isinstance(quad.object, NamedNode):
                yield quad.object.value, _to_iri(quad)


def _to_iri(quad: Quad) -> str:
    return quad.subject.value if isinstance(quad.subject, NamedNode) else ""
