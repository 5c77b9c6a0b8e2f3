"""Layers of all kinds in one picture: what stands in the SVG, and what renderers make of it."""

from __future__ import annotations

import base64
import io
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path as FilePath

import cairosvg
import numpy as np
import numpy.typing as npt
import pytest
from lxml import etree
from PIL import Image
from scenes import random_grid, small_grid_scene, small_scene

from drawkit.errors import InputError
from drawkit.export import exporter_for
from drawkit.export.apng import apng_bytes
from drawkit.export.aseprite import aseprite_bytes
from drawkit.export.gif import gif_bytes
from drawkit.export.pdf import pdf_bytes
from drawkit.export.png import PngConfig, png_bytes
from drawkit.export.svg import SvgConfig, svg_text
from drawkit.export.webp import webp_bytes
from drawkit.scene import (
    AnyLayer,
    Background,
    CellLayer,
    GroupLayer,
    Path,
    PathLayer,
    RasterLayer,
    Rgba,
    Scene,
    Subpath,
)
from drawkit.scene.cells import enlarged
from drawkit.scene.grid import CELLS, Cell, Frame

SVG = "{http://www.w3.org/2000/svg}"
INKSCAPE = "{http://www.inkscape.org/namespaces/inkscape}"
SODIPODI = "{http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd}"
XLINK = "{http://www.w3.org/1999/xlink}"
WIDTH, HEIGHT = 64, 48
Floats = npt.NDArray[np.float64]

RNG = np.random.default_rng(5)
PIXELS = RNG.integers(0, 256, (6, 7, 4)).astype(np.uint8)
GRID = random_grid(3, (16, 12), transparent=1)


def box(left: int, top: int, right: int, bottom: int, fill: Rgba) -> Path:
    """A rectangle on whole pixels."""
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], float)
    sides = zip(corners, np.roll(corners, -1, axis=0), strict=True)
    points = [a + (b - a) * at / 3 for a, b in sides for at in range(3)]
    return Path(np.array(points), closed=True, fill=fill)


LOW = (box(4, 4, 40, 30, (1.0, 0.5, 0.0, 1.0)), box(20, 10, 60, 44, (0.1, 0.2, 0.9, 1.0)))
PATHS = PathLayer("Grund ü & <b>", LOW)
CELLS_LAYER = CellLayer("cells", GRID)
PICTURE = RasterLayer("photo", PIXELS, 10, 8)
LARGE = RasterLayer("large", PIXELS, 3, 5, width=7 * 4, height=6 * 5)

MIXTURES: dict[str, tuple[AnyLayer, ...]] = {
    "one of each": (PATHS, CELLS_LAYER, PICTURE),
    "the other way": (LARGE, CELLS_LAYER, PATHS, PICTURE),
    "picture alone": (PICTURE,),
    "beyond the sides": (PATHS, RasterLayer("out", PIXELS, -3, 45), replace(PICTURE, x=60.0)),
    "translucent paths": (CELLS_LAYER, replace(PATHS, opacity=0.5)),
    "translucent cells": (PATHS, replace(CELLS_LAYER, opacity=0.3)),
    "cells alone": (replace(CELLS_LAYER, opacity=0.7),),
    "translucent picture": (PATHS, replace(LARGE, opacity=0.6)),
    "hidden": (PATHS, replace(CELLS_LAYER, visible=False), replace(LARGE, visible=False)),
    "translucent layers": (
        PATHS,
        GroupLayer("both", opacity=0.5, layers=(LARGE, replace(CELLS_LAYER, opacity=0.8))),
    ),
    "only hidden": (replace(CELLS_LAYER, visible=False),),
    "clear": (PATHS, replace(CELLS_LAYER, opacity=0.0)),
    "all locked": tuple(replace(layer, locked=True) for layer in (PATHS, CELLS_LAYER, LARGE)),
}
PAPERS = [Background(), Background(None), Background((0.2, 0.6, 0.8))]


def composed(scene: Scene, scale: int = 1) -> Floats:
    """[H, W, 4] premultiplied, 0..1, by numpy from the scene's own data; boxes and squares only."""
    size = (HEIGHT * scale, WIDTH * scale)
    picture = np.zeros((*size, 4))
    if scene.background.color is not None:
        picture[:] = (*scene.background.color, 1)
    for layer in scene.layers:
        if layer.visible:
            own = layer_alone(layer, scale) * layer.opacity
            picture = own + picture * (1 - own[..., 3:])
    return picture


