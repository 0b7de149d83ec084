"""Triples written as Turtle per second, and the memory it takes, beside peers: `python benchmarks/turtle.py`.

One graph: a generated corpus (benchmarks/corpora.py) built by `kg build`, its lines shuffled unless `--as-built`. Every
tool is a process of its own. Ours goes from file to file, reading and sorting included; of the peers only the writing
counts, what they need to hold the graph is made before the clock starts. The figure in brackets is the whole process,
with Python's start and, for the peers, the loading. Memory is the most that a tool's processes have together, as
proportional set size. What each writes is read back: ours have to be the very triples of the graph, and the same bytes
for another order of the lines; where a peer writes other literals than it was given, that is said.

`--ours` leaves the peers away, for graphs that they cannot hold. `--floor` is for CI: it fails where ours is under so
many times as fast as rdflib's longturtle, and asks for no absolute speed.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from build import Measured, run
from corpora import generate_documents, write_json_lines

from kg.export.turtle import PREFIXES
from kg.export.turtle_file import write_turtle

OURS = "ours"


def write_graph(documents: int, seed: int, folder: Path) -> Path:
    """The N-Quads that the build makes of a generated corpus."""
    corpus = write_json_lines(generate_documents(documents, seed=seed), folder / "corpus.jsonl")
    command = [sys.executable, "-m", "kg", "build", "--corpus", str(corpus), "--format", "nq", "--quiet"]
    subprocess.run([*command, "--out", str(folder / "built")], check=True)
    return folder / "built" / "graph.nq"


def shuffle_lines(source: Path, target: Path) -> Path:
    """A file with the lines of another in another order; fixed seed."""
    lines = source.read_bytes().splitlines(keepends=True)
    random.Random(20250730).shuffle(lines)
    with target.open("wb") as file:
        file.writelines(lines)
    return target


def write_triples(source: Path, target: Path) -> int:
    """The different triples of all graphs as N-Triples, for the peers; how many."""
    seen: set[bytes] = set()
    with source.open("rb") as file:
        for line in file:
            seen.add(line[: line.rindex(b" <")] + b" .\n")
    with target.open("wb") as out:
        out.writelines(seen)
    return len(seen)


def _keep_time(out: Path, write: Callable[[], object]) -> None:
    begin, before = time.perf_counter(), _read_processor()
    write()
    seconds, processor = time.perf_counter() - begin, _read_processor() - before
    out.with_suffix(".seconds").write_text(f"{seconds} {processor}", encoding="utf-8")


def _read_processor() -> float:
    """The processor's seconds of this process and its children so far: what a busy machine changes least."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _write_with_rdflib(form: str) -> Callable[[Path, Path], None]:
    def write(source: Path, out: Path) -> None:
        import rdflib
        from rdflib import Graph

        rdflib.NORMALIZE_LITERALS = False
        graph = Graph().parse(source, format="nt")
        for name, namespace in PREFIXES.items():
            graph.bind(name, namespace)
        _keep_time(out, lambda: graph.serialize(out, format=form, encoding="utf-8"))

    return write


def _write_with_pyoxigraph(source: Path, out: Path) -> None:
    from pyoxigraph import DefaultGraph, RdfFormat, Store

    store = Store()
    store.bulk_load(path=str(source), format=RdfFormat.N_TRIPLES)
    _keep_time(
        out, lambda: store.dump(out, format=RdfFormat.TURTLE, from_graph=DefaultGraph(), prefixes=dict(PREFIXES))
    )


def _write_with_maplib(source: Path, out: Path) -> None:
    from maplib import Model

    model = Model()
    model.read(str(source), format="ntriples")
    _keep_time(out, lambda: model.write(str(out), format="turtle", prefixes=dict(PREFIXES)))


PEERS: dict[str, Callable[[Path, Path], None]] = {
    "pyoxigraph": _write_with_pyoxigraph,
    "maplib": _write_with_maplib,
    "rdflib turtle": _write_with_rdflib("turtle"),
    "rdflib longturtle": _write_with_rdflib("longturtle"),
}


