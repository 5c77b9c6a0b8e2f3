"""The picture that a drawing follows: imagined, or the user's own, as losses and canvas show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.canvas import Canvas
from drawkit.config import DrawConfig, Prompt, Settings
from drawkit.engine.loop import Judge, mix_seed
from drawkit.losses import WeightedLoss, in_middle
from drawkit.perceptor.clip import ClipPerceptor, PerceptorConfig
from drawkit.pictures.seamless import grained, material, seamless, tiled_axes

__all__ = ["imagined", "start"]

IMAGINE = -2
"""Its number among a run's random draws; the loop's steps have 0, 1, 2, ..."""


def imagined(
    settings: Settings,
    perceptor: ClipPerceptor,
    text: Tensor,
    prompts: Sequence[Prompt],
    start: Tensor | None,
) -> Tensor | None:
    """The picture that a perceptor expects, where it can and is asked to imagine it.

    start: the user's own picture, to be changed; it stays where nothing can be imagined.
    """
    config = settings.get("perceptor", PerceptorConfig)
    if not config.imagine:
        return start
    tile = tiled_axes(settings.get("draw", DrawConfig).tile)
    seed = settings.get("draw", DrawConfig).seed_number
    generator = torch.Generator().manual_seed(mix_seed(seed, IMAGINE))
    weights = [prompt.weight for prompt in prompts]
    near = None if start is None else in_middle(start, max(start.shape[-2:]), max(start.shape[-2:]))
    picture = perceptor.imagine(
        text,
        weights,
        config.imagine,
        generator,
        near=near,
        keep=config.keep,
        # What goes on at its other side has no shape of its own.
        size=(1, 1) if any(tile) else settings.get("draw", DrawConfig).size,
        texts=[prompt.text for prompt in prompts if prompt.weight > 0],
    )
    if picture is None:
        return start
    if start is not None:
        return _cut(picture, start)
    if all(tile) and settings.get("draw", DrawConfig).paper is not None:
        picture = grained(material(picture), generator)
    return seamless(picture, tile)


def _cut(picture: Tensor, like: Tensor) -> Tensor:
    """The middle of a square picture, in the size that it had before it was made a square."""
    height, width = like.shape[-2:]
    side = max(height, width)
    left, top = (side - width) // 2, (side - height) // 2
    square = F.interpolate(picture, size=(side, side), mode="bilinear", antialias=True)
    return square[..., top : top + height, left : left + width]


def start(
    canvas: Canvas,
    judges: list[Judge],
    seed: int,
    wishes: Sequence[WeightedLoss],
    *,
    own: bool,
) -> list[Judge]:
    """Begin with what the perceptor with the largest share imagined, or the user's own picture.

    Returns the judges, who expect it as the losses and the canvas show it.
    """
    judges = [_restyled(judge, canvas, wishes) for judge in judges]
    able = [judge for judge in judges if judge.imagined is not None]
    if not able:
        return judges
    first = max(able, key=lambda judge: judge.weight)
    assert first.imagined is not None
    width, height = canvas.start_size
    free = 0 if own else canvas.start_margin
    picture = in_middle(first.imagined, width - 2 * free, height - 2 * free)
    picture = F.pad(picture, (free,) * 4)
    shown = canvas.start_from_(picture, torch.Generator().manual_seed(seed))
    if shown is None:
        return judges
    return [replace(judge, imagined=shown) if judge is first else judge for judge in judges]


def _restyled(judge: Judge, canvas: Canvas, wishes: Sequence[WeightedLoss]) -> Judge:
    """The judge, who expects its picture as the losses would have it."""
    if judge.imagined is None:
        return judge
    paper = None if canvas.background is None else torch.tensor(canvas.background)
    picture = before = in_middle(judge.imagined, *canvas.start_size)
    for wish in wishes:
        picture = wish.loss.restyled(picture, paper)
    return judge if picture is before else replace(judge, imagined=picture)
