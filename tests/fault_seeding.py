"""Seeded faults: small changes of one clean graph, each copy with its own mark, so that one run judges them all."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store

FOLDER = Path(__file__).parent / "cases_faults"
MARK = "x{}x"
_PREFIX = re.compile(r"@prefix (\S+) (<[^>]*>) \.")
_CLEAN = (FOLDER / "clean.ttl").read_text(encoding="utf-8")
_BASE = "https://w3id.org/policykg/id/x/"


@dataclass(frozen=True, slots=True)
class Fault:
    """What has to be found: the rule's name, its English message where a rule has several, and the change."""

    rule: str
    message: str
    change: str


def read_faults(name: str) -> list[Fault]:
    """The faults of a file of tests/cases_faults: of each rule, or of each message of each shape."""
    content = tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
    faults = []
    for rule, listed in content.items():
        messages = listed if isinstance(listed, dict) else {"": listed}
        faults += [Fault(rule, message, change) for message, changes in messages.items() for change in changes]
    return faults


def make_copy(number: int, change: str = "", *, more: str = "") -> list[Quad]:
    """The clean graph under IRIs with the mark of `number`, `more` Turtle with it, and `change` made."""
    text = _mark(f"{_CLEAN}\n@prefix cube: <{_BASE}cube/> .\n{more}", number)
    store = _load(text)
    prefixes = "".join(f"PREFIX {prefix} {iri}\n" for prefix, iri in _PREFIX.findall(text))
    for step in change.replace("NN", MARK.format(number)).split(" & ") if change else []:
        _make(step, prefixes, store)
    return list(store)


def make_snippet(number: int, turtle: str) -> list[Quad]:
    """Some Turtle with the prefixes of the clean graph, under IRIs with the mark of `number`."""
    prefixes = "\n".join(line for line in _CLEAN.splitlines() if line.startswith("@prefix"))
    return list(_load(_mark(f"{prefixes}\n{turtle}", number)))


def _mark(text: str, number: int) -> str:
    return text.replace(_BASE, f"https://w3id.org/policykg/id/{MARK.format(number)}/")


def _load(text: str) -> Store:
    store = Store()
    store.load(text.encode("utf-8"), format=RdfFormat.TURTLE)
    return store


def _make(step: str, prefixes: str, store: Store) -> None:
    sign, rest = step[0], step[2:].split(" ", 2)
    if sign == "~":
        _make_blank(_expand(rest[0], prefixes), store)
        return
    if sign == "*":
        store.update(f"{prefixes} INSERT {{ {rest[1]} ?p ?o }} WHERE {{ {rest[0]} ?p ?o }}")
        return
    before = len(store)
    if sign in "-=":
        store.update(f"{prefixes} DELETE WHERE {{ {rest[0]} {rest[1]} ?o }}")
        assert len(store) < before, f"nothing to take away: {step}"
    if sign in "+=":
        between = len(store)
        store.update(f"{prefixes} INSERT DATA {{ {' '.join(rest)} }}")
        assert len(store) > between, f"nothing added: {step}"


def _make_blank(node: NamedNode, store: Store) -> None:
    blank = BlankNode()
    for quad in [*store.quads_for_pattern(node, None, None), *store.quads_for_pattern(None, None, node)]:
        store.remove(quad)
        subject, value = (blank if one == node else one for one in (quad.subject, quad.object))
        store.add(Quad(subject, quad.predicate, value))


def _expand(name: str, prefixes: str) -> NamedNode:
    prefix, local = name.split(":")
    found = re.search(rf"PREFIX {prefix}: <([^>]*)>", prefixes)
    assert found, name
    return NamedNode(found[1] + local)
