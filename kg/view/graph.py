"""From a dataset (docs/data-model.md) to what the picture shows. Reads RDF, never changes it, knows no HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pyoxigraph import Store

from kg.view.classes import ClassTree, read_class_tree, to_view_classes
from kg.view.inferred import INFERRED, INFERRED_LABEL, read_inferred_edges
from kg.view.model import Text, ViewEvidence, ViewGraph, ViewNode, ViewProperty, ViewStatus
from kg.view.records import (
    read_direct_edges,
    read_evidence,
    read_figures,
    read_statements,
    select_evidence,
    to_figure_edges,
)
from kg.view.terms import DCTERMS, KG, PROV, RDF, RDFS, SKOS, first, read_languages, read_values, to_local_name

_PLANNED = KG + "planned"
# What is shown of a node as it is. The names of the DCMI terms are not in our ontology, so they stand here.
_FACTS = {
    KG + "adminCode": Text("行政区划代码", "GB/T 2260 code"),
    KG + "industryCode": Text("行业代码", "GB/T 4754 code"),
    DCTERMS + "issued": Text("发布日期", "issued"),
    DCTERMS + "identifier": Text("文号", "number"),
    DCTERMS + "description": Text("说明", "note"),
    DCTERMS + "source": Text("来源", "source"),
    DCTERMS + "license": Text("许可", "licence"),
}
# Reused properties that may join two entities: labels of both readings, because no dataset of ours declares them.
_REUSED = {SKOS + "broader": (Text("上位", "broader"), Text("下位", "narrower"))}


def to_view_graph(dataset: Store) -> ViewGraph:
    """All entities that documents name, their relations, figures and evidence, in an order that no store decides."""
    to_text = _read_texts(dataset, RDFS + "label")
    tree = read_class_tree(dataset)
    evidence = read_evidence(dataset)
    figures = read_figures(dataset, evidence, to_text)
    statements = read_statements(dataset, evidence)
    named = {iri for entities in read_values(dataset, KG + "mentions").values() for iri in entities}
    named |= {one.document for one in evidence.values()}
    named |= {end for edge in statements for end in (edge.source, edge.target)}
    named |= {end for figure in figures for end in (figure.about, figure.indicator, figure.scope) if end}
    nodes = _read_nodes(dataset, sorted(named), evidence, tree)
    said = (*statements, *read_direct_edges(dataset, named, statements, _REUSED))
    # A plan is no relation: what follows from others is drawn even where a text plans the same.
    drawn = [edge for edge in said if edge.status != _PLANNED]
    labelled = read_values(dataset, RDFS + "label").keys() | set(_REUSED)
    edges = (*said, *read_inferred_edges(dataset, named, drawn, labelled), *to_figure_edges(figures))
    used = {edge.status for edge in edges if edge.status} | {figure.status for figure in figures if figure.status}
    statuses = sorted(used, key=lambda iri: (iri == INFERRED, iri == _PLANNED, iri))
    return ViewGraph(
        nodes=nodes,
        edges=tuple(sorted(edges, key=lambda edge: (edge.source, edge.target, edge.property, edge.iri))),
        classes=to_view_classes(tree, (name for node in nodes for name in node.classes), to_text),
        properties=_read_properties(dataset, {edge.property for edge in edges}, to_text),
        statuses=tuple(_to_status(iri, to_text) for iri in statuses),
        figures=figures,
        evidence=tuple(evidence.values()),
    )


def _to_status(iri: str, to_text: Callable[[str], Text]) -> ViewStatus:
    if iri == INFERRED:
        return ViewStatus(iri, INFERRED_LABEL, planned=False, inferred=True)
    return ViewStatus(iri, to_text(iri), planned=iri == _PLANNED)


def _read_nodes(
    dataset: Store, iris: Iterable[str], evidence: Mapping[str, ViewEvidence], tree: ClassTree
) -> tuple[ViewNode, ...]:
    types, derived = read_values(dataset, RDF + "type"), read_values(dataset, PROV + "wasDerivedFrom")
    preferred, alternative = read_languages(dataset, SKOS + "prefLabel"), read_values(dataset, SKOS + "altLabel")
    labels, all_preferred = read_values(dataset, RDFS + "label"), read_values(dataset, SKOS + "prefLabel")
    facts = {name: read_values(dataset, name) for name in _FACTS}
    sources = {one.document for one in evidence.values()}
    nodes = []
    for iri in iris:
        in_languages = preferred.get(iri, {})
        label = in_languages.get("zh") or first(all_preferred, iri) or first(labels, iri) or to_local_name(iri)
        others = {*all_preferred.get(iri, ()), *labels.get(iri, ()), *alternative.get(iri, ())} - {label}
        nodes.append(
            ViewNode(
                iri=iri,
                label=label,
                other_labels=tuple(sorted(others)),
                classes=tree.most_specific(types.get(iri, ())),
                source=iri in sources,
                facts=tuple((text, value) for name, text in _FACTS.items() for value in facts[name].get(iri, ())),
                evidence=select_evidence(derived, iri, evidence),
                issued=first(facts[DCTERMS + "issued"], iri),
            )
        )
    return tuple(nodes)


def _read_properties(dataset: Store, used: Iterable[str], to_text: Callable[[str], Text]) -> tuple[ViewProperty, ...]:
    to_inverse = _read_texts(dataset, KG + "inverseLabel")
    has_inverse = read_values(dataset, KG + "inverseLabel").keys()
    properties = []
    for iri in sorted(used):
        if iri in _REUSED:
            label, backwards = _REUSED[iri]
        else:
            label = to_text(iri)
            backwards = to_inverse(iri) if iri in has_inverse else Text(f"被{label.zh}", f"{label.en} (inverse)")
        properties.append(ViewProperty(iri, label, backwards))
    return tuple(properties)


def _read_texts(dataset: Store, predicate: str) -> Callable[[str], Text]:
    languages = read_languages(dataset, predicate)

    def to_text(iri: str) -> Text:
        found = languages.get(iri, {})
        whatever = min(found.values()) if found else to_local_name(iri)
        chinese = found.get("zh") or found.get("") or whatever
        return Text(chinese, found.get("en") or found.get("") or chinese)

    return to_text
