"""Relations in a paragraph: a verb between two names, a name inside a name, a list and what it is a list of."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple, TypeVar

from kg.annotate.assembly import Related
from kg.annotate.chains import is_ordered
from kg.annotate.headed import AIMING, find_headed, is_aimed, relate_headed, relate_stages
from kg.annotate.lexicon import Lexicon
from kg.annotate.partners import find_partners, share_with
from kg.annotate.patterns import find_stated
from kg.annotate.proposals import Proposal
from kg.annotate.sentences import ACTORS, OPENING, SPATIAL, relate_responsible, relate_sentence
from kg.model import FIGURE, PERIOD

_CLAUSE = re.compile("[^，；。：！？,;:!?\n]+")
_SENTENCE = re.compile("[^。！？\n]+")
_MEANS = (
    "Programme",
    "Fund",
    "FinancialInstrument",
    "System",
    "Mechanism",
    "Platform",
    "Project",
    "Event",
    "Zone",
    "Subsidy",
    "Cluster",
)
_BENEFICIARIES = frozenset(
    {"EnterpriseCategory", "PeopleGroup", "Industry", "Technology", "Category", "PlatformCategory", "ClusterCategory",
     "ZoneCategory", "ProductCategory"}
)  # fmt: skip


class Verb(NamedTuple):
    """A verb where it stands in the document; `group` is its place in the resources' list of groups."""

    begin: int
    end: int
    group: int
    word: str


def relate(
    text: str, begin: int, end: int, found: Sequence[Proposal], verbs: Sequence[Verb],
    carried: Proposal | None, lexicon: Lexicon,
) -> tuple[tuple[Related, ...], Proposal | None]:  # fmt: skip
    """The relations of a paragraph `text[begin:end]`, and the actor that a next paragraph without one goes on from."""
    names = [one for one in found if one.cls not in {FIGURE, PERIOD}]
    outer = _find_outer(names)
    related: list[Related] = []
    patterned: list[Related] = []
    lasting = actor = carried
    first: Proposal | None = None
    for sentence in _SENTENCE.finditer(text, begin, end):
        within = _find_inside(outer, *sentence.span())
        if not within:
            continue
        targeted: list[Proposal] = []
        means: list[Proposal] = []
        actor = lasting
        before = len(related)
        for clause in _CLAUSE.finditer(text, *sentence.span()):
            inside = _find_inside(within, *clause.span())
            governing = _find_inside(verbs, *clause.span())
            opening = _find_subject(text, clause.start(), inside, governing)
            if text[clause.start() - 1 : clause.start()] == "；":
                means.clear()
                targeted.clear()
            if opening is not None and _acts(text, opening, lasting, governing) and not _ASSIGNS.search(clause[0]):
                actor = opening
                lasting = opening if _goes_on(opening) else lasting
                first = first or (opening if _goes_on(opening) else None)
            aimed = _OF_MEANS.match(text, *clause.span()) if means and opening is None else None
            if aimed is not None and (means[-1].cls in _PAYING or not aimed[0].endswith(_OF_ACTORS)):
                related += _relate_means(means[-1], aimed[0], aimed.end(), inside, governing)
            else:
                related += _relate_clause(text, clause.start(), opening, actor, inside, governing, targeted, lexicon)
            means += [
                one for one in inside
                if (one.cls in _PAYING and text[one.begin : one.end] != "子基金")
                or (_is_means(one, lexicon) and one.cls in _AIMED)
            ]  # fmt: skip
        related += relate_sentence(text, sentence.end(), within, outer, actor)
        stated = [
            Related(one, name, other, f"pattern {name}", 0.78)
            for one, name, other in find_stated(text, *sentence.span(), within, actor, lexicon.patterns)
            if name != "specialisesIn" or one.rule != "deixis"
        ]
        patterned += stated
        if actor is not None and sentence.start() <= actor.begin:
            partners = find_partners(text, actor, within)
            joint_end = _find_joint_end(text, actor.begin, sentence.end())
            joint = [one for one in (*related[before:], *stated) if one.object.end <= joint_end]
            related += share_with(partners, actor, joint)
    related += _relate_inside(text, names, lexicon)
    headed = find_headed(text, begin, outer)
    if headed is not None:
        related = [one for one in related if one.object is not headed or one.subject is not carried]
        related += tuple(relate_headed(text, begin, headed, related, outer))
    related += relate_responsible(text, end, outer)
    related += tuple(relate_stages(related, names))
    # What a pattern says of two names goes before what a verb near them would say.
    certain = [one for one in patterned if _is_allowed(one, lexicon)]
    # 聚焦集成电路，实施“登峰”工程: what the programme is aimed at, who carries it out is not also said to help.
    aimed_at = {one.object for one in related if one.rule == "targeted-means"}
    if aimed_at:
        related = [one for one in related if not (is_aimed(one) and one.object in aimed_at)]
    said = {(one.subject, one.object) for one in certain}
    # Who issues a document is not also said to carry it out.
    said |= {(one.object, one.subject) for one in certain if one.property == "issuedBy"}
    # Nor is whoever hosts a platform said to set it up.
    hosted = {(one.object, one.subject) for one in certain if one.property == "hostedBy"}
    certain = [one for one in certain if one.property != "establishes" or (one.subject, one.object) not in hosted]
    said |= hosted
    # 组建紫云实验室，聚焦量子信息: what the laboratory works on, nobody is said to help.
    worked_on = {one.object for one in certain if one.property == "specialisesIn"}
    hosts = {one.subject for one in certain if one.property == "hostedBy"}
    if worked_on or hosts:
        related = [
            one for one in related
            if not (is_aimed(one) and one.object in worked_on)
            and not (one.property == "establishes" and one.object in hosts and one.confidence < _SURE)
        ]  # fmt: skip
    # 推动甲平台与乙平台互联互通: that they are connected is what is said.
    joined = {end for one in certain if one.property == "connectedTo" for end in (one.subject, one.object)}
    if joined:
        related = [one for one in related if one.property != "supports" or one.object not in joined]
    rest = (one for one in related if (one.subject, one.object) not in said and _is_allowed(one, lexicon))
    return tuple(_without_repeats((*certain, *rest))), first


