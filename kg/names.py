"""How names are compared and what a name's canonical label is: the same rule wherever a name is met."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

_QUOTATION = re.compile('["＂“”‟„「」『』《》〈〉\\s\u200b\u2060\ufeff]')

# Letters, digits and the signs that stand inside names; Chinese punctuation （），： stays as it is.
_HALF_WIDTH = {
    code: code - 0xFEE0
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), *map(ord, "＋－．／％"))
}

# As difflib has it: 高新企业 is near 高新技术企业 (0.8), 基金 is not near 资金 (0.5).
_ALIKE = 0.6
_SUGGESTED = 3


@lru_cache(maxsize=8192)
def to_canonical_label(name: str) -> str:
    """A name without quotation marks and white space, full-width ASCII made half-width, NFC; never empty for a name.

    “尖刀”工程 and 尖刀工程 are one label. Where nothing else is in the name, the name itself comes back.
    """
    label = _QUOTATION.sub("", unicodedata.normalize("NFC", name)).translate(_HALF_WIDTH)
    return label or name.strip()


@lru_cache(maxsize=8192)
def to_name_key(name: str) -> str:
    """What two names must share to be the same name: the canonical label, case folded."""
    return to_canonical_label(name).casefold()


def suggest_names(word: str, known: Iterable[str]) -> str:
    """`是不是 did you mean 基金、基金会`: up to three known names near a word, nearest first, else empty."""
    key = to_name_key(word)
    near = {name: _to_likeness(key, to_name_key(name)) for name in known if name}
    best = sorted((name for name in near if near[name] >= _ALIKE), key=lambda name: (-near[name], name))
    return f"是不是 did you mean {'、'.join(best[:_SUGGESTED])}" if best else ""


def _to_likeness(word: str, name: str) -> float:
    """From 0 to 1; a name that holds the word, or is held by it, is alike however long the other."""
    matcher = SequenceMatcher(None, word, name, autojunk=False)
    if matcher.real_quick_ratio() < _ALIKE and not (word in name or name in word):
        return 0.0
    likeness = matcher.ratio()
    held = min(len(word), len(name)) > 1 and (word in name or name in word)
    return max(likeness, _ALIKE) if held else likeness


@dataclass(frozen=True, slots=True)
class Name:
    """What a mention turned out to be: a root class, a canonical label, and the classes that the authority gives it."""

    root: str
    label: str
    classes: tuple[str, ...] = ()
