"""A corpus of any size through the same stages on Apache Spark (https://spark.apache.org/docs/latest/api/python/).

The stage functions are those of the local engine. A partition's documents are built one by one: those of a folder are
laid into a folder of the worker, those of JSON Lines (one file, or a folder of parts as Spark writes them) are built
from their lines. What needs several documents is a shuffle by key: equal titles, circles, classes of one entity, the
counts of different things. Documents are ranged by name or line, so that the parts of `graph.nq`, read in order, are
in the order of the local engine.
"""

from __future__ import annotations

import json
import operator
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.corpus import DocumentFiles, find_duplicate_titles
from kg.errors import CorpusError, StoreError
from kg.model import Rejection
from kg.ontology import Vocabulary, read_ontology_triples, read_vocabulary, select_authority_triples
from kg.pipeline.circles import find_circles
from kg.pipeline.document import DocumentBuild, Edge, Settings, build_document, read_title, to_lost_build
from kg.pipeline.documents import JSON_LINES, Record, Source
from kg.pipeline.tally import find_class_conflicts
from kg.report import DocumentReport
from kg.triples import ONTOLOGY_GRAPH, PLANNED, to_graph_lines

if TYPE_CHECKING:
    from pyspark import RDD, SparkContext

_SUFFIXES = (".txt", ".ann", ".toml")
_LINE = ".line"
# What Hadoop takes for its own: _SUCCESS, .crc.
_HIDDEN = ("_", ".")
# Before Hadoop has unpacked them.
_PACKED = (".gz", ".bz2", ".zst")
# More partitions than cores even out documents of different length.
_PARTITIONS_PER_CORE = 4
# A document's key, and (ending, content) of each of its files: of a folder the name without its ending, of JSON Lines
# the line's number in full length, so that both are ranged as the local engine reads them.
_Raw = tuple[str, tuple[tuple[str, bytes], ...]]
_DIGITS = 12
# What Hadoop puts where bytes were no UTF-8, before we see them.
_LOST = "\ufffd".encode()


@dataclass(frozen=True, slots=True)
class _Naming:
    """What messages call a document by its key: `lines_of` is the name of a JSON Lines corpus, empty for a folder."""

    lines_of: str

    def name_document(self, key: str) -> str:
        return f"{self.lines_of}:{int(key)}" if self.lines_of else f"{key}.txt"

    def name_annotations(self, key: str) -> str:
        return self.name_document(key) if self.lines_of else f"{key}.ann"


@dataclass(frozen=True, slots=True)
class SparkReport:
    """The account of a build on Spark: totals here, each document's account in `documents.jsonl` of the output."""

    documents: int
    annotations: int
    built: int
    rejected: int
    unaccounted: int
    entities: int
    statements: int
    commitments: int
    observations: int
    quads: int
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Built:
    """One document built: its block of N-Quads, compressed, and what the whole build needs of it."""

    key: str
    block: bytes
    quads: int
    report: DocumentReport
    entities: tuple[tuple[str, tuple[str, ...]], ...]
    statements: tuple[tuple[bytes, bool], ...]
    observations: tuple[bytes, ...]
    edges: tuple[Edge, ...]
    notices: tuple[str, ...]


def build_corpus_on_spark(corpus: str, ontology: Path, base: str, out: str, master: str | None = None) -> SparkReport:
    """Build all documents below `corpus` (any path that Spark reads) into `out` (any that it writes, not there yet).

    Writes `graph.nq` (parts in order), `documents.jsonl` (an account a document), `rejections.txt` and `report.json`,
    each as a folder of parts. `master` is a Spark master's URL, else what the environment of Spark says.

    Raises CorpusError where there is nothing to build, StoreError where `out` is there already or Spark is not.
    """
    context = _open_context(master)
    try:
        return _build(context, corpus, read_vocabulary(ontology), ontology, base, out)
    finally:
        context.stop()


