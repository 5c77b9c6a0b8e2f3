"""`drawkit batch`: a drawing for each line of a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from drawkit.cli.console import tell, tell_json
from drawkit.cli.filling import (
    BATCH_FLAGS,
    Canvas,
    Folder,
    Ray,
    Redo,
    Retries,
    Transparent,
    Workers,
    base_of,
    end,
    fill,
    folder_of,
)
from drawkit.cli.flags import AsJson, Assign, Quiet, with_flags

if TYPE_CHECKING:
    from drawkit.engine.many.batch import Report
    from drawkit.engine.many.orders import Order, Orders

__all__ = ["draw_batch"]


@with_flags(BATCH_FLAGS)
def draw_batch(
    file: Annotated[Path, typer.Argument(help="JSON lines or CSV.", metavar="JOBS")],
    output: Folder = None,
    canvas: Canvas = None,
    transparent: Transparent = False,
    retries: Retries = 1,
    workers: Workers = None,
    ray: Ray = None,
    overwrite: Redo = False,
    assign: Assign = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    **flags: Any,
) -> None:
    """Draw each line of a file: thousands of drawings, by several processes.

    drawkit batch jobs.jsonl -o out/ --size 128

    A line has a prompt and whatever flags or settings are its own: {"prompt": "a cat", "strokes":
    64, "cutouts.count": 8}, or cells of CSV under such names; "output" names its files. Stopped or
    killed, the same command goes on: what is there with the same settings stays.
    """
    base = base_of(None, flags, assign or [], canvas, transparent)

    def order() -> tuple[Sequence[Order], Orders, Path]:
        from drawkit.engine.many.lines import order_lines, read_lines

        orders, all_of = order_lines(read_lines(file), base)
        return orders, all_of, folder_of(output, file.stem)

    report, _, stopped = fill(
        order, retries=retries, workers=workers, ray=ray, overwrite=overwrite, quiet=quiet
    )
    _tell(report, as_json)
    end(report, stopped)


def _tell(report: Report, as_json: bool) -> None:
    if as_json:
        counts = {name: report.count(name) for name in ("drawn", "there", "failed", "left")}
        rows = [one.record for one in report.filled]
        tell_json({**counts, "seconds": round(report.seconds, 3), "jobs": rows})
        return
    for one in report.filled:
        for path in one.paths:
            tell(str(path))
