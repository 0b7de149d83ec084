"""What each figure measures: the words that say it (the indicator), of what, when and for which region."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.annotate.amounts import find_amount, find_subject, to_amount
from kg.annotate.comparing import measure_growth, measure_rank, measure_share
from kg.annotate.counting import (
    BARE_NOUNS,
    find_granted,
    find_verb,
    is_counting,
    measure_count,
    measure_deed,
    measure_following,
    to_counted,
)  # fmt: skip
from kg.annotate.distributing import Shared, find_shared, measure_shared
from kg.annotate.lexicon import Lexicon
from kg.annotate.measured import (
    SENTENCE_END,
    Measured,
    Setting,
    find_about,
    find_ending,
    find_name_before,
    to_indicator,
)  # fmt: skip
from kg.annotate.phrases import REGIONS, to_phrase
from kg.annotate.proposals import Proposal
from kg.annotate.topics import find_owned, find_topic, iterate_before
from kg.model import FIGURE, PERIOD
from kg.names import to_canonical_label

_PLACES = frozenset({"Province", "City", "Municipality", "District", "Country"})
_RANK = re.compile("第.{1,3}[位名]?|全国第.{1,3}|.*首位|.*榜首|全国百强|前.+")
_OPENS = re.compile(r"(?:^|[，；。：！？,;:\n]|年|季度|底|来|月|是)\Z")
_LONGEST_PHRASE = 16
_SHARE = re.compile("(?<!侵)占[^，；。,占]{0,12}$")
_SHARE_NOUN = re.compile("[^，；。,的]{0,6}(?:占比|比重|比例)$")
_PARTS = ("%", "％", "成", "一", "二", "三", "四", "半", "点")
_CHANGES = ("%", "％", "点", "倍", "番", "成")


@dataclass(frozen=True, slots=True)
class Carried:
    """What one paragraph leaves to the next of its section: the last period and the last region."""

    period: Proposal | None = None
    region: Proposal | None = None


def measure_figures(
    text: str, found: Sequence[Proposal], carried: Carried, lexicon: Lexicon, *, planned: bool
) -> tuple[Measured, ...]:
    """The figures among a paragraph's proposals with what they measure. `planned`: no period is carried over."""
    measures = lexicon.resources.measures
    names = [one for one in found if one.cls not in {FIGURE, PERIOD}]
    results: list[Measured] = []
    shared: Shared | None = None
    for figure in found:
        if figure.cls != FIGURE:
            continue
        period = _find_period(text, figure, found, None if planned else carried.period)
        before = results[-1] if results and _same_sentence(text, results[-1].figure, figure) else None
        phrase = to_phrase(text, figure, before.figure if before else None, measures)
        region = _find_region(text, figure, names) or carried.region
        setting = Setting(text, figure, phrase, names, before, lexicon, region, period)
        shared = find_shared(setting, shared)
        measured = measure_shared(setting, shared) if shared else _measure(setting)
        results.append(_with_own_words(setting, measured, results))
    return tuple(results)


def _with_own_words(setting: Setting, one: Measured, before: Sequence[Measured]) -> Measured:
    """A figure whose indicator stands where another one does: one stretch of text is one indicator."""
    indicator = one.indicator
    others = {(other.indicator.begin, other.indicator.end): other.indicator.link for other in before}
    if others.get((indicator.begin, indicator.end), indicator.link) == indicator.link:
        return one
    phrase, figure = setting.phrase, setting.figure
    spans = ((phrase.begin, phrase.end), (phrase.begin, figure.begin), (figure.begin, figure.end))
    begin, end = next(
        (span for span in spans if span[0] < span[1] and others.get(span, indicator.link) == indicator.link), spans[-1]
    )
    return replace(one, indicator=indicator._replace(begin=begin, end=end))


def _same_sentence(text: str, first: Proposal, second: Proposal) -> bool:
    return SENTENCE_END.search(text, first.end, second.begin) is None


