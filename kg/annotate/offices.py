"""Agencies inside agencies: 科学技术部办公厅, and who a list of tasks says is responsible: 责任单位：规划司、科技司."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.annotate.passage import Passage
from kg.annotate.proposals import Proposal

# What a ministry or a government has inside it and signs documents by.
_OFFICE = re.compile("办公厅|办公室|[\u4e00-\u9fff]{2,6}?司(?![\u4e00-\u9fff])")
_RESPONSIBLE = re.compile(
    "(?:责任|牵头|配合|主办|会办|承办|参加)(?:单位|部门|司局|处室)(?:为|是)?[:：]([^。；\n]{2,120})"
)
_ITEM = re.compile("[^、，；。（）()及和]{2,14}")
# How the names of agencies and of their parts end.
_ENDS = ("厅", "局", "委", "办", "部", "司", "处", "署", "院", "委员会", "办公室", "管委会", "中心", "政府")


def find_offices(passage: Passage, begin: int, end: int) -> Iterator[Proposal]:
    """The part of an agency that is named right after it."""
    found = _OFFICE.match(passage.text, end)
    if found is not None:
        yield Proposal(begin, found.end(), "Agency", "office", 0.9)


def find_responsible(passage: Passage) -> Iterator[Proposal]:
    """Those that a list of tasks names as responsible."""
    if "单位" not in passage.text and "部门" not in passage.text:
        return
    for found in _RESPONSIBLE.finditer(passage.text):
        for item in _ITEM.finditer(passage.text, *found.span(1)):
            if item[0].endswith(_ENDS):
                yield Proposal(item.start(), item.end(), "Agency", "responsible", 0.8)
