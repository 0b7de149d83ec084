"""Annotated corpora of any size for measuring: `python benchmarks/corpora.py OUT --documents 2000 [--format jsonl]`.

Seeded: document n of a seed is the same whatever the number of documents, so a corpus of 1,000 is the beginning of one
of 10,000. Entities are drawn Zipf-like (the r-th name of a class with a weight of about 1/r), so that some are in
nearly every document and most in one. Every name is made up; only the provinces are real, because a document has to
lie somewhere. About 150 spans a document: entities, figures with values, units, indicators and periods, relations,
statuses, aliases, links, and a part that only plans.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

# The exponent of the draw, and how many names a class has at most.
_EXPONENT = 1.2
_NAMES = 2_000_000

_FIRST = "青岚云杉碧溪栖霞松涛远山清禾星阑沐川鹿鸣澄江朗月长汀怀谷听泉芳洲凌波望舒"
_SECOND = "启睿博汇卓恒嘉鼎润泽弘毅致远凌云瀚海知微明德行健日新"
_FIELDS = (
    "光子传感", "柔性储能", "类脑计算", "生物育种", "深海探测", "氢能动力", "智能铸造", "低碳冶金", "量子测量",
    "空间信息", "高端医械", "数字孪生", "功率器件", "绿色化工", "精密装备", "合成材料",
)  # fmt: skip
_ENDINGS = {
    "Agency": "发展促进局", "Enterprise": "科技有限公司", "University": "理工大学", "ResearchInstitute": "研究院",
    "Alliance": "产业联盟", "Laboratory": "重点实验室", "Incubator": "科创孵化园", "PilotBase": "中试基地",
    "ServicePlatform": "公共服务平台", "Fund": "引导基金", "Loan": "科创贷", "Subsidy": "专项补贴",
    "Programme": "攻关行动", "Project": "示范工程项目", "Mechanism": "协同机制", "System": "创新体系",
    "Event": "创新大赛", "Industry": "产业",
    "Technology": "技术", "Cluster": "产业集群", "EnterpriseCategory": "领军企业",
    "PeopleGroup": "青年人才", "City": "市", "Zone": "高新区", "Indicator": "企业总数",
}  # fmt: skip
_PROVINCES = ("湖北省", "江苏省", "四川省", "陕西省", "安徽省", "浙江省", "广东省", "山东省")
_UNITS = ("家", "项", "亿元", "万元", "%", "人", "只", "场", "个")
_BOUNDS = ("", "", "", "超", "突破", "近", "约")

# A sentence: text with {id:Class} slots, then its relations. `Figure` and `Period` slots are numbers and times.
_SENTENCES = (
    ("近年来，{a:Agency}组织实施{p:Programme}，面向{i:Industry}攻克{t:Technology}，支持{e:Enterprise}牵头承担任务。",
     "a implements p, p targets i, a supports t, a supports e"),
    ("{y:Period}，{c:City}{n:Indicator}达到{f:Figure}，同比增长{g:Figure}，继续走在前列。",
     "f indicator n, f about c, f period y, g indicator n, g about c, g period y"),
    ("{e:Enterprise}联合{u:University}建成{l:Laboratory}，位于{z:Zone}，主要开展{t:Technology}研究。",
     "e establishes l, l locatedIn z, l hostedBy u, l specialisesIn t"),
    ("{f:Fund}由{a:Agency}发起设立，{n:Indicator}{m:Figure}，重点支持{i:Industry}和{k:EnterpriseCategory}。",
     "a establishes f, m indicator n, m about f, f supports i, f supports k"),
    ("{b:PilotBase}已建成投用，纳入{s:System}统一管理，为{e:Enterprise}提供{t:Technology}验证服务。",
     "b partOf s, b supports e, b uses t"),
    ("{y:Period}在{c:City}举办{v:Event}，{l:Alliance}和{u:ResearchInstitute}共同参与，{h:PeopleGroup}到场，{n:Indicator}{f:Figure}。",
     "c organises v, l participatesIn v, u participatesIn v, h participatesIn v, f indicator n, f about v, f period y"),
    ("{z:Zone}主攻{i:Industry}，集聚{k:EnterpriseCategory}，{n:Indicator}{f:Figure}，建设{x:Incubator}。",
     "z specialisesIn i, z establishes x, f indicator n, f about z"),
    ("依托{u:University}组建的{w:ServicePlatform}采用{m:Mechanism}，覆盖{c:City}，累计服务{e:Enterprise}等单位。",
     "w hostedBy u, w uses m, w supports e"),
    ("{a:Agency}推出{o:Loan}和{s:Subsidy}，对{k:EnterpriseCategory}给予支持，{n:Indicator}为{f:Figure}。",
     "a implements o, a implements s, o targets k, s targets k, f indicator n, f about a"),
)  # fmt: skip
_PLANNED = (
    ("将设立{f:Fund}，支持{i:Industry}，力争{n:Indicator}到{y:Period}达到{m:Figure}。",
     "f supports i, m indicator n, m about f, m period y"),
    ("{c:City}计划建设{z:Cluster}，培育{e:Enterprise}，推动{t:Technology}转化。",
     "c develops e, z specialisesIn t, c develops t"),
    ("拟由{a:Agency}启动{j:Project}，采用{m:Mechanism}，引进{h:PeopleGroup}。",
     "a implements j, j uses m, j targets h"),
)  # fmt: skip
_HEADINGS = ("一、总体进展", "二、平台建设", "三、产业培育", "四、金融支持", "五、人才与活动")
_SLOT = re.compile(r"\{(\w):(\w+)\}")


@dataclass(frozen=True, slots=True)
class GeneratedMention:
    """A span of a generated document."""

    id: str
    label: str
    begin: int
    end: int


@dataclass(slots=True)
class GeneratedDocument:
    """A document as a corpus holds it: its text, its annotations, what its `.toml` says."""

    name: str
    text: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    mentions: list[GeneratedMention] = field(default_factory=list)
    relations: list[tuple[str, str, str, str]] = field(default_factory=list)
    statuses: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    equivalences: list[tuple[str, str]] = field(default_factory=list)

    def surface(self, mention: GeneratedMention) -> str:
        """The words of a mention."""
        return self.text[mention.begin : mention.end]


def generate_documents(count: int, *, seed: int = 1, spans: int = 150, first: int = 0) -> Iterator[GeneratedDocument]:
    """Documents number `first` to `first + count - 1` of a seed, with about `spans` spans each."""
    for number in range(first, first + count):
        yield _generate(number, random.Random(f"{seed}/{number}"), spans)


def _generate(number: int, rng: random.Random, spans: int) -> GeneratedDocument:
    document = GeneratedDocument(f"{number // 1000:04}/d{number:07}")
    province = rng.choice(_PROVINCES)
    title = f"{_to_name('City', _draw(rng))}{rng.choice(_FIELDS)}工作简报（第{number + 1}期）"
    document.metadata = {
        "title": title, "kind": "Report", "issuer": _to_name("Agency", _draw(rng)), "place": province,
        "date": f"202{number % 5}-{number % 12 + 1:02}-{number % 27 + 1:02}", "licence": "CC0-1.0",
    }  # fmt: skip
    parts = [title, "\n"]
    length = len(title) + 1
    for heading in (*_HEADINGS, "六、下一步工作"):
        planned = heading.startswith("六")
        parts.append(heading + "\n")
        length += len(heading) + 1
        limit = spans if planned else spans * (_HEADINGS.index(heading) + 1) // (len(_HEADINGS) + 1)
        paragraph = 0
        while len(document.mentions) < limit:
            sentence, relations = rng.choice(_PLANNED if planned else _SENTENCES)
            text = _add_sentence(document, length, sentence, relations, rng)
            paragraph += 1
            text += "\n" if paragraph % 4 == 0 else ""
            parts.append(text)
            length += len(text)
        if parts[-1][-1] != "\n":
            parts.append("\n")
            length += 1
    document.text = "".join(parts)
    _add_links(document, rng)
    return document


def _add_sentence(document: GeneratedDocument, offset: int, sentence: str, relations: str, rng: random.Random) -> str:
    ids: dict[str, str] = {}
    parts: list[str] = []
    length = done = 0
    for slot in _SLOT.finditer(sentence):
        plain = sentence[done : slot.start()]
        words = _to_words(slot[2], rng)
        begin = offset + length + len(plain)
        ids[slot[1]] = f"T{len(document.mentions) + 1}"
        document.mentions.append(GeneratedMention(ids[slot[1]], slot[2], begin, begin + len(words)))
        parts += [plain, words]
        length += len(plain) + len(words)
        done = slot.end()
    figures = {one.id for one in document.mentions[-len(ids) :] if one.label == "Figure"}
    for relation in relations.split(", "):
        subject, name, target = relation.split()
        document.relations.append((f"R{len(document.relations) + 1}", name, ids[subject], ids[target]))
        if ids[subject] not in figures and rng.random() < 0.1:
            status = rng.choice(("achieved", "ongoing", "planned"))
            document.statuses.append((document.relations[-1][0], status))
    return "".join([*parts, sentence[done:]])


def _add_links(document: GeneratedDocument, rng: random.Random) -> None:
    funds = [one for one in document.mentions if one.label == "Fund"]
    if funds:
        chosen = rng.choice(funds)
        document.links.append((chosen.id, f"fund/{document.surface(chosen)}"))
    clusters = [one for one in document.mentions if one.label == "Enterprise"]
    if len(clusters) > 1 and rng.random() < 0.3:
        document.equivalences.append((clusters[0].id, clusters[1].id))


def _draw(rng: random.Random) -> int:
    """The rank of a name, from 0: of a power law, by the inverse of its distribution."""
    power = 1 - _EXPONENT
    return int((rng.random() * (_NAMES**power - 1) + 1) ** (1 / power)) - 1


def _to_words(label: str, rng: random.Random) -> str:
    if label == "Figure":
        value = rng.choice((str(rng.randint(2, 9999)), f"{rng.randint(1, 99)}.{rng.randint(1, 9)}"))
        return f"{rng.choice(_BOUNDS)}{value}{rng.choice(_UNITS)}"
    if label == "Period":
        year = rng.randint(2018, 2030)
        return rng.choice((f"{year}年", f"{year}年上半年", f"{year}年{rng.randint(1, 12)}月"))
    return _to_name(label, _draw(rng))


def _to_name(label: str, rank: int) -> str:
    """The name of a class with this rank; two ranks never share one."""
    rest, place = divmod(rank, len(_FIRST) // 2)
    stem = _FIRST[2 * place : 2 * place + 2]
    rest, place = divmod(rest, len(_SECOND) // 2)
    stem += _SECOND[2 * place : 2 * place + 2]
    rest, place = divmod(rest, len(_FIELDS))
    number = f"{rest}号" if rest else ""
    name = stem + number if label in {"City", "Agency"} else stem + number + _FIELDS[place]
    if label in {"City", "Agency"} and place:
        name = f"{stem}{number}{_FIELDS[place][:2]}"
    return name + _ENDINGS[label]


def to_record(document: GeneratedDocument) -> dict[str, object]:
    """A document as a line of our own JSON Lines."""
    return {
        "name": document.name,
        "text": document.text,
        "metadata": document.metadata,
        "mentions": [
            {"id": one.id, "label": one.label, "fragments": [[one.begin, one.end]], "surface": document.surface(one)}
            for one in document.mentions
        ],
        "relations": [
            {"id": name, "label": label, "subject": subject, "object": target}
            for name, label, subject, target in document.relations
        ],
        "attributes": [{"target": target, "name": "Status", "value": value} for target, value in document.statuses],
        "links": [{"target": target, "link": link} for target, link in document.links],
        "equivalences": [list(members) for members in document.equivalences],
    }


def to_standoff(document: GeneratedDocument) -> str:
    """A document's `.ann` file."""
    lines = [f"{one.id}\t{one.label} {one.begin} {one.end}\t{document.surface(one)}" for one in document.mentions]
    lines += [f"{name}\t{label} Arg1:{subject} Arg2:{target}" for name, label, subject, target in document.relations]
    lines += [f"N{place}\tReference {to} policykg:{link}\t{link}" for place, (to, link) in enumerate(document.links, 1)]
    lines += [f"*\tEquiv {' '.join(members)}" for members in document.equivalences]
    lines += [
        f"#{place}\tAnnotatorNotes {target}\tstatus={value}"
        for place, (target, value) in enumerate(document.statuses, 1)
    ]
    return "".join(f"{line}\n" for line in lines)


