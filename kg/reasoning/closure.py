"""The OWL 2 RL closure of what a dataset asserts of its entities, by a reasoner: reasonable where it is installed, else
owlrl. Both give the same (tests/test_reasoning.py).

Only entities go in, with their types and the direct triples between them, and the ontology. Statements, observations
and evidence stay out: a planned statement has no direct triple, so nothing follows from it. Out come new triples of
entities; what is true of everything (owl:Thing) or of the ontology's own terms is left out.

The rules of our ontology have one triple of data as premise, but for transitive properties. So the data is cut into
blocks of a fixed size that keep what is joined by transitive properties together, and the work grows with the data.
An ontology with other joins (property chains, keys, functional object properties) is reasoned on in one piece.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterable, Iterator

import networkx as nx
import rdflib
from pyoxigraph import NamedNode, Store
from rdflib import URIRef

from kg.reasoning.graphs import DERIVED_GRAPH, INFERRED_GRAPH
from kg.reasoning.schema import RDF_TYPE, Schema

Triple = tuple[str, str, str]
Engine = Callable[[rdflib.Graph], Iterable[tuple[object, object, object]]]

_OWL = "http://www.w3.org/2002/07/owl#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_OF_EVERYTHING = frozenset({f"{_OWL}Thing", f"{_RDFS}Resource", f"{_OWL}NamedIndividual"})
_OF_ITSELF = frozenset({f"{_OWL}sameAs"})
# Annotations take no part in reasoning.
_SCHEMA = frozenset(
    [RDF_TYPE, *(_RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range")),
     *(_OWL + name for name in ("inverseOf", "equivalentClass", "equivalentProperty"))]
)  # fmt: skip
_BLOCK = 20_000


def find_engine() -> tuple[str, Engine]:
    """The reasoner that is installed, with its name."""
    if importlib.util.find_spec("reasonable") is not None:
        return "reasonable", reason_with_reasonable
    return "owlrl", reason_with_owlrl


def reason_with_reasonable(graph: rdflib.Graph) -> Iterable[tuple[object, object, object]]:
    """The closure by reasonable (Rust), the given triples included."""
    reasoner = importlib.import_module("reasonable").PyReasoner()
    reasoner.from_graph(graph)
    found: Iterable[tuple[object, object, object]] = reasoner.reason()
    return found


def reason_with_owlrl(graph: rdflib.Graph) -> Iterable[tuple[object, object, object]]:
    """The closure by owlrl (Python), the given triples included."""
    owlrl = importlib.import_module("owlrl")
    closure = rdflib.Graph()
    closure += graph
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(closure)
    return closure


def read_entity_triples(dataset: Store, schema: Schema) -> tuple[frozenset[Triple], frozenset[Triple]]:
    """What is asserted of entities: the triples between them, types included; and the ontology's own axioms."""
    entities: set[str] = set()
    facts: set[Triple] = set()
    axioms: set[Triple] = set()
    for quad in dataset.quads_for_pattern(None, NamedNode(RDF_TYPE), None):
        if isinstance(quad.subject, NamedNode) and getattr(quad.object, "value", "") in schema.entity_classes:
            entities.add(quad.subject.value)
    for quad in dataset:
        if not isinstance(quad.subject, NamedNode) or not isinstance(quad.object, NamedNode):
            continue
        if getattr(quad.graph_name, "value", "") in {DERIVED_GRAPH, INFERRED_GRAPH}:
            continue
        triple = quad.subject.value, quad.predicate.value, quad.object.value
        if triple[0] in schema.terms or (triple[1] in _SCHEMA and triple[1] != RDF_TYPE):
            if triple[1] in _SCHEMA:
                axioms.add(triple)
        elif triple[0] in entities and (triple[1] == RDF_TYPE or triple[2] in entities):
            facts.add(triple)
    return frozenset(facts), frozenset(axioms)


def compute_closure(
    facts: frozenset[Triple], axioms: frozenset[Triple], schema: Schema, engine: Engine, *, block: int = _BLOCK
) -> frozenset[Triple]:
    """What follows from facts and axioms and is neither: triples of the entities that the facts are of."""
    entities = frozenset(end for fact in facts for end in (fact[0], fact[2] if fact[1] != RDF_TYPE else fact[0]))
    found: set[Triple] = set()
    for part in iterate_blocks(facts, schema, block) if schema.separable else [sorted(facts)]:
        graph = rdflib.Graph()
        for one in (*axioms, *part):
            graph.add((URIRef(one[0]), URIRef(one[1]), URIRef(one[2])))
        for subject, predicate, target in engine(graph):
            triple = str(subject), str(predicate), str(target)
            if isinstance(target, URIRef) and triple[0] in entities and _tells(triple) and triple not in facts:
                found.add(triple)
    return frozenset(found)


def _tells(triple: Triple) -> bool:
    return triple[2] not in _OF_EVERYTHING and triple[1] not in _OF_ITSELF


def iterate_blocks(facts: Iterable[Triple], schema: Schema, size: int) -> Iterator[list[Triple]]:
    """The facts in blocks of `size` or, where transitive properties join more than that, a little more."""
    joining = _find_joining(schema)
    joined, loose = nx.Graph(), []
    by_end: dict[str, list[Triple]] = {}
    for fact in sorted(facts):
        if fact[1] in joining:
            joined.add_edge(fact[0], fact[2])
            by_end.setdefault(fact[0], []).append(fact)
        else:
            loose.append(fact)
    components = [
        [fact for end in sorted(ends) for fact in by_end.get(end, ())] for ends in nx.connected_components(joined)
    ]
    block: list[Triple] = []
    for part in (*sorted(components), *([fact] for fact in loose)):
        block.extend(part)
        if len(block) >= size:
            yield block
            block = []
    if block:
        yield block


def _find_joining(schema: Schema) -> frozenset[str]:
    """Transitive properties, what is below them, and the inverses of both."""
    found = {below for one in schema.transitive for below in schema.below.get(one, {one})}
    return frozenset(found | {other for one in found for other in schema.inverses.get(one, ())})
