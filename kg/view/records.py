"""Reading a dataset's statements, figures and evidence as plain values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from itertools import chain

from pyoxigraph import NamedNode, Store

from kg.view.model import Text, ViewEdge, ViewEvidence, ViewFigure
from kg.view.terms import KG, OA, PROV, RDF, RDFS, TIME, Values, first, iterate_asserted, read_values

ToText = Callable[[str], Text]


def read_evidence(dataset: Store) -> dict[str, ViewEvidence]:
    """IRI → evidence, for all that has a source document and a quote."""
    selectors, exact = read_values(dataset, OA + "hasSelector"), read_values(dataset, OA + "exact")
    prefix, suffix = read_values(dataset, OA + "prefix"), read_values(dataset, OA + "suffix")
    section, paragraph = read_values(dataset, KG + "section"), read_values(dataset, KG + "paragraph")
    found = {}
    for iri, documents in sorted(read_values(dataset, OA + "hasSource").items()):
        quote = next((one for one in selectors.get(iri, ()) if one in exact), None)
        if quote is None:
            continue
        number = first(paragraph, iri)
        found[iri] = ViewEvidence(
            iri=iri,
            document=documents[0],
            section=first(section, iri),
            paragraph=int(number) if number else None,
            prefix=first(prefix, quote),
            quote=exact[quote][0],
            suffix=first(suffix, quote),
            selector=quote,
        )
    return found


def read_statements(dataset: Store, evidence: Collection[str]) -> tuple[ViewEdge, ...]:
    """Every statement with subject, predicate and object, by IRI."""
    subjects, objects = read_values(dataset, RDF + "subject"), read_values(dataset, RDF + "object")
    predicates, status = read_values(dataset, RDF + "predicate"), read_values(dataset, KG + "status")
    derived = read_values(dataset, PROV + "wasDerivedFrom")
    return tuple(
        ViewEdge(
            iri=iri,
            source=subjects[iri][0],
            target=objects[iri][0],
            property=predicates[iri][0],
            status=first(status, iri) or None,
            evidence=select_evidence(derived, iri, evidence),
        )
        for iri in sorted(subjects.keys() & predicates.keys() & objects.keys())
    )


def read_figures(dataset: Store, evidence: Collection[str], to_text: ToText) -> tuple[ViewFigure, ...]:
    """Every observation with an indicator and a thing measured, ordered by thing, indicator and period."""
    names = ("about", "value", "unit", "bound", "measureKind", "scope", "period", "status", "sourceText")
    values = {name: read_values(dataset, KG + name) for name in names}
    derived, labels = read_values(dataset, PROV + "wasDerivedFrom"), read_values(dataset, RDFS + "label")
    ends = {name: read_values(dataset, TIME + name) for name in ("hasBeginning", "hasEnd", "inXSDDate")}

    def find_day(period: str, end: str) -> str:
        return first(ends["inXSDDate"], first(ends[end], period))

    def find_text(name: str, iri: str) -> Text | None:
        code = first(values[name], iri)
        return to_text(code) if code else None

    figures = []
    for iri, indicators in read_values(dataset, KG + "indicator").items():
        about, period = first(values["about"], iri), first(values["period"], iri)
        if not about:
            continue
        figures.append(
            ViewFigure(
                iri=iri,
                written=first(values["sourceText"], iri) or first(values["value"], iri),
                value=first(values["value"], iri),
                unit=find_text("unit", iri),
                bound=find_text("bound", iri),
                kind=find_text("measureKind", iri),
                indicator=indicators[0],
                about=about,
                scope=first(values["scope"], iri) or None,
                period=first(labels, period),
                begin=find_day(period, "hasBeginning"),
                end=find_day(period, "hasEnd"),
                status=first(values["status"], iri) or None,
                evidence=select_evidence(derived, iri, evidence),
                unit_iri=first(values["unit"], iri),
                bound_iri=first(values["bound"], iri),
                kind_iri=first(values["measureKind"], iri),
                period_iri=period,
            )
        )
    return tuple(sorted(figures, key=lambda one: (one.about, one.indicator, one.begin, one.end, one.iri)))


def read_direct_edges(
    dataset: Store, nodes: Collection[str], statements: Iterable[ViewEdge], reused: Collection[str]
) -> tuple[ViewEdge, ...]:
    """Triples between two nodes that no statement says, by a property with a label here or one of `reused`."""
    stated = {(edge.source, edge.property, edge.target) for edge in statements}
    # Between two nodes these say where a thing was read or what it is, not how the two are related.
    left_out = {KG + "mentions", PROV + "wasDerivedFrom", RDF + "type"}
    labelled = read_values(dataset, RDFS + "label").keys() | set(reused)
    found = {
        (quad.subject.value, quad.predicate.value, quad.object.value)
        for quad in chain.from_iterable(iterate_asserted(dataset, NamedNode(iri), None) for iri in sorted(nodes))
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode) and quad.object.value in nodes
    }
    return tuple(
        ViewEdge(iri=f"{source} {name} {target}", source=source, target=target, property=name, status=None)
        for source, name, target in sorted(found - stated)
        if name in labelled and name not in left_out
    )


def to_figure_edges(figures: Iterable[ViewFigure]) -> tuple[ViewEdge, ...]:
    """One line from a thing to an indicator for all its figures of one status."""
    groups: dict[tuple[str, str, str | None], list[ViewFigure]] = {}
    for figure in figures:
        groups.setdefault((figure.about, figure.indicator, figure.status), []).append(figure)
    return tuple(
        ViewEdge(
            iri=f"{about} {KG}Observation {indicator} {status or ''}".strip(),
            source=about,
            target=indicator,
            property=KG + "Observation",
            status=status,
            figures=tuple(figure.iri for figure in group),
        )
        for (about, indicator, status), group in groups.items()
        if about != indicator
    )


def select_evidence(derived: Values, iri: str, evidence: Collection[str]) -> tuple[str, ...]:
    """Of what `iri` is derived from, the evidence that is known."""
    return tuple(one for one in derived.get(iri, ()) if one in evidence)
