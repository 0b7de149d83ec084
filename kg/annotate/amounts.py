"""What an amount measures whose clause ends in a measure word: the words of the indicator, and of what it is."""

from __future__ import annotations

import re
from typing import NamedTuple

from kg.annotate.counting import to_count
from kg.annotate.measured import Setting, find_about, find_ancestors, find_ending, find_known, to_label
from kg.annotate.phrases import REGIONS, Phrase, compile_stops, split_region
from kg.annotate.proposals import Proposal
from kg.annotate.topics import find_owned, find_topic, iterate_before
from kg.names import to_canonical_label

_LONGEST_PHRASE = 16
# How many characters may stand before a measure word that still says nothing of whose it is: 年度投入.
_BARE = 2
_COUNTING = frozenset({"总数", "数量", "数", "家数", "户数"})
_SIZES = frozenset({"规模", "总规模"})
_SAME_THING = frozenset({"总数", "规模", "数量", "总规模", "总量"})
_NO_OWNERS = REGIONS | {"Agency", "RepresentativeBody"}
_JOINTS = "的里中内领域方面、"


class Amount(NamedTuple):
    """The words of an indicator from `begin` to `end`, its label, and of what it is."""

    begin: int
    end: int
    label: str
    about: Proposal | None
    confidence: float


def find_amount(setting: Setting, end: int) -> Amount | None:
    """What the words of the clause up to `end` measure, if they end in a measure word: 高新技术企业营业收入."""
    text, phrase = setting.text, setting.phrase
    words = text[phrase.begin : end]
    noun = find_ending(words, setting.measures.nouns)
    if noun is None:
        return None
    subject = find_subject(setting, end)
    begin = end - len(subject)
    whole = to_canonical_label(subject.replace("的", ""))
    known = find_known(whole, setting.lexicon)
    inner = find_inner(setting, begin, end - len(noun))
    per_head = _PER_HEAD.search(words)
    if per_head is not None:
        return Amount(phrase.begin + per_head.start(), end, to_canonical_label(per_head[0]), setting.region, 0.8)
    owned = find_owned(setting, end)
    # 装机规模 is no 规模 of an industry.
    owned = owned if owned is not None and len(owned[0]) >= len(noun) else None
    if owned is not None and inner is not None and end - len(owned[0]) <= inner.begin:
        return Amount(end - len(owned[0]), end, owned[1], owned[2], 0.75)
    if inner is None and owned is not None and len(subject) <= len(owned[0]) + _BARE:
        return Amount(end - len(owned[0]), end, owned[1], owned[2], 0.75)
    if known and (inner is None or whole != noun):
        about = find_about(begin, end, setting.names) or _find_each(setting, subject) or setting.region
        return Amount(begin, end, known, about, 0.9)
    if inner is not None:
        return to_amount(setting, inner, end)
    return _find_amount_of_another(setting, noun, subject, end)


# Verbs of spending that the label of a sum says: 安排财政资金, 撬动社会资本.
_SPENDING = ("安排", "带动", "撬动", "拨付", "下达", "落实", "争取")
_OF_AN_INDUSTRY = re.compile("([\u4e00-\u9fffA-Za-z]{2,10})产业(?:总)?规模")
_PER_HEAD = re.compile("每(?:万|百万|亿)?(?:人|名|家|户|元|平方公里|亩)[^，；。]{3,16}$")


def find_subject(setting: Setting, end: int) -> str:
    """The words up to `end` that measure: what follows the region and the verbs that open the clause."""
    phrase = Phrase(setting.phrase.begin, end, setting.text[setting.phrase.begin : end])
    return split_region(phrase, phrase.text, setting.names, compile_stops(setting.lexicon.resources.boundaries.hard))


def find_inner(setting: Setting, begin: int, end: int) -> Proposal | None:
    """The first name between two places that something can be measured of."""
    inside = [
        one for one in setting.names
        if begin <= one.begin and one.end <= end and one.cls not in _NO_OWNERS
    ]  # fmt: skip
    return min(inside, key=lambda one: (one.begin, -one.end)) if inside else None


def to_amount(setting: Setting, about: Proposal, end: int) -> Amount:
    """An amount of a name that stands in its own words: 宁德动力电池集群产值, which is the 集群产值 of that cluster."""
    begin = about.end
    while begin < end - 1 and setting.text[begin] in _JOINTS:
        begin += 1
    rest = setting.text[begin:end]
    label = to_amount_label(setting, about, rest)
    names_it = label.startswith(to_label(setting.text, about)) or find_known(
        to_label(setting.text, about) + rest, setting.lexicon
    )
    return Amount(about.begin if names_it else begin, end, label, about, 0.8)


def to_amount_label(setting: Setting, about: Proposal, rest: str) -> str:
    """What a measure of a name is called: by its class where that has a word for it, else by the name itself."""
    rest = to_canonical_label(rest.replace("的", ""))
    measures, classes = setting.measures, find_ancestors(about.cls, setting.lexicon)
    named = find_known(to_label(setting.text, about) + rest, setting.lexicon)
    if named:
        return named
    for cls in classes:
        if (cls, rest) in measures.owned.labels:
            return measures.owned.labels[cls, rest]
    if rest in _COUNTING:
        return to_count(setting, about, new=False)
    if rest in _SIZES and to_label(setting.text, about).endswith("产业"):
        return "产业规模"
    for cls in classes:
        if cls in measures.kinds:
            kind = measures.kinds[cls]
            return rest if rest.startswith(kind) else kind + rest
    if "Category" in classes and _OF_A_KIND.fullmatch(rest) and not _is_measured_by_name(setting, about):
        return rest
    return to_label(setting.text, about) + rest


