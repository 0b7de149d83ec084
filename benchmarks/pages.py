"""How long the explorer's pages take on a made-up graph: `python benchmarks/pages.py --entities 100000`.

The graph keeps to docs/data-model.md: a document for every fifty entities, popular things named more often. One
worker answers; each page is asked once for its first time and then for its median of five.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import uvicorn

from kg.identifiers import DEFAULT_BASE as ID
from kg.identifiers import ONTOLOGY as KG
from kg.locations import find_folder
from kg.ontology import read_ontology_triples
from kg.queries import read_queries
from kg.server import Limits, Workers, make_app
from kg.texts import NAME, write_texts

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_OA = "http://www.w3.org/ns/oa#"
_PROV = "http://www.w3.org/ns/prov#"
_DC = "http://purl.org/dc/terms/"
_KINDS = ("Agency", "Enterprise", "Fund", "Programme", "Industry", "Technology", "Laboratory", "Zone", "Mechanism")
_RELATIONS = ("supports", "implements", "targets", "develops", "uses")
_SENTENCE = 60


class _Text:
    """One document under construction: sentences of a fixed length, so that a place is known before it is written."""

    def __init__(self, number: int) -> None:
        self.iri = f"{ID}document/样例{number}"
        self.sentences = [f"样例{number}"]
        self.at = len(self.sentences[0]) + 1

    def say(self, words: str) -> tuple[int, str, str]:
        """A sentence that holds some words: where they begin, what stands before and after them."""
        before, after = "样例省在", "方面有所进展" + "，" * max(0, _SENTENCE - len(words)) + "。"
        begin = self.at + len(before)
        self.sentences.append(before + words + after)
        self.at += len(before) + len(words) + len(after)
        return begin, before, after


def write_graph(folder: Path, entities: int, seed: int) -> Path:
    """Write graph.nq and the texts of a made-up graph; returns the graph's path."""
    chance = random.Random(seed)
    names = [f"样例{_KINDS[n % len(_KINDS)]}{n}" for n in range(entities)]
    iris = [f"{ID}x/{name}" for name in names]
    documents = [_Text(number) for number in range(max(2, entities // 50))]

    def choose() -> int:
        return int(entities * chance.random() ** 2)

    path = folder / "graph.nq"
    with path.open("w", encoding="utf-8") as file:
        schema = read_ontology_triples(find_folder("ontology"), ID)
        file.writelines(f"{triple} <{KG[:-1]}> .\n" for triple in schema)
        for number, document in enumerate(documents):
            file.writelines(_write_document(document, number))
        for number in range(entities):
            document = documents[number // 50 % len(documents)]
            file.writelines(_write_entity(document, iris[number], names[number], _KINDS[number % len(_KINDS)]))
        for number in range(entities * 3 // 5):
            one, other = choose(), choose()
            document = chance.choice(documents)
            ends = (iris[one], chance.choice(_RELATIONS), iris[other])
            file.writelines(_write_statement(document, number, *ends, planned=number % 4 == 0))
        for number in range(entities // 10):
            file.writelines(_write_figure(chance.choice(documents), number, iris[choose()], 2018 + number % 8))
    texts = {one.iri: one.sentences[0] + "\n" + "".join(one.sentences[1:]) for one in documents}
    write_texts(texts, folder / NAME)
    return path


def _write_document(document: _Text, number: int) -> Iterator[str]:
    day = f"{2015 + number % 10}-{1 + number % 12:02}-{1 + number % 28:02}"
    title = document.sentences[0]
    for predicate, value in (
        (_RDF + "type", f"<{KG}Report>"), (_RDFS + "label", f'"{title}"@zh'), (_SKOS + "prefLabel", f'"{title}"@zh'),
        (_DC + "title", f'"{title}"@zh'), (_DC + "issued", f'"{day}"^^<http://www.w3.org/2001/XMLSchema#date>'),
    ):  # fmt: skip
        yield f"<{document.iri}> <{predicate}> {value} <{document.iri}> .\n"


def _write_evidence(document: _Text, owner: str, words: str) -> Iterator[str]:
    begin, before, after = document.say(words)
    iri = f"{ID}evidence/{document.iri.rsplit('/', 1)[1]}/{begin}-{begin + len(words)}"
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    graph = f"<{document.iri}> .\n"
    yield f"<{owner}> <{_PROV}wasDerivedFrom> <{iri}> {graph}"
    yield f"<{iri}> <{_OA}hasSource> <{document.iri}> {graph}"
    yield f"<{iri}> <{_OA}hasSelector> <{iri}/position> {graph}"
    yield f"<{iri}> <{_OA}hasSelector> <{iri}/quote> {graph}"
    yield f'<{iri}> <{KG}paragraph> "2"{integer} {graph}'
    yield f'<{iri}/position> <{_OA}start> "{begin}"{integer} {graph}'
    yield f'<{iri}/position> <{_OA}end> "{begin + len(words)}"{integer} {graph}'
    for name, text in (("prefix", before), ("exact", words), ("suffix", after)):
        yield f'<{iri}/quote> <{_OA}{name}> "{text}" {graph}'


def _write_entity(document: _Text, iri: str, name: str, kind: str) -> Iterator[str]:
    graph = f"<{document.iri}> .\n"
    yield f"<{iri}> <{_RDF}type> <{KG}{kind}> {graph}"
    yield f'<{iri}> <{_SKOS}prefLabel> "{name}"@zh {graph}'
    yield f"<{document.iri}> <{KG}mentions> <{iri}> {graph}"
    yield from _write_evidence(document, iri, name)


def _write_statement(
    document: _Text, number: int, subject: str, relation: str, target: str, planned: bool
) -> Iterator[str]:
    iri, graph = f"{ID}statement/{number:024x}", f"<{document.iri}> .\n"
    yield f"<{iri}> <{_RDF}type> <{KG}Statement> {graph}"
    if planned:
        yield f"<{iri}> <{_RDF}type> <{KG}Commitment> {graph}"
    for name, value in (("subject", subject), ("predicate", KG + relation), ("object", target)):
        yield f"<{iri}> <{_RDF}{name}> <{value}> {graph}"
    yield f"<{iri}> <{KG}status> <{KG}{'planned' if planned else 'achieved'}> {graph}"
    yield from _write_evidence(document, iri, f"第{number}条")


def _write_figure(document: _Text, number: int, about: str, year: int) -> Iterator[str]:
    iri, graph = f"{ID}observation/{number:024x}", f"<{document.iri}> .\n"
    period, day = f"{ID}period/{year}年", "^^<http://www.w3.org/2001/XMLSchema#date>"
    yield f"<{iri}> <{_RDF}type> <{KG}Observation> {graph}"
    links = {
        "indicator": f"<{about}>", "about": f"<{about}>", "unit": f"<{KG}CNY>", "bound": f"<{KG}exactly>",
        "measureKind": f"<{KG}flow>", "period": f"<{period}>", "sourceText": f'"{number}亿元"',
        "status": f"<{KG}{'planned' if number % 9 == 0 else 'achieved'}>",
        "value": f'"{number}00000000"^^<http://www.w3.org/2001/XMLSchema#decimal>',
    }  # fmt: skip
    for name, value in links.items():
        yield f"<{iri}> <{KG}{name}> {value} {graph}"
    yield f'<{period}> <{_RDFS}label> "{year}年"@zh {graph}'
    for end, at in (("hasBeginning", f"{year}-01-01"), ("hasEnd", f"{year}-12-31")):
        yield f"<{period}> <http://www.w3.org/2006/time#{end}> <{ID}instant/{at}> {graph}"
        yield f'<{ID}instant/{at}> <http://www.w3.org/2006/time#inXSDDate> "{at}"{day} {graph}'
    yield from _write_evidence(document, iri, f"{number}亿元")


def measure(graph: Path, pages: tuple[str, ...]) -> None:
    """Print the first time and the median of five of each page, with its size."""
    workers = Workers(graph, Limits(seconds=60, memory=0, workers=1))
    app = make_app(workers, read_queries(find_folder("queries")), graph.parent)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.05)
        address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        print(f"loading {_get(address + '/classes.css')[0]:.1f} s")
        for page in pages:
            first, size = _get(address + page)
            again = statistics.median(_get(address + page)[0] for _ in range(5))
            times = f"{first * 1000:8.0f} ms first {again * 1000:8.0f} ms then"
            print(f"{times} {size / 1024:8.0f} KiB  {urllib.parse.unquote(page)}")
    finally:
        server.should_exit = True
        thread.join()
        workers.close()


def _get(address: str) -> tuple[float, int]:
    begun = time.perf_counter()
    with urllib.request.urlopen(address, timeout=150) as reply:
        size = len(reply.read())
    return time.perf_counter() - begun, size


def main() -> None:
    """Measure the embedded graph's pages (`--graph`), or those of a made-up graph of some size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graph", type=Path, help="a graph that kg build wrote, instead of a made-up one")
    parser.add_argument("--entities", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    if given.graph:
        document, hub = f"{ID}document/湖北省创新型产业集群建设与科技创新支撑情况简报（2025年）", f"{ID}region/湖北省"
    else:
        document, hub = f"{ID}document/样例1", f"{ID}x/样例Agency0"
    document, hub = (urllib.parse.quote(iri, safe="") for iri in (document, hub))
    pages = (
        "/", "/documents", "/entities", "/entities?class=Fund&page=40", f"/entity?iri={hub}",
        f"/document?iri={document}", "/compare", "/compare?since=2020-06-30",
        "/commitments", "/commitments?state=open&page=9", "/disagreements",
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        measure(given.graph or write_graph(Path(folder), given.entities, given.seed), pages)


if __name__ == "__main__":
    main()
