"""Names in a paragraph: by the lexicon, by region and agency, by head noun, by quotation marks and 《》."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from kg.annotate.lexicon import Lexicon
from kg.annotate.offices import find_offices, find_responsible
from kg.annotate.passage import Passage, Word
from kg.annotate.proposals import Proposal
from kg.annotate.quotations import find_quoted, find_titles
from kg.annotate.resources import Boundaries, Head
from kg.annotate.specialities import find_speciality

_LONGEST_NAME = 36
_LATIN_OR_DIGIT = re.compile(r"[A-Za-z0-9]")
_PLACE_BEFORE_AGENCY = re.compile(r"(?:国家|省|市|区|县|州|自治区)\Z")
# “中心+节点+驿站”组成的…, “下游考核上游”的…: the 的 after a quotation does not end the name.
_QUOTE_BEFORE = re.compile("”(?:组成|构成|贯通|牵引|引领|支撑)?的\\Z")
_STAGE = re.compile("第[一二三四五]阶段|[一二三四五]期|[0-9]\\.0版?")
_CONGRESS = re.compile(
    "(?:(?P<place>全国|省|市|自治区|区|县)?(?:第?[一二三四五六七八九十]{1,3}届)(?P<body>人大|政协)|"
    "(?:全国|省|市|自治区)?政协(?:第)?[一二三四五六七八九十]{1,3}届(?:[省市]?委员会)?)第?[一二三四五六七八]次会议"
)
# 市海洋发展局: the form of an agency's name that the authority does not list.
_UNLISTED_AGENCY = re.compile(
    "(?=[国中省市区县自])(?:"
    "(?:国家[\u4e00-\u9fff]{2,8}总局|中国人民银行)[\u4e00-\u9fff]{2,5}(?:监管局|监管分局|分行|中心支行)"
    "|(?:省|市|区)委(?:金融|组织|宣传|改革|编|人才|政法|统战|军民融合)[\u4e00-\u9fff]{0,4}?(?:办公室|委员会|办|部)"
    "|[省市区]政府[\u4e00-\u9fff]{2,6}?(?:办公室|办)|"
    "(?<![\u4e00-\u9fff])(?:[省市区县]|自治区|国家)[\u4e00-\u9fff]{2,8}?(?:厅|局|委员会|管委会|办公室|外办|台办|侨办)(?![\u4e00-\u9fff]{0,1}[员长级])"
    "|(?<=[由、和与同合及经向商对])[省市区县](?!级|内|场)[\u4e00-\u9fff]{2,8}?(?:厅|局|委员会)(?![员长级])"
    "|(?<![\u4e00-\u9fff])[省市区县](?:金融|外事|大数据|口岸|国资|税务|气象|法制|营商|双创)[\u4e00-\u9fff]{0,3}(?:办|委|局)(?=[、，。；和与及等联])"
    "|(?<=[由、和与同合及经向商对])[省市区县](?:金融|外事|大数据|口岸|国资|营商|双创)[\u4e00-\u9fff]{0,3}(?:办|委)(?=[、，。；和与及等联])"
    "|(?<![\u4e00-\u9fff])(?:国家|中国)[\u4e00-\u9fff]{2,6}?(?:总局|局)(?![\u4e00-\u9fff]{0,1}[部面域势限员长级])"
    ")"
)
_STANDS_ALONE = ("厅", "局", "委", "部", "办", "行")


def find_names(passage: Passage, lexicon: Lexicon) -> Iterator[Proposal]:
    """Every stretch that may be a name, many of which overlap: `selection` decides between them."""
    regions = {word.end: word for word in passage.words if word.entry.region}
    heads = _find_longest_heads(passage)
    compounds = lexicon.resources.boundaries.not_names
    for word in passage.words:
        entry = word.entry
        if not entry.naming:
            continue
        if entry.name and _is_whole(passage.text, word, compounds) and not _is_inside_quotes(passage, word):
            marked = passage.quotes.get(word.end + 1) == word.begin - 1 and passage.text[word.begin - 1] == "“"
            rule, confidence = ("both", 0.7) if entry.other else ("dictionary", 0.9)
            yield Proposal(word.begin - marked, word.end + marked, entry.name, rule, confidence)
        if entry.deixis:
            yield Proposal(word.begin, word.end, entry.deixis, "deixis", 0.95)
        if entry.region and entry.region != "Country" and not _is_inside_word(passage.text, word):
            yield Proposal(word.begin, word.end, entry.region, "region", 0.9)
        if entry.agency:
            yield from _find_agency(passage, word, regions)
        if entry.agency or entry.name == "Agency":
            yield from find_offices(passage, word.begin, word.end)
        if entry.head and entry.head.alone and heads[word.end] is word:
            yield from _find_by_head(passage, word, entry.head, lexicon, regions)
    yield from _find_districts(passage)
    for found in _CONGRESS.finditer(passage.text):
        yield Proposal(found.start(), found.end(), "Event", "congress", 0.9)
        if found["body"]:
            yield Proposal(found.start(), found.end("body"), "RepresentativeBody", "region", 0.85)
        elif "政协" in found[0]:
            end = passage.text.index("政协", found.start()) + 2
            yield Proposal(found.start(), end, "RepresentativeBody", "region", 0.85)
    for found in _UNLISTED_AGENCY.finditer(passage.text):
        yield Proposal(found.start(), found.end(), "Agency", "agency-form", 0.7)
    yield from find_responsible(passage)
    yield from find_titles(passage, lexicon)
    yield from find_quoted(passage, lexicon)


_DISTRICT = re.compile("(?:(?![市省区县州和与及在对])[\u4e00-\u9fff]){2,3}[区县](?![域块位间段划内外级])")
# What ends in 区 or 县 and is none: 园区, 示范区, 各区.
_NO_DISTRICT = re.compile(
    "[\u4e00-\u9fff]?(?:园|社|片|地|城|灾|景|库|校|厂|矿|港|战|特|新|各|全|本|该|我|多|市|老|牧|林|农|郊|市辖|范|验|导|发|聚|心|税|行|用|作|能|理|护|展|务|居|湾|省|业|技|创|学|融|贸|游|物流|带|等|性|济|际|型|级|个)[区县]\\Z|高新|经开|自治|保税|自贸|东部|西部|中部|南部|北部"
)


def _find_districts(passage: Passage) -> Iterator[Proposal]:
    """南山区, 长丰县: two characters and 区 or 县 where a name may begin, or after a city."""
    if "区" not in passage.text and "县" not in passage.text:
        return
    regions = {word.end for word in passage.words if word.entry.region}
    for found in _DISTRICT.finditer(passage.text):
        begin = found.start()
        opens = passage.floor[begin] == begin or begin in regions
        if opens and not _NO_DISTRICT.search(found[0]):
            yield Proposal(begin, found.end(), "District", "region", 0.7)


def _find_longest_heads(passage: Passage) -> dict[int, Word]:
    """The longest head noun that ends at each place: 母基金 is not 母 and 基金."""
    heads: dict[int, Word] = {}
    for word in passage.words:
        if word.entry.head and (word.end not in heads or word.begin < heads[word.end].begin):
            heads[word.end] = word
    return heads


def _is_whole(text: str, word: Word, compounds: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether a name does not stand inside a longer word: one in Latin letters, or 化工 in 信息化工作."""
    if text.startswith(compounds.get(word.entry.word, ()), word.end):
        return False
    if text.startswith("化", word.end) and word.entry.word.endswith("产业"):
        return False
    before, after = text[word.begin - 1 : word.begin], text[word.end : word.end + 1]
    first, last = text[word.begin], text[word.end - 1]
    inside = first.isascii() and first.isalnum() and before.isascii() and before.isalnum()
    return not inside and not (last.isascii() and last.isalnum() and after.isascii() and after.isalnum())


