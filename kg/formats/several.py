"""One file that holds several documents: a name of its own for each, and a broken one costs only itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kg.errors import FormatError
from kg.formats.metadata import to_file_name
from kg.formats.raw import RawDocument
from kg.model import Rejection


def collect(found: Iterable[RawDocument | Rejection]) -> tuple[RawDocument, ...]:
    """The documents of a file, each with a free name; what was no document is told with the first of them.

    Raises FormatError, the first rejection's words, where there is no document to tell it with.
    """
    documents: list[RawDocument] = []
    rejections: list[Rejection] = []
    taken: set[str] = set()
    for one in found:
        if isinstance(one, Rejection):
            rejections.append(one)
        else:
            name = to_file_name(one.name, taken)
            taken.add(name)
            documents.append(replace(one, name=name))
    if not documents and rejections:
        raise FormatError(str(rejections[0]))
    if rejections:
        first = documents[0].annotations
        annotations = replace(first, rejections=(*first.rejections, *rejections))
        documents[0] = replace(documents[0], annotations=annotations)
    return tuple(documents)


def to_part(file: str, number: int, count: int) -> str:
    """What messages call one document of a file: the file itself where it holds only one, else `file#number`."""
    return file if count == 1 else f"{file}#{number}"
