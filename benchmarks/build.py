"""The speed and the memory of `kg build`, beside other engines that make triples: `python benchmarks/build.py`.

One generated corpus (benchmarks/corpora.py), one run, one machine; every tool is a process of its own, timed from its
start to its end. We do the whole job from annotated documents: parse, check, resolve, statements, figures, evidence,
N-Quads, report. The peers get the easy part of it: rows that are resolved already (from our own output), to be mapped
to the triples of evidence and statements; whether what they write is just those triples is checked. What is compared
is triples a second, ours of everything, theirs of that part.

`pip install .[bench]`. Morph-KGC asks for a pyoxigraph that we cannot use: give it an environment of its own and say
which with `--morph-kgc PYTHON` (`pip install morph-kgc==2.10.0`). Files go to `--scratch`; a folder in memory
(/dev/shm) keeps the disk out of it. `--growth` builds 1, 10 and 100 times the documents instead. `--floor` is for CI:
it runs a small size, fails where the ratio to a peer is under half of the recorded one, and asks for no absolute speed.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
from corpora import generate_documents, write_brat, write_json_lines

RDF, OA = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/ns/oa#"
XSD, KG, PROV = "http://www.w3.org/2001/XMLSchema#", "https://w3id.org/policykg/ontology#", "http://www.w3.org/ns/prov#"
EVIDENCE = ("evidence", "position", "quote", "document", "start", "end", "exact", "prefix", "suffix", "paragraph")
# Morph-KGC has columns of its own that are called subject, predicate and object.
STATEMENT = ("statement", "begins", "says", "ends", "status", "source")
# What is said of a row: subject column, predicate, then a fixed IRI, or a column and whether it holds an IRI, a string
# or an integer. The same for every peer.
Term = tuple[str, str, str]
EVIDENCE_TRIPLES: tuple[tuple[str, str, Term], ...] = (
    ("evidence", RDF + "type", ("fixed", KG + "Evidence", "")),
    ("evidence", RDF + "type", ("fixed", OA + "SpecificResource", "")),
    ("evidence", OA + "hasSource", ("iri", "document", "")),
    ("evidence", OA + "hasSelector", ("iri", "position", "")),
    ("evidence", OA + "hasSelector", ("iri", "quote", "")),
    ("evidence", KG + "paragraph", ("literal", "paragraph", XSD + "integer")),
    ("position", RDF + "type", ("fixed", OA + "TextPositionSelector", "")),
    ("position", OA + "start", ("literal", "start", XSD + "integer")),
    ("position", OA + "end", ("literal", "end", XSD + "integer")),
    ("quote", RDF + "type", ("fixed", OA + "TextQuoteSelector", "")),
    ("quote", OA + "exact", ("literal", "exact", "")),
    ("quote", OA + "prefix", ("literal", "prefix", "")),
    ("quote", OA + "suffix", ("literal", "suffix", "")),
)
STATEMENT_TRIPLES: tuple[tuple[str, str, Term], ...] = (
    ("statement", RDF + "type", ("fixed", KG + "Statement", "")),
    ("statement", RDF + "type", ("fixed", RDF + "Statement", "")),
    ("statement", RDF + "subject", ("iri", "begins", "")),
    ("statement", RDF + "predicate", ("iri", "says", "")),
    ("statement", RDF + "object", ("iri", "ends", "")),
    ("statement", KG + "status", ("iri", "status", "")),
    ("statement", PROV + "wasDerivedFrom", ("iri", "source", "")),
)
TABLES = (("evidence", EVIDENCE, EVIDENCE_TRIPLES), ("statement", STATEMENT, STATEMENT_TRIPLES))
# Our triples a second in those of the peer, as measured on 200 documents when docs/performance.md was written.
FLOOR_DOCUMENTS = 200
RECORDED = {"pyoxigraph stream": 0.78, "rdflib": 10.0}


@dataclass(frozen=True, slots=True)
class Measured:
    """One tool's run: its triples, seconds from start to end, and the most memory its processes had together."""

    name: str
    triples: int
    seconds: float
    megabytes: float

    @property
    def speed(self) -> float:
        """Million triples a second."""
        return self.triples / self.seconds / 1e6


