"""`drawkit film`: a finished drawing, drawn by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from drawkit.cli.completion import one_of
from drawkit.cli.display import Display
from drawkit.cli.flags import Overwrite, Quiet
from drawkit.cli.results import print_result
from drawkit.cli.stop import INTERRUPTED, Stop
from drawkit.errors import InputError

if TYPE_CHECKING:
    from drawkit import Movie, Title

__all__ = [
    "Camera",
    "Fps",
    "Hold",
    "Loop",
    "MovieOutputs",
    "Parallax",
    "Seconds",
    "Side",
    "SoundFile",
    "TitleFont",
    "TitlePlace",
    "TitleTime",
    "TitleWords",
    "film_drawing",
    "number",
    "title_of",
    "write_movie",
]

MovieOutputs = Annotated[
    list[str] | None,
    typer.Option(
        "-o",
        "--output",
        help="File to write, may be repeated: .mp4 .webm .gif .webp .apng .anim.svg .json (Lottie),"
        " or NAME-%03d.png, .svg: a file a frame.",
        metavar="FILE",
        rich_help_panel="Files",
    ),
]
Side = Annotated[
    str | None,
    typer.Option(
        "--size",
        help="Longer side of what is made of pixels. (default: 512)",
        metavar="PX",
        rich_help_panel="Files",
    ),
]
SoundFile = Annotated[
    str | None,
    typer.Option(
        "--sound",
        help="Sound for .mp4 and .webm: .wav .mp3 .ogg .flac .m4a; cut to the film's length.",
        metavar="FILE",
        rich_help_panel="Files",
    ),
]
Fps = Annotated[str, typer.Option(help="Frames a second.", metavar="N")]
Loop = Annotated[bool, typer.Option("--loop", help="Begin again at the end.")]
Camera = Annotated[
    str | None,
    typer.Option(
        help="What a camera sees: zoom-in, zoom-out, pan-left, pan-right, pan-up, pan-down, turn,"
        " walk, with how far behind ('zoom-in 2, turn 10', 'walk SEED'); or views at times:"
        " '0: zoom 1; 5: zoom 1.6 at 0.7,0.3 turn 10'.",
        metavar="WORDS",
        autocompletion=one_of(lambda: _CAMERAS),
        rich_help_panel="Camera",
    ),
]
Parallax = Annotated[
    str,
    typer.Option(
        help="How much more the camera moves what lies on top, 0 to 1.",
        metavar="SHARE",
        rich_help_panel="Camera",
    ),
]
TitleWords = Annotated[
    str | None,
    typer.Option("--title", help="Words over the film.", metavar="TEXT", rich_help_panel="Title"),
]
TitlePlace = Annotated[
    str,
    typer.Option(
        help="bottom, middle or top.",
        metavar="NAME",
        autocompletion=one_of(lambda: ("bottom", "middle", "top")),
        rich_help_panel="Title",
    ),
]
TitleTime = Annotated[
    str | None,
    typer.Option(
        help="When it is there: 2-5, or 0%-50%. (default: all the time)",
        metavar="FROM-UNTIL",
        rich_help_panel="Title",
    ),
]
TitleFont = Annotated[
    Path | None,
    typer.Option(help="A font of yours, .ttf or .otf.", metavar="FILE", rich_help_panel="Title"),
]
Seconds = Annotated[str, typer.Option(help="How long it takes.", metavar="S")]
Hold = Annotated[str, typer.Option(help="How long the end stays.", metavar="S")]
_CAMERAS = (
    "zoom-in",
    "zoom-out",
    "pan-left",
    "pan-right",
    "pan-up",
    "pan-down",
    "turn",
    "walk",
)
_ORDERS = ("paint", "size", "part", "hand")


def film_drawing(
    drawing: Annotated[Path, typer.Argument(help="An SVG file, of anybody.", metavar="DRAWING")],
    seconds: Seconds = "8",
    order: Annotated[
        str,
        typer.Option(
            help="paint: as it lies; size: from large to small; part: layer by layer;"
            " hand: to the nearest next start, slower in bends.",
            metavar="NAME",
            autocompletion=one_of(lambda: _ORDERS),
        ),
    ] = "paint",
    hold: Hold = "1",
    fps: Fps = "24",
    ease: Annotated[
        bool, typer.Option("--ease/--no-ease", help="Lines begin and end slowly.")
    ] = True,
    pen: Annotated[bool, typer.Option("--pen", help="A pen draws them.")] = False,
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
    """Film a drawing as if somebody drew it, line by line; without -o an SVG that plays.

    drawkit film cat.svg -o cat.gif

    drawkit film cat.svg --order hand --pen --seconds 6 -o cat.mp4 -o cat.anim.svg
    """

    def make() -> Movie:
        from drawkit import film

        return film(
            drawing,
            seconds=number("--seconds", seconds),
            order=order,
            hold=number("--hold", hold),
            fps=number("--fps", fps),
            ease=ease,
            pen=pen,
            loop=loop,
            camera=camera,
            parallax=number("--parallax", parallax),
            title=title_of(title, title_time, title_place, title_font),
        )

    outputs = output or [f"{drawing.stem}.anim.svg"]
    write_movie(make, outputs, size, overwrite, quiet, sound)


def title_of(text: str | None, time: str | None, place: str, font: Path | None) -> Title | None:
    """The title that flags ask for; `InputError` for flags of none."""
    from drawkit import Title

    if text is not None:
        return Title(text, time, place, font)
    if time is not None or font is not None or place != "bottom":
        raise InputError("--title-place, --title-time and --title-font need a --title")
    return None


def number(flag: str, text: str) -> float:
    """What a flag was given, as a number; `InputError` for all else."""
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{flag} takes a number, got '{text}'") from None


def write_movie(
    make: Callable[[], Movie],
    outputs: Sequence[str],
    size: str | None,
    overwrite: bool,
    quiet: bool,
    sound: str | None = None,
) -> None:
    """Check the names, make the film, write it, and print where it is.

    On Ctrl-C what is there is closed, and plays.
    """
    from drawkit.export.film_outputs import plan_films, side_of, sound_of, write_films
    from drawkit.export.png import PngConfig

    with Stop("stopped before the first frame; nothing was written") as stop:
        with Display(quiet=quiet) as display:
            side = None if size is None else side_of(number("--size", size))
            configs: list[object] = [] if side is None else [PngConfig(size=side)]
            plan = plan_films(outputs, overwrite=overwrite)
            if sound is not None:
                heard, notes = sound_of(plan, sound)
                configs.append(heard)
                for note in notes:
                    display.warn(note)
            movie = make()
            stop.drawing = True
            display.wait(f"making a film of {movie.seconds:.3g} s")
            saved = write_films(movie.until(lambda: stop.requested).film, plan, configs)
            display.finish()
            for note in saved.notes:
                display.warn(note)
            if stop.requested:
                display.warn("stopped; the film ends where it was")
        print_result(saved.paths)
        if stop.requested:
            raise typer.Exit(INTERRUPTED)
