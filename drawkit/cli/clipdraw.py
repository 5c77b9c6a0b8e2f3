"""`drawkit clipdraw`: words into strokes."""

from __future__ import annotations

from typing import Any

from drawkit.cli.flags import (
    DRAW_FLAGS,
    STROKE_FLAGS,
    AsJson,
    Assign,
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
from drawkit.errors import InputError

__all__ = ["clipdraw"]


@with_flags([*STROKE_FLAGS, *DRAW_FLAGS])
def clipdraw(
    words: Words = None,
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
    """Draw words with Bezier strokes, into an SVG that you can edit.

    drawkit clipdraw "a cat"

    drawkit clipdraw "a sunflower | people:-0.5" --strokes 0 --shapes 64 -o sunflower.svg
    """
    tries = Tries.read(runs, best, workers, flags)
    if tries is not None and film:
        raise InputError("--film films one drawing; it does not go with --runs or a ladder")
    layer = gather(words, flags, assign or [])
    how: Any = {"overwrite": overwrite, "as_json": as_json, "quiet": quiet}
    how |= {"state": state, "run_dir": run_dir, "preview": preview}
    if tries is not None:
        from drawkit.cli.draw_tries import draw_tries

        draw_tries(layer, tries, output or [], **how)
        return
    from drawkit.cli.drawing import draw_and_save

    draw_and_save(layer, output or [], film=film or [], **how)
