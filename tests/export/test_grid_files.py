"""Pixel art in PNG, APNG, GIF and WebP: the very cells, colours, frames and times of the grid."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageSequence
from scenes import random_grid, small_grid_scene

from drawkit.errors import ConfigError, InputError
from drawkit.export import exporter_for
from drawkit.export._lzw import lzw_packed
from drawkit.export.apng import apng_bytes
from drawkit.export.gif import gif_bytes, gif_delays
from drawkit.export.png import PngConfig, png_bytes
from drawkit.export.webp import webp_bytes
from drawkit.scene import CellLayer, Scene
from drawkit.scene.cells import enlarged
from drawkit.scene.grid import CELLS, Cell, Frame, Grid

ANIMATED = pytest.mark.parametrize("encode", [apng_bytes, gif_bytes, webp_bytes])


def scene_of(grid: Grid) -> Scene:
    return Scene(*grid.size, (CellLayer("cells", grid),))


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def shown(data: bytes) -> npt.NDArray[np.uint8]:
    """The picture as RGBA, what is transparent being all 0."""
    rgba = np.asarray(opened(data).convert("RGBA")).copy()
    rgba[rgba[..., 3] == 0] = 0
    return rgba


@pytest.mark.parametrize("transparent", [None, 0, 1])
@pytest.mark.parametrize("colors", [2, 3, 4, 5, 16, 17, 255, 256])
def test_png_holds_the_cells_the_palette_and_no_more_bits(
    colors: int, transparent: int | None
) -> None:
    grid = random_grid(colors, (37, 5), colors=colors, transparent=transparent)
    data = png_bytes(scene_of(grid))
    assert (shown(data) == grid.rgba()).all()
    depth = {2: 1, 3: 2, 4: 2, 5: 4, 16: 4, 17: 8, 255: 8, 256: 8}[colors]
    assert data[24:26] == bytes([depth, 3])
    place = data.index(b"PLTE")
    assert int.from_bytes(data[place - 4 : place], "big") == 3 * colors
    if transparent is None:
        assert b"tRNS" not in data
    else:
        place = data.index(b"tRNS")
        assert data[place - 4 : place + 5] == b"\0\0\0\1tRNS\0"


def test_one_colour_is_one_bit() -> None:
    data = png_bytes(scene_of(Grid.still([[0]], [(1, 2, 3)])))
    assert data[24:26] == b"\1\3"
    assert shown(data).tolist() == [[[1, 2, 3, 255]]]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("scale", [1, 2, 5, 16])
def test_no_colour_falls_outside_the_palette(cell: Cell, scale: int) -> None:
    grid = random_grid(3, cell=cell, transparent=1)
    pixels = shown(png_bytes(scene_of(grid), PngConfig(scale=scale)))
    assert (pixels == grid.rgba(enlarged(grid, grid.indices, scale))).all()
    allowed = {tuple(color) for color in grid.rgba(np.arange(5)).tolist()}
    assert {tuple(color) for color in pixels.reshape(-1, 4).tolist()} == allowed


@pytest.mark.parametrize(
    ("config", "width"),
    [
        (PngConfig(), 13),
        (PngConfig(scale=8), 104),
        (PngConfig(size=1024), 78 * 13),
        (PngConfig(size=5), 13),
        (PngConfig(size=1024, scale=2), 26),
    ],
)
def test_sizes_are_whole_multiples(config: PngConfig, width: int) -> None:
    assert opened(png_bytes(scene_of(random_grid(1)), config)).width == width


def test_shapes_are_large_enough_to_see() -> None:
    scene = small_grid_scene("diamond")
    assert opened(png_bytes(scene)).size == (5 * 16, 6 * 8)
    assert opened(png_bytes(scene, PngConfig(size=50))).size == (50, 30)


def test_too_large_is_one_line() -> None:
    with pytest.raises(InputError, match="13 x 9 cells at scale 2000 are 26000 x 18000 px"):
        png_bytes(scene_of(random_grid(1)), PngConfig(scale=2000))
    with pytest.raises(ConfigError, match="scale is 0; allowed: 1 to"):
        PngConfig(scale=0)
    with pytest.raises(InputError, match="webp holds up to 16383"):
        webp_bytes(scene_of(Grid.still([[0] * 1024], [(0, 0, 0)])), PngConfig(scale=16))


def test_the_png_says_how_it_was_made() -> None:
    image = opened(png_bytes(small_grid_scene()))
    image.load()
    assert image.info["Title"] == "a cat"
    assert json.loads(image.info["drawkit"])["seed"] == 7


def frames_of(data: bytes) -> list[npt.NDArray[np.uint8]]:
    found = []
    for frame in ImageSequence.Iterator(opened(data)):
        rgba = np.asarray(frame.convert("RGBA")).copy()
        rgba[rgba[..., 3] == 0] = 0
        found.append(rgba)
    return found


@ANIMATED
@pytest.mark.parametrize("transparent", [False, True])
@pytest.mark.parametrize("cell", ["rect", "hex"])
def test_frames_and_times_read_back(encode: object, transparent: bool, cell: Cell) -> None:
    """Three frames, two of them equal: none is joined, and each lasts what it should."""
    scene = small_grid_scene(cell, transparent=transparent)
    grid = scene.grid
    assert grid is not None
    data = encode(scene, PngConfig(scale=4))  # type: ignore[operator]
    expected = [grid.rgba(enlarged(grid, frame.indices, 4)) for frame in grid.frames]
    found = frames_of(data)
    assert len(found) == 3
    assert all((a == b).all() for a, b in zip(found, expected, strict=True))
    image = opened(data)
    durations = []
    for number in range(3):
        image.seek(number)
        image.load()
        durations.append(image.info["duration"])
    assert durations == [120, 80, 330]
    assert image.info["loop"] == 0


@ANIMATED
def test_one_frame_is_a_still_picture(encode: object) -> None:
    grid = random_grid(4, transparent=2)
    data = encode(scene_of(grid))  # type: ignore[operator]
    assert (shown(data) == grid.rgba()).all()
    assert getattr(opened(data), "n_frames", 1) == 1


def test_png_of_an_animation_is_its_first_frame() -> None:
    scene = small_grid_scene()
    assert scene.grid is not None
    data = png_bytes(scene)
    assert b"acTL" not in data
    assert (shown(data) == scene.grid.rgba()).all()


@pytest.mark.parametrize(
    ("durations", "delays"),
    [
        ([100, 250], [10, 25]),
        ([33, 33, 33], [3, 4, 3]),
        ([125] * 4, [12, 13, 12, 13]),
        ([1, 10, 20], [2, 2, 2]),
        ([65535], [6554]),
    ],
)
def test_hundredths_keep_the_length_of_the_loop(durations: list[int], delays: list[int]) -> None:
    assert gif_delays(durations) == delays


@given(st.integers(2, 8), st.integers(1, 16_384), st.integers(0, 2**32 - 1), st.booleans())
@settings(max_examples=25, deadline=None)
def test_lzw_of_any_indices_reads_back(depth: int, count: int, seed: int, noise: bool) -> None:
    """Through Pillow's reader: runs and noise, past the point at which the table is full."""
    rng = np.random.default_rng(seed)
    indices = rng.integers(0, 1 << depth, count).astype(np.uint8)
    if not noise:
        indices = np.sort(indices)
    grid = Grid.still(indices[None], [(i, 0, 0) for i in range(1 << depth)])
    assert (shown(gif_bytes(scene_of(grid)))[0, :, 0] == indices).all()
    assert lzw_packed(indices.tobytes(), depth)


