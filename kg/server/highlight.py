"""A SPARQL text as pieces with what each is, for a page to colour."""

from __future__ import annotations

import re

_PIECE = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<iri><[^<>\"{}|^`\\\s]*>)
    |(?P<string>\"{3}.*?\"{3}|\"(?:[^"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')
    |(?P<variable>[?$]\w+)
    |(?P<name>[^\W\d_]?[\w.-]*:[\w:%.-]*)
    |(?P<keyword>\b(?:PREFIX|BASE|SELECT|ASK|CONSTRUCT|DESCRIBE|DISTINCT|REDUCED|WHERE|FROM|NAMED|OPTIONAL|UNION|MINUS
        |GRAPH|FILTER|BIND|VALUES|AS|GROUP|ORDER|BY|HAVING|LIMIT|OFFSET|ASC|DESC|NOT|EXISTS|IN)\b)
    |(?P<number>\b[0-9]+(?:\.[0-9]+)?\b)""",
    re.DOTALL | re.VERBOSE | re.IGNORECASE,
)


def to_pieces(text: str) -> list[tuple[str, str]]:
    """The text cut into (kind, piece); joined they are the text. What has no colour is of the kind ``""``."""
    pieces, at = [], 0
    for found in _PIECE.finditer(text):
        if found.start() > at:
            pieces.append(("", text[at : found.start()]))
        pieces.append((found.lastgroup or "", found[0]))
        at = found.end()
    return [*pieces, ("", text[at:])] if at < len(text) else pieces