_CLAUSE_END = re.compile("[，；](?!联合|共同|携手)")


def _find_joint_end(text: str, begin: int, end: int) -> int:
    """Where what a sentence says of its actor and its partners ends: with their clause, or the next that says 联合."""
    found = _CLAUSE_END.search(text, begin, end)
    return found.start() if found else end


# How sure a relation is at least whose subject opens its clause.
_SURE = 0.7


def _find_outer(names: Sequence[Proposal]) -> list[Proposal]:
    """The names, given in the text's order, that stand inside no other."""
    outer: list[Proposal] = []
    for one in names:
        if not outer or one.end > outer[-1].end:
            outer.append(one)
    return outer


_Placed = TypeVar("_Placed", Proposal, Verb)


def _find_inside(placed: Sequence[_Placed], begin: int, end: int) -> list[_Placed]:
    """Those of some names or verbs, given in the text's order, that lie between two places."""
    first = bisect_left(placed, begin, key=_to_begin)
    last = bisect_left(placed, end, lo=first, key=_to_begin)
    return [one for one in placed[first:last] if one.end <= end]


_to_begin = itemgetter(0)


def _acts(text: str, one: Proposal, before: Proposal | None, verbs: Sequence[Verb]) -> bool:
    """Whether the name that opens a clause acts.

    全国 does not where a province or an agency speaks; nor does 全市 where what follows is counted: 全市企业达3万家.
    """
    if text.startswith("全国", one.begin):
        return False
    if one.cls not in ACTORS or before is None:
        return one.cls in ACTORS
    if one.cls == "Country" and before.cls != "Country":
        return False
    return text[one.begin] != "全" or any(one.end <= verb.begin <= one.end + 3 for verb in verbs)


def _goes_on(actor: Proposal) -> bool:
    """Whether who acts in one sentence goes on acting in the next that names nobody: not so a university or a firm."""
    return actor.rule == "deixis" or actor.cls in {"Agency", "Province"}


# 市财政局、市科技局按职责负责: who is named so does not go on acting.
_ASSIGNS = re.compile("负责|责任单位|牵头单位|配合单位|会办|协办")


def _is_allowed(one: Related, lexicon: Lexicon) -> bool:
    if (one.subject.begin, one.subject.end) == (one.object.begin, one.object.end):
        return False
    return lexicon.vocabulary.accepts(one.property, one.subject.cls, one.object.cls)


def _without_repeats(related: Iterable[Related]) -> Iterator[Related]:
    seen: set[tuple[object, ...]] = set()
    for one in related:
        key = (one.property, one.subject.begin, one.subject.end, one.object.begin, one.object.end)
        if key not in seen:
            seen.add(key)
            yield one


