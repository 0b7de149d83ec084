"""The annotator beside two baselines on the same documents in the same run: how right, and how fast.

Run: pip install -e '.[bench]'; python benchmarks/annotator.py [FOLDER …], else corpus/hubei and corpus/holdout.
The baselines: the names that the lexicon holds and nothing else, and jieba's part-of-speech tagger (0.42.1, its
dictionary and model inside the package), whose places, bodies and other names (ns, nt, nz) are counted whatever their
class, as it has no such classes. Speed is process time on one core, the texts repeated to the length said.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import jieba
import jieba.posseg

from kg.annotate import Lexicon, annotate, derive_lexicon, read_resources
from kg.corpus import find_documents, read_document, read_text
from kg.formats.brat import parse_brat
from kg.model import PERIOD, Annotations, Document
from kg.ontology import Vocabulary, read_vocabulary
from kg.passages import derive_paragraphs, derive_sections
from kg.pipeline.reading import to_labels

ROOT = Path(__file__).parents[1]
LENGTHS = (10_000, 100_000, 1_000_000)
_TAGS = {"ns", "nt", "nz", "nrt"}

Span = tuple[int, int, str]


def read_gold(folder: Path, vocabulary: Vocabulary) -> list[tuple[Document, Annotations]]:
    pairs = []
    for files in find_documents(folder):
        document = read_document(files, vocabulary.resolve_kind, vocabulary.heading_cues)
        content = read_text(files.annotations, files.name)
        assert isinstance(document, Document), document
        assert isinstance(content, str), content
        pairs.append((document, parse_brat(content, document.text, files.name, to_labels(vocabulary))[0]))
    return pairs


def to_spans(annotations: Annotations) -> set[Span]:
    return {
        (one.span.begin, one.span.end, one.cls) for one in annotations.mentions if one.cls not in {PERIOD, "Indicator"}
    }


def find_by_rules(document: Document, lexicon: Lexicon) -> set[Span]:
    return to_spans(annotate(document, lexicon).annotations)


def find_by_dictionary(document: Document, lexicon: Lexicon) -> set[Span]:
    """The longest names of the lexicon, from left to right."""
    found: list[Span] = []
    for end, entry in lexicon.find(document.text):
        cls = entry.name or entry.region or entry.deixis
        begin = end - len(entry.word)
        if cls is None:
            continue
        while found and begin <= found[-1][0]:
            found.pop()
        if not found or begin >= found[-1][1]:
            found.append((begin, end, cls))
    return set(found)


def find_by_jieba(document: Document, _: Lexicon) -> set[Span]:
    found, place = set(), 0
    for word, flag in jieba.posseg.cut(document.text):
        if flag in _TAGS:
            found.add((place, place + len(word), "name"))
        place += len(word)
    return found


def measure_scores(pairs: Iterable[tuple[set[Span], set[Span]]], *, classless: bool) -> tuple[float, float, float]:
    """Precision, recall and F1 of equal spans (and classes, unless `classless`) over all documents."""
    right = gold_count = found_count = 0
    for gold, found in pairs:
        one, other = ({span[:2] for span in gold}, {span[:2] for span in found}) if classless else (gold, found)
        right, gold_count, found_count = right + len(one & other), gold_count + len(one), found_count + len(other)
    precision = right / found_count if found_count else 0.0
    recall = right / gold_count if gold_count else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0


def measure_speed(find: Callable[[Document, Lexicon], object], document: Document, lexicon: Lexicon) -> float:
    """Characters per second of process time."""
    begin = time.process_time()
    find(document, lexicon)
    return len(document.text) / (time.process_time() - begin)


def to_length(document: Document, length: int, lexicon: Lexicon) -> Document:
    text = (document.text * (length // len(document.text) + 1))[:length]
    return replace(
        document, text=text, paragraphs=derive_paragraphs(text),
        sections=derive_sections(text, lexicon.vocabulary.heading_cues),
    )  # fmt: skip


def main() -> None:
    jieba.setLogLevel(logging.ERROR)
    vocabulary = read_vocabulary(ROOT / "ontology")
    lexicon = derive_lexicon(read_resources(ROOT / "ontology", vocabulary), vocabulary)
    folders = [Path(name) for name in sys.argv[1:]] or [
        folder for folder in (ROOT / "corpus" / "hubei", ROOT / "corpus" / "holdout") if folder.is_dir()
    ]
    finders = (("rules", find_by_rules), ("dictionary only", find_by_dictionary), ("jieba, any class", find_by_jieba))
    for folder in folders:
        pairs = read_gold(folder, vocabulary)
        print(f"{folder.name}: {len(pairs)} documents; names, equal spans")
        for name, find in finders:
            judged = [(to_spans(gold), find(document, lexicon)) for document, gold in pairs]
            precision, recall, f1 = measure_scores(judged, classless=find is find_by_jieba)
            print(f"  {name:<18} P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}")
    document = read_gold(ROOT / "corpus" / "hubei", vocabulary)[-1][0]
    print("speed, characters per second on one core")
    for length in LENGTHS:
        longer = to_length(document, length, lexicon)
        speeds = [
            measure_speed(find, longer, lexicon) for _, find in finders if length < 10**6 or find is not find_by_jieba
        ]
        ratio = f"  rules/jieba {speeds[0] / speeds[2]:.1f}" if len(speeds) > 2 else ""
        print(f"  {length:>9,}: " + "  ".join(f"{speed:>11,.0f}" for speed in speeds) + ratio)


if __name__ == "__main__":
    main()
