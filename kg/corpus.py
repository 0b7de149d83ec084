"""Files to documents: one document is NAME.txt, NAME.ann and NAME.toml in one folder.

What cannot be read becomes a `Rejection` with file, line, reason and mend; nothing here raises for a bad document.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from kg.errors import CorpusError
from kg.model import Document, Rejection
from kg.passages import derive_paragraphs, derive_sections

_TEXT_FIELDS = ("title", "kind", "issuer", "number", "place", "licence", "note")
# What `kg import` notes of where a document is from; kept beside it, not read.
_ORIGIN_FIELDS = ("index_number", "validity", "source_file", "sha256")
_SUFFIXES = ("txt", "ann", "toml")
_KNOWN_FIELDS = frozenset({*_TEXT_FIELDS, *_ORIGIN_FIELDS, "date", "sources"})


@dataclass(frozen=True, slots=True)
class DocumentFiles:
    """The files of one document; `name` is what messages call it: the text's path inside the corpus."""

    name: str
    text: Path
    annotations: Path
    metadata: Path


def find_documents(folder: Path) -> tuple[DocumentFiles, ...]:
    """All documents under a folder, by path; a `.ann` or `.toml` alone counts too, so that it can be reported.

    Raises CorpusError where the folder is missing or holds no document.
    """
    return tuple(to_document_files(folder, stem) for stem in find_stems(folder))


def find_stems(folder: Path) -> list[str]:
    """The paths of all documents under a folder, inside it and without suffix, in order.

    Raises CorpusError where the folder is missing or holds no document.
    """
    if not folder.is_dir():
        raise CorpusError(
            f"找不到语料文件夹 corpus folder not found: {folder}；请用 --corpus 指定含 .txt 和 .ann 的文件夹"
        )
    stems = set()
    for parent, _, names in os.walk(folder):
        inside = Path(parent).relative_to(folder).as_posix()
        for name in names:
            stem, dot, suffix = name.rpartition(".")
            if stem and dot and suffix in _SUFFIXES and not name.startswith("."):
                stems.add(stem if inside == "." else f"{inside}/{stem}")
    if not stems:
        raise CorpusError(f"文件夹里没有文档 no documents in: {folder}；一篇文档是 NAME.txt、NAME.ann 和 NAME.toml")
    return sorted(stems)


def to_document_files(folder: Path, stem: str) -> DocumentFiles:
    """The files of the document with this path inside a folder, without suffix."""
    return DocumentFiles(f"{stem}.txt", *(folder / f"{stem}.{suffix}" for suffix in _SUFFIXES))


def read_document(
    files: DocumentFiles, resolve_kind: Callable[[str], str | None], heading_cues: tuple[str, ...]
) -> Document | Rejection:
    """The document of these files, or why there is none.

    `resolve_kind` turns a kind (`Report`, `总结`) into a class's local name; `heading_cues` are the words (下一步)
    that open a part of their own inside a section.
    """
    text = read_text(files.text, files.name)
    if isinstance(text, Rejection):
        return text
    if not text.strip():
        return Rejection(files.name, 1, "", "文件是空的 the file is empty", "请放入正文，或删去这篇文档")
    metadata = read_metadata(files)
    if isinstance(metadata, Rejection):
        return metadata
    return to_document(
        files.name,
        text,
        metadata,
        resolve_kind,
        heading_cues,
        where=_name_beside(files, files.metadata),
        find_line=partial(_find_line, files.metadata),
    )


def to_document(
    name: str,
    text: str,
    metadata: Mapping[str, Any],
    resolve_kind: Callable[[str], str | None],
    heading_cues: tuple[str, ...],
    *,
    where: str,
    find_line: Callable[[str], int],
) -> Document | Rejection:
    """The document of a text and its checked metadata, or why there is none.

    `where` is what messages call the metadata, `find_line` the line that one of its fields stands on.
    """
    kind = resolve_kind(str(metadata.get("kind", "Document")))
    if kind is None:
        return Rejection(
            where,
            find_line("kind"),
            "",
            f"不认识的文件种类 unknown kind “{metadata['kind']}”",
            "kind 须是 kg:Document 的子类，如 Reply、Report",
        )
    return Document(
        file=name,
        title=str(metadata.get("title") or text.split("\n", 1)[0].strip()),
        text=text,
        kind=kind,
        issuer=metadata.get("issuer") or None,
        date=metadata.get("date"),
        number=metadata.get("number") or None,
        place=metadata.get("place") or None,
        licence=metadata.get("licence") or None,
        note=metadata.get("note") or None,
        sources=tuple(metadata.get("sources", ())),
        sections=derive_sections(text, heading_cues),
        paragraphs=derive_paragraphs(text),
    )


