"""Settings with several values: how they are typed, and all their combinations."""

from __future__ import annotations

import pytest

from drawkit.config import Given
from drawkit.config.vary import axis, file_names, grid, ladder, read_axis, seed_axis
from drawkit.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("4..256", (4, 8, 16, 32, 64, 128, 256)),
        ("3..20", (3, 6, 12, 20)),
        ("1 .. 2", (1, 2)),
        ("4-256", None),
        ("4", None),
        ("a..b", None),
        ("-4..4", None),
    ],
)
def test_a_ladder_doubles(text: str, steps: tuple[int, ...] | None) -> None:
    assert ladder(text) == steps


@pytest.mark.parametrize("text", ["0..4", "4..4", "256..4"])
def test_a_ladder_leads_upwards(text: str) -> None:
    with pytest.raises(ConfigError, match=r"leads nowhere; allowed: A\.\.B from 1 on"):
        ladder(text)


@pytest.mark.parametrize(
    ("text", "key", "values"),
    [
        ("strokes=16,64,256", "strokes.strokes", ("16", "64", "256")),
        ("strokes=2..8", "strokes.strokes", (2, 4, 8)),
        ("max-width=1, 2.5", "strokes.max_width", ("1", "2.5")),
        ("cutouts.count=4", "cutouts.count", ("4",)),
        ("size=[32, 64],48x48", "draw.size", ("[32, 64]", "48x48")),
        ("prompt=a cat,'a dog, asleep'", "draw.prompts", ("a cat", "a dog, asleep")),
        ("prompt=tom's cat,a dog", "draw.prompts", ("tom's cat", "a dog")),
        ("ink=rgb(0, 0, 0),red", "strokes.ink", ("rgb(0, 0, 0)", "red")),
    ],
)
def test_an_axis_is_read(text: str, key: str, values: tuple[object, ...]) -> None:
    found = read_axis(text)
    assert (found.key, found.values) == (key, values)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("strokes", "--vary takes NAME=VALUE,VALUE,..., got 'strokes'"),
        ("strokes=", "--vary strokes has no values"),
        ("strokes=,", "--vary strokes has no values"),
        ("=1,2", "unknown setting ''"),
        ("strkes=1,2", "--vary: unknown setting 'strkes'; did you mean 'strokes'?"),
        ("strokes=1,2,1", "--vary strokes has '1' twice"),
        ("strokes=8..2", "leads nowhere"),
    ],
)
def test_what_is_no_axis(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_axis(text)
    assert words in str(caught.value)


def test_a_grid_has_all_combinations_the_last_the_fastest() -> None:
    points = list(grid([read_axis("strokes=16,64"), axis("seed", (1, 2), "test")]))
    assert [point.label for point in points] == [
        "strokes 16, seed 1",
        "strokes 16, seed 2",
        "strokes 64, seed 1",
        "strokes 64, seed 2",
    ]
    assert points[1].named == {"strokes": "16", "seed": 2}
    assert file_names(points, "a-cat")[0] == "a-cat-strokes-16-seed-1"
    layer = points[3].layer(lambda styles: {"draw.size": Given(32, "flags")})
    assert {key: given.value for key, given in layer.items()} == {
        "draw.size": 32,
        "strokes.strokes": "64",
        "draw.seed": 2,
    }


def test_styles_lie_below_the_rest() -> None:
    asked: list[object] = []
    for point in grid([read_axis("style=ink,none")]):
        assert point.layer(lambda styles: asked.append(styles) or {}) == {}
    assert asked == [["ink"], []]


def test_a_grid_has_limits() -> None:
    with pytest.raises(ConfigError, match="strokes is varied twice"):
        list(grid([read_axis("strokes=1,2"), read_axis("strokes.strokes=3,4")]))
    many = [axis(name, range(1, 200), "x") for name in ("strokes", "shapes", "seed")]
    with pytest.raises(ConfigError, match="7880599 drawings are too many; allowed: up to 10000"):
        list(grid(many))


def test_names_of_files_are_all_different() -> None:
    points = list(grid([read_axis("prompt=a cat!,a cat,A-CAT")]))
    assert file_names(points, "x") == ["x-prompt-a-cat", "x-prompt-a-cat-2", "x-prompt-a-cat-3"]


def test_seeds_count_up() -> None:
    assert seed_axis(7, 3).values == (7, 8, 9)
    assert seed_axis("tom", 3).values == ("tom", "tom 2", "tom 3")
