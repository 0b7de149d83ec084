"""Mutants of every input format, and what must hold of each: no traceback, no hang, little memory, nothing lost.

A mutant is made from its target's name and its number alone, so that a fault is found again from those two.
"""

from __future__ import annotations

import io
import multiprocessing
import random
import re
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, partial
from multiprocessing.connection import Connection
from pathlib import Path

import docx
from fpdf import FPDF
from pyoxigraph import RdfFormat, Store

from kg.corpus import find_documents
from kg.errors import FormatError
from kg.formats.brat import parse_brat
from kg.formats.brat import to_brat as write_brat
from kg.formats.checking import check_annotations
from kg.formats.metadata import to_file_name
from kg.formats.raw import AnnotatedDocument
from kg.formats.registry import FORMATS, guess_format
from kg.identifiers import DEFAULT_BASE
from kg.importing import parse_source
from kg.locations import find_folder
from kg.model import Annotations, Rejection
from kg.ontology import read_vocabulary
from kg.pipeline.document import Settings, build_document
from kg.pipeline.reading import to_labels

HANGS_AFTER = 10.0  # seconds
MOST_MEMORY = 1_000_000  # kilobytes

TEXT = """湖北省科技创新情况通报
一、主要成效
2022年，湖北省科学技术厅设立楚天凤鸣科创天使母基金，规模达到2.5亿元，支持低空经济𠮷和集成电路产业。
高新技术企业突破3万家，同比增长24%。
二、下一步工作
下一步，湖北省科学技术厅将组织实施“尖刀”技术攻关工程，到2025年建成5家重点实验室。
"""
_MENTIONS = (
    ("Period", "2022年"),
    ("Agency", "湖北省科学技术厅"),
    ("FundOfFunds", "楚天凤鸣科创天使母基金"),
    ("Industry", "低空经济"),
    ("Industry", "集成电路产业"),
    ("Category", "高新技术企业"),
    ("Programme", "“尖刀”技术攻关工程"),
)
_TOML = """title = "湖北省科技创新情况通报"
issuer = "湖北省科学技术厅"
date = 2023-01-05
place = "湖北省"
kind = "Report"
sources = ["https://a.example/"]
"""


def to_sample() -> str:
    """A `.ann` over the text: mentions, a figure, relations, attributes, links, an equivalence, a note."""
    lines = [
        f"T{n}\t{cls} {TEXT.index(word)} {TEXT.index(word) + len(word)}\t{word}"
        for n, (cls, word) in enumerate(_MENTIONS, 1)
    ]
    begin = TEXT.index("3万家")
    lines += [
        f"T8\tFigure {begin} {begin + 3}\t3万家",
        "R1\tsupports Arg1:T3 Arg2:T4",
        "R2\tsupports Arg1:T2 Arg2:T5",
        "R3\tabout Arg1:T8 Arg2:T6",
        "A1\tStatus R2 planned",
        "A2\tBound T8 atMost",
        "N1\tReference T3 policykg:fund/母基金\t母基金",
        "*\tEquiv T4 T5",
        "#1\tAnnotatorNotes R1\tstatus=planned",
        "E1\tsupports:T7 Arg1:T3 Arg2:T4",
    ]
    return "\n".join(lines) + "\n"


