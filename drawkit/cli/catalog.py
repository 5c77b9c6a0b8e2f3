"""`drawkit styles`: which styles there are."""

from __future__ import annotations

import json
from typing import Annotated

import typer

__all__ = ["list_styles"]


def list_styles(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the styles of this folder, your own and drawkit's."""
    from drawkit.styles import find_style, style_names

    styles = [find_style(name) for name in style_names()]
    if as_json:
        rows = [{"name": s.name, "summary": s.summary, "path": str(s.path)} for s in styles]
        typer.echo(json.dumps(rows))
        return
    width = max((len(style.name) for style in styles), default=0)
    for style in styles:
        typer.echo(f"{style.name:<{width}}  {style.summary}")
