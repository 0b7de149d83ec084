"""`kg push` to real servers, whole and through a connection that breaks."""

from __future__ import annotations

import http.client
import os
import threading
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest
from answers import to_table_bag
from click.testing import CliRunner
from servers import Server as SparqlServer
from servers import ask_server
from store_fixtures import SERVERS

from kg.cli import main
from kg.errors import InputError, StoreError
from kg.export.push import Login, Server, find_protocol, push_dataset
from kg.export.push.requests import check_address
from kg.locations import find_folder
from kg.queries import bind_parameters, read_queries, run_select, run_select_remote, to_union
from kg.store import read_dataset

PROTOCOLS = ["gsp", "update"]
HARD = {
    "quotes": '"a\\"b\'c\\\\d"@zh', "lines": '"一\\n二\\r三\\t四"', "beyond": '"𠀀 😀"', "code": '"} } ; DROP ALL #"',
    "number": '"80000000"^^<http://www.w3.org/2001/XMLSchema#decimal>', "iri": "<https://e.org/省/（a）·%20'~!*>",
}  # fmt: skip


@pytest.fixture(scope="module")
def part() -> ox.Store:
    """Two graphs: more triples than an update's chunk has, and terms that are hard to write."""
    store = ox.Store()
    lines = [f'<https://e.org/s{at}> <https://e.org/p> "{at}" <https://e.org/many> .\n' for at in range(1200)]
    lines += [f"<https://e.org/{name}> <https://e.org/p> {term} <https://e.org/难> .\n" for name, term in HARD.items()]
    lines += ['<https://e.org/s1> <https://e.org/p> "1" <https://e.org/难> .\n']
    store.load("".join(lines).encode(), format=ox.RdfFormat.N_QUADS)
    return store