def _open_context(master: str | None) -> SparkContext:
    try:
        from pyspark import SparkConf, SparkContext
    except ImportError as error:
        raise StoreError("没有装 Spark is not installed：请先 pip install 'policykg[spark]'") from error
    conf = (
        SparkConf().setAppName("policykg").set("spark.log.level", "ERROR").set("spark.ui.showConsoleProgress", "false")
    )
    if master:
        conf.setMaster(master)
    if conf.get("spark.master", "local").startswith("local"):
        conf.setAll([("spark.driver.host", "127.0.0.1"), ("spark.ui.enabled", "false")])
    # A partition whose worker failed is built anew elsewhere; half a part is never left in the output.
    conf.set("spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version", "1")
    return SparkContext.getOrCreate(conf)


def _build(
    context: SparkContext, corpus: str, vocabulary: Vocabulary, ontology: Path, base: str, out: str
) -> SparkReport:
    from pyspark import StorageLevel

    if _find(context, out)[1]:
        raise StoreError(f"输出已在 the output is there already: {out}；请换一个 --out，或先删去它")
    naming = _Naming(_find_lines_name(corpus))
    raw = (_read_lines if naming.lines_of else _read_files)(context, corpus).persist(StorageLevel.MEMORY_AND_DISK)
    if raw.isEmpty():
        raise CorpusError(
            f"没有文档 no documents in: {corpus}；一篇文档是 NAME.txt、NAME.ann 和 NAME.toml，或 .jsonl 的一行"
        )
    settings = Settings(vocabulary, base, {})
    settings = replace(settings, duplicates=_find_duplicates(raw, naming, settings))
    built = _build_raw(raw, naming, settings).persist(StorageLevel.DISK_ONLY)
    circles = _find_circles(built, vocabulary)
    if circles:
        affected = {file for file, _ in circles}
        again = raw.filter(lambda one: naming.name_annotations(one[0]) in affected)
        whole = built.filter(lambda one: naming.name_annotations(one.key) not in affected)
        rebuilt = _build_raw(again, naming, replace(settings, excluded=circles))
        built = whole.union(rebuilt).sortBy(lambda one: one.key).persist(StorageLevel.DISK_ONLY)
    classes = built.flatMap(lambda one: one.entities).reduceByKey(lambda a, b: tuple(sorted({*a, *b}))).persist()
    own = set(read_ontology_subjects(read_ontology_triples(ontology, base), base))
    used = frozenset(classes.keys().filter(lambda iri: iri in own).collect())
    schema = select_authority_triples(read_ontology_triples(ontology, base), base, used)
    schema_lines, _ = to_graph_lines(schema, ONTOLOGY_GRAPH)
    report = _sum_up(built, classes, vocabulary, schema_lines.count(b"\n"))
    _write(context, built, schema_lines, report, out)
    return report


def read_ontology_subjects(triples: Iterable[str], base: str) -> Iterator[str]:
    """The subjects below `base` of some N-Triples: the individuals that the ontology brings along."""
    for triple in triples:
        subject = triple[1 : triple.index(">")]
        if subject.startswith(base):
            yield subject


def _find(context: SparkContext, path: str) -> tuple[str, bool]:
    """A path as Spark's file systems name it in full, and whether something is there."""
    jvm: Any = context._jvm
    given = jvm.org.apache.hadoop.fs.Path(path)
    system = given.getFileSystem(context._jsc.hadoopConfiguration())
    return str(system.makeQualified(given).toString()), bool(system.exists(given))


def _find_lines_name(corpus: str) -> str:
    """What messages call a corpus of JSON Lines; empty for a folder of documents."""
    name = corpus.rstrip("/").rpartition("/")[2]
    plain = next((name.removesuffix(packed) for packed in _PACKED if name.endswith(packed)), name)
    return plain if plain.endswith(JSON_LINES) else ""


def _require(context: SparkContext, corpus: str) -> str:
    root, there = _find(context, corpus)
    if not there:
        raise CorpusError(f"找不到语料 corpus not found: {corpus}；请用 --corpus 指定文件夹或 .jsonl")
    return root


