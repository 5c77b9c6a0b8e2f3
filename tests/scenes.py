"""Scenes that several tests draw: one small and fixed, and random ones of every kind of path."""

from __future__ import annotations

import numpy as np

from drawkit.scene import Background, CellLayer, Metadata, Path, PathLayer, Rgba, Scene
from drawkit.scene.grid import Cell, Frame, Grid, Tag

METADATA = Metadata(
    title="a cat",
    prompts=(("a cat", 1.0), ("a dog", -0.3)),
    seed=7,
    steps=250,
    score=0.31415926,
    config={"strokes": {"count": 2, "max_width": 100.0}, "prompts": ["a cat", "a dog:-0.3"]},
    versions={"drawkit": "0.1.0", "torch": "2.15.0"},
)


def small_scene() -> Scene:
    """Two layers, every attribute that can be written, numbers that need rounding."""
    line = Path(
        np.array([[1.005, 2.0], [10, -0.001], [20.999, 30], [40.126, 7.5]]),
        stroke=(1.0, 0.5, 0.0, 0.25),
        stroke_width=2.5,
    )
    blob = Path(
        np.array([[10, 10], [30, 10], [30, 30], [10, 30], [5, 25], [5, 15]]),
        closed=True,
        stroke=(0.0, 0.0, 0.0, 1.0),
        stroke_width=1.0,
        fill=(0.2, 0.4, 0.6, 0.5),
        fill_rule="evenodd",
        label="Katze ü",
    )
    return Scene(
        48,
        32,
        (PathLayer("shapes", (blob,)), PathLayer("strokes", (line, line))),
        Background((0.9, 0.8, 0.7), painted=True),
        METADATA,
    )


def small_grid_scene(cell: Cell = "rect", *, transparent: bool = True) -> Scene:
    """Three frames of a 5 x 6 figure, the last two the same, over three colours."""
    palette = ((10, 20, 30), (200, 50, 0), (255, 0, 255), (0, 160, 90))
    figure = np.array(
        [
            [2, 2, 0, 0, 2],
            [2, 0, 1, 1, 0],
            [0, 1, 3, 1, 0],
            [0, 1, 1, 1, 0],
            [2, 0, 1, 0, 2],
            [0, 2, 0, 0, 3],
        ]
    )
    moved = np.roll(figure, 1, axis=0)
    frames = (Frame(figure, 120), Frame(moved, 80), Frame(moved, 330))
    tags = (Tag("idle", 0, 0), Tag("walk", 1, 2, "pingpong"))
    grid = Grid(frames, palette, 2 if transparent else None, cell, tags)
    return Scene(40, 48, (CellLayer("cells", grid),), metadata=METADATA)


def random_grid(
    seed: int,
    size: tuple[int, int] = (13, 9),
    *,
    colors: int = 5,
    cell: Cell = "rect",
    transparent: int | None = None,
) -> Grid:
    """Noise, which has every kind of corner; size in columns and rows."""
    rng = np.random.default_rng(seed)
    palette = [tuple(color) for color in rng.integers(0, 256, (colors, 3)).tolist()]
    return Grid.still(rng.integers(0, colors, size[::-1]), palette, transparent, cell)


def random_scene(
    seed: int,
    *,
    paths: int = 120,
    size: tuple[float, float] = (96, 64),
    background: Background = Background(),
) -> Scene:
    """Strokes, shapes and both, thin to thick, translucent, partly off the canvas."""
    rng = np.random.default_rng(seed)
    kinds = [_random_path(rng, size, index % 4) for index in range(paths)]
    return Scene(*size, (PathLayer("drawing", tuple(kinds)),), background)


def _random_path(rng: np.random.Generator, size: tuple[float, float], kind: int) -> Path:
    closed = kind > 0
    count = 3 * int(rng.integers(1, 4)) + (0 if closed else 1)
    start = rng.uniform(-0.1, 1.1, 2) * size
    points = start + np.cumsum(rng.normal(0, 0.12 * max(size), (count, 2)), axis=0)
    width = float(np.exp(rng.uniform(np.log(0.1), np.log(0.2 * max(size)))))
    return Path(
        points,
        closed=closed,
        stroke=_rgba(rng) if kind != 1 else None,
        stroke_width=width if kind != 1 else 0.0,
        fill=_rgba(rng) if closed else None,
        fill_rule="evenodd" if kind == 3 else "nonzero",
    )


def _rgba(rng: np.random.Generator) -> Rgba:
    red, green, blue, alpha = rng.uniform(0, 1, 4).tolist()
    return red, green, blue, alpha
