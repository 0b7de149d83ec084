"""`ontology/annotator.toml`: what the annotator knows of how such documents are written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from kg.errors import OntologyError
from kg.ontology import Vocabulary

_FILE = "annotator.toml"
_SLOT_CLASSES = re.compile(r"\{[A-Z]:([A-Za-z|]+)")
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Head:
    """A head noun: the class of a name with something of its own before it, of a name of a kind, of “甲、乙等…” items.

    Where `alone` is false the head closes such a list and makes no name of its own.
    """

    cls: str
    generic: str
    items: str
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Verbs:
    """A group of verbs; `by` is class → property, `*` for every other class."""

    words: tuple[str, ...]
    by: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PatternRule:
    """A sentence pattern (`patterns.py`); one of `needs` stands in every sentence that it fits."""

    pattern: str
    needs: tuple[str, ...]
    says: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Where a name ends on its left. `compounds`: head → what, right after it, makes another thing of it, and
    `no_head_after` what does so right before it; `not_names`: name → what after it shows that it is none.

    `marks` are boundaries of one character, but not inside one of `guards`; `marks_before_numbers` are before a number
    only. `predicates` are boundaries after a region, an agency or a name of one of the classes `closing`: 重庆大学建设…
    """

    hard: tuple[str, ...]
    predicates: tuple[str, ...]
    closing: frozenset[str]
    guards: tuple[str, ...]
    marks: frozenset[str]
    marks_before_numbers: frozenset[str]
    soft: tuple[str, ...]
    soft_kept: frozenset[str]
    soft_kept_before: frozenset[str]
    levels: tuple[str, ...]
    compounds: Mapping[str, tuple[str, ...]]
    not_names: Mapping[str, tuple[str, ...]]
    no_head_after: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Owned:
    """Measure words that a class of things has, longest first, and the indicator by class and word."""

    words: tuple[str, ...]
    labels: Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Measures:
    """The words of measuring.

    `counts`: class → what a count of it is called, and of new ones; `owned`: what a thing's measures are called;
    `kinds`: class → how an indicator says what it is of; `collective`: class → how a count of what was made says it;
    `verbs`: those of what is new and of what is made; `plain` verbs leave a count what it is, those `gathering` people
    make it one of 人才.
    """

    nouns: tuple[str, ...]
    growth: tuple[str, ...]
    shares: tuple[str, ...]
    ranks: tuple[str, ...]
    fresh: tuple[str, ...]
    links: tuple[str, ...]
    deeds: tuple[str, ...]
    makers: tuple[str, ...]
    verbs: tuple[str, ...]
    plain: tuple[str, ...]
    gathering: tuple[str, ...]
    counts: Mapping[str, tuple[str, str]]
    kinds: Mapping[str, str]
    collective: Mapping[str, str]
    owned: Owned


@dataclass(frozen=True, slots=True)
class Resources:
    """All of the file: names by word → class, heads and title endings by word, endings by class, and the rest.

    `quoted`: class → how names in “” end that are of it, and how long such a name may be.
    """

    names: Mapping[str, str]
    heads: Mapping[str, Head]
    titles: Mapping[str, str]
    quoted: Mapping[str, tuple[tuple[str, ...], int]]
    endings: Mapping[str, tuple[str, ...]]
    boundaries: Boundaries
    verbs: tuple[Verbs, ...]
    patterns: tuple[PatternRule, ...]
    measures: Measures


def read_resources(folder: Path, vocabulary: Vocabulary) -> Resources:
    """The annotator's resources of an ontology folder. Raises OntologyError where one names what policy.ttl lacks."""
    path = folder / _FILE
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise OntologyError(f"{path}: 读不到 cannot be read: {error.strerror}；请恢复这个文件") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OntologyError(f"{path}: 不是合法的 TOML not TOML: {error}；请改正") from error
    try:
        return _to_resources(content, _Checker(path, vocabulary))
    except (KeyError, TypeError, AttributeError) as error:
        raise OntologyError(f"{path}: 缺少或写错了一项 an entry is missing or malformed: {error}；请改正") from error


@dataclass(frozen=True, slots=True)
class _Checker:
    path: Path
    vocabulary: Vocabulary

    def check_class(self, name: str) -> str:
        if name and name not in self.vocabulary.classes:
            raise OntologyError(f"{self.path}: 本体里没有这个类 no such class: {name}；请改正")
        return name

    def check_property(self, name: str) -> str:
        if name not in self.vocabulary.properties:
            raise OntologyError(f"{self.path}: 本体里没有这个关系 no such relation: {name}；请改正")
        return name

    def check_source(self, entry: Mapping[str, Any]) -> None:
        if not entry.get("source"):
            raise OntologyError(f"{self.path}: 有一项没有 source an entry has no source: {entry}；请补上出处")


