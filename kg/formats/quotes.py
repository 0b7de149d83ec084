"""Where a quote stands in a text, and how it drifted there (https://www.w3.org/TR/annotation-model/#text-quote-selector)."""

from __future__ import annotations

from dataclasses import dataclass

CONTEXT = 32  # characters of the text before and after that a quote of ours takes along


@dataclass(frozen=True, slots=True)
class Quote:
    """The exact words, and the words before and after them where the tool wrote these."""

    exact: str
    prefix: str = ""
    suffix: str = ""


def to_quote(text: str, begin: int, end: int) -> Quote:
    """The quote of a stretch of text, offsets in code points."""
    return Quote(text[begin:end], text[max(0, begin - CONTEXT) : begin], text[end : end + CONTEXT])


def find_quote(text: str, quote: Quote, begin: int | None) -> int | None:
    """The offset in code points at which a quote stands, None where it is nowhere or ambiguous.

    `begin` is where the tool says that it stands, None where it does not say. There it is looked for first, then
    wherever its surroundings are the same, then anywhere; in each of these it must be at one place only.
    """
    if not quote.exact:
        return None
    here = begin is not None and text.startswith(quote.exact, begin)
    if here and begin is not None and _stands_in_context(text, quote, begin):
        return begin
    places = _find_all(text, quote.exact)
    in_context = [place for place in places if _stands_in_context(text, quote, place)]
    if in_context:
        return in_context[0] if len(in_context) == 1 else None
    if here:
        return begin
    return places[0] if len(places) == 1 else None


def _stands_in_context(text: str, quote: Quote, begin: int) -> bool:
    return text.endswith(quote.prefix, 0, begin) and text.startswith(quote.suffix, begin + len(quote.exact))


def _find_all(text: str, words: str) -> list[int]:
    places = []
    at = text.find(words)
    while at >= 0:
        places.append(at)
        at = text.find(words, at + 1)
    return places
