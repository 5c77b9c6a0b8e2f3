"""`drawkit dream`: words into a picture of free pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

import typer

from drawkit.canvas.image import DREAM_CANVASES, LATENT_CANVASES
from drawkit.cli.completion import one_of
from drawkit.cli.draw_tries import Dreamt, draw_tries
from drawkit.cli.flags import (
    DRAW_FLAGS,
    PIXEL_FLAGS,
    STROKE_FLAGS,
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
from drawkit.config import Given, Raw
from drawkit.errors import InputError
from drawkit.export.outputs import plan_outputs

__all__ = ["DreamCommand", "dream_picture"]

_PANEL = "What is made of it"
_THEN = ("trace", "strokes", "pixels")
_OF_PATHS = (".anim.svg", ".json")


class DreamCommand(DrawCommand):
    """Its help shows the defaults of pictures."""

    canvas: ClassVar[str] = DREAM_CANVASES[0]


@with_flags([*STROKE_FLAGS, *PIXEL_FLAGS, *DRAW_FLAGS])
def dream_picture(
    words: Words = None,
    canvas: Annotated[
        str | None,
        typer.Option(
            help=f"What the picture is made of: {', '.join(DREAM_CANVASES)}.",
            metavar="NAME",
            autocompletion=one_of(lambda: DREAM_CANVASES),
            rich_help_panel="Drawing",
            show_default=DREAM_CANVASES[0],
        ),
    ] = None,
    weights: Annotated[
        str | None,
        typer.Option(
            help=f"File or folder of the network of --canvas {', '.join(LATENT_CANVASES)}.",
            metavar="FILE",
            rich_help_panel="Drawing",
        ),
    ] = None,
    then: Annotated[
        str | None,
        typer.Option(
            help="What becomes of the picture: trace (flat shapes), strokes, or pixels.",
            metavar="NAME",
            autocompletion=one_of(lambda: _THEN),
            rich_help_panel=_PANEL,
        ),
    ] = None,
    then_steps: Annotated[
        str | None,
        typer.Option(help="Updates of that drawing.", metavar="N", rich_help_panel=_PANEL),
    ] = None,
    cells: Annotated[
        str | None,
        typer.Option(
            help="Cells of --then pixels, of the shorter side or exactly. (default: 32)",
            metavar="N|WxH",
            rich_help_panel=_PANEL,
        ),
    ] = None,
    picture: Annotated[
        str | None,
        typer.Option(
            help="Of --then: write the dreamt picture as well.",
            metavar="FILE",
            rich_help_panel="Files",
        ),
    ] = None,
    again: Annotated[
        str | None,
        typer.Option(
            help="Dream again what this SVG or PNG was, by its record, but for what else is said.",
            metavar="FILE",
            rich_help_panel="Drawing",
        ),
    ] = None,
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

    drawkit dream "a sunflower" --then trace --shapes 48 -o sunflower.svg
    """
    tries = Tries.read(runs, best, workers, flags)
    if tries is not None and film:
        raise InputError("--film films one drawing; it does not go with --runs or a ladder")
    for name in film or []:
        if name.lower().endswith(_OF_PATHS):
            raise InputError(
                f"--film '{name}' moves paths, and a dream has none; allowed: .mp4, .webm, .gif,"
                " .webp, .apng or NAME-%03d.png"
            )
    if canvas is not None and canvas not in DREAM_CANVASES:
        raise InputError(f"--canvas is '{canvas}'; allowed: {', '.join(DREAM_CANVASES)}")
    from drawkit.engine.dreaming import dream_layer, dreamt_again

    layer = gather(words, flags, assign or [])
    if canvas is not None or again is None:
        usual = DREAM_CANVASES[0] if canvas is None else canvas
        layer["draw.canvas"] = Given(usual, "--canvas")
    if weights is not None:
        if canvas not in LATENT_CANVASES:
            raise InputError(f"--weights needs --canvas {' or '.join(LATENT_CANVASES)}")
        layer[f"{canvas}.weights"] = Given(weights, "--weights")
    steps, grid = (None if value is None else Raw(value) for value in (then_steps, cells))
    of_both = (steps, grid, ("--then", "--then-steps", "--cells"))
    if again is None:
        own, after = dream_layer(layer, then, *of_both)
    else:
        _refuse_with_again(tries, run_dir, state)
        own, after, then = dreamt_again(again, layer, then, *of_both)
    how: Any = {"overwrite": overwrite, "as_json": as_json, "quiet": quiet, "preview": preview}
    if then is not None:
        if state is not None:
            raise InputError(
                "--state keeps one run, and --then makes two, the dream and the drawing;"
                " --run-dir keeps both"
            )
        if tries is not None:
            if picture is not None:
                raise InputError("--picture is of one dream; it does not go with --runs or A..B")
            dreamt = Dreamt(then, lambda one: dream_layer(one, then, *of_both))
            draw_tries(layer, tries, output or [], run_dir=run_dir, dreamt=dreamt, **how)
            return
        how |= {"film": film or []}
        _dream_and_draw(own, after, then, (picture, run_dir), output or [], how)
        return
    if picture is not None:
        raise InputError("--picture needs --then; the picture itself goes to -o")
    how |= {"state": state, "run_dir": run_dir}
    if tries is not None:
        draw_tries(own, tries, output or [], **how)
        return
    from drawkit.cli.drawing import draw_and_save

    draw_and_save(own, output or [], film=film or [], suffixes=(".png",), **how)


def _dream_and_draw(
    own: Mapping[str, Given],
    after: Mapping[str, Given],
    then: str,
    places: tuple[str | None, str | None],
    outputs: Sequence[str],
    how: Mapping[str, Any],
) -> None:
    """Both in one. own, after: settings of both. places: the picture's file, and both's folder."""
    from drawkit.cli.drawing import draw_and_save
    from drawkit.engine.dream_folder import DreamFolder
    from drawkit.engine.dreaming import Dream

    picture, run_dir = places
    folder = None if run_dir is None else DreamFolder(run_dir)
    beside = None
    if picture is not None:
        beside = plan_outputs([picture], "", overwrite=how["overwrite"])

    def made(since: float) -> Dream:
        return Dream(own, after, then, folder=folder, since=since)

    draw_and_save(own, outputs, made=made, beside=beside, home=run_dir, **how)


def _refuse_with_again(tries: Tries | None, run_dir: str | None, state: str | None) -> None:
    """Refuse to do again what one file says in several drawings, or in another run's place."""
    alone = {"--runs or A..B": tries, "--run-dir": run_dir, "--state": state}
    for name, given in alone.items():
        if given is not None:
            raise InputError(f"--again makes one drawing of one record; leave out {name}")
