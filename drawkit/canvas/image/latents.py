"""What canvases share whose pixels a network makes, of latents that are learned."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.canvas.image.picture import RasterCanvas
from drawkit.config.limits import Limits, Rate, check_limits
from drawkit.errors import ConfigError

__all__ = ["LatentCanvas", "LatentConfig", "clamped", "fit_by_steps_"]


@dataclass(frozen=True)
class LatentConfig:
    """Where the network is, and how fast its latents move."""

    section: ClassVar[str] = "latents"
    asks: ClassVar[str]
    """What weights to give."""

    weights: str = field(default="", metadata={"file": True})
    """File or folder of the network's weights."""
    lr: Rate = 0.1
    """Learning rate of the latents."""
    fit_steps: Annotated[int, Limits(1, 10_000)] = 50
    """Steps in which it learns a start picture, where the network has no encoder."""

    def __post_init__(self) -> None:
        """Refuse numbers out of their ranges."""
        check_limits(self, self.section)

    def given_weights(self) -> str:
        """The file; ConfigError where none is given."""
        if not self.weights:
            raise ConfigError(
                f"--canvas {self.section} needs --weights: {self.asks};"
                " published ones: drawkit models list"
            )
        return self.weights


class LatentCanvas(RasterCanvas):
    """An opaque picture that a network makes, cut to its size.

    A canvas of this kind says what picture its latents make, `made`, and how to begin with one,
    `encode_`.
    """

    @abstractmethod
    def made(self) -> Tensor:
        """The picture [1, 3, at least H, at least W], 0..1 but for what may be `clamped`."""

    @abstractmethod
    def encode_(self, picture: Tensor) -> None:
        """Take on latents that make about this picture [1, 3, H, W], 0..1."""

    def forward(self) -> Tensor:
        """The picture: RGBA [1, 4, H, W], 0..1, opaque."""
        rgb = clamped(self.made())[..., : self.height, : self.width]
        return torch.cat([rgb, torch.ones_like(rgb[:, :1])], dim=1)

    @torch.no_grad()
    def start_from_(self, picture: Tensor, generator: torch.Generator) -> Tensor | None:
        """Show this picture on the paper, middle grey where there is none, as near as it can."""
        paper = (0.5, 0.5, 0.5) if self.background is None else self.background
        ground = picture.new_tensor(paper).view(1, 3, 1, 1)
        self.encode_(picture[:, :3] + (1 - picture[:, 3:]) * ground)
        shown: Tensor = self()
        return shown.detach()


def clamped(picture: Tensor) -> Tensor:
    """0..1; what lies outside gets a gradient only where that leads back."""
    if not picture.requires_grad:
        return picture.clamp(0, 1)
    beyond = (picture - picture.clamp(0, 1)).detach()
    held = picture - beyond
    held.register_hook(lambda slope: slope * (slope * beyond >= 0))  # type: ignore[no-untyped-call]
    return held


def fit_by_steps_(canvas: LatentCanvas, wanted: Tensor) -> None:
    """Learn a picture [1, 3, H, W] by gradient descent on the latents."""
    groups = canvas.param_groups(0.0)
    optimizer = torch.optim.Adam([{"params": list(g.params), "lr": g.lr} for g in groups])
    own = [parameter for group in groups for parameter in group.params]
    with torch.enable_grad():
        for _ in range(canvas.config.fit_steps):
            off = F.mse_loss(canvas()[:, :3], wanted)
            for parameter, slope in zip(own, torch.autograd.grad(off, own), strict=True):
                parameter.grad = slope
            optimizer.step()
            canvas.project_()
    optimizer.zero_grad()
