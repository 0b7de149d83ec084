"""What the commands share: exit codes, errors as one line, text made safe for a terminal, where the graph is."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from kg.errors import PolicykgError

# Exit codes: 0 done; 1 something was rejected under --strict, or a check found faults; 2 wrong usage, unusable input.
FAULTS, USAGE = 1, 2
DEFAULT_OUT = Path("out")
DEFAULT_GRAPH = DEFAULT_OUT / "graph.nq"
HELP_NAMES = {"help_option_names": ["-h", "--help"]}


class Failure(click.ClickException):
    """An error that a user sees: one line on standard error, exit code 2."""

    exit_code = USAGE

    def show(self, file: Any = None) -> None:
        click.echo(f"错误 Error: {to_printable(self.format_message())}", err=True, file=file)


class Command(click.Command):
    """A command whose own errors are one line, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except PolicykgError as error:
            raise Failure(str(error)) from error


def to_printable(text: str) -> str:
    """Text for a terminal: control characters that a document may have brought are shown as escapes, not sent."""
    return "".join(
        character if character.isprintable() or character == "\n" else f"\\u{ord(character):04x}" for character in text
    )


def to_program() -> str:
    """How this user can call `kg`: by its name where that is on the path, else by the place of this Python."""
    beside = Path(sys.executable).with_name("kg")
    if any((Path(folder) / "kg").exists() for folder in os.environ.get("PATH", "").split(os.pathsep) if folder):
        return "kg"
    if not beside.exists():
        return f"{sys.executable} -m kg"
    try:
        return str(beside.relative_to(Path.cwd()))
    except ValueError:
        return str(beside)
