"""What a text itself says of its kind, issuer, place and date: guesses for a `.toml` that a person may mend."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date

from kg.annotate.lexicon import Lexicon

_DATE = re.compile("((?:19|20)[0-9]{2})年([0-9]{1,2})月([0-9]{1,2})日")
_TITLE_YEAR = re.compile("(?:19|20)[0-9]{2}(?=[年—－-])")
# A year that is not aimed at: 到2027年 says nothing of when the text was written.
_PAST_YEAR = re.compile("(?<![到至])((?:19|20)[0-9]{2})年")
_IN_BRACKETS = re.compile(r"[（(][^（()）]*[）)]\Z")


def guess_metadata(text: str, lexicon: Lexicon) -> Mapping[str, str | date]:
    """The fields of a `.toml` that can be told from a text: title and kind always, the rest where it says so."""
    title = text.strip().split("\n", 1)[0].strip()
    issuer, place = _guess_issuer(text, title, lexicon)
    fields: dict[str, str | date] = {"title": title, "kind": _guess_kind(title, lexicon)}
    if issuer:
        fields["issuer"] = issuer
    elif place:
        fields["place"] = place
    day = _guess_date(text, title)
    if day:
        fields["date"] = day
    return fields


def _guess_kind(title: str, lexicon: Lexicon) -> str:
    bare = _IN_BRACKETS.sub("", title)
    found = [(bare.rfind(word), len(word), cls) for word, cls in lexicon.resources.titles.items() if word in bare]
    return max(found)[2] if found else "Document"


def _guess_issuer(text: str, title: str, lexicon: Lexicon) -> tuple[str | None, str | None]:
    """The agency named most often with its region, one in the title or the last lines before any other; and the region.

    A text that says 我省 belongs to the province that it names most often.
    """
    agencies: Counter[str] = Counter()
    regions: Counter[str] = Counter()
    ends: dict[int, int] = {}
    tail = len(text) - 80
    for end, entry in lexicon.find(text):
        begin = end - len(entry.word)
        if entry.region and entry.region != "Country":
            ends[end] = begin
            regions[entry.word] += 1
        if entry.agency and begin in ends:
            official = end <= len(title) or begin >= tail
            agencies[text[ends[begin] : end]] += 100 if official else 1
        elif entry.name == "Agency" and (end <= len(title) or begin >= tail):
            agencies[entry.word] += 100
    agency = _choose(agencies)
    return agency, _choose(regions)


def _choose(counted: Counter[str]) -> str | None:
    return min(counted, key=lambda name: (-counted[name], -len(name), name)) if counted else None


def _guess_date(text: str, title: str) -> date | None:
    """The last full date, which is where documents are signed; else the end of the title's or latest past year."""
    for year, month, day in reversed(_DATE.findall(text)):
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            continue
    titled = _TITLE_YEAR.search(title)
    if titled:
        return date(int(titled[0]), 12, 31)
    years = [int(year) for year in _PAST_YEAR.findall(text)]
    return date(max(years), 12, 31) if years else None
