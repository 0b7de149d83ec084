"""Names as pinyin without tones: 低空经济 → di kong jing ji.

The readings are pypinyin's (MIT): one for each character, and for the phrases in which a character is read otherwise
(重庆 chong qing). They are looked up here rather than through its `lazy_pinyin`, which is ten times as slow.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module

import ahocorasick

Reader = Callable[[str], Sequence[str]]


@cache
def read_readings() -> Reader:
    """A function from a name to its syllables, one a character; a character that has no reading stands for itself.

    Raises ImportError where pypinyin is not installed (`pip install 'policykg[serve]'`).
    """
    tables = import_module("pypinyin.constants")
    single = {chr(code): _to_plain(text.partition(",")[0]) for code, text in tables.PINYIN_DICT.items()}
    phrases = ahocorasick.Automaton()
    for phrase, syllables in tables.PHRASES_DICT.items():
        plain = tuple(_to_plain(one[0]) for one in syllables)
        # A phrase that is read character by character says nothing new; a long one with a comma is a saying.
        if len(plain) == len(phrase) and plain != tuple(single.get(one, one) for one in phrase):
            phrases.add_word(phrase, (len(phrase), plain))
    phrases.make_automaton()

    def read(name: str) -> Sequence[str]:
        syllables = [single.get(character, character) for character in name]
        for end, (length, plain) in phrases.iter_long(name):
            syllables[end - length + 1 : end + 1] = plain
        return syllables

    return read


def to_initials(syllables: Sequence[str]) -> str:
    """The first letter of each syllable: dkjj for di kong jing ji."""
    return "".join(one[:1] for one in syllables)


def _to_plain(syllable: str) -> str:
    """A syllable without its tone; ü is v, as on a keyboard."""
    letters = unicodedata.normalize("NFD", syllable.replace("ü", "v"))
    plain = "".join(one for one in letters if not unicodedata.combining(one) or one == "\u0308")
    return plain.replace("u\u0308", "v")
