"""N-Quads or N-Triples on disk to Turtle on disk: the bytes that `kg.export.turtle` gives, whatever the file's size.

Lines are divided into parts by subject and sorted part by part (`kg.export.sorting`); a part becomes Turtle on its own,
so memory does not grow with the graph. Both passes are shared among processes.

Only canonical lines can be taken as they are (https://www.w3.org/TR/rdf12-n-triples/#canonical-ntriples). Every term is
checked (`kg.export.turtle_blocks`); where one is written in another way, pyoxigraph writes the file anew first.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TypeVar

from pyoxigraph import RdfFormat, Store, parse, serialize

from kg.errors import StoreError
from kg.export.sorting import Divider, Stretch, iterate_blocks, read_part, sample_bounds, split_file
from kg.export.turtle import PREFIXES, iterate_prefixes, name_namespaces, to_heading
from kg.export.turtle_blocks import Group, LeftOut, SubjectNamespaces, Writer
from kg.store import COMPRESSED, find_suffix, open_compressed, write_chunks_atomically

# A part in memory takes about three times its bytes; all processes together shall not take more than a third of a GB.
_BYTES_OF_ALL_PARTS, _LARGEST_PART = 96 << 20, 24 << 20
# Under so many bytes a process more costs what it saves.
_LEAST_A_JOB = 8 << 20
_COPIED = 1 << 20
_Task = TypeVar("_Task")
_Result = TypeVar("_Result")
_Body = list[tuple[Group, Stretch]]
FORMATS_OF_LINES = {".nq": RdfFormat.N_QUADS, ".nt": RdfFormat.N_TRIPLES}


def write_turtle(
    source: Path, target: Path, *, without: str = "", jobs: int = 1, bytes_a_part: int | None = None
) -> int:
    """Write the triples of an N-Quads (`.nq`) or N-Triples (`.nt`) file, of all its graphs together, as Turtle.

    Both may be compressed (`.gz`, `.zst`). Lines of the graph `without` are left out; returns how many.
    `jobs` processes share the work. The bytes depend neither on the order of the lines nor on `jobs` nor on
    `bytes_a_part`. What does not fit into memory lies beside the target meanwhile: about the source's size and the
    target's. Raises StoreError where the source is not RDF or the target cannot be written.
    """
    try:
        jobs = max(1, min(jobs, source.stat().st_size // _LEAST_A_JOB))
        size = bytes_a_part or min(_LARGEST_PART, _BYTES_OF_ALL_PARTS // jobs)
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as name:
            folder = Path(name)
            lines = _write_plain(source, folder) if source.suffix in COMPRESSED else source
            convert = partial(_to_chunks, folder=folder, without=without, jobs=jobs, bytes_a_part=size)
            try:
                chunks, left_out = convert(lines, checked=True)
            except ValueError:
                chunks, left_out = convert(_write_canonical(lines, folder, source), checked=False)
            write_chunks_atomically(target, chunks)
            return left_out
    except OSError as error:
        if error.filename == str(source):
            raise StoreError(f"读不了 cannot read {source}: {error.strerror}；请检查文件名和权限") from error
        raise StoreError(
            f"写不了 cannot write {target}: {error.strerror}；请检查磁盘空间和权限，或换一个 --out"
        ) from error


def write_store_turtle(store: Store, target: Path, *, jobs: int = 1) -> None:
    """Write the triples of a dataset, of all its graphs together, as Turtle. Raises StoreError as `write_turtle`."""
    with tempfile.TemporaryDirectory(prefix="policykg-") as name:
        lines = Path(name) / "graph.nq"
        store.dump(lines, format=RdfFormat.N_QUADS)
        write_turtle(lines, target, jobs=jobs)


def _to_chunks(
    source: Path, *, folder: Path, without: str, jobs: int, bytes_a_part: int, checked: bool
) -> tuple[Iterator[bytes], int]:
    """The Turtle of a file of lines, and how many are left out. Raises ValueError where one is not canonical."""
    divide = partial(_divide, sample_bounds(source, bytes_a_part), folder, without)
    divided = _run(divide, split_file(source, jobs), jobs)
    parts = [[*chain.from_iterable(stretches)] for stretches in zip(*(one.parts for one in divided), strict=True)]
    namespaces = set().union(*(one.namespaces for one in divided))
    write = partial(_write_part, name_namespaces(namespaces, PREFIXES.values()), folder, checked)
    written = _run(write, parts, jobs)
    for path in {stretch.path for part in parts for stretch in part}:
        path.unlink()
    used = set().union(*(used for _, used in written))
    chunks = _join(name_namespaces(namespaces, used), [body for body, _ in written])
    return chunks, sum(one.left_out for one in divided)


@dataclass(frozen=True, slots=True)
class _Divided:
    """The lines of a stretch in parts; the namespaces of its subjects that may have a prefix; how many are left out."""

    parts: list[list[Stretch]]
    namespaces: set[str]
    left_out: int


def _divide(bounds: Sequence[bytes], folder: Path, without: str, stretch: Stretch) -> _Divided:
    divider, namespaces, left_out = Divider(bounds, folder), SubjectNamespaces(), LeftOut(without)
    for blocks in iterate_blocks(stretch, left_out):
        divider.add(blocks)
        namespaces.add(subject for _, subject in blocks)
    return _Divided(divider.finish(), namespaces.found, left_out.count)


def _write_part(
    names: Mapping[str, str], folder: Path, checked: bool, stretches: Sequence[Stretch]
) -> tuple[_Body, set[str]]:
    """A part as Turtle, in a file of its own by groups, and the known namespaces that it uses."""
    writer = Writer(names, checked=checked)
    descriptor, name = tempfile.mkstemp(dir=folder, prefix="body-")
    body: _Body = []
    with os.fdopen(descriptor, "wb") as file:
        for group, text in writer.write(read_part(stretches)):
            begin = file.tell()
            file.write(text)
            body.append((group, Stretch(Path(name), begin, file.tell())))
    return body, writer.used


def _run(work: Callable[[_Task], _Result], tasks: Sequence[_Task], jobs: int) -> list[_Result]:
    if jobs == 1 or len(tasks) < 2:
        return [work(task) for task in tasks]
    forks = "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if forks else None)
    try:
        with ProcessPoolExecutor(min(jobs, len(tasks)), mp_context=context) as pool:
            return list(pool.map(work, tasks))
    except BrokenProcessPool as error:
        raise StoreError(
            "一个导出进程中断了 a process of the export was killed；多半是内存不够 probably short of memory"
        ) from error


def _join(names: Mapping[str, str], bodies: Iterable[_Body]) -> Iterator[bytes]:
    """The prefixes, then every group of all bodies under its heading."""
    yield from (line.encode("utf-8") for line in iterate_prefixes(names))
    groups: dict[Group, list[Stretch]] = {}
    for group, stretch in chain.from_iterable(bodies):
        groups.setdefault(group, []).append(stretch)
    for group in sorted(groups):
        yield to_heading(group[1]).encode("utf-8")
        for stretch in groups[group]:
            yield from stretch.iterate(_COPIED)


def _write_plain(source: Path, folder: Path) -> Path:
    """A compressed file as it is without. Raises StoreError where it is damaged."""
    target = folder / f"lines{find_suffix(source)}"
    with open_compressed(source) as file, target.open("wb") as out:
        shutil.copyfileobj(file, out, _COPIED)
    return target


def _write_canonical(lines: Path, folder: Path, source: Path) -> Path:
    """The file in canonical lines. Raises StoreError, which names the `source`, where it is not RDF."""
    target = folder / "canonical.nq"
    form = FORMATS_OF_LINES[lines.suffix]
    try:
        with target.open("wb") as file:
            serialize(parse(path=str(lines), format=form), file, format=RdfFormat.N_QUADS)
    except SyntaxError as error:
        raise StoreError(
            f"{source}:{error.lineno}: 不是合法的 RDF not valid RDF: {error.msg}；请重新构建或改正"
        ) from error
    return target
