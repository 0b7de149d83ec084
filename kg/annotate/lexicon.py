"""The words that the annotator looks for, in one Aho-Corasick automaton: a text is searched for all of them at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import ahocorasick

from kg.annotate.patterns import Patterns, compile_patterns
from kg.annotate.resources import Head, Resources
from kg.ontology import Vocabulary
from kg.quantities import QuantityLexicon

_SHORTEST_NAME = 2
# The classes of 我省, 全市, 我厅 … by what they stand for.
_DEIXIS = {"theIssuer": "Agency", "theCountry": "Country", "theProvince": "Province", "theCity": "City"}
_DEIXIS_SHORTEST = 2
# The classes that one word may be a name of both: a list that it stands in decides.
_BOTH = {"Industry", "Technology"}


@dataclass(slots=True)
class Entry:
    """What one word is: a name of a class, the name that every region's agency has, a head noun, a boundary, a verb.

    `other` is a second class that the word is a name of (人工智能 the technology and the industry). In a `guard` no
    single character is a boundary; a `predicate` ends a name where it follows a body or a place. `naming`: a name may
    begin or end with the word, so that it is more than a boundary or a verb. `guards`, `reaches` and `closes` are what
    these come to for boundaries (`passage.py`): no boundary inside it, none that ends in it, a predicate may follow.
    """

    word: str
    name: str | None = None
    other: str | None = None
    guard: bool = False
    deixis: str | None = None
    region: str | None = None
    agency: str | None = None
    head: Head | None = None
    stop: bool = False
    predicate: bool = False
    verbs: int | None = None
    naming: bool = False
    guards: bool = False
    reaches: bool = False
    closes: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The automaton with what the rules need beside it."""

    automaton: ahocorasick.Automaton = field(repr=False)
    resources: Resources
    vocabulary: Vocabulary
    quantities: QuantityLexicon
    patterns: Patterns = field(repr=False)

    def find(self, text: str) -> Iterator[tuple[int, Entry]]:
        """Every word in a text, overlapping ones too, as (end, entry) by end; `end` is exclusive."""
        return ((last + 1, entry) for last, entry in self.automaton.iter(text))


def derive_lexicon(resources: Resources, vocabulary: Vocabulary) -> Lexicon:
    """The lexicon of an ontology's names and the annotator's resources."""
    entries: dict[str, Entry] = {}

    def entry(word: str) -> Entry:
        return entries.setdefault(word, Entry(word))

    for word, cls in resources.names.items():
        entry(word).name = cls
    for known in vocabulary.authority.entries:
        for word in (known.label, *known.aliases):
            if len(word) >= _SHORTEST_NAME and known.root != "Indicator":
                _add_authority_name(entry(word), known.classes[0], known.root)
    for pattern in vocabulary.authority.patterns:
        for word in (pattern.label, *pattern.aliases):
            if len(word) >= _SHORTEST_NAME:
                entry(word).agency = pattern.cls
    for word, meaning in vocabulary.deixis.items():
        if meaning in _DEIXIS and len(word) >= _DEIXIS_SHORTEST and word[0] in "我全本":
            entry(word).deixis = _DEIXIS[meaning]
    for word, head in resources.heads.items():
        entry(word).head = head
    for word in resources.boundaries.hard:
        entry(word).stop = True
    for word in resources.boundaries.predicates:
        entry(word).predicate = True
    for word in resources.boundaries.guards:
        entry(word).guard = True
    for number, verbs in enumerate(resources.verbs):
        for word in verbs.words:
            if entry(word).verbs is None:
                entry(word).verbs = number
                entry(word).stop = word not in resources.boundaries.soft
    for one in entries.values():
        one.naming = bool(one.name or one.deixis or one.region or one.agency or one.head)
        # 拥有 is a boundary itself, although 有 in it is none.
        one.guards = (one.guard and not one.stop) or bool(one.name or one.head or one.region)
        one.reaches = one.guard or bool(one.name)
        closing = one.head is not None and one.head.cls in resources.boundaries.closing
        one.closes = closing or bool(one.region or one.agency or one.deixis)
    automaton = ahocorasick.Automaton()
    for word, value in sorted(entries.items()):
        automaton.add_word(word, value)
    automaton.make_automaton()
    quantities = QuantityLexicon(
        vocabulary.units, vocabulary.bounds_before, vocabulary.bounds_after, vocabulary.bound_links
    )
    return Lexicon(automaton, resources, vocabulary, quantities, compile_patterns(resources.patterns, vocabulary))


def _add_authority_name(entry: Entry, cls: str, root: str) -> None:
    if root == "Region" and cls != "RegionGroup":
        # 吉林 is a province before it is a city: the entries come by IRI, the province's file order does not matter.
        if entry.region is None or cls in {"Province", "Municipality"}:
            entry.region = cls
        return
    if entry.name is None:
        entry.name = cls
    elif entry.name != cls and {entry.name, cls} <= _BOTH:
        entry.other = cls
