"""The build report: per document what went in, what came out, and what did not, with file, line and reason."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from itertools import chain

from kg.model import Rejection


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """The account of one document: `annotations` = `built` + `rejected`, counted in lines of the annotation file."""

    file: str
    title: str
    annotations: int
    built: int
    rejected: int
    entities: int
    statements: int
    commitments: int
    observations: int
    triples: int
    rejections: tuple[Rejection, ...] = ()
    unaccounted: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class BuildReport:
    """The account of a whole build; `notices` are things worth a look that lose nothing.

    `documents` may lie in a file: they are counted and gone through, never held at once.
    """

    documents: Collection[DocumentReport]
    entities: int
    statements: int
    commitments: int
    observations: int
    triples: int
    notices: tuple[str, ...] = ()

    @property
    def rejections(self) -> tuple[Rejection, ...]:
        """All rejections of all documents, in order."""
        return tuple(self.iterate_rejections())

    def iterate_rejections(self) -> Iterator[Rejection]:
        """The rejections of all documents, in order, one at a time."""
        return chain.from_iterable(document.rejections for document in self.documents)

    @property
    def unaccounted(self) -> int:
        """Annotation lines that were neither built nor rejected: more than none is a fault of this program."""
        return sum(len(document.unaccounted) for document in self.documents)


_COLUMNS = (
    ("文档 Document", "file"),
    ("标注 In", "annotations"),
    ("建成 Built", "built"),
    ("拒绝 Rejected", "rejected"),
    ("实体 Entities", "entities"),
    ("陈述 Statements", "statements"),
    ("其中承诺 Commitments", "commitments"),
    ("数据 Observations", "observations"),
    ("三元组 Triples", "triples"),
)


def to_markdown(report: BuildReport) -> str:
    """The report as Markdown, Chinese with English beside it."""
    return "".join(iterate_markdown(report))


def iterate_markdown(report: BuildReport) -> Iterator[str]:
    """The report as Markdown, line by line."""
    rejected = sum(len(document.rejections) for document in report.documents)
    head = [
        "# 构建报告 · Build report",
        "",
        f"{len(report.documents)} 篇文档，{report.entities} 个实体，{report.statements} 条陈述"
        f"（其中承诺 {report.commitments} 条），{report.observations} 个数据，{report.triples} 个三元组；"
        f"拒绝 {rejected} 处。",
        "",
        f"{len(report.documents)} documents, {report.entities} entities, {report.statements} statements "
        f"({report.commitments} of them commitments), {report.observations} observations, {report.triples} triples; "
        f"{rejected} rejections. A document's own counts overlap where documents name the same thing.",
        "",
        "| " + " | ".join(title for title, _ in _COLUMNS) + " |",
        "| --- |" + " ---: |" * (len(_COLUMNS) - 1),
    ]
    rows = (
        "| " + " | ".join(_to_cell(getattr(document, name)) for _, name in _COLUMNS) + " |"
        for document in report.documents
    )
    parts = (
        head,
        rows,
        ["", "## 拒绝 · Rejected", ""],
        _iterate_items(str(rejection) for rejection in report.iterate_rejections()),
        ["", "## 提示 · Notices", ""],
        _iterate_items(report.notices),
    )
    return (f"{line}\n" for line in chain.from_iterable(parts))


def to_json(report: BuildReport) -> str:
    """The report as JSON: `totals`, `documents` (each with its `rejections`), `notices`."""
    return "".join(iterate_json(report))


def iterate_json(report: BuildReport) -> Iterator[str]:
    """The report as JSON, piece by piece."""
    totals = {field.name: getattr(report, field.name) for field in fields(report) if field.type == "int"}
    rejected = sum(len(document.rejections) for document in report.documents)
    everything = {**totals, "documents": len(report.documents), "rejections": rejected}
    yield f'{{\n  "totals": {_to_indented(everything)},\n  "documents": ['
    comma = ""
    for document in report.documents:
        yield f"{comma}\n    {_to_indented(asdict(document), 2)}"
        comma = ","
    yield "\n  ]" if comma else "]"
    yield f',\n  "notices": {_to_indented(list(report.notices))}\n}}\n'


def _to_indented(value: object, depth: int = 1) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2).replace("\n", "\n" + "  " * depth)


def _iterate_items(texts: Iterable[str]) -> Iterator[str]:
    empty = True
    for text in texts:
        empty = False
        yield f"- {_to_cell(text)}"
    if empty:
        yield "无 None."


def _to_cell(value: object) -> str:
    # Words from documents stand here: nothing of theirs may break a table or start markup.
    text = str(value).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
    return "".join(character if character.isprintable() else f"\\u{ord(character):04x}" for character in text)
