"""`kg convert`: every format to every other, the same annotations and the same graph."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import rdflib
from click.testing import CliRunner
from hypothesis import given, settings
from rdflib.compare import isomorphic
from test_formats_foreign import describe, documents

from kg.cli import main
from kg.formats.brat import parse_brat_items, to_brat
from kg.formats.flattening import flatten
from kg.formats.json_lines import parse_json_lines, to_json_lines
from kg.formats.raw import AnnotatedDocument
from kg.formats.registry import BRAT, FORMATS, guess_format
from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.pipeline import build_corpus

CASES = Path(__file__).parent / "cases"
TEXT = "标题\n省科技厅实施“尖刀”工程。\n"


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["convert", *arguments])
    assert not result.exception or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def build_graph(corpus: Path) -> rdflib.Graph:
    build = build_corpus(corpus, find_folder("ontology"), DEFAULT_BASE)
    assert not build.report.rejections
    dataset = rdflib.Dataset()
    dataset.parse(data="".join(build.lines), format="nquads")
    union = rdflib.Graph()
    for subject, predicate, target, _ in dataset.quads():
        union.add((subject, predicate, target))
    return union


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two briefs of the embedded corpus: figures, periods, statuses, links and relations of every kind."""
    folder = tmp_path_factory.mktemp("corpus")
    for name in ("2023-donghu-forum", "2023-hightech-output"):
        for suffix in (".txt", ".ann", ".toml"):
            shutil.copy(find_folder("corpus/hubei") / f"{name}{suffix}", folder)
    return folder


@pytest.fixture(scope="module")
def expected(corpus: Path) -> rdflib.Graph:
    return build_graph(corpus)


@pytest.mark.parametrize("name", FORMATS)
def test_through_every_format_and_back_the_graph_is_the_same(
    name: str, corpus: Path, expected: rdflib.Graph, tmp_path: Path
) -> None:
    file = tmp_path / f"export{FORMATS[name].suffix}"
    code, said = run(str(corpus), str(file), "--to", name, "--strict")
    assert code == 0, said
    # Several CAS are a zip, of XMI or of JSON, which one reader takes.
    assert guess_format(file, file.read_bytes()) in {name, "uima-xmi" if name == "uima-json" else name}
    code, said = run(str(file), str(tmp_path / "back"), "--strict")
    assert code == 0, said
    assert isomorphic(build_graph(tmp_path / "back"), expected)


def test_brat_to_brat_gives_the_same_graph(corpus: Path, expected: rdflib.Graph, tmp_path: Path) -> None:
    assert run(str(corpus), str(tmp_path / "back"), "--to", BRAT, "--strict")[0] == 0
    assert isomorphic(build_graph(tmp_path / "back"), expected)


@settings(max_examples=200, deadline=None)
@given(document=documents())
def test_brat_gives_back_what_was_written(document: AnnotatedDocument) -> None:
    raw = parse_brat_items(to_brat(document), "a.ann")
    assert not raw.rejections
    assert describe(raw) == describe(flatten(document.annotations))


@settings(max_examples=200, deadline=None)
@given(document=documents())
def test_json_lines_give_back_what_was_written(document: AnnotatedDocument) -> None:
    (read,) = parse_json_lines(to_json_lines([document]), "a.jsonl", "auto")
    assert read.text == document.text
    assert not read.annotations.rejections
    assert describe(read.annotations) == describe(flatten(document.annotations))
    assert dict(read.metadata) == dict(document.metadata)


def test_chinese_labels_are_labels(tmp_path: Path) -> None:
    record = {
        "text": TEXT,
        "mentions": [
            {"id": "a", "label": "部门", "fragments": [[3, 7]], "surface": "省科技厅"},
            {"id": "b", "label": "计划", "fragments": [[9, 15]]},
            {"id": "c", "label": "龙", "fragments": [[9, 15]]},
        ],
        "relations": [{"id": "r", "label": "实施", "subject": "a", "object": "b"}],
    }
    (tmp_path / "a.jsonl").write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    code, said = run(str(tmp_path / "a.jsonl"), str(tmp_path / "out"), "--strict")
    assert code == 1
    assert "龙" in said
    written = (tmp_path / "out" / "a.ann").read_text(encoding="utf-8")
    assert "T1\tAgency 3 7\t省科技厅" in written
    assert "R1\timplements Arg1:T1 Arg2:T2" in written


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.json", b"{", "--from"),
        ("a.json", b'{"x": 1}', "--from"),
        ("a.jsonl", b'{"mentions": []}\n', "没有正文"),
        ("a.jsonl", b"\n", "空的"),
        ("a.zip", b"PK\x03\x04broken", "a.zip"),
        ("a.xmi", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "DOCTYPE"),
        ("none", None, "没有这个文件"),
    ],
)
def test_bad_input_is_one_line(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    code, output = run(str(path), str(tmp_path / "out"))
    assert code == 2
    assert said in output
    assert "Traceback" not in output


def test_one_ann_file_alone_can_be_converted(corpus: Path, tmp_path: Path) -> None:
    code, said = run(str(corpus / "2023-donghu-forum.ann"), str(tmp_path / "one.jsonl"), "--to", "json-lines")
    assert code == 0, said
    assert len((tmp_path / "one.jsonl").read_text(encoding="utf-8").splitlines()) == 1


def test_the_offset_unit_can_be_said(tmp_path: Path) -> None:
    record = {"text": "𠮷省科技厅", "mentions": [{"id": "a", "label": "Agency", "fragments": [[2, 6]]}]}
    (tmp_path / "a.jsonl").write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    code, said = run(str(tmp_path / "a.jsonl"), str(tmp_path / "out"), "--offset-unit", "utf16", "--strict")
    assert code == 0, said
    assert "Agency 1 5\t省科技厅" in (tmp_path / "out" / "a.ann").read_text(encoding="utf-8")
