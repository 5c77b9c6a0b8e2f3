"""The picture that a run follows: the user's own or an imagined one, as losses and canvas show it.

One a run: a source (the user's file, or the imagination of the perceptor with the largest share
that has one) through transforms (changed with words, made to join, in a style), to the canvas,
which may show it in its own way.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.canvas import Canvas
from drawkit.canvas.contract import StartsFromPicture
from drawkit.canvas.start import start_size
from drawkit.config import DrawConfig, Prompt
from drawkit.engine.loop import Scorer, mix_seed
from drawkit.losses import TransfersStyle, WeightedLoss, in_middle
from drawkit.perceptor import Imagined
from drawkit.perceptor.config import PerceptorConfig
from drawkit.pictures.seamless import grained, material, seamless, tiled_axes

__all__ = ["source", "start_from"]

IMAGINE = -2
"""Its number among a run's random draws; the loop's steps have 0, 1, 2, ..."""


def source(
    config: DrawConfig,
    perceptors: PerceptorConfig,
    scorers: Sequence[Scorer],
    prompts: Sequence[Prompt],
    start: Tensor | None,
) -> Imagined | None:
    """The picture to follow, where there is any, and what it was drawn after.

    start: the user's own; it stays where no perceptor can imagine the words into it.
    """
    words = [at for at, prompt in enumerate(prompts) if prompt.picture is None]
    if not words or not perceptors.imagine or (start is not None and perceptors.keep == 1):
        return None if start is None else Imagined(start)
    tile = tiled_axes(config.tile)
    near = None if start is None else in_middle(start, max(start.shape[-2:]), max(start.shape[-2:]))
    for scorer in sorted(scorers, key=lambda scorer: -scorer.weight):
        generator = torch.Generator().manual_seed(mix_seed(config.seed_number, IMAGINE))
        imagined = scorer.perceptor.imagine(
            scorer.text[words],
            [prompts[at].weight for at in words],
            perceptors.imagine,
            generator,
            near=near,
            keep=perceptors.keep,
            # What goes on at its other side has no shape of its own.
            size=(1, 1) if any(tile) else config.size,
            texts=[prompts[at].text for at in words if prompts[at].weight > 0],
            # A material is no thing.
            recall=perceptors.recall and not any(tile),
        )
        if imagined is None:
            continue
        picture = imagined.picture
        if start is not None:
            return Imagined(_cut(picture, start))
        if all(tile) and config.paper is not None:
            picture = grained(material(picture), generator)
        return Imagined(seamless(picture, tile), imagined.after)
    return None if start is None else Imagined(start)


def _cut(picture: Tensor, like: Tensor) -> Tensor:
    """The middle of a square picture, in the size that it had before it was made a square."""
    height, width = like.shape[-2:]
    side = max(height, width)
    left, top = (side - width) // 2, (side - height) // 2
    square = F.interpolate(picture, size=(side, side), mode="bilinear", antialias=True)
    return square[..., top : top + height, left : left + width]


def start_from(
    picture: Tensor | None,
    canvas: Canvas,
    losses: Sequence[WeightedLoss],
    seed: int,
    *,
    own: bool,
) -> Tensor | None:
    """Begin with the picture, as losses show it; returns what to follow.

    own: the user's picture, which fills the sheet.
    """
    if picture is None:
        return None
    width, height = start_size(canvas)
    paper = None if canvas.background is None else torch.tensor(canvas.background)
    styles = [one.loss for one in losses if isinstance(one.loss, TransfersStyle)]
    if styles:
        picture = in_middle(picture, width, height)
    for style in styles:
        picture = style.style_transfer(picture, paper)
    if not isinstance(canvas, StartsFromPicture):
        return picture
    free = 0 if own else canvas.start_margin
    laid = F.pad(in_middle(picture, width - 2 * free, height - 2 * free), (free,) * 4)
    shown = canvas.start_from_(laid, torch.Generator().manual_seed(seed))
    return picture if shown is None else shown
