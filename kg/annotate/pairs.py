"""Pairs of names that a relation may hold between, each with what speaks for and against it.

The rules of `relating` say what they find; what is made of it, and of pairs that no rule speaks of, is weighed
(`weights.py`) with weights learned from annotated documents (`learning.py`).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from kg.annotate.assembly import Related
from kg.annotate.proposals import Proposal

_NEAR = 3
_SHORT = 6
_JOINTS = frozenset({"、", "和", "与", "及", "以及", "，", "”、“", "或"})
_PREPOSITION = re.compile(
    "(?:面向|围绕|聚焦|针对|瞄准|对接|支持|鼓励|引导|服务|依托|利用|借助|通过|为|向|对|以|由|与|同|在|把|将|从|到|的|等)\\Z"
)


class Clause(NamedTuple):
    """A clause with who acts in it and the name that opens it, where there are any."""

    begin: int
    end: int
    sentence: int
    actor: Proposal | None
    opening: Proposal | None


class Verb(NamedTuple):
    """A verb where it stands in the document; `group` is its place in the resources' list of groups."""

    begin: int
    end: int
    group: int
    word: str


class Pair(NamedTuple):
    """Two names in the order of a relation, with the features that weights are for."""

    subject: Proposal
    object: Proposal
    features: tuple[str, ...]


class Scene(NamedTuple):
    """A paragraph's clauses, names, verbs and figures in the text's order, and the relations that rules found."""

    text: str
    clauses: Sequence[Clause]
    names: Sequence[Proposal]
    verbs: Sequence[Verb]
    figures: Sequence[Proposal]
    related: Sequence[Related]


def find_pairs(scene: Scene, wanted: Container[tuple[str, str]]) -> Iterator[Pair]:
    """The pairs worth weighing: whoever acts with every name, names near each other, whatever a rule relates.

    `wanted` are the pairs of classes that a relation may hold between.
    """
    ruled: dict[tuple[Proposal, Proposal], list[str]] = {}
    for one in scene.related:
        ruled.setdefault((one.subject, one.object), []).append(one.property)
    seen: set[tuple[Proposal, Proposal]] = set()
    places = _Places(scene)
    for pair in (*_pair_names(scene, places), *ruled):
        subject, target = pair
        if pair not in seen and (subject.cls, target.cls) in wanted and subject[:2] != target[:2]:
            seen.add(pair)
            yield Pair(subject, target, tuple(_find_features(scene, places, subject, target, ruled.get(pair, ()))))


def _pair_names(scene: Scene, places: _Places) -> Iterator[tuple[Proposal, Proposal]]:
    names = scene.names
    for place, one in enumerate(names):
        clause = places.find_clause(one)
        if clause is None:
            continue
        for actor in (clause.actor, clause.opening):
            if actor is not None and actor is not one:
                yield actor, one
        for other in names[place + 1 : place + 1 + _NEAR]:
            beside = places.find_clause(other)
            if beside is None or beside.sentence != clause.sentence:
                break
            yield one, other
            yield other, one


