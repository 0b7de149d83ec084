"""The documents of a corpus one after the other: of a folder of files, or of one file of our own JSON Lines.

Nothing of a document is read here: a `Batch` says where some of them are, and a worker reads them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from kg.corpus import DocumentFiles, find_stems, to_document_files
from kg.errors import CorpusError

_DOCUMENTS, _BYTES = 16, 1_000_000
JSON_LINES = (".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a JSON Lines file; messages call it `name`."""

    name: str
    line: bytes


Source = DocumentFiles | Record


@dataclass(frozen=True, slots=True)
class Batch:
    """Some documents that follow each other: their paths in a folder, or the lines from `begin` to `end` of a file."""

    corpus: Path
    stems: tuple[str, ...] = ()
    begin: int = 0
    end: int = 0
    first_line: int = 1

    def iterate(self) -> Iterator[Source]:
        """The documents, to be read."""
        if self.stems:
            for stem in self.stems:
                yield to_document_files(self.corpus, stem)
            return
        with self.corpus.open("rb") as file:
            file.seek(self.begin)
            lines = file.read(self.end - self.begin).split(b"\n")
        for number, line in enumerate(lines, self.first_line):
            if line.strip():
                yield Record(f"{self.corpus.name}:{number}", line)


def count_documents(corpus: Path) -> int:
    """How many documents a corpus has. Raises CorpusError where there is none."""
    if corpus.suffix not in JSON_LINES or corpus.is_dir():
        return len(find_stems(corpus))
    try:
        with corpus.open("rb") as file:
            count = sum(1 for line in file if not line.isspace())
    except OSError as error:
        raise CorpusError(f"读不了语料 cannot read {corpus}: {error.strerror}；请检查路径和权限") from error
    if not count:
        raise CorpusError(f"文件里没有文档 no documents in: {corpus}；每行应是一篇文档 each line is a document")
    return count


def iterate_batches(corpus: Path) -> Iterator[Batch]:
    """All documents of a corpus in order: those of a folder by path, those of a file by line.

    Raises CorpusError where the folder is missing or holds no document.
    """
    if corpus.suffix in JSON_LINES and not corpus.is_dir():
        yield from _iterate_line_batches(corpus)
        return
    stems = iter(find_stems(corpus))
    while chosen := tuple(islice(stems, _DOCUMENTS)):
        yield Batch(corpus, chosen)


def _iterate_line_batches(corpus: Path) -> Iterator[Batch]:
    begin = end = lines = 0
    with corpus.open("rb") as file:
        first = 1
        for line in file:
            end += len(line)
            lines += 1
            if lines >= _DOCUMENTS or end - begin >= _BYTES:
                yield Batch(corpus, (), begin, end, first)
                begin, first, lines = end, first + lines, 0
    if end > begin:
        yield Batch(corpus, (), begin, end, first)
