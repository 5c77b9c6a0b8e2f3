"""A character that stays itself: every motion from every side, one palette in named ramps.

    grid = character(first, AnimateConfig(motion="walk,breathe", facings=4))

Its tags are `walk-down`, `walk-left`... in the order of rows that game engines expect.
"""

from __future__ import annotations

from dataclasses import replace

from drawkit.config import Settings
from drawkit.errors import InputError
from drawkit.games.animation import AnimateConfig
from drawkit.pixelart.facings import Figure
from drawkit.pixelart.motion import ground
from drawkit.pixelart.ramps import parse_swap, ramped, swapped
from drawkit.pixelart.steady import area_of, steadily_moved
from drawkit.scene.grid import Frame, Grid, Indices

__all__ = ["area_deviation", "character", "in_ramps", "refuse_shaped"]


def character(first: Grid, config: AnimateConfig) -> Grid:
    """The first frame of a sprite in all motions and facings of `config`, a tag each."""
    empty = ground(first)
    figure = Figure(first.indices, first.palette, empty, config.looks)
    cells = [
        _cells(figure, empty, motion, facing, number, config.count)
        for motion, facing in config.loops
        for number in range(config.count)
    ]
    frames = tuple(Frame(one, ms) for one, ms in zip(cells, config.times, strict=True))
    return replace(first, frames=frames, tags=config.tags)


def in_ramps(grid: Grid, config: AnimateConfig) -> Grid:
    """The same over a palette in named ramps, those of `config.ramp` swapped.

    Raises `InputError` for a ramp that the sprite has not.
    """
    return swapped(ramped(grid), [parse_swap(text) for text in config.ramp])


def area_deviation(grid: Grid) -> float:
    """How far the area of a frame is from the first one's at most, of the latter."""
    empty = ground(grid)
    base = max(1, area_of(grid.indices, empty))
    return max(abs(area_of(frame.indices, empty) - base) / base for frame in grid.frames)


def refuse_shaped(settings: Settings, config: AnimateConfig) -> None:
    """Raise `InputError` where the settings draw cells that cannot be turned."""
    cell = settings.sections["pixels"].cell
    if config.turns and cell != "rect":
        raise InputError(f"several facings or motions take square cells, not {cell}")


def _cells(
    figure: Figure, empty: int, motion: str, facing: str, number: int, count: int
) -> Indices:
    """One frame; a facing that is the mirror image of another one moves as that one does."""
    if motion == "spin":
        return figure.seen(figure.turning(facing, number / count))
    other = figure.mirror_of(facing)
    still = figure.seen(other or facing)
    cells = still if motion == "none" else steadily_moved(still, empty, motion, number, count)
    return figure.mirrored(cells) if other else cells
