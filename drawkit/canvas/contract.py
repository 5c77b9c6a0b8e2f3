"""What the loop asks of every canvas, and what some can do beside."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from drawkit.canvas import Rgb
from drawkit.pictures.seamless import Tile
from drawkit.raster import Paths
from drawkit.scene import Scene

__all__ = [
    "Advances",
    "Canvas",
    "CanvasSpec",
    "Changes",
    "DrawsSmaller",
    "HasCells",
    "HasPaths",
    "LoadsScene",
    "ParamGroup",
    "Replacement",
    "StartsFromPicture",
    "TakesTraits",
]


@dataclass(frozen=True, eq=False)
class CanvasSpec:
    """The sheet that a canvas is made for.

    width, height: in the canvas' own unit, pixels for most. background: the paper's RGB 0..1, or
    None for transparent. tile: whether the picture goes on at its other side, across and down.
    generator: every random draw of the start comes from it.
    """

    width: int
    height: int
    background: Rgb | None = (1.0, 1.0, 1.0)
    tile: Tile = (False, False)
    generator: torch.Generator = field(default_factory=torch.Generator)


@dataclass(frozen=True, eq=False)
class ParamGroup:
    """Tensors that move alike: `lr` is about how far each number goes in a step, in its unit."""

    name: str
    params: Sequence[Tensor]
    lr: float


@dataclass(frozen=True, eq=False)
class Replacement:
    """The tensor that takes a parameter's place, and the row that each of its rows was before.

    rows: [len(param)] int64, -1 for a row that begins anew.
    """

    param: Tensor
    rows: Tensor


@dataclass(frozen=True, eq=False)
class Changes:
    """What became of parameters: the optimizer must know.

    reset: parameter -> boolean mask [len(parameter)] of the rows that begin anew. replaced: an
    old parameter -> the one that `param_groups` names in its place from now on.
    """

    reset: Mapping[Tensor, Tensor] = field(default_factory=dict)
    replaced: Mapping[Tensor, Replacement] = field(default_factory=dict)


class Canvas(nn.Module, ABC):
    """A picture made of parameters. Four methods; what else it can do, the protocols below say.

    config: the canvas' own frozen dataclass. `width` and `height` are those of its picture in
    pixels; a canvas may set them, and its `background`, otherwise than the spec. `state_dict` must
    hold all that changes while drawing, numbers by `get_extra_state`: a run that goes on from it
    ends with the same bytes.
    """

    sides: ClassVar[tuple[int, int]] = (16, 4096)
    """Smallest and largest side. Below 16 px no model sees a thing; above, a step takes GBs."""
    unit: ClassVar[str] = "pixels"
    """What sides are counted in; the picture itself is always pixels."""

    def __init__(self, config: Any, spec: CanvasSpec) -> None:
        super().__init__()
        self.config = config
        self.width = spec.width
        self.height = spec.height
        self.background = spec.background
        self.tile = spec.tile

    @abstractmethod
    def forward(self) -> Tensor:
        """The picture: RGBA [1, 4, H, W], 0..1, alpha premultiplied; opaque on a background."""

    @abstractmethod
    def param_groups(self, progress: float) -> list[ParamGroup]:
        """The optimizer's groups at `progress` 0..1 of the run.

        The loop asks again at every step and takes the rates; the tensors stay the same, unless
        `advance_` says otherwise.
        """

    @abstractmethod
    def project_(self) -> None:
        """Bring every parameter back into its legal range, in place."""

    @abstractmethod
    def to_scene(self) -> Scene:
        """The drawing as plain data, without metadata."""


@runtime_checkable
class Advances(Protocol):
    """A canvas that renews its parts: re-seeds, anneals, adds or drops some."""

    def advance_(self, progress: float, generator: torch.Generator) -> Changes:
        """Do so at `progress` 0..1 of the run, in place; called after every update."""


@runtime_checkable
class StartsFromPicture(Protocol):
    """A canvas that can begin with a picture, the user's or an imagined one."""

    @property
    def start_size(self) -> tuple[int, int]:
        """Width and height of the picture that it takes."""

    @property
    def start_margin(self) -> int:
        """Pixels of it to leave free around what is imagined; a user's own picture fills it."""

    def start_from_(self, picture: Tensor, generator: torch.Generator) -> Tensor | None:
        """Begin anew from a picture [1, 4, H, W], premultiplied RGBA 0..1, of `start_size`.

        A canvas that shows it in its own way, such as in few colours, returns that picture
        [1, 4, h, w]: what to stay near to.
        """


@runtime_checkable
class LoadsScene(Protocol):
    """A canvas that can go on with the paths of a drawing."""

    def loaded(self, scene: Scene, frozen: Collection[int] = ()) -> Canvas:
        """A canvas that begins with a scene that has paths, fitted on its sheet.

        frozen: places in `scene.paths()` of those that stay, beside hidden and locked ones.
        """


@runtime_checkable
class DrawsSmaller(Protocol):
    """A canvas whose picture costs less in fewer pixels."""

    def drawn(self, width: int, height: int) -> Tensor:
        """The picture as `forward` paints it, in so many px: [1, 4, height, width]."""


@runtime_checkable
class HasPaths(Protocol):
    """A canvas that paints paths."""

    def paths(self) -> Paths:
        """What is painted, in px of the picture, differentiable."""


@runtime_checkable
class HasCells(Protocol):
    """A canvas made of cells."""

    pitch: tuple[int, int]
    """Width and height in px of a cell."""


@runtime_checkable
class TakesTraits(Protocol):
    """A canvas that can be made like a style picture."""

    @classmethod
    def settings_for_traits(cls, traits: Any) -> Mapping[str, Mapping[str, Any]]:
        """Settings, section -> key -> value, for a drawing with such lines and such paper.

        traits: what `traits` of a loss says of its pictures, `pictures.streamlines.Lines`.
        """
