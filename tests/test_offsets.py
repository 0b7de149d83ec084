"""Offsets: every unit to code points and back, and how a document proves the unit its tool counts in."""

from __future__ import annotations

import dataclasses
import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from kg.offsets import (
    AUTO,
    CONVERTERS,
    UNITS,
    CodePoints,
    GraphemeClusters,
    Placed,
    Refusal,
    Resolution,
    Utf8Bytes,
    Utf16Units,
    resolve_unit,
)

RARE = "𠮷"  # U+20BB7: one code point, two UTF-16 units, four bytes, one cluster
FAMILY = "👨‍👩‍👧"  # three emoji joined by ZWJ: five code points, eight units, one cluster
NFD = unicodedata.normalize("NFD", "é")  # two code points, one cluster
WIDE = "１２３"  # full-width digits
TEXT = f"{RARE}野家\r\n{FAMILY}，caf{NFD}，{WIDE}家，{RARE}。"
PIECES = st.sampled_from([RARE, FAMILY, NFD, WIDE, "\r\n", "\r", "\n", "家", "省科技厅", "a", "🇨🇳", "각", "\u200d"])
TEXTS = st.lists(PIECES | st.characters(codec="utf-8"), max_size=12).map("".join)
MEASURES = {
    "codepoint": len,
    "utf16": lambda text: len(text.encode("utf-16-le")) // 2,
    "grapheme": lambda text: len(regex.findall(r"\X", text)),
    "byte": lambda text: len(text.encode()),
}


def place(unit: str, text: str, begin: int, end: int, *, surface: bool = True) -> Placed:
    """What a tool that counts in `unit` writes for text[begin:end]."""
    converter = CONVERTERS[unit].of(text)
    first, last = converter.from_code_point(begin), converter.from_code_point(end)
    assert first is not None
    assert last is not None
    return Placed(first, last, text[begin:end] if surface else None)


def resolved(unit: str, text: str, *placed: Placed, candidates: tuple[str, ...] = UNITS) -> Resolution:
    found = resolve_unit(unit, text, placed, candidates)
    assert isinstance(found, Resolution), found
    return found


def refused(text: str, *placed: Placed, candidates: tuple[str, ...] = UNITS) -> Refusal:
    found = resolve_unit(AUTO, text, placed, candidates)
    assert isinstance(found, Refusal), found
    return found


def test_the_units_are_these_in_this_order() -> None:
    assert UNITS == ("codepoint", "utf16", "grapheme", "byte")


@pytest.mark.parametrize("unit", UNITS)
@given(text=TEXTS)
def test_a_boundary_comes_back_and_measures_what_the_unit_says(unit: str, text: str) -> None:
    converter = CONVERTERS[unit].of(text)
    for position in range(len(text) + 1):
        counted = converter.from_code_point(position)
        if counted is not None:
            assert converter.to_code_point(counted) == position
            assert counted == MEASURES[unit](text[:position])
    assert converter.from_code_point(0) == 0
    assert converter.to_code_point(MEASURES[unit](text)) == len(text)


@pytest.mark.parametrize("unit", UNITS)
@given(text=TEXTS, position=st.integers())
def test_what_is_no_boundary_is_a_fault(unit: str, text: str, position: int) -> None:
    converter = CONVERTERS[unit].of(text)
    boundaries = {converter.from_code_point(at) for at in range(len(text) + 1)}
    assert (converter.to_code_point(position) is None) == (position not in boundaries)


def test_positions_inside_one_character_are_faults() -> None:
    assert Utf16Units.of(RARE).to_code_point(1) is None
    assert [Utf8Bytes.of("家").to_code_point(byte) for byte in range(4)] == [0, None, None, 1]
    assert GraphemeClusters.of(FAMILY + "a").from_code_point(1) is None
    assert GraphemeClusters.of("a\r\nb").to_code_points(0, 2) == (0, 3)
    assert CodePoints.of("ab").to_code_points(0, 3) is None
    assert CodePoints.of("ab").to_code_point(-1) is None


def test_a_converter_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Utf16Units.of("a").units = (0,)  # type: ignore[misc]


