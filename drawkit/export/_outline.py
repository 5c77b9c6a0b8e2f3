"""Outlines of a grid, one path a colour, that show no hairline at any zoom.

Paths that only touch let the paper through where a renderer antialiases both their edges. So
colours are stacked: each path covers its own cells and those of every later path. Two colours
then meet on the edge of the upper one alone, with the lower one whole beneath it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from drawkit.export._text import plain_number
from drawkit.scene.cells import LATTICE, SIZES, outline
from drawkit.scene.grid import Cell, Grid
from drawkit.scene.loops import loops

__all__ = ["grid_outlines", "grid_paths", "view_size"]

_Point = tuple[int, int]
_Edge = tuple[_Point, _Point]

# Units of the SVG in the width of a square cell, so that every corner has whole coordinates.
_UNITS: dict[Cell, int] = {
    "rect": 1,
    "rectshift": 2,
    "hex": 48,
    "diamond": 4,
    "tri": 16,
    "knit": 20,
}


def view_size(grid: Grid) -> tuple[int, int]:
    """Width and height of the picture in the units of `grid_paths`."""
    columns, rows = grid.size
    width, height = SIZES[grid.cell]
    units = _UNITS[grid.cell]
    return round(columns * width * units), round(rows * height * units)


def grid_paths(grid: Grid, width: float | None = None, decimals: int = 0) -> list[tuple[int, str]]:
    """Palette index and SVG path data of each colour of the first frame, the lowest path first.

    In units of `view_size`, all whole numbers; or in those of a picture of that `width`, rounded.
    """

    def data(points: list[tuple[float, float]]) -> str:
        return _whole_data(points) if width is None else _placed_data(points, decimals)

    return [(index, "".join(map(data, loops))) for index, loops in grid_outlines(grid, width)]


def grid_outlines(
    grid: Grid, width: float | None = None
) -> list[tuple[int, list[list[tuple[float, float]]]]]:
    """Palette index and closed outlines of each colour and all above it, the lowest first.

    In the units of `grid_paths`.
    """
    order = _stacking(grid)
    ranks = np.full(len(grid.palette), -1)
    ranks[order] = np.arange(len(order))
    edges: list[dict[_Point, list[_Point]]] = [{} for _ in order]
    for (start, end), below, own in _borders(grid, ranks[grid.indices]):
        for rank in range(below + 1, own + 1):
            edges[rank].setdefault(start, []).append(end)
    unit = _UNITS[grid.cell] if width is None else width / (grid.size[0] * SIZES[grid.cell][0])
    across, down = (
        unit * side / count for side, count in zip(SIZES[grid.cell], LATTICE, strict=True)
    )

    def placed(loop: list[_Point]) -> list[tuple[float, float]]:
        return [(x * across, y * down) for x, y in _corners(loop)]

    return [
        (index, list(map(placed, loops(found)))) for index, found in zip(order, edges, strict=True)
    ]


def _stacking(grid: Grid) -> list[int]:
    """The colours in use, lowest first: from dark to light, as neighbours differ little in shade.

    So few edges cut through many paths. But below all lies the colour with the longest border to
    the empty cells, mostly the outline of the figure: there all paths beneath end on one line,
    and an antialiased edge would show a fringe of their colours.
    """
    shown = grid.indices.astype(int)
    empty = np.pad(shown == grid.transparent, 1, mode="edge")
    beside = [empty[:-2, 1:-1], empty[2:, 1:-1], empty[1:-1, :-2], empty[1:-1, 2:]]
    borders = np.bincount(shown.ravel(), np.sum(beside, axis=0).ravel())
    used = [index for index in np.unique(shown).tolist() if index != grid.transparent]
    shade = {index: np.dot(grid.palette[index], (2, 7, 1)) for index in used}  # about luma
    outline = max(used, key=lambda index: borders[index], default=None)
    framed = outline is not None and borders[outline] > 0
    return sorted(used, key=lambda index: (framed and index != outline, shade[index], index))


def _borders(grid: Grid, ranks: npt.NDArray[np.int_]) -> Iterator[tuple[_Edge, int, int]]:
    """Every edge at which a higher rank meets a lower one or nothing (-1): edge, lower, higher.

    The higher one lies to the right of the edge's direction.
    """
    owners: dict[_Edge, int] = {}
    rows, columns = ranks.shape
    page = (columns * LATTICE[0], rows * LATTICE[1])
    # The ring around the picture fills what shifted and pointed cells leave open at its sides.
    ring = 0 if grid.cell == "rect" else 1
    ranks = np.pad(ranks, ((0, 0), (ring, ring)), mode="wrap" if grid.tile[0] else "edge")
    ranks = np.pad(ranks, ((ring, ring), (0, 0)), mode="wrap" if grid.tile[1] else "edge")
    for row in range(-ring, rows + ring):
        for column in range(-ring, columns + ring):
            rank = int(ranks[row + ring, column + ring])
            if rank < 0:
                continue
            for piece in outline(grid.cell, row, column):
                corners = _clipped(piece, page) if ring else piece
                for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
                    owners[start, end] = rank
    for (start, end), rank in owners.items():
        other = owners.get((end, start), -1)
        if rank > other:
            yield (start, end), other, rank


def _clipped(piece: list[_Point], page: _Point) -> list[_Point]:
    """The part of a convex piece on the page; empty where that has no area (Sutherland-Hodgman).

    On the lattice the cuts fall on whole numbers too.
    """
    for axis, limit, sign in ((0, 0, 1), (1, 0, 1), (0, page[0], -1), (1, page[1], -1)):
        kept: list[_Point] = []
        for start, end in zip(piece, piece[1:] + piece[:1], strict=True):
            from_limit = sign * (start[axis] - limit)
            to_limit = sign * (end[axis] - limit)
            if from_limit >= 0:
                kept.append(start)
            if from_limit * to_limit < 0:
                part, whole = from_limit, from_limit - to_limit
                kept.append(
                    (
                        start[0] + (end[0] - start[0]) * part // whole,
                        start[1] + (end[1] - start[1]) * part // whole,
                    )
                )
        piece = kept
    corners = np.array(piece or [(0, 0)])
    nothing = np.ptp(corners[:, 0]) == 0 or np.ptp(corners[:, 1]) == 0
    return [] if nothing else piece


def _corners(loop: list[_Point]) -> list[_Point]:
    """The points at which the outline turns."""
    around = zip(loop[-1:] + loop[:-1], loop, loop[1:] + loop[:1], strict=True)
    return [
        here
        for before, here, after in around
        if (here[0] - before[0]) * (after[1] - here[1])
        != (here[1] - before[1]) * (after[0] - here[0])
    ]


def _placed_data(corners: Sequence[tuple[float, float]], decimals: int) -> str:
    """A closed outline in absolute steps: rounded relative ones would add up along it."""
    points = [(plain_number(x, decimals), plain_number(y, decimals)) for x, y in corners]
    data = f"M{points[0][0]} {points[0][1]}"
    for (x, y), (next_x, next_y) in itertools.pairwise(points):
        data += (
            f"H{next_x}" if y == next_y else f"V{next_y}" if x == next_x else f"L{next_x} {next_y}"
        )
    return data + "z"


def _whole_data(corners: Sequence[tuple[float, float]]) -> str:
    """A closed outline: an absolute start, then relative steps, exact as all are whole numbers."""
    points = [(round(x), round(y)) for x, y in corners]
    data = f"M{points[0][0]} {points[0][1]}"
    for (x, y), (next_x, next_y) in itertools.pairwise(points):
        right, down = next_x - x, next_y - y
        data += f"h{right}" if down == 0 else f"v{down}" if right == 0 else f"l{right} {down}"
    return data + "z"
