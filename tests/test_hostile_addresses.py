"""Every page with values that no page of ours would send: an answer or a refusal in words, never a fault, in time."""

from __future__ import annotations

import html.parser
import http.client
import random
import time
import urllib.parse
from collections.abc import Iterator

import pytest
from explorer import Site

from kg.locations import find_folder
from kg.queries import read_queries

PATHS = (
    "/", "/ask", "/ask.json", "/commitments", "/compare", "/disagreements", "/document", "/document.txt", "/documents",
    "/editor", "/editor/words.json", "/entity", "/entities", "/classes.css", "/graph/near.json", "/graph/way.json",
    "/questions", "/questions/who-supports", "/questions/who-supports.csv", "/search", "/search.json", "/sparql",
)  # fmt: skip
NAMES = (
    "iri", "q", "class", "page", "limit", "since", "until", "state", "region", "actor", "due", "document", "kind",
    "from", "to", "lang", "theme", "query", "default-graph-uri", "topic", "at", "more", "about", "form",
)  # fmt: skip
# As they stand in an address, already encoded.
VALUES = (
    "", "%00", "%ED%A0%80", "%FF%FE", "%", "%zz", "%0d%0aSet-Cookie:%20a=b", "%E2%80%AE", "a" * 5000,
    "%27%22%3E%3Cx%3E",
    "-1", "0", "99999999999999999999999999", "1e999", "NaN", "%D9%A1", "2023-02-30", "0000-00-00", "9999-12-31T99",
    "%3Curn:a%3E%20%7D%20DROP%20ALL", "javascript:alert(1)", "//evil.invalid/", "file:///etc/passwd", "..%2f..%2fetc",
    "http://%5B::1", "https://w3id.org/policykg/id/region/%20", "(a%2B)%2B$", "%F0%9F%92%A9" * 300, "%5C", "*",
    "{{7*7}}", "%24%7Bx%7D", "%C2%85%C2%A0", "kg:Fund", "Region", "%2e%2e",
)  # fmt: skip


def ask(site: Site, address: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    """One request as it stands: no client of a library in between mends the address."""
    host, _, port = site.address.removeprefix("http://").partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=60)
    try:
        connection.request("GET", address)
        reply = connection.getresponse()
        return reply.status, reply.headers, reply.read()
    finally:
        connection.close()


def make_addresses(count: int) -> Iterator[str]:
    """Paths in turn with some names and values each, chosen by a fixed seed."""
    random_ = random.Random(6)
    while count > 0:
        for path in PATHS:
            pairs = "&".join(f"{random_.choice(NAMES)}={random_.choice(VALUES)}" for _ in range(random_.randint(1, 4)))
            yield f"{path}?{pairs}"
        count -= len(PATHS)


def test_no_value_makes_a_page_fail(site: Site) -> None:
    faults, slowest = [], ("", 0.0)
    for address in make_addresses(130):
        begin = time.monotonic()
        status, headers, content = ask(site, address)
        slowest = max(slowest, (address, time.monotonic() - begin), key=lambda one: one[1])
        wrong = status >= 500 or b"Traceback" in content or headers.get("Set-Cookie", "").startswith("a=")
        if wrong or headers["X-Content-Type-Options"] != "nosniff":
            faults.append(f"{status} {address[:200]} {content[:200]!r}")
    assert faults == []
    assert slowest[1] < 15, slowest


def test_no_value_of_a_parameter_makes_a_question_fail(site: Site) -> None:
    faults = []
    for number, query in enumerate(read_queries(find_folder("queries"))[::3]):
        for at, parameter in enumerate(query.parameters):
            value = VALUES[(number * 3 + at * 11) % len(VALUES)]
            status, _, content = ask(site, f"/questions/{query.name}{('.json', '')[at % 2]}?{parameter.name}={value}")
            if status >= 500 or b"Traceback" in content:
                faults.append(f"{status} {query.name} {parameter.name}={value[:80]} {content[:200]!r}")
    assert faults == []


class _Links(html.parser.HTMLParser):
    """Every address that a page leads to or fetches from."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, _: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attributes if name in {"href", "src", "action", "formaction"}]


@pytest.mark.parametrize(
    "path",
    ["//evil.invalid/x", "///evil.invalid", "/\\evil.invalid", "/%2f/evil.invalid", "//evil.invalid/entity?iri=x"],
)
def test_a_path_leads_nowhere_else(site: Site, path: str) -> None:
    """A page's links to itself in another language are made from its path: `//host` would be an address elsewhere."""
    status, headers, content = ask(site, path)
    assert status == 404
    assert "Location" not in headers
    links = _Links()
    links.feed(content.decode("utf-8"))
    assert links.found
    for link in links.found:
        if link == "data:,":
            continue
        joined = urllib.parse.urlsplit(urllib.parse.urljoin(site.address + "/", link.replace("\\", "/")))
        assert joined.netloc == urllib.parse.urlsplit(site.address).netloc, link


@pytest.mark.parametrize(
    "path",
    ["/assets/../door.py", "/assets/..%2fdoor.py", "/assets/%2e%2e/door.py", "/assets//etc/passwd",
     "/assets/..%5cdoor.py", "/assets/%00", "/questions/..%2f..%2fpyproject.toml", "/questions/../who-supports.csv%00"],
)  # fmt: skip
def test_no_path_leads_out_of_its_folder(site: Site, path: str) -> None:
    status, _, content = ask(site, path)
    assert status in {400, 404, 405}
    assert b"import" not in content
    assert b"root:" not in content
