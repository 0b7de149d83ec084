"""Which form of an answer a client wants: RFC 9110, 12.5.1 (https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence

# What an answer can be written as; the first is what whoever accepts anything gets.
TABLE_TYPES = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)
GRAPH_TYPES = ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json")
_ALSO = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
    "text/plain": "application/n-triples",
}


def choose_type(accept: str | None, offered: Sequence[str]) -> str | None:
    """The offered media type that an Accept header likes best, the earlier of equals; None where it takes none.

    A client that names `application/json` or `application/xml` gets the SPARQL result form of it.
    """
    if not accept or not accept.strip():
        return offered[0]
    ranges = [_parse_range(part) for part in accept.split(",") if part.strip()]
    best: tuple[float, int] | None = None
    for place, name in enumerate(offered):
        quality = _find_quality(name, ranges)
        if quality > 0 and (best is None or quality > best[0]):
            best = (quality, place)
    return offered[best[1]] if best else None


def _parse_range(part: str) -> tuple[str, float]:
    name, *parameters = (one.strip() for one in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "q":
            try:
                quality = min(max(float(value), 0.0), 1.0)
            except ValueError:
                quality = 0.0
    return name.lower(), quality


def _find_quality(name: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The quality that the most specific range covering a type gives it."""
    found: tuple[int, float] = (-1, 0.0)
    for wanted, quality in ranges:
        specific = _covers(wanted, name)
        if specific > found[0]:
            found = (specific, quality)
    return found[1]


def _covers(wanted: str, name: str) -> int:
    if wanted == name:
        return 3
    if _ALSO.get(wanted) == name:
        return 2
    if wanted.endswith("/*") and wanted != "*/*":
        return 1 if name.startswith(wanted[:-1]) else -1
    return 0 if wanted == "*/*" else -1
