"""Whose 我省 is, by a document's issuer, and which names are nobody's in particular."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.model import Document
from kg.ontology import Vocabulary, read_vocabulary
from kg.pipeline import build_corpus
from kg.places import derive_context
from kg.report import BuildReport


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return read_vocabulary(find_folder("ontology"))


@pytest.mark.parametrize(
    ("issuer", "place"),
    [
        ("湖北省科学技术厅", "湖北省"),
        ("湖北科技厅", "湖北省"),
        ("中共湖北省委", "湖北省"),
        ("武汉市人民政府", "武汉市"),
        ("深圳市科技创新委员会", "深圳市"),
        ("合肥市国资委", "合肥市"),
        ("科学技术部", "中国"),
        ("国务院", "中国"),
        ("中国科学院武汉分院", None),
        ("中山大学", None),
        ("河北工业大学", None),
        ("朝阳区政府", None),
        ("某某公司", None),
    ],
)
def test_an_issuer_speaks_for_its_region_or_for_none(issuer: str, place: str | None, vocabulary: Vocabulary) -> None:
    roles = derive_context(Document("a.txt", "标题", "文", "Report", issuer), vocabulary).roles
    assert (roles["thePlace"].label if "thePlace" in roles else None) == place


def write_document(folder: Path, name: str, title: str, surface: str) -> None:
    (folder / f"{name}.txt").write_text(f"{title}\n{surface}推进工作。\n", encoding="utf-8")
    begin = len(title) + 1
    (folder / f"{name}.ann").write_text(f"T1\tAgency {begin} {begin + len(surface)}\t{surface}\n", encoding="utf-8")


def test_a_name_that_every_region_s_body_has_is_rejected_where_no_region_is_known(tmp_path: Path) -> None:
    write_document(tmp_path, "a", "甲", "科技局")
    write_document(tmp_path, "b", "乙", "科技厅")
    build = build_corpus(tmp_path, find_folder("ontology"), DEFAULT_BASE)
    assert [("place unknown" in one.reason) for one in build.report.rejections] == [True, True]
    (tmp_path / "a.toml").write_text('title = "甲"\nissuer = "武汉市人民政府"\n', encoding="utf-8")
    build = build_corpus(tmp_path, find_folder("ontology"), DEFAULT_BASE)
    assert len(build.report.rejections) == 1
    assert any("organization/武汉市科学技术局>" in line for line in build.lines)


def test_titles_that_give_one_iri_are_one_title(tmp_path: Path) -> None:
    write_document(tmp_path, "a", "关于2024年《科技》工作的总结", "国务院")
    write_document(tmp_path, "b", "关于２０２４年科技工作的总结", "国务院")
    (rejection,) = build_corpus(tmp_path, find_folder("ontology"), DEFAULT_BASE).report.rejections
    assert "same title" in rejection.reason


def _build(tmp_path: Path, metadata: str) -> BuildReport:
    (tmp_path / "a.txt").write_text("标题\n全省实施“登峰”工程。\n", encoding="utf-8")
    (tmp_path / "a.ann").write_text("", encoding="utf-8")
    (tmp_path / "a.toml").write_text(metadata, encoding="utf-8")
    return build_corpus(tmp_path, find_folder("ontology"), DEFAULT_BASE).report


def test_a_place_that_no_region_has_is_noticed(tmp_path: Path) -> None:
    assert any("火星省" in notice for notice in _build(tmp_path, 'place = "火星省"\n').notices)
    assert not _build(tmp_path, 'place = "江苏省"\n').notices


@pytest.mark.parametrize(
    ("metadata", "line", "said"),
    [
        ('title = "甲"\nkind = "Fund"\n', 2, "kind"),
        ('title = "甲"\n\nnumber = 3\n', 3, "number"),
        ('title = "甲"\nissuer = "乙"\ncolour = "红"\n', 3, "colour"),
        ('title = "甲"\ndate = "2024"\n', 2, "date"),
    ],
)
def test_a_fault_in_the_metadata_is_named_by_its_line(tmp_path: Path, metadata: str, line: int, said: str) -> None:
    (rejection,) = _build(tmp_path, metadata).rejections
    assert rejection.line == line
    assert said in str(rejection)
