"""The annotator behind an OpenAI-compatible endpoint, asked of a real HTTP server of the test's own."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.annotate.grounding import ground_answer
from kg.cli import main
from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.model import Span
from kg.ontology import read_vocabulary
from kg.pipeline import build_corpus
from kg.quantities import QuantityLexicon

TEXT = """\
江苏省科学技术厅工作总结
2024年，我省设立紫金科创母基金，规模100亿元。
我省支持低空经济。
江苏省科学技术厅
2025年1月10日
"""
ANSWERS = {
    "2024年，我省设立紫金科创母基金，规模100亿元。": {
        "mentions": [
            {"id": "a", "class": "Province", "text": "我省"},
            {"id": "b", "class": "母基金", "text": "紫金科创母基金"},
            {"id": "c", "class": "Fund", "text": "并不存在的基金"},
            {"id": "d", "class": "Spaceship", "text": "规模"},
        ],
        "figures": [{"text": "100亿元", "indicator": "规模", "about": "b", "period": "2024年"}],
        "relations": [
            {"subject": "a", "property": "establishes", "object": "b"},
            {"subject": "b", "property": "organises", "object": "a"},
            {"subject": "a", "property": "establishes", "object": "c"},
        ],
    },
    "我省支持低空经济。": {
        "mentions": [
            {"id": "a", "class": "Province", "text": "我省"},
            {"id": "b", "class": "Industry", "text": "低空经济", "nth": 1},
        ],
        "relations": [{"subject": "a", "property": "supports", "object": "b"}],
    },
}

Answer = Callable[[dict[str, Any]], tuple[int, bytes]]


@contextmanager
def run_endpoint(answer: Answer) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A server on loopback that answers as told, and the requests that it got."""
    requests: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            requests.append({"path": self.path, "key": self.headers.get("Authorization"), **body})
            code, content = answer(body)
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", requests
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def to_reply(content: str) -> tuple[int, bytes]:
    reply = {
        "choices": [{"message": {"role": "assistant", "content": content}}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20},
    }
    return 200, json.dumps(reply, ensure_ascii=False).encode("utf-8")


def answer_well(body: dict[str, Any]) -> tuple[int, bytes]:
    paragraph = body["messages"][1]["content"]
    return to_reply("```json\n" + json.dumps(ANSWERS.get(paragraph, {}), ensure_ascii=False) + "\n```")


def annotate_by(folder: Path, endpoint: str, **environment: str) -> tuple[int, str]:
    arguments = ["annotate", str(folder), "--engine", "llm", "--endpoint", endpoint, "--model", "m1", "--force"]
    result = CliRunner().invoke(main, arguments, env=environment)
    assert not result.exception or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def test_answers_are_grounded_and_built(folder: Path) -> None:
    with run_endpoint(answer_well) as (endpoint, requests):
        code, said = annotate_by(folder, endpoint, KG_API_KEY="secret")
    assert code == 0, said
    content = (folder / "a.ann").read_text(encoding="utf-8")
    assert "紫金科创母基金" in content
    assert "并不存在的基金" not in content
    for refused in ("并不存在的基金", "Spaceship", "organises"):
        assert refused in said
    assert requests[0]["path"] == "/v1/chat/completions"
    assert requests[0]["key"] == "Bearer secret"
    assert requests[0]["model"] == "m1"
    assert "FundOfFunds（母基金" in requests[0]["messages"][0]["content"]
    build = build_corpus(folder, find_folder("ontology"), DEFAULT_BASE)
    assert not build.report.rejections
    assert build.report.unaccounted == 0
    assert f"入 in {100 * len(requests)}" in said


def test_a_cut_run_goes_on_where_it_was(folder: Path) -> None:
    def fail_later(body: dict[str, Any]) -> tuple[int, bytes]:
        return answer_well(body) if "设立" in body["messages"][1]["content"] else (500, b"overloaded")

    with run_endpoint(fail_later) as (endpoint, requests):
        code, said = annotate_by(folder, endpoint)
        assert code == 2
        assert "500" in said
        assert len(requests) == 2
    with (folder / ".kg-annotate.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"key": "cut in the mid')
    with run_endpoint(answer_well) as (endpoint, requests):
        code, said = annotate_by(folder, endpoint)
        assert code == 0, said
        assert "沿用 kept 1" in said
        assert requests
        assert "2024年，我省设立紫金科创母基金，规模100亿元。" not in {
            one["messages"][1]["content"] for one in requests
        }


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ((401, b'{"error": "bad key"}'), "401"),
        ((200, b"<html>"), "JSON"),
        ((200, b"[]"), "读不懂"),
        ((200, b'{"choices": []}'), "choices"),
        ((200, b'{"choices": [' * 2000), "JSON"),
    ],
)
def test_a_failing_endpoint_is_one_line(folder: Path, reply: tuple[int, bytes], said: str) -> None:
    with run_endpoint(lambda _: reply) as (endpoint, _):
        code, output = annotate_by(folder, endpoint)
    assert code == 2
    assert said in output
    assert not (folder / "a.ann").exists()


@pytest.mark.parametrize(
    "content", ["", "不知道", "{", "[]", '{"mentions": 3}', '{"mentions": [1, {"text": 5}]}', "null"]
)
def test_an_answer_of_another_shape_costs_only_itself(folder: Path, content: str) -> None:
    with run_endpoint(lambda _: to_reply(content)) as (endpoint, _):
        code, output = annotate_by(folder, endpoint)
    assert code == 0, output
    assert (folder / "a.ann").read_text(encoding="utf-8") == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["--engine", "llm"],
        ["--engine", "llm", "--endpoint", "http://127.0.0.1:9"],
        ["--endpoint", "http://127.0.0.1:9"],
        ["--engine", "llm", "--endpoint", "file:///etc", "--model", "m"],
        ["--engine", "llm", "--endpoint", "http://127.0.0.1:9", "--model", "m"],
    ],
)
def test_wrong_usage_is_one_line(folder: Path, arguments: list[str]) -> None:
    result = CliRunner().invoke(main, ["annotate", str(folder), *arguments])
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)


_KEYS = [
    "mentions",
    "figures",
    "relations",
    "id",
    "class",
    "text",
    "nth",
    "subject",
    "object",
    "property",
    "indicator",
    "about",
    "period",
]
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["我省", "Fund", "a", "supports"]),
    lambda one: st.lists(one, max_size=4) | st.dictionaries(st.sampled_from(_KEYS), one, max_size=6),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(_JSON)
def test_no_answer_breaks_the_grounding(answer: Any) -> None:
    vocabulary = read_vocabulary_once()
    lexicon = QuantityLexicon(
        vocabulary.units, vocabulary.bounds_before, vocabulary.bounds_after, vocabulary.bound_links
    )
    grounded = ground_answer(answer, TEXT, Span(13, 40), vocabulary, lexicon, "llm")
    for one in grounded.found:
        assert 13 <= one.begin < one.end <= 40


def read_vocabulary_once(known: list[Any] = []) -> Any:  # noqa: B006 - read once for two hundred examples
    if not known:
        known.append(read_vocabulary(find_folder("ontology")))
    return known[0]