def layer_alone(layer: AnyLayer, scale: int) -> Floats:
    picture = np.zeros((HEIGHT * scale, WIDTH * scale, 4))
    if isinstance(layer, GroupLayer):
        for inner in layer.layers:
            own = layer_alone(inner, scale) * inner.opacity
            picture = own + picture * (1 - own[..., 3:])
        return picture
    if isinstance(layer, PathLayer):
        for path in layer.paths:
            (left, top), (right, bottom) = (
                (f(path.control_points, axis=0) * scale).astype(int) for f in (np.min, np.max)
            )
            red, green, blue, alpha = path.fill or (0, 0, 0, 0)
            picture[top:bottom, left:right] *= 1 - alpha
            picture[top:bottom, left:right] += np.array([red, green, blue, 1]) * alpha
        return picture
    if isinstance(layer, CellLayer):
        pixels, x, y = layer.grid.rgba(), 0, 0
        columns, rows = layer.grid.size
        across = down = WIDTH * scale // columns
    else:
        pixels, (x, y, width, height) = layer.pixels, (int(side * scale) for side in layer.box)
        rows, columns = pixels.shape[:2]
        across, down = width // columns, height // rows
    values = pixels.repeat(down, axis=0).repeat(across, axis=1) / 255
    values[..., :3] *= values[..., 3:]
    for row in range(max(y, 0), min(y + rows * down, len(picture))):
        for column in range(max(x, 0), min(x + columns * across, picture.shape[1])):
            picture[row, column] = values[row - y, column - x]
    return picture


def opened(data: bytes) -> Floats:
    rgba = np.asarray(Image.open(io.BytesIO(data)).convert("RGBA")).astype(float) / 255
    rgba[..., :3] *= rgba[..., 3:]
    return rgba


def by_cairosvg(scene: Scene, scale: int = 1) -> Floats:
    color = scene.background.color
    paper = None if color is None else "#" + "".join(f"{round(c * 255):02x}" for c in color)
    data = svg_text(scene).encode()
    return opened(cairosvg.svg2png(data, scale=scale, background_color=paper))


def by_resvg(scene: Scene, scale: int = 1) -> Floats:
    return opened(png_bytes(scene, PngConfig(WIDTH * scale)))


def parse(scene: Scene) -> etree._Element:
    return etree.fromstring(svg_text(scene).encode())


def worst(picture: Floats, wanted: Floats) -> float:
    """The largest difference of any premultiplied channel, in whole levels of 255."""
    return float(np.abs(np.round(picture * 255) - np.round(wanted * 255)).max())


@pytest.mark.parametrize("layers", MIXTURES.values(), ids=MIXTURES)
@pytest.mark.parametrize("background", PAPERS)
def test_renderers_show_what_numpy_composes(
    layers: tuple[AnyLayer, ...], background: Background
) -> None:
    """Within a level: renderers round after every layer."""
    scene = Scene(WIDTH, HEIGHT, layers, background)
    wanted = composed(scene)
    assert worst(by_resvg(scene), wanted) <= 1
    assert worst(by_cairosvg(scene), wanted) <= 1


def test_enlarged_pictures_keep_square_pixels() -> None:
    scene = Scene(WIDTH, HEIGHT, (PATHS, LARGE))
    for scale in (2, 3):
        assert worst(by_resvg(scene, scale), composed(scene, scale)) <= 1
        assert worst(by_cairosvg(scene, scale), composed(scene, scale)) <= 1
    smooth = Scene(WIDTH, HEIGHT, (PATHS, PICTURE))
    assert worst(by_resvg(smooth, 3), composed(smooth, 3)) > 20


def test_the_comparison_can_fail() -> None:
    layers = (PATHS, replace(CELLS_LAYER, opacity=0.5), LARGE)
    wanted = composed(Scene(WIDTH, HEIGHT, layers))
    first, second, third = layers
    for wrong in (
        (second, first, third),
        (first, third),
        (first, replace(second, opacity=0.52), third),
        (first, second, replace(third, x=4.0)),
        (first, second, replace(third, width=29.0)),
    ):
        assert worst(by_resvg(Scene(WIDTH, HEIGHT, wrong)), wanted) > 2


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("tile", [(False, False), (True, True)])
def test_cells_among_layers_look_as_they_do_alone(cell: Cell, tile: tuple[bool, bool]) -> None:
    """Every shape, through coordinates of the scene instead of whole ones of its own."""
    grid = replace(random_grid(1, (8, 6), cell=cell, transparent=2), tile=tile)
    pixels = enlarged(grid, grid.indices, 16)
    height, width = pixels.shape
    alone = Scene(width, height, (CellLayer("cells", grid),), Background(None))
    among = replace(alone, layers=(*alone.layers, PathLayer("nothing")))
    found = opened(png_bytes(among, PngConfig(max(width, height))))
    assert (found == opened(png_bytes(alone, PngConfig(scale=16)))).all()
    found, wanted = (opened(cairosvg.svg2png(svg_text(s).encode())) for s in (among, alone))
    assert (found == wanted).all()


