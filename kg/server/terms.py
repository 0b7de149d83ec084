"""The ontology inside the graph as pages need it: labels in two languages, the class tree, colours and shapes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from kg.server.page_queries import CLASSES, INVERSES, LABELS_OF_TERMS
from kg.server.reading import Row, read_state, remember_rows
from kg.server.workers import Workers
from kg.view.classes import ClassTree, to_view_classes
from kg.view.model import Text, ViewClass
from kg.view.terms import KG, SKOS, to_local_name

PLANNED = KG + "planned"
_CLASS = "http://www.w3.org/2002/07/owl#Class"
# Reused properties that join two things, whose labels no ontology of ours has.
_REUSED = {SKOS + "broader": Text("上位", "broader"), "http://purl.org/dc/terms/spatial": Text("所在地区", "place")}


@dataclass(frozen=True, slots=True)
class Terms:
    """What the ontology says: labels of classes, properties and lists; how properties read backwards; the classes."""

    labels: Mapping[str, Text]
    inverses: Mapping[str, Text]
    tree: ClassTree
    children: Mapping[str, tuple[str, ...]]
    looks: Mapping[str, ViewClass]

    def to_text(self, iri: str) -> Text:
        """A term's label; the last part of its IRI where it has none."""
        return self.labels.get(iri) or _REUSED.get(iri) or Text(to_local_name(iri), to_local_name(iri))

    def to_inverse(self, iri: str) -> Text:
        """How a property reads from its object's side."""
        label = self.to_text(iri)
        return self.inverses.get(iri) or Text(f"被{label.zh}", f"{label.en} (inverse)")

    def choose_class(self, types: Iterable[str]) -> str:
        """The class that a thing is shown as: the most specific one that the ontology declares."""
        declared = [one for one in types if one in self.tree.declared and one.startswith(KG)]
        found = self.tree.most_specific(declared) if declared else ()
        return found[0] if found else ""

    def list_below(self, iri: str) -> list[str]:
        """A class and all below it, itself first."""
        found, queue = {iri: None}, [iri]
        while queue:
            for child in self.children.get(queue.pop(0), ()):
                if child not in found:
                    found[child] = None
                    queue.append(child)
        return list(found)

    def list_above(self, iri: str) -> list[str]:
        """The classes of the ontology above a class, the farthest first; the class of everything is left out."""
        above = reversed(self.tree.ancestors(iri)[1:])
        return [one for one in above if one.startswith(KG) and one in self.labels and one != KG + "Entity"]

    def is_below(self, iri: str, top: str) -> bool:
        """Whether a class is another one or stands below it."""
        return top in self.tree.ancestors(iri)

    def find_class(self, name: str) -> str | None:
        """The class of a local name or an IRI; None where the ontology declares none."""
        iri = name if name.startswith("http") else KG + name
        return iri if iri in self.tree.declared and iri.startswith(KG) else None


def read_terms(workers: Workers) -> Terms:
    """The ontology's terms, read once for each state of the graph. Raises StoreError where there is no answer."""
    return _read_terms(workers, read_state(workers))


@lru_cache(maxsize=4)
def _read_terms(workers: Workers, _state: tuple[int, int]) -> Terms:
    rows = remember_rows(workers, LABELS_OF_TERMS)
    labels = to_texts(rows)
    tree = _read_tree(remember_rows(workers, CLASSES))
    children: dict[str, list[str]] = {}
    for iri in sorted(tree.declared):
        for parent in tree.parents.get(iri, ()):
            children.setdefault(parent, []).append(iri)

    def to_text(iri: str) -> Text:
        return labels.get(iri, Text(to_local_name(iri), to_local_name(iri)))

    own = [iri for iri in tree.declared if iri.startswith(KG)]
    looks = {one.iri: one for one in to_view_classes(tree, own, to_text)}
    below = {parent: tuple(found) for parent, found in children.items()}
    return Terms(labels, to_texts(remember_rows(workers, INVERSES)), tree, below, looks)


def _read_tree(rows: Iterable[Row]) -> ClassTree:
    found: dict[str, dict[str, set[str]]] = {"parent": {}, "colour": {}, "shape": {}}
    declared = set()
    for row in rows:
        declared.add(row["iri"])
        for name, values in found.items():
            if row[name]:
                values.setdefault(row["iri"], set()).add(row[name])
    parents, colours, shapes = (
        {iri: tuple(sorted(values)) for iri, values in found[name].items()} for name in ("parent", "colour", "shape")
    )
    return ClassTree(frozenset(declared), parents, colours, shapes)


def to_texts(rows: Iterable[Row]) -> dict[str, Text]:
    """Labels by IRI out of rows with `iri`, `label` and `language`; each language falls back on the other."""
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        if row["label"]:
            texts = found.setdefault(row["iri"], {})
            language = row["language"].split("-")[0]
            texts[language] = min(row["label"], texts.get(language, row["label"]))
    return {iri: _to_text(texts) for iri, texts in found.items()}


def _to_text(texts: Mapping[str, str]) -> Text:
    whatever = min(texts.values())
    chinese = texts.get("zh") or texts.get("") or whatever
    return Text(chinese, texts.get("en") or texts.get("") or chinese)


def to_style(terms: Terms) -> str:
    """A style sheet that gives every class its colour and its line: a strict policy lets no page say it in place."""
    roots = sorted({look.root for look in terms.looks.values()})
    lines = ("solid", "dashed", "double", "dotted")
    used: dict[str, int] = {}
    style: dict[str, str] = {}
    for root in roots:
        # Roots that share a colour are told apart by their line, as the picture tells them apart by their shape.
        colour = terms.looks[root].colour if root in terms.looks else "#6B6B6B"
        style[root] = lines[used.get(colour, 0) % len(lines)]
        used[colour] = used.get(colour, 0) + 1
    looks = "".join(
        f".c-{to_local_name(look.iri)}{{--colour:{look.colour};--line:{style[look.root]}}}\n"
        for look in sorted(terms.looks.values(), key=lambda one: one.iri)
    )
    # A reader's legend is its filter, with or without a script.
    off = "".join(
        f'.reader:has(input[value="{name}"]:not(:checked)) .r-{name}{{border-color:transparent}}\n'
        for name in map(to_local_name, roots)
    )
    return looks + off
