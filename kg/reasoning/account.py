"""The account of a derivation: how many findings each rule gave, a line each."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Store

from kg.identifiers import to_ontology_iri
from kg.reasoning.derivation import Derivation

_LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")


def to_account(derivation: Derivation, dataset: Store) -> Iterator[str]:
    """A line for each class and rule of findings, with the class's labels from the dataset's ontology; then the
    inferred triples."""
    counted: dict[tuple[str, str], dict[bool | None, int]] = {}
    for (kind, rule, holds), number in derivation.count().items():
        counted.setdefault((kind, rule), {})[holds] = number
    for (kind, rule), verdicts in counted.items():
        name = f"{_find_label(kind, 'zh', dataset)} {_find_label(kind, 'en', dataset)}（{rule}）"
        if None in verdicts:
            yield f"{name}: {verdicts[None]}"
        else:
            yield f"{name}: 相符 agree {verdicts.get(True, 0)}，不符 disagree {verdicts.get(False, 0)}"
    yield f"推得的三元组 inferred triples（OWL 2 RL，{derivation.engine}）: {len(derivation.inferred)}"


def _find_label(kind: str, language: str, dataset: Store) -> str:
    quads = dataset.quads_for_pattern(NamedNode(to_ontology_iri(kind)), _LABEL, None)
    labels = (quad.object for quad in quads if isinstance(quad.object, Literal))
    return next((label.value for label in labels if label.language == language), kind)
