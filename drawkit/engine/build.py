"""The parts of a run, made from its settings: canvas, losses, perceptors, judges."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import torch
from torch import Tensor

from drawkit.canvas import Canvas, canvases
from drawkit.config import DrawConfig, Prompt, Settings
from drawkit.engine import target
from drawkit.engine.loop import Judge
from drawkit.engine.prompt_words import prompts_of, spoken
from drawkit.errors import ConfigError
from drawkit.losses import WeightedLoss, losses
from drawkit.perceptor.clip import ClipPerceptor, PerceptorConfig, open_perceptor
from drawkit.perceptor.cutouts import CutoutsConfig, cutouts
from drawkit.perceptor.names import ModelSpec
from drawkit.pictures.seamless import tiled_axes

__all__ = ["build_canvas", "build_judges", "build_losses", "open_perceptors"]

log = logging.getLogger("drawkit")


def build_canvas(settings: Settings, config: DrawConfig) -> Canvas:
    """The canvas of a drawing, before anything is on it."""
    width, height = config.size
    generator = torch.Generator().manual_seed(config.seed_number)
    canvas: Canvas = canvases.get(config.canvas).cls(
        settings.sections[config.canvas],
        width=width,
        height=height,
        background=config.paper,
        generator=generator,
        tile=tiled_axes(config.tile),
    )
    return canvas


def build_losses(settings: Settings) -> list[WeightedLoss]:
    """Every registered loss whose weight is not 0."""
    wanted = []
    for name in losses.names():
        config = settings.sections[f"losses.{name}"]
        if config.weight != 0:
            wanted.append(WeightedLoss(name, losses.get(name).cls(config), config.weight))
    if not wanted:
        raise ConfigError("every loss has weight 0, so there is nothing to draw toward")
    return wanted


def open_perceptors(settings: Settings) -> list[ClipPerceptor]:
    """Its perceptors, which takes seconds."""
    config = settings.get("perceptor", PerceptorConfig)
    perceptors = []
    for model in config.models:
        log.debug("loading the perceptor %s", ModelSpec.parse(model))
        perceptors.append(open_perceptor(model, precision=config.precision, device=config.device))
    return perceptors


def build_judges(
    settings: Settings,
    perceptors: Sequence[ClipPerceptor],
    prompts: Sequence[Prompt],
    start: Tensor | None,
) -> list[Judge]:
    """Each perceptor with its share, its view recipe and the prompts as it understands them.

    start: the user's own picture, which takes the place of what perceptors imagine.
    """
    config = settings.get("cutouts", CutoutsConfig)
    recipe = cutouts.get(config.recipe)
    views = recipe.cls(settings.sections[f"cutouts.{config.recipe}"], config.count)
    shares = [ModelSpec.parse(m).weight for m in settings.get("perceptor", PerceptorConfig).models]
    judges = []
    for perceptor, share in zip(perceptors, shares, strict=True):
        text = perceptor.encode_text([prompt.text for prompt in prompts])
        for phrase in spoken(prompts_of(settings), settings):
            if words := perceptor.doubt(phrase):
                log.warning("%s", words)
        imagined = start
        if start is None or settings.get("perceptor", PerceptorConfig).keep < 1:
            imagined = target.imagined(settings, perceptor, text, prompts, start)
        perceptor.drop_text_tower()
        judges.append(Judge(perceptor, views, text, share, imagined))
    return judges
