"""Lists: “甲、乙、丙等平台” makes platforms of 甲, 乙 and 丙, whatever the lexicon knows of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from kg.annotate.lexicon import Lexicon
from kg.annotate.names import strip_begin
from kg.annotate.passage import Passage, Word
from kg.annotate.proposals import Proposal

_SEPARATORS = re.compile("、|和|与|及|以及|，")
_LIST_END = re.compile("等(?:[一二两三四五六七八九十百0-9]+(?:余|多)?(?:个|项|家|类|大|所|种|支|只)?)?")
# What the phrase that closes a list is, by the class of the items: 大赛甲、大赛乙等成果转化活动.
_KINDS = {"Event": "Category", "Project": "Category", "ResearchFacility": "PlatformCategory", "Technology": "Category"}
# 甲大学、乙研究院等单位: what is known to be a body of one kind stays one.
_BODIES = frozenset(
    {"Agency", "Organization", "University", "ResearchInstitute", "Enterprise", "Laboratory", "Platform", "Alliance"}
)
_HEAD_WITHIN = 14
_SHORTEST, _LONGEST = 1, 22


def find_listed(passage: Passage, names: Iterable[Proposal], lexicon: Lexicon) -> Iterator[Proposal]:
    """The items of every list that 等 and a head noun close, as names of the head's class of items."""
    known = list(names)
    for found in _LIST_END.finditer(passage.text):
        closing = _find_head(passage, found.end())
        if closing is None:
            continue
        head = closing.entry.head.items if closing.entry.head else ""
        items = list(_iterate_items(passage, found.start(), lexicon))
        if len(items) < 2 and not _is_quoted_item(passage, items):
            continue
        kinds = Counter(
            one.cls for one in known if one.rule != "both" and any((one.begin, one.end) == item for item in items)
        )
        closed_by = passage.text[found.end() : closing.end]
        cls = _choose_class(head, kinds, [passage.text[slice(*item)] for item in items], closed_by, lexicon)
        bodies = {one[:2]: one.cls for one in known if one.cls in _BODIES} if cls in _BODIES else {}
        for begin, end in items:
            yield Proposal(begin, end, bodies.get((begin, end), cls), "list", 0.72)
        if cls in _KINDS and closing.begin > found.end():
            yield Proposal(found.end(), closing.end, _KINDS[cls], "list-kind", 0.6)


_AIMING = re.compile(
    "(?:分别)?(?:聚焦|围绕|主攻|瞄准|深耕|重点发展|着力发展|大力发展|优先发展|分别发展|做强做优|做大做强|做优|做强|做大|壮大|面向|布局)"
    "(?:发展)?"
)
_ITEM_ENDS = re.compile(
    "[，。；：（]|等|领域|方向|产业(?=[、，。；]|和|与)|开展|打造|推进|建设|组织|实施|联合|推动|培育|构建|形成|研发|攻关|部署|开放|布局|安排|支持|突破|设立|实现|加快"
)
_ITEM = re.compile("[\u4e00-\u9fffA-Za-z0-9]{2,9}")
_FOCUSED = frozenset({"Industry", "Technology"})


def find_focused(passage: Passage, names: Iterable[Proposal], lexicon: Lexicon) -> Iterator[Proposal]:
    """聚焦智能传感器、科学仪器整机，…: a list of what one works on, where some of it is known to be such."""
    text = passage.text
    known: dict[tuple[int, int], str] = {}
    for one in names:
        if one.cls in _FOCUSED:
            known.setdefault((one.begin, one.end), one.cls)
    others = {(one.begin, one.end) for one in names if one.cls not in _FOCUSED}
    endings = lexicon.resources.endings
    for found in _AIMING.finditer(text):
        stop = _ITEM_ENDS.search(text, found.end())
        end = stop.start() if stop else len(text)
        items: list[tuple[int, int]] = []
        begin = found.end()
        for part in re.split("(、|和|与)", text[begin:end]):
            if part not in {"、", "和", "与"}:
                items.append((begin, begin + len(part)))
            begin += len(part)
        if len(items) < 2 or any(not _ITEM.fullmatch(text, *item) or item in others for item in items):
            continue
        classes = [
            known.get(item) or next((cls for cls, ends in endings.items() if text.endswith(ends, *item)), None)
            for item in items
        ]
        told = Counter(cls for cls in classes if cls)
        if not told or (not any(item in known for item in items) and told.total() * 2 < len(items)):
            continue
        usual = told.most_common(1)[0][0]
        for item, cls in zip(items, classes, strict=True):
            if item not in known:
                yield Proposal(*item, cls or usual, "list", 0.6)


