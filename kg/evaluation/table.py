"""A comparison for a reader: tables with Chinese headings and English beside, as text for a terminal or as Markdown."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.evaluation.comparison import FIGURES, RELATIONS, Comparison, Confusion, Measures
from kg.evaluation.errors import KINDS, LAYERS, Mistake
from kg.evaluation.figures import ALL, CRITERIA, QUANTITY
from kg.evaluation.judged import FIGURE_WORDS
from kg.evaluation.mentions import OVERLAPPING, STRICT
from kg.evaluation.relations import ENTITY, WITH_STATUS
from kg.evaluation.report import count_agreeing, select_mistakes
from kg.evaluation.resolution import count_identical, score_clusters
from kg.evaluation.scores import Counts, Ratios, to_macro, to_micro

CLASS, PROPERTY, FOLDER, DOCUMENT = "class", "property", "folder", "document"
PARTS = (CLASS, PROPERTY, FOLDER, DOCUMENT)
_HEADINGS = ("项目 Measure", "对 Right", "标准 Gold", "预测 Predicted", "精确率 P", "召回率 R", "F1")
_NO_RATIO = "—"
_GAP = "  "

_RELATION_NAMES = {
    STRICT: "关系：端点严格 relations, strict ends",
    OVERLAPPING: "关系：端点重叠 relations, overlapping ends",
    ENTITY: "关系：同实体同句 relations, entities in a sentence",
}
_FIGURE_NAMES = {
    "span": "数字：找到 figures found",
    "value": "数字：数值 value",
    "quantity": "数字：数值、单位、界限 value, unit, bound",
    "quantity_indicator": "  加指标 + indicator",
    "quantity_about": "  加对象 + about",
    "quantity_indicator_about": "  加指标和对象 + indicator, about",
    "quantity_period": "  加时间 + period",
    "quantity_status": "  加状态 + status",
    "all": "  全部 all of these",
}
_LAYER_NAMES = {
    "mention": "提及 mentions",
    "relation": "关系 relations",
    "figure": "数字 figures",
    "resolution": "消解 resolution",
}
_KIND_NAMES = {
    "missed": "漏标 missed",
    "spurious": "多标 spurious",
    "wrong_class": "类别错 wrong class",
    "wrong_boundary": "边界错 wrong boundary",
    "wrong_property": "关系名错 wrong property",
    "wrong_value": "数值错 wrong value",
    "wrong_unit": "单位错 wrong unit",
    "wrong_bound": "界限错 wrong bound",
    "wrong_indicator": "指标错 wrong indicator",
    "wrong_about": "对象错 wrong about",
    "wrong_period": "时间错 wrong period",
    "wrong_status": "状态错 wrong status",
    "wrong_entity": "实体错 wrong entity",
}


@dataclass(frozen=True, slots=True)
class _Block:
    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def to_text(comparison: Comparison, parts: Sequence[str], errors: int, names: Mapping[str, str]) -> str:
    """The comparison for a terminal: the totals, the `parts` (of PARTS) and at most `errors` mistakes of each kind.

    `names` are the Chinese labels of classes and properties by local name.
    """
    blocks = [_to_text_block(block) for block in _to_blocks(comparison, parts, names)]
    return "\n".join([*blocks, *_to_mistake_blocks(comparison, errors, _to_text_mistakes)])


def to_markdown(comparison: Comparison, parts: Sequence[str], errors: int, names: Mapping[str, str]) -> str:
    """The same as Markdown."""
    blocks = [_to_markdown_block(block) for block in _to_blocks(comparison, parts, names)]
    return "\n".join([*blocks, *_to_mistake_blocks(comparison, errors, _to_markdown_mistakes)])


def _to_blocks(comparison: Comparison, parts: Sequence[str], names: Mapping[str, str]) -> Iterator[_Block]:
    total = comparison.total
    title = f"总计 Total（{total.documents} 篇文档 documents）"
    yield _Block(title, _HEADINGS, tuple(_to_total_rows(total)))
    yield _Block(
        "状态与消解 Status and resolution",
        ("项目 Measure", "对 Right", "配对 Matched", "准确率 Accuracy"),
        tuple(_to_accuracy_rows(total)),
    )
    if CLASS in parts:
        yield _to_class_block(total, names)
    if PROPERTY in parts:
        yield _to_property_block(total, names)
    if FOLDER in parts:
        yield _to_summary_block("文件夹 Folders", comparison.folders)
    if DOCUMENT in parts:
        yield _to_summary_block("文档 Documents", {one.file: one.measures for one in comparison.documents})


def _to_total_rows(total: Measures) -> Iterator[tuple[str, ...]]:
    strict, overlapping = total.mentions[STRICT], total.mentions[OVERLAPPING]
    yield _to_row("提及：严格 mentions, strict", to_micro(strict))
    yield _to_row("提及：重叠 mentions, overlapping", to_micro(overlapping))
    yield _to_row("  不计时间和指标，严格 without Period and Indicator, strict", to_micro(strict, FIGURE_WORDS))
    yield _to_row("  不计时间和指标，重叠 overlapping", to_micro(overlapping, FIGURE_WORDS))
    yield _to_row("  各类平均，严格 macro over classes, strict", to_macro(strict))
    yield _to_row("  各类平均，重叠 overlapping", to_macro(overlapping))
    for criterion in CRITERIA:
        yield _to_row(_FIGURE_NAMES[criterion], to_micro(total.figures[criterion]))
    for criterion, name in _RELATION_NAMES.items():
        yield _to_row(name, to_micro(total.relations[criterion]))
        yield _to_row("  加状态 + status", to_micro(total.relations[criterion + WITH_STATUS]))
    for across, name in ((False, "文档内 within documents"), (True, "跨文档 across documents")):
        score = score_clusters(total.resolved, across=across)
        yield _to_row(f"消解：成对，{name}, pairwise", score.pairwise)
        yield _to_row(f"消解：B³，{name}", score.b_cubed)


def _to_row(name: str, score: Counts | Ratios) -> tuple[str, ...]:
    counts = ("", "", "")
    if isinstance(score, Counts):
        counts = (str(score.right), str(score.gold), str(score.predicted))
    return (name, *counts, *(_to_ratio(ratio) for ratio in (score.precision, score.recall, score.f1)))


def _to_ratio(ratio: float | None) -> str:
    return _NO_RATIO if ratio is None else f"{ratio:.3f}"


def _to_accuracy_rows(total: Measures) -> Iterator[tuple[str, ...]]:
    yield _to_accuracy_row("关系的状态 status of relations", *count_agreeing(total.statuses[RELATIONS]))
    yield _to_accuracy_row("数字的状态 status of figures", *count_agreeing(total.statuses[FIGURES]))
    yield _to_accuracy_row("提及的实体 entity of mentions", count_identical(total.resolved), len(total.resolved))


def _to_accuracy_row(name: str, right: int, matched: int) -> tuple[str, ...]:
    return name, str(right), str(matched), _to_ratio(_divide(right, matched))


def _divide(right: int, matched: int) -> float | None:
    return right / matched if matched else None


def _to_class_block(total: Measures, names: Mapping[str, str]) -> _Block:
    overlapping = total.mentions[OVERLAPPING]
    rows = tuple(
        (*_to_row(_to_label(name, names), counts), _to_ratio(overlapping[name].f1))
        for name, counts in total.mentions[STRICT].items()
    )
    return _Block("各类提及 Mentions by class", ("类 Class", *_HEADINGS[1:], "重叠 F1 overlapping"), rows)


def _to_property_block(total: Measures, names: Mapping[str, str]) -> _Block:
    entity = total.relations[ENTITY]
    rows = tuple(
        (*_to_row(_to_label(name, names), counts), _to_ratio(entity.get(name, Counts()).f1))
        for name, counts in total.relations[OVERLAPPING].items()
    )
    return _Block(
        "各种关系（端点重叠） Relations by property", ("关系 Property", *_HEADINGS[1:], "同实体 F1 entity"), rows
    )


def _to_label(name: str, names: Mapping[str, str]) -> str:
    return f"{names[name]} {name}" if name in names else name


def _to_summary_block(title: str, rows: Mapping[str, Measures]) -> _Block:
    headings = (
        "名称 Name", "提及严格 Strict", "提及重叠 Overlap", "数字 Figures", "数字全部 All", "关系 Relations",
        "关系实体 Entity", "状态 Status", "实体 Entity IRI",
    )  # fmt: skip
    return _Block(
        f"{title}（F1；状态、实体为准确率 accuracy）", headings, tuple(_to_summary_row(*row) for row in rows.items())
    )


def _to_summary_row(name: str, measures: Measures) -> tuple[str, ...]:
    scores = (
        measures.mentions[STRICT], measures.mentions[OVERLAPPING], measures.figures[QUANTITY], measures.figures[ALL],
        measures.relations[OVERLAPPING], measures.relations[ENTITY],
    )  # fmt: skip
    ratios = [to_micro(by_class).f1 for by_class in scores]
    ratios.append(_divide(*count_agreeing(_join(measures.statuses.values()))))
    ratios.append(_divide(count_identical(measures.resolved), len(measures.resolved)))
    return (name, *map(_to_ratio, ratios))


def _join(confusions: Iterable[Confusion]) -> Confusion:
    total: dict[tuple[str, str], int] = {}
    for confusion in confusions:
        for pair, count in confusion.items():
            total[pair] = total.get(pair, 0) + count
    return total


def _to_text_block(block: _Block) -> str:
    table = [block.headings, *block.rows]
    widths = [max(map(_to_width, column)) for column in zip(*table, strict=True)]
    lines = [f"{block.title}", *(_lay(row, widths) for row in table)]
    lines.insert(2, _GAP.join("─" * width for width in widths))
    return "\n".join(lines) + "\n"


def _lay(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [row[0] + " " * (widths[0] - _to_width(row[0]))]
    cells += [" " * (width - _to_width(cell)) + cell for cell, width in zip(row[1:], widths[1:], strict=True)]
    return _GAP.join(cells).rstrip()


def _to_width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _to_markdown_block(block: _Block) -> str:
    rows = [block.headings, ("---", *["---:"] * (len(block.headings) - 1)), *(map(_escape, row) for row in block.rows)]
    return f"## {block.title}\n\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _escape(text: str) -> str:
    # Words of documents stand here: nothing of theirs may break a table or start markup.
    for character in "\\|`*_[]":
        text = text.replace(character, f"\\{character}")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "↵")


def _to_mistake_blocks(
    comparison: Comparison, errors: int, lay: Callable[[str, Sequence[Mistake], int], str]
) -> Iterator[str]:
    if not errors:
        return
    mistakes = [mistake for document in comparison.documents for mistake in document.mistakes]
    for layer in LAYERS:
        for kind in KINDS:
            group = [one for one in mistakes if (one.layer, one.kind) == (layer, kind)]
            if group:
                title = f"{_LAYER_NAMES[layer]}：{_KIND_NAMES[kind]}（{len(group)}）"
                yield lay(title, select_mistakes(group, errors), len(group))


def _to_text_mistakes(title: str, mistakes: Sequence[Mistake], count: int) -> str:
    lines = [title]
    lines += [f"  {line}" for mistake in mistakes for line in _to_mistake_lines(mistake)]
    return "\n".join([*lines, *(f"  {line}" for line in _to_more(count - len(mistakes)))]) + "\n"


def _to_markdown_mistakes(title: str, mistakes: Sequence[Mistake], count: int) -> str:
    lines = [f"### {title}", ""]
    for mistake in mistakes:
        where, what = map(_escape, _to_mistake_lines(mistake))
        lines.append(f"- {where}  \n  {what.strip()}")
    return "\n".join([*lines, *(f"- {line}" for line in _to_more(count - len(mistakes)))]) + "\n"


def _to_mistake_lines(mistake: Mistake) -> tuple[str, str]:
    words = f"{mistake.before}【{mistake.words}】{mistake.after}".replace("\n", "↵").replace("\u3000", "  ")
    said = [
        f"{name} {value}"
        for name, value in (("标准 gold:", mistake.gold), ("预测 predicted:", mistake.predicted))
        if value
    ]
    return f"{mistake.file}:{mistake.span.begin}–{mistake.span.end}  …{words}…", "    " + "；".join(said)


def _to_more(count: int) -> list[str]:
    return [f"……还有 {count} 处 more；--errors 可多列 lists more"] if count else []
