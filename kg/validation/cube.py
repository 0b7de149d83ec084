"""The observations of a dataset against the integrity constraints of the RDF Data Cube Vocabulary.

https://www.w3.org/TR/vocab-data-cube/#wf-rules: each constraint that applies is a query in cube/, run on the data set's
normal form. Why the others do not apply stands in docs/validation.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, Triple, parse

from kg.errors import OntologyError
from kg.identifiers import ONTOLOGY
from kg.validation.violation import Finding

STRUCTURE = "cube.ttl"
_RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_RDFS, _QB = "http://www.w3.org/2000/01/rdf-schema#", "http://purl.org/linked-data/cube#"
_SUB_CLASS_OF, _RANGE = NamedNode(f"{_RDFS}subClassOf"), NamedNode(f"{_RDFS}range")
_IN_SCHEME = NamedNode("http://www.w3.org/2004/02/skos/core#inScheme")
_DATA_SET_CLASS, _DATA_SET, _OBSERVATION = (
    NamedNode(f"{_QB}{local}") for local in ("DataSet", "dataSet", "Observation")
)
_OURS = NamedNode(f"{ONTOLOGY}Observation")
# https://www.w3.org/TR/vocab-data-cube/#reference, without what is said of observations.
_PROPERTIES = (
    "attribute", "codeList", "component", "componentAttachment", "componentProperty", "componentRequired", "dimension",
    "measure", "observation", "order", "slice", "structure",
)  # fmt: skip
_CLASSES = ("AttributeProperty", "DataSet", "DataStructureDefinition", "DimensionProperty", "MeasureProperty", "Slice")
_HEADER = re.compile(r"^# ([a-z-]+): (.+)$", re.MULTILINE)
# What stands once for each dimension of a data set, `?key` with its number.
_EACH_DIMENSION = re.compile(r"\{\{(.*?)\}\}")
_SETS = f"SELECT DISTINCT ?set WHERE {{ ?set a <{_QB}DataSet> }}"
_DIMENSIONS = (
    f"SELECT DISTINCT ?dimension WHERE {{ ?set <{_QB}structure>/<{_QB}component>/<{_QB}componentProperty> ?dimension . "
    f"?dimension a <{_QB}DimensionProperty> }} ORDER BY ?dimension"
)


@dataclass(frozen=True, slots=True)
class Constraint:
    """One integrity constraint: `name` as in the Recommendation, what has to hold, the mend, and its query."""

    name: str
    message_zh: str
    message_en: str
    mend_zh: str
    mend_en: str
    for_each: bool
    query: str


def read_constraints() -> tuple[Constraint, ...]:
    """The constraints that apply to our observations, in the order of their numbers."""
    files = sorted(
        (file for file in resources.files("kg.validation").joinpath("cube").iterdir() if file.name.endswith(".rq")),
        key=lambda file: file.name,
    )
    return tuple(_parse_constraint(file.name, file.read_text(encoding="utf-8")) for file in files)


def find_cube_faults(store: Store, ontology_folder: Path) -> list[tuple[Finding, Constraint]]:
    """What breaks a constraint. The dataset is not changed; one that declares no data set is given ours.

    Raises OntologyError where `ontology_folder` has no usable cube.ttl.
    """
    return [
        (finding, constraint)
        for cube in [to_cube(store, ontology_folder)]
        for constraint in read_constraints()
        for finding in _ask(cube, constraint)
    ]


def to_cube(store: Store, ontology_folder: Path) -> Store:
    """The observations of a dataset with what the constraints ask about them, in normal form, in a store of its own."""
    cube = Store()
    cube.extend(_select_quads(store))
    if next(cube.quads_for_pattern(None, _RDF_TYPE, _DATA_SET_CLASS), None) is None:
        cube.extend(_read_structure(ontology_folder / STRUCTURE))
        cube.update(_read_query("attach.ru"))
    cube.update(_read_query("normalise.ru"))
    return cube


def _select_quads(store: Store) -> Iterator[Quad]:
    observations = {
        quad.subject
        for pattern in ((_RDF_TYPE, _OURS), (_RDF_TYPE, _OBSERVATION), (_DATA_SET, None))
        for quad in store.quads_for_pattern(None, *pattern)
    }
    pointed_at: set[NamedNode] = set()
    for node in observations:
        for quad in store.quads_for_pattern(node, None, None):
            yield Quad(quad.subject, quad.predicate, quad.object)
            pointed_at.update(one for one in (quad.predicate, quad.object) if isinstance(one, NamedNode))
    for quad in _iterate_structure(store):
        yield quad
        pointed_at.update(one for one in (quad.subject, quad.object) if isinstance(one, NamedNode))
    for node in pointed_at:
        for link in (_RDF_TYPE, _IN_SCHEME, _RANGE):
            for quad in store.quads_for_pattern(node, link, None):
                yield Quad(quad.subject, quad.predicate, quad.object)
    for scheme in {quad.object for quad in store.quads_for_pattern(None, _IN_SCHEME, None)}:
        if isinstance(scheme, NamedNode):
            yield from (
                Quad(scheme, _RDF_TYPE, quad.object) for quad in store.quads_for_pattern(scheme, _RDF_TYPE, None)
            )
    yield from (
        Quad(quad.subject, quad.predicate, quad.object) for quad in store.quads_for_pattern(None, _SUB_CLASS_OF, None)
    )


def _iterate_structure(store: Store) -> Iterator[Quad]:
    """What a dataset says in the cube vocabulary of anything but observations."""
    for local in _PROPERTIES:
        for quad in store.quads_for_pattern(None, NamedNode(f"{_QB}{local}"), None):
            yield Quad(quad.subject, quad.predicate, quad.object)
    for local in _CLASSES:
        for quad in store.quads_for_pattern(None, _RDF_TYPE, NamedNode(f"{_QB}{local}")):
            yield Quad(quad.subject, quad.predicate, quad.object)


def _ask(cube: Store, constraint: Constraint) -> Iterator[Finding]:
    queries = _iterate_for_each(cube, constraint.query) if constraint.for_each else [constraint.query]
    for query in queries:
        rows = _query(cube, query)
        named = [variable.value for variable in rows.variables]
        for row in rows:
            focus, path, value = (row[name] if name in named else None for name in ("focus", "path", "value"))
            if focus is not None:
                yield Finding(
                    constraint.name,
                    "DataCube",
                    str(focus),
                    path.value if isinstance(path, Literal) else "" if path is None else str(path),
                    "" if value is None else str(value),
                    constraint.message_zh,
                    constraint.message_en,
                )


def _iterate_for_each(cube: Store, query: str) -> Iterator[str]:
    """A query that names every dimension, written out for each data set, as the Recommendation does for IC-20."""
    for found in _query(cube, _SETS):
        data_set = str(found["set"])
        dimensions = [str(row["dimension"]) for row in _query(cube, _DIMENSIONS.replace("?set", data_set))]
        if dimensions:
            before, *pairs = _EACH_DIMENSION.split(query.replace("?set", data_set))
            filled = [
                "".join(_fill(text, dimensions)) if number % 2 == 0 else text for number, text in enumerate(pairs)
            ]
            yield "".join([before, *filled])


def _fill(template: str, dimensions: Iterable[str]) -> Iterator[str]:
    for number, dimension in enumerate(dimensions):
        yield template.replace("?dimension", dimension).replace("?key", f"?key{number}")


def _query(cube: Store, query: str) -> QuerySolutions:
    rows = cube.query(query)
    assert isinstance(rows, QuerySolutions)
    return rows


def _read_structure(path: Path) -> Iterator[Quad]:
    try:
        for quad in parse(path=str(path), format=RdfFormat.TURTLE):
            if not isinstance(quad.object, Triple):
                yield Quad(quad.subject, quad.predicate, quad.object)
    except OSError as error:
        raise OntologyError(f"{path}: 读不到 cannot be read: {error.strerror}；请恢复这个文件") from error
    except SyntaxError as error:
        raise OntologyError(
            f"{path}:{error.lineno}: Turtle 语法错误 syntax error: {error.msg}；请改正这一行"
        ) from error


def _read_query(name: str) -> str:
    return resources.files("kg.validation").joinpath("cube", name).read_text(encoding="utf-8")


def _parse_constraint(name: str, text: str) -> Constraint:
    said = dict(_HEADER.findall(text))
    number = int(name.removeprefix("ic-").removesuffix(".rq"))
    return Constraint(
        f"IC-{number}", said["zh"], said["en"], said["mend-zh"], said["mend-en"], "for-each" in said, text
    )
