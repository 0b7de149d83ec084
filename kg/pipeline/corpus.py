"""A whole corpus through the stages: documents in batches, and around them what needs all of them: titles and circles.

Nothing here grows with the corpus but files: `write_corpus` streams from documents to quads. `build_corpus` gives the
same in memory, for what has to reason over a corpus that fits there.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from kg.corpus import to_document_files
from kg.ontology import read_ontology_triples, read_vocabulary, select_authority_triples
from kg.pipeline.batch import BatchBuilder
from kg.pipeline.document import Settings, to_duplicate, to_lost_report
from kg.pipeline.documents import count_documents, iterate_batches
from kg.pipeline.earlier import EarlierWriter, open_earlier, open_writer, to_stamp
from kg.pipeline.summary import Summary
from kg.pipeline.tally import Tally
from kg.pipeline.workers import build_batches
from kg.report import BuildReport, DocumentReport
from kg.triples import ONTOLOGY_GRAPH, to_graph_lines

# Below this many documents a process more costs more than it saves.
_DOCUMENTS_PER_PROCESS = 32

Progress = Callable[[int, int], None]
TakeText = Callable[[str, bytes], None]


@dataclass(frozen=True, slots=True)
class Build:
    """A whole corpus built: all N-Quads lines (each document's, then the ontology's graph), the account, and the texts
    by the documents' IRIs."""

    lines: tuple[str, ...]
    report: BuildReport
    texts: Mapping[str, str]


def build_corpus(
    corpus: Path, ontology: Path, base: str, *, jobs: int = 1, on_document: Progress | None = None
) -> Build:
    """Build all documents of `corpus` in memory; `on_document` is told (done, all) after each.

    Raises CorpusError where there is nothing to build and OntologyError where the ontology is at fault.
    """
    texts: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="policykg-") as name:
        path = Path(name) / "graph.nq"
        report = write_corpus(
            corpus, ontology, base, path, jobs=jobs, on_document=on_document,
            on_text=lambda iri, text: texts.update({iri: text.decode()}),
        )  # fmt: skip
        with path.open(encoding="utf-8", newline="\n") as file:
            lines = tuple(file)
        return Build(lines, replace(report, documents=tuple(report.documents)), texts)


def write_corpus(
    corpus: Path,
    ontology: Path,
    base: str,
    path: Path,
    *,
    on_text: TakeText,
    jobs: int = 1,
    on_document: Progress | None = None,
    kept: Path | None = None,
) -> BuildReport:
    """Build all documents of `corpus` (a folder, or a file of our JSON Lines) into the N-Quads file `path`.

    The file has a block for each document, in the corpus's order, its lines sorted, and one for the ontology's graph.
    `on_text` gets each document's IRI and text. What has to be kept aside meanwhile lies beside `path`. Where there is
    a folder `kept`, documents that have not changed since the build that left something there are not built again.
    Raises CorpusError where there is nothing to build and OntologyError where the ontology is at fault.
    """
    vocabulary = read_vocabulary(ontology)
    settings = Settings(vocabulary, base, {})
    total = count_documents(corpus)
    jobs = max(1, min(jobs, total // _DOCUMENTS_PER_PROCESS))
    stamp = b"" if kept is None else to_stamp(ontology, base)
    with open_earlier(kept, stamp) as earlier, open_writer(path.parent, stamp) as writer:
        tally = Tally(path.parent, vocabulary)
        acceptance = _Acceptance(corpus, total, tally, on_document, on_text, writer)
        builder = BatchBuilder(settings, stamp, earlier)
        build_batches(iterate_batches(corpus), builder, path, jobs, acceptance.accept)
        circles = tally.find_circles()
        if circles:
            # Known only now that all documents have been read: once more, without the relations that close them.
            builder = replace(builder, settings=replace(settings, excluded=circles))
            tally = Tally(path.parent, vocabulary)
            writer.forget()
            acceptance = _Acceptance(corpus, total, tally, on_document, None, writer)
            build_batches(iterate_batches(corpus), builder, path, jobs, acceptance.accept)
        known = frozenset(f"{base}{entry.iri_path}" for entry in vocabulary.authority.entries)
        schema = select_authority_triples(read_ontology_triples(ontology, base), base, tally.find_used(known))
        lines, shared = to_graph_lines(schema, ONTOLOGY_GRAPH)
        with path.open("ab") as file:
            file.write(lines)
        if kept is not None and stamp:
            writer.finish(path, kept)
    return tally.to_report(shared)


@dataclass(slots=True)
class _Acceptance:
    """Takes documents into account in the corpus's order, and leaves out those whose title an earlier one has."""

    corpus: Path
    total: int
    tally: Tally
    on_document: Progress | None
    on_text: TakeText | None
    writer: EarlierWriter
    done: int = 0
    length: int = 0
    titles: dict[str, str] = field(default_factory=dict)

    def accept(self, summaries: list[Summary]) -> frozenset[int]:
        """The numbers of those of a batch's documents that are left out."""
        left_out = set()
        for number, summary in enumerate(summaries):
            name = summary.report.file
            # Two titles that give one IRI are one: full-width digits and quotation marks do not tell documents apart.
            first = name if summary.title is None else self.titles.setdefault(summary.title, name)
            if first == name:
                self.tally.add(summary)
                self.writer.add(summary, self.length)
                self.length += summary.size
                if summary.text is not None and self.on_text is not None:
                    self.on_text(*summary.text)
            else:
                left_out.add(number)
                self.tally.add_lost(self._to_lost(summary.report, first))
            self.done += 1
            if self.on_document is not None:
                self.on_document(self.done, self.total)
        return frozenset(left_out)

    def _to_lost(self, report: DocumentReport, first: str) -> DocumentReport:
        if self.corpus.is_dir():
            files = to_document_files(self.corpus, report.file.removesuffix(".txt"))
            return to_lost_report(files, to_duplicate(report.file, first))
        lost = to_duplicate(report.file, first)
        return DocumentReport(report.file, "", report.annotations, 0, report.annotations, 0, 0, 0, 0, 0, (lost,))