@pytest.mark.parametrize("unit", UNITS)
def test_auto_proves_the_unit_by_the_surfaces(unit: str) -> None:
    begin = TEXT.index(WIDE)
    found = resolved(AUTO, TEXT, place(unit, TEXT, 0, 3), place(unit, TEXT, begin, begin + 4))
    assert found.converter.unit == unit
    assert found.note is None


@pytest.mark.parametrize("unit", UNITS)
@given(data=st.data())
def test_auto_never_puts_a_surface_elsewhere(unit: str, data: st.DataObject) -> None:
    text = data.draw(TEXTS.filter(bool))
    converter = CONVERTERS[unit].of(text)
    boundaries = [at for at in range(len(text) + 1) if converter.from_code_point(at) is not None]
    ends = data.draw(st.lists(st.tuples(st.sampled_from(boundaries), st.sampled_from(boundaries)), min_size=1))
    placed = [place(unit, text, min(pair), max(pair)) for pair in ends if pair[0] != pair[1]]
    found = resolve_unit(AUTO, text, placed)
    assert isinstance(found, Resolution)
    for one in placed:
        got = found.converter.to_code_points(one.begin, one.end)
        assert got is not None
        assert text[slice(*got)] == one.surface
    if found.converter.unit != unit and found.converter.unit != "codepoint":
        assert found.note is not None or [found.converter.to_code_points(one.begin, one.end) for one in placed] == [
            converter.to_code_points(one.begin, one.end) for one in placed
        ]


def test_units_that_agree_on_every_position_need_no_proof() -> None:
    text = f"省科技厅支持{RARE}野家"
    found = resolved(AUTO, text, Placed(0, 4, "省科技厅"))
    assert (found.converter.unit, found.note) == ("codepoint", None)


def test_several_units_that_disagree_are_read_as_code_points_and_said_to_be_unproved() -> None:
    text = f"{RARE}家家家"
    found = resolved(AUTO, text, Placed(2, 3, "家"))
    assert found.converter.unit == "codepoint"
    assert found.note is not None
    assert "not provable" in found.note
    assert "utf16" in found.note


def test_one_wrong_surface_does_not_cost_the_others() -> None:
    found = resolved(AUTO, TEXT, place("utf16", TEXT, len(TEXT) - 2, len(TEXT)), Placed(0, 2, "不在"))
    assert found.converter.unit == "utf16"


def test_no_unit_that_fits_is_refused_with_the_mend() -> None:
    assert "no offset unit" in refused("省科技厅支持基金", Placed(0, 4, "市科技局")).reason
    mixed = refused(TEXT, place("utf16", TEXT, 1, 3), place("codepoint", TEXT, 1, 2))
    assert "no offset unit fits all" in mixed.reason
    assert "--offset-unit" in mixed.mend


def test_without_surfaces_units_that_differ_are_refused() -> None:
    candidates = ("codepoint", "utf16", "grapheme")
    bare = place("utf16", TEXT, 3, 5, surface=False)
    said = refused(TEXT, bare, candidates=candidates)
    assert "cannot be told" in said.reason
    assert "--offset-unit" in said.mend
    assert resolved(AUTO, "省科技厅", Placed(0, 4), candidates=candidates).converter.unit == "codepoint"
    assert refused("省科技厅", Placed(0, 3)).reason  # bytes among the candidates: 省 alone
    assert resolved("utf16", TEXT, bare).converter.to_code_points(bare.begin, bare.end) == (3, 5)


def test_nothing_annotated_needs_no_unit() -> None:
    assert resolved(AUTO, TEXT).converter.unit == "codepoint"


def test_an_unknown_unit_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="utf32"):
        resolve_unit("utf32", TEXT, ())


def test_the_text_is_not_normalised() -> None:
    composed = unicodedata.normalize("NFC", NFD)
    text = f"{NFD}{composed}家"
    found = resolved(AUTO, text, Placed(0, 2, NFD), Placed(2, 3, composed), Placed(3, 4, "家"))
    assert found.converter.to_code_points(3, 4) == (3, 4)