def test_coordinates_of_cells_have_the_decimals_asked_for() -> None:
    scene = Scene(100, 75, (replace(CELLS_LAYER, opacity=0.5),))
    assert "6.25" in svg_text(scene)
    path = etree.fromstring(svg_text(scene, SvgConfig(1)).encode()).find(f".//{SVG}path")
    numbers = path.get("d").translate(str.maketrans("MHVLz", "     ")).split()
    assert {len(number.partition(".")[2]) for number in numbers} == {0, 1}


def test_names_and_switches_come_back_out_of_the_xml() -> None:
    layers = (
        PATHS,
        replace(CELLS_LAYER, name="猫 cells", visible=False),
        replace(PICTURE, name="", locked=True),
        replace(PATHS, name="a b", locked=True, visible=False, opacity=0.25),
        replace(LARGE, opacity=0.0),
    )
    groups = parse(Scene(WIDTH, HEIGHT, layers)).findall(f"{SVG}g")
    found = [
        (
            group.get(f"{INKSCAPE}label"),
            group.get(f"{SODIPODI}insensitive") == "true",
            group.get("style") != "display:none",
            float(group.get("opacity", "1")),
        )
        for group in groups
    ]
    named = [
        (layer.name or "layer", layer.locked, layer.visible, layer.opacity) for layer in layers
    ]
    assert found == named
    assert {group.get(f"{INKSCAPE}groupmode") for group in groups} == {"layer"}
    ids = [element.get("id") for element in groups]
    assert len(set(ids)) == len(ids)


def test_what_is_as_usual_is_not_written() -> None:
    for scene in (small_scene(), small_grid_scene()):
        text = svg_text(scene)
        for word in ("sodipodi", "xlink", "style", "opacity=", "@supports"):
            assert word not in text.replace("-opacity=", "")


def test_pixel_art_that_is_locked_is_locked_in_every_colour() -> None:
    scene = Scene(16, 12, (replace(CELLS_LAYER, locked=True),))
    groups = parse(scene).findall(f"{SVG}g")
    assert len(groups) == 4
    assert all(group.get(f"{SODIPODI}insensitive") == "true" for group in groups)
    assert svg_text(scene).count("xmlns:sodipodi") == 1
    free = Scene(16, 12, (CELLS_LAYER,))
    assert png_bytes(scene) == png_bytes(free)


def test_the_picture_is_in_the_file_bit_by_bit() -> None:
    """Colours of clear pixels too: an editor may show them again."""
    images = list(parse(Scene(WIDTH, HEIGHT, (PICTURE, LARGE))).iter(f"{SVG}image"))
    for image, layer in zip(images, (PICTURE, LARGE), strict=True):
        kind, _, data = image.get(f"{XLINK}href").partition(",")
        assert kind == "data:image/png;base64"
        picture = Image.open(io.BytesIO(base64.b64decode(data)))
        assert (np.asarray(picture) == layer.pixels).all()
        sides = [float(image.get(side)) for side in ("x", "y", "width", "height")]
        assert sides == list(layer.box)
        assert image.get("preserveAspectRatio") == "none"
    assert [image.get("image-rendering") for image in images] == [None, "optimizeSpeed"]
    assert images[0].get("id") != images[1].get("id")


def test_the_same_scene_gives_the_same_bytes() -> None:
    scene = Scene(WIDTH, HEIGHT, (PATHS, CELLS_LAYER, LARGE))
    assert svg_text(scene) == svg_text(scene)
    assert png_bytes(scene) == png_bytes(scene)


def test_png_webp_and_pdf_hold_mixtures() -> None:
    scene = Scene(
        WIDTH, HEIGHT, (PATHS, CELLS_LAYER, replace(LARGE, opacity=0.5)), Background(None)
    )
    config = PngConfig(WIDTH)
    assert (opened(webp_bytes(scene, config)) == opened(png_bytes(scene, config))).all()
    pdf = pdf_bytes(scene)
    assert b"/Image" in pdf
    assert b"/Image" not in pdf_bytes(Scene(WIDTH, HEIGHT, (PATHS, CELLS_LAYER)))


def test_a_moving_layer_among_others_shows_its_first_frame() -> None:
    first = GRID.frames[0]
    moving = replace(GRID, frames=(first, Frame(first.indices[::-1])))
    layers = (PATHS, CELLS_LAYER)
    still = png_bytes(Scene(WIDTH, HEIGHT, layers))
    assert png_bytes(Scene(WIDTH, HEIGHT, (PATHS, CellLayer("cells", moving)))) == still


