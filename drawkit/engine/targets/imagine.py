"""The user's own picture, or one that a perceptor imagines of the words, where one can."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.canvas.start import start_picture
from drawkit.engine.aims import Area
from drawkit.engine.targets import Asked, Target
from drawkit.losses import in_middle
from drawkit.perceptor import Imagined
from drawkit.pictures import read_picture
from drawkit.pictures.in_boxes import in_boxes
from drawkit.pictures.seamless import grained, material, seamless, tiled_axes

__all__ = ["Imagine"]

_SHOWN = 128
"""Pixels of the shorter side of a picture that is a prompt."""
_COMPOSED = 256
"""Pixels of the shorter side of a picture that is put together."""


class Imagine(Target):
    """What the perceptor with the largest share imagines that can, else the one that lends it."""

    def picture(self, asked: Asked) -> Imagined | None:
        """The first of the imaginers that can imagines; the user's own stays where nobody can.

        What prompts say of areas is imagined for each by itself. A picture among the prompts is
        followed itself where no words say what is to be drawn.
        """
        config, prompts, start, aims = asked.config, asked.prompts, asked.start, asked.aims
        eyes, counting = asked.perceptors, asked.counting
        words = [at for at, p in enumerate(prompts) if p.picture is None and counting[at]]
        shown = {
            at: p.picture
            for at, p in enumerate(prompts)
            if p.picture is not None and counting[at] and p.weight > 0 and start is None
        }
        if not (words or shown) or not eyes.imagine or (start is not None and eyes.keep == 1):
            return None if start is None else Imagined(start)
        tile = tiled_axes(config.tile)
        near = start if start is None else _squared(start)
        parts = aims.parts([*words, *shown], divided=start is None)
        for perceptor, text in asked.imaginers:
            generator = asked.dice()
            found: list[tuple[Area | None, Imagined]] = []
            for area, every in parts:
                own = [at for at in every if at not in shown]
                pictures = [at for at in every if at in shown]
                if pictures and all(prompts[at].weight < 0 for at in own):
                    most = max(pictures, key=lambda at: prompts[at].weight)
                    found.append((area, Imagined(_thumbnail(shown[most]))))
                    continue
                imagined = perceptor.imagine(
                    text[own],
                    [prompts[at].weight for at in own],
                    eyes.imagine,
                    generator,
                    near=near,
                    keep=eyes.keep,
                    # What goes on at its other side has no shape of its own.
                    size=(1, 1) if any(tile) else aims.sides(area, config.size),
                    texts=[
                        prompts[at].text for at in own if prompts[at].weight > 0 and not any(tile)
                    ],
                    # A material is no thing.
                    recall=eyes.recall and not any(tile),
                    # Perceptors of others need not know of it.
                    **({"lead": eyes.lead} if eyes.lead else {}),
                )
                if imagined is not None:
                    found.append((area, imagined))
            if not found:
                continue
            picture, after = _composed(found, config.size)
            if start is not None:
                return Imagined(_cut(picture, start))
            if all(tile) and config.paper is not None:
                picture = grained(material(picture), generator)
            return Imagined(seamless(picture, tile), after)
        return None if start is None else Imagined(start)


def _squared(start: Tensor) -> Tensor:
    """A picture in the middle of a square."""
    side = max(start.shape[-2:])
    return in_middle(start, side, side)


def _thumbnail(path: str) -> Tensor:
    """A picture file [1, 4, h, w], premultiplied, its shorter side as that of what is imagined."""
    pixels = read_picture(path)
    height, width = pixels.shape[:2]
    scale = _SHOWN / min(height, width)
    return start_picture(pixels, max(1, round(width * scale)), max(1, round(height * scale)))


def _composed(
    found: Sequence[tuple[Area | None, Imagined]], size: tuple[int, int]
) -> tuple[Tensor, tuple[str, ...]]:
    """One picture of all: that of the whole sheet, and in front of it those of areas."""
    after = tuple(dict.fromkeys(name for _, imagined in found for name in imagined.after))
    if all(area is None for area, _ in found):
        return found[0][1].picture, after
    scale = _COMPOSED / min(size)
    width, height = (round(side * scale) for side in size)
    under = torch.zeros(1, 4, height, width)
    boxed = []
    for area, imagined in found:
        if area is None:
            under = in_middle(imagined.picture, width, height)
        else:
            boxed.append((imagined.picture, area.box, area.mask))
    return in_boxes(boxed, under), after


def _cut(picture: Tensor, like: Tensor) -> Tensor:
    """The middle of a square picture, in the size that it had before it was made a square."""
    height, width = like.shape[-2:]
    side = max(height, width)
    left, top = (side - width) // 2, (side - height) // 2
    square = F.interpolate(picture, size=(side, side), mode="bilinear", antialias=True)
    return square[..., top : top + height, left : left + width]
