"""What goes with the drawings of a sweep: a labelled sheet of them, and a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from drawkit.config.vary import Axis, grid, told
from drawkit.engine.many.batch import Filled, Report
from drawkit.engine.many.sheet import grid_sheet
from drawkit.files.writing import write_whole

__all__ = ["SHEET", "TABLE", "save_sweep", "table_rows"]

SHEET, TABLE = "sheet.png", "table.csv"


def save_sweep(report: Report, axes: Sequence[Axis]) -> tuple[Path, Path]:
    """Write both into the folder, in place of earlier ones; where they are."""
    found = {
        point: (_picture(one), one.score)
        for point, one in zip(grid(axes), report.filled, strict=True)
    }
    sheet, table = report.folder / SHEET, report.folder / TABLE
    write_whole(sheet, grid_sheet(axes, found))
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(table_rows(report, whole=False))
    write_whole(table, text.getvalue().encode("utf-8"))
    return sheet, table


def table_rows(report: Report, *, whole: bool = True) -> list[list[str]]:
    """A row of names, then one for each drawing: its values, score, seconds and files.

    whole: the files with their folder.
    """
    names = list(report.filled[0].order.values)
    rows = [[*names, "score", "seconds", "files"]]
    for one in report.filled:
        values = [told(value) for value in one.order.values.values()]
        score = "" if one.score is None else f"{one.score:.3f}"
        seconds = f"{one.seconds:.1f}" if one.paths else ""
        files = " ".join(str(path) if whole else path.name for path in one.paths)
        rows.append([*values, score, seconds, files if one.paths else one.status])
    return rows


def _picture(one: Filled) -> bytes | None:
    picture = next((path for path in one.paths if path.suffix == ".png"), None)
    return picture.read_bytes() if picture is not None and picture.is_file() else None
