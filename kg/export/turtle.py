"""Our own Turtle writer: readable, and the same bytes for the same triples whatever order they come in.

Works on N-Triples text, not on terms: lines are sorted and grouped as strings, and each term is shortened once.
Grammar: https://www.w3.org/TR/turtle/#sec-grammar-grammar. Where the grammar or a store in use is narrow, the full IRI
is written: names with `.`, `%` or characters beyond the basic plane are not shortened.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

PREFIXES: Mapping[str, str] = {
    "dcterms": "http://purl.org/dc/terms/",
    "kg": "https://w3id.org/policykg/ontology#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "time": "http://www.w3.org/2006/time#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_TYPE = f"<{PREFIXES['rdf']}type>"
_FIRST_PREDICATES = (
    _TYPE,
    f"<{PREFIXES['rdfs']}label>",
    f"<{PREFIXES['skos']}prefLabel>",
    f"<{PREFIXES['skos']}altLabel>",
    f"<{PREFIXES['rdf']}subject>",
    f"<{PREFIXES['rdf']}predicate>",
    f"<{PREFIXES['rdf']}object>",
)
_PREDICATE_ORDER = {predicate: f"{place}" for place, predicate in enumerate(_FIRST_PREDICATES)}
# Subjects stand in this order: documents, entities, then what is said of them, then its evidence, then the ontology.
_LEADING, _TRAILING = ("document",), ("statement", "observation", "period", "instant", "evidence")

_LETTER = (
    "A-Za-z0-9_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf"
)
_LOCAL = re.compile(rf"(?:[{_LETTER}](?:[{_LETTER}-]*[{_LETTER}])?)?")
_NAMESPACE_WORD = re.compile(r"[a-z][a-z0-9]*")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?[0-9]*\.[0-9]+")


def to_turtle(lines: Iterable[str]) -> Iterator[str]:
    """N-Triples lines (canonical, in any order, repeats allowed) as Turtle text, in pieces to be joined."""
    triples = sorted({line.rstrip().removesuffix(".").rstrip() for line in lines} - {""})
    shortener = Shortener(triples)
    yield from shortener.iterate_prefixes()
    yield from iterate_subjects(triples, shortener)


def iterate_subjects(triples: list[str], shortener: Shortener, indent: str = "") -> Iterator[str]:
    """Sorted triples as Turtle subjects, a heading before each group of them."""
    groups: dict[tuple[int, str], list[str]] = {}
    for subject, said in groupby(triples, key=_to_subject):
        groups.setdefault(_to_group(subject), []).append(_to_block(subject, said, shortener, indent))
    for (_, name), blocks in sorted(groups.items()):
        yield f"\n{indent}# {name}\n"
        yield from blocks


def _to_subject(triple: str) -> str:
    return triple[: triple.index(" ")]


def _to_group(subject: str) -> tuple[int, str]:
    for place, name in enumerate(_TRAILING):
        if f"/{name}/" in subject:
            return 2 + place, name
    namespace = _split(subject)[0]
    word = namespace.rstrip("/").rsplit("/", 1)[-1]
    if namespace in PREFIXES.values() or PREFIXES["kg"].startswith(namespace) or not _NAMESPACE_WORD.fullmatch(word):
        return 2 + len(_TRAILING), "ontology"
    return (0 if word in _LEADING else 1), word


def _split(term: str) -> tuple[str, str]:
    iri = term[1:-1]
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    return iri[:cut], iri[cut:]


class Shortener:
    """Terms to their shortest Turtle form, with the prefixes that some triples need."""

    def __init__(self, triples: Iterable[str]) -> None:
        terms = {term for triple in triples for term in _iterate_iris(triple)}
        namespaces = sorted({_split(term)[0] for term in terms if _LOCAL.fullmatch(_split(term)[1])})
        known = {namespace: name for name, namespace in PREFIXES.items()}
        self._names: dict[str, str] = {}
        for namespace in namespaces:
            name = known.get(namespace) or self._to_free_name(namespace)
            if name is not None:
                self._names[namespace] = name
        self._terms: dict[str, str] = {}

    def _to_free_name(self, namespace: str) -> str | None:
        word = namespace.rstrip("/").rsplit("/", 1)[-1]
        taken = {*PREFIXES, *self._names.values()}
        usable = namespace.endswith("/") and not PREFIXES["kg"].startswith(namespace)
        return word if usable and _NAMESPACE_WORD.fullmatch(word) and word not in taken else None

    def iterate_prefixes(self) -> Iterator[str]:
        """The prefix declarations, by name."""
        for namespace, name in sorted(self._names.items(), key=lambda item: item[1]):
            yield f"@prefix {name}: <{namespace}> .\n"

    def to_short(self, term: str) -> str:
        """An N-Triples term in its shortest Turtle form."""
        short = self._terms.get(term)
        if short is None:
            short = self._terms[term] = self._shorten(term)
        return short

    def _shorten(self, term: str) -> str:
        if term.startswith("<"):
            namespace, local = _split(term)
            name = self._names.get(namespace)
            return term if name is None or not _LOCAL.fullmatch(local) else f"{name}:{local}"
        if not term.endswith(">") or term.startswith("_:"):
            return term
        value, datatype = term.rsplit("^^", 1)
        bare, kind = value[1:-1], datatype[len(PREFIXES["xsd"]) + 1 : -1]
        if datatype.startswith(f"<{PREFIXES['xsd']}") and (
            (kind == "integer" and _INTEGER.fullmatch(bare))
            or (kind == "decimal" and _DECIMAL.fullmatch(bare))
            or (kind == "boolean" and bare in {"true", "false"})
        ):
            return bare
        return f"{value}^^{self.to_short(datatype)}"


def _iterate_iris(triple: str) -> Iterator[str]:
    subject, predicate, value = triple.split(" ", 2)
    yield predicate
    if subject.startswith("<"):
        yield subject
    if value.startswith("<"):
        yield value
    elif value.endswith(">") and value.startswith('"'):
        yield value.rsplit("^^", 1)[1]


def _to_block(subject: str, triples: Iterable[str], shortener: Shortener, indent: str) -> str:
    by_predicate: dict[str, list[str]] = {}
    for triple in triples:
        predicate, value = triple[len(subject) + 1 :].split(" ", 1)
        by_predicate.setdefault(predicate, []).append(shortener.to_short(value))
    said = []
    for predicate in sorted(by_predicate, key=lambda one: _PREDICATE_ORDER.get(one, one)):
        name = "a" if predicate == _TYPE else shortener.to_short(predicate)
        values = by_predicate[predicate]
        joined = f" ,\n{indent}        ".join(values) if len(values) > 2 else " , ".join(values)
        said.append(f"{name} {joined}")
    return f"{indent}{shortener.to_short(subject)} " + f" ;\n{indent}    ".join(said) + " .\n"
