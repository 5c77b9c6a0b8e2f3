"""`drawkit import`: an SVG of anybody's, written again as drawkit understands it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from drawkit.cli.display import Display
from drawkit.cli.flags import Outputs, Overwrite, Quiet
from drawkit.cli.results import print_result
from drawkit.export.outputs import plan_outputs, save

__all__ = ["import_svg"]


def import_svg(
    file: Annotated[Path, typer.Argument(help="An SVG, packed (.svgz) or not.", metavar="FILE")],
    output: Outputs = None,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Read an SVG and write what was understood: paths in layers, with no CSS and no transform.

    drawkit import fox.svg -o clean.svg

    One line says what was left out, such as text and clips.
    """
    from drawkit.pictures.svg import read_svg  # lxml, which the help has no need of

    plan = plan_outputs(output or [], f"{file.stem}-clean", overwrite=overwrite)
    with Display(quiet=quiet) as display:
        saved = save(read_svg(file), plan)
        for note in saved.notes:
            display.warn(note)
    print_result(saved.paths)
