"""Every shape and every Data Cube constraint finds at least three seeded faults, and nothing in what is clean.

The rules are read from ontology/shapes.ttl, ontology/style.ttl and kg/validation/cube: a new one without faults fails.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from fault_seeding import MARK, Fault, make_copy, make_snippet, read_faults
from pyoxigraph import Store
from rdflib import Graph, Literal
from rdflib.namespace import RDF, SH

from kg.ontology import Vocabulary, read_vocabulary
from kg.ontology_files import AUTHORITY, CODES, POLICY, parse_turtle
from kg.validation.cube import STRUCTURE, find_cube_faults, read_constraints
from kg.validation.running import find_shape_faults
from kg.validation.shacl import find_named_shape, find_violations, parse_graph, read_shapes, split_messages
from kg.validation.violation import Finding

ONTOLOGY = Path(__file__).parents[1] / "ontology"
LEAST = 3
_CLEAN_COPIES = 2
_MARKED = re.compile(r"x(\d+)x")
_KG = "https://w3id.org/policykg/ontology#"
_FILES = (POLICY, CODES, AUTHORITY, STRUCTURE)


@cache
def vocabulary() -> Vocabulary:
    return read_vocabulary(ONTOLOGY)


def to_ontology_store() -> Store:
    store = Store()
    for name in _FILES:
        store.load(path=str(ONTOLOGY / name))
    return store


def list_rules(shapes: Graph) -> set[tuple[str, str]]:
    """Each shape by the name of the nearest one that has one, with each English message that it can give."""
    rules = set()
    for node in set(shapes.subjects(SH.message)):
        name = find_named_shape(node, shapes).rsplit("#", 1)[-1]
        rules.add((name, split_messages(shapes.objects(node, SH.message))[1]))
    return rules


def test_every_constraint_of_every_shape_has_a_message_in_both_languages() -> None:
    for file in ("shapes.ttl", "style.ttl"):
        shapes = Graph().parse(ONTOLOGY / file, format="turtle")
        reporting = {node for target in (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
                     for node in shapes.subjects(target)}  # fmt: skip
        reporting |= {node for node in shapes.objects(None, SH.property) if (node, SH.path, None) in shapes}
        silent = {SH.path, SH.property, SH.sparql, SH.targetClass, SH.targetNode, SH.targetSubjectsOf}
        silent |= {SH.targetObjectsOf, SH.message, RDF.type, SH.name, SH.description}
        nested = {
            node for link in (SH.qualifiedValueShape, SH["not"], RDF.first) for node in shapes.objects(None, link)
        }
        nested |= {node for outer in nested for node in shapes.objects(outer, SH.property)}
        for node in reporting - nested:
            if set(shapes.predicates(node)) - silent:
                languages = {one.language for one in shapes.objects(node, SH.message) if isinstance(one, Literal)}
                assert languages == {"zh", "en"}, (file, find_named_shape(node, shapes), languages)


def test_shapes_find_every_seeded_fault_and_nothing_else() -> None:
    text = read_shapes(ONTOLOGY / "shapes.ttl")
    changes, relations = read_faults("shapes.toml"), _seed_relations()
    store = to_ontology_store()
    for number, change in enumerate(["", "", *(fault.change for fault in changes)]):
        store.extend(make_copy(number, change))
    for number, fault in enumerate(relations, start=_CLEAN_COPIES + len(changes)):
        store.extend(make_snippet(number, fault.change))
    faults = [*changes, *relations]
    found = find_shape_faults(store, text)
    _assert_found(faults, found, list_rules(parse_graph(text)))


def test_the_constraints_of_the_data_cube_find_every_seeded_fault_and_nothing_else() -> None:
    structure = (ONTOLOGY / STRUCTURE).read_text(encoding="utf-8")
    # The copy's own data sets and components; what the components are stays said of the ontology's properties.
    own = re.sub(r"\bkg:(figures\w*|\w+Component)\b", r"cube:\1", structure.partition("# ─── 各分量是什么")[0])
    faults = read_faults("cube.toml")
    store = to_ontology_store()
    for number, change in enumerate(["", "", *(fault.change for fault in faults)]):
        joined = f"- ex:figure qb:dataSet & + ex:figure qb:dataSet cube:figures{f' & {change}' if change else ''}"
        store.extend(make_copy(number, joined, more=own))
    found = [finding for finding, _ in find_cube_faults(store, ONTOLOGY)]
    _assert_found(faults, found, {(constraint.name, "") for constraint in read_constraints()})


def test_the_style_of_the_ontology_finds_every_seeded_fault_and_nothing_else() -> None:
    faults = read_faults("style.toml")
    graph = parse_graph("".join(f"{triple} .\n" for name in _FILES for triple in parse_turtle(ONTOLOGY / name)))
    prefixes = "\n".join(
        line for line in (ONTOLOGY / POLICY).read_text(encoding="utf-8").splitlines() if "@prefix" in line
    )
    for number, fault in enumerate(faults, start=_CLEAN_COPIES):
        snippet = fault.change.replace("NN", MARK.format(number))
        graph.parse(data=f"{prefixes}\n{snippet}", format="turtle")
    shapes = parse_graph(read_shapes(ONTOLOGY / "style.ttl"))
    _assert_found(faults, find_violations(graph, shapes), list_rules(shapes))


def _seed_relations() -> list[Fault]:
    """For each relation, in Turtle: the one end, then the other, of a class that it does not allow."""
    faults = []
    roots = sorted({term.root for term in vocabulary().classes.values()})
    for name, term in vocabulary().properties.items():
        subject, target = (sorted(ends)[0] if ends else "Fund" for ends in (term.domain, term.range))
        outside = [_find_outside(ends, roots) for ends in (term.domain, term.range)]
        english = f"{name} leads from {_list(term.domain)} to {_list(term.range)}"
        for one, other in ((outside[0], target), ("Unit", target), (subject, outside[1]), (subject, "Evidence")):
            faults += [Fault(rule, english, text) for rule, text in _write_both(name, one, other)]
        if term.within_one_class:
            last = sorted(term.domain)[-1]
            for one, other in ((subject, last), (last, subject), (last, "Unit")):
                (_, direct), (_, statement) = _write_both(name, one, other)
                faults += [Fault(name, english, direct), Fault(f"{name}-ends", english, statement)]
    return faults


def _write_both(name: str, one: str, other: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """The direct triple and the statement of a relation between two nodes of these classes, each with its shape."""
    ends = f"ex:one a kg:{one} . ex:other a kg:{other} ."
    said = f"ex:said a kg:Statement ; rdf:subject ex:one ; rdf:predicate kg:{name} ; rdf:object ex:other ."
    return (name, f"{ends} ex:one kg:{name} ex:other ."), (f"{name}-statement", f"{ends} {said}")


def _find_outside(ends: frozenset[str], roots: list[str]) -> str:
    """A root class that none of these is under; evidence where any entity will do."""
    classes = vocabulary().classes
    outside = (root for root in roots if root not in ends and not _is_above(root, ends))
    return (
        next((root for root in outside if not ends & set(classes[root].ancestors)), "Evidence") if ends else "Evidence"
    )


def _is_above(root: str, ends: frozenset[str]) -> bool:
    return any(root in vocabulary().classes[end].ancestors for end in ends if end in vocabulary().classes)


def _list(classes: frozenset[str]) -> str:
    return ", ".join(sorted(classes)) or "Entity"


def _assert_found(faults: list[Fault], found: Iterable[Finding], rules: set[tuple[str, str]]) -> None:
    seeded = Counter((fault.rule, fault.message) for fault in faults)
    assert set(seeded) == rules, f"without faults: {rules - set(seeded)}; of no rule: {set(seeded) - rules}"
    assert {rule: count for rule, count in seeded.items() if count < LEAST} == {}
    messages = any(fault.message for fault in faults)
    marked: set[tuple[str, str, int]] = set()
    blank: Counter[tuple[str, str]] = Counter()
    for finding in found:
        rule = (finding.rule.rsplit("#", 1)[-1], finding.message_en if messages else "")
        numbers = {int(number) for number in _MARKED.findall(f"{finding.focus} {finding.value}")}
        if finding.focus.startswith("_:"):
            blank[rule] += finding.component == "NodeKind"
        assert numbers or "_:" in (finding.focus[:2], finding.value[:2]), f"not of any fault: {finding}"
        assert all(number >= _CLEAN_COPIES for number in numbers), f"found in a clean copy: {finding}"
        assert finding.message_zh or messages is False, finding
        marked |= {(*rule, number) for number in numbers}
    missed = []
    for number, fault in enumerate(faults, start=_CLEAN_COPIES):
        if "~" in fault.change:
            blank[fault.rule, fault.message] -= 1
        elif (fault.rule, fault.message, number) not in marked:
            missed.append(fault)
    assert missed == []
    assert set(blank.values()) <= {0}, blank


@pytest.mark.parametrize("rule", ["shapes", "cube"])
def test_a_rule_without_faults_fails(rule: str) -> None:
    with pytest.raises(AssertionError, match="without faults"):
        _assert_found([], [], {(rule, "")})
