"""`ontology/` to the closed vocabulary: the classes, properties, codes and authority names that the code may use.

owlready2 answers for classes, sub-classes, properties, domains and ranges; it reads no Turtle, so the file is turned
into N-Triples in memory. What comes out is plain values: picklable, free of RDF, the same in every process.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import owlready2
import pyoxigraph

from kg.authority import Authority, AuthorityEntry, NamePattern, derive_authority
from kg.codes import Codes, StatusWords, derive_codes
from kg.errors import OntologyError
from kg.identifiers import ONTOLOGY, to_ontology_iri
from kg.ontology_files import AUTHORITY, CODES, POLICY, parse_turtle, read_ontology_triples, select_authority_triples

__all__ = [
    "Authority",
    "AuthorityEntry",
    "ClassTerm",
    "NamePattern",
    "PropertyTerm",
    "StatusWords",
    "Vocabulary",
    "load_world",
    "read_ontology_triples",
    "read_vocabulary",
    "select_authority_triples",
]

_SCHEMA = "https://schema.org/"
_ALT_LABEL = "http://www.w3.org/2004/02/skos/core#altLabel"
_DEFINITION = "http://www.w3.org/2004/02/skos/core#definition"


@dataclass(frozen=True, slots=True)
class ClassTerm:
    """An entity class. `ancestors` begins with the class itself and ends with its root class.

    `named_by_place` is true where names in the class begin with a place, so that a leading 省 stands for a province;
    `sets_out_plans` where what a document of the class says is planned unless it says that it is done.
    """

    name: str
    label_zh: str
    label_en: str
    root: str
    ancestors: tuple[str, ...]
    named_by_place: bool = False
    sets_out_plans: bool = False
    definition_zh: str = ""
    definition_en: str = ""


@dataclass(frozen=True, slots=True)
class PropertyTerm:
    """An object property; an empty `domain` or `range` stands for any entity (or, for `period`, for none of ours).

    `within_one_class` is true where both ends must be under the same class of the domain (阶段 → 阶段); `state` where
    the relation holds and is not done (位于): what is no plan is going on, whatever the words around it report.
    """

    name: str
    label_zh: str
    label_en: str
    inverse_zh: str
    inverse_en: str
    domain: frozenset[str]
    range: frozenset[str]
    symmetric: bool = False
    transitive: bool = False
    within_one_class: bool = False
    state: bool = False
    definition_zh: str = ""
    definition_en: str = ""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All that the ontology declares and the code may use, by local name.

    `properties` are the relations between entities, `figure_properties` what leads from a figure to what it is of.
    The word lists map a word as documents write it to a code's local name; `deixis` is by `kg.names.to_name_key`.
    """

    classes: Mapping[str, ClassTerm]
    properties: Mapping[str, PropertyTerm]
    figure_properties: Mapping[str, PropertyTerm]
    units: Mapping[str, str]
    bounds_before: Mapping[str, str]
    bounds_after: Mapping[str, str]
    bound_links: tuple[str, ...]
    status_cues: Mapping[str, str]
    status_words: StatusWords
    heading_cues: tuple[str, ...]
    measure_kind_cues: Mapping[str, str]
    comparison_cues: tuple[str, ...]
    deixis: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]]
    authority: Authority
    class_names: Mapping[str, str]
    property_names: Mapping[str, str]

    @property
    def status_labels(self) -> Mapping[str, str]:
        """Label or local name of a status → its local name: `计划中`, `planned` → `planned`."""
        return self.codes["Status"]

    def resolve_class(self, label: str) -> str | None:
        """The local name of an entity class from its local name, `kg:` name or a Chinese label, else None."""
        return self.class_names.get(label.strip())

    def resolve_kind(self, label: str) -> str | None:
        """The local name of a class of documents from its local name, `kg:` name or a Chinese label, else None."""
        name = self.resolve_class(label)
        return name if name is not None and self.classes[name].root == "Document" else None

    def resolve_property(self, label: str) -> str | None:
        """The local name of a relation or figure property from its local name, `kg:` name, or a Chinese label."""
        return self.property_names.get(label.strip())

    def resolve_code(self, kind: str, value: str) -> str | None:
        """The local name of a code of a kind (`Status`, `Bound`, `MeasureKind`, `Unit`) from a label or local name."""
        return self.codes.get(kind, {}).get(value.strip())

    def accepts(self, property_name: str, subject_class: str, object_class: str) -> bool:
        """Whether a relation may lead from an entity of one class to an entity of another, sub-classes included."""
        term = self.properties[property_name]
        subject, target = set(self.classes[subject_class].ancestors), set(self.classes[object_class].ancestors)
        if term.within_one_class:
            return bool(term.domain & subject & target)
        return (not term.domain or bool(term.domain & subject)) and (not term.range or bool(term.range & target))