def _is_inside_quotes(passage: Passage, word: Word) -> bool:
    """Whether a word is a part, and not the whole, of a short quotation: a slogan or a name, which is one thing."""
    return bool(passage.quotes) and any(
        begin < word.begin and word.end < end and (begin + 1, end - 1) != (word.begin, word.end)
        for end, begin in passage.quotes.items()
        if passage.text[begin] == "“"
    )


def _is_inside_word(text: str, word: Word) -> bool:
    # 海南 in 上海南部: a place's short name of two characters inside another.
    return text[word.end : word.end + 1] in {"站", "路", "街", "港"} and len(word.entry.word) == 2


def _find_agency(passage: Passage, word: Word, regions: dict[int, Word]) -> Iterator[Proposal]:
    cls = word.entry.agency or "Agency"
    region = regions.get(word.begin)
    if region:
        yield Proposal(region.begin, word.end, cls, "agency", 0.93)
        return
    before = passage.text[max(word.begin - 3, 0) : word.begin]
    place = _PLACE_BEFORE_AGENCY.search(before)
    if place:
        yield Proposal(word.begin - len(place[0]), word.end, cls, "agency", 0.9)
    elif len(word.entry.word) > 2 and cls == "Agency" and word.entry.word.endswith(_STANDS_ALONE):
        yield Proposal(word.begin, word.end, cls, "agency-alone", 0.7)


