"""Requests that mean harm: names that are not the server's, heads and bodies that never end, bodies too large."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from click.testing import CliRunner
from explorer import Site, run_site

from kg.cli import main
from kg.server import CONNECTIONS, ImpatientProtocol, Limits, Workers, door, make_app
from kg.server.protocol import LARGEST_QUERY


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("http") / "graph.nq"
    path.write_text("<urn:a> <urn:b> <urn:c> <urn:g> .\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def site(graph: Path) -> Iterator[Site]:
    with run_site(graph, Limits(seconds=10, workers=1)) as running:
        yield running


def ask(site: Site, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], str]:
    """A request whose headers are given raw."""
    connection = http.client.HTTPConnection(urlsplit(site.address).netloc, timeout=20)
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    reply = connection.getresponse()
    found = reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read().decode()
    connection.close()
    return found


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example", "127.0.0.1@evil.example",
     "", "127.0.0.1:x", "[::1", "evil.example#127.0.0.1", "0.0.0.0", "127.0.0.2"],
)  # fmt: skip
def test_a_request_to_another_name_is_refused(site: Site, host: str) -> None:
    for path in ("/", "/sparql?query=ASK%20%7B%7D", "/nothing"):
        status, _, body = ask(site, path, Host=host)
        assert status == 421
        assert body.count("\n") == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:1234", "LOCALHOST", "[::1]:80"])
def test_a_request_to_its_own_names_is_answered(site: Site, host: str) -> None:
    assert ask(site, "/sparql?query=ASK%20%7B%7D", Host=host)[0] == 200


def test_every_answer_has_the_headers_that_keep_others_out(site: Site) -> None:
    for path, method in (
        ("/", "GET"), ("/nothing", "GET"), ("/sparql?query=ASK%20%7B%7D", "GET"), ("/sparql?query=x", "GET"),
        ("/sparql?query=ASK%20%7B%7D", "OPTIONS"), ("/editor", "GET"),
    ):  # fmt: skip
        _, headers, _ = ask(site, path, method, Origin="https://evil.example", Access_Control_Request_Method="POST")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "server" not in headers or "uvicorn" in headers["server"]
        assert not [name for name in headers if name.startswith("access-control-")]


def test_a_body_too_large_is_refused_whatever_its_header_says(site: Site) -> None:
    large = b"query=ASK%7B%7D" + b"+" * LARGEST_QUERY
    for path in ("/sparql", "/editor/check", "/nothing"):
        assert site.send(path, body=large, Content_Type="application/x-www-form-urlencoded").status == 413
    with socket.create_connection(("127.0.0.1", urlsplit(site.address).port), 20) as connection:
        connection.sendall(b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(LARGEST_QUERY // 10_000 + 2):
            connection.sendall(b"2710\r\n" + b"a" * 10_000 + b"\r\n")
        connection.sendall(b"0\r\n\r\n")
        assert b" 413 " in connection.recv(100)
    assert site.get("ASK {}").status == 200


@pytest.fixture
def impatient(graph: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The server as `kg serve` configures it, but less patient; its port."""
    monkeypatch.setattr(door, "HEAD_SECONDS", 0.5)
    monkeypatch.setattr(door, "BODY_SECONDS", 0.5)
    workers = Workers(graph, Limits(seconds=10, workers=1))
    config = uvicorn.Config(
        make_app(workers, (), graph.parent),
        port=0,
        log_level="error",
        http=ImpatientProtocol,
        limit_concurrency=CONNECTIONS,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()
    workers.close()


def drip(port: int, begin: bytes) -> bytes:
    """What comes back to whoever sends a beginning and then a byte now and again; empty where it is cut off."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(begin)
        connection.settimeout(0.1)
        until = time.monotonic() + 8
        while time.monotonic() < until:
            try:
                return connection.recv(100)
            except TimeoutError:
                connection.sendall(b"a")
            except OSError:
                return b""
    return b"never cut off"


def test_heads_and_bodies_that_never_end_are_cut_off(impatient: int) -> None:
    assert drip(impatient, b"") == b""
    assert drip(impatient, b"GET / HTTP/1.1\r\nHost: localhost\r\nX-a: ") == b""
    body = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
    assert b" 408 " in drip(impatient, body + b"Content-Length: 999\r\n\r\n")
    whole = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: localhost\r\n\r\n"
    assert b" 200 " in drip(impatient, whole)
    with socket.create_connection(("127.0.0.1", impatient), 10) as connection:
        connection.sendall(whole)
        assert b" 200 " in connection.recv(100)
        time.sleep(0.1)
        # A second request on the same connection whose head never ends.
        connection.sendall(b"GET / HTTP/1.1\r\n")
        time.sleep(1.2)
        connection.settimeout(5)
        left = b""
        try:
            while chunk := connection.recv(65536):
                left += chunk
        except ConnectionError:
            pass
        assert left.count(b"HTTP/1.1") <= 1


def test_many_who_leave_early_leave_nothing_behind(site: Site) -> None:
    port = urlsplit(site.address).port
    for number in range(60):
        with socket.create_connection(("127.0.0.1", port), 10) as connection:
            if number % 3:
                connection.sendall(
                    b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: localhost\r\n" + b"\r\n" * (number % 2)
                )
    assert json.loads(site.get("ASK {}").body)["boolean"] is True


def test_the_command_listens_on_loopback_unless_told_otherwise() -> None:
    said = CliRunner().invoke(main, ["serve", "--help"]).output
    assert "127.0.0.1" in said
    assert "--allow-host" in said
