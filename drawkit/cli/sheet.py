"""`drawkit sheet`: a file of sprites into one sheet."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from drawkit.cli.display import Display
from drawkit.cli.flags import AsJson, Overwrite, Quiet
from drawkit.cli.results import print_result
from drawkit.cli.stop import INTERRUPTED, Stop
from drawkit.errors import DrawkitError
from drawkit.files.filesets import plan_files, save_files

if TYPE_CHECKING:
    from drawkit.games.sets import SpriteSet

__all__ = ["sprite_sheet"]


def sprite_sheet(
    file: Annotated[Path, typer.Argument(help="The set, as TOML.", metavar="SET.toml")],
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            help="The sheet, or FOLDER/ (default: SET.png here, counting up).",
            metavar="FILE",
        ),
    ] = None,
    sprites: Annotated[
        Path | None,
        typer.Option(help="Folder of the single sprites (default: SET-sprites beside it)."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Sprites at a time (default: a processor each).")
    ] = None,
    overwrite: Overwrite = False,
    partial: Annotated[
        bool,
        typer.Option(
            "--partial",
            help="With --overwrite: even where a sprite is lost, by a sheet without it.",
        ),
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Draw a set of sprites in one palette and pack them, with an index picture.

    Each sprite is kept as a PNG. Stopped or changed, the same command draws what is missing or
    has other settings now; a sprite that you have edited is taken as it is.

    drawkit sheet game.toml -o game.png --overwrite
    """
    began = time.monotonic()
    with Stop() as stop, Display(quiet=quiet) as display:
        from drawkit.engine.many.processes import crew_size
        from drawkit.games.sets.pack import pack_set, sheet_suffixes
        from drawkit.games.sets.plan import read_set

        display.wait(f"reading {file}")
        plan = read_set(file)
        files = plan_files(output, file.stem, sheet_suffixes(plan), overwrite=overwrite)
        folder = sprites or files.folder / f"{files.stem}-sprites"
        lost = _draw_missing(plan, folder, crew_size(workers, "--workers"), stop, display)
        if stop.requested:
            display.warn(f"stopped; the same command goes on with what is in '{folder}'")
            raise typer.Exit(INTERRUPTED)
        kept = replace(plan, sprites=tuple(p for p in plan.sprites if p.name not in lost))
        if not kept.sprites:
            raise DrawkitError(f"no sprite could be drawn: {next(iter(lost.values()))}")
        packed = pack_set(kept, folder)
        lost |= packed.lost
        stays = bool(lost) and files.replaces and not partial
        paths, notes = ((), ()) if stays else save_files(files, packed.files)
        for note in notes:
            display.warn(note)
        seconds = time.monotonic() - began
        display.say(f"{len(plan.sprites) - len(lost)} sprites in {seconds:.0f} s")
        display.finish()
        record = {"paths": [str(p) for p in paths], "lost": lost, "seconds": round(seconds, 3)}
        print_result(paths, record if as_json else None)
    if lost:
        _tell_lost(lost, files.paths()[0] if stays else None)


def _tell_lost(lost: Mapping[str, str], stays: Path | None) -> NoReturn:
    """Say in the error's one line what is lost, and which sheet `stays` as it was for that."""
    name, error = next(iter(lost.items()))
    more = "" if len(lost) == 1 else f" and {len(lost) - 1} more"
    if stays is None:
        raise DrawkitError(f"the sheet is without '{name}'{more}: {error}")
    raise DrawkitError(
        f"'{stays}' stays as it was, for want of '{name}'{more}: {error};"
        " --partial replaces it all the same"
    )


def _draw_missing(
    plan: SpriteSet, folder: Path, workers: int, stop: Stop, display: Display
) -> dict[str, str]:
    """Draw what is not there yet; name -> error of what could not be drawn."""
    from drawkit.games.sets.work import make_sprites, to_draw

    found = to_draw(plan, folder)
    todo = found.missing
    if found.edited:
        display.say(f"taken as edited: {', '.join(found.edited)}")
    stop.drawing = True
    lost: dict[str, str] = {}
    began = time.monotonic()
    display.wait(f"drawing {len(todo)} sprites")
    made_all = make_sprites(todo, folder, workers, lambda: stop.requested)
    for count, made in enumerate(made_all, start=1):
        left = (time.monotonic() - began) / count * (len(todo) - count)
        if made.error is not None:
            lost[made.plan.name] = made.error
            display.warn(f"'{made.plan.name}' could not be drawn: {made.error}")
        score = "" if made.score is None else f"  score {made.score:.3f}"
        display.say(f"{count}/{len(todo)}  {made.plan.name}{score}  {left:.0f} s left")
        display.wait(f"drawing {len(todo) - count} sprites")
    return lost
