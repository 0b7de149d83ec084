"""An answer to take away: one zip of the rows, the query as it was asked, the evidence, and how to cite it.

The same answer of the same graph file gives the same bytes: entries in a fixed order with a fixed time, not compressed.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kg.errors import StoreError
from kg.queries.evidence import Backed, Backing, Quote
from kg.queries.front_matter import Query
from kg.queries.index import to_argument
from kg.queries.layout import escape_markdown, to_csv, to_shown
from kg.queries.table import Table

# The earliest time that a zip can hold: an entry's own time would make every packet another.
_TIME = (1980, 1, 1, 0, 0, 0)
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Edition:
    """Which state of the graph was asked: a file's name, SHA-256 and day of writing (UTC), or an endpoint's address."""

    source: str
    sha256: str = ""
    built: str = ""

    @property
    def cited(self) -> str:
        """The edition as a citation names it."""
        if not self.sha256:
            return f"端点 endpoint {self.source}"
        return f"{self.source}，sha256:{self.sha256}，{self.built} 构建 built {self.built}"


def read_edition(graph: Path) -> Edition:
    """The edition of a graph file. Raises StoreError where it cannot be read."""
    digest = hashlib.sha256()
    try:
        with graph.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
        written = datetime.fromtimestamp(graph.stat().st_mtime, UTC)
    except OSError as error:
        raise StoreError(f"读不了数据文件 cannot read {graph}: {error.strerror}；请先运行 kg build") from error
    return Edition(graph.name, digest.hexdigest(), written.date().isoformat())


def to_citation(query: Query, values: Mapping[str, str], rows: int, edition: Edition) -> str:
    """One line that says what was asked of which data and how much was found."""
    asked = "，".join(f"{one.label_zh}={values.get(one.name, one.default)}" for one in query.parameters)
    return (
        f"政策知识图谱 policykg：“{query.summary_zh}”（queries/{query.name}.rq{'；' + asked if asked else ''}），"
        f"{rows} 行 rows。数据 data: {edition.cited}。"
    )


def to_command(query: Query, values: Mapping[str, str]) -> str:
    """The command that asks the question again, its defaults written out: they may change."""
    given = (f" --param {one.name}={to_argument(values.get(one.name, one.default))}" for one in query.parameters)
    return f"kg query run {query.name}{''.join(given)}"


def to_packet(
    query: Query, values: Mapping[str, str], text: str, table: Table, backing: Backing, edition: Edition
) -> bytes:
    """The packet as a zip; `text` is the query with its values bound, `backing` what stands behind the rows."""
    files = {
        "answer.csv": to_csv(table),
        "query.rq": text,
        "evidence.md": to_evidence(query, table, backing),
    }
    contents = {name: content.encode("utf-8") for name, content in files.items()}
    readme = _to_readme(query, values, table, edition, contents)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in {"README.md": readme.encode("utf-8"), **contents}.items():
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return out.getvalue()


def _to_readme(
    query: Query, values: Mapping[str, str], table: Table, edition: Edition, contents: Mapping[str, bytes]
) -> str:
    parameters = [
        f"- `{one.name}` {one.label_zh} {one.label_en}：{escape_markdown(values.get(one.name, one.default))}"
        for one in query.parameters
    ] or ["- 没有 none"]
    sums = [f"- `{name}` sha256:{hashlib.sha256(content).hexdigest()}" for name, content in contents.items()]
    lines = [
        f"# {query.summary_zh}",
        f"{query.summary_en}",
        f"{query.description}",
        f"{query.description_en}",
        "## 参数 Parameters",
        "\n".join(parameters),
        "## 数据 Data",
        f"- 文件或端点 file or endpoint：{escape_markdown(edition.source)}",
        f"- sha256：{edition.sha256 or '（端点没有 an endpoint has none）'}",
        f"- 构建日期 date of build (UTC)：{edition.built or '（不详 unknown）'}",
        f"- 行数 rows：{len(table.rows)}",
        "## 引用 How to cite",
        f"> {escape_markdown(to_citation(query, values, len(table.rows), edition))}",
        "## 再问一次 Ask it again",
        f"```sh\n{to_command(query, values)}\n```",
        "## 文件 Files",
        "\n".join(sums),
        "`answer.csv` 里以撇号开头的文字，撇号是防止表格软件把它当公式；`query.rq` 可在任何 SPARQL 1.1 存储里运行；"
        "`evidence.md` 的字符位置从 0 数，止于末字之后，按 Unicode 码位。",
        "An apostrophe before a text in `answer.csv` keeps a spreadsheet from running it. `query.rq` runs in any "
        "SPARQL 1.1 store. Characters in `evidence.md` are Unicode code points from 0, the end exclusive.",
    ]
    return _join(lines)


def to_evidence(query: Query, table: Table, backing: Backing) -> str:
    """Every row with its cells, what they name, its claims and its quotes, in Markdown."""
    lines = [f"# 依据 Evidence：{query.summary_zh}", query.summary_en]
    for number, (row, backed) in enumerate(zip(table.rows, backing.rows, strict=True), start=1):
        lines.append(f"## {number}")
        cells = []
        for column, term in zip(table.columns, row, strict=True):
            if term is not None:
                of = "".join(f" `{iri}`" for iri in backed.entities.get(column, ()))
                cells.append(f"- {column}：{escape_markdown(to_shown(term))}{of}")
        cells += [f"- 陈述或数字 statement or figure：`{iri}`" for iri in backed.claims]
        lines.append("\n".join(cells))
        lines += [_to_markdown_quote(quote) for quote in backed.quotes] or [_to_unquoted(backed)]
    return _join(lines)


def _to_markdown_quote(quote: Quote) -> str:
    sentence = f"{escape_markdown(quote.before)}**{escape_markdown(quote.exact)}**{escape_markdown(quote.after)}"
    where = f"，{escape_markdown(quote.section)}" if quote.section else ""
    origin = f"\n  - 来源 source：{escape_markdown(quote.origin)}" if quote.origin else ""
    return (
        f"> {' '.join(sentence.split())}\n\n"
        f"  - 文件 document：{escape_markdown(quote.title)}（{quote.issued}）`{quote.document}`{origin}\n"
        f"  - 位置 place：第 {quote.paragraph} 段 paragraph {quote.paragraph}{where}，"
        f"字符 characters {quote.start}–{quote.end}\n"
        f"  - 依据 evidence：`{quote.iri}`"
    )


def _to_unquoted(backed: Backed) -> str:
    if backed.entities:
        return (
            "（此行是汇总或比较，没有单独的引文；上面的 IRI 可查 this row sums up or compares, and quotes no sentence）"
        )
    return "（没有引文 no quote）"


def _join(lines: list[str]) -> str:
    """Blocks apart by an empty line, the items of one list together."""
    out = ""
    for line in lines:
        together = out.rpartition("\n\n")[2].startswith("- ") and line.startswith("- ")
        out += ("\n" if together else "\n\n") * bool(out) + line
    return out + "\n"
