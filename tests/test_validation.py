"""The shapes as a gate over whole datasets: ours conforms, and a seeded fault is named with its document and quote."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Store

from kg.errors import OntologyError
from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.pipeline import build_corpus
from kg.store import to_dataset
from kg.validation import validate

CASE = Path(__file__).parent / "cases" / "one_relation_one_figure"
KG = "PREFIX kg: <https://w3id.org/policykg/ontology#> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>"


def build() -> Store:
    return to_dataset(build_corpus(CASE, find_folder("ontology"), DEFAULT_BASE).lines)


def test_what_the_builder_makes_of_the_embedded_corpus_conforms() -> None:
    store = to_dataset(build_corpus(find_folder("corpus/hubei"), find_folder("ontology"), DEFAULT_BASE).lines)
    assert [str(violation) for violation in validate(store, find_folder("ontology"))] == []


@pytest.mark.parametrize(
    ("fault", "path"),
    [
        ("DELETE { GRAPH ?g { ?s kg:status ?o } } WHERE { GRAPH ?g { ?s a kg:Statement ; kg:status ?o } }", "status"),
        ("DELETE { GRAPH ?g { ?s kg:value ?o } } WHERE { GRAPH ?g { ?s kg:value ?o } }", "value"),
        ("DELETE { GRAPH ?g { ?s rdf:object ?o } } WHERE { GRAPH ?g { ?s a kg:Statement ; rdf:object ?o } }", "object"),
    ],
)
def test_a_fault_is_found_and_leads_back_to_the_document(fault: str, path: str) -> None:
    store = build()
    assert validate(store, find_folder("ontology")) == ()
    store.update(f"{KG} {fault}")
    found = validate(store, find_folder("ontology"))
    assert any(violation.path.endswith(path) and violation.document == "示例简报" for violation in found), found
    assert all(violation.message_zh and violation.message_en for violation in found)


def test_a_folder_without_shapes_is_said(tmp_path: Path) -> None:
    with pytest.raises(OntologyError, match="cannot read the shapes"):
        validate(Store(), tmp_path)
