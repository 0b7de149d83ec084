"""（一）实施“登峰”工程。省科技厅聚焦…: paragraphs that a programme heads, and systems whose parts are helped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.annotate.assembly import Related
from kg.annotate.partners import find_partners
from kg.annotate.proposals import Proposal
from kg.annotate.sentences import OPENING

# How the rule of a relation begins that says at what something is aimed.
AIMING = "aim"
_HEADED = re.compile("（[一二三四五六七八九十]{1,3}）(?:组织)?(?:实施|开展|推进|启动)")
_CARRIERS = frozenset({"Agency", "Province", "Municipality", "City"})


def is_aimed(one: Related) -> bool:
    """Whether a relation says at what something is aimed."""
    return one.rule.startswith(AIMING)


def find_headed(text: str, begin: int, names: Sequence[Proposal]) -> Proposal | None:
    """The programme that heads the paragraph at `begin`: （一）实施“登峰”工程。"""
    found = _HEADED.match(text, begin)
    headed = next((one for one in names if found and one.begin == found.end() and one.cls == "Programme"), None)
    return headed if headed is not None and text[headed.end : headed.end + 1] == "。" else None


def relate_headed(
    text: str, begin: int, headed: Proposal, related: Sequence[Related], names: Sequence[Proposal]
) -> Iterator[Related]:
    """Who the paragraph says carries its programme out, with its partners, and what it is aimed at."""
    for one in names:
        opening = text[max(text.rfind("。", begin, one.begin), begin) + 1 : one.begin]
        if one.begin > headed.end and one.cls in _CARRIERS and OPENING.match(opening):
            for carrier in (one, *find_partners(text, one, names)):
                if carrier is one or carrier.cls == "Agency":
                    yield Related(carrier, "implements", headed, "headed", 0.7)
    for link in related:
        if is_aimed(link):
            yield Related(headed, "targets", link.object, "targeted-means", 0.7)


def relate_stages(related: Sequence[Related], names: Sequence[Proposal]) -> Iterator[Related]:
    """Who builds “甲企业—乙企业”培育体系 helps the enterprises of each stage."""
    for link in related:
        if link.property == "implements" and link.object.cls in {"System", "Mechanism"}:
            for one in names:
                if one.rule == "stage" and one.cls == "EnterpriseCategory" and link.object.covers(one):
                    yield Related(link.subject, "supports", one, "stages", 0.7)
