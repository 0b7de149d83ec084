"""Inputs of extreme size and depth, each tried in a process of its own."""

from __future__ import annotations

import io
import multiprocessing
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from fuzzing import TEXT, measure_memory, read_settings, to_pdf, to_targets, try_mutant

from kg.corpus import find_documents
from kg.pipeline.document import build_document


def make_monsters(scale: float) -> Mapping[str, tuple[str, Callable[[], bytes]]]:
    """Inputs of extreme size, each with its target; at scale 1 those of issue 6, in CI smaller ones.

    The text of a million characters has figures and names; 100,000 annotations are disjoint, 100,000 overlap at one
    place; JSON and HTML go 100,000 deep.
    """
    sentence = TEXT.split("\n")[2] + "\n"
    many, deep = max(1, int(100_000 * scale)), max(300, int(100_000 * scale))

    def to_annotated(spans: Callable[[int], tuple[int, int]], length: int) -> bytes:
        text = (sentence * (length // len(sentence) + 1))[: max(length, 10)]
        found = enumerate(map(spans, range(many)), 1)
        body = "\n".join(f"T{n}\tTechnology {begin} {end}\t{text[begin:end]}" for n, (begin, end) in found)
        return text.encode() + b"\x00" + body.encode()

    return {
        "a million characters": ("build-txt", lambda: _repeat(sentence, int(1_000_000 * scale))),
        "a million characters in one line": (
            "build-txt",
            lambda: _repeat("湖北省支持低空经济，", int(1_000_000 * scale)),
        ),
        "a million digits": ("build-txt", lambda: b"1" * int(1_000_000 * scale)),
        "100,000 annotations": ("pair", lambda: to_annotated(lambda n: (n * 3, n * 3 + 2), many * 3)),
        "100,000 overlaps": ("pair", lambda: to_annotated(lambda n: (n % 7, 12 + n % 11), 50)),
        "100,000 nested": ("pair", lambda: to_annotated(lambda n: (n % 1000, 2000 - n % 1000), 2000)),
        "JSON 100,000 deep": ("label-studio", lambda: b"[" * deep + b"]" * deep),
        "JSON objects 100,000 deep": ("web-annotation", lambda: b'{"a":' * deep + b"1" + b"}" * deep),
        "JSON lines 100,000 deep": ("json-lines", lambda: b"[" * deep),
        "JSON numbers 100,000 long": (
            "doccano",
            lambda: b'{"text": "a", "label": [[0, ' + b"9" * deep + b', "Fund"]]}',
        ),
        "XML 100,000 deep": ("uima-xmi", lambda: b"<a>" * deep + b"</a>" * deep),
        "XML attributes": ("uima-xmi", lambda: b"<a " + b" ".join(b'b%d="c"' % n for n in range(deep)) + b"/>"),
        "HTML 100,000 deep": ("import-html", lambda: b"<body>" + b"<div>" * deep + TEXT.encode()),
        "HTML tables in tables": ("import-html", lambda: b"<body>" + b"<table><tr><td>" * (deep // 20) + TEXT.encode()),
        "Markdown of brackets": ("import-md", lambda: b"[" * deep + b"](" * 1000),
        "Markdown of asterisks": ("import-md", lambda: b"**a" * deep),
        "text of cells": ("import-txt", lambda: b"|" * deep + b"\n" + b"|" * deep),
        "TOML 100,000 deep": ("build-toml", lambda: b"a = " + b"[" * deep),
        "brat fragments": (
            "brat",
            lambda: b"T1\tFund " + b";".join(b"%d %d" % (n, n + 1) for n in range(deep)) + b"\tx",
        ),
        "brat equivalence": ("brat", lambda: b"*\tEquiv " + b" ".join(b"T%d" % n for n in range(deep))),
        "a zip of zeros": ("import-docx", lambda: _to_bomb(int(300_000_000 * scale) + 250_000_000 * (scale < 0.5))),
        "a PDF of brackets": (
            "import-pdf",
            lambda: to_pdf().replace(b"/Type /Page\n", b"/Type /Page /X " + b"[" * deep + b"\n"),
        ),
    }


def _repeat(text: str, length: int) -> bytes:
    return ("情况\n" + text * (length // len(text) + 1)).encode()


def _to_bomb(size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package, package.open("word/document.xml", "w") as part:
        for _ in range(0, size, 1_000_000):
            part.write(b"\0" * 1_000_000)
    return out.getvalue()


def _read_pair(content: bytes) -> None:
    """A text and its `.ann`, built; the two stand behind one another with a NUL between."""
    text, _, ann = content.partition(b"\0")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.txt").write_bytes(text)
        (Path(folder) / "a.ann").write_bytes(ann)
        report = build_document(find_documents(Path(folder))[0], read_settings()).report
    assert not report.unaccounted
    assert report.annotations == report.built + report.rejected


def try_monsters(names: Sequence[str], scale: float) -> dict[str, tuple[float, int, str]]:
    """Seconds, kilobytes so far and the fault of each, one after another in a process of their own.

    The process is killed where one takes more than ten minutes; those after it are then missing.
    """
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_try_all, args=(theirs, names, scale), daemon=True)
    process.start()
    theirs.close()
    found: dict[str, tuple[float, int, str]] = {}
    try:
        for name in names:
            if not ours.poll(600):
                found[name] = (600.0, 0, "hangs")
                break
            found[name] = ours.recv()
    except EOFError:
        found[names[len(found)]] = (0.0, 0, "the process died")
    finally:
        process.kill()
        process.join()
    return found


def _try_all(pipe: Connection, names: Sequence[str], scale: float) -> None:

    to_targets()
    for name in names:
        target, make = make_monsters(scale)[name]
        content = make()
        begin = time.monotonic()
        fault = _try_pair(content) if target == "pair" else try_mutant(target, content)
        pipe.send((time.monotonic() - begin, measure_memory(), fault))


def _try_pair(content: bytes) -> str:
    try:
        _read_pair(content)
    except (AssertionError, MemoryError, RecursionError) as error:
        return repr(error)[:300]
    return ""
