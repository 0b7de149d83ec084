"""Small documents that ask for endless work are refused in one line: PDFs that draw one stream on every page."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.errors import FormatError
from kg.importing import pdf

_DRAWN = b"BT /F1 12 Tf (Supports the low altitude economy.) Tj ET\n"


def make_pdf(pages: int, lines: int) -> bytes:
    """So many pages, each with the same stream of so many lines: the file grows with neither."""
    stream = zlib.compress(_DRAWN * lines, 9)
    kids = b" ".join(b"%d 0 R" % (5 + number) for number in range(pages))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 3 0 R/Resources<</Font<</F1 4 0 R>>>>>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, pages),
        b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *[page] * pages,
    ]
    content, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%btrailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    return content + end % (len(objects) + 1, table, len(objects) + 1, len(content))


def test_what_such_a_pdf_says_is_read_where_it_is_short() -> None:
    blocks, _ = pdf.parse_pdf(make_pdf(2, 3), "a.pdf")
    assert "low altitude economy" in str(blocks)


@pytest.mark.parametrize(
    ("name", "limit", "said"),
    [("_MOST_OPERATORS", 2_000, "draws too much"), ("_MOST_CONTENT", 40_000, "too large unpacked")],
)
def test_drawing_is_counted_over_all_pages(name: str, limit: int, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = make_pdf(10, 100)
    # Ten times the same page is nothing but running heads.
    with pytest.raises(FormatError, match="no text"):
        pdf.parse_pdf(content, "a.pdf")
    monkeypatch.setattr(pdf, name, limit)
    with pytest.raises(FormatError, match=said) as error:
        pdf.parse_pdf(content, "a.pdf")
    assert "\n" not in str(error.value)
    pdf.parse_pdf(make_pdf(1, 100), "a.pdf")


def test_a_small_file_that_unpacks_to_much_is_refused_by_the_command(tmp_path: Path) -> None:
    content = make_pdf(2000, 1_000_000)
    assert len(content) < 600_000
    (tmp_path / "a.pdf").write_bytes(content)
    (tmp_path / "b.txt").write_text("关于支持低空经济的通知\n湖北省支持低空经济。\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["import", str(tmp_path), "--out", str(tmp_path / "out")])
    assert result.exit_code == 0
    assert "a.pdf" in result.output
    assert "Traceback" not in result.output
    assert "imported 1 " in result.output