def _find_by_head(
    passage: Passage, word: Word, head: Head, lexicon: Lexicon, regions: dict[int, Word]
) -> Iterator[Proposal]:
    boundaries = lexicon.resources.boundaries
    text = passage.text
    if text.startswith(boundaries.compounds.get(word.entry.word, ()), word.end):
        return
    if text[word.begin - 1 : word.begin].isdigit() or text.endswith(
        boundaries.no_head_after.get(word.entry.word, ()), 0, word.begin
    ):
        return
    begin = _find_begin(passage, word.begin, boundaries)
    begin = _skip_quotes_before(passage, begin, word.begin)
    if begin == word.begin and head.cls == _GRANTED:
        # 1000万元的建设补助: what else no name begins with says what the grant is for.
        begin = max(passage.floor[begin], begin - _LONGEST_PURPOSE)
    if head.cls in _JOINED:
        begin = _extend_over_and(passage, begin, regions)
    if begin >= word.begin or word.end - begin > _LONGEST_NAME:
        return
    if _is_known_without_first(passage, begin, word.end):
        return
    if head.cls in _OF_A_PLACE:
        begin = _extend_over_place(passage, begin)
    if head.cls in _KINDS and "领域" in text[begin : word.begin]:
        # 先进计算领域领军人才: the kind, of a field.
        field = text.rindex("领域", begin, word.begin)
        if 2 <= field - begin <= _LONGEST_FIELD:
            yield _to_field(text, begin, field, lexicon)
        begin = field + 2
        if begin >= word.begin:
            return
    if head.cls in _KINDS:
        # 磁性材料产业规上企业: the kind, of an industry.
        industry = max((text.rfind(end, begin, word.begin) + 2 for end in ("产业", "行业")), default=0)
        if begin + 2 < industry < word.end and (industry, word.end) in passage.named:
            yield Proposal(begin, industry, "Industry", "list", 0.6)
            return
    if head.cls in _KINDS and (text[begin : word.begin] in _MERE_VERBS or _DONE.search(text, begin, word.begin)):
        return
    if head.cls in _KINDS and text[begin : begin + 2] in _MERE_VERBS and (begin + 2, word.end) in passage.named:
        return
    if word.entry.word == "攻关" and "“" not in text[begin : word.begin]:
        return
    if word.entry.word == "产业链" and (begin, word.begin) in passage.named:
        return
    if head.cls == "Loan":
        # 湘西自治州科技贷款: loans of a kind, in a place.
        begin = max(
            (end for end, region in regions.items() if region.begin == begin and end < word.begin), default=begin
        )
    prefix = text[begin : word.begin]
    if (
        re.search("(?:工程|行动|计划)第.阶段\\Z", prefix)
        or prefix.startswith(("”", "》"))
        or _NUMBERED.fullmatch(prefix)
    ):
        return
    cls, confidence = _classify(prefix, begin, word, head, boundaries, regions)
    if not cls:
        return
    if cls == "Category" and _goes_on(passage, word.end):
        # 产业技术 in 产业技术基础: no kind of thing, a part of a longer word.
        return
    if cls in {"Cluster", "ClusterCategory"} and "领域" in prefix:
        # 甲、乙领域集群数量: clusters of a field, no cluster of that name.
        return
    if cls.endswith("Category") and any((end, word.end) in passage.named for end in regions if begin < end < word.end):
        # 即墨区高新技术企业: the kind, in a place.
        return
    if cls == "Technology" and word.entry.word == "技术" and len(prefix) >= _LONG_ENOUGH:
        # 水下激光成像技术: the technology is what stands before the word.
        yield Proposal(begin, word.begin, cls, "head", confidence)
        return
    if cls in {"Platform", "ServicePlatform"} and "技术转移" in prefix:
        cls = "ServicePlatform"
    if cls == "Zone" and word.entry.word.endswith(_KINDS_OF_ZONES) and not _is_placed(begin, word, regions, prefix):
        cls = "ZoneCategory"
    if word.entry.word == "创新中心" and cls == "Platform" and _INDUSTRIAL_CENTRE.match(prefix):
        cls = "EngineeringCentre"
    if word.entry.word.endswith("研究院") and prefix.startswith(("中国", "国家")):
        cls = "ResearchInstitute"
    if cls in {"Platform", "PlatformCategory"} and any(
        one.begin == begin and (one.entry.name == "Agency" or one.entry.agency) for one in passage.words
    ):
        cls = "Organization"
    if cls == "Event":
        begin = _extend_over_year(text, begin)
    stage = _STAGE.match(text, word.end) if cls == "Programme" else None
    if stage:
        yield Proposal(begin, stage.end(), cls, "head", confidence)
    name = Proposal(begin, word.end, cls, "list" if stage else "head", confidence)
    if _shares_its_head(passage, begin, word.begin):
        # “先使用后付费”和“揭榜挂帅”机制: the head noun is both names'.
        yield name._replace(end=word.begin)
        return
    yield name
    yield from find_speciality(passage, name, word.begin, lexicon, regions)


