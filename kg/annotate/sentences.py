"""What a sentence relates without one verb: lists of a kind, cooperation, who issued a document, where a thing lies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from kg.annotate.assembly import Related
from kg.annotate.proposals import Proposal

ACTORS = frozenset(
    {"Agency", "Province", "City", "Municipality", "District", "Country", "Organization", "Enterprise", "University",
     "ResearchInstitute", "Alliance", "RepresentativeBody"}
)  # fmt: skip
SPATIAL = frozenset({"Province", "City", "Municipality", "RegionGroup", "Country", "District"})
# What may stand between the begin of a clause and the name that acts in it.
OPENING = re.compile(
    r"(?:[一二三四五六七八九十]是|其中|同时|此外|下一步|近年来|今年|去年|全年|目前|为此|今后|首先|其次|另外|年|月|日|季度|期间|以来|底|初|还|也|并|另|\s|在|据|由|经)*\Z"
)
_LISTED = re.compile("、|和|与|及|以及")
_INSTANCE = re.compile("等(?:[两二三四五六七八九十0-9]{1,3}(?:个|项|家|类|大|所|种|支|只))?(?:一批)?")
_VENUE = re.compile("(?:举行|召开|举办|开幕|落户|启动)")
_CONTRIBUTING = re.compile("会办|协办|会签")
# 深海装备等未来产业 are instances; those of 重点领域 are not.
_KINDS_OF_THINGS = ("产业", "学科", "产业链")
_WORKING = frozenset({"PlatformCategory", "ZoneCategory", "ClusterCategory"})
_TOGETHER = re.compile("联动|协同|合作|对接|共建|协作|互联互通|协调发展|签署")
_WITH = re.compile(
    "(?:^|[^\\w]|[，、；])?(?:将|还|不断|持续|积极|加强)?(?:与|同|和|会同|联合|携手|对接|深化同|深化与|加强与|加强同)\\Z"
)
_RESPONSIBLE = re.compile(
    "（(?:责任单位|牵头单位|责任部门)?[:：]?([^（）]{2,80}?)(?:按职责分工)?(?:负责|牵头|配合|落实)?）[。\\s]*\\Z"
)


def relate_sentence(
    text: str, end: int, inside: Sequence[Proposal], names: Sequence[Proposal], actor: Proposal | None
) -> Iterator[Related]:
    """What does not hang on one verb: lists of a kind, cooperation, who issued a document, where a thing lies.

    `inside` are the names of the sentence, which goes up to `end`, `names` those of the paragraph.
    """
    for place, one in enumerate(inside):
        if one.cls.endswith("Category") and place:
            yield from _find_instances(text, one, inside[:place])
    yield from _find_cooperation(text, end, inside, actor)
    yield from _find_issued(text, inside)
    yield from _find_contributors(text, end, inside, actor)
    yield from _find_venue(text, inside)
    yield from _find_answered(inside, names)


def _find_answered(inside: Sequence[Proposal], names: Sequence[Proposal]) -> Iterator[Related]:
    """《…的提案》收悉。现答复如下: the reply answers the suggestion named before it in the paragraph."""
    for one in inside:
        asked = [other for other in names if other.cls == "Suggestion" and other.end <= one.begin]
        if one.cls == "Reply" and asked:
            yield Related(one, "repliesTo", asked[-1], "answered", 0.8)


def _find_venue(text: str, names: Sequence[Proposal]) -> Iterator[Related]:
    """启动会在武汉举行; 中心位于武汉."""
    for first, second in pairwise(names):
        between = text[first.end : second.begin]
        if second.cls not in SPATIAL:
            continue
        if re.fullmatch("(?:位于|落户|坐落于?|布局在|落地)", between) or (
            first.cls == "Event" and between == "在" and _VENUE.match(text, second.end)
        ):
            yield Related(first, "locatedIn", second, "venue", 0.8)


def _find_contributors(text: str, end: int, names: Sequence[Proposal], actor: Proposal | None) -> Iterator[Related]:
    """省教育厅、省财政厅等部门参加会办, 会同省发改委: who works on it with whom."""
    agencies = [one for one in names if one.cls == "Agency"]
    replies = [one for one in names if one.cls in {"Reply", "Suggestion", "Notice", "Plan"}]
    if not agencies:
        return
    for found in _CONTRIBUTING.finditer(text, agencies[0].end, end):
        place = found.start()
        listed = [one for one in agencies if one.end <= place]
        group = _to_list(text, listed) if listed and place - listed[-1].end <= 10 else []
        leader = next((one for one in agencies if one not in group), actor)
        for one in group:
            yield from (Related(one, "contributesTo", reply, "contributors", 0.75) for reply in replies[:1])
            if leader is not None and leader.cls == "Agency":
                yield Related(leader, "cooperatesWith", one, "contributors", 0.7)


def _find_instances(text: str, kind: Proposal, before: Sequence[Proposal]) -> Iterator[Related]:
    last = before[-1]
    if not _INSTANCE.fullmatch(text[last.end : kind.begin]):
        return
    for one in reversed(_to_list(text, before)):
        if one.cls in {"Industry", "Technology"} and kind.cls in {
            "PlatformCategory",
            "ZoneCategory",
            "ClusterCategory",
        }:
            # 激光、光化学等中试平台: what the platforms work on, not some of them.
            yield Related(kind, "specialisesIn", one, "list", 0.7)
        elif (
            (one.cls in {"Industry", "Technology"} and text.endswith(_KINDS_OF_THINGS, kind.begin, kind.end))
            or one.cls not in {"Industry", "Technology", "Province", "City"}
            or kind.cls != "Category"
        ):
            yield Related(one, "instanceOf", kind, "list", 0.7)


def _to_list(text: str, names: Sequence[Proposal]) -> list[Proposal]:
    """The last names that only 、 or 和 stand between."""
    items = [names[-1]]
    for one in reversed(names[:-1]):
        if not _LISTED.fullmatch(text[one.end : items[0].begin]):
            break
        items.insert(0, one)
    return items


def _find_cooperation(text: str, end: int, names: Sequence[Proposal], actor: Proposal | None) -> Iterator[Related]:
    """甲与乙、丙联动, 会同乙和丙, 与乙的协同: the first of them, or who acts, works with each of the rest."""
    for place, one in enumerate(names):
        before = text[max(one.begin - 4, 0) : one.begin]
        if one.cls not in SPATIAL | ACTORS or not _WITH.search(before):
            continue
        listed = [one]
        for other in names[place + 1 :]:
            if not _LISTED.fullmatch(text[listed[-1].end : other.begin]) or other.cls not in SPATIAL | ACTORS:
                break
            listed.append(other)
        previous = names[place - 1] if place else None
        adjacent = previous is not None and len(text[previous.end : one.begin]) <= 3
        first = previous if adjacent else actor
        if first is None or (first.cls in SPATIAL) != (one.cls in SPATIAL):
            continue
        if before.endswith(("会同", "联合", "携手")) or _TOGETHER.search(
            text[listed[-1].end : min(listed[-1].end + 12, end)]
        ):
            for other in listed:
                yield Related(first, "cooperatesWith", other, "together", 0.7)


def _find_issued(text: str, names: Sequence[Proposal]) -> Iterator[Related]:
    for first, second in pairwise(names):
        if (
            text[second.begin] == "《"
            and first.cls in ACTORS
            and re.search("印发|发布|作出|出台|制定|提出", text[first.end : second.begin])
        ):
            yield Related(second, "issuedBy", first, "issued", 0.8)


def relate_responsible(text: str, end: int, names: Sequence[Proposal]) -> Iterator[Related]:
    """（市科技局、市教委按职责分工负责）at a paragraph's end: they carry out the programmes that it names."""
    opened = text.rfind("（", 0, end)
    found = _RESPONSIBLE.match(text, opened, end) if opened >= 0 else None
    if found is None:
        return
    bodies = [one for one in names if one.cls == "Agency" and opened < one.begin]
    for one in names:
        if one.end <= opened and one.cls == "Programme":
            for body in bodies:
                yield Related(body, "implements", one, "responsible", 0.7)
