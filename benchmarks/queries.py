"""Every question of the pack on a graph, beside its peers: `python benchmarks/queries.py out/graph.nq`.

Engines, each in a process of its own that is killed where a query takes longer than `--seconds`: our store on disk
with the answers that are kept beside it (`store`) and without them (`live`), Oxigraph in memory, maplib and rdflib
where they are installed (`--engines`). The values of the parameters are taken from the graph: of each class the thing
with most statements and one with a single one. All engines hold the same triples, the union of all graphs. Printed for
each question: rows, the median time of each engine in milliseconds, and ours over the better peer's; what an engine
answers in another number of rows is marked. A time is the smaller of the clock's and the process's own, so that what
else the machine does counts for none of them; the limit is by the clock.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from pyoxigraph import Store

from kg.identifiers import ONTOLOGY as KG
from kg.locations import find_folder
from kg.queries import Query, bind_parameters, read_queries, run_select, to_union
from kg.queries.kept_answers import Asking
from kg.store import open_dataset, read_dataset

Asker = Callable[[str], int]
_ENGINES = ("store", "live", "memory", "maplib", "rdflib")
_LOADING = 3600.0
_PREFIXES = f"""PREFIX kg: <{KG}> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX dcterms: <http://purl.org/dc/terms/> """
_ENDS = ("rdf:subject", "rdf:object", "kg:about", "kg:indicator")


@dataclass(frozen=True, slots=True)
class Timing:
    """What one engine made of one query: rows and seconds, or why there is none."""

    rows: int = 0
    seconds: float = 0.0
    fault: str = ""


# --- the engines, each in its own process -----------------------------------------------------------------------------


def _open_store(graph: Path) -> Asker:
    asking = Asking(graph)
    return lambda text: len(asking(text).rows)


def _open_live(graph: Path) -> Asker:
    dataset = to_union(open_dataset(graph))
    return lambda text: len(run_select(text, dataset).rows)


def _open_memory(graph: Path) -> Asker:
    dataset = Store()
    dataset.bulk_extend(to_union(read_dataset(graph)).quads_for_pattern(None, None, None, None))
    return lambda text: len(run_select(text, dataset).rows)


def _open_maplib(graph: Path) -> Asker:
    from maplib import Model

    model = Model()
    with tempfile.NamedTemporaryFile(suffix=".nt", mode="w", encoding="utf-8") as file:
        file.writelines(_iterate_union(graph))
        file.flush()
        model.read(file.name)
    return lambda text: int(model.query(text).height)


def _open_rdflib(graph: Path) -> Asker:
    import rdflib

    dataset = rdflib.Graph()
    with tempfile.NamedTemporaryFile(suffix=".nt", mode="w", encoding="utf-8") as file:
        file.writelines(_iterate_union(graph))
        file.flush()
        dataset.parse(file.name, format="nt")
    return lambda text: len(dataset.query(text))


def _iterate_union(graph: Path) -> Iterator[str]:
    for quad in to_union(read_dataset(graph)).quads_for_pattern(None, None, None, None):
        if not getattr(quad.graph_name, "value", ""):
            yield f"{quad.subject} {quad.predicate} {quad.object} .\n"


_OPENERS: Mapping[str, Callable[[Path], Asker]] = {
    "store": _open_store, "live": _open_live, "memory": _open_memory, "maplib": _open_maplib, "rdflib": _open_rdflib,
}  # fmt: skip


def _serve(pipe: Connection, engine: str, graph: Path, repeat: int) -> None:
    began = time.perf_counter()
    ask = _OPENERS[engine](graph)
    pipe.send(time.perf_counter() - began)
    while True:
        try:
            text = pipe.recv()
        except EOFError:
            return
        taken: list[float] = []
        rows = 0
        try:
            while len(taken) < repeat and sum(taken) < 10:
                began, used = time.perf_counter(), time.process_time()
                rows = ask(text)
                taken.append(min(time.perf_counter() - began, time.process_time() - used))
        except Exception as error:  # noqa: BLE001 - a peer may fail in any way; that is its result
            pipe.send(Timing(fault=type(error).__name__))
            continue
        pipe.send(Timing(rows, statistics.median(taken)))


