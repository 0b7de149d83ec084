"""What each figure measures: the words that say it (the indicator), of what, when and for which region."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kg.annotate.comparing import measure_growth, measure_rank, measure_share
from kg.annotate.lexicon import Lexicon
from kg.annotate.measured import INDICATOR, Measured, find_about, find_ancestors, find_known, to_indicator, to_label
from kg.annotate.phrases import REGIONS, Phrase, compile_stops, split_region, to_phrase
from kg.annotate.proposals import Proposal
from kg.annotate.resources import Measures
from kg.model import FIGURE, PERIOD
from kg.names import to_canonical_label

_PLACES = frozenset({"Province", "City", "Municipality", "District", "Country"})
_SENTENCE_ENDS = "。！？\n"
_RANK = re.compile("第.{1,3}[位名]?|全国第.{1,3}|.*首位|.*榜首|全国百强|前.+")
_OPENS = re.compile(r"(?:^|[，；。：！？,;:\n]|年|季度|底|来|月|是)\Z")
_LONGEST_PHRASE = 16
_SHARE = re.compile("占[^，；。,占]{1,12}$")
_SHARE_NOUN = re.compile("[^，；。,的]{0,6}(?:占比|比重|比例)$")


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
    for figure in found:
        if figure.cls != FIGURE:
            continue
        period = _find_period(text, figure, found, None if planned else carried.period)
        before = results[-1] if results and _same_sentence(text, results[-1].figure, figure) else None
        results.append(_measure(text, figure, names, before, carried, lexicon, measures, period))
    return tuple(results)


def _same_sentence(text: str, first: Proposal, second: Proposal) -> bool:
    return not any(end in text[first.end : second.begin] for end in _SENTENCE_ENDS)


def _find_period(text: str, figure: Proposal, found: Sequence[Proposal], carried: Proposal | None) -> Proposal | None:
    """The last time before a figure in its sentence that it is not compared with.

    A time of an earlier sentence is left to the builder's own rule for figures without one.
    """
    before = [one for one in found if one.cls == PERIOD and one.end <= figure.begin]
    if not before:
        return carried
    near = [
        one for one in before
        if not any(end in text[one.end : figure.begin] for end in _SENTENCE_ENDS)
        and text[one.begin - 1 : one.begin] not in _COMPARING
    ]  # fmt: skip
    return near[-1] if near else None


_COMPARING = frozenset("比较与")


def _measure(
    text: str, figure: Proposal, names: Sequence[Proposal], before: Measured | None, carried: Carried,
    lexicon: Lexicon, measures: Measures, period: Proposal | None,
) -> Measured:  # fmt: skip
    phrase = to_phrase(text, figure, before.figure if before else None, measures)
    region = _find_region(text, figure, names) or carried.region
    surface = text[figure.begin : figure.end]
    if _RANK.fullmatch(surface):
        return measure_rank(text, figure, phrase, names, before, region, period)
    if not phrase.text or phrase.text.endswith("等"):
        return _measure_without_words(text, figure, names, before, lexicon, region, period)
    growth = _find_ending(phrase.text, measures.growth)
    bare = surface.removesuffix("左右").removesuffix("以上").removesuffix("以内")
    if growth and bare.endswith(("%", "％", "点", "倍", "番", "成")):
        return measure_growth(text, figure, phrase, growth, names, before, lexicon, region, period)
    share = _SHARE.search(phrase.text) or _SHARE_NOUN.search(phrase.text)
    if share and bare.endswith(("%", "％", "成", "一", "二", "半")):
        return measure_share(text, figure, phrase, share.start(), names, before, lexicon, region, period)
    return _measure_value(text, figure, phrase, names, before, lexicon, region, period)


_UNCOUNTED = REGIONS | {"Agency", "RepresentativeBody"}


def _find_ending(words: str, endings: tuple[str, ...]) -> str | None:
    """The longest of some endings, longest first, that words have."""
    # Most have none, which one call tells.
    return next(filter(words.endswith, endings)) if words.endswith(endings) else None


def _find_region(text: str, figure: Proposal, names: Sequence[Proposal]) -> Proposal | None:
    """The region that opens the figure's clause or one before it in the paragraph; one inside a list opens nothing."""
    opening = [
        one
        for one in names
        if one.end <= figure.begin and one.cls in _PLACES and _OPENS.search(text[max(one.begin - 2, 0) : one.begin])
    ]  # fmt: skip
    return opening[-1] if opening else None


