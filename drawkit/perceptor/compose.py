"""How a picture is laid out on a wide or tall sheet: a scene all over it, a thing in its middle.

Scenes are imagined as a strip of overlapping squares whose paths are averaged where they overlap
(MultiDiffusion, Bar-Tal et al., arXiv 2302.08113), so that one goes on in the next.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["LAYOUTS", "averaged", "corners", "empty_parts", "spreads", "strip_shape"]

_SCENES = [
    "a landscape",
    "mountains",
    "a beach",
    "the sea",
    "a sunset",
    "a forest",
    "a city",
    "a field",
    "a road",
    "a river",
    "the night sky",
    "a train",
]
_THINGS = [
    "a cat",
    "a bird",
    "an apple",
    "a chair",
    "a car",
    "a tree",
    "a person",
    "a tool",
    "a house",
    "a bottle",
    "a flower",
    "a star",
    "a boat",
    "the sun",
    "a ghost",
]
LAYOUTS = (*_SCENES, *_THINGS)
"""Words that others are held to: what lies all over a sheet, then what stands in its middle."""
_SHARP = 15.0
"""How much more the nearest of these words counts than the others."""
_SCENE = 0.12
"""How much nearer to scenes than to things words are that lie all over a sheet."""
_SEVERAL = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|many|several|some|lots|"
    r"group|row|flock|herd|school|field|crowd|pair|couple|dozen|[2-9]|1\d)\b"
)
_LONGEST = 8
"""Times that a strip is as long as wide; on a longer sheet it lies in the middle."""
_SQUARE = 1.25
"""Up to so many times as long as wide, a sheet is as good as square."""
_STRIDE = 8
"""Cells from one square of a strip to the next."""
_PARTS, _DRAWN = 5, 0.04
"""Parts of a strip of which none may be empty, and how much of each is drawn at least."""


def spreads(texts: Sequence[str], words: Tensor, anchors: Tensor, *, wide: bool) -> bool:
    """Whether these prompts lie all over a wide or tall sheet: several things, wide also scenes.

    words: [D] unit vector of the prompts together; anchors: [len(LAYOUTS), D] those of `LAYOUTS`.
    """
    if any(_SEVERAL.search(text.lower()) for text in texts):
        return True
    near = _SHARP * (anchors @ words)
    scene, thing = near[: len(_SCENES)], near[len(_SCENES) :]
    return wide and float(scene.logsumexp(0) - thing.logsumexp(0)) / _SHARP > _SCENE


def strip_shape(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Rows and columns of a strip for a sheet of width and height; its shorter side is `side`."""
    long = max(size) / min(size)
    cells = side if long <= _SQUARE else round(side * min(long, _LONGEST))
    return (side, cells) if size[0] >= size[1] else (cells, side)


def corners(shape: tuple[int, int], side: int) -> list[tuple[int, int]]:
    """Row and column of the first cell of each square of a strip."""
    rows, columns = ([*range(0, length - side, _STRIDE), length - side] for length in shape)
    return [(row, column) for row in rows for column in columns]


def averaged(strip: Tensor, side: int, clean: Callable[[Tensor], Tensor]) -> Tensor:
    """What `clean` makes of the squares of [N, C, H, W], their middles counting most."""
    shape = strip.shape[-2], strip.shape[-1]
    tent = 1 - ((torch.arange(side) + 0.5) * 2 / side - 1).abs()
    share = (tent[:, None] * tent).to(strip)
    total, shares = torch.zeros_like(strip), strip.new_zeros(shape)
    for row, column in corners(shape, side):
        at = (..., slice(row, row + side), slice(column, column + side))
        total[at] += share * clean(strip[at])
        shares[at] += share
    return total / shares


def empty_parts(strips: Tensor) -> Tensor:
    """[N] how many of five parts of each strip [N, 4, H, W], end to end, have nothing in them."""
    alpha = strips[:, 3:]
    parts = (_PARTS, 1) if alpha.shape[-2] > alpha.shape[-1] else (1, _PARTS)
    drawn = F.adaptive_avg_pool2d((alpha > 0.5).float(), parts)
    return (drawn < _DRAWN).flatten(1).sum(1)
