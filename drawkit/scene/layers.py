"""What a scene is made of: layers of paths, of cells, of pixels, or of layers.

All have a name, and the three switches of every drawing program: locked (not to be changed),
visible, and opacity, which holds for the layer as a whole.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from drawkit.scene.grid import Grid
from drawkit.scene.path import Path

__all__ = ["AnyLayer", "CellLayer", "GroupLayer", "PathLayer", "RasterLayer", "paths_in"]


@dataclass(frozen=True, eq=False)
class _Layer:
    """What layers of every kind have. opacity: 0..1; `ValueError` beyond."""

    name: str
    locked: bool = field(default=False, kw_only=True)
    visible: bool = field(default=True, kw_only=True)
    opacity: float = field(default=1.0, kw_only=True)

    def __post_init__(self) -> None:
        if not 0 <= self.opacity <= 1:
            raise ValueError(f"the opacity of layer '{self.name}' is 0 to 1, got {self.opacity}")


@dataclass(frozen=True)
class PathLayer(_Layer):
    """Paths in paint order: 0 first, later ones on top."""

    paths: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "paths", tuple(self.paths))
        for path in self.paths:
            if not isinstance(path, Path):
                raise ValueError(f"layer '{self.name}' holds paths, got {type(path).__name__}")

    @property
    def contents(self) -> str:
        """In words, such as `12 paths`."""
        return f"{len(self.paths)} paths"


@dataclass(frozen=True)
class CellLayer(_Layer):
    """Cells in the colours of a palette, as wide as the scene, from its top left corner.

    How high it is follows from the cells. Transparent ones show what is below.
    """

    grid: Grid

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.grid, Grid):
            raise ValueError(f"layer '{self.name}' holds a grid, got {type(self.grid).__name__}")

    @property
    def contents(self) -> str:
        """In words, such as `24x24 cells`."""
        return "{}x{} cells".format(*self.grid.size)


@dataclass(frozen=True, eq=False)
class RasterLayer(_Layer):
    """A picture of pixels. pixels: [H, W, 4] uint8, straight RGBA; kept as a copy.

    x, y: where its top left corner is, in user units. width, height: its size there; None is a
    unit a pixel. It is stretched to that size, and where that enlarges it, its pixels stay squares.
    """

    pixels: npt.NDArray[np.uint8]
    x: float = 0.0
    y: float = 0.0
    width: float | None = None
    height: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        given = np.asarray(self.pixels)
        if given.ndim != 3 or given.shape[2] != 4 or 0 in given.shape or given.dtype != np.uint8:
            raise ValueError(
                f"the pixels of layer '{self.name}' must be [H, W, 4] uint8,"
                f" got {list(given.shape)} {given.dtype}"
            )
        if not all(map(math.isfinite, self.box)) or min(self.size) <= 0:
            raise ValueError(
                f"layer '{self.name}' needs a place and a size above 0, got {self.box}"
            )
        pixels = given.copy()
        pixels.setflags(write=False)
        object.__setattr__(self, "pixels", pixels)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in user units."""
        rows, columns = self.pixels.shape[:2]
        width = columns if self.width is None else self.width
        return width, rows if self.height is None else self.height

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, width and height in user units."""
        return self.x, self.y, *self.size

    @property
    def enlarged(self) -> bool:
        """Whether a pixel is more than a user unit wide or high."""
        rows, columns = self.pixels.shape[:2]
        width, height = self.size
        return bool(width > columns or height > rows)

    @property
    def contents(self) -> str:
        """In words, such as `64x48 pixels`."""
        rows, columns = self.pixels.shape[:2]
        return f"{columns}x{rows} pixels"


@dataclass(frozen=True)
class GroupLayer(_Layer):
    """Layers in paint order that are shown as one: its opacity is that of their picture."""

    layers: tuple[AnyLayer, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "layers", tuple(self.layers))
        for layer in self.layers:
            if not isinstance(layer, AnyLayer):
                raise ValueError(f"layer '{self.name}' holds layers, got {type(layer).__name__}")

    def paths(self) -> Iterator[Path]:
        """Every path in it, in paint order."""
        return paths_in(self.layers)

    @property
    def contents(self) -> str:
        """In words, such as `3 layers`."""
        return f"{len(self.layers)} layers"


AnyLayer = PathLayer | CellLayer | RasterLayer | GroupLayer
"""A layer of any kind. Who treats them apart writes one function a kind, by `singledispatch`."""


def paths_in(layers: Iterable[AnyLayer]) -> Iterator[Path]:
    """Every path in layers and in layers of theirs, in paint order."""
    for layer in layers:
        if isinstance(layer, PathLayer):
            yield from layer.paths
        elif isinstance(layer, GroupLayer):
            yield from paths_in(layer.layers)
