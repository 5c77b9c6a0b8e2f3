"""`drawkit resume`: go on with a drawing, as it was left or as somebody has edited it since."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import typer

from drawkit.cli.drawing import draw_and_save
from drawkit.cli.flags import (
    DRAW_FLAGS,
    AsJson,
    Assign,
    Outputs,
    Overwrite,
    Preview,
    Quiet,
    gather,
    with_flags,
)
from drawkit.config import Given, Raw
from drawkit.errors import InputError

__all__ = ["resume_drawing"]

_NAMES = (
    *(
        "prompts_file",
        "steps",
        "time",
        "patience",
        "seed",
        "keep",
        "style_image",
        "model",
        "precision",
        "device",
        "cutouts",
    ),
    *("threads", "png_size", "metadata", "save_every"),
)
_FLAGS = [flag for flag in DRAW_FLAGS if flag.name in _NAMES]
_MOST = 100_000


_OF_FILES = ("freeze", "only", "directional", "strokes", "inputs")


@with_flags(_FLAGS)
def resume_drawing(
    file: Annotated[
        Path, typer.Argument(help="An SVG, or a folder of --run-dir.", metavar="FILE|FOLDER")
    ],
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help="What to draw, in place of the words of the file.",
            metavar="[PROMPT]",
            show_default=False,
        ),
    ] = None,
    freeze: Annotated[
        list[str] | None,
        typer.Option(help="Leave these as they are; may be repeated.", metavar="ID|LABEL"),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(help="Leave all but these as it is; may be repeated.", metavar="ID|LABEL"),
    ] = None,
    directional: Annotated[
        str | None,
        typer.Option(
            help="Change the drawing as the words changed, with this weight beside the words' own.",
            metavar="WEIGHT",
        ),
    ] = None,
    strokes: Annotated[
        str | None, typer.Option(help="New strokes on top, such as +64.", metavar="+N")
    ] = None,
    inputs: Annotated[
        Path | None,
        typer.Option(
            help="Where the files are that it was made with, if not beside it.", metavar="FOLDER"
        ),
    ] = None,
    output: Outputs = None,
    overwrite: Overwrite = False,
    assign: Assign = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    preview: Preview = False,
    **flags: Any,
) -> None:
    """Go on drawing in an SVG: the words, settings and seed that it names, its paths as they are.

    drawkit resume cat.svg --steps 100 -o better.svg

    drawkit resume fox.svg "a fox in snow" --freeze eyes --strokes +64

    drawkit resume card.svg --only cat

    drawkit resume runs/cat

    What is locked or hidden in Inkscape stays to the last digit, and so do names and structure. A
    run of --run-dir goes on to its end, as if it had never stopped.
    """
    from drawkit.cli.display import Display
    from drawkit.engine.resuming import DIRECTIONAL, resumed
    from drawkit.engine.run_folder import run_layer

    if file.is_dir():
        given = dict(zip(_OF_FILES, (freeze, only, directional, strokes, inputs), strict=True))
        for name, value in given.items():
            if value is not None:
                raise InputError(f"--{name} is for an SVG, and '{file}' is a folder")
        layer = run_layer(file, gather(words, flags, assign or [], None))
        draw_and_save(
            layer,
            output or [],
            overwrite=overwrite,
            as_json=as_json,
            quiet=quiet,
            preview=preview,
            run_dir=str(file),
        )
        return
    layer = gather(words, flags, assign or [])
    if directional is not None:
        layer[DIRECTIONAL] = Given(Raw(directional), "--directional")
    with Display(quiet=quiet):  # what reading the file has to say
        found = resumed(
            file,
            layer,
            freeze=freeze or [],
            only=only or [],
            more=_count(strokes),
            inputs=inputs,
        )
    draw_and_save(
        found.layer,
        output or [],
        overwrite=overwrite,
        as_json=as_json,
        quiet=quiet,
        preview=preview,
        title=file.stem,
        begun=found,
    )


def _count(text: str | None) -> int:
    """`+64` -> 64; none where it is not given."""
    if text is None:
        return 0
    if re.fullmatch(r"\+\d{1,6}", text, re.ASCII) is None or not 1 <= int(text) <= _MOST:
        raise InputError(f"--strokes takes new ones to add, +1 to +{_MOST}, got '{text}'")
    return int(text)
