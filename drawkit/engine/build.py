"""The parts of a run, made from its settings: canvas, losses, scorers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import torch
from torch import Tensor

from drawkit.canvas import Canvas, CanvasSpec, canvases
from drawkit.canvas.contract import LoadsScene
from drawkit.config import SHORT_NAMES, DrawConfig, Given, Settings
from drawkit.config.renamed import first_name
from drawkit.engine.loop import Scorer
from drawkit.errors import ConfigError, InputError
from drawkit.losses import WeightedLoss, losses
from drawkit.perceptor import Perceptor
from drawkit.perceptor.config import PerceptorConfig
from drawkit.perceptor.cutouts import CutoutsConfig, cutouts
from drawkit.perceptor.names import ModelSpec
from drawkit.pictures.seamless import tiled_axes
from drawkit.pictures.svg import read_svg_file
from drawkit.pictures.vector import is_svg_file
from drawkit.scene import Scene

__all__ = [
    "OF_NEW_PATHS",
    "build_canvas",
    "build_losses",
    "build_scorers",
    "load_drawing",
    "loaded",
    "refuse_new_paths",
]

OF_NEW_PATHS = (
    *("strokes.strokes", "strokes.shapes", "strokes.segments", "strokes.shape_segments"),
    *("strokes.ink", "strokes.palette", "strokes.form", "strokes.grid", "strokes.shape_line"),
    *("strokes.opaque", "strokes.reseed", "draw.tile"),
)
"""What a drawing that is loaded has no use for."""

_FOLDER = "drawkit.toml"
"""Where settings come from that are for all drawings, and so are refused by none."""


def refuse_new_paths(layer: Mapping[str, Given], what: str) -> None:
    """Raise InputError for what the user sets of new paths and their sheet; what: has none."""
    for key in ("draw.size", "draw.init", "draw.canvas", *OF_NEW_PATHS):
        given = layer.get(key)
        if given is not None and not given.source.startswith(_FOLDER):
            name = key if given.source in ("--set", "settings") else given.source
            raise InputError(f"{name} is not for {what}")


def build_canvas(settings: Settings) -> Canvas:
    """The canvas of a drawing, before anything is on it."""
    config = settings.get("draw", DrawConfig)
    width, height = config.size
    spec = CanvasSpec(
        width,
        height,
        background=config.paper,
        tile=tiled_axes(config.tile),
        generator=torch.Generator().manual_seed(config.seed_number),
    )
    canvas: Canvas = canvases.get(config.canvas).cls(settings.sections[config.canvas], spec)
    return canvas


def load_drawing(settings: Settings, canvas: Canvas) -> Canvas:
    """The canvas, or the one that goes on with the paths of the SVG that is its start.

    Raises ConfigError for a setting of new paths, as there are none: those of the file stay.
    """
    config = settings.get("draw", DrawConfig)
    if config.init is None or not isinstance(canvas, LoadsScene) or not is_svg_file(config.init):
        return canvas
    scene = read_svg_file(config.init).scene
    if next(scene.paths(), None) is None:
        return canvas
    for key in OF_NEW_PATHS:
        source = settings.sources.get(key, "")
        name = next((short for short, full in SHORT_NAMES.items() if full == key), key)
        flag = f"--{name.replace('_', '-')}"
        if source in (flag, name, key, "--set"):
            raise ConfigError(
                f"{source} is for new paths; a start from an SVG keeps those of the file: leave it"
                " out, or make the SVG a PNG first"
            )
    return canvas.loaded(scene)


def loaded(canvas: Canvas, scene: Scene, frozen: Collection[int]) -> Canvas:
    """The canvas that goes on with a scene. Raises ConfigError for one that cannot."""
    if not isinstance(canvas, LoadsScene):
        raise ConfigError(f"a {type(canvas).__name__} cannot go on with paths")
    return canvas.loaded(scene, frozen)


def build_losses(settings: Settings, canvas: Canvas, *, seen: bool) -> list[WeightedLoss]:
    """Every registered loss whose weight is not 0.

    seen: whether there is a perceptor. Raises ConfigError for a loss that lacks what it needs.
    """
    wanted = []
    # Sums of floats depend on their order: that of the first names keeps the bytes of drawings.
    for name in sorted(losses.names(), key=lambda name: first_name(f"losses.{name}")):
        config = settings.sections[f"losses.{name}"]
        if config.weight == 0:
            continue
        loss = losses.get(name).cls(config)
        for need in loss.needs:
            if not hasattr(canvas, need):
                kind = settings.get("draw", DrawConfig).canvas
                raise ConfigError(
                    f"losses.{name} needs a canvas that has {need}; the canvas '{kind}' has none"
                )
        if loss.asks_perceptor and not seen:
            raise ConfigError(f"losses.{name} needs a perceptor; perceptor.models is 'none'")
        wanted.append(WeightedLoss(name, loss, config.weight, config.during))
    if not wanted:
        raise ConfigError("every loss has weight 0, so there is nothing to draw toward")
    return wanted


def build_scorers(
    settings: Settings, perceptors: Sequence[Perceptor], texts: Sequence[Tensor]
) -> list[Scorer]:
    """Each perceptor with its share, its view recipe and the prompts as it encodes them, [P, D]."""
    config = settings.get("cutouts", CutoutsConfig)
    recipe = cutouts.get(config.recipe)
    views = recipe.cls(settings.sections[f"cutouts.{config.recipe}"], config.count)
    shares = [ModelSpec.parse(m).weight for m in settings.get("perceptor", PerceptorConfig).models]
    return [
        Scorer(perceptor, views, text, share)
        for perceptor, text, share in zip(perceptors, texts, shares, strict=False)
    ]
