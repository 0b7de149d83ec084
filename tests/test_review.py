"""`kg review`: doubtful annotations shown with their sentence, decisions written back."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.annotate.writing import is_machine_made
from kg.cli import main
from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.pipeline import build_corpus

TEXT = """\
江苏省科学技术厅2024年工作总结
2024年，我省设立紫金科创母基金，支持低空经济发展。
江苏省科学技术厅
2025年1月10日
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    assert CliRunner().invoke(main, ["annotate", str(tmp_path)]).exit_code == 0
    return tmp_path / "a.ann"


def run(file: Path, *arguments: str, answers: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(main, ["review", str(file), *arguments], input=answers)
    assert not result.exception or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def find_id(file: Path, words: str) -> str:
    return next(line.split("\t")[0] for line in file.read_text(encoding="utf-8").splitlines() if line.endswith(words))


def test_the_doubtful_are_listed_the_least_sure_first(file: Path) -> None:
    code, said = run(file, "--no-ask", "--below", "1")
    assert code == 0
    confidences = [float(line.split("  ")[1]) for line in said.splitlines() if line[:1] in {"T", "R"}]
    assert confidences == sorted(confidences)
    assert len(confidences) > 4
    assert "[紫金科创母基金]" in said
    assert "没有把握低于" in run(file, "--no-ask", "--below", "0")[1]


def test_decisions_are_written_back_and_the_file_is_a_persons(file: Path) -> None:
    fund, industry = find_id(file, "\t紫金科创母基金"), find_id(file, "\t低空经济")
    before = file.read_text(encoding="utf-8")
    assert run(file, "--edit", f"{fund}=基金", "--reject", industry)[0] == 0
    after = file.read_text(encoding="utf-8")
    assert f"{fund}\tFund " in after
    assert "低空经济" not in after
    assert not any(f"Arg2:{industry}" in line for line in after.splitlines())
    assert any(f"Arg2:{industry}" in line for line in before.splitlines())
    assert not is_machine_made(after)
    build = build_corpus(file.parent, find_folder("ontology"), DEFAULT_BASE)
    assert not build.report.rejections
    assert f"{fund}  " not in run(file, "--no-ask", "--below", "1")[1]


def test_they_can_be_decided_one_by_one(file: Path) -> None:
    fund = find_id(file, "\t紫金科创母基金")
    shown = run(file, "--no-ask", "--below", "0.99")[1]
    order = [line.split("  ")[0] for line in shown.splitlines() if line[:1] in {"T", "R"}]
    answers = "".join("r\n" if name == fund else "s\n" for name in order)
    code, said = run(file, "--ask", "--below", "0.99", answers=answers)
    assert code == 0, said
    assert "删去 rejected 1" in said
    assert "紫金科创母基金" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--accept", "T999"], "T999"),
        (["--edit", "T1"], "T1=Fund"),
        (["--edit", "T1=Spaceship"], "Spaceship"),
        (["--edit", "R1=Fund"], "Fund"),
    ],
)
def test_a_wrong_decision_is_one_line_and_changes_nothing(file: Path, arguments: list[str], said: str) -> None:
    before = file.read_bytes()
    code, output = run(file, *arguments)
    assert code == 2
    assert said in output
    assert file.read_bytes() == before


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    assert run(tmp_path / "none.ann")[0] == 2
