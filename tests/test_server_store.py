"""A large graph on the server: asked through its store on disk, replaced by a new build, and nothing left behind."""

from __future__ import annotations

import multiprocessing
import socket
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from click.testing import CliRunner
from explorer import run_site

from kg.cli import main
from kg.queries.confined import Confined
from kg.queries.confinement import Ask, Limits
from kg.queries.seclusion import can_forbid_sockets, forbid_sockets
from kg.search import read_entries
from kg.server import Workers
from kg.store import open_dataset, prepare_store, read_dataset

EX = "https://e.org/"
TABLE = "application/sparql-results+json"
NEW = f"ASK {{ <{EX}new> ?p ?o }}"


def to_line(name: str, graph: str = "g1") -> str:
    return f'<{EX}{name}> <{EX}p> "值 . <x>"@zh <{EX}{graph}> .\n'


@pytest.fixture
def graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POLICYKG_STORE_BYTES", "1")
    path = tmp_path / "graph.nq"
    path.write_text(to_line("a") + to_line("b") + to_line("a", "g2"), encoding="utf-8")
    return path


def replace(path: Path, content: str) -> None:
    aside = path.with_suffix(".new")
    aside.write_text(content, encoding="utf-8")
    aside.replace(path)


def ask_truth(workers: Workers, text: str) -> bool:
    reply = workers.ask(Ask(text, TABLE))
    assert reply.kind == "answer", reply
    return b"true" in reply.content


def wait_until(workers: Workers, text: str) -> None:
    for _ in range(200):
        if ask_truth(workers, text):
            return
        time.sleep(0.05)
    raise AssertionError(f"never true: {text}")


def test_the_server_answers_from_the_store_and_a_new_build_swaps_in(graph: Path) -> None:
    with run_site(graph, Limits(seconds=20, workers=2)) as site:
        # A triple of two graphs is one triple of the union, and two quads.
        counted = site.get("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").body
        assert '"2"' in counted
        assert '"3"' in site.get("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }").body
        (first,) = (graph.parent / ".graph.nq.store").glob("s-*")
        replace(graph, to_line("a") + to_line("new"))
        begin = time.monotonic()
        while "true" not in site.get(NEW).body:
            assert time.monotonic() - begin < 20
            time.sleep(0.05)
        assert "false" in site.get(f"ASK {{ <{EX}b> ?p ?o }}").body
    stores = set((graph.parent / ".graph.nq.store").glob("s-*"))
    # The former one stays until the next build, for those who still read it.
    assert first in stores
    assert len(stores) == 2
    assert not list((graph.parent / ".graph.nq.store").glob("loading-*"))
    assert {one.name for one in graph.parent.iterdir()} == {"graph.nq", ".graph.nq.store"}


def test_the_old_graph_answers_while_the_new_store_is_made(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workers = Workers(graph, Limits(seconds=20, workers=1))
    gate = threading.Event()
    make = workers._make_store

    def make_late() -> None:
        gate.wait(20)
        make()

    monkeypatch.setattr(Workers, "_make_store", lambda self: make_late())
    try:
        assert not ask_truth(workers, NEW)
        replace(graph, to_line("new"))
        for _ in range(3):
            assert not ask_truth(workers, NEW)
            assert ask_truth(workers, f"ASK {{ <{EX}b> ?p ?o }}")
        gate.set()
        wait_until(workers, NEW)
    finally:
        gate.set()
        workers.close()


def test_a_graph_that_is_no_nquads_is_refused_by_every_worker(graph: Path) -> None:
    graph.write_text("what\n", encoding="utf-8")
    workers = Workers(graph, Limits(seconds=20, workers=1))
    try:
        reply = workers.ask(Ask(NEW, TABLE))
        assert reply.kind == "unreadable"
        assert "not valid RDF" in reply.reason
    finally:
        workers.close()
    assert not list((graph.parent / ".graph.nq.store").glob("*-*"))


def test_closing_stops_a_store_that_is_being_made(graph: Path) -> None:
    workers = Workers(graph, Limits(seconds=20, workers=1))
    replace(graph, to_line("new"))
    workers.ask(Ask(NEW, TABLE))
    workers.close()
    assert workers._making is None or not workers._making.is_alive()


def test_names_of_the_store_are_those_of_the_file(graph: Path, turtle: Path) -> None:
    of_corpus = turtle.with_name("graph.nq")
    graph.write_bytes(of_corpus.read_bytes())
    assert read_entries(open_dataset(graph)) == read_entries(read_dataset(of_corpus))


def test_a_strangers_text_and_the_pack_are_asked_of_the_store(graph: Path) -> None:
    with Confined(graph, Limits(seconds=20)) as confined:
        assert len(confined.ask("SELECT ?s { ?s ?p ?o }").rows) == 2
    (made,) = (graph.parent / ".graph.nq.store").glob("s-*")
    result = CliRunner().invoke(main, ["query", "--graph", str(graph), "SELECT ?s { ?s ?p ?o }", "--format", "csv"])
    assert result.exit_code == 0, result.output
    assert result.output.count(EX) == 2
    assert prepare_store(graph) == made


@pytest.mark.skipif(not can_forbid_sockets(), reason="Linux only")
def test_no_socket_opens_where_the_store_is_asked() -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=try_socket, args=(theirs,))
    process.start()
    theirs.close()
    assert ours.recv() == ["opened", "refused", "file"]
    process.join()


def try_socket(pipe: Connection) -> None:
    found = []
    for _ in range(2):
        try:
            socket.socket().close()
            found.append("opened")
        except PermissionError:
            found.append("refused")
        if len(found) == 1:
            forbid_sockets()
    found.append("file" if Path(__file__).read_bytes() else "")
    pipe.send(found)
