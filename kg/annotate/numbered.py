"""建成试验检测平台60个: what so many of are counted is a kind, no thing of that name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.annotate.proposals import Proposal
from kg.model import FIGURE

# The kind that things of a class are of where they are counted.
_KINDS = {
    "Platform": "PlatformCategory",
    "ServicePlatform": "PlatformCategory",
    "PilotBase": "PlatformCategory",
    "Incubator": "PlatformCategory",
    "EngineeringCentre": "PlatformCategory",
    "Laboratory": "PlatformCategory",
    "Zone": "ZoneCategory",
    "Cluster": "ClusterCategory",
    "Project": "Category",
}
_COUNT = re.compile("(?!1[个家])[0-9][0-9,.]*(?:余|多|万|千|百)*[个家所座处](?:以上|左右|余)?")
_BETWEEN = re.compile("(?:达到?|超过|突破|总数达?|数量达?|不少于|约|各|共|超|近)?")


def to_kinds(text: str, found: Iterable[Proposal]) -> list[Proposal]:
    """Proposals with what stands right before a count, or right after it, as a kind of things."""
    found = list(found)
    counts = [one for one in found if one.cls == FIGURE and _COUNT.fullmatch(text, one.begin, one.end)]
    if not counts:
        return found
    return [_to_kind(text, one, counts) for one in found]


def _to_kind(text: str, one: Proposal, counts: list[Proposal]) -> Proposal:
    kind = _KINDS.get(one.cls)
    if kind is None or one.rule not in {"head", "list"} or "“" in text[one.begin : one.end]:
        return one
    for count in counts:
        after = count.end == one.begin
        before = one.end <= count.begin <= one.end + 4 and _BETWEEN.fullmatch(text, one.end, count.begin)
        if after or before:
            return one._replace(cls=kind)
    return one
