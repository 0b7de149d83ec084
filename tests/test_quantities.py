"""Figures in words to values, units and bounds; the numerals below them."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Quantity
from kg.numerals import parse_integer, parse_number, to_canonical_decimal
from kg.quantities import QuantityLexicon, parse_quantities

LEXICON = QuantityLexicon(
    units={
        "元": "CNY", "美元": "USD", "%": "percent", "个百分点": "point", "百分点": "point", "倍": "times",
        "第": "place", "千瓦": "千瓦", "千瓦时": "千瓦时", "吨": "吨", "年": "年", "强": "强",
    }
    | {word: word for word in "家项只场人名位个件"},
    bounds_before={
        "超": "moreThan", "超过": "moreThan", "突破": "moreThan", "过": "moreThan", "达": "exactly", "达到": "exactly",
        "约": "approximately", "近": "approximately", "不低于": "atLeast", "至少": "atLeast", "不超过": "atMost",
        "不足": "atMost", "前": "atMost", "不少于": "atLeast", "少于": "atMost", "低于": "atMost", "最高": "atMost",
    },
    bounds_after={
        "多": "moreThan", "余": "moreThan", "以上": "atLeast", "起": "atLeast", "以内": "atMost",
        "左右": "approximately",
    },
    links=("给予", "可达", "人民币", "支持"),
)  # fmt: skip


def read(surface: str, before: str = "", after: str = "") -> list[tuple[str, str, str]]:
    found = parse_quantities(surface, before=before, after=after, lexicon=LEXICON)
    return [(to_canonical_decimal(one.value), one.unit, one.bound) for one in found]


@pytest.mark.parametrize(
    ("surface", "value", "unit", "bound"),
    [
        ("超80亿元", "8000000000", "CNY", "moreThan"),
        ("突破了3万家", "30000", "家", "moreThan"),
        ("最高给予500万元", "5000000", "CNY", "atMost"),
        ("300多万名", "3000000", "名", "moreThan"),
        ("10家以上", "10", "家", "atLeast"),
        ("10家（含）以上", "10", "家", "atLeast"),
        ("70.3%", "70.3", "percent", "exactly"),
        ("７０．３％", "70.3", "percent", "exactly"),
        ("600余个", "600", "个", "moreThan"),
        ("5,937.89亿元", "593789000000", "CNY", "exactly"),
        ("５，９３７．８９ 亿元", "593789000000", "CNY", "exactly"),
        ("1亿2000万元", "120000000", "CNY", "exactly"),
        ("1万2345人", "12345", "人", "exactly"),
        ("25.74万人", "257400", "人", "exactly"),
        ("3.5千", "3500", "个", "exactly"),
        ("10亿美元", "1000000000", "USD", "exactly"),
        ("500元/吨", "500", "CNY", "exactly"),
        ("100万千瓦时", "1000000", "千瓦时", "exactly"),
        ("50千瓦", "50", "千瓦", "exactly"),
        ("1.5倍", "1.5", "times", "exactly"),
        ("15.4个百分点", "15.4", "point", "exactly"),
        ("-5.2%", "-5.2", "percent", "exactly"),
        ("1万亿元", "1000000000000", "CNY", "exactly"),
        ("万亿级", "1000000000000", "CNY", "atLeast"),
        ("千亿级", "100000000000", "CNY", "atLeast"),
        ("近万亿级", "1000000000000", "CNY", "approximately"),
        ("两百三十", "230", "个", "exactly"),
        ("六十余项", "60", "项", "moreThan"),
        ("一千零五", "1005", "个", "exactly"),
        ("廿项", "20", "项", "exactly"),
        ("两万五", "25000", "个", "exactly"),
        ("万名", "10000", "名", "exactly"),
        ("上百家", "100", "家", "atLeast"),
        ("数十家", "10", "家", "moreThan"),
        ("几十", "10", "个", "moreThan"),
        ("十几家", "10", "家", "moreThan"),
        ("十余家", "10", "家", "moreThan"),
        ("近百", "100", "个", "approximately"),
        ("至少300余个", "300", "个", "atLeast"),
        ("达10家以上", "10", "家", "atLeast"),
        ("翻番", "2", "times", "exactly"),
        ("翻一番", "2", "times", "exactly"),
        ("翻两番", "4", "times", "exactly"),
        ("全覆盖", "100", "percent", "exactly"),
        ("三成", "30", "percent", "exactly"),
        ("两成五", "25", "percent", "exactly"),
        ("一半以上", "50", "percent", "atLeast"),
        ("过半", "50", "percent", "moreThan"),
        ("半数", "50", "percent", "exactly"),
        ("三分之二", "66.67", "percent", "approximately"),
        ("四分之三", "75", "percent", "exactly"),
        ("百分之七十点三", "70.3", "percent", "exactly"),
        ("千分之三", "0.3", "percent", "exactly"),
        ("前20%", "20", "percent", "atMost"),
        ("全国第一", "1", "place", "exactly"),
        ("第7位", "7", "place", "exactly"),
        ("首位", "1", "place", "exactly"),
        ("全国百强", "100", "place", "atMost"),
        ("前十", "10", "place", "atMost"),
    ],
)
def test_a_figure_has_one_value_unit_and_bound(surface: str, value: str, unit: str, bound: str) -> None:
    assert read(surface) == [(value, unit, bound)]


@pytest.mark.parametrize(
    ("surface", "low", "high", "unit"),
    [
        ("1—5亿元", "100000000", "500000000", "CNY"),
        ("5000万—1亿元", "50000000", "100000000", "CNY"),
        ("10%至20%", "10", "20", "percent"),
        ("10～20个百分点", "10", "20", "point"),
        ("3-5家", "3", "5", "家"),
        ("三至五家", "3", "5", "家"),
        ("一至两成", "10", "20", "percent"),
        ("两三家", "2", "3", "家"),
        ("三四百项", "300", "400", "项"),
        ("十七八万人", "170000", "180000", "人"),
        ("七八成", "70", "80", "percent"),
        ("两三成", "20", "30", "percent"),
        ("三四成以上", "30", "40", "percent"),
        ("百分之七八十", "70", "80", "percent"),
    ],
)
def test_a_range_is_two_quantities(surface: str, low: str, high: str, unit: str) -> None:
    assert read(surface) == [(low, unit, "atLeast"), (high, unit, "atMost")]


@pytest.mark.parametrize(
    ("before", "surface", "after", "expected"),
    [
        ("规模超", "80亿元", "；", ("8000000000", "CNY", "moreThan")),
        ("突破了", "3万家", "。", ("30000", "家", "moreThan")),
        ("未超过", "10家", "", ("10", "家", "atMost")),
        ("不超过", "10家", "", ("10", "家", "atMost")),
        ("通过", "10家", "认定", ("10", "家", "exactly")),
        ("新增", "10家", "以上，", ("10", "家", "atLeast")),
        ("补贴", "5万元", "起步", ("50000", "CNY", "exactly")),
        ("", "300多万", "科研人才", ("3000000", "个", "moreThan")),
        ("共", "600", "余个", ("600", "个", "moreThan")),
        ("提高", "15.4", "个百分点", ("15.4", "point", "exactly")),
        ("下降", "5%", "。", ("5", "percent", "exactly")),
        ("位居第", "二", "，", ("2", "place", "exactly")),
        ("第", "7位", "", ("7", "place", "exactly")),
        ("绩效前", "20%", "的", ("20", "percent", "atMost")),
        ("目前", "20%", "的", ("20", "percent", "exactly")),
        ("提前", "20%", "完成", ("20", "percent", "exactly")),
        ("进入前", "10", "名", ("10", "place", "atMost")),
        ("不少于", "30家", "。", ("30", "家", "atLeast")),
        ("不低于", "30%", "。", ("30", "percent", "atLeast")),
        ("没有少于", "30家", "", ("30", "家", "atLeast")),
        ("未低于", "30%", "", ("30", "percent", "atLeast")),
        ("没有超过", "30%", "", ("30", "percent", "atMost")),
        ("最高给予", "500万元", "补助", ("5000000", "CNY", "atMost")),
        ("最高可达", "500万元", "", ("5000000", "CNY", "atMost")),
        ("不超过人民币", "500万元", "", ("5000000", "CNY", "atMost")),
        ("通过支持", "30家", "企业", ("30", "家", "exactly")),
        ("不低于总投入的", "30%", "", ("30", "percent", "atLeast")),
        ("不低于去年的", "30家", "", ("30", "家", "exactly")),
        ("突破性的", "30%", "", ("30", "percent", "exactly")),
        ("培育", "10家", "以上市公司为主", ("10", "家", "exactly")),
        ("覆盖", "10个", "以上市州", ("10", "个", "atLeast")),
        ("投入", "1个亿", "。", ("100000000", "CNY", "exactly")),
        ("投入", "两个亿", "以上", ("200000000", "CNY", "atLeast")),
        ("投入", "半个亿", "。", ("50000000", "CNY", "exactly")),
        ("投入", "10多个亿", "。", ("1000000000", "CNY", "moreThan")),
        ("用户", "1个亿", "人次", ("100000000", "人", "exactly")),
    ],
)
def test_the_words_beside_a_figure_count(before: str, surface: str, after: str, expected: tuple[str, str, str]) -> None:
    assert read(surface, before, after) == [expected]


def test_the_default_unit_is_the_callers() -> None:
    assert parse_quantities("300多万", lexicon=LEXICON, default_unit="人") == (
        Quantity(Decimal(3000000), "人", "moreThan"),
    )


@pytest.mark.parametrize(
    ("before", "surface", "after", "reason"),
    [
        ("", "", "", "没有字"),
        ("", "若干家", "", "没有数字"),
        ("", "首支", "", "没有数字"),
        ("", "6G", "", "不是单位"),
        ("", "6", "G", "名称"),
        ("", "2.0", "建设", "没有单位"),
        ("“", "51020", "”", "名称"),
        ("", "2024年", "", "日期"),
        ("", "2024", "年", "日期"),
        ("", "2018—2022", "年", "日期"),
        ("", "第三", "季度", "次序"),
        ("1", "4,560", "家", "截断"),
        ("", "3", "万家", "截断"),
        ("", "1,23家", "", "不是单位"),
        ("", "1万2", "", "不全"),
        ("", "10—5家", "", "颠倒"),
        ("", "10元—5%", "", "单位不同"),
        ("", "1" * 60, "", "太长"),
        ("", "三分之零" + "个", "", "不是单位"),
        ("", "零分之三", "", "分母"),
    ],
)
def test_what_is_no_figure_is_refused_with_the_reason(before: str, surface: str, after: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read(surface, before, after)


@pytest.mark.parametrize(
    ("value", "text"),
    [("8E+7", "80000000"), ("70.30", "70.3"), ("0", "0"), ("-0.00", "0"), ("1E-7", "0.0000001"), ("-5.20", "-5.2")],
)
def test_a_decimal_has_one_form(value: str, text: str) -> None:
    assert to_canonical_decimal(Decimal(value)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_the_canonical_form_keeps_the_value(value: Decimal) -> None:
    text = to_canonical_decimal(value)
    assert Decimal(text) == value
    assert re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?", text)


def to_han(number: int) -> str:
    """The standard reading of a whole number, written independently of the reader under test."""
    digits = "零一二三四五六七八九"
    groups, rest = [], number
    while rest:
        groups.append(rest % 10000)
        rest //= 10000
    text = ""
    for place in reversed(range(len(groups))):
        group = groups[place]
        padded = f"{group:04d}"
        words = "".join(
            digits[int(d)] + u if d != "0" else "零" for d, u in zip(padded, ("千", "百", "十", ""), strict=True)
        )
        words = re.sub("零+", "零", words).rstrip("零")
        scale = ("", "万", "", "万")[place] if place != 2 else ""
        text += (words + scale) if group else "零"
        if place == 2:
            text = text.rstrip("零") + "亿"
    return re.sub("零+", "零", text).strip("零") or "零"


@given(st.integers(0, 10**16 - 1))
def test_every_integer_in_chinese_reads_back(number: int) -> None:
    assert parse_integer(to_han(number)) == number
    assert read(to_han(number) + "家") == [(str(number), "家", "exactly")]


@given(st.integers(0, 10**15), st.booleans())
def test_every_integer_with_separators_reads_back(number: int, full_width: bool) -> None:
    text = f"{number:,}"
    if full_width:
        text = text.translate(str.maketrans("0123456789,", "０１２３４５６７８９，"))
    assert read(text + "元") == [(str(number), "CNY", "exactly")]


@given(st.decimals(0, 10**9, places=3), st.sampled_from([("", 0), ("千", 3), ("万", 4), ("亿", 8), ("万亿", 12)]))
def test_every_decimal_with_a_scale_is_exact(value: Decimal, scale: tuple[str, int]) -> None:
    (found,) = parse_quantities(f"{value}{scale[0]}元", lexicon=LEXICON)
    assert found.value == value * 10 ** scale[1]


@given(st.integers(1, 10**9), st.integers(0, 10**9), st.sampled_from(["", "万", "亿"]))
def test_a_range_is_in_order(low: int, more: int, scale: str) -> None:
    first, second = parse_quantities(f"{low}—{low + more}{scale}元", lexicon=LEXICON)
    assert (first.value, first.bound, second.bound) == (low * parse_number(f"1{scale}"), "atLeast", "atMost")
    assert second.value - first.value == more * parse_number(f"1{scale}")


ODD = st.text(alphabet="0159.,-—至/%第前半成番超约多余以上几数两十百千万亿零〇点分之家元年强级个 ８％", max_size=14)


@given(ODD | st.text(max_size=60), ODD, ODD)
def test_any_text_gives_quantities_or_a_value_error(surface: str, before: str, after: str) -> None:
    found, reason = try_read(surface, before, after)
    if not found:
        assert re.search("[\u4e00-\u9fff]", reason)
    else:
        assert [one.bound for one in found] == ["atLeast", "atMost"] or len(found) == 1
        assert all(one.value.is_finite() for one in found)
        assert found[0].value <= found[-1].value


def try_read(surface: str, before: str, after: str) -> tuple[tuple[Quantity, ...], str]:
    try:
        return parse_quantities(surface, before=before, after=after, lexicon=LEXICON), ""
    except ValueError as error:
        return (), str(error)
