"""What a figure counts: the name before it or after it, and what a count of such things is called."""

from __future__ import annotations

import re

from kg.annotate.measured import (
    Measured,
    Setting,
    find_about,
    find_ancestors,
    find_known,
    to_indicator,
    to_label,
)  # fmt: skip
from kg.annotate.phrases import REGIONS
from kg.annotate.proposals import Proposal
from kg.annotate.topics import find_body, find_owned, iterate_before

_RULE = "measure-verb"
_UNIT = re.compile("[家个件项名人户位支只所种批座条台套款门篇部场](?:次)?(?:以上|左右|余)?\\Z")
_COUNTABLE = re.compile("[\u4e00-\u9fffA-Za-z]{2,10}")
_PEOPLE, _EVENT = "PeopleGroup", "Event"


def to_count(setting: Setting, counted: Proposal, *, new: bool) -> str:
    """What a count of a name is called: 企业数 of most kinds of enterprises, 高新技术企业总数 where that is known."""
    name = to_label(setting.text, counted)
    known = find_known(name + ("额" if setting.is_money else "数"), setting.lexicon)
    if known and not new:
        return known
    if not setting.is_money:
        for cls in find_ancestors(counted.cls, setting.lexicon):
            names = setting.measures.counts.get(cls)
            if names:
                return names[1] if new else names[0]
    return name + ("额" if setting.is_money else "数")


def to_made_label(setting: Setting, verb: str, counted: Proposal) -> str:
    """培育独角兽企业 N家 is 培育企业数: the kind that is counted is what the figure is about."""
    name = to_label(setting.text, counted)
    if setting.is_money and name.endswith("专项资金"):
        return f"专项资金{verb}额"
    yearly = "年" if setting.text.endswith(("每年", "年均"), 0, _begin_of(setting, verb, counted)) else ""
    if setting.is_money:
        granted = "Subsidy" in find_ancestors(counted.cls, setting.lexicon)
        return f"{yearly}{name}{verb}额" if granted else f"{yearly}{verb}{name}额"
    own = f"{verb}{name}数"
    if find_known(own, setting.lexicon):
        return own
    classes = find_ancestors(counted.cls, setting.lexicon)
    if _PEOPLE in classes and setting.surface.rstrip("以上余左右").endswith("人次"):
        return f"{yearly}{verb}人次"
    kinds = setting.measures.collective
    kind = next((kinds[cls] for cls in classes if cls in kinds), None)
    if name.endswith("项目"):
        kind = "项目"
    if _PEOPLE in classes and verb not in setting.measures.gathering:
        return name + "数"
    return f"{yearly}{verb}{kind or name}数"


def _begin_of(setting: Setting, verb: str, counted: Proposal) -> int:
    found = setting.text.rfind(verb, setting.phrase.begin, max(counted.begin, setting.figure.begin))
    return found if found >= 0 else counted.begin


def find_verb(words: str, setting: Setting) -> str | None:
    """The verb that words end in and that makes a count something else: 新增, 服务, 培育."""
    verbs = setting.measures.verbs
    # Most end in none, which one call tells.
    return next(filter(words.endswith, verbs)) if words.endswith(verbs) else None


def measure_count(setting: Setting, counted: Proposal) -> Measured:
    """新增瞪羚企业 N家: the name right before the figure, with the verb that governs it."""
    text, phrase, before = setting.text, setting.phrase, setting.before
    words = text[phrase.begin : counted.begin]
    if words.endswith("领域"):
        # 引进储能领域领军人才: the verb stands before the field.
        of = next((one for one in setting.names if one.end == counted.begin - len("领域")), None)
        words = text[phrase.begin : of.begin] if of is not None else words
    verb = find_verb(words, setting)
    field = _find_field(setting, counted)
    if field is not None:
        return field
    shared = _find_shared_verb(setting, words) if verb is None else None
    if shared is not None:
        verb = shared
    body = None if setting.is_money else find_body(setting, counted.begin)
    classes = find_ancestors(counted.cls, setting.lexicon)
    span = (counted.begin, counted.end)
    if verb and _EVENT not in classes and verb not in setting.measures.plain:
        new = verb in setting.measures.fresh
        label = to_count(setting, counted, new=True) if new else to_made_label(setting, verb, counted)
        if shared is None:
            span = (phrase.begin + len(words) - len(verb), phrase.begin + len(words))
        if shared is not None and before is not None and before.indicator.link == f"indicator/{label}":
            span = (before.indicator.begin, before.indicator.end)
    else:
        verb = verb if verb in setting.measures.plain else None
        label = to_count(setting, counted, new=any(word in words for word in setting.measures.fresh))
    if (body is not None and before is None) or (body is not None and counted.cls != "Fund"):
        own = f"{verb or ''}{to_label(text, counted)}数"
        label = own if not find_known(label, setting.lexicon) or label.startswith(("企业", "新增企业")) else label
    indicator = to_indicator(*span, label, 0.75, _RULE if verb else "measure")
    return setting.to_measured(indicator, body or counted, setting.scope)