def _name_before(place: int, names: Sequence[Proposal], text: str) -> Proposal | None:
    """The longest name that ends at a place, or right before a 的 or 领域 that does."""
    ends = {place}
    for joint in ("的", "领域", "方面", "数据", "等", "已", "累计", "”"):
        if text.endswith(joint, 0, place):
            ends.add(place - len(joint))
    found = [one for one in names if one.end in ends]
    return min(found, key=lambda one: one.begin) if found else None


def _measure_without_words(
    text: str, figure: Proposal, names: Sequence[Proposal], before: Measured | None, lexicon: Lexicon,
    region: Proposal | None, period: Proposal | None,
) -> Measured:  # fmt: skip
    """A figure with nothing before it: what is counted follows (3万家高新技术企业), or it goes on from the last one."""
    become = _BECOME.match(text, figure.end)
    place = become.end() if become else figure.end
    after = [one for one in names if place <= one.begin <= place + 3]
    counted = max(after, key=lambda one: one.end) if after else None
    if counted and not re.search("[，；。、,;]", text[place : counted.begin]):
        label = _to_count(text, counted, lexicon, new=False, money=_is_money(text, figure))
        return Measured(figure, to_indicator(counted.begin, counted.end, label, 0.7), counted, period, None)
    if before:
        return Measured(figure, before.indicator, before.about, period, before.scope)
    end = min(figure.end + 6, len(text))
    noun = re.match(r"[^，；。、,;！？“”（）()\s]{1,8}", text[figure.end : end])
    span = (figure.end, figure.end + len(noun[0])) if noun else (figure.begin, figure.end)
    return Measured(figure, to_indicator(*span, None, 0.3), region, period, None)


# 其中7家成长为独角兽企业: what they became is what is counted.
_BECOME = re.compile("(?:成长为|成为|升级为|获评|入选|被?认定为|被评为)")


def _is_money(text: str, figure: Proposal) -> bool:
    return text[figure.begin : figure.end].rstrip("以上下").endswith(("元", "元级"))


def _to_count(text: str, counted: Proposal, lexicon: Lexicon, *, new: bool, money: bool) -> str:
    if not money and not find_known(to_label(text, counted) + "数", lexicon):
        for cls in find_ancestors(counted.cls, lexicon):
            names = lexicon.resources.measures.counts.get(cls)
            if names:
                return names[1] if new else names[0]
    label = to_label(text, counted) + ("额" if money else "数")
    return find_known(label, lexicon) or label


