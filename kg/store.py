"""The embedded store: a `pyoxigraph.Store` with one named graph a document. Loading, opening, whole files or none.

A small graph is read into memory. A large one is asked through a store on disk that is made of it once and opened at
once ever after (docs/performance-queries.md).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from io import BufferedWriter
from pathlib import Path
from typing import IO, cast

from filelock import FileLock
from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store, parse

from kg.errors import StoreError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_FORMATS = {
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
}
COMPRESSED = (".gz", ".zst")
_GZIP_LEVEL, _ZSTD_LEVEL, _ZSTD_WORKERS = 6, 9, 4
_LEAST = "POLICYKG_STORE_BYTES"
# Measured: up to here a graph is in memory in about two seconds, which is what opening a store must beat.
_LEAST_BYTES = 50_000_000
# Of what lies in a store's folder; another number makes every store anew.
_LAYOUT = 1
_BLOCK = 1 << 20
_GRAPH = re.compile(rb"[ \t]*(?:<[^<>]*>|_:\S+)[ \t]*\.([ \t]*(?:#[^\n\"]*)?\r?\n?)\Z")


def to_dataset(nquads: Iterable[str] | bytes) -> Store:
    """A dataset in memory from N-Quads lines or bytes. Raises StoreError where they are not N-Quads."""
    content = nquads if isinstance(nquads, bytes) else "".join(nquads).encode("utf-8")
    store = Store()
    try:
        store.bulk_load(input=content, format=RdfFormat.N_QUADS)
    except SyntaxError as error:
        raise StoreError(f"不是合法的 N-Quads not N-Quads: {error}；请重新构建") from error
    return store


def read_dataset(path: Path) -> Store:
    """The dataset in a file (.nq .trig .ttl .nt, or one of these as .gz or .zst) or in a store's folder.

    Raises StoreError where there is none.
    """
    if path.is_dir():
        return _open_folder(path)
    form = _FORMATS.get(find_suffix(path))
    if form is None:
        raise StoreError(
            f"不认识的数据文件 unknown kind of file: {path}；可用 {' '.join(_FORMATS)}，"
            f"可以压缩成 or compressed as {' '.join(COMPRESSED)}"
        )
    store = Store()
    try:
        if path.suffix in COMPRESSED:
            with open_compressed(path) as file:
                store.bulk_load(input=file, format=form)
        else:
            store.bulk_load(path=str(path), format=form)
    except FileNotFoundError as error:
        raise StoreError(
            f"没有这个文件 no such file: {path}；请先运行 python build_graph.py，或用 --graph 指明"
        ) from error
    except SyntaxError as error:
        raise StoreError(
            f"{path}:{error.lineno}: 不是合法的 RDF not valid RDF: {error.msg}；请重新构建或改正"
        ) from error
    except OSError as error:
        raise StoreError(f"读不了 cannot read {path}: {error.strerror or error}；请检查文件权限") from error
    return store


def find_suffix(path: Path) -> str:
    """What kind of file a path names, whether compressed or not: `.nq` of `graph.nq.gz`."""
    return Path(path.stem).suffix if path.suffix in COMPRESSED else path.suffix


@contextmanager
def open_compressed(path: Path) -> Iterator[IO[bytes]]:
    """The content of a .gz or .zst file, to be read. Raises StoreError where it turns out to be damaged."""
    try:
        with gzip.GzipFile(path) if path.suffix == ".gz" else zstd.ZstdFile(path) as file:
            yield cast("IO[bytes]", file)
    except (EOFError, gzip.BadGzipFile, zlib.error, zstd.ZstdError) as error:
        raise StoreError(f"压缩文件坏了 damaged compressed file: {path}: {error}；请重新取得或导出") from error


def _open_folder(path: Path) -> Store:
    if not (path / "CURRENT").exists():
        raise StoreError(f"这个文件夹不是数据库 not a store: {path}；请指明 .nq 文件或数据库文件夹")
    try:
        return Store.read_only(str(path))
    except OSError as error:
        raise StoreError(f"打不开数据库 cannot open {path}: {error}；请检查是否完整") from error


@dataclass(frozen=True, slots=True)
class _Stamp:
    """Which content a store was made of: the file's state tells at once that it is the same, its digest for certain."""

    layout: int
    digest: str
    state: tuple[int, ...]


