"""`drawkit describe`: what a perceptor sees in a picture."""

from __future__ import annotations

from typing import Annotated

import typer

from drawkit.cli.console import complain, tell_json, tell_table
from drawkit.cli.display import Display
from drawkit.cli.flags import AsJson
from drawkit.cli.rank import Model
from drawkit.cli.stop import Stop
from drawkit.config import name_list

__all__ = ["describe_picture"]


def describe_picture(
    file: Annotated[str, typer.Argument(help="A picture or SVG.", metavar="FILE")],
    words: Annotated[
        str | None,
        typer.Option(help="Names to choose from: a,b,c or a file, one a line.", metavar="LIST"),
    ] = None,
    count: Annotated[int, typer.Option(help="How many.", min=1, max=1000)] = 10,
    model: Model = "auto",
    as_json: AsJson = False,
) -> None:
    """Say what a perceptor sees in a picture or SVG, the likeliest first.

    drawkit describe a-cat.svg

    drawkit describe a-cat.png --words "a cat,a dog,a cow"
    """
    from drawkit.engine.seeing import describe

    chosen = name_list(words, "--words")
    with Stop("stopped"), Display():
        seen = describe(file, words=chosen, count=count, model=model)
    if as_json:
        tell_json({"seen": dict(seen.names), "plain": seen.plain})
        return
    tell_table([(name, f"{value:.3f}") for name, value in seen.names])
    if not seen.plain:
        complain(
            "it is sure of none of these: it knows drawings of one thing on plain paper best; "
            "a larger perceptor sees photos too: --model ViT-B-32/openai"
        )