_FIELD = re.compile("(?:等)?(?:领域|行业|方向)(?:共?有|达)?")
_AMONG = re.compile("(?:其)?中[，,][^。；]*\\Z")


def _find_field(setting: Setting, counted: Proposal) -> Measured | None:
    """高新技术企业中，先进制造领域有 N家: how many of the kind that the sentence opens with are of a field."""
    text = setting.text
    if not _FIELD.match(text, counted.end, setting.figure.begin):
        return None
    for one in iterate_before(setting, counted.begin):
        if one.cls.endswith("Category") and _AMONG.match(text, one.end, counted.begin):
            label = f"分领域{to_label(text, one)}数"
            return setting.to_measured(to_indicator(one.begin, one.end, label, 0.7), counted, setting.scope)
    return None


def _find_shared_verb(setting: Setting, words: str) -> str | None:
    """The verb of the count before this one in a list: 新建中试基地 N个、概念验证中心 M个."""
    before = setting.before
    if before is None or words or before.indicator.rule != _RULE or before.figure.end > setting.phrase.begin:
        return None
    if setting.text[before.figure.end : setting.phrase.begin].strip("、和及以 ") != "":
        return None
    said = setting.text[before.indicator.begin : before.indicator.end]
    return said if said in setting.measures.verbs else None


# 其中7家成长为独角兽企业, 11家企业入选…: what they became is what is counted.
_BECOME = re.compile(
    "(?:企业|单位|机构|平台|人)?(?:已)?(?:成长为|成为|升级为|获评|入选|被?认定为|被评为|晋升为?|跻身)(?:为)?"
)
_JOINING = re.compile("(?:成员|企业|单位|机构|高校)[^，；。]{0,6}(?:加入|加盟|组成|成立|组建|发起|参加)")
_NEAR = 12
# 28家省属科研单位推行…: what follows a count up to the verb.
_FOLLOWING = re.compile(
    "[\u4e00-\u9fff]{2,10}?(?:单位|机构|企业|院所|高校|项目|课题|平台|园区|基地|成果|产品|人才|专家|团队|银行|城市|地区|县|专利|技术)"
    "(?=[，；。、推开实完参获入列纳达均已全先])"
)
_SERVED = re.compile("(?:累计|共|已)?(?:提供[^，；。]{0,10}|放款|发放|授信|贷款|融资|投放|担保|减免)")
_SEPARATED = re.compile("[，；。、,;]")


def measure_following(setting: Setting, verb: str | None) -> Measured | None:
    """What is counted follows: 3万家高新技术企业, 7家成长为独角兽企业."""
    text, end = setting.text, setting.figure.end
    joining = _JOINING.match(text, end)
    near = (one for one in setting.names if one.cls == "Alliance" and one.begin <= end + _NEAR)
    alliance = max(near, key=lambda one: one.begin, default=None)
    if joining and alliance is not None:
        span = (end, end + len(joining[0][:2]))
        return setting.to_measured(to_indicator(*span, "联盟成员数", 0.6), alliance)
    become = _BECOME.match(text, end)
    place = become.end() if become else end
    after = [one for one in setting.names if place <= one.begin <= place + 2 and one.cls not in REGIONS]
    counted = max(after, key=lambda one: one.end) if after else None
    if counted is None or _SEPARATED.search(text, place, counted.begin):
        unnamed = _FOLLOWING.match(text, end) if _UNIT.search(setting.surface) else None
        if unnamed is None:
            return None
        counted = Proposal(end, unnamed.end(), "Category", "counted", 0.45)
    if become and "入选" in become[0]:
        verb = verb or "新增"
    served = _SERVED.match(text, counted.end) if text.endswith(("为", "向"), 0, setting.figure.begin) else None
    if served is not None:
        # 为9240户科技型中小企业放款: how many it does good to.
        verb = "服务" if "服务" in served[0] else "惠及"
    new = verb in setting.measures.fresh or (become is not None and verb == "新增")
    if verb and not new and verb not in setting.measures.plain:
        label = to_made_label(setting, verb, counted)
    else:
        label = to_count(setting, counted, new=new)
    span = (counted.begin, counted.end)
    if verb and text.endswith(verb, 0, setting.phrase.end):
        span = (setting.phrase.end - len(verb), setting.phrase.end)
    return setting.to_measured(to_indicator(*span, label, 0.7), counted, setting.scope)


