"""What to do about a fault: one sentence in Chinese and in English, from mends.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from kg.validation.violation import Finding

_Mends = dict[str, dict[str, dict[str, str]]]
_FROM_ANNOTATION, _IN_DATA, _IN_ONTOLOGY = "annotation", "data", "ontology"


@cache
def _read_mends() -> _Mends:
    text = resources.files("kg.validation").joinpath("mends.toml").read_text(encoding="utf-8")
    mends: _Mends = tomllib.loads(text)
    return mends


def derive_mend(finding: Finding, document: str, quote: str, *, in_ontology: bool = False) -> tuple[str, str]:
    """How to mend a fault, in Chinese and in English; `document` and `quote` say where its words stand, if known."""
    place = _IN_ONTOLOGY if in_ontology else _FROM_ANNOTATION if document else _IN_DATA
    where = _read_mends()["where"][place]
    what = _read_mends()["components"].get(finding.component)
    chinese, english = where["zh"].format(document=document, quote=quote), where["en"]
    return (chinese, english) if what is None else (f"{what['zh']}：{chinese}", f"{what['en']}: {english}")
