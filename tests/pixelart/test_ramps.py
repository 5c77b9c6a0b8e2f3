"""Ramps: what is of one material, how it is called, and another colour for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from drawkit.color import srgb_to_oklab
from drawkit.errors import ConfigError, InputError
from drawkit.pixelart.ramps import Swap, parse_swap, ramped, ramps_of, swapped
from drawkit.scene.grid import Grid

REDS = [(120, 20, 25), (220, 50, 55), (170, 30, 36)]
STEELS = [(150, 160, 172), (110, 119, 132)]


def sprite() -> Grid:
    palette = [*REDS, (0, 0, 0), *STEELS, (1, 2, 3)]
    cells = np.full((6, 6), 3, np.uint8)
    cells[1:5, 1:5] = 2
    cells[1, 1:3], cells[2, 1], cells[5, 1:4], cells[5, 4] = 1, 0, 4, 5
    return Grid.still(cells, palette, transparent=3)


def test_colours_of_a_material_run_from_light_to_dark() -> None:
    ramps = ramps_of(sprite())
    assert [(ramp.name, ramp.rows, ramp.middle) for ramp in ramps] == [
        ("red", (1, 2, 0), 2),
        ("steel", (4, 5), 4),
    ]


def test_the_palette_is_ordered_and_named() -> None:
    before, after = sprite(), ramped(sprite())
    assert after.swatch_names == ("", "red 1", "red 2", "red 3", "steel 1", "steel 2")
    assert after.transparent == 0
    assert (after.rgba() == before.rgba()).all()
    lights = srgb_to_oklab(np.array(after.palette[1:4]) / 255)[:, 0]
    assert (np.diff(lights) < 0).all()


def test_a_leap_in_lightness_parts_two_materials() -> None:
    cells = np.array([[0, 1], [0, 1]])
    names = [ramp.name for ramp in ramps_of(Grid.still(cells, [(250, 160, 60), (110, 50, 20)]))]
    assert names == ["orange", "brown"]


def test_two_ramps_of_one_word_are_told_apart() -> None:
    cells = np.array([[0, 1], [0, 1]])
    names = [ramp.name for ramp in ramps_of(Grid.still(cells, [(90, 220, 100), (45, 135, 60)]))]
    assert names == ["green", "green-2"]


def test_a_swapped_ramp_shows_the_colour_itself_and_keeps_its_shades() -> None:
    grid = swapped(sprite(), [Swap("red", "#3355cc")])
    assert grid.palette[2] == (0x33, 0x55, 0xCC)
    lights = srgb_to_oklab(np.array([grid.palette[row] for row in (1, 2, 0)]) / 255)[:, 0]
    assert (np.diff(lights) < -0.03).all()
    assert grid.palette[4:] == sprite().palette[4:]
    assert (grid.indices == sprite().indices).all()


@pytest.mark.parametrize("color", ["white", "black", "#fff", "#000000", "yellow"])
def test_at_the_ends_of_lightness_shades_stay_apart(color: str) -> None:
    grid = swapped(sprite(), [Swap("red", color)])
    assert len(set(grid.palette)) == len(grid.palette)


def test_a_ramp_of_the_sprite_may_be_the_colour() -> None:
    grid = swapped(sprite(), [Swap("red", "steel")])
    apart = np.abs(np.subtract(grid.palette[2], sprite().palette[4]))
    assert apart.max() <= 1  # no palette has a colour twice
    assert len(set(grid.palette)) == len(grid.palette)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("red", "got 'red'"),
        ("=blue", "got '=blue'"),
        ("rde=blue", "did you mean 'red'"),
        ("red=bleu", "did you mean 'blue'"),
        ("red=transparent", "opaque"),
        ("red=#3355cc80", "opaque"),
    ],
)
def test_what_is_no_swap_is_refused(text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        parse_swap(text)


def test_a_swapped_ramp_stays_one_where_another_has_its_hue() -> None:
    grid = swapped(ramped(sprite()), [Swap("red", "steel"), Swap("steel", "lime")])
    assert grid.swatch_names[1:] == ("steel-2 1", "steel-2 2", "steel-2 3", "lime 1", "lime 2")
    assert (grid.indices == ramped(sprite()).indices).all()


def test_a_ramp_that_it_has_not_is_refused_with_those_that_it_has() -> None:
    with pytest.raises(InputError, match="no ramp 'green'; it has: red, steel"):
        swapped(sprite(), [Swap("green", "blue")])


def test_names_are_one_for_each_colour() -> None:
    with pytest.raises(ValueError, match="2 names for 7 colours"):
        replace(sprite(), swatch_names=("a", "b"))
