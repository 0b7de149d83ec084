"""Many short texts as one array of characters, searched all at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]
Flags = NDArray[np.bool_]

_BREAK = "\n"
# So many hits are gathered faster by going through the whole column than by looking each one up.
_MANY = 10_000


@dataclass(frozen=True, slots=True)
class Matches:
    """For each text of a column, whether it holds a needle, begins with it, is it."""

    inside: Flags
    begins: Flags
    whole: Flags


@dataclass(frozen=True, slots=True)
class Column:
    """Texts one after another with a break between them; `starts` is where each begins, and where one more would.

    Characters are UTF-16 units, in which a text is found as surely as in code points, or bytes where all are ASCII.
    """

    characters: NDArray[np.uint16] | NDArray[np.uint8]
    starts: Positions

    def find(self, needle: str, heads: Flags | None = None) -> Matches:
        """Where a needle stands; with `heads`, only where one of these places of the column begins it."""
        units = _to_units(needle)
        places = self._find_places(units)
        if heads is not None:
            places = places[heads[places]]
        begins = np.zeros(len(self.starts) - 1, dtype=np.bool_)
        inside = begins.copy()
        if len(places) > _MANY:
            flags = np.zeros(len(self.characters), dtype=np.uint8)
            flags[places] = 1
            inside = np.maximum.reduceat(flags, self.starts[:-1]).astype(np.bool_)
            begins = flags[self.starts[:-1]].astype(np.bool_)
        else:
            texts = np.searchsorted(self.starts, places, side="right") - 1
            inside[texts] = True
            begins[texts[self.starts[texts] == places]] = True
        lengths = np.diff(self.starts) - len(_BREAK)
        return Matches(inside, begins, begins & (lengths == len(units)))

    def _find_places(self, units: NDArray[np.uint16]) -> Positions:
        room = len(self.characters) - len(units) + 1
        if not len(units) or room < 1 or int(units.max()) > np.iinfo(self.characters.dtype).max:
            return np.empty(0, dtype=np.int64)
        flags = self.characters[:room] == units[0]
        if len(units) > 1:
            flags &= self.characters[1 : room + 1] == units[1]
        places = np.flatnonzero(flags)
        for offset in range(2, len(units)):
            places = places[self.characters[places + offset] == units[offset]]
        return places


def make_column(texts: Iterable[str], *, wide: bool) -> Column:
    """A column of texts that hold no line break; `wide` for any character, else ASCII alone (others become ?)."""
    listed = list(texts)
    joined = "".join(f"{text}{_BREAK}" for text in listed)
    if not wide:
        content = joined.encode("ascii", "replace")
        lengths = np.fromiter(map(len, listed), dtype=np.int64, count=len(listed))
        return Column(np.frombuffer(content, dtype=np.uint8), _to_starts(lengths))
    lengths = np.fromiter((len(_to_units(text)) for text in listed), dtype=np.int64, count=len(listed))
    return Column(_to_units(joined), _to_starts(lengths))


def _to_units(text: str) -> NDArray[np.uint16]:
    return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=np.uint16)


def _to_starts(lengths: Positions) -> Positions:
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths + len(_BREAK))])
