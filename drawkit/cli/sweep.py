"""`drawkit sweep`: the same words with all combinations of some settings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from drawkit.cli.console import tell_json, tell_table
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
from drawkit.cli.flags import AsJson, Assign, Quiet, Words, with_flags
from drawkit.cli.results import print_result
from drawkit.cli.tries import ladders_of
from drawkit.config.layers import PROMPTS
from drawkit.config.vary import read_axis
from drawkit.errors import InputError

if TYPE_CHECKING:
    from drawkit.engine.many.batch import Report
    from drawkit.engine.many.orders import Order, Orders

__all__ = ["sweep_settings"]


@with_flags(BATCH_FLAGS)
def sweep_settings(
    words: Words = None,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            help="A flag's name or section.key, and its values: strokes=16,64 or strokes=4..256.",
            metavar="NAME=A,B,...",
        ),
    ] = None,
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
    """Draw words with all combinations of some settings: a labelled sheet and a table.

    drawkit sweep "a cat" --vary strokes=16,64,256 --vary seed=1,2,3

    The last one varied goes from left to right. Stopped, the same command goes on.
    """
    axes = [*ladders_of(flags), *map(read_axis, vary or [])]
    if words and any(one.key == PROMPTS for one in axes):
        raise InputError("PROMPT and --vary prompt both say what to draw; leave out one of them")
    base = base_of(words, flags, assign or [], canvas, transparent)

    def order() -> tuple[Sequence[Order], Orders, Path]:
        from drawkit.engine.many.calls import sweep_folder, sweep_orders

        orders, all_of = sweep_orders(axes, base)
        return orders, all_of, folder_of(output, sweep_folder(orders))

    def finish(report: Report) -> Sequence[Path]:
        from drawkit.engine.many.sweeping import save_sweep

        return save_sweep(report, axes)

    report, paths, stopped = fill(
        order,
        retries=retries,
        workers=workers,
        ray=ray,
        overwrite=overwrite,
        quiet=quiet,
        finish=finish,
    )
    rows = [one.record for one in report.filled]
    if as_json:
        sheet, table = map(str, paths)
        seconds = round(report.seconds, 3)
        tell_json({"drawings": rows, "sheet": sheet, "table": table, "seconds": seconds})
    else:
        from drawkit.engine.many.sweeping import table_rows

        tell_table(table_rows(report))
        print_result(paths)
    end(report, stopped)
