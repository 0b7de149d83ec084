"""The vocabulary to SHACL: for every relation, what may stand at its ends. `ontology/shapes.ttl` ends with this text.

Each relation gets two shapes: one for the direct triples, and one for the statements, planned ones included, which
starts at the property itself and follows `rdf:predicate` backwards, so that it has one focus node however large the
dataset is. A relation within one class gets a third, since only the statement has both ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kg.errors import OntologyError
from kg.ontology import PropertyTerm, Vocabulary

SHAPES = "shapes.ttl"
MARKER = "# ─── 由 kg.shapes 从 policy.ttl 生成，勿手改 · generated from policy.ttl by kg.shapes, not to be edited ───"

_INDENT = "    "
_LONGEST_LINE = 112


def to_shapes(vocabulary: Vocabulary) -> str:
    """The shapes of all relations and figure properties, as Turtle without prefixes, in the order of their names."""
    relations = [vocabulary.properties[name] for name in sorted(vocabulary.properties)]
    figure_properties = [vocabulary.figure_properties[name] for name in sorted(vocabulary.figure_properties)]
    parts = [_to_predicate_shape(term.name for term in relations)]
    for term in relations:
        parts += [_to_direct_shape(term), _to_statement_shape(term)]
        if term.within_one_class:
            parts.append(_to_ends_shape(term))
    parts += [_to_figure_shape(term) for term in figure_properties if term.range]
    return "\n".join(parts)


def write_shapes(folder: Path, vocabulary: Vocabulary) -> None:
    """Replace what follows the marker in `folder`/shapes.ttl. Raises OntologyError where the marker is missing."""
    path = folder / SHAPES
    head, marker, _ = path.read_text(encoding="utf-8").partition(MARKER)
    if not marker:
        raise OntologyError(f"{path}: 没有“{MARKER}”这一行 marker is missing；请恢复它")
    path.write_text(f"{head}{MARKER}\n\n{to_shapes(vocabulary)}", encoding="utf-8")


def _to_predicate_shape(names: Iterable[str]) -> str:
    listed = _wrap([f"kg:{name}" for name in names], 2)
    return _join(
        "shape:Predicate a sh:PropertyShape",
        "sh:path rdf:predicate",
        'sh:message "陈述的谓词应是本体声明的关系"@zh , "a predicate is a relation of the ontology"@en',
        f"sh:in (\n{_INDENT * 2}{listed} )",
    )


def _to_direct_shape(term: PropertyTerm) -> str:
    head, target = f"shape:{term.name} a sh:NodeShape", f"sh:targetSubjectsOf kg:{term.name}"
    if term.within_one_class:
        pairs = [
            f"[ sh:class kg:{name} ; sh:property [ sh:path kg:{term.name} ; sh:class kg:{name} ] ]"
            for name in sorted(term.domain)
        ]
        return _join(head, target, _to_message(term, 2), f"sh:or ( {_wrap(pairs, 2)} )")
    return _join(
        head,
        target,
        _to_message(term, 2),
        _to_classes(term.domain, 2),
        f"sh:property {_to_property(f'kg:{term.name}', term, term.range)}",
    )


def _to_statement_shape(term: PropertyTerm) -> str:
    ends = [
        f"sh:property {_to_property(f'( [ sh:inversePath rdf:predicate ] rdf:{end} )', term, classes)}"
        for end, classes in (("subject", term.domain), ("object", term.range))
    ]
    return _join(f"shape:{term.name}-statement a sh:NodeShape", f"sh:targetNode kg:{term.name}", *ends)


def _to_ends_shape(term: PropertyTerm) -> str:
    """That both ends of a statement are under one class: seen from the statement, which has both."""
    pairs = [
        f"[ sh:property [ sh:path rdf:subject ; sh:class kg:{name} ] , [ sh:path rdf:object ; sh:class kg:{name} ] ]"
        for name in sorted(term.domain)
    ]
    other = f"[ sh:not [ sh:property [ sh:path rdf:predicate ; sh:hasValue kg:{term.name} ] ] ]"
    return _join(
        f"shape:{term.name}-ends a sh:NodeShape",
        "sh:targetClass kg:Statement",
        _to_message(term, 2),
        f"sh:or ( {_wrap([other, *pairs], 2)} )",
    )


def _to_figure_shape(term: PropertyTerm) -> str:
    return _join(
        f"shape:{term.name} a sh:NodeShape",
        f"sh:targetObjectsOf kg:{term.name}",
        f'sh:message "{term.name}（{term.label_zh}）应是 {_to_listed(term.range, "、")}"@zh ,\n{_INDENT * 2}'
        f'"{term.name} is one of {_to_listed(term.range, ", ")}"@en',
        _to_classes(term.range, 2),
    )


def _to_property(path: str, term: PropertyTerm, classes: frozenset[str]) -> str:
    body = f" ;\n{_INDENT * 2}".join(
        [f"sh:path {path}", "sh:nodeKind sh:IRI", _to_message(term, 3), _to_classes(classes, 3)]
    )
    return f"[\n{_INDENT * 2}{body} ]"


def _to_message(term: PropertyTerm, depth: int) -> str:
    domain, span = (_to_listed(classes, "、") for classes in (term.domain, term.range))
    chinese = f'"{term.name}（{term.label_zh}）应从 {domain} 到 {span}"@zh'
    english = f'"{term.name} leads from {domain} to {span}"@en'.replace("、", ", ")
    return f"sh:message {chinese} ,\n{_INDENT * depth}{english}"


def _to_listed(classes: frozenset[str], comma: str) -> str:
    return comma.join(sorted(classes)) or "Entity"


def _to_classes(classes: frozenset[str], depth: int) -> str:
    names = sorted(classes) or ["Entity"]
    if len(names) == 1:
        return f"sh:class kg:{names[0]}"
    return f"sh:or ( {_wrap([f'[ sh:class kg:{name} ]' for name in names], depth)} )"


def _join(*parts: str) -> str:
    return f" ;\n{_INDENT}".join(parts) + " .\n"


def _wrap(items: list[str], depth: int) -> str:
    lines = [""]
    for item in items:
        if lines[-1] and len(lines[-1]) + len(item) > _LONGEST_LINE - len(_INDENT) * depth:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + item
    return f"\n{_INDENT * depth}".join(lines)
