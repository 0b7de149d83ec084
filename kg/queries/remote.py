"""Questions asked of a SPARQL endpoint: the SPARQL 1.1 Protocol over HTTP (https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException, HTTPResponse
from typing import cast

from pyoxigraph import QueryBoolean, QueryResultsFormat, RdfFormat, parse, parse_query_results

from kg.errors import InputError, StoreError
from kg.queries.running import check_reads_only, to_table
from kg.queries.table import Table, to_boolean_table, to_triple_table

_SECONDS = 60
_LARGEST_ANSWER = 200_000_000
_ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9, text/turtle;q=0.8"
_TRIPLES = {
    "application/n-triples": RdfFormat.N_TRIPLES,
    "text/plain": RdfFormat.N_TRIPLES,
    "text/turtle": RdfFormat.TURTLE,
}


def run_select_remote(text: str, endpoint_url: str) -> Table:
    """A query's answer from an endpoint, within 60 seconds.

    Raises QueryError for an update, InputError for an address that is none, StoreError where the endpoint cannot be
    reached, refuses, is too slow or answers with something else.
    """
    check_reads_only(text)
    if urllib.parse.urlsplit(endpoint_url).scheme not in {"http", "https"}:
        raise InputError(
            f"不是 SPARQL 端点的地址 no endpoint's address: {endpoint_url}；应如 http://127.0.0.1:8890/sparql"
        )
    # 2.1.2 query via POST with URL-encoded parameters: a GET's address would be too long for some servers.
    request = urllib.request.Request(
        endpoint_url,
        data=urllib.parse.urlencode({"query": text}).encode("ascii"),
        headers={"Accept": _ACCEPT, "Content-Type": "application/x-www-form-urlencoded"},
    )
    try:
        with cast("HTTPResponse", urllib.request.urlopen(request, timeout=_SECONDS)) as reply:
            kind = reply.headers.get_content_type()
            content = reply.read(_LARGEST_ANSWER + 1)
    except urllib.error.HTTPError as error:
        said = " ".join(error.read(2000).decode("utf-8", "replace").split())[:300]
        raise StoreError(
            f"端点拒绝了查询 the endpoint refused: {endpoint_url} {error.code} {said}；请改正查询或地址"
        ) from error
    except TimeoutError as error:
        raise StoreError(
            f"端点 {_SECONDS} 秒内没有答复 no answer in time: {endpoint_url}；请稍后再试或缩小查询"
        ) from error
    except (OSError, HTTPException, ValueError) as error:
        raise StoreError(f"连不上端点 cannot reach {endpoint_url}: {error}；请检查地址和服务是否在运行") from error
    if len(content) > _LARGEST_ANSWER:
        raise StoreError(f"端点的答复太大 too large an answer: {endpoint_url}；请在查询里加 LIMIT")
    return _parse_answer(content, kind, endpoint_url)


def _parse_answer(content: bytes, kind: str, endpoint_url: str) -> Table:
    try:
        if kind in _TRIPLES:
            return to_triple_table({quad.triple for quad in parse(content, format=_TRIPLES[kind])})
        answer = parse_query_results(content, format=QueryResultsFormat.JSON)
        return to_boolean_table(bool(answer)) if isinstance(answer, QueryBoolean) else to_table(answer)
    except (SyntaxError, ValueError) as error:
        raise StoreError(
            f"端点的答复读不懂 unreadable answer from {endpoint_url}（{kind}）: {error}；请检查地址"
        ) from error
