"""`drawkit bench trace`: how near traced pictures come, and how large they are."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from drawkit.cli.bench import AsJson
from drawkit.cli.console import tell_json, tell_table
from drawkit.cli.display import Display
from drawkit.cli.stop import Stop

__all__ = ["trace"]


def trace(
    files: Annotated[list[Path], typer.Argument(help="Pictures.", metavar="FILE...")],
    shapes: Annotated[int, typer.Option(min=1, max=10_000, help="Shapes at most.")] = 256,
    steps: Annotated[int, typer.Option(min=1, max=100_000, help="Updates of each.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Trace pictures, against shapes that start at random, and vtracer where it is installed.

    Longer sides are 256 px at most. random start: as many translucent blobs, for as many steps, as
    diffvg's painterly example sets them. vtracer: its best file of about our size, or the nearest.
    """
    rows = []
    with Stop("stopped; not all pictures were traced"), Display() as display:
        from drawkit.bench.trace import bench_trace

        for file in files:
            display.wait(f"tracing {file.name}")
            rows += [asdict(row) for row in bench_trace(file, shapes, steps)]
    if as_json:
        tell_json(rows)
        return
    tell_table([list(rows[0]), *([str(value) for value in row.values()] for row in rows)])
