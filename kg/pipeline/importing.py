"""Documents in: files of any readable kind to corpus documents, NAME.txt with its NAME.toml."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kg.annotate import Lexicon
from kg.annotate.metadata import guess_metadata
from kg.errors import FormatError
from kg.formats.metadata import to_file_name
from kg.importing import SUFFIXES, parse_source
from kg.pipeline.converting import to_toml
from kg.store import write_atomically

_ORDER = ("title", "kind", "issuer", "date", "number", "place", "validity", "index_number", "source_file", "sha256")


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """What became of one file: the text that was written, or why none was."""

    source: Path
    written: Path | None
    fault: str = ""


def find_sources(paths: tuple[Path, ...]) -> Iterator[Path]:
    """Every file to import, folders searched; hidden files and what no importer reads are left out of folders.

    Raises FormatError where a path does not exist.
    """
    for path in paths:
        if path.is_dir():
            found = sorted(one for one in path.rglob("*") if one.is_file() and one.suffix.lower() in SUFFIXES)
            yield from (one for one in found if not any(part.startswith(".") for part in one.parts[len(path.parts) :]))
        elif path.exists():
            yield path
        else:
            raise FormatError(f"没有这个文件 no such file: {path}；请检查路径")


def import_file(source: Path, out: Path, taken: set[str], lexicon: Lexicon, *, force: bool) -> ImportedFile:
    """Write one file's text and metadata under `out`. A text that is there with annotations is left alone.

    `taken` holds the names given in this run; a second file of one name gets a number.
    """
    try:
        content = source.read_bytes()
    except OSError as error:
        return ImportedFile(source, None, f"{source}: 读不了 cannot be read: {error.strerror}；请检查权限")
    try:
        imported = parse_source(content, str(source))
    except FormatError as error:
        return ImportedFile(source, None, str(error))
    name = to_file_name(source.stem, taken)
    taken.add(name)
    target = out / f"{name}.txt"
    if not force and target.with_suffix(".ann").exists():
        return ImportedFile(source, None, f"{target}: 旁边已有标注，没有覆盖 annotated already；用 --force 重写正文")
    said = {**guess_metadata(imported.text, lexicon), **imported.fields}
    fields = {**said, "source_file": str(source), "sha256": hashlib.sha256(content).hexdigest()}
    write_atomically(target, [imported.text])
    write_atomically(target.with_suffix(".toml"), [to_toml(_in_order(fields))])
    return ImportedFile(source, target)


def _in_order(fields: Mapping[str, str | date]) -> dict[str, str | date]:
    return {name: fields[name] for name in _ORDER if name in fields}
