"""What stands behind each row of an answer: the entities its cells name and the evidence its patterns rest on.

A question's author writes nothing for this. The query is asked a second time with more columns: for a column that is a
label, what it is the label of; for `?x prov:wasDerivedFrom ?e`, the evidence; for the parts of a statement or a figure,
that statement or figure. What is counted inside a sub-query cannot be told apart by row and is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.queries.patterns import Group, Pattern, PatternReader, Select, is_aggregate, iterate_patterns
from kg.queries.table import Table, Term

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_LABELS = ("http://www.w3.org/2004/02/skos/core#prefLabel", "http://www.w3.org/2000/01/rdf-schema#label")
_INVERSE = "https://w3id.org/policykg/ontology#inverseLabel"
_DERIVED = "http://www.w3.org/ns/prov#wasDerivedFrom"
_KG = "https://w3id.org/policykg/ontology#"
# What only a statement or an observation has (docs/data-model.md).
_OF_CLAIMS = {
    *(f"{_RDF}{name}" for name in ("subject", "predicate", "object")),
    *(f"{_KG}{name}" for name in ("indicator", "about", "value", "sourceText", "status")),
}
# More rows than this no reader checks; what is beyond stays untraced.
MOST_ROWS = 50_000
_SUFFIX = "__of"

Key = tuple[Term | None, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """A query that answers with what stands behind another's rows.

    `columns` are the columns of the answer that tell its rows apart; `entities` names, for a column of labels, the
    column of what they label; `evidence` and `claims` are columns of IRIs, `bare` claims without evidence there.
    """

    text: str
    columns: tuple[str, ...]
    entities: Mapping[str, str]
    evidence: tuple[str, ...]
    claims: tuple[str, ...]
    bare: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Origins:
    """Behind one row: IRIs by column of labels, evidence, claims, and the claims whose evidence has to be looked up."""

    entities: Mapping[str, tuple[str, ...]]
    evidence: tuple[str, ...]
    claims: tuple[str, ...]
    bare: tuple[str, ...]


NOTHING = Origins({}, (), (), ())


def to_trace(text: str) -> Trace | None:
    """The trace of a SELECT; None where the text is none, or nothing in it leads to an entity, a claim or evidence."""
    reader = PatternReader(text)
    try:
        outer = reader.read()
    except (ValueError, IndexError, KeyError):
        return None
    head = outer.select
    if head is None or {"LIMIT", "OFFSET", "VALUES"} & set(head.modifiers):
        return None
    editor = _Editor(text, set(head.names))
    seen = editor.extend(outer)
    kept = [(name, item) for name, item in head.items if not is_aggregate(item)]
    entities = {name: name + _SUFFIX for name, _ in kept if name + _SUFFIX in seen}
    evidence = tuple(sorted(seen & editor.evidence))
    claims = tuple(sorted(seen & editor.claims))
    if not entities and not evidence and not claims:
        return None
    # The parts of a gathered row are its own variables: without GROUP BY each is a row of its own.
    added = dict.fromkeys((*entities.values(), *evidence, *claims))
    shown = {name for name, _ in kept}
    items = [*(item for _, item in kept), *(f"?{name}" for name in added if name not in shown)]
    editor.replace(head.begin, head.end, " ".join(items))
    editor.replace(head.tail, head.tail_end, f"\nLIMIT {MOST_ROWS}")
    distinct = editor.write()
    bare = tuple(name for name in claims if name not in editor.derived)
    return Trace(_to_distinct(distinct, head.begin), tuple(name for name, _ in kept), entities, evidence, claims, bare)


def _to_distinct(text: str, begin: int) -> str:
    """The text with DISTINCT in the outermost head, which begins at `begin`."""
    before = text[:begin].rstrip()
    return text if before.upper().endswith("DISTINCT") else f"{before} DISTINCT {text[begin:]}"


class _Editor:
    """Adds variables to a query's text where they are bound, and to the heads between there and the outside."""

    def __init__(self, text: str, columns: set[str]) -> None:
        self._text, self._columns = text, columns
        self._edits: list[tuple[int, int, str]] = []
        self._count = 0
        self.evidence: set[str] = set()
        self.claims: set[str] = set()
        self.derived: set[str] = set()

    def replace(self, begin: int, end: int, text: str) -> None:
        """Puts a text in the place of another; where they touch, what was asked for first stands first."""
        self._edits.append((begin, end, text))

    def write(self) -> str:
        """The text with all edits."""
        out, at = [], 0
        for begin, end, text in sorted(self._edits, key=lambda one: one[0]):
            out += [self._text[at:begin], text]
            at = end
        return "".join([*out, self._text[at:]])

    def extend(self, group: Group) -> set[str]:
        """Extends a group and the groups in it; what of the trace can be seen from outside of it."""
        seen: set[str] = set()
        for inner in group.groups:
            seen |= self._extend_inner(inner)
        self._extend_own(group, seen)
        return seen

    def _extend_inner(self, group: Group) -> set[str]:
        """Extends a group inside another; a query's head gets what it has to hand on."""
        select = group.select
        if select is None:
            return self.extend(group)
        if select.counts or _cuts(select):
            return self._extend_closed(group, select)
        seen = self.extend(group)
        new = sorted(seen - set(select.names))
        if new:
            self.replace(select.end, select.end, "".join(f" ?{name}" for name in new))
        return seen

    def _extend_closed(self, group: Group, select: Select) -> set[str]:
        """A query that gathers or cuts is left as it is; only what it answers with itself is seen."""
        named = set(select.names)
        evidence, claims, _ = _find_origins(list(iterate_patterns([group])))
        self.evidence |= evidence & named
        self.claims |= claims & named
        return (evidence | claims) & named

    def _extend_own(self, group: Group, seen: set[str]) -> None:
        bound: dict[str, str] = {}
        patterns = [one for pattern in group.patterns for one in self._split(pattern)]
        for one in patterns:
            column = one.target[1:]
            if one.steps and one.steps[0] in (*_LABELS, _INVERSE) and one.target[:1] == "?" and column in self._columns:
                bound.setdefault(column + _SUFFIX, one.subject)
        evidence, claims, derived = _find_origins(patterns)
        self.evidence |= evidence
        self.claims |= claims
        self.derived |= derived
        new = {name: subject for name, subject in bound.items() if name not in seen and subject[:1] == "?"}
        if new:
            text = "".join(f" BIND({subject} AS ?{name})" for name, subject in new.items())
            self.replace(group.end, group.end, f"{text}\n")
        seen |= evidence | claims | set(new)

    def _split(self, pattern: Pattern) -> list[Pattern]:
        """A pattern whose path goes through evidence, or to a label, as one pattern a step."""
        steps = pattern.steps
        if len(steps) < 2 or pattern.shared or not (steps[0] == _DERIVED or steps[-1] in _LABELS):
            return [Pattern(pattern.subject, steps, pattern.target, 0, 0, 0, False)] if len(steps) == 1 else []
        ends = [pattern.subject]
        for _ in steps[1:]:
            self._count += 1
            ends.append(f"?step__{self._count}")
        ends.append(pattern.target)
        links = [Pattern(ends[at], (step,), ends[at + 1], 0, 0, 0, False) for at, step in enumerate(steps)]
        self.replace(pattern.begin, pattern.end, f"<{steps[0]}> {ends[1]}")
        rest = "".join(f" . {one.subject} <{one.steps[0]}> {one.target}" for one in links[1:])
        self.replace(pattern.block_end, pattern.block_end, rest)
        return links


