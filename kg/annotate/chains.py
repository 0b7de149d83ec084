"""Chains inside a system's name: “研发—孵化—产业化”全链条服务体系 names three stages, in this order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kg.annotate.lexicon import Lexicon
from kg.annotate.proposals import Proposal

_CHAIN = re.compile(r"“([^“”\n]{3,60})”")
_LINK = re.compile(r"——|—|–|-|→|\+|、")
_ORDERED = re.compile(r"——|—|–|-|→")
_LONGEST_STAGE = 8


def find_chains(text: str, names: Iterable[Proposal], lexicon: Lexicon) -> Iterator[Proposal]:
    """The parts of every chain that stands in quotation marks inside a system's name."""
    for name in names:
        if name.cls != "System":
            continue
        for found in _CHAIN.finditer(text, name.begin, name.end):
            yield from _find_parts(found[1], found.start(1), lexicon)


def _find_parts(chain: str, offset: int, lexicon: Lexicon) -> Iterator[Proposal]:
    parts = _LINK.split(chain)
    if len(parts) < 2 or any(not part for part in parts):
        return
    cls = _choose_class(chain, parts, lexicon)
    begin = 0
    for part in parts:
        begin = chain.index(part, begin)
        if len(part) <= _LONGEST_STAGE or cls != "Stage":
            yield Proposal(offset + begin, offset + begin + len(part), cls, "stage", 0.75)
        begin += len(part)


def _choose_class(chain: str, parts: list[str], lexicon: Lexicon) -> str:
    if all(lexicon.resources.names.get(part) == "EnterpriseCategory" or part.endswith("企业") for part in parts):
        return "EnterpriseCategory"
    if _ORDERED.search(chain) or all(len(part) == 1 for part in parts):
        return "Stage"
    return "ServicePlatform"


def is_ordered(text: str, first: Proposal, second: Proposal) -> bool:
    """Whether a dash alone stands between two parts: the first comes before the second."""
    return bool(_ORDERED.fullmatch(text[first.end : second.begin]))
