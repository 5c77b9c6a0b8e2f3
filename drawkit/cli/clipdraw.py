"""`drawkit clipdraw`: words into strokes."""

from __future__ import annotations

from typing import Any

from drawkit.cli.flags import (
    DRAW_FLAGS,
    STROKE_FLAGS,
    AsJson,
    Assign,
    Outputs,
    Overwrite,
    Quiet,
    RunDir,
    StatePath,
    Words,
    gather,
    with_flags,
)

__all__ = ["clipdraw"]


@with_flags([*STROKE_FLAGS, *DRAW_FLAGS])
def clipdraw(
    words: Words = None,
    output: Outputs = None,
    overwrite: Overwrite = False,
    state: StatePath = None,
    run_dir: RunDir = None,
    assign: Assign = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    **flags: Any,
) -> None:
    """Draw words with Bezier strokes, into an SVG that you can edit.

    drawkit clipdraw "a cat"

    drawkit clipdraw "a sunflower | people:-0.5" --strokes 0 --shapes 64 -o sunflower.svg
    """
    from drawkit.cli.drawing import draw_and_save

    draw_and_save(
        gather(words, flags, assign or []),
        output or [],
        overwrite=overwrite,
        as_json=as_json,
        quiet=quiet,
        state=state,
        run_dir=run_dir,
    )
