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

__all__ = ["averaged", "corners", "falls_apart", "fewer", "is_strip", "strip_shape"]

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
"""Words that others are held to: what lies all over a sheet, and what stands in its middle."""
_SHARP = 15.0
"""How much more the nearest of these words counts than the others."""
_SCENE = 0.12
"""How much nearer to scenes than to things words are that lie all over a sheet."""
_SEVERAL = re.compile(
    r"\b(three|four|five|six|seven|eight|nine|ten|eleven|twelve|[3-9]|1\d)\s+[a-z]"
    r"|\b(many|several|some|flock|herd|crowd|dozen|(lots|group|row|school|field)\s+of)\b"
)
"""Words for more things than stand well in a square; two do."""
_LONGEST = 8
"""Times that a strip is as long as wide; on a longer sheet it lies in the middle."""
_SQUARE = 1.25
"""Up to so many times as long as wide, a sheet is as good as square."""
_FEWEST = 12
"""Strips that are imagined at least, where so many were asked for."""
_STRIDE = 9
"""Cells from one square of a strip to the next, at most."""
_ONE_MANNER = 0.4
"""How much it counts that parts of a strip have other colours than the whole."""
_PARTS, _DRAWN = 5, 0.04
"""Parts of a strip of which none may be empty, and how much of each is drawn at least."""


def is_strip(size: tuple[int, int]) -> bool:
    """Whether a sheet of width and height is wide or tall, not as good as square."""
    return max(size) / min(size) > _SQUARE


def strip_shape(
    size: tuple[int, int],
    side: int,
    texts: Sequence[str],
    words: Tensor,
    encode: Callable[[Sequence[str]], Tensor],
) -> tuple[int, int]:
    """Rows and columns of the picture for a strip of width and height, `side` the shorter way.

    texts: the prompts; words: [D], all of them as one unit vector; encode: texts -> [P, D].
    """
    if not _spread(texts, words, encode, wide=size[0] > size[1]):
        return side, side
    cells = round(side * min(max(size) / min(size), _LONGEST))
    return (side, cells) if size[0] > size[1] else (cells, side)


def _spread(
    texts: Sequence[str], words: Tensor, encode: Callable[[Sequence[str]], Tensor], *, wide: bool
) -> bool:
    """Whether these prompts lie all over a wide or tall sheet: several things, wide also scenes."""
    if any(_SEVERAL.search(text.lower()) for text in texts):
        return True
    if not wide:
        return False
    scenes, things = (_SHARP * (encode(names) @ words) for names in (_SCENES, _THINGS))
    return float(scenes.logsumexp(0) - things.logsumexp(0)) / _SHARP > _SCENE


def fewer(count: int, shape: tuple[int, int], side: int) -> int:
    """How many strips cost as much as `count` squares, but `_FEWEST` if so many were asked for."""
    return min(count, max(_FEWEST, count // len(corners(*shape, side))))


def corners(height: int, width: int, side: int) -> list[tuple[int, int]]:
    """Row and column of the first cell of each square of a strip, evenly from end to end."""
    rows, columns = (_evenly(long - side) for long in (height, width))
    return [(row, column) for row in rows for column in columns]


def _evenly(last: int) -> list[int]:
    """From 0 to `last`, at most `_STRIDE` apart."""
    gaps = -(-last // _STRIDE)
    return [0] if not gaps else [round(at * last / gaps) for at in range(gaps + 1)]


def averaged(strip: Tensor, side: int, clean: Callable[[Tensor], Tensor]) -> Tensor:
    """What `clean` makes of the squares of [N, C, H, W], their middles counting most."""
    height, width = strip.shape[-2:]
    tent = 1 - ((torch.arange(side) + 0.5) * 2 / side - 1).abs()
    share = (tent[:, None] * tent).to(strip)
    total, shares = torch.zeros_like(strip), strip.new_zeros(height, width)
    for row, column in corners(height, width, side):
        at = (..., slice(row, row + side), slice(column, column + side))
        total[at] += share * clean(strip[at])
        shares[at] += share
    return total / shares


def falls_apart(strips: Tensor) -> Tensor:
    """[N] how far strips [N, 4, H, W], premultiplied, are from one picture from end to end.

    1 for each of five parts that has nothing in it, and a share of how far (of RGB, 0..1) the ink
    of the most different part is from all ink: squares may have gone on in another manner.
    """
    parts = (_PARTS, 1) if strips.shape[-2] > strips.shape[-1] else (1, _PARTS)
    drawn = F.adaptive_avg_pool2d((strips[:, 3:] > 0.5).float(), parts).flatten(2)
    empty = (drawn < _DRAWN).flatten(1).sum(1)
    sums = F.adaptive_avg_pool2d(strips, parts).flatten(2)  # [N, 4, parts]
    inks = sums[:, :3] / sums[:, 3:].clamp(min=1e-6)
    whole = sums[:, :3].sum(2) / sums[:, 3:].sum(2).clamp(min=1e-6)
    apart = (inks - whole[..., None]).norm(dim=1) * (drawn[:, 0] >= _DRAWN)
    faults: Tensor = empty + _ONE_MANNER * apart.amax(1)
    return faults
