"""A build after a change: only what has changed is built again, and the files are those of a build from nothing."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from test_build_streaming import ONTOLOGY, to_record, write_documents, write_records

from kg.identifiers import DEFAULT_BASE
from kg.outputs import write_build
from kg.pipeline import batch
from kg.pipeline.document import build_document

COUNT = 40


class Builds:
    """Builds into new folders that keep what they make in one place; `built` are the documents of the last."""

    def __init__(self, corpus: Path, folder: Path) -> None:
        self.corpus, self._folder = corpus, folder
        self.kept = folder / "kept"
        self.kept.mkdir(parents=True)
        self._count = 0
        self.built: list[str] = []

    def build(self, *, afresh: bool = False, base: str = DEFAULT_BASE, jobs: int = 1) -> dict[str, bytes]:
        self.built.clear()
        self._count += 1
        out = self._folder / str(self._count)
        out.mkdir()
        write_build(self.corpus, ONTOLOGY, base, out, ("nq",), jobs=jobs, kept=None if afresh else self.kept)
        assert {path.name for path in self.kept.iterdir()} <= {"blocks.nq", "blocks.index"}
        return {path.name: path.read_bytes() for path in out.iterdir()}


@pytest.fixture
def builds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Builds:
    found = Builds(write_documents(tmp_path / "corpus", COUNT), tmp_path)

    def count(source: batch.Source, settings: object) -> object:
        found.built.append(source.name)
        return build_document(source, settings)  # type: ignore[arg-type]

    monkeypatch.setattr(batch, "build_document", count)
    return found


def find(builds: Builds, number: int, suffix: str = ".ann") -> Path:
    return sorted(builds.corpus.rglob(f"*{suffix}"))[number]


def test_only_what_has_changed_is_built_again(builds: Builds) -> None:
    first = builds.build()
    assert len(builds.built) == COUNT
    assert builds.build() == first
    assert builds.built == []
    path = find(builds, 7)
    path.write_text(path.read_text(encoding="utf-8").rpartition("R2")[0], encoding="utf-8")
    changed = builds.build()
    assert builds.built == [path.relative_to(builds.corpus).with_suffix(".txt").as_posix()]
    assert changed != first
    assert changed == builds.build(afresh=True)
    # What a file says counts, not when it was written.
    path.touch()
    assert builds.build() == changed
    assert builds.built == []


def test_what_lost_its_last_evidence_is_gone(builds: Builds) -> None:
    path = find(builds, 3)
    text, annotations = path.with_suffix(".txt"), path.read_text(encoding="utf-8")
    words = text.read_text(encoding="utf-8")
    text.write_text(words.replace("星阑", "孤峰"), encoding="utf-8")
    path.write_text(annotations.replace("星阑", "孤峰"), encoding="utf-8")
    assert "programme/孤峰" in builds.build()["graph.nq"].decode()
    text.write_text(words, encoding="utf-8")
    path.write_text(annotations, encoding="utf-8")
    after = builds.build()
    assert "programme/孤峰" not in after["graph.nq"].decode()
    assert after == builds.build(afresh=True)


def change_relation(builds: Builds, chance: random.Random) -> None:
    path = find(builds, chance.randrange(20))
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(chance.sample(lines, len(lines) - 1)), encoding="utf-8")


def delete(builds: Builds, chance: random.Random) -> None:
    path = find(builds, chance.randrange(20))
    for suffix in (".txt", ".ann", ".toml"):
        path.with_suffix(suffix).unlink(missing_ok=True)


def add_between(builds: Builds, chance: random.Random) -> None:
    path = find(builds, chance.randrange(20))
    for suffix in (".txt", ".ann", ".toml"):
        content = path.with_suffix(suffix).read_text(encoding="utf-8")
        content = content.replace('title = "', f'title = "另一份{chance.random()}') if suffix == ".toml" else content
        path.with_name(f"{path.stem}b{suffix}").write_text(content, encoding="utf-8")


def rename(builds: Builds, chance: random.Random) -> None:
    path = find(builds, chance.randrange(20))
    for suffix in (".txt", ".ann", ".toml"):
        path.with_suffix(suffix).rename(path.with_name(f"z{path.stem}{suffix}"))


def take_a_title(builds: Builds, chance: random.Random) -> None:
    one, other = find(builds, chance.randrange(10), ".toml"), find(builds, 10 + chance.randrange(10), ".toml")
    one.write_bytes(other.read_bytes())


def close_a_circle(builds: Builds, chance: random.Random) -> None:
    first, second = find(builds, chance.randrange(8)), find(builds, 8 + chance.randrange(8))
    for path, ends in ((first, ("甲园区", "乙园区")), (second, ("乙园区", "甲园区"))):
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        begin = len(text)
        path.with_suffix(".txt").write_text(f"{text}{ends[0]}属于{ends[1]}。\n", encoding="utf-8")
        marks = "".join(
            f"T9{n}\tZone {begin + place} {begin + place + 3}\t{name}\n"
            for n, (place, name) in enumerate(zip((0, 5), ends, strict=True))
        )
        annotations = path.read_text(encoding="utf-8")
        path.write_text(f"{annotations}{marks}R90\tpartOf Arg1:T90 Arg2:T91\n", encoding="utf-8")


def damage_index(builds: Builds, chance: random.Random) -> None:
    path = builds.kept / "blocks.index"
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def cut_index(builds: Builds, chance: random.Random) -> None:
    path = builds.kept / "blocks.index"
    path.write_bytes(path.read_bytes()[: chance.randrange(path.stat().st_size)])


def edit_blocks(builds: Builds, _: random.Random) -> None:
    path = builds.kept / "blocks.nq"
    path.write_bytes(path.read_bytes()[::-1])


EDITS: tuple[Callable[[Builds, random.Random], None], ...] = (
    change_relation, delete, add_between, rename, take_a_title, close_a_circle, damage_index, cut_index, edit_blocks,
)  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_any_edits_the_files_are_those_of_a_build_from_nothing(builds: Builds, seed: int) -> None:
    chance = random.Random(seed)
    builds.build()
    for edit in chance.sample(EDITS, len(EDITS)):
        edit(builds, chance)
        assert builds.build(jobs=chance.choice((1, 2))) == builds.build(afresh=True), edit.__name__


def test_a_circle_is_found_although_nothing_that_closes_it_is_built_again(builds: Builds) -> None:
    close_a_circle(builds, random.Random(0))
    first = builds.build()
    assert "closes a circle" in first["report.json"].decode()
    assert builds.build() == first == builds.build(afresh=True)


def test_another_base_or_program_takes_nothing(builds: Builds, monkeypatch: pytest.MonkeyPatch) -> None:
    builds.build()
    other = "https://example.org/id/"
    assert builds.build(base=other) == builds.build(base=other, afresh=True)
    builds.build()
    assert len(builds.built) == COUNT
    monkeypatch.setattr("kg.pipeline.earlier._list_versions", lambda: iter([b"something newer"]))
    builds.build()
    assert len(builds.built) == COUNT


def test_a_line_that_has_changed_is_built_again(builds: Builds, tmp_path: Path) -> None:
    records = [to_record(number) for number in range(COUNT)]
    builds.corpus = write_records(tmp_path / "c.jsonl", records)
    builds.build()
    records[11]["relations"].pop()
    write_records(builds.corpus, records)
    changed = builds.build()
    assert builds.built == ["c.jsonl:12"]
    assert changed == builds.build(afresh=True)


def test_lines_that_the_disk_has_damaged_are_built_again(builds: Builds) -> None:
    first = builds.build()
    path = builds.kept / "blocks.nq"
    state = path.stat()
    with path.open("r+b") as file:
        file.seek(state.st_size // 3)
        file.write(b"\0")
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert builds.build() == first
    assert len(builds.built) == 1