def _find_period(text: str, figure: Proposal, found: Sequence[Proposal], carried: Proposal | None) -> Proposal | None:
    """The last time before a figure in its sentence that it is not compared with.

    A time of an earlier sentence is left to the builder's own rule for figures without one.
    """
    before = [one for one in found if one.cls == PERIOD and one.end <= figure.begin]
    if not before:
        return carried
    term = next((one for one in reversed(before) if _TERM.search(text, max(one.begin - 6, 0), one.begin)), None)
    near = [
        one for one in before
        if SENTENCE_END.search(text, one.end, figure.begin) is None
        and text[one.begin - 1 : one.begin] not in _COMPARING
    ]  # fmt: skip
    if near and text[near[-1].begin - 1 : near[-1].begin] in _STARTING and _has_figure(found, near[-1], figure):
        # 到2027年，由2024年的38%提升至60%: what it rises to is not of the time that it rises from.
        near.pop()
    return near[-1] if near else term


# 完成时限：2025年12月。 holds for what the rest of the paragraph sets as its aim.
_TERM = re.compile("(?:时限|期限|完成时间)[:：为]?\\Z")
_STARTING = frozenset("由从")


def _has_figure(found: Sequence[Proposal], period: Proposal, figure: Proposal) -> bool:
    return any(one.cls == FIGURE and period.end <= one.begin and one.end <= figure.begin for one in found)


_COMPARING = frozenset("比较与")


def _find_region(text: str, figure: Proposal, names: Sequence[Proposal]) -> Proposal | None:
    """The region that opens the figure's clause or one before it in the paragraph; one inside a list opens nothing."""
    opening = [
        one
        for one in names
        if one.end <= figure.begin and one.cls in _PLACES and _OPENS.search(text[max(one.begin - 2, 0) : one.begin])
    ]  # fmt: skip
    return opening[-1] if opening else None


def _measure(setting: Setting) -> Measured:
    if _RANK.fullmatch(setting.surface):
        return measure_rank(setting)
    if setting.phrase.text in _EMPTY or setting.phrase.text.endswith("等"):
        return _measure_without_words(setting)
    bare = re.sub("(?:左右|以上|以内|以下|多|余)\\Z", "", setting.surface)
    growth = find_ending(setting.phrase.text, setting.measures.growth)
    if growth and (bare.endswith(_CHANGES) or growth in _ADDED):
        return measure_growth(setting, growth)
    share = _SHARE.search(setting.phrase.text) or _SHARE_NOUN.search(setting.phrase.text)
    if share and bare.endswith(_PARTS) and not share[0].endswith(_GRANTED):
        return measure_share(setting, share.start())
    return _measure_value(setting)


_EMPTY = frozenset({"", "其中", "其中的", "其余"})
# Changes that a count may tell too: 比上年增加2083家.
_ADDED = frozenset({"净增", "增加", "净增加", "同比增加", "比上年增加", "较上年增加", "减少"})
# 贴息比例 is no part of a whole.
_GRANTED = ("贴息比例", "持股比例", "奖励比例", "补助比例", "资助比例", "补贴比例", "支持比例")


def _measure_without_words(setting: Setting) -> Measured:
    """A figure with nothing before it: what is counted follows, or it goes on from the last one."""
    found = measure_following(setting, None)
    if found is not None:
        return found
    figure, before = setting.figure, setting.before
    if before:
        return setting.to_measured(before.indicator, before.about, before.scope)
    end = min(figure.end + 6, len(setting.text))
    noun = re.match(r"[^，；。、,;！？“”（）()\s]{1,8}", setting.text[figure.end : end])
    span = (figure.end, figure.end + len(noun[0])) if noun else (figure.begin, figure.end)
    return setting.to_measured(to_indicator(*span, None, 0.3), setting.region)


_UNCOUNTED = REGIONS | {"Agency", "RepresentativeBody"}


