"""Lines of a file brought together by subject and put in order, whatever its size: divided first, sorted after.

A file is read in stretches, a process each. Its lines go, by subject, to so many parts that each fits into memory;
where parts meet is read off a sample. Each part is then sorted on its own, so that nothing is merged, and parts one
after another are in order. Lines move in blocks of neighbours with one subject, as most files have them.
"""

from __future__ import annotations

import os
import re
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

# Bytes that are read at once, and that a process holds until it writes them to the parts.
_CHUNK = 4 << 20
_HELD = 24 << 20
_SAMPLES_A_PART = 32
# Neighbouring lines with one subject, and the subject.
_BLOCKS = re.compile(rb"(([^ \n]++) [^\n]*+\n(?:\2 [^\n]*+\n)*+)")
# What stands between blocks in a part: no line that we take has it.
_BETWEEN = b"\0"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some bytes of a file."""

    path: Path
    begin: int
    end: int

    def read(self) -> bytes:
        """All of them at once."""
        with self.path.open("rb", buffering=0) as file:
            file.seek(self.begin)
            return file.read(self.end - self.begin)

    def iterate(self, size: int) -> Iterator[bytes]:
        """All of them, so many at a time."""
        with self.path.open("rb", buffering=0) as file:
            file.seek(self.begin)
            left = self.end - self.begin
            while left and (content := file.read(min(size, left))):
                left -= len(content)
                yield content


def split_file(path: Path, count: int) -> list[Stretch]:
    """A file in so many stretches that end with a line; fewer for a small file."""
    size = path.stat().st_size
    bounds = [0]
    with path.open("rb") as file:
        for number in range(1, count):
            file.seek(max(bounds[-1], size * number // count))
            file.readline()
            bounds.append(file.tell())
    return [Stretch(path, begin, end) for begin, end in zip(bounds, [*bounds[1:], size], strict=True) if end > begin]


def sample_bounds(path: Path, bytes_a_part: int) -> list[bytes]:
    """Subjects at which a file's lines, were they in order, would divide into parts of about so many bytes."""
    size = path.stat().st_size
    parts = -(-size // bytes_a_part)
    if parts < 2:
        return []
    count = parts * _SAMPLES_A_PART
    sample = []
    with path.open("rb", buffering=4096) as file:
        for number in range(count):
            file.seek(size * number // count)
            file.readline()
            sample.append(file.readline().partition(b" ")[0])
    sample.sort()
    return sorted({*sample[_SAMPLES_A_PART::_SAMPLES_A_PART]} - {b""})


def iterate_blocks(stretch: Stretch, select: Callable[[bytes], bytes]) -> Iterator[list[tuple[bytes, bytes]]]:
    """The blocks of a stretch, each with its subject, a chunk at a time. `select` gives those lines of a chunk to take.

    Raises ValueError where what stands there cannot be canonical lines.
    """
    for chunk in map(select, _iterate_chunks(stretch)):
        blocks = _BLOCKS.findall(chunk)
        if sum(len(block) for block, _ in blocks) != len(chunk) or _BETWEEN in chunk:
            raise ValueError("not canonical lines")
        yield blocks


def _iterate_chunks(stretch: Stretch) -> Iterator[bytes]:
    with stretch.path.open("rb", buffering=0) as file:
        file.seek(stretch.begin)
        left, rest = stretch.end - stretch.begin, b""
        while left > 0:
            read = file.read(min(_CHUNK, left))
            if not read:
                raise ValueError("shorter than it was")
            left -= len(read)
            chunk = rest + read
            cut = chunk.rfind(b"\n") + 1 if left else len(chunk)
            rest = chunk[cut:]
            if cut:
                yield chunk[:cut]


class Divider:
    """Blocks to parts, in one file of its own: a part is stretches of several such files."""

    def __init__(self, bounds: Sequence[bytes], folder: Path) -> None:
        self._bounds = bounds
        self._held: list[list[bytes]] = [[] for _ in range(len(bounds) + 1)]
        self._stretches: list[list[Stretch]] = [[] for _ in self._held]
        descriptor, name = tempfile.mkstemp(dir=folder, prefix="parts-")
        os.close(descriptor)
        self._path, self._size, self._written = Path(name), 0, 0

    def add(self, blocks: Sequence[tuple[bytes, bytes]]) -> None:
        """Take the blocks of a chunk."""
        held, bounds = self._held, self._bounds
        if not bounds:
            held[0] += [block for block, _ in blocks]
        for block, subject in blocks if bounds else ():
            held[bisect_right(bounds, subject)].append(block)
        self._size += sum(len(block) for block, _ in blocks)
        if self._size >= _HELD:
            self._write()

    def finish(self) -> list[list[Stretch]]:
        """Write what is left; the stretches of each part."""
        self._write()
        return self._stretches

    def _write(self) -> None:
        with self._path.open("ab", buffering=0) as file:
            for blocks, stretches in zip(self._held, self._stretches, strict=True):
                if blocks:
                    content = _BETWEEN.join(blocks)
                    file.write(content)
                    stretches.append(Stretch(self._path, self._written, self._written + len(content)))
                    self._written += len(content)
                    blocks.clear()
        self._size = 0


def read_part(stretches: Sequence[Stretch]) -> list[bytes]:
    """The blocks of a part in the order of their subjects; a subject may have several."""
    blocks: list[bytes] = []
    for stretch in stretches:
        blocks += stretch.read().split(_BETWEEN)
    blocks.sort()
    return blocks
