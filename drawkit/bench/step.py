"""How much of a step is the perceptor's own work: what `drawkit bench step` prints."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

from drawkit.canvas import CanvasSpec, canvases
from drawkit.config import OptimizeConfig
from drawkit.engine.loop import Loop, Scorer
from drawkit.losses import WeightedLoss, losses
from drawkit.perceptor import Perceptor
from drawkit.perceptor.clip import open_perceptor
from drawkit.perceptor.cutouts import Cutouts, CutoutsConfig, cutouts
from drawkit.perceptor.defaults import defaults_for
from drawkit.perceptor.names import ModelSpec

__all__ = ["StepTiming", "bench_step"]

_BLOCK = 10
"""Steps timed as one: a clean score is taken once in so many, and is part of the cost."""


@dataclass(frozen=True)
class StepTiming:
    """Milliseconds of a whole step, of the perceptor alone on the same cutouts, and the ratio."""

    step_ms: float
    perceptor_ms: float
    ratio: float
    model: str
    precision: str
    cutouts: int


def bench_step(
    model: str = "ViT-B-32", *, precision: str = "auto", strokes: int = 256, blocks: int = 7
) -> StepTiming:
    """Time steps of the default drawing on 224 x 224 against the perceptor's forward and backward.

    A model that needs a download is built with random weights, which cost the same. Blocks of
    either kind alternate, so that a slow moment of the machine meets both; the figures are
    medians over blocks after a warm-up.
    """
    downloads = ModelSpec.parse(model).kind == "openclip"
    perceptor = open_perceptor(model, precision=precision, random_weights=downloads)
    text = perceptor.encode_text(["a cat"])
    perceptor.drop_text_tower()
    judge = Scorer(perceptor, _recipe(model), text)
    steps = iter(_loop(judge, model, strokes, _BLOCK * (blocks + 1)))
    views = torch.rand(judge.cutouts.count, 3, perceptor.input_size, perceptor.input_size)
    views = views.to(perceptor.device).requires_grad_()
    step_ms, perceptor_ms = [], []
    for _ in range(blocks + 1):
        step_ms.append(_block_ms(lambda: next(steps)))
        perceptor_ms.append(_block_ms(lambda: _see(perceptor, views, text)))
    step, alone = statistics.median(step_ms[1:]), statistics.median(perceptor_ms[1:])
    return StepTiming(
        step_ms=step,
        perceptor_ms=alone,
        ratio=step / alone,
        model=perceptor.name,
        precision=perceptor.precision,
        cutouts=judge.cutouts.count,
    )


def _recipe(model: str) -> Cutouts:
    """The cutouts that suit the model."""
    config = CutoutsConfig(**defaults_for(model).get("cutouts", {}))
    plugin = cutouts.get(config.recipe)
    own = plugin.config(**defaults_for(model).get(f"cutouts.{config.recipe}", {}))
    recipe: Cutouts = plugin.cls(own, config.count)
    return recipe


def _loop(judge: Scorer, model: str, strokes: int, steps: int) -> Loop:
    """The default drawing of 224 x 224 with the losses that suit the model."""
    suited = defaults_for(model)
    plugin = canvases.get("strokes")
    canvas = plugin.cls(
        plugin.config(**{**suited.get("strokes", {}), "strokes": strokes}),
        CanvasSpec(
            224, 224, background=(1.0, 1.0, 1.0), generator=torch.Generator().manual_seed(0)
        ),
    )
    wishes = []
    for name in losses.names():
        loss = losses.get(name)
        config = loss.config(**suited.get(f"losses.{name}", {}))
        if config.weight:
            wishes.append(WeightedLoss(name, loss.cls(config), config.weight))
    return Loop(canvas, [judge], wishes, [1.0], OptimizeConfig(steps=steps), seed=0)


def _see(perceptor: Perceptor, views: torch.Tensor, text: torch.Tensor) -> None:
    """The perceptor's own part of a step: features of the views and the gradient back."""
    loss = 1 - (perceptor.encode_image(views) @ text.T).mean()
    torch.autograd.grad(loss, views)


def _block_ms(one: Callable[[], object]) -> float:
    """Mean milliseconds of one call in a block."""
    start = time.perf_counter()
    for _ in range(_BLOCK):
        one()
    return (time.perf_counter() - start) * 1000 / _BLOCK
