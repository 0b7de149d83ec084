"""What an earlier build made of each document: where its lines lie, and its summary, so that neither is made again.

Kept are two files beside the sets of the output: `blocks.nq`, a hard link to the graph as it was built, and
`blocks.index`, the summaries and a table by key. A key is a digest of all that a document's lines depend on: its files
or its line, its name, the ontology, the base, and this program. Nothing here is needed: what is missing, damaged or of
another program is built anew.
"""

from __future__ import annotations

import os
import sys
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from importlib.metadata import requires, version
from pathlib import Path
from typing import BinaryIO

import msgspec
import xxhash

import kg
from kg.pipeline.documents import Record, Source
from kg.pipeline.summary import Summary

_BLOCKS, _INDEX = "blocks.nq", "blocks.index"
_KEY_BYTES = 16
# At the end of an index: where the table begins and a check of it, 8 bytes each.
_FOOTER = 16
_ENCODER, _DECODER = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Summary)


class _Entry(msgspec.Struct, frozen=True, array_like=True):
    """Where a summary lies in the index, a check of it, and where the document's lines begin."""

    place: int
    size: int
    check: int
    begin: int


class _Table(msgspec.Struct, frozen=True):
    """The end of an index: which program and which file of blocks it is for, and its entries by key."""

    stamp: bytes
    blocks: tuple[int, int, int]
    entries: dict[bytes, _Entry]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines that lie in the earlier build's blocks."""

    begin: int
    size: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier build, open to be read by any number of processes."""

    blocks: int
    index: int
    entries: Mapping[bytes, _Entry]

    def find(self, key: bytes) -> tuple[Stretch, Summary] | None:
        """The lines and the summary of a document that has not changed."""
        entry = self.entries.get(key)
        if entry is None:
            return None
        content = os.pread(self.index, entry.size, entry.place)
        if xxhash.xxh3_64_intdigest(content) != entry.check:
            return None
        summary = _DECODER.decode(content)
        # A file's size and time do not tell of a fault of the disk.
        if xxhash.xxh3_64_intdigest(os.pread(self.blocks, summary.size, entry.begin)) != summary.check:
            return None
        return Stretch(entry.begin, summary.size), summary

    def copy(self, stretch: Stretch, file: int, offset: int) -> None:
        """Copy lines to a place in another file, inside the kernel where it can."""
        begin, left = stretch.begin, stretch.size
        while left:
            copied = _copy(self.blocks, file, left, begin, offset)
            begin, offset, left = begin + copied, offset + copied, left - copied


def _copy(source: int, target: int, count: int, begin: int, offset: int) -> int:
    try:
        copied = os.copy_file_range(source, target, count, begin, offset)
    except (AttributeError, OSError):
        # Another system, or two file systems.
        copied = os.pwrite(target, os.pread(source, min(count, 1 << 22), begin), offset)
    if not copied:
        raise OSError("the earlier graph ends before its index says")
    return copied


def to_stamp(ontology: Path, base: str) -> bytes:
    """A digest of all but the document that its lines depend on."""
    code = Path(kg.__file__).parent
    files = [*sorted(code.rglob("*.py")), *sorted(path for path in ontology.rglob("*") if path.is_file())]
    with suppress(OSError):
        return _to_digest(
            (base.encode(), sys.version.encode(), unicodedata.unidata_version.encode(), *_list_versions()),
            (part for path in files for part in (path.name.encode(), path.read_bytes())),
        )
    return b""


def _list_versions() -> Iterator[bytes]:
    for requirement in requires("policykg") or ():
        if "extra ==" not in requirement:
            name = requirement.split(";")[0].split("[")[0].rstrip("<>=!~,.0123456789 ")
            with suppress(ImportError):
                yield f"{name} {version(name)}".encode()


def to_key(source: Source, stamp: bytes, excluded: Iterable[str]) -> bytes:
    """The key of a document; `excluded` are what is left out of it. Empty where it cannot be read."""
    around = (source.name.encode("utf-8", "surrogateescape"), *(one.encode() for one in excluded))
    if isinstance(source, Record):
        return _to_digest((stamp, *around), (source.line,))
    try:
        files = [
            path.read_bytes() if path.exists() else b"\0absent"
            for path in (source.text, source.annotations, source.metadata)
        ]
    except OSError:
        return b""
    return _to_digest((stamp, *around), files)


def _to_digest(first: Iterable[bytes], then: Iterable[bytes]) -> bytes:
    digest = blake2b(digest_size=_KEY_BYTES)
    for parts in (first, then):
        for part in parts:
            digest.update(b"\1" + len(part).to_bytes(8))
            digest.update(part)
        digest.update(b"\0")
    return digest.digest()


@contextmanager
def open_earlier(folder: Path | None, stamp: bytes) -> Iterator[Earlier | None]:
    """What an earlier build left in a folder; None where it left nothing that is whole and made by this program."""
    if folder is None or not stamp:
        yield None
        return
    try:
        with (folder / _BLOCKS).open("rb") as blocks, (folder / _INDEX).open("rb") as index:
            table = _read_table(index)
            fits = table is not None and table.stamp == stamp and table.blocks == _read_state(blocks)
            yield Earlier(blocks.fileno(), index.fileno(), table.entries) if table is not None and fits else None
    except FileNotFoundError:
        yield None


def _read_table(index: BinaryIO) -> _Table | None:
    with suppress(OSError, ValueError, msgspec.DecodeError):
        index.seek(-_FOOTER, os.SEEK_END)
        place, check = (int.from_bytes(index.read(8)) for _ in range(2))
        index.seek(place)
        content = index.read()[:-_FOOTER]
        if xxhash.xxh3_64_intdigest(content) == check:
            return msgspec.msgpack.decode(content, type=_Table)
    return None


def _read_state(blocks: BinaryIO) -> tuple[int, int, int]:
    found = os.fstat(blocks.fileno())
    return found.st_size, found.st_mtime_ns, found.st_ino


@contextmanager
def open_writer(folder: Path, stamp: bytes) -> Iterator[EarlierWriter]:
    """Something to keep a build with, in a file of this folder that is gone afterwards unless it was finished."""
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".index-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield EarlierWriter(file, Path(name), stamp)
    finally:
        Path(name).unlink(missing_ok=True)


@dataclass(slots=True)
class EarlierWriter:
    """Keeps what a build makes, for the next: summaries as they come, and at the end the table."""

    file: BinaryIO
    path: Path
    stamp: bytes
    entries: dict[bytes, _Entry] = field(default_factory=dict)
    place: int = 0

    def add(self, summary: Summary, begin: int) -> None:
        """A document whose lines begin at a place of the graph."""
        if not summary.key:
            return
        content = _ENCODER.encode(summary)
        self.file.write(content)
        self.entries[summary.key] = _Entry(self.place, len(content), xxhash.xxh3_64_intdigest(content), begin)
        self.place += len(content)

    def forget(self) -> None:
        """What was added so far is not to be found: the graph is being written anew."""
        self.entries.clear()

    def finish(self, graph: Path, folder: Path) -> None:
        """Keep the index and the graph in a folder, where it takes links; one without the other says nothing."""
        with graph.open("rb") as blocks:
            state = _read_state(blocks)
        table = _ENCODER.encode(_Table(self.stamp, state, self.entries))
        self.file.write(table + self.place.to_bytes(8) + xxhash.xxh3_64_intdigest(table).to_bytes(8))
        self.file.flush()
        with suppress(OSError):
            aside = folder / f"{_BLOCKS}.next"
            aside.unlink(missing_ok=True)
            os.link(graph, aside)
            aside.replace(folder / _BLOCKS)
            self.path.replace(folder / _INDEX)
