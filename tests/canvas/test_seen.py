"""What is not seen is not written, and the picture stays as it was."""

from __future__ import annotations

import io
import itertools
from dataclasses import replace
from typing import Any

import cairosvg
import numpy as np
import pytest
import resvg_py
import torch
from PIL import Image

from drawkit.canvas import CanvasSpec
from drawkit.canvas.seen import only_seen, seen_paths
from drawkit.canvas.strokes import StrokesCanvas
from drawkit.canvas.strokes_config import StrokesConfig
from drawkit.export.svg import svg_text
from drawkit.scene import AnyLayer, CellLayer, Path, PathLayer, RasterLayer, Rgba, Scene
from drawkit.scene.grid import Grid

BLACK: Rgba = (0.0, 0.0, 0.0, 1.0)
RED: Rgba = (1.0, 0.0, 0.0, 1.0)


def line(x0: float, y0: float, x1: float, y1: float, width: float, color: Rgba = BLACK) -> Path:
    ends = np.array([[x0, y0], [x1, y1]])
    return Path(
        np.array([ends[0] + (ends[1] - ends[0]) * k / 3 for k in range(4)]),
        stroke=color,
        stroke_width=width,
    )


def box(low: float, high: float, color: Rgba = BLACK, **more: Any) -> Path:
    corners = np.array([[low, low], [high, low], [high, high], [low, high], [low, low]])
    points = [a + (b - a) * k / 3 for a, b in itertools.pairwise(corners) for k in (0, 1, 2)]
    return Path(np.array(points), closed=True, fill=color, **more)


@pytest.mark.parametrize(
    ("paths", "seen"),
    [
        ([line(20, 20, 40, 40, 3)], [True]),
        ([line(20, 20, 40, 40, 3, (1, 0, 0, 0.0))], [False]),
        ([line(20, 20, 40, 40, 3, (1, 0, 0, 0.0004))], [False]),
        ([line(20, 20, 40, 40, 3, (1, 0, 0, 0.02))], [True]),
        ([line(-30, -30, -10, -20, 3), line(5, 5, 9, 9, 2)], [False, True]),
        ([line(20, 32, 44, 32, 3, RED), line(10, 32, 54, 32, 9)], [False, True]),
        ([line(10, 32, 54, 32, 9), line(20, 32, 44, 32, 3, RED)], [True, True]),
        # its edge shows through the other's edge; translucent ones hide nothing
        ([line(20, 32, 44, 32, 3, RED), line(20, 32, 44, 32, 3)], [True, True]),
        ([line(20, 32, 44, 32, 3, RED), line(10, 32, 54, 32, 9, (0, 0, 0, 0.98))], [True, True]),
        # two together, the seam between them under a third
        ([box(10, 50, RED), line(30, 5, 30, 55, 30)], [True, True]),
        (
            [line(10, 10, 50, 50, 4, RED), box(2, 32), box(28, 60), box(20, 40)],
            [False, *[True] * 3],
        ),
        ([line(10, 30, 50, 30, 4, RED), box(2, 30), box(30, 60)], [True, True, True]),
        # a border that is wide enough, one that is translucent, a hole
        ([line(10, 8, 50, 8, 2, RED), box(8, 52, stroke=BLACK, stroke_width=10.0)], [False, True]),
        ([box(20, 30, RED), box(8, 52, stroke=(0, 0, 0, 0.5), stroke_width=4.0)], [False, True]),
        (
            [box(20, 30, RED), box(8, 52, (0, 0, 0, 0.5), stroke=BLACK, stroke_width=4.0)],
            [True] * 2,
        ),
    ],
)
def test_which_paths_are_seen(paths: list[Path], seen: list[bool]) -> None:
    assert seen_paths(paths, 64, 64) == seen


def pictures(paths: list[Path], zoom: int) -> list[np.ndarray[Any, Any]]:
    """What resvg and cairosvg show, premultiplied RGBA in levels of 255."""
    text = svg_text(Scene(96, 64, (PathLayer("strokes", tuple(paths)),)))
    shown = (
        bytes(resvg_py.svg_to_bytes(svg_string=text, zoom=zoom)),
        cairosvg.svg2png(bytestring=text.encode(), scale=zoom),
    )
    rgba = [np.asarray(Image.open(io.BytesIO(png)).convert("RGBA")).astype(float) for png in shown]
    return [np.concatenate([p[..., :3] * p[..., 3:] / 255, p[..., 3:]], axis=2) for p in rgba]


@pytest.mark.parametrize("seed", range(3))
def test_the_picture_stays_the_same(seed: int) -> None:
    config = StrokesConfig(
        strokes=90, shapes=40, init_radius=0.2, init_width=30.0, init_opacity=(0.9, 1.0)
    )
    canvas = StrokesCanvas(
        config,
        CanvasSpec(96, 64, background=None, generator=torch.Generator().manual_seed(seed)),
    )
    with torch.no_grad():
        canvas.opacity[canvas.opacity > 0.93] = 1.0
        canvas.opacity[::9] = 0.0
    paths = list(canvas.to_scene().paths())
    seen = seen_paths(paths, 96, 64)
    kept = [path for path, shows in zip(paths, seen, strict=True) if shows]
    clear = sum((path.fill or path.stroke or BLACK)[3] == 0 for path in paths)
    assert len(kept) < len(paths) - clear  # some for being covered
    # Enlarged, cairo covers a rare pixel inside a stroke by 254 of 255 only.
    for zoom, most in ((1, 0.5), (3, 1.0)):
        for before, after in zip(pictures(paths, zoom), pictures(kept, zoom), strict=True):
            assert np.abs(before - after).max() <= most
    fewer = [path for row, path in enumerate(kept) if row % 9]
    for before, after in zip(pictures(kept, 1), pictures(fewer, 1), strict=True):
        assert np.abs(before - after).max() > 0.5


def test_paths_are_judged_group_by_group() -> None:
    under, over = line(20, 32, 44, 32, 3, RED), line(10, 32, 54, 32, 9)
    assert seen_paths([under], 64, 64) == seen_paths([over], 64, 64) == [True]
    assert seen_paths([replace(under, label="mine"), over], 64, 64) == [False, True]


def test_only_layers_of_paths_that_may_change_lose_paths() -> None:
    under, over = line(20, 32, 44, 32, 3, RED), line(10, 32, 54, 32, 9)
    paths = PathLayer("paths", (under, over), opacity=0.5)
    kept: list[AnyLayer] = [
        replace(paths, locked=True),
        replace(paths, visible=False),
        CellLayer("cells", Grid.still([[0]], [(0, 0, 0)])),
        RasterLayer("picture", np.zeros((1, 1, 4), np.uint8)),
    ]
    away = PathLayer("away", (line(-30, -30, -10, -20, 3),))
    first, *rest = only_seen(Scene(64, 64, (paths, away, *kept))).layers
    assert first == replace(paths, paths=(over,))
    assert rest == kept
