"""A file becomes the very Turtle that its lines become in memory, whatever their order, the processes and the parts."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse, serialize

from kg.errors import StoreError
from kg.export import export_file, turtle_file
from kg.export.turtle import PREFIXES, to_turtle
from kg.export.turtle_file import write_turtle
from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.pipeline import build_corpus
from kg.reasoning.graphs import INFERRED_GRAPH
from kg.store import open_compressed, write_bytes_atomically

# Where an IRI can be shortened, where it nearly can, and where it must not be.
_SPACES = (
    "https://e.org/id/fund/", "https://e.org/id/document/", "https://e.org/a/fund/", "https://e.org/id/evidence/",
    "https://e.org/id/evidence/x/statement/", "https://e.org/中/", "https://e.org/id/time/", PREFIXES["kg"],
    PREFIXES["rdf"], "https://w3id.org/policykg/", "urn:x:", "x:", "HTTP://E.org:80/%e4/", "https://e.org/?q=/a/",
)  # fmt: skip
_LOCALS = st.one_of(
    st.sampled_from(["", "type", "a-", "-a", "a.b", "%41", "（一）", "\U0001f600", "\ue000", "q?a=b#c", "a#", "é·"]),
    st.text(alphabet="ab1-_.~·中文（）,:'", max_size=5),
)


def _is_valid(iri: str) -> bool:
    try:
        NamedNode(iri)
    except ValueError:
        return False
    return True


_IRIS = st.builds("{}{}".format, st.sampled_from(_SPACES), _LOCALS).filter(_is_valid).map(NamedNode)
_LABELS = st.sampled_from(["b", "b0", "B.1", "a..b", "é·c"]).map(BlankNode)
_TEXTS = st.one_of(
    st.sampled_from(
        ['a" <https://e.org/g> .', '> <x', " . ", '"', "\\", "a\tb\b\f\x01\x7f", "a\r\nb", "\ufffe\uffff", "\x85\u2028",
         '"^^<x:y>', '"@zh', "<https://e.org/id/fund/a>", "_:b", "100% %s {}", ""]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)  # fmt: skip
_LITERALS = st.one_of(
    _TEXTS.map(Literal),
    st.builds(lambda text, tag: Literal(text, language=tag), _TEXTS, st.sampled_from(["zh", "en-gb", "zh-hans-cn"])),
    st.builds(
        lambda text, kind: Literal(text, datatype=NamedNode(PREFIXES["xsd"] + kind)),
        st.sampled_from(["1", "-1", "+1", "1.0", ".5", "01", "true", "1e3", "", "2024-01-01"]),
        st.sampled_from(["integer", "decimal", "boolean", "date", "string"]),
    ),
    st.builds(lambda text, kind: Literal(text, datatype=kind), _TEXTS, _IRIS),
)
_QUADS = st.builds(
    Quad,
    st.one_of(_IRIS, _LABELS),
    _IRIS,
    st.one_of(_IRIS, _LABELS, _LITERALS),
    st.one_of(_IRIS, st.just(DefaultGraph())),
)


def _to_lines(quads: list[Quad]) -> list[bytes]:
    """The canonical lines of quads."""
    return (serialize(quads, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)


def _expect(quads: list[Quad]) -> bytes:
    return "".join(to_turtle(f"{quad.triple} .\n" for quad in quads)).encode()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(turtle_file, "_LEAST_A_JOB", 1)
    return tmp_path


def _convert(folder: Path, lines: list[bytes], *, jobs: int = 1, bytes_a_part: int | None = None) -> bytes:
    source, target = folder / "graph.nq", folder / "graph.ttl"
    source.write_bytes(b"".join(lines))
    write_turtle(source, target, jobs=jobs, bytes_a_part=bytes_a_part)
    assert sorted(path.name for path in folder.iterdir()) == ["graph.nq", "graph.ttl"]
    return target.read_bytes()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.lists(_QUADS, max_size=25), st.randoms(), st.sampled_from([1, 100, 1000, None]))
def test_any_quads_give_the_turtle_that_they_give_in_memory(
    folder: Path, quads: list[Quad], shuffler: random.Random, bytes_a_part: int | None
) -> None:
    expected = _expect(quads)
    lines = _to_lines(quads)
    assert _convert(folder, sorted(lines)) == expected
    lines += lines[: len(lines) // 2]
    shuffler.shuffle(lines)
    assert _convert(folder, lines, bytes_a_part=bytes_a_part) == expected


@pytest.fixture(scope="module")
def real() -> list[bytes]:
    build = build_corpus(find_folder("corpus/hubei"), find_folder("ontology"), DEFAULT_BASE)
    return [line.encode() for line in build.lines]


@pytest.mark.parametrize(("jobs", "bytes_a_part"), [(1, None), (3, 20_000), (2, 1_000_000), (5, 60_000)])
def test_the_real_build_gives_the_same_bytes_for_any_number_of_processes_and_parts(
    folder: Path, real: list[bytes], jobs: int, bytes_a_part: int | None
) -> None:
    quads = [*parse(b"".join(real), format=RdfFormat.N_QUADS)]
    expected = _expect(quads)
    assert len(expected) > 1_000_000
    lines = [*real]
    random.Random(jobs).shuffle(lines)
    assert _convert(folder, lines, jobs=jobs, bytes_a_part=bytes_a_part) == expected
    assert _convert(folder, sorted(lines), jobs=jobs, bytes_a_part=bytes_a_part) == expected


def test_a_file_of_triples_and_one_that_is_empty(folder: Path) -> None:
    (folder / "graph.nt").write_text("<x:s> <x:p> <x:o> .\n<x:s> <x:p> <x:a> .\n", encoding="utf-8")
    write_turtle(folder / "graph.nt", folder / "out" / "graph.ttl")
    assert (folder / "out" / "graph.ttl").read_text(encoding="utf-8") == "\n# ontology\n<x:s> <x:p> <x:a> , <x:o> .\n"
    (folder / "graph.nt").unlink()
    (folder / "out" / "graph.ttl").rename(folder / "graph.ttl")
    (folder / "out").rmdir()
    assert _convert(folder, []) == b""


_CANONICAL = ['<x:a> <x:p> "é\\t" .\n', '<x:a> <x:p> "é"@zh-cn <x:g> .\n', "_:b <x:p> <x:a> _:g .\n"]


_OTHERWISE = (
    '<x:a>  <x:p> "\\u00e9\t"<x:g>. # says\n\n<x:a> <x:p> "\\u00E9"@zh-CN <x:h> .\r\n# none\n_:b <x:p> <\\u0078:a> .',
    f'<x:a> <x:p> "é\\u0009"^^<{PREFIXES["xsd"]}string> .\n<x:a> <x:p> "é"@ZH-cn .\n_:b <x:p> <x:a> .\n',
)


@pytest.mark.parametrize("other", _OTHERWISE)
def test_lines_written_in_another_way_mean_the_same(folder: Path, other: str) -> None:
    expected = _convert(folder, [line.encode() for line in _CANONICAL])
    assert b'<x:a> <x:p> "\xc3\xa9"@zh-cn , "\xc3\xa9\\t" .' in expected
    assert _convert(folder, [other.encode()]) == expected


def test_a_triple_as_an_object_stays_whole(folder: Path) -> None:
    line = '<x:a> <x:p> <<( <x:s> <x:q> "a b" )>> <x:g> .\n'
    assert _convert(folder, [line.encode()]).endswith(b'<x:a> <x:p> <<( <x:s> <x:q> "a b" )>> .\n')


@pytest.mark.parametrize(
    "bad",
    [
        b"<x:s> <x:p> .\n", b"<x:s> <x:p> <x:o> <x:g> <x:h> .\n", b"<x:s> <x:p> <o> .\n", b"<s> <x:p> <x:o> .\n",
        b"<x:s> _:p <x:o> .\n", b'<x:s> <x:p> "a"b" .\n', b'<x:s> <x:p> "a\\q" .\n', b'"s" <x:p> <x:o> .\n',
        b'<x:s> <x:p> "\xff" .\n', b'<x:s> <x:p> "\xed\xa0\x80" .\n', b"<x:s> <x:p> <x:\xef\xb7\x90> .\n",
        b'<x:s> <x:p> "a"@toolonglanguage .\n', b"<x:s> <x:p> <x:o> <x:^> .\n", b"<x:s> <x:p> <http://e/[> .\n",
        b"<x:s> <x:p> _:. .\n", b'<x:s> <x:p> "a"^^<y> .\n', b"no\n", b"\0\n", b"<x:s> <x:p> <x:o> . <x:s> <x:p>\n",
    ],
)  # fmt: skip
def test_what_is_not_rdf_is_one_line_and_leaves_nothing(folder: Path, bad: bytes) -> None:
    lines = [b"<x:%d> <x:p> <x:o> <x:g> .\n" % number for number in range(20)]
    (folder / "graph.nq").write_bytes(b"".join([*lines, bad]))
    with pytest.raises(StoreError, match=r"graph.nq:21: .*not valid RDF"):
        write_turtle(folder / "graph.nq", folder / "graph.ttl", jobs=2, bytes_a_part=100)
    assert [path.name for path in folder.iterdir()] == ["graph.nq"]


def test_a_place_that_cannot_be_written_and_a_file_that_is_not_there_are_one_line(folder: Path) -> None:
    (folder / "graph.nq").write_bytes(b"<x:s> <x:p> <x:o> .\n")
    (folder / "file").write_bytes(b"")
    with pytest.raises(StoreError, match=f"cannot write {folder}/file/graph.ttl: File exists"):
        write_turtle(folder / "graph.nq", folder / "file" / "graph.ttl")
    with pytest.raises(StoreError, match=f"cannot read {folder}/none.nq"):
        write_turtle(folder / "none.nq", folder / "graph.ttl")


def test_a_process_that_is_killed_is_one_line_and_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "graph.nq").write_bytes(b"".join(b"<x:%d> <x:p> <x:o> .\n" % number for number in range(20)))
    monkeypatch.setattr(turtle_file, "read_part", lambda _: os._exit(9))
    with pytest.raises(StoreError, match="a process of the export was killed"):
        write_turtle(folder / "graph.nq", folder / "graph.ttl", jobs=2, bytes_a_part=100)
    assert [path.name for path in folder.iterdir()] == ["graph.nq"]


def test_a_graph_is_left_out_with_its_namespaces_and_nothing_else(folder: Path) -> None:
    lines = [
        "<https://e.org/id/fund/a> <x:p> <x:left> <x:g> .\n",
        "<https://e.org/id/fund/a> <x:p> <x:left> .\n",
        '<https://e.org/id/fund/a> <x:p> "中 <x:left> ." <x:h> .\n',
        '<https://e.org/id/loan/b> <x:p> "a"@zh <x:left> .\n',
        "<https://e.org/id/loan/b> <https://schema.org/name> _:b <x:left> .\n",
    ]
    (folder / "graph.nq").write_text("".join(lines), encoding="utf-8")
    assert write_turtle(folder / "graph.nq", folder / "graph.ttl", without="x:left") == 2
    expected = "".join(to_turtle(line[: line.rindex(" <")] + " ." for line in (lines[0], lines[2])))
    assert (folder / "graph.ttl").read_text(encoding="utf-8") == expected
    # Written in another way, it is the same graph.
    (folder / "graph.nq").write_text("".join(lines).replace(" .", "."), encoding="utf-8")
    assert write_turtle(folder / "graph.nq", folder / "graph.ttl", without="x:left") == 2
    assert (folder / "graph.ttl").read_text(encoding="utf-8") == expected.replace(' ."', '."')


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_compressed_lines_to_compressed_turtle(folder: Path, suffix: str) -> None:
    write_bytes_atomically(folder / f"graph.nq{suffix}", b"<x:s> <x:p> <x:o> .\n" * 99)
    write_turtle(folder / f"graph.nq{suffix}", folder / f"graph.ttl{suffix}")
    with open_compressed(folder / f"graph.ttl{suffix}") as file:
        assert file.read() == b"\n# ontology\n<x:s> <x:p> <x:o> .\n"


def test_the_export_of_lines_as_turtle_loads_no_store(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "<x:s> <x:p> <x:o> .\n", f"<x:s> <x:p> <x:i> <{INFERRED_GRAPH}> .\n"
    (folder / "graph.nq").write_text("".join(lines), encoding="utf-8")
    asserted = "\n# ontology\n<x:s> <x:p> <x:o> .\n"
    loaded = export_file(folder / "graph.nq", "nt", folder / "graph.nt")
    assert (loaded.left_out, (folder / "graph.nt").read_text(encoding="utf-8")) == (1, lines[0])
    monkeypatch.setattr("kg.export.read_dataset", lambda _: pytest.fail("loaded"))
    streamed = export_file(folder / "graph.nq", "ttl", folder / "graph.ttl")
    assert (streamed.left_out, (folder / "graph.ttl").read_text(encoding="utf-8")) == (1, asserted)
