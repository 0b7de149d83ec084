"""A build as it streams: the same graph whatever the number of processes, the order of documents and the kind of
corpus; exact counts; and nothing that looks at every pair of documents."""

from __future__ import annotations

import json
import shutil
import sys
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.formats.json_lines import parse_json_document, parse_json_lines
from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.model import Rejection
from kg.outputs import write_build, write_outputs
from kg.pipeline import build_corpus, circles
from kg.pipeline.distinct import DistinctCounter
from kg.pipeline.document import Edge
from kg.pipeline.documents import count_documents, iterate_batches

ONTOLOGY = find_folder("ontology")
AGENCIES, FIELDS = ("青岚市松涛局", "云杉市碧溪局", "省科技厅"), ("柔性储能产业", "深海探测产业", "类脑计算产业")


def to_text(number: int) -> tuple[str, str, list[tuple[str, str, int, int]]]:
    """A title, a text and its mentions: an agency, a programme, an industry, a figure."""
    agency, field = AGENCIES[number % 3], FIELDS[number % 2]
    programme, figure = f"星阑{number % 7}号行动", f"{number + 2}家"
    parts = [
        ("", ""), (agency, "Agency"), ("组织实施", ""), (programme, "Programme"), ("，面向", ""), (field, "Industry"),
        ("。", ""), ("企业总数", "Indicator"), ("达到", ""), (figure, "Figure"), ("。\n", ""),
    ]  # fmt: skip
    text, mentions = "", []
    for words, label in parts:
        if label:
            mentions.append((label, words, len(text), len(text) + len(words)))
        text += words
    return f"星阑工作简报第{number}期", text, mentions


RELATIONS = (("implements", 1, 2), ("targets", 2, 3), ("indicator", 5, 4), ("about", 5, 1))


def write_documents(folder: Path, count: int) -> Path:
    for number in range(count):
        title, text, mentions = to_text(number)
        stem = folder / f"{number % 4}" / f"d{number:04}"
        stem.parent.mkdir(parents=True, exist_ok=True)
        stem.with_suffix(".txt").write_text(text, encoding="utf-8")
        stem.with_suffix(".toml").write_text(f'title = "{title}"\nplace = "湖北省"\n', encoding="utf-8")
        lines = [f"T{n}\t{label} {b} {e}\t{words}\n" for n, (label, words, b, e) in enumerate(mentions, 1)]
        lines += [f"R{n}\t{name} Arg1:T{a} Arg2:T{b}\n" for n, (name, a, b) in enumerate(RELATIONS, 1)]
        stem.with_suffix(".ann").write_text("".join(lines), encoding="utf-8")
    return folder


def to_record(number: int, **changes: Any) -> dict[str, Any]:
    title, text, mentions = to_text(number)
    return {
        "name": f"d{number:04}", "text": text, "metadata": {"title": title, "place": "湖北省"},
        "mentions": [
            {"id": f"T{n}", "label": label, "fragments": [[b, e]], "surface": words}
            for n, (label, words, b, e) in enumerate(mentions, 1)
        ],
        "relations": [
            {"id": f"R{n}", "label": name, "subject": f"T{a}", "object": f"T{b}"}
            for n, (name, a, b) in enumerate(RELATIONS, 1)
        ],
        **changes,
    }  # fmt: skip


def write_records(path: Path, records: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records), encoding="utf-8")
    return path


def read_graph(corpus: Path, out: Path, jobs: int = 1) -> tuple[bytes, dict[str, Any]]:
    out.mkdir()
    write_build(corpus, ONTOLOGY, DEFAULT_BASE, out, ["nq"], jobs=jobs)
    return (out / "graph.nq").read_bytes(), json.loads((out / "report.json").read_text(encoding="utf-8"))


def test_the_graph_is_the_same_whatever_the_processes_and_the_kind_of_corpus(tmp_path: Path) -> None:
    corpus = write_documents(tmp_path / "corpus", 160)
    alone = read_graph(corpus, tmp_path / "alone")
    assert read_graph(corpus, tmp_path / "two", jobs=2) == alone
    assert read_graph(corpus, tmp_path / "three", jobs=3) == alone
    records = write_records(tmp_path / "corpus.jsonl", [to_record(number) for number in range(160)])
    graph, report = read_graph(records, tmp_path / "lines", jobs=2)
    assert graph == alone[0]
    assert report["totals"] == alone[1]["totals"]
    backwards = write_records(tmp_path / "back.jsonl", [to_record(number) for number in reversed(range(160))])
    assert read_graph(backwards, tmp_path / "back", jobs=2)[0] == alone[0]


