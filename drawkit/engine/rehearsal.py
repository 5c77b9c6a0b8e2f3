"""Find what a drawing would be refused for before it is begun, at the price of no perceptor."""

from __future__ import annotations

import torch

from drawkit.canvas.contract import StartsFromPicture
from drawkit.canvas.start import start_picture
from drawkit.config import DrawConfig, OptimizeConfig, Settings
from drawkit.engine.aims import aims_of
from drawkit.engine.build import build_canvas, build_losses
from drawkit.engine.prompt_words import worded
from drawkit.engine.settings import refuse_lacking
from drawkit.losses import in_middle
from drawkit.perceptor.config import NO_MODEL, PerceptorConfig
from drawkit.pictures import read_picture

__all__ = ["rehearse"]


def rehearse(settings: Settings) -> None:
    """Raise what a `Run` with these settings would raise, but for what its perceptors say.

    Every picture is read and every part is built once: words, canvas, losses.
    """
    refuse_lacking(settings)
    config = settings.get("draw", DrawConfig)
    models = settings.get("perceptor", PerceptorConfig).models
    prompts = worded(settings.prompts.read, settings, models)
    aims_of(prompts, config, settings.get("optimize", OptimizeConfig).steps)
    canvas = build_canvas(settings)
    build_losses(settings, canvas, seen=models != NO_MODEL)
    if config.init is not None and isinstance(canvas, StartsFromPicture):
        width, height = canvas.start_size
        picture = start_picture(read_picture(config.init), width, height)
        generator = torch.Generator().manual_seed(0)
        canvas.start_from_(in_middle(picture, width, height), generator)
