"""`kg check` as a user calls it: what it prints, and its exit codes: 0 clean, 1 faults, 2 cannot run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.outputs import write_outputs
from kg.pipeline import build_corpus
from kg.validation import CHECKS

CASE = Path(__file__).parent / "cases" / "one_relation_one_figure"
QUICK = ("shapes", "cube", "quotes", "conservation")


def call(*arguments: str) -> Result:
    result = CliRunner().invoke(main, ["check", *arguments], prog_name="kg")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def only(*names: str) -> list[str]:
    return [word for name in names for word in ("--only", name)]


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    write_outputs(build_corpus(CASE, find_folder("ontology"), DEFAULT_BASE), tmp_path, ["nq"])
    return tmp_path / "graph.nq"


def test_a_clean_graph_passes_and_every_check_is_named(graph: Path) -> None:
    result = call("--graph", str(graph), "--jobs", "1")
    assert (result.exit_code, result.stderr) == (0, "")
    for check in CHECKS.values():
        assert any(check.title_zh in line and check.title_en in line for line in result.stdout.splitlines())
    assert "合格 the graph passes" in result.stdout


def test_a_fault_says_what_where_from_which_words_and_how_to_mend_it(graph: Path) -> None:
    lines = graph.read_text(encoding="utf-8").splitlines(keepends=True)
    graph.write_text("".join(line for line in lines if "ontology#value>" not in line), encoding="utf-8")
    result = call("--graph", str(graph), *only(*QUICK))
    assert result.exit_code == 1
    faults = [line for line in result.stderr.splitlines() if "kg:value" in line]
    assert len(faults) == 2  # the shape's and the cube's
    for line in faults:
        for said in ("kg:value", "《示例简报》", "依据 from", "改法 mend", "add the", "build again"):
            assert said in line
    assert "✗ 形状 SHACL shapes：1 处不合 violations" in result.stdout
    assert "✓ 引文 quotes in their texts" in result.stdout
    # The account no longer fits the graph either.
    assert "报告的合计与图谱不符" in result.stderr


def test_a_literal_that_is_not_of_its_datatype_is_one_line(graph: Path) -> None:
    text = graph.read_text(encoding="utf-8")
    graph.write_text(text.replace('"2024-12-31"^^', '"2024-02-31"^^'), encoding="utf-8")
    command = [sys.executable, "-m", "kg", "check", "--graph", str(graph), *only("shapes")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert [line for line in done.stderr.splitlines() if "2024-02-31" not in line] == ["1 处不合 violations"]
    assert "时刻恰有一个日期 an instant has one date" in done.stderr
    assert "《示例简报》" in done.stderr


@pytest.mark.parametrize("name", ["conservation", "quotes"])
def test_what_cannot_run_is_left_out_unless_it_was_asked_for(name: str, graph: Path) -> None:
    for beside in ("report.json", "documents.zip"):
        (graph.parent / beside).unlink()
    result = call("--graph", str(graph), *only(name))
    assert result.exit_code == 2
    assert f"做不了 cannot run {name}" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_what_is_left_out_is_said(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for beside in ("report.json", "documents.zip"):
        (graph.parent / beside).unlink()
    monkeypatch.setenv("PATH", "")
    result = call("--graph", str(graph), "--jobs", "1")
    assert result.exit_code == 0
    assert result.stdout.count("– ") == 3
    assert "没有 Java" in result.stdout


def test_only_the_first_faults_are_listed_unless_all_are_asked_for(graph: Path) -> None:
    lines = graph.read_text(encoding="utf-8").splitlines(keepends=True)
    fund = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/policykg/ontology#Fund> .\n"
    made = [f"<urn:e{number}> {fund}" for number in range(30)]
    graph.write_text("".join([*lines, *made]), encoding="utf-8")
    short, long = (call("--graph", str(graph), *only("shapes"), *more) for more in ((), ("--all",)))
    assert (short.exit_code, long.exit_code) == (1, 1)
    assert "还有 10 处" in short.stderr
    assert len(long.stderr.splitlines()) == 61


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "no such file"),
        ("not N-Quads at all", "not valid RDF"),
        ("<urn:a> <urn:b> <<( <urn:c> <urn:d> <urn:e> )>> .", "RDF 1.2"),
    ],
)
def test_what_is_no_graph_is_said_in_one_line(content: str | None, says: str, tmp_path: Path) -> None:
    path = tmp_path / "graph.nq"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    result = call("--graph", str(path), *only("shapes"))
    assert result.exit_code == 2
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1
