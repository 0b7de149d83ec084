"""The SPARQL 1.1 Protocol for queries (https://www.w3.org/TR/sparql11-protocol/#query-operation), read-only.

GET, POST with a form, POST with the query itself. Nothing is ever fetched: FROM and the graph parameters choose among
the graphs of the dataset. SERVICE and updates are refused (kg/queries/guard.py says how they are found).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl

import rdflib

from kg.queries import Query
from kg.queries.guard import LARGEST_TEXT, find_form
from kg.queries.guard import check_query as check_text
from kg.server.negotiation import GRAPH_TYPES, TABLE_TYPES, choose_type
from kg.server.workers import Ask, Reply

# Bytes of a body: a form spells a byte of the text with up to three of its own, beside its other parameters.
LARGEST_QUERY = 4 * LARGEST_TEXT
_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"
_UPDATE = "application/sparql-update"
_GRAPH_KEYS = ("default-graph-uri", "named-graph-uri")
_STATUS = {"update": 403, "service": 403, "graph": 403, "large": 413}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not answered: the HTTP status and a line for whoever sent it."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class Request:
    """What of an HTTP request the protocol looks at; `parameters` and `body` as they came."""

    method: Literal["GET", "POST"]
    parameters: bytes
    content_type: str | None
    body: bytes
    accept: str | None


def parse_request(request: Request) -> Ask | Refusal | None:
    """The query that a request asks, why it asks none, or None for a bare GET, which wants the description."""
    try:
        if request.method == "GET":
            pairs = _parse_pairs(request.parameters)
            if not pairs:
                return None
            return _to_ask(pairs, request.accept)
        return _parse_post(request)
    except UnicodeDecodeError:
        return Refusal(400, "不是 UTF-8 not UTF-8：请用 UTF-8 编码查询 encode the query as UTF-8")


def _parse_post(request: Request) -> Ask | Refusal:
    kind, _, rest = (request.content_type or "").partition(";")
    kind = kind.strip().lower()
    charset = re.search(r"charset\s*=\s*\"?([^\s;\"]+)", rest, re.IGNORECASE)
    if charset and charset[1].lower() not in {"utf-8", "utf8"}:
        return Refusal(400, f"查询须是 UTF-8 the query has to be UTF-8, not {charset[1]}")
    if len(request.body) > LARGEST_QUERY:
        return Refusal(413, f"查询太长 the query is longer than {LARGEST_QUERY} bytes")
    if kind == _FORM:
        return _to_ask(_parse_pairs(request.body), request.accept)
    if kind == _DIRECT:
        pairs = [("query", request.body.decode("utf-8")), *_parse_pairs(request.parameters)]
        return _to_ask(pairs, request.accept)
    if kind == _UPDATE:
        return Refusal(403, "只能查询，不能改动 queries only, no updates")
    if not kind:
        return Refusal(400, f"缺少 Content-Type is missing：请用 {_FORM} 或 {_DIRECT}")
    return Refusal(415, f"不认识的 Content-Type not supported: {kind}；可用 {_FORM}、{_DIRECT}")


def _parse_pairs(raw: bytes) -> list[tuple[str, str]]:
    return parse_qsl(raw.decode("utf-8"), keep_blank_values=True, encoding="utf-8", errors="strict")


def _to_ask(pairs: list[tuple[str, str]], accept: str | None) -> Ask | Refusal:
    queries = [value for name, value in pairs if name == "query"]
    if any(name == "update" for name, _ in pairs):
        return Refusal(403, "只能查询，不能改动 queries only, no updates")
    if len(queries) != 1:
        return Refusal(400, f"要有且只有一个 query 参数 exactly one query parameter is needed, not {len(queries)}")
    text = queries[0]
    refusal = check_query(text)
    if refusal:
        return refusal
    offered = GRAPH_TYPES if find_form(text) in {"CONSTRUCT", "DESCRIBE"} else TABLE_TYPES
    media_type = choose_type(accept, offered)
    if media_type is None:
        return Refusal(406, f"给不出所要的格式 none of the accepted forms: {accept}；可用 {'、'.join(offered)}")
    graphs = [tuple(value for name, value in pairs if name == key) for key in _GRAPH_KEYS]
    for iri in (*graphs[0], *graphs[1]):
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*", iri):
            return Refusal(400, f"不是 IRI no IRI: {iri}")
    return Ask(text, media_type, graphs[0], graphs[1])


def check_query(text: str) -> Refusal | None:
    """Why a text may not be asked, with the HTTP status; its syntax is the engine's to judge."""
    objection = check_text(text)
    return None if objection is None else Refusal(_STATUS.get(objection.kind, 400), objection.reason)


def to_status(reply: Reply) -> Refusal | None:
    """The HTTP status of a reply that is no answer."""
    if reply.kind == "answer":
        return None
    reasons = {
        "syntax": Refusal(400, f"不是合法的 SPARQL not SPARQL: {reply.reason}；请改正查询"),
        "fault": Refusal(500, f"查询不能执行 the query cannot run: {reply.reason}"),
        "outside": Refusal(403, reply.reason),
        "unreadable": Refusal(503, reply.reason),
        "slow": Refusal(503, "查询超时，已停止 the query took too long and was stopped；请缩小范围或加 LIMIT"),
        "large": Refusal(503, "答案太大，或内存不够 too large an answer, or too little memory；请加 LIMIT"),
        "busy": Refusal(503, "正忙 all workers are busy；请稍后再试 try again"),
    }
    return reasons[reply.kind]


def describe_service(address: str, graphs: list[str], triples: int) -> rdflib.Graph:
    """What the endpoint is and can (https://www.w3.org/TR/sparql11-service-description/)."""
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    description = rdflib.Graph()
    description.bind("sd", sd)
    description.bind("void", void)
    service = rdflib.URIRef(address)
    dataset, default = rdflib.URIRef(f"{address}#dataset"), rdflib.URIRef(f"{address}#default")
    description.add((service, rdflib.RDF.type, sd.Service))
    description.add((service, sd.endpoint, service))
    description.add((service, sd.supportedLanguage, sd.SPARQL11Query))
    description.add((service, sd.feature, sd.UnionDefaultGraph))
    for name in (
        "SPARQL_Results_JSON",
        "SPARQL_Results_XML",
        "SPARQL_Results_CSV",
        "SPARQL_Results_TSV",
        "Turtle",
        "N-Triples",
    ):
        description.add((service, sd.resultFormat, rdflib.URIRef(f"http://www.w3.org/ns/formats/{name}")))
    description.add((service, sd.defaultDataset, dataset))
    description.add((dataset, rdflib.RDF.type, sd.Dataset))
    description.add((dataset, sd.defaultGraph, default))
    description.add((default, rdflib.RDF.type, sd.Graph))
    description.add((default, void.triples, rdflib.Literal(triples)))
    for number, iri in enumerate(graphs):
        named = rdflib.URIRef(f"{address}#graph-{number}")
        description.add((dataset, sd.namedGraph, named))
        description.add((named, sd.name, rdflib.URIRef(iri)))
    return description


def to_route(query: Query) -> str:
    """The path of a question of the pack."""
    return f"/questions/{query.name}"
