"""Drawings in small: as if `--steps 5 --size 64` stood behind each one, and a little more.

For tests of what is shown to readers: the commands and snippets run as they stand, in this
process. Only two thumbnails are imagined, sketches are tried once, pictures are 128 px, and there
are 32 strokes where nothing says how many; a clock gives a second. Pixel art keeps its size: its
cells are few.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from drawkit.config import Given, Settings, resolve

__all__ = ["SIZE", "STEPS", "drawn_small"]

STEPS, SIZE, IMAGINED, PICTURE, STROKES, SECONDS = 5, 64, 2, 128, 32, 1.0


def drawn_small(patch: pytest.MonkeyPatch) -> None:
    """From now on every run of this process is small."""
    patch.setattr("drawkit.engine.settings.resolve", _resolve)


def _resolve(sections: Mapping[str, type[Any]], layer: Mapping[str, Given]) -> Settings:
    if "sketch" in sections:
        layer = {**layer, "sketch.tries": Given(1, "test")}
    if "optimize" not in sections:  # asked for one section only, not for a run
        return resolve(sections, layer)
    given = {"strokes.strokes": Given(STROKES, "test"), **layer}
    plain = resolve(sections, given)
    given["optimize.steps"] = Given(STEPS, "test")
    if plain.sections["optimize"].time is not None:
        given["optimize.time"] = Given(SECONDS, "test")
    if plain.sections["perceptor"].imagine:
        given["perceptor.imagine"] = Given(IMAGINED, "test")
    draw = plain.sections["draw"]
    if draw.canvas != "pixels":
        small = tuple(max(16, min(side, SIZE)) for side in draw.size)
        given["draw.size"] = Given(small, "test")
        given["export.png.size"] = Given(PICTURE, "test")
    return resolve(sections, given)
