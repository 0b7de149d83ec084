"""甲、乙、丙分别为 x、y 和 z: which of a list of names each figure is of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.annotate.amounts import to_amount_label
from kg.annotate.counting import to_count
from kg.annotate.measured import Measured, Setting, find_ending, to_indicator
from kg.annotate.phrases import REGIONS
from kg.annotate.proposals import Proposal

_GLUE = re.compile("、|和|与|及|以及")
_BETWEEN = re.compile("[、，]?(?:和|与|及|以及)?(?:约|近|超|超过)?")
_ENDS = "。；：！？，\n"


@dataclass(frozen=True, slots=True)
class Shared:
    """The names of a list, the words after it that measure or count them all, and how many figures have been told."""

    items: tuple[Proposal, ...]
    counted: Proposal | None
    tail: tuple[int, int]
    told: int


def find_shared(setting: Setting, last: Shared | None) -> Shared | None:
    """The list that a figure is one of the values of, if it is; `last` is the one that the figure before was of."""
    text, before, figure = setting.text, setting.before, setting.figure
    goes_on = last is not None and before is not None and _BETWEEN.fullmatch(text, before.figure.end, figure.begin)
    if last is not None and goes_on and last.told < len(last.items):
        return replace(last, told=last.told + 1)
    phrase = setting.phrase
    if "分别" not in text[phrase.end - 2 : figure.begin]:
        return None
    end = phrase.end - 2 if phrase.text.endswith("分别") else phrase.end
    begin = max(text.rfind(mark, 0, end) for mark in _ENDS) + 1
    inside = [one for one in setting.names if begin <= one.begin and one.end <= end]
    outer = [one for one in inside if not any(other is not one and other.covers(one) for other in inside)]
    items = _find_list(text, [_to_item(one, inside) for one in outer])
    if items and text[items[0].begin - 1] == "、":
        items = (*_find_unnamed(setting, items[0]), *items)
    if len(items) < 2:
        return None
    after = [one for one in outer if one.begin >= items[-1].end]
    counted = after[-1] if after and after[-1].end == end else None
    return Shared(items, counted, (items[-1].end, end), 1)


def _find_unnamed(setting: Setting, first: Proposal) -> tuple[Proposal, ...]:
    """What the list names before the first name that is known: of the same kind."""
    text, end = setting.text, first.begin - 1
    begin = max(text.rfind(mark, 0, end) for mark in _ENDS + "、") + 1
    begin = max([begin, *(one.end for one in setting.names if begin < one.end <= end and one.cls in REGIONS)])
    if not 2 <= end - begin <= 10 or text[begin - 1] == "、":
        return ()
    return (Proposal(begin, end, first.cls, "counted", 0.5),)


def _to_item(one: Proposal, names: Sequence[Proposal]) -> Proposal:
    """A name, or what it begins with: of 甲、乙领域集群数量 the last item is 乙, not 乙领域集群."""
    fields = [
        inner for inner in names
        if inner.begin == one.begin and inner.end < one.end and inner.cls in {"Industry", "Technology"}
    ]  # fmt: skip
    return fields[0] if fields and one.cls in {"Cluster", "ClusterCategory", "Platform", "PlatformCategory"} else one


def _find_list(text: str, names: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """The longest run of names that only 、 or 和 stand between."""
    best: list[Proposal] = []
    run: list[Proposal] = []
    for one in names:
        run = [*run, one] if run and _GLUE.fullmatch(text, run[-1].end, one.begin) else [one]
        best = run if len(run) >= len(best) else best
    return tuple(best)


def measure_shared(setting: Setting, shared: Shared) -> Measured:
    """One figure of those that a list shares, each with its own name of the list."""
    item = shared.items[min(shared.told, len(shared.items)) - 1]
    text = setting.text
    scope = item if item.cls in REGIONS else setting.scope
    begin, end = shared.tail
    while begin < end and text[begin] in "的":
        begin += 1
    if text.startswith(("领域", "方面", "产业"), begin) and begin + 2 < end:
        begin += 2
    words = text[begin:end]
    if shared.counted is not None and find_ending(words, setting.measures.nouns) is None:
        one = shared.counted
        about = one if item.cls in REGIONS else item
        label = to_count(setting, one, new=False)
        label = label if item.cls in REGIONS else f"分领域{label}"
        return setting.to_measured(to_indicator(one.begin, one.end, label, 0.7), about, scope)
    if not words:
        label = to_count(setting, item, new=False)
        return setting.to_measured(to_indicator(item.begin, item.end, label, 0.75), item, scope)
    label = to_amount_label(setting, item, words)
    if text.startswith("领域", shared.tail[0]) and words.endswith(("数", "数量", "总数")):
        label = "分领域" + re.sub("(?:总数|数量|数)$", "数", words)
    return setting.to_measured(to_indicator(begin, end, label, 0.75), item, scope)
