"""Every command of `kg`: arguments in, a call into the package, words and an exit code out."""

from __future__ import annotations

import click

from kg import __version__
from kg.cli.annotate_ import annotate_
from kg.cli.ask import ask
from kg.cli.build import build
from kg.cli.check import check
from kg.cli.convert import convert
from kg.cli.eval_ import eval_
from kg.cli.graph import export, view
from kg.cli.import_ import import_
from kg.cli.push import push
from kg.cli.query import query
from kg.cli.review import review
from kg.cli.serve import serve
from kg.cli.terminal import HELP_NAMES, Group
from kg.cli.vocabulary import vocabulary

__all__ = ["build", "main"]


@click.group(cls=Group, context_settings=HELP_NAMES)
@click.version_option(__version__, prog_name="policykg")
def main() -> None:
    """政策知识图谱：从标注的文件到可查、可看、可导出的图谱。

    A knowledge graph of policy documents: build it, ask it, look at it, take it elsewhere.
    """


for _command in (
    import_, convert, annotate_, review, build, query, ask, view, export, push, check, eval_, serve, vocabulary,
):  # fmt: skip
    main.add_command(_command)
