"""`drawkit styles`: what there is, what is in one, and a new one from a picture."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from drawkit.cli.display import Display
from drawkit.config.toml import toml_value
from drawkit.styles import find_style, style_folders

__all__ = ["new_style", "show_style"]

Name = Annotated[str, typer.Argument(help="A style's name.", metavar="NAME")]


def show_style(
    name: Annotated[str, typer.Argument(help="A style by name or path.", metavar="NAME")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what a style sets, and check it."""
    style = find_style(name)
    with Display() as display:
        display.wait("checking the settings")
        from drawkit.engine import settings_for

        settings_for(style.layer)
    if as_json:
        values = {key: given.value for key, given in style.layer.items()}
        facts = {"name": style.name, "path": str(style.path), "summary": style.summary}
        typer.echo(json.dumps({**facts, "settings": values}))
        return
    typer.echo(f"{style.name}: {style.summary}" if style.summary else style.name)
    typer.echo(f"{style.path}")
    for key, given in style.layer.items():
        if not key.endswith("."):  # an empty section
            typer.echo(f"{key} = {toml_value(given.value)}")


def new_style(
    name: Name,
    picture: Annotated[Path, typer.Option("--from", help="The picture.", metavar="PICTURE")],
    user: Annotated[
        bool, typer.Option("--user", help="For all your folders, not in ./styles.")
    ] = False,
) -> None:
    """Write a style that draws like a picture: its paper, colours and stroke widths.

    drawkit styles new starry --from starry.png

    drawkit clipdraw "a lighthouse" --style starry
    """
    from drawkit.picture_style import write_style

    here, own, *_ = style_folders()
    typer.echo(write_style(name, picture, own if user else here))
