"""`kg serve` as a real server on loopback, and a page of it in a browser that may speak to it alone."""

from __future__ import annotations

import html
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from playwright.sync_api import BrowserContext, Page

from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.queries import read_queries
from kg.server import Limits, Workers, make_app

NEWEST = DEFAULT_BASE + "document/湖北省创新型产业集群建设与科技创新支撑情况简报（2025年）"
EARLIER = DEFAULT_BASE + "document/湖北省高新技术企业发展情况简报（2021年）"
LATER = DEFAULT_BASE + "document/湖北省高新技术企业发展情况简报（2023年）"
KIND = DEFAULT_BASE + "category/高新技术企业"
PROVINCE = DEFAULT_BASE + "region/湖北省"


def to_path(path: str, **values: str) -> str:
    return f"{path}?{urllib.parse.urlencode(values)}" if values else path


PAGES = (
    "/", "/documents", "/entities", to_path("/entities", **{"class": "Fund"}), to_path("/entity", iri=KIND),
    to_path("/entity", iri=PROVINCE), to_path("/document", iri=NEWEST), "/compare",
    to_path("/compare", since="2023-03-01", until="2024-12-31"), "/commitments",
    to_path("/commitments", state="reported"), "/disagreements", "/nothing",
)  # fmt: skip

# Joins everything with everything: no machine finishes it in the time that the test gives.
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(14)) + " }"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    media_type: str
    body: str


@dataclass(frozen=True, slots=True)
class Site:
    address: str

    def send(
        self, path: str = "/sparql", *, method: str | None = None, body: bytes | None = None, **headers: str
    ) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.address + path, data=body, headers=named, method=method)
        if body is not None and "content-type" not in {name.lower() for name in named}:
            request.add_unredirected_header("Content-type", "")
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                return Answer(reply.status, reply.headers.get_content_type(), reply.read().decode("utf-8"))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers.get_content_type(), error.read().decode("utf-8"))

    def get(self, query: str, accept: str = "", **more: list[str]) -> Answer:
        pairs = [("query", query), *((name.replace("_", "-"), one) for name, values in more.items() for one in values)]
        return self.send(f"/sparql?{urllib.parse.urlencode(pairs)}", **({"Accept": accept} if accept else {}))

    def post(self, body: str, content_type: str, search: str = "", **headers: str) -> Answer:
        return self.send(f"/sparql{search}", body=body.encode("utf-8"), Content_Type=content_type, **headers)


@contextmanager
def run_site(graph: Path, limits: Limits) -> Iterator[Site]:
    workers = Workers(graph, limits)
    app = make_app(workers, read_queries(find_folder("queries")), graph.parent)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Site(f"http://127.0.0.1:{port}")
    finally:
        server.should_exit = True
        thread.join()
        workers.close()


def watch(context: BrowserContext, site: Site) -> Iterator[Page]:
    """A page of a browser that may speak to the site alone and may not complain; the context is closed with it."""
    opened = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda request: asked.append(request.url))
    yield opened
    assert said == []
    assert [url for url in asked if not url.startswith((site.address, "data:", "blob:"))] == []
    context.close()


def get(site: Site, path: str, status: int = 200, **headers: str) -> str:
    answer = site.send(path, **headers)
    assert answer.status == status, (path, answer.status)
    return answer.body


def to_words(fragment: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", fragment))
