"""brat's configuration beside the corpus is the ontology's: generated, complete, and what the corpus itself obeys."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from kg.formats.brat_conf import to_annotation_conf, to_visual_conf, write_brat_conf
from kg.ontology import ClassTerm, Vocabulary, read_vocabulary

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "corpus" / "hubei"
REGENERATE = (
    'python -c "from pathlib import Path; from kg.ontology import read_vocabulary; '
    "from kg.formats.brat_conf import write_brat_conf; "
    "write_brat_conf(Path('corpus/hubei'), read_vocabulary(Path('ontology')))\""
)
ROLES = {"Figure", "Period"}
BRAT_OWN = {"Equiv", "<OVERLAP>"}

Pairs = dict[str, set[tuple[str, str]]]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return read_vocabulary(ROOT / "ontology")


def expand_macros(line: str, macros: dict[str, str]) -> str:
    return re.sub(r"<[A-Za-z_-]+>", lambda found: macros.get(found[0], found[0]), line)


def parse_conf(content: str) -> dict[str, list[str]]:
    """The lines of each section, without comments, macros expanded as brat does."""
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    macros: dict[str, str] = {}
    for line in content.split("\n"):
        header = re.fullmatch(r"\[(\w+)\]", line)
        macro = re.fullmatch(r"(<[A-Za-z_-]+>)=(.*)", line)
        if header:
            lines, macros = sections.setdefault(header[1], []), {}
        elif macro:
            macros[macro[1]] = macro[2]
        elif line and not line.startswith("#"):
            lines.append(expand_macros(line, macros))
    return sections


def parse_pairs(sections: dict[str, list[str]]) -> Pairs:
    """The (Arg1, Arg2) types that each relation may link."""
    pairs: Pairs = {}
    for line in sections["relations"]:
        name, arguments = line.split("\t")
        ends = dict(part.split(":", 1) for part in arguments.split(", "))
        pairs.setdefault(name, set()).update(product(ends["Arg1"].split("|"), ends["Arg2"].split("|")))
    return pairs


def read_conf() -> dict[str, list[str]]:
    return parse_conf((CORPUS / "annotation.conf").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "generate"), [("annotation.conf", to_annotation_conf), ("visual.conf", to_visual_conf)]
)
def test_the_file_is_what_the_ontology_gives(
    name: str, generate: Callable[[Vocabulary], str], vocabulary: Vocabulary
) -> None:
    assert (CORPUS / name).read_text(encoding="utf-8") == generate(vocabulary), f"再生成 regenerate: {REGENERATE}"


def test_it_lists_exactly_the_classes_and_the_properties(vocabulary: Vocabulary) -> None:
    sections = read_conf()
    entities = [line.strip() for line in sections["entities"]]
    assert sorted(entities) == sorted({*vocabulary.classes, *ROLES})
    assert set(parse_pairs(sections)) == {*vocabulary.properties, *vocabulary.figure_properties, *BRAT_OWN}
    assert sections["events"] == []


def test_a_sub_class_stands_under_a_parent(vocabulary: Vocabulary) -> None:
    above: list[str] = []
    for line in read_conf()["entities"]:
        depth = len(line) - len(line.lstrip("\t"))
        name = line.strip()
        above = [*above[:depth], name]
        assert len(above) == depth + 1
        if name not in ROLES:
            assert set(above) <= set(vocabulary.classes[name].ancestors)
            assert (depth == 0) == (vocabulary.classes[name].root == name)


def test_relations_link_what_the_ontology_accepts_and_nothing_else(vocabulary: Vocabulary) -> None:
    pairs = parse_pairs(read_conf())
    for name in vocabulary.properties:
        accepted = {ends for ends in product(vocabulary.classes, repeat=2) if vocabulary.accepts(name, *ends)}
        assert pairs[name] == accepted, name
    assert pairs["period"] == {("Figure", "Period")}
    assert pairs["indicator"] == {("Figure", "Indicator")}
    assert ("Figure", "Fund") in pairs["about"]
    assert ("Figure", "City") in pairs["scope"]
    assert ("Figure", "Fund") not in pairs["scope"]


def test_attributes_take_the_codes(vocabulary: Vocabulary) -> None:
    for line in read_conf()["attributes"]:
        name, arguments = line.split("\t")
        values = arguments.removeprefix("Arg:Figure, Value:").split("|")
        assert {vocabulary.resolve_code(name, value) for value in values} == set(values)
        assert set(values) == set(vocabulary.codes[name].values())


def test_every_term_has_a_chinese_label_and_every_class_a_colour(vocabulary: Vocabulary) -> None:
    sections = parse_conf((CORPUS / "visual.conf").read_text(encoding="utf-8"))
    labels = dict(line.split(" | ") for line in sections["labels"])
    drawn = {line.split("\t")[0] for line in sections["drawing"]}
    shown = {*vocabulary.classes, *vocabulary.properties, *vocabulary.figure_properties, *ROLES, "Equiv"}
    assert shown <= set(labels)
    assert all(re.search(r"[\u4e00-\u9fff]", label) for label in labels.values())
    assert {*vocabulary.classes, *ROLES} <= drawn


def test_a_new_class_reaches_both_files(vocabulary: Vocabulary, tmp_path: Path) -> None:
    below = ClassTerm("Hospital", "医院", "hospital", "Organization", ("Hospital", "Organization"))
    wider = replace(vocabulary, classes={**vocabulary.classes, "Hospital": below})
    annotation, visual = (path.read_text(encoding="utf-8") for path in write_brat_conf(tmp_path, wider))
    sections = parse_conf(annotation)
    assert "\tHospital" in sections["entities"]
    assert ("Hospital", "Programme") in parse_pairs(sections)["implements"]
    assert ("Figure", "Hospital") in parse_pairs(sections)["about"]
    assert "Hospital | 医院" in visual


@pytest.mark.parametrize("name", sorted(path.stem for path in CORPUS.glob("*.ann")))
def test_the_corpus_obeys_it(name: str) -> None:
    sections = read_conf()
    entities = {line.strip() for line in sections["entities"]}
    pairs = parse_pairs(sections)
    values = {line.split("\t")[0]: set(line.rpartition("Value:")[2].split("|")) for line in sections["attributes"]}
    labels: dict[str, str] = {}
    for line in (CORPUS / f"{name}.ann").read_text(encoding="utf-8").splitlines():
        key, head, *_ = line.split("\t")
        words = head.split(" ")
        if key.startswith("T"):
            labels[key] = words[0]
            assert words[0] in entities, line
        elif key.startswith("R"):
            ends = labels[words[1].removeprefix("Arg1:")], labels[words[2].removeprefix("Arg2:")]
            assert ends in pairs[words[0]], f"{line}: {ends}"
        elif key.startswith("A"):
            assert labels[words[1]] == "Figure", line
            assert words[2] in values[words[0]], line
