"""What the checks have in common: a figure held against what follows from others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from kg.reasoning.claims import Figure, Finding
from kg.reasoning.precision import Range, to_range
from kg.reasoning.wording import name_measure, quote, to_range_text

_MOST_TRIED = 16
# Units whose sign a range is written with.
_SIGNS = {"percent": "%", "point": "个百分点"}


def choose_agreeing(figure: Figure, candidates: Iterable[tuple[tuple[Figure, ...], Range]]) -> tuple[
    tuple[Figure, ...], Range, bool
] | None:  # fmt: skip
    """Of several sets of premises with what follows from each, the first that agrees with the figure, else the first;
    with whether it agrees. None where nothing follows from any."""
    known = [(premises, span) for premises, span in islice(candidates, _MOST_TRIED) if span != Range(None, None)]
    stated = to_range(figure)
    for premises, span in known:
        if span.meets(stated):
            return premises, span, True
    return (*known[0], False) if known else None


def to_check(
    kind: str, rule: str, figure: Figure, found: tuple[tuple[Figure, ...], Range, bool], bounds: Mapping[str, str]
) -> Finding:
    """The check as a finding: the figure that was checked comes first among the premises."""
    premises, span, holds = found
    measure, stated = name_measure(figure), quote(figure, bounds)
    from_these = "、".join(_list_premises(premises, bounds))
    computed = to_range_text(span, _SIGNS.get(figure.unit, ""))
    verdict_zh, verdict_en = ("相符", "agrees") if holds else ("不符", "does not agree")
    return Finding(
        kind,
        rule,
        (figure.iri, *dict.fromkeys(one.iri for one in premises)),
        f"{measure}：所写{stated}，由{from_these}得{computed}——{verdict_zh}",
        f"{measure}: stated {stated}, {computed} from {from_these}: {verdict_en}",
        holds=holds,
        low=span.low,
        high=span.high,
    )


def _list_premises(premises: Iterable[Figure], bounds: Mapping[str, str]) -> Iterator[str]:
    for one in premises:
        yield f"{quote(one, bounds)}" + (f"（{one.period.label}）" if one.period else "")
