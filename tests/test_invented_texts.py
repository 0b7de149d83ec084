"""The texts for the annotator's rules and its measure: gold that the builder takes whole, each with a warning that its
facts are invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.pipeline import build_corpus

FOLDERS = ("corpus/holdout", "corpus/development")


@pytest.fixture(params=FOLDERS)
def folder(request: pytest.FixtureRequest) -> Path:
    return find_folder(request.param)


def test_they_build_without_a_rejection(folder: Path) -> None:
    build = build_corpus(folder, find_folder("ontology"), DEFAULT_BASE)
    assert not build.report.rejections, [str(one) for one in build.report.rejections]
    assert build.report.unaccounted == 0


def test_each_says_that_it_is_invented(folder: Path) -> None:
    files = sorted(folder.glob("*.toml"))
    assert files
    assert len(files) == len(list(folder.glob("*.txt"))) == len(list(folder.glob("*.ann")))
    for path in files:
        assert "自拟文本" in path.read_text(encoding="utf-8"), path.name
