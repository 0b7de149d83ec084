"""A figure in its place, what it measures, and the small steps to say it that all ways of measuring share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kg.annotate.lexicon import Lexicon
from kg.annotate.phrases import REGIONS, Phrase
from kg.annotate.proposals import Proposal
from kg.annotate.resources import Measures
from kg.names import to_canonical_label

INDICATOR = "Indicator"
SENTENCE_ENDS = "。！？\n"
SENTENCE_END = re.compile(f"[{SENTENCE_ENDS}]")


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with the proposals that say what it measures; None where the text does not say."""

    figure: Proposal
    indicator: Proposal
    about: Proposal | None
    period: Proposal | None
    scope: Proposal | None


@dataclass(frozen=True, slots=True)
class Setting:
    """A figure in its paragraph: the words before it in its clause, the paragraph's names, what was measured before it
    in its sentence, and the region and time that hold for it."""

    text: str
    figure: Proposal
    phrase: Phrase
    names: Sequence[Proposal]
    before: Measured | None
    lexicon: Lexicon
    region: Proposal | None
    period: Proposal | None

    @property
    def measures(self) -> Measures:
        """The words of measuring."""
        return self.lexicon.resources.measures

    @property
    def surface(self) -> str:
        """The figure's own words."""
        return self.text[self.figure.begin : self.figure.end]

    @property
    def is_money(self) -> bool:
        """Whether the figure is a sum of money."""
        return self.surface.rstrip("以上下内左右").endswith(("元", "元级"))

    @property
    def scope(self) -> Proposal | None:
        """The city that the figure holds for, if the clause is one's."""
        return self.region if self.region is not None and self.region.cls == "City" else None

    def to_measured(self, indicator: Proposal, about: Proposal | None, scope: Proposal | None = None) -> Measured:
        """This figure with what it measures."""
        return Measured(self.figure, indicator, about, self.period, scope)


def to_label(text: str, one: Proposal) -> str:
    """The canonical label of the words of a name."""
    return to_canonical_label(text[one.begin : one.end])


def find_ancestors(cls: str, lexicon: Lexicon) -> tuple[str, ...]:
    """A class and those above it."""
    term = lexicon.vocabulary.classes.get(cls)
    return term.ancestors if term else (cls,)


def to_indicator(begin: int, end: int, label: str | None, confidence: float, rule: str = "measure") -> Proposal:
    """The words that say what is measured, with the label of the indicator where they make one."""
    return Proposal(begin, end, INDICATOR, rule, confidence, f"indicator/{label}" if label else None)


def find_about(begin: int, end: int, names: Sequence[Proposal]) -> Proposal | None:
    """The first name that is no region between two places."""
    inside = [one for one in names if begin <= one.begin and one.end <= end and one.cls not in REGIONS]
    return inside[0] if inside else None


def find_known(label: str, lexicon: Lexicon) -> str | None:
    """The label of the indicator that the authority knows by a label or alias."""
    found = lexicon.vocabulary.authority.by_name.get(("Indicator", label))
    return found[0].label if found else None


def find_ending(words: str, endings: tuple[str, ...]) -> str | None:
    """The longest of some endings, longest first, that words have."""
    # Most have none, which one call tells.
    return next(filter(words.endswith, endings)) if words.endswith(endings) else None


def find_name_before(place: int, names: Sequence[Proposal], text: str) -> Proposal | None:
    """The longest name that ends at a place, or right before a 的 or 领域 that does."""
    ends = {place}
    for joint in ("的", "领域", "方面", "数据", "等", "已", "累计", "”", "有", "共", "共有"):
        if text.endswith(joint, 0, place):
            ends.add(place - len(joint))
    found = [one for one in names if one.end in ends]
    return min(found, key=lambda one: one.begin) if found else None


def to_own_label(before: Measured | None, text: str) -> str:
    """The label of what was measured before; "" where nothing was."""
    if before is None:
        return ""
    link = before.indicator.link
    return link.removeprefix("indicator/") if link else to_label(text, before.indicator)


def to_base(before: Measured | None, text: str) -> str:
    """What was measured before, as the start of another indicator's label: 高新技术企业总数, whose growth follows."""
    label = _DERIVED.sub("", to_own_label(before, text))
    if before is None:
        return ""
    if label in _COUNTS and before.about is not None:
        return to_label(text, before.about)
    return label


_DERIVED = re.compile("(?:增速|增长率|增幅|提高幅度|降幅|净增数|增加数|减少数|[^占]{0,6}排名|占.{1,12}比重)$")
# Counts that say nothing of what is counted: a share of them is a share of that.
_COUNTS = frozenset({"平台数", "企业数", "集群数", "园区数", "基金数", "新增平台数", "新增企业数"})
