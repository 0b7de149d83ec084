"""The only place where an IRI is minted.

An entity's IRI is `<base><root>/<canonical label>`: readable, the same in every build and every document. Characters
that RFC 3987 forbids in a path segment (https://www.rfc-editor.org/rfc/rfc3987#section-2.2) are percent-encoded as
UTF-8; Chinese stays as it is.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

from kg.errors import InputError

ONTOLOGY = "https://w3id.org/policykg/ontology#"
# 96 bits: among 10⁹ statements a collision has a chance of about 10⁻¹¹.
_DIGEST_BYTES = 12
DEFAULT_BASE = "https://w3id.org/policykg/id/"

# What RFC 3987 lets stand in a segment (ipchar: unreserved, sub-delims, `:` and `@`, ucschar) stands. Everything else,
# `/` and `%` included, is percent-encoded, so that two labels never share a segment; white space and format characters
# beyond ASCII too (section 4.1 forbids the bidirectional ones).
_KEPT_ASCII = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@")
_ENCODED_CATEGORIES = ("Z", "C")
# RFC 3987 ucschar leaves out the private-use areas, the non-characters and U+E0000–U+E0FFF.
_UCSCHAR = re.compile(
    "[\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
    + "".join(f"{chr(plane * 0x10000)}-{chr(plane * 0x10000 + 0xFFFD)}" for plane in range(1, 14))
    + "\U000e1000-\U000efffd]"
)


# Nearly every label: only Latin letters, digits and Chinese characters, which NFC leaves as they are.
_PLAIN = re.compile("[A-Za-z0-9._~\u3400-\u4dbf\u4e00-\u9fa5-]*")


@lru_cache(maxsize=8192)
def to_segment(label: str) -> str:
    """A label as one path segment of an IRI: NFC, forbidden characters percent-encoded. ValueError on surrogates."""
    if label in {".", ".."}:
        return "%2E" * len(label)  # as they stand they would name the folder, or the one above it
    if _PLAIN.fullmatch(label):
        return label
    return "".join(_to_segment_character(character) for character in unicodedata.normalize("NFC", label))


def _to_segment_character(character: str) -> str:
    if character in _KEPT_ASCII:
        return character
    kept = character > "\x7f" and not unicodedata.category(character).startswith(_ENCODED_CATEGORIES)
    if kept and _UCSCHAR.match(character):
        return character
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8"))


def to_ontology_iri(local_name: str) -> str:
    """`Fund` → `https://w3id.org/policykg/ontology#Fund`."""
    return ONTOLOGY + local_name


def to_entity_iri(base: str, root: str, label: str) -> str:
    """The IRI of the entity whose root class is `root` (`Fund`) and whose canonical label is `label`."""
    return f"{base}{root.lower()}/{to_segment(label)}"


def to_period_iri(base: str, label: str) -> str:
    """The IRI of a `time:Interval` with this canonical label."""
    return f"{base}period/{to_segment(label)}"


def to_instant_iri(base: str, day: str) -> str:
    """The IRI of a `time:Instant` for an ISO date such as `2026-01-01`."""
    return f"{base}instant/{day}"


def to_evidence_iri(base: str, document_iri: str, begin: int, end: int) -> str:
    """The IRI of the evidence at `begin`–`end` (code points) of a document."""
    return f"{base}evidence/{document_iri.rsplit('/', 1)[1]}/{begin}-{end}"


def to_statement_iri(base: str, *parts: str) -> str:
    """The IRI of a statement: the same subject, predicate, object and status give the same IRI in every document."""
    return f"{base}statement/{_to_digest(parts)}"


def to_observation_iri(base: str, *parts: str) -> str:
    """The IRI of an observation: the same measured thing, value, bound, period and status give the same IRI."""
    return f"{base}observation/{_to_digest(parts)}"


def to_number(iri: str) -> int:
    """The first 64 bits of the digest that the IRI of a statement or an observation ends in."""
    return int(iri[-2 * _DIGEST_BYTES : -2 * _DIGEST_BYTES + 16], 16)


def _to_digest(parts: tuple[str, ...]) -> str:
    return hashlib.blake2b("\x1f".join(parts).encode("utf-8"), digest_size=_DIGEST_BYTES).hexdigest()


def parse_base(base: str) -> str:
    """A base for entity IRIs, checked: absolute http(s), no forbidden character, ending in `/`. Raises InputError."""
    if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`\x00-\x20/?#]+(?:/[^\s<>\"{}|\\^`\x00-\x20?#]*)*/", base):
        raise InputError(f"不能作 IRI 的前缀 unusable base: {base}；应如 {DEFAULT_BASE}，以 / 结尾")
    return base
