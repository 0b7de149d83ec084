"""Every command of `kg`: arguments in, a call into the package, words and an exit code out."""

from __future__ import annotations

import click

from kg import __version__
from kg.cli.terminal import HELP_NAMES, LazyGroup

__all__ = ["main"]

# In the order of the work. A command's module is imported when it is called: the annotator alone costs a build more
# than a quarter of a second.
_COMMANDS = {
    "import": "kg.cli.import_:import_",
    "convert": "kg.cli.convert:convert",
    "annotate": "kg.cli.annotate_:annotate_",
    "review": "kg.cli.review:review",
    "build": "kg.cli.build:build",
    "watch": "kg.cli.watch:watch_",
    "query": "kg.cli.query:query",
    "ask": "kg.cli.ask:ask",
    "view": "kg.cli.graph:view",
    "export": "kg.cli.graph:export",
    "push": "kg.cli.push:push",
    "check": "kg.cli.check:check",
    "eval": "kg.cli.eval_:eval_",
    "serve": "kg.cli.serve:serve",
    "vocabulary": "kg.cli.vocabulary:vocabulary",
}


@click.group(cls=LazyGroup, places=_COMMANDS, context_settings=HELP_NAMES)
@click.version_option(__version__, prog_name="policykg")
def main() -> None:
    """政策知识图谱：从标注的文件到可查、可看、可导出的图谱。

    A knowledge graph of policy documents: build it, ask it, look at it, take it elsewhere.
    """
