"""The doubtful items of a `.ann` file that `kg annotate` wrote, and a person's decisions on them written back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.errors import FormatError
from kg.model import Span
from kg.passages import find_sentence

_NOTE = re.compile(r"#\d+\tAnnotatorNotes ([TR]\d+)\trule=(.*) confidence=([01]\.\d\d)")
_MENTION = re.compile(r"(T\d+)\t(\S+) (\d+) (\d+)\t(.*)")
_RELATION = re.compile(r"(R\d+)\t(\S+) Arg1:(\S+) Arg2:(\S+)\s*")
_REFERS = re.compile(r"(?:Arg1:|Arg2:|Reference |AnnotatorNotes |[A-Z]\w* )([TR]\d+)\b")


@dataclass(frozen=True, slots=True)
class Doubt:
    """One item to be looked at: what it says (`[…]` around it in its sentence), by which rule, how sure."""

    id: str
    label: str
    sentence: str
    rule: str
    confidence: float


def find_doubts(content: str, text: str, below: float) -> tuple[Doubt, ...]:
    """The items that are less sure than `below`, the least sure first."""
    mentions = {found[1]: found for line in content.splitlines() if (found := _MENTION.fullmatch(line))}
    relations = {found[1]: found for line in content.splitlines() if (found := _RELATION.fullmatch(line))}
    doubts = []
    for line in content.splitlines():
        note = _NOTE.fullmatch(line)
        if not note or float(note[3]) >= below:
            continue
        described = _describe(note[1], mentions, relations, text)
        if described:
            doubts.append(Doubt(note[1], *described, note[2], float(note[3])))
    return tuple(sorted(doubts, key=lambda doubt: (doubt.confidence, int(doubt.id[1:]))))


def _describe(
    name: str, mentions: Mapping[str, re.Match[str]], relations: Mapping[str, re.Match[str]], text: str
) -> tuple[str, str] | None:
    if name in mentions:
        found = mentions[name]
        return found[2], _to_marked(text, Span(int(found[3]), int(found[4])))
    if name not in relations:
        return None
    relation = relations[name]
    subject, target = mentions.get(relation[3]), mentions.get(relation[4])
    if subject is None or target is None:
        return None
    ends = f"{subject[5]} → {target[5]}"
    return relation[2], f"{ends}｜{_to_marked(text, Span(int(target[3]), int(target[4])))}"


def _to_marked(text: str, span: Span) -> str:
    sentence = find_sentence(text, span)
    before, inside = text[sentence.begin : span.begin], text[span.begin : span.end]
    return f"{before}[{inside}]{text[span.end : sentence.end]}".strip().replace("\n", " ")


def apply_decisions(
    content: str, accepted: Iterable[str], rejected: Iterable[str], edited: Mapping[str, str]
) -> tuple[str, int]:
    """The file with a person's decisions, and how many lines went: a rejected item takes with it what hangs on it.

    `edited` maps an id to its new class or relation. Accepted and edited items lose their doubt: their note says so.
    Raises FormatError for an id that the file does not have.
    """
    lines = content.splitlines()
    known = {line.split("\t", 1)[0] for line in lines}
    decided = {*accepted, *rejected, *edited}
    for name in sorted(decided - known):
        raise FormatError(f"文件里没有 {name} no such item；用 kg review FILE 看有哪些")
    gone = _close(lines, set(rejected))
    kept = []
    for line in lines:
        name = line.split("\t", 1)[0]
        note = _NOTE.fullmatch(line)
        if name in gone or (line[:1] in "#NA*" and set(_REFERS.findall(line)) & gone):
            continue
        if name in edited:
            kept.append(f"{name}\t{edited[name]} {line.split(' ', 1)[1]}")
        elif note and note[1] in decided:
            kept.append(f"{name}\tAnnotatorNotes {note[1]}\treviewed rule={note[2]}")
        else:
            kept.append(line)
    return "".join(f"{line}\n" for line in kept), len(lines) - len(kept)


def _close(lines: list[str], gone: set[str]) -> set[str]:
    """`gone` with every relation that leads to or from something gone."""
    relations = [found for line in lines if (found := _RELATION.fullmatch(line))]
    return gone | {found[1] for found in relations if {found[3], found[4]} & gone}