def _goes_on(passage: Passage, end: int) -> bool:
    """Whether the word that ends at a place goes on with characters that no boundary opens."""
    following = passage.text[end : end + 1]
    if not "\u4e00" <= following <= "\u9fff" or following in _AFTER_A_NAME:
        return False
    return not any(
        word.begin == end and (word.entry.stop or word.entry.predicate or word.entry.verbs is not None)
        for word in passage.words
    )


_AFTER_A_NAME = frozenset("和与及等的为是在达超约共有由将已均以上中内了，、")


def _shares_its_head(passage: Passage, begin: int, end: int) -> bool:
    return passage.quotes.get(end) == begin and passage.text[max(begin - 2, 0) : begin] in {"”和", "”与", "”及", "”、"}


# “四个中心”: so many of them, not the name of one.
_NUMBERED = re.compile("[一二两三四五六七八九十]{1,2}[个大项类批]")
_KINDS = frozenset({"PeopleGroup", "EnterpriseCategory", "Category", "Project"})
_LONGEST_FIELD = 10
# 平台年服务企业: who does it stands before.
_DONE = re.compile("(?:年|年均|累计|共|已)(?:服务|惠及|培训|支持|带动|接入|入驻|覆盖|吸引|培育|对接)\\Z")
# 累计服务用户: what is done to those who are counted, not of which sort they are.
_MERE_VERBS = frozenset(
    {"服务", "培养", "引进", "支持", "惠及", "培训", "吸引", "覆盖", "资助", "组织", "推荐", "选派", "已", "新"}
)


