"""What a document's issuer says about place: who 我厅 is, which province 我省 is, whose agency 省发改委 is.

Regions, their aliases and the names that every province's agencies share stand in the authority; none is known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kg.model import Document
from kg.names import Name, to_canonical_label, to_name_key
from kg.ontology import AuthorityEntry, NamePattern, Vocabulary

# The deictic roles of ontology/codes.ttl, by local name.
ISSUER, COUNTRY, PROVINCE, CITY, PLACE = "theIssuer", "theCountry", "theProvince", "theCity", "thePlace"

_REGION = "Region"
_LEVEL_ROLES = {"Country": COUNTRY, "Province": PROVINCE, "City": CITY}
# Words that stand before a name for the place that the context gives: 省发改委, 我省…, 全市….
_PLACE_WORDS = (
    ("我省", PROVINCE), ("全省", PROVINCE), ("本省", PROVINCE), ("省", PROVINCE), ("自治区", PROVINCE),
    ("我市", CITY), ("全市", CITY), ("本市", CITY), ("市", CITY),
)  # fmt: skip
# 省级…, 省域…, 市州… name a level or a kind, not a place of the context.
_NO_PLACE_AFTER = tuple("级域内外际委属会份部直市州长场")


@dataclass(frozen=True, slots=True)
class Context:
    """Who and where a document speaks from: the name that each deictic role stands for, and the regions around it."""

    roles: Mapping[str, Name]
    regions: frozenset[str]

    def holds(self, entry: AuthorityEntry, vocabulary: Vocabulary) -> bool:
        """Whether an entry of the authority lies in the context's own regions below the country."""
        chain = {region.iri_path for region in iterate_broader(entry, vocabulary)}
        return bool(chain & self.regions)


def iterate_broader(entry: AuthorityEntry, vocabulary: Vocabulary) -> list[AuthorityEntry]:
    """An entry and what lies above it in the authority, nearest first."""
    chain = [entry]
    while chain[-1].broader is not None:
        above = vocabulary.authority.by_path.get(chain[-1].broader)
        if above is None or above in chain:
            break
        chain.append(above)
    return chain


def derive_context(document: Document, vocabulary: Vocabulary) -> Context:
    """The context of a document from the issuer and place of its metadata."""
    place = _find_region(document.place, vocabulary) if document.place else None
    if place is None and document.issuer:
        place = _find_issuer_region(to_canonical_label(document.issuer), vocabulary)
    roles: dict[str, Name] = {}
    regions: set[str] = set()
    if place is not None:
        roles[PLACE] = _to_name(place)
        for region in iterate_broader(place, vocabulary):
            for cls in region.classes:
                if cls in _LEVEL_ROLES:
                    roles.setdefault(_LEVEL_ROLES[cls], _to_name(region))
            if "Country" not in region.classes:
                regions.add(region.iri_path)
    if document.issuer:
        roles[ISSUER] = _to_issuer(document.issuer, Context(roles, frozenset(regions)), vocabulary)
    return Context(roles, frozenset(regions))


def is_region(name: str, vocabulary: Vocabulary) -> bool:
    """Whether the authority knows one region of this name."""
    return _find_region(name, vocabulary) is not None


def _to_name(entry: AuthorityEntry) -> Name:
    return Name(entry.root, entry.label, entry.classes)


def _find_region(name: str, vocabulary: Vocabulary) -> AuthorityEntry | None:
    found = vocabulary.authority.by_name.get((_REGION, to_name_key(name)), ())
    return found[0] if len(found) == 1 else None


# What stands before the region in the names of party bodies: 中共湖北省委.
_PARTY = "中共"