@ANIMATED
def test_many_colours(encode: object) -> None:
    grid = random_grid(9, (64, 48), colors=256, transparent=200)
    again = Frame(np.roll(grid.indices, 3), 40)
    moving = Grid((*grid.frames, again), grid.palette, 200)
    found = frames_of(encode(scene_of(moving)))  # type: ignore[operator]
    assert (found[0] == moving.rgba()).all()
    assert (found[1] == moving.rgba(again.indices)).all()


def test_the_suffix_decides(tmp_path: Path) -> None:
    for suffix, kind in ((".PNG", "PNG"), (".apng", "PNG"), (".gif", "GIF"), (".webp", "WEBP")):
        path = tmp_path / f"cat{suffix}"
        exporter_for(path, [PngConfig(scale=2)]).write(small_grid_scene(), path)
        with Image.open(path) as image:
            assert image.format == kind
            assert image.size == (10, 12)


@pytest.mark.skipif(shutil.which("pngcheck") is None, reason="pngcheck is not installed")
@pytest.mark.parametrize("colors", [1, 2, 4, 16, 256])
def test_pngcheck_finds_nothing(colors: int, tmp_path: Path) -> None:
    for name, grid in {
        "solid.png": random_grid(1, colors=colors),
        "clear.png": random_grid(2, (31, 7), colors=colors, transparent=colors - 1),
    }.items():
        (tmp_path / name).write_bytes(png_bytes(scene_of(grid), PngConfig(scale=3)))
        done = subprocess.run(
            ["pngcheck", "-v", name], cwd=tmp_path, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout
        assert "No errors detected" in done.stdout


@pytest.mark.skipif(shutil.which("identify") is None, reason="ImageMagick is not installed")
def test_imagemagick_sees_the_frames(tmp_path: Path) -> None:
    (tmp_path / "cat.png").write_bytes(png_bytes(small_grid_scene()))
    (tmp_path / "cat.gif").write_bytes(gif_bytes(small_grid_scene()))

    def identify(name: str, form: str) -> str:
        command = ["identify", "-format", form, name]
        return subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, check=True
        ).stdout

    assert identify("cat.png", "%m %wx%h %z %k") == "PNG 5x6 8 4"
    assert identify("cat.gif", "%wx%h %T;") == "5x6 12;5x6 8;5x6 33;"


@pytest.mark.skipif(shutil.which("webpinfo") is None, reason="webpinfo is not installed")
def test_webpinfo_finds_nothing(tmp_path: Path) -> None:
    (tmp_path / "cat.webp").write_bytes(webp_bytes(small_grid_scene()))
    done = subprocess.run(["webpinfo", tmp_path / "cat.webp"], capture_output=True, text=True)
    assert "No error detected" in done.stdout
    assert done.stdout.count("Chunk ANMF") == 3
