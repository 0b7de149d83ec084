"""What the names of indicators say of each other: 高新技术企业增速 is the growth of 高新技术企业总数.

Rule: endings are taken off until the thing counted remains, its core. Two indicators of one thing and scope belong
together where their cores are equal, or where the growing thing's own name (在孵企业增速 of 在孵企业) ends in the core
of a count of it (企业数).
"""

from __future__ import annotations

import re
from typing import NamedTuple

_COUNT = re.compile("(?:入库|登记|备案)?(?:总数|总量|数量|数|量)$")
_GROWTH = re.compile("(.+?)(?:同比)?(?:增速|增长率|增幅)")
_NET = re.compile("(.*?)(?:净增|增加|增长)(?:数量|数|量|额)")
_GROSS = re.compile("新增(.+)")
_SHARE = re.compile("(.+?)占(全省|全国|全市)(?:比重|比例|份额)")
# Levels and stages overlap (国家级 is 省级以上 too), so 分级别 is not among these.
_PARTS = re.compile("分(?:领域|行业|产业|地区|区域|市州)(.+)")
# Growth of these is given at constant prices by convention (国家统计局 on 增加值 and 生产总值): money of two years
# does not give it.
_AT_CONSTANT_PRICES = re.compile("(?:增加值|生产总值|GDP|总产值)$")
# What cannot be added up over regions or fields.
_NOT_ADDITIVE = re.compile("平均|人均|每|率$|强度|指数|单户|单个|条件|占.*比|增速|排名|幅度")


class Increase(NamedTuple):
    """What an indicator adds to: the core of the stock, and whether what leaves is taken off already (净增)."""

    core: str
    net: bool


class Share(NamedTuple):
    """A part of a whole: the core of both, and which whole (全省, 全国, 全市)."""

    core: str
    whole: str


def to_core(label: str) -> str:
    """高新技术企业总数 → 高新技术企业, 技术合同成交额 → itself."""
    return _COUNT.sub("", label) or label


def parse_growth(label: str) -> str | None:
    """The core of what grows, None where the indicator is no growth of money or counts in the years' own prices."""
    found = _GROWTH.fullmatch(label)
    return None if found is None or _AT_CONSTANT_PRICES.search(found[1]) else to_core(found[1])


def parse_increase(label: str) -> Increase | None:
    """What an increase adds to: 高新技术企业净增数, 新增平台数; None for other indicators."""
    if found := _NET.fullmatch(label):
        return Increase(to_core(found[1]), True) if found[1] else None
    found = _GROSS.fullmatch(label)
    return Increase(to_core(found[1]), False) if found else None


def parse_share(label: str) -> Share | None:
    """What is a share of the same in a larger region: 高新技术企业总数占全省比重; None for other indicators."""
    found = _SHARE.fullmatch(label)
    return Share(to_core(found[1]), found[2]) if found else None


def parse_part(label: str) -> str | None:
    """The core of what is divided by field, trade or place: 分领域集群数 → 集群; None for other indicators."""
    found = _PARTS.fullmatch(label)
    return to_core(found[1]) if found else None


def is_additive(label: str) -> bool:
    """Whether figures of the indicator for two parts add up to the figure for both."""
    return not _NOT_ADDITIVE.search(label)
