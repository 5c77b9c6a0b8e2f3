"""A style picture moves the drawing toward itself, by a measure that the loss does not know."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from drawkit.bench.style import StyleDifference, style_difference
from drawkit.engine import draw


def dots(path: Path) -> Path:
    """A picture of many small blue and yellow dots."""
    generator = np.random.default_rng(0)
    at = generator.uniform(0, 160, (1500, 2))
    rows, columns = np.indices((160, 160))
    pixels = np.full((160, 160, 3), (30, 60, 160), np.uint8)
    for x, y in at:
        color = (250, 200, 40) if generator.random() < 0.6 else (40, 110, 220)
        pixels[(columns - x) ** 2 + (rows - y) ** 2 < 9] = color
    Image.fromarray(pixels).save(path)
    return path


@pytest.mark.slow
def test_a_styled_drawing_is_nearer_to_its_style(tmp_path: Path) -> None:
    style = dots(tmp_path / "dots.png")

    def difference(**more: object) -> StyleDifference:
        drawing = draw("a red apple", steps=60, size=128, threads=1, **more)
        path = tmp_path / f"drawing{len(more)}.png"
        drawing.save(str(path))
        return style_difference(path, style)

    plain, styled = difference(), difference(style_image=str(style))
    assert styled.colors < 0.6 * plain.colors
    assert styled.gradients < 0.6 * plain.gradients
