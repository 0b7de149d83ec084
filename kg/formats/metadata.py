"""What is known about a document (the fields of its `.toml`) in and out of other formats, and a name for its files."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from itertools import count
from pathlib import PurePath

# The fields of docs/annotation.md; a tool's own (id, created_at, …) say nothing about the document.
FIELDS = (
    *("title", "kind", "issuer", "date", "number", "place", "licence", "note", "sources"),
    *("index_number", "validity", "source_file", "sha256"),
)
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\s]+')
_LONGEST_NAME = 80  # characters: 240 bytes of Chinese, under the 255 bytes that file systems allow


def parse_metadata(fields: Mapping[str, object]) -> dict[str, object]:
    """The known fields among a tool's own: dates from ISO 8601, `sources` as a list; what is empty is left out."""
    found = {name: _parse_field(name, fields[name]) for name in FIELDS if name in fields}
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def to_plain(metadata: Mapping[str, object]) -> dict[str, object]:
    """The known fields as JSON can say them."""
    return {name: _to_plain_value(metadata[name]) for name in FIELDS if metadata.get(name) not in (None, "", [], ())}


def to_file_name(wanted: str, taken: Collection[str] = ()) -> str:
    """A file name without suffix, from a title or a path, usable on any system and not among those taken."""
    name = _UNSAFE.sub("-", wanted).strip(".-")[:_LONGEST_NAME] or "document"
    free = name
    for number in count(2):
        if free not in taken:
            break
        free = f"{name}-{number}"
    return free


def to_stem(file: str) -> str:
    """The name of a file without folder and suffixes."""
    name = PurePath(file.replace("\\", "/")).name
    return name.split(".")[0] or name


def _parse_field(name: str, value: object) -> object:
    if name == "sources":
        items = value if isinstance(value, list) else [value]
        return [str(item) for item in items if item]
    if name == "date" and isinstance(value, str):
        try:
            return date.fromisoformat(value.strip()[:10])
        except ValueError:
            return value  # said to be wrong where the .toml is read, not dropped here
    return value if isinstance(value, str | date) else None


def _to_plain_value(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [str(item) for item in value]
    return str(value)
