"""How far a drawing is from a style picture, by features that no loss uses: an independent judge.

Sliced Wasserstein distances (Bonneel et al. 2015): clouds of colours and of slopes are seen from
many directions, and from each it is summed up how far the one must be moved to become the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from drawkit.color import srgb_to_oklab
from drawkit.pictures import premultiplied, read_picture

__all__ = ["StyleDifference", "sliced_wasserstein", "style_difference"]

_Floats = npt.NDArray[np.float64]

_SIDE = 224
"""Longer side in px at which pictures are compared: drawings are made at that size."""
_DIRECTIONS = 64
_QUANTILES = 512
_SCALES = (1, 2, 4)
"""Widths in px over which slopes are taken: pen lines to areas."""


@dataclass(frozen=True)
class StyleDifference:
    """Mean distance in OKLab of the colours, and of the slopes of lightness; 0: alike.

    colors: 1 where black must become white. gradients: how much lightness changes over a few
    px, and in which direction.
    """

    colors: float
    gradients: float


def style_difference(drawing: str | Path, style: str | Path) -> StyleDifference:
    """Compare two picture files. Raises FileError where one cannot be read."""
    one, other = _lab(drawing), _lab(style)
    slopes = [
        sliced_wasserstein(_slopes(one[..., 0], scale), _slopes(other[..., 0], scale))
        for scale in _SCALES
    ]
    colors = sliced_wasserstein(one.reshape(-1, 3), other.reshape(-1, 3))
    return StyleDifference(colors, float(np.mean(slopes)))


def sliced_wasserstein(one: _Floats, other: _Floats) -> float:
    """Mean over directions of the distance that points [N, D] move to become points [M, D]."""
    directions = np.random.default_rng(0).normal(size=(one.shape[1], _DIRECTIONS))
    directions /= np.linalg.norm(directions, axis=0)
    at = (np.arange(_QUANTILES) + 0.5) / _QUANTILES
    moved = np.quantile(one @ directions, at, axis=0) - np.quantile(other @ directions, at, axis=0)
    return float(np.abs(moved).mean())


def _lab(path: str | Path) -> _Floats:
    """A picture file on white as OKLab, [H, W, 3], its longer side 224 px."""
    pixels = read_picture(path)
    step = max(1, max(pixels.shape[:2]) // (4 * _SIDE))  # thin out what is huge
    values = premultiplied(pixels[::step, ::step])
    on_white = values[..., :3] + (1 - values[..., 3:])
    height, width = on_white.shape[:2]
    scale = _SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    image = Image.fromarray((on_white * 255).round().astype(np.uint8))
    return srgb_to_oklab(np.asarray(image.resize(size, Image.Resampling.BOX)) / 255.0)


def _slopes(lightness: _Floats, scale: int) -> _Floats:
    """Differences across and down over `scale` px of a picture [H, W]: [N, 2]."""
    padded = np.pad(lightness, ((0, scale), (0, scale)), mode="edge")
    across = padded[:-scale, scale:] - lightness
    down = padded[scale:, :-scale] - lightness
    slopes: _Floats = np.stack([across, down], axis=-1).reshape(-1, 2)
    return slopes