def _find_subject(text: str, begin: int, names: Sequence[Proposal], verbs: Sequence[Verb]) -> Proposal | None:
    """The name that opens a clause, or the first of the list that does; None where it opens with anything else."""
    first = next(iter(names), None)
    if first is None or (verbs and verbs[0].begin < first.begin):
        return None
    before = text[begin : first.begin]
    before = re.sub(r"(?:19|20)[0-9]{2}年(?:[0-9]{1,2}月(?:[0-9]{1,2}日)?)?[底初]?|“?十[四五六]五”?", "", before)
    return first if OPENING.match(before) else None


def _relate_clause(
    text: str, begin: int, opening: Proposal | None, actor: Proposal | None, names: Sequence[Proposal],
    verbs: Sequence[Verb], targeted: list[Proposal], lexicon: Lexicon,
) -> Iterator[Related]:  # fmt: skip
    # `targeted` grows through the sentence: 围绕集成电路，实施“登峰”工程.
    if opening is not None and text.startswith("全国", opening.begin):
        # 全国累计布局集群66个 tells how many there are, not who does it.
        return
    subject = opening if opening is not None and (opening.cls in ACTORS or _is_means(opening, lexicon)) else actor
    for place, verb in enumerate(verbs):
        following = verbs[place + 1].begin if place + 1 < len(verbs) else None
        objects = [one for one in names if one.begin >= verb.end and (following is None or one.begin < following)]
        objects = [one for one in objects if one is not subject and one is not opening]
        if verb.word in _HELPING:
            # 支持甲联合乙创建丙: who is helped, not with whom.
            joined = next((one.begin for one in objects if text.endswith(_JOINING, verb.end, one.begin)), None)
            objects = [one for one in objects if joined is None or one.begin < joined]
        group = lexicon.resources.verbs[verb.group]
        floor = verbs[place - 1].end if place else begin
        if "targets" in group.by.values() and len(group.by) == 1:
            targeted += [one for one in objects if one.cls in _BENEFICIARIES]
        passive = _find_passive(text, begin, names, verb)
        if passive:
            yield from _by_verb(passive[0], passive[1], group.by, verb, 0.75, lexicon)
            continue
        if not objects:
            objects = _find_moved(text, max(begin, floor), names, verb, subject)
        doer = subject
        if (
            subject is not None
            and subject is opening
            and _is_means(subject, lexicon)
            and actor is not None
            and not _may_do(subject, group.by, objects, lexicon)
        ):
            doer = actor
        if doer is None:
            continue
        confidence = 0.8 if doer is opening else 0.62
        helped = _find_helped(names, verbs, place) if objects else []
        if helped:
            # 支持甲、乙建设丙: they set it up, and who helps them helps it.
            each = "分别" in text[helped[-1].end : verb.begin] and len(helped) == len(objects)
            for number, one in enumerate(helped):
                own = objects[number : number + 1] if each else objects
                yield from _by_verb(one, own, group.by, verb, 0.7, lexicon)
            yield from (Related(doer, "supports", one, "helped", 0.66) for one in objects if one.cls not in _MATTERS)
            continue
        doers = [doer, *(_find_coordinated(text, names, doer, verb) if doer is opening else ())]
        each = "分别" in text[doers[-1].end : verb.begin] and 1 < len(doers) <= len(objects)
        for number, one in enumerate(doers):
            own = objects[number : number + 1] if each else objects
            yield from _by_verb(one, own, group.by, verb, confidence, lexicon)
        moved = [
            one
            for one in _find_moved(text, max(begin, floor), names, verb, subject)
            if one.cls in _BENEFICIARIES and one not in objects
        ]
        if moved:
            yield from (Related(doer, "supports", one, f"for {verb.word}", 0.6) for one in moved)
        if targeted or moved:
            for one in objects:
                if one.cls in _FOR_SOMEONE:
                    for target in (*targeted, *moved):
                        yield Related(one, "targets", target, "targeted-means", 0.7)


# 设立…基金，重点投向…: the clause after a means says what the means is for.
_FOR_SOMEONE = frozenset(
    {"Programme", "Project", "Fund", "FundOfFunds", "Loan", "Subsidy", "FinancialInstrument", "System", "Event",
     "ServicePlatform"}
)  # fmt: skip
_PAYING = frozenset({"Fund", "FundOfFunds", "Loan", "Subsidy", "FinancialInstrument"})
_AIMED = frozenset({"Programme", "Project", "Mechanism"})
_OF_MEANS = re.compile(
    "(?:其中)?(?:每年度?|年均|立项|安排|择优|分批|重点|主要|优先|着力|集中|专项|专门|首批|首期|首轮|累计|[一二三五十两0-9]{1,2}年内?|已|共|现已|将|全年|已经|旨在|力争|组织)*"
    "(?:投向|面向|围绕|聚焦|针对|瞄准|支持|服务|惠及|撬动|带动|突破|攻克|攻关|布局|部署|覆盖|资助|扶持|用于|投资|培育|孵化|遴选|选拔|培养|引进|招募|培训|为(?![了主期]))"
)