class Engine:
    """One engine's process; begun again after a query that had to be killed."""

    def __init__(self, name: str, graph: Path, repeat: int) -> None:
        self.name, self._graph, self._repeat = name, graph, repeat
        self.opening = 0.0
        self._begin()

    def _begin(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        arguments = (theirs, self.name, self._graph, self._repeat)
        self._process = context.Process(target=_serve, args=arguments, daemon=True)
        self._process.start()
        theirs.close()
        if self._pipe.poll(_LOADING):
            self.opening = self._pipe.recv()

    def ask(self, text: str, seconds: float) -> Timing:
        """A query's timing; killed where the first answer is not there in time."""
        self._pipe.send(text)
        try:
            # As many answers as fit into ten seconds follow the first.
            if self._pipe.poll(seconds + 10):
                found: Timing = self._pipe.recv()
                return found if found.seconds <= seconds else Timing(fault=f">{seconds:g} s")
        except EOFError:
            self.close()
            self._begin()
            return Timing(fault="died")
        self.close()
        self._begin()
        return Timing(fault=f">{seconds:g} s")

    def close(self) -> None:
        """Stop the process."""
        self._process.kill()
        self._process.join()
        self._pipe.close()


# --- the values -------------------------------------------------------------------------------------------------------


def read_values(graph: Path, queries: Sequence[Query]) -> dict[str, list[dict[str, str]]]:
    """For each question the values to ask it with: those of frequent things, then those of rare ones."""
    dataset = to_union(open_dataset(graph))
    ranked: dict[str, tuple[str, str]] = {}
    values: dict[str, list[dict[str, str]]] = {}
    for query in queries:
        frequent, rare = {}, {}
        for one in query.parameters:
            if one.type == "label":
                if " ".join(one.classes) not in ranked:
                    ranked[" ".join(one.classes)] = _rank(dataset, one.classes)
                frequent[one.name], rare[one.name] = ranked[" ".join(one.classes)]
            elif one.type == "iri":
                frequent[one.name] = rare[one.name] = _find_iri(dataset)
        if {"from", "to"} <= frequent.keys():
            frequent["to"], rare["to"] = _rank(dataset, ("Industry",))[0], frequent["from"]
        if {"earlier", "later"} <= frequent.keys():
            frequent["earlier"], frequent["later"] = _find_documents(dataset)
            rare = {}
        cases = [frequent, rare] if rare and rare != frequent else [frequent]
        values[query.name] = [{name: value for name, value in case.items() if value} for case in cases]
    return values


def _rank(dataset: Store, classes: Sequence[str]) -> tuple[str, str]:
    wanted = " ".join(f"kg:{name}" for name in classes or ("Entity",))
    text = f"""{_PREFIXES} SELECT ?name ?count WHERE {{
      {{ SELECT ?thing (COUNT(*) AS ?count) WHERE {{ ?claim {"|".join(_ENDS)} ?thing }} GROUP BY ?thing }}
      VALUES ?root {{ {wanted} }} ?thing a/rdfs:subClassOf* ?root ; skos:prefLabel ?name . FILTER(LANG(?name) = "zh")
    }} ORDER BY ?count STR(?name)"""
    rows = run_select(text, dataset).rows
    if not rows:
        return "", ""
    return str(getattr(rows[-1][0], "value", "")), str(getattr(rows[0][0], "value", ""))


def _find_iri(dataset: Store) -> str:
    rows = run_select(
        f"{_PREFIXES} SELECT ?who WHERE {{ ?s a kg:Commitment ; rdf:subject ?who }} LIMIT 1", dataset
    ).rows
    return str(getattr(rows[0][0], "value", "")) if rows else ""


def _find_documents(dataset: Store) -> tuple[str, str]:
    text = f"{_PREFIXES} SELECT ?name WHERE {{ ?d dcterms:title ?t ; skos:prefLabel ?name }} LIMIT 2"
    names = [str(getattr(row[0], "value", "")) for row in run_select(text, dataset).rows]
    return (names[0], names[1]) if len(names) == 2 else ("", "")


# --- the table --------------------------------------------------------------------------------------------------------


def _format(timing: Timing, rows: int) -> str:
    if timing.fault:
        return timing.fault
    return f"{timing.seconds * 1000:,.1f}{'' if timing.rows == rows else f' ({timing.rows} rows)'}"


def _compare(timings: Mapping[str, Timing]) -> str:
    ours = timings.get("store", Timing(fault="none"))
    right = [
        one.seconds
        for name, one in timings.items()
        if name not in {"store", "live"} and not one.fault and one.rows == ours.rows
    ]
    return "" if ours.fault or not right else f"{ours.seconds / max(min(right), 1e-6):.2f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graph", type=Path)
    parser.add_argument("--engines", default="store,memory", help=f"of {', '.join(_ENGINES)}")
    parser.add_argument("--seconds", type=float, default=60.0, help="the longest that a query may take")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", default="", help="names of questions, with commas")
    parser.add_argument("--values", type=Path, help="read the parameters' values from this file, or write them there")
    options = parser.parse_args()
    only = set(filter(None, options.only.split(",")))
    queries = [one for one in read_queries(find_folder("queries")) if not only or one.name in only]
    if options.values and options.values.exists():
        values = json.loads(options.values.read_text(encoding="utf-8"))
    else:
        values = read_values(options.graph, queries)
        if options.values:
            options.values.write_text(json.dumps(values, ensure_ascii=False, indent=1), encoding="utf-8")
    engines = [Engine(name, options.graph, options.repeat) for name in options.engines.split(",")]
    for engine in engines:
        print(f"{engine.name}: opened in {engine.opening:.2f} s")
    print(f"| question | values | rows | {' | '.join(f'{one.name} ms' for one in engines)} | ours / better peer |")
    print(f"| --- | --- | ---: |{' ---: |' * (len(engines) + 1)}", flush=True)
    for query in queries:
        for case in values[query.name]:
            text = bind_parameters(query, case)
            timings = {one.name: one.ask(text, options.seconds) for one in engines}
            rows = max((one.rows for one in timings.values() if not one.fault), default=0)
            ours = timings.get("store", Timing()).rows or rows
            cells = [query.name, "、".join(case.values()), f"{ours:,}"]
            cells += [_format(timing, ours) for timing in timings.values()]
            print(f"| {' | '.join([*cells, _compare(timings)])} |", flush=True)
    for engine in engines:
        engine.close()


if __name__ == "__main__":
    main()
