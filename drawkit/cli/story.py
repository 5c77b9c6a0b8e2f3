"""`drawkit story`: a text as a film, a scene a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from drawkit.cli.display import Display
from drawkit.cli.filling import BATCH_FLAGS, Canvas, Transparent, Workers
from drawkit.cli.film import Camera, MovieOutputs, SoundFile, TitleWords, number
from drawkit.cli.flags import Assign, DrawCommand, Overwrite, Quiet, gather, with_flags
from drawkit.cli.results import print_result
from drawkit.cli.stop import INTERRUPTED, Stop
from drawkit.cli.story_telling import Telling
from drawkit.config import Given
from drawkit.errors import InputError

if TYPE_CHECKING:
    from drawkit.engine.stories.plan import Layers

__all__ = ["StoryCommand", "tell_story"]

_LEFT_OUT = ("prompts_file", "time", "patience")
_FLAGS = [flag for flag in BATCH_FLAGS if flag.name not in _LEFT_OUT]
_PANEL = "Film"


class StoryCommand(DrawCommand):
    """A drawing command whose scenes are made of shapes where nothing else is said."""

    def own(self) -> Mapping[str, Given]:
        """What stands under the user's settings."""
        from drawkit.engine.stories.plan import LOOK

        return {key: Given(value, "story") for key, value in LOOK.items()}


@with_flags(_FLAGS)
def tell_story(
    text: Annotated[
        Path,
        typer.Argument(
            help="A text, a scene a line; or TOML with a table [[scene]] each.", metavar="STORY"
        ),
    ],
    seconds: Annotated[
        str | None,
        typer.Option(help="Of all. (default: 5 a scene)", metavar="S", rich_help_panel=_PANEL),
    ] = None,
    hold: Annotated[
        str | None,
        typer.Option(
            help="How long a scene stays. (default: 3)", metavar="S", rich_help_panel=_PANEL
        ),
    ] = None,
    fade: Annotated[
        str | None,
        typer.Option(
            help="How long it takes to become the next one. (default: 2)",
            metavar="S",
            rich_help_panel=_PANEL,
        ),
    ] = None,
    window: Annotated[
        str | None,
        typer.Option(
            help="So many words at a time, sliding over the text, in place of lines.",
            metavar="N",
            rich_help_panel=_PANEL,
        ),
    ] = None,
    blend: Annotated[
        str | None,
        typer.Option(
            help="Scenes more on the way to the next one, of both words. (default: 0)",
            metavar="N",
            rich_help_panel=_PANEL,
        ),
    ] = None,
    fps: Annotated[
        str | None,
        typer.Option(help="Frames a second. (default: 24)", metavar="N", rich_help_panel=_PANEL),
    ] = None,
    loop: Annotated[
        bool | None,
        typer.Option("--loop/--no-loop", help="Begin again at the end.", rich_help_panel=_PANEL),
    ] = None,
    ease: Annotated[
        bool | None,
        typer.Option(
            "--ease/--no-ease", help="Paths begin and end slowly.", rich_help_panel=_PANEL
        ),
    ] = None,
    camera: Camera = None,
    parallax: Annotated[
        str | None,
        typer.Option(
            help="How much more the camera moves what lies on top, 0 to 1.",
            metavar="SHARE",
            rich_help_panel="Camera",
        ),
    ] = None,
    title: TitleWords = None,
    titles: Annotated[
        bool | None,
        typer.Option(
            "--titles/--no-titles",
            help="The words of each scene over it.",
            rich_help_panel="Title",
        ),
    ] = None,
    title_place: Annotated[
        str | None,
        typer.Option(
            help="bottom, middle or top. (default: bottom)", metavar="NAME", rich_help_panel="Title"
        ),
    ] = None,
    title_font: Annotated[
        str | None,
        typer.Option(
            help="A font of yours, .ttf or .otf.", metavar="FILE", rich_help_panel="Title"
        ),
    ] = None,
    sound: SoundFile = None,
    output: MovieOutputs = None,
    storyboard: Annotated[
        str | None,
        typer.Option(
            help="Write a sheet of the scenes, before the film.",
            metavar="FILE.png",
            rich_help_panel="Files",
        ),
    ] = None,
    only_storyboard: Annotated[
        bool,
        typer.Option(
            "--only-storyboard", help="Write the sheet and no film.", rich_help_panel="Files"
        ),
    ] = False,
    run_dir: Annotated[
        str | None,
        typer.Option(
            "--run-dir",
            help="Keep the scenes in this folder; the same command goes on there.",
            metavar="FOLDER",
            rich_help_panel="Files",
            show_default=False,
        ),
    ] = None,
    canvas: Canvas = None,
    transparent: Transparent = False,
    workers: Workers = None,
    overwrite: Overwrite = False,
    assign: Assign = None,
    quiet: Quiet = False,
    **flags: Any,
) -> None:
    """Tell a text as a film: each scene is drawn, and becomes the next one; without -o an SVG.

    drawkit story story.txt -o story.mp4

    drawkit story story.txt --seconds 20 --style watercolour --storyboard scenes.png -o story.mp4

    Of what is drawn nothing is lost with --run-dir: stopped or killed, the same command goes on.
    """
    if only_storyboard and (output or storyboard is None):
        raise InputError("--only-storyboard takes --storyboard FILE.png, and no -o")
    times = {"seconds": seconds, "hold": hold, "fade": fade, "window": window, "fps": fps}
    times |= {"parallax": parallax, "blend": blend}
    numbers: dict[str, Any] = {
        name: None if given is None else number(f"--{name}", given) for name, given in times.items()
    }
    words: dict[str, Any] = {"camera": camera, "title": title, "title_place": title_place}
    words |= {"title_font": title_font, "sound": sound}
    layers = _layers(flags, assign or [], canvas, transparent)
    nothing = "stopped before the first scene; nothing was written"
    with Stop(nothing) as stop, Display(quiet=quiet) as display:
        from drawkit.engine.many.processes import MOST_WORKERS, crew_size
        from drawkit.engine.stories.plan import Pace

        crew_size(workers, "--workers", most=MOST_WORKERS)
        display.wait("reading the story")
        pace = Pace(**numbers, **words, loop=loop, ease=ease, titles=titles)
        with Telling(text, pace, layers, run_dir, stop, display) as telling:
            usual = [] if only_storyboard else [f"{text.stem}{telling.usual}"]
            telling.check(output or usual, storyboard, overwrite)
            telling.draw(workers)
            telling.write()
        print_result(telling.paths)
        if telling.failure is not None:
            raise telling.failure
        if telling.stopped:
            raise typer.Exit(INTERRUPTED)


def _layers(
    flags: Mapping[str, Any], assign: Sequence[str], canvas: str | None, transparent: bool
) -> Layers:
    """The settings of a scene: `drawkit.toml`, styles, the story's own, flags."""
    bare = {name: value for name, value in flags.items() if name != "style"}
    above = gather(None, bare, assign, folder=None)
    if canvas is not None:
        above["draw.canvas"] = Given(canvas, "--canvas")
    if transparent:
        above["draw.background"] = Given("transparent", "--transparent")

    @lru_cache
    def below(styles: tuple[str, ...]) -> dict[str, Given]:
        return gather(None, {"style": list(styles)}, [])

    def layers(names: Sequence[str] | None, front: Mapping[str, Given]) -> dict[str, Given]:
        own = flags.get("style") or ()
        return {**below(tuple(own if names is None else names)), **front, **above}

    return layers
