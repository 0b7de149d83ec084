"""The hold-out texts: gold that the builder takes whole, and a warning on each that its facts are invented."""

from __future__ import annotations

from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.pipeline import build_corpus

HOLDOUT = find_folder("corpus/holdout")


def test_they_build_without_a_rejection() -> None:
    build = build_corpus(HOLDOUT, find_folder("ontology"), DEFAULT_BASE)
    assert not build.report.rejections, [str(one) for one in build.report.rejections]
    assert build.report.unaccounted == 0


def test_each_says_that_it_is_invented() -> None:
    files = sorted(HOLDOUT.glob("*.toml"))
    assert len(files) == len(list(HOLDOUT.glob("*.txt")))
    for path in files:
        assert "自拟文本" in path.read_text(encoding="utf-8"), path.name