class _Places:
    """Where names, verbs and clauses stand, for looking up."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._clauses = [one.begin for one in scene.clauses]
        self._verbs = [one.begin for one in scene.verbs]
        self._figures = [one.begin for one in scene.figures]
        self.number = {one: place for place, one in enumerate(scene.names)}
        self._before: dict[Proposal, Proposal] = {}

    def find_clause(self, one: Proposal) -> Clause | None:
        place = bisect_right(self._clauses, one.begin) - 1
        return self.scene.clauses[place] if place >= 0 else None

    def count_clauses(self, first: int, last: int) -> int:
        return abs(bisect_right(self._clauses, last) - bisect_right(self._clauses, first))

    def find_verb(self, begin: int, end: int) -> Verb | None:
        """The last verb between two places."""
        place = bisect_right(self._verbs, end - 1) - 1
        if place < 0 or self.scene.verbs[place].begin < begin:
            return None
        return self.scene.verbs[place]

    def find_next_verb(self, begin: int, end: int) -> Verb | None:
        place = bisect_left(self._verbs, begin)
        if place >= len(self._verbs) or self._verbs[place] >= end:
            return None
        return self.scene.verbs[place]

    def is_counted(self, one: Proposal) -> bool:
        place = bisect_left(self._figures, one.end)
        return place < len(self._figures) and self._figures[place] - one.end <= 3

    def find_head_of_list(self, one: Proposal) -> Proposal:
        """The first of the names that only 、, 和 and the like stand between, up to `one`."""
        found = self._before.get(one)
        if found is not None:
            return found
        place = self.number.get(one, 0)
        head = one
        while place > 0:
            before = self.scene.names[place - 1]
            if before.end > head.begin or self.scene.text[before.end : head.begin] not in _JOINTS:
                break
            head = before
            place -= 1
        self._before[one] = head
        return head


def _find_features(
    scene: Scene, places: _Places, subject: Proposal, target: Proposal, rules: Sequence[str]
) -> Iterator[str]:
    text = scene.text
    scls, ocls = subject.cls, target.cls
    classes = f"{scls}>{ocls}"
    yield classes
    yield f"s {scls}"
    yield f"o {ocls}"
    clause = places.find_clause(target)
    begin, end = (clause.begin, clause.end) if clause else (target.begin, target.end)
    if clause is None:
        role = "none"
    elif subject is clause.opening:
        role = "opening"
    elif subject is clause.actor:
        role = "actor" if places.count_clauses(subject.begin, target.begin) < 4 else "far actor"
    else:
        role = "other"
    yield f"role {role}"
    yield f"role {role} {ocls}"
    for name in rules:
        yield f"rule {name}"
        yield f"rule {name} {classes}"
    if not rules:
        yield f"no rule {classes}"
    if subject.covers(target) or target.covers(subject):
        inner, outer = (target, subject) if subject.covers(target) else (subject, target)
        where = "begins" if inner.begin == outer.begin else "ends" if inner.end == outer.end else "inside"
        yield f"{'holds' if inner is target else 'held'} {where} {classes}"
        return
    head = places.find_head_of_list(target)
    verb = places.find_verb(begin, head.begin)
    if verb is None:
        yield f"no verb {role} {ocls}"
    else:
        yield f"v {verb.word}"
        yield f"v {verb.word} {ocls}"
        yield f"g {verb.group} {ocls}"
        yield f"g {verb.group} {role}"
        if subject.begin > verb.begin:
            yield f"both after {classes}"
    after = places.find_next_verb(target.end, end)
    if after is not None:
        yield f"then {after.word} {ocls}"
    before = _PREPOSITION.search(text, max(head.begin - 2, 0), head.begin)
    yield f"p {before[0] if before else '-'} {ocls} {role}"
    yield f"b {text[max(head.begin - 2, begin) : head.begin]} {ocls}"
    yield f"a {text[target.end : target.end + 2]} {ocls}"
    if head is not target:
        yield "listed"
    if places.is_counted(target):
        yield f"counted {ocls} {role}"
    first, second = (subject, target) if subject.begin < target.begin else (target, subject)
    forward = first is subject
    between = text[first.end : second.begin]
    distance = places.count_clauses(first.begin, second.begin)
    yield f"order {forward} {classes}"
    yield f"clauses {min(distance, 4)} {role}"
    if len(between) <= _SHORT:
        yield f"between {forward} {between}"
        yield f"between {forward} {between} {classes}"
    number, other = places.number.get(first), places.number.get(second)
    if number is not None and other is not None:
        yield f"names {min(other - number, 5)} {forward} {role}"
    joint = places.find_verb(first.end, second.begin) if distance == 0 else None
    if joint is not None:
        yield f"through {joint.word} {forward} {classes}"
