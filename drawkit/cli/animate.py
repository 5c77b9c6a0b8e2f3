"""`drawkit animate`: words into a sprite that moves."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from drawkit.cli.animate_files import plan_animation
from drawkit.cli.completion import one_of
from drawkit.cli.display import Display
from drawkit.cli.flags import (
    DRAW_FLAGS,
    PIXEL_FLAGS,
    Assign,
    Outputs,
    Overwrite,
    Quiet,
    Words,
    gather,
    with_flags,
)
from drawkit.cli.results import print_result
from drawkit.cli.stop import INTERRUPTED, Stop
from drawkit.config import DrawConfig, Given
from drawkit.errors import InputError
from drawkit.export.outputs import Saved
from drawkit.games.animation import (
    DIRECTIONS,
    LOOKS,
    MOTIONS,
    AnimateConfig,
    Direction,
    Looks,
)

__all__ = ["animate_sprite", "durations_of"]

_LEFT_OUT = ("save_every", "time", "patience")
_FLAGS = [flag for flag in (*PIXEL_FLAGS, *DRAW_FLAGS) if flag.name not in _LEFT_OUT]


@with_flags(_FLAGS)
def animate_sprite(
    words: Words = None,
    motion: Annotated[
        str,
        typer.Option(
            help=f"none, or by whole cells: {', '.join(MOTIONS)}; several: walk,breathe.",
            rich_help_panel="Motion",
            autocompletion=one_of(lambda: ("none", *MOTIONS)),
        ),
    ] = "none",
    frames: Annotated[
        int, typer.Option(help="How many, where no --frame says it.", rich_help_panel="Motion")
    ] = 4,
    frame: Annotated[
        list[str] | None,
        typer.Option(
            help="What a further frame shows; repeat for each.",
            metavar="TEXT",
            rich_help_panel="Motion",
        ),
    ] = None,
    duration: Annotated[
        str, typer.Option(help="Of a frame, or of each.", metavar="MS,..", rich_help_panel="Motion")
    ] = "120",
    tag: Annotated[str, typer.Option(help="The loop's name.", rich_help_panel="Motion")] = "idle",
    direction: Annotated[
        str,
        typer.Option(
            help=f"{', '.join(DIRECTIONS)}.",
            rich_help_panel="Motion",
            autocompletion=one_of(lambda: DIRECTIONS),
        ),
    ] = "forward",
    facings: Annotated[
        int,
        typer.Option(
            help="Sides it is seen from: 1, 2 (left, right), 4 (down, left, right, up), 8.",
            rich_help_panel="Motion",
        ),
    ] = 1,
    looks: Annotated[
        str,
        typer.Option(
            help=f"Where it looks as it is drawn: {', '.join(LOOKS)}.",
            rich_help_panel="Motion",
            autocompletion=one_of(lambda: LOOKS),
        ),
    ] = "down",
    ramp: Annotated[
        list[str] | None,
        typer.Option(
            help="A material in other colours, red=blue or red=#3355cc; repeat for more.",
            metavar="NAME=COLOR",
            rich_help_panel="Pixels",
        ),
    ] = None,
    opaque: Annotated[
        bool,
        typer.Option(
            "--opaque",
            help="On paper; else nothing is around the figure.",
            rich_help_panel="Pixels",
        ),
    ] = False,
    sheet: Annotated[
        str | None,
        typer.Option(
            help="A sheet too, a row for each loop, with data and palette beside it.",
            metavar="FILE.png",
            rich_help_panel="Files",
        ),
    ] = None,
    formats: Annotated[
        str,
        typer.Option(
            help="Of the sheet's data: aseprite, godot4, tiled...; several with commas.",
            metavar="NAME,..",
            rich_help_panel="Files",
        ),
    ] = "aseprite",
    output: Outputs = None,
    overwrite: Overwrite = False,
    assign: Assign = None,
    quiet: Quiet = False,
    **flags: Any,
) -> None:
    """Draw words as a sprite that moves; writes a GIF and an Aseprite file, or what -o names.

    Several motions and facings are a loop each: walk-down, walk-left... In names of files {tag}
    stands for each loop in turn.

    drawkit animate "a smiling face" --motion hop --frames 6 -o face.gif

    drawkit animate "a smiling face" --frame "a crying face" -o moods.apng

    drawkit animate "a penguin" --facings 4 --motion walk,breathe --sheet penguin.png

    drawkit animate --init knight.png --motion walk: no words, so its cells only move.
    """
    began = time.monotonic()
    layer = {
        **gather(words, flags, assign or []),
        "draw.canvas": Given("pixels", "animate"),
    }
    if not opaque:
        layer = {"draw.background": Given("transparent", "animate"), **layer}
    with Stop() as stop, Display(quiet=quiet) as display:
        from drawkit.engine import Step, settings_for, title_of
        from drawkit.games.animate import animated, moved_sprite

        config = AnimateConfig(
            frames,
            motion,
            tuple(frame or ()),
            durations_of(duration),
            tag,
            cast(Direction, direction),  # AnimateConfig refuses all others
            facings,
            cast(Looks, looks),
            tuple(ramp or ()),
        )
        settings = settings_for(layer)
        drawn = settings.get("draw", DrawConfig)
        init = drawn.init
        if init is not None and not settings.prompts.texts:
            title = Path(init).stem if config.turns else f"{Path(init).stem}-{tag}"
            files = plan_animation(output or [], title, config, sheet, formats, overwrite=overwrite)
            moved = moved_sprite(settings, config)
            stop.drawing = True  # from here on a stop finds it saved
            _finish(files.save(moved), display)
            return
        files = plan_animation(
            output or [], title_of(settings), config, sheet, formats, overwrite=overwrite
        )

        def watch(step: Step) -> bool:
            stop.drawing = True
            display.step(step)
            return not stop.requested

        drawing, failure = animated(layer, config, watch)
        saved = files.save(drawing)  # before anything else is shown
        display.finish()
        if stop.requested:
            display.warn("stopped; kept the best frames so far")
        elif failure is None:
            display.say(f"animated in {time.monotonic() - began:.0f} s")
        _finish(saved, display)
        if failure is not None:
            raise failure
        if stop.requested:
            raise typer.Exit(INTERRUPTED)


def durations_of(text: str) -> tuple[int, ...]:
    """`120` or `120,80,80` as milliseconds; `InputError` for all else."""
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise InputError(
            f"--duration takes milliseconds, one or one a frame: 120 or 120,80,80; got '{text}'"
        ) from None


def _finish(saved: Saved, display: Display) -> None:
    for note in saved.notes:
        display.warn(note)
    print_result(saved.paths)
