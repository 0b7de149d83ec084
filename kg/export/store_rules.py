"""What each store refuses or changes of a dataset, told before the import: documented, and measured where tests can.

`tests/test_stores_limits.py` loads the same faults into Virtuoso, Fuseki and RDF4J and sees them refused or changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode, Store

from kg.errors import InputError
from kg.export.neo4j import FORMULA_STARTS
from kg.export.portability import (
    Rule,
    Terms,
    find_blank_nodes,
    find_control_characters,
    find_impossible_values,
    find_iris_of_two_cases,
    find_uncanonical_numbers,
    find_years,
)
from kg.export.property_graph import to_property_graph

_XSD = "http://www.w3.org/2001/XMLSchema#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SUBJECT, _OBJECT = NamedNode(f"{_RDF}subject"), NamedNode(f"{_RDF}object")
_LONGEST_SHOWN = 100
_DOT_SEGMENT = re.compile(r"/\.\.?(?:/|$)")

# Below what was seen to come back whole (1,880 bytes) and above what anyone names.
VIRTUOSO_IRI_BYTES = 1_850
VIRTUOSO_LITERAL_BYTES = 10_000_000
VIRTUOSO_DIGITS, VIRTUOSO_DECIMALS = 40, 15
NEO4J_CELL_BYTES = 4_194_304


def find_long_iris(terms: Terms) -> Iterator[str]:
    """IRIs that Virtuoso 7 stores cut off: one of 1,900 bytes comes back 21 shorter, and two that differ after that are
    one (https://github.com/timrdf/csv2rdf4lod-automation/issues/345)."""
    yield from (f"<{iri}>" for iri in terms.iris if len(iri.encode("utf-8")) > VIRTUOSO_IRI_BYTES)


def find_long_literals(terms: Terms) -> Iterator[str]:
    """Literals over 10 MB: Virtuoso's longest string; the load reports no error and the triple is not there
    (https://github.com/openlink/virtuoso-opensource/issues/776, .../issues/1057)."""
    # A character is at most four bytes, so that most are not encoded to be measured.
    for one in terms.literals:
        if len(one.value) * 4 > VIRTUOSO_LITERAL_BYTES and len(one.value.encode("utf-8")) > VIRTUOSO_LITERAL_BYTES:
            yield str(one)


def find_long_numbers(terms: Terms) -> Iterator[str]:
    """Decimals beyond Virtuoso's NUMERIC, 40 digits of which 15 after the point: rounded, or INF
    (https://github.com/openlink/virtuoso-opensource/blob/develop/7/libsrc/Dk/numeric.h); integers beyond 64 bits come
    back as xsd:decimal."""
    for one in terms.numbers:
        digits = one.value.lstrip("+-")
        whole, _, fraction = digits.partition(".")
        if one.datatype.value == f"{_XSD}integer":
            if whole.isdecimal() and len(whole) < 40 and not -(2**63) <= int(one.value) < 2**63:
                yield str(one)
        elif len(fraction) > VIRTUOSO_DECIMALS or len(whole) + len(fraction) > VIRTUOSO_DIGITS:
            yield str(one)


def find_far_dates(terms: Terms) -> Iterator[str]:
    """Dates before the year 1: Virtuoso's dates write them with a digit less (`-044-03-15`)
    (https://docs.openlinksw.com/virtuoso/sqlrefdatatypes/)."""
    for one in terms.literals:
        if one.datatype.value in {f"{_XSD}date", f"{_XSD}dateTime"} and one.value.startswith(("-", "0000")):
            yield str(one)


def find_booleans(terms: Terms) -> Iterator[str]:
    """Booleans: Virtuoso keeps a number and answers `1` for `true` (https://docs.openlinksw.com/virtuoso/rdfapidatatypes/)."""
    yield from (str(one) for one in terms.literals if one.datatype.value == f"{_XSD}boolean")


def find_dot_segments(terms: Terms) -> Iterator[str]:
    """IRIs with `/./` or `/../`: Jena resolves them as it reads Turtle, so that they name something else
    (https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4)."""
    yield from (f"<{iri}>" for iri in terms.iris if _DOT_SEGMENT.search(iri.partition("?")[0]))


def find_same_as(terms: Terms) -> Iterator[str]:
    """owl:sameAs: GraphDB's reasoner answers for one of the two with what was said of the other
    (https://graphdb.ontotext.com/documentation/10.8/reasoning.html)."""
    found = terms.store.quads_for_pattern(None, NamedNode("http://www.w3.org/2002/07/owl#sameAs"), None, None)
    yield from (f"{quad.subject} {quad.object}" for quad in found)


def find_inference(terms: Terms) -> Iterator[str]:
    """Schema triples from which GraphDB's default ruleset, RDFS-Plus, infers others, so that counts differ
    (https://graphdb.ontotext.com/documentation/10.8/reasoning.html)."""
    schema = NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
    quad = next(terms.store.quads_for_pattern(None, schema, None, None), None)
    if quad is not None:
        yield f"{quad.triple} …"


def find_lost_statements(terms: Terms) -> Iterator[str]:
    """Statements that no relationship of a property graph can be made of: an end that is no entity with a Chinese label
    and a class, or no status, evidence or label of the property."""
    graph = to_property_graph(terms.store)
    kept = {key for _, _, key in graph.edges(keys=True)}
    stated = {str(quad.subject) for quad in terms.store.quads_for_pattern(None, _SUBJECT, None, None)}
    whole = {str(quad.subject) for quad in terms.store.quads_for_pattern(None, _OBJECT, None, None)}
    yield from (one for one in stated & whole if one[1:-1] not in kept)


def find_formulas(terms: Terms) -> Iterator[str]:
    """Texts that a spreadsheet would run: our CSV puts an apostrophe before them, which Neo4j keeps
    (https://owasp.org/www-community/attacks/CSV_Injection)."""
    yield from (str(one) for one in terms.literals if one.language and one.value.startswith(FORMULA_STARTS))


def find_long_cells(terms: Terms) -> Iterator[str]:
    """Texts over 4 MiB: `--read-buffer-size` has to hold the biggest single value
    (https://neo4j.com/docs/operations-manual/current/import/full-import/)."""
    for one in terms.literals:
        if len(one.value) * 4 > NEO4J_CELL_BYTES and len(one.value.encode("utf-8")) > NEO4J_CELL_BYTES:
            yield str(one)


def find_several_lines(terms: Terms) -> Iterator[str]:
    """Texts of several lines: the import needs `--multiline-fields=true`
    (https://neo4j.com/docs/operations-manual/current/import/full-import/)."""
    first = next((one for one in terms.literals if "\n" in one.value), None)
    if first is not None:
        yield f"{first} …"


_BLANK = Rule(
    "blank-node", "空白节点会改名，重复导入会成倍 blank nodes are renamed, and doubled when loaded again",
    "改用 IRI use an IRI", find_blank_nodes,
)  # fmt: skip
_VALUE = Rule(
    "impossible-value", "值不合其类型，比较时出错 a value that its type does not admit, an error when compared",
    "改正该值 correct the value", find_impossible_values,
)  # fmt: skip
_NUMBER = Rule(
    "uncanonical-number", "写法不规范，取回时会变 comes back written otherwise",
    "写成规范形式，如 0.1、80000000 write the canonical form", find_uncanonical_numbers,
)  # fmt: skip
_YEAR = Rule(
    "year", "xsd:gYear 的比较各库不同 stores compare xsd:gYear differently",
    "改用 xsd:date use xsd:date", find_years,
)  # fmt: skip
_CONTROL = Rule(
    "control-character", "含 XML 不能写的字符，RDF/XML 装不进 has a character that XML cannot write",
    "删去该字符，或用 ttl、nq remove it, or load ttl or nq", find_control_characters,
)  # fmt: skip
_CASE = Rule(
    "iris-of-two-cases", "两个 IRI 只差大小写，不分大小写的地方会混 two IRIs that differ only by case",
    "若是同一事物，在标注里用 N 行并为一个 if they are one thing, make them one by an N line", find_iris_of_two_cases,
    note=True,
)  # fmt: skip
_COMMON = (_BLANK, _VALUE, _YEAR, _CONTROL, _CASE)

RULES: Mapping[str, tuple[Rule, ...]] = {
    "virtuoso": (
        *_COMMON, _NUMBER,
        Rule("long-iri", "IRI 太长，会被截断 the IRI is too long and is cut off",
             f"缩短到 {VIRTUOSO_IRI_BYTES} 字节以内 make it shorter", find_long_iris, refuses=True),
        Rule("long-literal", "文字超过 10 MB，装不进 a literal over 10 MB is not loaded",
             "拆成几段 split it", find_long_literals, refuses=True),
        Rule("long-number", "数字太长，会被舍入或改类型 the number is rounded or changes its type",
             "减少位数 use fewer digits", find_long_numbers),
        Rule("far-date", "公元前的日期会变样 a date before the year 1 comes back otherwise",
             "改存文字 keep it as text", find_far_dates),
        Rule("boolean", "布尔值取回时是 1 和 0 booleans come back as 1 and 0", "", find_booleans, note=True),
    ),
    "jena": (
        *_COMMON, _NUMBER,
        Rule("dot-segment", "IRI 里的 /./、/../ 会被化简 dot segments of the IRI are resolved",
             "去掉 . 和 .. 两种路径段 remove them", find_dot_segments),
    ),
    "rdf4j": _COMMON,
    "graphdb": (
        *_COMMON,
        Rule("same-as", "owl:sameAs 会把两者合并 the two are answered for as one",
             "建库时选 Disable owl:sameAs choose it", find_same_as),
        Rule("inference", "默认规则集会推出更多三元组 the default ruleset infers more triples",
             "建库时选 No inference choose it", find_inference, note=True),
    ),
    "neo4j": (
        _CONTROL, _CASE,
        Rule("lost-statement", "这条陈述写不成关系 no relationship can be made of the statement",
             "补上两端的标签和类 give both ends a label and a class", find_lost_statements, refuses=True),
        Rule("formula", "CSV 里会多一个撇号 an apostrophe is put before it",
             "改写开头 begin it otherwise", find_formulas),
        Rule("long-cell", "格子超过 4 MiB a cell over 4 MiB", "加 add --read-buffer-size=16m", find_long_cells,
             refuses=True),
        Rule("several-lines", "有多行文字 texts of several lines", "加 add --multiline-fields=true", find_several_lines,
             note=True),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One term that a store refuses or changes."""

    store: str
    rule: Rule
    term: str

    def to_line(self) -> str:
        """One line: what the store does, to what, and the mend."""
        kind = "提示 note" if self.rule.note else "拒绝 refused" if self.rule.refuses else "改变 changed"
        shown = self.term if len(self.term) <= _LONGEST_SHOWN else f"{self.term[:_LONGEST_SHOWN]}…"
        mend = f"；{self.rule.mend}" if self.rule.mend else ""
        return f"{self.store} {kind} [{self.rule.name}] {self.rule.says}: {shown}{mend}"


def check_for(store: Store, name: str) -> tuple[Finding, ...]:
    """What the store of this name (RULES) would refuse or change of a dataset, by rule and term. Raises InputError."""
    if name not in RULES:
        raise InputError(f"不认识的数据库 unknown store: {name}；可用 {', '.join(RULES)}")
    terms = Terms(store)
    return tuple(Finding(name, rule, term) for rule in RULES[name] for term in sorted(rule.find(terms)))