def _to_field(text: str, begin: int, end: int, lexicon: Lexicon) -> Proposal:
    words = text[begin:end]
    known = lexicon.resources.names.get(words)
    ending = next((cls for cls, ends in lexicon.resources.endings.items() if words.endswith(ends)), "Technology")
    return Proposal(begin, end, known if known in {"Industry", "Technology"} else ending, "list", 0.6)


def _is_known_without_first(passage: Passage, begin: int, end: int) -> bool:
    """关中央企业: the lexicon knows all but the first character, which belongs to the word before."""
    return (begin + 1, end) in passage.named


# 省联合基金, 省产业技术研究院: the level belongs to the name of what there is one of.
_OF_A_PLACE = frozenset({"Fund", "FundOfFunds", "ResearchInstitute"})


def _extend_over_place(passage: Passage, begin: int) -> int:
    level = passage.text[begin - 1 : begin]
    whole = passage.text[max(begin - 2, 0) : begin]
    return begin - 1 if level in {"省", "市"} and passage.floor[begin] == begin - 1 and whole not in _DEICTIC else begin


_GRANTED = "Subsidy"
_LONGEST_PURPOSE = 4


def _skip_quotes_before(passage: Passage, begin: int, end: int) -> int:
    """“百校联千企”“万人攻万项”行动: only the last of quotations side by side belongs to the head."""
    last = passage.quotes.get(end)
    if last is not None and last > begin and passage.text[last - 1] == "”":
        return last
    return begin


# Names of these classes hold 与 and 和: 国家智能设计与数控技术创新中心.
_JOINED = frozenset({"EngineeringCentre", "Laboratory", "Agency", "Fund", "Platform", "ResearchInstitute"})


# What one works on, which 与 may join inside a name: 材料技术与工程研究所.
_MATTERS = frozenset({"Technology", "Industry", "Programme"})


def _extend_over_and(passage: Passage, begin: int, regions: dict[int, Word]) -> int:
    text = passage.text
    if text[begin - 1 : begin] not in {"与", "和"}:
        return begin
    before = passage.floor[begin - 1]
    run = text[before : begin - 1]
    placed = run.startswith(("国家", "省", "市", "中国")) or any(word.begin == before for word in regions.values())
    holds_head = any(
        before <= word.begin and word.end == begin - 1 and word.entry.head and word.entry.head.cls not in _MATTERS
        for word in passage.words
    )
    whole = any(word.begin == before and word.end == begin - 1 for word in passage.words if word.entry.naming)
    return before if placed and not holds_head and not whole else begin


def _extend_over_year(text: str, begin: int) -> int:
    year = re.search("(?:19|20)[0-9]{2}年?\\Z", text[max(begin - 5, 0) : begin])
    return begin - len(year[0]) if year else begin


def _find_begin(passage: Passage, end: int, boundaries: Boundaries) -> int:
    """Where the name that reaches up to `end` begins: after the last boundary and what no name begins with."""
    text, begin = passage.text, passage.floor[end]
    joined = _QUOTE_BEFORE.search(text, max(begin - 6, 0), begin)
    if joined:
        return passage.quotes.get(joined.start() + 1, begin)
    # An opening quotation mark whose closing one lies beyond `end` is not part of the name.
    opened = max(text.rfind("“", begin, end), text.rfind("《", begin, end))
    if opened >= 0 and not any(opened == start and close <= end for close, start in passage.quotes.items()):
        begin = opened + 1
    return strip_begin(text, begin, end, boundaries)


_DEICTIC = ("我省", "全省", "我市", "全市", "本省", "本市", "我国", "全国", "省内", "市内")


