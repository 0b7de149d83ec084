"""Word documents (.docx): paragraphs and tables in their order, and the document's properties."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from xml.parsers import expat

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph

from kg.errors import FormatError
from kg.importing.blocks import Block, to_paragraph

_LARGEST_INSIDE = 200_000_000  # bytes after unpacking; more is a bomb, not a document
_OLE = b"\xd0\xcf\x11\xe0"
# What python-docx and what it stands on raise for parts that are missing, of another kind or damaged.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, PackageNotFoundError, KeyError, ValueError, SyntaxError, OSError, EOFError,
    AttributeError, TypeError, IndexError, NotImplementedError, RecursionError,
)  # fmt: skip


def parse_docx(content: bytes, file: str) -> tuple[tuple[Block, ...], Mapping[str, str]]:
    """A document's paragraphs and tables. Raises FormatError where it is encrypted, broken or a zip bomb."""
    if content.startswith(_OLE):
        raise FormatError(f"{file}: 加了密，或是旧的 .doc encrypted, or an old .doc；请去掉密码，另存为 .docx")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            size = sum(member.file_size for member in package.infolist())
            if size > _LARGEST_INSIDE:
                raise FormatError(f"{file}: 解开后太大 too large when unpacked: {size} 字节；疑似压缩炸弹，没有打开")
            for member in package.infolist():
                if member.filename.endswith((".xml", ".rels")) and _has_doctype(package.read(member)):
                    raise FormatError(f"{file}: 里面有 DOCTYPE a document type inside；Word 不写 DOCTYPE，没有打开")
        document = docx.Document(io.BytesIO(content))
        return tuple(_iterate_blocks(document)), _read_properties(document)
    except _BROKEN as error:
        raise FormatError(f"{file}: 不是 .docx，或已损坏 no .docx, or broken；请在 Word 里另存一次") from error


def _has_doctype(part: bytes) -> bool:
    """Whether an XML part declares a document type, in whatever encoding: nothing of it may be read then."""
    found: list[str] = []
    parser = expat.ParserCreate()

    def declare(name: str, *_: object) -> None:
        found.append(name)

    def end_here(*_: object) -> None:
        raise EOFError

    parser.StartDoctypeDeclHandler = declare
    parser.StartElementHandler = end_here
    try:
        parser.Parse(part, True)
    except (expat.ExpatError, EOFError, LookupError, ValueError):
        # A document type stands before the first element; what is no XML is python-docx's to refuse.
        return bool(found)
    return bool(found)


def _iterate_blocks(document: WordDocument) -> Iterator[Block]:
    for item in document.iter_inner_content():
        if isinstance(item, Paragraph):
            yield from (to_paragraph(line) for line in item.text.split("\n") if line.strip())
        elif isinstance(item, Table):
            yield Block(tuple(_to_row(row) for row in item.rows), table=True)


def _to_row(row: object) -> tuple[str, ...]:
    cells = []
    seen = None
    for cell in row.cells:  # type: ignore[attr-defined]
        # A merged cell is given once for every column that it spans.
        if cell._tc is not seen:
            cells.append(cell.text)
        seen = cell._tc
    return tuple(cells)


def _read_properties(document: WordDocument) -> dict[str, str]:
    title = (document.core_properties.title or "").strip()
    return {"title": title} if len(title) > 4 else {}
