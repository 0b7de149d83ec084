"""All rules over a dataset: what they find and what the reasoner infers, as lines of two named graphs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Store

from kg.reasoning.claims import Claims, Finding
from kg.reasoning.closure import Engine, Triple, compute_closure, find_engine, read_entity_triples
from kg.reasoning.disagreement import find_disagreements
from kg.reasoning.growth import find_growth_checks
from kg.reasoning.increases import find_increase_checks
from kg.reasoning.part_sums import find_part_sum_checks
from kg.reasoning.places import find_places
from kg.reasoning.premises import Explainer, find_stating, to_inference, to_premises
from kg.reasoning.promised_figures import find_figure_outcomes
from kg.reasoning.promised_statements import find_statement_outcomes
from kg.reasoning.reading import read_claims
from kg.reasoning.region_sums import find_region_sum_checks
from kg.reasoning.schema import RDF_TYPE, Schema, read_schema
from kg.reasoning.series import Series
from kg.reasoning.shares import find_share_checks
from kg.reasoning.stock_flow import find_stock_flow_checks


@dataclass(frozen=True, slots=True)
class Derivation:
    """What follows from a dataset: findings with their premises, and all inferred triples. `engine` is the reasoner."""

    findings: tuple[Finding, ...]
    inferred: tuple[Triple, ...]
    engine: str

    def count(self) -> dict[tuple[str, str, bool | None], int]:
        """How many findings there are of each class, rule and verdict, in order."""
        counted = Counter((one.kind, one.rule, one.holds) for one in self.findings)
        return dict(sorted(counted.items(), key=lambda item: (item[0][0], item[0][1], item[0][2] is not False)))


def derive(dataset: Store) -> Derivation:
    """Everything that follows from a dataset, which is not changed; the same for the same dataset."""
    claims = read_claims(dataset)
    schema = read_schema(dataset)
    name, engine = find_engine()
    inferred, inferences = _infer(dataset, claims, schema, engine)
    findings = {(one.rule, one.premises, one.triple): one for one in (*find_findings(claims), *inferences)}
    return Derivation(tuple(findings[key] for key in sorted(findings, key=str)), inferred, name)


def find_findings(claims: Claims) -> Iterator[Finding]:
    """What the rules about figures and promises find."""
    figures, bounds = claims.figures, claims.bounds
    series = Series(figures)
    yield from find_disagreements(figures, bounds)
    yield from find_figure_outcomes(figures, claims.newest, bounds)
    yield from find_statement_outcomes(claims.statements, claims.by_anyone)
    yield from find_part_sum_checks(figures, bounds)
    yield from find_region_sum_checks(claims, bounds)
    yield from find_growth_checks(figures, series, bounds)
    yield from find_increase_checks(figures, series, bounds)
    yield from find_stock_flow_checks(figures, series, bounds)
    yield from find_share_checks(claims, series, bounds)


def _infer(dataset: Store, claims: Claims, schema: Schema, engine: Engine) -> tuple[tuple[Triple, ...], list[Finding]]:
    facts, axioms = read_entity_triples(dataset, schema)
    closure = compute_closure(facts, axioms, schema, engine)
    explainer, stating, names = Explainer(facts, schema), find_stating(claims.statements), _find_names(claims)
    inferences = []
    for triple in sorted(closure):
        if triple[1] != RDF_TYPE:
            premises = to_premises(explainer.explain(triple), stating)
            inferences.append(to_inference(triple, "owl-rl", premises, names))
    regions = frozenset(iri for iri, levels in claims.levels.items() if levels)
    places = list(find_places(facts | closure, regions, claims.broader))
    for triple, rests_on in places:
        first = (rests_on[0],) if rests_on[0] in facts else explainer.explain(rests_on[0])
        premises = to_premises((*first, *rests_on[1:]), stating)
        inferences.append(to_inference(triple, "region-in-region", premises, names))
    return tuple(sorted(closure | {triple for triple, _ in places})), [one for one in inferences if one.premises]


def _find_names(claims: Claims) -> dict[str, str]:
    ends = (end for one in claims.statements for end in (one.subject, one.predicate, one.object))
    return {end.iri: end.label for end in ends}