def read_triples(path: Path) -> int:
    """A number that stands for the triples of a Turtle or N-Triples file, whatever their order."""
    from pyoxigraph import RdfFormat, parse

    total = 0
    with path.open("rb") as file:
        for one in parse(file, format=RdfFormat.TURTLE if path.suffix == ".ttl" else RdfFormat.N_TRIPLES):
            text = f"{one.subject} {one.predicate} {one.object}".encode()
            total ^= int.from_bytes(hashlib.blake2b(text, digest_size=16).digest(), "big")
    return total


def main() -> None:
    """Measure."""
    if sys.argv[1:2] == ["--write"]:
        name, source, out, jobs = sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]), int(sys.argv[5])
        if name == OURS:
            _keep_time(out, lambda: write_turtle(source, out, jobs=jobs))
        else:
            PEERS[name](source, out)
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=60, help="about 4,800 quads each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--graph", type=Path, help="N-Quads that are there, all in named graphs, instead")
    parser.add_argument("--as-built", action="store_true", help="do not shuffle the lines")
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=list(PEERS))
    parser.add_argument("--ours", action="store_true", help="no peers, nothing is read back")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--scratch", type=Path, help="where files go while it runs")
    parser.add_argument("--floor", type=float, help="how many times as fast as rdflib's longturtle ours has to be")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.scratch, prefix="policykg-bench-") as name:
        compare(options, Path(name))


def compare(options: argparse.Namespace, scratch: Path) -> None:
    """Ours, then the peers, each once on one graph; then, of ours, the bytes for another order of the lines."""
    built = options.graph or write_graph(options.documents, options.seed, scratch)
    graph = built if options.as_built else shuffle_lines(built, scratch / "shuffled.nq")
    if options.ours:
        print(f"{'':18} {'lines':>11} {'s':>8} {'million/s':>10} {'CPU s':>8} {'MB':>7}")
        one, seconds, processor = measure(OURS, graph, graph, scratch / "ours.ttl", options.jobs)
        speed = one.triples / seconds / 1e6
        print(f"{OURS:18} {one.triples:11,} {seconds:8.2f} {speed:10.3f} {processor:8.2f} {one.megabytes:7.0f}")
        return
    triples = scratch / "triples.nt"
    count = write_triples(graph, triples)
    print(f"{count:,} triples, {options.jobs} processes for ours, load {os.getloadavg()[0]:.1f}")
    print(f"{'':18} {'s':>8} {'(process)':>12} {'million/s':>10} {'CPU s':>8} {'MB':>7} {'ours / it':>10} {'CPU':>7}")
    expected = read_triples(triples)
    ours, ours_processor, faults = 0.0, 0.0, []
    for name in (OURS, *options.peers):
        if name == "maplib" and importlib.util.find_spec("maplib") is None:
            print("maplib 没有装 is not installed: pip install .[bench]")
            continue
        out = scratch / f"{name.replace(' ', '-')}.ttl"
        one, seconds, processor = measure(name, graph if name == OURS else triples, triples, out, options.jobs)
        ours, ours_processor = ours or seconds, ours_processor or processor
        ratio = seconds / ours
        note = "" if read_triples(out) == expected else "  other literals than given"
        print(
            f"{name:18} {seconds:8.2f} {one.seconds:12.2f} {count / seconds / 1e6:10.3f} {processor:8.2f} "
            f"{one.megabytes:7.0f} {ratio:10.2f} {processor / ours_processor:7.2f}{note}",
            flush=True,
        )
        if name == OURS and note:
            faults.append(f"{name}: not the triples of the graph")
        if options.floor and name == "rdflib longturtle" and ratio < options.floor:
            faults.append(f"{name}: ours is {ratio:.1f} times as fast, not {options.floor}")
    again = scratch / "again.ttl"
    write_turtle(built if graph != built else shuffle_lines(built, scratch / "shuffled.nq"), again, jobs=1)
    if again.read_bytes() != (scratch / "ours.ttl").read_bytes():
        faults.append("ours: other bytes for another order")
    if faults:
        sys.exit("\n".join(faults))


def measure(name: str, source: Path, count: Path, out: Path, jobs: int) -> tuple[Measured, float, float]:
    """A tool's run, the seconds of its writing alone, and its processor's seconds."""
    one = run(name, [sys.executable, __file__, "--write", name, str(source), str(out), str(jobs)], count)
    seconds, processor = out.with_suffix(".seconds").read_text(encoding="utf-8").split()
    return one, float(seconds), float(processor)


if __name__ == "__main__":
    main()
