"""`kg vocabulary`: the classes and relations that annotations and questions may use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click

from kg.cli.terminal import HELP_NAMES, Command, Failure
from kg.locations import find_folder
from kg.names import suggest_names
from kg.ontology import ClassTerm, PropertyTerm, Vocabulary, read_vocabulary

_ANY = "任何实体 any entity"


@click.command(cls=Command, context_settings=HELP_NAMES)
@click.argument("term", required=False)
def vocabulary(term: str | None) -> None:
    """列出类和关系，或说明其中一个。The classes and relations, or one of them.

    TERM 是类或关系的中文标签、别名或英文名。TERM is a label, an alias or a name of a class or relation.
    """
    words = read_vocabulary(find_folder("ontology"))
    lines = _iterate_all(words) if term is None else _iterate_term(words, term)
    click.echo("\n".join(lines))


def _iterate_all(words: Vocabulary) -> Iterator[str]:
    yield "类 Classes"
    yield from _iterate_tree(words)
    yield ""
    yield "关系 Relations（主语的类 → 宾语的类 class of the subject → of the object）"
    yield from (f"  {_to_relation_line(words, one)}" for one in words.properties.values())
    yield ""
    yield "数字的属性 Properties of figures"
    yield from (f"  {_to_name(one)}" for one in words.figure_properties.values())
    yield ""
    yield "说明其中一个 about one of them: kg vocabulary 基金"


def _iterate_tree(words: Vocabulary) -> Iterator[str]:
    """Every class below the first class above it, two spaces a step."""
    below: dict[str, list[str]] = {}
    for one in words.classes.values():
        below.setdefault(one.ancestors[1] if len(one.ancestors) > 1 else "", []).append(one.name)

    def walk(parent: str, depth: int) -> Iterator[str]:
        for name in sorted(below.get(parent, ())):
            one = words.classes[name]
            yield f"{'  ' * depth}{_to_name(one)}  {one.definition_zh} {one.definition_en}".rstrip()
            yield from walk(name, depth + 1)

    yield from walk("", 1)


def _iterate_term(words: Vocabulary, term: str) -> Iterator[str]:
    english = {one.label_en.casefold(): one.name for one in _iterate_terms(words)}
    name = (
        words.resolve_class(term) or words.resolve_property(term) or english.get(term.strip().casefold(), term.strip())
    )
    if name in words.classes:
        yield from _iterate_class(words, words.classes[name])
        return
    relation = words.properties.get(name) or words.figure_properties.get(name)
    if relation is None:
        known = [*words.class_names, *words.property_names, *english]
        hint = suggest_names(term, known)
        raise Failure(
            f"没有这个类或关系 no such class or relation: {term}；{hint or '用 kg vocabulary 看全部 lists all'}"
        )
    yield _to_name(relation)
    yield from _iterate_definitions(relation)
    if relation.name in words.properties:
        yield f"  主语 subject: {_to_classes(words, relation.domain)}"
        yield f"  宾语 object:  {_to_classes(words, relation.range)}"
        yield f"  反向读作 read backwards: {relation.inverse_zh} {relation.inverse_en}"
    yield from _iterate_aliases(words.property_names, relation)


def _iterate_class(words: Vocabulary, one: ClassTerm) -> Iterator[str]:
    yield _to_name(one)
    yield from _iterate_definitions(one)
    line = (f"{words.classes[name].label_zh} {name}" for name in one.ancestors[1:])
    below = (f"{other.label_zh} {other.name}" for other in words.classes.values() if one.name in other.ancestors[1:])
    yield f"  上位类 above: {'、'.join(line) or '无 none'}"
    yield f"  下位类 below: {'、'.join(below) or '无 none'}"
    yield from _iterate_aliases(words.class_names, one)
    ends = {*one.ancestors}
    yield "  作主语 as subject:"
    yield from (f"    {_to_relation_line(words, rel)}" for rel in words.properties.values() if _fits(rel.domain, ends))
    yield "  作宾语 as object:"
    yield from (f"    {_to_relation_line(words, rel)}" for rel in words.properties.values() if _fits(rel.range, ends))


def _fits(allowed: frozenset[str], ends: set[str]) -> bool:
    return not allowed or bool(allowed & ends)


def _iterate_terms(words: Vocabulary) -> Iterator[ClassTerm | PropertyTerm]:
    yield from words.classes.values()
    yield from words.properties.values()
    yield from words.figure_properties.values()


def _iterate_definitions(one: ClassTerm | PropertyTerm) -> Iterator[str]:
    yield from (f"  {text}" for text in (one.definition_zh, one.definition_en) if text)


def _iterate_aliases(names: Mapping[str, str], one: ClassTerm | PropertyTerm) -> Iterator[str]:
    """Every other way in which it may be written in an annotation."""
    also = sorted(label for label, name in names.items() if name == one.name and label not in {one.name, one.label_zh})
    yield f"  也可写 also written: {'、'.join(also)}"


def _to_name(one: ClassTerm | PropertyTerm) -> str:
    return f"{one.label_zh} {one.name}" + ("" if one.label_en == one.name else f"（{one.label_en}）")


def _to_relation_line(words: Vocabulary, one: PropertyTerm) -> str:
    return f"{_to_name(one)}: {_to_classes(words, one.domain)} → {_to_classes(words, one.range)}"


def _to_classes(words: Vocabulary, names: frozenset[str]) -> str:
    return "、".join(words.classes[name].label_zh for name in sorted(names)) or _ANY
