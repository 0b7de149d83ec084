"""A build's files as one set: swapped at once, whole whatever kills, fails or runs beside it."""

from __future__ import annotations

import errno
import multiprocessing
import os
import random
import resource
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.errors import StoreError
from kg.output_set import open_set

NAMES = ("a.txt", "b.txt", "c.txt")


def write_set(folder: Path, content: str, names: tuple[str, ...] = NAMES) -> None:
    with open_set(folder) as fresh:
        for name in names:
            (fresh / name).write_text(content, encoding="utf-8")


def read_set(folder: Path) -> dict[str, str]:
    return {
        path.name: path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(folder.iterdir())
        if path.is_file() and not path.name.startswith(".")
    }


def test_a_set_takes_the_place_of_the_one_before_and_leaves_other_files(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    write_set(tmp_path, "old")
    write_set(tmp_path, "new", ("a.txt", "d.txt"))
    assert read_set(tmp_path) == {"a.txt": "new", "d.txt": "new", "mine.txt": "mine"}
    assert (
        len([entry for entry in (tmp_path / ".sets").iterdir() if entry.is_dir()]) == 2
    )  # the set, and the link to it
    assert not (tmp_path / "b.txt").is_symlink()


def test_files_of_an_older_version_and_files_written_over_are_taken_up(tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / name).write_text("plain", encoding="utf-8")
    write_set(tmp_path, "new")
    assert read_set(tmp_path) == dict.fromkeys(NAMES, "new")
    (tmp_path / "b.txt").unlink()
    (tmp_path / "b.txt").write_text("by hand", encoding="utf-8")
    write_set(tmp_path, "newer")
    assert read_set(tmp_path) == dict.fromkeys(NAMES, "newer")


def test_folders_are_part_of_a_set(tmp_path: Path) -> None:
    for content in ("old", "new"):
        with open_set(tmp_path) as fresh:
            (fresh / "csv").mkdir()
            (fresh / "csv" / "nodes.csv").write_text(content, encoding="utf-8")
    assert (tmp_path / "csv" / "nodes.csv").read_text(encoding="utf-8") == "new"


def test_without_links_the_files_are_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("os.symlink", refuse)
    write_set(tmp_path, "old")
    write_set(tmp_path, "new")
    assert read_set(tmp_path) == dict.fromkeys(NAMES, "new")
    assert not (tmp_path / "a.txt").is_symlink()


def test_a_block_that_fails_leaves_all_as_it_was(tmp_path: Path) -> None:
    write_set(tmp_path, "old")

    def fail() -> None:
        with open_set(tmp_path) as fresh:
            (fresh / "a.txt").write_text("new", encoding="utf-8")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert read_set(tmp_path) == dict.fromkeys(NAMES, "old")
    assert len(list((tmp_path / ".sets").glob("set-*"))) == 1


class _Failing:
    """Lets so many calls of some functions of `os` pass and fails the next with EIO."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], passes: int) -> None:
        self.left = passes
        self.failed = ""
        for name in names:
            monkeypatch.setattr(os, name, self._wrap(name, getattr(os, name)))

    def _wrap(self, name: str, call: Callable[..., object]) -> Callable[..., object]:
        def run(*given: object, **named: object) -> object:
            self.left -= 1
            if self.left == -1:
                self.failed = name
                raise OSError(errno.EIO, "Input/output error")
            return call(*given, **named)

        return run


@pytest.mark.parametrize("before", ["links", "plain files", "nothing"])
def test_an_error_of_the_disk_at_any_step_leaves_the_old_set_or_the_new_and_one_line(
    tmp_path: Path, before: str
) -> None:
    failures = set()
    for passes in range(60):
        folder = tmp_path / f"{passes}"
        folder.mkdir()
        old = {} if before == "nothing" else dict.fromkeys(NAMES, "old")
        if before == "links":
            write_set(folder, "old")
        elif before == "plain files":
            for name in NAMES:
                (folder / name).write_text("old", encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:
            failing = _Failing(patch, ("mkdir", "symlink", "replace", "link", "fsync", "open"), passes)
            said = ""
            try:
                write_set(folder, "new")
            except StoreError as error:
                said = str(error)
        assert "\n" not in said
        assert failing.failed or not said
        assert read_set(folder) in (old, dict.fromkeys(NAMES, "new")), (passes, failing.failed)
        failures.add(failing.failed)
        if not failing.failed:
            break
        write_set(folder, "newer")
        assert read_set(folder) == dict.fromkeys(NAMES, "newer")
    # It has failed at every kind of step there is on this way, and come to the end.
    assert {"symlink", "replace", "fsync", ""} <= failures or before == "links"
    assert "" in failures


def _build_over_and_over(folder: Path, ready: object) -> None:
    for number in range(10_000):
        write_set(folder, "even" if number % 2 == 0 else "odd")


def test_builds_killed_at_any_moment_leave_one_set_whole(tmp_path: Path) -> None:
    chance = random.Random(20261124)
    context = multiprocessing.get_context("fork")
    seen = set()
    for _ in range(60):
        process = context.Process(target=_build_over_and_over, args=(tmp_path, None))
        process.start()
        time.sleep(chance.uniform(0.0, 0.06))
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        found = read_set(tmp_path)
        assert found in ({}, dict.fromkeys(NAMES, "even"), dict.fromkeys(NAMES, "odd"))
        seen.add(next(iter(found.values()), ""))
    assert {"even", "odd"} <= seen
    write_set(tmp_path, "last")
    assert read_set(tmp_path) == dict.fromkeys(NAMES, "last")
    assert len(list((tmp_path / ".sets").glob("set-*"))) == 1


def test_who_looks_while_it_is_swapped_sees_no_mixture(tmp_path: Path) -> None:
    # Through one open folder, as the links lead: two files of the same moment are of the same set.
    write_set(tmp_path, "0")
    done = threading.Event()
    mixed = []

    def look() -> None:
        while not done.is_set():
            current = (tmp_path / ".sets" / "current").resolve()
            try:
                found = {(current / name).read_text(encoding="utf-8") for name in NAMES}
            except FileNotFoundError:  # gone with its set between the two steps
                continue
            if len(found) > 1:
                mixed.append(found)

    looker = threading.Thread(target=look)
    looker.start()
    for number in range(150):
        write_set(tmp_path, str(number))
    done.set()
    looker.join()
    assert mixed == []


def test_a_second_build_waits_for_the_first(tmp_path: Path) -> None:
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with open_set(tmp_path) as fresh:
            (fresh / "a.txt").write_text("first", encoding="utf-8")
            entered.set()
            leave.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait()
    with pytest.raises(StoreError, match="another build"), open_set(tmp_path, patience=0.05):
        pass
    threading.Timer(0.2, leave.set).start()
    write_set(tmp_path, "second")
    holder.join()
    assert read_set(tmp_path) == dict.fromkeys(NAMES, "second")


def test_a_full_disk_is_one_line_and_the_old_output_stays(tmp_path: Path) -> None:
    def build() -> tuple[int, str]:
        result = CliRunner().invoke(main, ["build", "--out", str(tmp_path), "--format", "nq", "--quiet"])
        return result.exit_code, result.output

    assert build() == (0, "")
    before = read_set(tmp_path)
    # The kernel refuses what goes beyond this size of a file, as it does on a full disk.
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, usual[1]))
    try:
        code, said = build()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        signal.signal(signal.SIGXFSZ, ignored)
    assert code != 0
    assert said.count("\n") == 1
    assert "Traceback" not in said
    assert read_set(tmp_path) == before
    assert build() == (0, "")