def wants_store(path: Path) -> bool:
    """Whether a graph file is asked through a store on disk: N-Quads of at least `POLICYKG_STORE_BYTES` bytes."""
    try:
        return path.suffix == ".nq" and path.stat().st_size >= _read_least()
    except OSError:
        return False


def open_dataset(path: Path) -> Store:
    """The dataset to ask questions of: as `read_dataset`, but a large N-Quads file through its store on disk.

    The store is opened read-only, at once; where there is none of this content yet, it is made first. Its default graph
    is the union of all graphs (unless the file has a default graph of its own), its named graphs are the file's.
    Raises StoreError as `read_dataset` does, and where the store cannot be made.
    """
    folder = prepare_store(path)
    return read_dataset(path) if folder is None else _open_folder(folder)


def prepare_store(path: Path) -> Path | None:
    """Make the store of a large graph file unless it is there; its folder, or None where the file is asked in memory.

    The store lies beside the file, in `.NAME.store/`. It is whole or absent: loaded aside, then renamed, then stamped.
    The one it replaces stays for those who still read it, until the next. Processes that come at once wait for the
    first. Raises StoreError where the file is no N-Quads or the place cannot be written.
    """
    if not wants_store(path):
        return None
    home = path.parent / f".{path.name}.store"
    folder = _find_current(home, path)
    if folder is not None:
        return folder
    try:
        home.mkdir(exist_ok=True)
        with FileLock(home / "lock"):
            return _find_current(home, path) or _find_same(home, path) or _make_store(home, path)
    except OSError as error:
        raise StoreError(
            f"建不了数据库 cannot make a store in {home}: {error.strerror or error}；请检查权限和磁盘空间，"
            f"或设 {_LEAST}=never 改在内存里查询 to ask in memory"
        ) from error


def _read_least() -> float:
    given = os.environ.get(_LEAST, "")
    if given == "never":
        return float("inf")
    if not given:
        return _LEAST_BYTES
    if not given.isdecimal():
        raise StoreError(f"{_LEAST} 要写成字节数或 never is a number of bytes or never: {given}；请改正环境变量")
    return int(given)


def _find_current(home: Path, path: Path) -> Path | None:
    """The store whose stamp has the file's very state: size, both times and inode."""
    stamp = _read_stamp(home)
    if stamp is None or stamp.state != _read_state(path):
        return None
    return _to_folder(home, stamp.digest)


def _find_same(home: Path, path: Path) -> Path | None:
    """The store of the same content, where only the file's times or place have changed; stamped anew."""
    state = _read_state(path)
    digest = _compute_digest(path)
    folder = _to_folder(home, digest)
    if folder is None:
        return None
    _write_stamp(home, _Stamp(_LAYOUT, digest, state))
    return folder


def _make_store(home: Path, path: Path) -> Path:
    # State before digest before loading: a file replaced meanwhile differs from its stamp, and is loaded anew.
    state = _read_state(path)
    digest = _compute_digest(path)
    before = _read_stamp(home)
    kept = {_name(digest), "" if before is None else _name(before.digest)}
    for old in home.glob("s-*"):
        if old.name not in kept:
            shutil.rmtree(old, ignore_errors=True)
    for left in home.glob("loading-*"):
        shutil.rmtree(left, ignore_errors=True)
    aside = Path(tempfile.mkdtemp(dir=home, prefix="loading-"))
    try:
        _load(path, aside)
        folder = home / _name(digest)
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    _write_stamp(home, _Stamp(_LAYOUT, digest, state))
    return folder


def _load(path: Path, folder: Path) -> None:
    store = Store(str(folder))
    try:
        store.bulk_load(path=str(path), format=RdfFormat.N_QUADS)
        if next(iter(store.quads_for_pattern(None, None, None, DefaultGraph())), None) is None:
            _add_union(store, path)
        store.optimize()
        store.flush()
    except SyntaxError as error:
        raise StoreError(
            f"{path}:{error.lineno}: 不是合法的 RDF not valid RDF: {error.msg}；请重新构建或改正"
        ) from error


