"""The SPARQL editor: its page, the words it completes, and where a text is at fault.

A text is checked by a worker, over no graph at all: it costs nothing there, and what makes a parser fall over takes
down only a process that is replaced.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import asdict, dataclass

from pyoxigraph import Literal, NamedNode
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg.queries import PREFIXES, Table, declare_prefixes
from kg.queries.confinement import NOTHING
from kg.queries.faults import describe_fault
from kg.queries.prefixes import to_prefixed
from kg.server.protocol import LARGEST_QUERY, Refusal, check_query
from kg.server.site import TABLE_TYPE, find_site, refuse, render
from kg.server.workers import Ask, Reply

_PLACE = re.compile(r"line (\d+), column (\d+)")
_PREFIXES = (
    "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    "PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    "PREFIX kg: <https://w3id.org/policykg/ontology#> "
)
# The ontology's own words: classes, properties, and the members of its lists (statuses, bounds, units).
_WORDS = f"""{_PREFIXES}
SELECT ?iri ?kind ?label ?definition WHERE {{
  ?iri rdfs:label ?label .
  FILTER(STRSTARTS(STR(?iri), STR(kg:)))
  OPTIONAL {{ ?iri a owl:Class . BIND("class" AS ?class) }}
  OPTIONAL {{
    ?iri a ?sort .
    FILTER(?sort IN (owl:ObjectProperty, owl:DatatypeProperty))
    BIND("property" AS ?property)
  }}
  BIND(COALESCE(?class, ?property, "value") AS ?kind)
  OPTIONAL {{ ?iri skos:definition ?definition . FILTER(LANG(?definition) = LANG(?label)) }}
}}"""
_USED = "SELECT DISTINCT ?property WHERE { ?s ?property ?o }"
_BASE = f"{_PREFIXES} SELECT ?document WHERE {{ ?document a/rdfs:subClassOf* kg:Document }} LIMIT 1"


@dataclass(frozen=True, slots=True)
class Word:
    """Something to complete: its short form, what it is, its labels and definition in both languages."""

    name: str
    kind: str
    zh: str = ""
    en: str = ""
    definition: str = ""


async def _show(request: Request) -> Response:
    site = find_site(request)
    return render(site, "editor.html", text=request.query_params.get("query", ""), questions=site.questions.values())


async def _list_words(request: Request) -> Response:
    """Everything the editor completes and shows: words, prefixes, examples, the base of the graph's own IRIs."""
    site = find_site(request)
    answers = [await site.select(text) for text in (_WORDS, _USED, _BASE)]
    tables = [Table((), ()) if isinstance(one, Refusal) else one for one in answers]
    words = to_words(tables[0])
    known = {word.name for word in words}
    used = sorted(to_prefixed(row[0].value) for row in tables[1].rows if isinstance(row[0], NamedNode))
    words += [Word(name, "property") for name in used if name not in known and "/" not in name]
    found = next((row[0].value for row in tables[2].rows if isinstance(row[0], NamedNode)), "")
    return JSONResponse(
        {
            "words": [asdict(word) for word in words],
            "prefixes": dict(PREFIXES),
            "base": found.rpartition("document/")[0],
            "examples": {query.name: query.sparql for query in site.questions.values()},
        },
        headers={"Cache-Control": "no-cache"},
    )


def to_words(table: Table) -> list[Word]:
    """The ontology's words of an answer to `_WORDS`, classes before properties before values, each by its name."""
    found: dict[str, dict[str, str]] = {}
    for iri, kind, label, definition in table.rows:
        if isinstance(iri, NamedNode) and isinstance(label, Literal) and isinstance(kind, Literal):
            word = found.setdefault(to_prefixed(iri.value), {"kind": kind.value})
            word[label.language or ""] = label.value
            if isinstance(definition, Literal) and (label.language == "zh" or "definition" not in word):
                word["definition"] = definition.value
    order = ("class", "property", "value")
    return sorted(
        (
            Word(name, one["kind"], one.get("zh", ""), one.get("en", ""), one.get("definition", ""))
            for name, one in found.items()
        ),
        key=lambda word: (order.index(word.kind), word.name),
    )


async def _check(request: Request) -> Response:
    """Where a text is no query: `{}`, or a message with its line and column, both from 1, in code points."""
    body = await request.body()
    if len(body) > LARGEST_QUERY:
        return refuse(Refusal(413, f"查询太长 the query is longer than {LARGEST_QUERY} bytes"))
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return refuse(Refusal(400, "不是 UTF-8 not UTF-8：请用 UTF-8 编码查询 encode the query as UTF-8"))
    refusal = check_query(text)
    if refusal is not None:
        return JSONResponse({"message": refusal.reason})
    declared = declare_prefixes(text)
    reply = await asyncio.to_thread(find_site(request).workers.ask, Ask(declared, TABLE_TYPE, (NOTHING,)))
    return JSONResponse(to_fault(reply, declared, len(declared) - len(text)))


def to_fault(reply: Reply, text: str, added: int) -> dict[str, str | int]:
    """What is wrong with a text that a worker was asked; `added` characters were put before its first line."""
    if reply.kind != "syntax":
        return {}
    message = describe_fault(reply.reason, text)
    found = _PLACE.search(message)
    if found is None:
        return {"message": message}
    line, column = int(found[1]), int(found[2])
    column = max(1, column - added) if line == 1 else column
    said = message.partition(":")[2].strip() if found.start() < message.find(":") else message
    return {"line": line, "column": column, "message": said}


ROUTES = (
    Route("/editor", _show),
    Route("/editor/words.json", _list_words),
    Route("/editor/check", _check, methods=["POST"]),
)
