"""`drawkit morph`: drawings that become each other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from drawkit.cli.film import (
    Camera,
    Fps,
    Hold,
    Loop,
    MovieOutputs,
    Parallax,
    Seconds,
    Side,
    SoundFile,
    TitleFont,
    TitlePlace,
    TitleTime,
    TitleWords,
    number,
    title_of,
    write_movie,
)
from drawkit.cli.flags import Overwrite, Quiet

if TYPE_CHECKING:
    from drawkit import Movie

__all__ = ["morph_drawings"]


def morph_drawings(
    drawings: Annotated[
        list[Path], typer.Argument(help="SVG files, two at least.", metavar="DRAWING...")
    ],
    seconds: Seconds = "2",
    hold: Hold = "0.5",
    fps: Fps = "24",
    ease: Annotated[
        bool, typer.Option("--ease/--no-ease", help="Paths begin and end slowly.")
    ] = True,
    loop: Loop = False,
    camera: Camera = None,
    parallax: Parallax = "0",
    title: TitleWords = None,
    title_place: TitlePlace = "bottom",
    title_time: TitleTime = None,
    title_font: TitleFont = None,
    size: Side = None,
    sound: SoundFile = None,
    output: MovieOutputs = None,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Have drawings become each other, path by path; without -o an SVG that plays.

    drawkit morph cat.svg owl.svg -o morph.mp4

    drawkit morph cat.svg owl.svg fish.svg --loop --seconds 1.5 -o morph.webp
    """

    def make() -> Movie:
        from drawkit import morph

        return morph(
            drawings,
            seconds=number("--seconds", seconds),
            hold=number("--hold", hold),
            fps=number("--fps", fps),
            ease=ease,
            loop=loop,
            camera=camera,
            parallax=number("--parallax", parallax),
            title=title_of(title, title_time, title_place, title_font),
        )

    name = "-".join(path.stem for path in drawings[:3])
    write_movie(make, output or [f"{name}.anim.svg"], size, overwrite, quiet, sound)
