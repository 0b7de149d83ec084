"""A model's answer over one paragraph: what does not stand in the text or fit the ontology is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kg.annotate.assembly import Related
from kg.annotate.measured import INDICATOR, Measured
from kg.annotate.proposals import Proposal
from kg.model import FIGURE, PERIOD, Span
from kg.ontology import Vocabulary
from kg.quantities import QuantityLexicon, parse_quantities

_CONFIDENCE = 0.6
_CONTEXT = 12
_MOST_ITEMS = 500


@dataclass(frozen=True, slots=True)
class Grounded:
    """What of an answer stands in the text, in the document's offsets, and why the rest was refused."""

    found: tuple[Proposal, ...]
    measured: tuple[Measured, ...]
    related: tuple[Related, ...]
    refused: tuple[str, ...]


@dataclass(slots=True)
class _Reading:
    text: str
    paragraph: Span
    vocabulary: Vocabulary
    rule: str
    refused: list[str]

    def find(self, words: object, nth: object, cls: str) -> Proposal | None:
        """The nth occurrence of some words in the paragraph; None, and a refusal, where there is none."""
        if not isinstance(words, str) or not words.strip():
            self.refused.append(f"答复里缺少文字 no text given: {words!r:.40}")
            return None
        begin = self.paragraph.begin - 1
        for _ in range(nth if isinstance(nth, int) and 0 < nth < _MOST_ITEMS else 1):
            begin = self.text.find(words, begin + 1, self.paragraph.end)
            if begin < 0:
                self.refused.append(f"正文里没有 not in the text: “{words:.40}”")
                return None
        return Proposal(begin, begin + len(words), cls, self.rule, _CONFIDENCE)


def ground_answer(
    answer: Any, text: str, paragraph: Span, vocabulary: Vocabulary, lexicon: QuantityLexicon, rule: str
) -> Grounded:
    """The parts of an answer that hold. Never raises: an answer of any shape gives at least its refusals."""
    reading = _Reading(text, paragraph, vocabulary, rule, [])
    if not isinstance(answer, Mapping):
        return Grounded((), (), (), ("答复不是 JSON 对象 the answer is no JSON object",))
    mentions = _ground_mentions(_to_items(answer, "mentions"), reading)
    measured = _ground_figures(_to_items(answer, "figures"), mentions, reading, lexicon)
    related = _ground_relations(_to_items(answer, "relations"), mentions, reading)
    periods = [one.period for one in measured if one.period is not None]
    found = (*mentions.values(), *(one.figure for one in measured), *periods)
    return Grounded(tuple(dict.fromkeys(found)), tuple(measured), tuple(related), tuple(reading.refused))


def _to_items(answer: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    items = answer.get(name)
    return [one for one in items[:_MOST_ITEMS] if isinstance(one, Mapping)] if isinstance(items, list) else []


def _ground_mentions(items: list[Mapping[str, Any]], reading: _Reading) -> dict[str, Proposal]:
    mentions: dict[str, Proposal] = {}
    for item in items:
        cls = reading.vocabulary.resolve_class(str(item.get("class", "")))
        if cls is None:
            reading.refused.append(f"本体里没有这个类 no such class: {item.get('class')!r:.40}")
            continue
        found = reading.find(item.get("text"), item.get("nth"), cls)
        if found is not None:
            mentions[str(item.get("id", f"#{len(mentions)}"))] = found
    return mentions


def _ground_figures(
    items: list[Mapping[str, Any]], mentions: Mapping[str, Proposal], reading: _Reading, lexicon: QuantityLexicon
) -> list[Measured]:
    measured = []
    for item in items:
        figure = reading.find(item.get("text"), item.get("nth"), FIGURE)
        if figure is None:
            continue
        before = reading.text[max(figure.begin - _CONTEXT, 0) : figure.begin]
        after = reading.text[figure.end : figure.end + _CONTEXT]
        try:
            parse_quantities(reading.text[figure.begin : figure.end], before=before, after=after, lexicon=lexicon)
        except ValueError as error:
            reading.refused.append(f"读不出数值 no number in “{item.get('text')}”: {error}")
            continue
        indicator = reading.find(item.get("indicator"), 1, INDICATOR)
        if indicator is None:
            continue
        period = reading.find(item["period"], 1, PERIOD) if item.get("period") else None
        measured.append(Measured(figure, indicator, mentions.get(str(item.get("about"))), period, None))
    return measured


def _ground_relations(
    items: list[Mapping[str, Any]], mentions: Mapping[str, Proposal], reading: _Reading
) -> list[Related]:
    related = []
    for item in items:
        name = reading.vocabulary.resolve_property(str(item.get("property", "")))
        subject, target = mentions.get(str(item.get("subject"))), mentions.get(str(item.get("object")))
        if name is None or name not in reading.vocabulary.properties:
            reading.refused.append(f"本体里没有这个关系 no such relation: {item.get('property')!r:.40}")
        elif subject is None or target is None or subject == target:
            reading.refused.append(f"关系的一端不在 an end of {name} is missing")
        elif not reading.vocabulary.accepts(name, subject.cls, target.cls):
            reading.refused.append(f"{name} 不能从 {subject.cls} 到 {target.cls} outside its domain or range")
        else:
            related.append(Related(subject, name, target, reading.rule, _CONFIDENCE))
    return related
