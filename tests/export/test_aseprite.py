"""Aseprite files: chunk by chunk as the specification has it; read by a library where it runs."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scenes import random_grid, random_scene, small_grid_scene

from drawkit.export.aseprite import AsepriteExporter, aseprite_bytes
from drawkit.scene import CellLayer, Scene
from drawkit.scene.grid import Grid


def chunks_of(data: bytes) -> list[tuple[int, list[tuple[int, bytes]]]]:
    """Duration and chunks of each frame; every length is checked against the next."""
    size, magic, count = struct.unpack_from("<IHH", data)
    assert (size, magic) == (len(data), 0xA5E0)
    frames, start = [], 128
    for _ in range(count):
        length, magic, old, duration, new = struct.unpack_from("<IHHH2xI", data, start)
        assert magic == 0xF1FA
        assert old == new
        place, found = start + 16, []
        for _ in range(new):
            chunk, kind = struct.unpack_from("<IH", data, place)
            found.append((kind, data[place + 6 : place + chunk]))
            place += chunk
        start += length
        assert place == start
        frames.append((duration, found))
    assert start == len(data)
    return frames


def pixels_of(cel: bytes) -> Any:
    layer, x, y, opacity, kind, z, width, height = struct.unpack_from("<HhhBHh5xHH", cel)
    assert (layer, x, y, opacity, kind, z) == (0, 0, 0, 255, 2, 0)
    return np.frombuffer(zlib.decompress(cel[20:]), np.uint8).reshape(height, width)


def test_everything_is_there() -> None:
    grid = small_grid_scene().grid
    assert grid is not None
    data = aseprite_bytes(small_grid_scene())
    width, height, depth, flags = struct.unpack_from("<HHHI", data, 8)
    assert (width, height, depth, flags) == (5, 6, 8, 1)
    assert data[28] == 2  # the transparent index stays where it is
    assert struct.unpack_from("<HBB", data, 32) == (4, 1, 1)
    frames = chunks_of(data)
    assert [duration for duration, _ in frames] == [120, 80, 330]
    for frame, (_, chunks) in zip(grid.frames, frames, strict=True):
        assert (pixels_of(chunks[-1][1]) == frame.indices).all()
    kinds = [kind for kind, _ in frames[0][1]]
    assert kinds == [0x2007, 0x2019, 0x2004, 0x2020, 0x2018, 0x2005]
    palette = dict(frames[0][1])[0x2019]
    assert struct.unpack_from("<III", palette) == (4, 0, 3)
    colors = [struct.unpack_from("<H4B", palette, 20 + 6 * i)[1:] for i in range(4)]
    assert colors == [(*color, 255) for color in grid.palette]
    tags = dict(frames[0][1])[0x2018]
    assert struct.unpack_from("<H", tags) == (2,)
    assert struct.unpack_from("<HHB", tags, 10) == (0, 0, 0)
    assert tags[10 + 17 : 10 + 19 + 4] == b"\4\0idle"
    assert struct.unpack_from("<HHB", tags, 33) == (1, 2, 2)
    assert tags.endswith(b"\4\0walk")


def test_opaque_grids_are_a_background() -> None:
    flags = []
    for transparent in (None, 0):
        scene = Scene(1, 1, (CellLayer("cells", random_grid(1, transparent=transparent)),))
        layer = dict(chunks_of(aseprite_bytes(scene))[0][1])[0x2004]
        flags.append(struct.unpack_from("<H", layer)[0] & 8)
    assert flags == [8, 0]


def test_shapes_and_paths_are_pictures() -> None:
    assert chunks_of(aseprite_bytes(small_grid_scene("hex")))
    assert struct.unpack_from("<HH", aseprite_bytes(small_grid_scene("hex")), 8) == (80, 84)
    assert struct.unpack_from("<HH", aseprite_bytes(random_scene(1)), 8) == (1024, 683)


def test_colours_have_the_names_of_their_ramps(tmp_path: Path) -> None:
    grid = random_grid(3, transparent=0)
    names = ("", *(f"red {step}" for step in range(1, len(grid.palette))))
    named = replace(grid, swatch_names=names)
    scene = Scene(1, 1, (CellLayer("cells", named),))
    data = dict(chunks_of(aseprite_bytes(scene))[0][1])[0x2019]
    place, found = 20, []
    for color in grid.palette:
        flags, *rgba = struct.unpack_from("<H4B", data, place)
        assert rgba == [*color, 255]
        place += 6
        length = struct.unpack_from("<H", data, place)[0] if flags else 0
        found.append(data[place + 2 : place + 2 + length].decode() if flags else "")
        place += 2 + length if flags else 0
    assert place == len(data)
    assert tuple(found) == names
    AsepriteExporter().write(scene, tmp_path / "x.aseprite")
    aseprite = pytest.importorskip("aseprite")  # needs Python 3.12
    image = aseprite.Sprite.open(tmp_path / "x.aseprite").image(frame=0)
    assert (np.asarray(image.convert("RGBA")) == grid.rgba()).all()


@pytest.mark.parametrize("transparent", [None, 0, 3])
def test_the_library_reads_it(transparent: int | None, tmp_path: Path) -> None:
    aseprite = pytest.importorskip("aseprite")  # needs Python 3.12
    grid: Grid = random_grid(2, transparent=transparent)
    AsepriteExporter().write(Scene(1, 1, (CellLayer("cells", grid),)), tmp_path / "x.aseprite")
    image = aseprite.Sprite.open(tmp_path / "x.aseprite").image(frame=0)
    assert (np.asarray(image.convert("RGBA")) == grid.rgba()).all()
