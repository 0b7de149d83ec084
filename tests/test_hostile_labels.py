"""What a document may call a thing: IRIs, cells of a spreadsheet and lines of a terminal made of hostile names."""

from __future__ import annotations

import csv
import io
import os
import pty
import random
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from components import require_command
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, parse

from kg.cli import main
from kg.identifiers import DEFAULT_BASE, to_entity_iri, to_segment
from kg.names import to_canonical_label
from kg.queries import to_csv
from kg.queries.table import Table

_PIECES = (
    *"abc中文 /\\%#?&<>{}|^`'\"“”·（）.,;:@!$*+=~_-[]",
    "\t",
    "\n",
    "\r",
    "\0",
    "\x01",
    "\x1b[31m",
    "\x7f",
    "\x85",
    "\xa0",
    "\u200b",
    "\u200e",
    "\u202a",
    "\u202e",
    "\u2066",
    "\u2069",
    "\u2028",
    "\u3000",
    "\ufeff",
    "\ue000",
    "\ufdd0",
    "\ufffe",
    "\U000e0001",
    "\U000f0000",
    "\U0010ffff",
    "😀",
    "👨‍👩‍👧",
    "𠮷",
    "e\u0301",
    "é",
    "Å",
    "\u212b",
    "ﬁ",
    "１",
    "%41",
    "%2F",
    "..",
    "../",
    "javascript:",
    "</script>",
    "<img onerror=x>",
    "urn:x",
    "https://",
    "$(id)",
    "';--",
)
_SURROGATES = ("\ud800", "\udfff", "\udbff")


def make_labels(count: int) -> Iterator[str]:
    """So many different names, fixed seed: single characters of every kind first, then mixtures."""
    random_ = random.Random(10_000)
    seen: set[str] = set()
    while len(seen) < count:
        label = "".join(random_.choice(_PIECES) for _ in range(random_.randint(1, 7)))
        if label not in seen:
            seen.add(label)
            yield label


LABELS = tuple(make_labels(10_000))


