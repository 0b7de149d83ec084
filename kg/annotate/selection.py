"""Which of overlapping proposals stand: the longer before the shorter, and inside it only what is of use there."""

from __future__ import annotations

from collections.abc import Iterable

from kg.annotate.proposals import Proposal
from kg.model import FIGURE, PERIOD

# What may stand inside a longer name: whom a programme is for, where a zone lies.
_INSIDE = frozenset(
    {
        "EnterpriseCategory", "Industry", "Technology", "PeopleGroup", "City", "RegionGroup",
        "Municipality", "District",
        "Stage", "ServicePlatform", "Programme", "RepresentativeBody",
    }
)  # fmt: skip
_CLOSED = frozenset(
    {
        "Agency", "Organization", "RepresentativeBody", "Enterprise", "University", "Reply", "Suggestion", "Notice",
        "Plan", "Report", "Document", "City", "Province", "Municipality", "Country", "RegionGroup",
        "EnterpriseCategory", "PlatformCategory", "ClusterCategory", "ZoneCategory", "PeopleGroup", "Industry",
        "Technology", "Category", FIGURE, PERIOD,
    }
)  # fmt: skip
# A region at the begin of such a name says whose it is: the name is not said to lie there.
_REGIONS = frozenset({"City", "Municipality", "District"})
_PLACES = frozenset({"City", "RegionGroup"})
_PLACELESS = frozenset(
    {"Fund", "FundOfFunds", "Loan", "Subsidy", "FinancialInstrument", "Laboratory", "Incubator", "PilotBase",
     "Programme"}
)  # fmt: skip
# Names whose words are not about what they hold.
_UNDIVIDED = frozenset({"Event", "ResearchFacility", "ResearchInstitute", "University", "Platform", "Subsidy"})
_KNOWN = frozenset({"dictionary", "both", "region", "list", "stage"})


def select_proposals(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Those that stand, in the text's order: no two cross, and nothing stands inside a name that is closed."""
    best: dict[tuple[int, int], Proposal] = {}
    for one in proposals:
        place = (one.begin, one.end)
        if place not in best or one.confidence > best[place].confidence:
            best[place] = one
    kept: list[Proposal] = []
    for one in sorted(best.values(), key=lambda one: (one.begin - one.end, -one.confidence, one.begin)):
        over = [other for other in kept if one.begin < other.end and other.begin < one.end]
        if not over or all(other.covers(one) and _may_stand_inside(one, other) for other in over):
            kept.append(one)
    return sorted(kept, key=lambda one: (one.begin, -one.end))


def _may_stand_inside(inner: Proposal, outer: Proposal) -> bool:
    if inner.cls == "Programme" and outer.cls == "Event":
        return True
    if inner.rule == "speciality":
        return True
    if inner.cls in _PLACES and outer.cls in _PLACELESS:
        return False
    if inner.cls == "RegionGroup" and outer.cls not in {"Alliance", "System"}:
        return False
    if inner.cls in _REGIONS and inner.begin != outer.begin:
        return False
    if inner.cls in {"Municipality", "District"} and outer.cls not in {"Zone", "Cluster"}:
        return False
    if inner.cls in {"Industry", "Technology"} and outer.cls in _UNDIVIDED:
        return False
    if inner.end == outer.end and outer.rule == "head":
        return False
    return inner.rule in _KNOWN and inner.cls in _INSIDE and outer.cls not in _CLOSED