# What breaks readers, put in anywhere.
_TOKENS = tuple(
    one if isinstance(one, bytes) else one.encode("utf-8", "surrogatepass")
    for one in (
        "\0",
        "\x1b[31m",
        "\u202e",
        "\ufeff",
        "\ud800",
        "\U0010ffff",
        "\r\n",
        "\r",
        "\u2028",
        "\n\n",
        "\t",
        "\x0b",
        "\x85",
        "𠮷",
        "e\u0301",
        b"\xff\xfe",
        b"\xfe\xff\0a",
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\x81",
        "-1",
        "0",
        "9" * 30,
        "9" * 5000,
        "1e999",
        "-0",
        "0x10",
        "1.5",
        "NaN",
        "Infinity",
        "null",
        "true",
        "[]",
        "{}",
        '""',
        '"',
        "'",
        "\\",
        "\\u0000",
        "\\ud800",
        "\\u",
        "[" * 200,
        "{" * 50,
        '{"a":' * 150,
        "]" * 20,
        ",",
        ":",
        "<!DOCTYPE a [<!ENTITY b 'c'>]>",
        "<?xml version='1.0' encoding='utf-16'?>",
        "&b;",
        "&#0;",
        "&#x110000;",
        "<",
        ">",
        "<a>" * 300,
        "]]>",
        "<![CDATA[",
        "<!--",
        "<script>",
        "<table>" * 200,
        "<div>" * 500,
        "T1",
        "T99",
        "R1",
        "Arg1:T1",
        "E1",
        "Figure 0 99999",
        "Figure 5 1",
        ";",
        "T1\tPeriod 0 2;3 4\tx",
        "\nR9\tsupports Arg1:R9 Arg2:R9",
        "* Equiv",
        "#",
        "date = 9999-99-99",
        "title = 1",
        'title = ""',
        "[a.b]",
        'kind = "x"',
        "=",
        "第十四个五年规划",
        "一亿亿亿亿亿",
        "0000年",
        "9999年99月",
        "1" * 400 + "亿元",
        "１２．５％",
        "-" * 500,
        "（" * 300,
        "|",
        "|---|",
        "#" * 50,
        "**",
        "](",
        "%PDF-",
        "endobj",
        "stream",
        "/Length 99999999",
        "/Type /Catalog",
        "PK\x03\x04",
        "%TYPES",
        "sofa",
        "begin",
        "end",
        "-1,-1",
        "xmi:id",
        "urn:x",
        "http://[",
        "file:///etc/passwd",
    )
)
_NUMBER = re.compile(rb"\d+")


