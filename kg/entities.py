"""Mentions to entities: by link, by the document's own aliases, by context, by the authority, else by the name itself.

A mention that could be two things is a `Rejection`, never a guess. One document is resolved by itself, from its text,
its metadata and the authority, so that documents can be resolved in any order and on any machine with one result.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kg.identifiers import to_entity_iri
from kg.model import PERIOD, Annotations, Document, Entity, Mention, Rejection
from kg.names import Name, to_canonical_label, to_name_key
from kg.ontology import Vocabulary
from kg.places import ISSUER, PLACE, Context, derive_context, is_any_regions, resolve_by_pattern, to_placed_label

# “…（以下简称“X”）” and its like right after a name.
_SHORT_FORM = re.compile(r"[”》」]?[（(](?:以下)?(?:统称|简称)(?:为)?[：:]?[“「]?([^”」）)，。；]{1,30})[”」]?[）)]")


@dataclass(frozen=True, slots=True)
class Resolution:
    """The entities of one document by mention id, what could not be resolved, and the annotation lines used."""

    entities: Mapping[str, Entity]
    issuer: Entity | None
    place: Entity | None
    rejections: tuple[Rejection, ...]
    lines: frozenset[int]


class _Unresolved(Exception):  # noqa: N818 - not an error of the program: it says why a mention has no name
    def __init__(self, reason: str, mend: str) -> None:
        self.reason, self.mend = reason, mend


@dataclass(slots=True)
class KnownNames:
    """What names have turned out to be, kept for the documents that follow: the same names recur in nearly all of them.

    A name that is neither linked, nor an alias, nor a deictic word depends on the ontology and the document's place
    alone, so what is kept is what would be found again. It is for one vocabulary, and forgets all when it is full.
    """

    names: dict[tuple[str, str, str], Name | _Unresolved] = field(default_factory=dict)
    contexts: dict[tuple[str | None, str | None], Context] = field(default_factory=dict)
    most: int = 20_000

    def find_context(self, document: Document, vocabulary: Vocabulary) -> Context:
        """The context of a document."""
        key = (document.issuer, document.place)
        context = self.contexts.get(key)
        if context is None:
            if len(self.contexts) >= self.most:
                self.contexts.clear()
            context = self.contexts[key] = derive_context(document, vocabulary)
        return context

    def resolve(self, mention: Mention, root: str, context: Context, vocabulary: Vocabulary) -> Name:
        """The name of a mention by its words and the document's place. Raises _Unresolved."""
        place = context.roles.get(PLACE)
        key = (place.label if place else "", mention.cls, mention.surface)
        known = self.names.get(key)
        if known is None:
            if len(self.names) >= self.most:
                self.names.clear()
            try:
                known = _resolve_surface(mention, root, context, vocabulary)
            except _Unresolved as cause:
                known = cause
            self.names[key] = known
        if isinstance(known, _Unresolved):
            raise _Unresolved(known.reason, known.mend)
        return known


@dataclass(slots=True)
class _Bindings:
    """The aliases of one document: (root, name key) to the name that they stand for."""

    known: KnownNames
    names: dict[tuple[str, str], Name] = field(default_factory=dict)
    conflicts: set[tuple[str, str]] = field(default_factory=set)

    def bind(self, alias: str, name: Name) -> None:
        key = (name.root, to_name_key(alias))
        known = self.names.setdefault(key, name)
        if known.label != name.label:
            self.conflicts.add(key)


def resolve_entities(
    document: Document, annotations: Annotations, vocabulary: Vocabulary, base: str, known: KnownNames | None = None
) -> Resolution:
    """The entity of every mention of a document, with `base` for the IRIs. Periods are left to `kg.periods`.

    `known` is what documents before it were resolved with; it makes this quicker and changes nothing.
    """
    known = known or KnownNames()
    context = known.find_context(document, vocabulary)
    mentions = [mention for mention in annotations.mentions if mention.cls != PERIOD]
    names, rejections, lines = _resolve_mentions(document, annotations, mentions, context, known, vocabulary)
    entities = _merge_mentions([mention for mention in mentions if mention.id in names], names, vocabulary, base)
    return Resolution(
        entities=entities,
        issuer=_to_context_entity(context.roles.get(ISSUER), vocabulary, base),
        place=_to_context_entity(context.roles.get(PLACE), vocabulary, base),
        rejections=tuple(rejections),
        lines=frozenset(lines),
    )


