"""The same corpus gives the same bytes whatever the hash seed, time zone, locale, order of files and processes."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

from kg.locations import find_folder

VARIANTS: tuple[dict[str, str], ...] = (
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "4294967295", "TZ": "America/Los_Angeles", "LC_ALL": "POSIX", "PYTHONUTF8": "0"},
)


def copy_in_another_order(corpus: Path, folder: Path, seed: int) -> Path:
    """The same files, made in another order, which is the one that some file systems list them in."""
    paths = sorted(path for path in corpus.iterdir() if path.is_file())
    random.Random(seed).shuffle(paths)
    folder.mkdir()
    for path in paths:
        shutil.copyfile(path, folder / path.name)
    return folder


def build(corpus: Path, out: Path, variant: dict[str, str], jobs: int) -> dict[str, str]:
    command = [sys.executable, "-m", "kg", "build", "--corpus", str(corpus), "--out", str(out), "--quiet"]
    formats = ["--format", "nq,ttl,html,trig,graphml", "--jobs", str(jobs)]
    subprocess.run([*command, *formats], env=os.environ | variant, check=True, capture_output=True, timeout=120)
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.iterdir())
        if path.is_file() and not path.name.startswith(".")
    }


def test_the_same_corpus_gives_the_same_bytes(tmp_path: Path) -> None:
    corpus = find_folder("corpus/hubei")
    built = [
        build(copy_in_another_order(corpus, tmp_path / f"corpus{n}", n), tmp_path / f"out{n}", variant, n % 2 + 1)
        for n, variant in enumerate(VARIANTS)
    ]
    assert set(built[0]) > {"graph.nq", "graph.ttl", "graph.html", "documents.zip", "report.json"}
    for other in built[1:]:
        assert other == built[0]
