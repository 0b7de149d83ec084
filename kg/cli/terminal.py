"""What the commands share: exit codes, errors as one line, text made safe for a terminal, where the graph is."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module
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


class WrongUsage(click.UsageError):
    """What click says of wrong arguments, with Chinese before it."""

    def show(self, file: Any = None) -> None:
        if self.ctx is not None:
            usage = self.ctx.get_usage().removeprefix("Usage: ")
            click.echo(f"用法 Usage: {usage}\n看说明 help: {self.ctx.command_path} --help\n", err=True, file=file)
        click.echo(f"错误 Error: {to_printable(self.format_message())}", err=True, file=file)


# The first that fits: the kinds of click's usage errors, the narrower before the wider.
_USAGE_ERRORS: tuple[tuple[type[click.UsageError], str], ...] = (
    (click.NoSuchOption, "没有这个选项"),
    (click.BadOptionUsage, "选项用得不对"),
    (click.MissingParameter, "缺少必需的参数"),
    (click.BadParameter, "参数的值不对"),
)


def _to_wrong_usage(error: click.UsageError) -> click.UsageError:
    """The error with Chinese before click's English; one of ours, which has it already, as it is."""
    said = error.format_message()
    if any("\u4e00" <= character <= "\u9fff" for character in said):
        return error
    for kind, chinese in _USAGE_ERRORS:
        if isinstance(error, kind):
            return WrongUsage(f"{chinese}：{said}", error.ctx)
    chinese = "没有这个命令" if said.startswith("No such command") else "命令用得不对"
    return WrongUsage(f"{chinese}：{said}", error.ctx)


class Command(click.Command):
    """A command whose own errors are one line, never a traceback, and whose usage errors are in Chinese too."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            raise _to_wrong_usage(error) from error

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except PolicykgError as error:
            raise Failure(str(error)) from error


class Group(Command, click.Group):
    """A group of such commands."""

    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            raise _to_wrong_usage(error) from error


class LazyGroup(Group):
    """A group whose commands are imported when they are called for; `places` are their `module:name` by command."""

    def __init__(self, *arguments: Any, places: Mapping[str, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self._places]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._places:
            return None
        module, _, name = self._places[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command


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
