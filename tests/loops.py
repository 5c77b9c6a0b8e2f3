"""A small loop with a fake perceptor."""

from __future__ import annotations

from typing import Any

import torch
from fakes import FakePerceptor

from drawkit.canvas import CanvasSpec, Rgb
from drawkit.canvas.strokes import StrokesCanvas
from drawkit.canvas.strokes_config import StrokesConfig
from drawkit.config import OptimizeConfig
from drawkit.engine.loop import Loop, Scorer
from drawkit.losses import WeightedLoss
from drawkit.losses.text import TextConfig, TextLoss
from drawkit.perceptor.cutouts.whole import WholeCutouts, WholeCutoutsConfig
from drawkit.scene import Scene


def bytes_of(scene: Scene) -> list[Any]:
    return [
        (path.control_points.tobytes(), path.stroke, path.stroke_width, path.fill)
        for path in scene.paths()
    ]


TEXT = WeightedLoss("text", TextLoss(TextConfig()), 1.0)


def build(
    *,
    seed: int = 0,
    steps: int = 20,
    losses: tuple[WeightedLoss, ...] = (TEXT,),
    weights: tuple[float, ...] = (1.0,),
    background: Rgb | None = (1.0, 1.0, 1.0),
    scorers: int = 1,
    sketch: float = 0.0,
    **settings: Any,
) -> Loop:
    canvas = StrokesCanvas(
        StrokesConfig(**{"strokes": 16, "init_width": 6.0, **settings}),
        CanvasSpec(48, 48, background=background, generator=torch.Generator().manual_seed(seed)),
    )
    words = [f"word {i}" for i in range(len(weights))]
    perceptors = [FakePerceptor(input_size=32 - 4 * i) for i in range(scorers)]
    recipe = WholeCutouts(WholeCutoutsConfig(), 3)
    return Loop(
        canvas,
        [Scorer(p, recipe, p.encode_text(words), 1.0 + i) for i, p in enumerate(perceptors)],
        losses,
        weights,
        OptimizeConfig(steps=steps, score_every=5, sketch=sketch),
        seed=seed,
    )
