"""What a rank, a growth or a share measures: something named before it, compared."""

from __future__ import annotations

import re

from kg.annotate.amounts import find_amount, find_inner, find_kind, find_subject, to_amount
from kg.annotate.counting import to_count
from kg.annotate.measured import (
    Measured,
    Setting,
    find_about,
    find_known,
    to_base,
    to_indicator,
    to_label,
    to_own_label,
)
from kg.annotate.phrases import REGIONS
from kg.annotate.proposals import Proposal
from kg.annotate.topics import find_topic
from kg.names import to_canonical_label

_PLACING = re.compile(
    "(?:首次|已|均|继续|连续[0-9一二三四五六七八九十]+年)*(?:(?:稳|位|排|名|跃)?[居列]|(?:跃|上|攀)?升[至到]?|前移[至到]?|进位[至到]?|排在|排(?!名))"
    "(?P<place>[^，；。的]{0,8})$"
)
# What stands before a rank and names nothing that is ranked.
_SAY_NOTHING = frozenset({"全国", "中部", "总数", "总量", "规模", "数量", "位次", "排名"})
_RANKING = re.compile(
    "的?(?P<place>全国|中部(?:地区)?|西部(?:地区)?|东部(?:地区)?|全省|全市|[^，；。的]{0,5}?)(?:排名|位次)$"
)
_PLACE_NAMES = {"": "全国", "中部": "中部地区", "西部": "西部地区", "东部": "东部地区"}


def measure_rank(setting: Setting) -> Measured:
    """A place in an order: 居全国第3位, 数量居计划单列市第2位."""
    text, figure, phrase, names = setting.text, setting.figure, setting.phrase, setting.names
    scope = next(
        (
            one
            for one in reversed(names)
            if phrase.begin <= one.begin and one.end <= figure.begin and one.cls in REGIONS
        ),
        None,
    )
    words = text[phrase.begin : figure.begin]
    words = re.sub("(?:为|在|是|至|到|达)+$", "", words).replace("分别", "")
    placed = _PLACING.search(words)
    base_end = placed.start() if placed else len(words)
    place = placed["place"] if placed else ""
    ranking = _RANKING.search(words, 0, base_end)
    if ranking:
        base_end, place = ranking.start(), place or ranking["place"]
    if setting.surface.startswith("全国"):
        place = "全国"
    place = _PLACE_NAMES.get(place, place)
    begin = phrase.begin
    for one in names:
        if one.begin == begin and one.cls in REGIONS and one.end < phrase.begin + base_end:
            begin = one.end
    base = to_canonical_label(text[begin : phrase.begin + base_end].strip("的，、有")) if begin < phrase.end else ""
    base = re.sub("^(?:19|20)[0-9]{2}年", "", base)
    says = len(base) > 1 and base not in _SAY_NOTHING
    label = f"{_to_ranked(setting, base) if says else _to_counted(setting, to_base(setting.before, text))}{place}排名"
    known = find_known(label, setting.lexicon)
    end = phrase.begin + (ranking.end() if ranking else base_end)
    if end <= begin:
        span = (phrase.begin, figure.begin) if phrase.begin < figure.begin else (figure.begin, figure.end)
        return setting.to_measured(to_indicator(*span, known or label, 0.4), setting.region, scope)
    counted = find_about(begin, phrase.end, names) if says else setting.before.about if setting.before else None
    about = counted if counted is not None and scope is None else setting.region or counted
    return setting.to_measured(to_indicator(begin, end, known or label, 0.6), about, scope)


def _to_ranked(setting: Setting, base: str) -> str:
    return find_known(base, setting.lexicon) or base.removesuffix("量") if base.endswith("数量") else base


# What is counted, not what a rank is by: the rank of a kind of enterprises is by how many there are.
_COUNTED = ("企业", "平台", "机构", "基地", "园区", "集群", "孵化器", "实验室", "中心", "人才", "专利")


def _to_counted(setting: Setting, base: str) -> str:
    return find_known(f"{base}数", setting.lexicon) or (f"{base}数" if base.endswith(_COUNTED) else base)


