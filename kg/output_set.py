"""The files of a build as one set, swapped in whole: whoever looks finds the old set or the new one, never a mixture.

The files lie in a folder of their own below `.sets/`, and `.sets/current` is a link to that folder. What stands in the
output folder itself are links through `current`: renaming that one link (rename(2) is atomic, POSIX.1-2017) changes all
files at once. A build that fails or is killed leaves a folder that nothing leads to; the next build removes it.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from kg.errors import StoreError

_SETS, _CURRENT, _LOCK, _NEXT = ".sets", "current", "lock", ".next"
_PATIENCE = 600.0
# What a file system without links says.
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}


@contextmanager
def open_set(folder: Path, patience: float = _PATIENCE) -> Iterator[Path]:
    """A new, empty folder to write a set of files into; when the block ends, they are what stands in `folder`.

    What the set before had and this one has not goes; files that no build wrote stay. Where the block fails, all stays
    as it was. Another build into the same folder is waited for, at most `patience` seconds.

    Raises StoreError where the folder cannot be written or another build does not end.
    """
    sets = folder / _SETS
    try:
        sets.mkdir(parents=True, exist_ok=True)
        lock = FileLock(sets / _LOCK, timeout=patience)
        with lock:
            _tidy(folder)
            fresh = Path(tempfile.mkdtemp(dir=sets, prefix="set-"))
            fresh.chmod(0o755)
            try:
                yield fresh
                _swap_in(folder, fresh)
            finally:
                _tidy(folder)
    except Timeout:
        raise StoreError(
            f"另一个构建一直在写 another build keeps writing: {folder}；请等它结束，或换一个 --out"
        ) from None
    except OSError as error:
        raise StoreError(f"写不了 cannot write {folder}: {error.strerror or error}；请检查权限和磁盘空间") from error


def _swap_in(folder: Path, fresh: Path) -> None:
    names = sorted(entry.name for entry in fresh.iterdir())
    if not _can_link(folder / _SETS):
        # Without links (some drives of Windows) the files are moved one by one: each whole, the set not at once.
        for name in names:
            _move(fresh / name, folder / name)
        return
    _sync(fresh)
    for name in names:
        _lead(folder, name)
    _sync(folder)
    _point(folder / _SETS / _CURRENT, Path(fresh.name))
    _sync(folder / _SETS)


def _lead(folder: Path, name: str) -> None:
    """Make the name in the folder a link through `current`. A plain file there joins the current set first: until the
    swap it is what the link leads to."""
    entry = folder / name
    if _is_ours(entry):
        return
    if entry.is_dir() and not entry.is_symlink():
        # Of an older version or by hand; a folder cannot be replaced by a link in one step.
        entry.rename(Path(tempfile.mkdtemp(dir=folder / _SETS, prefix="set-")) / name)
    elif entry.exists():
        current = folder / _SETS / _CURRENT
        if not current.exists():
            _point(current, Path(Path(tempfile.mkdtemp(dir=folder / _SETS, prefix="set-")).name))
        kept = current / name
        kept.unlink(missing_ok=True)
        os.link(entry, kept)
    _point(entry, Path(_SETS) / _CURRENT / name)


def _is_ours(entry: Path) -> bool:
    return entry.is_symlink() and entry.readlink() == Path(_SETS) / _CURRENT / entry.name


def _point(link: Path, target: Path) -> None:
    """Make a link lead to a target, whatever it was before, in one step."""
    following = link.with_name(_NEXT)
    following.unlink(missing_ok=True)
    following.symlink_to(target)
    following.replace(link)


def _can_link(sets: Path) -> bool:
    trial = sets / _NEXT
    try:
        trial.unlink(missing_ok=True)
        trial.symlink_to(_CURRENT)
        trial.unlink()
    except OSError as error:
        if error.errno in _NO_LINKS or os.name == "nt":
            return False
        raise
    return True


def _move(source: Path, target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target)
    source.replace(target)


def _sync(folder: Path) -> None:
    """Have the folder's entries on the disk, so that a power cut keeps the order of what was done."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _tidy(folder: Path) -> None:
    """Remove what leads nowhere and what nothing leads to: of builds that failed or were killed, and the set before."""
    for entry in folder.iterdir():
        if _is_ours(entry) and not entry.exists():
            entry.unlink(missing_ok=True)
    sets = folder / _SETS
    current = sets / _CURRENT
    kept = current.readlink().name if current.is_symlink() else ""
    for entry in sets.iterdir():
        if entry.name.startswith("set-") and entry.name != kept:
            shutil.rmtree(entry, ignore_errors=True)
