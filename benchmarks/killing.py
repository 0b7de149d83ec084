"""Builds killed with SIGKILL at random moments: what stands in the folder after each must be one build's set, whole.

    python benchmarks/killing.py [KILLS, 500 unless told]

Two corpora are built in turn into one folder, each in a process of its own (forked from this one, which has all modules
loaded), killed after a random part of the time that a build takes. After each kill the files are compared with those of
the two undisturbed builds; at the end one more build has to work and to leave nothing of the others behind.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from click.testing import CliRunner

from kg.cli import main as command

_CASES = Path(__file__).resolve().parent.parent / "tests" / "cases"
_CORPORA = (_CASES / "planned_is_not_done", _CASES.parent.parent / "corpus" / "hubei")


def _build(corpus: Path, out: Path) -> None:
    result = CliRunner().invoke(command, ["build", "--corpus", str(corpus), "--out", str(out), "--quiet"])
    if result.exit_code:
        sys.exit(result.output)


def _read(out: Path) -> dict[str, str]:
    names = sorted(path for path in out.glob("[!.]*") if path.is_file())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in names}


def main() -> None:
    """Kill and compare; exit code 1 and a line for the first mixture."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    chance = random.Random(20261124)
    context = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole, longest = [], []
        for number, corpus in enumerate(_CORPORA):
            begin = time.perf_counter()
            _build(corpus, folder / f"{number}")
            longest.append(time.perf_counter() - begin)
            whole.append(_read(folder / f"{number}"))
        out = folder / "out"
        _build(_CORPORA[0], out)
        seen = [0, 0]
        finished = 0
        for turn in range(kills):
            process = context.Process(target=_build, args=(_CORPORA[(turn + 1) % 2], out))
            process.start()
            process.join(chance.uniform(0, 1.15) * longest[(turn + 1) % 2])
            finished += process.exitcode is not None
            if process.pid is not None and process.exitcode is None:
                os.kill(process.pid, signal.SIGKILL)
                process.join()
            found = _read(out)
            if found not in whole:
                sys.exit(f"混了 a mixture after kill {turn}: {found}")
            seen[whole.index(found)] += 1
        _build(_CORPORA[1], out)
        left = len(list((out / ".sets").glob("set-*")))
        print(f"{kills} builds, {kills - finished} killed, {finished} done first; sets seen whole: {seen}; mixed: 0")
        print(f"the next build: {'whole' if _read(out) == whole[1] else 'WRONG'}, folders left: {left}")


if __name__ == "__main__":
    main()
