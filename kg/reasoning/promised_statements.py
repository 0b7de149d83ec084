"""Rule: what became of a promise to do something.

A commitment is compared with statements of the same property and object of the same actor, or of any actor where the
ontology says that it does not matter who does it (kg:keptByAnyone: 实施, 设立, 举办), in documents issued after the
commitment's first: kept where one of them is achieved, underway where the best is ongoing, else open. A commitment
names no time of its own, so it is never overdue; the promised figures beside it are (kg.reasoning.promised_figures).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from kg.reasoning.claims import ACHIEVED, ONGOING, PLANNED, Claim, Finding
from kg.reasoning.promised_figures import KEPT, OPEN, OUTCOME_WORDS, UNDERWAY

_OUTCOMES = ((ACHIEVED, KEPT), (ONGOING, UNDERWAY))
_Key = tuple[str, str, str, str]
_ANYONE = ""


def find_statement_outcomes(statements: Iterable[Claim], by_anyone: frozenset[str]) -> Iterator[Finding]:
    """The outcome of every commitment, with it and the report as premises."""
    known = tuple(statements)
    latest = _find_latest(known)
    for plan in known:
        if plan.status == PLANNED:
            outcome, report = _judge(plan, latest, by_anyone)
            yield _to_finding(plan, report, outcome)


def _find_latest(statements: Iterable[Claim]) -> dict[_Key, Claim]:
    """The statement of each status that the newest document makes, of each actor and of anyone."""
    latest: dict[_Key, Claim] = {}
    for one in statements:
        if one.status == PLANNED:
            continue
        for actor in (one.subject.iri, _ANYONE):
            key = actor, one.predicate.iri, one.object.iri, one.status
            if key not in latest or _to_age(one) > _to_age(latest[key]):
                latest[key] = one
    return latest


def _to_age(one: Claim) -> tuple[date, str]:
    return one.last_issued or date.min, one.iri


def _judge(plan: Claim, latest: dict[_Key, Claim], by_anyone: frozenset[str]) -> tuple[str, Claim | None]:
    actors = (plan.subject.iri, _ANYONE) if plan.predicate.iri in by_anyone else (plan.subject.iri,)
    promised = plan.first_issued
    for status, outcome in _OUTCOMES:
        for actor in actors:
            found = latest.get((actor, plan.predicate.iri, plan.object.iri, status))
            if found and promised and found.last_issued and found.last_issued > promised:
                return outcome, found
    return OPEN, None


def _to_finding(plan: Claim, report: Claim | None, outcome: str) -> Finding:
    chinese, english = OUTCOME_WORDS[outcome]
    said = f"{plan.subject.label} {plan.predicate.label} {plan.object.label}"
    another = f"（{report.subject.label}）" if report and report.subject.iri != plan.subject.iri else ""
    return Finding(
        outcome,
        "promised-statement",
        (plan.iri, *([report.iri] if report else [])),
        f"{said}——{chinese}{another}",
        f"{said}: {english}{another}",
        promise=plan.iri,
        reports=(report.iri,) if report else (),
    )