def strip_begin(text: str, begin: int, end: int, boundaries: Boundaries) -> int:
    """`begin` moved over what no name begins with: 建设, 全省, 首个 …"""
    pattern = _compile_openings(boundaries.soft)
    while (found := pattern.match(text, begin, end)) and not _keeps(text, begin, found[0], boundaries):
        begin = found.end()
    return begin


@lru_cache(maxsize=8)
def _compile_openings(soft: tuple[str, ...]) -> re.Pattern[str]:
    words = sorted({*soft, *_DEICTIC}, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, words)))


def _keeps(text: str, begin: int, soft: str, boundaries: Boundaries) -> bool:
    """Whether a word that no name begins with is the begin of a longer word here."""
    following = text[begin + len(soft) : begin + len(soft) + 1]
    if soft == "全国":
        return text.startswith("重点", begin + 2)
    if soft in {"省", "市"}:
        # 省级 and 市级 are words of level.
        return following in {"级", "重"}
    return soft in boundaries.soft_kept and following in boundaries.soft_kept_before


# 科技企业倍增行动 is a programme although every word of it is one of level.
_LONG_ENOUGH = 4
# What is named for a river or a lake, not for what it does: 汉江实验室, 东湖科学城.
_NAMED = frozenset({"Laboratory", "Zone", "PilotBase", "Alliance"})
# What is named for the matter that it works on, where that is said at some length: 磁性材料应用技术创新中心.
_NAMED_AT_LENGTH = frozenset({"EngineeringCentre", "Incubator"})
# Of these kinds of zones there is one by its place only: 科创金融改革试验区.
_KINDS_OF_ZONES = ("试验区", "示范区", "先行区", "先导区", "集聚区", "核心区", "引领区", "试点区")
_INDUSTRIAL_CENTRE = re.compile("(?:国家|省|市).{2,}(?<!科技)(?<!技术转移)\\Z")


def _classify(
    prefix: str, begin: int, word: Word, head: Head, boundaries: Boundaries, regions: dict[int, Word]
) -> tuple[str, float]:
    rest = _strip_levels(prefix, boundaries)
    placed = any(begin < end <= word.begin and region.begin >= begin for end, region in regions.items())
    marked = "“" in prefix or bool(_LATIN_OR_DIGIT.search(prefix))
    if head.generic and head.generic != head.cls:
        national = prefix.startswith(("国家", "中国")) and not prefix.startswith("国家级") and len(rest) > 1
        named = len(rest) > 1 or (head.cls == "Fund" and len(prefix) > 1 and not prefix.endswith("级"))
        if head.generic == "Category" and (named or placed or marked):
            # 公共服务平台建设项目 is a kind; a project has a name of its own.
            return (head.cls if head.cls != "Project" or marked else head.generic), 0.7
        own = head.cls in _NAMED_AT_LENGTH and len(rest) >= _LONG_ENOUGH
        if placed or marked or national or own or (head.cls in _NAMED and len(rest) > 1):
            return head.cls, 0.8
        return (head.generic, 0.65) if len(rest) > 1 or prefix != rest else ("", 0.0)
    if len(rest) > 1 or placed or marked or (head.cls == "Programme" and len(prefix) >= _LONG_ENOUGH):
        return head.cls, 0.75 if marked else 0.65
    return (head.generic, 0.55) if head.generic else ("", 0.0)


def _is_placed(begin: int, word: Word, regions: dict[int, Word], prefix: str) -> bool:
    inside = any(begin < end <= word.begin and region.begin >= begin for end, region in regions.items())
    return inside or "“" in prefix or prefix.startswith(("中国", "东湖", "中关村", "张江"))


def _strip_levels(prefix: str, boundaries: Boundaries) -> str:
    return _compile_levels(boundaries.levels).sub("", prefix)


@lru_cache(maxsize=8)
def _compile_levels(levels: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, levels)))
