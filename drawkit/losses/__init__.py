"""What to want: each loss turns a `View` of the drawing into one number, low is good.

A new loss is one file here: a pure function, a thin class over it with its own frozen config,
and `@losses.register`. Its weight multiplies in one place, the loop.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor, nn

from drawkit.registry import Registry

__all__ = ["Loss", "View", "losses"]

losses = Registry("loss", "drawkit.losses")


@dataclass(frozen=True, eq=False)
class View:
    """What the loop already has at one step, handed to every loss.

    picture: [1, 4, H, W] premultiplied RGBA; on_paper: [1, 3, H, W] RGB, the picture on this
    step's paper; cutouts: [N, 3, S, S] RGB, not yet normalized; features: [N, D] unit length;
    text: [P, D] unit length with its weights [P]; stages: computed only when called;
    progress: 0..1 of the run.
    """

    picture: Tensor
    on_paper: Tensor
    paper: Tensor  # [1, 3, 1, 1] RGB under the picture at this step
    cutouts: Tensor
    features: Tensor
    text: Tensor
    weights: Tensor
    stages: Callable[[], tuple[Tensor, ...]]
    step: int
    progress: float


class Loss(nn.Module, ABC):
    """One wish about the drawing."""

    @abstractmethod
    def forward(self, view: View) -> Tensor:
        """A scalar, low is good."""
