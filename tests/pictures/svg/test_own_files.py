"""What drawkit wrote comes back as it was, to the digits that were written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path as FilePath

import numpy as np
import pytest
from scenes import METADATA, random_grid, random_scene, small_grid_scene, small_scene

from drawkit.export.svg import SvgConfig, svg_text
from drawkit.pictures.of_scene import picture_of
from drawkit.pictures.svg import SvgFile, read_svg, svg_file
from drawkit.scene import (
    Background,
    CellLayer,
    GroupLayer,
    Metadata,
    Path,
    PathLayer,
    RasterLayer,
    Scene,
)
from drawkit.scene.grid import CELLS, Cell

GALLERY = sorted((FilePath(__file__).parents[3] / "examples" / "gallery").glob("*.svg"))
PIXELS = np.random.default_rng(1).integers(0, 256, (5, 6, 4)).astype(np.uint8)


def back(scene: Scene, decimals: int = 2) -> SvgFile:
    return svg_file(svg_text(scene, SvgConfig(decimals)).encode())


@pytest.mark.parametrize("decimals", [2, 6])
@pytest.mark.parametrize("seed", range(3))
def test_paths_come_back_to_the_digit(seed: int, decimals: int) -> None:
    scene = random_scene(seed)
    found = back(scene, decimals)
    assert found.note == ""
    assert (found.scene.width, found.scene.height) == (scene.width, scene.height)
    for path, again in zip(scene.paths(), found.scene.paths(), strict=True):
        assert again.closed == path.closed
        np.testing.assert_array_equal(again.control_points, path.control_points.round(decimals))
        assert again.fill_rule == path.fill_rule or path.fill is None
        for paint, paint_again in ((path.fill, again.fill), (path.stroke, again.stroke)):
            assert (paint is None) == (paint_again is None)
            if paint is not None and paint_again is not None:
                np.testing.assert_allclose(
                    paint_again[:3], np.rint(np.multiply(paint[:3], 255)) / 255
                )
                assert paint_again[3] == round(paint[3], 3)
        if path.stroke is not None:
            assert again.stroke_width == pytest.approx(
                round(path.stroke_width, decimals), abs=1e-12
            )
            assert (again.linecap, again.linejoin) == ("round", "round")


def test_nothing_is_lost_when_it_is_written_again() -> None:
    pen = Path(np.eye(4, 2) * 9, stroke=(1, 0, 0, 1), stroke_width=2, linecap="butt")
    beak = replace(pen, linejoin="miter", miterlimit=2.5, linecap="square", label="a beak")
    layers = (
        PathLayer("low", (pen, beak), locked=True),
        PathLayer("hidden", (pen,), visible=False),
        RasterLayer("photo", PIXELS, 3, 4, 12.5, 20, opacity=0.5),
    )
    scene = Scene(48, 32, layers, Background((0.2, 0.4, 0.6), painted=True), METADATA)
    found = back(scene)
    assert svg_text(found.scene) == svg_text(scene)
    assert found.scene.metadata == METADATA
    assert [layer.name for layer in found.scene.layers] == ["low", "hidden", "photo"]
    photo = found.scene.layers[2]
    assert isinstance(photo, RasterLayer)
    assert (photo.pixels == PIXELS).all()


def test_layers_in_layers_are_shown_as_one() -> None:
    pen = Path(np.eye(4, 2) * 9, stroke=(1, 0, 0, 1), stroke_width=2, linecap="butt")
    inner = PathLayer("b", (replace(pen, stroke_width=5),), opacity=0.5)
    group = GroupLayer("both", opacity=0.5, layers=(PathLayer("a", (pen, pen)), inner))
    scene = Scene(12, 12, (group,), Background(None))
    found = back(scene).scene
    (layer,) = found.layers
    assert isinstance(layer, GroupLayer)
    assert layer.opacity == 0.5
    again = replace(found, background=Background(None))
    np.testing.assert_allclose(picture_of(again, 24, 24), picture_of(scene, 24, 24), atol=1e-3)
    looser = replace(scene, layers=(replace(group, opacity=1.0),))
    assert np.abs(picture_of(looser, 24, 24) - picture_of(scene, 24, 24)).max() > 0.1


@pytest.mark.parametrize("file", GALLERY, ids=lambda file: file.stem)
def test_the_gallery(file: FilePath) -> None:
    assert svg_text(read_svg(file)) == file.read_text(encoding="utf-8")


def test_the_comparison_can_fail() -> None:
    text = svg_text(small_scene())
    assert svg_text(svg_file(text.encode()).scene) == text
    assert svg_text(svg_file(text.replace("2.5", "2.4").encode()).scene) != text


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("transparent", [True, False])
def test_cells(cell: Cell, transparent: bool) -> None:
    scene = small_grid_scene(cell, transparent=transparent)
    found = back(scene).scene
    assert scene.grid is not None
    assert found.grid is not None
    assert found.grid.cell == cell
    np.testing.assert_array_equal(found.grid.rgba(), scene.grid.rgba())
    assert svg_text(found) == svg_text(scene)


@pytest.mark.parametrize("cell", CELLS)
def test_cells_of_noise_without_a_record(cell: Cell) -> None:
    grid = random_grid(4, (16, 12), colors=9, cell=cell, transparent=3)
    scene = Scene(64, 48, (CellLayer("cells", grid),), metadata=Metadata(detail="none"))
    found = back(scene).scene
    assert found.grid is not None
    assert found.grid.cell == cell
    np.testing.assert_array_equal(found.grid.rgba(), grid.rgba())


@pytest.mark.parametrize(
    ("config", "paper"),
    [
        ({}, (1.0, 1.0, 1.0)),
        ({"draw": {"background": "transparent"}}, None),
        ({"draw": {"background": "#ff0000"}}, (1.0, 0.0, 0.0)),
        ({"draw": {"background": "no colour"}}, None),
        ({"draw": 3}, None),
    ],
)
def test_the_paper_is_that_of_the_record(config: dict[str, object], paper: object) -> None:
    scene = replace(random_scene(1, paths=2), metadata=replace(METADATA, config=config))
    assert back(scene).scene.background == Background(paper)  # type: ignore[arg-type]


def test_a_strangers_file_has_no_paper_and_its_title() -> None:
    text = (
        '<svg xmlns="http://www.w3.org/2000/svg"><title> A fox </title><path d="M0 0h9v9"/></svg>'
    )
    scene = svg_file(text.encode()).scene
    assert scene.background == Background(None)
    assert scene.metadata == Metadata(title="A fox")
    assert (scene.width, scene.height) == (9, 9)


@pytest.mark.parametrize(
    "run", ["{", "[]", '{"prompts": 3}', '{"seed": "x", "config": []}', "null"]
)
def test_a_broken_record_counts_as_none(run: str) -> None:
    text = svg_text(small_scene())
    start, rest = text.split("<drawkit:run>", 1)
    broken = f"{start}<drawkit:run>{run}{rest[rest.index('</drawkit:run>') :]}"
    scene = svg_file(broken.encode()).scene
    assert scene.metadata.prompts == ()
    assert len(list(scene.paths())) == 3