def _resolve_mentions(
    document: Document,
    annotations: Annotations,
    mentions: list[Mention],
    context: Context,
    known: KnownNames,
    vocabulary: Vocabulary,
) -> tuple[dict[str, Name], list[Rejection], set[int]]:
    bindings = _Bindings(known)
    names: dict[str, Name] = {}
    rejections: list[Rejection] = []
    lines: set[int] = set()

    def resolve(mention: Mention) -> None:
        try:
            names[mention.id] = _resolve_name(mention, bindings, context, vocabulary)
        except _Unresolved as cause:
            names.pop(mention.id, None)
            rejections.append(
                Rejection(annotations.file, mention.lines[0], mention.id, cause.reason, cause.mend, mention.lines)
            )
        else:
            lines.update(mention.lines)

    linked = [mention for mention in mentions if mention.link is not None]
    for mention in linked:
        resolve(mention)
        if mention.id in names and to_name_key(mention.surface) not in vocabulary.deixis:
            bindings.bind(mention.surface, names[mention.id])
    _bind_short_forms(document, mentions, bindings, context, vocabulary)
    by_id = {mention.id: mention for mention in mentions}
    for equivalence in annotations.equivalences:
        members = [by_id[member] for member in equivalence.mentions if member in by_id]
        if _bind_equivalents(members, bindings, context, vocabulary):
            lines.update(equivalence.lines)
        else:
            rejections.append(
                Rejection(
                    annotations.file, equivalence.lines[0], "*", "等价的标注不是同一类 not of one root class",
                    "等价只能连接同一大类的标注", equivalence.lines,
                )
            )  # fmt: skip
    for mention in mentions:
        if mention.link is None:
            resolve(mention)
    return names, rejections, lines


def _resolve_name(mention: Mention, bindings: _Bindings, context: Context, vocabulary: Vocabulary) -> Name:
    root = vocabulary.classes[mention.cls].root
    if mention.link is not None:
        return _resolve_link(mention, root, context, vocabulary)
    key = (root, to_name_key(mention.surface))
    if key in bindings.conflicts:
        raise _Unresolved(
            f"“{mention.surface}”在本文里指过不同的实体 stands for two things in this document",
            "请给每处加一行 N 说明指哪一个",
        )
    if key in bindings.names:
        return bindings.names[key]
    role = vocabulary.deixis.get(key[1])
    if role is not None:
        return _resolve_deixis(mention, role, root, context)
    return bindings.known.resolve(mention, root, context, vocabulary)


def _resolve_deixis(mention: Mention, role: str, root: str, context: Context) -> Name:
    name = context.roles.get(role)
    if name is not None and name.root == root:
        return name
    raise _Unresolved(
        f"“{mention.surface}”在这里不能解析为 {root} cannot be resolved here",
        "请在 .toml 写明 issuer（全称）或 place，或加一行 N",
    )


def _resolve_link(mention: Mention, root: str, context: Context, vocabulary: Vocabulary) -> Name:
    head, _, label = (mention.link or "").partition("/")
    if head != root.lower() or not label.strip():
        raise _Unresolved(
            f"归一化 {mention.link} 与类 {mention.cls} 不合 link does not fit the class",
            f"应为 policykg:{root.lower()}/名称",
        )
    return _find_in_authority(label, mention.cls, context, vocabulary) or Name(root, to_canonical_label(label))


