"""Builds of one corpus in many surroundings give the same bytes: `python benchmarks/same_bytes.py [BUILDS, 20]`.

Each build has its own PYTHONHASHSEED, time zone, locale, order of the files on disk, number of processes and, every
second one, `--reason`; the SHA-256 of every file is compared. tests/test_same_bytes.py does three of them in CI.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_CORPUS = Path(__file__).resolve().parent.parent / "corpus" / "hubei"
_ZONES = ("UTC", "Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Kathmandu")
_LOCALES = ("C.UTF-8", "C", "POSIX")
_FORMATS = "ttl,nq,html,nt,trig,jsonld,rdfxml,void,graphml,gexf,ttl12"


def _build(folder: Path, number: int) -> dict[str, str]:
    chance = random.Random(number)
    paths = sorted(path for path in _CORPUS.iterdir() if path.is_file())
    chance.shuffle(paths)
    corpus, out = folder / f"corpus{number}", folder / f"out{number}"
    corpus.mkdir()
    for path in paths:
        shutil.copyfile(path, corpus / path.name)
    around = os.environ | {
        "PYTHONHASHSEED": str(chance.randrange(2**32)),
        "TZ": _ZONES[number % len(_ZONES)],
        "LC_ALL": _LOCALES[number % len(_LOCALES)],
        "PYTHONUTF8": str(number % 2),
    }
    command = [sys.executable, "-m", "kg", "build", "--corpus", str(corpus), "--out", str(out), "--quiet"]
    command += ["--format", _FORMATS, "--jobs", str(1 + number % 3), *(["--reason"] if number % 2 else [])]
    subprocess.run(command, env=around, check=True, capture_output=True, timeout=300)
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(out.glob("[!.]*")) if path.is_file()
    }
    shutil.rmtree(out)
    shutil.rmtree(corpus)
    return found


def main() -> None:
    """Build and compare; exit code 1 and a line for each file that came in several forms."""
    builds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory() as name:
        found = [_build(Path(name), number) for number in range(builds)]
    names = sorted({file for one in found for file in one})
    several = {}
    for file in names:
        # A reasoned build's page also shows what was inferred, and its zip has the texts in the order of their IRIs.
        groups = (found[::2], found[1::2]) if file in {"graph.html", "documents.zip"} else (found,)
        forms = [len({one[file] for one in group if file in one}) for group in groups]
        if max(forms) > 1:
            several[file] = forms
    print(f"{builds} builds, {len(names)} files each ({', '.join(names)}); files in several forms: {several}")
    sys.exit(1 if several else 0)


if __name__ == "__main__":
    main()
