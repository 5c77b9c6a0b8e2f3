"""The finished drawing as plain frozen data: what exporters write and scripts read.

A scene knows no torch, no optimizer and no file. Units are SVG user units (one user unit is
one pixel of the optimized picture), y points down, colours are straight RGBA in 0..1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, get_args

from drawkit.scene.grid import Grid
from drawkit.scene.layers import (
    AnyLayer,
    CellLayer,
    GroupLayer,
    PathLayer,
    RasterLayer,
    paths_in,
)
from drawkit.scene.path import Path, Rgba, Subpath

__all__ = [
    "AnyLayer",
    "Background",
    "CellLayer",
    "Detail",
    "GroupLayer",
    "Metadata",
    "Path",
    "PathLayer",
    "RasterLayer",
    "Rgba",
    "Scene",
    "Source",
    "Subpath",
]

Detail = Literal["full", "short", "none"]


@dataclass(frozen=True)
class Background:
    """The paper. `color` None is transparent; `painted` says that a rect of it is written."""

    color: tuple[float, float, float] | None = (1.0, 1.0, 1.0)
    painted: bool = False


@dataclass(frozen=True)
class Metadata:
    """How the drawing was made: enough to make it again.

    typed: the prompts as they can be typed, where one has more than words and a weight. config:
    section -> key -> value of the settings. inputs: name of each file that was read ->
    its SHA-256. after: openly licensed drawings that it was drawn after. detail: what files say
    of it: all, shortly, or nothing.
    """

    title: str = ""
    prompts: tuple[tuple[str, float], ...] = ()
    typed: tuple[str, ...] = ()
    seed: int | None = None
    steps: int | None = None
    score: float | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    detail: Detail = "full"


class Source(Protocol):
    """The file that a scene was read from, and that its paths go back into."""

    def text(self, scene: Scene, record: str, decimals: int) -> str:
        """The whole file, with the paths of a scene that has the same ones, perhaps more."""


@dataclass(frozen=True)
class Scene:
    """A finished drawing: its size, paper, layers in paint order, and how it was made.

    Layers of all kinds may stand in any order, the first lowest. Each has a name, may be locked
    (not to be changed) or hidden (`visible`), and has an opacity of 0..1 as a whole. A scene is one
    moment; a film (`film.py`) is scenes in a row. Pixel art that moves keeps its frames inside its
    grid, and is handed to whatever shows them as a film of them. source: an SVG whose own
    structure is kept when the scene is written as SVG. Raises `ValueError` for what is no layer.
    """

    width: float
    height: float
    layers: tuple[AnyLayer, ...] = ()
    background: Background = Background()
    metadata: Metadata = Metadata()
    source: Source | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "layers", tuple(self.layers))
        for layer in self.layers:
            if not isinstance(layer, AnyLayer):
                kinds = ", ".join(kind.__name__ for kind in get_args(AnyLayer))
                raise ValueError(f"a scene holds {kinds}; got {type(layer).__name__}")

    def paths(self) -> Iterator[Path]:
        """Every path in paint order, those of hidden layers too."""
        return paths_in(self.layers)

    @property
    def pixel_art(self) -> CellLayer | None:
        """The layer of a scene that is one layer of cells, visible and opaque, and no other."""
        match self.layers:
            case (CellLayer(visible=True, opacity=1) as only,):
                return only
        return None

    @property
    def grid(self) -> Grid | None:
        """The cells of a scene that is pixel art; None for any other."""
        return None if self.pixel_art is None else self.pixel_art.grid
