"""What a check finds: one fault, where it is, what should be, the words behind it, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A fault as a validator tells it, in N-Triples terms; all that is not known is empty.

    `rule` names the shape or constraint, `component` the kind of constraint (`MinCount`, `Class` …), `path` is in
    SPARQL's syntax, with full IRIs.
    """

    rule: str
    component: str
    focus: str
    path: str
    value: str
    message_zh: str
    message_en: str


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One fault: the node at fault, the path from it (SPARQL syntax), the value that does not fit, what should be.

    `document` and `quote` say where the words stand that it came from, `mend_zh` and `mend_en` what to do; all that is
    not known is empty. `check` is the check that found it (`kg.validation.CHECKS`), `rule` its shape or constraint.
    """

    focus: str
    path: str
    value: str
    message_zh: str
    message_en: str
    document: str = ""
    quote: str = ""
    mend_zh: str = ""
    mend_en: str = ""
    check: str = ""
    rule: str = ""

    def __str__(self) -> str:
        where = " ".join(part for part in (self.focus, self.path) if part)
        said = " ".join(part for part in (self.message_zh, self.message_en) if part)
        value = f"，现为 found {self.value}" if self.value else ""
        source = f"；依据 from 《{self.document}》“{self.quote}”" if self.document else ""
        mend = " ".join(part for part in (self.mend_zh, self.mend_en) if part)
        return " ".join(f"{where}: {said}{value}{source}{f'；改法 mend: {mend}' if mend else ''}".split())
