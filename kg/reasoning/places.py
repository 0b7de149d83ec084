"""Rule: what lies in a region lies in every region around it. kg:locatedIn leads to a region, skos:broader of the
authority from there to the region that it lies in, and so on: a laboratory in 武汉市 is in 湖北省 and in 中国.

No axiom of OWL 2 RL is used for it: skos:broader also orders industries and kinds, where no such thing follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kg.identifiers import to_ontology_iri
from kg.reasoning.closure import Triple

_LOCATED_IN = to_ontology_iri("locatedIn")
_BROADER = "http://www.w3.org/2004/02/skos/core#broader"


def find_places(located: Iterable[Triple], regions: frozenset[str], broader: Mapping[str, str]) -> Iterator[
    tuple[Triple, tuple[Triple, ...]]
]:  # fmt: skip
    """New triples of kg:locatedIn with the triples they rest on: one of `located`, then steps of skos:broader."""
    given = sorted(one for one in located if one[1] == _LOCATED_IN)
    known = {(one[0], one[2]) for one in given}
    for fact in given:
        steps: list[Triple] = []
        here = fact[2]
        seen = {here}
        while here in regions and (above := broader.get(here)) is not None and above not in seen:
            steps.append((here, _BROADER, above))
            seen.add(above)
            if above in regions and (fact[0], above) not in known and fact[0] != above:
                known.add((fact[0], above))
                yield (fact[0], _LOCATED_IN, above), (fact, *steps)
            here = above
