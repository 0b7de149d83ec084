"""The code lists of `ontology/codes.ttl`: units, bounds, statuses, measure kinds and the words that tell of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph

from kg.errors import OntologyError
from kg.identifiers import ONTOLOGY
from kg.names import to_name_key

_CONCEPT_SCHEME = "http://www.w3.org/2004/02/skos/core#ConceptScheme"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_ALT_LABEL = "http://www.w3.org/2004/02/skos/core#altLabel"
_SCHEME = "http://www.w3.org/2004/02/skos/core#ConceptScheme"


@dataclass(frozen=True, slots=True)
class StatusWords:
    """The words that tell what is done and what is planned, beside the cues of each status.

    `before` stand before a number and `after` after it, `aspects` give their status to the verb right after them,
    `done` ends what an earlier clause plans, `negations` deny, `asides` open a clause that plans nothing outside it,
    `terms` make a number a term in force, `ignored` hold a cue and are none, `titles` count in headings only.
    """

    before: Mapping[str, str]
    after: Mapping[str, str]
    aspects: Mapping[str, str]
    done: frozenset[str]
    negations: frozenset[str]
    asides: tuple[str, ...]
    terms: tuple[str, ...]
    ignored: frozenset[str]
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Codes:
    """Word → code, for each way of meeting a code; `by_kind` is class → label or local name → local name."""

    units: Mapping[str, str]
    bounds_before: Mapping[str, str]
    bounds_after: Mapping[str, str]
    bound_links: tuple[str, ...]
    status_cues: Mapping[str, str]
    status_words: StatusWords
    heading_cues: tuple[str, ...]
    measure_kind_cues: Mapping[str, str]
    comparison_cues: tuple[str, ...]
    deixis: Mapping[str, str]
    by_kind: Mapping[str, Mapping[str, str]]


def derive_codes(triples: Iterable[pyoxigraph.Triple]) -> Codes:
    """The codes among some triples. Raises OntologyError where one word stands for two codes of a kind."""
    kinds, texts = _index(triples)
    by_kind: dict[str, dict[str, str]] = {}
    for name, kind in kinds.items():
        for text in (name, f"kg:{name}", *texts.get((_LABEL, name), ()), *texts.get((_ALT_LABEL, name), ())):
            _bind(by_kind.setdefault(kind, {}), text, name)

    def words(kind: str, annotation: str, to_key: Callable[[str], str] = str) -> dict[str, str]:
        found: dict[str, str] = {}
        for name in sorted(name for name, its_kind in kinds.items() if its_kind == kind):
            for text in texts.get((annotation, name), ()):
                _bind(found, to_key(text), name)
        return found

    return Codes(
        units=words("Unit", _ALT_LABEL),
        bounds_before=words("Bound", ONTOLOGY + "cueBefore"),
        bounds_after=words("Bound", ONTOLOGY + "cueAfter"),
        bound_links=tuple(sorted(words(_CONCEPT_SCHEME, ONTOLOGY + "cueLink"))),
        status_cues=words("Status", ONTOLOGY + "cue"),
        status_words=StatusWords(
            before=words("Status", ONTOLOGY + "cueBefore"),
            after=words("Status", ONTOLOGY + "cueAfter"),
            aspects=words("Status", ONTOLOGY + "aspectCue"),
            done=frozenset(words("Status", ONTOLOGY + "doneCue")),
            negations=frozenset(words(_SCHEME, ONTOLOGY + "negationCue")),
            asides=tuple(sorted(words("Status", ONTOLOGY + "asideCue"))),
            terms=tuple(sorted(words("Status", ONTOLOGY + "termCue"))),
            ignored=frozenset(words("Status", ONTOLOGY + "notCue")),
            titles=words("Status", ONTOLOGY + "titleCue"),
        ),
        heading_cues=tuple(sorted(words("Status", ONTOLOGY + "headingCue"))),
        measure_kind_cues=words("MeasureKind", ONTOLOGY + "cue"),
        comparison_cues=tuple(sorted(words("MeasureKind", ONTOLOGY + "comparisonCue"))),
        deixis=words("Deixis", _ALT_LABEL, to_name_key),
        by_kind=by_kind,
    )


def _index(triples: Iterable[pyoxigraph.Triple]) -> tuple[dict[str, str], dict[tuple[str, str], list[str]]]:
    """Local name → its class, and (annotation, local name) → its Chinese texts, sorted."""
    kinds: dict[str, str] = {}
    texts: dict[tuple[str, str], list[str]] = {}
    for triple in triples:
        subject, value = triple.subject, triple.object
        if not isinstance(subject, pyoxigraph.NamedNode) or not subject.value.startswith(ONTOLOGY):
            continue
        name = subject.value.removeprefix(ONTOLOGY)
        if isinstance(value, pyoxigraph.Literal) and value.language == "zh":
            texts.setdefault((triple.predicate.value, name), []).append(value.value)
        elif isinstance(value, pyoxigraph.NamedNode) and triple.predicate.value == _RDF_TYPE:
            kinds[name] = value.value.removeprefix(ONTOLOGY)
    return kinds, {key: sorted(found) for key, found in texts.items()}


def _bind(words: dict[str, str], word: str, name: str) -> None:
    if words.setdefault(word, name) != name:
        raise OntologyError(
            f"ontology/codes.ttl: “{word}”既属于 kg:{words[word]} 又属于 kg:{name} stands for two codes；请删去其一"
        )