def test_what_streams_is_what_a_build_in_memory_gives(tmp_path: Path) -> None:
    corpus = write_documents(tmp_path / "corpus", 20)
    build = build_corpus(corpus, ONTOLOGY, DEFAULT_BASE)
    write_outputs(build, tmp_path / "memory", ["nq", "ttl"])
    (tmp_path / "streamed").mkdir()
    report, written = write_build(corpus, ONTOLOGY, DEFAULT_BASE, tmp_path / "streamed", ["nq", "ttl"])
    for name in ("graph.nq", "graph.ttl", "report.md", "report.json"):
        assert (tmp_path / "streamed" / name).read_bytes() == (tmp_path / "memory" / name).read_bytes(), name
    assert tuple(report.documents) == build.report.documents
    assert sorted(path.name for path in written) == sorted(path.name for path in (tmp_path / "streamed").iterdir())


def test_the_counts_are_those_of_the_lines(tmp_path: Path) -> None:
    build = build_corpus(write_documents(tmp_path, 50), ONTOLOGY, DEFAULT_BASE)
    triples = {line.rpartition(" <")[0] for line in build.lines}
    kinds = [triple.rpartition("#")[2] for triple in triples if "#type> <https://w3id.org/policykg/ontology#" in triple]
    report = build.report
    assert report.triples == len(triples) < len(build.lines)
    assert report.statements == kinds.count("Statement>")
    assert report.observations == kinds.count("Observation>") == 50
    assert report.entities == 3 + 7 + 2 + 1 + 1  # agencies, programmes, industries, the indicator, the place


def test_each_documents_lines_are_sorted_and_depend_on_the_document_alone(tmp_path: Path) -> None:
    build = build_corpus(write_documents(tmp_path / "all", 12), ONTOLOGY, DEFAULT_BASE)
    blocks: dict[str, list[str]] = {}
    for line in build.lines:
        blocks.setdefault(line.rpartition(" <")[2], []).append(line)
    assert len(blocks) == 13
    assert all(lines == sorted(set(lines)) for lines in blocks.values())
    shutil.copytree(tmp_path / "all" / "3", tmp_path / "some")
    for line in build_corpus(tmp_path / "some", ONTOLOGY, DEFAULT_BASE).lines:
        graph = line.rpartition(" <")[2]
        assert "document/" not in graph or line in blocks[graph]


def test_a_second_document_of_one_title_is_refused_in_any_process(tmp_path: Path) -> None:
    records = [to_record(number) for number in range(90)]
    # Both name a city that the ontology knows; only the second is built, and the ontology's graph has to hold the city.
    city = {"id": "T9", "label": "City", "fragments": [[0, 3]], "surface": "襄阳市"}
    records[70] = {"text": "襄阳市。", "metadata": {"title": "“星阑”工作简报第３期"}, "mentions": [city]}
    records[80] = {"text": "襄阳市。", "metadata": {"title": "另一篇"}, "mentions": [city]}
    graph, report = read_graph(write_records(tmp_path / "c.jsonl", records), tmp_path / "one")
    assert read_graph(tmp_path / "c.jsonl", tmp_path / "two", jobs=2) == (graph, report)
    rejections = [one for document in report["documents"] for one in document["rejections"]]
    assert [(one["line"], "same title" in one["reason"]) for one in rejections] == [(71, True)]
    lost = report["documents"][70]
    assert (lost["annotations"], lost["rejected"], lost["triples"]) == (1, 1, 0)
    assert "region/襄阳市> <http://www.w3.org/2004/02/skos/core#broader>" in graph.decode()


def test_a_circle_through_documents_is_cut_in_any_process(tmp_path: Path) -> None:
    def to_part(number: int, part: str, whole: str) -> dict[str, Any]:
        text = f"{part}属于{whole}。"
        mentions = [
            {"id": f"T{n}", "label": "System", "fragments": [[b := text.index(words), b + len(words)]]}
            for n, words in enumerate((part, whole), 1)
        ]
        relation = {"id": "R1", "label": "partOf", "subject": "T1", "object": "T2"}
        title = {"title": f"体系简报第{number}期"}
        return {"text": text, "metadata": title, "mentions": mentions, "relations": [relation]}

    names = ["甲木体系", "乙水体系", "丙火体系"]
    records = [to_part(n, names[n], names[(n + 1) % 3]) for n in range(3)] + [to_record(n) for n in range(70)]
    found = read_graph(write_records(tmp_path / "c.jsonl", records), tmp_path / "one")
    assert read_graph(tmp_path / "c.jsonl", tmp_path / "two", jobs=2) == found
    rejections = [one for document in found[1]["documents"] for one in document["rejections"]]
    assert [(one["file"], one["item"]) for one in rejections] == [("c.jsonl:3", "R1")]


