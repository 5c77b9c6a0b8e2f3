"""Make art look as other hands would do it: other colours, hatching, dots, dabs, faint tones.

A judge of styled drawings must know a thing by its shape: nets that see pictures in one manner
alone go by texture and colour (Geirhos et al. 2019, arXiv 1811.12231). Nothing here comes from
drawkit's style loss or its thumbnails, and no style picture is used.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from training.augment import SIDE, Dice

LUMA = (0.299, 0.587, 0.114)


class Styled(Dice):
    """Turns some of the RGB pictures [B, 3, 64, 64], 0..1, into styled ones."""

    def __init__(self, generator: torch.Generator, share: float) -> None:
        super().__init__(generator)
        self.share = share

    def __call__(self, pictures: Tensor) -> Tensor:
        """Each chosen one goes through some of the five ways, at random."""
        chosen = self._some(len(pictures), self.share)
        if not len(chosen):
            return pictures
        found = pictures[chosen]
        ways = (
            (self.recoloured, 0.6),
            (self.dabbed, 0.4),
            (self.hatched, 0.4),
            (self.grained, 0.3),
            (self.faint, 0.4),
        )
        for way, chance in ways:
            some = (self._rand(len(found), 1, 1, 1) < chance).float()
            found = torch.lerp(found, way(found), some)
        changed = pictures.clone()
        changed[chosen] = found.clamp(0, 1)
        return changed

    def recoloured(self, pictures: Tensor) -> Tensor:
        """In a ramp of five colours by lightness, in half of them from light to dark."""
        light = _light(pictures)
        low, high = light.amin((1, 2, 3), keepdim=True), light.amax((1, 2, 3), keepdim=True)
        at = (light - low) / (high - low).clamp(min=0.05)
        ramp = self._rand(len(pictures), 5, 3)
        order = _light(ramp.transpose(1, 2)[..., None])[:, 0, :, 0].argsort(dim=1)
        backwards = (self._rand(len(pictures), 1) < 0.3).expand_as(order)
        order = torch.where(backwards, order.flip(1), order)
        ramp = ramp.gather(1, order[..., None].expand(-1, -1, 3))
        gray = (self._rand(len(pictures), 1, 1) < 0.3).float()
        ramp = torch.lerp(ramp, ramp.mean(2, keepdim=True), gray)
        place = at[:, 0].clamp(0, 1) * 4
        first = place.floor().clamp(max=3).long()
        share = (place - first)[:, None]
        one, two = (_looked_up(ramp, first + step) for step in (0, 1))
        return torch.lerp(one, two, share)

    def dabbed(self, pictures: Tensor) -> Tensor:
        """In dabs that lie a little astray, each a little off in colour."""
        cells = int(self._rand(1, low=14, high=40))
        count = len(pictures)
        astray = self._rand(count, 2, cells, cells, low=-1, high=1)
        astray = astray * self._rand(count, 1, 1, 1, low=0.01, high=0.09)
        off = torch.randn(count, 3, cells, cells, generator=self.generator)
        off = off * self._rand(count, 1, 1, 1, high=0.16)
        field = F.interpolate(torch.cat([astray, off], dim=1), size=SIDE, mode="nearest")
        eye = torch.eye(2, 3).expand(count, 2, 3)
        grid = F.affine_grid(eye, [count, 3, SIDE, SIDE], align_corners=False)
        grid = grid + field[:, :2].permute(0, 2, 3, 1)
        moved = F.grid_sample(pictures, grid, padding_mode="border", align_corners=False)
        return moved + field[:, 2:]

    def hatched(self, pictures: Tensor) -> Tensor:
        """In wavy lines, or crossing ones, of an ink: as much of it as a place is dark."""
        count = len(pictures)
        line = torch.linspace(-1, 1, SIDE)
        across, down = line.view(1, 1, -1), line.view(1, -1, 1)
        turn = self._rand(count, 1, 1, high=math.pi)
        waves = F.interpolate(
            torch.randn(count, 2, 4, 4, generator=self.generator), size=SIDE, mode="bicubic"
        ) * self._rand(count, 1, 1, 1, high=2.5)
        often = self._rand(count, 1, 1, low=30, high=100)
        one = (often * (across * turn.cos() + down * turn.sin()) + waves[:, 0]).cos()
        other = (often * (down * turn.cos() - across * turn.sin()) + waves[:, 1]).cos()
        crossing = (self._rand(count, 1, 1) < 0.4).float()
        screen = 0.5 + 0.5 * torch.lerp(one, one * other, crossing)
        light = _light(pictures)
        dark = torch.sigmoid((screen[:, None] - light) * self._rand(count, 1, 1, 1, low=4, high=20))
        ink, paper = self._rand(count, 3, 1, 1, high=0.4), self._rand(count, 3, 1, 1, low=0.7)
        inked = torch.lerp(paper.expand_as(pictures), ink.expand_as(pictures), dark)
        return torch.lerp(pictures, inked, self._rand(count, 1, 1, 1, low=0.4))

    def grained(self, pictures: Tensor) -> Tensor:
        """With blots of some size over all of it."""
        count = len(pictures)
        cells = int(self._rand(1, low=8, high=64))
        blots = torch.randn(count, 3, cells, cells, generator=self.generator)
        gray = (self._rand(count, 1, 1, 1) < 0.5).float()
        blots = torch.lerp(blots, blots.mean(1, keepdim=True) * 1.7, gray)
        blots = F.interpolate(blots, size=SIDE, mode="bilinear")
        return pictures + blots * self._rand(count, 1, 1, 1, low=0.03, high=0.2)

    def faint(self, pictures: Tensor) -> Tensor:
        """With less contrast, about some tone."""
        tone = self._rand(len(pictures), 3, 1, 1)
        gray = (self._rand(len(pictures), 1, 1, 1) < 0.6).float()
        tone = torch.lerp(tone, tone.mean(1, keepdim=True), gray)
        return torch.lerp(tone, pictures, self._rand(len(pictures), 1, 1, 1, low=0.3))


def _light(pictures: Tensor) -> Tensor:
    """Lightness [B, 1, H, W] of RGB [B, 3, H, W]."""
    return (pictures * pictures.new_tensor(LUMA).view(1, 3, 1, 1)).sum(1, keepdim=True)


def _looked_up(ramp: Tensor, at: Tensor) -> Tensor:
    """Colours [B, 3, H, W] of ramps [B, 5, 3] at steps [B, H, W]."""
    index = at.flatten(1)[..., None].expand(-1, -1, 3)
    return ramp.gather(1, index).transpose(1, 2).view(len(at), 3, *at.shape[1:])
