"""Runs the kernels one after another: from paths to a picture, and from its gradient back.

Paths become lines, lines are listed per tile, every tile is drawn on its own. Gradients land in
one slot per pair of tile and path and are summed in a fixed order, so the number of threads
changes nothing in the result. One launch runs at a time: callers on other threads wait.
"""

from __future__ import annotations

import threading
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from drawkit.raster.constants import TILE
from drawkit.raster.cpu.kernels import kernels

__all__ = ["Drawn", "Gradients", "PathArrays", "draw", "draw_backward"]

F32 = npt.NDArray[np.float32]
JOBS = 64  # pieces of work handed to the threads; tiles are dealt out in turn
MOST_KEPT = 200_000  # pairs, of some 2 KB each; beyond it, what drawing found is found again
LAUNCH = threading.Lock()


class PathArrays(NamedTuple):
    """`Paths` as numpy arrays: float32 values, int64 counts, bool flags."""

    points: F32
    radius: F32
    stroke: F32
    fill: F32
    segments: npt.NDArray[np.int64]
    closed: npt.NDArray[np.bool_]
    stroked: npt.NDArray[np.bool_]
    filled: npt.NDArray[np.bool_]
    even_odd: npt.NDArray[np.bool_]


class Outline(NamedTuple):
    """What the tile kernels read."""

    lines: Any
    edges: Any
    pairs: Any
    paints: Any


class Drawn(NamedTuple):
    """What drawing left for the way back."""

    outline: Outline
    background: F32
    kept: Any
    points: int


class Gradients(NamedTuple):
    """Gradients by points [K, 2], radius [N], stroke and fill [N, 4]."""

    points: F32
    radius: F32
    stroke: F32
    fill: F32


def draw(
    paths: PathArrays, background: F32, width: int, height: int, *, keep: bool
) -> tuple[F32, Drawn]:
    """Premultiplied RGBA [4, height, width] of paths over a premultiplied background [4].

    And what `draw_backward` needs; with `keep`, all that it would otherwise find again.
    """
    run = kernels()
    with LAUNCH:
        outline = _outline(paths, width, height)
        edges, layers = _most(outline.edges.first), _most(outline.pairs.tile_first)
        pairs = len(outline.pairs.layer)
        rows = pairs if keep and pairs <= MOST_KEPT else 0
        kept = run.Kept(*run.new_kept.py_func(rows, run.ROOM * rows))
        picture = run.draw(*outline, background, width, height, edges, layers, kept, JOBS)
    return picture, Drawn(outline, background, kept, len(paths.points))


def draw_backward(drawn: Drawn, grad_output: F32) -> Gradients:
    """Gradients of sum(grad_output * picture), grad_output [4, height, width]."""
    run = kernels()
    outline, points = drawn.outline, drawn.points
    paths = len(outline.paints.radius)
    sums = [np.zeros(size) for size in ((points, 2), paths, (paths, 4), (paths, 4))]
    with LAUNCH:
        edges, layers = _most(outline.edges.first), _most(outline.pairs.tile_first)
        run.draw_backward(
            *outline, drawn.background, grad_output, drawn.kept, edges, layers, JOBS, *sums
        )
    return Gradients(*(v.astype(np.float32) for v in sums))


def _most(first: npt.NDArray[np.int32]) -> int:
    """The longest of the runs that start at `first`, at least 1."""
    return int((first[1:] - first[:-1]).max(initial=1))


def _outline(paths: PathArrays, width: int, height: int) -> Outline:
    """Lines, edges and pairs of the paths."""
    run = kernels()
    columns, rows = -(-width // TILE), -(-height // TILE)
    lines = _lines(paths)
    edges = run.Edges(*run.join_edges(lines, *_pieces(lines, paths), paths.stroked))
    box, cells = run.bound_layers(lines, paths.radius, paths.filled, paths.stroked, columns, rows)
    state = np.zeros(cells[-1], np.uint8)
    low, high = np.zeros(cells[-1], np.int32), np.zeros(cells[-1], np.int32)
    run.mark_tiles(lines, edges, paths.radius, paths.even_odd, box, cells, state, low, high)
    pairs = run.Pairs(*run.list_pairs(box, cells, state, low, high, columns, columns * rows))
    paints = run.Paints(paths.radius, paths.stroke, paths.fill, paths.even_odd)
    return Outline(lines, edges, pairs, paints)


def _pieces(
    lines: Any, paths: PathArrays
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], F32]:
    """Edge pieces of the filled paths: first [N + 1], line [M], span [M, 3]."""
    run = kernels()
    first = np.zeros(len(paths.filled) + 1, np.int32)
    room = len(lines.start) + 64
    while True:
        line, span = np.empty(room, np.int32), np.empty((room, 3), np.float32)
        total = run.find_pieces(lines, paths.filled, paths.even_odd, first, line, span)
        if total <= room:
            return first, line, span
        room = total


def _lines(paths: PathArrays) -> Any:
    """Every path as lines, a filled open one with its closing line."""
    run = kernels()
    controls, first, closing = run.list_controls(paths.segments, paths.closed, paths.filled)
    counts = np.empty(len(controls), np.int32)
    line_first = run.count_lines(paths.points, controls, first, counts)
    total = int(line_first[-1])
    start, step = np.empty((total, 2), np.float32), np.empty((total, 2), np.float32)
    place, segment = np.empty(total, np.int32), np.empty(total, np.int32)
    run.make_lines(paths.points, controls, counts, start, step, place, segment)
    return run.Lines(line_first, closing, start, step, place, segment, counts, controls)