def measure_deed(setting: Setting, deed: str) -> Measured | None:
    """创新积分贷款已发放 N亿元, 科技型中小企业入库 N家: the verb after what it counts."""
    text, end = setting.text, setting.phrase.end
    owned = find_owned(setting, end)
    if owned is not None and (setting.is_money or owned[0] not in setting.measures.makers):
        return setting.to_measured(to_indicator(end - len(owned[0]), end, owned[1], 0.75), owned[2], setting.scope)
    about = find_about(setting.phrase.begin, end - len(deed), setting.names)
    if about is None or about.cls in REGIONS:
        return None
    name = to_label(text, about)
    own = find_known(f"{name}{deed}数", setting.lexicon)
    if deed in setting.measures.fresh and not setting.is_money:
        label = to_count(setting, about, new=True)
    else:
        label = own or name + deed + ("额" if setting.is_money else "数")
    begin = about.begin if own or (label.startswith(name) and not setting.is_money) else end - len(deed)
    return setting.to_measured(to_indicator(begin, end, label, 0.7), about, setting.scope)


def find_granted(setting: Setting) -> Measured | None:
    """给予最高1000万元的建设补助: the grant that stands right after its sum."""
    end = setting.figure.end
    after = [
        one for one in setting.names
        if end <= one.begin <= end + 1 and one.cls in {"Subsidy", "Loan"}
    ]  # fmt: skip
    if not after or not setting.is_money or _SEPARATED.match(setting.text, end):
        return None
    granted = max(after, key=lambda one: one.end)
    if granted.cls == "Loan":
        loan = next((one for one in iterate_before(setting, setting.figure.begin) if one.cls == "Loan"), granted)
        indicator = to_indicator(granted.begin, granted.end, "单户贷款额度", 0.55)
        return (
            setting.to_measured(indicator, loan)
            if "给予" in setting.phrase.text or "最高" in setting.text[setting.phrase.end : setting.figure.begin]
            else None
        )
    label = to_label(setting.text, granted) + "额"
    return setting.to_measured(to_indicator(granted.begin, granted.end, label, 0.6), granted)


def to_counted(setting: Setting, begin: int) -> Proposal | None:
    """What a figure counts where the words before it are no known name: a kind by its head noun, else any kind.

    What stands before a verb of making is not of it: 平台汇集大型科学仪器 N台 counts 大型科学仪器.
    """
    start, end = setting.phrase.begin, setting.phrase.end
    verbs = setting.measures.verbs
    for verb in verbs:
        shortest = 2 if setting.text[end - 2 : end] in BARE_NOUNS else _SHORTEST_KIND
        found = setting.text.rfind(verb, begin, end - shortest + 1 if shortest == 2 else end - shortest)
        whole = verb not in _MODIFYING or setting.text.endswith(
            ("累计", "全年", "已", "共", "年", "年均"), start, found
        )
        whole = whole or (found == begin and shortest == 2 and verb in _DOING)
        if found >= 0 and whole and setting.text[found - 1] not in "重大":
            begin = max(begin, found + len(verb))
    words = setting.text[begin:end]
    if any(one.begin <= begin and end <= one.end for one in setting.names):
        return None
    if not _UNIT.search(setting.surface) or not _COUNTABLE.fullmatch(words):
        return None
    bounds = setting.lexicon.resources.boundaries
    if words in bounds.hard or words in bounds.soft or words in setting.measures.makers:
        return None
    heads = setting.lexicon.resources.heads
    ending = next((words[size:] for size in range(len(words)) if words[size:] in heads), None)
    generic = heads[ending].generic if ending else ""
    return Proposal(begin, end, generic if generic.endswith(("Category", "Group")) else "Category", "counted", 0.5)


# Nouns that are no kind by themselves: 累计投资项目 N个 is a figure of whoever invests.
BARE_NOUNS = frozenset(
    {"项目", "企业", "平台", "单位", "机构", "课题", "团队", "产品", "人才", "专家", "成果", "专利", "人员",
     "用户", "客户", "任务"}
)  # fmt: skip
_SHORTEST_KIND = 3
# Of these those that open a clause as what is done: 转化成果 N项.
_DOING = frozenset({"转化", "服务", "培训", "突破"})
# Verbs that more often say of which sort a thing is: 攻关项目, 服务机构.
_MODIFYING = frozenset(
    {"攻关", "投资", "服务", "研发", "开发", "培训", "合作", "转化", "融资", "奖励", "补助", "推广", "突破"}
)


def is_counting(setting: Setting) -> bool:
    """Whether a figure's unit is one of counting: 家, 个, 名."""
    return _UNIT.search(setting.surface) is not None
