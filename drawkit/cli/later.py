"""Groups of commands, each loaded only when it is asked for: the help of one needs no other."""

from __future__ import annotations

import difflib
import importlib
import itertools
import shlex
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup

from drawkit.errors import InputError, brief

__all__ = ["LaterGroup", "command", "family"]

Build = Callable[[str], Any]
"""Loads a command, or a family of them, under the name that it is typed by."""


class LaterGroup(TyperGroup):
    """A group that knows its commands by name and loads each on its first use."""

    later: Mapping[str, Build] = {}
    """Name -> what loads that command, in the order of the help."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, as they stand in the help."""
        return list(self.later)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, None where there is none."""
        if cmd_name not in self.commands and cmd_name in self.later:
            self.commands[cmd_name] = self.later[cmd_name](cmd_name)
        return self.commands.get(cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is meant. Raises InputError, which says what to type instead."""
        if args[0] not in self.later and not args[0].startswith("-"):
            raise InputError(_no_command(ctx, args, list(self.later)))
        return super().resolve_command(ctx, args)


def command(place: str, kind: str = "") -> Build:
    """Loads a command from `module:function` in this package; kind: its class, likewise."""

    def build(name: str) -> Any:
        one = typer.Typer(add_completion=False)
        cls = _found(kind) if kind else TyperCommand
        one.command(name, cls=cls)(_found(place))
        return typer.main.get_command(one)

    return build


def family(summary: str, commands: Mapping[str, Build]) -> Build:
    """Loads a group of commands under one word."""

    def build(name: str) -> Any:
        group = LaterGroup(name=name, help=summary, no_args_is_help=True)
        group.later = commands
        return group

    return build


def _found(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(f"drawkit.cli.{module}"), name)


def _likeness(typed: str, name: str) -> tuple[float, int]:
    """How alike they are; of equals those that begin alike for longer."""
    pairs = zip(typed, name, strict=False)
    alike = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
    return difflib.SequenceMatcher(None, name, typed).ratio(), alike


def _no_command(ctx: Any, args: list[str], names: list[str]) -> str:
    """What to type in place of a command that does not exist: a near one, or one that draws."""
    path = ctx.command_path
    what = f"there is no command '{brief(args[0])}'"
    near = difflib.get_close_matches(args[0], names, n=len(names))
    if near:
        what = f"{what}; did you mean '{max(near, key=partial(_likeness, args[0]))}'?"
    elif ctx.parent is not None:
        return f"{what}; '{path}' has {', '.join(names)}"
    words = list(itertools.takewhile(lambda word: not word.startswith("-"), args))
    if ctx.parent is not None or (near and len(words) > 1):
        return what
    text = shlex.quote(brief(" ".join(words)))
    text = text if "'" in text[1:-1] else text.replace("'", '"')
    return f"{what}{' To draw' if near else '; to draw'} these words: {path} clipdraw {text}"
