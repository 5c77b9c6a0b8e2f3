"""The picture that a run follows, as losses and canvas show it.

One a run, from a source (`drawkit.engine.targets`), through losses that change it with words, make
it join or give it a style, to the canvas, which may show it in its own way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.canvas import Canvas
from drawkit.canvas.contract import StartsFromPicture
from drawkit.canvas.start import start_size
from drawkit.losses import TransfersStyle, WeightedLoss, in_middle
from drawkit.pictures.set_off import set_off_from

__all__ = ["finishing", "start_from", "styled"]


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


def finishing(losses: Sequence[WeightedLoss], share: float) -> list[WeightedLoss]:
    """The losses, of which words rest from `share` of the run on: the picture says what they say.

    Not where no loss follows the picture from there to the end, nor where another one asks a
    perceptor, as those of style do: words then hold what it is.
    """
    pictures = [one for one in losses if one.loss.content == "picture"]
    asking = [one for one in losses if one.loss.asks_perceptor and one.loss.content != "words"]
    follows = any(one.factor(share) and one.factor(1.0) for one in pictures)
    if asking or not follows:
        return list(losses)
    found = []
    for one in losses:
        begin, end = one.during
        rests = one.loss.content == "words" and begin < share < end
        found.append(replace(one, during=(begin, share)) if rests else one)
    return found
