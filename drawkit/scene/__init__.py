"""The finished drawing as plain frozen data: what exporters write and scripts read.

A scene knows no torch, no optimizer and no file. Units are SVG user units (one user unit is
one pixel of the optimized picture), y points down, colours are straight RGBA in 0..1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from drawkit.scene.grid import Grid

__all__ = ["Background", "Detail", "Layer", "Metadata", "Path", "Rgba", "Scene"]

Rgba = tuple[float, float, float, float]
Detail = Literal["full", "short", "none"]
FillRule = Literal["nonzero", "evenodd"]


@dataclass(frozen=True, eq=False)
class Path:
    """A run of cubic Bezier segments, stroked, filled, or both (the stroke lies on top).

    control_points: [K, 2] float64, xy; K = 3 S + 1 where open, 3 S where closed (the last
    segment returns to point 0). stroke_width is SVG's full width.
    """

    control_points: npt.NDArray[np.float64]
    closed: bool = False
    stroke: Rgba | None = None
    stroke_width: float = 0.0
    fill: Rgba | None = None
    fill_rule: FillRule = "nonzero"
    label: str = ""

    def __post_init__(self) -> None:
        points = np.array(self.control_points, dtype=np.float64)
        remainder = 0 if self.closed else 1
        if points.ndim != 2 or points.shape[1] != 2 or len(points) < 3 + remainder:
            raise ValueError(f"control points must be [K, 2], got {points.shape}")
        if len(points) % 3 != remainder:
            kind = "closed path takes 3 S" if self.closed else "open path takes 3 S + 1"
            raise ValueError(f"a {kind} control points, got {len(points)}")
        points.setflags(write=False)
        object.__setattr__(self, "control_points", points)

    @property
    def segments(self) -> int:
        """Number of cubic segments."""
        return len(self.control_points) // 3


@dataclass(frozen=True)
class Layer:
    """A named group of paths in paint order: 0 first, later ones on top."""

    name: str
    paths: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Background:
    """The paper. `color` None is transparent; `painted` says that a rect of it is written."""

    color: tuple[float, float, float] | None = (1.0, 1.0, 1.0)
    painted: bool = False


@dataclass(frozen=True)
class Metadata:
    """How the drawing was made: enough to make it again.

    config: section -> key -> value of the settings. inputs: name of each file that was read ->
    its SHA-256. detail: what files say of it: all, shortly, or nothing.
    """

    title: str = ""
    prompts: tuple[tuple[str, float], ...] = ()
    seed: int | None = None
    steps: int | None = None
    score: float | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    detail: Detail = "full"


@dataclass(frozen=True)
class Scene:
    """A finished drawing: its size, paper, layers in paint order, and how it was made.

    grid: pixel art; it takes the place of layers, and its transparent cells that of the paper.
    """

    width: float
    height: float
    layers: tuple[Layer, ...] = ()
    background: Background = Background()
    metadata: Metadata = Metadata()
    grid: Grid | None = None

    def __post_init__(self) -> None:
        if self.grid is not None and self.layers:
            raise ValueError("a scene holds layers of paths or a grid, not both")

    def paths(self) -> Iterator[Path]:
        """Every path in paint order."""
        for layer in self.layers:
            yield from layer.paths