def mutate(random_: random.Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """One to eight changes: bytes turned, stretches cut, doubled, swapped, numbers changed, pieces put in."""
    found = bytearray(content)
    for _ in range(random_.choice((1, 1, 1, 2, 2, 3, 5, 8))):
        at = random_.randrange(len(found) + 1)
        to = min(len(found), at + random_.choice((1, 2, 5, 20, 100, 1000)))
        kind = random_.randrange(9)
        if kind == 0 and found:
            found[min(at, len(found) - 1)] ^= 1 << random_.randrange(8)
        elif kind == 1:
            del found[at:to]
        elif kind == 2:
            found[at:at] = found[at:to] * random_.choice((1, 2, 30))
        elif kind in {3, 4}:
            found[at:at] = random_.choice(_TOKENS)
        elif kind == 5:
            found[at:to] = random_.choice(_TOKENS)
        elif kind == 6:
            numbers = list(_NUMBER.finditer(found))
            if numbers:
                one = random_.choice(numbers)
                found[one.start() : one.end()] = random_.choice(
                    (b"0", b"-1", b"1", b"99", b"4294967296", b"9" * 25, b"1e9", b"")
                )
        elif kind == 7 and others:
            other = random_.choice(others)
            begin = random_.randrange(len(other) + 1)
            found[at:to] = other[begin : begin + random_.choice((5, 50, 500))]
        else:
            del found[at:]
        if len(found) > 2_000_000:
            del found[2_000_000:]
    return bytes(found)


def mutate_zip(random_: random.Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """A zip with a member changed inside, or the package itself changed."""
    if random_.random() < 0.25:
        return mutate(random_, content, others)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        members = [(info.filename, package.read(info)) for info in package.infolist()]
    chosen = random_.randrange(len(members))
    name, body = members[chosen]
    if random_.random() < 0.05:
        name = random_.choice(("../../x", "/etc/x", "a" * 300, "TypeSystem.xml", "x\x00y"))
    members[chosen] = (name, mutate(random_, body, others))
    return to_zip(members)


def to_zip(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip that has no time in it: the same members, the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, body in members:
            package.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Target:
    """Something that reads a stranger's bytes: good examples, how mutants are made, and the reading itself.

    `read` raises only FormatError, and AssertionError where something was lost.
    """

    seeds: tuple[bytes, ...]
    read: Callable[[bytes], None]
    mutate: Callable[[random.Random, bytes, Sequence[bytes]], bytes] = mutate


@lru_cache(maxsize=1)
def read_settings() -> Settings:
    """What documents are built with."""
    return Settings(read_vocabulary(find_folder("ontology")), DEFAULT_BASE, {}, {})


def check_one_line(message: str) -> None:
    """A message is one line, for a person, of a length that a person reads."""
    assert "\n" not in message, message
    assert "\r" not in message, message
    message.encode()


def check_nothing_lost(annotations: Annotations, rejections: Sequence[Rejection]) -> None:
    """Every annotation is taken or refused, none both, none unsaid."""
    items = (*annotations.mentions, *annotations.relations, *annotations.figures, *annotations.equivalences)
    taken = {line for one in items for line in one.lines}
    refused = {line for one in rejections for line in one.lines or (one.line,)}
    assert annotations.lines <= taken | refused, f"lost: {sorted(annotations.lines - taken - refused)[:5]}"
    for one in rejections:
        check_one_line(str(one))


def _read_format(name: str, content: bytes) -> None:
    form = FORMATS[name]
    labels = to_labels(read_settings().vocabulary)
    guess_format(Path(f"a{form.suffix}"), content)
    for document in form.read(Path("/nowhere/a" + form.suffix), content, "a" + form.suffix, "auto"):
        to_file_name(document.name).encode()
        check_nothing_lost(*check_annotations(document.annotations, document.text or "", labels))
        for note in document.annotations.notes:
            check_one_line(note)


def _read_brat_lines(content: bytes) -> None:
    text = content.decode("utf-8", "replace")
    check_nothing_lost(*parse_brat(text, TEXT, "a.ann", to_labels(read_settings().vocabulary)))


def _build(kind: str, content: bytes) -> None:
    """A whole document through the builder, its text, annotations or metadata a mutant; the account must balance."""
    files = {"txt": TEXT.encode(), "ann": to_sample().encode(), "toml": _TOML.encode()} | {kind: content}
    with tempfile.TemporaryDirectory() as folder:
        for suffix, body in files.items():
            (Path(folder) / f"a.{suffix}").write_bytes(body)
        build = build_document(find_documents(Path(folder))[0], read_settings())
    report = build.report
    assert not report.unaccounted, f"unaccounted: {report.unaccounted[:5]}"
    assert report.annotations == report.built + report.rejected, report
    for rejection in report.rejections:
        check_one_line(str(rejection))
    for notice in build.notices:
        check_one_line(notice)
    Store().bulk_load(input=build.lines, format=RdfFormat.N_QUADS)


def _import(suffix: str, content: bytes) -> None:
    imported = parse_source(content, f"a.{suffix}")
    imported.text.encode()
    assert "\r" not in imported.text
    assert imported.text.strip()


def _to_docx() -> bytes:
    document = docx.Document()
    for line in TEXT.splitlines():
        document.add_paragraph(line)
    table = document.add_table(2, 2)
    table.cell(0, 0).text, table.cell(1, 1).text = "指标", "3万家"
    out = io.BytesIO()
    document.save(out)
    with zipfile.ZipFile(out) as package:
        return to_zip((info.filename, package.read(info)) for info in package.infolist())


def to_pdf() -> bytes:
    """A PDF of two pages whose streams are not compressed: what is changed in it is read."""
    document = FPDF()
    document.set_creation_date(datetime(2024, 1, 1, tzinfo=UTC))
    document.set_compression(False)
    for _ in range(2):
        document.add_page()
        document.set_font("helvetica")
        document.multi_cell(0, 8, "Report of 2022\n1. Funds of 2.5 billion yuan support 3 industries.\n" * 4)
    return bytes(document.output())


_PAGE = f"""<html><head><meta charset="utf-8"><title>通报_湖北省科学技术厅</title>
<meta name="PubDate" content="2023-01-05"></head><body><nav>首页</nav>
<table><tr><td>索 引 号：</td><td>014/2024-1</td><td>发布机构：</td><td>湖北省科学技术厅</td></tr></table>
<div id="zoom"><h1>通报</h1>{"".join(f"<p>{line}</p>" for line in TEXT.splitlines())}
<table><caption>表</caption><tr><th>a</th><td colspan=2>b</td></tr></table></div></body></html>"""
_MARKDOWN = "# 通报\n\n**发布机构**：湖北省科学技术厅\n\n" + TEXT + "\n| 指标 | 值 |\n|---|---|\n| 企业 | 3万家 |\n"


@lru_cache(maxsize=1)
def to_targets() -> Mapping[str, Target]:
    """Every reader of ours by name."""
    labels = to_labels(read_settings().vocabulary)
    annotations, rejections = parse_brat(to_sample(), TEXT, "a.ann", labels)
    assert len(rejections) < 4, rejections
    sample = AnnotatedDocument("a", TEXT, annotations, {"title": "通报", "sources": ["https://a.example/"]})
    ann = (to_sample().encode(), write_brat(sample).encode())
    found = {
        name: Target(
            (form.write([sample]), form.write([sample, sample])),
            partial(_read_format, name),
            mutate_zip if form.suffix == ".zip" else mutate,
        )
        for name, form in FORMATS.items()
    }
    found["brat"] = Target(ann, _read_brat_lines)
    found["build-ann"] = Target(ann, partial(_build, "ann"))
    found["build-txt"] = Target((TEXT.encode(),), partial(_build, "txt"))
    found["build-toml"] = Target((_TOML.encode(),), partial(_build, "toml"))
    found["import-txt"] = Target(
        (TEXT.encode(), TEXT.encode("gb18030"), TEXT.encode("utf-16")), partial(_import, "txt")
    )
    found["import-md"] = Target((_MARKDOWN.encode(),), partial(_import, "md"))
    found["import-html"] = Target(
        (_PAGE.encode(), _PAGE.replace("utf-8", "gbk").encode("gb18030")), partial(_import, "html")
    )
    found["import-docx"] = Target((_to_docx(),), partial(_import, "docx"), mutate_zip)
    found["import-pdf"] = Target((to_pdf(),), partial(_import, "pdf"))
    return found


def make_mutant(target: str, number: int) -> bytes:
    """The mutant of a target with a number, always the same."""
    one = to_targets()[target]
    random_ = random.Random(f"{target} {number}")
    return one.mutate(random_, random_.choice(one.seeds), one.seeds)


def try_mutant(target: str, content: bytes) -> str:
    """What is wrong with how a target reads some bytes; empty where nothing is."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            to_targets()[target].read(content)
    except FormatError as error:
        try:
            check_one_line(str(error))
        except (AssertionError, UnicodeEncodeError) as wrong:
            return f"message: {wrong!r}"
    except BaseException as error:  # noqa: BLE001 — every kind is what is looked for
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else ""
        return f"{type(error).__name__} at {where}: {str(error)[:300]}"
    return ""


def fuzz(mutants: Sequence[tuple[str, int]]) -> Iterator[str]:
    """The faults of some mutants, each tried in a process that is killed where it hangs; one line each."""
    left = list(mutants)
    while left:
        ours, theirs = multiprocessing.Pipe()
        process = multiprocessing.get_context("spawn").Process(target=_try_all, args=(theirs, left), daemon=True)
        process.start()
        theirs.close()
        done = 0
        begin = time.monotonic()
        try:
            while True:
                # The first message waits for the vocabulary to be read.
                if not ours.poll(HANGS_AFTER if done else 90):
                    yield f"{left[done]}: hangs for {time.monotonic() - begin:.0f} s"
                    break
                said = ours.recv()
                if isinstance(said, int):
                    if said > MOST_MEMORY:
                        yield f"takes {said} kilobytes"
                    return
                if said:
                    yield f"{left[done]}: {said}"
                done += 1
        except EOFError:
            yield f"{left[done]}: the process died"
        finally:
            process.kill()
            process.join()
        left = left[done + 1 :]


def _try_all(pipe: Connection, mutants: Sequence[tuple[str, int]]) -> None:

    for target, number in mutants:
        pipe.send(try_mutant(target, make_mutant(target, number)))
    pipe.send(measure_memory())


def measure_memory() -> int:
    """The most memory that this process has had, in kilobytes.

    Not ru_maxrss, which keeps what the process that started this one had (exec does not forget it).
    """
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0])


def plan(count: int) -> list[tuple[str, int]]:
    """So many mutants, spread over all targets."""
    names = sorted(to_targets())
    return [(names[number % len(names)], number // len(names)) for number in range(count)]