def _measure_value(
    text: str, figure: Proposal, phrase: Phrase, names: Sequence[Proposal], before: Measured | None,
    lexicon: Lexicon, region: Proposal | None, period: Proposal | None,
) -> Measured:  # fmt: skip
    measures = lexicon.resources.measures
    scope = region if region and region.cls == "City" and region.begin >= 0 else None
    subject = split_region(phrase, phrase.text, names, compile_stops(lexicon.resources.boundaries.hard))
    noun = _find_ending(phrase.text, measures.nouns)
    nearest = _name_before(phrase.end, names, text)
    counted = nearest if nearest and nearest.begin >= phrase.begin and nearest.cls not in _UNCOUNTED else None
    deed = _find_ending(phrase.text, measures.deeds)
    granted = _find_granted(figure, names, lexicon)
    if granted:
        label = to_label(text, granted) + "额"
        return Measured(figure, to_indicator(granted.begin, granted.end, label, 0.6), granted, period, scope)
    if (deed and noun is None) or deed == noun:
        done = _measure_deed(text, figure, phrase, deed, names, lexicon, period, scope)
        if done:
            return done
    whole = to_canonical_label(subject.replace("的", ""))
    if noun and not (
        counted and counted.end - counted.begin > len(noun) and counted.cls != "Indicator" and noun in {"数"}
    ):
        known = find_known(whole, lexicon)
        begin = phrase.end - len(subject)
        about = _name_before(phrase.end - len(noun), names, text)
        if known:
            return Measured(
                figure,
                to_indicator(begin, phrase.end, known, 0.9),
                find_about(begin, phrase.end, names) or region,
                period,
                scope,
            )
        if about and about.begin >= phrase.begin:
            label = _to_measure_label(text, about, noun, lexicon)
            return Measured(figure, to_indicator(about.begin, phrase.end, label, 0.8), about, period, scope)
        owner = _find_owner(text, figure, names)
        if owner:
            label = _to_measure_label(text, owner, noun, lexicon)
            return Measured(figure, to_indicator(phrase.end - len(noun), phrase.end, label, 0.7), owner, period, scope)
        instrument = _find_measurable(text, phrase, noun, names, lexicon)
        if instrument:
            one, label = instrument
            size = len(subject) if len(noun) < len(subject) <= len(noun) + _BARE else len(noun)
            return Measured(figure, to_indicator(phrase.end - size, phrase.end, label, 0.65), one, period, scope)
        if noun in {"总数", "规模", "数量", "总规模"} and len(subject) <= len(noun) + 1 and before and before.about:
            return _measure_same_thing(text, figure, phrase, noun, before, lexicon, period)
        begin = max(begin, phrase.end - _LONGEST_PHRASE)
        label = to_canonical_label(text[begin : phrase.end].replace("的", ""))
        maker = next((word for word in measures.makers if text.endswith(word, phrase.begin, begin)), None)
        fresh = next((word for word in measures.fresh if text.endswith(word, phrase.begin, begin)), "")
        begin -= len(fresh)
        if maker and _is_money(text, figure):
            begin -= len(maker)
            label = _to_spent_label(maker, label)
        about = find_about(begin, phrase.end, names) or _find_topic(text, figure, names, lexicon) or region
        return Measured(figure, to_indicator(begin, phrase.end, label, 0.6), about, period, scope)
    if counted:
        return _measure_count(text, figure, phrase, counted, names, before, lexicon, period, scope)
    after = [
        one for one in names
        if figure.end <= one.begin <= figure.end + 2 and one.cls not in REGIONS
        and not re.search("[，；。、,;]", text[figure.end : one.begin])
    ]  # fmt: skip
    if after:
        chosen = max(after, key=lambda one: one.end)
        verb = _find_fresh(phrase.text, measures)
        label = _to_count(text, chosen, lexicon, new=bool(verb), money=_is_money(text, figure))
        span = (
            (phrase.end - len(verb), phrase.end) if verb and phrase.text.endswith(verb) else (chosen.begin, chosen.end)
        )
        return Measured(figure, to_indicator(*span, label, 0.65), chosen, period, scope)
    begin = max(phrase.begin, phrase.end - _LONGEST_PHRASE, phrase.end - len(subject) if subject else 0)
    counted = _to_counted(text, figure, begin, phrase.end, lexicon)
    if counted:
        label = _to_count(text, counted, lexicon, new=False, money=False)
        return Measured(figure, to_indicator(begin, phrase.end, label, 0.45), counted, period, scope)
    words = to_canonical_label(text[begin : phrase.end].replace("的", "")) or None
    about = find_about(phrase.begin, phrase.end, names) or _find_topic(text, figure, names, lexicon) or region
    return Measured(figure, to_indicator(begin, phrase.end, words, 0.4), about, period, scope)


# What sentences are about whose figures name nothing themselves.
_TOPICS = (
    "Fund", "FinancialInstrument", "Programme", "Project", "Event", "Platform", "Zone", "Cluster", "System",
    "Industry", "Enterprise", "Category",
)  # fmt: skip


def _find_granted(figure: Proposal, names: Sequence[Proposal], lexicon: Lexicon) -> Proposal | None:
    """给予最高1000万元的建设补助: the grant that stands right after its sum."""
    after = [
        one for one in names
        if figure.end <= one.begin <= figure.end + 1 and "Subsidy" in find_ancestors(one.cls, lexicon)
    ]  # fmt: skip
    return max(after, key=lambda one: one.end) if after else None


def _to_spent_label(maker: str, noun: str) -> str:
    """带动社会投入 N亿元 is 带动社会投入额; money lent is 贷款发放额 whatever the words for it."""
    if noun == "贷款":
        return "贷款发放额"
    return maker + noun + ("" if noun.endswith(("额", "量", "率")) else "额")


# Whose sums and rates of interest are told without naming them again.
_MONEY = ("Fund", "FinancialInstrument")
_OF_MONEY = re.compile("(?:授信|利率|额度|贷款|余额|贴息|融资|不良率|资金)[^，；。]{0,4}\\Z")