def _to_resources(content: Mapping[str, Any], checker: _Checker) -> Resources:
    for entry in (
        *content["names"],
        *content["heads"],
        *content["titles"],
        *content["quoted"],
        *content["verbs"],
        *content["patterns"],
        content["boundaries"],
    ):
        checker.check_source(entry)
    return Resources(
        names=_to_words(content["names"], lambda entry: checker.check_class(entry["class"])),
        heads=_to_words(content["heads"], lambda entry: _to_head(entry, checker)),
        titles=_to_words(content["titles"], lambda entry: checker.check_class(entry["class"])),
        quoted={
            checker.check_class(entry["class"]): (tuple(entry["words"]), int(entry["longest"]))
            for entry in content["quoted"]
        },
        endings={checker.check_class(entry["class"]): tuple(entry["words"]) for entry in content["endings"]},
        boundaries=_to_boundaries(content["boundaries"], checker),
        verbs=tuple(_to_verbs(entry, checker) for entry in content["verbs"]),
        patterns=tuple(_to_pattern(entry, checker) for entry in content["patterns"]),
        measures=_to_measures(content["measures"], checker),
    )


def _to_words(
    entries: Iterable[Mapping[str, Any]], to_value: Callable[[Mapping[str, Any]], _Value]
) -> dict[str, _Value]:
    # The first entry that has a word keeps it: the file's order is the order of preference.
    words: dict[str, _Value] = {}
    for entry in entries:
        value = to_value(entry)
        for word in entry["words"]:
            words.setdefault(word, value)
    return words


def _to_head(entry: Mapping[str, Any], checker: _Checker) -> Head:
    cls, generic, items = (checker.check_class(entry[key]) for key in ("class", "generic", "items"))
    return Head(cls, generic, items, bool(entry.get("alone", True)))


def _to_boundaries(entry: Mapping[str, Any], checker: _Checker) -> Boundaries:
    return Boundaries(
        hard=tuple(entry["hard"]),
        predicates=tuple(entry["predicates"]),
        closing=frozenset(map(checker.check_class, entry["closing"])),
        guards=tuple(entry["guards"]),
        marks=frozenset(entry["marks"]),
        marks_before_numbers=frozenset(entry["marks_before_numbers"]),
        soft=tuple(sorted(entry["soft"], key=len, reverse=True)),
        soft_kept=frozenset(entry["soft_kept"]),
        soft_kept_before=frozenset(entry["soft_kept_before"]),
        levels=tuple(sorted(entry["levels"], key=len, reverse=True)),
        no_head_after={head: tuple(words) for head, words in entry["no_head_after"].items()},
        not_names={name: tuple(words) for name, words in entry["not_names"].items()},
        compounds={head: tuple(words) for head, words in entry["compounds"].items()},
    )


def _to_verbs(entry: Mapping[str, Any], checker: _Checker) -> Verbs:
    by = {
        cls if cls == "*" else checker.check_class(cls): checker.check_property(name)
        for cls, name in entry["by"].items()
    }
    return Verbs(tuple(entry["words"]), by)


def _to_pattern(entry: Mapping[str, Any], checker: _Checker) -> PatternRule:
    for classes in _SLOT_CLASSES.findall(entry["pattern"]):
        for cls in classes.split("|"):
            checker.check_class(cls)
    says = []
    for line in entry["says"]:
        subject, name, target = line.split()
        says.append((subject, checker.check_property(name), target))
    return PatternRule(entry["pattern"], tuple(entry["needs"]), tuple(says))


def _to_measures(entry: Mapping[str, Any], checker: _Checker) -> Measures:
    def words(key: str) -> tuple[str, ...]:
        return tuple(sorted(entry[key], key=len, reverse=True))

    def by_class(key: str) -> dict[str, str]:
        return {checker.check_class(cls): word for cls, word in entry[key].items()}

    labels: dict[tuple[str, str], str] = {}
    for key, label in entry["canonical"].items():
        classes, word = key.split(" ", 1)
        labels |= {(checker.check_class(cls), word): label for cls in classes.split("|")}
    return Measures(
        nouns=words("nouns"),
        growth=words("growth"),
        shares=words("shares"),
        ranks=words("ranks"),
        fresh=words("fresh"),
        links=words("links"),
        deeds=words("deeds"),
        makers=words("makers"),
        verbs=words("fresh") + words("makers"),
        plain=words("plain"),
        gathering=words("gathering"),
        counts={checker.check_class(cls): (names[0], names[1]) for cls, names in entry["counts"].items()},
        kinds=by_class("kinds"),
        collective=by_class("collective"),
        owned=Owned(tuple(sorted({word for _, word in labels}, key=lambda word: (-len(word), word))), labels),
    )
