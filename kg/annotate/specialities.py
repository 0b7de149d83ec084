"""What a name says before its head noun that it works on: 国家数字建造技术创新中心, 晋江鞋服集群."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kg.annotate.lexicon import Lexicon
from kg.annotate.passage import Passage, Word
from kg.annotate.proposals import Proposal

_SHORTEST, _LONGEST = 2, 14
# By the class of the name: the words before its head noun that say nothing of what it works on, as a pattern at their
# end, and the class of what is left (None: as its ending tells, nothing where it tells nothing).
_RULES: Mapping[str, tuple[re.Pattern[str], str | None]] = {
    "EngineeringCentre": (re.compile("(?:应用)?(?:制造业|产业|技术|国家)?\\Z"), "Technology"),
    "PilotBase": (re.compile("(?:概念验证)?\\Z"), "Technology"),
    "Cluster": (re.compile("(?:先进|特色)?(?:产业|制造业)?\\Z"), "Industry"),
    "ClusterCategory": (re.compile("(?:先进|特色)?(?:产业|制造业)?\\Z"), "Industry"),
    "Incubator": (re.compile("(?:产业|专业|科技)*\\Z"), None),
    "Alliance": (re.compile("(?:产业|技术|创新|产教|协同|战略|发展|融合)*\\Z"), None),
    "Laboratory": (re.compile("(?:全国重点|国家重点|省重点|重点|联合)\\Z"), "Technology"),
}  # fmt: skip
_TOLD_BY_ENDING = frozenset({"Cluster", "ClusterCategory", "Alliance", "Incubator"})
_IN_A_ZONE = re.compile(".{0,8}?(?:园区|高新区|开发区|经开区|新区|科学城|科技城)")
_SAYS_NOTHING = re.compile("关于|新兴|优秀|综合|首届|升级|研究院|大学|特色")
_OPENING = re.compile("(?:首个|首批|世界级|国家级|省级|市级|国家|全国|省|市|千亿级|万亿级|百亿级|高端|中国)*")


def find_speciality(
    passage: Passage, name: Proposal, head: int, lexicon: Lexicon, regions: Mapping[int, Word]
) -> Iterator[Proposal]:
    """What a name works on whose head noun begins at `head`."""
    rule = _RULES.get(name.cls)
    if rule is None:
        return
    needless, known = rule
    text = passage.text
    placed = max((end for end, word in regions.items() if word.begin == name.begin and end <= head), default=name.begin)
    groups = (one.end for one in passage.words if one.begin == name.begin and one.entry.name == "RegionGroup")
    placed = max((end for end in groups if end <= head), default=placed)
    opening = _OPENING.match(text, placed, head)
    begin = opening.end() if opening else placed
    if name.cls == "ClusterCategory" and text.startswith("高端", begin - 2):
        begin -= 2
    tail = needless.search(text, begin, head)
    if tail is None or (name.cls == "Laboratory" and not tail[0]):
        return
    words = text[begin : tail.start()]
    boundaries = lexicon.resources.boundaries
    zone = _IN_A_ZONE.match(words)
    if zone:
        begin, words = begin + zone.end(), words[zone.end() :]
    if not _SHORTEST <= len(words) <= _LONGEST or re.search("[“”（）、领]", words) or words in boundaries.levels:
        return
    if not re.sub("|".join(map(re.escape, boundaries.levels)), "", words) or _SAYS_NOTHING.search(words):
        return
    endings = lexicon.resources.endings
    told = next((cls for cls, ends in endings.items() if words.endswith(ends)), None)
    if told is None and name.cls in _TOLD_BY_ENDING and lexicon.resources.names.get(words) not in endings:
        return
    cls = "Industry" if name.cls in {"Cluster", "ClusterCategory"} else told or known
    if cls:
        yield Proposal(begin, begin + len(words), cls, "speciality", 0.6)
