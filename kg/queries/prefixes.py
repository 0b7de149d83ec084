"""The prefixes that every question may use without declaring them, and IRIs written short with them and long again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kg.export.turtle import PREFIXES as _OF_TURTLE
from kg.identifiers import DEFAULT_BASE

PREFIXES: Mapping[str, str] = dict(sorted({**_OF_TURTLE, "id": DEFAULT_BASE}.items()))

_SHORT = re.compile(r"([A-Za-z][A-Za-z0-9]*):([^\s<>\"{}|^`\\]*)")
_PROLOGUE = re.compile(r"(?:\s|#[^\n]*(?:\n|$)|BASE\s*<[^>]*>|PREFIX\s+[^\s:]*:\s*<[^>]*>)*", re.IGNORECASE)
_DECLARED = re.compile(r"\bPREFIX\s+([^\s:<>]*):", re.IGNORECASE)
# What a prefixed name cannot begin in: a string, an IRI, a comment; then the name itself, its prefix in a group.
_TOKEN = re.compile(
    r"""\"{3}.*?\"{3}|'{3}.*?'{3}|\"(?:[^"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|<[^<>\"{}|^`\\\s]*>|\#[^\n]*"""
    r"""|[?$]\w+|@[A-Za-z-]+|(?P<prefix>[^\W\d_][\w.-]*)?:""",
    re.DOTALL,
)


def to_prefixed(iri: str) -> str:
    """An IRI with a known prefix, `id:organization/湖北省教育厅`; as it stands where none fits."""
    found = max((name for name in PREFIXES if iri.startswith(PREFIXES[name])), key=_to_length, default="")
    return f"{found}:{iri.removeprefix(PREFIXES[found])}" if found else iri


def _to_length(name: str) -> int:
    return len(PREFIXES[name])


def expand_prefixed(text: str) -> str:
    """What `to_prefixed` wrote as the IRI that it was; anything else as it stands."""
    found = _SHORT.fullmatch(text)
    return PREFIXES[found[1]] + found[2] if found and found[1] in PREFIXES else text


def declare_prefixes(text: str) -> str:
    """A query with the known prefixes that it uses and does not declare, on one line: no error moves a line down."""
    declared = set(_DECLARED.findall(text))
    used = {prefix for prefix, _ in _iterate_prefixes(text)}
    missing = [name for name in PREFIXES if name in used and name not in declared]
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in missing) + text


def find_undeclared(text: str) -> tuple[str, int] | None:
    """The first prefix that a query uses and that nobody declares, and where in the text; None where there is none."""
    known = {*PREFIXES, *_DECLARED.findall(text)}
    return next(((prefix, at) for prefix, at in _iterate_prefixes(text) if prefix not in known), None)


def find_form(text: str) -> int:
    """Where a query's form (SELECT, ASK …) stands: after its declarations, comments and white space."""
    prologue = _PROLOGUE.match(text)
    return prologue.end() if prologue else 0


def _iterate_prefixes(text: str) -> Iterator[tuple[str, int]]:
    for found in _TOKEN.finditer(text):
        if found[0].endswith(":"):
            yield found["prefix"] or "", found.start()
