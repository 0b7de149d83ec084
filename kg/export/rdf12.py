"""RDF 1.2 Turtle: every statement as an annotation of its triple.

https://www.w3.org/TR/rdf12-turtle/#annotation-syntax. A statement's IRI is the reifier, so that its rdf:subject,
rdf:predicate, rdf:object and rdf:Statement are not said again.
What is only planned is written as a reified triple, which asserts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kg.export.turtle import PREFIXES, Shortener, iterate_subjects, to_sorted_triples

_RDF = PREFIXES["rdf"]
_TYPE, _STATEMENT = f"<{_RDF}type>", f"<{_RDF}Statement>"
_SUBJECT, _PREDICATE, _OBJECT = (f"<{_RDF}{name}>" for name in ("subject", "predicate", "object"))
_PARTS = {_SUBJECT, _PREDICATE, _OBJECT}

_Triple = tuple[str, str, str]


def to_rdf12_turtle(lines: Iterable[str]) -> Iterator[str]:
    """N-Triples lines (canonical, in any order, repeats allowed) as RDF 1.2 Turtle text, in pieces to be joined."""
    triples = to_sorted_triples(line.rstrip().removesuffix(".").rstrip() for line in lines)
    reified = _find_reified(triples)
    said: dict[str, list[_Triple]] = {}
    others: list[_Triple] = []
    annotated = set(reified.values())
    asserted: set[_Triple] = set()
    for triple in triples:
        subject, predicate, value = triple
        if subject in reified:
            if predicate not in _PARTS and (predicate, value) != (_TYPE, _STATEMENT):
                said.setdefault(subject, []).append(triple)
        elif triple in annotated:
            asserted.add(triple)
        else:
            others.append(triple)
    shortener = Shortener(triples)
    yield 'VERSION "1.2"\n'
    yield from shortener.iterate_prefixes()
    yield from iterate_subjects(others, shortener)
    yield "\n# statement\n"
    by_triple: dict[_Triple, list[str]] = {}
    for statement in sorted(reified):
        by_triple.setdefault(reified[statement], []).append(statement)
    for triple, statements in sorted(by_triple.items()):
        about = " ".join(shortener.terms[term] for term in triple)
        contents = [(shortener.terms[one], _to_content(said.get(one, []), shortener.terms)) for one in statements]
        if triple in asserted:
            yield about + "".join(f" ~ {name}{_to_block(content)}" for name, content in contents) + " .\n"
        else:
            yield from (f"<< {about} ~ {name} >>{content and ' '}{content} .\n" for name, content in contents)


def _find_reified(triples: Iterable[_Triple]) -> dict[str, _Triple]:
    """The triple that each statement speaks of; one with two subjects, or without an object, is no reifier."""
    parts: dict[str, dict[str, list[str]]] = {}
    for subject, predicate, value in triples:
        if predicate in _PARTS:
            parts.setdefault(subject, {}).setdefault(predicate, []).append(value)
    whole = {one: found for one, found in parts.items() if found.keys() == _PARTS}
    return {
        statement: (found[_SUBJECT][0], found[_PREDICATE][0], found[_OBJECT][0])
        for statement, found in whole.items()
        if all(len(values) == 1 for values in found.values())
    }


def _to_content(said: list[_Triple], terms: Mapping[str, str]) -> str:
    by_predicate: dict[str, list[str]] = {}
    for _, predicate, value in said:
        by_predicate.setdefault("a" if predicate == _TYPE else terms[predicate], []).append(terms[value])
    return " ;\n    ".join(f"{name} {' , '.join(values)}" for name, values in by_predicate.items())


def _to_block(content: str) -> str:
    return f" {{|\n    {content}\n|}}" if content else ""