def _resolve_surface(mention: Mention, root: str, context: Context, vocabulary: Vocabulary) -> Name:
    surface = mention.surface
    known = _find_in_authority(surface, mention.cls, context, vocabulary)
    if known is not None:
        return known
    placed = resolve_by_pattern(surface, root, context, vocabulary)
    if placed is not None:
        return _find_in_authority(placed.label, mention.cls, context, vocabulary) or Name(
            root, placed.label, placed.classes
        )
    nobodys = is_any_regions(surface, root, vocabulary)
    label = None if nobodys else to_placed_label(to_canonical_label(surface), root, context, vocabulary)
    if label is None:
        raise _Unresolved(
            f"不知道“{surface}”属于哪个地方 place unknown", "请在 .toml 写明 issuer（全称）或 place，或加一行 N"
        )
    return Name(root, label)


def _find_in_authority(name: str, cls: str, context: Context, vocabulary: Vocabulary) -> Name | None:
    """The entry of that name under the root of `cls`: of several the one in the class, then the one in the context."""
    root = vocabulary.classes[cls].root
    found = vocabulary.authority.by_name.get((root, to_name_key(name)), ())
    for fits in (lambda entry: cls in entry.classes, lambda entry: context.holds(entry, vocabulary)):
        if len(found) > 1:
            found = tuple(filter(fits, found)) or found
    if len(found) > 1:
        labels = "、".join(entry.label for entry in found)
        raise _Unresolved(f"“{name}”可能是 {labels} ambiguous", f"请加一行 N：policykg:{root.lower()}/…，写明是哪一个")
    return Name(root, found[0].label, found[0].classes) if found else None


def _bind_short_forms(
    document: Document, mentions: Iterable[Mention], bindings: _Bindings, context: Context, vocabulary: Vocabulary
) -> None:
    for mention in mentions:
        found = _SHORT_FORM.match(document.text, mention.span.end)
        if found:
            try:
                name = _resolve_name(mention, bindings, context, vocabulary)
            except _Unresolved:
                continue  # the mention itself is reported when its turn comes
            bindings.bind(found[1], name)


def _bind_equivalents(members: list[Mention], bindings: _Bindings, context: Context, vocabulary: Vocabulary) -> bool:
    if len({vocabulary.classes[member.cls].root for member in members}) != 1:
        return False
    # The fullest name speaks for the group; ties go to the first in the text.
    lead = max(members, key=lambda member: (member.link is not None, len(member.surface), -member.span.begin))
    try:
        name = _resolve_name(lead, bindings, context, vocabulary)
    except _Unresolved:
        return True  # the mentions themselves are reported
    for member in members:
        bindings.bind(member.surface, name)
    return True


def _merge_mentions(
    mentions: list[Mention], names: Mapping[str, Name], vocabulary: Vocabulary, base: str
) -> dict[str, Entity]:
    groups: dict[tuple[str, str], list[Mention]] = {}
    for mention in mentions:
        name = names[mention.id]
        groups.setdefault((name.root, name.label), []).append(mention)
    entities: dict[str, Entity] = {}
    for (root, label), members in groups.items():
        classes = {member.cls for member in members}
        for member in members:
            classes.update(names[member.id].classes)
        entity = Entity(
            iri=to_entity_iri(base, root, to_canonical_label(label)),
            label=label,
            classes=to_most_specific(classes, vocabulary),
            alt_labels=tuple(sorted({member.surface for member in members} - {label})),
        )
        for member in members:
            entities[member.id] = entity
    return entities


def to_most_specific(classes: Iterable[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Of some classes those that have no sub-class among them, sorted."""
    given = set(classes)
    if len(given) == 1:
        return tuple(given)
    above = {ancestor for name in given for ancestor in vocabulary.classes[name].ancestors if ancestor != name}
    return tuple(sorted(given - above))


def _to_context_entity(name: Name | None, vocabulary: Vocabulary, base: str) -> Entity | None:
    if name is None:
        return None
    return Entity(
        to_entity_iri(base, name.root, to_canonical_label(name.label)),
        name.label,
        to_most_specific(name.classes or (name.root,), vocabulary),
    )
