"""What must hold of the whole graph built from the embedded corpus: evidence, planned and done, accounts, sameness."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store

from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.pipeline import Build, build_corpus

ROOT = Path(__file__).parents[1]
KG = "https://w3id.org/policykg/ontology#"


@pytest.fixture(scope="module")
def build() -> Build:
    return build_corpus(find_folder("corpus/hubei"), find_folder("ontology"), DEFAULT_BASE)


@pytest.fixture(scope="module")
def store(build: Build) -> Store:
    found = Store()
    found.bulk_load(input="".join(build.lines).encode(), format=RdfFormat.N_QUADS)
    return found


def select(store: Store, query: str) -> Iterator[list[str]]:
    prefixes = f"""
        PREFIX kg: <{KG}> PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX prov: <http://www.w3.org/ns/prov#>
        PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX dcterms: <http://purl.org/dc/terms/>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"""
    for row in store.query(prefixes + query, use_default_graph_as_union=True):
        yield [term.value for term in row]


def read_texts() -> dict[str, str]:
    """Text by title, the title being a text's first line or what its .toml says."""
    import tomllib

    texts = {}
    for path in sorted(find_folder("corpus/hubei").rglob("*.txt")):
        metadata = tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))
        texts[metadata["title"]] = path.read_text(encoding="utf-8")
    return texts


def test_nothing_of_the_embedded_corpus_is_rejected_or_lost(build: Build) -> None:
    assert [str(rejection) for rejection in build.report.rejections] == []
    assert build.report.notices == ()
    for document in build.report.documents:
        assert document.annotations == document.built > 0
        assert document.unaccounted == ()


def test_every_selector_cuts_its_quote_out_of_the_text(store: Store) -> None:
    texts = read_texts()
    rows = list(
        select(
            store,
            """SELECT ?title ?start ?end ?exact ?prefix ?suffix WHERE {
                ?evidence a kg:Evidence ; oa:hasSource/dcterms:title ?title ; oa:hasSelector ?position , ?quote .
                ?position oa:start ?start ; oa:end ?end .
                ?quote oa:exact ?exact ; oa:prefix ?prefix ; oa:suffix ?suffix }""",
        )
    )
    assert len(rows) == len(list(select(store, "SELECT ?evidence WHERE { ?evidence a kg:Evidence }"))) > 1000
    for title, start, end, exact, prefix, suffix in rows:
        text, begin, stop = texts[title], int(start), int(end)
        assert text[begin:stop] == exact
        assert text[:begin].endswith(prefix)
        assert text[stop:].startswith(suffix)


def test_every_statement_observation_and_entity_has_evidence_in_a_document(store: Store) -> None:
    for cls in ("Statement", "Observation"):
        without = f"SELECT ?x WHERE {{ ?x a kg:{cls} FILTER NOT EXISTS {{ ?x prov:wasDerivedFrom/oa:hasSource ?d }} }}"
        assert list(select(store, without)) == []
    unseen = "SELECT ?e WHERE { ?d kg:mentions ?e FILTER NOT EXISTS { ?e prov:wasDerivedFrom/oa:hasSource ?d } }"
    assert list(select(store, unseen)) == []


def test_a_relation_is_a_direct_triple_exactly_where_it_is_not_only_planned(store: Store) -> None:
    direct = {
        tuple(row)
        for row in select(
            store,
            f"""SELECT ?s ?p ?o WHERE {{ ?s ?p ?o . ?p rdfs:label ?label
                FILTER(STRSTARTS(STR(?p), "{KG}") && STRSTARTS(STR(?s), "{DEFAULT_BASE}"))
                FILTER(?p NOT IN (kg:mentions, kg:indicator, kg:about, kg:unit, kg:bound, kg:measureKind, kg:period,
                    kg:status, kg:scope, kg:value, kg:sourceText, kg:section, kg:paragraph, kg:adminCode,
                    kg:industryCode, kg:defaultMeasureKind)) }}""",
        )
    }
    stated = {
        tuple(row)
        for row in select(
            store,
            """SELECT ?s ?p ?o WHERE { ?x rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; kg:status ?status
                FILTER(?status != kg:planned) }""",
        )
    }
    assert direct == stated
    commitments = set(map(tuple, select(store, "SELECT ?x WHERE { ?x a kg:Commitment }")))
    assert commitments == set(map(tuple, select(store, "SELECT ?x WHERE { ?x rdf:subject ?s ; kg:status kg:planned }")))
    assert len(commitments) > 50