def _cuts(select: Select) -> bool:
    return bool({"LIMIT", "OFFSET"} & set(select.modifiers))


def _find_origins(patterns: list[Pattern]) -> tuple[set[str], set[str], set[str]]:
    """The variables of evidence, of claims, and of what has evidence of its own in the patterns."""
    evidence, claims, derived = set(), set(), set()
    for one in patterns:
        step = one.steps[0] if len(one.steps) == 1 else ""
        if step == _DERIVED and one.target[:1] == "?":
            evidence.add(one.target[1:])
            derived.add(one.subject[1:])
        elif step in _OF_CLAIMS and one.subject[:1] == "?":
            claims.add(one.subject[1:])
    return evidence, claims, derived


def match_origins(table: Table, trace: Trace, traced: Table) -> tuple[Origins, ...]:
    """For each row of an answer what its trace found, by the columns that tell rows apart."""
    key_at = [traced.columns.index(name) for name in trace.columns]
    found: dict[Key, list[tuple[Term | None, ...]]] = {}
    for row in traced.rows:
        found.setdefault(tuple(row[at] for at in key_at), []).append(row)
    own_at = [table.columns.index(name) for name in trace.columns]
    place = {name: at for at, name in enumerate(traced.columns)}
    return tuple(_gather(found.get(tuple(row[at] for at in own_at), []), trace, place) for row in table.rows)


def _gather(rows: list[tuple[Term | None, ...]], trace: Trace, place: Mapping[str, int]) -> Origins:
    entities = {column: _find_iris(rows, (name,), place) for column, name in trace.entities.items()}
    evidence, claims, bare = (_find_iris(rows, names, place) for names in (trace.evidence, trace.claims, trace.bare))
    return Origins(entities, evidence, claims, bare)


def _find_iris(
    rows: list[tuple[Term | None, ...]], names: tuple[str, ...], place: Mapping[str, int]
) -> tuple[str, ...]:
    """The IRIs in some columns, column by column, each once."""
    found = (sorted({term.value for row in rows if isinstance(term := row[place[name]], NamedNode)}) for name in names)
    return tuple(dict.fromkeys(iri for iris in found for iri in iris))
