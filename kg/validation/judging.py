"""Findings to violations: readable names, the words behind them, the mend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pyoxigraph import Store

from kg.validation.mending import derive_mend
from kg.validation.naming import to_readable
from kg.validation.sourcing import find_source
from kg.validation.violation import Finding, Violation


def to_violations(
    findings: Iterable[Finding], check: str, store: Store | None = None, *, in_ontology: bool = False
) -> tuple[Violation, ...]:  # fmt: skip
    """Findings as violations of the check `check`, sorted; `store` is where the words behind them are looked up."""
    return tuple(sorted({_to_violation(finding, check, store, in_ontology) for finding in findings}))


def _to_violation(finding: Finding, check: str, store: Store | None, in_ontology: bool) -> Violation:
    document, quote = ("", "") if store is None else find_source(finding, store)
    mend = derive_mend(finding, document, quote, in_ontology=in_ontology)
    return Violation(
        to_readable(finding.focus),
        to_readable(finding.path),
        to_readable(finding.value),
        finding.message_zh,
        finding.message_en,
        document,
        quote,
        *mend,
        check,
        finding.rule,
    )


def put_mend(violation: Violation, chinese: str, english: str) -> Violation:
    """A violation with what to do about it said by its own rule, before where to do it."""
    return replace(violation, mend_zh=f"{chinese}：{violation.mend_zh}", mend_en=f"{english}: {violation.mend_en}")
