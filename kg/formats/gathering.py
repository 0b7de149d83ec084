"""What a reader of a foreign format finds, item by item, until it is frozen as `RawAnnotations`."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.formats.raw import RawAnnotations, RawAttribute, RawEquivalence, RawLink, RawMention, RawRelation
from kg.identifiers import ONTOLOGY
from kg.model import Rejection

LINK_SCHEME = "policykg:"
EQUIVALENCE = "Equiv"
# Names of attributes and of the link as tools' users write them, in lower case.
_ATTRIBUTE_NAMES = {
    "status": "Status",
    "状态": "Status",
    "measurekind": "MeasureKind",
    "measure_kind": "MeasureKind",
    "数字类型": "MeasureKind",
    "bound": "Bound",
    "界限": "Bound",
}
_LINK_NAMES = frozenset({"link", "reference", "identifier", "链接", "归一化"})
_EQUIVALENCE_NAMES = frozenset({"equiv", "等价"})


@dataclass(slots=True)
class Gathering:
    """One document's items so far. Offsets are as the file has them; `line` is an item's place, from 1."""

    file: str
    lines: set[int] = field(default_factory=set)
    mentions: list[RawMention] = field(default_factory=list)
    relations: list[RawRelation] = field(default_factory=list)
    attributes: list[RawAttribute] = field(default_factory=list)
    links: list[RawLink] = field(default_factory=list)
    equivalences: list[RawEquivalence] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _ids: dict[str, int] = field(default_factory=dict)

    def mention(
        self, line: int, id_: str, label: str, fragments: tuple[tuple[int, int], ...], surface: str | None = None
    ) -> None:
        """Add a labelled stretch of text, or reject it where its id is taken."""
        if self._take(line, id_):
            self.mentions.append(RawMention(id_, to_local_name(label), fragments, line, surface))

    def relation(self, line: int, id_: str | None, label: str, subject: str, target: str) -> str:
        """Add a relation (or, where its name is Equiv, an equivalence) and return its id."""
        self.lines.add(line)
        if label.lower() in _EQUIVALENCE_NAMES:
            self.equivalence(line, (subject, target))
            return ""
        name = id_ or self._find_free("R")
        if self._take(line, name):
            self.relations.append(RawRelation(name, to_local_name(label), subject, target, line))
        return name

    def attribute(self, line: int, name: str, target: str, value: str) -> None:
        """Add a named value of an item; one that is named as the link goes there."""
        self.lines.add(line)
        if is_link_name(name):
            self.link(line, target, value)
            return
        id_ = f"A{len(self.attributes) + 1}"
        self.attributes.append(RawAttribute(id_, to_attribute_name(name), target, value, line))

    def link(self, line: int, target: str, link: str) -> None:
        """Add what an item is normalised to, `root/label`, with or without the scheme before it."""
        self.lines.add(line)
        bare = link.strip().removeprefix(LINK_SCHEME)
        self.links.append(RawLink(f"N{len(self.links) + 1}", target, bare, line))

    def equivalence(self, line: int, members: tuple[str, ...]) -> None:
        """Add items that name one thing."""
        self.lines.add(line)
        self.equivalences.append(RawEquivalence(members, line))

    def reject(self, line: int, item: str, reason: str, mend: str) -> None:
        """Say why an item is not read."""
        self.lines.add(line)
        self.rejections.append(Rejection(self.file, line, item, reason, mend, (line,)))

    def note(self, message: str) -> None:
        """Tell the user something that costs nothing."""
        self.notes.append(f"{self.file}: {message}")

    def freeze(self) -> RawAnnotations:
        """All that was gathered."""
        return RawAnnotations(
            file=self.file,
            lines=frozenset(self.lines),
            mentions=tuple(self.mentions),
            relations=tuple(self.relations),
            attributes=tuple(self.attributes),
            links=tuple(self.links),
            equivalences=tuple(self.equivalences),
            rejections=tuple(self.rejections),
            notes=tuple(self.notes),
        )

    def _take(self, line: int, id_: str) -> bool:
        self.lines.add(line)
        if id_ in self._ids:
            first = self._ids[id_]
            self.reject(line, id_, f"编号重复 duplicate id, first at item {first}", "请改用没有用过的编号")
            return False
        self._ids[id_] = line
        return True

    def _find_free(self, letter: str) -> str:
        number = len(self.relations) + 1
        while f"{letter}{number}" in self._ids:
            number += 1
        return f"{letter}{number}"


def to_local_name(label: str) -> str:
    """A label as the ontology knows it, where a tool writes the whole IRI of a class or property."""
    return label.strip().removeprefix(ONTOLOGY)


def to_attribute_name(name: str) -> str:
    """`Status` from `status` or 状态, and so on; any other name as it is."""
    return _ATTRIBUTE_NAMES.get(name.strip().lower(), name.strip())


def is_link_name(name: str) -> bool:
    """Whether a tool's field of this name holds the link (`policykg:root/label`)."""
    return name.strip().lower() in _LINK_NAMES
