"""Which claims report on which commitment.

The rule is that of the question `commitments-followed-up` of the pack (a test holds the two to the same pairs). It is
worked out here by keys, because the query pairs every plan with every fact of the same unit, which takes minutes on a
hundred thousand entities.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from kg.server.page_queries import REPORTED_FIGURES, REPORTED_STATEMENTS
from kg.server.reading import Row, ask_about
from kg.server.workers import Workers
from kg.view.terms import KG

# Somebody else may carry out what one promised: whoever implements, establishes or organises the same thing.
_BY_ANYBODY = frozenset(KG + name for name in ("implements", "establishes", "organises"))
_STOCK = KG + "stock"
_MEASURED = ("indicator", "about", "unit", "kind")


def find_reports(workers: Workers, statements: Sequence[Row], figures: Sequence[Row]) -> dict[str, set[str]]:
    """The claims that report on planned statements and planned figures (rows of their queries), by the plans' IRIs."""
    reports: dict[str, set[str]] = defaultdict(set)
    for plan, fact in _pair_statements(workers, statements):
        reports[plan].add(fact)
    for plan, fact in _pair_figures(workers, figures):
        reports[plan].add(fact)
    return reports


def _pair_statements(workers: Workers, plans: Sequence[Row]) -> Iterable[tuple[str, str]]:
    facts: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in ask_about(workers, REPORTED_STATEMENTS, (plan["object"] for plan in plans)):
        facts[row["property"], row["object"]].append(row)
    for plan in plans:
        for fact in facts.get((plan["property"], plan["object"]), ()):
            same = fact["subject"] == plan["subject"] or plan["property"] in _BY_ANYBODY
            if same and plan["issued"] and fact["reported"] > plan["issued"]:
                yield plan["claim"], fact["claim"]


def _pair_figures(workers: Workers, plans: Sequence[Row]) -> Iterable[tuple[str, str]]:
    scopes: dict[str, set[str]] = defaultdict(set)
    facts: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    rows = list(ask_about(workers, REPORTED_FIGURES, (plan["about"] for plan in plans)))
    for row in (*rows, *plans):
        scopes[row["claim"]] |= {row["scope"]} - {""}
    for row in rows:
        facts[_to_key(row)].append(row)
    for plan in plans:
        for fact in facts.get(_to_key(plan), ()):
            if plan["issued"] and _reports(plan, fact) and not _apart(scopes[plan["claim"]], scopes[fact["claim"]]):
                yield plan["claim"], fact["claim"]


def _to_key(row: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(row[name] for name in _MEASURED)


def _reports(plan: Row, fact: Row) -> bool:
    later = fact["reported"] > plan["issued"]
    if not plan["when"]:
        return later
    # The same time, in whatever document; a stock at a later time too, but not the growth of another year.
    return fact["when"] == plan["when"] or (plan["kind"] == _STOCK and fact["begin"] > plan["due"] and later)


def _apart(one: set[str], other: set[str]) -> bool:
    """Whether two figures are said to hold for different regions."""
    return any(scope != another for scope in one for another in other)
