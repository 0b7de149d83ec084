"""Whether the ontology, and the ontology with what a dataset says, can be true at all: HermiT by owlready2.

A dataset may not be consistent though every shape holds: shapes ask what is there, a reasoner what follows from it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import owlready2
import pyoxigraph
from pyoxigraph import NamedNode, QuerySolutions, Store, Triple

from kg.errors import OntologyError
from kg.identifiers import ONTOLOGY
from kg.ontology import load_world
from kg.ontology_files import AUTHORITY, CODES, POLICY, parse_turtle
from kg.validation.violation import Finding

# HermiT needs all in memory: beyond this it is asked about the ontology alone.
MOST_TRIPLES = 200_000
_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_OBJECT_PROPERTY = NamedNode("http://www.w3.org/2002/07/owl#ObjectProperty")
_EVIDENCE = NamedNode(f"{ONTOLOGY}Evidence")
_RULE = "consistency"
_NO_MEMBER = ("这个类不可能有实例：它的上位类互不相交", "the class can have no member: classes above it are disjoint")
_BOTH = ("同一事物不能既属于这一类又属于那一类", "one thing cannot be in both of these classes")
_ONE_OF = ("合起来自相矛盾，找不到是哪一个", "taken together it contradicts itself; which one does is not known")
# What is in two classes that are disjoint, by its types and by the ends of its relations.
_CLASHES = """
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?thing ?one ?other WHERE {
    ?above owl:disjointWith ?beyond .
    ?one rdfs:subClassOf* ?above .
    ?other rdfs:subClassOf* ?beyond .
    { ?thing a ?one } UNION { ?p rdfs:domain ?one . ?thing ?p ?o } UNION { ?p rdfs:range ?one . ?s ?p ?thing }
    { ?thing a ?other } UNION { ?q rdfs:domain ?other . ?thing ?q ?v }
    UNION { ?q rdfs:range ?other . ?t ?q ?thing }
    FILTER(ISIRI(?thing))
} ORDER BY ?thing ?one ?other LIMIT 100
"""


def has_java() -> bool:
    """Whether there is a Java for HermiT to run on."""
    return shutil.which("java") is not None


def find_inconsistencies(ontology_folder: Path, store: Store | None = None) -> list[Finding]:
    """What cannot be true in the ontology, and in what the dataset says with it.

    Raises OntologyError where the ontology cannot be read or Java cannot run HermiT.
    """
    ontology = [triple for name in (POLICY, CODES, AUTHORITY) for triple in parse_turtle(ontology_folder / name)]
    triples = {*ontology, *(() if store is None else _select_triples(store, ontology))}
    if len(triples) > MOST_TRIPLES:
        triples = set(ontology)
    try:
        world = load_world(sorted(triples, key=str))
        owlready2.sync_reasoner_hermit(world, infer_property_values=False, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return list(_find_clashes(triples)) or [Finding(_RULE, "Consistency", "", "", "", *_ONE_OF)]
    except owlready2.OwlReadyJavaError as error:
        raise OntologyError(f"HermiT 运行失败 failed: {' '.join(str(error).split())[:200]}；请检查 Java") from error
    empty = sorted(cls.iri for cls in world.inconsistent_classes() if cls is not owlready2.Nothing)
    return [Finding(_RULE, "Consistency", f"<{iri}>", "", "", *_NO_MEMBER) for iri in empty]


def _select_triples(store: Store, ontology: Iterable[Triple]) -> Iterator[Triple]:
    """What a dataset says of entities: their types and relations. Evidence has its shapes."""
    relations = {one.subject for one in ontology if one.predicate == _TYPE and one.object == _OBJECT_PROPERTY}
    for relation in relations:
        if isinstance(relation, NamedNode) and relation.value.startswith(ONTOLOGY):
            yield from (quad.triple for quad in store.quads_for_pattern(None, relation, None))
    for quad in store.quads_for_pattern(None, _TYPE, None):
        said = isinstance(quad.object, NamedNode) and quad.object.value.startswith(ONTOLOGY)
        if said and quad.object != _EVIDENCE:
            yield quad.triple


def _find_clashes(triples: Iterable[Triple]) -> Iterator[Finding]:
    store = Store()
    store.extend(pyoxigraph.Quad(one.subject, one.predicate, one.object) for one in triples)
    rows = store.query(_CLASHES)
    assert isinstance(rows, QuerySolutions)
    clashes = {(str(row["thing"]), *sorted((str(row["one"]), str(row["other"])))) for row in rows}
    for thing, one, other in sorted(clashes):
        yield Finding(_RULE, "Consistency", thing, "", f"{one} {other}", *_BOTH)
