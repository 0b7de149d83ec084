"""Relations: by their mentions (strict, overlapping) or by entities and sentence; each with status and without."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from kg.evaluation.judged import JudgedMention, JudgedRelation
from kg.evaluation.matching import Candidates, find_matching, find_overlaps
from kg.evaluation.mentions import OVERLAPPING, STRICT
from kg.evaluation.scores import Counts
from kg.model import Span

ENTITY = "entity"
WITH_STATUS = "_with_status"

# Property, ends by role, sentence.
EntityKey = tuple[str, frozenset[tuple[str, str | None]], Span]


def score_relations(
    gold: Sequence[JudgedRelation], predicted: Sequence[JudgedRelation]
) -> dict[str, dict[str, Counts]]:
    """The counts of one document by criterion and property."""
    overlapping = find_candidates(gold, predicted)
    strict = {pair: fit for pair, fit in overlapping.items() if fit[0]}
    scores = {}
    for criterion, candidates in ((STRICT, strict), (OVERLAPPING, overlapping)):
        agreeing = {pair: fit for pair, fit in candidates.items() if fit[1]}
        for name, chosen in ((criterion, candidates), (criterion + WITH_STATUS, agreeing)):
            right = Counter(gold[one].property for one, _ in find_matching(chosen))
            scores[name] = _to_counts(right, _count(gold), _count(predicted))
    have, said = to_entity_statuses(gold), to_entity_statuses(predicted)
    shared = have.keys() & said.keys()
    for name, right_keys in (
        (ENTITY, shared),
        (ENTITY + WITH_STATUS, {key for key in shared if have[key] == said[key]}),
    ):
        scores[name] = _to_counts(*(Counter(key[0] for key in keys) for keys in (right_keys, have, said)))
    return scores


def _count(relations: Iterable[JudgedRelation]) -> Counter[str]:
    return Counter(one.property for one in relations)


def _to_counts(right: Counter[str], gold: Counter[str], predicted: Counter[str]) -> dict[str, Counts]:
    return {name: Counts(right[name], gold[name], predicted[name]) for name in sorted({*gold, *predicted})}


def find_candidates(gold: Sequence[JudgedRelation], predicted: Sequence[JudgedRelation]) -> Candidates:
    """The pairs with one property and overlapping ends of one class, with (same spans, same status)."""
    candidates = {}
    for one, other in find_overlaps(list(map(_to_reach, gold)), list(map(_to_reach, predicted))):
        if _fits(gold[one], predicted[other], _overlap):
            same = _fits(gold[one], predicted[other], _equal)
            candidates[one, other] = (int(same), int(gold[one].status == predicted[other].status))
    return candidates


def _to_reach(relation: JudgedRelation) -> tuple[str, Span]:
    # Relations whose ends overlap in pairs overlap as wholes: a quick first sieve.
    ends = (relation.subject.span, relation.object.span)
    return relation.property, Span(min(span.begin for span in ends), max(span.end for span in ends))


def _fits(
    gold: JudgedRelation, predicted: JudgedRelation, agree: Callable[[JudgedMention, JudgedMention], bool]
) -> bool:
    ends = [(predicted.subject, predicted.object)]
    if gold.symmetric:
        ends.append((predicted.object, predicted.subject))
    return any(agree(gold.subject, first) and agree(gold.object, second) for first, second in ends)


def _overlap(one: JudgedMention, other: JudgedMention) -> bool:
    return one.cls == other.cls and one.span.begin < other.span.end and other.span.begin < one.span.end


def _equal(one: JudgedMention, other: JudgedMention) -> bool:
    return one.cls == other.cls and one.span == other.span


def to_entity_statuses(relations: Iterable[JudgedRelation]) -> dict[EntityKey, frozenset[str]]:
    """What the relations say of entities, each thing once a sentence, with the statuses that it is said with.

    A relation that the builder refuses says nothing.
    """
    statuses: dict[EntityKey, frozenset[str]] = {}
    for one in relations:
        if one.stated:
            key = to_entity_key(one)
            statuses[key] = statuses.get(key, frozenset()) | {one.status}
    return statuses


def to_entity_key(relation: JudgedRelation) -> EntityKey:
    """What one relation says of entities; the ends of a symmetric property have no order."""
    roles = ("", "") if relation.symmetric else ("subject", "object")
    ends = frozenset(zip(roles, (relation.subject.iri, relation.object.iri), strict=True))
    return relation.property, ends, relation.sentence


def match_relations(
    gold: Sequence[JudgedRelation], predicted: Sequence[JudgedRelation]
) -> Iterator[tuple[JudgedRelation, JudgedRelation]]:
    """A largest one-to-one matching by overlapping mentions; of several one with most equal spans, then statuses."""
    for one, other in find_matching(find_candidates(gold, predicted)):
        yield gold[one], predicted[other]
