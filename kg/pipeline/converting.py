"""Annotations from any format to any other: read, checked against the ontology, written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kg.corpus import DocumentFiles, find_documents, read_metadata, read_text
from kg.errors import CorpusError, FormatError
from kg.formats.brat import parse_brat_items, to_brat
from kg.formats.checking import Labels, check_annotations
from kg.formats.metadata import to_file_name
from kg.formats.raw import AnnotatedDocument, RawDocument
from kg.formats.registry import BRAT, FORMATS, guess_format
from kg.model import Rejection
from kg.store import write_atomically, write_bytes_atomically

_SKIPPED = frozenset({".txt", ".toml", ".conf", ".md"})


@dataclass(frozen=True, slots=True)
class Conversion:
    """What was read: the documents with their checked annotations, what was refused, and what a reader remarked."""

    documents: tuple[AnnotatedDocument, ...]
    rejections: tuple[Rejection, ...]
    notes: tuple[str, ...]


def read_annotated(path: Path, name: str | None, unit: str, labels: Labels) -> Conversion:
    """All documents of a file or folder in the named format, or the one that it is seen to be in.

    Raises CorpusError where there is nothing to read, FormatError where a file is not of its format.
    """
    if name == BRAT or (name is None and _holds_brat(path)):
        found = list(_read_brat(path))
    else:
        found = [one for file in _find_files(path) for one in _read_file(file, name, unit)]
    documents: list[AnnotatedDocument] = []
    rejections: list[Rejection] = []
    notes: list[str] = []
    taken: set[str] = set()
    for one in found:
        if isinstance(one, Rejection):
            rejections.append(one)
            continue
        annotations, refused = check_annotations(one.annotations, one.text or "", labels)
        free = to_file_name(one.name, taken)
        taken.add(free)
        documents.append(AnnotatedDocument(free, one.text or "", annotations, one.metadata))
        rejections += refused
        notes += one.annotations.notes
    return Conversion(tuple(documents), tuple(rejections), tuple(notes))


def _holds_brat(path: Path) -> bool:
    return path.suffix == ".ann" or (path.is_dir() and any(path.rglob("*.ann")))


def _find_files(path: Path) -> Sequence[Path]:
    if not path.exists():
        raise CorpusError(f"没有这个文件 no such file: {path}；请检查路径")
    if path.is_file():
        return [path]
    files = [
        one for one in sorted(path.rglob("*"))
        if one.is_file() and not one.name.startswith(".") and one.suffix.lower() not in _SKIPPED
        and one.name != "TypeSystem.xml"
    ]  # fmt: skip
    if not files:
        raise CorpusError(f"文件夹里没有标注文件 no annotations in: {path}；请用 --from 指明格式")
    return files


def _read_file(path: Path, name: str | None, unit: str) -> Iterator[RawDocument | Rejection]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"读不了 cannot read {path}: {error.strerror}；请检查权限") from error
    format_name = name or guess_format(path, content)
    if format_name is None:
        raise FormatError(
            f"{path}: 看不出是什么格式 format not recognised；请用 --from 指明：{'、'.join([BRAT, *FORMATS])}"
        )
    yield from FORMATS[format_name].read(path, content, path.name, unit)


def _read_brat(path: Path) -> Iterator[RawDocument | Rejection]:
    folder = path if path.is_dir() else path.parent
    for files in find_documents(folder):
        if path.is_dir() or files.annotations == path:
            yield _read_brat_document(files)


def _read_brat_document(files: DocumentFiles) -> RawDocument | Rejection:
    text = read_text(files.text, files.name)
    if isinstance(text, Rejection):
        return text
    metadata = read_metadata(files)
    if isinstance(metadata, Rejection):
        return metadata
    name = files.name.removesuffix(".txt")
    content = files.annotations.read_bytes() if files.annotations.is_file() else b""
    try:
        raw = parse_brat_items(content.decode("utf-8"), f"{name}.ann")
    except UnicodeDecodeError:
        return Rejection(f"{name}.ann", 1, "", "不是 UTF-8 not UTF-8", "请转为 UTF-8：iconv -f GB18030 -t UTF-8")
    return RawDocument(name, text, raw, metadata)


def write_annotated(documents: Iterable[AnnotatedDocument], name: str, out: Path) -> tuple[Path, ...]:
    """The documents in the named format: a brat folder, or one file. Raises StoreError where it cannot be written."""
    if name != BRAT:
        form = FORMATS[name]
        target = out / f"annotations{form.suffix}" if out.is_dir() else out
        write_bytes_atomically(target, form.write(documents))
        return (target,)
    written = []
    for document in documents:
        stem = out / document.name
        write_atomically(stem.with_name(f"{document.name}.txt"), [document.text])
        write_atomically(stem.with_name(f"{document.name}.ann"), [to_brat(document)])
        written += [stem.with_name(f"{document.name}.txt"), stem.with_name(f"{document.name}.ann")]
        if document.metadata:
            write_atomically(stem.with_name(f"{document.name}.toml"), [to_toml(document.metadata)])
            written.append(stem.with_name(f"{document.name}.toml"))
    return tuple(written)


def to_toml(metadata: Mapping[str, object]) -> str:
    """A `.toml` of some fields: strings, dates and lists of strings."""
    return "".join(f"{name} = {_to_toml_value(value)}\n" for name, value in metadata.items())


def _to_toml_value(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return f"[{', '.join(_to_toml_value(str(one)) for one in value)}]"
    # A JSON string is a TOML basic string, but that TOML has no bare control character and JSON writes none.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