def run(name: str, command: list[str], count: Path) -> Measured:
    """Run a command to its end; its triples are the lines of the file that it writes."""
    begin = time.perf_counter()
    process = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    most = 0
    while process.poll() is None:
        most = max(most, _measure_memory(process))
        time.sleep(0.05)
    seconds = time.perf_counter() - begin
    if process.returncode:
        sys.exit(f"{name}: {process.stderr.read().decode()[-2000:]}")
    return Measured(name, _count_lines(count), seconds, most / 1e6)


def _measure_memory(process: psutil.Process) -> int:
    """Proportional set size of a process and its children: what forked processes share counts once."""
    total = 0
    for one in (process, *_find_children(process)):
        try:
            total += one.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
    return total


def _find_children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 22), b""))


def run_ours(corpus: Path, out: Path, jobs: int) -> Measured:
    """The whole build. Its file holds quads; triples that two documents say count twice, as they are written twice."""
    command = [sys.executable, "-m", "kg", "build", "--corpus", str(corpus), "--out", str(out), "--format", "nq"]
    return run("kg build", [*command, "--jobs", str(jobs), "--quiet"], out / "graph.nq")


def write_rows(graph: Path, folder: Path) -> tuple[int, int]:
    """The resolved rows that a graph's evidence and statements come from, as CSV; how many rows and triples."""
    from pyoxigraph import RdfFormat, parse

    nodes: dict[str, dict[str, list[str]]] = {}
    with graph.open("rb") as file:
        for quad in parse(file, format=RdfFormat.N_QUADS):
            if "/evidence/" in quad.subject.value or "/statement/" in quad.subject.value:
                nodes.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, []).append(quad.object.value)
    rows = triples = 0
    with (folder / "evidence.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(EVIDENCE)
        for iri, said in nodes.items():
            if OA + "hasSource" not in said:
                continue
            place, quote = nodes[f"{iri}/position"], nodes[f"{iri}/quote"]
            words = (quote[OA + name][0] for name in ("exact", "prefix", "suffix"))
            source, start, end = said[OA + "hasSource"][0], place[OA + "start"][0], place[OA + "end"][0]
            out.writerow(
                [iri, f"{iri}/position", f"{iri}/quote", source, start, end, *words, said[KG + "paragraph"][0]]
            )
            rows, triples = rows + 1, triples + len(EVIDENCE_TRIPLES)
    with (folder / "statement.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(STATEMENT)
        for iri, said in nodes.items():
            if RDF + "subject" not in said:
                continue
            ends = [said[RDF + name][0] for name in ("subject", "predicate", "object")]
            for source in said[PROV + "wasDerivedFrom"]:
                out.writerow([iri, *ends, said[KG + "status"][0], source])
            rows, triples = rows + 1, triples + len(STATEMENT_TRIPLES) - 1 + len(said[PROV + "wasDerivedFrom"])
    return rows, triples


def _iterate_rows(folder: Path) -> Iterator[tuple[dict[str, str], tuple[tuple[str, str, Term], ...]]]:
    for name, _, triples in TABLES:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield row, triples


def map_with_rdflib(folder: Path, out: Path) -> None:
    """rdflib: a graph in memory, then N-Triples."""
    from rdflib import Graph, Literal, URIRef

    graph = Graph()
    for row, triples in _iterate_rows(folder):
        for subject, predicate, (kind, value, datatype) in triples:
            term = (
                Literal(row[value], datatype=URIRef(datatype) if datatype else None)
                if kind == "literal"
                else URIRef(value if kind == "fixed" else row[value])
            )
            graph.add((URIRef(row[subject]), URIRef(predicate), term))
    graph.serialize(str(out), format="nt", encoding="utf-8")


def _iterate_oxigraph_triples(folder: Path) -> Iterator[object]:
    from pyoxigraph import Literal, NamedNode, Triple

    fixed = {value: NamedNode(value) for _, _, triples in TABLES for _, p, (_, v, d) in triples for value in (p, v, d)
             if value.startswith("http")}  # fmt: skip
    for row, triples in _iterate_rows(folder):
        for subject, predicate, (kind, value, datatype) in triples:
            if kind == "literal":
                term = Literal(row[value], datatype=fixed[datatype]) if datatype else Literal(row[value])
            else:
                term = fixed[value] if kind == "fixed" else NamedNode(row[value])
            yield Triple(NamedNode(row[subject]), fixed[predicate], term)


def map_with_pyoxigraph_store(folder: Path, out: Path) -> None:
    """pyoxigraph: a store in memory, then N-Triples."""
    from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store

    store = Store()
    store.bulk_extend(Quad(*triple) for triple in _iterate_oxigraph_triples(folder))
    store.dump(str(out), format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph())


def map_with_pyoxigraph_stream(folder: Path, out: Path) -> None:
    """pyoxigraph: its writer alone, nothing held."""
    from pyoxigraph import RdfFormat, serialize

    serialize(_iterate_oxigraph_triples(folder), str(out), format=RdfFormat.N_TRIPLES)


def map_with_maplib(folder: Path, out: Path) -> None:
    """maplib: OTTR templates over data frames."""
    import polars
    from maplib import Model

    model = Model()
    for name, columns, triples in TABLES:
        iris = {subject for subject, _, _ in triples} | {value for _, _, (kind, value, _) in triples if kind == "iri"}
        numbers = {value for _, _, (kind, value, datatype) in triples if datatype}
        types = {
            one: "ottr:IRI" if one in iris else "xsd:integer" if one in numbers else "xsd:string" for one in columns
        }
        patterns = (
            f"ottr:Triple(?{subject}, <{predicate}>, {f'<{value}>' if kind == 'fixed' else f'?{value}'})"
            for subject, predicate, (kind, value, _) in triples
        )
        model.add_template(
            f"@prefix xsd: <{XSD}> .\n@prefix ottr: <http://ns.ottr.xyz/0.4/> .\n"
            f"<urn:{name}> [{', '.join(f'{types[one]} ?{one}' for one in columns)}] :: {{\n{', '.join(patterns)}\n}} ."
        )
        frame = polars.read_csv(
            folder / f"{name}.csv", schema={one: polars.Int64 if one in numbers else polars.String for one in columns}
        ).fill_null("")
        model.map(f"urn:{name}", frame)
    model.write(str(out), format="ntriples")


def write_morph_kgc(folder: Path, out: Path, jobs: int) -> Path:
    """The mapping in RML and the configuration of Morph-KGC; returns the latter."""
    lines = [f"@prefix rr: <http://www.w3.org/ns/r2rml#> .\n@prefix rml: <http://semweb.mmlab.be/ns/rml#> .\n"
             f"@prefix ql: <http://semweb.mmlab.be/ns/ql#> .\n@prefix xsd: <{XSD}> .\n"]  # fmt: skip
    for name, _, triples in TABLES:
        for column in dict.fromkeys(subject for subject, _, _ in triples):
            lines.append(
                f'<urn:map:{column}> rml:logicalSource [ rml:source "{folder / name}.csv" ; '
                f'rml:referenceFormulation ql:CSV ] ; rr:subjectMap [ rml:reference "{column}" ; rr:termType rr:IRI ]'
            )
            for subject, predicate, (kind, value, datatype) in triples:
                if subject != column:
                    continue
                term = f"rr:constant <{value}>" if kind == "fixed" else f'rml:reference "{value}"'
                term += " ; rr:termType rr:IRI" if kind == "iri" else f" ; rr:datatype <{datatype}>" if datatype else ""
                lines.append(f"; rr:predicateObjectMap [ rr:predicate <{predicate}> ; rr:objectMap [ {term} ] ]")
            lines.append(".\n")
    (folder / "mapping.ttl").write_text("\n".join(lines), encoding="utf-8")
    configuration = folder / "morph.ini"
    configuration.write_text(
        f"[CONFIGURATION]\noutput_file: {out}\noutput_format: N-TRIPLES\nnumber_of_processes: {jobs}\n"
        f"na_values: no-such-value\nlogging_level: ERROR\n[DataSource1]\nmappings: {folder / 'mapping.ttl'}\n",
        encoding="utf-8",
    )
    return configuration


PEERS = {
    "rdflib": map_with_rdflib,
    "pyoxigraph store": map_with_pyoxigraph_store,
    "pyoxigraph stream": map_with_pyoxigraph_stream,
    "maplib": map_with_maplib,
}


def to_peers(
    names: list[str], rows: Path, jobs: int, morph: str | None
) -> Iterator[Callable[[], tuple[Measured, Path]]]:
    """Each peer on the same rows: what runs it, and gives what it wrote."""
    for name in names:
        if name == "maplib" and importlib.util.find_spec("maplib") is None:
            print("maplib 没有装 is not installed: pip install .[bench]")
            continue
        out = rows / f"{name.replace(' ', '-')}.nt"
        command = [sys.executable, __file__, "--peer", name, str(rows), str(out)]
        yield lambda name=name, command=command, out=out: (run(name, command, out), out)
    if morph:
        out = rows / "morph-kgc.nt"
        command = [morph, "-m", "morph_kgc", str(write_morph_kgc(rows, out, jobs))]
        yield lambda: (run("Morph-KGC", command, out), out)


def read_triples(path: Path) -> set[int]:
    """A number for each different triple of a file, terms compared by value."""
    from pyoxigraph import RdfFormat, parse

    with path.open("rb") as file:
        return {
            hash((str(t.subject), str(t.predicate), str(t.object))) for t in parse(file, format=RdfFormat.N_TRIPLES)
        }


def compare(options: argparse.Namespace, scratch: Path) -> None:
    """Each peer once on one corpus, ours right before each, so that both find the machine alike."""
    documents = generate_documents(options.documents, seed=options.seed)
    corpus = write_json_lines(documents, scratch / "corpus.jsonl")
    ours = run_ours(corpus, scratch / "out", options.jobs)
    rows, wanted = write_rows(scratch / "out" / "graph.nq", scratch)
    print(f"{options.documents} documents, {rows} rows for the peers, {wanted} triples of theirs")
    print(f"{'':20} {'triples':>11} {'s':>8} {'million/s':>10} {'MB':>7} {'kg build':>9} {'ours / it':>10}")
    print(to_row(ours), flush=True)
    first, faults = None, []
    for run_peer in to_peers(options.peers, scratch, options.jobs, options.morph_kgc):
        ours = run_ours(corpus, scratch / "out", options.jobs)
        one, path = run_peer()
        ratio = ours.speed / one.speed
        print(f"{to_row(one)} {ours.speed:9.3f} {ratio:10.2f}", flush=True)
        found = read_triples(path)
        first = first if first is not None else found
        if len(found) != wanted or found != first:
            faults.append(f"{one.name}: {len(found)} triples, {len(found ^ first)} not those of the first peer")
        path.unlink()
        if options.floor and ratio < RECORDED.get(one.name, 0) / 2:
            faults.append(f"{one.name}: ratio {ratio:.2f} is under half of {RECORDED[one.name]}")
    if faults:
        sys.exit("\n".join(faults))


def to_row(one: Measured) -> str:
    """A tool's figures in columns."""
    return f"{one.name:20} {one.triples:11,} {one.seconds:8.2f} {one.speed:10.3f} {one.megabytes:7.0f}"


def grow(options: argparse.Namespace, scratch: Path) -> None:
    """1, 10 and 100 times the documents."""
    base: Measured | None = None
    for times in options.growth:
        documents = generate_documents(options.documents * times, seed=options.seed)
        corpus = (write_brat if options.folder else write_json_lines)(documents, scratch / f"corpus{times}.jsonl")
        one = run_ours(corpus, scratch / f"out{times}", options.jobs)
        base = base or one
        print(
            f"{times:4} × {options.documents} documents: {one.triples:12,} quads {one.seconds:8.2f} s "
            f"({one.seconds / base.seconds:6.2f} ×) {one.speed:6.3f} million/s {one.megabytes:6.0f} MB",
            flush=True,
        )
        subprocess.run(["rm", "-rf", str(scratch / f"out{times}"), str(corpus)], check=True)


def main() -> None:
    """Measure."""
    if sys.argv[1:2] == ["--peer"]:
        PEERS[sys.argv[2]](Path(sys.argv[3]), Path(sys.argv[4]))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=list(PEERS))
    parser.add_argument("--morph-kgc", metavar="PYTHON", help="the Python of an environment that has Morph-KGC")
    parser.add_argument("--scratch", type=Path, help="where files go while it runs")
    parser.add_argument("--growth", type=int, nargs="+", metavar="TIMES", help="only ours, such as 1 10 100")
    parser.add_argument("--folder", action="store_true", help="grow a folder of brat files, not JSON Lines")
    parser.add_argument("--floor", action="store_true", help="fail where a ratio is under half of the recorded one")
    options = parser.parse_args()
    if options.floor:
        options.documents, options.peers = FLOOR_DOCUMENTS, list(RECORDED)
    with tempfile.TemporaryDirectory(dir=options.scratch, prefix="policykg-bench-") as name:
        (grow if options.growth else compare)(options, Path(name))


if __name__ == "__main__":
    main()
