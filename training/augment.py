"""Make clean art look like a drawing in progress: papers, poses, stray strokes, coarse pixels."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from training.dataset import Batch

SIDE = 64


class Dice:
    """Random numbers and choices for many pictures at once."""

    def __init__(self, generator: torch.Generator) -> None:
        self.generator = generator

    def _rand(self, *shape: int, low: float = 0.0, high: float = 1.0) -> Tensor:
        return low + (high - low) * torch.rand(*shape, generator=self.generator)

    def _some(self, count: int, share: float) -> Tensor:
        return (self._rand(count) < share).nonzero()[:, 0]


class Augment(Dice):
    """Turns a batch of premultiplied RGBA into RGB pictures [B, 3, 64, 64] on some paper."""

    def __call__(self, batch: Batch) -> Tensor:
        """Pictures [B, 3, 64, 64] in 0..1."""
        rgba = self.pose(batch.rgba)
        count = len(rgba)
        alpha = rgba[:, 3:]
        tint = self._rand(count, 3, 1, 1, low=0.85, high=1.1) * self._rand(
            count, 1, 1, 1, low=0.85, high=1.1
        )
        rgb = (rgba[:, :3] * tint).minimum(alpha)
        gray = self._some(count, 0.06)
        rgb[gray] = rgb[gray].mean(1, keepdim=True)
        mono = batch.mono[:, None, None, None]
        rgb = torch.where(mono, batch.inks[:, :, None, None] * alpha, rgb)
        paper = self.paper(batch)
        self.strokes(paper, share=0.15)
        picture = rgb + paper * (1 - alpha)
        self.strokes(picture, share=0.2)
        self.coarse(picture, share=0.1)
        self.blur(picture, share=0.3)
        noise = torch.randn(picture.shape, generator=self.generator)
        picture += noise * self._rand(count, 1, 1, 1, high=0.05)
        return picture.clamp_(0, 1).contiguous(memory_format=torch.channels_last)

    def pose(self, rgba: Tensor) -> Tensor:
        """Zoom, turn, stretch, shift, mirror; one picture in eight is seen in part only."""
        count = len(rgba)
        zoom = self._rand(count, low=0.6, high=1.12)
        near = self._some(count, 0.12)
        zoom[near] = self._rand(len(near), low=1.15, high=1.7)
        turn = 0.2 * torch.randn(count, generator=self.generator).clamp(-2, 2)
        stretch = self._rand(count, low=-0.12, high=0.12).exp()
        mirror = torch.where(self._rand(count) < 0.5, -1.0, 1.0)
        cos, sin = torch.cos(turn), torch.sin(turn)
        reach = (1 / zoom - 1).abs() * 0.9 + 0.06
        shift = self._rand(count, 2, low=-1, high=1) * reach[:, None]
        theta = torch.stack(
            [
                torch.stack([mirror * cos * stretch / zoom, -mirror * sin / zoom, shift[:, 0]], 1),
                torch.stack([sin / zoom, cos / (stretch * zoom), shift[:, 1]], 1),
            ],
            dim=1,
        )
        grid = F.affine_grid(theta, [count, 4, SIDE, SIDE], align_corners=False)
        return F.grid_sample(rgba, grid, mode="bilinear", align_corners=False)

    def paper(self, batch: Batch) -> Tensor:
        """Half the papers are white, some black, pale, any colour, or shaded; inks stay visible."""
        count = len(batch.mono)
        colour = torch.ones(count, 3)
        kind = self._rand(count)
        pale, any_colour, black = kind > 0.55, kind > 0.70, kind > 0.92
        colour[pale] = self._rand(int(pale.sum()), 3, low=0.82, high=1.0)
        colour[any_colour] = self._rand(int(any_colour.sum()), 3)
        colour[black] = 0.0
        hidden = batch.mono & ((colour - batch.inks).norm(dim=1) < 0.45)
        light = (batch.inks.mean(1) > 0.55).float()[:, None]
        colour = torch.where(hidden[:, None], 1 - light, colour)
        paper = colour[:, :, None, None].repeat(1, 1, SIDE, SIDE)
        shaded = self._some(count, 0.08)
        ramp = torch.linspace(0, 1, SIDE)[None, None, :, None] * 0.5
        other = self._rand(len(shaded), 3, 1, 1)
        paper[shaded] = paper[shaded] * (1 - ramp) + other * ramp
        return paper

    def scramble(self, picture: Tensor, most: int = 28) -> Tensor:
        """Pictures of nothing, made of the same stuff: shuffled tiles, or strokes on the paper.

        They are wrong answers to every name: a heap of the right colours is not the thing.
        """
        half = len(picture) // 2
        cell = SIDE // 4
        tiles = F.unfold(picture[:half], cell, stride=cell)  # [N, 3 cell cell, 16]
        order = self._rand(half, 1, 16).argsort(-1).expand_as(tiles)
        shuffled = F.fold(tiles.gather(2, order), SIDE, cell, stride=cell)
        rest = picture[half:]
        middle = rest[:, :, SIDE // 4 : -SIDE // 4, SIDE // 4 : -SIDE // 4].flatten(2)
        spots = torch.randint(middle.shape[2], (len(rest), 1, most), generator=self.generator)
        colours = middle.gather(2, spots.expand(-1, 3, -1))  # [N, 3, most]
        heap = rest[:, :, :1, :1].repeat(1, 1, SIDE, SIDE)
        self.strokes(heap, share=1.0, most=most, colours=colours)
        return torch.cat([shuffled, heap])

    def strokes(
        self, picture: Tensor, share: float, most: int = 5, colours: Tensor | None = None
    ) -> None:
        """Paint up to `most` straight strokes into some pictures, in place.

        `colours` [B, 3, most] are theirs, of any colour without them.
        """
        chosen = self._some(len(picture), share)
        count = len(chosen)
        if not count:
            return
        start = self._rand(count, most, 2, low=-0.1, high=1.1) * SIDE
        angle = self._rand(count, most, high=2 * math.pi)
        length = self._rand(count, most, low=3, high=36)
        along = torch.stack([angle.cos(), angle.sin()], -1)
        radius = self._rand(count, most, low=0.4, high=2.2 if colours is None else 4.0)
        line = torch.arange(SIDE) + 0.5
        dx = line[None, None, None, :] - start[..., 0, None, None]
        dy = line[None, None, :, None] - start[..., 1, None, None]
        ax, ay = along[..., 0, None, None], along[..., 1, None, None]
        t = (dx * ax + dy * ay).clamp(min=0).minimum(length[..., None, None])
        distance = ((dx - t * ax) ** 2 + (dy - t * ay) ** 2).sqrt()
        cover = (radius[..., None, None] + 0.5 - distance).clamp(0, 1)
        present = self._rand(count, most) < self._rand(count, 1)
        cover = cover * (self._rand(count, most, low=0.3) * present)[..., None, None]
        target = picture[chosen]
        for k in range(most):
            if colours is None:
                colour = self._rand(count, 3, 1, 1)
            else:
                colour = colours[chosen, :, k, None, None]
            target = target + cover[:, k, None] * (colour - target)
        picture[chosen] = target

    def coarse(self, picture: Tensor, share: float) -> None:
        """Show some pictures as a coarse grid of cells, in place."""
        chosen = self._some(len(picture), share)
        cell = 4 if float(self._rand(1)) < 0.25 else 2
        if len(chosen):
            cells = F.avg_pool2d(picture[chosen], cell)
            picture[chosen] = F.interpolate(cells, scale_factor=cell, mode="nearest")

    def blur(self, picture: Tensor, share: float) -> None:
        """Blur some pictures, in place; one sigma a batch."""
        chosen = self._some(len(picture), share)
        if not len(chosen):
            return
        sigma = float(self._rand(1, low=0.4, high=1.7))
        taps = torch.exp(-0.5 * (torch.arange(-4, 5) / sigma) ** 2)
        taps = (taps / taps.sum()).to(picture)
        soft = F.pad(picture[chosen], (4, 4, 4, 4), mode="replicate").flatten(0, 1)[:, None]
        soft = F.conv2d(F.conv2d(soft, taps.view(1, 1, 1, -1)), taps.view(1, 1, -1, 1))
        picture[chosen] = soft.view(-1, 3, SIDE, SIDE)
