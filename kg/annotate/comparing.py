"""What a rank, a growth or a share measures: something named before it, compared."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.annotate.lexicon import Lexicon
from kg.annotate.measured import Measured, find_about, find_known, to_indicator, to_label
from kg.annotate.phrases import REGIONS, Phrase, compile_stops, split_region
from kg.annotate.proposals import Proposal
from kg.names import to_canonical_label


def _base_of(before: Measured | None, text: str) -> str:
    if before is None:
        return ""
    link = before.indicator.link
    label = link.removeprefix("indicator/") if link else to_label(text, before.indicator)
    return re.sub("(?:增速|增长率|增幅|全国排名|占.*比重)$", "", label)


_PLACING = re.compile(
    "(?:(?:稳|位|排|名|跃)?[居列]|(?:跃|上|攀)?升[至到]?|前移[至到]?|进位[至到]?)(?:全国|全省|中部|西部|东部)?(?=第|全国|$)"
)
# What stands before a rank and names nothing that is ranked.
_SAY_NOTHING = frozenset({"全国", "中部", "总数", "总量", "规模", "数量"})


def measure_rank(
    text: str, figure: Proposal, phrase: Phrase, names: Sequence[Proposal], before: Measured | None,
    region: Proposal | None, period: Proposal | None,
) -> Measured:  # fmt: skip
    """A place in an order: 居全国第3位."""
    scope = next(
        (
            one
            for one in reversed(names)
            if phrase.begin <= one.begin and one.end <= figure.begin and one.cls in REGIONS
        ),
        None,
    )
    words = re.sub("(?:已)?连续[0-9一二三四五六七八九十]+年", "", phrase.text)
    begin = phrase.begin
    place = (
        "全国"
        if "全国" in words + text[figure.begin : figure.end]
        else "中部地区"
        if "中部" in words
        else "全省"
        if "全省" in words
        else "全国"
    )
    base = re.split("(?:的?(?:全国|中部|全省)?(?:排名|位次|位列|位居|稳居|居|排|列|升|跃))", words)[0] if words else ""
    for one in names:
        if one.begin == begin and one.cls in REGIONS and one.end < phrase.end:
            begin, base = one.end, base.removeprefix(text[one.begin : one.end])
    base = to_canonical_label(base.strip("的，、")) if base else ""
    says = len(base) > 1 and base not in _SAY_NOTHING
    label = f"{base if says else _base_of(before, text)}{place}排名"
    end = phrase.end if phrase.end > begin else figure.begin
    placed = _PLACING.search(text, begin, end)
    if placed and placed.end() == end and placed.start() > begin + 1:
        end = placed.start()
    if end <= begin:
        return Measured(
            figure,
            before.indicator if before else to_indicator(figure.begin, figure.end, label, 0.3),
            region,
            period,
            scope,
        )
    counted = find_about(phrase.begin, phrase.end, names)
    return Measured(figure, to_indicator(begin, end, label, 0.6), counted or region, period, scope)


def measure_growth(
    text: str, figure: Proposal, phrase: Phrase, growth: str, names: Sequence[Proposal], before: Measured | None,
    lexicon: Lexicon, region: Proposal | None, period: Proposal | None,
) -> Measured:  # fmt: skip
    """A change of what was measured before, or of what the words before it name."""
    compared = _COMPARED.search(phrase.text, 0, len(phrase.text) - len(growth))
    words = phrase.text[: compared.start() if compared else -len(growth)].rstrip("同比较上年的")
    begin = phrase.begin + compared.start() if compared else phrase.end - len(growth)
    subject = split_region(phrase, words, names, compile_stops(lexicon.resources.boundaries.hard))
    if len(subject) > 1:
        begin = phrase.begin + len(words) - len(subject)
        label = to_canonical_label(subject.replace("的", ""))
        about = find_about(begin, phrase.begin + len(words), names) or (before.about if before else None) or region
        known = find_known(label, lexicon)
        return Measured(figure, to_indicator(begin, phrase.end, f"{known or label}增速", 0.75), about, period, None)
    label = _base_of_text(before, text)
    about = before.about if before else region
    return Measured(
        figure,
        to_indicator(begin, phrase.end, f"{label}增速" if label else None, 0.65),
        about,
        period,
        before.scope if before else None,
    )


# 较上年末, 比2020年: what a growth is told against.
_COMPARED = re.compile("(?:同比|环比|年均|实际|名义|(?:较|比)[^，；。、]{1,8})+\\Z")


# Counts that say nothing of what is counted: a share of them is a share of that.
_COUNTS = frozenset({"平台数", "企业数", "集群数", "园区数", "基金数", "新增平台数", "新增企业数"})


def _base_of_text(before: Measured | None, text: str) -> str:
    if before is None or before.indicator.link is None:
        return ""
    base = re.sub("(?:增速|全国排名|占.*比重)$", "", before.indicator.link.removeprefix("indicator/"))
    if base in _COUNTS and before.about is not None:
        return to_label(text, before.about)
    return re.sub("(?<=企业)总数$", "", base)


def measure_share(
    text: str, figure: Proposal, phrase: Phrase, start: int, names: Sequence[Proposal], before: Measured | None,
    lexicon: Lexicon, region: Proposal | None, period: Proposal | None,
) -> Measured:  # fmt: skip
    """A part of a whole: 占全国的比重."""
    begin = phrase.begin + start
    words = phrase.text[start:]
    about = find_about(phrase.begin, begin, names) or (before.about if before else None) or region
    base = to_canonical_label(split_region(phrase, phrase.text[:start], names).replace("的", "")) or _base_of_text(
        before, text
    )
    tail = words.replace("的", "")
    label = base + (tail if tail.endswith(("比重", "占比", "比例")) else tail + "比重")
    return Measured(
        figure, to_indicator(begin, phrase.end, label, 0.65), about, period, before.scope if before else None
    )