def read_text(path: Path, name: str) -> str | Rejection:
    """A file's text, which must be UTF-8 with LF and no BOM, or why it cannot be used. `name` is for the message."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return Rejection(name, 1, "", "有标注而没有正文 no such file", f"请把 {path.name} 放在标注旁边，或删去标注")
    except OSError as error:
        return Rejection(name, 1, "", f"读不了 cannot be read: {error.strerror}", "请检查文件权限")
    if raw.startswith(b"\xef\xbb\xbf"):
        return Rejection(
            name, 1, "", "文件以 BOM 开头 starts with a byte order mark", "请存为无 BOM 的 UTF-8，并核对标注的偏移"
        )
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Rejection(
            name, line, "", f"不是 UTF-8 not UTF-8 (byte {error.start})", "请转为 UTF-8：iconv -f GB18030 -t UTF-8"
        )
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        return Rejection(
            name, line, "", "换行是 CRLF 而不是 LF carriage return found", "请转为 LF（dos2unix），并核对标注的偏移"
        )
    return text


def _name_beside(files: DocumentFiles, path: Path) -> str:
    return files.name.removesuffix(files.text.name) + path.name


def read_metadata(files: DocumentFiles) -> Mapping[str, Any] | Rejection:
    """The fields of a document's `.toml`, none where it has none, or why they cannot be used."""
    name = _name_beside(files, files.metadata)
    if not files.metadata.is_file():
        return {}
    text = read_text(files.metadata, name)
    if isinstance(text, Rejection):
        return text
    try:
        fields = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Rejection(name, _line_of(str(error)), "", f"不是合法的 TOML: {error}", "请改正这一行")
    except RecursionError:
        return Rejection(name, 1, "", "括号嵌套太深 nested too deep", "请只写 字段 = 值")
    return check_metadata(name, fields, partial(_find_line, files.metadata))


def _line_of(message: str) -> int:
    found = re.search(r"at line (\d+)", message)
    return int(found[1]) if found else 1


def _find_line(path: Path, field: str) -> int:
    """The line of a `.toml` that a field stands on; 1 where it has none."""
    lines = path.read_text(encoding="utf-8").split("\n") if path.is_file() else []
    opening = re.compile(rf"\s*[\"']?{re.escape(field)}[\"']?\s*(?:=|\.|\])")
    return next((number for number, line in enumerate(lines, 1) if opening.match(line.lstrip("["))), 1)


def check_metadata(
    name: str, fields: Mapping[str, Any], find_line: Callable[[str], int]
) -> Mapping[str, Any] | Rejection:
    """The fields of a document's metadata, or what is wrong with one; `find_line` says where a field stands."""
    for field, value in fields.items():
        if field not in _KNOWN_FIELDS:
            line = find_line(field)
            return Rejection(
                name, line, "", f"不认识的字段 unknown field “{field}”", f"可用：{'、'.join(sorted(_KNOWN_FIELDS))}"
            )
        if field in _TEXT_FIELDS and not isinstance(value, str):
            line = find_line(field)
            return Rejection(name, line, "", f"{field} 不是文字 must be a string", f'请写成 {field} = "…"')
    day = fields.get("date")
    if isinstance(day, datetime):
        fields = {**fields, "date": day.date()}
    elif day is not None and not isinstance(day, date):
        return Rejection(
            name, find_line("date"), "", "date 不是日期 must be a date", "请写成 date = 2025-07-30，不加引号"
        )
    sources = fields.get("sources", [])
    if not isinstance(sources, list) or not all(isinstance(source, str) for source in sources):
        return Rejection(
            name, find_line("sources"), "", "sources 不是文字的列表 must be a list of strings",
            'sources = ["…", "…"]',
        )  # fmt: skip
    return fields


def find_duplicate_titles(documents: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """From (file, title) pairs in order: each file whose title an earlier file has, with that earlier file."""
    first: dict[str, str] = {}
    return {file: first[title] for file, title in documents if first.setdefault(title, file) != file}