def _measure_value(setting: Setting) -> Measured:
    text, phrase, measures = setting.text, setting.phrase, setting.measures
    place = _find_place_among(setting)
    if place is not None and setting.before is not None:
        return setting.to_measured(setting.before.indicator, setting.before.about, place)
    granted = find_granted(setting)
    if granted is not None:
        return granted
    nearest = find_name_before(phrase.end, setting.names, text)
    counted = nearest if nearest and nearest.begin >= phrase.begin and nearest.cls not in _UNCOUNTED else None
    noun = find_ending(phrase.text, measures.nouns)
    deed = find_ending(phrase.text, measures.deeds)
    if deed is not None and (noun is None or deed == noun):
        done = measure_deed(setting, deed)
        if done is not None:
            return done
    if noun is not None and (counted is None or counted.end - counted.begin <= len(noun)):
        amount = find_amount(setting, phrase.end)
        if amount is not None:
            begin, end, label, about, confidence = amount
            return setting.to_measured(to_indicator(begin, end, label, confidence), about, setting.scope)
    if setting.is_money and phrase.text.endswith(measures.owned.words):
        owned = find_owned(setting, phrase.end)
        if owned is not None:
            indicator = to_indicator(phrase.end - len(owned[0]), phrase.end, owned[1], 0.75)
            return setting.to_measured(indicator, owned[2], setting.scope)
    if is_counting(setting):
        done = measure_deed(setting, "") if phrase.text.endswith(measures.owned.words) else None
        if done is not None and done.about is not counted:
            return done
        following = measure_following(setting, find_verb(phrase.text, setting))
        if following is not None:
            return following
    if counted is not None:
        return measure_count(setting, counted)
    following = measure_following(setting, find_verb(phrase.text, setting))
    if following is not None:
        return following
    return _measure_unnamed(setting)


_AMONG = re.compile("其中[，,]?")


def _find_place_among(setting: Setting) -> Proposal | None:
    """其中西安市达到1.4万家: the region of which a part of what was told before is told."""
    opened = _AMONG.match(setting.text, setting.phrase.begin, setting.phrase.end)
    begin = opened.end() if opened else setting.phrase.begin
    return next(
        (one for one in setting.names if one.cls in REGIONS and (one.begin, one.end) == (begin, setting.phrase.end)),
        None,
    )


def _measure_unnamed(setting: Setting) -> Measured:
    """A figure whose words name nothing that is known: a kind of its own, or words of the clause's topic."""
    text, phrase = setting.text, setting.phrase
    subject = find_subject(setting, phrase.end)
    begin = max(phrase.begin, phrase.end - _LONGEST_PHRASE, phrase.end - len(subject) if subject else 0)
    if subject.endswith("级") and subject in setting.lexicon.resources.boundaries.levels and setting.before is not None:
        # 企业技术中心2100家，其中国家级98家: of what was counted before.
        return setting.to_measured(setting.before.indicator, setting.before.about, setting.before.scope)
    modified = _MODIFIED.fullmatch(text, begin, phrase.end)
    topic = find_topic(setting)
    if modified and is_counting(setting):
        label = to_canonical_label(modified[0]) + "数"
        return setting.to_measured(to_indicator(begin, phrase.end, label, 0.55), topic or setting.region, setting.scope)
    counted = to_counted(setting, begin)
    if counted and text[counted.begin : counted.end] in BARE_NOUNS:
        verb = find_verb(text[phrase.begin : counted.begin], setting) or ""
        topic = topic or next((one for one in iterate_before(setting, phrase.begin) if one.cls not in _UNCOUNTED), None)
        verb = "" if verb in setting.measures.plain else verb
        label = f"{verb}{text[counted.begin : counted.end]}数"
        span = (counted.begin - len(verb), counted.begin if verb else counted.end)
        return setting.to_measured(to_indicator(*span, label, 0.5), topic or setting.region, setting.scope)
    if counted:
        found = measure_count(setting, counted)
        return replace(found, indicator=found.indicator._replace(confidence=0.45))
    inner = find_about(begin, phrase.end, setting.names)
    if inner is not None and inner.end < phrase.end:
        amount = to_amount(setting, inner, phrase.end)
        label = amount.label + ("数" if is_counting(setting) and not amount.label.endswith("数") else "")
        return setting.to_measured(to_indicator(amount.begin, amount.end, label, 0.5), inner, setting.scope)
    words = to_canonical_label(text[begin : phrase.end].replace("的", "")) or None
    about = find_about(phrase.begin, phrase.end, setting.names) or topic or setting.region
    return setting.to_measured(to_indicator(begin, phrase.end, words, 0.4), about, setting.scope)


# 征集作品, 签约项目, 入驻机构: two characters of a verb and what it gets.
_MODIFIED = re.compile(
    "(?:签约|参展|参会|参赛|参加|征集|收到|入驻|合作|成员|接入|连接|汇集|汇聚|注册|签订|达成|对接|发布|展出|到会|获奖|在研|落户|引进)"
    "(?:企业|项目|单位|机构|银行|作品|用户|设备|仪器|合同|协议|成果|需求|人员|嘉宾|展商|团队|客商|数据)"
)
