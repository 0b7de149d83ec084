"""The Turtle files of `ontology/`: parsing them, and what of them goes into a dataset."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph

from kg.errors import OntologyError
from kg.identifiers import DEFAULT_BASE

POLICY, CODES, AUTHORITY = "policy.ttl", "codes.ttl", "authority.ttl"

_IRI = re.compile(r"<([^>]*)>")


def parse_turtle(path: Path) -> list[pyoxigraph.Triple]:
    """The triples of a Turtle file. Raises OntologyError, with the line, where it is missing or broken."""
    try:
        return [
            pyoxigraph.Triple(quad.subject, quad.predicate, quad.object)
            for quad in pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.TURTLE)
        ]
    except OSError as error:
        raise OntologyError(f"{path}: 读不到 cannot be read: {error.strerror}；请恢复这个文件") from error
    except SyntaxError as error:
        raise OntologyError(
            f"{path}:{error.lineno}: Turtle 语法错误 syntax error: {error.msg}；请改正这一行"
        ) from error


def read_ontology_triples(folder: Path, base: str) -> list[str]:
    """All of the ontology, the codes and the authority as N-Triples without the final ` .`, sorted, each once.

    Individuals are given the IRIs that entities have in a dataset built with `base`.
    """
    triples = {str(triple) for name in (POLICY, CODES, AUTHORITY) for triple in parse_turtle(folder / name)}
    return sorted(triple.replace(f"<{DEFAULT_BASE}", f"<{base}") for triple in triples)


def select_authority_triples(triples: Iterable[str], base: str, used: frozenset[str]) -> list[str]:
    """The triples of the ontology itself, and those of the individuals in `used` and of what these refer to.

    `triples` are those of `read_ontology_triples` for the same `base`; `used` holds IRIs of entities.
    """
    ours: dict[str, list[str]] = {}
    kept = []
    for triple in triples:
        subject = triple[1 : triple.index(">")]
        if subject.startswith(base):
            ours.setdefault(subject, []).append(triple)
        else:
            kept.append(triple)
    wanted, queue = set(used), sorted(used)
    while queue:
        for triple in ours.get(queue.pop(), ()):
            kept.append(triple)
            for iri in _IRI.findall(triple.split(" ", 2)[2]):
                if iri.startswith(base) and iri not in wanted:
                    wanted.add(iri)
                    queue.append(iri)
    return sorted(kept)