def load_world(triples: Iterable[pyoxigraph.Triple]) -> owlready2.World:
    """An owlready2 world of its own (nothing is global) that holds these triples as one ontology."""
    content = pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.N_TRIPLES) or b""
    world = owlready2.World()
    world.get_ontology(ONTOLOGY).load(fileobj=io.BytesIO(content))
    return world


def read_vocabulary(folder: Path) -> Vocabulary:
    """The vocabulary that the Turtle files of `folder` declare.

    Raises OntologyError where a file is missing or broken, a class or property lacks what the vocabulary promises,
    two terms share a label, or an authority entry's IRI and label disagree.
    """
    reader = _Reader(load_world(parse_turtle(folder / POLICY)))
    classes = reader.read_classes()
    relations, figure_properties = reader.read_properties(classes)
    code_triples = parse_turtle(folder / CODES)
    codes = derive_codes(code_triples)
    lines = {name: term.ancestors for name, term in classes.items()}
    authority = derive_authority([*code_triples, *parse_turtle(folder / AUTHORITY)], lines)
    return _to_vocabulary(reader, classes, relations, figure_properties, codes, authority)


def _to_vocabulary(
    reader: _Reader,
    classes: Mapping[str, ClassTerm],
    relations: Mapping[str, PropertyTerm],
    figure_properties: Mapping[str, PropertyTerm],
    codes: Codes,
    authority: Authority,
) -> Vocabulary:
    return Vocabulary(
        classes=classes,
        properties=relations,
        figure_properties=figure_properties,
        units=codes.units,
        bounds_before=codes.bounds_before,
        bounds_after=codes.bounds_after,
        bound_links=codes.bound_links,
        status_cues=codes.status_cues,
        status_words=codes.status_words,
        heading_cues=codes.heading_cues,
        measure_kind_cues=codes.measure_kind_cues,
        comparison_cues=codes.comparison_cues,
        deixis=codes.deixis,
        codes=codes.by_kind,
        authority=authority,
        class_names=reader.to_names(classes),
        property_names=reader.to_names([*relations, *figure_properties]),
    )


