"""Every reader, mutants and monsters: `python benchmarks/fuzz.py --mutants 20000`, `--monsters`, `--atheris 600`.

Mutants have fixed seeds (tests/fuzzing.py); a fault is printed with its target and number, from which the test suite's
`make_mutant(target, number)` makes the same bytes again. `--atheris` lets libFuzzer search by coverage for so many
seconds a target (pip install atheris, CPython 3.11–3.13 on Linux); what it finds is written to the folder given.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from fuzzing import fuzz, plan, to_targets
from monsters import make_monsters, try_monsters

_BY_COVERAGE = Path(__file__).with_name("fuzz_coverage.py")


def try_mutants(count: int, jobs: int) -> int:
    """How many faults so many mutants have; each kind is printed with its first example."""
    begin, mutants = time.monotonic(), plan(count)
    with ThreadPoolExecutor(jobs) as pool:
        parts = [mutants[at::jobs] for at in range(jobs)]
        faults = [fault for found in pool.map(lambda part: list(fuzz(part)), parts) for fault in found]
    kinds = Counter(fault.partition(": ")[2][:80] for fault in faults)
    for fault in faults:
        if kinds.pop(fault.partition(": ")[2][:80], None):
            print(fault)
    print(f"{count} mutants, {len(to_targets())} targets, {len(faults)} faults, {time.monotonic() - begin:.0f} s")
    return len(faults)


def show_monsters(scale: float) -> int:
    """Seconds and memory of every monster, each in a process of its own."""
    bad = 0
    for name in sorted(make_monsters(scale)):
        seconds, kilobytes, fault = try_monsters([name], scale)[name]
        bad += bool(fault)
        print(f"{name:36} {seconds:7.1f} s {kilobytes // 1000:6} MB  {fault}", flush=True)
    return bad


def search(target: str, seconds: int, folder: Path) -> int:
    """libFuzzer on one target, in a process of its own; its exit code."""
    corpus = folder / target
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(to_targets()[target].seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    options = [
        f"-max_total_time={seconds}",
        "-timeout=10",
        "-rss_limit_mb=1500",
        f"-artifact_prefix={folder}/{target}-",
    ]
    return subprocess.run([sys.executable, str(_BY_COVERAGE), target, *options, str(corpus)], check=False).returncode


def main() -> None:
    """Reads the arguments and runs what they ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--monsters", action="store_true")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--atheris", type=int, default=0, metavar="SECONDS")
    parser.add_argument("--folder", type=Path, default=Path("out/fuzz"))
    given = parser.parse_args()
    faults = try_mutants(given.mutants, given.jobs) if given.mutants else 0
    faults += show_monsters(given.scale) if given.monsters else 0
    if given.atheris:
        faults += sum(search(target, given.atheris, given.folder) != 0 for target in to_targets())
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
