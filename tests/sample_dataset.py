"""A made-up dataset of any size that keeps to docs/data-model.md, for tests that need more than the corpus gives."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

KG = "https://w3id.org/policykg/ontology#"
ID = "https://w3id.org/policykg/id/"
ONTOLOGY_GRAPH = "https://w3id.org/policykg/ontology"
_NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
    "time": "http://www.w3.org/2006/time#",
    "kg": KG,
    "id": ID,
}

# class: Chinese label, super-class, colour, shape, names that its entities are made of
_CLASSES = {
    "Organization": ("机构", None, "#3b6fb6", "square", ()),
    "Agency": (
        "部门",
        "Organization",
        None,
        None,
        ("科学技术厅", "发展和改革委员会", "经济和信息化厅", "财政厅", "教育厅"),
    ),
    "Enterprise": ("企业", "Organization", None, None, ("光电股份", "生物医药集团", "智能装备公司", "航天科技公司")),
    "University": ("高校", "Organization", None, None, ("理工大学", "农业大学", "师范大学")),
    "Platform": ("平台", None, "#2a9d8f", "hexagon", ()),
    "Laboratory": ("实验室", "Platform", None, None, ("光谷实验室", "洪山实验室", "江城实验室", "隆中实验室")),
    "ServicePlatform": ("服务平台", "Platform", None, None, ("科技金融服务平台", "算力公共平台", "数据服务节点")),
    "Fund": ("基金", None, "#e9a23b", "diamond", ("天使母基金", "产业引导基金", "成果转化基金")),
    "FinancialInstrument": ("金融工具", None, "#c77d2e", "triangleDown", ("科技贷", "创新券", "知识产权质押融资")),
    "Programme": ("计划", None, "#c2453a", "star", ("尖刀工程", "春晓行动", "跃升计划", "强链工程", "护航行动")),
    "Mechanism": ("机制", None, "#8f5bb5", "triangle", ("揭榜挂帅制", "先投后股机制", "容错免责清单")),
    "Industry": ("产业", None, "#5a9e3d", "dot", ("低空经济", "商业航天", "光电子信息", "生物制造", "人工智能")),
    "Technology": ("技术", None, "#1f9bb8", "triangle", ("脑机接口", "高端芯片", "量子通信", "合成生物")),
    "Category": ("类别", None, "#8a7f72", "dot", ()),
    "EnterpriseCategory": ("企业类型", "Category", None, None, ("高新技术企业", "独角兽企业", "瞪羚企业")),
    "Region": ("地区", None, "#b3598a", "hexagon", ()),
    "City": ("市州", "Region", None, None, ("襄阳市", "宜昌市", "黄石市", "荆州市", "十堰市")),
    "Province": ("省", "Region", None, None, ("湖北省",)),
    "Zone": ("园区", None, "#d98880", "square", ("东湖高新区", "车谷产业创新大走廊", "光谷科技创新大走廊")),
    "Indicator": ("指标", None, "#7d8597", "dot", ("高新技术企业总数", "技术合同成交额", "研发投入强度", "基金规模")),
    "Document": ("文件", None, "#4a4e69", "square", ()),
    "Report": ("总结", "Document", None, None, ()),
}
_PROPERTIES = {
    "implements": ("实施", "由其实施", "Agency", "Programme"),
    "supports": ("支持", "受其支持", "Fund", "Industry"),
    "targets": ("面向", "被其面向", "Programme", "EnterpriseCategory"),
    "uses": ("采用", "被其采用", "Programme", "Mechanism"),
    "locatedIn": ("位于", "所在地有", "Laboratory", "City"),
    "specialisesIn": ("主攻", "主攻者", "Zone", "Industry"),
    "develops": ("研发", "研发者", "Enterprise", "Technology"),
    "hostedBy": ("依托", "承载", "Laboratory", "University"),
    "cooperatesWith": ("合作", "合作", "University", "Enterprise"),
    "establishes": ("设立", "设立者", "Province", "Fund"),
}
_CODES = {
    "achieved": ("已完成", "achieved"),
    "ongoing": ("进行中", "ongoing"),
    "planned": ("计划中", "planned"),
    "moreThan": ("超过", "more than"),
    "exactly": ("等于", "exactly"),
    "stock": ("存量", "stock"),
    "CNY": ("元", "CNY"),
    "家": ("家", "enterprises"),
    "Observation": ("观测值", "Observation"),
}


def to_node(name: str) -> ox.NamedNode:
    """`kg:Fund` → its IRI."""
    prefix, local = name.split(":", 1)
    return ox.NamedNode(_NAMESPACES[prefix] + local)


@dataclass
class SampleDataset:
    """A store under construction; `taint` is put into every text, to try what a hostile label does."""

    store: ox.Store
    chance: random.Random
    taint: str = ""

    def add(self, subject: str, predicate: str, value: str | ox.Literal, graph: str = ONTOLOGY_GRAPH) -> None:
        """One quad; a value that is a `str` is a prefixed name."""
        term = to_node(value) if isinstance(value, str) else value
        self.store.add(ox.Quad(to_node(subject), to_node(predicate), term, ox.NamedNode(graph)))

    def text(self, words: str, language: str | None = "zh") -> ox.Literal:
        """A literal, tainted where the dataset is."""
        return ox.Literal(words + self.taint, language=language) if language else ox.Literal(words + self.taint)


def make_sample_dataset(entities: int = 300, seed: int = 7, taint: str = "") -> ox.Store:
    """A store of about so many entities with about twice as many statements, in three documents."""
    sample = SampleDataset(ox.Store(), random.Random(seed), taint)
    _add_ontology(sample)
    documents = [f"id:document/样例简报{number}" for number in range(1, 4)]
    for number, document in enumerate(documents, 1):
        graph = ID + document[3:]
        sample.add(document, "rdf:type", "kg:Report", graph)
        for predicate in ("rdfs:label", "skos:prefLabel"):
            sample.add(document, predicate, sample.text(f"样例省科技创新情况简报（{2020 + number}年）"), graph)
        sample.add(
            document, "dcterms:issued", ox.Literal(f"{2020 + number}-12-31", datatype=to_node("xsd:date")), graph
        )
    by_class: dict[str, list[str]] = {}
    for entity, name in _make_entities(entities):
        by_class.setdefault(name, []).append(entity)
        _add_entity(sample, entity, name, sample.chance.choice(documents))
    for number in range(entities * 2):
        _add_statement(sample, number, by_class, sample.chance.choice(documents))
    for number in range(entities // 5):
        _add_observation(sample, number, by_class, sample.chance.choice(documents))
    return sample.store


def _make_entities(count: int) -> Iterator[tuple[str, str]]:
    kinds = [(name, words) for name, (_, _, _, _, words) in _CLASSES.items() if words]
    parents = {name: parent or name for name, (_, parent, _, _, _) in _CLASSES.items()}
    places = (
        "",
        "武汉",
        "襄阳",
        "宜昌",
        "黄石",
        "荆州",
        "十堰",
        "孝感",
        "荆门",
        "鄂州",
        "黄冈",
        "咸宁",
        "随州",
        "恩施",
        "仙桃",
        "潜江",
    )
    made = 0
    for place in (*places, *(f"第{number}" for number in range(2, 1 + count // 40))):
        for name, words in kinds:
            for word in words:
                if made == count:
                    return
                made += 1
                yield f"id:{parents[name].lower()}/{place}{word}", name


def _add_ontology(sample: SampleDataset) -> None:
    for name, (label, parent, colour, shape, _) in _CLASSES.items():
        sample.add(f"kg:{name}", "rdf:type", "owl:Class")
        sample.add(f"kg:{name}", "rdfs:label", sample.text(label))
        sample.add(f"kg:{name}", "rdfs:label", sample.text(name, "en"))
        if parent:
            sample.add(f"kg:{name}", "rdfs:subClassOf", f"kg:{parent}")
        if colour:
            sample.add(f"kg:{name}", "kg:viewColour", ox.Literal(colour))
            sample.add(f"kg:{name}", "kg:viewShape", ox.Literal(shape))
    for name, (label, inverse, _, _) in _PROPERTIES.items():
        sample.add(f"kg:{name}", "rdfs:label", sample.text(label))
        sample.add(f"kg:{name}", "rdfs:label", sample.text(name, "en"))
        sample.add(f"kg:{name}", "kg:inverseLabel", sample.text(inverse))
    for name, (chinese, english) in _CODES.items():
        sample.add(f"kg:{name}", "rdfs:label", sample.text(chinese))
        sample.add(f"kg:{name}", "rdfs:label", sample.text(english, "en"))


def _add_evidence(sample: SampleDataset, owner: str, number: int, document: str, quote: str) -> None:
    graph, evidence = ID + document[3:], f"id:evidence/{document.rsplit('/', 1)[1]}/{number}-{number + len(quote)}"
    sample.add(owner, "prov:wasDerivedFrom", evidence, graph)
    sample.add(evidence, "rdf:type", "kg:Evidence", graph)
    sample.add(evidence, "oa:hasSource", document, graph)
    sample.add(evidence, "oa:hasSelector", f"{evidence}/position", graph)
    sample.add(evidence, "oa:hasSelector", f"{evidence}/quote", graph)
    sample.add(evidence, "kg:section", sample.text("一、科技创新 / 一是夯实平台", None), graph)
    sample.add(evidence, "kg:paragraph", ox.Literal(3 + number % 20), graph)
    sample.add(f"{evidence}/position", "oa:start", ox.Literal(number), graph)
    sample.add(f"{evidence}/quote", "oa:exact", sample.text(quote, None), graph)
    sample.add(f"{evidence}/quote", "oa:prefix", sample.text("样例省统筹推进，", None), graph)
    sample.add(f"{evidence}/quote", "oa:suffix", sample.text("，为产业升级打下基础。", None), graph)


def _add_entity(sample: SampleDataset, entity: str, name: str, document: str) -> None:
    graph, label = ID + document[3:], entity.rsplit("/", 1)[1]
    sample.add(entity, "rdf:type", f"kg:{name}", graph)
    for predicate in ("rdfs:label", "skos:prefLabel"):
        sample.add(entity, predicate, sample.text(label), graph)
    sample.add(entity, "skos:altLabel", sample.text(f"“{label[:2]}”{label[2:]}"), graph)
    sample.add(document, "kg:mentions", entity, graph)
    _add_evidence(sample, entity, sample.chance.randrange(10**6), document, label)


def _add_statement(sample: SampleDataset, number: int, by_class: dict[str, list[str]], document: str) -> None:
    name, (label, _, domain, range_) = sample.chance.choice(sorted(_PROPERTIES.items()))
    subjects, objects = by_class.get(domain, []), by_class.get(range_, [])
    if not subjects or not objects:
        return
    # Popular things are named more often, as in real documents.
    subject = subjects[int(len(subjects) * sample.chance.random() ** 2)]
    target = objects[int(len(objects) * sample.chance.random() ** 2)]
    status = sample.chance.choice(("achieved", "ongoing", "ongoing", "planned"))
    graph, statement = ID + document[3:], f"id:statement/{number:024x}"
    sample.add(statement, "rdf:type", "kg:Commitment" if status == "planned" else "kg:Statement", graph)
    sample.add(statement, "rdf:subject", subject, graph)
    sample.add(statement, "rdf:predicate", f"kg:{name}", graph)
    sample.add(statement, "rdf:object", target, graph)
    sample.add(statement, "kg:status", f"kg:{status}", graph)
    if status != "planned":
        sample.add(subject, f"kg:{name}", target, graph)
    quote = f"{subject.rsplit('/', 1)[1]}{label}{target.rsplit('/', 1)[1]}"
    _add_evidence(sample, statement, 10**6 + number * 100, document, quote)


def _add_observation(sample: SampleDataset, number: int, by_class: dict[str, list[str]], document: str) -> None:
    graph, observation = ID + document[3:], f"id:observation/{number:024x}"
    about = sample.chance.choice(by_class["EnterpriseCategory"] + by_class["Fund"])
    value = sample.chance.randrange(10, 500)
    year = sample.chance.randrange(2018, 2026)
    period = f"id:period/{year}年"
    sample.add(period, "rdfs:label", sample.text(f"{year}年"), graph)
    for end, day in (("time:hasBeginning", f"{year}-01-01"), ("time:hasEnd", f"{year}-12-31")):
        sample.add(period, end, f"id:instant/{day}", graph)
        sample.add(f"id:instant/{day}", "time:inXSDDate", ox.Literal(day, datatype=to_node("xsd:date")), graph)
    links = {
        "rdf:type": "kg:Observation", "kg:indicator": sample.chance.choice(by_class["Indicator"]), "kg:about": about,
        "kg:unit": "kg:CNY", "kg:bound": "kg:moreThan", "kg:measureKind": "kg:stock", "kg:period": period,
        "kg:status": sample.chance.choice(("kg:achieved", "kg:planned")), "kg:scope": "id:region/湖北省",
    }  # fmt: skip
    for predicate, target in links.items():
        sample.add(observation, predicate, target, graph)
    sample.add(observation, "kg:value", ox.Literal(str(value * 10**8), datatype=to_node("xsd:decimal")), graph)
    sample.add(observation, "kg:sourceText", sample.text(f"{value}亿元", None), graph)
    _add_evidence(sample, observation, 2 * 10**6 + number * 100, document, f"{value}亿元")