def _find_issuer_region(issuer: str, vocabulary: Vocabulary) -> AuthorityEntry | None:
    """The region whose name begins the issuer's; the country for an agency that the authority knows without one.

    A short name of a region (中国, 河北) may begin any body's name: 河北工业大学 speaks for no province. It counts only
    before what a body of that region is called by the authority, or before its government.
    """
    prefix = _split_region(issuer.removeprefix(_PARTY), vocabulary)
    if prefix is not None:
        region, rest = prefix
        whole = issuer.removeprefix(_PARTY).startswith(region.label)
        if whole and "Country" not in region.classes:
            return region
        if rest in vocabulary.authority.patterns_by_name or (rest.endswith(_GOVERNMENT) and rest[0] not in "区县旗"):
            return region
    if vocabulary.authority.by_name.get(("Organization", to_name_key(issuer))):
        return next((entry for entry in vocabulary.authority.entries if "Country" in entry.classes), None)
    return None


_GOVERNMENT = ("政府", "人民政府", "委员会", "委", "厅", "局", "办公室", "办公厅")


def _split_region(name: str, vocabulary: Vocabulary) -> tuple[AuthorityEntry, str] | None:
    """The region that a name begins with, the longest, and the rest of the name."""
    for length in range(min(len(name) - 1, 12), 1, -1):
        region = _find_region(name[:length], vocabulary)
        if region is not None:
            return region, name[length:]
    return None


def _to_issuer(issuer: str, context: Context, vocabulary: Vocabulary) -> Name:
    known = vocabulary.authority.by_name.get(("Organization", to_name_key(issuer)), ())
    if len(known) == 1:
        return _to_name(known[0])
    placed = resolve_by_pattern(issuer, "Organization", context, vocabulary)
    return placed or Name("Organization", to_canonical_label(issuer), ("Organization",))


def is_any_regions(surface: str, root: str, vocabulary: Vocabulary) -> bool:
    """Whether a name is one that every region's body has, and says no region: 科技局 is nobody's in particular."""
    found = vocabulary.authority.patterns_by_name.get(to_name_key(surface), ())
    return any(vocabulary.classes[pattern.cls].root == root for pattern in found)


def resolve_by_pattern(surface: str, root: str, context: Context, vocabulary: Vocabulary) -> Name | None:
    """A name made of a place and a short or full form that every such place has: 省发改委, 湖北省科技厅, 科技厅.

    None where no pattern of the authority fits.
    """
    name = to_canonical_label(surface)
    if to_name_key(surface)[-1:] not in vocabulary.authority.pattern_endings:
        return None
    for region, rest in _iterate_splits(name, context, vocabulary):
        pattern = _find_pattern(rest, root, region, vocabulary)
        if pattern is not None:
            return Name(root, region.label + pattern.label, (pattern.cls,))
    return None


def _iterate_splits(name: str, context: Context, vocabulary: Vocabulary) -> list[tuple[AuthorityEntry, str]]:
    splits = []
    explicit = _split_region(name, vocabulary)
    if explicit is not None:
        splits.append(explicit)
    for word, role in (*_PLACE_WORDS, ("", PLACE)):
        if name.startswith(word) and role in context.roles:
            region = _find_region(context.roles[role].label, vocabulary)
            if region is not None:
                splits.append((region, name[len(word) :]))
    return splits


def _find_pattern(rest: str, root: str, region: AuthorityEntry, vocabulary: Vocabulary) -> NamePattern | None:
    fitting = [
        pattern
        for pattern in vocabulary.authority.patterns_by_name.get(to_name_key(rest), ())
        if vocabulary.classes[pattern.cls].root == root
        and pattern.level in region.classes
        and pattern.region in (None, region.iri_path)
    ]
    return max(fitting, key=lambda pattern: pattern.region is not None, default=None)


def to_placed_label(label: str, root: str, context: Context, vocabulary: Vocabulary) -> str | None:
    """A label that stands alone: a leading 省/我省/全省 of a class whose names bear places becomes the place's name.

    None where such a word stands there and the context does not say which place it is.
    """
    if not vocabulary.classes[root].named_by_place:
        return label
    for word, role in _PLACE_WORDS:
        rest = label.removeprefix(word)
        if rest != label and rest and not rest.startswith(_NO_PLACE_AFTER):
            return context.roles[role].label + rest if role in context.roles else None
    return label