def _to_store(quads: list[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.extend(quads)
    return store


def _to_server(server: SparqlServer, waits: list[float] | None = None, tries: int = 6) -> Server:
    login = Login(*server.login) if server.login else None
    return Server(login, tries, [].append if waits is None else waits.append)


def _to_address(server: SparqlServer, protocol: str) -> str:
    return server.graph_store if protocol == "gsp" else server.update


def _read_graph(server: SparqlServer, graph: str) -> set[tuple[str, str, str]]:
    answer = ask_server(server.endpoint, f"SELECT ?s ?p ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    rows = answer["results"]["bindings"]  # type: ignore[index]
    return {(row["s"]["value"], row["p"]["value"], row["o"]["value"]) for row in rows}


def _read_here(store: ox.Store, graph: str) -> set[tuple[str, str, str]]:
    found = store.quads_for_pattern(None, None, None, ox.NamedNode(graph))
    return {(quad.subject.value, quad.predicate.value, quad.object.value) for quad in found}  # type: ignore[union-attr]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_what_is_pushed_is_what_the_server_holds(
    server: SparqlServer, protocol: str, part: ox.Store, tmp_path: Path
) -> None:
    address, progress = _to_address(server, protocol), tmp_path / "progress"
    assert find_protocol(_to_server(server), address) == protocol
    # What was there before under the name goes.
    old = _to_store([ox.Quad(*[ox.NamedNode("https://e.org/old")] * 3, ox.NamedNode("https://e.org/many"))])
    push_dataset(old, address, protocol, _to_server(server), progress)
    done = push_dataset(part, address, protocol, _to_server(server), progress)
    assert (done.graphs, done.triples, done.resumed) == (2, 1207, 0)
    assert not progress.exists()
    for graph in ("https://e.org/many", "https://e.org/难"):
        assert _read_graph(server, graph) == _read_here(part, graph)


@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_the_command_puts_the_graph_where_the_pack_is_answered(
    server: SparqlServer, turtle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = turtle.with_name("graph.nq")
    arguments = ["push", "--endpoint", server.graph_store, "--graph", str(graph), "--into", "urn:policykg:pushed"]
    if server.login:
        refused = CliRunner().invoke(main, arguments)
        assert (refused.exit_code, refused.output.count("\n")) == (2, 1)
        assert "--user" in refused.output
        monkeypatch.setenv("POLICYKG_PASSWORD", server.login[1])
        arguments += ["--user", server.login[0]]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    dataset = to_union(read_dataset(graph))
    for query in read_queries(find_folder("queries"))[::13]:
        text = bind_parameters(query, {})
        there = run_select_remote(text, server.to_endpoint("urn:policykg:pushed"))
        assert to_table_bag(there) == to_table_bag(run_select(text, dataset)), query.name


# --- a connection that breaks -----------------------------------------------------------------------------------------


@contextmanager
def run_proxy(target: str, fault: Callable[[int], int | None], login: bool = False) -> Iterator[str]:
    """Passes requests on to a server, but the n-th (from 1) as `fault` says: 0 breaks it, else that is the answer.

    Where the server wants a login, what comes without one is passed on for its challenge and not counted.
    """
    parts = urllib.parse.urlsplit(target)
    count = 0

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            nonlocal count
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            writes = self.command in {"POST", "PUT"} and b"query=" not in body[:6]
            writes = writes and (not login or "Authorization" in self.headers)
            count += writes
            status = fault(count) if writes else None
            if status == 0:
                self.close_connection = True
                return
            if status is not None:
                self._answer(status, b"busy")
                return
            onward = http.client.HTTPConnection(str(parts.hostname), parts.port or 80, timeout=60)
            kept = {name: value for name, value in self.headers.items() if name.lower() not in {"host", "connection"}}
            onward.request(self.command, self.path, body, kept)
            with closing(onward):
                reply = onward.getresponse()
                self._answer(reply.status, reply.read(), reply.headers.get_all("WWW-Authenticate", []))

        def _answer(self, status: int, content: bytes, challenges: Sequence[str] = ()) -> None:
            self.send_response(status)
            for challenge in challenges:
                self.send_header("WWW-Authenticate", challenge)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{proxy.server_port}{parts.path}"
    finally:
        proxy.shutdown()
        proxy.server_close()
        thread.join()


@pytest.mark.parametrize("status", [0, 503])
@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_a_chunk_that_fails_is_sent_again_later_each_time(
    server: SparqlServer, part: ox.Store, tmp_path: Path, status: int
) -> None:
    waits: list[float] = []
    login = bool(server.login)
    with run_proxy(server.update, lambda number: status if number in {2, 3, 5} else None, login) as address:
        done = push_dataset(part, address, "update", _to_server(server, waits), tmp_path / "progress")
    assert done.triples == 1207
    assert waits == [0.5, 1.0, 0.5]
    assert _read_graph(server, "https://e.org/many") == _read_here(part, "https://e.org/many")


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_a_push_that_broke_off_goes_on_where_it_was(
    server: SparqlServer, part: ox.Store, tmp_path: Path, protocol: str
) -> None:
    progress = tmp_path / "progress"
    broken = True
    target, last = _to_address(server, protocol), 3 - 2 * (protocol == "gsp")
    with run_proxy(target, lambda number: 0 if broken and number > last else None, bool(server.login)) as address:
        with pytest.raises(StoreError, match="the same command goes on from there") as failed:
            push_dataset(part, address, protocol, _to_server(server, tries=2), progress)
        assert "\n" not in str(failed.value)
        assert progress.exists()
        broken = False
        done = push_dataset(part, address, protocol, _to_server(server), progress)
        assert done.resumed > 0
        assert not progress.exists()
        for graph in ("https://e.org/many", "https://e.org/难"):
            assert _read_graph(server, graph) == _read_here(part, graph)
        # Other content begins anew.
        other = _to_store(list(part)[:700])
        assert push_dataset(other, address, protocol, _to_server(server), progress).resumed == 0


@pytest.mark.java
def test_a_server_that_holds_something_else_afterwards_is_an_error(
    fuseki: SparqlServer, part: ox.Store, tmp_path: Path
) -> None:
    # 204 without passing the chunk on: lost on the way.
    with (
        run_proxy(fuseki.update, lambda number: 204 if number == 3 else None) as address,
        pytest.raises(StoreError, match=r"counts differ.*expected 1200.*found 700"),
    ):
        push_dataset(part, address, "update", _to_server(fuseki), tmp_path / "progress", query_endpoint=fuseki.endpoint)


@pytest.mark.java
def test_an_address_that_takes_nothing_is_one_line(fuseki: SparqlServer) -> None:
    for address in (fuseki.endpoint, fuseki.endpoint.replace("/ds/query", "/nothing")):
        with pytest.raises(StoreError, match="neither a graph store nor an update service") as failed:
            find_protocol(_to_server(fuseki), address)
        assert "\n" not in str(failed.value)


@pytest.mark.parametrize(
    "address", ["", "x", "ftp://e.org/", "http://", "http://e.org/a b", "http://e.org:x/", "http://e.org:0/"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(InputError, match="no usable address"):
        check_address(address)


def test_blank_nodes_are_refused(tmp_path: Path) -> None:
    store = ox.Store()
    store.load(b"_:b <https://e.org/p> <https://e.org/o> .", format=ox.RdfFormat.N_TRIPLES)
    with pytest.raises(InputError, match="a blank node"):
        push_dataset(store, "http://127.0.0.1:1/", "gsp", Server(tries=1), tmp_path / "progress")


def test_a_graph_name_that_is_none_is_refused(part: ox.Store, tmp_path: Path) -> None:
    for name in ("", "a b", "urn:x> { } } ; DROP ALL #"):
        with pytest.raises(InputError, match="no graph's IRI"):
            push_dataset(part, "http://127.0.0.1:1/", "update", Server(tries=1), tmp_path / "progress", into=name)


def test_nobody_at_the_address_is_one_line(turtle: Path) -> None:
    arguments = ["push", "--endpoint", "http://127.0.0.1:1/ds/data", "--graph", os.fspath(turtle), "--tries", "1"]
    done = CliRunner().invoke(main, arguments)
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
    assert "127.0.0.1:1" in done.output
