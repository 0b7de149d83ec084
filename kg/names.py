"""How names are compared and what a name's canonical label is: the same rule wherever a name is met."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_QUOTATION = re.compile('["＂“”‟„「」『』《》〈〉\\s\u200b\u2060\ufeff]')


@lru_cache(maxsize=65536)
def to_canonical_label(name: str) -> str:
    """A name without quotation marks and white space, full-width ASCII made half-width, NFC; never empty for a name.

    “尖刀”工程 and 尖刀工程 are one label. Where nothing else is in the name, the name itself comes back.
    """
    label = _QUOTATION.sub("", unicodedata.normalize("NFC", name))
    label = "".join(_to_half_width(character) for character in label)
    return label or name.strip()


def to_name_key(name: str) -> str:
    """What two names must share to be the same name: the canonical label, case folded."""
    return to_canonical_label(name).casefold()


def _to_half_width(character: str) -> str:
    # Letters, digits and the signs that stand inside names; Chinese punctuation （），： stays as it is.
    code = ord(character)
    if 0xFF10 <= code <= 0xFF19 or 0xFF21 <= code <= 0xFF3A or 0xFF41 <= code <= 0xFF5A or character in "＋－．／％":
        return chr(code - 0xFEE0)
    return character


@dataclass(frozen=True, slots=True)
class Name:
    """What a mention turned out to be: a root class, a canonical label, and the classes that the authority gives it."""

    root: str
    label: str
    classes: tuple[str, ...] = ()
