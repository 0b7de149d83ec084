"""Search over the names of a graph's entities: labels, aliases, codes, Chinese substrings, pinyin and its initials."""

from kg.search.entries import Entry, Kind, read_entries, read_kinds
from kg.search.index import Hit, Index, derive_index

__all__ = ["Entry", "Hit", "Index", "Kind", "derive_index", "read_entries", "read_kinds"]
