"""Evidence against the documents' own texts: slicing a text at the position gives the quote and what is around it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from kg.identifiers import ONTOLOGY
from kg.texts import read_document_text
from kg.validation.violation import Finding

_EVIDENCE = f"""
PREFIX oa: <http://www.w3.org/ns/oa#>
SELECT DISTINCT ?document ?evidence ?start ?end ?exact ?prefix ?suffix WHERE {{
    ?evidence a <{ONTOLOGY}Evidence> ; oa:hasSource ?document ; oa:hasSelector ?position , ?quote .
    ?position oa:start ?start ; oa:end ?end .
    ?quote oa:exact ?exact .
    OPTIONAL {{ ?quote oa:prefix ?prefix }}
    OPTIONAL {{ ?quote oa:suffix ?suffix }}
}} ORDER BY ?document
"""
_EXACT = "<http://www.w3.org/ns/oa#exact>"
_DIFFERS = ("引文与原文该位置的文字不同", "the quote is not what the document says at the position")
_AROUND = ("前后文与原文不同", "what stands around the quote is not what the document says there")


def find_misquotes(store: Store, texts: Path) -> list[Finding]:
    """Evidence that its document does not bear out, for the documents whose texts are in the zip `texts`.

    Raises StoreError where the zip is broken.
    """
    rows = store.query(_EVIDENCE, use_default_graph_as_union=True)
    assert isinstance(rows, QuerySolutions)
    found: list[Finding] = []
    document, text = "", None
    for row in rows:
        if (name := str(row["document"])) != document:
            document, text = name, read_document_text(texts, name[1:-1])
        if text is not None:
            found += _compare(
                row["evidence"], [row[name] for name in ("start", "end", "exact", "prefix", "suffix")], text
            )
    return found


def _compare(evidence: object, said: list[object], text: str) -> Iterator[Finding]:
    start, end, exact, prefix, suffix = (one.value if isinstance(one, Literal) else "" for one in said)
    if not (start.isdecimal() and end.isdecimal()):
        return  # the shapes say so
    begin, stop = int(start), int(end)
    if text[begin:stop] != exact:
        yield Finding("quote", "Quote", str(evidence), _EXACT, f'"{exact}" ≠ "{text[begin:stop]}"', *_DIFFERS)
    elif text[max(begin - len(prefix), 0) : begin] != prefix or text[stop : stop + len(suffix)] != suffix:
        yield Finding("context", "Quote", str(evidence), _EXACT, "", *_AROUND)


def has_texts(texts: Path, store: Store) -> bool:
    """Whether the zip has the text of some document of a dataset."""
    sources = {
        quad.object for quad in store.quads_for_pattern(None, NamedNode("http://www.w3.org/ns/oa#hasSource"), None)
    }
    return any(isinstance(one, NamedNode) and read_document_text(texts, one.value) is not None for one in sources)
