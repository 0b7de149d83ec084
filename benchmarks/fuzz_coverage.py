"""One reader searched by coverage: `python benchmarks/fuzz_coverage.py json-lines -max_total_time=600 FOLDER`.

Needs atheris (pip install atheris; CPython on Linux); the options are libFuzzer's. `benchmarks/fuzz.py --atheris` runs
it for every reader.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

with atheris.instrument_imports(include=["kg"]):
    from fuzzing import to_targets, try_mutant


def main() -> None:
    """Hands the target named first to libFuzzer; does not return."""
    target = sys.argv[1]
    to_targets()

    def try_one(content: bytes) -> None:
        fault = try_mutant(target, content)
        if fault:
            raise RuntimeError(fault)

    atheris.Setup([sys.argv[0], *sys.argv[2:]], try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
