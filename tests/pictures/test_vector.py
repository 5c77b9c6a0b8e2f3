"""SVGs where a picture is wanted: drawn 1024 px large, cells as whole pixels."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scenes import random_grid, random_scene
from svg_oracle import by_resvg, svg

from drawkit.errors import FileError
from drawkit.export.svg import svg_text
from drawkit.pictures import premultiplied, read_picture, read_pixels
from drawkit.scene import Background, CellLayer, Scene
from drawkit.scene.grid import CELLS, Cell

SOME = '<rect x="10" y="10" width="50" height="30" fill="#0a0" opacity=".5"/>'


def test_the_longer_side_has_1024_pixels() -> None:
    text = svg(SOME)
    found = premultiplied(read_pixels(text.encode()))
    wanted = by_resvg(text, 10.24)
    assert found.shape == (819, 1024, 4)
    assert np.abs(found - wanted[:819]).mean() * 255 < 0.2


def test_paper_that_is_not_painted_is_there_where_the_record_tells_of_it() -> None:
    drawing = random_scene(1, paths=1)
    for paper in (Background(), Background((0.2, 0.4, 0.6), painted=True)):
        pixels = read_pixels(svg_text(replace(drawing, background=paper)).encode())
        assert pixels[..., 3].min() == 255
    assert read_pixels(svg(SOME).encode())[..., 3].min() == 0


@pytest.mark.parametrize("cell", CELLS)
def test_cells_are_exact(cell: Cell) -> None:
    grid = random_grid(2, (16, 12), cell=cell, transparent=1)
    scene = Scene(64, 48, (CellLayer("cells", grid),))
    pixels = read_pixels(svg_text(scene).encode())
    colors = {tuple(color) for color in pixels.reshape(-1, 4).tolist()}
    assert colors == {tuple(color) for color in grid.rgba().reshape(-1, 4).tolist()}
    if cell == "rect":
        np.testing.assert_array_equal(pixels[32::64, 32::64], grid.rgba())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-8-sig"])
def test_what_is_in_a_file_decides(encoding: str, tmp_path: Path) -> None:
    named = encoding.removesuffix("-be").removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{named}"?>\n<!-- {"x" * 500} -->' + svg(SOME)
    data = text.encode(encoding)
    data = b"\xfe\xff" + data if encoding == "utf-16-be" else data
    file = tmp_path / "photo.jpg"
    for content in (data, gzip.compress(data)):
        file.write_bytes(content)
        assert read_picture(file).shape == (819, 1024, 4)


def test_what_is_left_out_is_told(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    file = tmp_path / "a.svg"
    file.write_text(svg(SOME + "<text>words</text>"))
    read_picture(file)
    assert caplog.messages == [f"the picture '{file}': left out: 1 text"]


def test_trouble_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "a.svg"
    file.write_text(svg("<text>words</text>"))
    with pytest.raises(FileError) as caught:
        read_picture(file)
    assert str(caught.value) == (
        f"cannot read the picture '{file}': it holds nothing that can be drawn (left out: 1 text)"
    )
