"""UIMA CASes in files: XMI or JSON, alone or in the zip that INCEpTION exports, through dkpro-cassis, and back.

https://uima.apache.org/d/uimaj-current/references.html#ugr.ref.xmi and
https://github.com/apache/uima-uimaj-io-jsoncas; https://github.com/dkpro/dkpro-cassis. cassis only warns of an offset
that is no boundary of the text and keeps it; here such feature structures are found first and named.
"""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import cassis  # type: ignore[import-untyped]
from cassis.typesystem import TypeCheckError, TypeNotFoundError  # type: ignore[import-untyped]

from kg.errors import FormatError
from kg.formats.bounded_json import as_integer, as_list, as_object, as_text, parse_json
from kg.formats.guarded_xml import LARGEST, NAMESPACE_END, parse_elements
from kg.offsets import Utf16Units

TYPE_SYSTEM = "TypeSystem.xml"
_XMI_ID = "http://www.omg.org/XMI" + NAMESPACE_END + "id"
_SOFA = "cas.ecore" + NAMESPACE_END + "Sofa"
_JSON_SOFA = "uima.cas.Sofa"
_MOST_FILES = 10_000
_MOST_MISPLACED = 1000
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # what a zip can say; the same for the same documents
# What cassis raises on a CAS that is not one: it trusts its input's shape.
_NOT_A_CAS = (
    AttributeError, IndexError, KeyError, RuntimeError, SyntaxError, TypeError, ValueError, TypeCheckError,
    TypeNotFoundError, UserWarning,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CasFile:
    """One CAS as cassis has it. `misplaced` are the ids of feature structures whose offsets are no boundary."""

    file: str
    cas: cassis.Cas
    misplaced: frozenset[int]


def read_type_system(path: Path) -> bytes | None:
    """The `TypeSystem.xml` beside an XMI, None where there is none."""
    beside = path.with_name(TYPE_SYSTEM)
    return beside.read_bytes() if beside.is_file() else None


def parse_cas_files(content: bytes, file: str, type_system: bytes | None) -> tuple[CasFile, ...]:
    """The CAS of an XMI or JSON file, or every one in a zip. Raises FormatError, one line, for what is none."""
    if content.startswith(b"PK"):
        members = _read_zip(content, file)
        inner = next((data for name, data in members.items() if PurePosixPath(name).name == TYPE_SYSTEM), type_system)
        found = {name: data for name, data in members.items() if name.lower().endswith((".xmi", ".json"))}
        if not found:
            raise FormatError(f"{file}:1: 压缩包里没有 CAS no .xmi or .json in the zip；请从 INCEpTION 单篇导出")
        return tuple(_parse_cas(data, f"{file}/{name}", inner) for name, data in found.items())
    return (_parse_cas(content, file, type_system),)


def to_xmi_zip(cases: Mapping[str, cassis.Cas], type_system: cassis.TypeSystem) -> bytes:
    """A zip with `NAME.xmi` for each CAS and the type system that they share, as INCEpTION exports it.

    Raises FormatError where a link or a field of the document has a character that XML cannot hold.
    """
    members = {TYPE_SYSTEM: _to_bytes(type_system.to_xml())}
    for name, cas in cases.items():
        try:
            members[f"{name}.xmi"] = _to_bytes(cas.to_xmi())
        except ValueError:
            raise FormatError(
                f"{name}:1: 链接或文档信息里有 XML 不能有的字符 a character that XML cannot hold；请删去控制字符"
            ) from None
    return _to_zip(members)


def to_cas_json(cases: Mapping[str, cassis.Cas]) -> bytes:
    """The JSON of one CAS, which holds its type system; a zip with `NAME.json` for each of several."""
    members = {f"{name}.json": _to_bytes(cas.to_json()) for name, cas in cases.items()}
    return next(iter(members.values())) if len(members) == 1 else _to_zip(members)


def _parse_cas(content: bytes, file: str, type_system: bytes | None) -> CasFile:
    is_json = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"
    misplaced = _find_misplaced_in_json(content, file) if is_json else _find_misplaced_in_xmi(content, file)
    if len(misplaced) > _MOST_MISPLACED:
        raise FormatError(
            f"{file}:1: {len(misplaced)} 处偏移不在正文里 offsets outside the text；"
            "UIMA 按 UTF-16 计，请核对正文与标注是否同一版本"
        )
    if not is_json and type_system is None:
        raise FormatError(
            f"{file}:1: XMI 缺少类型系统 no type system；请把 {TYPE_SYSTEM} 放在 XMI 旁边，或用 INCEpTION 导出的 zip"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            # These we have found ourselves; any other warning is a fault.
            warnings.filterwarnings("ignore", message="Not mapping external offset")
            cas = _load_json(content) if is_json else _load_xmi(content, file, type_system or b"")
    except _NOT_A_CAS as error:
        said = " ".join(str(error).split())[:120]
        raise FormatError(
            f"{file}:1: 不是完整的 UIMA CAS not a usable CAS ({type(error).__name__}: {said})；"
            "请由原工具重新导出，类型系统须是同一次导出的"
        ) from None
    return CasFile(file, cas, misplaced)


def _load_json(content: bytes) -> cassis.Cas:
    return cassis.load_cas_from_json(content.decode("utf-8-sig"))


def _load_xmi(content: bytes, file: str, type_system: bytes) -> cassis.Cas:
    parse_elements(type_system, f"{file} ({TYPE_SYSTEM})")
    return cassis.load_cas_from_xmi(io.BytesIO(content), cassis.load_typesystem(io.BytesIO(type_system)))


def _find_misplaced_in_xmi(content: bytes, file: str) -> frozenset[int]:
    elements = parse_elements(content, file)
    texts = {some.get(_XMI_ID, ""): some.get("sofaString", "") for name, some in elements if name.endswith(_SOFA)}
    places = (
        (some.get(_XMI_ID, ""), some.get("sofa", ""), some["begin"], some["end"])
        for _, some in elements
        if "begin" in some and "end" in some
    )
    return _find_misplaced(texts, places, file)


def _find_misplaced_in_json(content: bytes, file: str) -> frozenset[int]:
    structures = as_object(parse_json(content, file)).get("%FEATURE_STRUCTURES")
    if isinstance(structures, dict):  # the form by id that older versions write
        items = [{**as_object(value), "%ID": key} for key, value in structures.items()]
    else:
        items = [dict(as_object(value)) for value in as_list(structures)]
    texts = {
        str(item.get("%ID")): as_text(item.get("sofaString")) or "" for item in items if item.get("%TYPE") == _JSON_SOFA
    }
    places = (
        (str(item.get("%ID")), str(item.get("@sofa")), str(as_integer(item["begin"])), str(as_integer(item["end"])))
        for item in items
        if "begin" in item and "end" in item
    )
    return _find_misplaced(texts, places, file)


def _find_misplaced(texts: Mapping[str, str], places: Iterable[tuple[str, str, str, str]], file: str) -> frozenset[int]:
    converters = {id_: Utf16Units.of(text) for id_, text in texts.items()}
    misplaced = set()
    for id_, sofa, begin, end in places:
        converter = converters.get(sofa)
        try:
            fits = converter is not None and converter.to_code_points(int(begin), int(end)) is not None
            if not fits:
                misplaced.add(int(id_))
        except ValueError:
            raise FormatError(
                f"{file}:1: 编号或偏移不是整数 id or offset is no integer: “{id_[:20]}” “{begin[:20]}–{end[:20]}”；"
                "请重新导出"
            ) from None
    return frozenset(misplaced)


def _read_zip(content: bytes, file: str) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return dict(_iterate_members(archive, file))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        said = " ".join(str(error).split())[:80]
        raise FormatError(f"{file}:1: 压缩包打不开 the zip cannot be read: {said}；请重新导出，不加密") from None


def _iterate_members(archive: zipfile.ZipFile, file: str) -> Iterator[tuple[str, bytes]]:
    left = LARGEST
    entries = archive.infolist()
    for entry in entries:
        if entry.is_dir() or entry.filename.startswith("__MACOSX/"):
            continue
        with archive.open(entry) as stream:
            data = stream.read(left + 1)  # what a zip says of its sizes need not be true
        left -= len(data)
        if left < 0 or len(entries) > _MOST_FILES:
            raise FormatError(
                f"{file}:1: 压缩包太大 the zip holds too much: 上限 {LARGEST} 字节、{_MOST_FILES} 个文件；请分开"
            )
        yield entry.filename, data


def _to_zip(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()


def _to_bytes(text: str) -> bytes:
    return text.encode()
