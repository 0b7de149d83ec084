"""市科委会同市经济信息化委…: what is said of who opens a sentence is said of those who act with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kg.annotate.assembly import Related
from kg.annotate.proposals import Proposal

_WITH = re.compile("(?:在[^，。；]{2,6}?)?(?:会同|联合|携手|商|协同)")
_JOINTLY = re.compile("(?:与|和|同)")
_TOGETHER = re.compile(
    "(?:等[^，。；]{0,8})?(?:共同|联合|携手|合作|协同|在[^，。；]{2,6}(?:举办|召开|共同|联合)|共建|签署)"
)
_LISTED = re.compile("、|和|与|及|以及")
_PARTNERS = frozenset({"Agency", "Province", "Municipality", "City", "Organization", "District", "RepresentativeBody"})
_SHARED = frozenset({"implements", "establishes", "supports", "organises", "develops", "uses"})


def find_partners(text: str, actor: Proposal, names: Sequence[Proposal]) -> list[Proposal]:
    """Those named right after who acts as acting with it."""
    after = [one for one in names if one.begin >= actor.end]
    if not after:
        return []
    between = text[actor.end : after[0].begin]
    certain = _WITH.fullmatch(between)
    if certain is None and _JOINTLY.fullmatch(between) is None:
        return []
    partners: list[Proposal] = []
    for one in after:
        if one.cls not in _PARTNERS:
            break
        if partners and not _LISTED.fullmatch(text[partners[-1].end : one.begin]):
            break
        partners.append(one)
    if partners and certain is None and not _TOGETHER.match(text, partners[-1].end):
        return []
    return partners


def share_with(partners: Sequence[Proposal], actor: Proposal, related: Iterable[Related]) -> Iterator[Related]:
    """What the actor does, said of its partners."""
    for link in related:
        if link.subject != actor or link.property not in _SHARED or link.rule.startswith("aim"):
            continue
        if link.object not in partners and partners and link.object.begin > partners[-1].end:
            for one in partners:
                yield Related(one, link.property, link.object, "partner", 0.62)
