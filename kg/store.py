"""The embedded store: a `pyoxigraph.Store` with one named graph a document. Loading, opening, whole files or none."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from kg.errors import StoreError

_FORMATS = {
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
}
_LINES_A_BLOCK = 20_000


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
    """The dataset in a file (.nq .trig .ttl .nt) or in a store's folder. Raises StoreError where there is none."""
    if path.is_dir():
        return _open_folder(path)
    if path.suffix not in _FORMATS:
        raise StoreError(f"不认识的数据文件 unknown kind of file: {path}；可用 {' '.join(_FORMATS)}")
    store = Store()
    try:
        store.bulk_load(path=str(path), format=_FORMATS[path.suffix])
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


def _open_folder(path: Path) -> Store:
    if not (path / "CURRENT").exists():
        raise StoreError(f"这个文件夹不是数据库 not a store: {path}；请指明 .nq 文件或数据库文件夹")
    try:
        return Store.read_only(str(path))
    except OSError as error:
        raise StoreError(f"打不开数据库 cannot open {path}: {error}；请检查是否完整") from error


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
    _write_whole(path, (chunk.encode("utf-8") for chunk in chunks))


def write_bytes_atomically(path: Path, content: bytes) -> None:
    """Write a file whole or not at all. Raises StoreError where the place cannot be written."""
    _write_whole(path, [content])


def _write_whole(path: Path, chunks: Iterable[bytes]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    except OSError as error:
        raise StoreError(f"写不了 cannot write {path}: {error.strerror}；请换一个 --out 或检查权限") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        raise StoreError(f"写不了 cannot write {path}: {error.strerror}；请检查磁盘空间") from error
    finally:
        Path(name).unlink(missing_ok=True)
