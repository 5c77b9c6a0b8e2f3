"""How much of a step is the perceptor's own work: what `drawkit bench step` prints."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
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
"""Steps of one figure: a clean score is taken once in so many, and is part of the cost."""


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

    A model that needs a download is built with random weights, which cost the same. A step and
    the perceptor take turns, so that a slow moment of the machine meets both, and so do the
    caches as the rest of a step leaves them; the figures are medians over blocks of steps after
    a warm-up.
    """
    downloads = ModelSpec.parse(model).kind == "openclip"
    perceptor = open_perceptor(model, precision=precision, random_weights=downloads)
    loop, scorer = _loop(perceptor, model, strokes, _BLOCK * (blocks + 1))
    text, count = scorer.text, scorer.cutouts.count
    perceptor.drop_text_tower()
    steps = iter(loop)
    views = torch.rand(count, 3, perceptor.input_size, perceptor.input_size)
    views = views.to(perceptor.device).requires_grad_()
    turns = [
        (_ms(lambda: next(steps)), _ms(lambda: _see(perceptor, views, text)))
        for _ in range(_BLOCK * (blocks + 1))
    ]
    means = [_mean(turns[first : first + _BLOCK]) for first in range(_BLOCK, len(turns), _BLOCK)]
    return StepTiming(
        step_ms=statistics.median(step for step, _ in means),
        perceptor_ms=statistics.median(alone for _, alone in means),
        ratio=statistics.median(step / alone for step, alone in means),
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


def _ms(one: Callable[[], object]) -> float:
    """Milliseconds of one call."""
    start = time.perf_counter()
    one()
    return (time.perf_counter() - start) * 1000


def _mean(turns: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Means of the steps and of the perceptor's turns."""
    steps, alone = zip(*turns, strict=True)
    return statistics.mean(steps), statistics.mean(alone)