def test_all_documents_name_one_node_for_one_thing(store: Store) -> None:
    named = f"SELECT ?d WHERE {{ ?d kg:mentions <{DEFAULT_BASE}region/湖北省> }}"
    assert len(list(select(store, named))) >= 5
    twice = """SELECT ?e WHERE { ?e skos:prefLabel ?a , ?b
        FILTER(LANG(?a) = 'zh' && LANG(?b) = 'zh' && STR(?a) < STR(?b)) }"""
    assert list(select(store, twice)) == []


def test_beidou_the_industry_and_beidou_the_technology_are_two(store: Store) -> None:
    for iri, cls in (("industry/北斗产业", "Industry"), ("technology/北斗", "Technology")):
        types = {
            quad.object.value
            for quad in store.quads_for_pattern(
                NamedNode(DEFAULT_BASE + iri), NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), None
            )
        }
        assert types == {KG + cls}


def test_there_is_no_blank_node_and_every_language_tag_is_lower_case(store: Store) -> None:
    for quad in store:
        assert isinstance(quad.subject, NamedNode)
        assert isinstance(quad.object, NamedNode | Literal)
        if isinstance(quad.object, Literal) and quad.object.language:
            assert quad.object.language in {"zh", "en"}


def build_in_process(out: Path, seed: str, *options: str) -> dict[str, bytes]:
    command = [sys.executable, str(ROOT / "build_graph.py"), "--out", str(out), "--quiet", *options]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    subprocess.run(command, check=True, env=environment, cwd=out.parent, timeout=300)
    return {path.name: path.read_bytes() for path in sorted(out.iterdir()) if path.is_file()}


def test_same_input_gives_the_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    first = build_in_process(tmp_path / "one", "1")
    assert sorted(first) == ["documents.zip", "graph.html", "graph.nq", "graph.ttl", "report.json", "report.md"]
    assert build_in_process(tmp_path / "two", "2", "--jobs", "1") == first


def test_same_documents_copied_in_another_order_and_built_by_two_processes_give_the_same_lines(tmp_path: Path) -> None:
    texts = sorted(find_folder("corpus/hubei").glob("*.txt"), reverse=True)
    for copy in range(40):
        for path in texts:
            for suffix in (".txt", ".ann"):
                target = tmp_path / f"{copy:03}" / path.with_suffix(suffix).name
                target.parent.mkdir(exist_ok=True)
                target.write_bytes(path.with_suffix(suffix).read_bytes())
            metadata = path.with_suffix(".toml").read_text(encoding="utf-8").replace("（", f"（{copy}号，", 1)
            title = f'title = "{path.stem} {copy}"\n' + "\n".join(
                line for line in metadata.split("\n") if not line.startswith("title")
            )
            (tmp_path / f"{copy:03}" / path.with_suffix(".toml").name).write_text(title, encoding="utf-8")
    alone = build_corpus(tmp_path, find_folder("ontology"), DEFAULT_BASE, jobs=1)
    together = build_corpus(tmp_path, find_folder("ontology"), DEFAULT_BASE, jobs=2)
    assert alone == together
    assert len(alone.report.documents) == 240


def test_another_base_moves_every_entity_and_nothing_else() -> None:
    base = "https://example.org/graph/"
    moved = build_corpus(find_folder("corpus/hubei"), find_folder("ontology"), base)
    assert DEFAULT_BASE not in "".join(moved.lines)
    same = build_corpus(find_folder("corpus/hubei"), find_folder("ontology"), DEFAULT_BASE)
    assert len(moved.lines) == len(same.lines)
