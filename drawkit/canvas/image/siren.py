"""Pictures as the output of a small net of sines, from place to colour: deep-daze's canvas."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from drawkit.canvas import CanvasSpec, ParamGroup, canvases
from drawkit.canvas.image.configs import SirenConfig
from drawkit.canvas.image.picture import ImageCanvas, from_planes, slowing
from drawkit.pictures.seamless import Tile

__all__ = ["SirenCanvas", "SirenConfig"]

_INNER = 6.0
"""Weights of U(-sqrt(6 / n), sqrt(6 / n)) keep sines alive (Sitzmann 2020, arXiv 2006.09661)."""
_FIT_RATE = 0.01


@canvases.register("siren", config=SirenConfig)
class SirenCanvas(ImageCanvas):
    """A picture that a small net of sines computes from places (SIREN, as deep-daze).

    Parameters: weights and biases of its layers. A start picture is learned, not held exactly.
    """

    config: SirenConfig
    places: Tensor

    def __init__(self, config: SirenConfig, spec: CanvasSpec) -> None:
        super().__init__(config, spec)
        self.register_buffer("places", places(self.height, self.width, self.tile), False)
        sizes = [self.places.shape[1], *[config.width] * config.layers]
        generator = spec.generator
        self.weights = nn.ParameterList()
        self.biases = nn.ParameterList()
        for at, (before, after) in enumerate(zip(sizes, [*sizes[1:], 4], strict=True)):
            # The first layer's sines turn `frequency` times as fast, those of the others once.
            most = config.frequency / before if at == 0 else (_INNER / before) ** 0.5
            most = most if at < config.layers else 0.3 * most
            self.weights.append(most * _even(after, before, generator))
            self.biases.append(torch.pi * _even(after, 1, generator)[:, 0] * (at < config.layers))

    def planes(self) -> Tensor:
        """What the net says of every pixel, [1, 4, H, W]."""
        found = self.places
        layers = list(zip(self.weights, self.biases, strict=True))
        for weight, bias in layers[:-1]:
            found = torch.sin(nn.functional.linear(found, weight, bias))
        found = nn.functional.linear(found, *layers[-1])
        return found.T.reshape(1, 4, self.height, self.width)

    def fit_(self, planes: Tensor) -> None:
        """Learn these planes, as well as so small a net can."""
        wanted = from_planes(planes, self.config.saturation)
        own = list(self.parameters())
        optimizer = torch.optim.Adam(own, lr=_FIT_RATE)
        with torch.enable_grad():
            for _ in range(self.config.fit_steps):
                shown = from_planes(self.planes(), self.config.saturation)
                off = (shown - wanted).square().mean()
                for parameter, slope in zip(own, torch.autograd.grad(off, own), strict=True):
                    parameter.grad = slope
                optimizer.step()
        optimizer.zero_grad()

    def param_groups(self, progress: float) -> list[ParamGroup]:
        """The net, slower toward the end."""
        rate = self.config.lr * slowing(progress)
        return [ParamGroup("net", [*self.weights, *self.biases], rate)]

    def project_(self) -> None:
        """Any net makes a picture."""


def places(height: int, width: int, tile: Tile) -> Tensor:
    """[H W, D] where each pixel is: -1..1 along the longer side, on a circle where it is tiled."""
    longer = max(height, width)
    columns: list[Tensor] = []
    for side, tiled, turn in ((width, tile[0], False), (height, tile[1], True)):
        line = (torch.arange(side) + 0.5 - side / 2) * (2 / longer)
        angle = line * (torch.pi * longer / side)
        found = [angle.cos(), angle.sin()] if tiled else [line]
        shape = (-1, 1) if turn else (1, -1)
        columns += [one.view(shape).expand(height, width).flatten() for one in found]
    return torch.stack(columns, dim=1)


def _even(rows: int, columns: int, generator: torch.Generator) -> Tensor:
    """[rows, columns] numbers between -1 and 1."""
    return 2 * torch.rand(rows, columns, generator=generator) - 1