# A measure that says enough by itself: 研发投入强度 of whichever enterprises; no count of what is done to them.
_OF_A_KIND = re.compile(
    "(?![有获给共已年按应上])[\u4e00-\u9fff]{2,}(?:率|强度|产能|产值|收入|规模|面积|额|增加值|投入)"
)


def _is_measured_by_name(setting: Setting, about: Proposal) -> bool:
    """Whether measures of a kind are commonly known by its name: 高新技术企业总数, so 高新技术企业营业收入."""
    name = to_label(setting.text, about)
    return any(find_known(name + count, setting.lexicon) for count in ("总数", "数", "入库数"))


def find_kind(setting: Setting, about: Proposal) -> str:
    """How an indicator's name says what it is of: 集群 of whichever cluster; "" where it says the name itself."""
    kinds = setting.measures.kinds
    return next((kinds[cls] for cls in find_ancestors(about.cls, setting.lexicon) if cls in kinds), "")


def _find_amount_of_another(setting: Setting, noun: str, subject: str, end: int) -> Amount:
    """An amount whose own words name nothing: of what the figure's clause goes on to, of what the sentence is about."""
    text, before = setting.text, setting.before
    begin = end - len(subject)
    spender = next((word for word in _SPENDING if text.endswith(word, setting.phrase.begin, begin)), None)
    if spender and setting.is_money and noun.endswith(("资金", "投入", "投资", "资本", "经费", "支出")):
        about = find_topic(setting) or setting.region
        return Amount(begin - len(spender), end, to_spent_label(spender, subject), about, 0.65)
    unnamed = _OF_AN_INDUSTRY.fullmatch(subject)
    if unnamed is not None:
        # 锂电新能源产业规模: what stands before 产业 is an industry, whatever it is called.
        begin = end - len(subject)
        industry = Proposal(begin, begin + len(unnamed[1]), "Industry", "counted", 0.5)
        return Amount(industry.end, end, "产业规模", industry, 0.55)
    owner = _find_owner(setting)
    if owner is not None:
        return Amount(end - len(noun), end, to_amount_label(setting, owner, noun), owner, 0.7)
    bare = len(subject) <= len(noun) + _BARE
    if noun in _SAME_THING and bare and before is not None and before.about is not None:
        return Amount(end - len(noun), end, to_amount_label(setting, before.about, noun), before.about, 0.65)
    if noun in _COUNTING and bare:
        nearest = next((one for one in iterate_before(setting, end - len(subject)) if one.cls not in _NO_OWNERS), None)
        if nearest is not None:
            return Amount(end - len(subject), end, to_count(setting, nearest, new=False), nearest, 0.6)
    each = _find_each(setting, subject)
    if each is not None:
        return Amount(end - len(subject), end, to_money_label(setting, subject), each, 0.7)
    topic = find_topic(setting)
    if topic is not None and bare:
        kind = find_kind(setting, topic) if len(noun) <= _SHORT else ""
        label = subject if kind in subject else kind + subject
        return Amount(end - len(subject), end, to_money_label(setting, label), topic, 0.6)
    begin = max(end - len(subject), end - _LONGEST_PHRASE)
    label = to_canonical_label(text[begin:end].replace("的", ""))
    maker = next((word for word in setting.measures.makers if text.endswith(word, setting.phrase.begin, begin)), None)
    if maker and setting.is_money:
        begin -= len(maker)
        label = to_spent_label(maker, label)
    fresh = next((word for word in setting.measures.fresh if text.endswith(word, setting.phrase.begin, begin)), "")
    begin -= len(fresh)
    about = setting.region if noun.endswith(_RATES) else topic
    return Amount(begin, end, to_money_label(setting, fresh + label), about or topic or setting.region, 0.6)


def _find_each(setting: Setting, subject: str) -> Proposal | None:
    """支持攻关项目40项，单个项目资助…: what was counted before, of each of which an amount is told."""
    found, before = _EACH.match(subject), setting.before
    about = before.about if found and before is not None else None
    return about if found and about is not None and to_label(setting.text, about).endswith(found[1]) else None


_EACH = re.compile("(?:单个|每个|每项|平均每个|财政资金占)(项目|平台|企业|课题)")
# A measure word so short that it does not say of what kind of thing it is: 产值, but 管理资金规模.
_SHORT = 4
# What is measured so of nothing that the sentence names is measured of the region.
_RATES = ("率", "强度", "比例", "指数")


def to_money_label(setting: Setting, label: str) -> str:
    """单个项目资助 of so much money is a 单个项目资助额."""
    return label + "额" if setting.is_money and label.endswith(("资助", "奖励", "补助", "补贴", "出资")) else label


def to_spent_label(maker: str, noun: str) -> str:
    """带动社会投入 N亿元 is 带动社会投入额; money lent is 贷款发放额 whatever the words for it."""
    if noun == "贷款":
        return "贷款发放额"
    if maker == "安排":
        return f"{noun}安排额"
    return maker + noun + ("" if noun.endswith(("额", "量", "率", "收入")) else "额")


def _find_owner(setting: Setting) -> Proposal | None:
    """总规模50亿元的引导基金: what the figure is of stands behind it, after a 的."""
    end = setting.figure.end
    if setting.text[end : end + 1] != "的":
        return None
    return next((one for one in setting.names if one.begin == end + 1 and one.cls not in REGIONS), None)
