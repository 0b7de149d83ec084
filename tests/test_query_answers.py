"""What a question counts and what it leaves out, each on a few triples of its own beside the ontology."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib

from kg.locations import find_folder
from kg.ontology_files import parse_turtle
from kg.queries import bind_parameters, read_queries, run_select, run_select_rdflib

QUERIES = {query.name: query for query in read_queries(find_folder("queries"))}
PREFIXES = """\
@prefix kg: <https://w3id.org/policykg/ontology#> .
@prefix id: <https://w3id.org/policykg/id/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix time: <http://www.w3.org/2006/time#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
_DAYS = {"早": "2022-01-31", "晚": "2023-01-31"}
_ONTOLOGY = [quad for name in ("policy.ttl", "codes.ttl") for quad in parse_turtle(find_folder("ontology") / name)]


def entity(name: str, class_name: str, *more: str) -> str:
    """An entity whose label is its name; `more` are further properties of it."""
    return f'id:{name} a kg:{class_name} ; {" ".join(f"{one} ;" for one in more)} skos:prefLabel "{name}"@zh .\n'


def evidence(name: str, document: str) -> str:
    """A sentence of the document 早 or 晚; the quotation is its own name."""
    return (
        f'id:{document} rdfs:label "{document}" ; dcterms:issued "{_DAYS[document]}"^^xsd:date .\n'
        f"id:e-{name} oa:hasSource id:{document} ; oa:hasSelector id:q-{name} .\n"
        f'id:q-{name} oa:prefix "" ; oa:exact "{name}" ; oa:suffix "" .\n'
    )


def statement(name: str, triple: str, status: str, document: str) -> str:
    """A statement `subject property object` in a document."""
    subject, predicate, target = triple.split()
    kind = "kg:Commitment" if status == "planned" else "kg:Statement"
    return (
        f"id:{name} a {kind} ; rdf:subject id:{subject} ; rdf:predicate kg:{predicate} ; rdf:object id:{target} ;"
        f" kg:status kg:{status} ; prov:wasDerivedFrom id:e-{name} .\n{evidence(name, document)}"
    )


def figure(name: str, about: str, value: str, status: str, document: str, **given: str) -> str:
    """A figure; `given` are unit, kind, bound, indicator, scope and period (a year), where they are not the usual."""
    year, scope = given.get("period", ""), given.get("scope", "")
    text = (
        f'id:{name} a kg:Observation ; kg:about id:{about} ; kg:value {value} ; kg:sourceText "{value}" ;'
        f" kg:indicator id:{given.get('indicator', '总数')} ; kg:unit kg:{given.get('unit', '家')} ;"
        f" kg:bound kg:{given.get('bound', 'exactly')} ; kg:measureKind kg:{given.get('kind', 'stock')} ;"
        f" kg:status kg:{status} ; prov:wasDerivedFrom id:e-{name} .\n{evidence(name, document)}"
        f"{entity(given.get('indicator', '总数'), 'Indicator')}"
    )
    if scope:
        text += f"id:{name} kg:scope id:{scope} .\n"
    if year:
        text += (
            f'id:{name} kg:period id:p{year} .\nid:p{year} rdfs:label "{year}年"@zh ;'
            f" time:hasBeginning id:b{year} ; time:hasEnd id:d{year} .\n"
            f'id:b{year} time:inXSDDate "{year}-01-01"^^xsd:date .\n'
            f'id:d{year} time:inXSDDate "{year}-12-31"^^xsd:date .\n'
        )
    return text


