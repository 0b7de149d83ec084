"""Many short texts as one array of characters, searched all at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]
Flags = NDArray[np.bool_]

_BREAK = "\n"


@dataclass(frozen=True, slots=True)
class Column:
    """Texts one after another with a break between them; `starts` is where each begins, and where one more would."""

    characters: NDArray[np.uint32] | NDArray[np.uint8]
    starts: Positions

    def find(self, needle: str) -> tuple[Positions, Positions]:
        """Which texts hold the needle (each as often as it does), and where in the column it begins."""
        codes = [ord(one) for one in needle]
        if not codes or max(codes) > np.iinfo(self.characters.dtype).max or len(codes) > len(self.characters):
            none = np.empty(0, dtype=np.int64)
            return none, none
        # The last character of the needle may stand beyond the end for a place near it: those places fall out first.
        places = np.flatnonzero(self.characters[: len(self.characters) - len(codes) + 1] == codes[0])
        for offset, code in enumerate(codes[1:], start=1):
            if not len(places):
                break
            places = places[self.characters[places + offset] == code]
        return np.searchsorted(self.starts, places, side="right") - 1, places

    def begins(self, texts: Positions, places: Positions) -> Flags:
        """Whether each place is the beginning of its text."""
        found: Flags = self.starts[texts] == places
        return found

    def ends(self, texts: Positions, places: Positions, length: int) -> Flags:
        """Whether what has this length at each place is the end of its text."""
        found: Flags = self.starts[texts + 1] - len(_BREAK) == places + length
        return found


def make_column(texts: Iterable[str], *, wide: bool) -> Column:
    """A column of texts that hold no line break; `wide` for any character, else ASCII alone (others become ?)."""
    listed = list(texts)
    joined = "".join(f"{text}{_BREAK}" for text in listed)
    lengths = np.fromiter((len(text) + len(_BREAK) for text in listed), dtype=np.int64, count=len(listed))
    starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
    if wide:
        return Column(np.frombuffer(joined.encode("utf-32-le", "replace"), dtype=np.uint32), starts)
    return Column(np.frombuffer(joined.encode("ascii", "replace"), dtype=np.uint8), starts)
