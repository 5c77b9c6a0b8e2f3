"""What to want: each loss turns a `View` of the drawing into one number, low is good.

A new loss is one file here: a pure function, a thin class over it with its own frozen config
(with a `weight: Weight`; 0 leaves the loss out), and `@losses.register`. The weight multiplies in
one place, the loop.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import torch.nn.functional as F
from torch import Tensor, nn

from drawkit.pictures.seamless import Tile
from drawkit.raster import Paths
from drawkit.registry import Registry

__all__ = ["Look", "Loss", "View", "WeightedLoss", "in_middle", "losses"]

losses = Registry("loss", "drawkit.losses")


@dataclass(frozen=True, eq=False)
class Look:
    """What one perceptor saw of the picture at this step.

    cutouts: [N, 3, S, S] RGB, not yet normalized; features: [N, D] unit length; text: [P, D]
    unit length, one a prompt; weight: this perceptor's share, the shares of all add up to 1;
    stages: the image tower's intermediate features, computed only when called; stages_of: those
    of any pictures like the cutouts; imagined: what it expects to see, [1, 4, h, w] premultiplied
    RGBA for the middle square, if it imagined it.
    """

    cutouts: Tensor
    features: Tensor
    text: Tensor
    weight: float
    stages: Callable[[], tuple[Tensor, ...]]
    stages_of: Callable[[Tensor], tuple[Tensor, ...]]
    imagined: Tensor | None = None


@dataclass(frozen=True, eq=False)
class View:
    """What the loop already has at one step, handed to every loss.

    picture: [1, 4, H, W] premultiplied RGBA; on_paper: [1, 3, H, W] RGB, the picture on this
    step's paper; paper: [1, 3, 1, 1] RGB; looks: one a perceptor; prompt_weights: [P];
    step: 1..total; progress: 0..1 of the run; tile: whether the picture goes on at its other
    side, across and down; pitch: width and height in px of what the canvas is made of; paths: what
    is painted, in px of the picture, made only when called; none where it is not of paths.
    """

    picture: Tensor
    on_paper: Tensor
    paper: Tensor
    looks: tuple[Look, ...]
    prompt_weights: Tensor
    step: int
    progress: float
    tile: Tile = (False, False)
    pitch: tuple[int, int] = (1, 1)
    paths: Callable[[], Paths | None] = lambda: None


class Loss(nn.Module, ABC):
    """One wish about the drawing, built from its own frozen config."""

    content: ClassVar[Literal["", "words", "picture"]] = ""
    """Whether it says what is drawn: in words, by a picture to follow, or not at all."""

    def __init__(self, config: Any) -> None:
        super().__init__()
        self.config = config

    @abstractmethod
    def forward(self, view: View) -> Tensor:
        """A scalar, low is good."""

    def content_share(self, content: str, progress: float) -> float:
        """What losses about `content` are multiplied by at `progress` 0..1 of the run, from 0."""
        return 1.0

    def restyled(self, picture: Tensor, paper: Tensor | None) -> Tensor:
        """How a picture that the drawing is to follow should look, before the first step.

        picture: [1, 4, H, W] premultiplied RGBA, 0..1, over the whole drawing; paper: [3] RGB,
        none where it is transparent. As it is, for most.
        """
        return picture

    @classmethod
    def suited(cls, config: Any) -> Mapping[str, Mapping[str, Any]]:
        """Settings (section -> key -> value) that suit this loss where it counts.

        They are laid over the defaults, under all that users and styles set.
        """
        return {}


@dataclass(frozen=True, eq=False)
class WeightedLoss:
    """A loss with its name for the log and the factor that the loop multiplies it by."""

    name: str
    loss: Loss
    weight: float


def in_middle(picture: Tensor, width: int, height: int) -> Tensor:
    """A picture [1, C, h, w], as large as fits, in the middle of [1, C, height, width]."""
    rows, columns = picture.shape[-2:]
    scale = min(width / columns, height / rows)
    high, wide = max(1, round(rows * scale)), max(1, round(columns * scale))
    sized = F.interpolate(picture, size=(high, wide), mode="bilinear", antialias=True)
    left, top = (width - wide) // 2, (height - high) // 2
    return F.pad(sized, (left, width - wide - left, top, height - high - top))
