"""The documents' texts beside the graph, one zip with a plain text for each document: so that a claim can be shown
among its neighbours, while the graph itself holds quotes only and may go where a whole text may not.

An entry is named for the last part of the document's IRI. The zip is stored, not deflated, in a fixed order and with a
fixed time: the same texts give the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from kg.errors import StoreError
from kg.store import write_bytes_atomically

NAME = "documents.zip"
_BEGINNING = (1980, 1, 1, 0, 0, 0)  # the earliest time that the format can say


def write_texts(texts: Mapping[str, str], path: Path) -> Path:
    """Write the texts of documents by their IRIs, whole or not at all; returns the path.

    Raises StoreError where the place cannot be written.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for iri in sorted(texts):
            entry = zipfile.ZipInfo(to_entry_name(iri), _BEGINNING)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, texts[iri].encode("utf-8"))
    write_bytes_atomically(path, buffer.getvalue())
    return path


def read_document_text(path: Path, iri: str) -> str | None:
    """One document's text; None where the zip or the document in it is not there. Raises StoreError on a bad zip."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.read(to_entry_name(iri)).decode("utf-8")
    except (FileNotFoundError, KeyError):
        return None
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError) as error:
        raise StoreError(f"读不了 cannot read {path}: {error}；请重新构建 build it again") from error


def to_entry_name(iri: str) -> str:
    """What a document's text is called in the zip."""
    return f"{iri.rsplit('/', 1)[-1]}.txt"
