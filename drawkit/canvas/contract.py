"""What the loop asks of every canvas."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from drawkit.canvas import Rgb
from drawkit.pictures.seamless import Tile
from drawkit.raster import Paths
from drawkit.scene import Scene

__all__ = ["Canvas"]


class Canvas(nn.Module, ABC):
    """A picture made of parameters. Five methods; the loop knows nothing else of it.

    config: the canvas' own frozen dataclass. width, height: in the canvas' own unit, pixels for
    most. background: the paper's RGB 0..1, or None for transparent. generator: every random
    draw comes from it. tile: whether the picture goes on at its other side, across and down.
    """

    sides: ClassVar[tuple[int, int]] = (16, 4096)
    """Smallest and largest side. Below 16 px no model sees a thing; above, a step takes GBs."""
    unit: ClassVar[str] = "pixels"
    """What sides are counted in; the picture itself is always pixels."""

    def __init__(
        self,
        config: Any,
        *,
        width: int,
        height: int,
        background: Rgb | None,
        generator: torch.Generator,
        tile: Tile = (False, False),
    ) -> None:
        super().__init__()
        self.config = config
        self.width = width
        self.height = height
        self.background = background
        self.tile = tile
        self.pitch = (1, 1)
        """Width and height in px of what the picture is made of: cells of a grid, else pixels."""

    @property
    def start_size(self) -> tuple[int, int]:
        """Width and height of the picture that `start_from_` takes; the canvas' own for most."""
        return self.width, self.height

    @property
    def start_margin(self) -> int:
        """Pixels of it to leave free around what is imagined; a user's own picture fills it."""
        return 0

    @abstractmethod
    def forward(self) -> Tensor:
        """The picture: RGBA [1, 4, H, W], 0..1, alpha premultiplied; opaque on a background."""

    @abstractmethod
    def param_groups(self, progress: float) -> list[dict[str, Any]]:
        """Optimizer groups (`params`, `lr`, `name`) at `progress` 0..1 of the run.

        The loop asks again at every step and copies the rates; the tensors stay the same.
        """

    @abstractmethod
    def project_(self) -> None:
        """Bring every parameter back into its legal range, in place."""

    def advance_(self, progress: float, generator: torch.Generator) -> dict[Tensor, Tensor]:
        """Re-seed, anneal, add or drop parts at `progress` 0..1 of the run, in place.

        Returns parameter -> boolean mask [len(parameter)] of the rows whose optimizer state must
        be reset.
        """
        return {}

    def start_from_(self, picture: Tensor, generator: torch.Generator) -> Tensor | None:
        """Begin anew from a picture [1, 4, H, W], premultiplied RGBA 0..1, of `start_size`.

        A canvas that cannot leaves its own start as it is. One that shows it in its own way,
        such as in few colours, returns that picture [1, 4, h, w]: what to stay near to.
        """
        return None

    def paths(self) -> Paths | None:
        """What is painted as paths, in px of the picture, differentiable; none: not of paths."""
        return None

    # `state_dict` must hold all that changes while drawing, numbers by `get_extra_state`: a run
    # that goes on from it ends with the same bytes.

    @abstractmethod
    def to_scene(self) -> Scene:
        """The drawing as plain data, without metadata."""
