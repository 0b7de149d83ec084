"""Rule: parts by field, trade or place (分领域集群数) that a document lists do not add up to more than the whole that
it gives (集群数) for the same scope.

Whether the list is complete is not known, so a smaller sum proves nothing wrong; the finding gives it. Where a
document has several wholes that it may be of, nothing is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from kg.reasoning.claims import PLANNED, Figure, Finding
from kg.reasoning.indicators import parse_part, to_core
from kg.reasoning.precision import Range, to_range
from kg.reasoning.wording import list_quotes, name_measure, quote, to_range_text

_Key = tuple[str, str, str, str, str]


def find_part_sum_checks(figures: Iterable[Figure], bounds: Mapping[str, str]) -> Iterator[Finding]:
    """A PartSumCheck for every list of two parts or more with one whole."""
    parts: dict[_Key, list[Figure]] = defaultdict(list)
    wholes: dict[_Key, list[Figure]] = defaultdict(list)
    for one in figures:
        if one.status != PLANNED:
            core = parse_part(one.indicator.label)
            for source in one.sources:
                key = (
                    source.iri,
                    core or to_core(one.indicator.label),
                    one.scope.iri if one.scope else "",
                    one.unit,
                    one.kind,
                )
                (wholes if core is None else parts)[key].append(one)
    for key, listed in parts.items():
        by_period: dict[str, list[Figure]] = defaultdict(list)
        for one in listed:
            by_period[one.period.label if one.period else ""].append(one)
        for period, together in by_period.items():
            whole = _find_whole(wholes.get(key, ()), key[1], period)
            if whole is not None and len({one.about.iri for one in together}) > 1:
                yield to_sum_check("parts-of-list", whole, together, bounds)


def _find_whole(candidates: Iterable[Figure], core: str, period: str) -> Figure | None:
    timely = [one for one in candidates if not period or not one.period or one.period.label == period]
    named = [one for one in timely if one.about.label == core]
    chosen = named or timely
    return chosen[0] if len(chosen) == 1 else None


def to_sum_check(rule: str, whole: Figure, parts: Iterable[Figure], bounds: Mapping[str, str]) -> Finding:
    """The sum of parts held against the whole, as a PartSumCheck."""
    listed = sorted(parts, key=lambda one: (-one.value, one.iri))
    total = Range(whole.value * 0, whole.value * 0)
    for one in listed:
        total = total.plus(to_range(one))
    limit = to_range(whole)
    holds = total.low is None or limit.high is None or total.low <= limit.high
    equal = holds and total.meets(limit)
    verdict_zh = ("相等" if equal else "不超过") if holds else "超过合计"
    verdict_en = ("equal" if equal else "not more") if holds else "more than the whole"
    names = "、".join(
        f"{(one.scope or one.about).label if rule == 'parts-of-region' else one.about.label}" for one in listed
    )
    quotes, stated, measure = list_quotes(listed, bounds), quote(whole, bounds), name_measure(whole)
    computed = to_range_text(total)
    return Finding(
        "PartSumCheck",
        rule,
        (whole.iri, *(one.iri for one in listed)),
        f"{measure}：合计{stated}，{names}各{quotes}，共{computed}——{verdict_zh}",
        f"{measure}: whole {stated}; parts {names} {quotes} add up to {computed}: {verdict_en}",
        holds=holds,
        low=total.low,
        high=total.high,
    )