def _find_topic(text: str, figure: Proposal, names: Sequence[Proposal], lexicon: Lexicon) -> Proposal | None:
    """The nearest name before a figure in its sentence that such figures are of."""
    nearest: Proposal | None = None
    of_money = _OF_MONEY.search(text, max(figure.begin - 12, 0), figure.begin) is not None
    for one in reversed(names):
        if one.end > figure.begin or any(other is not one and other.covers(one) for other in names):
            continue
        if any(end in text[one.end : figure.begin] for end in _SENTENCE_ENDS):
            break
        classes = find_ancestors(one.cls, lexicon)
        if of_money and any(cls in _MONEY for cls in classes):
            return one
        counted = text[one.end : one.end + 1].isdigit()
        if nearest is None and not counted and any(cls in _TOPICS for cls in classes):
            nearest = one
            if not of_money:
                break
    return nearest


_COUNTING = re.compile("[家个项件支只所种批座条台套款门篇部场](?:以上|左右|余)?\\Z")
_COUNTABLE = re.compile("[\u4e00-\u9fffA-Za-z]{2,10}")


def _to_counted(text: str, figure: Proposal, begin: int, end: int, lexicon: Lexicon) -> Proposal | None:
    """What a figure counts where the words before it are no known name: a kind by its head noun, else any kind."""
    words = text[begin:end]
    if not _COUNTING.search(text[figure.begin : figure.end]) or not _COUNTABLE.fullmatch(words):
        return None
    bounds = lexicon.resources.boundaries
    if words in bounds.hard or words in bounds.soft or words in lexicon.resources.measures.makers:
        return None
    heads = lexicon.resources.heads
    ending = next((words[size:] for size in range(len(words)) if words[size:] in heads), None)
    generic = heads[ending].generic if ending else ""
    return Proposal(begin, end, generic if generic.endswith(("Category", "Group")) else "Category", "counted", 0.5)


def _measure_deed(
    text: str, figure: Proposal, phrase: Phrase, deed: str | None, names: Sequence[Proposal], lexicon: Lexicon,
    period: Proposal | None, scope: Proposal | None,
) -> Measured | None:  # fmt: skip
    """创新积分贷款已发放 N亿元: the verb after what it counts."""
    if deed is None:
        return None
    about = _name_before(phrase.end - len(deed), names, text)
    if about is None or about.begin < phrase.begin or about.cls in REGIONS:
        return None
    canonical = lexicon.resources.measures.canonical
    label = next((canonical[cls, deed] for cls in find_ancestors(about.cls, lexicon) if (cls, deed) in canonical), None)
    label = label or to_label(text, about) + deed + ("额" if _is_money(text, figure) else "数")
    return Measured(figure, to_indicator(phrase.end - len(deed), phrase.end, label, 0.7), about, period, scope)


def _to_measure_label(text: str, about: Proposal, noun: str, lexicon: Lexicon) -> str:
    canonical = lexicon.resources.measures.canonical
    for cls in find_ancestors(about.cls, lexicon):
        if (cls, noun) in canonical:
            return canonical[cls, noun]
    if noun in {"总数", "数量", "数", "家数"}:
        return _to_count(text, about, lexicon, new=False, money=False)
    return to_label(text, about) + noun


def _find_owner(text: str, figure: Proposal, names: Sequence[Proposal]) -> Proposal | None:
    """总规模50亿元的引导基金: what the figure is of stands behind it, after a 的."""
    if text[figure.end : figure.end + 1] != "的":
        return None
    return next((one for one in names if one.begin == figure.end + 1 and one.cls not in REGIONS), None)


_OWNERS = ("Fund", "FinancialInstrument", "Programme", "Project", "Zone", "Cluster", "Enterprise", "Platform")


def _find_measurable(
    text: str, phrase: Phrase, noun: str, names: Sequence[Proposal], lexicon: Lexicon
) -> tuple[Proposal, str] | None:
    """The nearest name before in the sentence that such a measure is known of: a loan has a 授信额度."""
    canonical = lexicon.resources.measures.canonical
    body = _find_body(text, phrase.begin, names, lexicon)
    outermost = [
        one for one in names
        if one.end <= phrase.begin and not any(other is not one and other.covers(one) for other in names)
    ]  # fmt: skip
    known = [
        one for one in reversed(outermost) if any((cls, noun) in canonical for cls in find_ancestors(one.cls, lexicon))
    ]
    for one in (*known[:1], *([body] if body else []), *reversed(outermost)):
        if any(end in text[one.end : phrase.begin] for end in _SENTENCE_ENDS):
            return None
        for cls in find_ancestors(one.cls, lexicon):
            if (cls, noun) in canonical:
                return one, canonical[cls, noun]
        bare = len(phrase.text) <= len(noun) + _BARE
        if bare and any(cls in _OWNERS for cls in find_ancestors(one.cls, lexicon)):
            return one, to_label(text, one) + noun
    return None


