"""The build report: per document what went in, what came out, and what did not, with file, line and reason."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

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
    """The account of a whole build; `notices` are things worth a look that lose nothing."""

    documents: tuple[DocumentReport, ...]
    entities: int
    statements: int
    commitments: int
    observations: int
    triples: int
    notices: tuple[str, ...] = ()

    @property
    def rejections(self) -> tuple[Rejection, ...]:
        """All rejections of all documents, in order."""
        return tuple(rejection for document in self.documents for rejection in document.rejections)

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
    lines = [
        "# 构建报告 · Build report",
        "",
        f"{len(report.documents)} 篇文档，{report.entities} 个实体，{report.statements} 条陈述"
        f"（其中承诺 {report.commitments} 条），{report.observations} 个数据，{report.triples} 个三元组；"
        f"拒绝 {len(report.rejections)} 处。",
        "",
        f"{len(report.documents)} documents, {report.entities} entities, {report.statements} statements "
        f"({report.commitments} of them commitments), {report.observations} observations, {report.triples} triples; "
        f"{len(report.rejections)} rejections. A document's own counts overlap where documents name the same thing.",
        "",
        "| " + " | ".join(title for title, _ in _COLUMNS) + " |",
        "| --- |" + " ---: |" * (len(_COLUMNS) - 1),
    ]
    lines.extend(
        "| " + " | ".join(_to_cell(getattr(document, name)) for _, name in _COLUMNS) + " |"
        for document in report.documents
    )
    lines += ["", "## 拒绝 · Rejected", ""]
    lines.extend(_to_items(str(rejection) for rejection in report.rejections))
    lines += ["", "## 提示 · Notices", ""]
    lines.extend(_to_items(report.notices))
    return "\n".join(lines) + "\n"


def to_json(report: BuildReport) -> str:
    """The report as JSON: `totals`, `documents` (each with its `rejections`), `notices`."""
    totals = {field.name: getattr(report, field.name) for field in fields(report) if field.type == "int"}
    content = {
        "totals": {**totals, "documents": len(report.documents), "rejections": len(report.rejections)},
        "documents": [asdict(document) for document in report.documents],
        "notices": list(report.notices),
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _to_items(texts: Iterable[str]) -> list[str]:
    return [f"- {_to_cell(text)}" for text in texts] or ["无 None."]


def _to_cell(value: object) -> str:
    # Words from documents stand here: nothing of theirs may break a table or start markup.
    text = str(value).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
    return "".join(character if character.isprintable() else f"\\u{ord(character):04x}" for character in text)
