"""Runs of curves with their paint as paths of a scene."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from drawkit.pictures.outline import outline_runs
from drawkit.pictures.svg.dashes import dashed
from drawkit.pictures.svg.paint import Paints
from drawkit.pictures.svg.values import Matrix, View, length, number
from drawkit.scene import Path, Rgba, Subpath

__all__ = ["Pen", "painted"]

_CAPS, _JOINS = ("butt", "round", "square"), ("miter", "round", "bevel")
_SIMILAR = 1.001
"""How much a line may be wider one way than the other and still be a line of one width."""
_THIN = 1e-6


@dataclass(frozen=True)
class Pen:
    """How an element is painted, in its own units."""

    fill: Rgba | None
    stroke: Rgba | None
    width: float
    even_odd: bool = False
    cap: str = "butt"
    join: str = "miter"
    limit: float = 4.0
    dashes: tuple[float, ...] = ()
    offset: float = 0.0
    stroke_first: bool = False

    @property
    def paints(self) -> bool:
        """Whether it leaves anything."""
        return self.fill is not None or (self.stroke is not None and self.width > 0)

    @classmethod
    def of(cls, style: Mapping[str, str], view: View, paints: Paints) -> Pen:
        """From the properties of an element, its own and those that it inherits."""
        cap, join = style.get("stroke-linecap", "butt"), style.get("stroke-linejoin", "miter")
        listed = style.get("stroke-dasharray", "none")
        dashes = tuple(
            length(part, view, "d", -1.0) for part in re.split(r"[\s,]+", listed.strip()) if part
        )
        if listed.strip() == "none" or min(dashes, default=-1) < 0 or sum(dashes) <= 0:
            dashes = ()
        order = style.get("paint-order", "normal").split()
        stroke_first = "stroke" in order and (
            "fill" not in order or order.index("stroke") < order.index("fill")
        )
        return cls(
            fill=paints.paint(style, "fill", "black"),
            stroke=paints.paint(style, "stroke", "none"),
            width=length(style.get("stroke-width"), view, "d", 1.0),
            even_odd=style.get("fill-rule", "nonzero").strip() == "evenodd",
            cap=cap if cap in _CAPS else "butt",
            join=join if join in _JOINS else "miter",
            limit=max(number(style.get("stroke-miterlimit"), 4.0), 1.0),
            dashes=dashes,
            offset=length(style.get("stroke-dashoffset"), view, "d"),
            stroke_first=stroke_first,
        )


def painted(runs: Sequence[Subpath], pen: Pen, move: Matrix) -> list[Path]:
    """One path, or two where fill and line have not the same outline; none without paint.

    Lines that a transform makes wider one way than the other become their outlines.
    """
    fill, stroke = pen.fill, pen.stroke if pen.width > 0 else None
    rule: Any = "evenodd" if pen.even_odd else "nonzero"
    lines = list(runs)
    if stroke is not None and pen.dashes:
        lines = [piece for run in runs for piece in dashed(run, pen.dashes, pen.offset)]
    stretched = stroke is not None and move.stretch > _SIMILAR and move.scale > _THIN
    if fill is None and stroke is None:
        return []
    if stroke is None or (fill is not None and (pen.dashes or stretched or pen.stroke_first)):
        below = [_path(runs, move, fill=fill, fill_rule=rule)]
        if stroke is None:
            return below
    else:
        below = []
    if stretched:
        outlines = outline_runs(lines, pen.width / 2, pen.cap, pen.join, pen.limit)
        line = [_path(outlines, move, fill=stroke)] if outlines else []
    elif lines:
        line = [
            _path(
                lines,
                move,
                fill=None if below else fill,
                fill_rule=rule,
                stroke=stroke,
                stroke_width=pen.width * move.scale,
                linecap=cast(Any, pen.cap),
                linejoin=cast(Any, pen.join),
                miterlimit=pen.limit,
            )
        ]
    else:
        line = []
    return line + below if pen.stroke_first else below + line


def _path(runs: Sequence[Subpath], move: Matrix, **paint: Any) -> Path:
    first, *more = (Subpath(move.on(run.control_points), run.closed) for run in runs)
    return Path(first.control_points, first.closed, more=tuple(more), **paint)
