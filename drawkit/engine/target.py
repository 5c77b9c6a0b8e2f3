"""The picture that a run follows: the user's own or an imagined one, as losses and canvas show it.

One a run: a source (the user's file, or the imagination of the perceptor with the largest share
that has one, else of one that lends its own) through transforms (changed with words, made to join,
in a style), to the canvas, which may show it in its own way.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.canvas import Canvas
from drawkit.canvas.contract import StartsFromPicture
from drawkit.canvas.start import start_picture, start_size
from drawkit.config import DrawConfig, Prompt
from drawkit.engine.aims import Aims, Area
from drawkit.engine.loop import mix_seed
from drawkit.losses import TransfersStyle, WeightedLoss, in_middle
from drawkit.perceptor import Imagined, Perceptor
from drawkit.perceptor.config import PerceptorConfig
from drawkit.pictures import read_picture
from drawkit.pictures.in_boxes import in_boxes
from drawkit.pictures.seamless import grained, material, seamless, tiled_axes
from drawkit.pictures.set_off import set_off_from

__all__ = ["source", "start_from", "styled"]

_SHOWN = 128
"""Pixels of the shorter side of a picture that is a prompt."""
_COMPOSED = 256
"""Pixels of the shorter side of a picture that is put together."""
IMAGINE = -2
"""Its number among a run's random draws; the loop's steps have 0, 1, 2, ..."""


def source(
    config: DrawConfig,
    perceptors: PerceptorConfig,
    imaginers: Sequence[tuple[Perceptor, Tensor]],
    prompts: Sequence[Prompt],
    start: Tensor | None,
    aims: Aims,
    counting: Sequence[bool],
) -> Imagined | None:
    """The picture to follow, where there is any, and what it was drawn after.

    imaginers: who may imagine, with the prompts as each encodes them, [P, D]; the first that can
    does. start: the user's own; it stays where nobody can imagine the words into it. counting:
    which prompts count now; what they say of areas is imagined for each by itself. A picture among
    the prompts is followed itself where no words say what is to be drawn.
    """
    words = [at for at, p in enumerate(prompts) if p.picture is None and counting[at]]
    shown = {
        at: p.picture
        for at, p in enumerate(prompts)
        if p.picture is not None and counting[at] and p.weight > 0 and start is None
    }
    if (
        not (words or shown)
        or not perceptors.imagine
        or (start is not None and perceptors.keep == 1)
    ):
        return None if start is None else Imagined(start)
    tile = tiled_axes(config.tile)
    near = None if start is None else in_middle(start, max(start.shape[-2:]), max(start.shape[-2:]))
    parts = aims.parts([*words, *shown], divided=start is None)
    for perceptor, text in imaginers:
        generator = torch.Generator().manual_seed(mix_seed(config.seed_number, IMAGINE))
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
                perceptors.imagine,
                generator,
                near=near,
                keep=perceptors.keep,
                # What goes on at its other side has no shape of its own.
                size=(1, 1) if any(tile) else aims.sides(area, config.size),
                texts=[prompts[at].text for at in own if prompts[at].weight > 0 and not any(tile)],
                # A material is no thing.
                recall=perceptors.recall and not any(tile),
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


def styled(picture: Tensor, canvas: Canvas, losses: Sequence[WeightedLoss]) -> Tensor:
    """The picture as losses of style show it, if there are any."""
    paper = None if canvas.background is None else torch.tensor(canvas.background)
    styles = [one.loss for one in losses if isinstance(one.loss, TransfersStyle)]
    if styles:
        picture = in_middle(picture, *start_size(canvas))
    for style in styles:
        picture = style.style_transfer(picture, paper)
    return picture


def start_from(
    picture: Tensor | None,
    canvas: Canvas,
    losses: Sequence[WeightedLoss],
    seed: int,
    *,
    own: bool,
) -> Tensor | None:
    """Begin with the picture, as losses show it; returns what to follow.

    own: whether it fills the sheet, as the user's picture does, without a margin around.
    """
    if picture is None:
        return None
    if not own and canvas.background is not None:
        picture = set_off_from(picture, torch.tensor(canvas.background))
    picture = styled(picture, canvas, losses)
    width, height = start_size(canvas)
    if not isinstance(canvas, StartsFromPicture):
        return picture
    free = 0 if own else canvas.start_margin
    laid = F.pad(in_middle(picture, width - 2 * free, height - 2 * free), (free,) * 4)
    shown = canvas.start_from_(laid, torch.Generator().manual_seed(seed))
    return picture if shown is None else shown
