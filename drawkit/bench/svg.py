"""How far the SVG is from the picture that was optimized: what `drawkit bench svg` prints."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import resvg_py
import torch
from PIL import Image

from drawkit.canvas import CanvasSpec, Rgb, canvases
from drawkit.export._cairo import load_cairosvg
from drawkit.export.svg import SvgConfig, svg_text
from drawkit.pictures import premultiplied
from drawkit.scene import Background

__all__ = ["BOUND", "SvgDifference", "bench_svg"]

BOUND = 2.0
"""Of 255 levels: more than that a careful eye could see."""

_STROKES, _SHAPES = {"strokes": 256}, {"strokes": 64, "shapes": 64}
_CASES: tuple[tuple[str, dict[str, int], tuple[int, int], Rgb | None], ...] = (
    ("256 strokes on white", _STROKES, (224, 224), (1.0, 1.0, 1.0)),
    ("strokes over shapes on blue", _SHAPES, (320, 180), (0.1, 0.2, 0.5)),
    ("strokes over shapes on nothing", _SHAPES, (224, 224), None),
)


@dataclass(frozen=True)
class SvgDifference:
    """Mean difference, in levels of 255, between a canvas and its SVG as one program shows it."""

    case: str
    renderer: str
    difference: float


def bench_svg() -> list[SvgDifference]:
    """Compare new canvases with their SVGs as resvg and cairosvg draw them, alpha included.

    `BackendError` where libcairo is missing.
    """
    cairosvg = load_cairosvg("the comparison")
    programs: tuple[tuple[str, Callable[[str], bytes]], ...] = (
        ("resvg", lambda svg: bytes(resvg_py.svg_to_bytes(svg_string=svg, dpi=96))),
        ("cairosvg", lambda svg: bytes(cairosvg.svg2png(bytestring=svg.encode()))),
    )
    found = []
    for name, settings, (width, height), paper in _CASES:
        plugin = canvases.get("strokes")
        canvas = plugin.cls(
            plugin.config(**settings),
            CanvasSpec(width, height, background=paper, generator=torch.Generator().manual_seed(0)),
        )
        with torch.no_grad():
            picture = canvas()[0].permute(1, 2, 0).double().numpy()
        background = Background(paper, painted=paper is not None)
        svg = svg_text(replace(canvas.to_scene(), background=background), SvgConfig())
        for renderer, show in programs:
            apart = np.abs(_premultiplied(show(svg)) - picture).mean() * 255
            found.append(SvgDifference(name, renderer, round(float(apart), 3)))
    return found


def _premultiplied(png: bytes) -> npt.NDArray[np.float32]:
    return premultiplied(np.asarray(Image.open(io.BytesIO(png)).convert("RGBA")))
