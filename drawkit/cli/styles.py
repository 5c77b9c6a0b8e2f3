"""`drawkit styles`: what there is, what is in one, and a new one from a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from drawkit.cli.completion import values_for
from drawkit.cli.console import complain, tell, tell_json, tell_table
from drawkit.cli.display import Display
from drawkit.config import Given
from drawkit.config.toml import toml_value
from drawkit.styles import (
    BrokenStyle,
    Style,
    all_styles,
    find_style,
    modifiers,
    style_folders,
)

__all__ = ["BROKEN", "list_modifiers", "list_styles", "new_style", "show_style"]

BROKEN = 2
"""Exit code where some styles could not be used; the others are listed or drawn all the same."""

Name = Annotated[str, typer.Argument(help="A style's name.", metavar="NAME")]


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def list_styles(as_json: AsJson = False) -> None:
    """List the styles of this folder, your own and drawkit's; exit code 2 where one is broken."""
    with Display() as display:
        display.wait("reading the styles")
        found = list(all_styles(check=_check))
    styles = [style for style in found if isinstance(style, Style)]
    broken = [style for style in found if isinstance(style, BrokenStyle)]
    if as_json:
        rows = [{"name": s.name, "summary": s.summary, "path": str(s.path)} for s in styles]
        wrong = [{"name": b.name, "path": str(b.path), "error": b.error} for b in broken]
        tell_json([*rows, *wrong])
    else:
        tell_table([(style.name, style.summary) for style in styles])
    for style in broken:
        complain(f"the style '{style.name}' is broken: {style.error}")
    if broken:
        raise typer.Exit(BROKEN)


def _check(layer: Mapping[str, Given]) -> None:
    """Raise ConfigError where settings are not sound; it takes a second or two to load them."""
    from drawkit.engine import settings_for

    settings_for(layer)


def list_modifiers(as_json: AsJson = False) -> None:
    """List the words that --modifiers adds to a prompt, and what each is for."""
    known = modifiers().values()
    if as_json:
        tell_json([asdict(modifier) for modifier in known])
        return
    tell_table([(m.name, m.words, m.purpose) for m in known])


def show_style(
    name: Annotated[
        str,
        typer.Argument(
            help="A style by name or path.", metavar="NAME", autocompletion=values_for("style")
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Show what a style sets, and check it."""
    style = find_style(name)
    with Display() as display:
        display.wait("checking the settings")
        _check(style.layer)
    if as_json:
        values = {key: given.value for key, given in style.layer.items()}
        facts = {"name": style.name, "path": str(style.path), "summary": style.summary}
        tell_json({**facts, "settings": values})
        return
    tell(f"{style.name}: {style.summary}" if style.summary else style.name)
    tell(f"{style.path}")
    for key, given in style.layer.items():
        if not key.endswith("."):  # an empty section
            tell(f"{key} = {toml_value(given.value)}")


def new_style(
    name: Name,
    picture: Annotated[Path, typer.Option("--from", help="The picture.", metavar="PICTURE")],
    user: Annotated[
        bool, typer.Option("--user", help="For all your folders, not in ./styles.")
    ] = False,
) -> None:
    """Write a style that draws like a picture: its paper, colours and stroke widths.

    drawkit styles new starry --from starry.png

    drawkit clipdraw "a house" --style starry
    """
    from drawkit.styles.picture_style import write_style

    here, own, *_ = style_folders()
    tell(str(write_style(name, picture, own if user else here)))