# What a programme's clause goes on with that whoever carries it out does: 实施“筑基”行动，支持领军企业….
_OF_ACTORS = ("支持", "培育", "带动", "撬动", "突破", "攻克", "攻关", "布局", "部署", "孵化")
_GIVING = ("投资", "支持", "撬动", "带动", "孵化", "资助", "扶持")


def _relate_means(
    means: Proposal, said: str, begin: int, names: Sequence[Proposal], verbs: Sequence[Verb]
) -> Iterator[Related]:
    """What a means is for: the names after the verb that ends at `begin`, up to the next verb."""
    following = next((verb.begin for verb in verbs if verb.begin >= begin), None)
    for one in names:
        if one.begin < begin or (following is not None and one.begin >= following):
            continue
        name = "targets" if one.cls in _AIMED_AT and not said.endswith(_GIVING) else "supports"
        yield Related(means, name, one, "means", 0.68)


# Whom and what money and programmes are for; what else they help they support.
_AIMED_AT = frozenset({"Industry", "Technology", "EnterpriseCategory", "PeopleGroup", "ProductCategory"})


_JOINING = ("联合", "会同", "携手", "联手")
_HELPING = frozenset({"支持", "鼓励", "引导", "推动", "优先支持", "重点支持", "支持和引导", "鼓励支持"})
_MAKING = frozenset(
    {"建设", "组建", "创建", "打造", "设立", "建立", "共建", "筹建", "争创", "布局", "开展", "实施", "举办", "承担",
     "做大", "做强", "做优", "壮大", "发展", "培育", "聚焦", "围绕", "主攻", "瞄准"}
)  # fmt: skip


def _find_helped(names: Sequence[Proposal], verbs: Sequence[Verb], place: int) -> list[Proposal]:
    """The bodies between a helping verb and a making one: 支持甲、乙建设丙, 推动甲、乙聚焦丁打造丙."""
    helping = place - 1
    while helping >= 0 and verbs[place].word in _MAKING and verbs[helping].word in _MAKING:
        helping -= 1
    if helping < 0 or verbs[place].word not in _MAKING or verbs[helping].word not in _HELPING:
        return []
    begin, end = verbs[helping].end, verbs[helping + 1].begin
    return [one for one in names if begin <= one.begin and one.end <= end and one.cls in _BODIES]


# What those who are helped work on: who helps them is not said to help it.
_MATTERS = frozenset({"Industry", "Technology", "ProductCategory", "ClusterCategory"})
_BODIES = ACTORS | {"Zone", "Laboratory", "Platform", "EnterpriseCategory", "Category", "PlatformCategory"}


def _find_coordinated(text: str, names: Sequence[Proposal], first: Proposal, verb: Verb) -> list[Proposal]:
    """The names that share a verb with the one that opens their clause: 甲、乙和丙实施…."""
    found = [first]
    for one in names:
        if one.begin < found[-1].end or one.end > verb.begin:
            continue
        if text[found[-1].end : one.begin] not in _COORDINATING or one.cls not in ACTORS | {"Zone"}:
            break
        found.append(one)
    return found[1:]


_COORDINATING = frozenset({"、", "和", "与", "及", "以及"})


def _is_means(one: Proposal, lexicon: Lexicon) -> bool:
    term = lexicon.vocabulary.classes.get(one.cls)
    return bool(term) and any(cls in _MEANS for cls in term.ancestors) if term else False


def _may_do(subject: Proposal, by: dict[str, str] | object, objects: Sequence[Proposal], lexicon: Lexicon) -> bool:
    return any(
        lexicon.vocabulary.accepts(name, subject.cls, one.cls)
        for one in objects
        if (name := _find_property(by, one.cls, lexicon)) is not None
    )


def _find_property(by: object, cls: str, lexicon: Lexicon) -> str | None:
    assert isinstance(by, dict)
    term = lexicon.vocabulary.classes.get(cls)
    for above in term.ancestors if term else (cls,):
        if above in by:
            return str(by[above])
    return by.get("*")


