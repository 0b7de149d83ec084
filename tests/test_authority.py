"""The code lists and the authority: what words stand for, without any of it in code."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from kg.errors import OntologyError
from kg.identifiers import DEFAULT_BASE, to_entity_iri
from kg.names import to_canonical_label
from kg.ontology import AuthorityEntry, Vocabulary, read_ontology_triples, read_vocabulary

ROOT = Path(__file__).parents[1]
ONTOLOGY = ROOT / "ontology"

INDICATORS_HEADING = "## Indicators used by the embedded corpus"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return read_vocabulary(ONTOLOGY)


def _find(vocabulary: Vocabulary, root: str, name: str) -> AuthorityEntry:
    (entry,) = vocabulary.authority.by_name[root, name]
    return entry


def test_all_provinces_are_there_with_their_codes(vocabulary: Vocabulary) -> None:
    provinces = [entry for entry in vocabulary.authority.entries if "Province" in entry.classes]
    assert len(provinces) == 34
    assert all(re.fullmatch(r"[1-8]\d0000", entry.admin_code or "") for entry in provinces)
    assert all(entry.broader == "region/中国" for entry in provinces)
    assert len({entry.admin_code for entry in provinces}) == 34


def test_all_seventeen_cities_of_hubei_are_there(vocabulary: Vocabulary) -> None:
    cities = [entry for entry in vocabulary.authority.entries if entry.broader == "region/湖北省"]
    assert len(cities) == 17
    assert all((entry.admin_code or "").startswith("42") and "City" in entry.classes for entry in cities)


@pytest.mark.parametrize(
    ("name", "label", "code"),
    [
        ("鄂", "湖北省", "420000"),
        ("襄阳", "襄阳市", "420600"),
        ("恩施", "恩施土家族苗族自治州", "422800"),
        ("仙桃", "仙桃市", "429004"),
        ("深圳", "深圳市", "440300"),
        ("粤港澳", "粤港澳大湾区", None),
        ("中华人民共和国", "中国", None),
    ],
)
def test_regions_are_found_by_what_they_are_called(
    vocabulary: Vocabulary, name: str, label: str, code: str | None
) -> None:
    entry = _find(vocabulary, "Region", name)
    assert (entry.label, entry.admin_code) == (label, code)


def test_one_word_under_two_classes_is_two_entities(vocabulary: Vocabulary) -> None:
    industry, technology = (_find(vocabulary, root, "北斗") for root in ("Industry", "Technology"))
    assert (industry.iri_path, technology.iri_path) == ("industry/北斗产业", "technology/北斗")


def test_no_alias_stands_for_two_entries_of_a_class(vocabulary: Vocabulary) -> None:
    # 吉林 is a province and a city: whoever writes which of the two decides, by the class of the mention.
    by_class = [(entry.classes[0], key) for key, found in vocabulary.authority.by_name.items() for entry in found]
    assert len(set(by_class)) == len(by_class)
    assert [key for key, found in vocabulary.authority.by_name.items() if len(found) > 1] == [("Region", "吉林")]


def test_labels_are_canonical_and_iris_follow_from_them(vocabulary: Vocabulary) -> None:
    for entry in vocabulary.authority.entries:
        assert to_canonical_label(entry.label) == entry.label
        assert DEFAULT_BASE + entry.iri_path == to_entity_iri(DEFAULT_BASE, entry.root, entry.label)
        assert entry.label_en, entry.label


def test_every_indicator_of_the_annotation_guide_is_there(vocabulary: Vocabulary) -> None:
    part = (ROOT / "docs" / "annotation.md").read_text(encoding="utf-8").split(INDICATORS_HEADING, 1)[1]
    listed = " ".join(part.split("meet:", 1)[1].split("`about`", 1)[0].split())
    names = [re.sub(r"\(.*?\)", "", name).strip(" .") for name in listed.split("·")]
    assert len(names) > 25
    for name in names:
        entry = vocabulary.authority.by_path[f"indicator/{name}"]
        assert entry.default_measure_kind in {"stock", "flow", "ratio", "rank"}


def test_the_enterprise_ladder_nests(vocabulary: Vocabulary) -> None:
    giant = _find(vocabulary, "Category", "专精特新小巨人企业")
    assert giant.broader == "category/专精特新企业"
    assert _find(vocabulary, "Category", to_canonical_label("“小巨人”企业")) == giant
    for name in ("科技型中小企业", "高新技术企业", "独角兽企业", "瞪羚企业", "科技领军企业", "上市后备企业"):
        assert "EnterpriseCategory" in _find(vocabulary, "Category", name).classes


def test_patterns_name_what_every_province_has(vocabulary: Vocabulary) -> None:
    patterns = vocabulary.authority.patterns_by_name
    assert {(one.label, one.level) for one in patterns["科技厅"]} == {("科学技术厅", "Province")}
    assert {(one.label, one.level) for one in patterns["发改委"]} == {
        ("发展和改革委员会", "Province"),
        ("发展和改革委员会", "City"),
    }
    assert all(one.region for one in patterns["经信厅"])
    assert "region/湖北省" in {one.region for one in patterns["经信厅"]}
    assert {one.cls for one in patterns["人大"]} == {"RepresentativeBody"}


def test_no_two_patterns_of_a_level_share_a_name(vocabulary: Vocabulary) -> None:
    for name, patterns in vocabulary.authority.patterns_by_name.items():
        scopes = [(one.level, one.region) for one in patterns]
        assert len(scopes) == len(set(scopes)), name


def test_ministries_have_their_short_names(vocabulary: Vocabulary) -> None:
    assert _find(vocabulary, "Organization", "科技部").label == "科学技术部"
    assert _find(vocabulary, "Organization", "国家发改委").label == "国家发展和改革委员会"
    assert _find(vocabulary, "Organization", "工信部").root == "Organization"


def test_units_and_words_around_numbers(vocabulary: Vocabulary) -> None:
    expected = {
        "元": "CNY",
        "%": "percent",
        "％": "percent",
        "个百分点": "point",
        "倍": "times",
        "家": "家",
        "只": "只",
    }
    assert expected.items() <= vocabulary.units.items()
    assert len(set(vocabulary.units.values())) >= 60
    assert vocabulary.bounds_before["超"] == vocabulary.bounds_before["突破"] == "moreThan"
    assert vocabulary.bounds_before["不超过"] == "atMost"
    assert vocabulary.bounds_before["达"] == "exactly"
    assert vocabulary.bounds_after["多"] == vocabulary.bounds_after["余"] == "moreThan"
    assert vocabulary.bounds_after["以上"] == "atLeast"
    assert vocabulary.bounds_after["以内"] == "atMost"


def test_the_reading_rules_words_are_there(vocabulary: Vocabulary) -> None:
    cues = vocabulary.status_cues
    rules = {
        "planned": "将 力争 谋划 计划 拟 希望 请求 建议 应 要 研究设立",
        "ongoing": "实施 推进 推行 深化 支持 构建",
        "achieved": "组建 设立 推出 建立 建强 布局 发放 新增",
    }
    for status, words in rules.items():
        assert {cues[word] for word in words.split()} == {status}
    assert "下一步" in vocabulary.heading_cues
    assert {"虚拟", "模拟", "应用", "供应", "响应", "主要", "将近"} <= vocabulary.status_words.ignored
    assert {"未", "停止", "不再", "尚未"} <= vocabulary.status_words.negations
    assert {"已", "目前", "实际"} <= vocabulary.status_words.done
    assert vocabulary.classes["Plan"].sets_out_plans
    assert not vocabulary.classes["Report"].sets_out_plans
    assert vocabulary.measure_kind_cues["新增"] == "flow"
    assert vocabulary.measure_kind_cues["总数"] == "stock"


def test_words_that_point_at_the_issuer_or_its_place(vocabulary: Vocabulary) -> None:
    expected = {"我厅": "theIssuer", "全省": "theProvince", "我市": "theCity", "我国": "theCountry", "全区": "thePlace"}
    assert expected.items() <= vocabulary.deixis.items()


def test_the_authority_states_no_relation(vocabulary: Vocabulary) -> None:
    """A relation needs a statement and evidence, which only a document gives."""
    triples = read_ontology_triples(ONTOLOGY, DEFAULT_BASE)
    used = {
        triple.split(" ")[1] for triple in triples if triple.startswith(f"<{DEFAULT_BASE}") and "policykg" in triple
    }
    assert not used & {f"<https://w3id.org/policykg/ontology#{name}>" for name in vocabulary.properties}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('region:汉江省 a kg:Province ; skos:prefLabel "汉江州"@zh .', r"IRI 与大类 Region、名称“汉江州”不合"),
        ("region:汉江省 a kg:Province .", r"skos:prefLabel@zh 应恰有一个"),
        ('region:汉江省 a kg:State ; skos:prefLabel "汉江省"@zh .', r"不是已声明的类"),
        (
            'region:汉江省 a kg:Province ; skos:prefLabel "汉江省"@zh ; skos:broader region:无此国 .',
            r"region/无此国 refers to what is not declared",
        ),
        ('kg:打 a kg:Unit ; rdfs:label "打"@zh ; skos:altLabel "家"@zh .', r"“家”既属于"),
    ],
    ids=["IRI and label", "no label", "no class", "no target", "word twice"],
)
def test_a_fault_in_the_lists_is_one_clear_line(tmp_path: Path, line: str, message: str) -> None:
    folder = tmp_path / "ontology"
    shutil.copytree(ONTOLOGY, folder)
    path = folder / "codes.ttl"
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(OntologyError, match=message) as caught:
        read_vocabulary(folder)
    assert "\n" not in str(caught.value)
