"""The words that stand before a figure in its clause, without what links them to it and without what opens them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.annotate.proposals import Proposal
from kg.annotate.resources import Measures

REGIONS = frozenset({"Province", "City", "Country", "Municipality", "District", "RegionGroup", "Zone"})
_CLAUSE_ENDS = "，；。：！？,;:!?\n"
_LONGEST_CLAUSE = 200
_JOINTS = "的在由从、，"


@dataclass(frozen=True, slots=True)
class Phrase:
    """What stands before a figure in its clause: the words of measuring, from `begin` to `end`."""

    begin: int
    end: int
    text: str


def to_phrase(text: str, figure: Proposal, before: Proposal | None, measures: Measures) -> Phrase:
    """The clause up to the figure, without what links it to the figure (达到, 为, 超过) and without periods."""
    farthest = max(figure.begin - _LONGEST_CLAUSE, 0)
    begin = max(max(text.rfind(end, farthest, figure.begin) for end in _CLAUSE_ENDS) + 1, farthest)
    if before and before.end > begin:
        begin = before.end
    end = figure.begin
    links = _compile_links(measures.links)
    moved = True
    while moved and end > begin:
        moved = False
        if text[end - 1] in _JOINTS:
            end, moved = end - 1, True
            continue
        linked = links.match(text[begin:end][::-1])
        if linked and not _is_measure(text, begin, end, linked[0][::-1], measures):
            end, moved = end - linked.end(), True
        time = re.search("(?:(?:19|20)[0-9]{2}年?[底末初]?|今年|去年|当年|全年)$", text[begin:end])
        if time:
            end, moved = begin + time.start(), True
    opening = _ITEM.match(text, begin, end)
    if opening is not None:
        begin = opening.end()
    while begin < end and text[begin] in "、，和及 也还并":
        begin += 1
    return Phrase(begin, end, text[begin:end])


# （二）, 一是, 3.: how an item opens.
_ITEM = re.compile("（[一二三四五六七八九十]{1,3}）|[一二三四五六七八九十]{1,3}是|[0-9]{1,2}[.．、]")


@lru_cache(maxsize=8)
def _compile_links(links: tuple[str, ...]) -> re.Pattern[str]:
    # Backwards, so that one match at the front of the reversed words finds the longest link at their end.
    words = sorted({word[::-1] for word in links}, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, words)))


@lru_cache(maxsize=8)
def compile_stops(hard: tuple[str, ...]) -> re.Pattern[str]:
    """What opens a phrase without measuring anything: the verbs that bound names, but those that measure."""
    # 增长, 提高 and the like measure; what a phrase opens with and does not measure is a verb before it.
    words = sorted(set(hard) - _MEASURING, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, words)))


_MEASURING = frozenset(
    {
        "累计",
        "突破",
        "达到",
        "实现",
        "提升",
        "提高",
        "支出",
        "备案",
        "认定",
        "获批",
        "新增",
        "新建",
        "新认定",
        "首次",
        "每年",
        "全年",
    }
)


def _is_measure(text: str, begin: int, end: int, word: str, measures: Measures) -> bool:
    # 总数达 ends in a link, 覆盖率达 too, but 数 of 总数 and 投入 are measures.
    return text.endswith(_find_longer(word, measures.nouns + measures.growth), begin, end)


@lru_cache(maxsize=512)
def _find_longer(word: str, nouns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(noun for noun in nouns if len(noun) > len(word) and noun.endswith(word))


def split_region(phrase: Phrase, words: str, names: Sequence[Proposal], stops: re.Pattern[str] | None = None) -> str:
    """The words after a region or a verb that opens them: 全省技术合同成交额, 带动技术合同成交额."""
    cut = 0
    for found in stops.finditer(words) if stops else ():
        inside = any(one.begin < phrase.begin + found.end() <= one.end for one in names)
        if not inside and found.end() + 1 < len(words):
            cut = found.end()
    for one in names:
        if phrase.begin <= one.begin and one.end <= phrase.begin + len(words) and one.cls in REGIONS:
            # 国家超级计算郑州中心: a region inside a name opens nothing.
            inside = any(other is not one and other.covers(one) and other.end > one.end for other in names)
            cut = cut if inside else max(cut, one.end - phrase.begin)
    opening = re.match(
        "(?:(?:到|力争|预计|其中|全年|累计|实现|完成|(?:19|20)[0-9]{2}年底?|今年|去年|当年|首批|目前|新增|但|而|使|促使|促成|带动|推动|后者|前者|等|按|按照|整体|平均每|每年|不超过|不高于|达到)的?)+",
        words[cut:],
    )
    if opening and opening.end() < len(words) - cut:
        cut += opening.end()
    reached = _REACHED.search(words, cut)
    if reached:
        cut = reached.end()
    return words[cut:].lstrip("的，、有")


# 各集群实现总产值: what is reached is what is measured.
_REACHED = re.compile(r"(?:实现|完成|达成)(?=[^，；。]{2,}\Z)")
