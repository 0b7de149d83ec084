"""The ontology's own files against ontology/style.ttl: names, labels, definitions, versions, code lists."""

from __future__ import annotations

from pathlib import Path

from kg.ontology_files import AUTHORITY, CODES, POLICY, parse_turtle
from kg.validation.cube import STRUCTURE
from kg.validation.shacl import find_violations, parse_graph, read_shapes
from kg.validation.violation import Finding

STYLE = "style.ttl"
FILES = (POLICY, CODES, AUTHORITY, STRUCTURE)


def find_style_faults(ontology_folder: Path) -> list[Finding]:
    """What breaks the style. Raises OntologyError where one of the files is missing or no Turtle."""
    lines = {f"{triple} .\n" for name in FILES for triple in parse_turtle(ontology_folder / name)}
    shapes = parse_graph(read_shapes(ontology_folder / STYLE))
    return list(find_violations(parse_graph("".join(sorted(lines))), shapes))
