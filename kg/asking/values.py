"""Years, days, numbers, classes, states and quoted words in a question: what fills a parameter beside names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from kg.asking.wording import fold, read_words

# Stands for an IRI in a folded question, whose signs folding would take away.
IRI_MARK = "\ue0ff"
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_CHINESE_YEAR = re.compile(r"[一二][〇零一二三四五六七八九]{3}(?=年)")
_DAY = re.compile(r"((?:19|20)[0-9]{2})(?:年|[ -])([0-9]{1,2})(?:月|[ -])(?:([0-9]{1,2})[日号]?)?")
_YEAR = re.compile(r"(?<![0-9.])((?:19|20)[0-9]{2})(?![0-9.])年?度?|(?<![0-9])([0-9]{2})年")
_RELATIVE = {"前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1, "last year": -1, "this year": 0}
_NUMBER = re.compile(r"(?<![0-9.])[0-9]+(?![0-9.%])")
_QUOTED = re.compile(
    r"“([^”]{1,60})”|「([^」]{1,60})」|『([^』]{1,60})』|\"([^\"]{1,60})\"|'([^']{1,60})'|‘([^’]{1,60})’"
)
_IRI = re.compile(r"(?:https?://|urn:|id:|kg:)[^\s，。？！；、“”]+")


@dataclass(frozen=True, slots=True)
class Value:
    """What fills a parameter of a type: where it stands in the folded question, and what it is."""

    begin: int
    end: int
    type: str
    value: str


def to_digits(question: str) -> str:
    """A question with a year in Chinese digits written in Arabic ones: 二〇二三年, 2023年."""
    return _CHINESE_YEAR.sub(lambda found: found[0].translate(_DIGITS), question)


def find_iri(question: str) -> str:
    """The IRI, whole or with a known prefix, that a question as it was put has in it; empty where there is none."""
    found = _IRI.search(question)
    return found[0] if found else ""


def find_quoted(question: str) -> tuple[str, ...]:
    """What stands in quotation marks in a question as it was put."""
    return tuple(next(filter(None, found.groups())) for found in _QUOTED.finditer(question))


def find_times(question: str, today: date) -> tuple[Value, ...]:
    """The days and years in a folded question; a year is a day too, its first."""
    days = [value for found in _DAY.finditer(question) for value in _to_days(found)]
    years = []
    for found in _YEAR.finditer(question):
        year = found[1] or f"20{found[2]}"
        years.append(Value(*found.span(), "year", year))
        years.append(Value(*found.span(), "date", f"{year}-01-01"))
    for word, offset in _RELATIVE.items():
        for found in re.finditer(word, question):
            years.append(Value(*found.span(), "year", str(today.year + offset)))
            years.append(Value(*found.span(), "date", f"{today.year + offset}-01-01"))
    return (*days, *years)


def _to_days(found: re.Match[str]) -> Iterator[Value]:
    try:
        day = date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        return
    yield Value(*found.span(), "date", day.isoformat())


def find_numbers(question: str) -> tuple[Value, ...]:
    """The whole numbers in a folded question."""
    return tuple(Value(*found.span(), "integer", found[0]) for found in _NUMBER.finditer(question))


def find_status(question: str) -> tuple[Value, ...]:
    """The words for a status in a folded question, each by the status's label."""
    return tuple(
        Value(found.start(), found.end(), "status", label)
        for label, words in read_words().status.items()
        for word in words
        for found in re.finditer(re.escape(word), question)
    )


def find_classes(question: str, names: Mapping[str, str]) -> tuple[Value, ...]:
    """The classes that a folded question names: `names` is from a folded name to the label that the query takes."""
    return tuple(
        Value(found.start(), found.end(), "class", label)
        for name, label in names.items()
        for found in re.finditer(rf"\b{re.escape(name)}(?:e?s)?\b" if name.isascii() else re.escape(name), question)
    )


def to_class_names(labels: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Folded names of classes → the Chinese label; one of several words (工程/技术中心) is known by each of them."""
    names: dict[str, str] = {}
    for chinese, english in labels:
        for label in (chinese, english):
            for part in (label, *label.split("/")):
                if len(fold(part)) > 1:
                    names.setdefault(fold(part), chinese)
    return names
