"""A dataset (docs/data-model.md) to the claims that the rules reason on. Reads each predicate once; changes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from pyoxigraph import Literal, NamedNode, Store

from kg.identifiers import to_ontology_iri
from kg.reasoning.claims import Claim, Claims, Figure, Period, Source, Thing

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_TIME = "http://www.w3.org/2006/time#"
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_DERIVED = "http://www.w3.org/ns/prov#wasDerivedFrom"
_OA = "http://www.w3.org/ns/oa#"
_SOURCE = f"{_OA}hasSource"
_ISSUED = "http://purl.org/dc/terms/issued"
_Values = Mapping[str, tuple[str, ...]]


def read_claims(dataset: Store) -> Claims:
    """All statements and observations of a dataset that are complete enough to reason on, by IRI in order."""
    names = _Names(dataset)
    sources = _read_sources(dataset)
    status = _read(dataset, to_ontology_iri("status"))
    types = _read(dataset, f"{_RDF}type")
    anyone = dataset.quads_for_pattern(None, NamedNode(to_ontology_iri("keptByAnyone")), None)
    bounds = {_to_local(iri) for values in _read(dataset, to_ontology_iri("bound")).values() for iri in values}
    regions = _read(dataset, f"{_SKOS}broader")
    return Claims(
        figures=_read_figures(dataset, names, sources, status),
        statements=_read_statements(dataset, names, sources, status),
        newest=max((one.issued for listed in sources.values() for one in listed if one.issued), default=None),
        broader={iri: min(above) for iri, above in regions.items()},
        levels={iri: frozenset(map(_to_local, types.get(iri, ()))) for iri in {*regions, *_iterate(regions)}},
        by_anyone=frozenset(_to_iri(quad.subject) for quad in anyone if getattr(quad.object, "value", "") == "true"),
        bounds={name: names.find(to_ontology_iri(name)).label for name in bounds},
    )


def _iterate(values: _Values) -> Iterable[str]:
    return (value for several in values.values() for value in several)


class _Names:
    """Chinese names by IRI: the canonical one, else the label, else the last part of the IRI."""

    def __init__(self, dataset: Store) -> None:
        self._names: dict[str, str] = {}
        for predicate in (_LABEL, f"{_SKOS}prefLabel"):
            for quad in dataset.quads_for_pattern(None, NamedNode(predicate), None):
                if isinstance(quad.object, Literal) and quad.object.language in {"zh", None}:
                    self._names[_to_iri(quad.subject)] = quad.object.value

    def find(self, iri: str) -> Thing:
        """A thing with its name."""
        return Thing(iri, self._names.get(iri) or _to_local(iri))


def _read_sources(dataset: Store) -> dict[str, tuple[Source, ...]]:
    """The documents of everything that derives from evidence."""
    documents = {one: several[0] for one, several in _read(dataset, _SOURCE).items()}
    days = {one: _to_day(several[0]) for one, several in _read(dataset, _ISSUED).items()}
    found: dict[str, set[str]] = defaultdict(set)
    for one, evidence in _read(dataset, _DERIVED).items():
        found[one].update(documents[iri] for iri in evidence if iri in documents)
    return {one: tuple(Source(iri, days.get(iri)) for iri in sorted(several)) for one, several in found.items()}


def _read_figures(
    dataset: Store, names: _Names, sources: Mapping[str, tuple[Source, ...]], status: _Values
) -> tuple[Figure, ...]:
    indicator, about, value, unit, bound, kind, scope, period, text = (
        _read(dataset, to_ontology_iri(name))
        for name in ("indicator", "about", "value", "unit", "bound", "measureKind", "scope", "period", "sourceText")
    )
    periods = _read_periods(dataset)
    required = (about, value, unit, bound, kind, status)
    return tuple(
        Figure(
            iri=iri,
            indicator=names.find(indicator[iri][0]),
            about=names.find(about[iri][0]),
            value=Decimal(value[iri][0]),
            unit=_to_local(unit[iri][0]),
            bound=_to_local(bound[iri][0]),
            kind=_to_local(kind[iri][0]),
            status=_to_local(status[iri][0]),
            texts=text.get(iri, ()),
            period=periods.get(period[iri][0]) if iri in period else None,
            scope=names.find(scope[iri][0]) if iri in scope else None,
            sources=sources.get(iri, ()),
            before=_read_before(dataset, iri),
        )
        for iri in sorted(indicator)
        if all(iri in values for values in required)
    )


def _read_before(dataset: Store, iri: str) -> tuple[str, ...]:
    """What stands before the quotes of a claim in their sentences; read for figures alone, quotes being many."""
    found = [NamedNode(iri)]
    for predicate in (_DERIVED, f"{_OA}hasSelector"):
        steps = (dataset.quads_for_pattern(node, NamedNode(predicate), None) for node in found)
        found = [quad.object for quads in steps for quad in quads if isinstance(quad.object, NamedNode)]
    prefixes = (dataset.quads_for_pattern(node, NamedNode(f"{_OA}prefix"), None) for node in found)
    return tuple(
        sorted({quad.object.value for quads in prefixes for quad in quads if isinstance(quad.object, Literal)})
    )


def _read_periods(dataset: Store) -> dict[str, Period]:
    begins, ends, days, labels = (
        _read(dataset, iri) for iri in (f"{_TIME}hasBeginning", f"{_TIME}hasEnd", f"{_TIME}inXSDDate", _LABEL)
    )
    periods = {}
    for iri in begins.keys() & ends.keys():
        begin, end = (_to_day(days[instant][0]) if (instant := one[iri][0]) in days else None for one in (begins, ends))
        if begin is not None and end is not None:
            periods[iri] = Period(labels.get(iri, (_to_local(iri),))[0], begin, end)
    return periods


def _read_statements(
    dataset: Store, names: _Names, sources: Mapping[str, tuple[Source, ...]], status: _Values
) -> tuple[Claim, ...]:
    subject, predicate, target = (_read(dataset, _RDF + name) for name in ("subject", "predicate", "object"))
    return tuple(
        Claim(
            iri,
            names.find(subject[iri][0]),
            names.find(predicate[iri][0]),
            names.find(target[iri][0]),
            _to_local(status[iri][0]),
            sources.get(iri, ()),
        )
        for iri in sorted(subject)
        if iri in predicate and iri in target and iri in status
    )


def _read(dataset: Store, predicate: str) -> dict[str, tuple[str, ...]]:
    """The values of a predicate by subject, each once, sorted: IRIs and the text of literals."""
    found: dict[str, set[str]] = defaultdict(set)
    for quad in dataset.quads_for_pattern(None, NamedNode(predicate), None):
        if isinstance(quad.object, NamedNode | Literal):
            found[_to_iri(quad.subject)].add(quad.object.value)
    return {subject: tuple(sorted(values)) for subject, values in found.items()}


def _to_iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def _to_local(iri: str) -> str:
    return iri.rpartition("#")[2].rpartition("/")[2]


def _to_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
