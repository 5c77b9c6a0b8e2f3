"""How exact and tidy pixel art comes out, and how long it takes: `drawkit bench pixels`."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from drawkit.color import srgb_to_oklab
from drawkit.config import Given
from drawkit.engine import Run, settings_for
from drawkit.engine.drawing import Drawing
from drawkit.pictures.seamless import grid_seam
from drawkit.pixelart.banding import bands
from drawkit.pixelart.jaggies import border_length, jaggies
from drawkit.pixelart.neighbours import neighbours
from drawkit.pixelart.specks import orphans
from drawkit.scene.grid import Grid

__all__ = [
    "PROMPT",
    "PixelFigures",
    "band_share",
    "bench_pixels",
    "exactness",
    "grid_seam",
    "jaggy_share",
    "mirrored_share",
    "orphan_share",
]

PROMPT = "a knight"
MATERIAL = "bricks"
"""What is drawn as a tile: of those tried, the one whose seams are hardest to hide."""
PALETTE = "pico-8"


@dataclass(frozen=True)
class PixelFigures:
    """What was measured; shares are 0..1.

    exact: share of the PNG's visible pixels in a palette colour. mirrored: share of cells equal
    to their mirror image, with `--symmetry x`. seam: step across the seam over the strongest
    one inside, of `MATERIAL` with `--tile xy`; up to 1 it does not stand out. orphans: share of
    shown cells alone in their colour. jaggies: uneven steps of the borders for each side of a
    cell along them. banding: share of shown cells in one-cell strips of a tone between those on
    their sides. orphans_left, jaggies_left, banding_left: the same where nothing is tidied up;
    score, score_left: likewise.
    """

    exact: float
    mirrored: float
    seam: float
    orphans: float
    orphans_left: float
    jaggies: float
    jaggies_left: float
    banding: float
    banding_left: float
    score: float
    score_left: float
    seconds: float
    cpu_seconds: float


def bench_pixels(prompt: str = PROMPT, *, size: int = 32, steps: int | None = None) -> PixelFigures:
    """Draw one sprite in four ways and measure it. steps: fewer than the default is faster."""
    plain: dict[str, Any] = {"draw.background": "transparent", "pixels.palette": PALETTE}
    untidy = {
        "pixels.despeckle": 0,
        "pixels.coherence": 0.0,
        "pixels.even_edge": 0.0,
        "pixels.even_steps": 0,
        "pixels.unband": False,
    }
    began, busy = time.monotonic(), time.process_time()
    sprite = _draw(prompt, size, steps, plain)
    seconds, cpu = time.monotonic() - began, time.process_time() - busy
    left = _draw(prompt, size, steps, {**plain, **untidy})
    mirror = _draw(prompt, size, steps, {**plain, "pixels.symmetry": "x"})
    tile = _draw(MATERIAL, size, steps, {"draw.tile": "xy", "pixels.palette": PALETTE})
    return PixelFigures(
        exact=exactness(sprite),
        mirrored=mirrored_share(_grid(mirror)),
        seam=grid_seam(_grid(tile)),
        orphans=orphan_share(_grid(sprite)),
        orphans_left=orphan_share(_grid(left)),
        jaggies=jaggy_share(_grid(sprite)),
        jaggies_left=jaggy_share(_grid(left)),
        banding=band_share(_grid(sprite)),
        banding_left=band_share(_grid(left)),
        score=_score(sprite),
        score_left=_score(left),
        seconds=seconds,
        cpu_seconds=cpu,
    )


def exactness(drawing: Drawing) -> float:
    """Share of the visible pixels of the drawing's PNG file that have a colour of its palette."""
    seen = np.asarray(Image.open(io.BytesIO(drawing.png())).convert("RGBA")).reshape(-1, 4)
    seen = seen[seen[:, 3] > 0]
    colors = {tuple(color) for color in _grid(drawing).palette}
    known = [tuple(pixel[:3]) in colors and pixel[3] == 255 for pixel in seen.tolist()]
    return float(np.mean(known)) if known else 1.0


def mirrored_share(grid: Grid) -> float:
    """Share of the cells that equal their mirror image left to right."""
    return float((grid.indices == grid.indices[:, ::-1]).mean())


def orphan_share(grid: Grid) -> float:
    """Share of the shown cells that no neighbour shares the colour of."""
    columns, rows = grid.size
    alone = orphans(grid.indices.ravel(), neighbours(grid.cell, rows, columns, corners=True))
    shown = grid.indices.ravel() != (-1 if grid.transparent is None else grid.transparent)
    return float(alone[shown].mean()) if shown.any() else 0.0


def jaggy_share(grid: Grid) -> float:
    """Uneven steps of the figure's outline and of the borders in it, for each side of a cell."""
    inside = _shown_indices(grid)
    figure = (inside >= 0).astype(np.intp)
    uneven = jaggies(figure, grid.tile) + jaggies(inside, grid.tile)
    return uneven / max(1, border_length(figure, grid.tile) + border_length(inside, grid.tile))


def band_share(grid: Grid) -> float:
    """Share of the shown cells that are in strips of banding."""
    inside = _shown_indices(grid)
    lab = srgb_to_oklab(np.array(grid.palette) / 255.0)
    return float(bands(inside, lab, grid.tile).sum() / max(1, (inside >= 0).sum()))


def _shown_indices(grid: Grid) -> npt.NDArray[np.intp]:
    """[H, W] indices, -1 where nothing is shown."""
    indices = grid.indices.astype(np.intp)
    return np.where(indices == grid.transparent, -1, indices)


def _draw(prompt: str, size: int, steps: int | None, given: Mapping[str, Any]) -> Drawing:
    """One drawing at the defaults but for `given`."""
    wanted = {"draw.prompts": [prompt], "draw.canvas": "pixels", "draw.size": size, **given}
    if steps is not None:
        wanted["optimize.steps"] = steps
    run = Run(settings_for({key: Given(value, "bench") for key, value in wanted.items()}))
    for _ in run:
        pass
    return run.drawing()


def _grid(drawing: Drawing) -> Grid:
    grid = drawing.scene.grid
    assert grid is not None
    return grid


def _score(drawing: Drawing) -> float:
    return 0.0 if drawing.score is None else drawing.score