def _list_parts(context: SparkContext, path: str) -> list[str]:
    """The files of a path by name: a local file system lists them in no order, which would number the lines anew."""
    jvm: Any = context._jvm
    given = jvm.org.apache.hadoop.fs.Path(path)
    found = given.getFileSystem(context._jsc.hadoopConfiguration()).listStatus(given)
    files = [(str(one.getPath().getName()), str(one.getPath().toString())) for one in found if one.isFile()]
    return [where for name, where in sorted(files) if not name.startswith(_HIDDEN)]


def _read_lines(context: SparkContext, corpus: str) -> RDD[_Raw]:
    """The documents of JSON Lines, in the order of the lines. Raises CorpusError where there is no such path."""
    paths = ",".join(_list_parts(context, _require(context, corpus)))
    lines: RDD[Any] = context.textFile(paths, _PARTITIONS_PER_CORE * context.defaultParallelism, use_unicode=False)
    return (
        lines.zipWithIndex()
        .filter(lambda one: bool(one[0].strip()))
        .map(lambda one: (f"{one[1] + 1:0{_DIGITS}}", ((_LINE, one[0]),)))
    )


def _read_files(context: SparkContext, corpus: str) -> RDD[_Raw]:
    """The documents' files below a folder, in the order of their names. Raises CorpusError where it is not there."""
    root = _require(context, corpus)
    configuration: Any = context._jsc.hadoopConfiguration()
    configuration.set("mapreduce.input.fileinputformat.input.dir.recursive", "true")

    def to_file(named: tuple[str, bytes]) -> tuple[str, tuple[str, bytes]]:
        stem, dot, suffix = named[0].removeprefix(root).lstrip("/").rpartition(".")
        return stem, (dot + suffix, named[1])

    # Not the source "binaryFile" of data frames: it leaves out empty files, which have to be reported.
    files = context.binaryFiles(corpus, minPartitions=_PARTITIONS_PER_CORE * context.defaultParallelism)
    grouped: RDD[_Raw] = (
        files.map(to_file)
        .filter(lambda file: file[1][0] in _SUFFIXES)
        .groupByKey()
        .mapValues(lambda f: tuple(sorted(f)))
    )
    return grouped.sortByKey()


def _lay_out(raw: Iterable[_Raw], naming: _Naming) -> Iterator[tuple[str, Source]]:
    """Documents by key: lines as they are, files as files of this worker, each there until the next is asked for."""
    for key, files in raw:
        if naming.lines_of:
            yield key, Record(naming.name_document(key), files[0][1])
            continue
        with tempfile.TemporaryDirectory(prefix="policykg-") as name:
            last = Path(name) / key.rpartition("/")[2]
            for suffix, content in files:
                last.with_name(last.name + suffix).write_bytes(content)
            text, annotations, metadata = (last.with_name(last.name + suffix) for suffix in _SUFFIXES)
            yield key, DocumentFiles(naming.name_document(key), text, annotations, metadata)


def _find_duplicates(raw: RDD[_Raw], naming: _Naming, settings: Settings) -> Mapping[str, str]:
    def read_titles(partition: Iterable[_Raw]) -> Iterator[tuple[str, str]]:
        for key, source in _lay_out(partition, naming):
            title = None if _is_damaged(source) else read_title(source, settings)
            if title is not None:
                yield title, key

    def find(group: tuple[str, Iterable[str]]) -> list[tuple[str, str]]:
        keys = sorted(group[1])
        return list(find_duplicate_titles(tuple((naming.name_document(key), group[0]) for key in keys)).items())

    return dict(raw.mapPartitions(read_titles).groupByKey().flatMap(find).collect())


def _build_raw(raw: RDD[_Raw], naming: _Naming, settings: Settings) -> RDD[_Built]:
    shared = raw.context.broadcast(settings)

    def build(partition: Iterable[_Raw]) -> Iterator[_Built]:
        for key, source in _lay_out(partition, naming):
            yield _to_built(key, _build_source(source, shared.value))

    return raw.mapPartitions(build, preservesPartitioning=True)


