"""The authority: canonical names, aliases and codes of what many documents name, and names that every region has.

All of it comes from `ontology/codes.ttl` and `ontology/authority.ttl`; no region and no agency is known to the code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph

from kg.errors import OntologyError
from kg.identifiers import DEFAULT_BASE, ONTOLOGY, to_entity_iri
from kg.names import to_canonical_label, to_name_key

_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_PREF_LABEL, _ALT_LABEL, _BROADER = _SKOS + "prefLabel", _SKOS + "altLabel", _SKOS + "broader"
_PATTERN = "NamePattern"

_Values = dict[str, dict[str, list[pyoxigraph.NamedNode | pyoxigraph.Literal]]]


@dataclass(frozen=True, slots=True)
class AuthorityEntry:
    """A thing that the authority knows. `iri_path` is its IRI after the base: `region/湖北省`.

    `classes` hold the classes it is in and all above them, the most specific first; `broader` is an `iri_path`.
    """

    iri_path: str
    root: str
    classes: tuple[str, ...]
    label: str
    label_en: str | None = None
    aliases: tuple[str, ...] = ()
    admin_code: str | None = None
    broader: str | None = None
    default_measure_kind: str | None = None


@dataclass(frozen=True, slots=True)
class NamePattern:
    """The second half of a name that every region of a level has: 湖北省 + `label`; `region` limits it to one."""

    label: str
    aliases: tuple[str, ...]
    cls: str
    level: str
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Authority:
    """All entries and patterns, and ways to find them; names are keyed by `kg.names.to_name_key`.

    `pattern_endings` are the characters that patterns end with: most names end with none of them and fit no pattern.
    """

    entries: tuple[AuthorityEntry, ...]
    by_name: Mapping[tuple[str, str], tuple[AuthorityEntry, ...]]
    by_path: Mapping[str, AuthorityEntry]
    patterns: tuple[NamePattern, ...]
    patterns_by_name: Mapping[str, tuple[NamePattern, ...]]
    pattern_endings: frozenset[str]


def derive_authority(triples: Iterable[pyoxigraph.Triple], classes: Mapping[str, tuple[str, ...]]) -> Authority:
    """The authority among some triples; `classes` maps an entity class to itself and those above it up to its root.

    Raises OntologyError where an individual has no class, no label, or an IRI that its class and label do not give.
    """
    individuals = _index(triples)
    entries, patterns = [], []
    for iri, values in sorted(individuals.items()):
        if _PATTERN in _read_names(values, _RDF_TYPE):
            patterns.append(_to_pattern(iri, values, classes))
        else:
            entries.append(_to_entry(iri, values, classes))
    by_name: dict[tuple[str, str], list[AuthorityEntry]] = {}
    for entry in entries:
        for key in {to_name_key(name) for name in (entry.label, *entry.aliases)}:
            by_name.setdefault((entry.root, key), []).append(entry)
    patterns_by_name: dict[str, list[NamePattern]] = {}
    for pattern in patterns:
        for key in {to_name_key(name) for name in (pattern.label, *pattern.aliases)}:
            patterns_by_name.setdefault(key, []).append(pattern)
    by_path = {entry.iri_path: entry for entry in entries}
    _check_references(entries, patterns, by_path)
    return Authority(
        entries=tuple(entries),
        by_name={key: tuple(found) for key, found in by_name.items()},
        by_path=by_path,
        patterns=tuple(patterns),
        patterns_by_name={key: tuple(found) for key, found in patterns_by_name.items()},
        pattern_endings=frozenset(key[-1:] for key in patterns_by_name),
    )


def _index(triples: Iterable[pyoxigraph.Triple]) -> _Values:
    individuals: _Values = {}
    for triple in triples:
        subject, value = triple.subject, triple.object
        if (
            isinstance(subject, pyoxigraph.NamedNode)
            and subject.value.startswith(DEFAULT_BASE)
            and isinstance(value, pyoxigraph.NamedNode | pyoxigraph.Literal)
        ):
            individuals.setdefault(subject.value, {}).setdefault(triple.predicate.value, []).append(value)
    return individuals


def _to_entry(
    iri: str, values: dict[str, list[pyoxigraph.NamedNode | pyoxigraph.Literal]], classes: Mapping[str, tuple[str, ...]]
) -> AuthorityEntry:
    named = _read_names(values, _RDF_TYPE)
    unknown = [name for name in named if name not in classes]
    if unknown or not named:
        raise OntologyError(f"{iri}: 不是已声明的类 has no declared class: {'、'.join(unknown) or 'rdf:type'}；请改正")
    line = tuple(dict.fromkeys(above for name in named for above in classes[name]))
    line = tuple(sorted(line, key=lambda name: -len(classes[name])))
    root, label = line[-1], _read_label(iri, values)
    if iri != to_entity_iri(DEFAULT_BASE, root, to_canonical_label(label)):
        raise OntologyError(
            f"{iri}: IRI 与大类 {root}、名称“{label}”不合 does not follow from class and label；"
            f"应为 {to_entity_iri(DEFAULT_BASE, root, to_canonical_label(label))}"
        )
    return AuthorityEntry(
        iri_path=_to_path(iri),
        root=root,
        classes=line,
        label=label,
        label_en=next(iter(_read_texts(values, _PREF_LABEL, "en")), None),
        aliases=tuple(_read_texts(values, _ALT_LABEL, "zh")),
        admin_code=next((value.value for value in values.get(ONTOLOGY + "adminCode", ())), None),
        broader=_read_path(values, _BROADER),
        default_measure_kind=next(iter(_read_names(values, ONTOLOGY + "defaultMeasureKind")), None),
    )


def _to_pattern(
    iri: str, values: dict[str, list[pyoxigraph.NamedNode | pyoxigraph.Literal]], classes: Mapping[str, tuple[str, ...]]
) -> NamePattern:
    kinds, levels = (_read_names(values, ONTOLOGY + name) for name in ("patternClass", "patternLevel"))
    if len(kinds) != 1 or len(levels) != 1 or not {*kinds, *levels} <= classes.keys():
        raise OntologyError(
            f"{iri}: kg:patternClass 与 kg:patternLevel 应各有一个已声明的类 need one declared class each；请改正"
        )
    return NamePattern(
        label=_read_label(iri, values),
        aliases=tuple(_read_texts(values, _ALT_LABEL, "zh")),
        cls=kinds[0],
        level=levels[0],
        region=_read_path(values, ONTOLOGY + "patternRegion"),
    )


def _check_references(
    entries: Iterable[AuthorityEntry], patterns: Iterable[NamePattern], by_path: Mapping[str, AuthorityEntry]
) -> None:
    wanted = [(entry.iri_path, entry.broader) for entry in entries]
    wanted += [(f"NamePattern {pattern.label}", pattern.region) for pattern in patterns]
    for subject, target in wanted:
        if target is not None and target not in by_path:
            raise OntologyError(f"{subject}: 指向没有声明的 {target} refers to what is not declared；请先声明它")


def _read_names(values: dict[str, list[pyoxigraph.NamedNode | pyoxigraph.Literal]], predicate: str) -> list[str]:
    return sorted(
        value.value.removeprefix(ONTOLOGY) for value in values.get(predicate, ()) if value.value.startswith(ONTOLOGY)
    )


def _read_texts(
    values: dict[str, list[pyoxigraph.NamedNode | pyoxigraph.Literal]], predicate: str, language: str
) -> list[str]:
    return sorted(
        value.value
        for value in values.get(predicate, ())
        if isinstance(value, pyoxigraph.Literal) and value.language == language
    )


def _read_label(iri: str, values: dict[str, list[pyoxigraph.NamedNode | pyoxigraph.Literal]]) -> str:
    found = _read_texts(values, _PREF_LABEL, "zh")
    if len(found) != 1:
        raise OntologyError(f"{iri}: skos:prefLabel@zh 应恰有一个 needs exactly one, has {len(found)}；请改正")
    return found[0]


def _read_path(values: dict[str, list[pyoxigraph.NamedNode | pyoxigraph.Literal]], predicate: str) -> str | None:
    return next((_to_path(value.value) for value in values.get(predicate, ())), None)


def _to_path(iri: str) -> str:
    return iri.removeprefix(DEFAULT_BASE)
