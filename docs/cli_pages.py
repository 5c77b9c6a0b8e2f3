"""The page of all commands, read from the command line itself."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import typer
import typer.main
from settings_pages import cell

from drawkit.cli import app
from drawkit.cli.defaults import default_values
from drawkit.config import SHORT_NAMES

__all__ = ["cli_page", "commands"]

HEAD = """# Commands

Every command shows the same with `--help` or `-h`. Exit code 0: done; 2: something was refused, in
one line on standard error; 130: stopped with Ctrl-C. `drawkit --install-completion` teaches your
shell the commands and what their flags take.
"""


def cli_page() -> str:
    """The whole page, as Markdown."""
    parts = [HEAD]
    for name, command in commands():
        depth = "##" if " " not in name else "###"
        parts.append(f"{depth} drawkit {name}\n\n{_help(command)}\n")
        if not hasattr(command, "list_commands"):
            parts.append(f"{_usage(name, command)}\n\n{_tables(command)}")
    return "\n".join(parts)


def commands() -> Iterator[tuple[str, Any]]:
    """`styles new` -> the command, for every command and family, in the order of the help."""
    top: Any = typer.main.get_command(app)
    yield from _below(top, "")


def _below(group: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    context: Any = typer.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield f"{prefix}{name}", command
        if hasattr(command, "list_commands"):
            yield from _below(command, f"{prefix}{name} ")


def _help(command: Any) -> str:
    """Its help: commands among the text become code."""
    parts = inspect.cleandoc(command.help or "").split("\n\n")
    return "\n\n".join(f"    {p}" if p.startswith("drawkit ") else p for p in parts)


def _usage(name: str, command: Any) -> str:
    words = [_argument(p) for p in command.params if p.param_type_name == "argument"]
    options = any(p.required for p in command.params if p.param_type_name == "option")
    return f"`drawkit {name} {'OPTIONS' if options else '[OPTIONS]'} {' '.join(words)}`".replace(
        " `", "`"
    )


def _argument(parameter: Any) -> str:
    name = str(parameter.metavar or parameter.name.upper()).strip("{}[]").removesuffix("...")
    name += "..." * (parameter.nargs == -1)
    return name if parameter.required else f"[{name}]"


def _tables(command: Any) -> str:
    """One table for each panel of the help."""
    defaults = _defaults(command)
    panels: dict[str, list[str]] = {}
    for parameter in command.params:
        if getattr(parameter, "hidden", False):
            continue
        panel = getattr(parameter, "rich_help_panel", None)
        argument = parameter.param_type_name == "argument"
        panels.setdefault(panel or ("Arguments" if argument else "Options"), []).append(
            _row(command, parameter, defaults)
        )
    return "\n".join(
        f"| {panel} | takes | default | |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"
        for panel, rows in panels.items()
    )


def _defaults(command: Any) -> dict[str, Any]:
    """`section.key` -> what it is without the flag; empty for commands that do not say it."""
    if not hasattr(command, "own"):
        return {}
    return default_values(command.canvas, command.own())


def _row(command: Any, parameter: Any, defaults: dict[str, Any]) -> str:
    setting = SHORT_NAMES.get(parameter.name or "", "")
    value = defaults.get(setting, parameter.default)
    shown = _as_typed(value)
    if parameter.param_type_name == "argument":
        names, kind = f"`{_argument(parameter)}`", ""
    else:
        spelled = [*parameter.opts, *parameter.secondary_opts]
        spelled.sort(key=lambda name: not name.startswith("--"))
        names = ", ".join(f"`{name}`" for name in spelled)
        kind = (
            ""
            if parameter.is_flag
            else str(parameter.metavar or parameter.display_type(typer.Context(command)))
        )
    kind = cell(f"`{kind}`") if kind else ""
    shown = cell(f"`{shown}`") if shown else ""
    text = " ".join((parameter.help or "").split())
    must = " Required." if parameter.required else ""
    return f"| {names} | {kind} | {shown} | {cell(text)}{must} |"


def _as_typed(value: Any) -> str:
    """A default as one would type it; empty where there is none to show."""
    if value is None or value is False or callable(value):
        return ""
    if isinstance(value, bool):
        return "on"
    if isinstance(value, tuple | list):
        joint = "x" if all(isinstance(item, int) for item in value) else ", "
        return joint.join(str(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