def _is_damaged(source: Source) -> bool:
    return isinstance(source, Record) and _LOST in source.line


def _build_source(source: Source, settings: Settings) -> DocumentBuild:
    if _is_damaged(source):
        file, _, number = source.name.rpartition(":")
        mend = "请转为 UTF-8；若原文就有 U+FFFD，请在 JSON 里写成 \\ufffd"
        return to_lost_build(source, Rejection(file, int(number), "", "不是 UTF-8 not UTF-8, or U+FFFD in it", mend))
    return build_document(source, settings)


def _to_built(key: str, build: DocumentBuild) -> _Built:
    return _Built(
        key=key,
        block=zlib.compress(build.lines, level=1),
        quads=build.report.triples,
        report=build.report,
        entities=tuple((iri, tuple(sorted(names))) for iri, names in build.classes.items()),
        statements=tuple((_hash(key), status == PLANNED) for key, status in build.statements.items()),
        observations=tuple(map(_hash, build.observations)),
        edges=build.edges,
        notices=build.notices,
    )


def _hash(text: str) -> bytes:
    return blake2b(text.encode("utf-8"), digest_size=16).digest()


def _find_circles(built: RDD[_Built], vocabulary: Vocabulary) -> Mapping[tuple[str, str], str]:
    acyclic = frozenset(name for name, term in vocabulary.properties.items() if term.transitive)
    edges = built.flatMap(lambda one: [edge for edge in one.edges if edge.property in acyclic])
    return find_circles(edges.toLocalIterator, acyclic)


def _sum_up(
    built: RDD[_Built], classes: RDD[tuple[str, tuple[str, ...]]], vocabulary: Vocabulary, schema: int
) -> SparkReport:
    reports = built.map(lambda one: one.report)
    counts = Counter(dict(reports.flatMap(_to_counts).reduceByKey(operator.add).collect()))
    statements = built.flatMap(lambda one: one.statements).distinct().persist()
    several = classes.filter(lambda one: len(one[1]) > 1).mapValues(set).collectAsMap()
    notices = sorted(chain(built.flatMap(lambda one: one.notices).collect(), find_class_conflicts(several, vocabulary)))
    return SparkReport(
        documents=counts["documents"],
        annotations=counts["annotations"],
        built=counts["built"],
        rejected=counts["rejected"],
        unaccounted=counts["unaccounted"],
        entities=classes.count(),
        statements=statements.count(),
        commitments=statements.filter(lambda one: one[1]).count(),
        observations=built.flatMap(lambda one: one.observations).distinct().count(),
        quads=built.map(lambda one: one.quads).sum() + schema,
        notices=tuple(notices),
    )


def _to_counts(report: DocumentReport) -> list[tuple[str, int]]:
    named = {"annotations": report.annotations, "built": report.built, "rejected": report.rejected}
    return [*named.items(), ("documents", 1), ("unaccounted", len(report.unaccounted))]


def _write(context: SparkContext, built: RDD[_Built], schema: bytes, report: SparkReport, out: str) -> None:
    blocks = built.map(lambda one: zlib.decompress(one.block).decode("utf-8").removesuffix("\n")).filter(bool)
    ontology = context.parallelize([schema.decode("utf-8").removesuffix("\n")], 1)
    blocks.union(ontology).saveAsTextFile(f"{out}/graph.nq")
    built.map(lambda one: json.dumps(asdict(one.report), ensure_ascii=False)).saveAsTextFile(f"{out}/documents.jsonl")
    rejections: RDD[Rejection] = built.flatMap(lambda one: one.report.rejections)
    rejections.map(str).saveAsTextFile(f"{out}/rejections.txt")
    totals = json.dumps(asdict(report), ensure_ascii=False, indent=1)
    context.parallelize([totals], 1).saveAsTextFile(f"{out}/report.json")
