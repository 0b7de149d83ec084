"""`kg eval`: how far predicted annotations agree with gold ones."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.terminal import HELP_NAMES, Command, to_printable
from kg.evaluation.comparison import Comparison, compare_documents
from kg.evaluation.report import to_json
from kg.evaluation.table import CLASS, DOCUMENT, FOLDER, PARTS, to_markdown, to_text
from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.model import PERIOD
from kg.ontology import Vocabulary, read_vocabulary
from kg.pipeline.judging import read_judged_corpora

_SHOWN_ERRORS = 5
_SHOWN_NOTICES = 5


@click.command("eval", cls=Command, context_settings=HELP_NAMES)
@click.argument("gold", type=click.Path(path_type=Path))
@click.argument("predicted", type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "md"]), default="table", show_default=True,
    help="表格、JSON（完整）或 Markdown how to write it; JSON is complete",
)  # fmt: skip
@click.option(
    "--errors",
    type=click.IntRange(min=0),
    help=f"每种错误列几处，0 不列 mistakes to list of each kind（默认 default：{_SHOWN_ERRORS}；JSON 全列 all）",
)
@click.option(
    "--per", "--gold-per", "parts", multiple=True, type=click.Choice([*PARTS, "none"]),
    default=(CLASS, FOLDER, DOCUMENT), show_default=True,
    help="表中另按什么分列，可多次；JSON 总是全有 what the table breaks down by; JSON has all of them",
)  # fmt: skip
def eval_(gold: Path, predicted: Path, form: str, errors: int | None, parts: tuple[str, ...]) -> None:
    """比较两个标注文件夹。Compare the annotations of two folders, documents paired by name.

    GOLD 是标准，PREDICTED 是要评的；正文须相同。PREDICTED 没有的 .txt、.toml 用 GOLD 的。

    GOLD is what is right, PREDICTED what is judged. 定义见 the measures are defined in docs/evaluation.md.
    """
    vocabulary = read_vocabulary(find_folder("ontology"))
    corpora = read_judged_corpora(gold, predicted, vocabulary, DEFAULT_BASE)
    documents = tuple(compare_documents(*pair) for pair in corpora.pairs)
    comparison = Comparison(str(gold), str(predicted), documents, corpora.unpaired)
    _say_notices(comparison)
    if form == "json":
        click.echo(to_json(comparison, errors), nl=False)
        return
    write = to_text if form == "table" else to_markdown
    shown = _SHOWN_ERRORS if errors is None else errors
    click.echo(to_printable(write(comparison, parts, shown, _to_names(vocabulary))), nl=False)


def _to_names(vocabulary: Vocabulary) -> dict[str, str]:
    classes = {term.name: term.label_zh for term in vocabulary.classes.values()}
    return {PERIOD: "时间"} | classes | {term.name: term.label_zh for term in vocabulary.properties.values()}


def _say_notices(comparison: Comparison) -> None:
    """What was not compared, on standard error."""
    for side, rejections in (
        (comparison.gold, [one for document in comparison.documents for one in document.gold_rejections]),
        (comparison.predicted, [one for document in comparison.documents for one in document.predicted_rejections]),
    ):
        for rejection in rejections[:_SHOWN_NOTICES]:
            click.echo(to_printable(f"用不了 unusable in {side}: {rejection}"), err=True)
        if len(rejections) > _SHOWN_NOTICES:
            click.echo(
                to_printable(f"……{side} 共 {len(rejections)} 处用不了 unusable in all；见 --format json"), err=True
            )
    if comparison.unpaired:
        names = "、".join(comparison.unpaired[:_SHOWN_NOTICES])
        click.echo(
            to_printable(f"没有比较 {len(comparison.unpaired)} 篇标准里没有的文档 documents without gold: {names}"),
            err=True,
        )
