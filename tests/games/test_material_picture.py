"""Materials out of pictures: exact where they are pixel art, refused where they are no tiles."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from drawkit.errors import InputError
from drawkit.games.material_picture import read_material
from drawkit.pictures.seamless import grid_seam
from drawkit.scene.grid import Grid


def saved(folder: Path, pixels: np.ndarray) -> Path:
    path = folder / "m.png"
    Image.fromarray(pixels.astype(np.uint8)).save(path)
    return path


def noise(side: int = 16, colors: int = 5) -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.integers(0, 255, (colors, 3))[rng.integers(0, colors, (side, side))]


def test_pixel_art_stays_as_it_is(tmp_path: Path) -> None:
    pixels = noise()
    grid = read_material(saved(tmp_path, pixels))
    assert (grid.rgba()[..., :3] == pixels).all()
    assert len(grid.palette) == 5
    assert grid.transparent is None


def test_enlarged_pixel_art_comes_back(tmp_path: Path) -> None:
    pixels = noise(colors=3)
    grid = read_material(saved(tmp_path, pixels.repeat(4, 0).repeat(4, 1)), (16, 16))
    assert (grid.rgba()[..., :3] == pixels).mean() > 0.9
    few = read_material(saved(tmp_path, pixels), colors=2)
    assert len(np.unique(few.indices)) <= 2


def test_refusals(tmp_path: Path) -> None:
    ramp = np.arange(0, 256, 16)[None, :, None].repeat(16, 0).repeat(3, 2)
    with pytest.raises(InputError, match=r"step at its sides is 15\.0 times"):
        read_material(saved(tmp_path, ramp))
    with pytest.raises(InputError, match="give --size"):
        read_material(saved(tmp_path, noise(600)))
    assert read_material(saved(tmp_path, noise(600)), (20, 20)).size == (20, 20)


def test_seams_of_grids() -> None:
    assert grid_seam(Grid.still(np.zeros((4, 4), int), [(1, 2, 3)])) == 0