def test_10_000_hostile_labels_give_iris_that_are_valid_and_their_own(tmp_path: Path) -> None:
    rapper = require_command("rapper")
    iris: dict[str, str] = {}
    for label in LABELS:
        iri = to_entity_iri(DEFAULT_BASE, "Fund", label)
        assert NamedNode(iri).value == iri
        # NFC makes one of what Unicode holds to be one; nothing else may.
        assert iris.setdefault(iri, unicodedata.normalize("NFC", label)) == unicodedata.normalize("NFC", label)
    assert len(iris) == len({unicodedata.normalize("NFC", label) for label in LABELS}) > 9_000
    lines = [f'<{iri}> <http://a.example/p> "x" .\n' for iri in iris]
    content = "".join(lines).encode()
    assert {quad.subject.value for quad in parse(content, format=RdfFormat.N_TRIPLES)} == set(iris)  # type: ignore[union-attr]
    for name in ("ntriples", "turtle"):
        (tmp_path / "a").write_bytes(content)
        done = subprocess.run(
            [rapper, "-q", "-i", name, "-o", "ntriples", str(tmp_path / "a")],
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr[:500]
        assert done.stdout.count(b"\n") == len(iris)
        assert not done.stderr


def test_half_a_character_is_refused_and_never_written() -> None:
    random_ = random.Random(1)
    for label in LABELS[:1000]:
        at = random_.randrange(len(label) + 1)
        with pytest.raises(ValueError, match="surrogates"):
            to_segment(label[:at] + random_.choice(_SURROGATES) + label[at:])


def test_canonical_labels_stay_one_name_each() -> None:
    for label in LABELS:
        once = to_canonical_label(label)
        assert to_canonical_label(once) == once


_FORMULAS = (
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "\t=1",
    "\r=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    '="x"',
)


def test_cells_that_a_spreadsheet_would_run_are_marked() -> None:
    rows = tuple((Literal(text, language="zh"), Literal(text)) for text in (*_FORMULAS, *LABELS[:2000]))
    written = list(csv.reader(io.StringIO(to_csv(Table(("a", "b"), rows)), newline="")))[1:]
    assert len(written) == len(rows)
    for row in written:
        assert not any(cell.startswith(tuple("=+-@＝＋－＠\t\r")) for cell in row)
    for formula, row in zip(_FORMULAS, written, strict=False):
        assert row == [f"'{formula}"] * 2
    assert to_csv(Table(("a",), ((Literal(-5),),))) == "a\r\n-5\r\n"


# --- the terminal ---------------------------------------------------------------------------------------------

_RAW = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_EVIL = "\x1b[31m红\x1b]0;x\x07\u202e\x9b5m"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus whose text, labels, fields and faulty lines bring control characters."""
    folder = tmp_path_factory.mktemp("corpus")
    name = f"楚天{_EVIL}基金"
    text = f"情况{_EVIL}通报\n湖北省设立{name}，支持{_EVIL}产业。\n"
    begin = text.index(name)
    (folder / "a.txt").write_text(text, encoding="utf-8")
    industry = f"{_EVIL}产业"
    at = text.index(industry)
    lines = [
        f"T1\tFund {begin} {begin + len(name)}\t{name}",
        f"T2\tIndustry {at} {at + len(industry)}\t{industry}",
        "R1\tsupports Arg1:T1 Arg2:T2",
        f"T3\tFund 0 2\t{_EVIL}",
        f"T4\t{_EVIL} 0 2\t情况",
        f"R2\t{_EVIL} Arg1:T1 Arg2:T2",
        f"{_EVIL}",
        f"A1\t{_EVIL} R1 x",
    ]
    (folder / "a.ann").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "b.txt").write_text(f"另一篇{_EVIL}\n", encoding="utf-8")
    (folder / "b.toml").write_text('kind = "\\u001b[31m"\n', encoding="utf-8")
    return folder


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_no_command_sends_a_documents_control_characters(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    graph = ("--graph", str(out / "graph.nq"))
    text = "SELECT * { ?x kg:supports ?y ; skos:prefLabel ?label }"
    built = call("build", "--corpus", str(corpus), "--out", str(out))
    assert built.exit_code == 0, built.output
    assert "rejected" in built.output
    results = [
        built,
        call("query", *graph, text),
        call("query", *graph, "--format", "records", text),
        call("query", *graph, "run", "who-supports", "--param", "topic=\x1b[31m"),
        call("query", *graph, f"SELECT * {{ ?x ?y '{_EVIL} }}"),
        call("query", *graph, "run", _EVIL),
        call("ask", *graph, f"哪些基金支持{_EVIL}产业？"),
        call("check", *graph),
        call("convert", str(corpus), str(tmp_path / "a.json"), "--to", "label-studio"),
        call("build", "--corpus", f"/{_EVIL}"),
        call("vocabulary", _EVIL),
        call("annotate", f"/{_EVIL}"),
        call("import", f"/{_EVIL}", "--out", str(tmp_path)),
    ]
    assert "楚天" in results[1].output
    for result in results:
        assert not _RAW.search(result.output), ascii(result.output)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert not _RAW.search((out / "report.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("form", ["csv", "md", "json"])
def test_forms_for_programs_are_safe_where_a_person_looks(tmp_path: Path, form: str) -> None:
    """In a pipe a form for programs keeps every character; in a terminal none is sent."""
    graph = tmp_path / "graph.nq"
    store = Store()
    store.load(f"<urn:a> <urn:b> {Literal(_EVIL)} .".encode(), format=RdfFormat.N_TRIPLES, to_graph=NamedNode("urn:g"))
    store.dump(str(graph), format=RdfFormat.N_QUADS)
    command = [sys.executable, "-m", "kg", "query", "--graph", str(graph), "--format", form, "SELECT ?o { ?s ?p ?o }"]
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command, stdout=theirs, stderr=subprocess.DEVNULL)
    os.close(theirs)
    shown = b""
    while True:
        try:
            chunk = os.read(ours, 65536)
        except OSError:
            break
        if not chunk:
            break
        shown += chunk
    os.close(ours)
    assert process.wait(timeout=60) == 0
    assert "红" in shown.decode()
    assert not _RAW.search(shown.decode().replace("\r\n", "\n"))
