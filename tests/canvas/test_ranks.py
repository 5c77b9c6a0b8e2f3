"""Ranks: the first few paths of a drawing are those that show most of it."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import numpy as np
import pytest
import resvg_py
from PIL import Image

from drawkit import draw
from drawkit.canvas.ranks import prefix, ranked
from drawkit.export.svg import SvgConfig, svg_text
from drawkit.scene import Path, PathLayer, RasterLayer, Scene

RED, BLUE, GREEN = (1.0, 0.0, 0.0, 1.0), (0.0, 0.0, 1.0, 1.0), (0.0, 0.8, 0.0, 0.6)


def square(left: float, top: float, side: float, fill: tuple[float, float, float, float]) -> Path:
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * side + [left, top]
    thirds = np.linspace(0, 1, 4)[:3, None]
    edges = [a + (b - a) * thirds for a, b in zip(corners, np.roll(corners, -1, 0), strict=True)]
    return Path(np.concatenate(edges), closed=True, fill=fill)


def scene(*paths: Path) -> Scene:
    return Scene(64, 64, (PathLayer("shapes", paths),))


def picture(given: Scene) -> np.ndarray:
    """As resvg shows it, RGB 0..1 on white."""
    png = resvg_py.svg_to_bytes(svg_string=svg_text(given, SvgConfig()), width=64)
    shown = Image.open(io.BytesIO(bytes(png))).convert("RGBA")
    white = Image.new("RGBA", shown.size, "white")
    return np.asarray(Image.alpha_composite(white, shown).convert("RGB")) / 255


def ranks(given: Scene) -> list[int | None]:
    return [path.rank for path in ranked(given).paths()]


def test_what_shows_most_is_first_and_what_is_hidden_last() -> None:
    hidden, large = square(20, 20, 10, BLUE), square(8, 8, 40, RED)
    small, faint = square(30, 30, 12, BLUE), square(50, 50, 6, GREEN)
    assert ranks(scene(hidden, large, small, faint)) == [4, 1, 2, 3]


def test_small_parts_count_for_more_than_as_much_of_a_large_one() -> None:
    face, eye = square(4, 4, 56, RED), square(16, 16, 6, (0.6, 0.0, 0.0, 1.0))
    cheek = square(40, 40, 8, (0.6, 0.0, 0.0, 1.0))
    in_one = Scene(64, 64, (PathLayer("face", (face, cheek, eye)),))
    assert ranks(in_one) == [1, 2, 3]
    own = Scene(64, 64, (PathLayer("face", (face, cheek)), PathLayer("eye", (eye,))))
    assert ranks(own) == [1, 3, 2]


def test_a_prefix_is_drawn_in_the_order_of_the_file() -> None:
    small, large = square(20, 20, 14, BLUE), square(10, 10, 30, (1.0, 0.0, 0.0, 0.5))
    done = prefix(ranked(scene(small, large, square(2, 2, 3, GREEN))), 2)
    assert [path.fill for path in done.paths()] == [small.fill, large.fill]


def test_each_prefix_is_nearer_to_the_whole_than_the_same_number_in_paint_order() -> None:
    generator = np.random.default_rng(3)
    paths = []
    for _ in range(40):
        left, top, side = generator.uniform(0, 50, 3) * [1, 1, 0.5] + [0, 0, 2]
        r, g, b, alpha = generator.uniform(0.1, 1, 4)
        paths.append(square(left, top, side, (r, g, b, alpha)))
    whole = ranked(scene(*paths))
    wanted = picture(whole)
    for count in (4, 10, 20):
        chosen = np.square(picture(prefix(whole, count)) - wanted).mean()
        first = np.square(picture(scene(*paths[:count])) - wanted).mean()
        last = np.square(picture(scene(*paths[-count:])) - wanted).mean()
        assert chosen < 0.6 * min(first, last)


@pytest.mark.parametrize("layer", ["raster", "hidden"])
def test_other_scenes_stay_as_they_are(layer: str) -> None:
    given = scene(square(8, 8, 40, RED))
    other = RasterLayer("picture", np.zeros((4, 4, 4), np.uint8))
    if layer == "raster":
        given = replace(given, layers=(*given.layers, other))
    else:
        given = replace(given, layers=(replace(given.layers[0], visible=False),))
    assert ranked(given) is given


def test_a_drawing_is_written_with_its_ranks() -> None:
    drawing = draw("a cat", strokes=12, shapes=4, size=64, steps=2, seed=1)
    found = [int(rank) for rank in re.findall(r'data-rank="(\d+)"', drawing.svg())]
    assert sorted(found) == list(range(1, len(found) + 1))
    assert len(found) == len(list(drawing.scene.paths())) > 8