class _Reader:
    """Questions to one owlready2 world; local names in, local names out."""

    def __init__(self, world: owlready2.World) -> None:
        self._world = world

    def _find(self, name: str) -> owlready2.EntityClass:
        found = self._world[to_ontology_iri(name)]
        if found is None:
            raise OntologyError(f"ontology/{POLICY}: 缺少 kg:{name} is not declared；请补上它的声明")
        return found

    def _read_values(self, annotation: str, term: owlready2.EntityClass) -> list[object]:
        prop = self._world[annotation]
        return [] if prop is None else list(prop[term])

    def _read_texts(self, annotation: str, term: owlready2.EntityClass, language: str) -> list[str]:
        values = self._read_values(annotation, term)
        return sorted(str(value) for value in values if getattr(value, "lang", "") == language)

    def _read_label(self, term: owlready2.EntityClass, language: str) -> str:
        found = sorted(str(value) for value in term.label if getattr(value, "lang", "") == language)
        if len(found) != 1:
            raise OntologyError(
                f"ontology/{POLICY}: kg:{term.name} 的 rdfs:label@{language} 应恰有一个 needs exactly one label, "
                f"has {len(found)}；请改正"
            )
        return found[0]

    def _read_definition(self, term: owlready2.EntityClass, language: str) -> str:
        return " ".join(self._read_texts(_DEFINITION, term, language))

    def read_classes(self) -> dict[str, ClassTerm]:
        """All sub-classes of kg:Entity, by local name."""
        entity = self._find("Entity")
        roots = {cls for cls in entity.subclasses() if _is_ours(cls)}
        found = {name: self._to_class(name, roots) for name in sorted(self._names_below(entity))}
        heads: dict[str, str] = {}
        for root in sorted(cls.name for cls in roots):
            if heads.setdefault(root.lower(), root) != root:
                raise OntologyError(
                    f"ontology/{POLICY}: kg:{root} 与 kg:{heads[root.lower()]} 的实体 IRI 会相同 share IRIs；请改名"
                )
        return found

    def _names_below(self, entity: owlready2.EntityClass) -> set[str]:
        return {cls.name for cls in entity.descendants(include_self=False) if _is_ours(cls)}

    def _to_class(self, name: str, roots: set[owlready2.EntityClass]) -> ClassTerm:
        cls = self._find(name)
        above = _to_line(cls, roots)
        own_roots = sorted(one.name for one in above if one in roots)
        if len(own_roots) != 1:
            raise OntologyError(
                f"ontology/{POLICY}: kg:{name} 应恰属于一个大类 needs one root class, has {own_roots}；"
                "请改 rdfs:subClassOf"
            )
        root = self._find(own_roots[0])
        return ClassTerm(
            name=name,
            label_zh=self._read_label(cls, "zh"),
            label_en=self._read_label(cls, "en"),
            root=root.name,
            ancestors=tuple(one.name for one in above),
            named_by_place=True in self._read_values(to_ontology_iri("namedByPlace"), root),
            sets_out_plans=any(True in self._read_values(to_ontology_iri("setsOutPlans"), one) for one in above),
            definition_zh=self._read_definition(cls, "zh"),
            definition_en=self._read_definition(cls, "en"),
        )

    def read_properties(
        self, classes: Mapping[str, ClassTerm]
    ) -> tuple[dict[str, PropertyTerm], dict[str, PropertyTerm]]:
        """The relations between entities, and the properties that lead from a figure to anything but a code."""
        relations, figure_properties = {}, {}
        codes = {cls.name for cls in self._find("Code").descendants()}
        for prop in sorted(self._world.object_properties(), key=lambda one: str(one.name)):
            if not _is_ours(prop):
                continue
            domain, span = self._read_class_names(prop, "domain"), self._read_class_names(prop, "range")
            if not domain.isdisjoint({*classes, "Entity"}) and not span & codes:
                relations[prop.name] = self._to_property(prop, domain, span)
            elif "Observation" in domain and not span & codes:
                figure_properties[prop.name] = self._to_property(prop, frozenset(), span)
        return relations, figure_properties

    def _read_class_names(self, prop: owlready2.ObjectPropertyClass, end: str) -> frozenset[str]:
        values = self._read_values(f"{_SCHEMA}{end}Includes", prop)
        for value in values:
            if not isinstance(value, owlready2.EntityClass):
                raise OntologyError(
                    f"ontology/{POLICY}: kg:{prop.name} 的 schema:{end}Includes 指向没有声明的类 "
                    f"undeclared class {value}；请先声明它"
                )
        names = frozenset(str(getattr(value, "name", "")) for value in values if _is_ours(value))
        if not values:
            raise OntologyError(f"ontology/{POLICY}: kg:{prop.name} 缺少 schema:{end}Includes is missing；请补上")
        return names

    def _to_property(
        self, prop: owlready2.ObjectPropertyClass, domain: frozenset[str], span: frozenset[str]
    ) -> PropertyTerm:
        inverse = to_ontology_iri("inverseLabel")
        return PropertyTerm(
            name=prop.name,
            label_zh=self._read_label(prop, "zh"),
            label_en=self._read_label(prop, "en"),
            inverse_zh=next(iter(self._read_texts(inverse, prop, "zh")), ""),
            inverse_en=next(iter(self._read_texts(inverse, prop, "en")), ""),
            domain=domain - {"Entity"},
            range=span - {"Entity"},
            symmetric=issubclass(prop, owlready2.SymmetricProperty),
            transitive=issubclass(prop, owlready2.TransitiveProperty),
            within_one_class=True in self._read_values(to_ontology_iri("withinOneClass"), prop),
            state=True in self._read_values(to_ontology_iri("holdsAsState"), prop),
            definition_zh=self._read_definition(prop, "zh"),
            definition_en=self._read_definition(prop, "en"),
        )

    def to_names(self, terms: Iterable[str]) -> dict[str, str]:
        """Everything an annotator may write for these terms → local name. Two terms may not share a label."""
        names: dict[str, str] = {}
        for name in terms:
            term = self._find(name)
            for label in {name, f"kg:{name}", self._read_label(term, "zh"), *self._read_texts(_ALT_LABEL, term, "zh")}:
                if names.setdefault(label, name) != name:
                    raise OntologyError(
                        f"ontology/{POLICY}: kg:{name} 与 kg:{names[label]} 同名 share the label “{label}”；请改其一"
                    )
        return names


def _is_ours(term: object) -> bool:
    return isinstance(term, owlready2.EntityClass) and str(term.iri).startswith(ONTOLOGY)


def _to_line(cls: owlready2.EntityClass, roots: set[owlready2.EntityClass]) -> list[owlready2.EntityClass]:
    """The class and all our classes above it up to its roots, nearest first, then by name."""
    line, level = [cls], [cls]
    while level:
        above = {
            parent
            for one in level
            if one not in roots
            for parent in one.is_a
            if _is_ours(parent) and parent not in line
        }
        level = sorted(above, key=lambda one: str(one.name))
        line.extend(level)
    return sorted(line, key=lambda one: one in roots)
