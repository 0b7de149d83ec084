"""`kg build --engine spark` on a real Spark: the same graph and the same account as the local engine."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from components import require_command

CASES = Path(__file__).parent / "cases"


def run_kg(*arguments: str, **surroundings: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"} | surroundings
    return subprocess.run(
        [sys.executable, "-m", "kg", *arguments],
        env=environment, check=False, capture_output=True, encoding="utf-8", timeout=400,
    )  # fmt: skip


def read_parts(folder: Path) -> list[str]:
    assert (folder / "_SUCCESS").exists()
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("part-*")))
    return text.removesuffix("\n").split("\n") if text else []


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All cases as one corpus: titles that stand twice, circles, and lines that are refused are among them."""
    folder = tmp_path_factory.mktemp("spark") / "语料"
    for case in sorted(CASES.iterdir()):
        if case.is_dir():
            files = [path for path in case.iterdir() if path.suffix in {".txt", ".ann", ".toml"}]
            (folder / case.name).mkdir(parents=True)
            for path in files:
                shutil.copyfile(path, folder / case.name / path.name)
    return folder


@pytest.fixture(scope="module")
def here(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the local engine makes of it."""
    out = tmp_path_factory.mktemp("here")
    result = run_kg("build", "--corpus", str(corpus), "--out", str(out), "--format", "nq", "--quiet")
    assert result.returncode == 0, result.stderr
    return out


def compare(out: Path, here: Path) -> None:
    """Fails where two builds differ in a quad, a number or a rejection."""
    quads = read_parts(out / "graph.nq")
    expected = (here / "graph.nq").read_text(encoding="utf-8").removesuffix("\n").split("\n")
    assert len(expected) > 1000
    assert sorted(quads) == sorted(expected)
    report = json.loads((here / "report.json").read_text(encoding="utf-8"))
    totals = json.loads("\n".join(read_parts(out / "report.json")))
    for name in ("entities", "statements", "commitments", "observations"):
        assert totals[name] == report["totals"][name], name
    assert (totals["quads"], totals["unaccounted"]) == (len(expected), 0)
    assert totals["annotations"] == totals["built"] + totals["rejected"]
    rejections = read_parts(out / "rejections.txt")
    assert any("circle" in line for line in rejections)
    assert any("same title" in line for line in rejections)
    documents = [json.loads(line) for line in read_parts(out / "documents.jsonl")]
    assert documents == report["documents"]
    assert len(rejections) == sum(len(one["rejections"]) for one in documents)


@pytest.mark.java
def test_spark_makes_the_same_graph_in_two_threads(corpus: Path, here: Path, tmp_path: Path) -> None:
    require_command("java")
    out = tmp_path / "out"
    asked = ("build", "--engine", "spark", "--master", "local[2]", "--corpus", str(corpus), "--out", str(out))
    result = run_kg(*asked)
    assert result.returncode == 0, result.stderr
    assert "四元组 quads" in result.stdout
    compare(out, here)
    again = run_kg(*asked)
    assert again.returncode != 0
    assert "there already" in again.stderr
    assert "Traceback" not in again.stderr


def find_free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def run_cluster(folder: Path, workers: int) -> Iterator[str]:
    """A standalone cluster on loopback: a master and so many workers, each a process of its own."""
    import pyspark

    home = Path(pyspark.__file__).parent
    port, page = find_free_port(), find_free_port()
    master = f"spark://127.0.0.1:{port}"
    environment = os.environ | {
        "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable,
        "SPARK_DAEMON_MEMORY": "256m",
    }  # fmt: skip
    started = [str(home / "bin" / "spark-class")]
    deploy = "org.apache.spark.deploy"
    commands = [
        [*started, f"{deploy}.master.Master", "--host", "127.0.0.1", "--port", f"{port}", "--webui-port", f"{page}"]
    ]
    for number in range(workers):
        place = folder / f"worker{number}"
        place.mkdir()
        commands.append([
            *started, f"{deploy}.worker.Worker", master, "--host", "127.0.0.1", "--webui-port", f"{find_free_port()}",
            "--cores", "1", "--memory", "1g", "--work-dir", str(place),
        ])  # fmt: skip
    with (folder / "log").open("wb") as log:
        processes = [
            subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
            for command in commands
        ]
    try:
        deadline = time.monotonic() + 90
        while count_workers(page) < workers:
            assert time.monotonic() < deadline, (folder / "log").read_text(encoding="utf-8", errors="replace")[-2000:]
            time.sleep(0.3)
        yield master
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)


def count_workers(page: int) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{page}/json/", timeout=5) as reply:
            return len([one for one in json.load(reply)["workers"] if one["state"] == "ALIVE"])
    except OSError:
        return 0


@pytest.mark.java
def test_spark_makes_the_same_graph_on_a_cluster_of_two_workers(corpus: Path, here: Path, tmp_path: Path) -> None:
    require_command("java")
    out = tmp_path / "out"
    with run_cluster(tmp_path, 2) as master:
        result = run_kg(
            "build", "--engine", "spark", "--master", master, "--corpus", str(corpus), "--out", str(out), "--quiet"
        )
    assert result.returncode == 0, result.stderr
    compare(out, here)
    # Both workers ran an executor of this build.
    assert all(list((tmp_path / f"worker{number}").glob("app-*/*")) for number in range(2))


@pytest.mark.java
def test_spark_reads_json_lines_and_packed_parts_of_them(corpus: Path, tmp_path: Path) -> None:
    require_command("java")
    lines_path = tmp_path / "corpus.jsonl"
    assert run_kg("convert", str(corpus), str(lines_path), "--to", "json-lines").returncode == 0
    lines = lines_path.read_bytes().splitlines(keepends=True)
    # A title that stands twice, an empty line, what is no document, what is no UTF-8.
    lines += [lines[0], b"\n", b"[]\n", lines[1].replace("。".encode(), b"\xa1\xa3", 1)]
    lines_path.write_bytes(b"".join(lines))
    parts = tmp_path / "parts" / "corpus.jsonl"
    parts.mkdir(parents=True)
    for number, part in enumerate((lines[:7], lines[7:])):
        (parts / f"part-0000{number}.gz").write_bytes(gzip.compress(b"".join(part)))
    local, out = tmp_path / "local", tmp_path / "out"
    assert run_kg("build", "--corpus", str(lines_path), "--out", str(local), "--format", "nq").returncode == 0
    result = run_kg("build", "--engine", "spark", "--master", "local[2]", "--corpus", str(parts), "--out", str(out))
    assert result.returncode == 0, result.stderr
    assert sorted(read_parts(out / "graph.nq")) == (local / "graph.nq").read_text(encoding="utf-8").splitlines()
    expected = json.loads((local / "report.json").read_text(encoding="utf-8"))["documents"]
    documents = [json.loads(line) for line in read_parts(out / "documents.jsonl")]
    assert documents[:-1] == expected[:-1]
    assert documents[-1]["rejections"][0]["line"] == expected[-1]["rejections"][0]["line"] == len(lines)
    assert all("UTF-8" in one["rejections"][0]["reason"] for one in (documents[-1], expected[-1]))


@pytest.mark.java
@pytest.mark.parametrize(("corpus_path", "said"), [("/nowhere/at/all", "not found"), ("", "no documents")])
def test_a_corpus_that_is_not_there_is_one_line(tmp_path: Path, corpus_path: str, said: str) -> None:
    require_command("java")
    (tmp_path / "empty").mkdir()
    result = run_kg(
        "build", "--engine", "spark", "--master", "local[1]", "--corpus", corpus_path or str(tmp_path / "empty"),
        "--out", str(tmp_path / "out"),
    )  # fmt: skip
    assert result.returncode != 0
    assert said in result.stderr
    assert "Traceback" not in result.stderr
