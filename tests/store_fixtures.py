"""The stores that several test files load: each server is started once a session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from components import require_command, require_fuseki
from servers import Server, run_fuseki, run_virtuoso

SAMPLE = Path(__file__).parent / "data" / "sample.ttl"
SAMPLE_GRAPH = "urn:policykg:sample"
BUILT_GRAPH = "urn:policykg:built"
SERVERS = [
    pytest.param("virtuoso", marks=pytest.mark.virtuoso),
    pytest.param("fuseki", marks=pytest.mark.java),
]


def load_oxigraph(path: Path) -> ox.Store:
    """A Turtle file in an Oxigraph of its own."""
    store = ox.Store()
    store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
    return store


@pytest.fixture(scope="session")
def oxigraph(turtle: Path) -> ox.Store:
    """graph.ttl in Oxigraph: what the others are compared with."""
    return load_oxigraph(turtle)


@pytest.fixture(scope="session")
def virtuoso(turtle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Virtuoso with the sample and graph.ttl, each in its graph."""
    program, isql = require_command("virtuoso-t"), require_command("isql-vt", "isql-v")
    with run_virtuoso(tmp_path_factory.mktemp("virtuoso"), program, isql) as server:
        yield _load_server(server, turtle)


@pytest.fixture(scope="session")
def fuseki(turtle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Fuseki with the sample and graph.ttl, each in its graph."""
    java, jar = require_command("java"), require_fuseki()
    with run_fuseki(tmp_path_factory.mktemp("fuseki"), java, jar) as server:
        yield _load_server(server, turtle)


def _load_server(server: Server, turtle: Path) -> Server:
    server.load(SAMPLE, SAMPLE_GRAPH)
    server.load(turtle, BUILT_GRAPH)
    return server


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Server:
    """The server that a test's parameter names (SERVERS, indirect)."""
    found: Server = request.getfixturevalue(request.param)
    return found