def to_metadata(document: GeneratedDocument) -> str:
    """A document's `.toml` file; the date stands without quotation marks."""
    return "".join(
        f"{name} = {value}\n" if name == "date" else f'{name} = "{value}"\n'
        for name, value in document.metadata.items()
    )


def write_brat(documents: Iterable[GeneratedDocument], folder: Path) -> Path:
    """Write `.txt`, `.ann` and `.toml` of each document, a thousand documents a folder; returns the folder."""
    for document in documents:
        stem = folder / document.name
        stem.parent.mkdir(parents=True, exist_ok=True)
        stem.with_suffix(".txt").write_text(document.text, encoding="utf-8")
        stem.with_suffix(".ann").write_text(to_standoff(document), encoding="utf-8")
        stem.with_suffix(".toml").write_text(to_metadata(document), encoding="utf-8")
    return folder


def write_json_lines(documents: Iterable[GeneratedDocument], path: Path) -> Path:
    """Write all documents into one JSON Lines file; returns the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for document in documents:
            file.write(json.dumps(to_record(document), ensure_ascii=False) + "\n")
    return path


def main() -> None:
    """Write a corpus."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="a folder, or for jsonl a file")
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--spans", type=int, default=150, help="about how many spans a document")
    parser.add_argument("--format", choices=("brat", "jsonl"), default="brat")
    options = parser.parse_args()
    documents = generate_documents(options.documents, seed=options.seed, spans=options.spans)
    write = write_json_lines if options.format == "jsonl" else write_brat
    print(write(documents, options.out))


if __name__ == "__main__":
    main()
