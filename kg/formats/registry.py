"""Every format by its name: how its files end, its reader and its writer. One entry adds a format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.formats.doccano import parse_doccano, to_doccano
from kg.formats.json_lines import parse_json_lines, to_json_lines
from kg.formats.label_studio import parse_label_studio, to_label_studio
from kg.formats.pubannotation import parse_pubannotation, to_pubannotation
from kg.formats.raw import AnnotatedDocument, RawDocument
from kg.formats.uima import parse_uima, to_uima_json, to_uima_xmi
from kg.formats.uima_files import read_type_system
from kg.formats.web_annotation import parse_web_annotation, to_web_annotation

# A folder of NAME.txt, NAME.ann and NAME.toml: the corpus itself, so no single file is read or written.
BRAT = "brat"

Read = Callable[[Path, bytes, str, str], tuple[RawDocument, ...]]
Write = Callable[[Iterable[AnnotatedDocument]], bytes]


@dataclass(frozen=True, slots=True)
class Format:
    """A format of one file. `read` takes its path (for what stands beside it), its bytes, its name, the offset unit."""

    name: str
    label: str
    suffix: str
    read: Read
    write: Write


def _plain(parse: Callable[[bytes, str, str], tuple[RawDocument, ...]]) -> Read:
    return lambda _, content, file, unit: parse(content, file, unit)


def _read_uima(path: Path, content: bytes, file: str, unit: str) -> tuple[RawDocument, ...]:
    return parse_uima(content, file, unit, type_system=read_type_system(path))


def _read_web_annotation(path: Path, content: bytes, file: str, unit: str) -> tuple[RawDocument, ...]:
    beside = path.with_suffix(".txt")
    text = beside.read_text(encoding="utf-8") if beside.is_file() else None
    return parse_web_annotation(content, file, unit, text=text)


_ALL = (
    Format("json-lines", "本项目的 JSON Lines", ".jsonl", _plain(parse_json_lines), to_json_lines),
    Format("label-studio", "Label Studio", ".json", _plain(parse_label_studio), to_label_studio),
    Format("doccano", "doccano", ".jsonl", _plain(parse_doccano), to_doccano),
    Format("web-annotation", "W3C Web Annotation", ".jsonld", _read_web_annotation, to_web_annotation),
    Format("pubannotation", "PubAnnotation", ".json", _plain(parse_pubannotation), to_pubannotation),
    Format("uima-xmi", "UIMA CAS XMI（INCEpTION）", ".zip", _read_uima, to_uima_xmi),
    Format("uima-json", "UIMA CAS JSON（INCEpTION）", ".json", _read_uima, to_uima_json),
)
FORMATS: Mapping[str, Format] = {one.name: one for one in _ALL}


def guess_format(path: Path, content: bytes) -> str | None:
    """The name of the format that a file is in, by how it ends and what stands in it; None where nothing tells."""
    suffix = path.suffix.lower()
    head = content[:100_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if suffix in {".xmi", ".xml", ".zip"} or head.startswith((b"PK", b"<")):
        return "uima-xmi"
    if b'"%TYPES"' in head or b'"%FEATURE_STRUCTURES"' in content:
        return "uima-json"
    if b"anno.jsonld" in head or b'"TextPositionSelector"' in content or b'"TextQuoteSelector"' in content:
        return "web-annotation"
    if b'"denotations"' in content:
        return "pubannotation"
    if suffix == ".jsonl" or (head.startswith(b"{") and b"\n{" in content):
        return "json-lines" if b'"fragments"' in head or b'"mentions"' in head else "doccano"
    if b'"annotations"' in content or b'"result"' in content or b'"predictions"' in content:
        return "label-studio"
    return None
