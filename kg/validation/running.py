"""Shapes over a whole dataset of any size: part by part, in as many processes as asked for."""

from __future__ import annotations

import itertools
import multiprocessing
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor

from pyoxigraph import NamedNode, QuerySolutions, Store, Variable
from rdflib import Graph, URIRef
from rdflib.namespace import SH

from kg.errors import OntologyError
from kg.store import iterate_lines
from kg.validation.locality import Reach, derive_reach, select_targeted
from kg.validation.parts import Part, iterate_parts, to_classes
from kg.validation.shacl import find_violations, parse_graph, split_messages
from kg.validation.violation import Finding

PART_SIZE = 20_000
# A process takes longer to start than a part or two to check.
_WORTH_PROCESSES = 4


def find_shape_faults(store: Store, shapes: str, *, jobs: int = 1, part_size: int = PART_SIZE) -> frozenset[Finding]:
    """What the shapes (N-Triples) find in the union of a dataset's graphs, which is not changed.

    The result is that of one run of pySHACL over the whole; parts of `part_size` triples only bound the memory.
    Raises OntologyError on shapes that are none, StoreError on a dataset that SHACL cannot see whole.
    """
    graph = parse_graph(shapes)
    reach = derive_reach(graph)
    found = set(_find_by_queries(store, graph, reach))
    if reach.far:
        whole = parse_graph("".join(iterate_lines(store)))
        found.update(find_violations(whole, select_targeted(graph, reach.far)))
    near = select_targeted(graph, reach.near)
    parts = iterate_parts(store, part_size)
    first = list(itertools.islice(parts, _WORTH_PROCESSES))
    settings = (shapes, to_classes(store))
    if jobs <= 1 or len(first) < _WORTH_PROCESSES:
        for part in itertools.chain(first, parts):
            found.update(_check(part, near, reach.anywhere, settings[1]))
        return frozenset(found)
    # Workers start anew: a store holds threads, which a fork would not copy.
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _set_settings, settings) as pool:
        waiting: deque[Future[set[Finding]]] = deque()
        for part in itertools.chain(first, parts):
            waiting.append(pool.submit(_check_in_worker, part))
            if len(waiting) > 2 * jobs:
                found |= waiting.popleft().result()
        while waiting:
            found |= waiting.popleft().result()
    return frozenset(found)


def _check(part: Part, shapes: Graph, anywhere: frozenset[str], classes: str) -> set[Finding]:
    names: dict[str, object] = {}  # one name, one blank node, in both texts
    data = Graph().parse(data=part.own, format="nt", bnode_context=names)
    own = {subject.n3() for subject in data.subjects(unique=True)}
    data.parse(data=part.context, format="nt", bnode_context=names)
    data.parse(data=classes, format="nt")
    return {finding for finding in find_violations(data, shapes) if finding.focus in own or finding.rule in anywhere}


def _find_by_queries(store: Store, shapes: Graph, reach: Reach) -> Iterator[Finding]:
    """SPARQL-based constraints on one node (https://www.w3.org/TR/shacl/#sparql-constraints), asked of the store."""
    for name in reach.sparql:
        for node in shapes.objects(URIRef(name), SH.targetNode):
            for constraint in shapes.objects(URIRef(name), SH.sparql):
                messages = split_messages(shapes.objects(constraint, SH.message))
                query = str(shapes.value(constraint, SH.select))
                try:
                    rows = store.query(
                        query, use_default_graph_as_union=True, substitutions={Variable("this"): NamedNode(str(node))}
                    )
                except SyntaxError as error:
                    raise OntologyError(
                        f"{name}: SPARQL 有误 bad query: {error}；请改正 mend the shapes file"
                    ) from error
                assert isinstance(rows, QuerySolutions)
                named = [variable.value for variable in rows.variables]
                for row in rows:
                    value = str(row["value"] or "") if "value" in named else ""
                    yield Finding(name, "SPARQL", f"<{node}>", "", value, *messages)


_SETTINGS: list[tuple[Graph, frozenset[str], str]] = []


def _set_settings(shapes: str, classes: str) -> None:
    graph = parse_graph(shapes)
    reach = derive_reach(graph)
    _SETTINGS[:] = [(select_targeted(graph, reach.near), reach.anywhere, classes)]


def _check_in_worker(part: Part) -> set[Finding]:
    return _check(part, *_SETTINGS[0])
