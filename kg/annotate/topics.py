"""Of what a figure is where the words right before it do not say: what its sentence is about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.annotate.measured import SENTENCE_END, SENTENCE_ENDS, Setting, find_ancestors, to_label
from kg.annotate.proposals import Proposal

# What sentences are about whose figures name nothing themselves.
_TOPICS = frozenset(
    {"Fund", "FinancialInstrument", "Programme", "Project", "Event", "Platform", "Zone", "Cluster", "System",
     "Enterprise", "Alliance"}
)  # fmt: skip
# Whose sums and rates of interest are told without naming them again.
_MONEY = frozenset({"Fund", "FinancialInstrument"})
_OF_MONEY = re.compile("(?:授信|利率|额度|贷款|余额|贴息|融资|不良率|资金)[^，；。]{0,4}\\Z")
# A bare kind of fund is none that a sum could be of: 参股子基金46只，总规模….
_BARE = frozenset({"子基金", "直投基金"})


def iterate_before(setting: Setting, place: int) -> Iterator[Proposal]:
    """The outermost names of the sentence that end before a place, the nearest first."""
    for one in reversed(setting.names):
        if one.end > place:
            continue
        if SENTENCE_END.search(setting.text, one.end, setting.figure.begin) is not None:
            return
        if any(other is not one and other.covers(one) and not _is_of(one, other) for other in setting.names):
            continue
        if one.cls != "Fund" or to_label(setting.text, one) not in _BARE:
            yield one


def _is_of(inner: Proposal, outer: Proposal) -> bool:
    """先进计算 in 先进计算相关企业: the industry whose enterprises were told of is one that a next figure may be of."""
    return inner.cls == "Industry" and outer.cls == "EnterpriseCategory"


def find_topic(setting: Setting) -> Proposal | None:
    """The nearest name before a figure in its sentence that such figures are of."""
    of_money = _OF_MONEY.search(setting.text, max(setting.figure.begin - 12, 0), setting.figure.begin) is not None
    nearest: Proposal | None = None
    for one in iterate_before(setting, setting.figure.begin):
        classes = find_ancestors(one.cls, setting.lexicon)
        if of_money and not _MONEY.isdisjoint(classes):
            return one
        counted = setting.text[one.end : one.end + 1].isdigit()
        is_topic = not _TOPICS.isdisjoint(classes) or to_label(setting.text, one).endswith("项目")
        if nearest is None and not counted and is_topic:
            nearest = one
            if not of_money:
                break
    return nearest


def find_owned(setting: Setting, end: int) -> tuple[str, str, Proposal] | None:
    """The measure word before a place that a name of the sentence has: a loan has a 不良率, an alliance 成员单位.

    As (word, the indicator's label, the name).
    """
    words = setting.text[setting.phrase.begin : end]
    owned = setting.measures.owned
    if not words.endswith(owned.words):
        return None
    for word in owned.words:
        if not words.endswith(word):
            continue
        for one in iterate_before(setting, end - len(word)):
            for cls in find_ancestors(one.cls, setting.lexicon):
                if (cls, word) in owned.labels:
                    return word, owned.labels[cls, word], one
    return None


# Whose count it is where the sentence names one: 长江产业集团累计培育上市公司 N家 is a figure of the group.
_BODIES = frozenset({"Enterprise"})


def find_body(setting: Setting, place: int) -> Proposal | None:
    """The named body that the sentence before a place is about, if it opens with one; a region owns no count."""
    text = setting.text
    begin = max(text.rfind(end, max(place - 200, 0), place) for end in SENTENCE_ENDS) + 1
    first = next((one for one in setting.names if begin <= one.begin and one.end <= place), None)
    if first is None or _BODIES.isdisjoint(find_ancestors(first.cls, setting.lexicon)):
        return None
    return first if _BEFORE_BODY.fullmatch(text, begin, first.begin) else None


# What may open a sentence before the body that it is about: no verb, of which the body would be the object.
_BEFORE_BODY = re.compile(
    r"(?:[一二三四五六七八九十]是|其中|近年来|目前|截至[^，；。]{2,12}|(?:(?:19|20)[0-9]{2}年|今年|去年)[^，；。]{0,8})?[，,]?\s*"
)
