"""Relations by sentence patterns: “依托{B:Organization+}建设{A:Platform+}” says that A is hosted by B.

A pattern is a regular expression over a sentence in which each name stands as one character that tells its class, so
that `{A:Platform}` is one name of that class (or of one below it), `{A:*}` of any, and `{A:Platform+}` a list of such
names. They stand in `ontology/annotator.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import NamedTuple

from kg.annotate.proposals import Proposal
from kg.annotate.resources import PatternRule
from kg.ontology import Vocabulary

# Characters of the private use area stand for names: one a class.
_FIRST = 0xE000
_ANY = "\ue000-\uefff"
_SLOT = re.compile(r"\{([A-Z]):([A-Za-z|]+|\*)(\+?)\}")
_GLUE = "(?:、|和|与|及|以及|或|，)"
_TAIL = f"(?:等(?:[^，。；：、{_ANY}]{{0,5}}|[{_ANY}])?)?"
# In a pattern: up to so many characters of one clause that hold no name.
_GAP = re.compile(r"~(\d+)")
_ACTOR = "actor"


class Pattern(NamedTuple):
    """A compiled pattern; one of `needs` stands in every sentence that it fits; `says` are (subject, property, object).

    Subjects and objects are slots of the pattern, or `actor`: whoever acts in the sentence.
    """

    needs: tuple[str, ...]
    expression: re.Pattern[str]
    says: tuple[tuple[str, str, str], ...]


class Patterns(NamedTuple):
    """All patterns, the character that stands for a name of each class, and what finds the words that are needed."""

    patterns: tuple[Pattern, ...]
    codes: Mapping[str, str]
    needed: re.Pattern[str]


def compile_patterns(rules: Sequence[PatternRule], vocabulary: Vocabulary) -> Patterns:
    """The patterns of the resources over the classes of the ontology."""
    codes = {cls: chr(_FIRST + number) for number, cls in enumerate(sorted(vocabulary.classes))}

    def to_group(slot: re.Match[str]) -> str:
        wanted = set(slot[2].split("|"))
        group = "".join(code for cls, code in codes.items() if wanted & {"*", cls, *vocabulary.classes[cls].ancestors})
        return f"(?P<{slot[1]}>[{group}](?:{_GLUE}?[{group}])*){_TAIL}" if slot[3] else f"(?P<{slot[1]}>[{group}])"

    def compile_one(rule: PatternRule) -> Pattern:
        text = _GAP.sub(lambda gap: f"[^，。；：、{_ANY}]{{0,{gap[1]}}}", rule.pattern)
        return Pattern(rule.needs, re.compile(_SLOT.sub(to_group, text)), rule.says)

    words = sorted({word for rule in rules for word in rule.needs}, key=lambda word: (-len(word), word))
    # Looked for at every place, so that 同 is found in 会同 too.
    firsts = "".join(sorted({re.escape(word[0]) for word in words}))
    needed = re.compile(f"(?=[{firsts}])(?=({'|'.join(map(re.escape, words))}))")
    return Patterns(tuple(compile_one(rule) for rule in rules), codes, needed)


def find_stated(
    text: str, begin: int, end: int, names: Sequence[Proposal], actor: Proposal | None, patterns: Patterns
) -> Iterator[tuple[Proposal, str, Proposal]]:
    """What patterns find in the sentence `text[begin:end]` between its outer names: (subject, property, object)."""
    if not names:
        return
    present = set(patterns.needed.findall(text, begin, end))
    fitting = [one for one in patterns.patterns if not present.isdisjoint(one.needs)]
    if not fitting:
        return
    skeleton, places = _to_skeleton(text, begin, end, names, patterns.codes)
    for pattern in fitting:
        for found in pattern.expression.finditer(skeleton):
            for subject, name, target in pattern.says:
                ends = _find_ends(found, subject, places, actor)
                if subject == target:
                    yield from ((one, name, other) for one, other in combinations(ends, 2))
                    continue
                others = _find_ends(found, target, places, actor)
                # 甲、乙分别做强子、丑: each its own.
                paired = "分别" in found[0] and len(ends) > 1
                for one, other in zip(ends, others, strict=False) if paired else product(ends, others):
                    if one is not other:
                        yield one, name, other


def _to_skeleton(
    text: str, begin: int, end: int, names: Sequence[Proposal], codes: Mapping[str, str]
) -> tuple[str, dict[int, Proposal]]:
    parts: list[str] = []
    places: dict[int, Proposal] = {}
    length, last = 0, begin
    for one in names:
        if one.begin < last or one.end > end or one.cls not in codes:
            continue
        parts += (text[last : one.begin], codes[one.cls])
        length += one.begin - last
        places[length] = one
        length += 1
        last = one.end
    parts.append(text[last:end])
    return "".join(parts), places


def _find_ends(
    found: re.Match[str], slot: str, places: Mapping[int, Proposal], actor: Proposal | None
) -> list[Proposal]:
    if slot == _ACTOR:
        return [actor] if actor is not None else []
    begin, end = found.span(slot)
    return [places[place] for place in range(begin, end) if place in places]
