"""`drawkit bench edit`: how well SVGs can be gone on with."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from drawkit.cli.bench import AsJson
from drawkit.cli.console import tell_json, tell_table
from drawkit.cli.display import Display
from drawkit.cli.stop import Stop

__all__ = ["edit"]


def edit(
    files: Annotated[
        list[Path], typer.Argument(help="SVG files, of any program.", metavar="FILE...")
    ],
    inkscape: Annotated[
        bool, typer.Option(help="Send them through Inkscape, where it is installed.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Measure how well SVGs can be edited: nodes, hidden paths, names, holes, round trips.

    hidden, primitives and holes are shares, the last three differences in levels of 255: after
    reading and saving in drawkit, in Inkscape, and between resvg and cairosvg.
    """
    rows = []
    with Stop("stopped; not all files were measured"), Display() as display:
        from drawkit.bench.edit import bench_edit

        for file in files:
            display.wait(f"measuring {file.name}")
            rows.append(asdict(bench_edit(file, inkscape=inkscape)))
    if as_json:
        tell_json(rows)
        return
    tell_table([list(rows[0]), *([_cell(value) for value in row.values()] for row in rows)])


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.2f}" if isinstance(value, float) else str(value)
