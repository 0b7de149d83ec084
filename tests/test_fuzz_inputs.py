"""2,000 mutants over every input format and a few monsters; `benchmarks/fuzz.py` tries 20,000 and the full monsters."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from fuzzing import MOST_MEMORY, fuzz, make_mutant, plan, to_targets, try_mutant
from monsters import make_monsters, try_monsters

from kg.errors import FormatError

_MUTANTS = 2_000
# Of the monsters' full size.
_SCALE = 0.02


def test_2_000_mutants_of_every_format_are_read_or_refused_in_one_line() -> None:
    mutants = plan(_MUTANTS)
    assert len({target for target, _ in mutants}) == len(to_targets()) >= 16
    with ThreadPoolExecutor(2) as pool:
        faults = [
            fault for found in pool.map(lambda half: list(fuzz(half)), (mutants[::2], mutants[1::2])) for fault in found
        ]
    assert faults == []


def test_mutants_are_the_same_every_time_and_differ_from_their_seeds() -> None:
    for target, one in to_targets().items():
        first = [make_mutant(target, number) for number in range(20)]
        assert first == [make_mutant(target, number) for number in range(20)]
        assert len({*first} - {*one.seeds}) > 10


def test_the_seeds_themselves_are_read() -> None:
    for target, one in to_targets().items():
        for seed in one.seeds:
            one.read(seed)
            assert try_mutant(target, seed) == ""


def test_a_fault_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each way to go wrong is told: an exception of another kind, something lost, a message of two lines."""

    def fail(error: Exception) -> None:
        raise error

    for error, said in (
        (ZeroDivisionError("x"), "ZeroDivisionError"),
        (AssertionError("lost"), "lost"),
        (FormatError("a\nb"), "message"),
        (FormatError("\ud800"), "message"),
        (RecursionError("x"), "RecursionError"),
    ):
        target = to_targets()["brat"]
        broken = type(target)(target.seeds, lambda _, error=error: fail(error))
        monkeypatch.setattr("fuzzing.to_targets", lambda broken=broken: {"brat": broken})
        assert said in try_mutant("brat", b"")
        monkeypatch.undo()


def test_monsters_are_read_or_refused_in_time() -> None:
    names = sorted(make_monsters(_SCALE))
    found = try_monsters(names, _SCALE)
    assert list(found) == names
    assert {name: fault for name, (_, _, fault) in found.items() if fault} == {}
    assert max(seconds for seconds, _, _ in found.values()) < 30
    assert max(kilobytes for _, kilobytes, _ in found.values()) < MOST_MEMORY


@pytest.mark.parametrize(
    ("target", "content"),
    [
        (
            "uima-xmi",
            '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><xmi:XMI xmlns:xmi="http://www.omg.org/XMI">&a;</xmi:XMI>',
        ),
        ("uima-xmi", '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'),
        ("uima-xmi", "<!doctype x><x/>"),
    ],
)
def test_xml_with_a_document_type_is_refused(target: str, content: str) -> None:
    for encoded in (content.encode(), content.encode("utf-16")):
        with pytest.raises(FormatError):
            to_targets()[target].read(encoded)
