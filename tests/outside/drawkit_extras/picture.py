"""A canvas that learns an image: every pixel on its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from drawkit.canvas import Canvas, CanvasSpec, ParamGroup, canvases
from drawkit.scene import Background, RasterLayer, Scene


@dataclass(frozen=True)
class PictureConfig:
    """How fast pixels learn."""

    lr: float = 0.05


@canvases.register("picture", config=PictureConfig)
class PictureCanvas(Canvas):
    """Plain pixels in RGB, opaque."""

    def __init__(self, config: PictureConfig, spec: CanvasSpec) -> None:
        super().__init__(config, spec)
        self.background = spec.background or (1.0, 1.0, 1.0)
        shape = (1, 3, spec.height, spec.width)
        self.rgb = nn.Parameter(0.5 + 0.1 * torch.randn(shape, generator=spec.generator))

    def forward(self) -> Tensor:
        """The picture: RGBA [1, 4, H, W], opaque."""
        return torch.cat([self.rgb, torch.ones_like(self.rgb[:, :1])], dim=1)

    def param_groups(self, progress: float) -> list[ParamGroup]:
        """All pixels alike."""
        return [ParamGroup("rgb", [self.rgb], self.config.lr)]

    @torch.no_grad()
    def project_(self) -> None:
        """Keep colours in 0..1."""
        self.rgb.clamp_(0, 1)

    def to_scene(self) -> Scene:
        """One layer of pixels."""
        rgba = (255 * self()[0].detach().permute(1, 2, 0)).round().byte().numpy()
        layer = RasterLayer("picture", np.ascontiguousarray(rgba))
        return Scene(self.width, self.height, (layer,), Background(self.background))
