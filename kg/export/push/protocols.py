"""The two ways to write to a SPARQL server, and how to find out which an address speaks.

Graph Store Protocol: https://www.w3.org/TR/sparql11-http-rdf-update/ ; SPARQL 1.1 Update:
https://www.w3.org/TR/sparql11-update/ by the Protocol's `update` operation (https://www.w3.org/TR/sparql11-protocol/).
"""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Mapping, Sequence
from typing import Protocol

from kg.errors import StoreError
from kg.export.push.requests import Answer, Server, check_address, describe_refusal, with_parameters

_PLAIN = "application/n-triples"
_PROBE = "urn:policykg:probe"
_NOTHING = b"# nothing\n"
_TURTLE = {"Content-Type": "text/turtle;charset=utf-8"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_ACCEPT_RESULTS = {"Accept": "application/sparql-results+json"}


class Writer(Protocol):
    """Replaces and extends the graphs of a server."""

    largest: int
    """How many triples a chunk may have."""

    def replace(self, server: Server, url: str, graph: str, triples: Sequence[str]) -> None:
        """Make a graph hold these triples (N-Triples text without the dot) and no others."""

    def add(self, server: Server, url: str, graph: str, triples: Sequence[str]) -> None:
        """Add triples; those that are there stay once."""


class GraphStore:
    """SPARQL 1.1 Graph Store HTTP Protocol."""

    largest = 10_000

    def replace(self, server: Server, url: str, graph: str, triples: Sequence[str]) -> None:
        """PUT."""
        # Not DELETE first: Fuseki breaks the connection where a graph of a Chinese name is not there.
        self._send(server, "PUT", url, graph, triples)

    def add(self, server: Server, url: str, graph: str, triples: Sequence[str]) -> None:
        """POST."""
        self._send(server, "POST", url, graph, triples)

    @staticmethod
    def _send(server: Server, method: str, url: str, graph: str, triples: Sequence[str]) -> None:
        # Turtle, of which N-Triples is a part: servers differ in what they take N-Triples for.
        body = "".join(f"{triple} .\n" for triple in triples).encode("utf-8")
        server.send(method, with_parameters(url, graph=graph), body, _TURTLE)


class Update:
    """SPARQL 1.1 Update."""

    # Virtuoso compiles an INSERT DATA as one statement, whose size is limited.
    largest = 500

    def replace(self, server: Server, url: str, graph: str, triples: Sequence[str]) -> None:
        """CLEAR, then INSERT DATA."""
        _send_update(server, url, f"CLEAR SILENT GRAPH <{graph}>")
        self.add(server, url, graph, triples)

    def add(self, server: Server, url: str, graph: str, triples: Sequence[str]) -> None:
        """INSERT DATA."""
        content = "".join(f"{triple} .\n" for triple in triples)
        _send_update(server, url, f"INSERT DATA {{ GRAPH <{graph}> {{\n{content}}} }}")


def _send_update(server: Server, url: str, text: str) -> None:
    answer = _ask_update(server, url, text)
    if answer.is_refusal:
        raise StoreError(describe_refusal(url, answer))


def _ask_update(server: Server, url: str, text: str) -> Answer:
    return server.ask("POST", url, urllib.parse.urlencode({"update": text}).encode("ascii"), _FORM)


PROTOCOLS: Mapping[str, Writer] = {"gsp": GraphStore(), "update": Update()}


def find_protocol(server: Server, url: str) -> str:
    """Which of PROTOCOLS an address speaks, found by writing nothing in each.

    Raises StoreError for neither, InputError for what is no address.
    """
    check_address(url)
    address = with_parameters(url, graph=_PROBE)
    # Read first: Virtuoso's query address waits for ever where Turtle is written to it.
    stored = server.ask("GET", address, headers={"Accept": _PLAIN})
    if stored.status == 404 or not stored.is_refusal:
        stored = server.ask("POST", address, _NOTHING, _TURTLE)
        if not stored.is_refusal:
            return "gsp"
    updated = _ask_update(server, url, f"CLEAR SILENT GRAPH <{_PROBE}>")
    if not updated.is_refusal:
        return "update"
    told = stored if stored.wants_login else updated
    raise StoreError(
        f"既不是图存储也不是更新服务 neither a graph store nor an update service；{describe_refusal(url, told)}"
    )


def _answers_query(server: Server, url: str) -> bool:
    try:
        return _ask(server, url, "ASK { }") is not None
    except StoreError:
        return False


def find_query_address(server: Server, url: str) -> str | None:
    """Where the server answers queries: this address, or its neighbours of the usual names; None for none of them."""
    parts = urllib.parse.urlsplit(url)
    folder = parts.path.rsplit("/", 1)[0]
    neighbours = (parts._replace(path=f"{folder}/{name}", query="").geturl() for name in ("query", "sparql"))
    return next((one for one in (url, *neighbours) if _answers_query(server, one)), None)


def count_by_query(server: Server, url: str, graph: str) -> int:
    """How many triples a graph has, as the server counts them."""
    answer = _ask(server, url, f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    if not isinstance(answer, dict):
        raise StoreError(f"端点的答复读不懂 unreadable answer from {url}；请用 --query-endpoint 指明")
    return int(answer["n"]["value"])


def count_by_reading(server: Server, url: str, graph: str) -> int:
    """How many triples a graph has, counted in what a graph store gives back as N-Triples."""
    content = server.send("GET", with_parameters(url, graph=graph), headers={"Accept": _PLAIN})
    return len({line for line in content.splitlines() if line.strip() and not line.startswith(b"#")})


def _ask(server: Server, url: str, query: str) -> object:
    """An ASK's answer, or a SELECT's first row; None where what came is no such answer."""
    body = urllib.parse.urlencode({"query": query}).encode("ascii")
    content = server.send("POST", url, body, {**_FORM, **_ACCEPT_RESULTS})
    try:
        answer = json.loads(content)
        return answer["boolean"] if "boolean" in answer else answer["results"]["bindings"][0]
    except (ValueError, KeyError, IndexError, TypeError):
        return None