_QUOTED_LIST = re.compile(
    r"(?:“[^“”\n]{1,14}”[、和与及]?)*“[^“”\n]{1,14}”(?=(?:等)?(?:[两二三四五六七八九十0-9]+(?:项|大|个|家))?(.{2,8}))"
)


def find_quoted_lists(passage: Passage, lexicon: Lexicon) -> Iterator[Proposal]:
    """“百校联千企”、“万人攻万项”两项行动: quotations before a counted head noun."""
    for found in _QUOTED_LIST.finditer(passage.text):
        quotes = list(re.finditer("“[^“”]+”", found[0]))
        rest = passage.text[found.end() :]
        counted = re.match("(?:等)?[两二三四五六七八九十0-9]+(?:项|大|个|家)", rest)
        if not counted or len(quotes) < 2:
            continue
        head = next(
            (
                rest[counted.end() : counted.end() + size]
                for size in (4, 3, 2)
                if rest[counted.end() : counted.end() + size] in lexicon.resources.heads
            ),
            None,
        )
        if head:
            for quote in quotes:
                yield Proposal(
                    found.start() + quote.start(),
                    found.start() + quote.end(),
                    lexicon.resources.heads[head].items,
                    "list",
                    0.75,
                )


def _is_quoted_item(passage: Passage, items: list[tuple[int, int]]) -> bool:
    return len(items) == 1 and passage.text[items[0][0]] == "“"


def _find_head(passage: Passage, begin: int) -> Word | None:
    """The head noun that closes the phrase right after 等."""
    for word in passage.words:
        if begin <= word.begin <= begin + _HEAD_WITHIN and word.entry.head and passage.floor[word.begin] <= begin:
            stop = passage.text[word.end : word.end + 1]
            longer = any(
                other.begin <= word.begin and other.end > word.end and other.entry.head for other in passage.words
            )
            if not longer and stop != "、":
                return word
    return None


def _iterate_items(passage: Passage, end: int, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """The items of a list from its end leftwards, as (begin, end)."""
    text, boundaries = passage.text, lexicon.resources.boundaries
    while end > 0:
        begin = passage.floor[end] if passage.floor[end] < end else end
        if begin == end and text[end - 1] == "”":
            begin = passage.quotes.get(end, end)
        begin = _split_quotes(passage, begin, end)
        first = strip_begin(text, begin, end, boundaries)
        if not _SHORTEST < end - first <= _LONGEST:
            return
        yield first, end
        if first != begin:
            return
        before = text[begin - 1 : begin]
        if before == "”" and text[begin] == "“":
            end = begin
            continue
        if before not in {"、", "和", "与", "及"}:
            return
        end = begin - 1


def _split_quotes(passage: Passage, begin: int, end: int) -> int:
    """The begin of the last of quotations that stand side by side: “楚企通”“知慧桥” are two."""
    last = passage.quotes.get(end)
    return last if last is not None and last > begin and passage.text[last - 1] == "”" else begin


def find_side_by_side(passage: Passage) -> Iterator[Proposal]:
    """“沃土”“脱颖”“英才”计划: every quotation before the last one, which the head noun belongs to."""
    for word in passage.words:
        head = word.entry.head
        if head is None or not head.alone or head.cls not in _SIDE_BY_SIDE:
            continue
        end = passage.quotes.get(word.begin)
        while end is not None and end in passage.quotes:
            begin = passage.quotes[end]
            yield Proposal(begin, end, head.cls, "list", 0.74)
            end = begin


_SIDE_BY_SIDE = frozenset({"Programme", "Mechanism", "EnterpriseCategory", "Event", "Loan", "Fund", "ServicePlatform"})


# What closes a list of technologies, and one of industries, whatever the lexicon knows of its items.
_OF_TECHNOLOGIES = ("方向", "前沿领域", "技术领域", "学科领域", "基础领域", "科学领域", "研究领域")
_OF_INDUSTRIES = ("重点领域", "产业领域", "行业领域", "优势领域", "产业方向", "赛道", "重点产业", "未来产业", "产业链")


def _choose_class(items: str, kinds: Counter[str], words: Iterable[str], closed_by: str, lexicon: Lexicon) -> str:
    """The head's class, but for 领域 and 方向 what most of the items are, as the lexicon or their endings tell."""
    if items != "Industry":
        return items
    if closed_by.endswith(_OF_TECHNOLOGIES):
        return "Technology"
    if closed_by.endswith(_OF_INDUSTRIES):
        return "Industry"
    endings = lexicon.resources.endings
    votes = Counter({cls: number for cls, number in kinds.items() if cls in {"Industry", "Technology"}})
    for word in words:
        votes.update(cls for cls, known in endings.items() if word.endswith(known))
    return votes.most_common(1)[0][0] if votes else items
