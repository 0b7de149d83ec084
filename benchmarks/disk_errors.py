"""Builds whose disk fails with EIO at one call: one line, and the old set or the new one whole.

    python benchmarks/disk_errors.py [POINTS, 20 unless told]

A whole `kg build` runs in a process of its own with benchmarks/disk_errors.c loaded first (needs cc, Linux):
the calls by which it writes below its output folder are counted once, then one of them fails, evenly spread over
all. After each the files are compared with those of the two undisturbed builds, and the next build has to work.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_CASES = _HERE.parent / "tests" / "cases"
_OLD, _NEW = _CASES / "planned_is_not_done", _HERE.parent / "corpus" / "hubei"


def _build(corpus: Path, out: Path, shim: Path | None = None, fails: int = 0) -> subprocess.CompletedProcess[str]:
    around = dict(os.environ)
    if shim is not None:
        around |= {"LD_PRELOAD": str(shim), "DISK_FOLDER": str(out), "DISK_FAILS": str(fails)}
        around["DISK_COUNT"] = str(shim.with_name("count"))
    command = [
        sys.executable,
        "-m",
        "kg",
        "build",
        "--corpus",
        str(corpus),
        "--out",
        str(out),
        "--quiet",
        "--jobs",
        "1",
    ]
    return subprocess.run(command, env=around, capture_output=True, encoding="utf-8", timeout=300, check=False)


def _read(out: Path) -> dict[str, str]:
    names = sorted(path for path in out.glob("[!.]*") if path.is_file())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in names}


def main() -> None:
    """Fail and compare; exit code 1 and a line for each fault."""
    points = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    faults, came = [], Counter[str]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shim = folder / "shim.so"
        source = str(_HERE / "disk_errors.c")
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(shim), source, "-ldl"], check=True)
        whole = []
        for corpus, out in ((_OLD, folder / "old"), (_NEW, folder / "new")):
            _build(corpus, out).check_returncode()
            whole.append(_read(out))
        out = folder / "out"
        _build(_OLD, out).check_returncode()
        _build(_NEW, out, shim).check_returncode()
        calls = int((folder / "count").read_text(encoding="utf-8"))
        for number in range(points):
            fails = 1 + number * (calls - 1) // max(1, points - 1)
            _build(_OLD, out).check_returncode()
            done = _build(_NEW, out, shim, fails)
            said, found = done.stderr.strip(), _read(out)
            kind = "new" if found == whole[1] else "old" if found == whole[0] else "MIXED"
            came[f"exit {done.returncode}, {kind} set"] += 1
            # After the swap an error is still told, for nobody knows whether the disk kept it: the new set stands.
            wrong = kind == "MIXED" or (done.returncode == 0 and kind == "old")
            if wrong or "Traceback" in said or "\n" in said:
                faults.append(f"call {fails}: exit {done.returncode}, {kind}: {said[-300:]}")
            elif done.returncode and not said:
                faults.append(f"call {fails}: said nothing")
            _build(_NEW, out).check_returncode()
            if _read(out) != whole[1] or len(list((out / ".sets").glob("set-*"))) != 1:
                faults.append(f"call {fails}: the next build is not whole")
    print(f"{calls} calls write in a build; {points} of them failed with EIO, one a build: {dict(came)}")
    for fault in faults:
        print(fault)
    print(f"faults: {len(faults)}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
