"""Drawing many into one folder: flags of `batch` and `sweep`, progress, the report."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from drawkit.cli.console import complain
from drawkit.cli.display import Display
from drawkit.cli.flags import DRAW_FLAGS, PIXEL_FLAGS, STROKE_FLAGS, DrawCommand, gather
from drawkit.cli.stop import INTERRUPTED, Stop
from drawkit.config import Given
from drawkit.errors import DrawkitError
from drawkit.files.places import file_or_folder

if TYPE_CHECKING:
    from drawkit.config.vary import Base
    from drawkit.engine.many.batch import Batch, Report
    from drawkit.engine.many.orders import Order, Orders

__all__ = [
    "BATCH_FLAGS",
    "BatchCommand",
    "Canvas",
    "Folder",
    "Ray",
    "Redo",
    "Retries",
    "Transparent",
    "Workers",
    "base_of",
    "end",
    "fill",
    "folder_of",
]

BATCH_FLAGS = [
    flag
    for flag in (*STROKE_FLAGS, *PIXEL_FLAGS, *DRAW_FLAGS)
    if flag.name not in ("prompt", "save_every")
]
_PANEL = "Many drawings"
_ANY = "auto"
_ADDRESS = re.compile(rf"{_ANY}|local|(ray://)?\S+:\d+")
_MOST_TOLD = 20
"""Failures that are told one by one."""

Canvas = Annotated[
    str | None,
    typer.Option(help="What to draw with: strokes, pixels...", metavar="NAME"),
]
Folder = Annotated[
    str | None,
    typer.Option(
        "-o",
        "--output",
        help="Folder of the drawings; it is made (default: JOBS or PROMPT-sweep, here).",
        metavar="FOLDER/",
    ),
]
Transparent = Annotated[
    bool, typer.Option("--transparent", help="Nothing around the figure.", rich_help_panel="Pixels")
]
Retries = Annotated[
    int,
    typer.Option(help="How often what fails is tried again.", metavar="N", rich_help_panel=_PANEL),
]
Workers = Annotated[
    int | None,
    typer.Option(
        help="Drawings at a time (default: a processor each).", metavar="N", rich_help_panel=_PANEL
    ),
]
Ray = Annotated[
    str | None,
    typer.Option(
        help="Draw on a Ray cluster: on this one, or the one that runs here.",
        metavar="[ADDRESS]",
        rich_help_panel=_PANEL,
    ),
]
Redo = Annotated[
    bool,
    typer.Option(
        "--overwrite",
        help="Also replace files that were not drawn here, or were changed since.",
        rich_help_panel="Files",
    ),
]


class BatchCommand(DrawCommand):
    """A command whose `--ray` needs no address."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put an address behind one that has none."""
        told = list(args)
        for at, word in enumerate(args):
            if word == "--":
                break
            behind = args[at + 1] if at + 1 < len(args) else ""
            if word == "--ray" and not _ADDRESS.fullmatch(behind):
                told[at] = f"--ray={_ANY}"
        return super().parse_args(ctx, told)


def base_of(
    words: Sequence[str] | None,
    flags: Mapping[str, Any],
    assign: Sequence[str],
    canvas: str | None,
    transparent: bool,
) -> Base:
    """The settings that all have in common, under these styles; None: under those of the flags."""

    @lru_cache
    def layer(styles: tuple[str, ...] | None) -> dict[str, Given]:
        own = flags if styles is None else {**flags, "style": list(styles)}
        found = gather(words, own, assign)
        if canvas is not None:
            found["draw.canvas"] = Given(canvas, "--canvas")
        if transparent:
            found["draw.background"] = Given("transparent", "--transparent")
        return found

    return lambda styles: layer(None if styles is None else tuple(styles))


def folder_of(given: str | None, title: str) -> Path:
    """The folder that `-o` names, with or without a slash; else one of that name, here."""
    return Path(title) if given is None else file_or_folder(f"{given}/" if given else "")[0]


def fill(
    order: Callable[[], tuple[Sequence[Order], Orders, Path]],
    *,
    retries: int,
    workers: int | None,
    overwrite: bool,
    quiet: bool,
    ray: str | None = None,
    finish: Callable[[Report], Sequence[Path]] = lambda report: (),
) -> tuple[Report, Sequence[Path], bool]:
    """Draw what is not there, and say what becomes of each; also whether it was stopped.

    order: reads what is to be drawn, and where to. ray: the address of a cluster. finish: writes
    what goes with the drawings.
    """
    stop = Stop("stopped before the first drawing; nothing was written")
    with ExitStack() as ends, stop, Display(quiet=quiet) as display:
        from drawkit.engine.many.batch import Batch
        from drawkit.engine.many.calls import checked_retries
        from drawkit.engine.many.cluster import Cluster
        from drawkit.engine.many.orders import BadLines
        from drawkit.engine.many.processes import MOST_WORKERS, crew_size

        again = checked_retries(retries, "--retries")
        most = MOST_WORKERS if ray is None else Cluster.most
        crew_size(workers, "--workers", most=most)
        display.wait("reading what is to be drawn")
        try:
            orders, all_of, folder = order()
            with Batch(orders, folder, overwrite=overwrite) as batch:
                stop.drawing = True
                there = len(orders) - batch.waiting
                if there:
                    display.say(f"{there} of {len(orders)} are there already")
                crew = None
                if ray is not None and batch.waiting:
                    display.wait(f"looking for the Ray cluster {ray}")
                    crew = ends.enter_context(Cluster(ray))
                jobs = batch.fill(
                    retries=again,
                    workers=workers,
                    threads=all_of.threads,
                    crew=crew,
                    stopped=lambda: stop.requested,
                )
                _show(batch, jobs, display)
                report = batch.report()
                more = finish(report)
        except BadLines as error:
            display.finish()
            for line in error.lines:
                complain(line)
            raise typer.Exit(2) from error
        display.finish()
        counts = [(report.count("drawn"), "drawn"), (report.count("there"), "there already")]
        counts += [(report.count("failed"), "failed"), (report.count("left"), "left")]
        told = ", ".join(f"{count} {name}" for count, name in counts if count)
        display.say(f"{told}; {report.seconds:.0f} s")
        if stop.requested:
            display.warn(f"stopped; the same command goes on with what is in '{report.folder}'")
    return report, more, stop.requested


def _show(batch: Batch, jobs: Any, display: Display) -> None:
    began, total = time.monotonic(), batch.waiting
    display.wait(f"drawing {total}")
    for count, one in enumerate(jobs, start=1):
        left = (time.monotonic() - began) / count * (total - count)
        score = "" if one.score is None else f"  score {one.score:.3f}"
        said = f"  failed: {one.error}" if one.error is not None else score
        display.say(f"{count}/{total}  {one.order.name}{said}  {left:.0f} s left")
        display.wait(f"drawing {total - count}")


def end(report: Report, stopped: bool) -> None:
    """Leave with the right code; what failed is told, a line each."""
    if stopped:
        raise typer.Exit(INTERRUPTED)
    failed = report.failed
    if not failed:
        return
    for one in failed[: min(len(failed), _MOST_TOLD) - 1]:
        complain(f"{one.order.place}: {one.error}")
    last = failed[min(len(failed), _MOST_TOLD) - 1]
    more = len(failed) - _MOST_TOLD
    also = "" if more <= 0 else f" (and {more} more; --json tells them all)"
    raise DrawkitError(f"{last.order.place}: {last.error}{also}")
