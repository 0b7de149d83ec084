"""How many different things there are among more than memory should hold: 64-bit numbers, counted range by range."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import BinaryIO
from weakref import finalize

import numpy as np

# Numbers held in memory at once, 8 bytes each and as much again while they are sorted.
_MOST = 4_000_000


class DistinctCounter:
    """Counts different 64-bit numbers that are appended to a file.

    Two things with one number count as one: among 10⁸ things that happens with a chance of 0.03 %.
    """

    def __init__(self, folder: Path, most: int = _MOST) -> None:
        self._folder = folder
        self._most = most
        self._file: BinaryIO = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed when counted
        finalize(self, self._file.close)
        self._count = 0

    def add(self, numbers: bytes) -> None:
        """Numbers in the machine's own order of bytes (`array("Q").tobytes()`)."""
        self._file.write(numbers)
        self._count += len(numbers) // 8

    def count(self) -> int:
        """How many different ones were added; the files go."""
        self._file.seek(0)
        files = [self._file] if self._count <= self._most else self._split(-(-2 * self._count // self._most))
        found = 0
        for file in files:
            file.seek(0)
            numbers = np.sort(np.frombuffer(file.read(), dtype=np.uint64))
            # Not np.unique, which takes ten times as long to say which they are.
            found += int(np.count_nonzero(numbers[1:] != numbers[:-1])) + min(len(numbers), 1)
            file.close()
        self._file.close()
        return found

    def _split(self, ranges: int) -> list[BinaryIO]:
        """A file for each range of numbers, so that equal ones lie together."""
        files: list[BinaryIO] = [tempfile.TemporaryFile(dir=self._folder) for _ in range(ranges)]  # noqa: SIM115
        limits = np.array([number * (2**64 // ranges) for number in range(1, ranges)], dtype=np.uint64)
        while block := self._file.read(self._most * 8):
            numbers = np.sort(np.frombuffer(block, dtype=np.uint64))
            for file, part in zip(files, np.split(numbers, np.searchsorted(numbers, limits)), strict=True):
                file.write(part.tobytes())
        return files
