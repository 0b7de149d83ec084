"""What a node is, and with which colour and shape it is drawn: all of it from the ontology inside the dataset."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pyoxigraph import Store

from kg.view.model import Text, ViewClass
from kg.view.terms import KG, OWL, RDF, RDFS, Values, first, read_values

SHAPES = ("dot", "square", "diamond", "triangle", "hexagon", "star", "triangleDown")
"""The shapes of vis-network that have their label outside."""

# For classes to which the ontology gives no colour: of middling lightness, so that they stand on white and on black.
_PALETTE = (
    "#4e79a7", "#f28e2b", "#59a14f", "#b07aa1", "#e15759", "#76b7b2", "#edc948", "#9c755f", "#ff9da7", "#6b8fd6",
    "#8cd17d", "#d37295", "#499894", "#b6992d", "#a0cbe8", "#d4a6c8",
)  # fmt: skip
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")


@dataclass(frozen=True, slots=True)
class ClassTree:
    """The classes a dataset declares: their direct super-classes, colours and shapes."""

    declared: frozenset[str]
    parents: Values
    colours: Values
    shapes: Values

    def ancestors(self, iri: str) -> tuple[str, ...]:
        """The class and all above it, nearest first."""
        seen, queue = {iri: None}, [iri]
        while queue:
            for parent in self.parents.get(queue.pop(0), ()):
                if parent not in seen:
                    seen[parent] = None
                    queue.append(parent)
        return tuple(seen)

    def root(self, iri: str) -> str:
        """The farthest ancestor with a colour of its own; without one, the farthest of the same namespace."""
        line = self.ancestors(iri)
        coloured = [one for one in line if one in self.colours]
        return (coloured or [one for one in line if one.startswith(KG)] or [iri])[-1]

    def most_specific(self, types: Iterable[str]) -> tuple[str, ...]:
        """Of a thing's types, the dataset's classes that are not above another of them; those with a colour first."""
        own = sorted(set(types) & self.declared) or sorted(types)
        above = {ancestor for one in own for ancestor in self.ancestors(one)[1:]}
        return tuple(
            sorted((one for one in own if one not in above), key=lambda one: (not self._is_coloured(one), one))
        )

    def _is_coloured(self, iri: str) -> bool:
        return any(one in self.colours for one in self.ancestors(iri))


def read_class_tree(dataset: Store) -> ClassTree:
    """The classes of the ontology inside the dataset."""
    types = read_values(dataset, RDF + "type")
    kinds = {OWL + "Class", RDFS + "Class"}
    return ClassTree(
        declared=frozenset(iri for iri, found in types.items() if kinds & set(found)),
        parents=read_values(dataset, RDFS + "subClassOf"),
        colours=read_values(dataset, KG + "viewColour"),
        shapes=read_values(dataset, KG + "viewShape"),
    )


def to_view_classes(tree: ClassTree, used: Iterable[str], to_text: Callable[[str], Text]) -> tuple[ViewClass, ...]:
    """The classes that nodes have, with their roots, ordered by root and then by name."""
    chosen = sorted(set(used))
    roots = sorted({tree.root(iri) for iri in chosen})
    classes = [
        ViewClass(
            iri=iri,
            label=to_text(iri),
            root=tree.root(iri),
            colour=_find_colour(tree, iri, roots.index(tree.root(iri))),
            shape=_find_shape(tree, iri, roots.index(tree.root(iri))),
        )
        for iri in sorted({*chosen, *roots})
    ]
    return tuple(sorted(classes, key=lambda one: (one.root, one.iri != one.root, one.iri)))


def _find_colour(tree: ClassTree, iri: str, place: int) -> str:
    found = (first(tree.colours, one) for one in tree.ancestors(iri))
    return next((colour for colour in found if _COLOUR.match(colour)), _PALETTE[place % len(_PALETTE)])


def _find_shape(tree: ClassTree, iri: str, place: int) -> str:
    found = (first(tree.shapes, one) for one in tree.ancestors(iri))
    return next((shape for shape in found if shape in SHAPES), SHAPES[place % len(SHAPES)])
