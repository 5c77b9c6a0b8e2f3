"""The settings that suit one perceptor: laid over the dataclass defaults, under the user's own.

A built-in perceptor of 64 px sees pictures otherwise than a CLIP of 224 px does; what was
measured to draw best with it stands here, in one place. Dataclass defaults are CLIPDraw's.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from drawkit.perceptor.names import ModelSpec

__all__ = ["defaults_for"]

Sections = Mapping[str, Mapping[str, Any]]

# Judged by eye on cat, tree, red apple, house and fish (256 strokes). A heap of bright strokes
# never clears up: they start gray and wide, over the middle. Smoothness with a knee joins them
# to areas of one colour with crisp edges; mirrored and noisy views keep the shapes plain.
_BUILTIN: Sections = MappingProxyType(
    {
        "perceptor": MappingProxyType({"imagine": 24}),
        "cutouts": MappingProxyType({"recipe": "whole", "count": 8}),
        "cutouts.whole": MappingProxyType({"noise": 0.15, "flip": True}),
        "optimize": MappingProxyType({"steps": 250, "sketch": 0.75, "finish": 0.5}),
        "strokes": MappingProxyType(
            {
                "spread": 0.5,
                "init_opacity": (1.0, 1.0),
                "init_width": 8.0,
                "init_paint": True,
                "lr_painted": 0.3,
                "init_color": "#8c8c8c",
                "lr_width": 0.4,
                "lr_color": 0.02,
            }
        ),
        "losses.target": MappingProxyType({"weight": 100.0}),
        "losses.ink_coverage": MappingProxyType({"weight": 0.06}),
        "losses.smoothness": MappingProxyType({"weight": 0.0015, "knee": 0.1}),
    }
)


_PIXELS: Sections = MappingProxyType({"draw": MappingProxyType({"size": (32, 32)})})
"""Pixel art with any perceptor."""

# Judged by eye on knight, potion, smiling face, red apple and cat at 16 and 32 cells.
_BUILTIN_PIXELS: Sections = MappingProxyType(
    {
        "pixels": MappingProxyType(
            {"side": 64, "lr_color": 0.01, "lr_alpha": 0.01, "lr_painted": 0.25}
        ),
        "optimize": MappingProxyType({"steps": 100, "finish": 1.0}),
        "losses.target": MappingProxyType({"weight": 100.0}),
        "losses.ink_coverage": MappingProxyType({"weight": 0.0}),
        "losses.isolated_cells": MappingProxyType({"weight": 5.0}),
        "losses.smoothness": MappingProxyType({"weight": 0.006}),
        "losses.text": MappingProxyType({"weight": 0.3}),
    }
)


_NOBODY: Sections = MappingProxyType(
    {
        "optimize": MappingProxyType({"steps": 250}),
        "strokes": MappingProxyType({"init_opacity": (1.0, 1.0)}),
        "losses.target": MappingProxyType({"weight": 30.0, "side": 224}),
        "losses.text": MappingProxyType({"weight": 0.0}),
    }
)
"""Without a perceptor: the drawing follows its picture closely."""

# Judged by eye on photos, drawings, logos and sprites, with 8 to 256 shapes.
_TRACE: Sections = MappingProxyType(
    {
        "draw": MappingProxyType({"background": "transparent"}),
        "optimize": MappingProxyType({"steps": 200}),
        "losses.target": MappingProxyType({"weight": 0.0}),
        "losses.fidelity": MappingProxyType({"weight": 1.0}),
        "losses.crossings": MappingProxyType({"weight": 0.02}),
        "losses.slivers": MappingProxyType({"weight": 0.01}),
        "export.svg": MappingProxyType({"lines": True}),
    }
)
"""Shapes that follow a picture, whoever else looks."""


_IMAGES = ("fourier", "wavelet", "siren", "rgb", "vqgan", "dvae", "biggan", "stylegan", "nada")
"""Canvases of free pixels."""

# Judged by eye on ten prompts. What is expected gives it its parts, rivals make it this thing and
# no other, views that hardly move and are not mirrored leave parts in their places, and smoothness
# clears what only a net sees.
_BUILTIN_IMAGES: Sections = MappingProxyType(
    {
        "cutouts": MappingProxyType({"count": 6}),
        "cutouts.whole": MappingProxyType(
            {"zoom": (0.97, 1.03), "shift": 0.02, "noise": 0.1, "flip": False}
        ),
        "optimize": MappingProxyType({"steps": 200, "sketch": 0.75, "finish": 1.0}),
        "losses.ink_coverage": MappingProxyType({"weight": 0.0}),
        "losses.expected": MappingProxyType({"weight": 1.0}),
        "losses.text": MappingProxyType({"weight": 0.2}),
        "losses.rivals": MappingProxyType({"weight": 0.15}),
        "losses.smoothness": MappingProxyType({"weight": 0.0004}),
    }
)


_LEFT_OUT = ("text", "target", "expected", "rivals", "smoothness", "ink_coverage")
"""What does not count where a direction says all."""
_OF_CANVAS: Mapping[str, Sections] = MappingProxyType(
    {
        # As Big Sleep, whose words count a hundred times.
        "biggan": MappingProxyType(
            {
                "losses.latent_noise": MappingProxyType({"weight": 0.01}),
                "losses.latent_classes": MappingProxyType({"weight": 0.01}),
            }
        ),
        # As StyleGAN-NADA.
        "nada": MappingProxyType(
            {
                "perceptor": MappingProxyType({"imagine": 0}),
                "losses.domain": MappingProxyType({"weight": 1.0}),
                **{f"losses.{name}": MappingProxyType({"weight": 0.0}) for name in _LEFT_OUT},
            }
        ),
        # As StyleCLIP: its pictures are good ones near where they begin.
        "stylegan": MappingProxyType({"losses.latent_origin": MappingProxyType({"weight": 0.008})}),
    }
)
"""With any perceptor."""


# Wavelets know no place between their places, so views move more, or grain comes of it.
_BUILTIN_WAVELETS: Sections = MappingProxyType(
    {
        "cutouts.whole": MappingProxyType({"zoom": (0.9, 1.1), "shift": 0.06}),
        "losses.smoothness": MappingProxyType({"weight": 0.0015}),
    }
)


def defaults_for(model: str, canvas: str = "strokes") -> Sections:
    """Section -> key -> value that suit `model` (as `--model` takes it) and the canvas' name."""
    kind = ModelSpec.parse(model).kind
    builtin = kind == "builtin"
    layers = {"builtin": [_BUILTIN], "none": [_NOBODY]}.get(kind, [])
    if canvas == "trace":
        layers = [*layers, _TRACE]
    if canvas == "pixels":
        layers = [*layers, _PIXELS, _BUILTIN_PIXELS] if builtin else [*layers, _PIXELS]
    if canvas in _IMAGES and builtin:
        layers = [*layers, _BUILTIN_IMAGES]
        if canvas == "wavelet":
            layers = [*layers, _BUILTIN_WAVELETS]
    layers = [*layers, _OF_CANVAS.get(canvas, {})]
    merged: dict[str, dict[str, Any]] = {}
    for layer in layers:
        for section, keys in layer.items():
            merged.setdefault(section, {}).update(keys)
    return merged
