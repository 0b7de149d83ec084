"""The headings of the pack's columns: every column has one, none stands idle, a bad list is refused in a line."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kg.errors import QueryError
from kg.queries import Heading, Table, find_heading, read_headings, to_titled

QUERIES = Path(__file__).parent.parent / "queries"


def read_columns() -> set[str]:
    """The columns of every question's expected answer."""
    columns: set[str] = set()
    for path in (QUERIES / "expected").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            columns.update(next(csv.reader(file)))
    return columns


def test_every_column_of_the_pack_has_a_chinese_and_an_english_heading() -> None:
    headings = read_headings(QUERIES)
    columns = read_columns()
    assert columns
    assert [column for column in columns if find_heading(headings, column) == Heading(column, column)] == []
    # A heading in Chinese letters, or the column would show its variable.
    assert [name for name, heading in headings.items() if heading.zh.isascii()] == []


def test_no_heading_is_left_of_a_column_that_is_gone() -> None:
    columns = read_columns()
    used = columns | {column.rpartition("_")[0] for column in columns}
    assert [name for name in read_headings(QUERIES) if name not in used] == []


def test_a_numbered_column_has_its_number_after_the_words() -> None:
    headings = {"via": Heading("经由", "via")}
    assert find_heading(headings, "via_2") == Heading("经由 2", "via 2")
    assert find_heading(headings, "via_b") == Heading("经由 B", "via B")
    assert find_heading(headings, "via_next") == Heading("via_next", "via_next")
    assert to_titled(Table(("via", "x"), ()), headings).columns == ("经由", "x")


@pytest.mark.parametrize("text", ['via = "经由"', 'via = ["经由"]', 'via = ["", "via"]', "via = [", "\udc00"])
def test_a_bad_list_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "columns.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(QueryError, match=r"columns\.toml") as caught:
        read_headings(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_missing_list_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match=r"columns\.toml"):
        read_headings(tmp_path)
