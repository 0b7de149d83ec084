"""The push itself: graph by graph, chunk by chunk; how far it came is kept beside the data until all is there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Store

from kg.errors import InputError, StoreError
from kg.export.push.protocols import PROTOCOLS, Writer, count_by_query, count_by_reading, find_query_address
from kg.export.push.requests import Server, check_address
from kg.store import write_atomically

DEFAULT_GRAPH = "urn:policykg:default"


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did: the graphs and triples there now, the chunks sent, and those sent the time before."""

    graphs: int
    triples: int
    sent: int
    resumed: int


@dataclass(frozen=True, slots=True)
class _Progress:
    """How many chunks of which content have gone where."""

    endpoint: str
    digest: str
    done: int


def push_dataset(
    store: Store,
    endpoint: str,
    protocol: str,
    server: Server,
    progress_path: Path,
    *,
    into: str | None = None,
    query_endpoint: str | None = None,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Pushed:
    """Make the graphs of a server equal to those of a dataset; other graphs of the server stay as they are.

    `into` puts the union of all graphs into one graph of that name. Chunks are sent one after another, each again until
    it is answered; a push that broke off goes on at the same chunk the next time, by `progress_path`. `tell` hears how
    many chunks are done of how many.

    Raises InputError for an unusable address or for blank nodes, which would double when a chunk is sent twice;
    StoreError where the server fails, refuses, or holds another number of triples afterwards.
    """
    for address in (endpoint, query_endpoint):
        if address is not None:
            check_address(address)
    graphs = _to_graphs(store, into)
    writer = PROTOCOLS[protocol]
    chunks = [(graph, chunk) for graph, triples in graphs.items() for chunk in _cut(triples, writer.largest)]
    progress = _Progress(endpoint, _compute_digest(graphs, protocol), 0)
    resumed = _read_done(progress_path, progress, len(chunks))
    for place in range(resumed, len(chunks)):
        _send_chunk(server, endpoint, writer, chunks, place)
        _write_progress(progress_path, _Progress(endpoint, progress.digest, place + 1))
        tell(place + 1, len(chunks))
    _check_counts(server, endpoint, protocol, graphs, query_endpoint, progress_path)
    progress_path.unlink(missing_ok=True)
    return Pushed(len(graphs), sum(map(len, graphs.values())), len(chunks) - resumed, resumed)


def _to_graphs(store: Store, into: str | None) -> dict[str, list[str]]:
    """The triples of each graph, sorted, so that the chunks are the same each time."""
    if into is not None:
        _check_iri(into)
    graphs: dict[str, set[str]] = {}
    for quad in store:
        if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
            raise InputError(
                f"有空白节点，重发会成倍 a blank node, which would double: {quad.triple}；请改用 IRI use an IRI"
            )
        named = DEFAULT_GRAPH if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name.value
        graphs.setdefault(into or named, set()).add(str(quad.triple))
    return {graph: sorted(graphs[graph]) for graph in sorted(graphs)}


def _check_iri(text: str) -> None:
    try:
        NamedNode(text)
    except ValueError as error:
        raise InputError(f"不是图的名称 no graph's IRI: {text}；应如 such as urn:policykg") from error


def _cut(triples: Sequence[str], largest: int) -> Iterator[list[str]]:
    rest = iter(triples)
    while chunk := list(islice(rest, largest)):
        yield chunk


def _compute_digest(graphs: dict[str, list[str]], protocol: str) -> str:
    digest = hashlib.sha256(protocol.encode("ascii"))
    for graph, triples in graphs.items():
        digest.update(f"{graph}\n".encode())
        for triple in triples:
            digest.update(f"{triple}\n".encode())
    return digest.hexdigest()


def _send_chunk(
    server: Server, endpoint: str, writer: Writer, chunks: Sequence[tuple[str, list[str]]], place: int
) -> None:
    graph, triples = chunks[place]
    try:
        is_first = place == 0 or chunks[place - 1][0] != graph
        (writer.replace if is_first else writer.add)(server, endpoint, graph, triples)
    except StoreError as error:
        raise StoreError(
            f"{error}（已完成 done {place}/{len(chunks)}，同一命令再运行会接着来 the same command goes on from there）"
        ) from error


def _read_done(path: Path, now: _Progress, count: int) -> int:
    """How many chunks of this very push are done; none where the file is of another push, or no longer readable."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        before = _Progress(content["endpoint"], content["digest"], int(content["done"]))
    except (OSError, ValueError, KeyError, TypeError):
        return 0
    same = (before.endpoint, before.digest) == (now.endpoint, now.digest)
    return before.done if same and 0 <= before.done <= count else 0


def _write_progress(path: Path, progress: _Progress) -> None:
    write_atomically(path, [json.dumps(asdict(progress)) + "\n"])


def _check_counts(
    server: Server,
    endpoint: str,
    protocol: str,
    graphs: dict[str, list[str]],
    query_endpoint: str | None,
    progress_path: Path,
) -> None:
    asked = query_endpoint or find_query_address(server, endpoint)
    if asked is None and protocol != "gsp":
        raise StoreError(
            f"都已送出，但无处核对数量 all sent, but nowhere to count: {endpoint}；请加 add --query-endpoint"
        )
    for graph, triples in graphs.items():
        found = count_by_query(server, asked, graph) if asked else count_by_reading(server, endpoint, graph)
        if found != len(triples):
            # Sent anew from the start the next time: what is there is not what was sent.
            progress_path.unlink(missing_ok=True)
            raise StoreError(
                f"数量不符 counts differ: <{graph}> 应有 expected {len(triples)}，实有 found {found}；"
                "请先看 first see kg export --check-for，再运行 then run again"
            )
