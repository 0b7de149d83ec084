"""Documents as people have them (.txt .md .html .docx .pdf) to clean text with what is known about them."""

from kg.importing.source import SUFFIXES, Imported, parse_source

__all__ = ["SUFFIXES", "Imported", "parse_source"]
