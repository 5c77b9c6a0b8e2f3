"""What canvases of free pixels share: from planes of real numbers to colours, and back."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import Any

import torch
from torch import Tensor

from drawkit.canvas import Canvas
from drawkit.canvas.traits import paper_of
from drawkit.pictures.streamlines import Lines
from drawkit.raster import straight
from drawkit.scene import Background, RasterLayer, Scene

__all__ = ["ImageCanvas", "RasterCanvas", "from_planes", "slowing", "to_planes"]

# Ohta, Kanade and Sakai 1980: lightness, red against blue, green against both. These axes are
# close to those in which the colours of pictures vary apart from each other; how far they vary
# along each was measured on the drawings that the built-in perceptor was trained on.
_AXES = ((0.577, 0.577, 0.577), (0.707, 0.0, -0.707), (-0.408, 0.816, -0.408))
_SPREADS = (1.0, 0.45, 0.2)
_SLOWEST = 0.05
"""Share of the learning rates at the end of a run."""
_EDGE = 1 / 4096
"""How near to 0 and 1 a colour can come: far less than half of one of 256 levels."""


def from_planes(planes: Tensor, saturation: float) -> Tensor:
    """Planes [1, 4, H, W] of any numbers -> premultiplied RGBA, 0..1.

    The first three are colour along axes that vary apart, the fourth is opacity; 0 is middle grey,
    half opaque. saturation: how much more the two of hue count.
    """
    rgb = torch.sigmoid(torch.einsum("ij,njhw->nihw", _mixing(planes, saturation), planes[:, :3]))
    alpha = torch.sigmoid(planes[:, 3:])
    return torch.cat([rgb * alpha, alpha], dim=1)


def to_planes(picture: Tensor, saturation: float) -> Tensor:
    """The planes that `from_planes` makes a picture [1, 4, H, W] of."""
    alpha = picture[:, 3:]
    rgb = straight(picture.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)[:, :3]
    rgb = torch.where(alpha > 0, rgb, 0.5)
    mixing = torch.linalg.inv(_mixing(picture, saturation))
    hues = torch.einsum("ij,njhw->nihw", mixing, rgb.clamp(_EDGE, 1 - _EDGE).logit())
    return torch.cat([hues, alpha.clamp(_EDGE, 1 - _EDGE).logit()], dim=1)


def _mixing(like: Tensor, saturation: float) -> Tensor:
    """[3, 3] from the axes to red, green and blue."""
    spreads = (_SPREADS[0], saturation * _SPREADS[1], saturation * _SPREADS[2])
    return (like.new_tensor(_AXES) * like.new_tensor(spreads)[:, None]).T


def slowing(progress: float) -> float:
    """What learning rates are multiplied by at `progress` 0..1 of the run: half a cosine."""
    return _SLOWEST + (1 - _SLOWEST) * (0.5 + 0.5 * math.cos(math.pi * progress))


class RasterCanvas(Canvas):
    """A picture that is kept as the pixels that it is."""

    @property
    def start_size(self) -> tuple[int, int]:
        """The picture's own."""
        return self.width, self.height

    @property
    def start_margin(self) -> int:
        """None: what is imagined fills the sheet."""
        return 0

    @classmethod
    def settings_for_traits(cls, traits: Lines) -> dict[str, dict[str, Any]]:
        """Such paper."""
        return paper_of(traits)

    @torch.no_grad()
    def to_scene(self) -> Scene:
        """The drawing as plain data: one layer of pixels."""
        picture = self()[0].permute(1, 2, 0)
        levels = (straight(picture).clamp(0, 1) * 255).round().to(torch.uint8).cpu().numpy()
        layer = RasterLayer("picture", levels)
        return Scene(self.width, self.height, (layer,), Background(self.background))


class ImageCanvas(RasterCanvas):
    """A picture of free pixels, half opaque grey on its paper at first.

    A canvas of this kind says how its parameters become planes, `planes`, and which parameters do,
    `fit_`; its config has `saturation`.
    """

    @abstractmethod
    def planes(self) -> Tensor:
        """Planes [1, 4, H, W] as `from_planes` takes them."""

    @abstractmethod
    def fit_(self, planes: Tensor) -> None:
        """Take on the parameters that show such planes [1, 4, H, W]."""

    def forward(self) -> Tensor:
        """The picture: RGBA [1, 4, H, W], 0..1, alpha premultiplied; opaque on a background."""
        picture = from_planes(self.planes(), self.config.saturation)
        if self.background is None:
            return picture
        alpha = picture[:, 3:]
        paper = picture.new_tensor(self.background).view(1, 3, 1, 1)
        rgb = picture[:, :3] + (1 - alpha) * paper
        return torch.cat([rgb, torch.ones_like(alpha)], dim=1)

    @torch.no_grad()
    def start_from_(self, picture: Tensor, generator: torch.Generator) -> Tensor | None:
        """Show this picture."""
        self.fit_(to_planes(picture, self.config.saturation))
        return None