def _by_verb(
    subject: Proposal, objects: Sequence[Proposal], by: object, verb: Verb, confidence: float, lexicon: Lexicon
) -> Iterator[Related]:
    for one in objects:
        name, kind = _find_property(by, one.cls, lexicon), "verb"
        if name is None:
            continue
        if (
            name == "targets"
            and one.cls in {"Industry", "Technology"}
            and subject.rule != "deixis"
            and _specialises(subject, lexicon)
        ):
            name = "specialisesIn"
        if name == "targets" and subject.cls in ACTORS:
            # 面向企业 tells whom what follows is for.
            if verb.word in _FOR_WHOM:
                continue
            name, kind = "supports", AIMING
        yield Related(subject, name, one, f"{kind} {verb.word}", confidence)


_FOR_WHOM = frozenset({"面向", "针对"})
_SPECIALISED = {
    "Alliance",
    "Platform",
    "Zone",
    "Cluster",
    "City",
    "District",
    "Enterprise",
    "University",
    "ResearchInstitute",
}


def _specialises(one: Proposal, lexicon: Lexicon) -> bool:
    # 我市聚焦… tells what a city helps, not what it is known for.
    term = lexicon.vocabulary.classes.get(one.cls) if one.rule != "deixis" else None
    return bool(term) and bool(_SPECIALISED & {one.cls, *term.ancestors}) if term else False


def _find_passive(
    text: str, begin: int, names: Sequence[Proposal], verb: Verb
) -> tuple[Proposal, list[Proposal]] | None:
    """尖刀工程由省科技厅实施: who does it stands after 由, what is done before it."""
    doer = next((one for one in reversed(names) if one.end <= verb.begin and verb.begin - one.end <= 4), None)
    if doer is None or doer.cls not in ACTORS or text[doer.begin - 1 : doer.begin] != "由":
        return None
    done = [one for one in names if one.end < doer.begin]
    return (doer, done[-1:]) if done else None


# The last of these before the verb: the pattern takes as much as it can.
_MOVING = re.compile("[^\n]*[把对为将向使让]")


def _find_moved(
    text: str, begin: int, names: Sequence[Proposal], verb: Verb, subject: Proposal | None
) -> list[Proposal]:
    """把 X 做实, 对 X 给予支持, 将 X 纳入: the object before its verb."""
    found = _MOVING.match(text, begin, verb.begin)
    if found is None:
        return []
    moved = found.end() - 1
    return [one for one in names if moved < one.begin <= moved + 12 and one.end <= verb.begin and one is not subject]


def _is_general(text: str, outer: Proposal, inner: Proposal) -> bool:
    """Whether a name says with a word of its own what kind of money or rule it is, and not what it is for."""
    if inner.cls not in {"Industry", "Technology"}:
        return False
    return outer.cls in {"Mechanism", "Subsidy", "Loan", "FundOfFunds"} or (
        outer.cls == "Fund" and text.endswith("制造业", inner.begin, inner.end)
    )


def _relate_inside(text: str, names: Sequence[Proposal], lexicon: Lexicon) -> Iterator[Related]:
    """What a name says of itself: the parts of a chain, whom a programme is for, where a zone lies."""
    for outer in names:
        parts = [
            one
            for one in names
            if one is not outer and outer.covers(one) and (one.begin, one.end) != (outer.begin, outer.end)
        ]
        stages = [one for one in parts if one.rule == "stage"]
        for one in stages:
            yield Related(one, "partOf", outer, "chain", 0.85)
        for first, second in pairwise(stages):
            if is_ordered(text, first, second) and first.cls in {"Stage", "EnterpriseCategory"}:
                yield Related(first, "precedes", second, "chain", 0.85)
        for one in parts:
            if one.rule == "stage":
                continue
            if one.cls in SPATIAL and one.begin == outer.begin and outer.cls != "Event":
                yield Related(outer, "locatedIn", one, "name", 0.75)
            elif one.cls in {"Industry", "Technology"} and _specialises(outer, lexicon):
                yield Related(outer, "specialisesIn", one, "name", 0.75)
            elif one.cls in _BENEFICIARIES and _is_means(outer, lexicon) and not _is_general(text, outer, one):
                yield Related(outer, "targets", one, "name", 0.75)
            elif one.cls == "Programme":
                yield Related(outer, "partOf", one, "name", 0.7)
            elif one.cls == "RepresentativeBody" and outer.cls == "Event":
                yield Related(one, "organises", outer, "name", 0.8)