# How many characters may stand before a measure word that still says nothing of whose it is: 年度投入.
_BARE = 2


def _measure_same_thing(
    text: str, figure: Proposal, phrase: Phrase, noun: str, before: Measured, lexicon: Lexicon, period: Proposal | None
) -> Measured:
    about = before.about
    assert about is not None
    if noun in {"总数", "数量"}:
        label = _to_count(text, about, lexicon, new=False, money=False)
    else:
        key = next(
            (cls for cls in find_ancestors(about.cls, lexicon) if (cls, noun) in lexicon.resources.measures.canonical),
            None,
        )
        label = lexicon.resources.measures.canonical[key, noun] if key else to_label(text, about) + noun
    return Measured(figure, to_indicator(phrase.end - len(noun), phrase.end, label, 0.65), about, period, before.scope)


def _find_fresh(words: str, measures: Measures) -> str | None:
    return next((word for word in measures.fresh if word in words), None)


def _measure_count(
    text: str, figure: Proposal, phrase: Phrase, counted: Proposal, names: Sequence[Proposal], before: Measured | None,
    lexicon: Lexicon, period: Proposal | None, scope: Proposal | None,
) -> Measured:  # fmt: skip
    measures = lexicon.resources.measures
    money = _is_money(text, figure)
    words = text[phrase.begin : counted.begin]
    verb = next((word for word in (*measures.fresh, *measures.makers) if words.endswith(word)), None)
    begin, end = counted.begin, counted.end
    if verb:
        begin, end = counted.begin - len(verb), counted.begin
    elif (
        before
        and not words
        and before.figure.end <= phrase.begin
        and text[before.figure.end : phrase.begin].strip("、和及 ") == ""
        and before.indicator.rule == "measure-verb"
    ):
        about = before.about if before.about and before.about.end < before.indicator.begin else counted
        return Measured(figure, before.indicator, about, period, scope)
    new = verb in measures.fresh if verb else bool(_find_fresh(words, measures))
    label = _to_count(text, counted, lexicon, new=new, money=money)
    if verb and not new:
        label = to_label(text, counted) + f"{verb}额" if money else _to_made_label(text, verb, counted, lexicon)
    body = None if money else _find_body(text, counted.begin, names, lexicon)
    if body:
        own = f"{verb or ''}{to_label(text, counted)}数"
        label = label if find_known(label, lexicon) and not verb and counted.cls == "Fund" else own
    indicator = Proposal(begin, end, INDICATOR, "measure-verb" if verb else "measure", 0.75, f"indicator/{label}")
    return Measured(figure, indicator, body or counted, period, scope)


def _to_made_label(text: str, verb: str, counted: Proposal, lexicon: Lexicon) -> str:
    """培育独角兽企业 N家 is 培育企业数: the kind that is counted is what the figure is about."""
    label = to_label(text, counted)
    own = f"{verb}{label}数"
    if find_known(own, lexicon):
        return own
    names = next((lexicon.resources.measures.counts.get(cls) for cls in find_ancestors(counted.cls, lexicon)), None)
    if names:
        return verb + names[0]
    return verb + "项目数" if label.endswith("项目") else own


# Whose count it is where the sentence names one: 长江产业集团累计培育上市公司 N家 is a figure of the group.
_BODIES = ("Enterprise", "University", "ResearchInstitute", "Fund", "Zone", "Platform", "Alliance")


def _find_body(text: str, place: int, names: Sequence[Proposal], lexicon: Lexicon) -> Proposal | None:
    """The named body that the sentence before a place is about, if it opens with one; a region owns no count."""
    begin = max(text.rfind(end, max(place - 200, 0), place) for end in _SENTENCE_ENDS) + 1
    inside = [one for one in names if begin <= one.begin and one.end <= place]
    first = inside[0] if inside else None
    if first is None or not any(cls in _BODIES for cls in find_ancestors(first.cls, lexicon)):
        return None
    return first if _BEFORE_BODY.fullmatch(text, begin, first.begin) else None


# What may open a sentence before the body that it is about: no verb, of which the body would be the object.
_BEFORE_BODY = re.compile(
    r"(?:[一二三四五六七八九十]是|其中|近年来|目前|截至[^，；。]{2,12}|(?:(?:19|20)[0-9]{2}年|今年|去年)[^，；。]{0,8})?[，,]?\s*"
)
