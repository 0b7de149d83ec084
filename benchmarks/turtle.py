"""Triples written as Turtle per second, beside two peers in the same run: rdflib's longturtle and pyoxigraph's writer.

Run: python benchmarks/turtle.py [triples, 200000 unless told]. All three write the same made-up graph from memory; what
each needs to hold it (lines, an rdflib Graph, pyoxigraph triples) is made before the clock starts. All outputs are
read back and must hold the same triples.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator

from pyoxigraph import RdfFormat, Triple, parse, serialize
from rdflib import Graph

from kg.export.turtle import PREFIXES, to_turtle

_BASE = "https://w3id.org/policykg/id/"
_ENTITIES = 5_000


def iterate_lines() -> Iterator[str]:
    """Statements with evidence between made-up entities, as docs/data-model.md has them, without end; fixed seed."""
    chance = random.Random(20250730)
    kg, rdf, prov, oa = (PREFIXES[name] for name in ("kg", "rdf", "prov", "oa"))
    number = 0
    while True:
        number += 1
        ends = [f"<{_BASE}fund/楚天基金{chance.randrange(_ENTITIES)}>" for _ in range(2)]
        statement = f"<{_BASE}statement/{number:024x}>"
        evidence = f"{_BASE}evidence/简报{number % 50}/{number}-{number + 9}"
        yield f"{statement} <{rdf}type> <{kg}Statement> .\n"
        yield f"{statement} <{rdf}type> <{rdf}Statement> .\n"
        yield f"{statement} <{rdf}subject> {ends[0]} .\n"
        yield f"{statement} <{rdf}predicate> <{kg}supports> .\n"
        yield f"{statement} <{rdf}object> {ends[1]} .\n"
        yield f"{statement} <{prov}wasDerivedFrom> <{evidence}> .\n"
        yield f"<{evidence}> <{rdf}type> <{kg}Evidence> .\n"
        yield f'<{evidence}> <{kg}paragraph> "{number % 30}"^^<{PREFIXES["xsd"]}integer> .\n'
        yield f"<{evidence}> <{oa}hasSelector> <{evidence}/quote> .\n"
        yield f'<{evidence}/quote> <{oa}exact> "第{number}号基金支持“尖刀”工程\\n与产业" .\n'


def measure(write: Callable[[], str]) -> tuple[float, str]:
    """The shorter of two runs, in seconds, and what was written."""
    runs = []
    for _ in range(2):
        begin = time.perf_counter()
        text = write()
        runs.append(time.perf_counter() - begin)
    return min(runs), text


def main() -> None:
    """Print one line a writer: triples a second and the ratio to ours."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    lines = [line for line, _ in zip(iterate_lines(), range(count), strict=False)]
    random.Random(7).shuffle(lines)
    document = "".join(lines)
    triples = [
        Triple(quad.subject, quad.predicate, quad.object) for quad in parse(document, format=RdfFormat.N_TRIPLES)
    ]
    graph = Graph().parse(data=document, format="nt")
    for name, namespace in PREFIXES.items():
        graph.bind(name, namespace)
    writers: dict[str, Callable[[], str]] = {
        "ours": lambda: "".join(to_turtle(lines)),
        "pyoxigraph (order as given)": lambda: serialize(triples, format=RdfFormat.TURTLE, prefixes=PREFIXES).decode(),
        "rdflib longturtle": lambda: graph.serialize(format="longturtle"),
    }
    ours = 0.0
    for name, write in writers.items():
        seconds, text = measure(write)
        read = {Triple(quad.subject, quad.predicate, quad.object) for quad in parse(text, format=RdfFormat.TURTLE)}
        if read != set(triples):
            sys.exit(f"{name}: lost or changed triples")
        ours = ours or seconds
        speed, ratio = len(triples) / seconds, seconds / ours
        print(f"{name}: {speed:,.0f} triples/s, {seconds:.2f} s; ours is {ratio:.1f} × as fast")


if __name__ == "__main__":
    main()
