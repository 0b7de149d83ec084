"""Items as a file has them to items over a text of ours: offsets become code points, line ends LF, in this order."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kg.formats.raw import RawAnnotations, RawMention
from kg.model import Rejection
from kg.offsets import UNITS, OffsetConverter, Placed, Refusal, resolve_unit

_DROPPED = re.compile(r"\A\ufeff|\r(?=\n)")


def anchor(text: str, raw: RawAnnotations, unit: str, candidates: Sequence[str] = UNITS) -> tuple[str, RawAnnotations]:
    """The text with LF and no byte order mark, and the annotations over it in code points.

    `raw` has the offsets of the file, in `unit` (or `auto`, then one of the `candidates`). Where the unit cannot be
    relied on, one rejection stands for all of the document's annotations.
    """
    resolution = resolve_unit(unit, text, _iterate_placed(raw.mentions), candidates)
    if isinstance(resolution, Refusal):
        return to_lf(text, _refuse(raw, resolution.reason, resolution.mend))
    mentions, rejections = _convert(raw, resolution.converter)
    notes = raw.notes if resolution.note is None else (*raw.notes, f"{raw.file}: {resolution.note}")
    return to_lf(text, replace(raw, mentions=mentions, rejections=(*raw.rejections, *rejections), notes=notes))


def to_lf(text: str, raw: RawAnnotations) -> tuple[str, RawAnnotations]:
    """CRLF and CR become LF and a leading byte order mark goes; offsets, in code points, follow."""
    dropped = [found.start() for found in _DROPPED.finditer(text)]
    clean = _DROPPED.sub("", text).replace("\r", "\n")
    if clean == text:
        return text, raw
    return clean, replace(raw, mentions=tuple(_shift(mention, dropped) for mention in raw.mentions))


def _shift(mention: RawMention, dropped: Sequence[int]) -> RawMention:
    fragments = tuple(
        (begin - bisect_left(dropped, begin), end - bisect_left(dropped, end)) for begin, end in mention.fragments
    )
    surface = mention.surface and _DROPPED.sub("", mention.surface).replace("\r", "\n")
    return mention._replace(fragments=fragments, surface=surface)


def _iterate_placed(mentions: Iterable[RawMention]) -> Iterable[Placed]:
    for mention in mentions:
        # What a tool writes between the pieces of a discontinuous surface differs, so it proves nothing.
        surface = mention.surface if len(mention.fragments) == 1 else None
        yield from (Placed(begin, end, surface) for begin, end in mention.fragments)


def _convert(raw: RawAnnotations, converter: OffsetConverter) -> tuple[tuple[RawMention, ...], tuple[Rejection, ...]]:
    mentions, rejections = [], []
    for mention in raw.mentions:
        places = [converter.to_code_points(*fragment) for fragment in mention.fragments]
        found = tuple(place for place in places if place is not None)
        if len(found) == len(places):
            mentions.append(mention._replace(fragments=found))
        else:
            rejections.append(_reject(raw.file, mention, converter))
    return tuple(mentions), tuple(rejections)


def _reject(file: str, mention: RawMention, converter: OffsetConverter) -> Rejection:
    length = converter.units[-1]
    where = ";".join(f"{begin}–{end}" for begin, end in mention.fragments)
    if any(not 0 <= position <= length for fragment in mention.fragments for position in fragment):
        reason = f"偏移超出正文 offset outside the text: {where}，正文只有 {length} 个单位 ({converter.unit})"
    else:
        reason = f"偏移落在一个字符中间 offset inside a character: {where} ({converter.unit})"
    return Rejection(
        file, mention.line, mention.id, reason, "请核对偏移单位 (--offset-unit)，或在原工具里重标", (mention.line,)
    )


def _refuse(raw: RawAnnotations, reason: str, mend: str) -> RawAnnotations:
    lost = tuple(sorted(raw.lines - {line for rejection in raw.rejections for line in rejection.lines}))
    rejection = Rejection(raw.file, min(lost, default=1), "", reason, mend, lost)
    return RawAnnotations(file=raw.file, lines=raw.lines, rejections=(*raw.rejections, rejection), notes=raw.notes)
