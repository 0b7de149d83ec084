"""What comes from others is pinned and known: the lock, the scripts in our pages, and tests that ask no network."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import pytest
from offline import is_local
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements" / "ci.txt"
_PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)(?: ; ([^\\]+?))? \\$", re.MULTILINE)
# What makes a script somebody else's: a licence in it, or lines that nobody wrote by hand.
_LICENCE = re.compile(r"@license|@copyright|\(c\) \d{4}|licensed under", re.IGNORECASE)
_LONGEST_LINE = 1_000


def read_lock() -> dict[str, list[str]]:
    """The versions of every locked package: more than one where they depend on the Python."""
    locked: dict[str, list[str]] = {}
    for name, pinned, _ in _PINNED.findall(LOCK.read_text(encoding="utf-8")):
        locked.setdefault(canonicalize_name(name), []).append(pinned)
    return locked


def read_wanted() -> list[Requirement]:
    """What CI needs: the project, its `test` extra with the extras that this names, and what builds it."""
    content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project, extras = content["project"], content["project"]["optional-dependencies"]
    wanted, queue = [], [*project["dependencies"], *content["build-system"]["requires"], f"{project['name']}[test]"]
    while queue:
        one = Requirement(queue.pop())
        if one.name == project["name"]:
            queue += [written for extra in sorted(one.extras) for written in extras[extra]]
        else:
            wanted.append(one)
    return wanted


def test_the_lock_has_what_the_project_wants() -> None:
    locked = read_lock()
    missing = [
        str(one)
        for one in read_wanted()
        if not any(one.specifier.contains(pinned) for pinned in locked.get(canonicalize_name(one.name), []))
    ]
    assert missing == [], "bash requirements/lock.sh"


@pytest.mark.parametrize("name", ["ci.txt", "tools.txt"])
def test_everything_locked_has_a_version_and_hashes(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[A-Za-z0-9])", "\n".join(line for line in text.splitlines() if not line.startswith("#")))
    assert len(entries) > 20
    for entry in entries:
        assert _PINNED.match(f"{entry.strip()}\n"), entry[:80]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry[:80]
    assert "http" not in text  # no registry is named: package managers use their ordinary configuration


def read_scripts() -> list[dict[str, str]]:
    return tomllib.loads((ROOT / "requirements" / "vendored.toml").read_text(encoding="utf-8"))["script"]


def test_every_script_of_others_is_the_one_that_is_listed() -> None:
    for script in read_scripts():
        assert script["name"]
        assert script["version"]
        assert script["licence"]
        assert script["source"]
        if "package" in script:
            assert version(script["package"]) == script["package_version"]
            content = (files(script["package"]) / script["file"]).read_bytes()
        else:
            content = (ROOT / script["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == script["sha256"], script["file"]


def find_foreign(folder: Path) -> set[str]:
    """The scripts, styles and fonts below a folder that others wrote."""
    found = set()
    for path in folder.rglob("*"):
        if path.suffix in {".woff", ".woff2", ".ttf", ".otf", ".wasm"}:
            found.add(path.relative_to(folder).as_posix())
        elif path.suffix in {".js", ".mjs", ".css"} and "node_modules" not in path.parts:
            text = path.read_text(encoding="utf-8")
            if _LICENCE.search(text) or max(map(len, text.splitlines()), default=0) > _LONGEST_LINE:
                found.add(path.relative_to(folder).as_posix())
    return found


def test_no_script_of_others_is_unlisted() -> None:
    listed = {script["file"].removeprefix("kg/") for script in read_scripts() if "package" not in script}
    assert find_foreign(ROOT / "kg") == listed


def test_an_unlisted_script_is_found(tmp_path: Path) -> None:
    for name, text in (
        ("a.js", "/** @license MIT */"),
        ("b.js", "x" * 2_000),
        ("c.js", "const ours = 1;\n"),
        ("d.woff2", ""),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert find_foreign(tmp_path) == {"a.js", "b.js", "d.woff2"}


def test_npm_packages_are_locked_with_their_hashes() -> None:
    for folder in ("tests/node", "kg/server/bundle"):
        packages = json.loads((ROOT / folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
        without = [
            name for name, one in packages.items() if name and not one.get("integrity", "").startswith("sha512-")
        ]
        assert without == [], folder


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", "", None, b"127.0.0.1", "0.0.0.0", "::1%lo"]
)
def test_this_machine_is_local(host: object) -> None:
    assert is_local(host)


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.org", b"example.org", "127.0.0.1.example.org"])
def test_what_is_elsewhere_is_not(host: object) -> None:
    assert not is_local(host)


_DENIED = """
def test_connect():
    socket.create_connection(("192.0.2.1", 80), timeout=1)

def test_connect_without_an_exception():
    socket.socket().connect_ex(("192.0.2.1", 80))

def test_datagram():
    socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53))

def test_name():
    socket.getaddrinfo("example.org", 80)
"""
_ALLOWED = """
def test_loopback():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()

def test_process():
    program = "import socket; socket.create_connection(('192.0.2.1', 80), 1)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True)
    assert b"no network" in done.stderr
"""
_CAUGHT = """
def test_caught():
    try:
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    except OSError:
        pass
"""


@pytest.mark.parametrize(
    ("tests", "outcome"),
    [(_DENIED, "4 failed"), (_ALLOWED, "2 passed"), (_CAUGHT, "1 passed")],
    ids=["denied", "allowed", "caught"],
)
def test_offline_denies_every_network_but_loopback(tests: str, outcome: str, tmp_path: Path) -> None:
    path = tmp_path / "test_network.py"
    path.write_text(f"import socket, subprocess, sys\n\n{tests}", encoding="utf-8")
    environment = {**os.environ, "POLICYKG_OFFLINE": "1", "PYTHONPATH": str(ROOT / "tests")}
    plugins = ("-p", "offline", "-p", "no:cacheprovider", "-p", "no:hypothesispytest")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugins, "--rootdir", str(tmp_path), str(path)],
        capture_output=True, text=True, encoding="utf-8", env=environment, check=False, timeout=60,
    )  # fmt: skip
    assert outcome in done.stdout
    assert done.returncode == (0 if tests == _ALLOWED else 1)
    assert ("no network" in done.stdout + done.stderr) == (tests != _ALLOWED)
