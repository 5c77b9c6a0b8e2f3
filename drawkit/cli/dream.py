"""`drawkit dream`: words into a picture of free pixels."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import typer

from drawkit.canvas.image import IMAGE_CANVASES
from drawkit.cli.completion import one_of
from drawkit.cli.flags import (
    DRAW_FLAGS,
    AsJson,
    Assign,
    DrawCommand,
    FilmPaths,
    Outputs,
    Overwrite,
    Preview,
    Quiet,
    RunDir,
    StatePath,
    Words,
    gather,
    with_flags,
)
from drawkit.cli.tries import Best, Runs, Tries, Workers
from drawkit.config import Given
from drawkit.errors import InputError

__all__ = ["DreamCommand", "dream_picture"]


class DreamCommand(DrawCommand):
    """Its help shows the defaults of pictures."""

    canvas: ClassVar[str] = IMAGE_CANVASES[0]


@with_flags(DRAW_FLAGS)
def dream_picture(
    words: Words = None,
    canvas: Annotated[
        str,
        typer.Option(
            help=f"What the picture is made of: {', '.join(IMAGE_CANVASES)}.",
            metavar="NAME",
            autocompletion=one_of(lambda: IMAGE_CANVASES),
            rich_help_panel="Drawing",
        ),
    ] = IMAGE_CANVASES[0],
    output: Outputs = None,
    overwrite: Overwrite = False,
    state: StatePath = None,
    run_dir: RunDir = None,
    film: FilmPaths = None,
    assign: Assign = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    preview: Preview = False,
    runs: Runs = None,
    best: Best = False,
    workers: Workers = None,
    **flags: Any,
) -> None:
    """Dream words up as a picture of free pixels.

    drawkit dream "a sunflower"

    drawkit dream "a red apple" --canvas siren --imagine 0 --size 320x180 -o apple.png
    """
    tries = Tries.read(runs, best, workers, flags)
    if tries is not None and film:
        raise InputError("--film films one drawing; it does not go with --runs or a ladder")
    if canvas not in IMAGE_CANVASES:
        raise InputError(f"--canvas is '{canvas}'; allowed: {', '.join(IMAGE_CANVASES)}")
    layer = {**gather(words, flags, assign or []), "draw.canvas": Given(canvas, "--canvas")}
    how: Any = {"overwrite": overwrite, "as_json": as_json, "quiet": quiet}
    how |= {"state": state, "run_dir": run_dir, "preview": preview}
    if tries is not None:
        from drawkit.cli.draw_tries import draw_tries

        draw_tries(layer, tries, output or [], **how)
        return
    from drawkit.cli.drawing import draw_and_save

    draw_and_save(layer, output or [], film=film or [], suffixes=(".png",), **how)
