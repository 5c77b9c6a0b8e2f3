"""Drawings in small: as if `--steps 5 --size 64 --set perceptor.imagine=2` stood behind each one.

For tests of what is shown to readers: the commands and snippets run as they stand, in this
process, and only that much is changed. Pixel art keeps its size: its cells are few.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from drawkit.config import Given, Settings, resolve

__all__ = ["SIZE", "STEPS", "drawn_small"]

STEPS, SIZE, IMAGINED = 5, 64, 2


def drawn_small(patch: pytest.MonkeyPatch) -> None:
    """From now on every run of this process is small."""
    patch.setattr("drawkit.engine.settings.resolve", _resolve)


def _resolve(sections: Mapping[str, type[Any]], layer: Mapping[str, Given]) -> Settings:
    if "optimize" not in sections:  # asked for one section only, not for a run
        return resolve(sections, layer)
    given = {**layer, "optimize.steps": Given(STEPS, "test")}
    if str(layer.get("perceptor.imagine", Given(IMAGINED, "test")).value) != "0":
        given["perceptor.imagine"] = Given(IMAGINED, "test")
    plain = resolve(sections, given)
    draw = plain.sections["draw"]
    if draw.canvas != "pixels":
        small = tuple(max(16, min(side, SIZE)) for side in draw.size)
        given["draw.size"] = Given(small, "test")
    return resolve(sections, given)
