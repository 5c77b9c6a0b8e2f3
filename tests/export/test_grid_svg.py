"""SVG of pixel art: the pixels of the PNG, and no hairline in any renderer at any zoom."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import cairosvg
import numpy as np
import numpy.typing as npt
import pytest
import resvg_py
from lxml import etree
from PIL import Image
from scenes import random_grid, small_grid_scene

from drawkit.export._outline import grid_paths
from drawkit.export.png import PngConfig, png_bytes
from drawkit.export.svg import svg_text
from drawkit.scene import CellLayer, Scene
from drawkit.scene.cells import SIZES, cell_map
from drawkit.scene.grid import CELLS, Cell, Grid

Pixels = npt.NDArray[np.uint8]
Render = Callable[[str, int, str | None], Pixels]

ODD = (1.37, 3.3, 7.77)
SVG = "{http://www.w3.org/2000/svg}"


def scene_of(grid: Grid) -> Scene:
    """As large as its PNG at 16 pixels a cell: resvg takes the proportions of whole pixels."""
    columns, rows = grid.size
    width, height = SIZES[grid.cell]
    return Scene(16 * columns * width, 16 * rows * height, (CellLayer("cells", grid),))


def smooth(svg: str) -> str:
    """The SVG as importers see it that do not know crispEdges: every edge is antialiased."""
    assert 'shape-rendering="crispEdges"' in svg
    return svg.replace(' shape-rendering="crispEdges"', "")


def rgba(png: bytes) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))


def by_resvg(svg: str, width: int, paper: str | None) -> Pixels:
    return rgba(
        resvg_py.svg_to_bytes(svg_string=svg, width=width, background=paper, skip_system_fonts=True)
    )


def by_cairosvg(svg: str, width: int, paper: str | None) -> Pixels:
    return rgba(
        cairosvg.svg2png(bytestring=svg.encode(), output_width=width, background_color=paper)
    )


def natural_width(grid: Grid, scale: float) -> int:
    return round(grid.size[0] * SIZES[grid.cell][0] * scale)


def inner(grid: Grid, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """The pixels that lie, with all around them, in cells that show a colour."""
    height, width = shape[:2]
    rows = grid.size[1]
    fine = 24  # picture of the cells, sampled densely enough for any of the sizes tested
    owner = cell_map(grid.cell, rows, grid.size[0], (fine, fine))
    solid = (grid.indices != grid.transparent)[owner]
    y = np.arange(-1, height + 2) * solid.shape[0] / height
    x = np.arange(-1, width + 2) * solid.shape[1] / width
    rows_of = [np.unique(np.clip([y[i], y[i + 3]], 0, solid.shape[0])) for i in range(height)]
    columns_of = [np.unique(np.clip([x[i], x[i + 3]], 0, solid.shape[1])) for i in range(width)]
    found = np.zeros((height, width), bool)
    for i, (top, bottom) in enumerate(rows_of):
        band = solid[int(top) : int(np.ceil(bottom))].all(axis=0)
        for j, (left, right) in enumerate(columns_of):
            found[i, j] = band[int(left) : int(np.ceil(right))].all()
    # The picture's own border is a border as well.
    found[[0, -1]] = False
    found[:, [0, -1]] = False
    return found


def seams(svg: str, grid: Grid, width: int, render: Render) -> int:
    """How many inner pixels let the paper through: their colour depends on it."""
    on_green, on_pink = render(svg, width, "#00ff00"), render(svg, width, "#ff00ff")
    through = (np.abs(on_green.astype(int) - on_pink).max(axis=2) > 2) & inner(grid, on_green.shape)
    return int(through.sum())


def side_by_side(grid: Grid) -> str:
    """What one must not do: every cell a square of its own."""
    columns, rows = grid.size
    squares = "".join(
        f'<rect x="{x}" y="{y}" width="1" height="1" '
        f'fill="#{bytes(grid.palette[grid.indices[y, x]]).hex()}"/>'
        for y in range(rows)
        for x in range(columns)
        if grid.indices[y, x] != grid.transparent
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{columns}" height="{rows}" '
        f'viewBox="0 0 {columns} {rows}">{squares}</svg>'
    )


@pytest.mark.parametrize("render", [by_resvg, by_cairosvg])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("transparent", [None, 0])
def test_no_hairlines(render: Render, cell: Cell, transparent: int | None) -> None:
    grid = blobs(cell, transparent)
    svg = svg_text(scene_of(grid))
    for scale in ODD:
        width = natural_width(grid, scale)
        assert seams(svg, grid, width, render) == 0
        assert seams(smooth(svg), grid, width, render) == 0


@pytest.mark.parametrize("render", [by_resvg, by_cairosvg])
def test_hairlines_would_be_found(render: Render) -> None:
    grid = blobs("rect", 0)
    for scale in ODD:
        assert seams(side_by_side(grid), grid, natural_width(grid, scale), render) > 20


def blobs(cell: Cell, transparent: int | None) -> Grid:
    """Large spots of five colours with noise between: long borders and single cells."""
    noise = random_grid(11, (23, 17), cell=cell)
    coarse = np.kron(random_grid(12, (6, 5)).indices, np.ones((4, 4), np.uint8))[:17, :23]
    pick = np.random.default_rng(3).random((17, 23)) < 0.8
    indices = np.where(pick, coarse, noise.indices)
    return Grid.still(indices, noise.palette, transparent, cell)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("scale", [8, 16])
@pytest.mark.parametrize("transparent", [None, 2])
def test_svg_shows_the_pixels_of_the_png(cell: Cell, scale: int, transparent: int | None) -> None:
    grid = random_grid(4, cell=cell, transparent=transparent)
    scene = scene_of(grid)
    expected = rgba(png_bytes(scene, PngConfig(scale=scale))).copy()
    expected[expected[..., 3] == 0] = 0
    found = by_resvg(svg_text(scene), expected.shape[1], None)
    assert found.shape == expected.shape
    assert (found == expected).all()


@pytest.mark.parametrize("scale", [1, 3, 7])
def test_squares_are_exact_at_every_whole_scale_with_and_without_crisp_edges(scale: int) -> None:
    grid = random_grid(5, (31, 22), colors=9, transparent=3)
    scene = scene_of(grid)
    expected = rgba(png_bytes(scene, PngConfig(scale=scale))).copy()
    expected[expected[..., 3] == 0] = 0
    for svg in (svg_text(scene), smooth(svg_text(scene))):
        for render in (by_resvg, by_cairosvg):
            assert (render(svg, expected.shape[1], None) == expected).all()


def test_one_layer_and_path_a_colour() -> None:
    root = etree.fromstring(svg_text(small_grid_scene()).encode())
    groups = root.findall(f"{SVG}g")
    assert [group.get("id") for group in groups] == [
        "color-0a141e",
        "color-c83200",
        "color-00a05a",
    ]  # the outline lowest, then dark to light; the transparent colour has none
    assert all(len(group) == 1 and group[0].tag == f"{SVG}path" for group in groups)
    assert root.get("viewBox") == "0 0 5 6"
    assert (root.get("width"), root.get("height")) == ("40", "48")
    assert "drawkit:run" in svg_text(small_grid_scene())


def test_an_outlined_figure_has_no_fringe_where_edges_are_antialiased() -> None:
    """At its border it mixes the outline and the paper alone, though light paths lie on top."""
    figure = np.pad(random_grid(7, (6, 6), colors=4).indices + 2, 1, constant_values=1)
    palette = [(0, 0, 0), (0, 0, 255), (255, 0, 0), (90, 0, 0), (255, 0, 9), (200, 0, 0)]
    grid = Grid.still(np.pad(figure, 2), palette, transparent=0)
    pixels = by_resvg(smooth(svg_text(scene_of(grid))), natural_width(grid, 3.3), "#0000ff")
    outer = round(2 * 3.3 + 2)  # the empty margin and most of the outline
    assert (pixels[:outer] == [0, 0, 255, 255]).all()
    assert (pixels[:, :outer] == [0, 0, 255, 255]).all()
    assert (pixels[..., 0] > 0).any()


def test_upper_paths_are_small_and_numbers_whole() -> None:
    grid = random_grid(6, (8, 8), colors=3, cell="hex")
    for _, data in grid_paths(grid):
        assert re.fullmatch(r"(M\d+ \d+([hv]-?\d+|l-?\d+ -?\d+)+z)+", data)


def test_nothing_to_see_is_an_empty_picture() -> None:
    grid = Grid.still([[0, 0]], [(1, 2, 3)], transparent=0)
    root = etree.fromstring(svg_text(scene_of(grid)).encode())
    assert root.findall(f"{SVG}g") == []


def test_equal_colours_keep_their_own_layers() -> None:
    grid = Grid.still([[0, 1]], [(1, 2, 3), (1, 2, 3)])
    root = etree.fromstring(svg_text(scene_of(grid)).encode())
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids)) == 4


def by_inkscape(svg: str, width: int, paper: str | None) -> Pixels:
    command = ["inkscape", "--pipe", "--export-type=png", "--export-filename=-"]
    command += [f"--export-width={width}"]
    if paper is not None:
        command += [f"--export-background={paper}", "--export-background-opacity=1"]
    done = subprocess.run(command, input=svg.encode(), capture_output=True, check=True, timeout=120)
    return rgba(done.stdout)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("inkscape") is None, reason="Inkscape is not installed")
@pytest.mark.parametrize("cell", ["rect", "hex"])
def test_no_hairlines_in_inkscape(cell: Cell) -> None:
    grid = blobs(cell, 0)
    svg = svg_text(scene_of(grid))
    width = natural_width(grid, 3.3)
    assert seams(svg, grid, width, by_inkscape) == 0
    assert seams(smooth(svg), grid, width, by_inkscape) == 0


CHROMIUM = shutil.which("chromium")


def by_chromium(svg: str, width: int, paper: str | None, folder: Path) -> Pixels:
    """A page with the SVG in it; the screenshot is cut to the picture."""
    root = etree.fromstring(svg.encode())
    height = round(width * float(root.get("height")) / float(root.get("width")))
    root.set("width", str(width))
    root.set("height", str(height))
    inline = etree.tostring(root, encoding="unicode")
    page = f'<!doctype html><body style="margin:0;background:{paper}">{inline}'
    (folder / "page.html").write_text(page, encoding="utf-8")
    command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    command += [f"--window-size={max(width, 500)},{height + 200}", "--screenshot=shot.png"]
    command += ["--force-device-scale-factor=1", "page.html"]
    subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=120)
    return rgba((folder / "shot.png").read_bytes())[:height, :width]


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("cell", ["rect", "hex"])
def test_no_hairlines_in_chromium(cell: Cell, tmp_path: Path) -> None:
    def render(svg: str, width: int, paper: str | None) -> Pixels:
        return by_chromium(svg, width, paper, tmp_path)

    grid = blobs(cell, 0)
    svg = svg_text(scene_of(grid))
    width = natural_width(grid, 3.3)
    assert seams(svg, grid, width, render) == 0
    assert seams(smooth(svg), grid, width, render) == 0
    if cell == "rect":
        assert seams(side_by_side(grid), grid, width, render) > 20


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("tile", [(True, False), (True, True)])
def test_a_tile_has_the_pixels_of_its_png(cell: Cell, tile: tuple[bool, bool]) -> None:
    colors = [(30, 60, 90), (200, 40, 60), (240, 220, 80)]
    indices = np.random.default_rng(3).integers(0, 3, (6, 8))
    grid = Grid.still(indices, colors, None, cell, tile)
    png = rgba(png_bytes(scene_of(grid), PngConfig(scale=16)))
    assert (by_resvg(svg_text(scene_of(grid)), png.shape[1], None) == png).all()
    if cell != "rect" and tile == (True, True):
        plain = Grid.still(indices, colors, None, cell)
        assert (rgba(png_bytes(scene_of(plain), PngConfig(scale=16))) != png).any()
