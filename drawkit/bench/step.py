"""How much of a step is the perceptor's own work: what `drawkit bench step` prints."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

from drawkit.config import Given, OptimizeConfig
from drawkit.engine import build_canvas, build_losses, prompts_of, settings_for
from drawkit.engine.build import build_scorers
from drawkit.engine.loop import Loop, Scorer
from drawkit.perceptor import Perceptor
from drawkit.perceptor.clip import open_perceptor
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
    loop, scorer = _loop(perceptor, model, strokes, _BLOCK * (blocks + 1))
    text, count = scorer.text, scorer.cutouts.count
    perceptor.drop_text_tower()
    steps = iter(loop)
    views = torch.rand(count, 3, perceptor.input_size, perceptor.input_size)
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
        cutouts=count,
    )


def _loop(perceptor: Perceptor, model: str, strokes: int, steps: int) -> tuple[Loop, Scorer]:
    """The default drawing of 224 x 224 with the settings that suit the model."""
    wanted = {
        "draw.prompts": ["a cat"],
        "draw.seed": "0",
        "optimize.steps": steps,
        "perceptor.models": [model],
        "strokes.strokes": strokes,
    }
    settings = settings_for({key: Given(value, "bench") for key, value in wanted.items()})
    canvas = build_canvas(settings)
    text = perceptor.embed(prompts_of(settings))
    (scorer,) = build_scorers(settings, [perceptor], [text])
    wishes = build_losses(settings, canvas, seen=True)
    config = settings.get("optimize", OptimizeConfig)
    return Loop(canvas, [scorer], wishes, [1.0], config, seed=0), scorer


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
