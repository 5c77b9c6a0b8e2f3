"""What `drawkit bench silhouettes` measures, on areas and drawings whose figures are known."""

from __future__ import annotations

import json
import math

import numpy as np
import numpy.typing as npt
import pytest
import torch
from scipy.ndimage import distance_transform_edt
from typer.testing import CliRunner

from drawkit.bench.borders import border, border_length, distances, holds_disc
from drawkit.bench.silhouettes import Silhouette, details, silhouette, slivers
from drawkit.cli import app
from drawkit.scene import Path, PathLayer, Scene

ROWS, COLUMNS = np.mgrid[0:96, 0:128]
SKIN, EYE = (1.0, 0.6, 0.2), (0.1, 0.05, 0.05)
Mask = npt.NDArray[np.bool_]


def disc(x: float, y: float, radius: float) -> Mask:
    found: Mask = np.hypot(COLUMNS + 0.5 - x, ROWS + 0.5 - y) < radius
    return found


def rounded(x: float, y: float, radius: float, color: tuple[float, ...]) -> Path:
    """A circle of four cubics."""
    k = 0.5523
    quarter = np.array([[1, 0], [1, k], [k, 1], [0, 1], [-k, 1], [-1, k]])
    points = np.concatenate([quarter, -quarter]) * radius + [x, y]
    return Path(points, closed=True, fill=(*color, 1.0))


def face(radius: float = 30, *more: Path) -> Scene:
    layer = PathLayer("face", (rounded(64, 48, radius, SKIN), *more))
    return Scene(128, 96, (layer,))


def picture(*discs: tuple[float, float, float, tuple[float, ...]]) -> torch.Tensor:
    """Soft discs at x, y with a radius, in a colour: premultiplied RGBA [1, 4, 96, 128]."""
    found = np.zeros((96, 128, 4), np.float32)
    for x, y, radius, color in discs:
        away = np.hypot(COLUMNS + 0.5 - x, ROWS + 0.5 - y)[..., None]
        found += (radius + 0.5 - away).clip(0, 1) * ([*color, 1.0] - found)
    return torch.from_numpy(found).permute(2, 0, 1)[None]


@pytest.mark.parametrize("radius", [10.0, 23.5, 40.0])
def test_the_border_of_a_disc_is_as_long_as_it_is(radius: float) -> None:
    assert border_length(disc(64, 48, radius)) == pytest.approx(2 * math.pi * radius, rel=0.02)
    ring = disc(64, 48, radius) & ~disc(64, 48, radius / 2)
    assert border_length(ring) == pytest.approx(3 * math.pi * radius, rel=0.02)


def test_the_border_of_a_comb_is_longer_than_that_of_a_square() -> None:
    square = (abs(COLUMNS - 64) < 30) & (abs(ROWS - 48) < 30)
    assert border_length(square) == pytest.approx(4 * 59, rel=0.06)
    comb = square & ((ROWS % 8 > 3) | (COLUMNS < 64))
    assert border_length(comb) > 2.5 * border_length(square)


def test_distances_are_scipys() -> None:
    one, two = border(disc(60, 45, 30)), border(disc(66, 50, 24))
    wanted = distance_transform_edt(~two)[one]
    assert np.allclose(distances(one, two), wanted, atol=1e-3)
    assert np.isinf(distances(one, two & False)).all()
    assert not len(distances(one & False, two))


def test_a_border_is_what_erosion_takes() -> None:
    whole = np.ones((4, 5), np.bool_)
    assert border(whole).sum() == 14
    assert border(disc(64, 48, 20)).sum() < disc(64, 48, 20).sum() / 4


@pytest.mark.parametrize(("high", "across", "held"), [(5, 5, True), (5, 7, False), (1, 1, True)])
def test_a_disc_fits_into_a_strip_as_wide(high: int, across: int, held: bool) -> None:
    strip = np.zeros((20, 40), np.bool_)
    strip[6 : 6 + high] = True
    assert holds_disc(strip, across) is held
    assert not holds_disc(strip & False, 1)


def test_a_silhouette_that_is_the_pictures() -> None:
    length, away, back, far = silhouette(face(), picture((64, 48, 30, SKIN)))
    assert length == pytest.approx(1, abs=0.02)
    assert max(away, back) < 0.3
    assert far <= 0.75


def test_a_silhouette_that_is_four_px_larger() -> None:
    wanted = picture((64, 48, 30, SKIN))
    length, away, back, far = silhouette(face(34), wanted)
    assert length == pytest.approx(34 / 30, abs=0.03)
    assert (away, back, far) == pytest.approx((4, 4, 4), abs=0.4)
    assert silhouette(Scene(128, 96, ()), wanted)[1] == math.inf


def test_holes_are_no_silhouette() -> None:
    ring = picture((64, 48, 30, SKIN), (64, 48, 20, (1.0, 1.0, 1.0)))
    assert silhouette(face(), ring)[0] == pytest.approx(1, abs=0.02)


def test_eyes_are_counted_and_looked_for() -> None:
    wanted = picture((64, 48, 30, SKIN), (54, 40, 4, EYE), (74, 40, 4, EYE))
    left, right = rounded(54, 40, 4, EYE), rounded(74, 40, 4, EYE)
    assert details(face(), wanted) == (2, 0.0, 0.0)
    assert details(face(30, left), wanted)[:2] == (2, 0.5)
    late = Path(right.control_points, closed=True, fill=right.fill, rank=17)
    assert details(face(30, left, late), wanted) == (2, 1.0, 0.5)
    assert details(face(), picture((64, 48, 30, SKIN))) == (0, 1.0, 1.0)


def test_slivers_are_thin_or_small() -> None:
    thin = Path(np.linspace([4, 4], [100, 4.5], 6), closed=True, fill=(0, 0, 0, 1))
    small = rounded(9, 9, 1.5, EYE)
    line = Path(np.linspace([4, 9], [100, 9], 4), stroke=(0, 0, 0, 1), stroke_width=1)
    assert slivers(face(30, thin, small, line)) == (3, 2)
    assert slivers(face(30, rounded(54, 40, 4, EYE))) == (2, 0)


def test_the_command_draws_and_measures(monkeypatch: pytest.MonkeyPatch) -> None:
    command = ["bench", "silhouettes", "a red apple", "--steps", "2", "--kind", "16 shapes"]
    done = CliRunner().invoke(app, [*command, "--json"])
    (row,) = json.loads(done.output)
    assert (row["prompt"], row["kind"], row["slivers"]) == ("a red apple", "16 shapes", 0)
    assert 0.8 < row["length"] < 1.1
    assert max(row["away"], row["back"]) < 1
    monkeypatch.setattr(
        "drawkit.bench.silhouettes.bench_silhouettes", lambda *_, **__: iter([Silhouette(**row)])
    )
    table = CliRunner().invoke(app, command).output.splitlines()
    assert table[0].split()[:3] == ["prompt", "kind", "length"]
    assert table[1].startswith("a red apple")


def test_the_command_refuses_other_kinds() -> None:
    done = CliRunner().invoke(app, ["bench", "silhouettes", "--kind", "8 shapes"])
    assert done.exit_code == 2
    assert "there is no kind '8 shapes'; allowed: strokes, 64 shapes, 16 shapes" in done.output


def test_bad_numbers_get_one_line_and_no_head_of_a_table() -> None:
    done = CliRunner().invoke(app, ["bench", "silhouettes", "--steps", "-1"])
    assert (done.stdout, done.exit_code) == ("", 2)
    assert "optimize.steps is -1" in str(done.exception) + done.stderr
