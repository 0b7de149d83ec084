"""`kg build --reason`: what follows from a build, written beside its graph, with a line for each rule."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from kg.cli.terminal import to_printable
from kg.outputs import write_view
from kg.pipeline import Build
from kg.reasoning import derive, to_account, to_reasoned_lines
from kg.store import to_dataset, write_atomically

REASONED = "reasoned.nq"


@dataclass(frozen=True, slots=True)
class Reasoned:
    """A build's dataset with the two graphs of reasoning, as N-Quads lines, and the account of what was found."""

    lines: tuple[str, ...]
    account: tuple[str, ...]

    def write(self, folder: Path, *, view: bool = False) -> tuple[Path, ...]:
        """Write the dataset, and its page where asked; graph.nq stays what the documents say. Raises StoreError."""
        path = folder / REASONED
        write_atomically(path, self.lines)
        return (path, write_view(to_dataset(self.lines), folder / "graph.html")) if view else (path,)

    def say(self) -> None:
        """The account, a line for each rule."""
        click.echo(f"推断 Reasoning: {REASONED}")
        for line in self.account:
            click.echo(f"  {to_printable(line)}")


def reason_over(build: Build) -> Reasoned:
    """What follows from a build, which stays as it is."""
    dataset = to_dataset(build.lines)
    derivation = derive(dataset)
    return Reasoned(tuple(to_reasoned_lines(build.lines, derivation)), tuple(to_account(derivation, dataset)))
