"""Style pictures: `PICTURE[:WEIGHT]` as users name them, read with care; and masks for them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.errors import ConfigError, InputError
from drawkit.pictures import premultiplied, read_picture
from drawkit.pictures.over import over_paper

__all__ = [
    "StyleMask",
    "parse_style_picture",
    "parse_style_pictures",
    "style_tensor",
    "style_tensors",
]

_LIGHT = 0.5
_LONGEST = 512
"""Longer side in px from which a style picture is made smaller; a drawing is seen at 224."""


def parse_style_picture(text: str) -> tuple[str, float]:
    """`starry.png` or `starry.png:0.5` -> the path and the weight, 1 where none is named."""
    path, colon, number = text.rpartition(":")
    try:
        weight = float(number) if colon else math.nan
    except ValueError:  # a colon of the path itself
        return text, 1.0
    if not colon:
        path, weight = text, 1.0
    if not path.strip():
        raise ConfigError(
            f"the style picture '{text}' has no name; write PICTURE or PICTURE:WEIGHT"
        )
    if not 0 < weight <= 1e6:
        raise ConfigError(f"the style picture '{path}' has weight {weight:g}; allowed: above 0")
    return path, weight


def parse_style_pictures(texts: Sequence[str]) -> list[tuple[str, float]]:
    """The path and weight of each `PICTURE[:WEIGHT]`; raises ConfigError where one has none."""
    return [parse_style_picture(text) for text in texts]


def style_tensor(path: str) -> Tensor:
    """A picture file as RGB [1, 3, H, W], 0..1, on white, of at most 512 px a side.

    Raises FileError where it cannot be read, InputError where nothing is visible in it.
    """
    pixels = read_picture(path)
    if not pixels[..., 3].any():
        raise InputError(f"the style picture '{path}' shows nothing: it is wholly transparent")
    # A huge picture is thinned first: four pixels in each one that stays are enough to average.
    step = max(1, max(pixels.shape[:2]) // (2 * _LONGEST))
    values = torch.from_numpy(premultiplied(pixels[::step, ::step])).permute(2, 0, 1)[None]
    on_white = over_paper(values)
    height, width = on_white.shape[-2:]
    scale = min(1.0, _LONGEST / max(height, width))
    size = (max(1, round(height * scale)), max(1, round(width * scale)))
    return F.interpolate(on_white, size=size, mode="bilinear", antialias=True).clamp(0, 1)


def style_tensors(texts: Sequence[str]) -> list[tuple[Tensor, float]]:
    """Each `PICTURE[:WEIGHT]` as RGB [1, 3, H, W], as `style_tensor` reads it, and its weight."""
    return [(style_tensor(path), weight) for path, weight in parse_style_pictures(texts)]


class StyleMask:
    """The part of a drawing that a style is for: where a picture is light, on black.

    Raises FileError where the picture cannot be read, InputError where nothing of it is light.
    """

    def __init__(self, path: str) -> None:
        values = torch.from_numpy(premultiplied(read_picture(path))).permute(2, 0, 1)[None]
        self._light = values[:, :3].mean(dim=1, keepdim=True)
        if self._light.max() <= _LIGHT:
            raise InputError(
                f"the mask '{path}' has no light part; the style is for the light ones"
            )

    def over(self, picture: Tensor) -> Tensor:
        """The mask, stretched over a drawing [1, C, H, W]: [1, 1, H, W], 0..1."""
        size = picture.shape[-2:]
        mask = F.interpolate(self._light, size=size, mode="bilinear", antialias=True)
        return mask.to(picture)

    def region(self, picture: Tensor) -> Tensor:
        """The box around the light parts of a drawing [1, 3, H, W], with the mask: [1, 4, h, w].

        No gradient reaches what is not light: the style must not move it.
        """
        mask = self.over(picture)
        if mask.max() <= _LIGHT:  # too fine to be seen at this size: its lightest place
            mask = (mask >= mask.max()).to(picture)
        held = mask * picture + (1 - mask) * picture.detach()
        rows = (mask[0, 0] > _LIGHT).any(dim=1).nonzero()
        columns = (mask[0, 0] > _LIGHT).any(dim=0).nonzero()
        top, bottom = int(rows.min()), int(rows.max()) + 1
        left, right = int(columns.min()), int(columns.max()) + 1
        return torch.cat([held, mask], dim=1)[..., top:bottom, left:right]
