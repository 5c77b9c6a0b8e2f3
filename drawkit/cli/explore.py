"""`drawkit styles explore` and `styles preview`: see what styles and modifiers do."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from drawkit.cli.completion import several_of, values_for
from drawkit.cli.display import Display
from drawkit.cli.drawing import draw_and_save
from drawkit.cli.flags import (
    DRAW_FLAGS,
    Assign,
    Overwrite,
    Quiet,
    gather,
    with_flags,
)
from drawkit.cli.results import print_result
from drawkit.cli.stop import INTERRUPTED, Stop
from drawkit.cli.styles import BROKEN
from drawkit.config import Given, read_prompts
from drawkit.config.words import parse_names
from drawkit.errors import DrawkitError, InputError
from drawkit.export.outputs import plan_outputs
from drawkit.files.places import file_or_folder
from drawkit.files.slugs import file_slug
from drawkit.files.writing import write_file
from drawkit.pictures.contact_sheet import Cell, contact_sheet
from drawkit.styles import all_styles, find_modifiers, modifiers, style_names

if TYPE_CHECKING:
    from drawkit.config import Settings

__all__ = ["explore_styles", "preview_style"]

EVERY = "all"
_FLAGS = [flag for flag in DRAW_FLAGS if flag.name in ("size", "steps", "seed", "model", "threads")]
_PREVIEW = "a house"
_SHEET = "sheet.png"


@dataclass(frozen=True)
class _Way:
    """One way to draw a prompt: styles (mixed where they have weights) and modifiers."""

    label: str
    styles: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Job:
    """One picture of the sheet."""

    label: str
    prompt: str
    layer: Callable[[], dict[str, Given]]


@with_flags(_FLAGS)
def explore_styles(
    prompts: Annotated[list[str], typer.Argument(help="What to draw.", metavar="PROMPT...")],
    output: Annotated[
        str, typer.Option("-o", "--output", help="The sheet, a PNG, or FOLDER/.", metavar="FILE")
    ] = _SHEET,
    styles: Annotated[
        str | None,
        typer.Option(
            help="Styles, or all; ink:0.7+neon:0.3 is a mixture.",
            metavar="NAME,...",
            autocompletion=several_of(style_names),
        ),
    ] = None,
    modifiers: Annotated[
        str | None,
        typer.Option(
            help="Modifiers, or all.", metavar="NAME,...", autocompletion=values_for("modifiers")
        ),
    ] = None,
    cell: Annotated[int, typer.Option(help="Side of a picture.", min=16, max=1024)] = 192,
    keep: Annotated[
        Path | None,
        typer.Option(help="Keep each picture there; what is there already is not drawn again."),
    ] = None,
    overwrite: Overwrite = False,
    assign: Assign = None,
    quiet: Quiet = False,
    **flags: Any,
) -> None:
    """Draw words in many styles, or with many modifiers, on one labelled sheet.

    drawkit styles explore "a sunflower" --styles ink,neon,woodcut -o sheet.png

    drawkit styles explore "a house" "a tree" --modifiers oil-painting,4k,artstation

    What cannot be drawn is said, and the others go on; the exit code is 2 then.
    """
    place, is_folder = file_or_folder(output)
    place = place / _SHEET if is_folder else place
    if place.suffix.lower() != ".png":
        raise InputError(f"the sheet '{place}' is no PNG; name it {_SHEET}, for instance")
    if keep is not None and not keep.is_dir():
        raise InputError(f"there is no folder '{keep}' to keep pictures in")
    plan_outputs([place], prompts[0], overwrite=overwrite)
    ways = _ways(styles, modifiers)
    jobs = [
        _Job(way.label, prompt, _layer(way, prompt, flags, assign or []))
        for way in ways
        for prompt in prompts
    ]
    with Stop("stopped before the first picture; nothing was written") as stop:
        cells = _draw_all(jobs, 2 * cell, keep, stop, quiet=quiet)
        if any(made.picture is not None for made in cells):
            several = len(prompts) > 1
            columns = len(prompts) if several else math.ceil(math.sqrt(len(ways)))
            sheet = contact_sheet(cells, columns, cell, prompts if several else ())
            write_file(place, sheet, overwrite=overwrite)
            print_result([place])
    if stop.requested:
        raise typer.Exit(INTERRUPTED)
    if any(made.picture is None for made in cells):
        raise typer.Exit(BROKEN)


@with_flags(_FLAGS)
def preview_style(
    name: Annotated[
        str,
        typer.Argument(
            help="A style by name or path.", metavar="NAME", autocompletion=values_for("style")
        ),
    ],
    prompt: Annotated[str, typer.Option(help="What to draw.")] = _PREVIEW,
    output: Annotated[
        list[str] | None,
        typer.Option("-o", "--output", help="File to write, or FOLDER/.", metavar="FILE"),
    ] = None,
    overwrite: Overwrite = False,
    assign: Assign = None,
    quiet: Quiet = False,
    **flags: Any,
) -> None:
    """Draw one small picture in a style.

    drawkit styles preview woodcut --prompt "a tree" -o tree.png
    """
    small = {"draw.size": Given((112, 112), "preview")}
    layer = {**small, **gather([prompt], {**flags, "style": [name]}, assign or [])}
    draw_and_save(
        layer,
        output or [],
        overwrite=overwrite,
        as_json=False,
        quiet=quiet,
        title=f"{Path(name).stem} {read_prompts([prompt]).main.text}",
    )


def _ways(styles: str | None, words: str | None) -> list[_Way]:
    """What to try, in order: styles (all by default), then modifiers after a plain picture."""
    ways = []
    if styles is not None or words is None:
        wanted = [EVERY] if styles is None else parse_names(styles)
        if wanted == [EVERY]:
            wanted = [style.name for style in all_styles()]
        ways += [_Way(name, tuple(name.split("+"))) for name in wanted]
    if words is not None:
        wanted = parse_names(words)
        if wanted == [EVERY]:
            wanted = list(modifiers())
        find_modifiers(wanted)  # a slip is told before anything is drawn
        ways += [_Way("plain"), *(_Way(name, modifiers=(name,)) for name in wanted)]
    if not ways:
        raise InputError("--styles names none; allowed: NAME,... or all")
    return ways


def _layer(
    way: _Way, prompt: str, flags: Mapping[str, Any], assign: Sequence[str]
) -> Callable[[], dict[str, Given]]:
    """How to get at the settings of one drawing; a broken style is found out only then."""

    def layer() -> dict[str, Given]:
        found = gather([prompt], {**flags, "style": list(way.styles)}, assign)
        if way.modifiers:
            found["words.modifiers"] = Given(list(way.modifiers), "--modifiers")
        return found

    return layer


def _draw_all(
    jobs: Sequence[_Job], side: int, keep: Path | None, stop: Stop, *, quiet: bool
) -> list[Cell]:
    """Draw one after the other until done or asked to stop; what fails is said and left empty."""
    cells: list[Cell] = []
    for at, job in enumerate(jobs, start=1):
        began, picture = time.monotonic(), None
        with Display(quiet=quiet) as display:
            try:
                picture = _drawn(job.layer(), side, keep, stop, display)
            except DrawkitError as error:
                display.finish()
                display.warn(f"{job.label}: {error}")
            display.finish()
            if stop.requested:
                break
            if picture is not None:
                seconds = time.monotonic() - began
                display.say(f"{at}/{len(jobs)}  {job.label}  {job.prompt}  {seconds:.0f} s")
        cells.append(Cell(job.label, picture))
        stop.drawing |= picture is not None
    return cells


def _drawn(
    layer: Mapping[str, Given], side: int, keep: Path | None, stop: Stop, display: Display
) -> bytes | None:
    """The drawing as a PNG of `side` px, drawn now or kept from before; None: asked to stop."""
    from drawkit.engine import Run, settings_for, title_of

    settings = settings_for(layer)
    kept = None if keep is None else keep / f"{_name(settings, title_of(settings))}.png"
    if kept is not None and kept.is_file():
        return kept.read_bytes()
    run = Run(settings)
    for step in run:
        if sys.stderr.isatty():
            display.step(step)
        if stop.requested:
            return None
    picture = run.drawing().png(side)
    if kept is not None:
        write_file(kept, picture, overwrite=True)
    return picture


def _name(settings: Settings, prompt: str) -> str:
    """A file name for one drawing: others with the same settings are the same picture."""
    return f"{file_slug(prompt)}-{settings.fingerprint()[:12]}"
