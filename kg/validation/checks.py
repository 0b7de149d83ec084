"""The gate: every check by name, what it found, or why it could not run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Store

from kg.texts import NAME as TEXTS
from kg.validation.conservation import REPORT, find_losses, read_report, to_mend
from kg.validation.cube import find_cube_faults
from kg.validation.judging import put_mend, to_violations
from kg.validation.quotes import find_misquotes, has_texts
from kg.validation.reasoner import find_inconsistencies, has_java
from kg.validation.running import PART_SIZE, find_shape_faults
from kg.validation.shacl import read_shapes
from kg.validation.style import find_style_faults
from kg.validation.violation import Violation

SHAPES = "shapes.ttl"


@dataclass(frozen=True, slots=True)
class Target:
    """What is checked: a dataset, the folder of the ontology's files, the folder of what the build wrote beside it."""

    store: Store
    ontology: Path
    folder: Path | None = None
    jobs: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found; `left_out` says why it could not run, in Chinese and English, or is empty."""

    violations: tuple[Violation, ...] = ()
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its titles, and how it is run. Running raises PolicykgError where it cannot be judged at all."""

    title_zh: str
    title_en: str
    run: Callable[[Target], Outcome]


def validate(
    store: Store, shapes_folder: Path, *, jobs: int = 1, part_size: int = PART_SIZE
) -> tuple[Violation, ...]:  # fmt: skip
    """The faults of a dataset (the union of its graphs, the ontology's among them), sorted; empty where it conforms.

    Raises OntologyError where `shapes_folder` has no usable shapes.ttl.
    """
    shapes = read_shapes(shapes_folder / SHAPES)
    return to_violations(find_shape_faults(store, shapes, jobs=jobs, part_size=part_size), "shapes", store)


def _check_shapes(target: Target) -> Outcome:
    return Outcome(validate(target.store, target.ontology, jobs=target.jobs))


def _check_cube(target: Target) -> Outcome:
    found = [
        put_mend(violation, constraint.mend_zh, constraint.mend_en)
        for finding, constraint in find_cube_faults(target.store, target.ontology)
        for violation in to_violations([finding], "cube", target.store)
    ]
    return Outcome(tuple(sorted(found)))


def _check_style(target: Target) -> Outcome:
    return Outcome(to_violations(find_style_faults(target.ontology), "style", in_ontology=True))


def _check_reasoner(target: Target) -> Outcome:
    if not has_java():
        return Outcome(left_out="没有 Java，请安装 default-jre-headless no Java: install default-jre-headless")
    return Outcome(to_violations(find_inconsistencies(target.ontology, target.store), "reasoner", target.store))


def _check_conservation(target: Target) -> Outcome:
    report = None if target.folder is None else read_report(target.folder / REPORT)
    if report is None:
        return Outcome(left_out=f"图谱旁没有 {REPORT} there is no {REPORT} beside the graph")
    found = to_violations(find_losses(report, target.store), "conservation")
    return Outcome(tuple(put_mend(violation, *to_mend()) for violation in found))


def _check_quotes(target: Target) -> Outcome:
    if target.folder is None or not has_texts(target.folder / TEXTS, target.store):
        return Outcome(left_out=f"图谱旁没有原文 {TEXTS} there are no texts ({TEXTS}) beside the graph")
    return Outcome(to_violations(find_misquotes(target.store, target.folder / TEXTS), "quotes", target.store))


CHECKS = {
    "shapes": Check("形状", "SHACL shapes", _check_shapes),
    "cube": Check("数据立方体", "Data Cube constraints", _check_cube),
    "quotes": Check("引文", "quotes in their texts", _check_quotes),
    "conservation": Check("守恒", "in = built + rejected", _check_conservation),
    "style": Check("本体体例", "style of the ontology", _check_style),
    "reasoner": Check("一致性", "consistency (HermiT)", _check_reasoner),
}
