"""Claims in words, Chinese and English, for the labels of findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from kg.reasoning.claims import Figure
from kg.reasoning.precision import EXACTLY, Range


def name_measure(figure: Figure) -> str:
    """What is measured: 高新技术企业增速（高新技术企业，湖北省，2023年）."""
    about = "" if figure.about.label in figure.indicator.label else figure.about.label
    inside = [about, figure.scope.label if figure.scope else "", figure.period.label if figure.period else ""]
    listed = "，".join(dict.fromkeys(part for part in inside if part))
    return figure.indicator.label + (f"（{listed}）" if listed else "")


def quote(figure: Figure, bounds: Mapping[str, str]) -> str:
    """A figure as it was written, with its bound before it where that is no part of the words: 超过3万家."""
    text = figure.texts[0] if figure.texts else str(figure.value)
    said = figure.bound == EXACTLY or any(word in text for word in ("多", "余", "以上", "以内", "左右"))
    return text if said else bounds.get(figure.bound, "") + text


def list_quotes(figures: Iterable[Figure], bounds: Mapping[str, str]) -> str:
    """Several figures: 5379家、4986家."""
    return "、".join(quote(one, bounds) for one in figures)


def to_range_text(span: Range, unit: str = "") -> str:
    """A range for a reader: 19.51%—30.77%, ≥ 24%."""
    low, high = (None if end is None else _round(end) for end in (span.low, span.high))
    if low is not None and high is not None:
        return f"{low}{unit}" if low == high else f"{low}{unit}—{high}{unit}"
    if low is None and high is None:
        return "—"
    return f"≥ {low}{unit}" if high is None else f"≤ {high}{unit}"


def _round(value: Decimal) -> str:
    rounded = value.quantize(Decimal("0.01")) if abs(value) < 10**20 else value
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