def test_circles_are_looked_for_among_knots_only(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = [Edge("partOf", str(n), str(n // 2), "f", f"R{n}") for n in range(1, 5000)]
    knot = [Edge("partOf", a, b, "g", a + b) for a, b in (("a", "b"), ("b", "c"), ("c", "a"), ("c", "9"), ("7", "a"))]
    searched: list[int] = []
    whole: Callable[[Any], Any] = circles.nx.strongly_connected_components
    monkeypatch.setattr(
        circles.nx, "strongly_connected_components", lambda graph: searched.append(len(graph)) or whole(graph)
    )
    assert circles.find_circles(lambda: tree, frozenset({"partOf"})) == {}
    assert searched == []
    found = circles.find_circles(lambda: [*tree, *knot], frozenset({"partOf"}))
    assert list(found) == [("g", "ca")]
    assert searched == [3]


def test_work_per_document_does_not_grow_with_the_corpus(tmp_path: Path) -> None:
    """No all-pairs: four times the documents, not more than four times the calls."""

    def count_calls(count: int) -> int:
        calls = 0

        def count_one(_frame: object, event: str, _argument: object) -> None:
            nonlocal calls
            calls += event in {"call", "c_call"}

        corpus = write_documents(tmp_path / str(count), count)
        build_corpus(corpus, ONTOLOGY, DEFAULT_BASE)  # what is kept between documents is there
        sys.setprofile(count_one)
        try:
            build_corpus(corpus, ONTOLOGY, DEFAULT_BASE)
        finally:
            sys.setprofile(None)
        return calls

    empty, few, many = count_calls(1), count_calls(20), count_calls(80)
    assert many - empty < 4.2 * (few - empty)


@pytest.mark.parametrize("most", [10, 1000])
def test_different_numbers_are_counted_in_files_as_in_memory(tmp_path: Path, most: int) -> None:
    numbers = [pow(7, n, 2**64) for n in range(300)] * 3 + [0, 2**64 - 1]
    counter = DistinctCounter(tmp_path, most)
    for begin in range(0, len(numbers), 50):
        counter.add(array("Q", numbers[begin : begin + 50]).tobytes())
    assert counter.count() == len(set(numbers))
    assert list(tmp_path.iterdir()) == []


USUAL = to_record(5)
UNUSUAL = [
    {"mentions": [{**USUAL["mentions"][0], "label": "https://w3id.org/policykg/ontology#Agency"}]},
    {"mentions": [{**USUAL["mentions"][0], "id": 7}], "relations": []},
    {"mentions": [USUAL["mentions"][0], USUAL["mentions"][0]], "relations": []},
    {"mentions": [{**USUAL["mentions"][0], "fragments": [[0, 9999]]}], "relations": []},
    {"mentions": [{**USUAL["mentions"][0], "fragments": []}], "relations": []},
    {"text": "\ufeff" + USUAL["text"]},
    {"text": USUAL["text"].replace("\n", "\r\n")},
    {"attributes": [{"target": "R1", "name": "Status", "value": "planned"}]},
    {"attributes": [{"target": "T5", "name": "Bound", "value": "约"}]},
    {"attributes": [{"target": "T1", "name": "reference", "value": "organization/青岚市松涛局"}]},
    {"links": [{"target": "T1", "link": "policykg:organization/青岚市松涛局"}], "equivalences": [["T1", "T2"]]},
    {"relations": [{"id": "R1", "label": "Equiv", "subject": "T1", "object": "T2"}]},
    {"relations": [{"label": "implements", "subject": "T1", "object": "T2"}]},
    {"metadata": {"title": "x", "date": "2024-05-06", "sources": ["y"], "id": "of a tool"}},
    {"other": {"tool": [1, 2]}},
]  # fmt: skip


@pytest.mark.parametrize("changes", [{}, *UNUSUAL], ids=lambda changes: " ".join(changes) or "usual")
def test_a_line_read_at_once_is_what_it_is_read_item_by_item(changes: dict[str, Any]) -> None:
    line = json.dumps({**USUAL, **changes}, ensure_ascii=False)
    (expected,) = parse_json_lines(f"{line}\n".encode(), "c.jsonl", "auto")
    found = parse_json_document(line.encode(), "c.jsonl", 1)
    assert not isinstance(found, Rejection)
    assert (found.text, found.metadata, found.annotations) == (expected.text, expected.metadata, expected.annotations)


def test_a_broken_line_costs_only_itself(tmp_path: Path) -> None:
    path = write_records(tmp_path / "c.jsonl", [to_record(number) for number in range(3)])
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([lines[0], b"{broken", b"", b"\xff", b'{"text": " "}', *lines[1:]]))
    report = build_corpus(path, ONTOLOGY, DEFAULT_BASE).report
    assert [(one.file, one.line) for one in report.rejections] == [("c.jsonl", 2), ("c.jsonl", 4), ("c.jsonl", 5)]
    assert [document.built > 0 for document in report.documents] == [True, False, False, False, True, True]
    assert count_documents(path) == len(report.documents) == 6


def test_batches_hold_every_document_once_and_in_order(tmp_path: Path) -> None:
    corpus = write_documents(tmp_path / "corpus", 37)
    names = [source.name for batch in iterate_batches(corpus) for source in batch.iterate()]
    assert names == sorted(names)
    assert len(names) == count_documents(corpus) == 37
    path = write_records(tmp_path / "c.jsonl", [to_record(number) for number in range(37)])
    names = [source.name for batch in iterate_batches(path) for source in batch.iterate()]
    assert names == [f"c.jsonl:{number}" for number in range(1, 38)]
