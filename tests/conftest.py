"""Fixtures that more than one test file needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from components import require_command
from explorer import Site, run_site, watch
from offline import pytest_configure, pytest_sessionfinish
from playwright.sync_api import Browser, Page, sync_playwright
from pyoxigraph import Store
from store_fixtures import fuseki, oxigraph, server, virtuoso

from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.outputs import write_outputs
from kg.pipeline import build_corpus
from kg.queries import run_select
from kg.server import Limits
from kg.store import read_dataset

# The hooks deny the network where POLICYKG_OFFLINE=1.
__all__ = ["fuseki", "oxigraph", "pytest_configure", "pytest_sessionfinish", "server", "virtuoso"]

_OFFLINE = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--no-default-browser-check",
)  # fmt: skip


@pytest.fixture(scope="session")
def chromium_browser() -> Iterator[Browser]:
    """Debian's Chromium, headless. Without one the test is left out, except in CI, where it has to be there."""
    executable = require_command("chromium", "chromium-browser", "google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(_OFFLINE))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def turtle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """graph.ttl of the embedded corpus, as `python build_graph.py` writes it, with graph.nq beside it."""
    folder = tmp_path_factory.mktemp("out")
    build = build_corpus(find_folder("corpus/hubei"), find_folder("ontology"), DEFAULT_BASE)
    write_outputs(build, folder, ["ttl", "nq"])
    return folder / "graph.ttl"


@pytest.fixture(scope="session")
def site(turtle: Path) -> Iterator[Site]:
    """The explorer over the embedded corpus."""
    with run_site(turtle.with_name("graph.nq"), Limits(seconds=20, workers=2)) as running:
        yield running


@pytest.fixture
def page(chromium_browser: Browser, site: Site) -> Iterator[Page]:
    """A page of the explorer, which may speak to it alone and may not complain."""
    yield from watch(chromium_browser.new_context(viewport={"width": 1280, "height": 900}), site)


@pytest.fixture(scope="session")
def dataset(turtle: Path) -> Store:
    """The graph of the embedded corpus."""
    return read_dataset(turtle)


@pytest.fixture(scope="session")
def select(dataset: Store) -> Callable[[str], list[list[str]]]:
    """Asks a SELECT of that graph: rows of values, empty where unbound."""

    def ask(text: str) -> list[list[str]]:
        return [["" if term is None else term.value for term in row] for row in run_select(text, dataset).rows]  # type: ignore[union-attr]

    return ask