def _add_union(store: Store, path: Path) -> None:
    try:
        with path.open("rb") as file:
            store.bulk_load(input=cast("IO[bytes]", _Union(file)), format=RdfFormat.N_TRIPLES)
    except SyntaxError:
        # A way of writing N-Quads that is none of ours; the parser knows them all, at a tenth of the speed.
        quads = parse(path=str(path), format=RdfFormat.N_QUADS)
        store.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)


class _Union:
    """N-Quads read as the N-Triples of all graphs: each line loses its graph."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._block, self._at = b"", 0

    def read(self, size: int) -> bytes:
        """The next bytes, at most `size`; none at the end."""
        if self._at >= len(self._block):
            self._block, self._at = b"".join(map(_to_triple, self._file.readlines(_BLOCK))), 0
        part = self._block[self._at : self._at + size]
        self._at += len(part)
        return part


def _to_triple(line: bytes) -> bytes:
    """A line without its graph. Every statement has one here, so the last `<…>` or blank node before the dot is it."""
    return _GRAPH.sub(b" .\\g<1>", line)


def _read_state(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def _compute_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()


def _name(digest: str) -> str:
    return f"s-{digest[:32]}"


def _to_folder(home: Path, digest: str) -> Path | None:
    folder = home / _name(digest)
    return folder if (folder / "CURRENT").exists() else None


def _read_stamp(home: Path) -> _Stamp | None:
    try:
        content = json.loads((home / "stamp.json").read_text(encoding="utf-8"))
        stamp = _Stamp(content["layout"], content["digest"], tuple(content["state"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return stamp if stamp.layout == _LAYOUT else None


def _write_stamp(home: Path, stamp: _Stamp) -> None:
    write_atomically(home / "stamp.json", [json.dumps(asdict(stamp)) + "\n"])


def iterate_lines(store: Store) -> Iterator[str]:
    """The distinct triples of the union of all graphs, as canonical N-Triples lines, in no order."""
    seen: set[str] = set()
    for quad in store:
        line = f"{quad.subject} {quad.predicate} {quad.object} .\n"
        if line not in seen:
            seen.add(line)
            yield line


def write_atomically(path: Path, chunks: Iterable[str]) -> None:
    """Write a UTF-8 text file whole or not at all. Raises StoreError where the place cannot be written."""
    write_chunks_atomically(path, (chunk.encode("utf-8") for chunk in chunks))


def write_bytes_atomically(path: Path, content: bytes) -> None:
    """Write a file whole or not at all. Raises StoreError where the place cannot be written."""
    write_chunks_atomically(path, [content])


def write_chunks_atomically(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file whole or not at all, from its parts; compressed where its name ends in .gz or .zst.

    Raises StoreError where the place cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    except OSError as error:
        raise StoreError(f"写不了 cannot write {path}: {error.strerror}；请换一个 --out 或检查权限") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            if path.suffix in COMPRESSED:
                with _compress(file, path.suffix) as compressed:
                    compressed.writelines(chunks)
            else:
                file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        raise StoreError(f"写不了 cannot write {path}: {error.strerror}；请检查磁盘空间") from error
    finally:
        Path(name).unlink(missing_ok=True)


def _compress(file: BufferedWriter, suffix: str) -> IO[bytes]:
    """What is written there goes compressed into the file. The same content gives the same bytes: no name, no time."""
    if suffix == ".gz":
        return cast("IO[bytes]", gzip.GzipFile("", "wb", _GZIP_LEVEL, file, mtime=0))
    # One worker or many give the same bytes, none gives others.
    options: dict[int, int] = {
        zstd.CompressionParameter.compression_level: _ZSTD_LEVEL,
        zstd.CompressionParameter.checksum_flag: 1,
        zstd.CompressionParameter.nb_workers: min(os.cpu_count() or 1, _ZSTD_WORKERS),
    }
    return cast("IO[bytes]", zstd.ZstdFile(file, "wb", options=options))
