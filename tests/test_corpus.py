"""The embedded corpus as it stands on disk, read by a parser of this file's own, not by kg.

The words are ours: no run of 28 characters is shared with the reply that the 2025 brief restates. The repository holds
only digests of that text's runs (data/original-28-grams.txt), so this is checked in every clone.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "corpus" / "hubei"
DIGESTS = Path(__file__).parent / "data" / "original-28-grams.txt"
ORIGINAL = ROOT.parent / "shared" / "corpus" / "hubei-2025-0221.txt"
BRIEFS = sorted(path.stem for path in CORPUS.glob("*.txt"))
LATEST = "2025-clusters"
RUN = 28
ROLES = {"Figure", "Period"}
FIGURE_LINKS = {"indicator", "about", "period", "scope"}
# Names may stand as they are, however long.
LONG_NAMES = (
    "科技型中小企业—高新技术企业—专精特新企业—独角兽企业",
    "关于大力发展创新型产业集群,以科技创新驱动高质量发展的建议",
    "关于省十四届人大三次会议第20250221号建议的答复",
    "引才在高校、用才在企业、编制在高校、工作在产业",
    "以创新价值、能力、贡献为导向的人才评价体系",
    "中心+节点+驿站",
    "天网、地网、政策网、金网",
)


@dataclass(frozen=True)
class Thing:
    label: str
    begin: int
    end: int
    surface: str


@dataclass
class Brief:
    """One brief: its text, its metadata and what its annotation lines say."""

    name: str
    text: str
    meta: dict[str, object]
    lines: list[list[str]]
    things: dict[str, Thing] = field(default_factory=dict)
    relations: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    links: dict[str, dict[str, str]] = field(default_factory=dict)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)

    def figures(self) -> list[str]:
        return [name for name, thing in self.things.items() if thing.label == "Figure"]

    def to_label(self, name: str) -> str:
        """What a mention is called: its reference, else that of the same words in the brief, else its words."""
        thing = self.things[name]
        same = {
            self.references[other]
            for other in self.references
            if (self.things[other].label, self.things[other].surface) == (thing.label, thing.surface)
        }
        own = self.references.get(name)
        if own is not None:
            return own.partition("/")[2]
        return same.pop().partition("/")[2] if len(same) == 1 else re.sub(r"[“”《》\s]", "", thing.surface)


def parse_brief(name: str) -> Brief:
    content = (CORPUS / f"{name}.ann").read_bytes().decode("utf-8")
    brief = Brief(
        name=name,
        text=(CORPUS / f"{name}.txt").read_bytes().decode("utf-8"),
        meta=tomllib.loads((CORPUS / f"{name}.toml").read_bytes().decode("utf-8")),
        lines=[line.split("\t") for line in content.split("\n") if line],
    )
    for key, head, *rest in brief.lines:
        words = head.split(" ")
        match key[0]:
            case "T":
                brief.things[key] = Thing(words[0], int(words[1]), int(words[2]), rest[0])
            case "R":
                first, second = words[1].removeprefix("Arg1:"), words[2].removeprefix("Arg2:")
                if brief.things[first].label == "Figure":
                    assert words[0] not in brief.links.setdefault(first, {}), f"{name} {key}: a second {words[0]}"
                    brief.links[first][words[0]] = second
                else:
                    brief.relations[key] = (words[0], first, second)
            case "A":
                brief.attributes.setdefault(words[1], {})[words[0]] = words[2]
            case "#":
                brief.statuses[words[1]] = rest[0].removeprefix("status=")
            case "N":
                brief.references[words[1]] = head.split(" ", 2)[2].removeprefix("policykg:")
    return brief


@pytest.fixture(scope="module", params=BRIEFS)
def brief(request: pytest.FixtureRequest) -> Brief:
    return parse_brief(request.param)


@pytest.fixture(scope="module")
def briefs() -> list[Brief]:
    return [parse_brief(name) for name in BRIEFS]


def mask(text: str) -> str:
    for name in LONG_NAMES:
        text = text.replace(name, "\0")
    return text


def iterate_runs(text: str) -> Iterator[str]:
    masked = mask(text)
    return (masked[begin : begin + RUN] for begin in range(len(masked) - RUN + 1))


def to_digest(run: str) -> str:
    return hashlib.blake2b(run.encode("utf-8"), digest_size=6).hexdigest()


def read_digests() -> set[str]:
    return set(DIGESTS.read_text(encoding="ascii").split())


def test_six_briefs_or_more_of_three_files_each() -> None:
    assert len(BRIEFS) >= 6
    for suffix in ("ann", "toml"):
        assert sorted(path.stem for path in CORPUS.glob(f"*.{suffix}")) == BRIEFS


def test_texts_are_plain_lines_under_a_title(brief: Brief) -> None:
    for suffix in ("txt", "ann", "toml"):
        raw = (CORPUS / f"{brief.name}.{suffix}").read_bytes()
        assert b"\r" not in raw
        assert not raw.startswith(b"\xef\xbb\xbf")
        assert raw.endswith(b"\n")
    lines = brief.text.removesuffix("\n").split("\n")
    assert lines[0] == brief.meta["title"]
    assert all(line and line == line.strip() for line in lines)


def test_metadata_says_whose_words_they_are(brief: Brief, briefs: list[Brief]) -> None:
    assert brief.meta["licence"] == "CC0-1.0"
    assert (brief.meta["issuer"], brief.meta["place"]) == ("policykg 编写组", "湖北省")
    assert brief.meta["sources"]
    assert "改写" in str(brief.meta["note"])
    assert Counter(str(other.meta["title"]) for other in briefs)[str(brief.meta["title"])] == 1


def test_every_surface_is_what_the_text_says_there(brief: Brief) -> None:
    for name, thing in brief.things.items():
        assert brief.text[thing.begin : thing.end] == thing.surface, f"{brief.name} {name}"


def test_identifiers_are_unique_and_in_order(brief: Brief) -> None:
    keys = [line[0] for line in brief.lines]
    assert len(set(keys)) == len(keys)
    kinds = ["TRA#N".index(key[0]) for key in keys]
    assert kinds == sorted(kinds)
    begins = [thing.begin for thing in brief.things.values()]
    assert begins == sorted(begins)


def test_every_relation_says_its_status_and_no_relation_stands_twice(brief: Brief) -> None:
    assert set(brief.statuses) == set(brief.relations)
    assert set(brief.statuses.values()) <= {"achieved", "ongoing", "planned"}
    assert len(set(brief.relations.values())) == len(brief.relations)


def test_every_figure_is_complete(brief: Brief) -> None:
    for name in brief.figures():
        links, where = brief.links[name], f"{brief.name} {name} {brief.things[name].surface}"
        assert {"indicator", "about"} <= set(links) <= FIGURE_LINKS, where
        assert {"Status", "MeasureKind"} <= set(brief.attributes[name]), where
        assert brief.things[links["indicator"]].label == "Indicator", where
        assert brief.things[links["about"]].label not in ROLES, where
        if "period" in links:
            assert brief.things[links["period"]].label == "Period", where


def test_a_figure_without_a_period_follows_none_in_its_paragraph(brief: Brief) -> None:
    # The builder takes the period named last before a figure; where the source gives none, none may be taken.
    for name in brief.figures():
        if "period" not in brief.links[name]:
            paragraph = brief.text.rfind("\n", 0, brief.things[name].begin) + 1
            before = [
                thing.surface
                for thing in brief.things.values()
                if thing.label == "Period" and paragraph <= thing.begin < brief.things[name].begin
            ]
            assert not before, f"{brief.name} {name} {brief.things[name].surface}"


def test_every_numeral_is_annotated_or_part_of_a_date(brief: Brief) -> None:
    covered = {place for thing in brief.things.values() for place in range(thing.begin, thing.end)}
    body = brief.text.index("\n")
    for found in re.finditer(r"\d+(?:\.\d+)?", brief.text):
        if found.start() > body and found.start() not in covered:
            around = brief.text[found.start() - 1 : found.end() + 1]
            assert re.search(r"\d[年月日]|^第\d+号$", around), f"{brief.name}: {around} at {found.start()}"


def test_no_run_of_words_is_the_original_s(brief: Brief) -> None:
    digests = read_digests()
    shared = [run for run in iterate_runs(brief.text) if to_digest(run) in digests]
    assert not shared, f"{brief.name}: {shared[:3]}"


def test_the_digests_are_of_runs_and_would_find_one() -> None:
    digests = read_digests()
    assert len(digests) > 3000
    assert all(re.fullmatch(r"[0-9a-f]{12}", digest) for digest in digests)
    if ORIGINAL.is_file():
        assert digests == {to_digest(run) for run in iterate_runs(ORIGINAL.read_text(encoding="utf-8"))}


def test_the_2025_brief_is_as_rich_as_the_reply() -> None:
    latest = parse_brief(LATEST)
    entities = {
        (thing.label, latest.to_label(name))
        for name, thing in latest.things.items()
        if thing.label not in {*ROLES, "Indicator"}
    }
    complete = [
        name
        for name in latest.figures()
        if {"indicator", "about", "period"} <= set(latest.links[name])
        and {"Status", "MeasureKind"} <= set(latest.attributes[name])
    ]
    assert len(entities) >= 150
    assert len(latest.relations) >= 160
    assert len(complete) >= 40


def collect_figures(briefs: list[Brief], indicator: str, about: str) -> dict[tuple[str, str], list[str]]:
    """Figures of one indicator about one thing, by the period's words and the scope's (empty: the issuer's region)."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in briefs:
        for name in one.figures():
            links = one.links[name]
            if (one.to_label(links["indicator"]), one.to_label(links["about"])) == (indicator, about):
                period = one.things[links["period"]].surface if "period" in links else ""
                scope = one.to_label(links["scope"]) if "scope" in links else ""
                found.setdefault((period, scope), []).append(one.things[name].surface)
    return found


def test_the_number_of_high_tech_enterprises_is_one_series(briefs: list[Brief]) -> None:
    found = collect_figures(briefs, "高新技术企业总数", "高新技术企业")
    assert found == {
        ("2018年", ""): ["6590家"],
        ("2021年", ""): ["14560家"],
        ("2021年", "武汉市"): ["9145家"],
        ("2022年", ""): ["20000家", "20000家"],
        ("2023年", ""): ["25000家"],
        ("2024年", ""): ["3万家", "3万家"],
    }


def test_two_real_disagreements_meet_on_one_indicator(briefs: list[Brief]) -> None:
    output = collect_figures(briefs, "高新技术产业增加值", "高新技术产业")
    growth = collect_figures(briefs, "高新技术企业增速", "高新技术企业")
    assert {"11698.43亿元", "11831.5亿元"} <= set(output["2022年", ""])
    assert growth["2023年", ""] == ["24%", "26%"]
