"""Our own Turtle writer: readable, and the same bytes for the same triples whatever order they come in.

Works on N-Triples text, not on terms: lines are sorted and grouped as strings, and each term is shortened once.
Grammar: https://www.w3.org/TR/turtle/#sec-grammar-grammar. Where the grammar or a store in use is narrow, the full IRI
is written: names with `.`, `%` or characters beyond the basic plane are not shortened.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

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
# Canonical forms only: rdflib reads a bare +1 or 01 back as 1.
BARE_FORMS = {
    f"<{PREFIXES['xsd']}integer>": re.compile(r"0|-?[1-9][0-9]*"),
    f"<{PREFIXES['xsd']}decimal>": re.compile(r"-?(?:0|[1-9][0-9]*)\.(?:[0-9]*[1-9]|0)"),
    f"<{PREFIXES['xsd']}boolean>": re.compile("true|false"),
}
# Namespaces of vocabularies, and what lies above ours: their subjects are schema, not entities.
_OF_SCHEMA = frozenset(PREFIXES.values()) | {
    PREFIXES["kg"][: place + 1] for place, character in enumerate(PREFIXES["kg"]) if character == "/"
}


def to_turtle(lines: Iterable[str]) -> Iterator[str]:
    """N-Triples lines (canonical, in any order, repeats allowed) as Turtle text, in pieces to be joined."""
    triples = to_sorted_triples(line.rstrip().removesuffix(".").rstrip() for line in lines)
    shortener = Shortener(triples)
    yield from shortener.iterate_prefixes()
    yield from iterate_subjects(triples, shortener)


Terms = tuple[str, str, str]


def to_sorted_triples(texts: Iterable[str]) -> list[Terms]:
    """Triples as N-Triples text without the final dot to (subject, predicate, object), sorted, each once."""
    return [_split_triple(text) for text in sorted({*texts} - {""})]


def _split_triple(text: str) -> Terms:
    subject, predicate, value = text.split(" ", 2)
    return subject, predicate, value


def iterate_subjects(triples: Iterable[Terms], shortener: Shortener, indent: str = "") -> Iterator[str]:
    """Sorted triples as Turtle subjects, a heading before each group of them."""
    groups: dict[tuple[int, str], list[str]] = {}
    for subject, said in groupby(triples, key=itemgetter(0)):
        groups.setdefault(to_group(subject), []).append(_to_block(subject, said, shortener.terms, indent))
    for (_, name), blocks in sorted(groups.items()):
        yield to_heading(name, indent)
        yield from blocks


def to_heading(group: str, indent: str = "") -> str:
    """What stands before the subjects of a group."""
    return f"\n{indent}# {group}\n"


def to_group(subject: str) -> tuple[int, str]:
    """Where a subject stands in the file: the place and the name of its group."""
    for place, name in enumerate(_TRAILING):
        if f"/{name}/" in subject:
            return 2 + place, name
    namespace = split_iri(subject)[0]
    word = namespace.rstrip("/").rsplit("/", 1)[-1]
    if namespace in _OF_SCHEMA or not _NAMESPACE_WORD.fullmatch(word):
        return 2 + len(_TRAILING), "ontology"
    return (0 if word in _LEADING else 1), word


def split_iri(term: str) -> tuple[str, str]:
    """An IRI (in angle brackets) as its namespace, up to the last # or /, and the rest."""
    iri = term[1:-1]
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    return iri[:cut], iri[cut:]


class Shortener:
    """Terms to their shortest Turtle form (`terms[term]`), with the prefixes that some triples need."""

    def __init__(self, triples: Iterable[Terms]) -> None:
        subjects = {triple[0] for triple in triples if triple[0].startswith("<")}
        iris = {iri for triple in triples for iri in _iterate_iris(triple)}
        self.names = name_namespaces(find_namespaces(subjects), find_namespaces(iris))
        self.terms = ShortTerms(self.names)

    def iterate_prefixes(self) -> Iterator[str]:
        """The prefix declarations, by name."""
        yield from iterate_prefixes(self.names)


def iterate_prefixes(names: Mapping[str, str]) -> Iterator[str]:
    """The declarations of prefixes, given by namespace, in the order of their names."""
    for namespace, name in sorted(names.items(), key=itemgetter(1)):
        yield f"@prefix {name}: <{namespace}> .\n"


def find_namespaces(iris: Iterable[str]) -> set[str]:
    """The namespaces of some IRIs (in angle brackets) whose last part may stand as a local name."""
    return {namespace for namespace, local in map(split_iri, iris) if _LOCAL.fullmatch(local)}


def name_namespaces(of_subjects: Iterable[str], used: Iterable[str]) -> dict[str, str]:
    """A prefix for each namespace that has a name: a known one that is used its own, one of subjects its last word."""
    known = {namespace: name for name, namespace in PREFIXES.items()}
    names = {namespace: known[namespace] for namespace in used if namespace in known}
    taken = {*PREFIXES}
    for namespace in sorted({*of_subjects} - known.keys() - _OF_SCHEMA):
        word = namespace.rstrip("/").rsplit("/", 1)[-1]
        if namespace.endswith("/") and _NAMESPACE_WORD.fullmatch(word) and word not in taken:
            names[namespace] = word
            taken.add(word)
    return names


class ShortTerms(dict[str, str]):
    """A cache that fills itself: each term is shortened once, however often it stands."""

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self._names = names

    def __missing__(self, term: str) -> str:
        short = self[term] = self.to_short(term)
        return short

    def to_short(self, term: str) -> str:
        """The short form of a term that is not to be kept."""
        if term.startswith("<"):
            namespace, local = split_iri(term)
            name = self._names.get(namespace)
            return term if name is None or not _LOCAL.fullmatch(local) else f"{name}:{local}"
        if not term.endswith(">") or term.startswith("_:"):
            return term
        value, datatype = term.rsplit("^^", 1)
        form = BARE_FORMS.get(datatype)
        return value[1:-1] if form and form.fullmatch(value[1:-1]) else f"{value}^^{self[datatype]}"


def _iterate_iris(triple: Terms) -> Iterator[str]:
    subject, predicate, value = triple
    yield predicate
    if subject.startswith("<"):
        yield subject
    if value.startswith("<"):
        yield value
    elif value.endswith(">") and value.startswith('"'):
        yield value.rsplit("^^", 1)[1]


def _to_block(subject: str, triples: Iterable[Terms], terms: Mapping[str, str], indent: str) -> str:
    said: dict[str, list[str]] = {}
    for _, predicate, value in triples:
        said.setdefault(predicate, []).append(terms[value])
    return lay_out_block(terms[subject], said, terms, indent)


def lay_out_block(subject: str, said: Mapping[str, Sequence[str]], names: Mapping[str, str], indent: str = "") -> str:
    """One subject with its predicates (N-Triples terms, named by `names`) and their objects, all shortened before."""
    parts = []
    for predicate in order_predicates(said):
        name = "a" if predicate == _TYPE else names[predicate]
        values = said[predicate]
        joined = f" ,\n{indent}        ".join(values) if len(values) > 2 else " , ".join(values)
        parts.append(f"{name} {joined}")
    return f"{indent}{subject} " + f" ;\n{indent}    ".join(parts) + " .\n"


def order_predicates(predicates: Iterable[str]) -> list[str]:
    """Predicates as they stand after a subject: what it is, what it is called, what it says, then the others."""
    return sorted(predicates, key=lambda one: _PREDICATE_ORDER.get(one, one))
