"""The embedded store: loading, opening, whole files or none, and what is said where it cannot be done."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Store

from kg.errors import StoreError
from kg.store import iterate_lines, read_dataset, to_dataset, write_atomically

LINE = '<https://e.org/s> <https://e.org/p> "值"@zh'


def test_lines_of_the_union_come_once_though_two_graphs_hold_them() -> None:
    store = to_dataset([f"{LINE} <https://e.org/{graph}> .\n" for graph in "ab"])
    assert len(store) == 2
    assert list(iterate_lines(store)) == [f"{LINE} .\n"]


def test_a_file_and_a_folder_are_opened(tmp_path: Path) -> None:
    path = tmp_path / "graph.nq"
    path.write_text(f"{LINE} <https://e.org/g> .\n", encoding="utf-8")
    assert len(read_dataset(path)) == 1
    on_disk = Store(str(tmp_path / "store"))
    on_disk.bulk_load(path=str(path))
    on_disk.flush()
    del on_disk
    assert len(read_dataset(tmp_path / "store")) == 1


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("missing.nq", None, "no such file"),
        ("broken.ttl", "<a> <b>", "not valid RDF"),
        ("broken.nq", "what\n", "not valid RDF"),
        ("table.csv", "a,b\n", "unknown kind of file"),
    ],
)
def test_what_cannot_be_read_is_one_line_with_a_mend(
    tmp_path: Path, name: str, content: str | None, reason: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(StoreError, match=reason) as caught:
        read_dataset(tmp_path / name)
    assert "；" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_no_store_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="not a store"):
        read_dataset(tmp_path)


def test_lines_that_are_no_quads_are_refused() -> None:
    with pytest.raises(StoreError, match="N-Quads"):
        to_dataset(["what\n"])


def test_a_write_that_fails_midway_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "out" / "a.txt"
    write_atomically(path, ["旧\n"])

    def broken() -> object:
        yield "新"
        raise OSError(28, "No space left on device")

    with pytest.raises(StoreError, match="cannot write"):
        write_atomically(path, broken())  # type: ignore[arg-type]
    assert path.read_text(encoding="utf-8") == "旧\n"
    assert list(path.parent.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot write"):
        write_atomically(tmp_path / "file" / "a.txt", ["x"])