def ask(name: str, data: str, **values: str) -> list[dict[str, str]]:
    """The rows of a question over the ontology and these triples, from both engines, which must agree."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in _ONTOLOGY)
    store.load(f"{PREFIXES}{data}".encode(), format=ox.RdfFormat.TURTLE)
    text = bind_parameters(QUERIES[name], values)
    answer = run_select(text, store)
    graph = rdflib.Graph().parse(data="\n".join(f"{quad.triple} ." for quad in store), format="nt")
    assert run_select_rdflib(text, graph) == answer
    return [
        {column: getattr(term, "value", "") for column, term in zip(answer.columns, row, strict=True)}
        for row in answer.rows
    ]


THINGS = (
    entity("甲省", "Province")
    + entity("乙市", "City")
    + entity("工程", "Programme")
    + entity("企业", "EnterpriseCategory")
)


# --- promises and what came of them -----------------------------------------------------------------------------------

PROMISE = THINGS + statement("s1", "甲省 supports 企业", "planned", "早")


@pytest.mark.parametrize(
    ("later", "counts"),
    [
        pytest.param(statement("s2", "甲省 supports 企业", "ongoing", "晚"), True, id="said again as ongoing"),
        pytest.param(statement("s2", "甲省 supports 企业", "achieved", "晚"), True, id="said again as achieved"),
        pytest.param(statement("s2", "甲省 supports 企业", "planned", "晚"), False, id="planned again"),
        pytest.param(statement("s2", "甲省 develops 企业", "achieved", "晚"), False, id="another property"),
        pytest.param(statement("s2", "甲省 supports 工程", "achieved", "晚"), False, id="another object"),
        pytest.param(statement("s2", "乙市 supports 企业", "achieved", "晚"), False, id="another's support"),
        pytest.param(statement("s2", "甲省 supports 企业", "achieved", "早"), False, id="in no later document"),
    ],
)
def test_a_promise_is_followed_up_or_open_never_both(later: str, counts: bool) -> None:
    followed = ask("commitments-followed-up", PROMISE + later)
    still_open = [row["sentence"] for row in ask("open-commitments", PROMISE + later)]
    assert [row["report"] for row in followed if row["promise"] == "s1"] == (["s2"] if counts else [])
    assert ("s1" in still_open) is not counts


def test_another_who_implements_what_was_promised_is_named() -> None:
    data = THINGS + statement("s1", "甲省 implements 工程", "planned", "早")
    data += statement("s2", "乙市 implements 工程", "achieved", "晚")
    (row,) = ask("commitments-followed-up", data)
    assert (row["actor"], row["doer"], row["outcome"]) == ("甲省", "乙市", "已完成")


TARGET = THINGS + figure("f1", "企业", "100", "planned", "早", bound="moreThan", scope="甲省", period="2022")


@pytest.mark.parametrize(
    ("later", "counts"),
    [
        pytest.param(
            figure("f2", "企业", "100", "achieved", "晚", scope="甲省", period="2022"), True, id="same period"
        ),
        pytest.param(
            figure("f2", "企业", "100", "achieved", "早", scope="甲省", period="2022"), True, id="old forecast"
        ),
        pytest.param(
            figure("f2", "企业", "120", "achieved", "晚", scope="甲省", period="2023"), True, id="stock later on"
        ),
        pytest.param(figure("f2", "企业", "90", "achieved", "晚", scope="甲省", period="2021"), False, id="before"),
        pytest.param(
            figure("f2", "企业", "100", "planned", "晚", scope="甲省", period="2022"), False, id="planned again"
        ),
        pytest.param(
            figure("f2", "企业", "10", "achieved", "晚", scope="乙市", period="2022"), False, id="another place"
        ),
        pytest.param(
            figure("f2", "工程", "100", "achieved", "晚", scope="甲省", period="2022"), False, id="another thing"
        ),
        pytest.param(
            figure("f2", "企业", "9", "achieved", "晚", scope="甲省", period="2022", unit="percent"), False, id="unit"
        ),
    ],
)
def test_a_promised_figure_is_followed_by_a_later_one(later: str, counts: bool) -> None:
    rows = ask("commitments-followed-up", TARGET + later)
    assert [(row["object"], row["report"]) for row in rows] == ([("超过 100", "f2")] if counts else [])


def test_the_growth_of_another_year_is_no_proof() -> None:
    given = {"unit": "percent", "kind": "ratio", "scope": "甲省"}
    data = THINGS + figure("f1", "企业", "10", "planned", "早", period="2022", **given)
    assert not ask(
        "commitments-followed-up", data + figure("f2", "企业", "9", "achieved", "晚", period="2023", **given)
    )
    assert ask("commitments-followed-up", data + figure("f2", "企业", "9", "achieved", "晚", period="2022", **given))


def test_a_target_without_a_period_is_followed_in_a_later_document() -> None:
    data = THINGS + figure("f1", "企业", "10", "planned", "早", kind="flow")
    assert not ask(
        "commitments-followed-up", data + figure("f2", "企业", "9", "achieved", "早", period="2022", kind="flow")
    )
    (row,) = ask(
        "commitments-followed-up", data + figure("f2", "企业", "9", "achieved", "晚", period="2022", kind="flow")
    )
    assert (row["period"], row["result_period"]) == ("", "2022年")


# --- money ------------------------------------------------------------------------------------------------------------


def test_the_size_of_an_industry_is_marked_and_comes_last() -> None:
    data = entity("乙产业", "Industry") + entity("基金", "Fund")
    data += statement("s1", "基金 targets 乙产业", "achieved", "早")
    data += figure("f1", "基金", "5", "achieved", "早", unit="CNY", indicator="基金规模")
    data += figure("f2", "乙产业", "9", "achieved", "早", unit="CNY", indicator="产业规模")
    rows = ask("money-behind-industry", data, industry="乙产业")
    assert [(row["money"], row["relation"], row["value"]) for row in rows] == [
        ("基金", "面向", "5"),
        ("乙产业", "自身规模", "9"),
    ]


def test_a_sum_for_several_projects_stands_once_under_their_category() -> None:
    data = entity("产业", "Industry") + entity("重大项目", "Category")
    for name in ("项目一", "项目二"):
        data += entity(name, "Project", "kg:instanceOf id:重大项目")
        data += statement(f"s-{name}", f"{name} targets 产业", "achieved", "早")
    data += figure("f1", "重大项目", "5", "achieved", "早", unit="CNY", indicator="经费")
    assert [row["money"] for row in ask("money-behind-industry", data, industry="产业")] == ["重大项目"]


def test_what_a_body_or_region_spends_as_a_whole_is_left_out() -> None:
    data = entity("产业", "Industry")
    for name, class_name in (("省", "Province"), ("直辖市", "Municipality"), ("厅", "Agency"), ("会", "Organization")):
        data += entity(name, class_name) + statement(f"s-{name}", f"{name} supports 产业", "achieved", "早")
        data += figure(f"f-{name}", name, "5", "achieved", "早", unit="CNY", indicator="经费")
    assert not ask("money-behind-industry", data, industry="产业")


# --- supporters -------------------------------------------------------------------------------------------------------


def test_bodies_come_before_funds_and_a_direct_supporter_is_not_repeated() -> None:
    data = entity("产业", "Industry") + entity("乙厅", "Agency") + entity("甲基金", "Fund") + entity("丙市", "City")
    data += statement("s1", "甲基金 targets 产业", "achieved", "早") + statement(
        "s2", "乙厅 supports 产业", "achieved", "早"
    )
    data += statement("s3", "乙厅 establishes 甲基金", "achieved", "早") + statement(
        "s4", "丙市 uses 甲基金", "ongoing", "早"
    )
    rows = ask("who-supports", data, topic="产业")
    assert [(row["supporter"], row["kind"], row["via"]) for row in rows] == [
        ("丙市", "地区", "甲基金"),
        ("乙厅", "机构", ""),
        ("甲基金", "基金", ""),
    ]


def test_what_a_direct_supporter_has_done_through_a_fund_is_kept_beside_a_mere_plan() -> None:
    data = entity("产业", "Industry") + entity("厅", "Agency") + entity("基金", "Fund")
    data += statement("s1", "基金 targets 产业", "achieved", "早") + statement(
        "s2", "厅 supports 产业", "planned", "早"
    )
    data += statement("s3", "厅 establishes 基金", "achieved", "早")
    rows = ask("who-supports", data, topic="产业")
    assert [(row["supporter"], row["via"], row["status"]) for row in rows] == [
        ("厅", "", "计划中"),
        ("厅", "基金", "已完成"),
        ("基金", "", "已完成"),
    ]


# --- figures ----------------------------------------------------------------------------------------------------------


def test_disagreement_is_measured_in_per_cent_of_the_larger() -> None:
    data = THINGS + figure("f1", "企业", "75.0", "achieved", "早", period="2022")
    data += figure("f2", "企业", "80.0", "achieved", "晚", period="2022")
    (row,) = ask("disagreeing-figures", data)
    assert float(row["difference"]) == 6.25


def test_platforms_are_counted_and_ranks_are_places() -> None:
    data = entity("实验室", "PlatformCategory")
    data += figure("f1", "实验室", "10", "achieved", "早")
    data += figure("f2", "实验室", "20", "achieved", "早", unit="percent", kind="rank", indicator="前百分之几")
    data += figure("f3", "实验室", "1", "achieved", "早", unit="place", kind="rank", indicator="位次")
    assert [row["sentence"] for row in ask("platform-counts", data)] == ["f1"]
    assert [row["sentence"] for row in ask("ranks", data)] == ["f3"]
