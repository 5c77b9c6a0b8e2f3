"""Finished pixel art as plain frozen data: cells that hold palette indices, frames and tags.

A grid knows no torch and no file. `cells.py` says which pixel of an upscaled picture belongs to
which cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, cast, get_args

import numpy as np
import numpy.typing as npt

__all__ = [
    "CELLS",
    "DIRECTIONS",
    "Cell",
    "Direction",
    "Frame",
    "Grid",
    "Indices",
    "Rgb",
    "Tag",
    "Tile",
    "untileable",
]

Rgb = tuple[int, int, int]
Indices = npt.NDArray[np.uint8]

Tile = tuple[bool, bool]
"""Whether a grid goes on at its other side, across and down."""

Cell = Literal["rect", "hex", "tri", "diamond", "knit", "rectshift"]
CELLS: tuple[Cell, ...] = get_args(Cell)

Direction = Literal["forward", "reverse", "pingpong", "pingpong_reverse"]
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)

_MAX_DURATION_MS = 65535
"""What Aseprite files and APNG can hold of one frame; about a minute."""


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture of a grid. indices: [H, W] uint8 into the palette; duration in ms, 1..65535."""

    indices: Indices
    duration_ms: int = 100

    def __post_init__(self) -> None:
        given = np.asarray(self.indices)
        if given.ndim != 2 or 0 in given.shape:
            raise ValueError(f"indices must be [H, W] with a cell at least, got {given.shape}")
        if given.dtype.kind not in "iu" or given.min() < 0 or given.max() > 255:
            raise ValueError("indices must be whole numbers 0 to 255")
        if not 1 <= self.duration_ms <= _MAX_DURATION_MS:
            raise ValueError(f"a frame lasts 1 to {_MAX_DURATION_MS} ms, got {self.duration_ms}")
        indices = given.astype(np.uint8)  # always a copy
        indices.setflags(write=False)
        object.__setattr__(self, "indices", indices)


@dataclass(frozen=True)
class Tag:
    """A named run of frames, `first` to `last` (both in it), and the way it is played."""

    name: str
    first: int
    last: int
    direction: Direction = "forward"

    def __post_init__(self) -> None:
        if not 0 <= self.first <= self.last:
            raise ValueError(f"tag '{self.name}' runs from {self.first} to {self.last}")
        if self.direction not in DIRECTIONS:
            allowed = ", ".join(DIRECTIONS)
            raise ValueError(f"direction of a tag is one of {allowed}, got '{self.direction}'")

    def played(self) -> tuple[int, ...]:
        """The frames in the order in which one round of the animation shows them."""
        there = tuple(range(self.first, self.last + 1))
        if self.direction in ("reverse", "pingpong_reverse"):
            there = there[::-1]
        # Coming back, neither end is shown twice.
        return there + there[-2:0:-1] if "pingpong" in self.direction else there


@dataclass(frozen=True, eq=False)
class Grid:
    """Pixel art: frames of one size over one palette of sRGB 8-bit colours, 1..256 of them.

    transparent: the palette index that shows nothing, None where every cell is opaque. cell: the
    shape of the cells; in hex, diamond and rectshift odd rows stand half a cell to the right, in
    tri the cells with an even row + column point up. tile: at which sides it goes on seamlessly.
    swatch_names: what each colour is called, empty where it has no name, or no names at all.
    """

    frames: tuple[Frame, ...]
    palette: tuple[Rgb, ...]
    transparent: int | None = None
    cell: Cell = "rect"
    tags: tuple[Tag, ...] = field(default=())
    tile: Tile = (False, False)
    swatch_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "frames", tuple(self.frames))
        object.__setattr__(self, "palette", tuple(_rgb(color) for color in self.palette))
        object.__setattr__(self, "tags", tuple(self.tags))
        if not self.frames:
            raise ValueError("a grid needs a frame at least")
        if not 1 <= len(self.palette) <= 256:
            raise ValueError(f"a palette holds 1 to 256 colours, got {len(self.palette)}")
        object.__setattr__(self, "swatch_names", tuple(self.swatch_names))
        if len(self.swatch_names) not in (0, len(self.palette)):
            raise ValueError(
                f"{len(self.swatch_names)} names for {len(self.palette)} colours; give one each"
            )
        if self.transparent is not None and not 0 <= self.transparent < len(self.palette):
            raise ValueError(
                f"the transparent index is 0 to {len(self.palette) - 1}, got {self.transparent}"
            )
        if self.cell not in CELLS:
            raise ValueError(f"cells are one of {', '.join(CELLS)}, got '{self.cell}'")
        columns, rows = self.size
        if needed := untileable(self.cell, rows, columns, self.tile):
            raise ValueError(f"a tile of {self.cell} cells needs {needed}, got {self.size}")
        for frame in self.frames:
            if frame.indices.shape != self.indices.shape:
                sizes = f"{self.indices.shape} and {frame.indices.shape}"
                raise ValueError(f"frames of one grid have one size, got {sizes}")
            if frame.indices.max() >= len(self.palette):
                raise ValueError(
                    f"index {frame.indices.max()} is beyond the {len(self.palette)} colours"
                )
        for tag in self.tags:
            if tag.last >= len(self.frames):
                raise ValueError(f"tag '{tag.name}' ends at frame {tag.last} of {len(self.frames)}")

    @classmethod
    def still(
        cls,
        indices: npt.ArrayLike,
        palette: Sequence[Sequence[int]],
        transparent: int | None = None,
        cell: Cell = "rect",
        tile: Tile = (False, False),
    ) -> Grid:
        """A grid of one frame. indices: [H, W] whole numbers; palette: (r, g, b) each 0..255."""
        frame = Frame(np.asarray(indices))
        colors = tuple(_rgb(color) for color in palette)
        return cls((frame,), colors, transparent, cell, tile=tile)

    @property
    def indices(self) -> Indices:
        """[H, W] of the first frame."""
        return self.frames[0].indices

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        rows, columns = self.indices.shape
        return columns, rows

    def rgba(self, indices: Indices | None = None) -> npt.NDArray[np.uint8]:
        """Colours of `indices` (any shape; the first frame's without) as straight RGBA, [.., 4]."""
        colors = np.array([(*color, 255) for color in self.palette], np.uint8)
        if self.transparent is not None:
            colors[self.transparent] = 0
        return colors[self.indices if indices is None else indices]


def untileable(cell: Cell, rows: int, columns: int, tile: Tile) -> str:
    """What a grid would need to go on at its sides; empty where it can.

    Rows that stand half a cell to the right, and triangles in turn up and down, have to meet
    the right ones again.
    """
    shifted = cell in ("rectshift", "hex", "diamond")
    if tile[0] and cell == "tri" and columns % 2:
        return "an even number of columns"
    if tile[1] and (cell == "tri" or shifted) and rows % 2:
        return "an even number of rows"
    return ""


def _rgb(color: Sequence[int]) -> Rgb:
    """A colour as three plain ints; `ValueError` for all else."""
    channels = tuple(color)
    if len(channels) != 3 or not all(0 <= c <= 255 and c == int(c) for c in channels):
        raise ValueError(f"a palette colour is (r, g, b), each 0 to 255, got {channels}")
    return cast(Rgb, tuple(int(c) for c in channels))