PIXEL_FORMATS = {"gif": gif_bytes, "apng": apng_bytes, "aseprite": aseprite_bytes}


@pytest.mark.parametrize("kind", PIXEL_FORMATS)
@pytest.mark.parametrize(
    ("layers", "found"),
    [
        ((PATHS, CELLS_LAYER), "2 paths, 16x12 cells in 2 layers"),
        ((CELLS_LAYER, CELLS_LAYER), "16x12 cells in 2 layers"),
        ((PICTURE,), "7x6 pixels in 1 layers"),
        ((replace(CELLS_LAYER, opacity=0.5),), "16x12 cells in 1 layers"),
        ((replace(CELLS_LAYER, visible=False),), "16x12 cells in 1 layers"),
    ],
)
def test_pixel_formats_refuse_what_they_cannot_hold(
    kind: str, layers: tuple[AnyLayer, ...], found: str, tmp_path: FilePath
) -> None:
    scene, path = Scene(WIDTH, HEIGHT, layers), tmp_path / f"x.{kind}"
    with pytest.raises(InputError) as caught:
        PIXEL_FORMATS[kind](scene)
    said = str(caught.value)
    assert said.startswith(f"{kind} takes one layer of cells, ")
    assert f"; got {found}; " in said
    assert "\n" not in said
    with pytest.raises(InputError, match="takes one layer of cells"):
        exporter_for(path).write(scene, path)
    assert not path.exists()


@pytest.mark.parametrize("kind", PIXEL_FORMATS)
def test_pixel_formats_take_cells_and_paths_alone(kind: str) -> None:
    cells = Scene(16, 12, (replace(CELLS_LAYER, locked=True),))
    assert PIXEL_FORMATS[kind](cells)
    assert PIXEL_FORMATS[kind](Scene(WIDTH, HEIGHT, (PATHS, replace(PATHS, opacity=0.5))))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("inkscape") is None, reason="Inkscape is not installed")
def test_inkscape_shows_and_keeps_the_layers(tmp_path: FilePath) -> None:
    layers = (
        PATHS,
        replace(CELLS_LAYER, visible=False),
        replace(LARGE, locked=True, opacity=0.5),
    )
    scene = Scene(WIDTH, HEIGHT, layers)
    file, again = tmp_path / "a.svg", tmp_path / "again.svg"
    file.write_text(svg_text(scene), encoding="utf-8")
    paper = ("--export-background=#ffffff", "--export-background-opacity=1")
    for target, more in ((again, ()), (tmp_path / "a.png", (*paper, f"--export-width={WIDTH}"))):
        command = ["inkscape", str(file), f"--export-filename={target}", *more]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert worst(opened((tmp_path / "a.png").read_bytes()), composed(scene)) <= 1.5
    before, after = etree.parse(file).getroot(), etree.parse(again).getroot()
    for query in ("//@inkscape:label", "//svg:g/@style", "//@sodipodi:insensitive"):
        names = {
            "svg": SVG[1:-1],
            "inkscape": INKSCAPE[1:-1],
            "sodipodi": SODIPODI[1:-1],
        }
        assert before.xpath(query, namespaces=names) == after.xpath(query, namespaces=names)


def test_an_outline_of_several_runs_has_a_hole() -> None:
    ring, hole = box(4, 4, 44, 40, (1.0, 0, 0, 1.0)), box(12, 12, 30, 30, (0, 0, 0, 0))
    holed = replace(ring, fill_rule="evenodd", more=(Subpath(hole.control_points, True),))
    scene = Scene(WIDTH, HEIGHT, (PathLayer("ring", (holed,)),), Background(None))
    for picture in (by_resvg(scene), by_cairosvg(scene)):
        assert picture[8, 8, 3] == 1
        assert picture[20, 20, 3] == 0


def test_ends_and_corners_of_lines() -> None:
    line = Path(np.array([[10, 20], [20, 20], [30, 20], [40, 20]]), stroke=(0, 0, 0, 1))
    line = replace(line, stroke_width=8.0)
    for cap, ink in (("butt", 0.0), ("square", 1.0)):
        scene = Scene(WIDTH, HEIGHT, (PathLayer("a", (replace(line, linecap=cap),)),))
        assert by_resvg(replace(scene, background=Background(None)))[17, 7, 3] == ink
    sharp = replace(line, linejoin="miter", miterlimit=2.5, id="beak")
    (element,) = parse(Scene(WIDTH, HEIGHT, (PathLayer("a", (sharp,)),))).iter(f"{SVG}path")
    assert element.get("stroke-miterlimit") == "2.5"
    assert element.get("id") == "beak"
