"""`drawkit pixeldraw`: words into pixel art."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import typer

from drawkit.cli.flags import (
    DRAW_FLAGS,
    PIXEL_FLAGS,
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

__all__ = ["PixelCommand", "pixeldraw"]

_CANVAS = "pixels"


class PixelCommand(DrawCommand):
    """A command about pixel art, whose help shows the defaults of that canvas."""

    canvas: ClassVar[str] = _CANVAS


@with_flags([*PIXEL_FLAGS, *DRAW_FLAGS])
def pixeldraw(
    words: Words = None,
    transparent: Annotated[
        bool,
        typer.Option("--transparent", help="Nothing around the figure.", rich_help_panel="Pixels"),
    ] = False,
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
    """Draw words as pixel art: an exact grid, few colours, hard edges.

    drawkit pixeldraw "a heart" --size 32 --palette pico8 --transparent -o heart.png --scale 8

    drawkit pixeldraw "green grass" --size 16 --tile xy --colors 6
    """
    tries = Tries.read(runs, best, workers, flags)
    if tries is not None and film:
        raise InputError("--film films one drawing; it does not go with --runs or a ladder")
    layer = {
        **gather(words, flags, assign or []),
        "draw.canvas": Given(_CANVAS, "pixeldraw"),
    }
    if transparent:
        layer["draw.background"] = Given("transparent", "--transparent")
    how: Any = {"overwrite": overwrite, "as_json": as_json, "quiet": quiet}
    how |= {"state": state, "run_dir": run_dir, "preview": preview}
    if tries is not None:
        from drawkit.cli.draw_tries import draw_tries

        draw_tries(layer, tries, output or [], **how)
        return
    from drawkit.cli.drawing import draw_and_save

    draw_and_save(layer, output or [], film=film or [], **how)
