"""Claims made up for the tests of the rules, in a few words each."""

from __future__ import annotations

import calendar
import re
from datetime import date
from decimal import Decimal

from kg.reasoning.claims import Claim, Claims, Figure, Finding, Period, Source, Thing

BOUNDS = {"exactly": "等于", "moreThan": "超过", "atLeast": "不少于", "atMost": "不超过", "approximately": "大约"}
BROADER = {"武汉市": "湖北省", "襄阳市": "湖北省", "洪山区": "武汉市", "湖北省": "中国"}
LEVELS = {
    "中国": frozenset({"Country"}),
    "湖北省": frozenset({"Province"}),
    "武汉市": frozenset({"City"}),
    "襄阳市": frozenset({"City"}),
    "洪山区": frozenset({"District"}),
}
_SCALES = {"万": 10**4, "亿": 10**8, "万亿": 10**12}


def to_period(label: str) -> Period:
    """2023 is a year, 2023-06 a month, 2023-01-01/2023-06-30 what it says."""
    if "/" in label:
        begin, end = map(date.fromisoformat, label.split("/"))
        return Period(label, begin, end)
    year, _, month = label.partition("-")
    if month:
        last = calendar.monthrange(int(year), int(month))[1]
        return Period(label, date(int(year), int(month), 1), date(int(year), int(month), last))
    return Period(f"{year}年", date(int(year), 1, 1), date(int(year), 12, 31))


def to_value(text: str) -> Decimal:
    """The value of simple words: 1.1万亿元, 24%, 14100多家."""
    found = re.search(r"([0-9.]+)[多余]?(万亿|万|亿)?", text)
    return Decimal(found[1]) * _SCALES.get(found[2] or "", 1) if found else Decimal(0)


def figure(
    indicator: str,
    text: str,
    *,
    bound: str = "exactly",
    about: str = "高新技术企业",
    scope: str | None = "湖北省",
    when: str | None = "2023",
    kind: str = "stock",
    unit: str | None = None,
    status: str = "achieved",
    issued: str = "2024-01-01",
    document: str = "文件",
    value: str | None = None,
    before: str = "",
) -> Figure:
    """A figure as a document writes it; its value and unit follow from the words where they are not given."""
    number = Decimal(value) if value else to_value(text)
    iri = "|".join(map(str, (indicator, text, bound, about, scope, when, kind, status)))
    return Figure(
        iri=iri,
        indicator=Thing(indicator, indicator),
        about=Thing(about, about),
        value=number,
        unit=unit or ("percent" if "%" in text else "place" if "第" in text else "CNY" if "元" in text else "家"),
        bound=bound,
        kind="ratio" if "%" in text else kind,
        status=status,
        texts=(text,),
        period=to_period(when) if when else None,
        scope=Thing(scope, scope) if scope else None,
        sources=(Source(document, date.fromisoformat(issued)),),
        before=(before,),
    )


def statement(subject: str, predicate: str, target: str, status: str, issued: str) -> Claim:
    """A statement of a document of a day."""
    iri = "|".join((subject, predicate, target, status))
    ends = (Thing(one, one) for one in (subject, predicate, target))
    return Claim(iri, *ends, status, (Source(f"{issued}的文件", date.fromisoformat(issued)),))


def to_claims(*figures: Figure) -> Claims:
    """Figures with the regions of these tests."""
    return Claims(figures, (), broader=BROADER, levels=LEVELS, bounds=BOUNDS)


def only(findings: list[Finding]) -> Finding:
    """The one finding that there is."""
    assert len(findings) == 1, [one.label_zh for one in findings]
    return findings[0]
