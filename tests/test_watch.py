"""`kg watch` as a process: what is saved is built, what is broken is said, and watching goes on."""

from __future__ import annotations

import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner

from kg.cli import main
from kg.locations import find_folder

_PATIENCE = 30


class Watching:
    """A running `kg watch`, and what it says, line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line)

    def wait_for(self, words: str) -> str:
        said = []
        while True:
            said.append(self._lines.get(timeout=_PATIENCE))
            if words in said[-1]:
                return "".join(said)


@contextmanager
def run_watch(*options: str) -> Iterator[Watching]:
    process = subprocess.Popen(
        [sys.executable, "-m", "kg", "watch", *options],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", start_new_session=True,
        env=os.environ | {"PYTHONUTF8": "1"},
    )  # fmt: skip
    try:
        yield Watching(process)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def copy_one(folder: Path) -> str:
    """One document of the embedded corpus; its name without ending."""
    folder.mkdir()
    source = min(find_folder("corpus/hubei").glob("*.ann"))
    for suffix in (".txt", ".ann", ".toml"):
        shutil.copyfile(source.with_suffix(suffix), folder / f"{source.stem}{suffix}")
    return source.stem


def test_what_is_saved_is_built_and_what_is_broken_is_said(tmp_path: Path) -> None:
    corpus, out = tmp_path / "语料", tmp_path / "out"
    name = copy_one(corpus)
    with run_watch("--corpus", str(corpus), "--out", str(out), "--format", "nq") as watching:
        watching.wait_for("已重建 rebuilt")
        before = (out / "graph.nq").read_text(encoding="utf-8")
        annotations = corpus / f"{name}.ann"
        lines = annotations.read_text(encoding="utf-8").splitlines(keepends=True)
        relation = next(line for line in lines if line.startswith("R"))
        # As editors do: another file beside it, then put in its place.
        aside = corpus / "aside.tmp"
        aside.write_text("".join(line for line in lines if line != relation), encoding="utf-8")
        aside.replace(annotations)
        assert annotations.name in watching.wait_for("已重建 rebuilt")
        after = (out / "graph.nq").read_text(encoding="utf-8")
        assert after != before
        annotations.write_text("".join([*lines, "T99999\tNoSuchClass 0 2\t不对\n"]), encoding="utf-8")
        assert "T99999" in watching.wait_for("已重建 rebuilt")
        shutil.move(corpus, tmp_path / "elsewhere")
        corpus.mkdir()
        assert "no documents" in watching.wait_for("not built")
        corpus.rmdir()
        shutil.move(tmp_path / "elsewhere", corpus)
        watching.wait_for("已重建 rebuilt")
        (corpus / "notes.md").write_text("与图无关", encoding="utf-8")
        annotations.write_text("".join(lines), encoding="utf-8")
        assert "notes.md" not in watching.wait_for("已重建 rebuilt")
        assert (out / "graph.nq").read_text(encoding="utf-8") == before
        watching.process.send_signal(signal.SIGINT)
        assert watching.process.wait(_PATIENCE) == 0
        assert "Traceback" not in watching.wait_for("停止 stopped")


def test_wrong_options_are_said_at_once(tmp_path: Path) -> None:
    for options, said in (
        (["--corpus", str(tmp_path / "nowhere")], "corpus not found"),
        (["--corpus", str(tmp_path), "--format", "docx"], "unknown format"),
        (["--corpus", str(tmp_path), "--nonsense"], "没有这个选项"),
    ):
        result = CliRunner().invoke(main, ["watch", *options])
        assert result.exit_code == 2
        assert said in result.output
