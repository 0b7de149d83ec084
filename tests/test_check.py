"""The check command's own promises: under CI nothing is left out, elsewhere it says what is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from components import require_command, require_fuseki

ROOT = Path(__file__).parents[1]
CHECK = ROOT / ".ci" / "check"


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that has no component, outside CI."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("POLICYKG_CACHE", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("REQUIRE_ALL", raising=False)


@pytest.mark.usefixtures("nowhere")
def test_a_missing_component_skips_outside_ci() -> None:
    with pytest.raises(pytest.skip.Exception, match="missing rapper"):
        require_command("rapper")
    with pytest.raises(pytest.skip.Exception, match="missing Fuseki"):
        require_fuseki()


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize(("name", "value"), [("CI", "true"), ("CI", "1"), ("REQUIRE_ALL", "1")])
def test_a_missing_component_fails_under_ci(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(pytest.fail.Exception, match="missing rapper"):
        require_command("rapper")


def test_a_present_component_is_found() -> None:
    assert Path(require_command("no-such-command", "bash")).name == "bash"


_CASE = '<testsuite><testcase classname="t" name="a">{}</testcase></testsuite>'


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ("", 0),
        ('<skipped type="pytest.skip" message="missing chromium"/>', 1),
        ('<skipped type="pytest.xfail" message="known"/>', 0),
        ('<skipped type="pytest.skip" message="no ../shared here"/>', 0),
    ],
)
def test_a_skipped_test_fails_ci(tmp_path: Path, inside: str, code: int) -> None:
    report = tmp_path / "report.xml"
    report.write_text(_CASE.format(inside), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(ROOT / ".ci" / "skipped.py"), str(report)], capture_output=True, check=False
    )
    assert done.returncode == code


@pytest.mark.parametrize(
    ("prepare", "says"), [("empty", "Python ≥ 3.11 is needed"), ("foreign", "is no virtual environment")]
)
def test_check_says_in_one_line_why_it_cannot_start(tmp_path: Path, prepare: str, says: str) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("bash", "dirname", "id"):
        (tools / name).symlink_to(require_command(name))
    environment = tmp_path / "venv"
    if prepare == "foreign":
        environment.mkdir()
    done = subprocess.run(
        [require_command("bash"), str(CHECK)],
        env={"PATH": str(tools), "HOME": str(tmp_path), "POLICYKG_VENV": str(environment)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_no_registry_host_is_named() -> None:
    """Package managers use their ordinary configuration: no file of the check names where packages come from."""
    files = [*sorted((ROOT / ".ci").iterdir()), *(ROOT / "tests" / "node").glob("*.json"), ROOT / "pyproject.toml"]
    named = [
        path.name
        for path in files
        if path.is_file()
        for word in ("index-url", '"resolved"', "repo1.maven", "registry.npm", "pypi.org")
        if word in path.read_text(encoding="utf-8")
    ]
    assert named == []
    assert os.access(CHECK, os.X_OK)
