"""A question's words made comparable: one spelling, words for one another, sequences of words as features."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_WORDS = Path(__file__).with_name("words.toml")
_LATIN = re.compile(r"[a-z]+|[0-9]+(?:[.%][0-9]*)?|\S")
_LONGEST_GRAM = 3
# Stand where a value of a type would, in samples and in questions; of a private plane, so that no question has them.
SLOTS: Mapping[str, str] = {
    "label": "\ue000",
    "iri": "\ue000",
    "year": "\ue001",
    "date": "\ue002",
    "integer": "\ue003",
    "class": "\ue004",
    "status": "\ue005",
    "string": "\ue006",
}
# A time or a number that is said and fills no slot.
LOOSE = "\ue00f"
_PRIVATE = range(0xE000, 0xF900)
_GROUPS_FROM = 0xE100


@dataclass(frozen=True, slots=True)
class Words:
    """What words.toml says: how a word is written in features, and the words of each status."""

    written: Mapping[str, str]
    pattern: re.Pattern[str]
    status: Mapping[str, tuple[str, ...]]


@cache
def read_words() -> Words:
    """The words that stand for one another."""
    content = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    written = {fold(word): "" for word in content["drop"]}
    for number, group in enumerate(content["same"]):
        for word in group:
            written.setdefault(fold(word), chr(_GROUPS_FROM + number))
    status = {label: tuple(map(fold, words)) for label, words in content["status"].items()}
    longest_first = sorted(written, key=lambda word: (-len(word), word))
    alternatives = "|".join(_to_pattern(word) for word in longest_first)
    return Words(written, re.compile(alternatives), status)


def _to_pattern(word: str) -> str:
    # English words are taken whole, with the endings that a plural or a verb may have.
    return rf"\b{re.escape(word)}(?:s|es|d|ed|ing)?\b" if word.isascii() else re.escape(word)


def fold(text: str) -> str:
    """A text in one spelling: NFKC, lower case, no punctuation; white space only between Latin words."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    spaced = "".join(character if _is_kept(character, plain, at) else " " for at, character in enumerate(plain))
    return re.sub(r"(?<![\x21-\x7e]) | (?![\x21-\x7e])", "", " ".join(spaced.split()))


def _is_kept(character: str, text: str, at: int) -> bool:
    if character in ".%":
        return text[at - 1 : at].isdigit()
    return character.isalnum() or ord(character) in _PRIVATE


def to_features(folded: str) -> Counter[str]:
    """How often each word and each sequence of up to three words stands in a folded text.

    A word is a group of words for one another, a Chinese character, an English word or a number.
    """
    words = read_words()
    written = words.pattern.sub(lambda found: _write(found[0], words.written), f" {folded} ")
    tokens = [_to_stem(token) for token in _LATIN.findall(written)]
    grams = Counter(
        " ".join(tokens[at : at + length])
        for length in range(1, _LONGEST_GRAM + 1)
        for at in range(len(tokens) - length + 1)
    )
    # A word more or less between two others is no other question.
    grams.update(f"{first} {second}" for first, second in zip(tokens, tokens[2:], strict=False))
    return grams


def _write(word: str, written: Mapping[str, str]) -> str:
    if word in written:
        return written[word]
    # An English word with an ending.
    for ending in ("s", "es", "d", "ed", "ing"):
        if word.endswith(ending) and word.removesuffix(ending) in written:
            return written[word.removesuffix(ending)]
    return word


def _to_stem(token: str) -> str:
    if not token.isascii() or not token.isalpha() or len(token) < 4:
        return token
    return re.sub(r"(?:ies|es|s|ing|ed|e|y)$", "", token)


def iterate_slots(sample: str) -> Iterator[str]:
    """The names of a sample's slots, in order."""
    yield from re.findall(r"\{([a-z_]+)\}", sample)
