"""Tilesets from Python: what is drawn, by whom, and what is taken as it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from fakes import FakePerceptor
from PIL import Image

from drawkit.config import Given, from_sections
from drawkit.engine.drawing import Drawing
from drawkit.errors import InputError
from drawkit.games.terrain import Order, make_terrain, rehearse
from drawkit.games.tilesets.bundle import FILES, tileset_files
from drawkit.games.tilesets.joins import mismatches
from drawkit.scene import CellLayer, Metadata, Scene
from drawkit.scene.grid import Grid

SMALL = {
    "draw": {"prompts": ["mossy stone"], "size": 12, "seed": 3},
    "optimize": {"steps": 2},
    "cutouts": {"count": 2},
    "pixels": {"side": 24},
}
BLUE = (0, 0, 128)


def order(ground: str = "transparent", **pixels: object) -> Order:
    layer = from_sections({**SMALL, "pixels": {**SMALL["pixels"], **pixels}}, "test")
    return Order.read(layer, None, "blob47", ground, None)


def painted(layer: Mapping[str, Given]) -> Drawing:
    """A drawing without a perceptor: a plain square, red for moss and grey for all else."""
    (words,) = layer["draw.prompts"].value
    color = (200, 0, 0) if "moss" in words else (90, 90, 90)
    grid = Grid.still(np.zeros((12, 12), int), [color])
    return Drawing(Scene(12, 12, (CellLayer("cells", grid),), metadata=Metadata(title=words)), ())


def colors(grid: Grid) -> set[tuple[int, ...]]:
    return {tuple(cell[:3]) for cell in grid.rgba().reshape(-1, 4).tolist() if cell[3]}


def test_words_are_drawn_and_tiles_join(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(model: str, **_: object) -> FakePerceptor:
        return FakePerceptor()

    monkeypatch.setattr("drawkit.engine.session.open_perceptor", opened)
    wanted = order("dark water")
    rehearse(wanted)
    made = make_terrain(wanted)
    assert [drawing.scene.metadata.title for drawing in made.drawings] == [
        "mossy stone",
        "dark water",
    ]
    assert [drawing.scene.metadata.steps for drawing in made.drawings] == [2, 2]
    assert (len(made.tiles.tiles), made.tiles.size) == (47, (12, 12))
    assert mismatches(made.tiles) == []
    assert made.material.size == (12, 12)
    assert tuple(tileset_files(made.tiles, made.sheet, "moss", wanted.seed)) == FILES


@pytest.mark.parametrize(
    ("ground", "drawn"),
    [("transparent", ["mossy stone"]), ("navy", ["mossy stone"]), ("sea", ["mossy stone", "sea"])],
)
def test_ones_own_function_draws_what_is_in_words(ground: str, drawn: list[str]) -> None:
    made = make_terrain(order(ground), painted)
    assert [drawing.scene.metadata.title for drawing in made.drawings] == drawn
    assert colors(made.material) == {(200, 0, 0)}
    around = made.tiles.ground
    assert (around is None) == (ground == "transparent")
    if around is not None:
        assert colors(around) == {BLUE if ground == "navy" else (90, 90, 90)}


def test_a_palette_holds_for_a_plain_ground_too() -> None:
    made = make_terrain(order("navy", palette="pico-8"), painted)
    assert made.tiles.ground is not None
    assert colors(made.tiles.ground) == {(200, 0, 0)}  # all that the material brought along


def test_a_picture_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "brick.png"
    Image.new("RGB", (16, 16), "teal").save(path)
    wanted = Order.read({}, None, "edge16", "transparent", path)
    made = make_terrain(wanted, lambda layer: pytest.fail("there is nothing to draw"))
    assert (wanted.title, wanted.size, made.drawings) == ("brick", (16, 16), ())
    assert colors(made.material) == {(0, 128, 128)}


def test_what_cannot_be_is_told_before_anything_is_drawn() -> None:
    small = {**from_sections(SMALL, "test"), "draw.size": Given(7, "test")}
    with pytest.raises(InputError, match="tiles are at least 8 cells"):
        rehearse(Order.read(small, None, "blob47", "transparent", None))
    with pytest.raises(InputError, match="--ground is empty"):
        order(" ")
