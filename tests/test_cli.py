"""The commands as a user calls them: what they print, their exit codes, and that no traceback ever shows."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.cli.build import build
from kg.cli.terminal import to_printable

ROOT = Path(__file__).parents[1]
CASES = Path(__file__).parent / "cases"


def call(*arguments: str) -> Result:
    result = CliRunner().invoke(main, list(arguments), prog_name="kg")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    assert call("build", "--out", str(folder), "--format", "ttl,nq", "--quiet").exit_code == 0
    return folder


def test_every_command_has_help_in_chinese_and_english() -> None:
    for command in ([], ["build"], ["query"], ["query", "run"], ["view"], ["export"], ["check"]):
        result = call(*command, "--help")
        assert result.exit_code == 0
        assert any("\u4e00" <= character <= "\u9fff" for character in result.output), command
        assert "--help" in result.output


def test_build_says_what_it_wrote_and_what_to_do_next(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    result = call("build", "--corpus", str(CASES / "planned_is_not_done"), "--out", str(folder))
    assert result.exit_code == 0
    assert sorted(path.name for path in folder.glob("[!.]*")) == [
        "documents.zip", "graph.html", "graph.nq", "graph.ttl", "report.json", "report.md",
    ]  # fmt: skip
    for said in ("graph.html", "file://", "who-supports", "query list", "report.md"):
        assert said in result.output


def test_quiet_says_nothing_where_nothing_is_wrong(tmp_path: Path) -> None:
    case = str(CASES / "planned_is_not_done")
    result = call("build", "--corpus", case, "--out", str(tmp_path), "--quiet", "--format", "nq")
    assert (result.exit_code, result.output) == (0, "")


def test_rejections_are_one_line_each_and_fail_only_under_strict(tmp_path: Path) -> None:
    case = str(CASES / "bad_files_cost_only_themselves")
    arguments = ("build", "--corpus", case, "--out", str(tmp_path), "--format", "nq")
    result = call(*arguments)
    assert result.exit_code == 0
    assert result.stderr.count("拒绝 rejected: ") == 10
    assert call(*arguments, "--strict").exit_code == 1
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["totals"]["rejections"] == 10
    for document in report["documents"]:
        assert document["annotations"] == document["built"] + document["rejected"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "--format", "docx"),
        ("build", "--jobs", "0"),
        ("build", "--base", "ftp://x/"),
        ("build", "--base", "https://x"),
        ("build", "--corpus", "/nowhere/at/all"),
        ("build", "--what"),
        ("query", "run", "no-such-question"),
        ("query", "run"),
        ("query", "nonsense"),
        ("query", "--file", "/nowhere.rq"),
        ("query", "--graph", "/nowhere.nq", "ASK { ?s ?p ?o }"),
        ("export", "--format", "docx"),
        ("check", "--graph", "/nowhere.nq"),
        ("view", "--graph", "/nowhere.nq", "--no-open"),
        ("nonsense",),
    ],
)
def test_wrong_usage_is_exit_2_with_one_clear_line(arguments: tuple[str, ...], tmp_path: Path) -> None:
    result = call(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert [line for line in result.stderr.splitlines() if "Error" in line]


def test_an_empty_corpus_says_so(tmp_path: Path) -> None:
    result = call("build", "--corpus", str(tmp_path), "--out", str(tmp_path / "out"))
    assert result.exit_code == 2
    assert "no documents in" in result.output


def test_questions_are_listed_shown_and_run(out: Path) -> None:
    graph = ("--graph", str(out / "graph.nq"))
    listed = call("query", "list").output
    assert listed.count("\n") >= 24
    assert "who-supports" in listed
    assert "SELECT" in call("query", "show", "who-supports").output
    answer = call("query", *graph, "run", "who-supports", "--param", "topic=低空经济").output
    assert "低空经济" in answer
    assert "湖北省科学技术厅" in answer
    assert "计划中" in answer


def test_the_turtle_file_answers_like_the_quads(out: Path) -> None:
    answers = [
        call("query", "--graph", str(out / name), "run", "who-supports", "--format", "csv").output
        for name in ("graph.nq", "graph.ttl")
    ]
    assert answers[0] == answers[1]
    assert len(list(csv.reader(io.StringIO(answers[0])))) > 1


def test_a_text_and_a_file_are_run_in_every_form(out: Path, tmp_path: Path) -> None:
    text = "SELECT ?label WHERE { ?x a kg:FundOfFunds ; skos:prefLabel ?label }"
    graph = ("--graph", str(out / "graph.nq"))
    (tmp_path / "q.rq").write_text(text, encoding="utf-8")
    for form in ("table", "csv", "json", "md"):
        by_text = call("query", *graph, "--format", form, text)
        assert "楚天凤鸣科创天使母基金" in by_text.output
        assert call("query", *graph, "--format", form, "--file", str(tmp_path / "q.rq")).output == by_text.output


def test_an_empty_result_is_a_sentence(out: Path) -> None:
    result = call("query", "--graph", str(out / "graph.nq"), "run", "who-supports", "--param", "topic=没有的产业")
    assert result.exit_code == 0
    assert "没有的产业" in result.output
    assert len(result.output.strip()) > 10


def test_a_bad_query_is_one_line(out: Path) -> None:
    result = call("query", "--graph", str(out / "graph.nq"), "SELECT ?x WHERE { ?x")
    assert result.exit_code == 2
    assert "Error" in result.stderr
    assert "Traceback" not in result.output


def test_an_update_is_refused(out: Path) -> None:
    result = call("query", "--graph", str(out / "graph.nq"), "INSERT DATA { <urn:a> <urn:b> <urn:c> }")
    assert result.exit_code == 2


def test_export_view_and_check_work_on_what_was_built(out: Path, tmp_path: Path) -> None:
    graph = ("--graph", str(out / "graph.nq"))
    assert call("export", *graph, "--format", "graphml", "--out", str(tmp_path / "g.graphml")).exit_code == 0
    assert (tmp_path / "g.graphml").stat().st_size > 1000
    assert call("view", *graph, "--out", str(tmp_path / "g.html"), "--no-open").exit_code == 0
    assert (tmp_path / "g.html").stat().st_size > 1000
    assert call("check", *graph).exit_code == 0


def test_check_fails_on_a_graph_with_a_fault(out: Path, tmp_path: Path) -> None:
    lines = (out / "graph.nq").read_text(encoding="utf-8").splitlines(keepends=True)
    broken = tmp_path / "broken.nq"
    broken.write_text("".join(line for line in lines if "ontology#status>" not in line), encoding="utf-8")
    result = call("check", "--graph", str(broken))
    assert result.exit_code == 1
    assert "violations" in result.stderr


def test_the_script_without_its_packages_says_how_to_get_them(tmp_path: Path) -> None:
    script = ROOT / "build_graph.py"
    result = subprocess.run(
        [sys.executable, "-I", "-S", str(script)], capture_output=True, text=True, encoding="utf-8", check=False,
        cwd=tmp_path,
    )  # fmt: skip
    assert result.returncode != 0
    assert "Traceback" not in result.stderr
    assert "pip install" in result.stderr


def test_the_script_and_the_command_are_one() -> None:
    assert main.get_command(click.Context(main), "build") is build


def test_control_characters_of_documents_never_reach_the_terminal() -> None:
    assert to_printable("红\x1b[31m\u202e色\n") == "红\\u001b[31m\\u202e色\n"