def measure_growth(setting: Setting, growth: str) -> Measured:
    """A change of what was measured before, or of what the words before it name."""
    text, phrase, before = setting.text, setting.phrase, setting.before
    compared = _COMPARED.search(phrase.text, 0, len(phrase.text) - len(growth))
    words = phrase.text[: compared.start() if compared else -len(growth)].rstrip("同比较上年的")
    words = "" if words == "分别" else words
    against = _AGAINST.search(phrase.text)
    changed = _CHANGE.search(phrase.text)
    begin = phrase.end - len(changed[0] if changed else growth)
    if against and len(words) > against.start():
        words = phrase.text[: against.start()]
    end = phrase.begin + len(words)
    change = _to_change(setting, growth)
    amount = find_amount(setting, end) if len(words) > 1 else None
    if amount is not None:
        whole = find_known(f"{to_canonical_label(find_subject(setting, end))}{change}", setting.lexicon)
        label = whole or f"{_of_growth(amount.label)}{change}"
        return setting.to_measured(
            to_indicator(amount.begin, phrase.end, find_known(label, setting.lexicon) or label, 0.75), amount.about
        )
    subject = find_subject(setting, end) if words else ""
    if len(subject) > 1:
        begin = end - len(subject)
        label = to_canonical_label(subject.replace("的", ""))
        inner = find_about(begin, end, setting.names)
        about = inner or (before.about if before else None) or setting.region
        if inner is not None and inner.begin == begin and inner.end == end:
            label = to_count(setting, inner, new=False) if change != "增速" else label
        label = f"{_of_growth(find_known(label, setting.lexicon) or label)}{change}"
        label = find_known(label, setting.lexicon) or label
        return setting.to_measured(to_indicator(begin, phrase.end, label, 0.75), about)
    # A share that rises by so many points is what rises, not that which it is a share of.
    base = to_own_label(before, text) if change in _OF_POINTS else _of_growth(to_base(before, text))
    about = before.about if before else setting.region
    label = f"{base}{change}"
    indicator = to_indicator(begin, phrase.end, (find_known(label, setting.lexicon) or label) if base else None, 0.65)
    return setting.to_measured(indicator, about, before.scope if before else None)


_OF_POINTS = frozenset({"提高幅度", "降幅", "高出幅度", "高于全国幅度"})


def _of_growth(base: str) -> str:
    return re.sub("(?<=企业)(?:总数|入库数)$", "", base)


# A change of a share is so many points more or less: no growth.
_POINTS = ("百分点", "点")
_LESS = ("下降", "减少", "降低", "下浮", "回落", "收窄", "缩减", "压减")


def _to_change(setting: Setting, growth: str) -> str:
    less = growth.endswith(_LESS)
    if growth == "高出":
        return "高于全国幅度" if "全国" in setting.phrase.text else "高出幅度"
    if setting.surface.rstrip("以上左右多").endswith(_POINTS):
        return "降幅" if less else "提高幅度"
    if setting.surface.rstrip("以上左右多").endswith(("%", "％", "倍", "番", "成")):
        return "降幅" if less else "增速"
    return "净增数" if growth.startswith("净增") else "减少数" if less else "增加数"


# 较上年末, 比2020年: what a growth is told against.
_COMPARED = re.compile("(?:同比|环比|年均|实际|名义|预计|(?:较|比)[^，；。、]{1,8})+\\Z")
_AGAINST = re.compile("(?:较|比)[^，；。、]{1,10}$")
# The words of a change without what it is told against.
_CHANGE = re.compile(
    "(?:同比|环比|年均|预计|实际)*(?:[净]?增[长加幅速]?率?|提高|提升|下降|降低|减少|上升|扩大|高出|低于|降)$"
)


# What points at what was told before.
_POINTING = re.compile("^(?:后者|前者|其|该|两者|三者)$")
_FUNDS = frozenset({"Fund", "FundOfFunds"})


def measure_share(setting: Setting, start: int) -> Measured:
    """A part of a whole: 占全国的比重."""
    text, phrase, before = setting.text, setting.phrase, setting.before
    begin, part = phrase.begin + start, phrase.begin + len(phrase.text[:start].rstrip("的"))
    own = _POINTING.sub("", find_subject(setting, part).removeprefix("其中"))
    inner = find_inner(setting, part - len(own), part)
    tail = phrase.text[start:].replace("的", "")
    about: Proposal | None
    if not tail.endswith(("比重", "占比", "比例")):
        tail = "占比" if tail == "占" else f"{tail}比重"
    scope = before.scope if before else None
    if inner is not None and inner.end == part:
        about, base = inner, to_label(text, inner)
    elif inner is not None:
        amount = to_amount(setting, inner, part)
        about, base, begin = inner, amount.label, amount.begin
    elif own:
        topic = find_topic(setting)
        base = to_canonical_label(own.replace("的", ""))
        if before is not None and before.about is not None and to_label(text, before.about).endswith("项目"):
            topic = before.about if "项目" in tail or topic is None else topic
        kind = find_kind(setting, topic) if topic is not None and topic.cls not in _FUNDS else ""
        base = find_known(base, setting.lexicon) or (base if kind in base else kind + base)
        about, begin = topic or (before.about if before else None) or setting.region, part - len(own)
    else:
        base, about = to_base(before, text), (before.about if before else None) or setting.region
        base = find_known(f"{base}数", setting.lexicon) or base
    label = base + tail
    indicator = to_indicator(begin, phrase.end, find_known(label, setting.lexicon) or label, 0.65)
    return setting.to_measured(indicator, about, scope)
